//! What a report is asked for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::quarter::Quarter;
use super::slice::Slice;
use crate::id::{AgentId, Code};
use crate::ticket::{Channel, Kind};

/// The first year of which anything can be told: no bank's cases are older, and every program that reads
/// dates knows it.
pub const FIRST_YEAR: i32 = 1900;
/// The last year, for a date of five digits is no date to most.
pub const LAST_YEAR: i32 = 9999;

/// Which days, of which tickets, told apart by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Which days.
    pub period: Period,
    /// Of what.
    #[serde(default)]
    pub filter: Filter,
    /// What the rows are.
    #[serde(default)]
    pub group: Group,
}

/// Whole days of a time zone: `[from, to)`.
///
/// A quarter of an hour of UTC counts for the day in which it begins. Days begin on such a quarter in
/// every zone since 1980, but for one night a year up to 2010 in St John's, Goose Bay and Moncton,
/// where clocks went back at a minute past midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last one.
    pub to: NaiveDate,
    /// Where the days begin and end.
    pub zone: Tz,
}

/// Of what: what is empty leaves nothing out; what is given must all be so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Of one of these kinds.
    pub kinds: BTreeSet<Kind>,
    /// About one of these services.
    pub services: BTreeSet<Code>,
    /// Come in by one of these channels.
    pub channels: BTreeSet<Channel>,
    /// With one of these agents; `None` stands for nobody.
    pub agents: BTreeSet<Option<AgentId>>,
    /// With one of these choices in each of these fields; `None` stands for none.
    pub choices: BTreeMap<Code, BTreeSet<Option<Code>>>,
}

/// What the rows of a report are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// One row for the whole period.
    #[default]
    Whole,
    /// A row for each day, whether or not anything happened.
    Day,
    /// A row for each calendar month that the period touches, with the days of the period in it.
    Month,
    /// A row for each value of a dimension for which there is anything to tell.
    By(Dimension),
}

/// What numbers can be told apart by, besides time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Complaint, query, request, service or quote.
    Kind,
    /// What it is about.
    Service,
    /// How it came in.
    Channel,
    /// Who has it, or who wrote.
    Agent,
    /// What was chosen in this field of the rules: a branch, a cause.
    Field(Code),
}

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "by", content = "value", rename_all = "snake_case")]
pub enum Key {
    /// All that the filter lets through.
    Whole,
    /// A day.
    Day(NaiveDate),
    /// A month, by its first day.
    Month(NaiveDate),
    /// A kind.
    Kind(Kind),
    /// A service.
    Service(Code),
    /// A channel.
    Channel(Channel),
    /// An agent, or nobody.
    Agent(Option<AgentId>),
    /// What was chosen in the field that was asked for, or nothing.
    Field(Option<Code>),
}

/// A question that has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The period holds no day, or days outside the years that can be asked for.
    #[error(
        "expected a period of the years {FIRST_YEAR} to {LAST_YEAR} that ends after it begins, got [{from}, {to})"
    )]
    Period {
        /// Its first day.
        from: NaiveDate,
        /// Its end.
        to: NaiveDate,
    },
    /// The period is too long.
    #[error("expected a period of at most {} days, got {days}", Period::MAX_DAYS)]
    TooLong {
        /// How many days it has.
        days: i64,
    },
    /// The ages of a backlog do not ascend, or are too many.
    #[error("expected at most {} ages in days, ascending", super::Totals::MAX_AGES)]
    Ages,
}

impl Period {
    /// How many days one report may span: 20 years, twice what banks keep complaints for, and a bound
    /// on the rows by day.
    pub const MAX_DAYS: i64 = 7_306;

    pub(super) fn days(&self) -> Result<usize, QueryError> {
        let Self { from, to, .. } = *self;
        let days = (to - from).num_days();
        if days <= 0 || from.year() < FIRST_YEAR || to.year() > LAST_YEAR {
            return Err(QueryError::Period { from, to });
        }
        if days > Self::MAX_DAYS {
            return Err(QueryError::TooLong { days });
        }
        Ok(days as usize)
    }

    pub(super) fn months(&self) -> usize {
        let last = self.to.pred_opt().unwrap_or(self.to);
        self.month_of(last) + 1
    }

    /// A date's month, counted from the period's first one.
    pub(super) fn month_of(&self, date: NaiveDate) -> usize {
        let months = |date: NaiveDate| date.year() * 12 + date.month0() as i32;
        (months(date) - months(self.from)).max(0) as usize
    }

    /// The first quarter that may be in the period, and the first that surely lies after it: no zone
    /// is a day away from UTC.
    pub(super) fn quarters(&self) -> (Quarter, Quarter) {
        let midnight = |date: NaiveDate| i64::from(date.to_epoch_days()) * Quarter::PER_DAY;
        (
            Quarter::numbered(midnight(self.from) - Quarter::PER_DAY),
            Quarter::numbered(midnight(self.to) + Quarter::PER_DAY),
        )
    }

    pub(super) fn holds(&self, at: DateTime<Utc>) -> bool {
        let date = at.with_timezone(&self.zone).date_naive();
        date >= self.from && date < self.to
    }

    pub(super) fn date_of(&self, quarter: Quarter) -> NaiveDate {
        quarter.start().with_timezone(&self.zone).date_naive()
    }
}

impl Filter {
    pub(super) fn passes(&self, slice: &Slice) -> bool {
        fn has<T: Ord>(set: &BTreeSet<T>, value: &T) -> bool {
            set.is_empty() || set.contains(value)
        }
        has(&self.kinds, &slice.kind)
            && has(&self.services, &slice.service)
            && has(&self.channels, &slice.channel)
            && has(&self.agents, &slice.agent)
            && self
                .choices
                .iter()
                .all(|(field, wanted)| has(wanted, &slice.choices.get(field).cloned()))
    }
}

impl Dimension {
    pub(super) fn key(&self, slice: &Slice) -> Key {
        match self {
            Self::Kind => Key::Kind(slice.kind),
            Self::Service => Key::Service(slice.service.clone()),
            Self::Channel => Key::Channel(slice.channel),
            Self::Agent => Key::Agent(slice.agent),
            Self::Field(field) => Key::Field(slice.choices.get(field).cloned()),
        }
    }
}

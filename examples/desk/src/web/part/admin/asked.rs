//! What an address asks for: which days, which cases.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::Query;
use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use crcore::Code;
use crcore::analytics::{FIRST_YEAR, Filter, LAST_YEAR, Period};
use crcore::store::{Assigned, TicketFilter};
use crcore::ticket::{Channel, FieldType, Kind, StatusName};

use crate::web::address::encode;
use crate::web::ctx::Ctx;

/// How many days are shown unless others are asked for.
const USUAL_DAYS: u64 = 30;
/// The longest period of a report in days: three years, month by month a screen full.
const DAYS_MAX: i64 = 1_096;

/// Which days and which cases, as an address says it.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// The first day and the last.
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    /// Whether the address names days.
    pub(super) dated: bool,
    pub(super) kind: Option<Kind>,
    pub(super) service: Option<Code>,
    pub(super) channel: Option<Channel>,
    pub(super) choices: BTreeMap<Code, Code>,
    pub(super) statuses: BTreeSet<StatusName>,
    /// Received at or after, and before: for ages, which are no days of a calendar.
    pub(super) since: Option<DateTime<Utc>>,
    pub(super) before: Option<DateTime<Utc>>,
    /// Only what is past a deadline.
    pub(super) late: bool,
    pub(super) zone: Tz,
    /// Everything else that was given.
    pub(super) other: BTreeMap<String, String>,
}

fn named<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str, text: &str) -> Option<T> {
    all.iter().copied().find(|one| name(*one) == text)
}

/// Whether reports go so far, with as many days before.
fn is_told(year: i32) -> bool {
    (FIRST_YEAR + 4..=LAST_YEAR).contains(&year)
}

fn instant_of(text: &str) -> Option<DateTime<Utc>> {
    let at = text.parse::<DateTime<Utc>>().ok();
    at.filter(|at| is_told(at.year()))
}

impl Asked {
    /// What the address of a request asks for. What it asks for and is not known counts for nothing.
    pub(super) fn of(ctx: &Ctx) -> Self {
        let zone = ctx.app.settings.zone;
        let today = ctx.app.clock.now().with_timezone(&zone).date_naive();
        let mut asked = Self {
            from: today - Days::new(USUAL_DAYS - 1),
            to: today,
            dated: false,
            kind: None,
            service: None,
            channel: None,
            choices: BTreeMap::new(),
            statuses: BTreeSet::new(),
            since: None,
            before: None,
            late: false,
            zone,
            other: BTreeMap::new(),
        };
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&ctx.uri);
        for (name, value) in pairs.map(|query| query.0).unwrap_or_default() {
            if !value.is_empty() {
                asked.take(ctx, name, value);
            }
        }
        asked.settle();
        asked
    }

    fn take(&mut self, ctx: &Ctx, name: String, value: String) {
        match name.as_str() {
            "from" | "to" => {
                let day = value.parse::<NaiveDate>().ok();
                let Some(day) = day.filter(|day| is_told(day.year())) else {
                    return;
                };
                self.dated = true;
                if name == "from" {
                    self.from = day;
                } else {
                    self.to = day;
                }
            }
            "kind" => self.kind = named(Kind::ALL, Kind::name, &value),
            "service" => self.service = value.parse().ok(),
            "channel" => self.channel = named(Channel::ALL, Channel::name, &value),
            "status" if value == "active" => {
                let active = StatusName::ALL.into_iter().filter(|s| s.is_active());
                self.statuses.extend(active);
            }
            "status" => {
                let status = named(&StatusName::ALL, StatusName::name, &value);
                self.statuses.extend(status);
            }
            "since" => self.since = instant_of(&value),
            "before" => self.before = instant_of(&value),
            "late" => self.late = true,
            _ => {
                let rules = ctx.desk().rules();
                let field = name.parse::<Code>().ok().filter(|field| {
                    let of = rules.rules().fields.get(field);
                    of.is_some_and(|of| of.kind == FieldType::Choice)
                });
                match (field, value.parse()) {
                    (Some(field), Ok(choice)) => drop(self.choices.insert(field, choice)),
                    _ => drop(self.other.insert(name, value)),
                }
            }
        }
    }

    /// A period that ends before it begins, or is too long, is the usual one up to its end.
    fn settle(&mut self) {
        let days = (self.to - self.from).num_days() + 1;
        if !(1..=DAYS_MAX).contains(&days) {
            let back = Days::new(USUAL_DAYS - 1);
            self.from = self.to.checked_sub_days(back).unwrap_or(self.to);
        }
    }

    pub(super) fn days(&self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    /// The days as analytics takes them.
    pub(super) fn period(&self) -> Period {
        Period {
            from: self.from,
            to: self.to.succ_opt().unwrap_or(self.to),
            zone: self.zone,
        }
    }

    /// As many days before these.
    pub(super) fn period_before(&self) -> Period {
        Period {
            from: self.from - TimeDelta::days(self.days()),
            to: self.from,
            zone: self.zone,
        }
    }

    /// Of what, for analytics.
    pub(super) fn counted(&self) -> Filter {
        let choices = self.choices.iter();
        Filter {
            kinds: self.kind.into_iter().collect(),
            services: self.service.iter().cloned().collect(),
            channels: self.channel.into_iter().collect(),
            choices: choices
                .map(|(field, choice)| (field.clone(), [Some(choice.clone())].into()))
                .collect(),
            ..Filter::default()
        }
    }

    /// Of what, for a list of cases.
    pub(super) fn listed(&self, now: DateTime<Utc>) -> TicketFilter {
        let choices = self.choices.iter();
        let (first, end) = (
            midnight(self.zone, self.from),
            midnight(self.zone, self.period().to),
        );
        TicketFilter {
            assigned: Assigned::Any,
            statuses: self.statuses.clone(),
            kinds: self.kind.into_iter().collect(),
            services: self.service.iter().cloned().collect(),
            channels: self.channel.into_iter().collect(),
            choices: choices
                .map(|(field, choice)| (field.clone(), [choice.clone()].into()))
                .collect(),
            received_from: self.since.or(self.dated.then_some(first)),
            received_before: self.before.or(self.dated.then_some(end)),
            deadline_before: self.late.then_some(now),
            ..TicketFilter::default()
        }
    }

    /// The query of the same filter, without days.
    pub(super) fn filter_query(&self) -> String {
        let mut query = String::new();
        let mut add = |name: &str, value: &str| query += &format!("&{name}={}", encode(value));
        if let Some(kind) = self.kind {
            add("kind", kind.name());
        }
        if let Some(service) = &self.service {
            add("service", service.as_str());
        }
        if let Some(channel) = self.channel {
            add("channel", channel.name());
        }
        for (field, choice) in &self.choices {
            add(field.as_str(), choice.as_str());
        }
        query
    }

    /// The query of the same days and filter.
    pub(super) fn query(&self) -> String {
        format!("from={}&to={}{}", self.from, self.to, self.filter_query())
    }

    /// The query of everything that narrows a list.
    pub(super) fn list_query(&self) -> String {
        let mut query = if self.dated {
            self.query()
        } else {
            self.filter_query().trim_start_matches('&').to_owned()
        };
        for status in &self.statuses {
            query += &format!("&status={}", status.name());
        }
        for (name, at) in [("since", self.since), ("before", self.before)] {
            if let Some(at) = at {
                query += &format!("&{name}={}", instant(at));
            }
        }
        if self.late {
            query += "&late=1";
        }
        query
    }
}

/// An instant for an address.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    encode(&at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
}

/// When a day begins. Where clocks skip midnight, at the first hour there is.
fn midnight(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    let start = day.and_time(NaiveTime::MIN);
    let hours = (0..3).map(|hour| start + TimeDelta::hours(hour));
    let mut begins = hours.filter_map(|at| zone.from_local_datetime(&at).earliest());
    begins.next().map_or(start.and_utc(), |at| at.to_utc())
}

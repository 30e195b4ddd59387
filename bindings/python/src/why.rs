//! Why a ticket is due when it is, and who was considered for it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use crcore::sla::{self, Time};
use crcore::ticket::{self, LeftOut, TieBreak};
use pyo3::prelude::*;
use uuid::Uuid;

use crate::nouns::Tuple;

/// Why a ticket is due when it is, and who was considered for it. `str()` tells it in plain lines.
#[pyclass(frozen, get_all, module = "crcore")]
pub(crate) struct Why {
    /// What people call the ticket by.
    reference: String,
    /// Each deadline, with what led to its instant.
    deadlines: Tuple<Explanation>,
    /// Each time that allocation looked for an agent.
    allocation: Tuple<Decision>,
    /// All of this in plain lines: what `str()` gives.
    text: String,
}

#[pymethods]
impl Why {
    fn __str__(&self) -> &str {
        &self.text
    }
}

impl From<crcore::desk::Why> for Why {
    fn from(why: crcore::desk::Why) -> Self {
        Self {
            text: why.to_string(),
            reference: why.reference.to_string(),
            deadlines: why.deadlines.into_iter().map(Into::into).collect(),
            allocation: why.allocation.into_iter().map(Into::into).collect(),
        }
    }
}

/// How a due instant came about: everything that it was computed from. `str()` tells it in plain lines.
#[pyclass(frozen, get_all, module = "crcore")]
#[derive(Clone)]
pub(crate) struct Explanation {
    /// What has to be done: first_response, next_response or resolution.
    target: &'static str,
    /// The how-manieth time, from 1.
    cycle: u32,
    /// The policy that decided.
    policy: String,
    /// What the ticket has of what the policy asks for; empty where it takes every ticket.
    because: Tuple<String>,
    /// Whether the policy still asks for this ticket.
    still_matches: bool,
    /// The version of the rules.
    rules: String,
    /// The calendar of the policy, if it has one.
    calendar: Option<String>,
    /// The time zone in which its days end.
    time_zone: &'static str,
    /// What counts as time: business or calendar.
    time: &'static str,
    /// How long the target may take, as the policy says it: 8h, 15bd.
    within: String,
    /// The same in the target's time.
    allowed: Option<TimeDelta>,
    /// What it counts from.
    started_at: DateTime<Utc>,
    /// When it is due; None while a pause holds it.
    due_at: Option<DateTime<Utc>>,
    /// The target's time until the due instant, the verdict or the pause that holds it.
    counted: Option<TimeDelta>,
    /// In which time was counted, from and to: the first and the last of them, in order.
    windows: Tuple<(DateTime<Utc>, DateTime<Utc>)>,
    /// How many windows are left out after the first ten.
    windows_left_out: usize,
    /// The calendar's holidays on the way, with their names.
    holidays: Tuple<(NaiveDate, String)>,
    /// Whether the target was reached in time; None while it runs.
    met: Option<bool>,
    /// All of this in plain lines: what `str()` gives.
    text: String,
}

#[pymethods]
impl Explanation {
    fn __str__(&self) -> &str {
        &self.text
    }
}

impl From<sla::Explanation> for Explanation {
    fn from(why: sla::Explanation) -> Self {
        Self {
            text: why.to_string(),
            target: why.target.name(),
            cycle: why.cycle,
            policy: why.policy.to_string(),
            because: why.because.into_iter().collect(),
            still_matches: why.still_matches,
            rules: why.rules,
            calendar: why.calendar.map(|calendar| calendar.to_string()),
            time_zone: why.time_zone.name(),
            time: match why.time {
                Time::Business => "business",
                Time::Calendar => "calendar",
            },
            within: why.within.to_string(),
            allowed: TimeDelta::try_seconds(why.allowed_s),
            started_at: why.started_at,
            due_at: why.due_at,
            counted: TimeDelta::try_seconds(why.counted_s),
            windows: why
                .windows
                .iter()
                .map(|window| (window.from, window.to))
                .collect(),
            windows_left_out: why.windows_left_out,
            holidays: why.holidays.into_iter().collect(),
            met: why.verdict.map(|verdict| verdict.met),
        }
    }
}

/// Why allocation chose whom it chose. `str()` tells it in plain lines.
#[pyclass(frozen, get_all, module = "crcore")]
#[derive(Clone)]
pub(crate) struct Decision {
    /// When.
    at: DateTime<Utc>,
    /// The allocation policy that was in force.
    policy: String,
    /// Who got it; None when nobody could take it.
    chosen: Option<Uuid>,
    /// What told the chosen from the next best; None when nobody was chosen.
    decided_by: Option<&'static str>,
    /// How many agents were looked at.
    looked_at: u32,
    /// The agents looked at, best first and then those left out, at most 16 of them.
    considered: Tuple<Considered>,
    /// All of this in plain lines: what `str()` gives.
    text: String,
}

#[pymethods]
impl Decision {
    fn __str__(&self) -> &str {
        &self.text
    }
}

impl From<(DateTime<Utc>, ticket::Decision)> for Decision {
    fn from((at, decision): (DateTime<Utc>, ticket::Decision)) -> Self {
        Self {
            text: decision.to_string(),
            at,
            policy: decision.policy.to_string(),
            chosen: decision.chosen.map(crcore::AgentId::uuid),
            decided_by: decision.decided_by.map(|by| match by {
                TieBreak::OnlyOne => "only_one",
                TieBreak::AccountOwner => "account_owner",
                TieBreak::Skill => "skill",
                TieBreak::Load => "load",
                TieBreak::OwnRule => "own_rule",
                TieBreak::LongestSinceAssigned => "longest_since_assigned",
                TieBreak::Id => "id",
            }),
            looked_at: decision.looked_at,
            considered: decision.considered.into_iter().map(Into::into).collect(),
        }
    }
}

/// An agent that allocation looked at.
#[pyclass(frozen, get_all, module = "crcore")]
#[derive(Clone)]
pub(crate) struct Considered {
    /// Who.
    agent: Uuid,
    /// Units they carried in the ticket's pool.
    units: u32,
    /// Units they may carry in it.
    capacity: u32,
    /// Why they could not have it; None when they could.
    left_out: Option<&'static str>,
}

impl From<ticket::Considered> for Considered {
    fn from(considered: ticket::Considered) -> Self {
        Self {
            agent: considered.agent.uuid(),
            units: considered.units,
            capacity: considered.capacity,
            left_out: considered.left_out.map(|why| match why {
                LeftOut::Unavailable => "unavailable",
                LeftOut::OtherQueue => "other_queue",
                LeftOut::Skill { .. } => "skill",
                LeftOut::Full => "full",
                LeftOut::PutBack => "put_back",
                LeftOut::OwnRule { .. } => "own_rule",
            }),
        }
    }
}

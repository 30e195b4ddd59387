//! The policies of a desk, checked and prepared.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::check::{self, wrong};
use super::running::Running;
use super::span::Unit;
use super::{Problem, SlaPolicy, SlaPolicyError, TargetRule, Time};
use crate::calendar::{BusinessTime, Calendar, OutOfReach, Week};
use crate::id::Code;
use crate::ticket::{Pause, Target, Ticket};

/// The SLA policies of a desk, checked once and prepared with their calendars.
///
/// Pure: it has no clock and changes no ticket. It says which facts follow, and the desk appends them:
///
/// - [`follow`](Self::follow) after every command: what the command does to the ticket's deadlines;
/// - [`due`](Self::due) when a deadline is near or past: what happens by itself;
/// - [`explain`](Self::explain) whenever somebody asks why.
///
/// `Send + Sync`; share it in an `Arc`. It takes about 100 kB for each calendar and each time zone.
#[derive(Debug)]
pub struct SlaBook {
    version: String,
    policies: Vec<Prepared>,
    hours: BTreeMap<Code, Arc<BusinessTime>>,
    /// Every second of every day, for a target that no rule is left for.
    seconds: Arc<BusinessTime>,
}

/// A policy with its calendars.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) policy: SlaPolicy,
    pub(super) zone: Tz,
    /// Absent where it counts no business time.
    pub(super) business: Option<Arc<BusinessTime>>,
    /// Every second, with the days of the zone.
    pub(super) seconds: Arc<BusinessTime>,
}

/// The SLA of a ticket cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SlaError {
    /// The calendar stops opening before the target is due.
    #[error("policy {policy}, {}: {source}", .target.name())]
    OutOfReach {
        /// Whose target.
        policy: Code,
        /// Which.
        target: Target,
        /// What the calendar said.
        source: OutOfReach,
    },
    /// The calendar stops opening before the ticket would close by itself.
    #[error("policy {policy}, close_after: {source}")]
    NeverCloses {
        /// Whose `close_after`.
        policy: Code,
        /// What the calendar said.
        source: OutOfReach,
    },
    /// The ticket has no such timer.
    #[error("expected a timer of this ticket, got {}, cycle {cycle}", .target.name())]
    NoTimer {
        /// Which target was asked for.
        target: Target,
        /// The how-manieth time.
        cycle: u32,
    },
    /// The ticket's deadlines were set by another version of the rules.
    #[error(
        "expected the rules of version {ticket}, which set these deadlines, got version {book}"
    )]
    OtherRules {
        /// The version that the ticket remembers.
        ticket: String,
        /// The version of this book.
        book: String,
    },
    /// The ticket's policy says nothing of this target, though an earlier one did.
    #[error("expected a target of policy {policy}, got {}", .target.name())]
    NoTarget {
        /// The policy that the ticket remembers.
        policy: Code,
        /// Which target was asked for.
        target: Target,
    },
}

impl SlaBook {
    /// Checks policies, tried in the order given, against the calendars of the same file.
    ///
    /// `version` names the rules; a ticket remembers it, so that an old deadline can be explained.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use crcore::{SlaBook, SlaPolicy};
    ///
    /// let policy: SlaPolicy = serde_json::from_str(r#"{
    ///     "name": "standard", "targets": { "resolution": { "within": "8h" } }
    /// }"#).unwrap();
    /// let error = SlaBook::new("1", &BTreeMap::new(), &[policy]).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "sla[0].targets.resolution: expected a `calendar` in this policy, because it counts business time",
    /// );
    /// ```
    ///
    /// # Errors
    /// [`SlaPolicyError`] where a policy or a calendar cannot be worked by, with its place in the file.
    pub fn new(
        version: impl Into<String>,
        calendars: &BTreeMap<Code, Calendar>,
        policies: &[SlaPolicy],
    ) -> Result<Self, SlaPolicyError> {
        check::policies(policies, calendars)?;
        let mut hours = BTreeMap::new();
        for (name, calendar) in calendars {
            let path = format!("calendars.{name}");
            let prepared = BusinessTime::new(calendar).map_err(|error| wrong(path, error))?;
            hours.insert(name.clone(), Arc::new(prepared));
        }
        let mut days = BTreeMap::new();
        let seconds = every_second(&mut days, Tz::UTC)?;
        let policies = policies
            .iter()
            .map(|policy| {
                let calendar = policy.calendar.as_ref();
                let zone = calendar.and_then(|name| calendars.get(name));
                let zone = zone.map_or(Tz::UTC, |calendar| calendar.time_zone);
                Ok(Prepared {
                    policy: policy.clone(),
                    zone,
                    business: calendar.and_then(|name| hours.get(name)).cloned(),
                    seconds: every_second(&mut days, zone)?,
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            version: version.into(),
            policies,
            hours,
            seconds,
        })
    }

    /// The business time of a calendar of the rules.
    #[must_use]
    pub fn hours_of(&self, calendar: &Code) -> Option<&BusinessTime> {
        self.hours.get(calendar).map(AsRef::as_ref)
    }

    /// The version of the rules.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The policy for a ticket as it is now: the first whose condition it fulfils.
    #[must_use]
    pub fn policy_for(&self, ticket: &Ticket) -> Option<&SlaPolicy> {
        self.choose(ticket).map(|prepared| &prepared.policy)
    }

    /// When a ticket that is resolved at `now` closes by itself; none where its policy does not say.
    ///
    /// # Errors
    /// [`SlaError::NeverCloses`] where the calendar stops opening before.
    pub fn close_at(
        &self,
        ticket: &Ticket,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, SlaError> {
        let Some(prepared) = self.choose(ticket) else {
            return Ok(None);
        };
        let Some(span) = prepared.policy.close_after else {
            return Ok(None);
        };
        let hours = match (span.unit(), &prepared.business) {
            (Unit::BusinessDays, Some(business)) => business,
            _ => &prepared.seconds,
        };
        let running = Running::without_pauses(hours);
        running
            .allowed(span, now)
            .and_then(|time| running.after(now, time))
            .map_err(|source| SlaError::NeverCloses {
                policy: prepared.policy.name.clone(),
                source,
            })
    }

    pub(super) fn choose(&self, ticket: &Ticket) -> Option<&Prepared> {
        self.policies
            .iter()
            .find(|prepared| prepared.policy.when.matches(ticket))
    }

    pub(super) fn named(&self, name: &Code) -> Option<&Prepared> {
        self.policies
            .iter()
            .find(|prepared| prepared.policy.name == *name)
    }

    pub(super) fn seconds(&self) -> &BusinessTime {
        &self.seconds
    }
}

impl Prepared {
    pub(super) fn rule(&self, target: Target) -> Option<&TargetRule> {
        self.policy.targets.get(&target)
    }

    /// The hours that a rule of this policy counts.
    pub(super) fn hours(&self, rule: &TargetRule) -> &BusinessTime {
        match (rule.time, &self.business) {
            (Time::Business, Some(business)) => business,
            _ => &self.seconds,
        }
    }

    pub(super) fn running<'a>(
        &'a self,
        rule: &TargetRule,
        target: Target,
        pauses: &[Pause],
    ) -> Running<'a> {
        Running::new(self.hours(rule), rule, target, pauses)
    }

    /// Names the policy and the target whose calendar ended.
    pub(super) fn out_of_reach(&self, target: Target) -> impl Fn(OutOfReach) -> SlaError {
        move |source| SlaError::OutOfReach {
            policy: self.policy.name.clone(),
            target,
            source,
        }
    }
}

fn every_second(
    days: &mut BTreeMap<&'static str, Arc<BusinessTime>>,
    zone: Tz,
) -> Result<Arc<BusinessTime>, SlaPolicyError> {
    if let Some(seconds) = days.get(zone.name()) {
        return Ok(Arc::clone(seconds));
    }
    let prepared = BusinessTime::new(&Calendar::new(zone, Week::always()))
        .map_err(|error| wrong(zone.name(), Problem::Calendar(error)))?;
    let seconds = Arc::new(prepared);
    days.insert(zone.name(), Arc::clone(&seconds));
    Ok(seconds)
}

//! What is wrong with a policy, said where it stands in the policy file.

use std::collections::BTreeMap;
use std::fmt;

use super::span::Unit;
use super::{Action, Escalation, Recipient, SlaPolicy, Span, TargetRule, Time};
use crate::actor::Role;
use crate::calendar::{Calendar, CalendarError};
use crate::id::Code;

/// The most warnings, and the most escalation steps, of one target: a milestone's number is a byte.
pub const STEPS_MAX: usize = 255;

/// A policy file that cannot be worked by: where, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct SlaPolicyError {
    /// Where in the policy file, as in `sla[0].targets.resolution.within`.
    pub path: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The calendar itself cannot be worked by.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// No calendar has this name.
    #[error("expected a calendar of this file, got {0}")]
    UnknownCalendar(Code),
    /// Business time without a calendar.
    #[error("expected a `calendar` in this policy, because it counts business time")]
    NoCalendar,
    /// Two policies have this name.
    #[error("expected a name of its own, got {0} a second time")]
    SameName(Code),
    /// A policy before it takes every ticket.
    #[error(
        "expected a policy that some ticket reaches, got one after {0}, which is for every ticket"
    )]
    Unreachable(Code),
    /// A span of no length.
    #[error("expected a span above zero, got {0}")]
    Zero(Span),
    /// Business days in calendar time, or the other way round.
    #[error("expected `\"time\": \"{expected}\"` for {got}")]
    OtherTime {
        /// What the span needs.
        expected: &'static str,
        /// The span.
        got: Span,
    },
    /// A warning that would come no later than the start.
    #[error("expected a warning of less than the target's {within}, got {got}")]
    TooEarly {
        /// How long the target may take.
        within: Span,
        /// How long before its end the warning is.
        got: Span,
    },
    /// A warning in days of a target in hours.
    #[error("expected a warning in hours, as the target's {within}, got {got}")]
    OtherUnit {
        /// How long the target may take.
        within: Span,
        /// How long before its end the warning is.
        got: Span,
    },
    /// More steps than can be numbered.
    #[error("expected at most {STEPS_MAX} steps, got {0}")]
    TooMany(usize),
    /// Escalation is told to those who answer.
    #[error("expected agent, supervisor or admin, got {}", .0.name())]
    NotStaff(Role),
}

type Checked = Result<(), SlaPolicyError>;

pub(super) fn wrong(path: impl fmt::Display, problem: impl Into<Problem>) -> SlaPolicyError {
    SlaPolicyError {
        path: path.to_string(),
        problem: problem.into(),
    }
}

/// Checks all that a policy says but its calendars' hours.
pub(super) fn policies(policies: &[SlaPolicy], calendars: &BTreeMap<Code, Calendar>) -> Checked {
    for (place, policy) in policies.iter().enumerate() {
        let path = format!("sla[{place}]");
        let earlier = &policies[..place];
        if earlier.iter().any(|other| other.name == policy.name) {
            return Err(wrong(
                format!("{path}.name"),
                Problem::SameName(policy.name.clone()),
            ));
        }
        if let Some(other) = earlier.iter().find(|other| other.when.is_empty()) {
            return Err(wrong(path, Problem::Unreachable(other.name.clone())));
        }
        if let Some(name) = policy.calendar.as_ref()
            && !calendars.contains_key(name)
        {
            return Err(wrong(
                format!("{path}.calendar"),
                Problem::UnknownCalendar(name.clone()),
            ));
        }
        for (name, rule) in &policy.targets {
            let path = format!("{path}.targets.{}", name.name());
            target(&path, rule, policy.calendar.is_some())?;
        }
        if let Some(span) = policy.close_after {
            let path = format!("{path}.close_after");
            above_zero(&path, span)?;
            if span.unit() == Unit::BusinessDays && policy.calendar.is_none() {
                return Err(wrong(path, Problem::NoCalendar));
            }
        }
    }
    Ok(())
}

fn target(path: &str, rule: &TargetRule, has_calendar: bool) -> Checked {
    if rule.time == Time::Business && !has_calendar {
        return Err(wrong(path, Problem::NoCalendar));
    }
    above_zero(&format!("{path}.within"), rule.within)?;
    fits(&format!("{path}.within"), rule.within, rule.time)?;
    steps(&format!("{path}.warn_before"), rule.warn_before.len())?;
    steps(&format!("{path}.escalate"), rule.escalate.len())?;
    for (step, &span) in rule.warn_before.iter().enumerate() {
        warning(&format!("{path}.warn_before[{step}]"), span, rule)?;
    }
    for (step, escalation) in rule.escalate.iter().enumerate() {
        let Escalation { after, action } = escalation;
        fits(&format!("{path}.escalate[{step}].after"), *after, rule.time)?;
        if let Action::Notify(Recipient::Role(role)) = action
            && !matches!(role, Role::Agent | Role::Supervisor | Role::Admin)
        {
            let path = format!("{path}.escalate[{step}].do.notify.role");
            return Err(wrong(path, Problem::NotStaff(*role)));
        }
    }
    Ok(())
}

fn warning(path: &str, before: Span, rule: &TargetRule) -> Checked {
    above_zero(path, before)?;
    fits(path, before, rule.time)?;
    let within = rule.within;
    let got = before;
    if before.is_like(within) {
        if before.count() >= within.count() {
            return Err(wrong(path, Problem::TooEarly { within, got }));
        }
    } else if before.unit() != Unit::Seconds {
        return Err(wrong(path, Problem::OtherUnit { within, got }));
    }
    Ok(())
}

fn above_zero(path: &str, span: Span) -> Checked {
    if span.is_zero() {
        return Err(wrong(path, Problem::Zero(span)));
    }
    Ok(())
}

fn fits(path: &str, got: Span, time: Time) -> Checked {
    let expected = match (got.unit(), time) {
        (Unit::BusinessDays, Time::Calendar) => "business",
        (Unit::CalendarDays | Unit::Weeks, Time::Business) => "calendar",
        _ => return Ok(()),
    };
    Err(wrong(path, Problem::OtherTime { expected, got }))
}

fn steps(path: &str, count: usize) -> Checked {
    if count > STEPS_MAX {
        return Err(wrong(path, Problem::TooMany(count)));
    }
    Ok(())
}

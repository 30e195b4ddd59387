//! When a timer is due, and what comes before and after.

use chrono::{DateTime, TimeDelta, Utc};

use super::TargetRule;
use super::book::{Prepared, SlaError};
use super::running::Running;
use crate::calendar::OutOfReach;
use crate::ticket::{Mark, Milestone, Target, Ticket, Timer};

/// A milestone's instant; none while a pause holds it.
type Instant = Option<DateTime<Utc>>;

/// Sets a timer anew from where it starts, the pauses and the rule. What has happened stays: fired
/// milestones, and the due instant of a timer that is breached.
pub(super) fn set(timer: &mut Timer, ticket: &Ticket, prepared: &Prepared) -> Result<(), SlaError> {
    let Some(rule) = prepared.rule(timer.target) else {
        lay_down(timer);
        return Ok(());
    };
    let running = prepared.running(rule, timer.target, &ticket.pauses);
    let out_of_reach = prepared.out_of_reach(timer.target);
    let mut marks = Vec::new();
    if !timer.is_breached() {
        // A question counts from when it was asked, all else from receipt.
        if timer.target != Target::NextResponse {
            timer.started_at = ticket.received_at;
        }
        timer.due_at = due_at(&running, rule, timer.started_at).map_err(&out_of_reach)?;
        marks = warnings(&running, rule, timer.started_at).map_err(&out_of_reach)?;
    }
    marks.push((Mark::Due, timer.due_at));
    marks.extend(escalations(&running, rule, timer.due_at).map_err(&out_of_reach)?);
    put(timer, marks);
    Ok(())
}

/// Stops a timer that no rule asks for: only what has happened stays.
pub(super) fn lay_down(timer: &mut Timer) {
    if !timer.is_breached() {
        timer.due_at = None;
    }
    timer.milestones.retain(|m| m.fired);
}

/// When a target that counts from `start` is due.
pub(super) fn due_at(
    running: &Running<'_>,
    rule: &TargetRule,
    start: DateTime<Utc>,
) -> Result<Instant, OutOfReach> {
    running.after(start, running.allowed(rule.within, start)?)
}

fn warnings(
    running: &Running<'_>,
    rule: &TargetRule,
    start: DateTime<Utc>,
) -> Result<Vec<(Mark, Instant)>, OutOfReach> {
    let warning = |(step, &before)| {
        let passed = if rule.within.is_like(before) {
            running.allowed(rule.within.less(before), start)?
        } else {
            // Hours before the end of a day, which may be nearer than that: not before the start.
            let early = running.allowed(rule.within, start)? - running.allowed(before, start)?;
            early.max(TimeDelta::zero())
        };
        Ok((Mark::Warning(step), running.after(start, passed)?))
    };
    (0..=u8::MAX).zip(&rule.warn_before).map(warning).collect()
}

fn escalations(
    running: &Running<'_>,
    rule: &TargetRule,
    due: Instant,
) -> Result<Vec<(Mark, Instant)>, OutOfReach> {
    let escalation = |(step, escalation): (u8, &super::Escalation)| {
        let at = match due {
            Some(due) => running.after(due, running.allowed_after(due, escalation.after)?)?,
            None => None,
        };
        Ok((Mark::Escalation(step), at))
    };
    (0..=u8::MAX).zip(&rule.escalate).map(escalation).collect()
}

/// Replaces what has not happened yet; of a breached timer, what comes after the breach.
fn put(timer: &mut Timer, marks: Vec<(Mark, Instant)>) {
    let breached = timer.is_breached();
    let was_before = |mark| breached && matches!(mark, Mark::Warning(_));
    timer.milestones.retain(|m| m.fired || was_before(m.mark));
    for (mark, at) in marks {
        if timer.milestones.iter().all(|m| m.mark != mark) {
            timer.milestones.push(Milestone {
                mark,
                at,
                fired: false,
            });
        }
    }
    let milestones = &mut timer.milestones;
    milestones.sort_by_key(|m| (m.at.is_none(), m.at, m.mark));
}

//! What a command does to a ticket's deadlines.

use chrono::{DateTime, TimeDelta, Utc};

use super::book::{Prepared, SlaBook, SlaError};
use super::running::Running;
use super::timing;
use crate::actor::Role;
use crate::event::{Event, Fact, Passed, Reached};
use crate::ticket::{Mark, Sla, Status, Target, Ticket, Timer, Verdict};

/// What a command did that deadlines ask about.
#[derive(Debug, Clone, Copy, Default)]
struct Deeds {
    /// The desk wrote what the customer sees.
    answered: bool,
    /// The ticket was resolved, with or without words.
    resolved: bool,
    /// The customer wrote.
    asked: bool,
}

impl Deeds {
    fn of(events: &[Event]) -> Self {
        let mut deeds = Self::default();
        for event in events {
            let by_customer = event.actor.role() == Role::Customer;
            match &event.fact {
                Fact::Replied { .. } | Fact::Reopened { words: Some(_) } if by_customer => {
                    deeds.asked = true;
                }
                Fact::Replied { .. } => deeds.answered = true,
                Fact::Resolved { words, .. } => {
                    deeds.resolved = true;
                    deeds.answered |= words.is_some();
                }
                _ => {}
            }
        }
        deeds
    }

    fn reach(self, target: Target) -> bool {
        match target {
            Target::FirstResponse => self.answered,
            Target::NextResponse => self.answered || self.resolved,
            Target::Resolution => self.resolved,
        }
    }
}

impl SlaBook {
    /// The facts that follow from a command for a ticket's deadlines, to be appended after the
    /// command's own, in this order and at `now`.
    ///
    /// - `ticket` is the ticket after the command's own events, with the deadlines it had before;
    /// - `events` are those events, all of them at `now`. Without any it asks whether the rules have
    ///   changed since, which is how a sweep brings open tickets under a new version.
    ///
    /// In this order:
    ///
    /// 1. [`Breached`](Fact::Breached), with the true instant, for each due instant that passed before
    ///    `now` and was not noted yet, so that a verdict does not depend on how often somebody looks;
    /// 2. [`Met`](Fact::Met) or [`Missed`](Fact::Missed) for each target that the command reached. It is
    ///    met when it was reached by its due instant and no breach was noted;
    /// 3. [`Deadlines`](Fact::Deadlines) if any timer began, moved, stopped or came under another policy
    ///    or version, and `Breached` for each due instant that this moved into the past.
    ///
    /// None where nothing changes. Folding them gives a ticket for which the same call, without events,
    /// has nothing to add.
    ///
    /// A timer that has a verdict never changes, and one that was breached keeps its due instant. While
    /// a ticket is resolved it keeps its policy; once it is closed nothing of it is due.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sla_setup.rs")); }
    /// # use setup::{book, raised};
    /// # use crcore::{Fact, ticket::Target};
    /// let book = book();                                  // first response within 4 business hours
    /// let ticket = raised("2026-03-27T16:00:00+01:00");  // a Friday; the desk closes at 18:00
    /// let now = ticket.raised_at;
    ///
    /// let facts = book.follow(&ticket, &[], now).unwrap();
    /// let [Fact::Deadlines { sla: Some(sla) }] = &facts[..] else { panic!("{facts:?}") };
    /// let response = &sla.timers[0];
    /// assert_eq!(response.target, Target::FirstResponse);
    /// // Two hours on Friday, two on Monday, in summer time by then.
    /// assert_eq!(response.due_at, Some("2026-03-30T11:00:00+02:00".parse().unwrap()));
    /// ```
    ///
    /// # Errors
    /// [`SlaError::OutOfReach`] where the policy's calendar stops opening before a deadline.
    pub fn follow(
        &self,
        ticket: &Ticket,
        events: &[Event],
        now: DateTime<Utc>,
    ) -> Result<Vec<Fact>, SlaError> {
        self.follow_to(ticket, events, now).map(|(facts, _)| facts)
    }

    /// The facts that follow, and the deadlines to which they lead.
    pub(super) fn follow_to(
        &self,
        ticket: &Ticket,
        events: &[Event],
        now: DateTime<Utc>,
    ) -> Result<(Vec<Fact>, Option<Sla>), SlaError> {
        let deeds = Deeds::of(events);
        let mut facts = Vec::new();
        let mut before = ticket.sla.clone();
        if let Some(sla) = &mut before {
            facts.extend(sla.timers.iter_mut().filter_map(|t| note_breach(t, now)));
            // Where newer rules have no such policy, the one that they have for the ticket says what
            // counts as time.
            let prepared = self.named(&sla.policy).or_else(|| self.choose(ticket));
            for timer in sla.timers.iter_mut().filter(|t| deeds.reach(t.target)) {
                facts.extend(self.reach(timer, ticket, prepared, now)?);
            }
        }
        let mut after = self.retime(ticket, before.clone(), deeds, now)?;
        if after != before {
            facts.push(Fact::Deadlines { sla: after.clone() });
            let timers = after.iter_mut().flat_map(|sla| &mut sla.timers);
            facts.extend(timers.filter_map(|t| note_breach(t, now)));
        }
        Ok((facts, after))
    }

    /// Ends a timer whose target is reached now. One that is neither due nor asked for has no verdict.
    fn reach(
        &self,
        timer: &mut Timer,
        ticket: &Ticket,
        prepared: Option<&Prepared>,
        now: DateTime<Utc>,
    ) -> Result<Option<Fact>, SlaError> {
        if timer.verdict.is_some() {
            return Ok(None);
        }
        let rule = prepared.and_then(|p| Some((p, p.rule(timer.target)?)));
        // What the command itself stopped has nothing to do with the time until now.
        let pauses: Vec<_> = ticket
            .pauses
            .iter()
            .filter(|p| p.from < now)
            .copied()
            .collect();
        let running = match rule {
            Some((prepared, rule)) => prepared.running(rule, timer.target, &pauses),
            None => Running::without_pauses(self.seconds()),
        };
        let margin = match (timer.due_at, rule) {
            (Some(due), _) if now <= due => running.between(now, due),
            (Some(due), _) => -running.between(due, now),
            (None, Some((prepared, rule))) => {
                let allowed = running
                    .allowed(rule.within, timer.started_at)
                    .map_err(prepared.out_of_reach(timer.target))?;
                allowed - running.between(timer.started_at, now)
            }
            (None, None) => return Ok(None),
        };
        let met = !timer.is_breached() && timer.due_at.is_none_or(|due| now <= due);
        let reached = Reached {
            target: timer.target,
            cycle: timer.cycle,
            due_at: timer.due_at,
            margin_s: whole_seconds(margin),
        };
        timer.verdict = Some(Verdict {
            met,
            at: now,
            margin_s: reached.margin_s,
        });
        Ok(Some(if met {
            Fact::Met(reached)
        } else {
            Fact::Missed(reached)
        }))
    }

    /// The deadlines as they stand from now on.
    fn retime(
        &self,
        ticket: &Ticket,
        before: Option<Sla>,
        deeds: Deeds,
        now: DateTime<Utc>,
    ) -> Result<Option<Sla>, SlaError> {
        if !ticket.status.is_active() {
            return Ok(before.map(|sla| at_rest(sla, ticket.status, now)));
        }
        let chosen = self.choose(ticket);
        let mut timers = before
            .as_ref()
            .map(|sla| sla.timers.clone())
            .unwrap_or_default();
        if let Some(prepared) = chosen {
            begin(&mut timers, prepared, ticket, deeds, now);
        }
        for timer in timers.iter_mut().filter(|t| t.verdict.is_none()) {
            match chosen.filter(|_| !was_answered_before(timer, ticket)) {
                Some(prepared) => timing::set(timer, ticket, prepared)?,
                None => timing::lay_down(timer),
            }
        }
        // A timer that never said anything leaves with its policy; what was said stays said.
        timers.retain(|t| t.verdict.is_some() || !t.milestones.is_empty());
        Ok(match (chosen, before) {
            (Some(prepared), _) => Some(Sla {
                policy: prepared.policy.name.clone(),
                rules: self.version().to_owned(),
                timers,
            }),
            (None, Some(sla)) if !timers.is_empty() => Some(Sla { timers, ..sla }),
            (None, _) => None,
        })
    }
}

/// Notes that a timer's due instant has passed.
fn note_breach(timer: &mut Timer, now: DateTime<Utc>) -> Option<Fact> {
    let at = timer
        .due_at
        .filter(|&due| due < now && timer.verdict.is_none())?;
    let due = timer
        .milestones
        .iter_mut()
        .find(|m| m.mark == Mark::Due && !m.fired)?;
    due.fired = true;
    Some(Fact::Breached(Passed {
        target: timer.target,
        cycle: timer.cycle,
        mark: Mark::Due,
        at,
    }))
}

/// Begins the timers that a ticket should have and has not.
fn begin(
    timers: &mut Vec<Timer>,
    prepared: &Prepared,
    ticket: &Ticket,
    deeds: Deeds,
    now: DateTime<Utc>,
) {
    let answered = ticket.first_response_at.is_some();
    for (target, wanted, started_at) in [
        (Target::FirstResponse, !answered, ticket.received_at),
        (Target::NextResponse, answered && deeds.asked, now),
        (Target::Resolution, true, ticket.received_at),
    ] {
        let earlier = || timers.iter().filter(|t| t.target == target);
        let runs = earlier().any(|t| t.verdict.is_none());
        if !wanted || runs || prepared.rule(target).is_none() {
            continue;
        }
        let cycle = earlier().map(|t| t.cycle).max().unwrap_or(0) + 1;
        timers.push(Timer {
            target,
            cycle,
            started_at,
            due_at: None,
            milestones: Vec::new(),
            verdict: None,
        });
    }
}

/// Whether the first response was given while no policy asked for one.
fn was_answered_before(timer: &Timer, ticket: &Ticket) -> bool {
    timer.target == Target::FirstResponse && ticket.first_response_at.is_some()
}

/// The deadlines of a ticket for which nobody has to do anything: what is still to come will not come.
fn at_rest(mut sla: Sla, status: Status, now: DateTime<Utc>) -> Sla {
    let over = matches!(status, Status::Closed { .. });
    let comes = |at: &DateTime<Utc>| !over && *at <= now;
    for timer in sla.timers.iter_mut().filter(|t| t.verdict.is_none()) {
        if !timer.is_breached() {
            timer.due_at = timer.due_at.filter(comes);
        }
        for milestone in timer.milestones.iter_mut().filter(|m| !m.fired) {
            milestone.at = milestone.at.filter(comes);
        }
    }
    sla
}

/// Rounded down, so that what is late by less than a second is late.
fn whole_seconds(time: TimeDelta) -> i64 {
    time.num_seconds() - i64::from(time.subsec_nanos() < 0)
}

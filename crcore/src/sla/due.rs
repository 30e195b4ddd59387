//! What happens to a ticket's deadlines by itself.

use chrono::{DateTime, Utc};

use super::Action;
use super::book::{SlaBook, SlaError};
use crate::event::{Fact, Passed};
use crate::ticket::{Mark, Sla, Status, Ticket};

/// One thing that fell due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The fact to append.
    pub fact: Fact,
    /// What the desk has to do besides, for a step of escalation: a command of its own, to be
    /// [followed](SlaBook::follow) like any other.
    pub action: Option<Action>,
}

impl SlaBook {
    /// What fell due on a ticket by `now`, in order of time, each with the instant at which it truly
    /// did. None before its instant; none for a closed ticket.
    ///
    /// [`Warned`](Fact::Warned), [`Breached`](Fact::Breached) and [`Escalated`](Fact::Escalated) come
    /// once per target, cycle and mark, whatever moves the timer, because folding them marks the
    /// milestone as fired. Where the rules have changed since the ticket's deadlines were set, they are
    /// set anew first, as [`follow`](Self::follow) does without events.
    ///
    /// A desk that also asks this before each command makes its answers independent of when `tick` ran.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sla_setup.rs")); }
    /// # use setup::{book, with_deadlines};
    /// # use crcore::{Fact, ticket::Mark};
    /// let book = book();
    /// let ticket = with_deadlines("2026-03-02T09:00:00+01:00");  // first response within 4 business hours
    /// let noon = "2026-03-02T12:30:00+01:00".parse().unwrap();
    ///
    /// let steps = book.due(&ticket, noon).unwrap();
    /// let [step] = &steps[..] else { panic!("{steps:?}") };
    /// let Fact::Warned(warned) = &step.fact else { panic!("{step:?}") };
    /// // An hour before 14:00, lunch left out: it fell due half an hour ago.
    /// assert_eq!(warned.at.to_rfc3339(), "2026-03-02T11:00:00+00:00");
    /// ```
    ///
    /// # Errors
    /// [`SlaError::OutOfReach`] as [`follow`](Self::follow).
    pub fn due(&self, ticket: &Ticket, now: DateTime<Utc>) -> Result<Vec<Step>, SlaError> {
        let Some(sla) = &ticket.sla else {
            return Ok(Vec::new());
        };
        if matches!(ticket.status, Status::Closed { .. }) {
            return Ok(Vec::new());
        }
        let (facts, sla) = if sla.rules == self.version() {
            (Vec::new(), Some(sla.clone()))
        } else {
            self.follow_to(ticket, &[], now)?
        };
        let mut steps: Vec<_> = facts
            .into_iter()
            .map(|fact| Step { fact, action: None })
            .collect();
        if let Some(sla) = sla {
            let passed = passed_by(&sla, now);
            steps.extend(passed.into_iter().map(|passed| self.step(&sla, passed)));
        }
        Ok(steps)
    }

    fn step(&self, sla: &Sla, passed: Passed) -> Step {
        let (fact, action) = match passed.mark {
            Mark::Warning(_) => (Fact::Warned(passed), None),
            Mark::Due => (Fact::Breached(passed), None),
            Mark::Escalation(step) => {
                let rule = self.named(&sla.policy).and_then(|p| p.rule(passed.target));
                let step = rule.and_then(|rule| rule.escalate.get(usize::from(step)));
                (Fact::Escalated(passed), step.map(|s| s.action.clone()))
            }
        };
        Step { fact, action }
    }
}

fn passed_by(sla: &Sla, now: DateTime<Utc>) -> Vec<Passed> {
    let running = sla.timers.iter().filter(|t| t.verdict.is_none());
    let mut passed: Vec<_> = running
        .flat_map(|timer| {
            timer.milestones.iter().filter_map(move |milestone| {
                Some(Passed {
                    target: timer.target,
                    cycle: timer.cycle,
                    mark: milestone.mark,
                    at: milestone.at.filter(|&at| !milestone.fired && at <= now)?,
                })
            })
        })
        .collect();
    passed.sort_by_key(|passed| (passed.at, passed.target, passed.cycle, passed.mark));
    passed
}

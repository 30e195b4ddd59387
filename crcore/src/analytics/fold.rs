//! The fold: each event moves what the desk's numbers are made of.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::behind::{Instance, Kept, Number};
use super::cells::{Cells, Count, Time};
use super::memo::Memo;
use super::quarter::Quarter;
use super::slice::{Slice, Slices};
use super::stored::Form;
use super::totals::Totals;
use crate::actor::Role;
use crate::event::{Event, Fact, Passed, Raised, Reached};
use crate::id::TicketId;
use crate::ticket::{Mark, StatusName, Target};

/// The fold over one tenant's feed. Serialise it together with nothing else: it knows how far it has
/// come, and goes on from there when it is read back.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Analytics {
    form: Form,
    bookmark: u64,
    totals: Totals,
}

/// An event does not follow from those folded before. Nothing was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutOfOrder {
    /// A position of the feed was left out or came again.
    #[error("expected position {expected} of the feed, got {got}")]
    Position {
        /// The bookmark and one.
        expected: u64,
        /// What came.
        got: u64,
    },
    /// An event of a ticket was left out or came again, or the ticket was never raised.
    #[error("expected event {expected} of ticket {ticket}, got event {got}")]
    Sequence {
        /// Whose event.
        ticket: TicketId,
        /// The number that would follow; 1 for a ticket never seen.
        expected: u64,
        /// What came.
        got: u64,
    },
    /// A ticket was raised in the midst of its history, or its first event did not raise it.
    #[error("expected `raised` as event 1 of ticket {ticket}, and only there")]
    Beginning {
        /// Which.
        ticket: TicketId,
    },
}

impl Analytics {
    /// A fold of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The position of the last event folded, 0 for none: read the feed after it.
    #[must_use]
    pub fn bookmark(&self) -> u64 {
        self.bookmark
    }

    /// What has been counted: ask it for reports, or merge it with that of other folds.
    #[must_use]
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Folds the next event of the feed.
    ///
    /// # Errors
    /// [`OutOfOrder`] where it is not the next one of the feed or of its ticket; nothing was counted.
    pub fn record(&mut self, position: u64, event: &Event) -> Result<(), OutOfOrder> {
        let expected = self.bookmark.saturating_add(1);
        if position != expected {
            let got = position;
            return Err(OutOfOrder::Position { expected, got });
        }
        self.totals.fold(event)?;
        self.bookmark = position;
        Ok(())
    }
}

impl Totals {
    fn fold(&mut self, event: &Event) -> Result<(), OutOfOrder> {
        let ticket = event.ticket;
        let memo = self.tickets.get_mut(&ticket);
        let expected = memo.as_ref().map_or(1, |memo| memo.seq.saturating_add(1));
        if event.seq != expected {
            let got = event.seq;
            return Err(OutOfOrder::Sequence {
                ticket,
                expected,
                got,
            });
        }
        match (memo, &event.fact) {
            (None, Fact::Raised(raised)) => self.raise(event, raised),
            (None, _) | (Some(_), Fact::Raised(_)) => {
                return Err(OutOfOrder::Beginning { ticket });
            }
            (Some(memo), fact) => {
                memo.seq = event.seq;
                let mut step = Step {
                    event,
                    quarter: Quarter::of(event.at),
                    memo,
                    slices: &mut self.slices,
                    cells: &mut self.cells,
                    instances: &mut self.instances,
                };
                let (active, slice) = (step.memo.is_active(), step.memo.slice);
                step.take(fact);
                if (active, slice) != (step.memo.is_active(), step.memo.slice) {
                    step.move_backlog(active, slice);
                }
            }
        }
        Ok(())
    }

    fn raise(&mut self, event: &Event, raised: &Raised) {
        let mut slice = Slice {
            kind: raised.kind,
            service: raised.service.clone(),
            channel: raised.channel,
            agent: None,
            choices: BTreeMap::new(),
        };
        slice.fill_in(&raised.fields);
        let slice = self.slices.number(slice);
        let quarter = Quarter::of(event.at);
        self.cells.count(quarter, slice, Count::Raised, 1);
        self.cells.grow(quarter, slice, 1);
        let memo = Memo::new(raised.received_at, slice);
        self.tickets.insert(event.ticket, memo);
    }
}

/// One event on its way into the totals.
struct Step<'a> {
    event: &'a Event,
    quarter: Quarter,
    memo: &'a mut Memo,
    slices: &'a mut Slices,
    cells: &'a mut Cells,
    instances: &'a mut Vec<Kept>,
}

impl Step<'_> {
    fn take(&mut self, fact: &Fact) {
        match fact {
            Fact::Amended(amended) => self.change(|slice| {
                if let Some(service) = &amended.service {
                    slice.service.clone_from(service);
                }
                slice.fill_in(&amended.fields);
            }),
            Fact::Converted { kind } => self.change(|slice| slice.kind = *kind),
            Fact::Assigned {
                agent, pool, units, ..
            } => {
                let last = self.slices.get(self.memo.last_held).agent;
                let another = u16::from(last.is_some_and(|last| last != *agent));
                self.memo.reassigned = self.memo.reassigned.saturating_add(another);
                self.memo.open_if_new();
                self.memo.slice = self.slices.with_agent(self.memo.slice, Some(*agent));
                self.memo.last_held = self.memo.slice;
                (self.memo.pool, self.memo.units) = (*pool, *units);
                self.count(Count::Assigned);
            }
            Fact::Released { .. } => {
                self.memo.slice = self.slices.with_agent(self.memo.slice, None);
            }
            Fact::Replied { .. } => self.reply(),
            Fact::Waiting { on } => self.memo.status = Some(on.status()),
            Fact::Resumed => self.memo.status = Some(StatusName::Open),
            Fact::Resolved { outcome, words, .. } => {
                self.memo.status = Some(StatusName::Resolved);
                self.memo.outcome = Some(*outcome);
                self.resolve(words.is_some());
            }
            Fact::Reopened { .. } => {
                self.memo.status = Some(StatusName::Open);
                self.memo.outcome = None;
                self.memo.reopened = true;
                self.count(Count::Reopened);
                self.keep(Number::Reopened, self.event.at);
            }
            Fact::Closed => {
                self.memo.status = Some(StatusName::Closed);
                self.count(Count::Closed);
            }
            Fact::MergedInto { .. } => {
                self.memo.status = None;
                self.count(Count::Merged);
            }
            Fact::Absorbed { received_at, .. } => self.memo.received_at = *received_at,
            Fact::Rated { score, .. } => {
                self.count(Count::Rated(*score));
                self.keep(Number::Rated, self.event.at);
            }
            Fact::Breached(passed) => self.breach(passed),
            Fact::Met(reached) => self.meet(reached),
            Fact::Missed(reached) => self.miss(reached),
            Fact::Raised(_)
            | Fact::Queued { .. }
            | Fact::Unplaced { .. }
            | Fact::Noted { .. }
            | Fact::Reprioritised { .. }
            | Fact::SplitOff { .. }
            | Fact::Linked { .. }
            | Fact::Unlinked { .. }
            | Fact::Tagged { .. }
            | Fact::Snoozed { .. }
            | Fact::Woken
            | Fact::Called { .. }
            | Fact::Attached { .. }
            | Fact::Held { .. }
            | Fact::Erased {}
            | Fact::Deadlines { .. }
            | Fact::Warned(_)
            | Fact::Escalated(_) => {}
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Slice)) {
        self.memo.slice = self.slices.changed(self.memo.slice, change);
    }

    fn count(&mut self, what: Count) {
        self.cells.count(self.quarter, self.memo.slice, what, 1);
    }

    /// Keeps which ticket it was that was counted.
    fn keep(&mut self, number: Number, at: DateTime<Utc>) {
        let (slice, ticket) = (self.memo.slice, self.event.ticket);
        self.instances.push(Kept {
            number,
            slice,
            instance: Instance { at, ticket },
        });
    }

    fn time(&mut self, what: Time, seconds: u64) {
        self.cells
            .time(self.quarter, self.memo.slice, what, seconds);
    }

    fn move_backlog(&mut self, was_active: bool, old: u32) {
        if was_active {
            self.cells.grow(self.quarter, old, -1);
        }
        if self.memo.is_active() {
            self.cells.grow(self.quarter, self.memo.slice, 1);
        }
    }

    fn reply(&mut self) {
        if self.event.actor.role() == Role::Customer {
            return;
        }
        let writer = self.event.actor.staff();
        let slice = self.slices.with_agent(self.memo.slice, writer);
        self.cells.count(self.quarter, slice, Count::Replied, 1);
        self.memo.open_if_new();
        self.respond();
    }

    /// The first answer is its writer's, whoever has the ticket.
    fn respond(&mut self) {
        if !self.memo.responded {
            self.memo.responded = true;
            let writer = self.event.actor.staff();
            let slice = self.slices.with_agent(self.memo.slice, writer);
            let elapsed = self.memo.elapsed(self.event.at);
            self.cells
                .time(self.quarter, slice, Time::FirstResponse, elapsed);
        }
    }

    fn resolve(&mut self, answered: bool) {
        if answered {
            self.respond();
        }
        self.time(Time::Resolution, self.memo.elapsed(self.event.at));
        if self.memo.resolved {
            return self.count(Count::ResolvedAgain);
        }
        self.memo.resolved = true;
        let times = self.memo.reassigned;
        if times > 0 {
            self.count(Count::Reassigned);
            self.cells.count(
                self.quarter,
                self.memo.slice,
                Count::Reassignments,
                times.into(),
            );
        }
    }

    fn breach(&mut self, passed: &Passed) {
        let cycle = (passed.target, passed.cycle);
        if passed.mark == Mark::Due && !self.memo.breached.contains(&cycle) {
            self.memo.breached.push(cycle);
            self.count_breach(passed.target, passed.at);
        }
    }

    /// A breach belongs to when the target fell due, however late a timer noticed.
    fn count_breach(&mut self, target: Target, due_at: DateTime<Utc>) {
        let quarter = Quarter::of(due_at);
        self.cells
            .count(quarter, self.memo.slice, Count::Breached(target), 1);
        self.keep(Number::Breached(target), due_at);
    }

    fn meet(&mut self, reached: &Reached) {
        if !self.memo.settle(reached.target, reached.cycle) {
            let spare = u64::try_from(reached.margin_s).unwrap_or(0);
            self.time(Time::Spare(reached.target), spare);
        }
    }

    fn miss(&mut self, reached: &Reached) {
        if !self.memo.settle(reached.target, reached.cycle) {
            let due_at = reached.due_at.unwrap_or(self.event.at);
            self.count_breach(reached.target, due_at);
        }
        let late = reached.margin_s.min(0).unsigned_abs();
        self.time(Time::Late(reached.target), late);
    }
}

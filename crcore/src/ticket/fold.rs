//! The fold of a ticket's events: what happened gives what is.

use std::collections::BTreeSet;

use crate::actor::Role;
use crate::event::{Event, Fact, Passed, Raised, Reached};
use crate::ticket::{
    Assignment, Pause, PauseCause, Rating, Status, Ticket, Timer, Verdict, WaitingOn,
};

/// An event does not follow from those before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// A history begins with the event that raised the ticket, with sequence number 1.
    #[error("a ticket's history must begin with `raised` as event 1")]
    Beginning,
    /// A sequence number was left out or came twice, or the event is another ticket's.
    #[error("event {got} cannot follow event {last} of its ticket")]
    Sequence {
        /// The number of the last event.
        last: u64,
        /// The number that came.
        got: u64,
    },
}

impl Ticket {
    /// The ticket that these events make. The law of the desk: a stored ticket equals the fold of its
    /// stored events.
    ///
    /// # Errors
    /// [`FoldError`] where the events are not one ticket's history from its first event on.
    pub fn from_events<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Self, FoldError> {
        let mut events = events.into_iter();
        let mut ticket = Self::begin(events.next().ok_or(FoldError::Beginning)?)?;
        for event in events {
            ticket.apply(event)?;
        }
        Ok(ticket)
    }

    /// The ticket after its first event.
    ///
    /// # Errors
    /// [`FoldError::Beginning`] where the event is not a first one.
    pub fn begin(event: &Event) -> Result<Self, FoldError> {
        let (Fact::Raised(raised), 1) = (&event.fact, event.seq) else {
            return Err(FoldError::Beginning);
        };
        let raised = Raised::clone(raised);
        Ok(Self {
            id: event.ticket,
            version: 1,
            reference: raised.reference,
            kind: raised.kind,
            status: Status::New,
            priority: raised.priority,
            service: raised.service,
            queue: raised.queue,
            channel: raised.channel,
            language: raised.language,
            customer: raised.customer,
            assignment: None,
            put_back_by: None,
            allocate_at: None,
            subject: raised.subject,
            amount: raised.amount,
            tags: raised.tags,
            fields: raised.fields,
            links: BTreeSet::new(),
            attachments: Vec::new(),
            received_at: raised.received_at,
            raised_at: event.at,
            updated_at: event.at,
            first_response_at: None,
            sla: None,
            pauses: Vec::new(),
            snoozed_until: None,
            close_at: None,
            rating: None,
            reopened: 0,
            reassigned: 0,
            merged_into: None,
            absorbed: BTreeSet::new(),
            borrowed: raised.borrowed,
            held: false,
            erased_at: None,
        })
    }

    /// Moves the ticket on by its next event.
    ///
    /// # Errors
    /// [`FoldError::Sequence`] where it is not the next one.
    pub fn apply(&mut self, event: &Event) -> Result<(), FoldError> {
        if event.ticket != self.id || event.seq != self.version + 1 {
            return Err(FoldError::Sequence {
                last: self.version,
                got: event.seq,
            });
        }
        self.version = event.seq;
        self.updated_at = event.at;
        match &event.fact {
            Fact::Raised(_) => {
                return Err(FoldError::Sequence {
                    last: self.version - 1,
                    got: event.seq,
                });
            }
            Fact::Amended(amended) => {
                self.subject = amended.subject.unwrap_or(self.subject);
                self.service = amended
                    .service
                    .clone()
                    .unwrap_or_else(|| self.service.clone());
                self.queue = amended.queue.clone().unwrap_or_else(|| self.queue.clone());
                self.amount = amended.amount.or(self.amount);
                self.language = amended
                    .language
                    .clone()
                    .unwrap_or_else(|| self.language.clone());
                self.fields.extend(amended.fields.clone());
            }
            Fact::Queued { queue, allocate_at } => {
                self.queue = queue.clone();
                self.allocate_at = *allocate_at;
            }
            Fact::Unplaced { .. } => self.allocate_at = None,
            Fact::Assigned {
                agent, pool, units, ..
            } => {
                self.assignment = Some(Assignment {
                    agent: *agent,
                    pool: *pool,
                    units: *units,
                    since: event.at,
                });
                self.put_back_by = None;
                self.allocate_at = None;
                self.open_if_new();
            }
            Fact::Released { agent, .. } => {
                self.assignment = None;
                self.put_back_by = Some(*agent);
                self.reassigned += 1;
            }
            Fact::Replied { .. } if event.actor.role() != Role::Customer => {
                self.first_response_at.get_or_insert(event.at);
                self.open_if_new();
            }
            Fact::Waiting { on } => self.wait(*on, event),
            Fact::Resumed => {
                self.end_pause(event);
                self.status = Status::Open;
            }
            Fact::Resolved {
                outcome,
                words,
                close_at,
            } => {
                if words.is_some() {
                    self.first_response_at.get_or_insert(event.at);
                }
                self.end_pause(event);
                self.pauses.push(Pause {
                    cause: PauseCause::Resolved,
                    from: event.at,
                    to: None,
                });
                self.status = Status::Resolved {
                    outcome: *outcome,
                    at: event.at,
                };
                self.close_at = *close_at;
                self.snoozed_until = None;
                self.allocate_at = None;
            }
            Fact::Reopened { .. } => {
                self.end_pause(event);
                self.status = Status::Open;
                self.close_at = None;
                self.reopened += 1;
                // It was the answer before that was rated.
                self.rating = None;
            }
            Fact::Closed => self.close(event),
            Fact::Reprioritised { priority } => self.priority = *priority,
            Fact::Converted { kind } => self.kind = *kind,
            Fact::MergedInto { ticket } => {
                self.merged_into = Some(*ticket);
                self.close(event);
            }
            Fact::Absorbed {
                ticket,
                received_at,
                attachments,
                absorbed,
                ..
            } => {
                self.received_at = *received_at;
                self.attachments.extend(attachments);
                self.absorbed.insert(*ticket);
                self.absorbed.extend(absorbed);
            }
            Fact::Linked { link } => {
                self.links.insert(*link);
            }
            Fact::Unlinked { link } => {
                self.links.remove(link);
            }
            Fact::Tagged { added, removed } => {
                self.tags.extend(added.iter().cloned());
                self.tags.retain(|tag| !removed.contains(tag));
            }
            Fact::Snoozed { until } => self.snoozed_until = Some(*until),
            Fact::Woken => self.snoozed_until = None,
            Fact::Attached { attachment } => self.attachments.push(*attachment),
            Fact::Rated { score, words } => {
                self.rating = Some(Rating {
                    score: *score,
                    words: *words,
                })
            }
            Fact::Held { held } => self.held = *held,
            Fact::Erased {} => self.erased_at = Some(event.at),
            Fact::Deadlines { sla } => self.sla.clone_from(sla),
            Fact::Warned(passed) | Fact::Breached(passed) | Fact::Escalated(passed) => {
                self.pass(passed)
            }
            Fact::Met(reached) => self.reach(reached, event, true),
            Fact::Missed(reached) => self.reach(reached, event, false),
            Fact::Replied { .. }
            | Fact::Noted { .. }
            | Fact::SplitOff { .. }
            | Fact::Called { .. } => {}
        }
        Ok(())
    }

    fn open_if_new(&mut self) {
        if self.status == Status::New {
            self.status = Status::Open;
        }
    }

    fn wait(&mut self, on: WaitingOn, event: &Event) {
        self.end_pause(event);
        let (cause, status) = match on {
            WaitingOn::Customer => (
                PauseCause::Customer,
                Status::WaitingForCustomer { since: event.at },
            ),
            WaitingOn::ThirdParty => (
                PauseCause::ThirdParty,
                Status::WaitingForThirdParty { since: event.at },
            ),
        };
        self.pauses.push(Pause {
            cause,
            from: event.at,
            to: None,
        });
        self.status = status;
    }

    fn end_pause(&mut self, event: &Event) {
        if let Some(pause) = self.pauses.last_mut().filter(|pause| pause.to.is_none()) {
            pause.to = Some(event.at);
        }
    }

    fn close(&mut self, event: &Event) {
        let outcome = match self.status {
            Status::Resolved { outcome, .. } => Some(outcome),
            _ => None,
        };
        self.status = Status::Closed {
            outcome,
            at: event.at,
        };
        self.close_at = None;
        self.snoozed_until = None;
        self.allocate_at = None;
    }

    fn timer(&mut self, target: crate::ticket::Target, cycle: u32) -> Option<&mut Timer> {
        let timers = self.sla.iter_mut().flat_map(|sla| &mut sla.timers);
        timers
            .into_iter()
            .find(|t| t.target == target && t.cycle == cycle)
    }

    fn pass(&mut self, passed: &Passed) {
        if let Some(timer) = self.timer(passed.target, passed.cycle) {
            for milestone in timer
                .milestones
                .iter_mut()
                .filter(|m| m.mark == passed.mark)
            {
                milestone.fired = true;
            }
        }
    }

    fn reach(&mut self, reached: &Reached, event: &Event, met: bool) {
        if let Some(timer) = self.timer(reached.target, reached.cycle) {
            timer.verdict = Some(Verdict {
                met,
                at: event.at,
                margin_s: reached.margin_s,
            });
        }
    }
}

//! A decision while it is being made: what happened so far, and what that changes.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::actor::Actor;
use crate::agent::{Agent, Pool};
use crate::clock::Moment;
use crate::command::TEXT_MAX;
use crate::error::Error;
use crate::event::{Event, Fact};
use crate::id::{AgentId, Code, PieceId, TicketId};
use crate::notify::{Notice, NoticeState, Recipient};
use crate::rules::Rulebook;
use crate::store::{Changes, LoadChange, QueueMark, Revised};
use crate::ticket::{Assignment, How, Ticket};
use crate::words::{Piece, Words};

/// A decision while it is being made.
pub(crate) struct Draft<'a> {
    pub(crate) rules: &'a Rulebook,
    pub(crate) moment: Moment,
    pub(crate) actor: Actor,
    pub(crate) changes: Changes,
}

/// A ticket in a decision: as it was read, and as it is now.
pub(crate) struct Case {
    from: u64,
    events: Vec<Event>,
    pub(crate) ticket: Ticket,
}

impl Case {
    pub(crate) fn of(ticket: Ticket) -> Self {
        Self {
            from: ticket.version,
            events: Vec::new(),
            ticket,
        }
    }

    /// What happens to it in this decision.
    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }

    pub(crate) fn has_changed(&self) -> bool {
        !self.events.is_empty()
    }
}

impl<'a> Draft<'a> {
    pub(crate) fn new(rules: &'a Rulebook, moment: Moment, actor: Actor) -> Self {
        Self {
            rules,
            moment,
            actor,
            changes: Changes::default(),
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.moment.now()
    }

    /// Begins a ticket with its first event.
    pub(crate) fn begin(&mut self, id: TicketId, fact: Fact) -> Result<Case, Error> {
        let event = self.event(id, 1, fact);
        let ticket = Ticket::begin(&event)?;
        Ok(Case {
            from: 0,
            events: vec![event],
            ticket,
        })
    }

    /// Lets something happen to a ticket.
    pub(crate) fn happen(&mut self, case: &mut Case, fact: Fact) -> Result<(), Error> {
        let event = self.event(case.ticket.id, case.ticket.version + 1, fact);
        case.ticket.apply(&event)?;
        case.events.push(event);
        Ok(())
    }

    fn event(&mut self, ticket: TicketId, seq: u64, fact: Fact) -> Event {
        let (form, at, actor) = (Event::FORM, self.now(), self.actor);
        Event {
            form,
            id: self.moment.id(),
            ticket,
            seq,
            at,
            actor,
            fact,
        }
    }

    /// Keeps what somebody typed, apart from the events.
    pub(crate) fn say(
        &mut self,
        field: &str,
        ticket: TicketId,
        text: &str,
    ) -> Result<Piece, Error> {
        if text.trim().is_empty() {
            return Err(Error::invalid(field, "some text, got none"));
        }
        if text.len() > TEXT_MAX {
            let got = text.len();
            return Err(Error::invalid(
                field,
                format!("at most {TEXT_MAX} bytes, got {got}"),
            ));
        }
        if text.contains('\0') {
            return Err(Error::invalid(field, "text without U+0000"));
        }
        let words = Words::new(&mut self.moment, ticket, text.to_owned());
        let piece = words.piece();
        self.changes.words.push(words);
        Ok(piece)
    }

    /// Keeps an optional text; a blank one counts as none.
    pub(crate) fn say_if_any(
        &mut self,
        field: &str,
        ticket: TicketId,
        text: Option<&str>,
    ) -> Result<Option<Piece>, Error> {
        match text.filter(|text| !text.trim().is_empty()) {
            Some(text) => self.say(field, ticket, text).map(Some),
            None => Ok(None),
        }
    }

    /// Owes somebody a notice, unless the rules keep this text silent.
    pub(crate) fn owe(&mut self, ticket: TicketId, to: Recipient, text: &str, pieces: &[PieceId]) {
        let Ok(text) = text.parse::<Code>() else {
            return;
        };
        if self.rules.is_silent(&text) {
            return;
        }
        let now = self.now();
        let notice = Notice {
            id: self.moment.id(),
            version: 1,
            ticket,
            to,
            text,
            pieces: pieces.to_vec(),
            created_at: now,
            attempts: 0,
            state: NoticeState::Owed { at: now },
        };
        self.changes.notices.push(Revised {
            from: 0,
            value: notice,
        });
    }

    /// Takes back notices that were not sent yet.
    pub(crate) fn withdraw(&mut self, notices: Vec<Notice>) {
        let at = self.now();
        for notice in notices {
            let value = Notice {
                version: notice.version + 1,
                state: NoticeState::Withdrawn { at },
                ..notice
            };
            self.changes.notices.push(Revised {
                from: value.version - 1,
                value,
            });
        }
    }

    /// Adds to what an agent carries, or takes off; `assigned_at` where allocation gave it to them.
    pub(crate) fn load(
        &mut self,
        agent: AgentId,
        pool: Pool,
        units: i64,
        enforce: bool,
        assigned_at: Option<DateTime<Utc>>,
    ) {
        match self
            .changes
            .loads
            .iter_mut()
            .find(|load| load.agent == agent && load.pool == pool)
        {
            Some(load) => {
                load.units += units;
                load.enforce |= enforce;
                load.assigned_at = load.assigned_at.or(assigned_at);
            }
            None => self.changes.loads.push(LoadChange {
                agent,
                pool,
                units,
                enforce,
                assigned_at,
            }),
        }
    }

    /// What `assignment` took comes free again.
    pub(crate) fn unload(&mut self, assignment: Assignment) {
        self.load(
            assignment.agent,
            assignment.pool,
            -i64::from(assignment.units),
            false,
            None,
        );
    }

    /// Marks the queues that an agent may have become able to serve.
    pub(crate) fn mark(&mut self, agent: &Agent) {
        let at = self.now();
        for queue in agent
            .queues
            .iter()
            .filter(|queue| self.rules.allocator(queue).is_some())
        {
            if !self.changes.marks.iter().any(|mark| mark.queue == *queue) {
                self.changes.marks.push(QueueMark {
                    queue: queue.clone(),
                    at,
                });
            }
        }
    }

    /// Puts a ticket into its queue. Nobody is given a token: it is called to a counter.
    pub(crate) fn queue(&mut self, case: &mut Case) -> Result<(), Error> {
        let queue = case.ticket.queue.clone();
        let is_given_out = self.rules.allocator(&queue).is_some() && case.ticket.token().is_none();
        let allocate_at = is_given_out.then(|| self.now());
        self.happen(case, Fact::Queued { queue, allocate_at })
    }

    /// Gives a ticket to an agent, from whoever has it.
    pub(crate) fn assign(
        &mut self,
        case: &mut Case,
        agent: AgentId,
        how: How,
        enforce: bool,
        turn: Option<DateTime<Utc>>,
    ) -> Result<(), Error> {
        if let Some(before) = case.ticket.assignment {
            if before.agent == agent {
                return Err(Error::not_possible("this agent has the ticket already"));
            }
            self.release(case, before)?;
        }
        let (pool, units) = self.rules.work_of(&case.ticket);
        let tell = !matches!(how, How::Claim);
        self.happen(
            case,
            Fact::Assigned {
                agent,
                pool,
                units,
                how,
            },
        )?;
        self.load(agent, pool, i64::from(units), enforce, turn);
        if tell {
            let subject = case.ticket.subject.id;
            self.owe(
                case.ticket.id,
                Recipient::Agent(agent),
                "assigned",
                &[subject],
            );
        }
        Ok(())
    }

    /// Takes a ticket from the agent who has it.
    pub(crate) fn release(&mut self, case: &mut Case, from: Assignment) -> Result<(), Error> {
        let Assignment {
            agent, pool, units, ..
        } = from;
        self.unload(from);
        self.happen(case, Fact::Released { agent, pool, units })
    }

    /// Ends the decision over a ticket: its deadlines follow what happened, and its row is written.
    pub(crate) fn settle(&mut self, mut case: Case) -> Result<Ticket, Error> {
        let now = self.now();
        let facts = self.rules.sla().follow(&case.ticket, &case.events, now);
        for fact in facts.map_err(Error::broken)? {
            self.happen(&mut case, fact)?;
        }
        if case.has_changed() {
            self.changes.events.append(&mut case.events);
            self.changes.tickets.push(Revised {
                from: case.from,
                value: case.ticket.clone(),
            });
        }
        Ok(case.ticket)
    }
}

/// The JSON of something of ours, for hashing or keeping.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(Error::broken)
}

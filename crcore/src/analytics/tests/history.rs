//! Histories to count: events as the desk would write them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::actor::Actor;
use crate::agent::Pool;
use crate::analytics::Analytics;
use crate::clock::{ManualClock, Moment};
use crate::event::{Amended, Event, Fact, Passed, Raised, Reached};
use crate::id::{AgentId, Code, Reference, ServiceAccountId, TicketId};
use crate::ticket::{
    Channel, FieldValue, How, Kind, Language, Mark, Outcome, Priority, Target, Ticket,
};
use crate::words::{Piece, Words};

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Writes events, in the order of the feed, and folds each ticket as a store would.
pub(super) struct Desk {
    pub(super) moment: Moment,
    pub(super) events: Vec<Event>,
    pub(super) tickets: BTreeMap<TicketId, Ticket>,
    pub(super) agents: [AgentId; 3],
    pub(super) bot: ServiceAccountId,
}

impl Desk {
    pub(super) fn new(seed: u64) -> Self {
        let clock = ManualClock::seeded(at("2026-01-01T00:00:00Z"), seed);
        let mut moment = Moment::of(&clock).unwrap();
        Self {
            agents: [moment.id(), moment.id(), moment.id()],
            bot: moment.id(),
            moment,
            events: Vec::new(),
            tickets: BTreeMap::new(),
        }
    }

    pub(super) fn agent(&self, nth: usize) -> Actor {
        Actor::Agent(self.agents[nth])
    }

    pub(super) fn piece(&mut self, ticket: TicketId) -> Piece {
        Words::new(&mut self.moment, ticket, "words".into()).piece()
    }

    pub(super) fn raise(
        &mut self,
        at: DateTime<Utc>,
        received_at: DateTime<Utc>,
        what: (Kind, &str, Channel),
    ) -> TicketId {
        self.raise_with(at, received_at, what, BTreeMap::new())
    }

    pub(super) fn raise_with(
        &mut self,
        at: DateTime<Utc>,
        received_at: DateTime<Utc>,
        (kind, service, channel): (Kind, &str, Channel),
        fields: BTreeMap<Code, FieldValue>,
    ) -> TicketId {
        let ticket = self.moment.id();
        let raised = Raised {
            reference: Reference::from_random(self.moment.bytes()),
            kind,
            priority: Priority::Normal,
            service: service.parse().unwrap(),
            queue: "desk".parse().unwrap(),
            channel,
            language: Language::default(),
            customer: self.moment.id(),
            received_at,
            subject: self.piece(ticket),
            body: None,
            amount: None,
            tags: BTreeSet::new(),
            fields,
            split_from: None,
            borrowed: Vec::new(),
        };
        self.tell(ticket, at, Actor::System, Fact::Raised(Box::new(raised)));
        ticket
    }

    pub(super) fn tell(&mut self, ticket: TicketId, at: DateTime<Utc>, actor: Actor, fact: Fact) {
        let event = Event {
            form: Event::FORM,
            id: self.moment.id(),
            ticket,
            seq: self.tickets.get(&ticket).map_or(1, |t| t.version + 1),
            at,
            actor,
            fact,
        };
        match self.tickets.get_mut(&ticket) {
            Some(ticket) => ticket.apply(&event).unwrap(),
            None => {
                self.tickets.insert(ticket, Ticket::begin(&event).unwrap());
            }
        }
        self.events.push(event);
    }

    /// An event of the desk itself, at an instant given as text.
    pub(super) fn note(&mut self, ticket: TicketId, when: &str, fact: Fact) {
        self.tell(ticket, at(when), Actor::System, fact);
    }

    pub(super) fn fold(&self) -> Analytics {
        fold(&self.events)
    }
}

pub(super) fn fold(events: &[Event]) -> Analytics {
    let mut analytics = Analytics::new();
    resume(&mut analytics, events);
    analytics
}

/// Folds what of a feed lies after the bookmark.
pub(super) fn resume(analytics: &mut Analytics, feed: &[Event]) {
    for (event, position) in feed.iter().zip(1..).skip(analytics.bookmark() as usize) {
        analytics.record(position, event).unwrap();
    }
}

pub(super) fn assigned(agent: AgentId, units: u32) -> Fact {
    Fact::Assigned {
        agent,
        pool: Pool::Cases,
        units,
        how: How::Hand,
    }
}

pub(super) fn released(agent: AgentId, units: u32) -> Fact {
    Fact::Released {
        agent,
        pool: Pool::Cases,
        units,
    }
}

pub(super) fn resolved(words: Option<Piece>) -> Fact {
    resolved_so(Outcome::Answered, words)
}

pub(super) fn resolved_so(outcome: Outcome, words: Option<Piece>) -> Fact {
    Fact::Resolved {
        outcome,
        words,
        close_at: None,
    }
}

pub(super) fn moved_to(service: &str) -> Fact {
    Fact::Amended(Box::new(Amended {
        service: Some(service.parse().unwrap()),
        ..Amended::default()
    }))
}

pub(super) fn passed(target: Target, cycle: u32, mark: Mark, at: DateTime<Utc>) -> Passed {
    Passed {
        target,
        cycle,
        mark,
        at,
    }
}

pub(super) fn reached(
    target: Target,
    cycle: u32,
    due_at: Option<DateTime<Utc>>,
    margin_s: i64,
) -> Reached {
    Reached {
        target,
        cycle,
        due_at,
        margin_s,
    }
}

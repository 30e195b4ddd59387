//! Tickets to store.
#![expect(unreachable_pub, reason = "shared by test files")]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use crcore::notify::{Notice, NoticeState, Recipient};
use crcore::store::Revised;
use crcore::ticket::{Channel, Kind, Language, Priority};
use crcore::{
    Actor, Changes, Code, Event, Fact, ManualClock, Moment, Raised, Reference, StoreError, Ticket,
    Words,
};

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn start() -> DateTime<Utc> {
    "2026-03-02T09:00:00.123456Z".parse().unwrap()
}

/// Time and chance of one test.
pub struct World(ManualClock);

impl World {
    pub fn new(seed: u64) -> Self {
        Self(ManualClock::seeded(start(), seed))
    }

    /// The next moment, a microsecond later than the one before.
    fn moment(&self) -> Moment {
        self.0.advance(TimeDelta::microseconds(1));
        Moment::of(&self.0).unwrap()
    }

    /// A new ticket as the desk raises it: two events, two pieces of words, a notice, a mark.
    pub fn raise(&self, text: &str) -> Changes {
        let mut moment = self.moment();
        let now = moment.now();
        let id = moment.id();
        let subject = Words::new(&mut moment, id, format!("Subject: {text}"));
        let body = Words::new(&mut moment, id, text.to_owned());
        let customer = moment.id();
        let raised = Raised {
            reference: Reference::from_random(moment.bytes()),
            kind: Kind::Complaint,
            priority: Priority::Normal,
            service: code("cards"),
            queue: code("cards"),
            channel: Channel::Web,
            language: Language::default(),
            customer,
            received_at: now,
            subject: subject.piece(),
            body: Some(body.piece()),
            amount: None,
            tags: BTreeSet::new(),
            fields: BTreeMap::new(),
            split_from: None,
            borrowed: Vec::new(),
        };
        let facts = [
            Fact::Raised(Box::new(raised)),
            Fact::Queued {
                queue: code("cards"),
                allocate_at: Some(now),
            },
        ];
        let events: Vec<_> = (1..)
            .zip(facts)
            .map(|(seq, fact)| Event {
                form: Event::FORM,
                id: moment.id(),
                ticket: id,
                seq,
                at: now,
                actor: Actor::Customer(customer),
                fact,
            })
            .collect();
        let notice = Notice {
            id: moment.id(),
            version: 1,
            ticket: id,
            to: Recipient::Customer(customer),
            text: code("received"),
            pieces: vec![subject.id],
            created_at: now,
            attempts: 0,
            state: NoticeState::Owed { at: now },
        };
        Changes {
            tickets: vec![new(Ticket::from_events(&events).unwrap())],
            events,
            words: vec![subject, body],
            notices: vec![new(notice)],
            ..Changes::default()
        }
    }

    /// The ticket goes on by one event.
    pub fn go_on(&self, ticket: &Ticket, fact: Fact) -> Changes {
        let mut moment = self.moment().not_before(ticket.updated_at);
        let event = Event {
            form: Event::FORM,
            id: moment.id(),
            ticket: ticket.id,
            seq: ticket.version + 1,
            at: moment.now(),
            actor: Actor::System,
            fact,
        };
        let mut next = ticket.clone();
        next.apply(&event).unwrap();
        Changes {
            tickets: vec![Revised {
                from: ticket.version,
                value: next,
            }],
            events: vec![event],
            ..Changes::default()
        }
    }
}

fn new<T>(value: T) -> Revised<T> {
    Revised { from: 0, value }
}

pub fn is_conflict<T: std::fmt::Debug>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Conflict { .. }))
}

pub fn ticket(changes: &Changes) -> &Ticket {
    &changes.tickets[0].value
}

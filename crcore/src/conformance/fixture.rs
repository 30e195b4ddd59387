//! Made-up desks: tickets with real histories, agents, notices, keys.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::actor::Actor;
use crate::agent::{Agent, Pool};
use crate::clock::{ManualClock, Moment};
use crate::conformance::Broken;
use crate::conformance::chance::Chance;
use crate::customer::Customer;
use crate::event::{Event, Fact, Raised};
use crate::id::{AgentId, BlobId, Code, CustomerId, NoticeId, Reference, TicketId};
use crate::notify::{Notice, NoticeState, Recipient};
use crate::record::Body;
use crate::store::{Answer, Changes, LoadChange, QueueMark, RecordChange, Revised, RulesVersion};
use crate::ticket::{Channel, How, Kind, Language, Priority, Ticket};
use crate::words::Words;

/// Where the rows of one law come from: repeatable time, ids and chance.
pub(super) struct Scene {
    moment: Moment,
    pub(super) chance: Chance,
    pub(super) codes: Codes,
}

/// The bank's vocabulary.
pub(super) struct Codes {
    pub(super) queues: Vec<Code>,
    pub(super) services: Vec<Code>,
    pub(super) tags: Vec<Code>,
}

/// A code that is known to be one.
pub(super) fn code(text: &str) -> Result<Code, Broken> {
    text.parse()
        .map_err(|_| Broken::new(format!("{text} is no code")))
}

/// An instant that is known to be one.
pub(super) fn instant(text: &str) -> Result<DateTime<Utc>, Broken> {
    text.parse()
        .map_err(|_| Broken::new(format!("{text} is no instant")))
}

pub(super) fn codes(texts: &[&str]) -> Result<Vec<Code>, Broken> {
    texts.iter().map(|text| code(text)).collect()
}

impl Scene {
    pub(super) fn new(seed: u64) -> Result<Self, Broken> {
        let clock = ManualClock::seeded(instant("2026-03-02T09:00:00.000001Z")?, seed);
        Ok(Self {
            moment: Moment::of(&clock)?,
            chance: Chance::new(seed),
            codes: Codes {
                // Alike for an eye, a wildcard or a collation, but not bytewise.
                queues: codes(&["cards", "cards-2", "cards_2", "loans"])?,
                services: codes(&["card.lost", "card-lost", "loan.late"])?,
                tags: codes(&["fraud", "vip", "press"])?,
            },
        })
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.moment.now()
    }

    /// Some time goes by.
    pub(super) fn pass(&mut self, step: TimeDelta) -> DateTime<Utc> {
        let then = self.now() + step;
        self.moment = self.moment.clone().not_before(then);
        then
    }

    pub(super) fn id<T: From<Uuid>>(&mut self) -> T {
        self.moment.id()
    }

    pub(super) fn words(&mut self, ticket: TicketId, text: impl Into<String>) -> Words {
        Words::new(&mut self.moment, ticket, text.into())
    }

    pub(super) fn event(&mut self, ticket: TicketId, seq: u64, fact: Fact) -> Event {
        let at = self.pass(TimeDelta::microseconds(1_000_001));
        Event {
            form: Event::FORM,
            id: self.id(),
            ticket,
            seq,
            at,
            actor: Actor::System,
            fact,
        }
    }

    /// What a new ticket might be.
    pub(super) fn raised(&mut self, subject: &Words) -> Raised {
        let received = TimeDelta::seconds(self.chance.below(100_000) as i64);
        Raised {
            reference: Reference::from_random(self.moment.bytes()),
            kind: *self.chance.pick(Kind::ALL),
            priority: *self.chance.pick(Priority::ALL),
            service: self.chance.pick(&self.codes.services).clone(),
            queue: self.chance.pick(&self.codes.queues).clone(),
            channel: *self.chance.pick(Channel::ALL),
            language: Language::default(),
            customer: self.id(),
            received_at: self.now() - received,
            subject: subject.piece(),
            body: None,
            amount: None,
            tags: BTreeSet::new(),
            fields: BTreeMap::new(),
            split_from: None,
            borrowed: Vec::new(),
        }
    }

    /// A new ticket.
    pub(super) fn raise(&mut self) -> Result<(Ticket, Changes), Broken> {
        self.raise_as(|_| {})
    }

    /// A new ticket of which something is said.
    pub(super) fn raise_as(
        &mut self,
        say: impl FnOnce(&mut Raised),
    ) -> Result<(Ticket, Changes), Broken> {
        let id = self.id();
        let subject = self.words(id, "My card");
        let mut raised = self.raised(&subject);
        say(&mut raised);
        let event = self.event(id, 1, Fact::Raised(Box::new(raised)));
        let ticket = Ticket::begin(&event)?;
        let changes = Changes {
            tickets: vec![Revised {
                from: 0,
                value: ticket.clone(),
            }],
            events: vec![event],
            words: vec![subject],
            ..Changes::default()
        };
        Ok((ticket, changes))
    }

    /// The ticket after one more fact.
    pub(super) fn step(
        &mut self,
        ticket: &Ticket,
        fact: Fact,
    ) -> Result<(Ticket, Changes), Broken> {
        self.steps(ticket, [fact])
    }

    /// The ticket after these facts, in one change set.
    pub(super) fn steps(
        &mut self,
        before: &Ticket,
        facts: impl IntoIterator<Item = Fact>,
    ) -> Result<(Ticket, Changes), Broken> {
        let mut ticket = before.clone();
        let mut events = Vec::new();
        for fact in facts {
            let event = self.event(ticket.id, ticket.version + 1, fact);
            ticket.apply(&event)?;
            events.push(event);
        }
        let changes = Changes {
            tickets: vec![Revised {
                from: before.version,
                value: ticket.clone(),
            }],
            events,
            ..Changes::default()
        };
        Ok((ticket, changes))
    }

    /// A new agent of these queues, with room for so much in the pool of cases.
    pub(super) fn agent(&mut self, queues: &[Code], room: u32) -> Agent {
        let mut agent = Agent::new(self.id(), "Asha Rao");
        agent.version = 1;
        agent.queues = queues.iter().cloned().collect();
        agent.capacity.insert(Pool::Cases, room);
        agent
    }

    /// A new notice on `ticket`, owed at `at`.
    pub(super) fn notice(&mut self, ticket: TicketId, at: DateTime<Utc>) -> Result<Notice, Broken> {
        Ok(Notice {
            id: self.id(),
            version: 1,
            ticket,
            to: Recipient::Customer(self.id()),
            text: code("ticket.raised")?,
            pieces: vec![self.id()],
            created_at: self.now(),
            attempts: 0,
            state: NoticeState::Owed { at },
        })
    }

    /// An answer under `key`, which it holds for a day.
    pub(super) fn answer(&self, principal: &str, key: &str) -> Answer {
        Answer {
            principal: principal.to_owned(),
            key: key.to_owned(),
            body: BlobId::of(key.as_bytes()).to_string(),
            outcome: "{\"version\":1}".to_owned(),
            given_at: self.now(),
            expires_at: self.now() + TimeDelta::days(1),
        }
    }

    pub(super) fn rules(&self, version: &str) -> RulesVersion {
        RulesVersion {
            version: version.to_owned(),
            text: "{\"policies\":[]}".to_owned(),
            since: self.now(),
        }
    }

    pub(super) fn mark(&self, queue: usize) -> QueueMark {
        QueueMark {
            queue: self.codes.queues[queue].clone(),
            at: self.now(),
        }
    }
}

/// A change set with a new agent.
pub(super) fn joins(agent: &Agent) -> Changes {
    edits(agent, 0)
}

/// A change set with an agent who was at version `from`.
pub(super) fn edits(agent: &Agent, from: u64) -> Changes {
    let value = agent.clone();
    Changes {
        agents: vec![Revised { from, value }],
        ..Changes::default()
    }
}

/// A change set with a notice that was at version `from`.
pub(super) fn owes(notice: &Notice, from: u64) -> Changes {
    let value = notice.clone();
    Changes {
        notices: vec![Revised { from, value }],
        ..Changes::default()
    }
}

/// A change set with these answers.
pub(super) fn answers(answers: impl IntoIterator<Item = Answer>) -> Changes {
    Changes {
        answers: answers.into_iter().collect(),
        ..Changes::default()
    }
}

/// A change set with these records.
pub(super) fn keeps(records: impl IntoIterator<Item = RecordChange>) -> Changes {
    Changes {
        records: records.into_iter().collect(),
        ..Changes::default()
    }
}

/// A record that was at version `from` and never expires.
pub(super) fn keep(shelf: &str, key: &str, from: Option<u64>, text: &str) -> RecordChange {
    RecordChange {
        shelf: shelf.to_owned(),
        key: key.to_owned(),
        from,
        to: Some(Body {
            text: text.to_owned(),
            expires_at: None,
        }),
    }
}

/// A change set with one addition to a load.
pub(super) fn loads(change: LoadChange) -> Changes {
    Changes {
        loads: vec![change],
        ..Changes::default()
    }
}

/// So much more for an agent in the pool of cases, within their capacity.
pub(super) fn load(agent: AgentId, units: i64) -> LoadChange {
    LoadChange {
        agent,
        pool: Pool::Cases,
        units,
        enforce: units > 0,
        assigned_at: None,
    }
}

/// A ticket goes to an agent by their own hand.
pub(super) fn assigned(agent: AgentId, units: u32) -> Fact {
    Fact::Assigned {
        agent,
        pool: Pool::Cases,
        units,
        how: How::Claim,
    }
}

/// One change set of all that these hold.
pub(super) fn together(sets: impl IntoIterator<Item = Changes>) -> Changes {
    sets.into_iter().fold(Changes::default(), |mut all, set| {
        all.tickets.extend(set.tickets);
        all.events.extend(set.events);
        all.words.extend(set.words);
        all.agents.extend(set.agents);
        all.loads.extend(set.loads);
        all.marks.extend(set.marks);
        all.unmarks.extend(set.unmarks);
        all.customers.extend(set.customers);
        all.forgotten.extend(set.forgotten);
        all.notices.extend(set.notices);
        all.erased.extend(set.erased);
        all.rules.extend(set.rules);
        all.answers.extend(set.answers);
        all.records.extend(set.records);
        all
    })
}

/// A change set with a customer who was at version `from`.
pub(super) fn knows(customer: &Customer, from: u64) -> Changes {
    let value = customer.clone();
    Changes {
        customers: vec![Revised { from, value }],
        ..Changes::default()
    }
}

/// Ids of the rows in a list.
pub(super) fn ticket_ids(tickets: &[Ticket]) -> Vec<TicketId> {
    tickets.iter().map(|ticket| ticket.id).collect()
}

/// Ids of the rows in a list.
pub(super) fn notice_ids(notices: &[Notice]) -> Vec<NoticeId> {
    notices.iter().map(|notice| notice.id).collect()
}

/// A customer of whom something is known.
pub(super) fn customer(id: CustomerId, version: u64, name: &str) -> Customer {
    let mut customer = Customer::new(id);
    customer.version = version;
    customer.name = Some(name.to_owned());
    customer
}

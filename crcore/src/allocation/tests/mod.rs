//! What a pick promises: rule by rule, and for any team.

mod properties;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::actor::Actor;
use crate::agent::{Agent, Load, Pool, Standing};
use crate::allocation::{AllocationPolicy, Allocator, Rule, Work};
use crate::clock::{ManualClock, Moment};
use crate::event::{Event, Fact, Raised};
use crate::id::{AgentId, Code, Reference};
use crate::ticket::{Channel, Decision, Kind, Language, Priority, Ticket};
use crate::words::Words;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn id(n: u128) -> AgentId {
    Uuid::from_u128(n).into()
}

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn ticket(queue: &str) -> Ticket {
    let moment = &mut Moment::of(&ManualClock::new(at(0))).unwrap();
    let ticket = moment.id();
    let raised = Raised {
        reference: Reference::from_random(moment.bytes()),
        kind: Kind::Complaint,
        priority: Priority::Normal,
        service: code("cards.dispute"),
        queue: code(queue),
        channel: Channel::Web,
        language: Language::default(),
        customer: moment.id(),
        received_at: at(0),
        subject: Words::new(moment, ticket, "Charged twice".into()).piece(),
        body: None,
        amount: None,
        tags: BTreeSet::new(),
        fields: BTreeMap::new(),
        split_from: None,
        borrowed: Vec::new(),
    };
    Ticket::begin(&Event {
        form: Event::FORM,
        id: moment.id(),
        ticket,
        seq: 1,
        at: at(0),
        actor: Actor::System,
        fact: Fact::Raised(Box::new(raised)),
    })
    .unwrap()
}

/// Agent `n` of the queue `cards`, with this much of their room for cases in use.
fn standing(n: u128, units: u32, capacity: u32) -> Standing {
    let mut agent = Agent::new(id(n), format!("Agent {n}"));
    agent.queues.insert(code("cards"));
    agent.capacity.insert(Pool::Cases, capacity);
    let load = Load {
        units,
        capacity,
        last_assigned: None,
    };
    let loads = BTreeMap::from([(Pool::Cases, load)]);
    Standing { agent, loads }
}

/// A ticket of one unit in `cards` that asks for nothing else, unless changed.
#[derive(Debug)]
struct Case {
    ticket: Ticket,
    pool: Pool,
    units: u32,
    skills: BTreeMap<Code, u8>,
    owner: Option<AgentId>,
}

impl Case {
    fn new() -> Self {
        Self {
            ticket: ticket("cards"),
            pool: Pool::Cases,
            units: 1,
            skills: BTreeMap::new(),
            owner: None,
        }
    }

    fn work(&self) -> Work<'_> {
        Work {
            ticket: &self.ticket,
            pool: self.pool,
            units: self.units,
            skills: &self.skills,
            account_owner: self.owner,
        }
    }

    fn choose(&self, rules: &[Rule], team: &[Standing]) -> Decision {
        policy(rules).choose(&self.work(), team, at(0))
    }
}

fn policy(rules: &[Rule]) -> AllocationPolicy {
    AllocationPolicy::new(code("test"), rules.to_vec()).unwrap()
}

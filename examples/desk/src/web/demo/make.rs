//! Makes the demo bank: people, what it offers, what it has been through, and what is going on today.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use crcore::catalogue::Catalogue;
use crcore::store::{Assigned, TicketFilter, Total};
use crcore::{
    Actor, Agent, AgentId, Clock, ClockError, Customer, CustomerId, Desk, ManualClock, Moment,
    Pool, Role, ServiceAccountId, Store, SystemClock,
};
use crcore_adapters::accounts::{
    AccountError, Accounts, AccountsOptions, Hidden, MemoryPost, NewAccount,
};
use indicatif::ProgressBar;

use super::beside;
use super::cases::{self, Owner, language};
use super::people::{CLIENTS, Client, Colleague, STAFF};
use super::{CATALOGUE, rules, today};
use crate::failure::{Failure, Result};
use crate::replay::mail::Counter;
use crate::replay::simulation::Simulation;

/// What is not in the sample follows from this.
const SEED: u64 = 2_026;
/// How long before its first case the bank took its people on.
const BEFORE: TimeDelta = TimeDelta::days(30);
/// As many cases are of customers who have accounts; of those beyond, each ten have one more customer.
const OF_ACCOUNTS: usize = 1_000;
/// How much of the bank's time passes between two ticks while its past is made.
const EVERY: TimeDelta = TimeDelta::hours(1);
/// The program by which the sample's cases came in.
const INTAKE: u128 = 0x0192_0000_0000_7000_8000_0000_0000_0002;

/// How much there is of everything.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tally {
    pub(super) branches: usize,
    pub(super) staff: usize,
    pub(super) customers: usize,
    pub(super) cases: Total,
}

/// Who there is.
pub(super) struct People {
    pub(super) agents: Vec<(&'static str, Actor)>,
    pub(super) owners: Vec<Owner>,
}

impl People {
    pub(super) fn agent(&self, name: &str) -> Option<Actor> {
        let found = self.agents.iter().find(|(of, _)| *of == name);
        found.map(|(_, agent)| *agent)
    }
}

/// Time that moves when told, and chance that nobody knows beforehand: ids of people are no secret of a
/// seed's.
struct Past(Arc<ManualClock>);

impl Clock for Past {
    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }

    fn random(&self) -> std::result::Result<[u8; 32], ClockError> {
        SystemClock.random()
    }
}

/// Makes a bank that has had so many cases by `now`.
pub(super) async fn bank(
    store: &Arc<dyn Store>,
    secret: &str,
    count: usize,
    now: DateTime<Utc>,
) -> Result<()> {
    // Once without owners, to learn when it all began.
    let nobody = [Owner {
        id: CustomerId::from(uuid::Uuid::nil()),
        hindi: false,
    }];
    let first = cases::cases(count, SEED, today::opened(now), &nobody)?;
    let began = first.first().map_or(now, |case| case.raised_at) - BEFORE;
    let clock = Arc::new(ManualClock::seeded(began, SEED));
    let desk = Desk::builder(Arc::clone(store))
        .rules(rules()?)
        .clock(clock.clone())
        .allocate_in_call(false);
    let desk = desk.open().await?;
    let mut people = people(store, &desk, secret, &clock, busier(count)).await?;
    for client in CLIENTS.iter().cycle().take(others(count)) {
        people.owners.push(by_telephone(&desk, client).await?);
    }
    offers(&desk).await?;
    beside::shelves(&desk).await?;
    let morning = today::opened(now);
    let mut cases = cases::cases(count, SEED, morning, &people.owners)?;
    if let Some(owner) = people.owners.first() {
        cases.extend(today::own(*owner, morning)?);
    }
    relive(store, &desk, &clock, &cases, morning).await?;
    room(store, &desk, &people).await?;
    today::counters(&desk, &clock, &people, now).await?;
    today::chats(&desk, &people).await?;
    beside::talk(&desk, &people).await
}

/// Takes everybody on.
async fn people(
    store: &Arc<dyn Store>,
    desk: &Desk,
    secret: &str,
    clock: &Arc<ManualClock>,
    busier: u32,
) -> Result<People> {
    let options = AccountsOptions {
        secrets: vec![Hidden::from(secret)],
        ..AccountsOptions::default()
    };
    let post = Arc::new(MemoryPost::default());
    let past = Arc::new(Past(Arc::clone(clock)));
    let accounts = Accounts::new(Arc::clone(store), past, post, options).map_err(failed)?;
    let mut agents = Vec::new();
    for colleague in STAFF {
        let id = hire(desk, &accounts, colleague, busier).await?;
        if colleague.role == Role::Agent {
            agents.push((colleague.name, Actor::Agent(id)));
        }
    }
    let mut owners = Vec::new();
    for (nth, client) in CLIENTS.iter().enumerate() {
        // They came one after the other.
        clock.advance(BEFORE / 50);
        // One in three has one representative for everything.
        let owner = (nth % 3 == 0)
            .then(|| agents.get(nth / 3 % agents.len().max(1)))
            .flatten();
        let owner = owner.and_then(|(_, agent)| agent.staff());
        owners.push(welcome(desk, &accounts, client, owner).await?);
    }
    Ok(People { agents, owners })
}

async fn hire(
    desk: &Desk,
    accounts: &Accounts,
    colleague: &Colleague,
    busier: u32,
) -> Result<AgentId> {
    let new = NewAccount {
        id: None,
        role: colleague.role,
        name: colleague.name.to_owned(),
        email: colleague.email(),
        language: language(false)?,
        password: None,
    };
    let account = accounts.add(Actor::System, &new).await.map_err(failed)?;
    let id = AgentId::from(account.id.uuid());
    let known = desk.agent(Actor::System, id).await?.agent;
    let mut agent = colleague.agent(id)?;
    for units in agent.capacity.values_mut() {
        *units *= busier;
    }
    let version = known.version;
    desk.save_agent(Actor::System, Agent { version, ..agent })
        .await?;
    Ok(id)
}

async fn welcome(
    desk: &Desk,
    accounts: &Accounts,
    client: &Client,
    owner: Option<AgentId>,
) -> Result<Owner> {
    let new = NewAccount {
        id: None,
        role: Role::Customer,
        name: client.name.to_owned(),
        email: client.email(),
        language: language(client.hindi)?,
        password: None,
    };
    let account = accounts.add(Actor::System, &new).await.map_err(failed)?;
    let id = CustomerId::from(account.id.uuid());
    if owner.is_some() {
        let customer = Customer {
            version: 1,
            name: Some(new.name),
            email: Some(new.email),
            language: new.language,
            account_owner: owner,
            ..Customer::new(id)
        };
        desk.save_customer(Actor::System, customer).await?;
    }
    Ok(Owner {
        id,
        hindi: client.hindi,
    })
}

/// How many times as much each of the staff carries in a bank that has had so many cases: each of them stands
/// for as many.
fn busier(cases: usize) -> u32 {
    u32::try_from(1 + cases / 5_000).unwrap_or(1)
}

fn others(cases: usize) -> usize {
    cases.saturating_sub(OF_ACCOUNTS) / 10
}

/// Somebody of the same name who never made an account.
async fn by_telephone(desk: &Desk, client: &Client) -> Result<Owner> {
    let id: CustomerId = Moment::of(&SystemClock).map_err(Failure::failed)?.id();
    let customer = Customer {
        name: Some(client.name.to_owned()),
        language: language(client.hindi)?,
        ..Customer::new(id)
    };
    desk.save_customer(Actor::System, customer).await?;
    Ok(Owner {
        id,
        hindi: client.hindi,
    })
}

async fn offers(desk: &Desk) -> Result<()> {
    let catalogue: Catalogue = serde_json::from_str(CATALOGUE).map_err(Failure::failed)?;
    desk.save_catalogue(Actor::System, catalogue, 0).await?;
    Ok(())
}

/// Lets the bank live through its cases.
async fn relive(
    store: &Arc<dyn Store>,
    desk: &Desk,
    clock: &Arc<ManualClock>,
    cases: &[crate::replay::case::Case],
    now: DateTime<Utc>,
) -> Result<()> {
    let mail = Desk::builder(Arc::clone(store))
        .rules(rules()?)
        .clock(clock.clone())
        .notifier(Counter::default());
    let mail = mail.open().await?;
    let simulation = Simulation {
        desk,
        mail: &mail,
        store,
        clock,
        every: EVERY,
        stop: Some(now),
        cases,
        bar: &ProgressBar::hidden(),
    };
    let intake = ServiceAccountId::from(uuid::Uuid::from_u128(INTAKE));
    simulation.run(intake).await?;
    Ok(())
}

/// How many cases more the first of the agents, whose pass phrase is printed, can take over from others.
const ROOM: u32 = 5;

/// Leaves room with the first of the agents: past the cases they have and those that wait for somebody.
async fn room(store: &Arc<dyn Store>, desk: &Desk, people: &People) -> Result<()> {
    let Some(id) = people.agents.first().and_then(|(_, actor)| actor.staff()) else {
        return Ok(());
    };
    let standing = desk.agent(Actor::System, id).await?;
    let waiting = TicketFilter {
        assigned: Assigned::Nobody,
        queues: standing.agent.queues.clone(),
        ..TicketFilter::default()
    };
    let (Total::Exact(waiting) | Total::AtLeast(waiting)) = store.total(&waiting).await?;
    let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
    let room = standing
        .load(Pool::Cases)
        .units
        .saturating_add(waiting)
        .saturating_add(ROOM);
    let mut agent = standing.agent;
    agent.capacity.insert(Pool::Cases, room);
    desk.save_agent(Actor::System, agent).await?;
    Ok(())
}

/// Counts what the store holds.
pub(super) async fn tally(store: &Arc<dyn Store>) -> Result<Tally> {
    let catalogue: Catalogue = serde_json::from_str(CATALOGUE).map_err(Failure::failed)?;
    let cases = store.total(&TicketFilter::default()).await?;
    Ok(Tally {
        branches: catalogue.branches.len(),
        staff: STAFF.len(),
        customers: CLIENTS.len(),
        cases,
    })
}

fn failed(error: AccountError) -> Failure {
    Failure::failed(error)
}

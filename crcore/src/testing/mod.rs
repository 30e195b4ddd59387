//! A desk for tests: time that moves when told, notices that are caught, and the laws that hold at
//! every moment. For our tests and for the host's.

mod faulty;
mod outbox;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

pub use faulty::{Fault, FaultyStore};
pub use outbox::Outbox;

use crate::actor::Actor;
use crate::agent::{Agent, Pool};
use crate::clock::ManualClock;
use crate::customer::Customer;
use crate::desk::Desk;
use crate::error::Error;
use crate::id::{AgentId, Code, CustomerId};
use crate::memory::MemoryStore;
use crate::rules::Rules;
use crate::store::{Paging, Store, TicketFilter, Visible};
use crate::tick::Ticked;
use crate::ticket::Ticket;

/// A desk whose clock moves when told and whose notices are caught. Everything that a [`Desk`] can do
/// can be done with it.
///
/// ```
/// use crcore::testing::TestDesk;
/// use crcore::{Raise, Rules};
///
/// # fn main() -> Result<(), crcore::Error> {
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let cards = "cards".parse().unwrap();
/// let desk = TestDesk::open(Rules::of_services([&cards])).await?;
/// let asha = desk.new_customer("Asha").await?;
/// desk.acting(asha).raise(Raise::new(desk.id_of(asha), cards, "Card lost")).await?;
/// desk.advance_minutes(1).await?;
/// assert_eq!(desk.outbox.sent_to("asha@customers.test")[0].text.as_str(), "acknowledged");
/// desk.assert_sound().await;
/// # Ok(()) })
/// # }
/// ```
pub struct TestDesk {
    desk: Desk,
    /// The clock. Begins on Monday, 2 March 2026, 09:00 UTC.
    pub clock: Arc<ManualClock>,
    /// What was sent.
    pub outbox: Outbox,
    store: Arc<dyn Store>,
}

impl Deref for TestDesk {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

impl TestDesk {
    /// When a test begins: Monday, 2 March 2026, 09:00 UTC.
    #[must_use]
    pub fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_772_442_000, 0).unwrap_or_default()
    }

    /// A desk in memory under these rules.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the rules do not hold together.
    pub async fn open(rules: Rules) -> Result<Self, Error> {
        Self::over(MemoryStore::new(), rules).await
    }

    /// A desk over this store under these rules.
    ///
    /// # Errors
    /// As [`crate::desk::DeskBuilder::open`].
    pub async fn over(store: impl Store, rules: Rules) -> Result<Self, Error> {
        let clock = Arc::new(ManualClock::new(Self::start()));
        let outbox = Outbox::default();
        let desk = Desk::builder(store)
            .rules(rules)
            .clock(clock.clone())
            .notifier(outbox.clone())
            .open()
            .await?;
        let store = Arc::clone(&desk.inner.store);
        Ok(Self {
            desk,
            clock,
            outbox,
            store,
        })
    }

    /// Takes on an agent who serves these queues and carries up to 10 cases and 3 live contacts, with
    /// the address `name@staff.test`.
    ///
    /// # Errors
    /// As [`Desk::save_agent`].
    pub async fn new_agent(&self, name: &str, queues: &[&Code]) -> Result<Actor, Error> {
        let mut agent = Agent::new(self.new_id()?, name);
        agent.email = Some(format!("{}@staff.test", name.to_lowercase()));
        agent.queues = queues.iter().map(|&queue| queue.clone()).collect();
        agent.capacity = BTreeMap::from([(Pool::Cases, 10), (Pool::Live, 3)]);
        Ok(self.save_agent(Actor::System, agent).await?.actor())
    }

    /// Makes a customer known, with the address `name@customers.test`.
    ///
    /// # Errors
    /// As [`Desk::save_customer`].
    pub async fn new_customer(&self, name: &str) -> Result<Actor, Error> {
        let mut customer = Customer::new(self.new_id::<CustomerId>()?);
        customer.name = Some(name.to_owned());
        customer.email = Some(format!("{}@customers.test", name.to_lowercase()));
        let customer = self.save_customer(Actor::System, customer).await?;
        Ok(Actor::Customer(customer.id))
    }

    /// The customer that an actor is; nobody's id for others.
    #[must_use]
    pub fn id_of(&self, actor: Actor) -> CustomerId {
        match actor {
            Actor::Customer(id) => id,
            _ => CustomerId::from(uuid::Uuid::nil()),
        }
    }

    /// The agent that an actor is; nobody's id for others.
    #[must_use]
    pub fn staff_of(&self, actor: Actor) -> AgentId {
        actor
            .staff()
            .unwrap_or_else(|| AgentId::from(uuid::Uuid::nil()))
    }

    /// Moves the clock on and ticks until nothing more is due.
    ///
    /// # Errors
    /// As [`Desk::tick`].
    pub async fn advance(&self, step: TimeDelta) -> Result<Ticked, Error> {
        self.clock.advance(step);
        let mut total = Ticked::default();
        loop {
            let ticked = self.tick(100).await?;
            total.milestones += ticked.milestones;
            total.allocated += ticked.allocated;
            total.moved += ticked.moved;
            total.delivered += ticked.delivered;
            total.postponed += ticked.postponed;
            total.dead += ticked.dead;
            if !ticked.more {
                return Ok(total);
            }
        }
    }

    /// Moves the clock on by minutes and ticks until nothing more is due.
    ///
    /// # Errors
    /// As [`Desk::tick`].
    pub async fn advance_minutes(&self, minutes: i64) -> Result<Ticked, Error> {
        self.advance(TimeDelta::minutes(minutes)).await
    }

    /// Every ticket, by age.
    ///
    /// # Errors
    /// As [`Desk::tickets`].
    pub async fn all_tickets(&self) -> Result<Vec<Ticket>, Error> {
        let filter = TicketFilter {
            visible: Visible::All,
            ..TicketFilter::default()
        };
        let mut paging = Paging {
            limit: Paging::MAX,
            ..Paging::default()
        };
        let mut tickets = Vec::new();
        loop {
            let page = self
                .desk
                .tickets(Actor::System, filter.clone(), &paging)
                .await?;
            tickets.extend(page.items);
            paging.after = page.next;
            if paging.after.is_none() {
                return Ok(tickets);
            }
        }
    }

    /// Asserts what must hold at every moment: each ticket is the fold of its events, each agent
    /// carries the sum of their open assignments, and the chain verifies.
    ///
    /// # Panics
    /// Where it does not hold; this is an assertion.
    #[expect(clippy::expect_used, clippy::panic, reason = "an assertion for tests")]
    pub async fn assert_sound(&self) {
        let tickets = self.all_tickets().await.expect("tickets");
        let mut carried: BTreeMap<(AgentId, Pool), u32> = BTreeMap::new();
        for ticket in &tickets {
            let events = self
                .store
                .events(ticket.id, 0, 100_000)
                .await
                .expect("events");
            let folded = Ticket::from_events(&events).expect("a history");
            assert_eq!(&folded, ticket, "a ticket is the fold of its events");
            if let (true, Some(has)) = (ticket.status.is_active(), ticket.assignment) {
                *carried.entry((has.agent, has.pool)).or_default() += has.units;
            }
        }
        for standing in self.store.agents(None, 100_000).await.expect("agents") {
            for pool in Pool::ALL {
                let expected = carried
                    .get(&(standing.agent.id, pool))
                    .copied()
                    .unwrap_or(0);
                let units = standing.loads.get(&pool).map_or(0, |load| load.units);
                assert_eq!(units, expected, "what agent {} carries", standing.agent.id);
            }
        }
        if let Err(fault) = self.verify(Actor::System, None).await.expect("the feed") {
            panic!("the chain is broken: {fault}");
        }
    }
}

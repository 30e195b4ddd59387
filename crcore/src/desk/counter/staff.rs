//! Who sits at which counter.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Sitting;
use super::floor::Floor;
use crate::actor::{Actor, Role};
use crate::agent::Agent;
use crate::desk::shelves::put;
use crate::desk::{Desk, REPLANS_MAX};
use crate::error::Error;
use crate::id::{AgentId, Code, TicketId};
use crate::plan::counter::{At, SITS, SITTING};
use crate::plan::token::{day, offered};
use crate::record::Kept;
use crate::store::StoreError;
use crate::ticket::{Ticket, TokenNumber};

/// How many tokens of days that are over are ended when a counter opens: more than a branch leaves.
const LAPSED_MAX: usize = 200;

/// A counter with somebody at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// Of which branch.
    pub branch: Code,
    /// Which counter.
    pub counter: Code,
    /// Who sits there, what they call, and since when.
    pub sitting: Sitting,
    /// The tokens that were put aside there, the longest first.
    pub held: Vec<Held>,
}

/// A token that was put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Which ticket.
    pub ticket: TicketId,
    /// Its number.
    pub number: TokenNumber,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl Desk {
    /// Sits down at a counter and calls tokens of these services from there, of all that one serves
    /// where none are named; for who sits there already, calls others from now on. Tokens of former days
    /// that nobody called are withdrawn.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where a colleague sits there, or where one sits at another counter of the
    /// branch; [`Error::Invalid`] where the catalogue has no such counter, or no tokens are given there
    /// for a service that one serves.
    pub async fn open_counter(
        &self,
        actor: Actor,
        branch: &Code,
        counter: &Code,
        services: &BTreeSet<Code>,
    ) -> Result<Counter, Error> {
        let agent = self.at_work(actor).await?;
        for _ in 0..=REPLANS_MAX {
            let floor = self.floor(branch).await?;
            let counters = floor.catalogue.branches.get(branch).map(|at| &at.counters);
            if !counters.is_some_and(|counters| counters.contains(counter)) {
                let expected = format!("a counter of {branch}, got {counter}");
                return Err(Error::invalid("counter", expected));
            }
            let services = self.called_by(&agent, &floor, services)?;
            let kept = seat(&floor, agent.id, counter)?;
            let sitting = Sitting {
                agent: agent.id,
                services,
                since: kept.map_or(floor.now, |kept| kept.value.since),
                call: kept.and_then(|kept| kept.value.call),
            };
            let key = At::key(branch, counter);
            // One that nobody closed in the evening counts for nothing, and is still there.
            let stored = self.inner.store.record(SITTING.name(), &key).await?;
            let from = match kept {
                Some(kept) => kept.version,
                None => stored.map_or(0, |record| record.version),
            };
            let until = floor.now + SITS;
            let change = put(&SITTING, key, Some(from), &sitting, Some(until))?;
            match self.keep(vec![change]).await {
                Ok(()) => {
                    self.lapse(&floor).await?;
                    return self.counter(actor, branch, counter).await;
                }
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(busy())
    }

    /// Leaves a counter. What was put aside there goes back into the line, to the place that it had. A
    /// supervisor may close another's counter, and the token that was called there goes back too.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where a token is at one's own counter still.
    pub async fn close_counter(
        &self,
        actor: Actor,
        branch: &Code,
        counter: &Code,
    ) -> Result<(), Error> {
        let id = self.staff(actor, "close a counter")?;
        'look: for _ in 0..=REPLANS_MAX {
            let floor = self.floor(branch).await?;
            let sitting = sitting_of(&floor, counter)?;
            let own = sitting.value.agent == id;
            if !own && actor.role() == Role::Agent {
                let verb = "close another's counter";
                let role = actor.role().name();
                return Err(Error::NotAllowed { role, verb });
            }
            let called = floor.at(&sitting.value);
            if let (true, Some(number)) = (own, called.and_then(Ticket::token)) {
                return Err(still_here(number));
            }
            let held = floor.held_by(sitting.value.agent);
            for ticket in held.chain(called) {
                let rules = self.rules();
                let planner = self.planner(&rules);
                let plan = planner.put_back(actor, ticket.clone()).await?;
                if !self.lands(&plan).await? {
                    // It moved on meanwhile: nobody is left behind at a counter that is closed.
                    continue 'look;
                }
            }
            let key = At::key(branch, counter);
            match self
                .keep(vec![SITTING.remove(key, Some(sitting.version))])
                .await
            {
                Ok(()) => return Ok(()),
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(busy())
    }

    /// A counter and who sits there.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nobody does.
    pub async fn counter(
        &self,
        actor: Actor,
        branch: &Code,
        counter: &Code,
    ) -> Result<Counter, Error> {
        let counters = self.counters(actor, branch).await?;
        let mut counters = counters.into_iter();
        let found = counters.find(|found| found.counter == *counter);
        found.ok_or(Error::NotFound { what: "counter" })
    }

    /// The counters of a branch at which somebody sits.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to a customer, [`Error::NotFound`] where there is no such branch.
    pub async fn counters(&self, actor: Actor, branch: &Code) -> Result<Vec<Counter>, Error> {
        self.need(actor, crate::access::Right::SeeInternal)?;
        let floor = self.floor(branch).await?;
        let held = |agent| {
            let held = floor.held_by(agent).filter_map(|ticket| {
                Some(Held {
                    ticket: ticket.id,
                    number: ticket.token()?,
                    since: ticket.updated_at,
                })
            });
            held.collect()
        };
        let counter = |(code, kept): &(Code, Kept<Sitting>)| Counter {
            branch: branch.clone(),
            counter: code.clone(),
            sitting: Sitting {
                call: kept.value.call.filter(|_| floor.at(&kept.value).is_some()),
                ..kept.value.clone()
            },
            held: held(kept.value.agent),
        };
        Ok(floor.sittings.iter().map(counter).collect())
    }

    pub(super) async fn at_work(&self, actor: Actor) -> Result<Agent, Error> {
        let id = self.staff(actor, "work at a counter")?;
        let standing = self.inner.store.agent(id).await?;
        let standing = standing.ok_or(Error::NotFound { what: "agent" })?;
        Ok(standing.agent)
    }

    /// The services that an agent calls, of those that they ask for.
    fn called_by(
        &self,
        agent: &Agent,
        floor: &Floor,
        asked: &BTreeSet<Code>,
    ) -> Result<BTreeSet<Code>, Error> {
        let rules = self.rules();
        let serves = |service: &Code| {
            let queue = rules.service(service).map(|service| &service.queue);
            queue.is_some_and(|queue| agent.queues.contains(queue))
        };
        let here = floor
            .catalogue
            .at_counter(&floor.branch)
            .map(|(code, _)| code);
        if asked.is_empty() {
            let all: BTreeSet<Code> = here.filter(|code| serves(code)).cloned().collect();
            if all.is_empty() {
                let why = "you serve none of the services that give tokens here";
                return Err(Error::not_possible(why));
            }
            return Ok(all);
        }
        for service in asked {
            offered(&floor.catalogue, &floor.branch, service)?;
            if !serves(service) {
                let expected = format!("services that you serve, got {service}");
                return Err(Error::invalid("services", expected));
            }
        }
        Ok(asked.clone())
    }

    /// Ends the tokens of days that are over.
    async fn lapse(&self, floor: &Floor) -> Result<(), Error> {
        let rules = self.rules();
        let Some(branch) = floor.catalogue.branches.get(&floor.branch) else {
            return Ok(());
        };
        let today = day(&rules, branch, floor.now);
        let left = self
            .tokens_since(&floor.branch, DateTime::UNIX_EPOCH)
            .await?;
        let left = left.into_iter();
        let left = left.filter(|ticket| day(&rules, branch, ticket.raised_at) < today);
        for ticket in left.take(LAPSED_MAX) {
            let plan = self.planner(&rules).lapse(ticket).await?;
            self.lands(&plan).await?;
        }
        Ok(())
    }
}

/// The counter where an agent sits down, as it is.
fn seat<'f>(
    floor: &'f Floor,
    agent: AgentId,
    counter: &Code,
) -> Result<Option<&'f Kept<Sitting>>, Error> {
    let mut kept = None;
    for (code, sitting) in &floor.sittings {
        match (code == counter, sitting.value.agent == agent) {
            (true, true) => kept = Some(sitting),
            (true, false) => {
                return Err(Error::not_possible(format!(
                    "a colleague sits at {counter}"
                )));
            }
            (false, true) => {
                let why = format!("you sit at counter {code}: close it first");
                return Err(Error::not_possible(why));
            }
            (false, false) => {}
        }
    }
    Ok(kept)
}

pub(super) fn sitting_of<'f>(floor: &'f Floor, counter: &Code) -> Result<&'f Kept<Sitting>, Error> {
    let mut sittings = floor.sittings.iter();
    let found = sittings.find(|(code, _)| code == counter);
    found
        .map(|(_, kept)| kept)
        .ok_or(Error::NotFound { what: "counter" })
}

pub(super) fn still_here(number: TokenNumber) -> Error {
    Error::not_possible(format!(
        "{number} is at your counter: serve, hold or transfer it first"
    ))
}

pub(super) fn busy() -> Error {
    Error::try_again("others work at these counters at the same moment")
}

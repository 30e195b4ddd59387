//! Who answers and who asks, as the desk keeps them.

use std::collections::{BTreeSet, HashMap};

use super::beside::{self, DRAFTS};
use super::{Desk, commit_one};
use crate::access::{self, Right};
use crate::actor::{Actor, Role};
use crate::agent::{Agent, Standing};
use crate::audit::Told;
use crate::command::{Act, Command, Request};
use crate::customer::Customer;
use crate::error::Error;
use crate::id::{AgentId, Code, CustomerId, TicketId};
use crate::record::{Record, RecordChange};
use crate::store::{Changes, Paging, QueueMark, RecordRange, Revised, StoreError, TicketFilter};
use crate::text::is_hidden;
use crate::tick::join;

/// The largest roster page.
const AGENTS_MAX: u32 = 500;

/// What was erased with a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgotten {
    /// How many tickets lost their words.
    pub tickets: u32,
}

impl Desk {
    pub(crate) fn need(&self, actor: Actor, right: Right) -> Result<(), Error> {
        if access::has(actor.role(), right) {
            return Ok(());
        }
        Err(Error::NotAllowed {
            role: actor.role().name(),
            verb: right.name(),
        })
    }

    /// Whether a change of one row landed, or met another version.
    async fn landed(&self, changes: Changes, told: Option<Told>) -> Result<bool, Error> {
        let answer = match told {
            Some(told) => self.land_told(changes, told).await,
            None => self.land(&changes).await,
        };
        match answer {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes an agent on or changes one: `agent.version` is the version it was read at, 0 for a new
    /// one. Says the agent as it is since. Queues that the agent serves are looked at again, because
    /// they may have become able to take a waiting ticket.
    ///
    /// # Errors
    /// [`Error::Stale`] where the agent was changed in between, [`Error::Invalid`] where a skill's level
    /// is not 1 to 5 or the role is not one of the staff's.
    pub async fn save_agent(&self, actor: Actor, agent: Agent) -> Result<Agent, Error> {
        self.need(actor, Right::ManageAgents)?;
        if !matches!(agent.role, Role::Agent | Role::Supervisor | Role::Admin) {
            return Err(Error::invalid("role", "agent, supervisor or admin"));
        }
        let role = actor.role();
        let known = self.inner.store.agent(agent.id).await?;
        let known = known.map(|known| known.agent);
        let was = known.as_ref().map_or(agent.role, |known| known.role);
        if !access::manages(role, was) || !access::manages(role, agent.role) {
            let (role, verb) = (role.name(), "change who is an admin");
            return Err(Error::NotAllowed { role, verb });
        }
        if let Some((skill, level)) = agent.skills.iter().find(|(_, l)| !(1..=5).contains(*l)) {
            return Err(Error::invalid(
                format!("skills.{skill}"),
                format!("1 to 5, got {level}"),
            ));
        }
        plain("name", &agent.name)?;
        plain("email", agent.email.as_deref().unwrap_or_default())?;
        let from = agent.version;
        let value = Agent {
            version: from + 1,
            ..agent
        };
        let at = self.inner.clock.now();
        let rules = self.rules();
        let marks = value
            .queues
            .iter()
            .filter(|queue| rules.allocator(queue).is_some());
        let marks = marks
            .map(|queue| QueueMark {
                queue: queue.clone(),
                at,
            })
            .collect();
        let agents = vec![Revised {
            from,
            value: value.clone(),
        }];
        let changes = Changes {
            agents,
            marks,
            ..Changes::default()
        };
        let told = told_of_agent(actor, known.as_ref(), &value);
        if self.landed(changes, Some(told)).await? {
            return Ok(value);
        }
        let now = self.inner.store.agent(value.id).await?;
        Err(Error::Stale {
            seen: from,
            now: now.map_or(0, |standing| standing.agent.version),
        })
    }

    /// An agent and what they carry. Everybody on the staff may look.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub async fn agent(&self, actor: Actor, id: AgentId) -> Result<Standing, Error> {
        self.need(actor, Right::SeeAgents)?;
        self.inner
            .store
            .agent(id)
            .await?
            .ok_or(Error::NotFound { what: "agent" })
    }

    /// The roster by id, after `after`, at most `limit` and at most 500.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to a customer.
    pub async fn agents(
        &self,
        actor: Actor,
        after: Option<AgentId>,
        limit: u32,
    ) -> Result<Vec<Standing>, Error> {
        self.need(actor, Right::SeeAgents)?;
        Ok(self
            .inner
            .store
            .agents(after, limit.min(AGENTS_MAX))
            .await?)
    }

    /// A customer, as the bank or the desk knows them. Everybody on the staff may look, and they
    /// themselves.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to another customer, [`Error::NotFound`] where there is none.
    pub async fn customer(&self, actor: Actor, id: CustomerId) -> Result<Customer, Error> {
        if actor != Actor::Customer(id) {
            self.need(actor, Right::SeeInternal)?;
        }
        let customer = self.directory().customer(id).await?;
        customer.ok_or(Error::NotFound { what: "customer" })
    }

    /// These customers, by id; those that nobody knows are left out. For lists of tickets.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to a customer.
    pub async fn customers(
        &self,
        actor: Actor,
        ids: &BTreeSet<CustomerId>,
    ) -> Result<HashMap<CustomerId, Customer>, Error> {
        self.need(actor, Right::SeeInternal)?;
        let found = join(ids.iter().map(|id| self.directory().customer(*id))).await;
        let mut customers = HashMap::with_capacity(ids.len());
        for customer in found {
            customers.extend(customer?.map(|customer| (customer.id, customer)));
        }
        Ok(customers)
    }

    /// Keeps the desk's own record of a customer, for a bank without a directory of its own.
    /// `customer.version` is the version it was read at, 0 for a new one.
    ///
    /// # Errors
    /// [`Error::Stale`] where the record was changed in between.
    pub async fn save_customer(&self, actor: Actor, customer: Customer) -> Result<Customer, Error> {
        let known = self.inner.store.customer(customer.id).await?;
        if actor == Actor::Customer(customer.id) {
            if customer.account_owner != known.as_ref().and_then(|known| known.account_owner) {
                let (role, verb) = (actor.role().name(), "choose who looks after them");
                return Err(Error::NotAllowed { role, verb });
            }
        } else {
            self.need(actor, Right::ManageCustomers)?;
        }
        plain("name", customer.name.as_deref().unwrap_or_default())?;
        plain("email", customer.email.as_deref().unwrap_or_default())?;
        let from = customer.version;
        let value = Customer {
            version: from + 1,
            ..customer
        };
        let customers = vec![Revised {
            from,
            value: value.clone(),
        }];
        let changes = Changes {
            customers,
            ..Changes::default()
        };
        let by_staff = actor.staff().is_some();
        let told = by_staff.then(|| told_of_customer(actor, known.as_ref(), &value));
        if self.landed(changes, told).await? {
            return Ok(value);
        }
        let now = self.inner.store.customer(value.id).await?;
        Err(Error::Stale {
            seen: from,
            now: now.map_or(0, |customer| customer.version),
        })
    }

    /// Erases a customer: the words of all their tickets, then their record. Tickets that are still
    /// active or held stop it; what was erased by then stays erased, and the call can be made again.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where a ticket cannot be erased yet, [`Error::NotFound`] where there is nothing of
    /// such a customer.
    pub async fn erase_customer(
        &self,
        actor: Actor,
        customer: CustomerId,
    ) -> Result<Forgotten, Error> {
        self.need(actor, Right::EraseCustomers)?;
        let filter = TicketFilter {
            customer: Some(customer),
            ..TicketFilter::default()
        };
        let mut paging = Paging {
            limit: Paging::MAX,
            ..Paging::default()
        };
        let mut is_known = self.inner.store.customer(customer).await?.is_some();
        let mut tickets = 0;
        loop {
            let page = self.inner.store.tickets(&filter, &paging).await?;
            is_known |= !page.items.is_empty();
            for ticket in page
                .items
                .iter()
                .filter(|ticket| ticket.erased_at.is_none())
            {
                let command = Command::On {
                    ticket: ticket.id,
                    seen: None,
                    act: Act::Erase,
                };
                let request = Request {
                    actor,
                    key: None,
                    command,
                };
                match self.perform(&request).await {
                    Ok(_) => tickets += 1,
                    // By somebody else meanwhile.
                    Err(Error::NotPossible { .. }) if self.is_erased(ticket.id).await? => {}
                    Err(error) => return Err(error),
                }
            }
            paging.after = page.next;
            if paging.after.is_none() {
                break;
            }
        }
        let drafts = self.drafts_of(customer).await?;
        if !is_known && drafts.is_empty() {
            return Err(Error::NotFound { what: "customer" });
        }
        let changes = Changes {
            forgotten: vec![customer],
            records: drafts,
            ..Changes::default()
        };
        let told = Told::new(actor, "customer.erased", format!("customer:{customer}"));
        self.land_told(changes, told.with("tickets", tickets))
            .await?;
        Ok(Forgotten { tickets })
    }

    async fn is_erased(&self, ticket: TicketId) -> Result<bool, Error> {
        let now = self.inner.store.ticket(ticket).await?;
        Ok(now.is_some_and(|ticket| ticket.erased_at.is_some()))
    }

    /// What removes all that a customer was still typing.
    async fn drafts_of(&self, customer: CustomerId) -> Result<Vec<RecordChange>, Error> {
        let Some(whose) = beside::owner(Actor::Customer(customer)) else {
            return Ok(Vec::new());
        };
        let range = DRAFTS.range(format!("{whose}/"), RecordRange::MAX);
        let drafts = self.inner.store.records(&range).await?;
        let drop = |draft: Record| DRAFTS.remove(draft.key, None);
        Ok(drafts.into_iter().map(drop).collect())
    }

    /// Looks again at all queues: for a host that changed something the desk cannot see.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not manage agents.
    pub async fn mark_queues(&self, actor: Actor) -> Result<(), Error> {
        self.need(actor, Right::ManageAgents)?;
        let at = self.inner.clock.now();
        let rules = self.rules();
        let queues: std::collections::BTreeSet<&Code> = rules
            .rules()
            .services
            .values()
            .map(|service| &service.queue)
            .collect();
        let marks = queues
            .into_iter()
            .map(|queue| QueueMark {
                queue: queue.clone(),
                at,
            })
            .collect();
        let changes = Changes {
            marks,
            ..Changes::default()
        };
        Ok(commit_one(&*self.inner.store, &changes).await?)
    }
}

/// What the audit tells of an agent: ids and codes, and of their name and address only that they changed.
fn told_of_agent(by: Actor, known: Option<&Agent>, now: &Agent) -> Told {
    let what = known.map_or("agent.taken_on", |_| "agent.changed");
    let mut told = Told::new(by, what, format!("agent:{}", now.id));
    let nobody = Agent::new(now.id, "");
    let was = known.unwrap_or(&nobody);
    if known.is_none() || was.role != now.role {
        told = told.with("role", now.role.name());
    }
    let list = |codes: Vec<&Code>| {
        let codes: Vec<&str> = codes.into_iter().map(Code::as_str).collect();
        codes.join(" ")
    };
    for (name, from, to) in [
        ("joins", &now.queues, &was.queues),
        ("leaves", &was.queues, &now.queues),
    ] {
        let queues: Vec<&Code> = from.difference(to).collect();
        if !queues.is_empty() {
            told = told.with(name, list(queues));
        }
    }
    if was.available != now.available {
        told = told.with("available", now.available);
    }
    let changed = [
        ("name", was.name != now.name),
        ("email", was.email != now.email),
        ("skills", was.skills != now.skills),
        ("capacity", was.capacity != now.capacity),
    ];
    with_changed(told, known.is_some(), &changed)
}

fn told_of_customer(by: Actor, known: Option<&Customer>, now: &Customer) -> Told {
    let what = known.map_or("customer.taken_on", |_| "customer.changed");
    let mut told = Told::new(by, what, format!("customer:{}", now.id));
    let nobody = Customer::new(now.id);
    let was = known.unwrap_or(&nobody);
    if let Some(owner) = now
        .account_owner
        .filter(|_| was.account_owner != now.account_owner)
    {
        told = told.with("account_owner", format!("agent:{owner}"));
    }
    let changed = [
        ("name", was.name != now.name),
        ("email", was.email != now.email),
        ("language", was.language != now.language),
        (
            "account_owner",
            was.account_owner.is_some() && now.account_owner.is_none(),
        ),
    ];
    with_changed(told, known.is_some(), &changed)
}

fn with_changed(told: Told, known: bool, changed: &[(&str, bool)]) -> Told {
    let names = changed.iter().filter(|(_, changed)| *changed && known);
    let names: Vec<&str> = names.map(|(name, _)| *name).collect();
    if names.is_empty() {
        return told;
    }
    told.with("changed", names.join(" "))
}

/// A name or an address: one line of at most 320 bytes (RFC 5321, 4.5.3.1: a path's longest parts).
fn plain(field: &str, text: &str) -> Result<(), Error> {
    if text.len() <= 320 && !text.contains(is_hidden) {
        return Ok(());
    }
    let expected = "one line of at most 320 bytes without marks of direction";
    Err(Error::invalid(field, expected))
}

#[cfg(test)]
mod tests;

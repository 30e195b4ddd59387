//! The desk's nouns as Python sees them: frozen, instants in UTC, ids as UUIDs, names as strings.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use crcore::store::Total;
use crcore::ticket::{Status, Timer};
use crcore::{Pool, Role, TicketId};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use uuid::Uuid;

use crate::args::{self, Several};
use crate::error::Refused;

/// What Python sees as a tuple.
#[derive(Clone)]
pub(crate) struct Tuple<T>(Vec<T>);

impl<T> FromIterator<T> for Tuple<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Tuple<T> {
    type Target = PyTuple;
    type Output = Bound<'py, PyTuple>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        PyTuple::new(py, self.0)
    }
}

/// Who acts: a customer, an agent, a supervisor, an admin, a service account, or the desk itself.
#[pyclass(frozen, eq, hash, module = "crcore")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Actor(pub(crate) crcore::Actor);

#[pymethods]
impl Actor {
    /// A customer of the bank.
    #[staticmethod]
    fn customer(id: Uuid) -> Self {
        Self(crcore::Actor::Customer(id.into()))
    }

    /// Someone who answers tickets.
    #[staticmethod]
    fn agent(id: Uuid) -> Self {
        Self(crcore::Actor::Agent(id.into()))
    }

    /// Someone who leads agents.
    #[staticmethod]
    fn supervisor(id: Uuid) -> Self {
        Self(crcore::Actor::Supervisor(id.into()))
    }

    /// Someone who runs the desk.
    #[staticmethod]
    fn admin(id: Uuid) -> Self {
        Self(crcore::Actor::Admin(id.into()))
    }

    /// A program with an identity of its own.
    #[staticmethod]
    fn service(id: Uuid) -> Self {
        Self(crcore::Actor::Service(id.into()))
    }

    /// The desk itself: timers, imports, set-up.
    #[staticmethod]
    fn system() -> Self {
        Self(crcore::Actor::System)
    }

    /// What kind of actor this is.
    #[getter]
    fn role(&self) -> &'static str {
        self.0.role().name()
    }

    /// Who; None for the system.
    #[getter]
    fn id(&self) -> Option<Uuid> {
        match self.0 {
            crcore::Actor::Customer(id) => Some(id.uuid()),
            crcore::Actor::Service(id) => Some(id.uuid()),
            _ => self.0.staff().map(|id| id.uuid()),
        }
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<Actor {}>", self.0)
    }
}

/// What a command did: the ticket's id, reference and version since.
#[pyclass(frozen, get_all, eq, hash, module = "crcore")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Done {
    /// The ticket it was done to, or that was raised.
    ticket: Uuid,
    /// What people call it by.
    reference: String,
    /// Its version since.
    version: u64,
}

#[pymethods]
impl Done {
    fn __repr__(&self) -> String {
        format!("<Done {} version {}>", self.reference, self.version)
    }
}

impl From<crcore::Done> for Done {
    fn from(done: crcore::Done) -> Self {
        Self {
            ticket: done.ticket.uuid(),
            reference: done.reference.to_string(),
            version: done.version,
        }
    }
}

/// A ticket as it stood when it was read.
#[pyclass(frozen, get_all, module = "crcore")]
#[derive(Clone)]
pub(crate) struct Ticket {
    /// Which.
    id: Uuid,
    /// The number of its last event; what `seen` asks for.
    version: u64,
    /// What people call it by, as in ABCDE-FGHJK-M.
    reference: String,
    /// Its subject line; None where it was erased.
    subject: Option<String>,
    /// complaint, query, request, service or quote.
    kind: &'static str,
    /// Where it stands in its life.
    status: &'static str,
    /// How it was resolved; None while it was not.
    outcome: Option<&'static str>,
    /// low, normal, high or urgent.
    priority: &'static str,
    /// What it is about.
    service: String,
    /// Who is to answer it.
    queue: String,
    /// How it came in.
    channel: &'static str,
    /// The language the customer is answered in (BCP 47).
    language: String,
    /// Whose it is.
    customer: Uuid,
    /// Who has it now.
    agent: Option<Uuid>,
    /// The money it is about, in minor units, as in "1250 EUR".
    amount: Option<String>,
    /// The bank's words on it, in order.
    tags: Tuple<String>,
    /// When the bank got it: what the law counts from.
    received_at: DateTime<Utc>,
    /// When it was entered here.
    raised_at: DateTime<Utc>,
    /// When its last event happened.
    updated_at: DateTime<Utc>,
    /// When an agent first answered in public.
    first_response_at: Option<DateTime<Utc>>,
    /// Until when it is out of sight.
    snoozed_until: Option<DateTime<Utc>>,
    /// When it closes by itself, once resolved.
    close_at: Option<DateTime<Utc>>,
    /// The policy that set its deadlines.
    policy: Option<String>,
    /// Its deadlines, in the order they began.
    deadlines: Tuple<Deadline>,
    /// The earliest deadline that still runs, passed or not; None once the desk has nothing to do.
    due_at: Option<DateTime<Utc>>,
    /// What the answer was worth to the customer, 1 (bad) to 5 (good).
    rating: Option<u8>,
    /// The ticket that goes on in its place.
    merged_into: Option<Uuid>,
    /// When its words were erased.
    erased_at: Option<DateTime<Utc>>,
}

impl Ticket {
    pub(crate) fn new(ticket: crcore::Ticket, subject: Option<String>) -> Self {
        let due_at = ticket.deadline();
        let timers = ticket.sla.iter().flat_map(|sla| &sla.timers);
        Self {
            id: ticket.id.uuid(),
            version: ticket.version,
            reference: ticket.reference.to_string(),
            subject,
            kind: ticket.kind.name(),
            status: ticket.status.name().name(),
            outcome: outcome(ticket.status),
            priority: ticket.priority.name(),
            service: ticket.service.to_string(),
            queue: ticket.queue.to_string(),
            channel: ticket.channel.name(),
            language: ticket.language.to_string(),
            customer: ticket.customer.uuid(),
            agent: ticket.assignment.map(|assignment| assignment.agent.uuid()),
            amount: ticket.amount.map(|amount| amount.to_string()),
            tags: ticket.tags.iter().map(ToString::to_string).collect(),
            received_at: ticket.received_at,
            raised_at: ticket.raised_at,
            updated_at: ticket.updated_at,
            first_response_at: ticket.first_response_at,
            snoozed_until: ticket.snoozed_until,
            close_at: ticket.close_at,
            deadlines: timers.map(Deadline::from).collect(),
            policy: ticket.sla.as_ref().map(|sla| sla.policy.to_string()),
            due_at,
            rating: ticket.rating.map(|rating| rating.score),
            merged_into: ticket.merged_into.map(TicketId::uuid),
            erased_at: ticket.erased_at,
        }
    }
}

fn outcome(status: Status) -> Option<&'static str> {
    match status {
        Status::Resolved { outcome, .. } => Some(outcome.name()),
        Status::Closed { outcome, .. } => outcome.map(crcore::ticket::Outcome::name),
        _ => None,
    }
}

#[pymethods]
impl Ticket {
    fn __repr__(&self) -> String {
        let Self {
            reference,
            status,
            version,
            ..
        } = self;
        format!("<Ticket {reference} {status} version {version}>")
    }
}

/// One deadline of a ticket.
#[pyclass(frozen, get_all, module = "crcore")]
#[derive(Clone)]
pub(crate) struct Deadline {
    /// What has to be done: first_response, next_response or resolution.
    target: &'static str,
    /// The how-manieth time, from 1.
    cycle: u32,
    /// What it counts from.
    started_at: DateTime<Utc>,
    /// When it is due; None while a pause holds it.
    due_at: Option<DateTime<Utc>>,
    /// Whether the target was reached in time; None while it runs.
    met: Option<bool>,
    /// When the target was reached.
    reached_at: Option<DateTime<Utc>>,
    /// Time to spare, negative when late, in the target's own time (business or calendar).
    margin: Option<TimeDelta>,
    /// Whether its due instant passed, and a tick noted it.
    breached: bool,
}

impl From<&Timer> for Deadline {
    fn from(timer: &Timer) -> Self {
        Self {
            target: timer.target.name(),
            cycle: timer.cycle,
            started_at: timer.started_at,
            due_at: timer.due_at,
            met: timer.verdict.map(|verdict| verdict.met),
            reached_at: timer.verdict.map(|verdict| verdict.at),
            margin: timer
                .verdict
                .and_then(|verdict| TimeDelta::try_seconds(verdict.margin_s)),
            breached: timer.is_breached(),
        }
    }
}

/// A page of tickets.
#[pyclass(frozen, get_all, module = "crcore")]
pub(crate) struct Page {
    /// The tickets, in order.
    items: Tuple<Ticket>,
    /// Where the next page begins, for `after`; None on the last one.
    next: Option<String>,
    /// How many there are on all pages, when asked.
    total: Option<u64>,
    /// Whether there are more than `total`: counting stops at 10,000.
    more_than_total: bool,
}

impl Page {
    pub(crate) fn new(
        page: crcore::store::Page<crcore::Ticket>,
        mut subjects: HashMap<TicketId, String>,
    ) -> Self {
        let (total, more_than_total) = match page.total {
            Some(Total::Exact(total)) => (Some(total), false),
            Some(Total::AtLeast(total)) => (Some(total), true),
            None => (None, false),
        };
        let told = |ticket: crcore::Ticket| {
            let subject = subjects.remove(&ticket.id);
            Ticket::new(ticket, subject)
        };
        Self {
            items: page.items.into_iter().map(told).collect(),
            next: page.next.map(|cursor| cursor.to_string()),
            total,
            more_than_total,
        }
    }
}

/// One line of a ticket's conversation.
#[pyclass(frozen, get_all, module = "crcore")]
pub(crate) struct Entry {
    /// On which ticket: this one, or one that it goes on in place of.
    ticket: Uuid,
    /// Its place in that ticket's history, from 1.
    seq: u64,
    /// When.
    at: DateTime<Utc>,
    /// By whom.
    actor: Actor,
    /// What happened, as in raised, replied, assigned, resolved.
    fact: String,
    /// What was said with it; None where nothing was, or where it was erased.
    text: Option<String>,
    /// The name of the file that was put on the ticket.
    file_name: Option<String>,
    /// Whether the customer sees it too.
    public: bool,
}

impl Entry {
    pub(crate) fn new(entry: crcore::desk::Entry) -> Result<Self, Refused> {
        let event = entry.event;
        let fact = serde_json::to_value(&event.fact).ok();
        let name = fact.as_ref().and_then(|fact| fact.get("name")?.as_str());
        let name = name.ok_or_else(|| Refused::broken("an event without a name"))?;
        Ok(Self {
            ticket: event.ticket.uuid(),
            seq: event.seq,
            at: event.at,
            actor: Actor(event.actor),
            fact: name.to_owned(),
            text: entry.text,
            file_name: entry.file.map(|file| file.name),
            public: event.is_public(),
        })
    }
}

/// Someone of the bank's staff.
///
/// `role` is agent, supervisor or admin; `skills` have levels from 1 to 5; `capacity` says how many
/// units they carry at once in the pools "cases" (complaints, mail) and "live" (chat, telephone,
/// counter), and a pool left out takes no work. `version` is what it was read at, 0 for somebody new.
#[pyclass(frozen, get_all, module = "crcore")]
pub(crate) struct Agent {
    /// Who.
    id: Uuid,
    /// The name that colleagues and customers see.
    name: String,
    /// Grows by one with each change; 0 before the first.
    version: u64,
    /// Where notices to them go.
    email: Option<String>,
    /// agent, supervisor or admin.
    role: String,
    /// The queues whose tickets they see and take.
    queues: Tuple<String>,
    /// What they can do, and how well: 1 (a little) to 5 (an expert).
    skills: BTreeMap<String, u8>,
    /// Units of work that they carry at once, by pool.
    capacity: BTreeMap<String, u32>,
    /// Whether allocation may give them tickets now.
    available: bool,
}

#[pymethods]
impl Agent {
    #[new]
    #[pyo3(signature = (
        id, name, *, version = 0, email = None, role = "agent", queues = None, skills = None,
        capacity = None, available = true,
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn new(
        id: Uuid,
        name: String,
        version: u64,
        email: Option<String>,
        role: &str,
        queues: Option<Several>,
        skills: Option<BTreeMap<String, u8>>,
        capacity: Option<BTreeMap<String, u32>>,
        available: bool,
    ) -> Self {
        Self {
            id,
            name,
            version,
            email,
            role: role.to_owned(),
            queues: queues
                .map(|queues| queues.0)
                .unwrap_or_default()
                .into_iter()
                .collect(),
            skills: skills.unwrap_or_default(),
            capacity: capacity.unwrap_or_default(),
            available,
        }
    }

    /// The actor that this person is.
    #[getter]
    fn actor(&self) -> Result<Actor, Refused> {
        Ok(Actor(self.to_core()?.actor()))
    }
}

impl Agent {
    pub(crate) fn to_core(&self) -> Result<crcore::Agent, Refused> {
        const STAFF: [Role; 3] = [Role::Agent, Role::Supervisor, Role::Admin];
        let queues = self
            .queues
            .0
            .iter()
            .map(|queue| args::parsed("queues", queue));
        let skills = self.skills.iter();
        let skills = skills.map(|(skill, &level)| Ok((args::parsed("skills", skill)?, level)));
        let capacity = self.capacity.iter();
        let capacity = capacity.map(|(pool, &units)| {
            Ok((
                args::named("capacity", pool, &Pool::ALL, Pool::name)?,
                units,
            ))
        });
        Ok(crcore::Agent {
            version: self.version,
            email: self.email.clone(),
            role: args::named("role", &self.role, &STAFF, Role::name)?,
            queues: queues.collect::<Result<_, _>>()?,
            skills: skills.collect::<Result<_, Refused>>()?,
            capacity: capacity.collect::<Result<_, Refused>>()?,
            available: self.available,
            ..crcore::Agent::new(self.id.into(), self.name.clone())
        })
    }
}

impl From<crcore::Agent> for Agent {
    fn from(agent: crcore::Agent) -> Self {
        let skills = agent.skills.into_iter();
        let capacity = agent.capacity.into_iter();
        Self {
            id: agent.id.uuid(),
            name: agent.name,
            version: agent.version,
            email: agent.email,
            role: agent.role.name().to_owned(),
            queues: agent.queues.iter().map(ToString::to_string).collect(),
            skills: skills.map(|(skill, level)| (skill.into(), level)).collect(),
            capacity: capacity
                .map(|(pool, units)| (pool.name().to_owned(), units))
                .collect(),
            available: agent.available,
        }
    }
}

/// A customer, as far as the desk needs to know them: the name they are addressed by, where mail goes,
/// the language they are written to in (BCP 47), and the one agent who looks after them, if there is
/// one. `version` is what it was read at, 0 for somebody new.
#[pyclass(frozen, get_all, module = "crcore")]
pub(crate) struct Customer {
    /// Who.
    id: Uuid,
    /// Grows by one with each change; 0 before the first.
    version: u64,
    /// How they are addressed.
    name: Option<String>,
    /// Where mail to them goes.
    email: Option<String>,
    /// The language they are written to in.
    language: String,
    /// The one agent who looks after them.
    account_owner: Option<Uuid>,
}

#[pymethods]
impl Customer {
    #[new]
    #[pyo3(signature = (
        id, *, version = 0, name = None, email = None, language = "en", account_owner = None,
    ))]
    fn new(
        id: Uuid,
        version: u64,
        name: Option<String>,
        email: Option<String>,
        language: &str,
        account_owner: Option<Uuid>,
    ) -> Self {
        let language = language.to_owned();
        Self {
            id,
            version,
            name,
            email,
            language,
            account_owner,
        }
    }

    /// The actor that this person is.
    #[getter]
    fn actor(&self) -> Actor {
        Actor::customer(self.id)
    }
}

impl Customer {
    pub(crate) fn to_core(&self) -> Result<crcore::Customer, Refused> {
        Ok(crcore::Customer {
            id: self.id.into(),
            version: self.version,
            name: self.name.clone(),
            email: self.email.clone(),
            language: args::parsed("language", &self.language)?,
            account_owner: self.account_owner.map(Into::into),
        })
    }
}

impl From<crcore::Customer> for Customer {
    fn from(customer: crcore::Customer) -> Self {
        Self {
            id: customer.id.uuid(),
            version: customer.version,
            name: customer.name,
            email: customer.email,
            language: customer.language.to_string(),
            account_owner: customer.account_owner.map(crcore::AgentId::uuid),
        }
    }
}

/// What one tick did.
#[pyclass(frozen, get_all, module = "crcore")]
pub(crate) struct Ticked {
    /// Milestones that were noted: warnings, due instants, escalations.
    milestones: u32,
    /// Tickets that got an agent.
    allocated: u32,
    /// Tickets that came back into sight or closed by themselves.
    moved: u32,
    /// Notices that were delivered.
    delivered: u32,
    /// Notices that were not taken and will be tried again.
    postponed: u32,
    /// Notices that were given up.
    dead: u32,
    /// Tickets and notices that another process was faster with.
    conflicts: u32,
    /// Tickets for which nothing could be decided, because the rules or the stored ticket are broken.
    broken: u32,
    /// Whether more may be due already.
    more: bool,
}

impl From<crcore::Ticked> for Ticked {
    fn from(ticked: crcore::Ticked) -> Self {
        Self {
            milestones: ticked.milestones,
            allocated: ticked.allocated,
            moved: ticked.moved,
            delivered: ticked.delivered,
            postponed: ticked.postponed,
            dead: ticked.dead,
            conflicts: ticked.conflicts,
            broken: ticked.broken,
            more: ticked.more,
        }
    }
}

//! The desk's nouns as Python sees them: frozen, instants in UTC, ids as UUIDs, names as strings.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use crcore::TicketId;
use crcore::store::Total;
use crcore::ticket::{Status, Timer};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use uuid::Uuid;

use crate::error::Refused;
use crate::people::Actor;

/// What Python sees as a tuple.
#[derive(Clone)]
pub(crate) struct Tuple<T>(pub(crate) Vec<T>);

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
        total: Option<Total>,
        mut subjects: HashMap<TicketId, String>,
    ) -> Self {
        let (total, more_than_total) = match total {
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

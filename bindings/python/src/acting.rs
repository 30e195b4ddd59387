//! The desk in somebody's hands: every command, and what they may read.

use chrono::{DateTime, Utc};
use crcore::store::{Assigned, Cursor, Paging, Sort, TicketFilter};
use crcore::ticket::{Channel, Kind, Outcome, Priority, StatusName, WaitingOn};
use crcore::{Act, Command, Raise, Reference, ReferenceError, Request};
use pyo3::prelude::*;
use pyo3::types::PyDateTime;
use uuid::Uuid;

use crate::args::{self, Several};
use crate::desk::Opened;
use crate::error::Refused;
use crate::nouns::{Done, Entry, Page, Ticket};
use crate::people::{Actor, Agent, Customer};
use crate::wait::wait;
use crate::why::Why;

const ORDERS: &[Sort] = &[
    Sort::Newest,
    Sort::Oldest,
    Sort::Updated,
    Sort::Deadline,
    Sort::Urgency,
];
const WAITS: &[WaitingOn] = &[WaitingOn::Customer, WaitingOn::ThirdParty];

fn order(sort: Sort) -> &'static str {
    match sort {
        Sort::Newest => "newest",
        Sort::Oldest => "oldest",
        Sort::Updated => "updated",
        Sort::Deadline => "deadline",
        Sort::Urgency => "urgency",
    }
}

fn whom(on: WaitingOn) -> &'static str {
    match on {
        WaitingOn::Customer => "customer",
        WaitingOn::ThirdParty => "third_party",
    }
}

/// The desk in the hands of one actor: `desk.acting(actor)`.
///
/// Every command is decided by the access table and the life cycle, and committed before it returns.
/// With `key`, the same command of the same actor has one effect, and the same answer for 24 hours.
/// With `seen`, it is refused if the ticket is not at that version any more.
#[pyclass(frozen, module = "crcore")]
pub(crate) struct Acting {
    opened: Opened,
    actor: crcore::Actor,
}

impl Acting {
    pub(crate) fn new(opened: Opened, actor: crcore::Actor) -> Self {
        Self { opened, actor }
    }

    fn perform(&self, py: Python<'_>, key: Option<String>, command: Command) -> PyResult<Done> {
        let request = Request {
            actor: self.actor,
            key,
            command,
        };
        Ok(wait(py, self.opened.here()?.perform(&request))?.into())
    }

    fn on(
        &self,
        py: Python<'_>,
        ticket: Uuid,
        act: Act,
        key: Option<String>,
        seen: Option<u64>,
    ) -> PyResult<Done> {
        let ticket = ticket.into();
        self.perform(py, key, Command::On { ticket, seen, act })
    }

    /// One ticket as Python sees it, with its subject line.
    fn told(&self, py: Python<'_>, ticket: crcore::Ticket) -> PyResult<Ticket> {
        let desk = self.opened.here()?;
        let mut subjects = wait(py, desk.subjects(std::slice::from_ref(&ticket)))?;
        let subject = subjects.remove(&ticket.id);
        Ok(Ticket::new(ticket, subject))
    }
}

#[pymethods]
impl Acting {
    /// Who acts.
    #[getter]
    fn actor(&self) -> Actor {
        Actor(self.actor)
    }

    /// Brings a new ticket to the desk. Not called `raise`, which is a word of Python's own.
    ///
    /// `service` is one of the rules', `subject` has 1 to 200 characters, `body` at most 64 KiB.
    /// `priority` is the service's own and `received_at` is now unless said otherwise. An amount is in
    /// minor units, as in "1250 EUR".
    #[pyo3(signature = (
        customer, service, subject, *, body = None, kind = "complaint", priority = None,
        channel = "web", language = "en", received_at = None, amount = None, tags = None, key = None,
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn raise_ticket(
        &self,
        py: Python<'_>,
        customer: Uuid,
        service: &str,
        subject: String,
        body: Option<String>,
        kind: &str,
        priority: Option<&str>,
        channel: &str,
        language: &str,
        received_at: Option<Bound<'_, PyDateTime>>,
        amount: Option<&str>,
        tags: Option<Several>,
        key: Option<String>,
    ) -> PyResult<Done> {
        let service = args::parsed("service", service)?;
        let raise = Raise {
            body,
            kind: args::named("kind", kind, Kind::ALL, Kind::name)?,
            priority: optional(priority, |text| {
                args::named("priority", text, Priority::ALL, Priority::name)
            })?,
            channel: args::named("channel", channel, Channel::ALL, Channel::name)?,
            language: args::parsed("language", language)?,
            received_at: instant("received_at", received_at)?,
            amount: optional(amount, |text| args::parsed("amount", text))?,
            tags: args::all_parsed("tags", tags)?,
            ..Raise::new(customer.into(), service, subject)
        };
        self.perform(py, key, Command::Raise(Box::new(raise)))
    }

    /// Takes a ticket.
    #[pyo3(signature = (ticket, *, key = None, seen = None))]
    fn claim(
        &self,
        py: Python<'_>,
        ticket: Uuid,
        key: Option<String>,
        seen: Option<u64>,
    ) -> PyResult<Done> {
        self.on(py, ticket, Act::Claim, key, seen)
    }

    /// Writes what customer and desk both see.
    #[pyo3(signature = (ticket, text, *, key = None, seen = None))]
    fn reply(
        &self,
        py: Python<'_>,
        ticket: Uuid,
        text: String,
        key: Option<String>,
        seen: Option<u64>,
    ) -> PyResult<Done> {
        self.on(py, ticket, Act::Reply { text }, key, seen)
    }

    /// Writes what the customer does not see.
    #[pyo3(signature = (ticket, text, *, key = None, seen = None))]
    fn note(
        &self,
        py: Python<'_>,
        ticket: Uuid,
        text: String,
        key: Option<String>,
        seen: Option<u64>,
    ) -> PyResult<Done> {
        self.on(py, ticket, Act::Note { text }, key, seen)
    }

    /// Waits for the customer or a third party. Deadlines stand still if the rules say so.
    #[pyo3(signature = (ticket, on, *, key = None, seen = None))]
    fn wait(
        &self,
        py: Python<'_>,
        ticket: Uuid,
        on: &str,
        key: Option<String>,
        seen: Option<u64>,
    ) -> PyResult<Done> {
        let on = args::named("on", on, WAITS, whom)?;
        self.on(py, ticket, Act::Wait { on }, key, seen)
    }

    /// Stops waiting.
    #[pyo3(signature = (ticket, *, key = None, seen = None))]
    fn resume(
        &self,
        py: Python<'_>,
        ticket: Uuid,
        key: Option<String>,
        seen: Option<u64>,
    ) -> PyResult<Done> {
        self.on(py, ticket, Act::Resume, key, seen)
    }

    /// Answers a ticket for good; `text` is what the customer is told. A complaint is upheld, partly
    /// upheld or rejected, the rest is answered, and a customer may only withdraw.
    #[pyo3(signature = (ticket, outcome, text = None, *, key = None, seen = None))]
    fn resolve(
        &self,
        py: Python<'_>,
        ticket: Uuid,
        outcome: &str,
        text: Option<String>,
        key: Option<String>,
        seen: Option<u64>,
    ) -> PyResult<Done> {
        let outcome = args::named("outcome", outcome, &Outcome::ALL, Outcome::name)?;
        self.on(py, ticket, Act::Resolve { outcome, text }, key, seen)
    }

    /// Takes a resolved ticket up again; `text` says why.
    #[pyo3(signature = (ticket, text = None, *, key = None, seen = None))]
    fn reopen(
        &self,
        py: Python<'_>,
        ticket: Uuid,
        text: Option<String>,
        key: Option<String>,
        seen: Option<u64>,
    ) -> PyResult<Done> {
        self.on(py, ticket, Act::Reopen { text }, key, seen)
    }

    /// Ends a resolved ticket.
    #[pyo3(signature = (ticket, *, key = None, seen = None))]
    fn close(
        &self,
        py: Python<'_>,
        ticket: Uuid,
        key: Option<String>,
        seen: Option<u64>,
    ) -> PyResult<Done> {
        self.on(py, ticket, Act::Close, key, seen)
    }

    /// The ticket with this id.
    fn ticket(&self, py: Python<'_>, id: Uuid) -> PyResult<Ticket> {
        let ticket = wait(py, self.opened.here()?.ticket(self.actor, id.into()))?;
        self.told(py, ticket)
    }

    /// The ticket that people call by this reference, as in ABCDE-FGHJK-M. Case, hyphens and spaces do
    /// not matter, and knowing a reference grants nothing.
    fn by_reference(&self, py: Python<'_>, reference: &str) -> PyResult<Ticket> {
        let reference: Reference = reference
            .parse()
            .map_err(|error| match error {
                ReferenceError::Form => "11 letters and digits, as in ABCDE-FGHJK-M",
                ReferenceError::Check => {
                    "no typing error, but the last symbol does not fit the others"
                }
            })
            .map_err(|expected| Refused::invalid("reference", expected))?;
        let ticket = wait(py, self.opened.here()?.by_reference(self.actor, reference))?;
        self.told(py, ticket)
    }

    /// A page of the tickets that the actor may see. What is left out asks for nothing; what is given
    /// must all be so, and one of several is enough.
    ///
    /// `assigned` is an agent's id, or "nobody". `received_from` is inclusive, `received_before` and
    /// `deadline_before` are not. `after` is `Page.next` of the page before, in the same order.
    /// `limit` is 1 to 200. With `total`, `Page.total` counts up to 10,000.
    #[pyo3(signature = (
        *, customer = None, assigned = None, statuses = None, kinds = None, priorities = None,
        services = None, queues = None, channels = None, received_from = None, received_before = None,
        deadline_before = None, sort = "newest", after = None, limit = 25, total = false,
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn tickets(
        &self,
        py: Python<'_>,
        customer: Option<Uuid>,
        assigned: Option<&Bound<'_, PyAny>>,
        statuses: Option<Several>,
        kinds: Option<Several>,
        priorities: Option<Several>,
        services: Option<Several>,
        queues: Option<Several>,
        channels: Option<Several>,
        received_from: Option<Bound<'_, PyDateTime>>,
        received_before: Option<Bound<'_, PyDateTime>>,
        deadline_before: Option<Bound<'_, PyDateTime>>,
        sort: &str,
        after: Option<&str>,
        limit: i64,
        total: bool,
    ) -> PyResult<Page> {
        let statuses = args::all_named("statuses", statuses, &StatusName::ALL, StatusName::name)?;
        let priorities = args::all_named("priorities", priorities, Priority::ALL, Priority::name)?;
        let filter = TicketFilter {
            customer: customer.map(Into::into),
            assigned: assigned.map_or(Ok(Assigned::Any), whose)?,
            statuses,
            kinds: args::all_named("kinds", kinds, Kind::ALL, Kind::name)?,
            priorities,
            services: args::all_parsed("services", services)?,
            queues: args::all_parsed("queues", queues)?,
            channels: args::all_named("channels", channels, Channel::ALL, Channel::name)?,
            received_from: instant("received_from", received_from)?,
            received_before: instant("received_before", received_before)?,
            deadline_before: instant("deadline_before", deadline_before)?,
            ..TicketFilter::default()
        };
        let size = u32::try_from(limit).ok();
        let size = size.filter(|size| (1..=Paging::MAX).contains(size));
        let expected = || Refused::invalid("limit", format!("1 to {}, got {limit}", Paging::MAX));
        let after: Option<Cursor> = optional(after, |text| args::parsed("after", text))?;
        let paging = Paging {
            sort: args::named("sort", sort, ORDERS, order)?,
            after,
            limit: size.ok_or_else(expected)?,
        };
        let desk = self.opened.here()?;
        let total = match total {
            true => Some(wait(py, desk.total(self.actor, filter.clone()))?),
            false => None,
        };
        let page = wait(py, desk.tickets(self.actor, filter, &paging))?;
        let subjects = wait(py, desk.subjects(&page.items))?;
        Ok(Page::new(page, total, subjects))
    }

    /// What happened to a ticket and what was said, as the actor may see it, in order of time; at most
    /// 2,000 entries.
    fn thread(&self, py: Python<'_>, ticket: Uuid) -> PyResult<Vec<Entry>> {
        let desk = self.opened.here()?;
        let entries = wait(py, desk.thread(self.actor, ticket.into()))?;
        entries
            .into_iter()
            .map(Entry::new)
            .collect::<Result<_, _>>()
            .map_err(Into::into)
    }

    /// Why a ticket is due when it is, by the rules that decided, and who was considered for it;
    /// `str()` tells it in plain lines. Not for customers.
    fn explain(&self, py: Python<'_>, ticket: Uuid) -> PyResult<Why> {
        let desk = self.opened.here()?;
        Ok(wait(py, desk.explain(self.actor, ticket.into()))?.into())
    }

    /// An agent, a supervisor or an admin. For the staff.
    fn agent(&self, py: Python<'_>, id: Uuid) -> PyResult<Agent> {
        let standing = wait(py, self.opened.here()?.agent(self.actor, id.into()))?;
        Ok(standing.agent.into())
    }

    /// Takes an agent on (version 0) or changes one (the version it was read at); says them as they
    /// are since. For supervisors, admins and the system.
    fn save_agent(&self, py: Python<'_>, agent: &Agent) -> PyResult<Agent> {
        let agent = agent.to_core()?;
        Ok(wait(py, self.opened.here()?.save_agent(self.actor, agent))?.into())
    }

    /// Keeps the desk's own record of a customer: new (version 0) or changed (the version it was read
    /// at); says it as it is since. For the staff, and the customer themselves.
    fn save_customer(&self, py: Python<'_>, customer: &Customer) -> PyResult<Customer> {
        let customer = customer.to_core()?;
        let desk = self.opened.here()?;
        Ok(wait(py, desk.save_customer(self.actor, customer))?.into())
    }
}

fn optional<T>(
    text: Option<&str>,
    read: impl FnOnce(&str) -> Result<T, Refused>,
) -> Result<Option<T>, Refused> {
    text.map(read).transpose()
}

fn instant(field: &str, at: Option<Bound<'_, PyDateTime>>) -> PyResult<Option<DateTime<Utc>>> {
    at.map(|at| args::instant(field, &at)).transpose()
}

fn whose(given: &Bound<'_, PyAny>) -> PyResult<Assigned> {
    if given.eq("nobody")? {
        return Ok(Assigned::Nobody);
    }
    Ok(Assigned::To(given.extract::<Uuid>()?.into()))
}

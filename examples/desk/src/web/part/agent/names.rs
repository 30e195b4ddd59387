//! What people and things are called, in the reader's language.

use std::collections::{BTreeSet, HashMap};

use crcore::ticket::{FieldValue, Language};
use crcore::{Actor, AgentId, Catalogue, Code, Customer, CustomerId, Standing, Ticket, TicketId};
use minijinja::context;
use minijinja::value::Value;

use crate::web::ctx::Ctx;
use crate::web::fault::Fault;
use crate::web::messages::Argument;

/// How much of the roster is read at once.
const ROSTER_PAGE: u32 = 500;
/// The most colleagues that a page knows by name: beyond, they are called by what they do.
const ROSTER_MAX: usize = 5_000;
/// The field of the demo's rules that says why a customer had to complain.
pub(super) const CAUSE: &str = "cause";

/// A message in the reader's language, filled in.
pub(super) fn say(ctx: &Ctx, id: &str, with: &[(&str, &str)]) -> String {
    let with: Vec<(String, Argument)> = with
        .iter()
        .map(|(name, text)| ((*name).to_owned(), Argument::from(*text)))
        .collect();
    ctx.text(id, &with)
}

/// The names that a page needs, read together.
pub(super) struct Names {
    roster: HashMap<AgentId, Standing>,
    customers: HashMap<CustomerId, Customer>,
    subjects: HashMap<TicketId, String>,
    catalogue: Catalogue,
    language: Language,
}

impl Names {
    /// Of whoever has to do with these tickets.
    pub(super) async fn of(ctx: &Ctx, tickets: &[Ticket]) -> Result<Self, Fault> {
        let (desk, actor) = (ctx.desk(), ctx.actor()?);
        let customers: BTreeSet<CustomerId> = tickets.iter().map(|t| t.customer).collect();
        Ok(Self {
            roster: roster(ctx).await?,
            customers: desk.customers(actor, &customers).await?,
            subjects: desk.subjects(tickets).await?,
            catalogue: desk.public_catalogue().await?.value,
            language: ctx.visitor.language.clone(),
        })
    }

    pub(super) fn agent(&self, ctx: &Ctx, id: AgentId) -> String {
        let found = self.roster.get(&id);
        found.map_or_else(
            || say(ctx, "agent-somebody", &[]),
            |standing| standing.agent.name.clone(),
        )
    }

    pub(super) fn customer(&self, ctx: &Ctx, id: CustomerId) -> String {
        let name = self.customers.get(&id).and_then(|c| c.name.clone());
        name.unwrap_or_else(|| say(ctx, "agent-customer-unnamed", &[]))
    }

    pub(super) fn known(&self, id: CustomerId) -> Option<&Customer> {
        self.customers.get(&id)
    }

    pub(super) fn subject(&self, ctx: &Ctx, ticket: &Ticket) -> String {
        let subject = self.subjects.get(&ticket.id).cloned();
        subject.unwrap_or_else(|| say(ctx, "agent-subject-erased", &[]))
    }

    /// Who did something.
    pub(super) fn actor(&self, ctx: &Ctx, actor: Actor) -> String {
        match actor {
            Actor::Customer(id) => self.customer(ctx, id),
            Actor::Agent(id) | Actor::Supervisor(id) | Actor::Admin(id) => self.agent(ctx, id),
            Actor::Service(_) => say(ctx, "agent-by-program", &[]),
            Actor::System => say(ctx, "agent-by-desk", &[]),
        }
    }

    pub(super) fn service(&self, code: &Code) -> String {
        let offer = self.catalogue.services.get(code);
        let title = offer.map(|offer| offer.title.told(&self.language));
        title
            .filter(|title| !title.is_empty())
            .map_or_else(|| humane(code), str::to_owned)
    }

    /// What a choice of one of the rules' fields is called.
    pub(super) fn choice(&self, field: &str, choice: &Code) -> String {
        if field == crcore::ticket::BRANCH
            && let Some(branch) = self.catalogue.branches.get(choice)
        {
            return branch.name.told(&self.language).to_owned();
        }
        let titles = self
            .catalogue
            .choices
            .iter()
            .find(|(code, _)| code.as_str() == field);
        let title = titles.and_then(|(_, titles)| titles.get(choice));
        let title = title.map(|title| title.told(&self.language));
        title
            .filter(|title| !title.is_empty())
            .map_or_else(|| humane(choice), str::to_owned)
    }

    /// Those who can be given a ticket of this queue, for a select.
    pub(super) fn who_serve(&self, queue: &Code) -> Vec<Value> {
        let serves = |s: &&Standing| s.agent.queues.contains(queue);
        let mut serving: Vec<&Standing> = self.roster.values().filter(serves).collect();
        serving.sort_by(|a, b| a.agent.name.cmp(&b.agent.name));
        serving
            .into_iter()
            .map(|s| option(&s.agent.id.to_string(), &s.agent.name))
            .collect()
    }

    /// Everybody on the roster but `me`, by name.
    pub(super) fn colleagues(&self, me: AgentId) -> Vec<(AgentId, String)> {
        let mut all: Vec<_> = self
            .roster
            .values()
            .filter(|s| s.agent.id != me)
            .map(|s| (s.agent.id, s.agent.name.clone()))
            .collect();
        all.sort_by(|a, b| a.1.cmp(&b.1));
        all
    }

    /// The value of a custom field, where it is no free text.
    pub(super) fn value(&self, ctx: &Ctx, field: &str, value: &FieldValue) -> Option<String> {
        Some(match value {
            FieldValue::Text(_) => return None,
            FieldValue::Number(number) => number.to_string(),
            FieldValue::Flag(set) => say(ctx, if *set { "agent-yes" } else { "agent-no" }, &[]),
            FieldValue::Date(date) => ctx.day(*date),
            FieldValue::Instant(at) => ctx.instant(*at),
            FieldValue::Amount(amount) => amount.written(self.language.as_str()),
            FieldValue::Choice(choice) => self.choice(field, choice),
        })
    }
}

async fn roster(ctx: &Ctx) -> Result<HashMap<AgentId, Standing>, Fault> {
    let actor = ctx.actor()?;
    let mut roster = HashMap::new();
    let mut after = None;
    loop {
        let page = ctx.desk().agents(actor, after, ROSTER_PAGE).await?;
        let is_last = page.len() < ROSTER_PAGE as usize;
        after = page.last().map(|standing| standing.agent.id);
        roster.extend(page.into_iter().map(|s| (s.agent.id, s)));
        if is_last || roster.len() >= ROSTER_MAX {
            return Ok(roster);
        }
    }
}

/// `senior-citizen` as people write it.
pub(super) fn humane(code: &Code) -> String {
    let text = code.as_str().replace(['-', '_', '.'], " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A line of a select.
pub(super) fn option(value: &str, text: &str) -> Value {
    context! { value => value, text => text }
}

/// The name of a field of the rules: the bank's message for it, else its code as people write it.
pub(super) fn field_name(ctx: &Ctx, field: &Code) -> String {
    let id = format!("agent-field-{field}");
    if ctx.app.messages.has(&id) {
        say(ctx, &id, &[])
    } else {
        humane(field)
    }
}

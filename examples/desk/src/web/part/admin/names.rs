//! What codes and ids are called on screen.

use std::collections::{BTreeMap, BTreeSet};

use crcore::catalogue::Catalogue;
use crcore::ticket::{Channel, Language};
use crcore::{Actor, AgentId, Code, CustomerId, Error};

use super::say;
use crate::web::ctx::Ctx;
use crate::web::fault::Fault;

/// How much of the roster is read for names: larger banks show ids beyond it.
const ROSTER_MAX: u32 = 500;

/// Names of services, branches, choices and of the staff, in the reader's language.
pub(super) struct Names {
    pub(super) catalogue: Catalogue,
    pub(super) staff: BTreeMap<AgentId, String>,
    /// Those who were met.
    pub(super) customers: BTreeMap<CustomerId, String>,
    language: Language,
}

impl Names {
    pub(super) async fn read(ctx: &Ctx) -> Result<Self, Fault> {
        let actor = ctx.actor()?;
        let staff = ctx.desk().agents(actor, None, ROSTER_MAX).await?;
        let staff = staff.into_iter().map(|s| (s.agent.id, s.agent.name));
        Ok(Self {
            catalogue: ctx.desk().catalogue(actor).await?.value,
            staff: staff.collect(),
            customers: BTreeMap::new(),
            language: ctx.visitor.language.clone(),
        })
    }

    /// Reads the names of these customers, too.
    pub(super) async fn meet_customers(
        &mut self,
        ctx: &Ctx,
        actor: Actor,
        ids: BTreeSet<CustomerId>,
    ) -> Result<(), Error> {
        let known = ctx.desk().customers(actor, &ids).await?;
        let named = known.into_values();
        let named = named.filter_map(|customer| Some((customer.id, customer.name?)));
        self.customers.extend(named);
        Ok(())
    }

    pub(super) fn service(&self, code: &Code) -> String {
        let offer = self.catalogue.services.get(code);
        shown(
            offer.map_or("", |offer| offer.title.told(&self.language)),
            code,
        )
    }

    /// What a choice of a field is called; of `branch`, the branch.
    pub(super) fn choice(&self, field: &Code, code: &Code) -> String {
        let branch = self.catalogue.branches.get(code);
        let branch = branch.filter(|_| field.as_str() == crcore::ticket::BRANCH);
        let choices = self.catalogue.choices.get(field);
        let named = branch.map(|branch| branch.name.told(&self.language));
        let told = |choices: &BTreeMap<Code, _>| {
            let told: Option<&crcore::catalogue::Translated> = choices.get(code);
            told.map(|told| told.told(&self.language).to_owned())
        };
        let named = named.map(str::to_owned).or_else(|| choices.and_then(told));
        shown(&named.unwrap_or_default(), code)
    }

    pub(super) fn agent(&self, id: AgentId) -> String {
        let name = self.staff.get(&id);
        name.cloned().unwrap_or_else(|| id.to_string())
    }

    /// Who did something. Programs, and customers who were not met, by their ids.
    pub(super) fn actor(&self, ctx: &Ctx, actor: Actor) -> String {
        let role = say(ctx, &format!("admin-role-{}", actor.role().name()), &[]);
        match actor {
            Actor::Agent(id) | Actor::Supervisor(id) | Actor::Admin(id) => {
                format!("{} ({role})", self.agent(id))
            }
            Actor::Customer(id) => match self.customers.get(&id) {
                Some(name) => format!("{name} ({role})"),
                None => format!("{role} {id}"),
            },
            Actor::Service(id) => format!("{role} {id}"),
            Actor::System => role,
        }
    }
}

/// What there is to show, else the code itself.
fn shown(title: &str, code: &Code) -> String {
    if title.is_empty() {
        code.to_string()
    } else {
        title.to_owned()
    }
}

/// What a field of the rules is called.
pub(super) fn field(ctx: &Ctx, field: &Code) -> String {
    known(ctx, "admin-field", field)
}

/// What a page is called whose visits are counted.
pub(super) fn page(ctx: &Ctx, page: &Code) -> String {
    known(ctx, "admin-page", page)
}

/// What a form is called whose submissions are counted.
pub(super) fn form(ctx: &Ctx, form: &Code) -> String {
    known(ctx, "admin-form-name", form)
}

/// How somebody came to the desk.
pub(super) fn channel(ctx: &Ctx, channel: Channel) -> String {
    say(ctx, &format!("agent-channel-{}", channel.name()), &[])
}

/// The message of a name, else the name as it is.
fn known(ctx: &Ctx, of: &str, name: &Code) -> String {
    let id = format!("{of}-{name}");
    match ctx.app.messages.has(&id) {
        true => say(ctx, &id, &[]),
        false => name.to_string(),
    }
}

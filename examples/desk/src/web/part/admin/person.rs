//! One person: how they log in, what they work on, and what those who lead may do about it.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::Path;
use crcore::{Agent, AgentId, Code, Error, Pool, Role, access};
use crcore_adapters::accounts::{Account, AccountId, AccountState};
use minijinja::context;
use minijinja::value::Value;

use super::grid::{Grid, at, text};
use super::people::{role, role_name};
use super::teams::queues;
use super::{complain, complain_of_account, filled, option, page, refused, say};
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};

/// How much of the roster is offered for a hand-over.
const ROSTER_MAX: u32 = 500;

fn id_of(id: &str) -> Result<AccountId, Fault> {
    id.parse().map_err(|_| Fault::not_found())
}

fn place(id: AccountId) -> String {
    format!("/admin/people/{id}")
}

pub(super) async fn person(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let context = told(&ctx, id_of(&id)?, None).await?;
    page(&ctx, "admin/person.html", "admin-title-person", context)
}

async fn told(ctx: &Ctx, id: AccountId, came: Option<(&Errors, &Form)>) -> Result<Value, Fault> {
    let (actor, accounts) = (ctx.actor()?, &ctx.app.accounts);
    let account = accounts.account(actor, id).await?;
    let manages = access::manages(actor.role(), account.role);
    let mut sessions = Grid::new(ctx, "sessions", &["browser", "source", "since", "seen"]);
    if manages {
        for session in accounts.open_sessions(actor, id).await? {
            let label = text(session.label.clone());
            let source = text(session.source.clone());
            sessions.row([label, source, at(session.created_at), at(session.seen_at)]);
        }
    }
    let is_self = actor.staff().map(|own| own.uuid()) == Some(id.uuid());
    Ok(context! {
        filled => filled(ctx, came),
        account => facts(ctx, &account),
        name => account.name.clone(),
        id => id.to_string(),
        manages => manages,
        is_self => is_self,
        is_staff => account.role != Role::Customer,
        may_erase => account.role == Role::Customer
            && access::has(actor.role(), access::Right::EraseCustomers),
        suspended => account.state == AccountState::Suspended,
        role => account.role.name(),
        roles => staff_roles(ctx, actor.role()),
        work => work_of(ctx, &account).await?,
        sessions => (!sessions.is_empty()).then(|| sessions.value()),
    })
}

/// The roles of the staff that somebody may give.
pub(super) fn staff_roles(ctx: &Ctx, by: Role) -> Vec<Value> {
    let staff = [Role::Agent, Role::Supervisor, Role::Admin].into_iter();
    let given = staff.filter(|role| access::manages(by, *role));
    given
        .map(|role| option(role.name(), &role_name(ctx, role)))
        .collect()
}

fn facts(ctx: &Ctx, account: &Account) -> Vec<Value> {
    let fact = |name: &str, value: Value| {
        context! { key => say(ctx, &format!("admin-col-{name}"), &[]), value => value }
    };
    let factor = if account.second_factor {
        "admin-yes"
    } else {
        "admin-no"
    };
    let state = format!("admin-state-{}", account.state.name());
    vec![
        fact("email", account.email.as_str().into()),
        fact("role", role_name(ctx, account.role).into()),
        fact("state", say(ctx, &state, &[]).into()),
        fact("factor", say(ctx, factor, &[]).into()),
        fact("created", ctx.instant(account.created_at).into()),
        fact(
            "seen",
            account
                .last_seen
                .map(|seen| ctx.instant(seen))
                .unwrap_or_default()
                .into(),
        ),
    ]
}

/// What somebody of the staff works on, and to whom it could be handed over.
async fn work_of(ctx: &Ctx, account: &Account) -> Result<Option<Value>, Fault> {
    let actor = ctx.actor()?;
    let agent = match ctx
        .desk()
        .agent(actor, AgentId::from(account.id.uuid()))
        .await
    {
        Ok(standing) => standing,
        Err(Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let roster = ctx.desk().agents(actor, None, ROSTER_MAX).await?;
    let others = roster
        .iter()
        .filter(|other| other.agent.id != agent.agent.id && other.agent.available)
        .map(|other| option(&other.agent.id.to_string(), &other.agent.name));
    let queue = say(ctx, "admin-back-to-queues", &[]);
    let of = &agent.agent;
    let load = |pool| {
        let load = agent.load(pool);
        context! { units => load.units, capacity => load.capacity }
    };
    let all: Vec<Value> = queues(ctx)
        .iter()
        .map(|q| option(q.as_str(), q.as_str()))
        .collect();
    let chosen: Vec<String> = of.queues.iter().map(ToString::to_string).collect();
    let told = context! {
        version => of.version,
        queues => all,
        chosen => chosen,
        skills => skills_text(&of.skills),
        cases => load(Pool::Cases),
        live => load(Pool::Live),
        available => of.available,
        others => [option("", &queue)].into_iter().chain(others).collect::<Vec<_>>(),
        list => format!("/desk?view=all&with={}", of.id),
    };
    Ok(Some(told))
}

/// `cards 5, loans 2`.
pub(super) fn skills_text(skills: &BTreeMap<Code, u8>) -> String {
    let skills = skills
        .iter()
        .map(|(skill, level)| format!("{skill} {level}"));
    skills.collect::<Vec<_>>().join(", ")
}

/// The same read; none where it is written otherwise.
pub(super) fn skills_of(text: &str) -> Option<BTreeMap<Code, u8>> {
    let parts = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let skill = |part: &str| {
        let (skill, level) = part.split_once(char::is_whitespace)?;
        Some((skill.parse().ok()?, level.trim().parse().ok()?))
    };
    parts.map(skill).collect()
}

/// Fills in what a form says of somebody's work.
pub(super) fn read_work(form: &Form, agent: &mut Agent, errors: &mut Errors) {
    agent.queues = form
        .all("queues")
        .iter()
        .filter_map(|q| q.parse().ok())
        .collect::<BTreeSet<_>>();
    match skills_of(form.text("skills")) {
        Some(skills) => agent.skills = skills,
        None => errors.add("skills", "admin-skills-wrong"),
    }
    agent.capacity.clear();
    for (name, pool) in [("cases", Pool::Cases), ("live", Pool::Live)] {
        match form.text(name) {
            "" => {}
            number => match number.parse::<u32>() {
                Ok(0) => {}
                Ok(units) => drop(agent.capacity.insert(pool, units)),
                Err(_) => errors.add(name, "admin-number-wrong"),
            },
        }
    }
}

/// Answers a form: back to the person, or the page again with what is wrong.
async fn answered(ctx: &Ctx, id: AccountId, form: &Form, errors: &Errors, done: &str) -> Answer {
    if errors.is_empty() {
        return ctx.see_other(&place(id), Some(done));
    }
    let context = told(ctx, id, Some((errors, form))).await?;
    refused(ctx, "admin/person.html", "admin-title-person", context)
}

pub(super) async fn work(ctx: Ctx, Path(id): Path<String>, form: Form) -> Answer {
    let (actor, id, mut errors) = (ctx.actor()?, id_of(&id)?, Errors::default());
    let standing = ctx.desk().agent(actor, AgentId::from(id.uuid())).await?;
    let mut agent = standing.agent;
    agent.version = form.parse("version").unwrap_or(0);
    agent.available = form.is_ticked("available");
    read_work(&form, &mut agent, &mut errors);
    if errors.is_empty()
        && let Err(error) = ctx.desk().save_agent(actor, agent).await
    {
        complain(&mut errors, error)?;
    }
    answered(&ctx, id, &form, &errors, "admin-done-work").await
}

/// Lets nobody log in to an account any more, and hands over what its owner worked on.
pub(super) async fn suspend(ctx: Ctx, Path(id): Path<String>, form: Form) -> Answer {
    let (actor, id, mut errors) = (ctx.actor()?, id_of(&id)?, Errors::default());
    let account = ctx.app.accounts.account(actor, id).await?;
    match ctx.app.accounts.suspend(actor, id).await {
        Ok(()) if account.role != Role::Customer => {
            let from = AgentId::from(id.uuid());
            match ctx.desk().hand_over(actor, from, form.parse("to")).await {
                // Somebody of the staff who never had work has no place on the roster.
                Ok(_) | Err(Error::NotFound { .. }) => {}
                Err(error) => complain(&mut errors, error)?,
            }
        }
        Ok(()) => {}
        Err(error) => complain_of_account(&mut errors, error)?,
    }
    answered(&ctx, id, &form, &errors, "admin-done-suspended").await
}

pub(super) async fn reinstate(ctx: Ctx, Path(id): Path<String>, form: Form) -> Answer {
    let (id, mut errors) = (id_of(&id)?, Errors::default());
    if let Err(error) = ctx.app.accounts.reinstate(ctx.actor()?, id).await {
        complain_of_account(&mut errors, error)?;
    }
    answered(&ctx, id, &form, &errors, "admin-done-reinstated").await
}

pub(super) async fn set_role(ctx: Ctx, Path(id): Path<String>, form: Form) -> Answer {
    let (id, mut errors) = (id_of(&id)?, Errors::default());
    match role(form.text("role")) {
        None => errors.add("role", "admin-role-wrong"),
        Some(role) => {
            if let Err(error) = ctx.app.accounts.set_role(ctx.actor()?, id, role).await {
                complain_of_account(&mut errors, error)?;
            }
        }
    }
    answered(&ctx, id, &form, &errors, "admin-done-role").await
}

pub(super) async fn reset_factor(ctx: Ctx, Path(id): Path<String>, form: Form) -> Answer {
    let (id, mut errors) = (id_of(&id)?, Errors::default());
    if let Err(error) = ctx.app.accounts.reset_factor(ctx.actor()?, id).await {
        complain_of_account(&mut errors, error)?;
    }
    answered(&ctx, id, &form, &errors, "admin-done-factor").await
}

pub(super) async fn end_sessions(ctx: Ctx, Path(id): Path<String>, form: Form) -> Answer {
    let (id, mut errors) = (id_of(&id)?, Errors::default());
    if let Err(error) = ctx.app.accounts.end_all_of(ctx.actor()?, id).await {
        complain_of_account(&mut errors, error)?;
    }
    answered(&ctx, id, &form, &errors, "admin-done-sessions").await
}

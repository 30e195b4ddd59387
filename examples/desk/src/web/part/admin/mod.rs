//! What supervisors and admins see and decide: numbers, people, rules, the catalogue, the trail.

mod access;
mod asked;
mod audit;
mod behind;
mod cases;
mod catalogue;
mod change;
mod complaints;
mod diff;
mod erase;
mod grid;
mod invite;
mod lists;
mod merge;
mod names;
mod numbers;
mod overview;
mod people;
mod person;
mod policies;
mod replies;
mod sheet;
mod teams;
mod texts;
mod tokens;
mod work;

use crcore::Role;
use crcore_adapters::accounts::AccountError;
use minijinja::context;
use minijinja::value::Value;

use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};
use crate::web::messages::Argument;
use crate::web::route::{Routes, Who};

pub(crate) use numbers::{Numbers, keep_counting};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/admin", Who::Lead, overview::overview)
        .get("/admin/cases", Who::Lead, cases::cases)
        .get("/admin/behind/{what}", Who::Lead, behind::behind)
        .get("/admin/reports/work", Who::Lead, work::work)
        .get(
            "/admin/reports/complaints",
            Who::Lead,
            complaints::complaints,
        )
        .get(
            "/admin/reports/complaints.csv",
            Who::Lead,
            complaints::sheet,
        )
        .get("/admin/people", Who::Lead, people::people)
        .get("/admin/people/invite", Who::Lead, invite::ask)
        .post("/admin/people/invite", Who::Lead, invite::invite)
        .post(
            "/admin/people/invitations/{id}/withdraw",
            Who::Lead,
            invite::withdraw,
        )
        .get("/admin/people/{id}", Who::Lead, person::person)
        .post("/admin/people/{id}/suspend", Who::Lead, person::suspend)
        .post("/admin/people/{id}/reinstate", Who::Lead, person::reinstate)
        .post("/admin/people/{id}/role", Who::Lead, person::set_role)
        .post("/admin/people/{id}/factor", Who::Lead, person::reset_factor)
        .post(
            "/admin/people/{id}/sessions",
            Who::Lead,
            person::end_sessions,
        )
        .post("/admin/people/{id}/work", Who::Lead, person::work)
        .get("/admin/customers/{id}/erase", Who::Admin, erase::ask)
        .post("/admin/customers/{id}/erase", Who::Admin, erase::erase)
        .get("/admin/teams", Who::Lead, teams::teams)
        .get("/admin/access", Who::Lead, access::access)
        .with(rules_routes)
        .with(kept_routes)
}

fn rules_routes(routes: Routes) -> Routes {
    routes
        .get("/admin/policies", Who::Lead, policies::policies)
        .get("/admin/policies/history", Who::Lead, policies::history)
        .get(
            "/admin/policies/history/{number}",
            Who::Lead,
            policies::change,
        )
        .get("/admin/policies/edit", Who::Admin, change::ask)
        .get("/admin/policies/json", Who::Admin, change::ask_json)
        .post("/admin/policies/preview", Who::Admin, change::preview)
        .post("/admin/policies/put", Who::Admin, change::put)
        .post("/admin/policies/adopt", Who::Admin, change::adopt)
        .get("/admin/policies/texts", Who::Admin, texts::texts)
        .get(
            "/admin/policies/texts/{language}/{code}",
            Who::Admin,
            texts::ask,
        )
        .post(
            "/admin/policies/texts/{language}/{code}",
            Who::Admin,
            texts::change,
        )
        .get(
            "/admin/policies/texts/history/{number}",
            Who::Admin,
            texts::past,
        )
        .get("/admin/catalogue", Who::Admin, catalogue::catalogue)
        .get(
            "/admin/catalogue/branches/{code}",
            Who::Admin,
            catalogue::branch,
        )
        .post(
            "/admin/catalogue/branches/{code}",
            Who::Admin,
            catalogue::save_branch,
        )
        .get(
            "/admin/catalogue/services/{code}",
            Who::Admin,
            catalogue::service,
        )
        .post(
            "/admin/catalogue/services/{code}",
            Who::Admin,
            catalogue::save_service,
        )
        .get(
            "/admin/catalogue/choices/{field}",
            Who::Admin,
            catalogue::choice,
        )
        .post(
            "/admin/catalogue/choices/{field}",
            Who::Admin,
            catalogue::save_choice,
        )
}

fn kept_routes(routes: Routes) -> Routes {
    routes
        .get("/admin/replies", Who::Lead, replies::replies)
        .get("/admin/replies/canned", Who::Lead, replies::canned)
        .post("/admin/replies/canned", Who::Lead, replies::save_canned)
        .post(
            "/admin/replies/canned/remove",
            Who::Lead,
            replies::remove_canned,
        )
        .get("/admin/replies/macro", Who::Lead, replies::macro_)
        .post("/admin/replies/macro", Who::Lead, replies::save_macro)
        .post(
            "/admin/replies/macro/remove",
            Who::Lead,
            replies::remove_macro,
        )
        .get("/admin/forms", Who::Lead, lists::forms)
        .get("/admin/notices", Who::Lead, lists::notices)
        .post("/admin/notices/{id}/retry", Who::Lead, lists::retry)
        .get("/admin/quarantine", Who::Lead, lists::quarantine)
        .get("/admin/tokens", Who::Admin, tokens::tokens)
        .post("/admin/tokens", Who::Admin, tokens::make)
        .post("/admin/tokens/{id}/revoke", Who::Admin, tokens::revoke)
        .get("/admin/audit", Who::Admin, audit::audit)
        .post("/admin/audit/check", Who::Admin, audit::check)
}

/// The pages of this part: where, its name, and whether it is for admins alone.
const SECTIONS: [(&str, &str, bool); 15] = [
    ("/admin", "overview", false),
    ("/admin/reports/complaints", "complaints", false),
    ("/admin/reports/work", "work", false),
    ("/admin/people", "people", false),
    ("/admin/teams", "teams", false),
    ("/admin/policies", "policies", false),
    ("/admin/policies/texts", "texts", true),
    ("/admin/catalogue", "catalogue", true),
    ("/admin/replies", "replies", false),
    ("/admin/forms", "forms", false),
    ("/admin/notices", "notices", false),
    ("/admin/quarantine", "quarantine", false),
    ("/admin/tokens", "tokens", true),
    ("/admin/audit", "audit", true),
    ("/admin/access", "access", false),
];

/// A page of this part, with the way to the others.
fn page(ctx: &Ctx, template: &str, title: &str, context: Value) -> Answer {
    ctx.page(
        template,
        title,
        context! { sections => sections(ctx), ..context },
    )
}

/// The same where something in its form was not right.
fn refused(ctx: &Ctx, template: &str, title: &str, context: Value) -> Answer {
    ctx.refused(
        template,
        title,
        context! { sections => sections(ctx), ..context },
    )
}

fn sections(ctx: &Ctx) -> Vec<Value> {
    let path = ctx.uri.path();
    let is_admin = ctx.visitor.role() == Some(Role::Admin);
    let shown = SECTIONS.iter().filter(|(.., admins)| is_admin || !admins);
    let under = |href: &str| path == href || path.starts_with(&format!("{href}/"));
    let nearest = shown
        .clone()
        .filter(|(href, ..)| under(href))
        .max_by_key(|(href, ..)| href.len());
    let section = |(href, name, _): &(&str, &str, bool)| {
        let current = nearest.is_some_and(|(nearest, ..)| nearest == href);
        let text = say(ctx, &format!("admin-section-{name}"), &[]);
        context! { href => *href, text => text, current => current }
    };
    shown.map(section).collect()
}

/// A message in the reader's language.
fn say(ctx: &Ctx, id: &str, arguments: &[(&str, Argument)]) -> String {
    let named = |(name, value): &(&str, Argument)| ((*name).to_owned(), value.clone());
    let arguments: Vec<_> = arguments.iter().map(named).collect();
    ctx.text(id, &arguments)
}

/// A line among those that can be chosen.
fn option(value: &str, text: &str) -> Value {
    context! { value => value, text => text }
}

/// Puts what the library says of a form beside its question. What is no matter of the form is a fault.
fn complain(errors: &mut Errors, error: crcore::Error) -> Result<(), Fault> {
    match error {
        crcore::Error::Invalid { field, expected } => {
            errors.add_with(
                &field,
                "admin-expected",
                vec![("what".into(), expected.into())],
            );
        }
        crcore::Error::Stale { .. } => errors.add("", "admin-stale"),
        crcore::Error::NotPossible { why, .. } => {
            errors.add_with("", "admin-not-possible", vec![("why".into(), why.into())]);
        }
        other => return Err(other.into()),
    }
    Ok(())
}

/// The same of what the accounts say.
fn complain_of_account(errors: &mut Errors, error: AccountError) -> Result<(), Fault> {
    match error {
        AccountError::Invalid {
            field, expected, ..
        } => errors.add_with(
            field,
            "admin-expected",
            vec![("what".into(), expected.into())],
        ),
        AccountError::NotPossible { code, .. } => errors.add("", &format!("admin-account-{code}")),
        other => return Err(other.into()),
    }
    Ok(())
}

/// A form that came back, or none.
fn filled(ctx: &Ctx, came: Option<(&Errors, &Form)>) -> Value {
    came.map_or(Value::from(()), |(errors, form)| errors.filled(ctx, form))
}

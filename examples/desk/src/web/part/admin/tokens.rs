//! Tokens of programs that act on the desk: what they may, until when; shown once.

use std::collections::BTreeSet;

use axum::extract::Path;
use chrono::TimeDelta;
use crcore::{Actor, Role};
use crcore_adapters::accounts::{
    AccountId, AccountState, ApiToken, NewToken, PeopleFilter, TOKEN_LIFE_MAX,
};
use minijinja::context;
use minijinja::value::Value;

use super::grid::{Grid, at, button, text};
use super::names::Names;
use super::{complain_of_account, filled, page, refused, say};
use crate::web::api::Scope;
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};

/// The longest life of a token unless another is chosen, in days.
const USUAL_DAYS: i64 = 90;
/// How many agents the form offers: beyond, nobody looks for one in a list.
const AGENTS_SHOWN: u32 = 500;

/// The scopes with what each is for.
fn scopes(ctx: &Ctx) -> Vec<Value> {
    let offered = Scope::ALL.into_iter().map(|scope| {
        let words = format!("admin-scope-{}", scope.name().replace(':', "-"));
        context! { value => scope.name(), text => scope.name(), hint => say(ctx, &words, &[]) }
    });
    offered.collect()
}

/// Those in whose place a program can act, and nobody.
async fn agents(ctx: &Ctx) -> Result<Vec<Value>, Fault> {
    let filter = PeopleFilter {
        role: Some(Role::Agent),
        state: Some(AccountState::Active),
        ..PeopleFilter::default()
    };
    let (accounts, actor) = (&ctx.app.accounts, ctx.actor()?);
    let found = accounts.people(actor, &filter, None, AGENTS_SHOWN).await?;
    let nobody = context! { value => "", text => say(ctx, "admin-token-own", &[]) };
    let mut options = vec![nobody];
    for account in found.accounts {
        let (id, name) = (account.id.to_string(), account.name);
        options.push(context! { value => id, text => name });
    }
    Ok(options)
}

async fn told(
    ctx: &Ctx,
    came: Option<(&Errors, &Form)>,
    fresh: Option<&str>,
) -> Result<Value, Fault> {
    let names = Names::read(ctx).await?;
    let columns = [
        "label", "acts-as", "scopes", "by", "since", "until", "used", "action",
    ];
    let mut grid = Grid::new(ctx, "tokens", &columns);
    for token in ctx.app.accounts.tokens(ctx.actor()?).await? {
        grid.row(row(ctx, &names, &token));
    }
    Ok(context! {
        filled => filled(ctx, came),
        grids => vec![grid.value()],
        fresh => fresh,
        days => USUAL_DAYS,
        scopes => scopes(ctx),
        agents => agents(ctx).await?,
        most => TOKEN_LIFE_MAX.num_days(),
    })
}

fn row(ctx: &Ctx, names: &Names, token: &ApiToken) -> Vec<Value> {
    let scopes: Vec<&str> = token.scopes.iter().map(String::as_str).collect();
    let revoke = format!("/admin/tokens/{}/revoke", token.id);
    let sure = say(ctx, "admin-revoke-sure", &[]);
    vec![
        text(token.label.clone()),
        text(match token.agent {
            Some(agent) => names.actor(ctx, Actor::Agent(agent)),
            None => say(ctx, "admin-token-own", &[]),
        }),
        text(scopes.join(" ")),
        text(names.actor(ctx, token.by)),
        at(token.created_at),
        at(token.until),
        token
            .last_used
            .map_or_else(|| text(say(ctx, "admin-never", &[])), at),
        button(say(ctx, "admin-revoke", &[]), revoke, &sure),
    ]
}

pub(super) async fn tokens(ctx: Ctx) -> Answer {
    let context = told(&ctx, None, None).await?;
    page(&ctx, "admin/tokens.html", "admin-title-tokens", context)
}

/// Makes a token and shows it this once: no page ever shows it again.
pub(super) async fn make(ctx: Ctx, form: Form) -> Answer {
    let mut errors = Errors::default();
    let days: Option<u32> = form.parse("days");
    errors.check(
        !form.text("label").is_empty(),
        "label",
        "admin-label-missing",
    );
    errors.check(days.is_some(), "days", "admin-number-wrong");
    let ticked = form.all("scopes");
    let known = |scope: &Scope| ticked.iter().any(|ticked| *ticked == scope.name());
    let scopes: BTreeSet<String> = Scope::ALL
        .into_iter()
        .filter(known)
        .map(|scope| scope.name().to_owned())
        .collect();
    let agent: Option<AccountId> = match form.text("agent") {
        "" => None,
        id => Some(id.parse().map_err(|_| Fault::not_found())?),
    };
    let new = NewToken {
        service: None,
        agent,
        label: form.text("label").to_owned(),
        scopes,
        life: TimeDelta::days(days.unwrap_or(0).into()),
    };
    if errors.is_empty() {
        match ctx.app.accounts.new_token(ctx.actor()?, &new).await {
            Ok((token, _)) => {
                let context = told(&ctx, None, Some(token.reveal())).await?;
                return page(&ctx, "admin/tokens.html", "admin-title-tokens", context);
            }
            Err(error) => complain_of_account(&mut errors, error)?,
        }
    }
    let context = told(&ctx, Some((&errors, &form)), None).await?;
    refused(&ctx, "admin/tokens.html", "admin-title-tokens", context)
}

pub(super) async fn revoke(ctx: Ctx, Path(id): Path<String>, _form: Form) -> Answer {
    let id = id.parse().map_err(|_| Fault::not_found())?;
    ctx.app.accounts.revoke_token(ctx.actor()?, id).await?;
    ctx.see_other("/admin/tokens", Some("admin-done-revoked"))
}

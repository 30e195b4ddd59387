//! One's own account: what is kept of oneself, how one logs in, and where one is logged in.

use axum::extract::Path;
use crcore_adapters::accounts::{
    AccountError, PASSWORD_MIN, PASSWORD_MIN_WITH_FACTOR, SessionInfo,
};
use minijinja::context;
use minijinja::value::Value;

use super::code::AskEmail;
use super::enter::{Step, Trip, next_of, renewed, tell, wanted};
use super::factor::{recovery_codes, typed};
use super::provider;
use crate::web::address::encode;
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};
use crate::web::route::{Routes, Who};

/// How many of the latest log-ins and tries one is shown.
const ATTEMPTS: u32 = 10;

const PASSWORD_PAGE: &str = "account/password.html";
const PROVE_PAGE: &str = "account/prove.html";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/account", Who::SignedIn, show)
        .post("/account/sessions/{id}/end", Who::SignedIn, end_one)
        .post("/account/sessions/end-others", Who::SignedIn, end_others)
        .get("/account/password", Who::SignedIn, ask_password)
        .post("/account/password", Who::SignedIn, change_password)
        .get("/account/address", Who::SignedIn, ask_address)
        .post("/account/address", Who::SignedIn, change_address)
        .post("/account/factor", Who::SignedIn, set_up_factor)
        .post("/account/factor/remove", Who::SignedIn, remove_factor)
        .post("/account/recovery", Who::SignedIn, new_recovery_codes)
        .get("/account/prove", Who::SignedIn, ask_proof)
        .post("/account/prove", Who::SignedIn, prove)
}

/// The session's token.
pub(super) fn token(ctx: &Ctx) -> &str {
    &ctx.visitor.browser
}

fn session(info: &SessionInfo) -> Value {
    context! {
        id => info.id.to_string(),
        label => info.label.as_str(),
        source => info.source.as_str(),
        since => info.created_at.to_rfc3339(),
        seen => info.seen_at.to_rfc3339(),
        current => info.current,
    }
}

async fn show(ctx: Ctx) -> Answer {
    let account = ctx.visitor.account().ok_or_else(Fault::not_found)?;
    let accounts = &ctx.app.accounts;
    let sessions = accounts.sessions(token(&ctx)).await?;
    let attempts = accounts.own_attempts(token(&ctx), None, ATTEMPTS).await?;
    let attempts = attempts.iter().map(|attempt| {
        let what = attempt.what.rsplit('.').next().unwrap_or_default();
        context! {
            what => ctx.text(&format!("account-attempt-{what}"), &[]),
            at => attempt.at.to_rfc3339(),
            label => attempt.label.as_str(),
            source => attempt.source.as_str(),
        }
    });
    let profile = super::profile::shown(&ctx, account).await?;
    let needs_factor = accounts.options().needs_second_factor(account.role);
    let context = context! {
        name => account.name.as_str(),
        email => account.email.as_str(),
        profile => profile,
        has_password => account.has_password,
        second_factor => account.second_factor,
        needs_factor => needs_factor,
        recovery_left => account.recovery_codes,
        providers => provider::of(&ctx, account),
        sessions => sessions.iter().map(session).collect::<Vec<_>>(),
        attempts => attempts.collect::<Vec<_>>(),
    };
    ctx.page("account/account.html", "account-title-account", context)
}

async fn end_one(ctx: Ctx, Path(id): Path<String>, _form: Form) -> Answer {
    let id = id.parse().map_err(|_| Fault::not_found())?;
    ctx.app.accounts.end_one(token(&ctx), id).await?;
    ctx.see_other("/account", Some("account-session-ended"))
}

async fn end_others(ctx: Ctx, _form: Form) -> Answer {
    let new = ctx.app.accounts.end_others(token(&ctx)).await?;
    renewed(&ctx, &new, "/account", Some("account-sessions-ended"))
}

fn password_context(ctx: &Ctx, filled: Value) -> Result<Value, Fault> {
    let account = ctx.visitor.account().ok_or_else(Fault::not_found)?;
    let needs = ctx.app.accounts.options().needs_second_factor(account.role);
    let least = match account.second_factor || needs {
        true => PASSWORD_MIN_WITH_FACTOR,
        false => PASSWORD_MIN,
    };
    Ok(context! {
        filled => filled, has_password => account.has_password, least => least,
        email => account.email.as_str(),
    })
}

async fn ask_password(ctx: Ctx) -> Answer {
    let context = password_context(&ctx, ().into())?;
    ctx.page(PASSWORD_PAGE, "account-title-password", context)
}

async fn change_password(ctx: Ctx, form: Form) -> Answer {
    let (current, password) = (form.raw("current_password"), form.raw("password"));
    let accounts = &ctx.app.accounts;
    let mut errors = Errors::default();
    match accounts
        .change_password(token(&ctx), Some(current), password)
        .await
    {
        Ok(new) => return renewed(&ctx, &new, "/account", Some("account-password-changed")),
        Err(error) if is_to_prove(&error) => return to_prove(&ctx, "/account/password"),
        Err(error) => tell(&mut errors, "current_password", error)?,
    }
    let context = password_context(&ctx, errors.filled(&ctx, &form))?;
    ctx.refused(PASSWORD_PAGE, "account-title-password", context)
}

/// Whether somebody has to prove again who they are.
pub(super) fn is_to_prove(error: &AccountError) -> bool {
    error.code() == "prove_again"
}

/// Asks for the proof, and leads back.
pub(super) fn to_prove(ctx: &Ctx, back: &str) -> Answer {
    ctx.see_other(&format!("/account/prove?next={}", encode(back)), None)
}

const ADDRESS: AskEmail = AskEmail {
    title: "account-title-address",
    why: "account-address-why",
    send: "account-send-code",
    page: "/account/address",
    instead: ("/account", "account-leave"),
};

async fn ask_address(ctx: Ctx) -> Answer {
    let now = ctx.app.clock.now();
    let session = ctx.visitor.session.as_ref();
    if !session.is_some_and(|session| session.is_proved(now)) {
        return to_prove(&ctx, "/account/address");
    }
    ADDRESS.show(&ctx, "/account")
}

async fn change_address(ctx: Ctx, form: Form) -> Answer {
    let email = form.text("email");
    let mut errors = Errors::default();
    errors.check(!email.is_empty(), "email", "account-error-email_missing");
    if errors.is_empty() {
        match ctx.app.accounts.change_address(token(&ctx), email).await {
            Ok(flow) => {
                let trip = Trip::new(&flow, "/account").to(email);
                return Step::Address.go(&ctx, &trip);
            }
            Err(error) if is_to_prove(&error) => return to_prove(&ctx, "/account/address"),
            Err(error) => tell(&mut errors, "email", error)?,
        }
    }
    ADDRESS.refuse(&ctx, "/account", &errors, &form)
}

async fn set_up_factor(ctx: Ctx, _form: Form) -> Answer {
    match ctx.app.accounts.enrol(token(&ctx)).await {
        Ok(enrolment) => Step::SetUp.go(&ctx, &Trip::new(&enrolment.flow, "/account")),
        Err(error) if is_to_prove(&error) => to_prove(&ctx, "/account"),
        Err(error) => Err(error.into()),
    }
}

async fn remove_factor(ctx: Ctx, _form: Form) -> Answer {
    match ctx.app.accounts.disable_factor(token(&ctx)).await {
        Ok(new) => renewed(&ctx, &new, "/account", Some("account-factor-removed")),
        Err(error) if is_to_prove(&error) => to_prove(&ctx, "/account"),
        Err(error) => Err(error.into()),
    }
}

async fn new_recovery_codes(ctx: Ctx, _form: Form) -> Answer {
    match ctx.app.accounts.new_recovery_codes(token(&ctx)).await {
        Ok(codes) => {
            let codes: Vec<String> = codes.iter().map(|code| code.reveal().to_owned()).collect();
            recovery_codes(&ctx, &codes, "/account")
        }
        Err(error) if is_to_prove(&error) => to_prove(&ctx, "/account"),
        Err(error) => Err(error.into()),
    }
}

fn proof_context(ctx: &Ctx, next: &str, filled: Value, recovery: bool) -> Result<Value, Fault> {
    let account = ctx.visitor.account().ok_or_else(Fault::not_found)?;
    Ok(context! {
        filled => filled,
        next => next,
        email => account.email.as_str(),
        has_password => account.has_password,
        second_factor => account.second_factor,
        recovery => recovery,
        providers => provider::to_prove_with(ctx, account, next),
    })
}

async fn ask_proof(ctx: Ctx) -> Answer {
    let recovery = crate::web::ctx::query_of(&ctx.uri, "by").as_deref() == Some("recovery");
    let context = proof_context(&ctx, &next_of(&ctx), ().into(), recovery)?;
    ctx.page(PROVE_PAGE, "account-title-prove", context)
}

async fn prove(ctx: Ctx, form: Form) -> Answer {
    let next = wanted(form.text("next"));
    let factor = (!form.text("code").is_empty()).then(|| typed(&form));
    let password = form.raw("current_password");
    let accounts = &ctx.app.accounts;
    let mut errors = Errors::default();
    match accounts.prove(token(&ctx), password, factor.as_ref()).await {
        Ok(new) => return renewed(&ctx, &new, next, Some("account-proved")),
        Err(error) => tell(&mut errors, "current_password", error)?,
    }
    let filled = errors.filled(&ctx, &form);
    let context = proof_context(&ctx, next, filled, form.text("by") == "recovery")?;
    ctx.refused(PROVE_PAGE, "account-title-prove", context)
}

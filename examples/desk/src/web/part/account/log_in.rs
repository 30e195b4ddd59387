//! Logging in with a password.

use axum::http::StatusCode;
use chrono::TimeDelta;
use crcore_adapters::accounts::LogIn;
use minijinja::context;
use minijinja::value::Value;

use super::enter::{go_on, landing, minutes, next_of, tell, wanted};
use crate::web::ctx::Ctx;
use crate::web::fault::Answer;
use crate::web::form::{Errors, Form};
use crate::web::route::{Routes, Who};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/log-in", Who::Anyone, ask)
        .post("/log-in", Who::Anyone, log_in)
}

async fn ask(ctx: Ctx) -> Answer {
    let next = next_of(&ctx);
    match ctx.visitor.account() {
        Some(account) => ctx.see_other(&landing(Some(account), &next), None),
        None => page(&ctx, StatusCode::OK, &next, ().into()),
    }
}

async fn log_in(ctx: Ctx, form: Form) -> Answer {
    let next = wanted(form.text("next"));
    let (email, password) = (form.text("email"), form.raw("password"));
    let mut errors = Errors::default();
    errors.check(!email.is_empty(), "email", "account-error-email_missing");
    let given = !password.is_empty();
    errors.check(given, "password", "account-error-password_missing");
    if errors.is_empty() {
        let visit = ctx.visitor.visit();
        match ctx.app.accounts.log_in(email, password, &visit).await {
            Ok(LogIn::Refused { retry_after }) => say_no(&mut errors, retry_after),
            Ok(log_in) => return go_on(&ctx, log_in, next, None).await,
            Err(error) => tell(&mut errors, "email", error)?,
        }
    }
    let filled = errors.filled(&ctx, &form);
    page(&ctx, StatusCode::UNPROCESSABLE_ENTITY, next, filled)
}

fn say_no(errors: &mut Errors, retry_after: Option<TimeDelta>) {
    match retry_after {
        Some(after) => {
            errors.add_with("email", "account-error-refused_wait", minutes(after));
        }
        None => errors.add("email", "account-error-refused"),
    }
}

/// The page for somebody whose log-in ended with no.
pub(super) fn refused(ctx: &Ctx, retry_after: Option<TimeDelta>, next: &str) -> Answer {
    let mut errors = Errors::default();
    say_no(&mut errors, retry_after);
    let filled = errors.filled(ctx, &Form::default());
    page(ctx, StatusCode::UNPROCESSABLE_ENTITY, next, filled)
}

fn page(ctx: &Ctx, status: StatusCode, next: &str, filled: Value) -> Answer {
    let next = wanted(next);
    let codes = ctx.app.accounts.options().code_log_in;
    let context = context! {
        filled => filled,
        next => next,
        codes => codes,
        // Whether they come from a page of theirs: then they are told that it is still there.
        back => next != "/",
        providers => providers(ctx),
    };
    ctx.page_as(
        status,
        "account/log_in.html",
        "account-title-log-in",
        context,
    )
}

/// The providers by which one can log in: the name in addresses, and how it is written.
fn providers(ctx: &Ctx) -> Vec<Value> {
    let all = ctx.app.settings.providers.iter();
    all.map(|(name, set)| context! { name => name.as_str(), title => set.label.as_str() })
        .collect()
}

//! A forgotten password: a mailed link, and another password by it.

use axum::extract::Path;
use axum::http::StatusCode;
use crcore_adapters::accounts::{AccountError, PASSWORD_MIN, PASSWORD_MIN_WITH_FACTOR, RESET_LIFE};
use minijinja::context;
use minijinja::value::Value;

use super::code::AskEmail;
use super::enter::{go_on, tell};
use crate::web::ctx::Ctx;
use crate::web::fault::Answer;
use crate::web::form::{Errors, Form};
use crate::web::route::{Routes, Who};

const PAGE: &str = "account/reset.html";
const TITLE: &str = "account-title-reset";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/forgot", Who::Anyone, ask)
        .post("/forgot", Who::Anyone, send)
        .get("/forgot/sent", Who::Anyone, sent)
        .get("/reset/{token}", Who::Anyone, ask_password)
        .post("/reset/{token}", Who::Anyone, set)
}

const FORGOT: AskEmail = AskEmail {
    title: "account-title-forgot",
    why: "account-forgot-why",
    send: "account-send-link",
    page: "/forgot",
    instead: ("/log-in", "account-remembered"),
};

async fn ask(ctx: Ctx) -> Answer {
    FORGOT.show(&ctx, "/")
}

async fn send(ctx: Ctx, form: Form) -> Answer {
    let email = form.text("email");
    let mut errors = Errors::default();
    errors.check(!email.is_empty(), "email", "account-error-email_missing");
    if errors.is_empty() {
        let visit = ctx.visitor.visit();
        match ctx.app.accounts.forgot_password(email, &visit).await {
            Ok(()) => return ctx.see_other("/forgot/sent", None),
            Err(error) => tell(&mut errors, "email", error)?,
        }
    }
    FORGOT.refuse(&ctx, "/", &errors, &form)
}

async fn sent(ctx: Ctx) -> Answer {
    let minutes = RESET_LIFE.num_minutes();
    let context = context! { minutes => minutes };
    ctx.page("account/sent.html", "account-title-sent", context)
}

fn context(filled: Value, token: &str) -> Value {
    context! {
        filled => filled,
        token => token,
        least => PASSWORD_MIN,
        least_with_factor => PASSWORD_MIN_WITH_FACTOR,
    }
}

async fn ask_password(ctx: Ctx, Path(token): Path<String>) -> Answer {
    if ctx.app.accounts.can_reset(&token).await? {
        return ctx.page(PAGE, TITLE, context(().into(), &token));
    }
    dead(&ctx, "/forgot", "account-dead-reset")
}

/// A link that leads nowhere any more, and where to get another.
pub(super) fn dead(ctx: &Ctx, again: &str, text: &str) -> Answer {
    let context = context! { again => again, text => text };
    let title = "account-title-dead";
    ctx.page_as(StatusCode::GONE, "account/dead.html", title, context)
}

async fn set(ctx: Ctx, Path(token): Path<String>, form: Form) -> Answer {
    let (password, visit) = (form.raw("password"), ctx.visitor.visit());
    let mut errors = Errors::default();
    let accounts = &ctx.app.accounts;
    match accounts.reset_password(&token, password, &visit).await {
        Ok(log_in) => {
            ctx.tally("reset", &errors).await;
            return go_on(&ctx, log_in, "/", Some("account-password-changed")).await;
        }
        Err(AccountError::NotPossible { .. }) => {
            return dead(&ctx, "/forgot", "account-dead-reset");
        }
        Err(error) => tell(&mut errors, "password", error)?,
    }
    ctx.tally("reset", &errors).await;
    ctx.refused(PAGE, TITLE, context(errors.filled(&ctx, &form), &token))
}

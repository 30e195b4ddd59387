//! How somebody who was invited becomes one of the staff.

use axum::extract::Path;
use crcore_adapters::accounts::{AccountError, PASSWORD_MIN, PASSWORD_MIN_WITH_FACTOR};
use minijinja::context;
use minijinja::value::Value;

use super::enter::{go_on, tell};
use super::reset::dead;
use crate::web::ctx::Ctx;
use crate::web::fault::Answer;
use crate::web::form::{Errors, Form};
use crate::web::route::{Routes, Who};

const PAGE: &str = "account/invitation.html";
const TITLE: &str = "account-title-invitation";

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/invitation/{token}", Who::Anyone, ask).post(
        "/invitation/{token}",
        Who::Anyone,
        accept,
    )
}

async fn page(ctx: &Ctx, token: &str, errors: Option<(&Errors, &Form)>) -> Answer {
    let accounts = &ctx.app.accounts;
    let invited = match accounts.invitation(token).await {
        Ok(invited) => invited,
        Err(AccountError::NotPossible { .. }) => return gone(ctx),
        Err(error) => return Err(error.into()),
    };
    let role = invited.agent.role;
    let with_factor = accounts.options().needs_second_factor(role);
    let filled: Value = errors.map_or_else(|| ().into(), |(e, form)| e.filled(ctx, form));
    let context = context! {
        filled => filled,
        token => token,
        name => invited.name.as_str(),
        email => invited.email.as_str(),
        role => role.name(),
        with_factor => with_factor,
        least => if with_factor { PASSWORD_MIN_WITH_FACTOR } else { PASSWORD_MIN },
    };
    match errors {
        Some(_) => ctx.refused(PAGE, TITLE, context),
        None => ctx.page(PAGE, TITLE, context),
    }
}

fn gone(ctx: &Ctx) -> Answer {
    dead(ctx, "/log-in", "account-dead-invitation")
}

async fn ask(ctx: Ctx, Path(token): Path<String>) -> Answer {
    page(&ctx, &token, None).await
}

async fn accept(ctx: Ctx, Path(token): Path<String>, form: Form) -> Answer {
    let (password, visit) = (form.raw("password"), ctx.visitor.visit());
    let mut errors = Errors::default();
    match ctx.app.accounts.accept(&token, password, &visit).await {
        Ok(log_in) => {
            ctx.tally("invitation", &errors).await;
            return go_on(&ctx, log_in, "/", None).await;
        }
        Err(error) if error.code() == "link_over" => return gone(&ctx),
        Err(error) => tell(&mut errors, "password", error)?,
    }
    ctx.tally("invitation", &errors).await;
    page(&ctx, &token, Some((&errors, &form))).await
}

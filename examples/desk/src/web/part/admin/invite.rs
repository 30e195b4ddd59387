//! Inviting somebody to the staff: nobody registers as one.

use axum::extract::Path;
use crcore::Role;
use crcore_adapters::accounts::Invitation;
use minijinja::context;
use minijinja::value::Value;

use super::people::role;
use super::person::{read_work, staff_roles};
use super::teams::queues;
use super::{complain_of_account, filled, option, page, refused};
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};

fn told(ctx: &Ctx, came: Option<(&Errors, &Form)>) -> Result<Value, Fault> {
    let languages = ctx.app.messages.languages();
    let name = |code| option(code, &ctx.app.messages.text(code, "language-name", &[]));
    let queues = queues(ctx);
    let queues = queues
        .iter()
        .map(|queue| option(queue.as_str(), queue.as_str()));
    Ok(context! {
        filled => filled(ctx, came),
        roles => staff_roles(ctx, ctx.actor()?.role()),
        languages => languages.map(name).collect::<Vec<_>>(),
        queues => queues.collect::<Vec<_>>(),
    })
}

pub(super) async fn ask(ctx: Ctx) -> Answer {
    page(
        &ctx,
        "admin/invite.html",
        "admin-title-invite",
        told(&ctx, None)?,
    )
}

pub(super) async fn invite(ctx: Ctx, form: Form) -> Answer {
    let mut errors = Errors::default();
    let role = role(form.text("role")).filter(|role| *role != Role::Customer);
    errors.check(role.is_some(), "role", "admin-role-wrong");
    let as_what = role.unwrap_or(Role::Agent);
    let mut invitation = Invitation::new(as_what, form.text("name"), form.text("email"));
    invitation.language = form.parse("language").unwrap_or_default();
    read_work(&form, &mut invitation.agent, &mut errors);
    if errors.is_empty()
        && let Err(error) = ctx.app.accounts.invite(ctx.actor()?, &invitation).await
    {
        complain_of_account(&mut errors, error)?;
    }
    if errors.is_empty() {
        return ctx.see_other("/admin/people", Some("admin-done-invited"));
    }
    let context = told(&ctx, Some((&errors, &form)))?;
    refused(&ctx, "admin/invite.html", "admin-title-invite", context)
}

pub(super) async fn withdraw(ctx: Ctx, Path(id): Path<String>, _form: Form) -> Answer {
    let id = id.parse().map_err(|_| Fault::not_found())?;
    ctx.app.accounts.withdraw(ctx.actor()?, id).await?;
    ctx.see_other("/admin/people", Some("admin-done-withdrawn"))
}

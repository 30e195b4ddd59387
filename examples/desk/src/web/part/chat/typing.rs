//! That the other side writes.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _};
use crcore::{Actor, Ticket};
use crcore_adapters::live::Aside;
use minijinja::context;
use minijinja::value::Value;

use super::staff;
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::Form;

async fn found(ctx: &Ctx, reference: &str) -> Result<Ticket, Fault> {
    let reference = reference.parse().map_err(|_| Fault::not_found())?;
    Ok(ctx.desk().by_reference(ctx.actor()?, reference).await?)
}

/// A page says whether its reader writes.
pub(super) async fn report(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let id = found(&ctx, &reference).await?.id;
    let typing = form.text("doing") == "typing";
    if ctx.desk().type_in_chat(ctx.actor()?, id, typing).await? {
        // Whose chat it is; a customer is not told who answers.
        let chat = ctx.desk().ticket(Actor::System, id).await?;
        ctx.app.live.tell(Aside::Typing(Arc::new(chat)));
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Whether `other` writes, for the page of one side.
pub(super) async fn of(
    ctx: &Ctx,
    ticket: &Ticket,
    side: &str,
    other: &str,
) -> Result<Value, Fault> {
    let typed = ctx.desk().is_typed_in_chat(ctx.actor()?, ticket.id).await?;
    let name = ("name".to_owned(), other.into());
    Ok(context! {
        text => typed.then(|| ctx.text("chat-typing", &[name])),
        source => format!("/{side}/{}/typing", ticket.reference),
        ticket => ticket.id.to_string(),
    })
}

async fn part(ctx: &Ctx, ticket: &Ticket, side: &str, other: &str) -> Answer {
    let context = context! { typing => of(ctx, ticket, side, other).await? };
    Ok(Html(ctx.render("chat/typing.html", "chat-title", context)?).into_response())
}

/// For the customer, alone.
pub(super) async fn customer(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    part(&ctx, &ticket, "chat", &ctx.app.settings.bank).await
}

/// For who answers, alone.
pub(super) async fn staff(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let customer = staff::name(&ctx, ticket.customer).await?;
    part(&ctx, &ticket, "chats", &customer).await
}

//! Who else looks at a case or writes on it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use crcore::desk::beside::{Doing, Looker};
use crcore::{Ticket, TicketId};
use crcore_adapters::live::Aside;
use minijinja::context;
use minijinja::value::Value;

use super::case;
use super::names::Names;
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::Form;

/// A page says what its reader does: looks, writes, or has gone.
pub(super) async fn report(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let actor = ctx.actor()?;
    let ticket = case::ticket(&ctx, &reference).await?;
    let me = actor.staff();
    let before = doing(&ctx, &ticket, me).await?;
    match form.text("doing") {
        "gone" => ctx.desk().leave(actor, ticket.id).await?,
        "typing" => ctx.desk().look(actor, ticket.id, Doing::Typing).await?,
        _ => ctx.desk().look(actor, ticket.id, Doing::Viewing).await?,
    }
    if doing(&ctx, &ticket, me).await? != before {
        ctx.app.live.tell(Aside::Presence(Arc::new(ticket)));
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What somebody is known to do here.
async fn doing(
    ctx: &Ctx,
    ticket: &Ticket,
    who: Option<crcore::AgentId>,
) -> Result<Option<Doing>, Fault> {
    let lookers = ctx.desk().lookers(crcore::Actor::System, ticket.id).await?;
    let found = lookers.iter().find(|looker| Some(looker.agent) == who);
    Ok(found.map(|looker| looker.doing))
}

/// Who else is at a case.
pub(super) async fn of(ctx: &Ctx, names: &Names, ticket: &Ticket) -> Result<Value, Fault> {
    let lookers = ctx.desk().lookers(ctx.actor()?, ticket.id).await?;
    let people: Vec<Value> = lookers
        .iter()
        .map(|looker| person(ctx, names, looker))
        .collect();
    let reference = crate::web::address::encode(&ticket.reference.to_string());
    let address = format!("/desk/cases/{reference}/presence");
    Ok(context! { people => people, address => address, ticket => ticket.id.to_string() })
}

/// Who else is at each case of a list.
pub(super) async fn on(
    ctx: &Ctx,
    names: &Names,
    tickets: &[Ticket],
) -> Result<HashMap<TicketId, Vec<Value>>, Fault> {
    let lookers = ctx.desk().lookers_at(ctx.actor()?, tickets).await?;
    let people = |lookers: Vec<Looker>| -> Vec<Value> {
        lookers
            .iter()
            .map(|looker| person(ctx, names, looker))
            .collect()
    };
    Ok(lookers
        .into_iter()
        .map(|(id, lookers)| (id, people(lookers)))
        .collect())
}

fn person(ctx: &Ctx, names: &Names, looker: &Looker) -> Value {
    let doing = match looker.doing {
        Doing::Viewing => "looking",
        Doing::Typing => "typing",
    };
    context! { name => names.agent(ctx, looker.agent), doing => doing }
}

/// Who else is there, alone, for a page that is open.
pub(super) async fn alone(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let ticket = case::ticket(&ctx, &reference).await?;
    let names = Names::of(&ctx, std::slice::from_ref(&ticket)).await?;
    let presence = of(&ctx, &names, &ticket).await?;
    case::part(
        &ctx,
        "agent/presence.html",
        context! { presence => presence },
    )
}

//! The agents' side: their chats, those that wait, and the one that is open beside them.

use axum::extract::Path;
use axum::response::{Html, IntoResponse as _};
use crcore::store::{Assigned, Paging, Sort, TicketFilter};
use crcore::ticket::{Channel, Kind, StatusName, Ticket};
use crcore::{CustomerId, Error};
use minijinja::context;
use minijinja::value::Value;

use super::{Side, messages, typing};
use crate::web::ctx::Ctx;
use crate::web::drafts;
use crate::web::fault::{Answer, Fault};
use crate::web::form::Form;
use crate::web::part::agent::others;

/// The chats of one side of the page: the most that somebody can have, and that a line shows.
async fn listed(ctx: &Ctx, assigned: Assigned) -> Result<Vec<Value>, Fault> {
    let filter = TicketFilter {
        assigned,
        channels: [Channel::Chat].into(),
        kinds: [Kind::Query].into(),
        statuses: StatusName::ALL
            .into_iter()
            .filter(|s| s.is_active())
            .collect(),
        ..TicketFilter::default()
    };
    let paging = Paging {
        sort: Sort::Urgency,
        ..Paging::default()
    };
    let page = ctx.desk().tickets(ctx.actor()?, filter, &paging).await?;
    let subjects = ctx.desk().subjects(&page.items).await?;
    let row = |ticket: &Ticket| {
        context! {
            href => format!("/chats/{}", ticket.reference),
            reference => ticket.reference.to_string(),
            subject => subjects.get(&ticket.id).cloned(),
            since => ticket.received_at.to_rfc3339(),
        }
    };
    Ok(page.items.iter().map(row).collect())
}

async fn lists(ctx: &Ctx) -> Result<(Vec<Value>, Vec<Value>), Fault> {
    let me = ctx.actor()?.staff().ok_or_else(Fault::not_found)?;
    Ok((
        listed(ctx, Assigned::To(me)).await?,
        listed(ctx, Assigned::Nobody).await?,
    ))
}

/// Whether one is there for chats, as whoever looks at them goes on being, and whether the roster has them as
/// available: else none comes to them.
async fn taking(ctx: &Ctx) -> Result<&'static str, Fault> {
    let (desk, actor) = (ctx.desk(), ctx.actor()?);
    let me = actor.staff().ok_or_else(Fault::not_found)?;
    if !desk.keep_taking_chats(actor).await? {
        return Ok("no");
    }
    let is_available = desk.agent(actor, me).await?.agent.available;
    Ok(if is_available { "yes" } else { "unavailable" })
}

/// Chats come to whoever says so, until they look at them no more.
pub(super) async fn take(ctx: Ctx, form: Form) -> Answer {
    let actor = ctx.actor()?;
    let flash = if form.is_ticked("take") {
        ctx.desk().take_chats(actor).await?;
        "chat-flash-taking"
    } else {
        ctx.desk().leave_chats(actor).await?;
        "chat-flash-not-taking"
    };
    ctx.see_other("/chats", Some(flash))
}

pub(super) async fn all(ctx: Ctx) -> Answer {
    let taking = taking(&ctx).await?;
    let (mine, waiting) = lists(&ctx).await?;
    let context =
        context! { mine => mine, waiting => waiting, taking => taking, chat => Value::from(()) };
    if ctx.part {
        return Ok(
            Html(ctx.render("chat/lists.html", "chat-title-staff", context)?).into_response(),
        );
    }
    ctx.page("chat/staff.html", "chat-title-staff", context)
}

async fn found(ctx: &Ctx, reference: &str) -> Result<Ticket, Fault> {
    let reference = reference.parse().map_err(|_| Fault::not_found())?;
    let ticket = ctx.desk().by_reference(ctx.actor()?, reference).await?;
    let chat = Some(ticket).filter(|ticket| ticket.channel == Channel::Chat);
    chat.ok_or_else(Fault::not_found)
}

/// Whom one talks to, by name where the desk knows it.
pub(super) async fn name(ctx: &Ctx, customer: CustomerId) -> Result<String, Fault> {
    let asked = [customer].into();
    let mut known = ctx.desk().customers(ctx.actor()?, &asked).await?;
    let name = known.remove(&customer).and_then(|known| known.name);
    Ok(name.unwrap_or_else(|| ctx.text("chat-customer", &[])))
}

async fn opened(ctx: &Ctx, ticket: &Ticket) -> Result<Value, Fault> {
    let actor = ctx.actor()?;
    let thread = ctx.desk().thread(actor, ticket.id).await?;
    let subjects = ctx.desk().subjects(std::slice::from_ref(ticket)).await?;
    let customer = name(ctx, ticket.customer).await?;
    let draft = format!("chat/{}", ticket.id);
    let mine = ticket
        .assignment
        .is_some_and(|a| Some(a.agent) == actor.staff());
    let is_open = ticket.status.is_active() && ticket.kind == Kind::Query;
    Ok(context! {
        typing => typing::of(ctx, ticket, "chats", &customer).await?,
        reference => ticket.reference.to_string(),
        ticket => ticket.id.to_string(),
        subject => subjects.get(&ticket.id).cloned(),
        others => others(ctx, ticket).await?,
        messages => messages(ctx, &thread, Side::Staff, &customer),
        customer => customer,
        mine => mine,
        free => ticket.assignment.is_none() && is_open,
        is_open => is_open,
        typed => drafts::typed(ctx, &draft, "text").await?.filter(|text| !text.trim().is_empty()),
        draft => draft,
        key => ctx.fresh_key()?,
    })
}

pub(super) async fn show(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let taking = taking(&ctx).await?;
    let (mine, waiting) = lists(&ctx).await?;
    let chat = opened(&ctx, &ticket).await?;
    let context = context! { mine => mine, waiting => waiting, taking => taking, chat => chat };
    ctx.page("chat/staff.html", "chat-title-staff", context)
}

/// What was said, alone.
pub(super) async fn log(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    part(&ctx, &reference, "chat/staff_log.html").await
}

/// What can be done, alone.
pub(super) async fn acts(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    part(&ctx, &reference, "chat/staff_acts.html").await
}

async fn part(ctx: &Ctx, reference: &str, template: &str) -> Answer {
    let ticket = found(ctx, reference).await?;
    let context = context! { chat => opened(ctx, &ticket).await? };
    Ok(Html(ctx.render(template, "chat-title-staff", context)?).into_response())
}

/// Where a deed leads; one that came too late leads back to the chat as it is now.
fn after<T>(
    ctx: &Ctx,
    reference: &str,
    done: Result<T, Error>,
    to: &str,
    flash: Option<&str>,
) -> Answer {
    match done {
        Ok(_) => ctx.see_other(to, flash),
        Err(Error::NotPossible { .. }) => ctx.lead_back(&here(reference), "chat-flash-not-now"),
        Err(error) => Err(error.into()),
    }
}

fn here(reference: &str) -> String {
    format!("/chats/{reference}")
}

pub(super) async fn accept(ctx: Ctx, Path(reference): Path<String>, _form: Form) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let done = ctx.desk().acting(ctx.actor()?).claim(ticket.id).await;
    after(&ctx, &reference, done, &here(&reference), None)
}

/// What is said after the end is a message on the case, and comes by mail.
pub(super) async fn say(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let text = form.text("text");
    if text.is_empty() {
        return ctx.see_other(&here(&reference), None);
    }
    let acting = ctx.desk().acting(ctx.actor()?).with_key(form.text("key"));
    let done = acting.reply(ticket.id, text).await;
    if done.is_ok() {
        drafts::used(&ctx, &format!("chat/{}", ticket.id)).await?;
    }
    after(&ctx, &reference, done, &here(&reference), None)
}

pub(super) async fn end(ctx: Ctx, Path(reference): Path<String>, _form: Form) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let done = ctx.desk().end_chat(ctx.actor()?, ticket.id).await;
    after(&ctx, &reference, done, "/chats", Some("chat-flash-ended"))
}

/// Goes on with it as a complaint, with its time of receipt.
pub(super) async fn complaint(ctx: Ctx, Path(reference): Path<String>, _form: Form) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let acting = ctx.desk().acting(ctx.actor()?);
    let done = acting.convert(ticket.id, Kind::Complaint).await;
    let case = format!("/desk/cases/{reference}");
    after(&ctx, &reference, done, &case, Some("chat-flash-complaint"))
}

/// Puts it back into the line for a colleague.
pub(super) async fn release(ctx: Ctx, Path(reference): Path<String>, _form: Form) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let done = ctx.desk().acting(ctx.actor()?).release(ticket.id).await;
    after(
        &ctx,
        &reference,
        done,
        "/chats",
        Some("chat-flash-released"),
    )
}

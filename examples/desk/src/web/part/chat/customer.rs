//! The customer's side of a chat, and the form in its place when nobody is there.

use axum::extract::Path;
use axum::response::{Html, IntoResponse as _};
use crcore::catalogue::{Door, Opening};
use crcore::command::TEXT_MAX;
use crcore::desk::{Chat, ChatPlace, ChatRequest};
use crcore::ticket::Kind;
use crcore::{Actor, Code, Error};
use minijinja::context;
use minijinja::value::Value;

use super::typing;
use super::{Side, messages};
use crate::web::ctx::{Ctx, query_of};
use crate::web::drafts;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};
use crate::web::part::counter::wait_text;
use crate::web::part::customer;

/// What about, and whether somebody is there.
pub(super) async fn door(ctx: Ctx) -> Answer {
    ctx.app.visits.came("chat");
    if let Some(running) = running(&ctx).await? {
        return ctx.see_other(&running, None);
    }
    let context = door_page(&ctx, Value::from(())).await?;
    ctx.page("chat/door.html", "chat-title", context)
}

/// Where the chat is that one has already.
async fn running(ctx: &Ctx) -> Result<Option<String>, Fault> {
    let Some(actor) = ctx.visitor.actor() else {
        return Ok(None);
    };
    let chat = ctx.desk().running_chat(actor).await?;
    Ok(chat.map(|chat| format!("/chat/{}", chat.reference)))
}

async fn door_page(ctx: &Ctx, filled: Value) -> Result<Value, Fault> {
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let language = &ctx.visitor.language;
    let wanted = query_of(&ctx.uri, "service");
    let mut services = Vec::new();
    for (code, offer) in catalogue.by_door(Door::Chat) {
        let door = ctx.desk().chat_door(code).await?;
        let opens = match door.opening {
            Opening::Open { .. } => None,
            Opening::Closed { opens } => opens.map(|at| at.to_rfc3339()),
        };
        let state = if door.is_open() {
            let wait = wait_text(ctx, door.wait);
            let waiting = u64::from(door.waiting);
            ctx.text(
                "chat-open",
                &[
                    ("count".to_owned(), waiting.into()),
                    ("wait".to_owned(), wait.into()),
                ],
            )
        } else {
            ctx.text("chat-closed", &[])
        };
        services.push(context! {
            value => code.as_str(),
            text => offer.title.told(language),
            hint => state,
            opens => opens,
        });
    }
    Ok(context! {
        services => services,
        wanted => wanted,
        words_max => TEXT_MAX / 16,
        filled => filled,
        key => ctx.fresh_key()?,
    })
}

/// Begins, or goes on as a form with what was written when nobody is there.
pub(super) async fn start(ctx: Ctx, form: Form) -> Answer {
    let actor = ctx.actor()?;
    let Actor::Customer(customer) = actor else {
        return Err(Fault::not_found());
    };
    let text = form.text("text");
    let mut errors = Errors::default();
    let service: Option<Code> = form.parse("service");
    errors.check(service.is_some(), "service", "chat-need-service");
    errors.check(!text.is_empty(), "text", "customer-need-text");
    ctx.tally("chat", &errors).await;
    let Some(service) = service.filter(|_| errors.is_empty()) else {
        let context = door_page(&ctx, errors.filled(&ctx, &form)).await?;
        return ctx.refused("chat/door.html", "chat-title", context);
    };
    let request = ChatRequest {
        customer,
        service: service.clone(),
        text: text.to_owned(),
        language: ctx.visitor.language.clone(),
        key: Some(form.text("key").to_owned()).filter(|key| !key.is_empty()),
    };
    match ctx.desk().start_chat(actor, &request).await {
        Ok(chat) => ctx.see_other(&format!("/chat/{}", chat.reference), None),
        Err(Error::NotPossible { .. }) => {
            if let Some(running) = running(&ctx).await? {
                return ctx.see_other(&running, None);
            }
            if let Some(next) = customer::begin(&ctx, &service, text).await? {
                return ctx.lead_back(&next, "chat-flash-form");
            }
            errors.add("service", "chat-closed");
            let context = door_page(&ctx, errors.filled(&ctx, &form)).await?;
            ctx.refused("chat/door.html", "chat-title", context)
        }
        Err(error) => Err(error.into()),
    }
}

async fn found(ctx: &Ctx, reference: &str) -> Result<Chat, Fault> {
    let reference = reference.parse().map_err(|_| Fault::not_found())?;
    let actor = ctx.actor()?;
    let ticket = ctx.desk().by_reference(actor, reference).await?;
    Ok(ctx.desk().chat(actor, ticket.id).await?)
}

async fn context(ctx: &Ctx, chat: &Chat) -> Result<Value, Fault> {
    let thread = ctx.desk().thread(ctx.actor()?, chat.ticket).await?;
    let bank = ctx.app.settings.bank.clone();
    let (state, place) = match &chat.place {
        ChatPlace::Waiting { ahead, wait } => {
            let ahead = ("ahead".to_owned(), u64::from(*ahead).into());
            let wait = ("wait".to_owned(), wait_text(ctx, *wait).into());
            ("waiting", ctx.text("chat-waiting", &[ahead, wait]))
        }
        ChatPlace::Talking { with } => (
            "talking",
            ctx.text("chat-with", &[("name".to_owned(), with.as_str().into())]),
        ),
        ChatPlace::Elsewhere { kind } if *kind == Kind::Complaint => {
            ("elsewhere", ctx.text("chat-complaint", &[]))
        }
        ChatPlace::Elsewhere { .. } => ("elsewhere", ctx.text("chat-elsewhere", &[])),
        ChatPlace::Over { withdrawn: true } => ("over", ctx.text("chat-over-unanswered", &[])),
        ChatPlace::Over { .. } => ("over", ctx.text("chat-over", &[])),
    };
    let other = match &chat.place {
        ChatPlace::Talking { with } => with.clone(),
        _ => bank,
    };
    let draft = format!("chat/{}", chat.ticket);
    let ticket = ctx.desk().ticket(ctx.actor()?, chat.ticket).await?;
    let bank = &ctx.app.settings.bank;
    Ok(context! {
        typing => typing::of(ctx, &ticket, "chat", bank).await?,
        reference => chat.reference.to_string(),
        ticket => chat.ticket.to_string(),
        messages => messages(ctx, &thread, Side::Customer, &other),
        state => state,
        place => place,
        can_say => ["waiting", "talking"].contains(&state),
        typed => drafts::typed(ctx, &draft, "text").await?.filter(|text| !text.trim().is_empty()),
        draft => draft,
        key => ctx.fresh_key()?,
    })
}

pub(super) async fn show(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let chat = found(&ctx, &reference).await?;
    let context = context(&ctx, &chat).await?;
    ctx.page("chat/chat.html", "chat-title", context)
}

/// Where the chat stands, alone.
pub(super) async fn place(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    part(&ctx, &reference, "chat/place.html").await
}

/// What can be done, alone.
pub(super) async fn acts(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    part(&ctx, &reference, "chat/acts.html").await
}

/// What was said, alone.
pub(super) async fn log(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    part(&ctx, &reference, "chat/log.html").await
}

async fn part(ctx: &Ctx, reference: &str, template: &str) -> Answer {
    let chat = found(ctx, reference).await?;
    let context = context(ctx, &chat).await?;
    Ok(Html(ctx.render(template, "chat-title", context)?).into_response())
}

/// Says something. What comes after the end goes on as a form.
pub(super) async fn say(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let chat = found(&ctx, &reference).await?;
    let (here, draft) = (
        format!("/chat/{reference}"),
        format!("chat/{}", chat.ticket),
    );
    let text = form.text("text");
    if text.is_empty() {
        return ctx.see_other(&here, None);
    }
    if matches!(chat.place, ChatPlace::Over { .. }) {
        let ticket = ctx.desk().ticket(ctx.actor()?, chat.ticket).await?;
        if let Some(next) = customer::begin(&ctx, &ticket.service, text).await? {
            drafts::used(&ctx, &draft).await?;
            return ctx.lead_back(&next, "chat-flash-late");
        }
    }
    let acting = ctx.desk().acting(ctx.actor()?).with_key(form.text("key"));
    acting.reply(chat.ticket, text).await?;
    drafts::used(&ctx, &draft).await?;
    ctx.see_other(&here, None)
}

/// Ends it; what was said comes by mail.
pub(super) async fn end(ctx: Ctx, Path(reference): Path<String>, _form: Form) -> Answer {
    let chat = found(&ctx, &reference).await?;
    let here = format!("/chat/{reference}");
    match ctx.desk().end_chat(ctx.actor()?, chat.ticket).await {
        // The page says of itself that it is over, and whether a transcript comes.
        Ok(_) => ctx.see_other(&here, None),
        Err(Error::NotPossible { .. }) => ctx.lead_back(&here, "chat-flash-not-now"),
        Err(error) => Err(error.into()),
    }
}

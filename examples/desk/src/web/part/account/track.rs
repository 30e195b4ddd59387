//! Following a case without an account: by a link that is mailed to its customer, and nowhere else.
//!
//! The link opens no session: the page of the case is shown by it, and what is sent from that page goes
//! back to it. So a program that looks at every link of a mail changes nothing, and nobody who is logged
//! in is logged out.

use axum::extract::Path;
use axum::http::StatusCode;
use crcore::command::TEXT_MAX;
use crcore::ticket::{Ticket, Verb};
use crcore::{Actor, Done, Error, Fact, PieceId};
use crcore_adapters::accounts::{AccountError, TRACKING_LIFE};
use minijinja::context;
use minijinja::value::Value;

use super::enter::tell;
use super::reset::dead;
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};
use crate::web::part::customer::{given, said, view};
use crate::web::route::{Routes, Who};

const PAGE: &str = "account/track.html";
const TITLE: &str = "account-title-track";
const CASE_PAGE: &str = "account/track_case.html";
const CASE_TITLE: &str = "account-title-track-case";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/track", Who::Anyone, ask)
        .post("/track", Who::Anyone, send)
        .get("/track/sent", Who::Anyone, sent)
        .get("/track/{token}", Who::Anyone, show)
        .post("/track/{token}/reply", Who::Anyone, reply)
        .post("/track/{token}/rate", Who::Anyone, rate)
        .post("/track/{token}/reopen", Who::Anyone, reopen)
        .get("/track/{token}/files/{piece}", Who::Anyone, file)
}

async fn ask(ctx: Ctx) -> Answer {
    ctx.app.visits.came("track");
    ctx.page(PAGE, TITLE, context! { filled => () })
}

async fn send(ctx: Ctx, form: Form) -> Answer {
    let (reference, email) = (form.text("reference"), form.text("email"));
    let mut errors = Errors::default();
    let given = !reference.is_empty();
    errors.check(given, "reference", "account-error-reference_missing");
    errors.check(!email.is_empty(), "email", "account-error-email_missing");
    if errors.is_empty() {
        let (accounts, visit) = (&ctx.app.accounts, ctx.visitor.visit());
        match accounts.tracking_link(reference, email, &visit).await {
            Ok(()) => {
                ctx.tally("track", &errors).await;
                return ctx.see_other("/track/sent", None);
            }
            Err(error) => tell(&mut errors, "email", error)?,
        }
    }
    ctx.tally("track", &errors).await;
    ctx.refused(
        PAGE,
        TITLE,
        context! { filled => errors.filled(&ctx, &form) },
    )
}

async fn sent(ctx: Ctx) -> Answer {
    let context = context! { hours => TRACKING_LIFE.num_hours() };
    ctx.page("account/track_sent.html", "account-title-sent", context)
}

/// The case that a link leads to, as its customer may see it; nothing where the link is worth nothing.
async fn case(ctx: &Ctx, token: &str) -> Result<Option<(Actor, Ticket)>, Fault> {
    let (ticket, customer) = match ctx.app.accounts.tracked(token).await {
        Ok(found) => found,
        Err(AccountError::NotPossible { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let actor = Actor::Customer(customer);
    Ok(Some((actor, ctx.desk().ticket(actor, ticket).await?)))
}

fn gone(ctx: &Ctx) -> Answer {
    dead(ctx, "/track", "account-dead-track")
}

async fn show(ctx: Ctx, Path(token): Path<String>) -> Answer {
    let Some((actor, ticket)) = case(&ctx, &token).await? else {
        return gone(&ctx);
    };
    if ctx.visitor.actor() == Some(actor) {
        // It is theirs: on the page of their own they can do more.
        return ctx.see_other(&format!("/cases/{}", ticket.reference), None);
    }
    let context = context(&ctx, &token, actor, &ticket, ().into()).await?;
    ctx.page(CASE_PAGE, CASE_TITLE, context)
}

async fn context(
    ctx: &Ctx,
    token: &str,
    actor: Actor,
    ticket: &Ticket,
    filled: Value,
) -> Result<Value, Fault> {
    let desk = ctx.desk();
    let catalogue = desk.public_catalogue().await?.value;
    let subjects = desk.subjects(std::slice::from_ref(ticket)).await?;
    let promised = desk.promised(actor, ticket.id).await?;
    let can = desk.possible(actor, ticket.id).await?;
    let mut entries = Vec::new();
    for entry in desk.thread(actor, ticket.id).await? {
        let Some(shown) = view::entry(ctx, ticket, &entry) else {
            continue;
        };
        // The file is had by the link, as the page is.
        entries.push(match (&entry.event.fact, &entry.file) {
            (Fact::Attached { attachment }, Some(file)) => context! {
                files => vec![context! {
                    name => file.name.as_str(),
                    href => format!("/track/{token}/files/{}", attachment.piece.id),
                    size => view::size(file.size),
                    state => "ready",
                }],
                ..shown
            },
            _ => shown,
        });
    }
    Ok(context! {
        token => token,
        case => view::case(ctx, &catalogue, ticket, subjects.get(&ticket.id)),
        steps => view::steps(ctx, ticket, promised),
        promised => promised.map(|at| view::told(ctx, at).to_rfc3339()),
        entries => entries,
        can => context! {
            reply => can.contains(&Verb::Write),
            rate => can.contains(&Verb::Rate),
            reopen => can.contains(&Verb::Reopen),
        },
        words_max => TEXT_MAX / 4,
        filled => filled,
        unsent => (),
        key => ctx.fresh_key()?,
    })
}

async fn reply(ctx: Ctx, Path(token): Path<String>, form: Form) -> Answer {
    let Some((actor, ticket)) = case(&ctx, &token).await? else {
        return gone(&ctx);
    };
    let text = form.text("text");
    let mut errors = Errors::default();
    errors.check(!text.is_empty(), "text", "customer-need-text");
    errors.check(text.len() <= TEXT_MAX, "text", "customer-text-long");
    ctx.tally("reply", &errors).await;
    if !errors.is_empty() {
        let filled = errors.filled(&ctx, &form);
        let context = context(&ctx, &token, actor, &ticket, filled).await?;
        return ctx.refused(CASE_PAGE, CASE_TITLE, context);
    }
    let acting = ctx.desk().acting(actor).with_key(form.text("key"));
    let done = acting.write(ticket.id, text).await;
    let (text, flash) = (text.to_owned(), view::flash_of_words(&ticket, text));
    after(&ctx, &token, done, flash, (&text, form)).await
}

/// Says what the answer was worth.
async fn rate(ctx: Ctx, Path(token): Path<String>, form: Form) -> Answer {
    let Some((actor, ticket)) = case(&ctx, &token).await? else {
        return gone(&ctx);
    };
    let score = form.parse::<u8>("score");
    let score = score.filter(|score| (1..=5).contains(score));
    let mut errors = Errors::default();
    errors.check(score.is_some(), "score", "customer-need-score");
    ctx.tally("rate", &errors).await;
    let Some(score) = score else {
        let filled = errors.filled(&ctx, &form);
        let context = context(&ctx, &token, actor, &ticket, filled).await?;
        return ctx.refused(CASE_PAGE, CASE_TITLE, context);
    };
    let acting = ctx.desk().acting(actor).with_key(form.text("key"));
    let done = acting.rate(ticket.id, score, said(&form, "note")).await;
    let note = form.text("note").to_owned();
    after(&ctx, &token, done, "customer-flash-rated", (&note, form)).await
}

/// Takes an answered case up again.
async fn reopen(ctx: Ctx, Path(token): Path<String>, form: Form) -> Answer {
    let Some((actor, ticket)) = case(&ctx, &token).await? else {
        return gone(&ctx);
    };
    let acting = ctx.desk().acting(actor).with_key(form.text("key"));
    let done = acting.reopen(ticket.id, said(&form, "why")).await;
    let why = form.text("why").to_owned();
    after(&ctx, &token, done, "customer-flash-reopened", (&why, form)).await
}

/// Back to the page. What came too late is told there, and its words stand where they can be sent now.
async fn after(
    ctx: &Ctx,
    token: &str,
    done: Result<Done, Error>,
    flash: &str,
    (words, form): (&str, Form),
) -> Answer {
    match done {
        Ok(_) => ctx.see_other(&format!("/track/{token}"), Some(flash)),
        Err(Error::NotPossible { .. }) => {
            let Some((actor, ticket)) = case(ctx, token).await? else {
                return gone(ctx);
            };
            let place = view::takes_words(&ticket);
            let mut errors = Errors::default();
            errors.add(place.unwrap_or_default(), "customer-moved-on");
            let form = match place {
                Some(place) => form.with(place, words),
                None => form,
            };
            let filled = errors.filled(ctx, &form);
            let unsent = place.is_none().then_some(words);
            let context = context(ctx, token, actor, &ticket, filled).await?;
            let context = context! { unsent => unsent, ..context };
            ctx.page_as(StatusCode::CONFLICT, CASE_PAGE, CASE_TITLE, context)
        }
        Err(error) => Err(error.into()),
    }
}

async fn file(ctx: Ctx, Path((token, piece)): Path<(String, String)>) -> Answer {
    let piece: PieceId = piece.parse().map_err(|_| Fault::not_found())?;
    match case(&ctx, &token).await? {
        Some((actor, ticket)) => given(&ctx, actor, ticket.id, piece).await,
        None => gone(&ctx),
    }
}

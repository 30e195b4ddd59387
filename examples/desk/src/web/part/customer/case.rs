//! A case's page: how far it is, what was said, and what its customer can do now.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _};
use crcore::command::TEXT_MAX;
use crcore::ticket::{Outcome, Quoted};
use crcore::{Error, Ticket};
use minijinja::context;
use minijinja::value::Value;

use super::{files, view};
use crate::web::ctx::{Ctx, query_of};
use crate::web::drafts;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};

async fn found(ctx: &Ctx, reference: &str) -> Result<Ticket, Fault> {
    let reference = reference.parse().map_err(|_| Fault::not_found())?;
    Ok(ctx.desk().by_reference(ctx.actor()?, reference).await?)
}

/// What every part of the page shows.
async fn context(ctx: &Ctx, ticket: &Ticket, filled: Value) -> Result<Value, Fault> {
    let actor = ctx.actor()?;
    let desk = ctx.desk();
    let catalogue = desk.public_catalogue().await?.value;
    let subjects = desk.subjects(std::slice::from_ref(ticket)).await?;
    let promised = desk.promised(actor, ticket.id).await?;
    let thread = desk.thread(actor, ticket.id).await?;
    let entries: Vec<Value> = thread
        .iter()
        .filter_map(|entry| view::entry(ctx, ticket, entry))
        .collect();
    let place = format!("reply/{}", ticket.id);
    let draft = drafts::typed(ctx, &place, "text").await?;
    let draft = draft.filter(|text| !text.trim().is_empty());
    Ok(context! {
        case => view::case(ctx, &catalogue, ticket, subjects.get(&ticket.id)),
        steps => view::steps(ctx, ticket, promised),
        promised => promised.map(|at| view::told(ctx, at).to_rfc3339()),
        entries => entries,
        can => view::can(ticket),
        draft => draft,
        place => place,
        accept => files::policy(ctx).accept(),
        words_max => TEXT_MAX / 4,
        filled => filled,
        key => ctx.fresh_key()?,
    })
}

pub(super) async fn show(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let context = context(&ctx, &ticket, Value::from(())).await?;
    ctx.page("customer/case.html", "customer-title-case", context)
}

/// The conversation alone, as it is now.
pub(super) async fn thread(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    part(ctx, &reference, "customer/case_thread.html").await
}

/// The steps alone, as they are now.
pub(super) async fn progress(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    part(ctx, &reference, "customer/case_progress.html").await
}

/// What can be done alone, as it is now.
pub(super) async fn acts(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    part(ctx, &reference, "customer/case_acts.html").await
}

async fn part(ctx: Ctx, reference: &str, template: &str) -> Answer {
    let ticket = found(&ctx, reference).await?;
    let context = context(&ctx, &ticket, Value::from(())).await?;
    let text = ctx.render(template, "customer-title-case", context)?;
    Ok(Html(text).into_response())
}

/// What happens next, and by when. Safe to come back to.
pub(super) async fn received(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let context = context(&ctx, &ticket, Value::from(())).await?;
    ctx.page("customer/received.html", "customer-title-received", context)
}

/// Writes to the desk, with files if there are any.
pub(super) async fn reply(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let text = form.text("text");
    let mut errors = Errors::default();
    let files = files::received(&ctx, &form, &mut errors);
    errors.check(
        !text.is_empty() || !files.is_empty(),
        "text",
        "customer-need-text",
    );
    errors.check(text.len() <= TEXT_MAX, "text", "customer-text-long");
    ctx.tally("reply", &errors).await;
    if !errors.is_empty() {
        let filled = errors.filled(&ctx, &form);
        let context = context(&ctx, &ticket, filled).await?;
        return ctx.refused("customer/case.html", "customer-title-case", context);
    }
    let key = form.text("key");
    if !text.is_empty() {
        let acting = ctx.desk().acting(ctx.actor()?).with_key(key);
        match acting.write(ticket.id, text).await {
            Ok(_) => {}
            Err(Error::NotPossible { .. }) => {
                return moved_on(&ctx, &reference, text, !files.is_empty()).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
    let told = files::put(&ctx, ticket.id, files, key).await?;
    drafts::used(&ctx, &format!("reply/{}", ticket.id)).await?;
    match told {
        None => back(&ctx, &ticket, view::flash_of_words(&ticket, text)),
        Some(why) => lead_back(&ctx, &ticket, why),
    }
}

fn back(ctx: &Ctx, ticket: &Ticket, flash: &str) -> Answer {
    ctx.see_other(&format!("/cases/{}", ticket.reference), Some(flash))
}

fn lead_back(ctx: &Ctx, ticket: &Ticket, why: &str) -> Answer {
    ctx.lead_back(&format!("/cases/{}", ticket.reference), why)
}

/// The case went on while somebody looked at an older page of it: the page as it is now, with the words
/// that could not be sent where they can be sent now. Files have to be chosen again, and that is said.
async fn moved_on(ctx: &Ctx, reference: &str, words: &str, files: bool) -> Answer {
    let ticket = found(ctx, reference).await?;
    if words.is_empty() {
        return lead_back(ctx, &ticket, "customer-moved-on");
    }
    let mut errors = Errors::default();
    let place = view::takes_words(&ticket).unwrap_or_default();
    errors.add(place, "customer-moved-on");
    errors.check(!files, "", "customer-files-not-sent");
    let filled = errors.filled(ctx, &Form::default());
    let context = context(ctx, &ticket, filled).await?;
    let context = context! { draft => words, ..context };
    let template = "customer/case.html";
    ctx.page_as(
        StatusCode::CONFLICT,
        template,
        "customer-title-case",
        context,
    )
}

/// What somebody says in one box, if they say anything.
pub(crate) fn said(form: &Form, name: &str) -> Option<String> {
    Some(form.text(name).to_owned()).filter(|text| !text.is_empty())
}

/// Takes an answered case up again.
pub(super) async fn reopen(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let acting = ctx.desk().acting(ctx.actor()?).with_key(form.text("key"));
    match acting.reopen(ticket.id, said(&form, "why")).await {
        Ok(_) => {
            let place = format!("reply/{}", ticket.id);
            let unsent = drafts::typed(&ctx, &place, "text").await?;
            if unsent.is_some_and(|unsent| form.text("why").contains(unsent.trim())) {
                // A reply that came too late for the closed case went along.
                drafts::used(&ctx, &place).await?;
            }
            back(&ctx, &ticket, "customer-flash-reopened")
        }
        Err(Error::NotPossible { .. }) => moved_on(&ctx, &reference, form.text("why"), false).await,
        Err(error) => Err(error.into()),
    }
}

/// Says that the answer solved it.
pub(super) async fn solved(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let acting = ctx.desk().acting(ctx.actor()?).with_key(form.text("key"));
    match acting.close(ticket.id).await {
        Ok(_) => ctx.see_other(
            &format!("/cases/{}/rate", ticket.reference),
            Some("customer-flash-solved"),
        ),
        Err(Error::NotPossible { .. }) => lead_back(&ctx, &ticket, "customer-moved-on"),
        Err(error) => Err(error.into()),
    }
}

/// Takes a case back.
pub(super) async fn withdraw(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let acting = ctx.desk().acting(ctx.actor()?).with_key(form.text("key"));
    let withdrawn = acting.resolve(ticket.id, Outcome::Withdrawn, said(&form, "text"));
    match withdrawn.await {
        Ok(_) => back(&ctx, &ticket, "customer-flash-withdrawn"),
        Err(Error::NotPossible { .. }) => lead_back(&ctx, &ticket, "customer-moved-on"),
        Err(error) => Err(error.into()),
    }
}

/// Accepts or declines the price that was shown.
pub(super) async fn quotation(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let (amount, valid_until) = (form.parse("amount"), form.parse("until"));
    let accepted = match form.text("answer") {
        "accept" => Some(true),
        "decline" => Some(false),
        _ => None,
    };
    let (Some(amount), Some(valid_until), Some(accepted)) = (amount, valid_until, accepted) else {
        return Err(Fault::invalid(
            "amount",
            "the price and the day that were shown",
        ));
    };
    let seen = Quoted {
        amount,
        valid_until,
        accepted: None,
    };
    let answered = ctx
        .desk()
        .answer_quotation(ctx.actor()?, ticket.id, &seen, accepted, None);
    match (answered.await, accepted) {
        (Ok(_), true) => back(&ctx, &ticket, "customer-flash-accepted"),
        (Ok(_), false) => back(&ctx, &ticket, "customer-flash-declined"),
        // Another price by now, or a day that is over: the page shows what there is.
        (Err(Error::NotPossible { .. }), _) => {
            lead_back(&ctx, &ticket, "customer-flash-other-price")
        }
        (Err(error), _) => Err(error.into()),
    }
}

/// The question how it was; a mailed link brings the score along, and only sending it counts.
pub(super) async fn rating(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let score = query_of(&ctx.uri, "score").and_then(|score| score.parse::<u8>().ok());
    let context = rating_page(&ctx, &ticket, score, Value::from(())).await?;
    ctx.page("customer/rate.html", "customer-title-rate", context)
}

async fn rating_page(
    ctx: &Ctx,
    ticket: &Ticket,
    score: Option<u8>,
    filled: Value,
) -> Result<Value, Fault> {
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let subjects = ctx.desk().subjects(std::slice::from_ref(ticket)).await?;
    Ok(context! {
        case => view::case(ctx, &catalogue, ticket, subjects.get(&ticket.id)),
        can => view::can(ticket),
        score => score.filter(|score| (1..=5).contains(score)),
        filled => filled,
        key => ctx.fresh_key()?,
    })
}

/// Says what the answer was worth.
pub(super) async fn rate(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let ticket = found(&ctx, &reference).await?;
    let score = form.parse::<u8>("score");
    let score = score.filter(|score| (1..=5).contains(score));
    let mut errors = Errors::default();
    errors.check(score.is_some(), "score", "customer-need-score");
    ctx.tally("rate", &errors).await;
    let Some(score) = score else {
        let filled = errors.filled(&ctx, &form);
        let context = rating_page(&ctx, &ticket, None, filled).await?;
        return ctx.refused("customer/rate.html", "customer-title-rate", context);
    };
    let acting = ctx.desk().acting(ctx.actor()?).with_key(form.text("key"));
    match acting.rate(ticket.id, score, said(&form, "text")).await {
        Ok(_) => back(&ctx, &ticket, "customer-flash-rated"),
        // Rated already, or taken up again since.
        Err(Error::NotPossible { .. }) if form.text("text").is_empty() => {
            lead_back(&ctx, &ticket, "customer-flash-not-rated")
        }
        Err(Error::NotPossible { .. }) => {
            moved_on(&ctx, &reference, form.text("text"), false).await
        }
        Err(error) => Err(error.into()),
    }
}

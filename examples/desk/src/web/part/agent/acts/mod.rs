//! Everything that can be done to a case.

mod offered;
mod said;

use axum::extract::Path;
use axum::http::StatusCode;
use chrono::NaiveDate;
use crcore::desk::Quotation;
use crcore::ticket::Verb;
use crcore::{Act, Done, Error};

use super::attach;
use super::case::{self, Case, Told};
use super::views::Asked;
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};
pub(super) use offered::{buttons, forms, is_asked};
use said::{Wanted, wanted};
pub(super) use said::{amount, channel_of, field_value, kind_of, local};

/// Does to a case what a form of its page asks for.
pub(super) async fn act(
    ctx: Ctx,
    Path((reference, verb)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let verb = Verb::ALL
        .iter()
        .find(|known| known.name() == verb || unlink(&verb, **known));
    let verb = *verb.ok_or_else(Fault::not_found)?;
    let asked = Asked::of_text(form.text("place"));
    let case = Case::read(&ctx, &reference).await?;
    let mut errors = Errors::default();
    let wanted = wanted(&ctx, &case, verb, &form, &mut errors).await?;
    ctx.tally("agent-act", &errors).await;
    let mut seen = None;
    if let (Some(wanted), true) = (wanted, errors.is_empty()) {
        let done = match wanted {
            Wanted::Acts(acts) => perform(&ctx, &case, verb, acts, &form).await,
            Wanted::Files(public) => attach::put(&ctx, &case, &form, public, &mut errors).await,
        };
        match done {
            Ok(done) if errors.is_empty() => return after(&ctx, &case, verb, done, &asked).await,
            Ok(_) => {}
            Err(error) => seen = refused(&ctx, error, field_of(verb), &mut errors, &form)?,
        }
    }
    // What the case is now: what was done of it by then is seen.
    let case = Case::read(&ctx, &reference).await?;
    let told = Told {
        errors,
        form,
        seen,
        open: Some(verb.name().to_owned()),
        ..Told::default()
    };
    let status = if seen.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    case::show(&ctx, &case, &asked, status, told).await
}

/// Quotes a price on a case that asks for one.
pub(super) async fn quote(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let asked = Asked::of_text(form.text("place"));
    let case = Case::read(&ctx, &reference).await?;
    let mut errors = Errors::default();
    let amount = amount(&form, "quote-amount", case.ticket.amount, &mut errors);
    let until: Option<NaiveDate> = form.parse("quote-until");
    errors.check(until.is_some(), "quote-until", "agent-error-field-date");
    let today = ctx.app.clock.now().with_timezone(&ctx.app.settings.zone);
    let is_past = until.is_some_and(|until| until < today.date_naive());
    errors.check(!is_past, "quote-until", "agent-error-past");
    let text = form.raw("quote-text").trim().to_owned();
    errors.check(!text.is_empty(), "quote-text", "agent-error-empty");
    ctx.tally("agent-quote", &errors).await;
    if let (Some(amount), Some(valid_until), true) = (amount, until, errors.is_empty()) {
        let quotation = Quotation {
            amount,
            valid_until,
            text,
        };
        match ctx
            .desk()
            .quote(ctx.actor()?, case.ticket.id, &quotation)
            .await
        {
            Ok(_) => {
                let to = case::address(case.ticket.reference, &asked);
                return ctx.see_other(&to, Some("agent-done-quote"));
            }
            Err(error) => {
                refused(&ctx, error, "quote-amount", &mut errors, &form)?;
            }
        }
    }
    let told = Told {
        errors,
        form,
        open: Some("quote".to_owned()),
        ..Told::default()
    };
    case::show(&ctx, &case, &asked, StatusCode::UNPROCESSABLE_ENTITY, told).await
}

fn unlink(name: &str, verb: Verb) -> bool {
    name == "unlink" && verb == Verb::Link
}

async fn perform(
    ctx: &Ctx,
    case: &Case,
    verb: Verb,
    acts: Vec<Act>,
    form: &Form,
) -> Result<Option<Done>, Error> {
    let actor = ctx.actor().map_err(|_| Error::NotFound { what: "actor" })?;
    let mut last = None;
    for (nth, act) in acts.into_iter().enumerate() {
        let key = format!("{}-{}-{nth}", form.text("key"), verb.name());
        let mut acting = ctx.desk().acting(actor).with_key(key);
        // Words to the customer are for the thread that the writer has read.
        if let Some(seen) = form.parse("seen").filter(|_| nth == 0) {
            acting = acting.seen_at(seen);
        }
        last = Some(acting.act(case.ticket.id, act).await?);
    }
    Ok(last)
}

/// Tells why something was not done; the version that was seen, where the case moved on.
pub(super) fn refused(
    _ctx: &Ctx,
    error: Error,
    field: &str,
    errors: &mut Errors,
    form: &Form,
) -> Result<Option<u64>, Fault> {
    let why = |error: &Error| vec![("why".to_owned(), error.to_string().into())];
    match error {
        Error::Stale { .. } => {
            errors.add(field, "agent-stale");
            Ok(form.parse("seen"))
        }
        Error::NotPossible { .. } | Error::NotAllowed { .. } | Error::TryAgain { .. } => {
            errors.add_with(field, "agent-refused", why(&error));
            Ok(None)
        }
        Error::Invalid { ref field, .. } => {
            let place = field.clone();
            errors.add_with(&place, "agent-refused", why(&error));
            Ok(None)
        }
        other => Err(other.into()),
    }
}

/// The field at which it is told that an act was refused.
fn field_of(verb: Verb) -> &'static str {
    match verb {
        Verb::Assign => "to",
        Verb::Resolve => "outcome",
        Verb::Reopen => "reopening",
        Verb::Reprioritise => "new-priority",
        Verb::Amend => "new-subject",
        Verb::Tag => "tags",
        Verb::Merge => "into",
        Verb::Split => "split-subject",
        Verb::Link => "link-with",
        Verb::Snooze => "snooze",
        Verb::Convert => "new-kind",
        Verb::Attach => "attached",
        _ => "case",
    }
}

async fn after(ctx: &Ctx, case: &Case, verb: Verb, done: Option<Done>, asked: &Asked) -> Answer {
    let flash = format!("agent-done-{}", verb.name());
    let elsewhere = match verb {
        Verb::Merge => {
            ctx.desk()
                .ticket(ctx.actor()?, case.ticket.id)
                .await?
                .merged_into
        }
        Verb::Split => done.and_then(|done| done.made),
        _ => None,
    };
    let mut reference = case.ticket.reference;
    if let Some(id) = elsewhere
        && let Ok(other) = ctx.desk().ticket(ctx.actor()?, id).await
    {
        reference = other.reference;
    }
    // Who gives a case out of their queues sees it no more.
    if ctx
        .desk()
        .by_reference(ctx.actor()?, reference)
        .await
        .is_err()
    {
        return ctx.see_other(&format!("/desk?{}", asked.place()), Some(&flash));
    }
    ctx.see_other(&case::address(reference, asked), Some(&flash))
}

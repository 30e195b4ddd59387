//! Words to the customer and words among staff: two forms that cannot be taken for each other.

use axum::extract::Path;
use axum::http::StatusCode;
use crcore::ticket::WaitingOn;
use crcore::{Error, Reference};

use super::case::{self, Case, Told};
use super::views::{self, Asked};
use super::{acts, attach, desk_reader, list};
use crate::web::ctx::Ctx;
use crate::web::drafts;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};
use crate::web::part::customer::{Received, received_at};

/// Sends a reply, unless something came in since the writer read the thread; then goes where the writer
/// wants to be next.
pub(super) async fn reply(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let (actor, _) = desk_reader(&ctx)?;
    let asked = Asked::of_text(form.text("place"));
    let case = Case::read(&ctx, &reference).await?;
    let text = form.raw("answer").trim_end();
    let mut errors = Errors::default();
    errors.check(!text.trim().is_empty(), "answer", "agent-error-empty");
    let open = unfilled(text).filter(|_| !form.is_ticked("anyway"));
    if let Some(variable) = open {
        let variable = ("variable".to_owned(), variable.into());
        errors.add_with("anyway", "agent-error-unfilled", vec![variable]);
    }
    let files = received_at(&ctx, &form, "attached-reply", &mut errors);
    ctx.tally("agent-reply", &errors).await;
    let mut seen = None;
    if errors.is_empty() {
        let next = next(&ctx, &asked, case.ticket.reference).await?;
        let mut acting = ctx
            .desk()
            .acting(actor)
            .with_key(format!("{}-reply", form.text("key")));
        if let Some(seen) = form.parse("seen") {
            acting = acting.seen_at(seen);
        }
        match acting.reply(case.ticket.id, text).await {
            Ok(_) => {
                drafts::used(&ctx, &format!("reply/{}", case.ticket.id)).await?;
                return sent(&ctx, &case, &form, &asked, files, next).await;
            }
            Err(error) => seen = acts::refused(&ctx, error, "answer", &mut errors, &form)?,
        }
    }
    let case = Case::read(&ctx, &reference).await?;
    let answer = Some(form.raw("answer").to_owned());
    let status = if seen.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    case::show(
        &ctx,
        &case,
        &asked,
        status,
        Told {
            errors,
            form,
            seen,
            open: None,
            answer,
            ..Told::default()
        },
    )
    .await
}

/// What follows a reply that was sent.
async fn sent(
    ctx: &Ctx,
    case: &Case,
    form: &Form,
    asked: &Asked,
    files: Vec<Received>,
    next: Option<Reference>,
) -> Answer {
    let key = form.text("key");
    let mut whole = attach::all(ctx, case, files, true, key).await.is_ok();
    if form.text("then") == "wait" {
        let acting = ctx
            .desk()
            .acting(ctx.actor()?)
            .with_key(format!("{key}-wait"));
        match acting.wait(case.ticket.id, WaitingOn::Customer).await {
            Ok(_) | Err(Error::NotPossible { .. }) => {}
            Err(_) => whole = false,
        }
    }
    let to = match (form.text("then"), next) {
        ("stay", _) => case::address(case.ticket.reference, asked),
        (_, Some(next)) => case::address(next, asked),
        (_, None) => format!("/desk?{}", asked.place()),
    };
    if whole {
        ctx.see_other(&to, Some("agent-done-reply"))
    } else {
        ctx.lead_back(&to, "agent-done-reply-only")
    }
}

/// The case after this one in the list, or the first of it after the last.
async fn next(ctx: &Ctx, asked: &Asked, now: Reference) -> Result<Option<Reference>, Fault> {
    let views = views::all(ctx).await?;
    let page = list::cases(ctx, asked, &views).await?;
    let all: Vec<Reference> = page.items.iter().map(|ticket| ticket.reference).collect();
    let at = all.iter().position(|reference| *reference == now);
    let after = at.and_then(|at| all.get(at + 1));
    Ok(after
        .or_else(|| all.iter().find(|reference| **reference != now))
        .copied())
}

/// The first variable that still stands in a text.
pub(super) fn unfilled(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("{{")?;
    let (variable, _) = rest.split_once("}}")?;
    (!variable.contains(char::is_whitespace) || variable.trim().len() < 40)
        .then(|| variable.trim().to_owned())
}

/// Keeps a note among staff.
pub(super) async fn note(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let (actor, _) = desk_reader(&ctx)?;
    let asked = Asked::of_text(form.text("place"));
    let case = Case::read(&ctx, &reference).await?;
    let text = form.raw("note").trim_end();
    let mut errors = Errors::default();
    errors.check(!text.trim().is_empty(), "note", "agent-error-empty");
    ctx.tally("agent-note", &errors).await;
    if errors.is_empty() {
        let acting = ctx
            .desk()
            .acting(actor)
            .with_key(format!("{}-note", form.text("key")));
        match acting.note(case.ticket.id, text).await {
            Ok(_) => {
                drafts::used(&ctx, &format!("note/{}", case.ticket.id)).await?;
                super::board::mention(&ctx, &case, text).await?;
                let to = case::address(case.ticket.reference, &asked);
                return ctx.see_other(&to, Some("agent-done-note"));
            }
            Err(error) => {
                acts::refused(&ctx, error, "note", &mut errors, &form)?;
            }
        }
    }
    let case = Case::read(&ctx, &reference).await?;
    let told = Told {
        errors,
        form,
        ..Told::default()
    };
    case::show(&ctx, &case, &asked, StatusCode::UNPROCESSABLE_ENTITY, told).await
}

//! Replies that are written once, and macros.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use crcore::Code;
use minijinja::context;
use minijinja::value::Value;
use serde::Serialize;

use super::acts;
use super::case::{self, Case, Told};
use super::views::Asked;
use crate::web::ctx::Ctx;
use crate::web::drafts;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};

/// The replies and the macros for a case.
pub(super) async fn list(ctx: &Ctx, case: &Case) -> Result<Value, Fault> {
    let (desk, actor) = (ctx.desk(), ctx.actor()?);
    let queue = &case.ticket.queue;
    let canned = desk.canned(actor).await?.into_iter();
    let canned = canned.filter(|c| c.queues.is_empty() || c.queues.contains(queue));
    let canned: Vec<Value> = canned
        .map(|c| context! { code => c.code.to_string(), title => c.title })
        .collect();
    let macros = desk.macros(actor).await?.into_iter();
    let macros = macros.filter(|m| m.queues.is_empty() || m.queues.contains(queue));
    let macros: Vec<Value> = macros
        .map(|m| context! { code => m.code.to_string(), title => m.title, steps => m.acts.len() + usize::from(m.reply.is_some()) })
        .collect();
    Ok(context! { replies => canned, macros => macros })
}

fn code(text: &str) -> Result<Code, Fault> {
    text.parse().map_err(|_| Fault::not_found())
}

/// What was being written, with a canned reply behind it.
pub(super) async fn put(ctx: &Ctx, case: &Case, which: &str) -> Result<String, Fault> {
    let filled = ctx
        .desk()
        .fill_canned(ctx.actor()?, case.ticket.id, &code(which)?)
        .await?;
    let draft = drafts::form(ctx, &format!("reply/{}", case.ticket.id)).await?;
    let written = draft.raw("answer").trim_end();
    if written.is_empty() {
        return Ok(filled.text);
    }
    Ok(format!("{written}\n\n{}", filled.text))
}

/// A canned reply as the picker takes it.
#[derive(Serialize)]
struct Ready {
    code: String,
    title: String,
    text: String,
    unfilled: Vec<String>,
}

/// The canned replies of a case, made ready for it: for the picker in the reply.
pub(super) async fn ready(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let (desk, actor) = (ctx.desk(), ctx.actor()?);
    let ticket = case::ticket(&ctx, &reference).await?;
    let mut all = Vec::new();
    for canned in desk.canned(actor).await? {
        if canned.queues.is_empty() || canned.queues.contains(&ticket.queue) {
            let filled = desk.fill_canned(actor, ticket.id, &canned.code).await?;
            let (code, title) = (canned.code.to_string(), canned.title);
            all.push(Ready {
                code,
                title,
                text: filled.text,
                unfilled: filled.unfilled,
            });
        }
    }
    Ok(Json(all).into_response())
}

/// Runs a macro; where it stops half-way, says how far it came.
pub(super) async fn run(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let asked = Asked::of_text(form.text("place"));
    let case = Case::read(&ctx, &reference).await?;
    let mut errors = Errors::default();
    let mut seen = None;
    match form.parse::<Code>("macro") {
        None => errors.add("macro", "agent-error-choose"),
        Some(code) => {
            let (key, version) = (format!("{}-macro", form.text("key")), form.parse("seen"));
            let ran =
                ctx.desk()
                    .run_macro(ctx.actor()?, case.ticket.id, &code, version, Some(&key));
            match ran.await {
                Ok(ran) => {
                    let (done, of) = (ran.done as u64, ran.of as u64);
                    let Some(error) = ran.stopped else {
                        let to = case::address(case.ticket.reference, &asked);
                        return ctx.see_other(&to, Some("agent-done-macro"));
                    };
                    let how_far = [("done", done.into()), ("of", of.into())];
                    let how_far = how_far.map(|(name, number)| (name.to_owned(), number));
                    errors.add_with("macro", "agent-macro-stopped", how_far.into());
                    seen = acts::refused(&ctx, error, "macro", &mut errors, &form)?;
                }
                Err(error) => seen = acts::refused(&ctx, error, "macro", &mut errors, &form)?,
            }
        }
    }
    let case = Case::read(&ctx, &reference).await?;
    let told = Told {
        errors,
        form,
        seen,
        open: Some("macro".to_owned()),
        ..Told::default()
    };
    case::show(&ctx, &case, &asked, StatusCode::UNPROCESSABLE_ENTITY, told).await
}

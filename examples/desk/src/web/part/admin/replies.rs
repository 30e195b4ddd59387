//! Canned replies and macros, kept by those who lead for all colleagues.

use crcore::Act;
use crcore::desk::beside::{Canned, Macro};
use minijinja::context;
use minijinja::value::Value;

use super::asked::Asked;
use super::grid::{Grid, link, text};
use super::teams::queues;
use super::{complain, filled, option, page, refused, say};
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};

pub(super) async fn replies(ctx: Ctx) -> Answer {
    let actor = ctx.actor()?;
    let mut canned = Grid::new(&ctx, "canned", &["name", "word", "queues"]);
    for reply in ctx.desk().canned(actor).await? {
        canned.row([
            link(
                reply.title.clone(),
                format!("/admin/replies/canned?word={}", reply.code),
            ),
            text(reply.code.to_string()),
            text(listed(&ctx, &reply.queues)),
        ]);
    }
    let mut macros = Grid::new(
        &ctx,
        "macros",
        &["name", "word", "reply", "#steps", "queues"],
    );
    for of in ctx.desk().macros(actor).await? {
        macros.row([
            link(
                of.title.clone(),
                format!("/admin/replies/macro?word={}", of.code),
            ),
            text(of.code.to_string()),
            text(of.reply.as_ref().map_or(String::new(), ToString::to_string)),
            text(of.acts.len().to_string()),
            text(listed(&ctx, &of.queues)),
        ]);
    }
    let context = context! { grids => vec![canned.value(), macros.value()] };
    page(&ctx, "admin/replies.html", "admin-title-replies", context)
}

fn listed(ctx: &Ctx, queues: &std::collections::BTreeSet<crcore::Code>) -> String {
    if queues.is_empty() {
        return say(ctx, "admin-all-queues", &[]);
    }
    queues
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn queue_options(ctx: &Ctx) -> Vec<Value> {
    let queues = queues(ctx);
    queues
        .iter()
        .map(|queue| option(queue.as_str(), queue.as_str()))
        .collect()
}

fn names(queues: &std::collections::BTreeSet<crcore::Code>) -> Vec<String> {
    queues.iter().map(ToString::to_string).collect()
}

pub(super) async fn canned(ctx: Ctx) -> Answer {
    let word = Asked::of(&ctx).other.remove("word").unwrap_or_default();
    let known = ctx.desk().canned(ctx.actor()?).await?;
    let known = known
        .into_iter()
        .find(|canned| canned.code.as_str() == word);
    let context = canned_form(&ctx, known.as_ref(), None);
    page(&ctx, "admin/canned.html", "admin-title-canned", context)
}

fn canned_form(ctx: &Ctx, of: Option<&Canned>, came: Option<(&Errors, &Form)>) -> Value {
    context! {
        filled => filled(ctx, came),
        word => of.map_or("", |of| of.code.as_str()).to_owned(),
        name => of.map_or("", |of| of.title.as_str()).to_owned(),
        text => of.map_or("", |of| of.text.as_str()).to_owned(),
        version => of.map_or(0, |of| of.version),
        queues => queue_options(ctx),
        chosen => of.map_or_else(Vec::new, |of| names(&of.queues)),
    }
}

pub(super) async fn save_canned(ctx: Ctx, form: Form) -> Answer {
    let mut errors = Errors::default();
    let version = form.parse("version").unwrap_or(0);
    match form.parse("word") {
        None => errors.add("word", "admin-word-wrong"),
        Some(code) => {
            let canned = Canned {
                code,
                title: form.text("title").to_owned(),
                text: form.text("text").replace("\r\n", "\n"),
                queues: form
                    .all("queues")
                    .iter()
                    .filter_map(|q| q.parse().ok())
                    .collect(),
                version,
            };
            if let Err(error) = ctx.desk().save_canned(ctx.actor()?, canned).await {
                complain(&mut errors, error)?;
            }
        }
    }
    if errors.is_empty() {
        return ctx.see_other("/admin/replies", Some("admin-done-work"));
    }
    let mut context = canned_form(&ctx, None, Some((&errors, &form)));
    if version > 0 {
        context = context! { version => version, ..context };
    }
    refused(&ctx, "admin/canned.html", "admin-title-canned", context)
}

pub(super) async fn remove_canned(ctx: Ctx, form: Form) -> Answer {
    let code = form.parse("word").ok_or_else(Fault::not_found)?;
    let version = form.parse("version").unwrap_or(0);
    ctx.desk()
        .remove_canned(ctx.actor()?, &code, version)
        .await?;
    ctx.see_other("/admin/replies", Some("admin-done-removed"))
}

pub(super) async fn macro_(ctx: Ctx) -> Answer {
    let word = Asked::of(&ctx).other.remove("word").unwrap_or_default();
    let known = ctx.desk().macros(ctx.actor()?).await?;
    let known = known.into_iter().find(|of| of.code.as_str() == word);
    let context = macro_form(&ctx, known.as_ref(), None).await?;
    page(&ctx, "admin/macro.html", "admin-title-macro", context)
}

async fn macro_form(
    ctx: &Ctx,
    of: Option<&Macro>,
    came: Option<(&Errors, &Form)>,
) -> Result<Value, Fault> {
    let canned = ctx.desk().canned(ctx.actor()?).await?;
    let replies = canned
        .iter()
        .map(|canned| option(canned.code.as_str(), &canned.title));
    let none = option("", &say(ctx, "admin-no-reply", &[]));
    let acts = of
        .map(|of| serde_json::to_string_pretty(&of.acts))
        .transpose();
    Ok(context! {
        filled => filled(ctx, came),
        word => of.map_or("", |of| of.code.as_str()).to_owned(),
        name => of.map_or("", |of| of.title.as_str()).to_owned(),
        reply => of.and_then(|of| of.reply.as_ref()).map_or(String::new(), ToString::to_string),
        replies => [none].into_iter().chain(replies).collect::<Vec<_>>(),
        acts => acts.map_err(Fault::broken)?.unwrap_or_else(|| "[]".to_owned()),
        version => of.map_or(0, |of| of.version),
        queues => queue_options(ctx),
        chosen => of.map_or_else(Vec::new, |of| names(&of.queues)),
    })
}

pub(super) async fn save_macro(ctx: Ctx, form: Form) -> Answer {
    let mut errors = Errors::default();
    let version = form.parse("version").unwrap_or(0);
    let acts: Result<Vec<Act>, _> = serde_json::from_str(form.raw("acts"));
    match (form.parse("word"), acts) {
        (None, _) => errors.add("word", "admin-word-wrong"),
        (_, Err(error)) => {
            let why = format!(
                "{:?}, {}:{}",
                error.classify(),
                error.line(),
                error.column()
            );
            errors.add_with("acts", "admin-not-so", vec![("why".into(), why.into())]);
        }
        (Some(code), Ok(acts)) => {
            let of = Macro {
                code,
                title: form.text("title").to_owned(),
                reply: form.parse("reply"),
                acts,
                queues: form
                    .all("queues")
                    .iter()
                    .filter_map(|q| q.parse().ok())
                    .collect(),
                version,
            };
            if let Err(error) = ctx.desk().save_macro(ctx.actor()?, of).await {
                complain(&mut errors, error)?;
            }
        }
    }
    if errors.is_empty() {
        return ctx.see_other("/admin/replies", Some("admin-done-work"));
    }
    let context = macro_form(&ctx, None, Some((&errors, &form))).await?;
    let context = context! { version => version, ..context };
    refused(&ctx, "admin/macro.html", "admin-title-macro", context)
}

pub(super) async fn remove_macro(ctx: Ctx, form: Form) -> Answer {
    let code = form.parse("word").ok_or_else(Fault::not_found)?;
    let version = form.parse("version").unwrap_or(0);
    ctx.desk()
        .remove_macro(ctx.actor()?, &code, version)
        .await?;
    ctx.see_other("/admin/replies", Some("admin-done-removed"))
}

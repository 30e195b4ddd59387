//! Texts of mail: shown, changed, looked at with made-up values before anybody gets them.

use axum::extract::Path;
use crcore::Code;
use crcore::ticket::Language;
use crcore_adapters::templates::{Rendered, variables};
use crcore_adapters::{Text, Texts};
use minijinja::context;
use minijinja::value::Value;

use super::diff::diff;
use super::grid::{Grid, at, link, text};
use super::names::Names;
use super::{complain, filled, page, refused};
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};

pub(super) async fn texts(ctx: Ctx) -> Answer {
    let actor = ctx.actor()?;
    let (texts, _) = ctx.app.texts.in_force(actor).await?;
    let names = Names::read(&ctx).await?;
    let mut grid = Grid::new(&ctx, "texts", &["text", "language", "subject"]);
    for (language, set) in &texts.languages {
        for (code, of) in set {
            grid.row([
                link(
                    code.to_string(),
                    format!("/admin/policies/texts/{language}/{code}"),
                ),
                text(language.to_string()),
                text(of.subject.clone()),
            ]);
        }
    }
    let mut past = Grid::new(
        &ctx,
        "text-history",
        &["#number", "at", "by", "text", "language", "comment"],
    );
    for change in ctx.app.texts.history(actor, None).await? {
        let place = format!("/admin/policies/texts/history/{}", change.number);
        past.row([
            link(change.number.to_string(), place),
            at(change.at),
            text(names.actor(&ctx, change.by)),
            text(change.code.to_string()),
            text(change.language.to_string()),
            text(change.comment.clone().unwrap_or_default()),
        ]);
    }
    let context = context! { grids => vec![grid.value(), past.value()] };
    page(&ctx, "admin/table.html", "admin-title-texts", context)
}

/// Which text, as an address names it.
fn which(language: &str, code: &str) -> Result<(Language, Code), Fault> {
    let language = language.parse().map_err(|_| Fault::not_found())?;
    Ok((language, code.parse().map_err(|_| Fault::not_found())?))
}

fn known<'a>(texts: &'a Texts, language: &Language, code: &Code) -> Result<&'a Text, Fault> {
    let set = texts.languages.get(language);
    set.and_then(|set| set.get(code))
        .ok_or_else(Fault::not_found)
}

pub(super) async fn ask(ctx: Ctx, Path((language, code)): Path<(String, String)>) -> Answer {
    let (language, code) = which(&language, &code)?;
    let (texts, number) = ctx.app.texts.in_force(ctx.actor()?).await?;
    let of = known(&texts, &language, &code)?;
    let shown = ctx.app.texts.current().get().example(&code, &language).ok();
    let context = context! {
        from => number, subject => of.subject.as_str(), text => of.text.as_str(),
        html => of.html.as_str(), shown => shown.map(example), ..told(&ctx, &language, &code, None)
    };
    page(&ctx, "admin/text.html", "admin-title-text", context)
}

fn told(ctx: &Ctx, language: &Language, code: &Code, came: Option<(&Errors, &Form)>) -> Value {
    let usable = variables(code).map(|name| format!("{{{{ {name} }}}}"));
    context! {
        filled => filled(ctx, came),
        language => language.to_string(),
        code => code.to_string(),
        usable => usable.collect::<Vec<_>>().join(", "),
    }
}

fn example(rendered: Rendered) -> Value {
    context! { subject => rendered.subject, text => rendered.text, html => rendered.html }
}

fn text_of(form: &Form) -> Text {
    let part = |name: &str| form.raw(name).replace("\r\n", "\n");
    Text {
        subject: form.text("subject").to_owned(),
        text: part("text"),
        html: part("html"),
    }
}

/// Shows the text with made-up values, or puts it in force: two buttons of one form.
pub(super) async fn change(
    ctx: Ctx,
    Path((language, code)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let (actor, (language, code)) = (ctx.actor()?, which(&language, &code)?);
    let (text, mut errors) = (text_of(&form), Errors::default());
    let mut shown = None;
    if form.text("do") == "put" {
        let from = form.parse("from").unwrap_or(0);
        let (which, comment) = ((&language, &code), Some(form.text("comment")));
        let put = ctx.app.texts.put(actor, which, text.clone(), from, comment);
        match put.await {
            Ok(_) => return ctx.see_other("/admin/policies/texts", Some("admin-done-text")),
            Err(error) => complain(&mut errors, error)?,
        }
    } else {
        let preview = ctx.app.texts.preview(actor, &language, &code, &text);
        match preview.await {
            Ok(rendered) => shown = Some(example(rendered)),
            Err(error) => complain(&mut errors, error)?,
        }
    }
    // Who was too late sees the text of the other, and theirs; the next time they mean it.
    let (texts, number) = ctx.app.texts.in_force(actor).await?;
    let now = known(&texts, &language, &code)?;
    let context = context! {
        from => number, subject => text.subject.as_str(), text => text.text.as_str(),
        html => text.html.as_str(), shown => shown,
        difference => difference(now, &text),
        ..told(&ctx, &language, &code, Some((&errors, &form)))
    };
    if errors.is_empty() {
        return page(&ctx, "admin/text.html", "admin-title-text", context);
    }
    refused(&ctx, "admin/text.html", "admin-title-text", context)
}

fn difference(before: &Text, after: &Text) -> String {
    let whole = |of: &Text| format!("{}\n\n{}\n\n{}", of.subject, of.text, of.html);
    diff(&whole(before), &whole(after))
}

pub(super) async fn past(ctx: Ctx, Path(number): Path<String>) -> Answer {
    let number: u64 = number.parse().map_err(|_| Fault::not_found())?;
    let after = number.checked_add(1).ok_or_else(Fault::not_found)?;
    let changes = ctx.app.texts.history(ctx.actor()?, Some(after)).await?;
    let change = changes.first().filter(|change| change.number == number);
    let change = change.ok_or_else(Fault::not_found)?;
    let names = Names::read(&ctx).await?;
    let context = context! {
        number => number,
        at => change.at.to_rfc3339(),
        by => names.actor(&ctx, change.by),
        comment => change.comment.clone(),
        difference => difference(&change.before, &change.text),
    };
    page(
        &ctx,
        "admin/change.html",
        "admin-title-text-change",
        context,
    )
}

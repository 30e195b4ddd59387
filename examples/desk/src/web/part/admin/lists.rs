//! What needs somebody's eye: mail that could not be sent, files that were kept out, forms that are not
//! understood.

use axum::extract::Path;
use chrono::TimeDelta;
use crcore::analytics::Period;
use crcore::desk::beside::FormQuality;
use crcore::notify::{NoticeState, Recipient};
use crcore::store::NoticeFilter;
use crcore::{Code, Notice};
use minijinja::context;
use minijinja::value::Value;

use super::asked::Asked;
use super::grid::{Grid, at, button, link, text};
use super::names::{self, Names};
use super::overview::{asked_value, percent};
use super::{page, say};
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::Form;

/// How many notices or files a page shows: each looks a case up.
const PAGE: usize = 100;
/// The share of submissions with an error above which a form has to be looked at.
pub(super) const ALARM: f64 = 0.10;
/// How far back forms are counted, in days: what the library keeps.
const FORM_DAYS: i64 = 399;

/// The reference of a case, as a cell.
async fn case(ctx: &Ctx, ticket: crcore::TicketId) -> Result<Value, Fault> {
    match ctx.desk().ticket(ctx.actor()?, ticket).await {
        Ok(ticket) => {
            let reference = ticket.reference.to_string();
            Ok(link(reference.clone(), format!("/desk/cases/{reference}")))
        }
        Err(crcore::Error::NotFound { .. }) => Ok(text(ticket.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// Notices that were given up, and those that still wait for another try.
pub(super) async fn notices(ctx: Ctx) -> Answer {
    let actor = ctx.actor()?;
    let asked = Asked::of(&ctx);
    let after = asked
        .other
        .get("after")
        .and_then(|after| after.parse().ok());
    let names = Names::read(&ctx).await?;
    let columns = ["case", "text", "to", "owed", "#tries", "at", "why-not"];
    let with_button = [&columns[..], &["action"]].concat();
    let dead = NoticeFilter {
        dead: true,
        ..NoticeFilter::default()
    };
    let mut given_up = Grid::new(&ctx, "dead", &with_button);
    let found = ctx.desk().notices(actor, &dead, after).await?;
    for notice in found.iter().take(PAGE) {
        let retry = format!("/admin/notices/{}/retry", notice.id);
        let mut cells = row(&ctx, &names, notice).await?;
        cells.push(button(say(&ctx, "admin-retry", &[]), retry, ""));
        given_up.row(cells);
    }
    let owed = NoticeFilter {
        unsettled: true,
        ..NoticeFilter::default()
    };
    let mut waiting = Grid::new(&ctx, "owed", &columns);
    for notice in ctx
        .desk()
        .notices(actor, &owed, None)
        .await?
        .iter()
        .take(PAGE)
    {
        waiting.row(row(&ctx, &names, notice).await?);
    }
    let last = found.get(PAGE - 1).filter(|_| found.len() > PAGE);
    let context = context! {
        grids => vec![given_up.value(), waiting.value()],
        next => last.map(|notice| format!("/admin/notices?after={}", notice.id)),
        text => say(&ctx, "admin-notices-text", &[]),
    };
    page(&ctx, "admin/table.html", "admin-title-notices", context)
}

/// Owes a notice again that was given up.
pub(super) async fn retry(ctx: Ctx, Path(id): Path<String>, _form: Form) -> Answer {
    let id = id.parse().map_err(|_| Fault::not_found())?;
    ctx.desk().retry_notice(ctx.actor()?, id).await?;
    ctx.see_other("/admin/notices", Some("admin-done-retried"))
}

async fn row(ctx: &Ctx, names: &Names, notice: &Notice) -> Result<Vec<Value>, Fault> {
    let to = match &notice.to {
        Recipient::Customer(_) => say(ctx, "admin-role-customer", &[]),
        Recipient::Agent(id) => names.agent(*id),
        Recipient::Team(team) => team.to_string(),
    };
    let (when, why) = match &notice.state {
        NoticeState::Dead { at: then, why } => (at(*then), why.clone()),
        NoticeState::Owed { at: next } => (at(*next), say(ctx, "admin-next-try", &[])),
        NoticeState::Leased { until, .. } => (at(*until), say(ctx, "admin-being-sent", &[])),
        NoticeState::Delivered { at: then } | NoticeState::Withdrawn { at: then } => {
            (at(*then), String::new())
        }
    };
    Ok(vec![
        case(ctx, notice.ticket).await?,
        text(notice.text.to_string()),
        text(to),
        at(notice.created_at),
        text(notice.attempts.to_string()),
        when,
        text(why),
    ])
}

/// Files in which the scanner found something. Nobody gets their bytes.
pub(super) async fn quarantine(ctx: Ctx) -> Answer {
    let names = Names::read(&ctx).await?;
    let columns = ["case", "at", "by", "found", "file", "type", "#size", "hash"];
    let mut grid = Grid::new(&ctx, "quarantine", &columns);
    let found = ctx.desk().quarantined(ctx.actor()?, None).await?;
    for file in found.iter().take(PAGE) {
        grid.row([
            case(&ctx, file.ticket).await?,
            at(file.at),
            text(names.actor(&ctx, file.by)),
            text(file.signature.clone()),
            text(file.file_name.clone()),
            text(file.media_type.clone()),
            text(file.size.to_string()),
            text(file.content.to_string()),
        ]);
    }
    let context = context! {
        grids => vec![grid.value()],
        text => say(&ctx, "admin-quarantine-text", &[("count", (found.len() as u64).into())]),
    };
    page(&ctx, "admin/table.html", "admin-title-quarantine", context)
}

/// The forms of a period, with what was wrong how often.
async fn qualities(ctx: &Ctx, period: Period) -> Result<Vec<FormQuality>, Fault> {
    let first = period.from.max(period.to - TimeDelta::days(FORM_DAYS));
    Ok(ctx
        .desk()
        .form_quality(ctx.actor()?, first, period.to)
        .await?)
}

pub(super) async fn forms(ctx: Ctx) -> Answer {
    let asked = Asked::of(&ctx);
    let (now, before) = (
        qualities(&ctx, asked.period()).await?,
        qualities(&ctx, asked.period_before()).await?,
    );
    let columns = [
        "form",
        "#sent",
        "#with-error",
        "#error-share",
        "#error-share-before",
        "state",
    ];
    let mut of_forms = Grid::new(&ctx, "forms", &columns);
    let mut of_questions = Grid::new(
        &ctx,
        "questions",
        &["form", "question", "#wrong", "#error-share"],
    );
    let mut alarms: Vec<String> = Vec::new();
    for form in &now {
        let rate = form.error_rate();
        let was = before.iter().find(|other| other.form == form.form);
        let was = was.map_or(String::new(), |was| {
            format!("{} %", percent(was.error_rate()))
        });
        let state = if rate > ALARM {
            "admin-form-alarm"
        } else {
            "admin-form-fine"
        };
        if rate > ALARM {
            alarms.push(names::form(&ctx, &form.form));
        }
        of_forms.row([
            text(names::form(&ctx, &form.form)),
            text(form.submissions.to_string()),
            text(form.with_error.to_string()),
            text(format!("{:.1} %", rate * 100.0)),
            text(was),
            text(say(&ctx, state, &[])),
        ]);
        let mut wrong: Vec<(&Code, &u64)> = form.by_question.iter().collect();
        wrong.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
        for (question, times) in wrong {
            let share = *times as f64 / form.submissions.max(1) as f64;
            of_questions.row([
                text(names::form(&ctx, &form.form)),
                text(question.to_string()),
                text(times.to_string()),
                text(format!("{:.1} %", share * 100.0)),
            ]);
        }
    }
    let context = context! {
        grids => vec![of_forms.value(), of_questions.value()],
        alarms => alarms.join(", "),
        asked => asked_value(&asked),
    };
    page(&ctx, "admin/forms.html", "admin-title-forms", context)
}

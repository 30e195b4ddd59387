//! The cases behind a number, by the same filter as the number.

use crcore::store::{Cursor, Paging, Sort};
use minijinja::context;
use minijinja::value::Value;

use super::asked::Asked;
use super::grid::{Grid, at, link, text};
use super::names::{self, Names};
use super::{page, say};
use crate::web::ctx::Ctx;
use crate::web::fault::Answer;

/// How many cases a page shows.
const PAGE: u32 = 50;

pub(super) async fn cases(ctx: Ctx) -> Answer {
    let (actor, asked) = (ctx.actor()?, Asked::of(&ctx));
    let now = ctx.app.clock.now();
    let paging = Paging {
        sort: Sort::Newest,
        after: asked
            .other
            .get("after")
            .and_then(|after| after.parse().ok()),
        limit: PAGE,
    };
    let filter = asked.listed(now);
    let all = ctx.desk().total(actor, filter.clone()).await?;
    let found = ctx.desk().tickets(actor, filter, &paging).await?;
    let subjects = ctx.desk().subjects(&found.items).await?;
    let names = Names::read(&ctx).await?;
    let columns = [
        "case", "subject", "kind", "service", "status", "with", "received", "deadline", "why",
    ];
    let mut grid = Grid::new(&ctx, "cases", &columns);
    for ticket in &found.items {
        let status = ticket.status.name().name();
        let case = format!("/desk/cases/{}", ticket.reference);
        grid.row([
            link(ticket.reference.to_string(), case.clone()),
            text(subjects.get(&ticket.id).cloned().unwrap_or_default()),
            text(say(
                &ctx,
                &format!("admin-kind-{}", ticket.kind.name()),
                &[],
            )),
            text(names.service(&ticket.service)),
            text(say(&ctx, &format!("admin-status-{status}"), &[])),
            text(
                ticket
                    .assignment
                    .map_or(String::new(), |a| names.agent(a.agent)),
            ),
            at(ticket.received_at),
            ticket.deadline().map_or_else(|| text(""), at),
            link(say(&ctx, "admin-why", &[]), format!("{case}/why")),
        ]);
    }
    let next = found
        .next
        .map(|next: Cursor| format!("/admin/cases?{}&after={next}", asked.list_query()));
    let context = context! {
        grids => vec![grid.value()],
        total => say(&ctx, "admin-cases-total", &[("count", all.into())]),
        next => next,
        narrowed => narrowed(&ctx, &asked, &names),
    };
    page(&ctx, "admin/table.html", "admin-title-cases", context)
}

/// What narrows the list, in words.
pub(super) fn narrowed(ctx: &Ctx, asked: &Asked, names: &Names) -> Vec<Value> {
    let mut parts = Vec::new();
    if asked.dated {
        let days = [
            ("from", asked.from.to_string().into()),
            ("to", asked.to.to_string().into()),
        ];
        parts.push(say(ctx, "admin-narrowed-days", &days));
    }
    for status in &asked.statuses {
        parts.push(say(ctx, &format!("admin-status-{}", status.name()), &[]));
    }
    if let Some(kind) = asked.kind {
        parts.push(say(ctx, &format!("admin-kind-{}", kind.name()), &[]));
    }
    parts.extend(asked.service.iter().map(|service| names.service(service)));
    if let Some(channel) = asked.channel {
        parts.push(names::channel(ctx, channel));
    }
    let choices = asked.choices.iter();
    parts.extend(choices.map(|(field, choice)| names.choice(field, choice)));
    if asked.late {
        parts.push(say(ctx, "admin-figure-late", &[]));
    }
    parts.into_iter().map(Value::from).collect()
}

//! The cases behind a number of the overview: those that were late, came back, were rated.

use axum::extract::Path;
use crcore::analytics::Number;
use crcore::ticket::Target;
use crcore::{Error, Ticket};
use minijinja::context;

use super::asked::Asked;
use super::cases::narrowed;
use super::grid::{Grid, at, link, text};
use super::names::Names;
use super::{page, say};
use crate::web::ctx::{Ctx, query_of};
use crate::web::fault::{Answer, Fault};

/// How many cases a page shows.
const PAGE: usize = 50;

fn number_named(name: &str) -> Option<Number> {
    let target = |name: &str| Target::ALL.into_iter().find(|target| target.name() == name);
    match name {
        "reopened" => Some(Number::Reopened),
        "rated" => Some(Number::Rated),
        name => Some(Number::Breached(target(name.strip_prefix("breached-")?)?)),
    }
}

/// The cases, the latest first; one that came back twice stands there twice.
pub(super) async fn behind(ctx: Ctx, Path(name): Path<String>) -> Answer {
    let number = number_named(&name).ok_or_else(Fault::not_found)?;
    let (actor, asked) = (ctx.actor()?, Asked::of(&ctx));
    ctx.app.numbers.catch_up(&ctx.app).await?;
    let read = ctx
        .app
        .numbers
        .read(|totals| totals.behind(number, &asked.counted(), &asked.period()));
    let (found, _) = read.await;
    let found = found.map_err(|error| Fault::invalid("from", error.to_string()))?;
    let skip = query_of(&ctx.uri, "skip").and_then(|skip| skip.parse().ok());
    let skip: usize = skip.unwrap_or(0);
    let names = Names::read(&ctx).await?;
    let columns = [
        "at", "case", "subject", "service", "status", "with", "rating", "why",
    ];
    let mut grid = Grid::new(&ctx, "cases", &columns);
    let mut shown = Vec::new();
    for instance in found.iter().skip(skip).take(PAGE) {
        match ctx.desk().ticket(actor, instance.ticket).await {
            Ok(ticket) => shown.push((instance.at, ticket)),
            // It is counted and gone: a store that was set back.
            Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let tickets: Vec<Ticket> = shown.iter().map(|(_, ticket)| ticket.clone()).collect();
    let subjects = ctx.desk().subjects(&tickets).await?;
    for (when, ticket) in &shown {
        let status = ticket.status.name().name();
        let case = format!("/desk/cases/{}", ticket.reference);
        let with = ticket.assignment.map(|held| names.agent(held.agent));
        let rating = ticket.rating.map(|rating| rating.score.to_string());
        grid.row([
            at(*when),
            link(ticket.reference.to_string(), case.clone()),
            text(subjects.get(&ticket.id).cloned().unwrap_or_default()),
            text(names.service(&ticket.service)),
            text(say(&ctx, &format!("admin-status-{status}"), &[])),
            text(with.unwrap_or_default()),
            text(rating.unwrap_or_default()),
            link(say(&ctx, "admin-why", &[]), format!("{case}/why")),
        ]);
    }
    let next = skip.saturating_add(PAGE);
    let next =
        (next < found.len()).then(|| format!("/admin/behind/{name}?{}&skip={next}", asked.query()));
    let count = found.len().to_string();
    let days = [
        ("from", asked.from.to_string().into()),
        ("to", asked.to.to_string().into()),
    ];
    let mut told = vec![say(&ctx, "admin-behind-days", &days).into()];
    let undated = Asked {
        dated: false,
        ..asked
    };
    told.extend(narrowed(&ctx, &undated, &names));
    let context = context! {
        grids => vec![grid.value()],
        total => say(&ctx, "admin-cases-total", &[("count", count.into())]),
        next => next,
        narrowed => told,
    };
    let title = format!("admin-behind-{name}");
    page(&ctx, "admin/table.html", &title, context)
}

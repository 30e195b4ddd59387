//! What was done, by day, service, channel or agent: the table behind the numbers that are no list of
//! cases.

use crcore::analytics::{Dimension, Group, Key, Measures, Query, Row};
use crcore::ticket::Target;
use minijinja::context;
use minijinja::value::Value;

use super::asked::Asked;
use super::grid::{Grid, text};
use super::names::{self, Names};
use super::overview::{asked_value, percent};
use super::{option, page, say};
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};

const BY: [&str; 6] = ["day", "month", "service", "kind", "channel", "agent"];

pub(super) async fn work(ctx: Ctx) -> Answer {
    ctx.app.numbers.catch_up(&ctx.app).await?;
    let asked = Asked::of(&ctx);
    let by = asked.other.get("by").map_or("day", String::as_str);
    let group = match by {
        "month" => Group::Month,
        "service" => Group::By(Dimension::Service),
        "kind" => Group::By(Dimension::Kind),
        "channel" => Group::By(Dimension::Channel),
        "agent" => Group::By(Dimension::Agent),
        _ => Group::Day,
    };
    let query = Query {
        period: asked.period(),
        filter: asked.counted(),
        group,
    };
    let (rows, as_of) = ctx.app.numbers.read(|totals| totals.report(&query)).await;
    let rows = rows.map_err(|e| Fault::invalid("from", e.to_string()))?;
    let names = Names::read(&ctx).await?;
    let columns = [
        "what",
        "#raised",
        "#resolved",
        "#closed",
        "#reopened",
        "#replies",
        "#first-met",
        "#first-breached",
        "#first-share",
        "#resolution-met",
        "#resolution-breached",
        "#resolution-share",
        "#ratings",
        "#satisfied",
    ];
    let mut grid = Grid::new(&ctx, "work", &columns);
    for row in &rows {
        grid.row(cells(&ctx, &names, row));
    }
    let by_options: Vec<Value> = BY
        .iter()
        .map(|by| option(by, &say(&ctx, &format!("admin-by-{by}"), &[])))
        .collect();
    let context = context! {
        grids => vec![grid.value()],
        as_of => as_of.map(|at| at.to_rfc3339()),
        asked => asked_value(&asked),
        by => by_options,
        chosen => by,
    };
    page(&ctx, "admin/work.html", "admin-title-work", context)
}

fn cells(ctx: &Ctx, names: &Names, row: &Row) -> Vec<Value> {
    let of = &row.measures;
    let numbers = [of.raised, of.resolved, of.closed, of.reopened, of.replies];
    let ratings: u64 = of.ratings.iter().sum();
    let share =
        |share: Option<f64>| text(share.map_or(String::new(), |s| format!("{} %", percent(s))));
    let mut cells = vec![text(key(ctx, names, &row.key))];
    cells.extend(numbers.map(|number| text(number.to_string())));
    for target in [Target::FirstResponse, Target::Resolution] {
        cells.extend(kept(of, target));
    }
    cells.push(text(ratings.to_string()));
    cells.push(share(of.satisfaction()));
    cells
}

fn kept(of: &Measures, target: Target) -> [Value; 3] {
    let kept = of.targets.get(&target).copied().unwrap_or_default();
    let share = kept
        .rate()
        .map_or(String::new(), |share| format!("{} %", percent(share)));
    [
        text(kept.met.to_string()),
        text(kept.breached.to_string()),
        text(share),
    ]
}

fn key(ctx: &Ctx, names: &Names, key: &Key) -> String {
    match key {
        Key::Whole => say(ctx, "admin-all", &[]),
        Key::Day(day) => day.to_string(),
        Key::Month(month) => month.format("%Y-%m").to_string(),
        Key::Kind(kind) => say(ctx, &format!("admin-kind-{}", kind.name()), &[]),
        Key::Service(service) => names.service(service),
        Key::Channel(channel) => names::channel(ctx, *channel),
        Key::Agent(agent) => {
            agent.map_or_else(|| say(ctx, "admin-nobody", &[]), |id| names.agent(id))
        }
        Key::Field(choice) => choice
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
    }
}

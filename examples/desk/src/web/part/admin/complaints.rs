//! Complaints by what became of them, told apart by service, cause, branch or month.

use chrono::{Datelike as _, Months, NaiveDate};
use crcore::Code;
use crcore::analytics::{Census, Dimension, Key, Totals};
use crcore::ticket::{FieldType, Kind, StatusName};
use minijinja::context;
use minijinja::value::Value;

use super::asked::Asked;
use super::grid::{Grid, link, text};
use super::names::{self, Names};
use super::overview::asked_value;
use super::{option, page, say, sheet};
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};

/// What the rows are, besides the choice fields of the rules.
const BY: [&str; 3] = ["service", "month", "whole"];

/// A row: its name, the filter that opens its cases, what became of them.
struct Line {
    name: String,
    /// None where no list can be asked for: cases without a choice.
    of: Option<Asked>,
    census: Census,
}

impl Line {
    /// The cases in a status as lists have it: what went on in another case is closed there.
    fn in_status(&self, status: StatusName) -> u64 {
        let merged = if status == StatusName::Closed {
            self.census.merged
        } else {
            0
        };
        self.census.in_status(status) + merged
    }
}

struct Report {
    asked: Asked,
    by: String,
    lines: Vec<Line>,
}

async fn report(ctx: &Ctx, names: &Names) -> Result<(Report, Option<String>), Fault> {
    ctx.app.numbers.catch_up(&ctx.app).await?;
    let mut asked = Asked::of(ctx);
    asked.kind = Some(Kind::Complaint);
    asked.dated = true;
    let by = asked.other.get("by").cloned();
    let by = by.unwrap_or_else(|| "service".to_owned());
    let told = ctx
        .app
        .numbers
        .read(|totals| lines(ctx, &asked, names, &by, totals));
    let (lines, as_of) = told.await;
    let report = Report {
        asked,
        by,
        lines: lines?,
    };
    Ok((report, as_of.map(|at| at.to_rfc3339())))
}

fn lines(
    ctx: &Ctx,
    asked: &Asked,
    names: &Names,
    by: &str,
    totals: &Totals,
) -> Result<Vec<Line>, Fault> {
    let census = |asked: &Asked, by: Option<Dimension>| {
        let counted = totals.census(&asked.counted(), by, &asked.period());
        counted.map_err(|e| Fault::invalid("from", e.to_string()))
    };
    if by == "month" {
        let mut lines = Vec::new();
        for of in months(asked) {
            let name = of.from.format("%Y-%m").to_string();
            let counted = census(&of, None)?.pop();
            lines.extend(counted.map(|census| Line {
                name,
                of: Some(of),
                census,
            }));
        }
        return Ok(lines);
    }
    let dimension = match by {
        "whole" => None,
        "service" => Some(Dimension::Service),
        field => field.parse().ok().map(Dimension::Field),
    };
    let counted = census(asked, dimension)?;
    let line = |census: Census| {
        let mut of = asked.clone();
        let (name, known) = match (&census.key, by.parse::<Code>()) {
            (Key::Service(service), _) => {
                of.service = Some(service.clone());
                (names.service(service), true)
            }
            (Key::Field(Some(choice)), Ok(field)) => {
                let name = names.choice(&field, choice);
                of.choices.insert(field, choice.clone());
                (name, true)
            }
            (Key::Field(None), _) => (say(ctx, "admin-not-given", &[]), false),
            _ => (say(ctx, "admin-all", &[]), true),
        };
        let of = known.then_some(of);
        Line { name, of, census }
    };
    Ok(counted.into_iter().map(line).collect())
}

/// The months of a period, the first and the last cut to it.
fn months(asked: &Asked) -> Vec<Asked> {
    let mut months = Vec::new();
    let mut first: Option<NaiveDate> = asked.from.with_day(1);
    while let Some(month) = first.filter(|month| *month <= asked.to) {
        first = month.checked_add_months(Months::new(1));
        let last = first.and_then(|next| next.pred_opt()).unwrap_or(asked.to);
        months.push(Asked {
            from: month.max(asked.from),
            to: last.min(asked.to),
            ..asked.clone()
        });
    }
    months
}

fn head(ctx: &Ctx) -> Vec<String> {
    let mut head = vec![say(ctx, "admin-col-received", &[])];
    for status in StatusName::ALL {
        let name = format!("admin-status-{}", status.name());
        head.push(say(ctx, &name, &[]));
    }
    head.push(say(ctx, "admin-col-reopened", &[]));
    head
}

fn by_name(ctx: &Ctx, by: &str) -> String {
    match by.parse() {
        Ok(field) if !BY.contains(&by) => names::field(ctx, &field),
        _ => say(ctx, &format!("admin-by-{by}"), &[]),
    }
}

/// What the report can be told apart by: a service, a month, and each choice field of the rules.
fn dimensions(ctx: &Ctx) -> Vec<String> {
    let rules = ctx.desk().rules();
    let fields = rules.rules().fields.iter();
    let choices = fields.filter(|(_, of)| of.kind == FieldType::Choice);
    let choices = choices.map(|(field, _)| field.to_string());
    let mut all: Vec<String> = BY.map(str::to_owned).to_vec();
    all.splice(1..1, choices);
    all
}

async fn told(ctx: &Ctx) -> Result<Value, Fault> {
    let names = Names::read(ctx).await?;
    let (report, as_of) = report(ctx, &names).await?;
    let mut grid = Grid::new(ctx, "complaints", &[]).headed([by_name(ctx, &report.by)]);
    grid = grid.headed(head(ctx));
    for line in &report.lines {
        let list = line
            .of
            .as_ref()
            .map(|of| format!("/admin/cases?{}", of.query()));
        let cell = |number: u64, more: &str| match &list {
            Some(list) => link(number.to_string(), format!("{list}{more}")),
            None => text(number.to_string()),
        };
        let mut cells = vec![text(line.name.clone()), cell(line.census.received, "")];
        for status in StatusName::ALL {
            let more = format!("&status={}", status.name());
            cells.push(cell(line.in_status(status), &more));
        }
        cells.push(text(line.census.reopened.to_string()));
        grid.row(cells);
    }
    let by: Vec<Value> = dimensions(ctx)
        .iter()
        .map(|by| option(by, &by_name(ctx, by)))
        .collect();
    let totals = |status| {
        report
            .lines
            .iter()
            .map(|line| line.in_status(status))
            .collect()
    };
    let series = StatusName::ALL.into_iter().map(|status| {
        let values: Vec<u64> = totals(status);
        let name = say(ctx, &format!("admin-status-{}", status.name()), &[]);
        context! { name => name, values => values }
    });
    let chart = context! {
        id => "by-status", title => say(ctx, "admin-chart-complaints", &[]),
        labels => report.lines.iter().map(|line| line.name.clone()).collect::<Vec<_>>(),
        series => series.collect::<Vec<_>>(),
    };
    let query = format!("{}&by={}", report.asked.query(), report.by);
    Ok(context! {
        grids => vec![grid.value()],
        chart => chart,
        as_of => as_of,
        asked => asked_value(&report.asked),
        by => by,
        chosen => report.by,
        sheet => format!("/admin/reports/complaints.csv?{query}"),
    })
}

pub(super) async fn complaints(ctx: Ctx) -> Answer {
    let context = told(&ctx).await?;
    page(
        &ctx,
        "admin/complaints.html",
        "admin-title-complaints",
        context,
    )
}

/// The same table as a file. The trail says who took it along, before they have it.
pub(super) async fn sheet(ctx: Ctx) -> Answer {
    let names = Names::read(&ctx).await?;
    let (report, _) = report(&ctx, &names).await?;
    let mut rows = vec![vec![by_name(&ctx, &report.by)]];
    rows[0].extend(head(&ctx));
    for line in &report.lines {
        let mut row = vec![line.name.clone(), line.census.received.to_string()];
        let statuses = StatusName::ALL.into_iter();
        row.extend(statuses.map(|status| line.in_status(status).to_string()));
        row.push(line.census.reopened.to_string());
        rows.push(row);
    }
    let what: Code = "complaints-report".parse().map_err(Fault::broken)?;
    let count = report.lines.len() as u64;
    ctx.desk().note_export(ctx.actor()?, &what, count).await?;
    let name = format!("complaints-{}-{}.csv", report.asked.from, report.asked.to);
    sheet::answer(&name, &rows)
}

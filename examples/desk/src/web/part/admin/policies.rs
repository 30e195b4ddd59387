//! The rules in force, readable, and who put which in force when.

use std::fmt::Write as _;

use axum::extract::Path;
use chrono::Weekday;
use crcore::access::{self, Right};
use crcore::calendar::Week;
use crcore::sla::{Condition, TargetRule, Time};
use crcore::store::Cursor;
use crcore::ticket::Target;
use crcore::{Actor, Calendar, Error, Rules};
use minijinja::context;
use minijinja::value::Value;

use super::asked::Asked;
use super::diff::diff;
use super::grid::{Grid, at, link, text};
use super::names::{self, Names};
use super::{page, say};
use crate::web::ctx::{Ctx, query_of};
use crate::web::fault::{Answer, Fault};

/// How many holidays and other days to come are shown of a calendar.
const COMING: usize = 4;

/// The days of a week with their names in addresses, forms and messages.
pub(super) const DAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "monday"),
    (Weekday::Tue, "tuesday"),
    (Weekday::Wed, "wednesday"),
    (Weekday::Thu, "thursday"),
    (Weekday::Fri, "friday"),
    (Weekday::Sat, "saturday"),
    (Weekday::Sun, "sunday"),
];

pub(super) fn may_change(actor: Actor) -> bool {
    access::has(actor.role(), Right::ManageRules)
}

/// Rules as people read them: JSON, a line for each thing.
pub(super) fn pretty(rules: &Rules) -> Result<String, Fault> {
    serde_json::to_string_pretty(rules).map_err(Fault::broken)
}

pub(super) async fn policies(ctx: Ctx) -> Answer {
    let actor = ctx.actor()?;
    let in_force = ctx.desk().rules_in_force(actor).await?;
    let names = Names::read(&ctx).await?;
    let rules = in_force.rules.rules();
    let grids = vec![
        services(&ctx, rules, &names),
        targets(&ctx, rules),
        calendars(&ctx, rules),
        allocation(&ctx, rules),
        fields(&ctx, rules, &names),
    ];
    let silent: Vec<String> = rules.silent.iter().map(ToString::to_string).collect();
    let context = context! {
        grids => grids,
        number => in_force.number,
        version => in_force.rules.version(),
        silent => silent.join(", "),
        tags => rules.tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        may_change => may_change(actor),
        history => history_grid(&ctx, &names, None).await?.0,
    };
    page(&ctx, "admin/policies.html", "admin-title-policies", context)
}

fn services(ctx: &Ctx, rules: &Rules, names: &Names) -> Value {
    let columns = ["service", "code", "queue", "priority", "skills", "#units"];
    let mut grid = Grid::new(ctx, "services", &columns);
    for (code, service) in &rules.services {
        grid.row([
            text(names.service(code)),
            text(code.to_string()),
            text(service.queue.to_string()),
            text(say(
                ctx,
                &format!("priority-{}", service.priority.name()),
                &[],
            )),
            text(super::person::skills_text(&service.skills)),
            text(service.units.to_string()),
        ]);
    }
    grid.value()
}

fn targets(ctx: &Ctx, rules: &Rules) -> Value {
    let columns = [
        "policy",
        "for",
        "calendar",
        "first-response",
        "next-response",
        "resolution",
        "closes",
    ];
    let mut grid = Grid::new(ctx, "sla", &columns);
    for policy in &rules.sla {
        let mut row = vec![
            text(policy.name.to_string()),
            text(condition(ctx, &policy.when)),
            text(
                policy
                    .calendar
                    .as_ref()
                    .map_or(String::new(), ToString::to_string),
            ),
        ];
        for target in Target::ALL {
            let rule = policy.targets.get(&target);
            row.push(text(
                rule.map_or(String::new(), |rule| target_text(ctx, rule)),
            ));
        }
        row.push(text(
            policy
                .close_after
                .map_or(String::new(), |span| span.to_string()),
        ));
        grid.row(row);
    }
    grid.value()
}

fn target_text(ctx: &Ctx, rule: &TargetRule) -> String {
    let mut said = rule.within.to_string();
    if rule.time == Time::Calendar {
        said += &format!(" ({})", say(ctx, "admin-every-hour-counts", &[]));
    }
    if !rule.escalate.is_empty() {
        let steps = rule.escalate.len() as u64;
        let _ = write!(
            said,
            ", {}",
            say(ctx, "admin-escalations", &[("count", steps.into())])
        );
    }
    said
}

fn condition(ctx: &Ctx, when: &Condition) -> String {
    let mut parts: Vec<String> = Vec::new();
    let kinds = when.kinds.iter();
    parts.extend(kinds.map(|kind| say(ctx, &format!("admin-kind-{}", kind.name()), &[])));
    let priorities = when.priorities.iter();
    parts.extend(priorities.map(|p| say(ctx, &format!("priority-{}", p.name()), &[])));
    parts.extend(when.services.iter().map(ToString::to_string));
    parts.extend(
        when.channels
            .iter()
            .map(|channel| names::channel(ctx, *channel)),
    );
    parts.extend(when.languages.iter().map(ToString::to_string));
    parts.extend(when.tags.iter().map(|tag| format!("#{tag}")));
    parts.extend(when.amount_at_least.map(|amount| format!("≥ {amount}")));
    if parts.is_empty() {
        return say(ctx, "admin-every-case", &[]);
    }
    parts.join(", ")
}

fn calendars(ctx: &Ctx, rules: &Rules) -> Value {
    let columns = ["calendar", "zone", "hours", "holidays", "exceptions"];
    let mut grid = Grid::new(ctx, "calendars", &columns);
    let today = ctx.app.clock.now().date_naive();
    for (name, calendar) in &rules.calendars {
        let coming = calendar
            .holidays
            .iter()
            .filter(|holiday| holiday.date >= today);
        let coming = coming
            .take(COMING)
            .map(|holiday| format!("{} {}", holiday.date, holiday.name));
        let exceptions = calendar.exceptions.iter();
        let exceptions = exceptions.filter(|other| other.date >= today).take(COMING);
        let exceptions = exceptions.map(|other| format!("{} {}", other.date, other.hours));
        grid.row([
            text(name.to_string()),
            text(calendar.time_zone.name()),
            text(hours(ctx, calendar)),
            text(coming.collect::<Vec<_>>().join("; ")),
            text(exceptions.collect::<Vec<_>>().join("; ")),
        ]);
    }
    grid.value()
}

fn hours(ctx: &Ctx, calendar: &Calendar) -> String {
    if calendar.hours == Week::always() {
        return say(ctx, "admin-always", &[]);
    }
    let day = |(day, name): &(Weekday, &str)| {
        let name = say(ctx, &format!("admin-day-{name}"), &[]);
        format!("{name} {}", calendar.hours.on(*day))
    };
    DAYS.iter().map(day).collect::<Vec<_>>().join("; ")
}

fn allocation(ctx: &Ctx, rules: &Rules) -> Value {
    let mut grid = Grid::new(ctx, "allocation", &["policy", "prefers", "queues"]);
    for policy in &rules.allocation {
        let prefers = policy.rules().iter();
        let prefers = prefers.map(|rule| say(ctx, &format!("admin-rule-{}", rule.name()), &[]));
        let queues = rules.queues.iter();
        let queues = queues.filter(|(_, queue)| queue.allocation.as_ref() == Some(policy.name()));
        let queues: Vec<String> = queues.map(|(queue, _)| queue.to_string()).collect();
        grid.row([
            text(policy.name().to_string()),
            text(prefers.collect::<Vec<_>>().join(" → ")),
            text(queues.join(", ")),
        ]);
    }
    grid.value()
}

fn fields(ctx: &Ctx, rules: &Rules, names: &Names) -> Value {
    let mut grid = Grid::new(ctx, "fields", &["field", "type", "choices"]);
    for (field, of) in &rules.fields {
        let kind = serde_json::to_value(of.kind).map_err(Fault::broken);
        let kind = kind.ok().and_then(|kind| kind.as_str().map(str::to_owned));
        let choices = of.choices.iter().map(|choice| names.choice(field, choice));
        grid.row([
            text(names::field(ctx, field)),
            text(kind.unwrap_or_default()),
            text(choices.collect::<Vec<_>>().join(", ")),
        ]);
    }
    grid.value()
}

async fn history_grid(
    ctx: &Ctx,
    names: &Names,
    after: Option<u64>,
) -> Result<(Value, Option<u64>), Fault> {
    let changes = ctx.desk().rules_history(ctx.actor()?, after).await?;
    let mut grid = Grid::new(ctx, "rules-history", &["#number", "at", "by", "comment"]);
    for change in &changes {
        let place = format!("/admin/policies/history/{}", change.number);
        grid.row([
            link(change.number.to_string(), place),
            at(change.at),
            text(names.actor(ctx, change.by)),
            text(change.comment.clone().unwrap_or_default()),
        ]);
    }
    let last = changes.last().map(|change| change.number);
    Ok((grid.value(), last.filter(|number| *number > 1)))
}

pub(super) async fn history(ctx: Ctx) -> Answer {
    let names = Names::read(&ctx).await?;
    let after = Asked::of(&ctx)
        .other
        .get("after")
        .and_then(|after| after.parse().ok());
    let (grid, last) = history_grid(&ctx, &names, after).await?;
    let next = last.map(|number| format!("/admin/policies/history?after={number}"));
    let context = context! { grids => vec![grid], next => next };
    page(&ctx, "admin/table.html", "admin-title-history", context)
}

/// One change: who, when, why, and line by line what.
pub(super) async fn change(ctx: Ctx, Path(number): Path<String>) -> Answer {
    let actor = ctx.actor()?;
    let number: u64 = number.parse().map_err(|_| Fault::not_found())?;
    let after = number.checked_add(1).ok_or_else(Fault::not_found)?;
    let changes = ctx.desk().rules_history(actor, Some(after)).await?;
    let change = changes.first().filter(|change| change.number == number);
    let change = change.ok_or_else(Fault::not_found)?;
    let (before, now) = (
        at_version(&ctx, &change.before).await?,
        at_version(&ctx, &change.version).await?,
    );
    let names = Names::read(&ctx).await?;
    let context = context! {
        number => number,
        at => change.at.to_rfc3339(),
        by => names.actor(&ctx, change.by),
        comment => change.comment.clone(),
        version => change.version.clone(),
        difference => diff(&pretty(&before)?, &pretty(&now)?),
        open => open_cases(&ctx, number).await?,
    };
    page(&ctx, "admin/change.html", "admin-title-change", context)
}

/// What the page of the rules in force says of open cases: how many came under them just now, and the
/// button for it.
async fn open_cases(ctx: &Ctx, number: u64) -> Result<Option<Value>, Fault> {
    let actor = ctx.actor()?;
    let in_force = ctx.desk().rules_in_force(actor).await?;
    if in_force.number != number || !may_change(actor) {
        return Ok(None);
    }
    let count = |name: &str| query_of(&ctx.uri, name)?.parse::<u64>().ok();
    let counts = count("changed").zip(count("left"));
    let counted = counts.map(|(changed, left)| {
        let counts = [("changed", changed.into()), ("left", left.into())];
        say(ctx, "admin-adopted", &counts)
    });
    let after = query_of(&ctx.uri, "after").and_then(|after| after.parse::<Cursor>().ok());
    let after = after.map(|after| after.to_string());
    let left = counts.map(|(_, left)| left);
    Ok(Some(
        context! { counted => counted, left => left, after => after },
    ))
}

pub(super) async fn at_version(ctx: &Ctx, version: &str) -> Result<Rules, Fault> {
    let stored = ctx.desk().rules_at(ctx.actor()?, version).await?;
    Rules::from_json(&stored.text).map_err(Fault::broken)
}

/// The rules that the change with this number put in force; 0 stands for those of the beginning.
pub(super) async fn at_number(ctx: &Ctx, number: u64) -> Result<Rules, Fault> {
    let actor = ctx.actor()?;
    let in_force = ctx.desk().rules_in_force(actor).await?;
    if in_force.number == number {
        return Ok(in_force.rules.rules().clone());
    }
    let after = number.max(1).checked_add(1).ok_or_else(Fault::not_found)?;
    let changes = ctx.desk().rules_history(actor, Some(after)).await?;
    let change = changes
        .first()
        .filter(|change| change.number == number.max(1));
    let change = change.ok_or(Error::NotFound {
        what: "version of the rules",
    })?;
    let version = if number == 0 {
        &change.before
    } else {
        &change.version
    };
    at_version(ctx, version).await
}

//! The first page: how the desk is doing, each number with the list behind it.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use crcore::analytics::{Backlog, Census, Dimension, Group, Key, Measures, Query, Row, Totals};
use crcore::ticket::{Kind, Target};
use crcore::{Code, Role};
use crcore_adapters::accounts::{AccountState, PeopleCounts};
use minijinja::context;
use minijinja::value::Value;

use super::asked::{Asked, instant};
use super::grid::{Grid, link, text};
use super::names::{self, Names};
use super::{page, say};
use crate::web::ctx::Ctx;
use crate::web::dates;
use crate::web::fault::{Answer, Fault};
use crate::web::messages::Argument;

/// How far back visits are counted, in days: what the library keeps.
const VISITS_DAYS: i64 = 399;
/// The periods that are one click away, in days.
const PERIODS: [i64; 4] = [7, 30, 90, 365];

/// What analytics says of the days that were asked for and of as many before.
struct Figures {
    now: Measures,
    before: Measures,
    arrived: Vec<Census>,
    arrived_before: u64,
    backlog: Option<Backlog>,
    days: Vec<Row>,
}

impl Figures {
    fn of(totals: &Totals, asked: &Asked, at: DateTime<Utc>) -> Result<Self, Fault> {
        let filter = asked.counted();
        let report = |period, group| {
            let query = Query {
                period,
                filter: filter.clone(),
                group,
            };
            totals.report(&query).map_err(unanswered)
        };
        let whole = |rows: Vec<Row>| rows.into_iter().next().map(|row| row.measures);
        let (period, before) = (asked.period(), asked.period_before());
        let kinds = Some(Dimension::Kind);
        let arrived_before = totals.census(&filter, None, &before).map_err(unanswered)?;
        let backlog = totals.backlog(&filter, None, &Totals::AGES, at);
        Ok(Self {
            now: whole(report(period, Group::Whole)?).unwrap_or_default(),
            before: whole(report(before, Group::Whole)?).unwrap_or_default(),
            arrived: totals.census(&filter, kinds, &period).map_err(unanswered)?,
            arrived_before: arrived_before.iter().map(|row| row.received).sum(),
            backlog: backlog.map_err(unanswered)?.pop(),
            days: report(period, Group::Day)?,
        })
    }

    fn arrivals(&self) -> u64 {
        self.arrived.iter().map(|row| row.received).sum()
    }
}

fn unanswered(error: crcore::analytics::QueryError) -> Fault {
    Fault::invalid("from", error.to_string())
}

/// A number on top of the page.
struct Card {
    label: String,
    value: String,
    href: String,
    note: Option<String>,
    trend: Option<(String, Option<bool>)>,
}

impl Card {
    fn new(ctx: &Ctx, name: &str, value: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: say(ctx, &format!("admin-figure-{name}"), &[]),
            value: value.into(),
            href: href.into(),
            note: None,
            trend: None,
        }
    }

    fn noted(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    fn value(self) -> Value {
        let trend = self
            .trend
            .map(|(text, good)| context! { text => text, good => good });
        context! {
            label => self.label, value => self.value, href => self.href,
            note => self.note, trend => trend,
        }
    }
}

pub(super) async fn overview(ctx: Ctx) -> Answer {
    let actor = ctx.actor()?;
    ctx.app.numbers.catch_up(&ctx.app).await?;
    let (asked, now) = (Asked::of(&ctx), ctx.app.clock.now());
    let told = ctx
        .app
        .numbers
        .read(|totals| Figures::of(totals, &asked, now));
    let (figures, as_of) = told.await;
    let figures = figures?;
    let names = Names::read(&ctx).await?;
    let people = ctx.app.accounts.counts(actor).await?;
    let counters = counters(&ctx, &names).await?;
    let visits = visits(&ctx, &asked).await?;
    let mut cards = of_cases(&ctx, &asked, &figures, late(&ctx, &asked).await?);
    cards.extend(of_people(&ctx, &people, &counters, &visits));
    let by_day = by_day(&ctx, &figures);
    let standing = [
        ages(&ctx, &asked, &figures, now),
        ratings(&ctx, &figures),
        waiting(&ctx, &counters),
        visited(&ctx, &visits),
        roles(&ctx, &people),
    ];
    let cards: Vec<Value> = cards.into_iter().map(Card::value).collect();
    page(
        &ctx,
        "admin/overview.html",
        "admin-title-overview",
        context! {
            as_of => as_of.map(|at| at.to_rfc3339()),
            cards => cards,
            by_day => by_day,
            standing => standing,
            grids => vec![wanted(&ctx, &asked, &figures), counters.grid, visits.grid, users(&ctx, &people)],
            periods => periods(&asked),
            asked => asked_value(&asked),
        },
    )
}

/// The days of an address, for a form.
pub(super) fn asked_value(asked: &Asked) -> Value {
    context! { from => asked.from.to_string(), to => asked.to.to_string(), days => asked.days() }
}

/// Other periods up to the same day.
fn periods(asked: &Asked) -> Vec<Value> {
    let period = |days: &i64| {
        let from = asked.to - TimeDelta::days(days - 1);
        let href = format!("/admin?from={from}&to={}{}", asked.to, asked.filter_query());
        context! { days => *days, href => href, current => *days == asked.days() }
    };
    PERIODS.iter().map(period).collect()
}

/// Cases past a deadline: how many, as far as the store counts.
async fn late(ctx: &Ctx, asked: &Asked) -> Result<String, Fault> {
    let undated = Asked {
        dated: false,
        late: true,
        ..asked.clone()
    };
    let filter = undated.listed(ctx.app.clock.now());
    Ok(ctx.desk().total(ctx.actor()?, filter).await?.to_string())
}

fn of_cases(ctx: &Ctx, asked: &Asked, figures: &Figures, late: String) -> Vec<Card> {
    let query = asked.query();
    let active = format!("/admin/cases?status=active{}", asked.filter_query());
    let behind = |number: &str| format!("/admin/behind/{number}?{query}");
    let open = figures.backlog.as_ref().map_or(0, |backlog| backlog.open);
    let arrivals = figures.arrivals();
    let mut arrived = Card::new(
        ctx,
        "arrivals",
        arrivals.to_string(),
        format!("/admin/cases?{query}"),
    );
    arrived.trend = Some((more(ctx, arrivals, figures.arrived_before), None));
    let mut backlog = Card::new(ctx, "backlog", open.to_string(), active.clone());
    if let Some(of) = &figures.backlog {
        let days = (ctx.app.clock.now() - of.oldest).num_days().unsigned_abs();
        backlog = backlog.noted(say(ctx, "admin-oldest", &[("days", days.into())]));
    }
    let overdue = Card::new(ctx, "late", late, format!("{active}&late=1"));
    let mut cards = vec![arrived, backlog, overdue];
    for (name, target) in [
        ("first-response", Target::FirstResponse),
        ("resolution", Target::Resolution),
    ] {
        let behind = behind(&format!("breached-{}", target.name()));
        cards.push(attained(ctx, name, target, figures, &behind));
    }
    let mut reopened = Card::new(
        ctx,
        "reopened",
        figures.now.reopened.to_string(),
        behind("reopened"),
    );
    if let Some(rate) = figures.now.reopen_rate() {
        let text = say(
            ctx,
            "admin-of-resolutions",
            &[("percent", percent(rate).into())],
        );
        reopened = reopened.noted(text);
    }
    let (now, before) = (figures.now.reopened, figures.before.reopened);
    let good = (now != before).then_some(now < before);
    reopened.trend = Some((more(ctx, now, before), good));
    cards.push(reopened);
    let ratings: u64 = figures.now.ratings.iter().sum();
    let satisfied = figures.now.satisfaction();
    let share = satisfied.map_or_else(|| none(ctx), |share| format!("{} %", percent(share)));
    let mut satisfaction = Card::new(ctx, "satisfaction", share, behind("rated")).noted(say(
        ctx,
        "admin-ratings",
        &[("count", ratings.into())],
    ));
    satisfaction.trend = points(ctx, satisfied, figures.before.satisfaction());
    cards.push(satisfaction);
    cards
}

fn attained(ctx: &Ctx, name: &str, target: Target, figures: &Figures, behind: &str) -> Card {
    let of = |measures: &Measures| measures.targets.get(&target).copied().unwrap_or_default();
    let (now, before) = (of(&figures.now), of(&figures.before));
    let share = now
        .rate()
        .map_or_else(|| none(ctx), |rate| format!("{} %", percent(rate)));
    let counted = [
        ("met", now.met.into()),
        ("all", (now.met + now.breached).into()),
    ];
    let mut card = Card::new(ctx, name, share, behind).noted(say(ctx, "admin-met-of", &counted));
    card.trend = points(ctx, now.rate(), before.rate());
    card
}

fn of_people(ctx: &Ctx, people: &PeopleCounts, counters: &Counters, visits: &Visits) -> Vec<Card> {
    let users: u64 = people.accounts.iter().map(|(.., count)| count).sum();
    let sessions = people.customer_sessions + people.staff_sessions;
    let split = [
        ("staff", people.staff_sessions.into()),
        ("customers", people.customer_sessions.into()),
    ];
    vec![
        Card::new(ctx, "counters", counters.waiting.to_string(), "#counters"),
        Card::new(ctx, "visits", visits.count.to_string(), "#visits"),
        Card::new(ctx, "users", users.to_string(), "/admin/people"),
        Card::new(ctx, "sessions", sessions.to_string(), "#users").noted(say(
            ctx,
            "admin-sessions-split",
            &split,
        )),
    ]
}

fn none(ctx: &Ctx) -> String {
    say(ctx, "admin-none-yet", &[])
}

/// A share in whole percent.
pub(super) fn percent(share: f64) -> u64 {
    (share * 100.0).round() as u64
}

/// How a number stands to that of the period before.
fn more(ctx: &Ctx, now: u64, before: u64) -> String {
    let (id, by) = match now.cmp(&before) {
        std::cmp::Ordering::Greater => ("admin-trend-more", now - before),
        std::cmp::Ordering::Less => ("admin-trend-less", before - now),
        std::cmp::Ordering::Equal => ("admin-trend-same", 0),
    };
    say(ctx, id, &[("count", by.into())])
}

/// How a share stands to that of the period before: more is better.
fn points(ctx: &Ctx, now: Option<f64>, before: Option<f64>) -> Option<(String, Option<bool>)> {
    let (now, before) = (percent(now?), percent(before?));
    let (id, by, good) = match now.cmp(&before) {
        std::cmp::Ordering::Greater => ("admin-points-up", now - before, Some(true)),
        std::cmp::Ordering::Less => ("admin-points-down", before - now, Some(false)),
        std::cmp::Ordering::Equal => ("admin-trend-same", 0, None),
    };
    Some((say(ctx, id, &[("count", by.into())]), good))
}

/// Who waits at the counters now.
struct Counters {
    waiting: u32,
    grid: Value,
    /// At each branch: its name, how many wait, and where its line is seen.
    branches: Vec<(String, u64, String)>,
}

async fn counters(ctx: &Ctx, names: &Names) -> Result<Counters, Fault> {
    let mut grid = Grid::new(
        ctx,
        "counters",
        &["branch", "service", "#waiting", "#open-counters", "#wait"],
    );
    let (mut waiting, mut branches) = (0, Vec::new());
    let branch_field: Code = crcore::ticket::BRANCH.parse().map_err(Fault::broken)?;
    let all = names.catalogue.branches.keys();
    let open = all.filter(|branch| names.catalogue.at_counter(branch).next().is_some());
    let lines = ctx.app.lines.all(ctx.desk()).await?;
    for (branch, line) in open.filter_map(|branch| lines.get_key_value(branch)) {
        waiting += line.waiting.len() as u32;
        let (name, wall) = (
            names.choice(&branch_field, branch),
            format!("/wall/{branch}"),
        );
        branches.push((name.clone(), line.waiting.len() as u64, wall.clone()));
        for (service, of) in &line.services {
            let wait = of.wait.map(|wait| wait_text(ctx, &wait));
            grid.row([
                link(name.clone(), wall.clone()),
                text(names.service(service)),
                text(of.waiting.to_string()),
                text(of.counters.to_string()),
                text(wait.unwrap_or_default()),
            ]);
        }
    }
    Ok(Counters {
        waiting,
        grid: grid.value(),
        branches,
    })
}

fn wait_text(ctx: &Ctx, wait: &crcore::queue::Wait) -> String {
    say(
        ctx,
        "admin-minutes",
        &[("count", u64::from(wait.minutes).into())],
    )
}

/// Which pages were visited.
struct Visits {
    count: u64,
    grid: Value,
    pages: Vec<(String, u64)>,
}

async fn visits(ctx: &Ctx, asked: &Asked) -> Result<Visits, Fault> {
    let period = asked.period();
    let first = period.from.max(period.to - TimeDelta::days(VISITS_DAYS));
    let days = ctx.desk().visits(ctx.actor()?, first, period.to).await?;
    let mut pages: BTreeMap<Code, u64> = BTreeMap::new();
    for (page, count) in days.into_iter().flat_map(|day| day.pages) {
        *pages.entry(page).or_default() += count;
    }
    let named = |(page, count): (Code, u64)| (names::page(ctx, &page), count);
    let pages: Vec<(String, u64)> = pages.into_iter().map(named).collect();
    let mut grid = Grid::new(ctx, "visits", &["page", "#visits"]);
    for (name, count) in &pages {
        grid.row([text(name.clone()), text(count.to_string())]);
    }
    Ok(Visits {
        count: pages.iter().map(|(_, count)| count).sum(),
        grid: grid.value(),
        pages,
    })
}

fn kind_name(ctx: &Ctx, kind: Kind) -> String {
    say(ctx, &format!("admin-kind-{}", kind.name()), &[])
}

fn of_kind(key: &Key) -> Option<Kind> {
    match key {
        Key::Kind(kind) => Some(*kind),
        _ => None,
    }
}

/// What customers came with, and what became of it.
fn wanted(ctx: &Ctx, asked: &Asked, figures: &Figures) -> Value {
    let mut grid = Grid::new(ctx, "wanted", &["kind", "#received", "#pending"]);
    for row in &figures.arrived {
        let Some(kind) = of_kind(&row.key) else {
            continue;
        };
        let of = Asked {
            kind: Some(kind),
            ..asked.clone()
        };
        let list = format!("/admin/cases?{}", of.query());
        grid.row([
            text(kind_name(ctx, kind)),
            link(row.received.to_string(), list.clone()),
            link(row.pending().to_string(), format!("{list}&status=active")),
        ]);
    }
    grid.value()
}

/// Accounts by role and state.
fn users(ctx: &Ctx, people: &PeopleCounts) -> Value {
    let mut grid = Grid::new(ctx, "users", &["role", "#active", "#suspended"]);
    for role in [Role::Customer, Role::Agent, Role::Supervisor, Role::Admin] {
        let number = |state: AccountState| {
            let count = count_of(people, role, state);
            let href = format!("/admin/people?role={}&state={}", role.name(), state.name());
            link(count.to_string(), href)
        };
        grid.row([
            text(say(ctx, &format!("admin-role-{}", role.name()), &[])),
            number(AccountState::Active),
            number(AccountState::Suspended),
        ]);
    }
    let sessions = [
        ("customer", people.customer_sessions),
        ("staff", people.staff_sessions),
        ("visitor", people.visitor_sessions),
    ];
    for (whose, count) in sessions {
        let name = say(ctx, &format!("admin-sessions-{whose}"), &[]);
        grid.row([text(name), text(count.to_string()), text("")]);
    }
    grid.value()
}

fn count_of(people: &PeopleCounts, role: Role, state: AccountState) -> u64 {
    let of = people.accounts.iter();
    of.filter(|(r, s, _)| (*r, *s) == (role, state))
        .map(|(.., count)| count)
        .sum()
}

/// A chart of one series, each bar with where it leads to, if it does.
fn bars(ctx: &Ctx, id: &str, of: &str, bars: Vec<(String, u64, Option<String>)>) -> Value {
    let title = |name: &str| say(ctx, &format!("admin-chart-{name}"), &[]);
    let (mut labels, mut values, mut links) = (Vec::new(), Vec::new(), Vec::new());
    for (label, value, href) in bars {
        labels.push(label);
        values.push(value);
        links.extend(href);
    }
    let series = context! { name => title(of), values => values, href => links };
    context! { id => id, title => title(id), labels => labels, series => vec![series] }
}

/// What happened on each day: what came and went, what was kept of the targets, what was taken up again.
fn by_day(ctx: &Ctx, figures: &Figures) -> Value {
    let title = |name: &str| say(ctx, &format!("admin-chart-{name}"), &[]);
    let day = |row: &Row| match row.key {
        Key::Day(day) => {
            let language = ctx.visitor.language.as_str();
            dates::day_of_year(&ctx.app.messages, language, day)
        }
        _ => String::new(),
    };
    let labels: Vec<String> = figures.days.iter().map(day).collect();
    let series = |name: &str, number: &dyn Fn(&Measures) -> u64| {
        let values = figures.days.iter().map(|row| number(&row.measures));
        context! { name => title(name), values => values.collect::<Vec<u64>>() }
    };
    let chart = |id: &str, series: Vec<Value>| {
        context! { id => id, title => title(id), labels => labels.clone(), series => series }
    };
    let kept = |target: Target| {
        let of = move |m: &Measures| m.targets.get(&target).copied().unwrap_or_default();
        vec![
            series("met", &move |m| of(m).met),
            series("breached", &move |m| of(m).breached),
        ]
    };
    let flow = vec![
        series("raised", &|m| m.raised),
        series("resolved", &|m| m.resolved),
    ];
    context! {
        flow => chart("flow", flow),
        first => chart("first", kept(Target::FirstResponse)),
        kept => chart("kept", kept(Target::Resolution)),
        reopened => chart("reopened", vec![series("reopened", &|m| m.reopened)]),
    }
}

/// How often each score was given.
fn ratings(ctx: &Ctx, figures: &Figures) -> Value {
    let scores = figures.now.ratings.iter().zip(1..);
    let score = |(count, score): (&u64, u8)| {
        let name = say(ctx, &format!("rating-{score}"), &[]);
        (format!("{score} {name}"), *count, None)
    };
    bars(ctx, "ratings", "rated", scores.map(score).collect())
}

/// Who waits at each branch now.
fn waiting(ctx: &Ctx, counters: &Counters) -> Value {
    let branch =
        |(name, count, wall): &(String, u64, String)| (name.clone(), *count, Some(wall.clone()));
    let all = counters.branches.iter().map(branch).collect();
    bars(ctx, "waiting", "people", all)
}

fn visited(ctx: &Ctx, visits: &Visits) -> Value {
    let pages = visits.pages.iter();
    let all = pages.map(|(name, count)| (name.clone(), *count, None));
    bars(ctx, "visits", "visited", all.collect())
}

fn roles(ctx: &Ctx, people: &PeopleCounts) -> Value {
    let role = |role: Role| {
        let name = say(ctx, &format!("admin-role-{}", role.name()), &[]);
        let href = format!("/admin/people?role={}&state=active", role.name());
        let count = count_of(people, role, AccountState::Active);
        (name, count, Some(href))
    };
    let all = [Role::Customer, Role::Agent, Role::Supervisor, Role::Admin];
    bars(ctx, "roles", "accounts", all.map(role).into())
}

/// The backlog by age; each bar opens the cases of that age.
fn ages(ctx: &Ctx, asked: &Asked, figures: &Figures, now: DateTime<Utc>) -> Value {
    let ages = Totals::AGES;
    let backlog = figures.backlog.as_ref();
    let values = backlog.map_or_else(|| vec![0; ages.len() + 1], |of| of.by_age.clone());
    let mut all = Vec::new();
    for (nth, value) in (0..=ages.len()).zip(values) {
        let from = nth.checked_sub(1).map(|nth| ages[nth]);
        let to = ages.get(nth).copied();
        let days: Vec<(&str, Argument)> = [("from", from), ("to", to)]
            .into_iter()
            .filter_map(|(name, days)| Some((name, u64::from(days?).into())))
            .collect();
        let id = match (from, to) {
            (None, _) => "admin-age-under",
            (_, Some(_)) => "admin-age-between",
            (_, None) => "admin-age-over",
        };
        let label = say(ctx, id, &days);
        let mut href = format!("/admin/cases?status=active{}", asked.filter_query());
        // As old as the older age is received at or before its instant: a microsecond past it.
        let ago = |days: u32| now - TimeDelta::days(days.into());
        if let Some(to) = to {
            let since = ago(to) + TimeDelta::microseconds(1);
            href += &format!("&since={}", instant(since));
        }
        if let Some(from) = from {
            let before = ago(from) + TimeDelta::microseconds(1);
            href += &format!("&before={}", instant(before));
        }
        all.push((label, value, Some(href)));
    }
    bars(ctx, "ages", "open", all)
}

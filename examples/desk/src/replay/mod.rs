//! `crdesk replay`: a bank's real cases worked end to end.

pub(crate) mod case;
mod cfpb;
pub(crate) mod mail;
mod report;
pub(crate) mod simulation;
pub(crate) mod source;
mod tally;
pub(crate) mod target;
mod text;
mod uci;

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use chrono::TimeDelta;
use crcore::{Desk, ManualClock, ServiceAccountId};
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::{Replay, USUAL_STORE, USUAL_TENANT};
use crate::failure::{Failure, Result};
use crate::policy;
use crate::say;
use crate::store::Address;
use case::{Cases, Form};
use mail::Counter;
use report::{Input, Kept, Report, Speed};
use simulation::{Course, Simulation};
use tally::Told;

/// The desk's intake: a fixed account, so that two replays are the same replay.
const INTAKE: u128 = 0x0192_0000_0000_7000_8000_0000_0000_0001;

pub(crate) async fn run(asked: Replay) -> Result<()> {
    let mut cases = source::read(asked.file.as_deref(), asked.seed)?;
    if let Some(limit) = asked.limit {
        cases.cases.truncate(limit);
    }
    let report = replay(&asked, cases).await?;
    target::finish(&asked, &report)?;
    if asked.json {
        let json = serde_json::to_string_pretty(&report).map_err(Failure::failed)?;
        say(format_args!("{json}\n"))
    } else {
        say(&report)
    }
}

async fn replay(asked: &Replay, cases: Cases) -> Result<Report> {
    let Some(first) = cases.cases.first() else {
        return Err(Failure::asked("there is no case to replay")
            .todo("name a file with at least one row, and a --limit of at least 1"));
    };
    // Before anything is replaced.
    let rules = policy::rules(asked.rules.as_deref(), cases.form)?;
    let roster = policy::roster(asked.roster.as_deref(), cases.form, asked.file.is_none())?;

    let clock = Arc::new(ManualClock::seeded(first.raised_at, asked.seed));
    let store = target::prepare(asked).await?;
    let counter = Counter::default();
    let desk = Desk::builder(store.clone())
        .rules(rules.clone())
        .clock(clock.clone())
        .allocate_in_call(false)
        .open()
        .await?;
    let mail = Desk::builder(store.clone())
        .rules(rules)
        .clock(clock.clone())
        .notifier(counter.clone())
        .open()
        .await?;
    let agents = roster.len() as u64;
    roster.hire(&desk).await?;

    let bar = progress(asked, &cases);
    let began = Instant::now();
    let simulation = Simulation {
        desk: &desk,
        mail: &mail,
        store: &store,
        clock: &clock,
        every: every(asked, cases.form),
        stop: None,
        cases: &cases.cases,
        bar: &bar,
    };
    let intake = ServiceAccountId::from(uuid::Uuid::from_u128(INTAKE));
    let course = simulation.run(intake).await?;
    let seconds = began.elapsed().as_secs_f64();
    bar.finish_and_clear();
    note(asked, "reading the chain of events again, for the report")?;
    let told = tally::read(&store).await?;
    Ok(Report {
        input: input(asked, &cases, &desk, agents),
        agreement: report::agreements(&cases, &course, &told),
        assumed: assumed(cases.form, every(asked, cases.form)),
        computed: report::computed(&cases, &course, &told, counter.counted())?,
        store: kept(asked, &desk, &course, &told).await?,
        speed: speed(&course, &told, seconds),
        recorded: cases.recorded,
    })
}

/// How much of the replay's time passes between two ticks.
fn every(asked: &Replay, form: Form) -> TimeDelta {
    asked.every.unwrap_or(match form {
        Form::CfpbComplaints => TimeDelta::hours(12),
        Form::UciLog | Form::UciCases => TimeDelta::minutes(15),
    })
}

fn input(asked: &Replay, cases: &Cases, desk: &Desk, agents: u64) -> Input {
    let file = asked.file.as_ref().map_or_else(
        || "the sample that ships with crdesk".to_owned(),
        |file| file.display().to_string(),
    );
    Input {
        file,
        form: cases.form,
        cases_in_file: cases.recorded.cases,
        cases_replayed: cases.cases.len() as u64,
        seed: asked.seed,
        tick_every_s: every(asked, cases.form).num_seconds(),
        times_assumed: cases.form.assumes_answers(),
        agents,
        rules: desk.rules().version().to_owned(),
    }
}

async fn kept(asked: &Replay, desk: &Desk, course: &Course, told: &Told) -> Result<Kept> {
    let references = match asked.store {
        Address::Memory => Vec::new(),
        _ => references(desk, course, told).await?,
    };
    Ok(Kept {
        address: asked.store.to_string(),
        head: told.head,
        references,
        option: option(asked),
    })
}

fn assumed(form: Form, every: TimeDelta) -> Vec<String> {
    let mut lines: Vec<String> = form
        .assumptions()
        .iter()
        .map(|&line| line.to_owned())
        .collect();
    if every > TimeDelta::zero() {
        lines.push(format!(
            "The desk ticks every {} of the replay's time: a new ticket may wait so long for allocation. Milestones keep their true instants.",
            text::duration(every.num_seconds().unsigned_abs())
        ));
    }
    lines
}

fn speed(course: &Course, told: &Told, seconds: f64) -> Speed {
    let per_second = |count: u64| {
        if seconds > 0.0 {
            count as f64 / seconds
        } else {
            0.0
        }
    };
    Speed {
        commands: course.commands,
        ticks: course.ticks,
        events: told.head.position,
        seconds,
        events_per_second: per_second(told.head.position),
        commands_per_second: per_second(course.commands),
    }
}

/// References worth an `explain`: the last case that was late, and the last one.
async fn references(desk: &Desk, course: &Course, told: &Told) -> Result<Vec<String>> {
    let tickets = || course.tickets.iter().rev().flatten();
    let late = tickets().find(|id| {
        let fate = told.cases.get(id);
        fate.is_some_and(|fate| fate.in_time.values().any(|met| !met))
    });
    let mut references = Vec::new();
    for id in late.into_iter().chain(tickets().next()) {
        let ticket = desk.ticket(crcore::Actor::System, *id).await?;
        references.push(ticket.reference.to_string());
    }
    references.dedup();
    Ok(references)
}

/// What `explain` has to be told to find the store of this replay.
fn option(asked: &Replay) -> String {
    let mut option = String::new();
    if asked.store.file() != Some(Path::new(USUAL_STORE)) {
        option += &format!(" --store '{}'", asked.store);
    }
    if asked.tenant.as_str() != USUAL_TENANT {
        option += &format!(" --tenant {}", asked.tenant);
    }
    option
}

/// A bar on stderr, where somebody looks.
fn progress(asked: &Replay, cases: &Cases) -> ProgressBar {
    if asked.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(Simulation::commands(&cases.cases));
    let style = "{wide_bar} {human_pos}/{human_len} commands, {per_sec}, {eta} to go";
    match ProgressStyle::with_template(style) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Says on stderr what is being done.
pub(crate) fn note(asked: &Replay, text: &str) -> Result<()> {
    if asked.quiet {
        return Ok(());
    }
    Ok(writeln!(std::io::stderr(), "crdesk: {text}")?)
}

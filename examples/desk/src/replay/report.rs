//! The report: what the file says, what the desk made of it, and how far both agree.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};
use crcore::Code;
use crcore::analytics::{Dimension, Filter, Group, Key, Measures, Period, Query, Row, Spread};
use crcore::chain::Head;
use crcore::ticket::Target;
use serde::Serialize;

use super::case::{Case, Cases, Recorded, Split};
use super::simulation::Course;
use super::tally::{Fate, Told};
use crate::failure::{Failure, Result};

/// What a replay prints, as text or as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) input: Input,
    /// The file's own labels, counted over all of its cases.
    pub(crate) recorded: Recorded,
    /// What the desk made of the cases that were replayed.
    pub(crate) computed: Computed,
    pub(crate) agreement: Vec<Agreement>,
    /// What the file does not say.
    pub(crate) assumed: Vec<String>,
    pub(crate) store: Kept,
    pub(crate) speed: Speed,
}

#[derive(Debug, Serialize)]
pub(crate) struct Input {
    pub(crate) file: String,
    pub(crate) form: super::case::Form,
    pub(crate) cases_in_file: u64,
    pub(crate) cases_replayed: u64,
    pub(crate) seed: u64,
    /// Seconds of the replay's time that may pass between two ticks; 0: none.
    pub(crate) tick_every_s: i64,
    /// Whether the file has no instant of an answer, so that all computed times are assumed.
    pub(crate) times_assumed: bool,
    pub(crate) agents: u64,
    /// The version of the rules.
    pub(crate) rules: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Computed {
    /// When the first case was raised and when nothing was due any more.
    pub(crate) from: DateTime<Utc>,
    pub(crate) to: DateTime<Utc>,
    pub(crate) all: Line,
    pub(crate) still_open: u64,
    pub(crate) outcomes: BTreeMap<String, u64>,
    pub(crate) by_service: Vec<Line>,
    pub(crate) by_year: Vec<Line>,
    pub(crate) by_month: Vec<Line>,
    pub(crate) allocation: Allocation,
    /// What the desk did not do, by what it was asked for.
    pub(crate) refused: BTreeMap<&'static str, u64>,
    /// Notices carried out, by text.
    pub(crate) notices: BTreeMap<String, u64>,
    pub(crate) events: BTreeMap<String, u64>,
}

/// The numbers of `crcore::analytics` for one row.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) what: String,
    #[serde(flatten)]
    pub(crate) measures: Measures,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct Allocation {
    /// Assignments that allocation chose, and those by hand.
    pub(crate) chosen: u64,
    pub(crate) by_hand: u64,
    /// Tickets for which nobody had room at first.
    pub(crate) waited: u64,
    /// Tickets that were answered before anybody had them.
    pub(crate) never_assigned: u64,
    pub(crate) longest_wait_s: i64,
    /// Decisions made anew because something had moved on.
    pub(crate) replanned: u64,
}

/// Two answers to one question, case by case.
#[derive(Debug, Serialize)]
pub(crate) struct Agreement {
    pub(crate) recorded: String,
    pub(crate) computed: String,
    /// What the desk says of the cases of which the file says yes, no, nothing.
    pub(crate) yes: Split,
    pub(crate) no: Split,
    pub(crate) not_said: Split,
}

#[derive(Debug, Serialize)]
pub(crate) struct Kept {
    pub(crate) address: String,
    /// The head of the chain of events, which was read again and held.
    pub(crate) head: Head,
    /// References to try `crdesk explain` on: of the last case that was late, and of the last one.
    pub(crate) references: Vec<String>,
    /// What `crdesk explain` has to be told besides.
    #[serde(skip)]
    pub(crate) option: String,
}

/// What differs from run to run.
#[derive(Debug, Serialize)]
pub(crate) struct Speed {
    pub(crate) commands: u64,
    pub(crate) ticks: u64,
    pub(crate) events: u64,
    pub(crate) seconds: f64,
    pub(crate) events_per_second: f64,
    pub(crate) commands_per_second: f64,
}

impl Agreement {
    /// The share of cases in which both say the same, of those of which both say something.
    pub(crate) fn share(&self) -> Option<f64> {
        let same = self.yes.yes + self.no.no;
        let both = same + self.yes.no + self.no.yes;
        (both > 0).then(|| same as f64 / both as f64)
    }

    fn of(
        recorded: &str,
        computed: &str,
        cases: impl Iterator<Item = (Option<bool>, Option<bool>)>,
    ) -> Self {
        let mut agreement = Self {
            recorded: recorded.to_owned(),
            computed: computed.to_owned(),
            yes: Split::default(),
            no: Split::default(),
            not_said: Split::default(),
        };
        for (said, ours) in cases {
            let row = match said {
                Some(true) => &mut agreement.yes,
                Some(false) => &mut agreement.no,
                None => &mut agreement.not_said,
            };
            row.count(ours);
        }
        agreement
    }
}

/// How far the desk agrees with the file's labels.
pub(crate) fn agreements(cases: &Cases, course: &Course, told: &Told) -> Vec<Agreement> {
    let target = cases.form.labelled_target();
    let pairs = || fates(&cases.cases, course, told);
    let mut all = vec![Agreement::of(
        cases.form.label(),
        &format!("{} in time", target.name().replace('_', " ")),
        pairs().map(|(case, fate)| {
            let ours = fate.and_then(|fate| fate.in_time.get(&target).copied());
            (case.labels.in_time, ours)
        }),
    )];
    if cases.recorded.reassigned.is_some() {
        all.push(Agreement::of(
            "reassigned at least once",
            "reassigned at least once",
            pairs().map(|(case, fate)| {
                let said = case.labels.reassigned.map(|times| times > 0);
                (said, fate.map(|fate| fate.reassigned > 0))
            }),
        ));
    }
    all
}

fn fates<'a>(
    cases: &'a [Case],
    course: &'a Course,
    told: &'a Told,
) -> impl Iterator<Item = (&'a Case, Option<&'a Fate>)> {
    let fate = |id: &Option<crcore::TicketId>| id.and_then(|id| told.cases.get(&id));
    cases.iter().zip(course.tickets.iter().map(fate))
}

/// What the desk made of the cases.
pub(crate) fn computed(
    cases: &Cases,
    course: &Course,
    told: &Told,
    notices: BTreeMap<String, u64>,
) -> Result<Computed> {
    let from = cases.cases.first().map(|case| case.raised_at);
    let from = from.ok_or_else(|| Failure::asked("there is no case to replay"))?;
    let to = course.until.unwrap_or(from);
    let zone = cases.form.zone();
    let (first, last) = (
        from.with_timezone(&zone).date_naive(),
        to.with_timezone(&zone).date_naive(),
    );
    let rows = |from: NaiveDate, to: NaiveDate, group: Group| {
        let query = Query {
            period: Period { from, to, zone },
            filter: Filter::default(),
            group,
        };
        let rows = told.analytics.totals().report(&query);
        rows.map_err(Failure::failed)
    };
    let end = last.succ_opt().unwrap_or(last);
    let whole = rows(first, end, Group::Whole)?;
    let whole = whole.into_iter().next().map(Line::of);
    let mut by_year = Vec::new();
    for year in first.year()..=last.year() {
        let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(first);
        for row in rows(day(year), day(year + 1), Group::Whole)? {
            by_year.push(Line {
                what: year.to_string(),
                measures: row.measures,
            });
        }
    }
    let lines = |rows: Vec<Row>| rows.into_iter().map(Line::of).collect();
    Ok(Computed {
        from,
        to,
        all: whole.ok_or_else(|| Failure::failed("analytics gave no row"))?,
        still_open: told
            .cases
            .values()
            .filter(|fate| fate.outcome.is_none())
            .count() as u64,
        outcomes: outcomes(told),
        by_service: lines(rows(first, end, Group::By(Dimension::Service))?),
        by_year,
        by_month: lines(rows(first, end, Group::Month)?),
        allocation: allocation(course, told),
        refused: course.refused.clone(),
        notices,
        events: told.events.clone(),
    })
}

fn outcomes(told: &Told) -> BTreeMap<String, u64> {
    let mut counted = BTreeMap::new();
    for outcome in told.cases.values().filter_map(|fate| fate.outcome) {
        *counted.entry(outcome.name().to_owned()).or_default() += 1;
    }
    counted
}

fn allocation(course: &Course, told: &Told) -> Allocation {
    let mut all = Allocation {
        replanned: course.replanned,
        ..Allocation::default()
    };
    let mut longest = TimeDelta::zero();
    for fate in told.cases.values() {
        all.chosen += u64::from(fate.allocated);
        all.by_hand += u64::from(fate.given_by_hand);
        all.waited += u64::from(fate.waited);
        all.never_assigned += u64::from(fate.allocated + fate.given_by_hand == 0);
        longest = longest.max(fate.longest_wait);
    }
    all.longest_wait_s = longest.num_seconds();
    all
}

impl Line {
    fn of(row: Row) -> Self {
        let what = match &row.key {
            Key::Whole => "all".to_owned(),
            Key::Day(day) => day.to_string(),
            Key::Month(day) => day.format("%Y-%m").to_string(),
            Key::Kind(kind) => kind.name().to_owned(),
            Key::Service(service) => service.to_string(),
            Key::Channel(channel) => channel.name().to_owned(),
            Key::Agent(agent) => agent.map_or_else(|| "nobody".to_owned(), |id| id.to_string()),
            Key::Field(choice) => choice.as_ref().map_or("none", Code::as_str).to_owned(),
        };
        Self {
            what,
            measures: row.measures,
        }
    }

    /// How many were met and missed of a target.
    pub(crate) fn kept(&self, target: Target) -> (u64, u64) {
        let attainment = self.measures.targets.get(&target);
        attainment.map_or((0, 0), |kept| (kept.met, kept.breached))
    }

    pub(crate) fn resolution(&self) -> &Spread {
        &self.measures.resolution
    }
}

//! Incidents of a ServiceNow desk (UCI 498): the log of their updates, or a row for each.

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use crcore::Code;
use crcore::ticket::{Channel, Kind, Outcome, Priority, WaitingOn};

use super::case::{ANSWER, Case, Cases, Deed, Draw, Form, Labels, Recorded, Told, WORKING};
use super::source::{Column, Row, Table};
use crate::failure::{Failure, Result};

/// How the log writes instants, and how the cases do.
const LOG_TIME: &str = "%d/%m/%Y %H:%M";
const CASE_TIME: &str = "%Y-%m-%d %H:%M";

/// One update of an incident.
struct Update {
    nth: u32,
    at: DateTime<Utc>,
    state: State,
    priority: Priority,
    reassigned: u32,
    reopened: u32,
    in_time: bool,
}

/// What `incident_state` comes down to at our desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Active,
    Waiting(WaitingOn),
    Over,
    /// The log has a few states that are no words.
    Unknown,
}

/// An incident of the log, with what all of its rows say alike.
struct Incident {
    number: String,
    opened_at: DateTime<Utc>,
    resolved_at: Option<DateTime<Utc>>,
    closed_at: DateTime<Utc>,
    channel: Channel,
    about: String,
    answer: String,
    updates: Vec<Update>,
}

/// Reads the log: rows of one incident stand together or apart, in any order.
pub(crate) fn read_log(table: &mut Table) -> Result<Cases> {
    let columns = LogColumns::of(table)?;
    let mut incidents: Vec<Incident> = Vec::new();
    let mut places = std::collections::HashMap::new();
    while let Some(row) = table.next()? {
        let number = row.get(columns.number);
        let place = match places.get(number) {
            Some(&place) => place,
            None => {
                places.insert(number.to_owned(), incidents.len());
                incidents.push(columns.incident(table, &row)?);
                incidents.len() - 1
            }
        };
        incidents[place].updates.push(columns.update(table, &row)?);
    }
    let mut recorded = Recorded::default();
    let mut cases = Vec::with_capacity(incidents.len());
    for mut incident in incidents {
        incident.updates.sort_by_key(|update| update.nth);
        cases.push(incident.case(&mut recorded)?);
    }
    Ok(Cases {
        form: Form::UciLog,
        cases,
        recorded,
    })
}

struct LogColumns {
    number: Column,
    state: Column,
    reassigned: Column,
    reopened: Column,
    nth: Column,
    in_time: Column,
    opened: Column,
    updated: Column,
    contact: Column,
    category: Column,
    priority: Column,
    code: Column,
    resolved: Column,
    closed: Column,
}

impl LogColumns {
    fn of(table: &Table) -> Result<Self> {
        Ok(Self {
            number: table.column("number")?,
            state: table.column("incident_state")?,
            reassigned: table.column("reassignment_count")?,
            reopened: table.column("reopen_count")?,
            nth: table.column("sys_mod_count")?,
            in_time: table.column("made_sla")?,
            opened: table.column("opened_at")?,
            updated: table.column("sys_updated_at")?,
            contact: table.column("contact_type")?,
            category: table.column("category")?,
            priority: table.column("priority")?,
            code: table.column("closed_code")?,
            resolved: table.column("resolved_at")?,
            closed: table.column("closed_at")?,
        })
    }

    fn incident(&self, table: &Table, row: &Row) -> Result<Incident> {
        let instant = |name, column| instant(table, row, name, column, LOG_TIME);
        let opened_at = needed(table, row, "opened_at", instant("opened_at", self.opened)?)?;
        Ok(Incident {
            number: row.get(self.number).to_owned(),
            opened_at,
            resolved_at: instant("resolved_at", self.resolved)?,
            closed_at: needed(table, row, "closed_at", instant("closed_at", self.closed)?)?,
            channel: channel(row.get(self.contact)),
            about: row.get(self.category).to_owned(),
            answer: row.get(self.code).to_owned(),
            updates: Vec::new(),
        })
    }

    fn update(&self, table: &Table, row: &Row) -> Result<Update> {
        let at = instant(table, row, "sys_updated_at", self.updated, LOG_TIME)?;
        Ok(Update {
            nth: number(table, row, "sys_mod_count", self.nth)?,
            at: needed(table, row, "sys_updated_at", at)?,
            state: state(row.get(self.state)),
            priority: priority(table, row, "priority", self.priority)?,
            reassigned: number(table, row, "reassignment_count", self.reassigned)?,
            reopened: number(table, row, "reopen_count", self.reopened)?,
            in_time: flag(table, row, "made_sla", self.in_time)?,
        })
    }
}

impl Incident {
    fn case(self, recorded: &mut Recorded) -> Result<Case> {
        let last = self.updates.last();
        let labels = Labels {
            in_time: last.map(|update| update.in_time),
            reassigned: last.map(|update| update.reassigned),
        };
        recorded.count(self.opened_at.year(), labels, &self.about);
        *recorded.answers.entry(self.answer.clone()).or_default() += 1;
        *recorded.reopened.get_or_insert_default() +=
            u64::from(last.is_some_and(|update| update.reopened > 0));
        *recorded.without_resolution.get_or_insert_default() +=
            u64::from(self.resolved_at.is_none());
        Ok(Case {
            raised_at: self.opened_at,
            service: service(&self.about)?,
            kind: Kind::Request,
            priority: self.updates.first().map(|update| update.priority),
            channel: self.channel,
            subject: format!("Incident {}", self.number),
            told: Told::default(),
            deeds: self.deeds(),
            labels,
        })
    }

    /// What the updates come down to, up to the resolution.
    fn deeds(&self) -> Vec<(DateTime<Utc>, Deed)> {
        let end = self
            .resolved_at
            .unwrap_or(self.closed_at)
            .max(self.opened_at);
        let mut deeds = Vec::new();
        let mut now = self.opened_at;
        let mut before: Option<&Update> = None;
        let mut state = State::New;
        for update in &self.updates {
            now = now.max(update.at);
            if now > end {
                break;
            }
            if let Some(before) = before {
                for _ in before.reassigned..update.reassigned {
                    deeds.push((now, Deed::Reassign));
                }
                if update.priority != before.priority {
                    deeds.push((now, Deed::Reprioritise(update.priority)));
                }
            }
            // A resolution that did not last; the one that did is at `end`.
            let over = state == State::Over;
            if over && !matches!(update.state, State::Over | State::Unknown) {
                let since = before.map_or(now, |before| before.at.clamp(self.opened_at, now));
                deeds.push((since, Deed::Resolve(Outcome::Answered, ANSWER)));
                deeds.push((now, Deed::Reopen));
            }
            move_on(&mut deeds, now, state, update.state, over);
            if update.state != State::Unknown {
                state = update.state;
            }
            before = Some(update);
        }
        deeds.sort_by_key(|(at, _)| *at);
        deeds.push((end, Deed::Resolve(Outcome::Answered, ANSWER)));
        if self.resolved_at.is_none() {
            deeds.push((end, Deed::Close));
        }
        deeds
    }
}

fn move_on(
    deeds: &mut Vec<(DateTime<Utc>, Deed)>,
    now: DateTime<Utc>,
    from: State,
    to: State,
    reopened: bool,
) {
    if from == State::New && matches!(to, State::Active | State::Waiting(_)) {
        deeds.push((now, Deed::Reply(WORKING)));
    }
    match (from, to) {
        (State::Waiting(before), State::Waiting(on)) if before == on => {}
        (_, State::Waiting(on)) => deeds.push((now, Deed::Wait(on))),
        (State::Waiting(_), State::Active) if !reopened => deeds.push((now, Deed::Resume)),
        _ => {}
    }
}

/// Reads the cases: a row for each incident.
pub(crate) fn read_cases(table: &mut Table, seed: u64) -> Result<Cases> {
    let [id, opened, resolved, closed] =
        columns(table, ["number", "opened_at", "resolved_at", "closed_at"])?;
    let [contact, category, first, last] = columns(
        table,
        [
            "contact_type",
            "category",
            "priority_first",
            "priority_last",
        ],
    )?;
    let [reassigned, reopened, in_time, code] = columns(
        table,
        [
            "reassignment_count",
            "reopen_count",
            "made_sla",
            "closed_code",
        ],
    )?;
    let mut recorded = Recorded::default();
    let mut cases = Vec::new();
    while let Some(row) = table.next()? {
        let at = |name, column| instant(table, &row, name, column, CASE_TIME);
        let opened_at = needed(table, &row, "opened_at", at("opened_at", opened)?)?;
        let resolved_at = at("resolved_at", resolved)?;
        let closed_at = needed(table, &row, "closed_at", at("closed_at", closed)?)?;
        let times = number(table, &row, "reassignment_count", reassigned)?;
        let labels = Labels {
            in_time: Some(flag(table, &row, "made_sla", in_time)?),
            reassigned: Some(times),
        };
        recorded.count(opened_at.year(), labels, row.get(category));
        *recorded
            .answers
            .entry(row.get(code).to_owned())
            .or_default() += 1;
        *recorded.reopened.get_or_insert_default() +=
            u64::from(number(table, &row, "reopen_count", reopened)? > 0);
        *recorded.without_resolution.get_or_insert_default() += u64::from(resolved_at.is_none());
        let end = resolved_at.unwrap_or(closed_at).max(opened_at);
        let mut draw = Draw::of(seed, row.get(id));
        let mut deeds: Vec<_> = (0..times)
            .map(|_| (between(&mut draw, opened_at, end), Deed::Reassign))
            .collect();
        let before = priority(table, &row, "priority_first", first)?;
        let after = priority(table, &row, "priority_last", last)?;
        if before != after {
            deeds.push((
                between(&mut draw, opened_at, end),
                Deed::Reprioritise(after),
            ));
        }
        deeds.sort_by_key(|(at, _)| *at);
        deeds.push((end, Deed::Resolve(Outcome::Answered, ANSWER)));
        if resolved_at.is_none() {
            deeds.push((end, Deed::Close));
        }
        cases.push(Case {
            raised_at: opened_at,
            service: service(row.get(category))?,
            kind: Kind::Request,
            priority: Some(before),
            channel: channel(row.get(contact)),
            subject: format!("Incident {}", row.get(id)),
            told: Told::default(),
            deeds,
            labels,
        });
    }
    Ok(Cases {
        form: Form::UciCases,
        cases,
        recorded,
    })
}

/// A minute of `[from, to]`.
fn between(draw: &mut Draw, from: DateTime<Utc>, to: DateTime<Utc>) -> DateTime<Utc> {
    let minutes = u64::try_from((to - from).num_minutes()).unwrap_or(0);
    from + chrono::TimeDelta::minutes(draw.below(minutes + 1).cast_signed())
}

fn columns<const N: usize>(table: &Table, names: [&str; N]) -> Result<[Column; N]> {
    let found: Vec<Column> = names
        .iter()
        .map(|name| table.column(name))
        .collect::<Result<_>>()?;
    found
        .try_into()
        .map_err(|_| Failure::failed("a column was lost"))
}

/// An instant; absent where the file has none (`?` in the log, nothing in the cases).
fn instant(
    table: &Table,
    row: &Row,
    name: &str,
    column: Column,
    form: &str,
) -> Result<Option<DateTime<Utc>>> {
    match row.get(column) {
        "" | "?" => Ok(None),
        text => match NaiveDateTime::parse_from_str(text, form) {
            Ok(time) => Ok(Some(time.and_utc())),
            Err(_) => Err(table.refuse(row, name, &format!("an instant as {form}"), text)),
        },
    }
}

fn needed(
    table: &Table,
    row: &Row,
    name: &str,
    found: Option<DateTime<Utc>>,
) -> Result<DateTime<Utc>> {
    found.ok_or_else(|| table.refuse(row, name, "an instant", ""))
}

fn number(table: &Table, row: &Row, name: &str, column: Column) -> Result<u32> {
    let text = row.get(column);
    text.parse()
        .map_err(|_| table.refuse(row, name, "a whole number", text))
}

fn flag(table: &Table, row: &Row, name: &str, column: Column) -> Result<bool> {
    match row.get(column) {
        "true" => Ok(true),
        "false" => Ok(false),
        other => Err(table.refuse(row, name, "true or false", other)),
    }
}

fn priority(table: &Table, row: &Row, name: &str, column: Column) -> Result<Priority> {
    match row.get(column).as_bytes().first() {
        Some(b'1') => Ok(Priority::Urgent),
        Some(b'2') => Ok(Priority::High),
        Some(b'3') => Ok(Priority::Normal),
        Some(b'4') => Ok(Priority::Low),
        _ => Err(table.refuse(row, name, "a priority as \"3 - Moderate\"", row.get(column))),
    }
}

fn state(text: &str) -> State {
    match text {
        "New" => State::New,
        "Active" => State::Active,
        "Awaiting User Info" | "Awaiting Evidence" => State::Waiting(WaitingOn::Customer),
        "Awaiting Vendor" | "Awaiting Problem" => State::Waiting(WaitingOn::ThirdParty),
        "Resolved" | "Closed" => State::Over,
        _ => State::Unknown,
    }
}

fn channel(contact: &str) -> Channel {
    match contact {
        "Phone" | "IVR" => Channel::Phone,
        "Email" => Channel::Email,
        "Direct opening" => Channel::Counter,
        _ => Channel::Web,
    }
}

/// `Category 42` as `category-42`; what has none as `other`.
fn service(category: &str) -> Result<Code> {
    let code = category.to_lowercase().replace(' ', "-");
    let code = code.parse().or_else(|_| "other".parse());
    code.map_err(Failure::failed)
}

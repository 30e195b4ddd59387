//! The same numbers in another way: from whole tickets, exact instants and lists of every value.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::analytics::{
    Attainment, Dimension, Filter, Group, Histogram, Key, Measures, Query, Row, Spread,
};
use crate::event::{Event, Fact};
use crate::id::{AgentId, Code, TicketId};
use crate::ticket::{FieldValue, StatusName, Target, Ticket};

#[derive(Debug, Clone, Copy)]
enum What {
    Raised,
    Resolved(i64),
    Closed,
    Reopened,
    Merged,
    Assigned,
    Replied,
    FirstResponse(i64),
    FirstResolved(u64),
    Met(Target, i64),
    Breached(Target),
    Late(Target, i64),
    Rated(u8),
}

struct Seen {
    at: DateTime<Utc>,
    /// The ticket just then, with the agent that it counts for as its assignee.
    ticket: Ticket,
    agent: Option<AgentId>,
    what: What,
}

pub(super) struct Oracle {
    seen: Vec<Seen>,
    /// Every state of every ticket, by ticket.
    states: BTreeMap<TicketId, Vec<Ticket>>,
}

impl Oracle {
    pub(super) fn new(events: &[Event]) -> Self {
        let mut oracle = Self {
            seen: Vec::new(),
            states: BTreeMap::new(),
        };
        let mut by_ticket: BTreeMap<TicketId, Vec<&Event>> = BTreeMap::new();
        for event in events {
            by_ticket.entry(event.ticket).or_default().push(event);
        }
        for (id, history) in by_ticket {
            let states = (1..=history.len())
                .map(|n| Ticket::from_events(history[..n].iter().copied()).unwrap())
                .collect::<Vec<_>>();
            for nth in 0..history.len() {
                oracle.see(&history, &states, nth);
            }
            oracle.states.insert(id, states);
        }
        oracle
    }

    fn see(&mut self, history: &[&Event], states: &[Ticket], nth: usize) {
        let (event, after) = (history[nth], &states[nth]);
        let before = nth.checked_sub(1).map(|n| &states[n]);
        let is = |ticket: &Ticket, status| ticket.status.name() == status;
        let waited = (event.at - after.received_at).num_seconds();
        let holder = after.assignment.map(|a| a.agent);
        let mut seen = |at, agent, what| {
            self.seen.push(Seen {
                at,
                ticket: after.clone(),
                agent,
                what,
            });
        };
        let Some(before) = before else {
            return seen(event.at, None, What::Raised);
        };
        if !is(before, StatusName::Resolved) && is(after, StatusName::Resolved) {
            seen(event.at, holder, What::Resolved(waited));
            if states[..nth].iter().all(|s| !is(s, StatusName::Resolved)) {
                let mut agents: Vec<AgentId> = Vec::new();
                for event in &history[..nth] {
                    if let Fact::Assigned { agent, .. } = event.fact {
                        agents.push(agent);
                    }
                }
                agents.dedup();
                let moves = agents.len().saturating_sub(1) as u64;
                seen(event.at, holder, What::FirstResolved(moves));
            }
        }
        if !is(before, StatusName::Closed) && is(after, StatusName::Closed) {
            let what = match after.merged_into {
                Some(_) => What::Merged,
                None => What::Closed,
            };
            seen(event.at, holder, what);
        }
        if after.reopened > before.reopened {
            seen(event.at, holder, What::Reopened);
        }
        if before.first_response_at.is_none() && after.first_response_at.is_some() {
            seen(event.at, event.actor.staff(), What::FirstResponse(waited));
        }
        match &event.fact {
            Fact::Assigned { .. } => seen(event.at, holder, What::Assigned),
            Fact::Replied { .. } if event.actor.role() != crate::actor::Role::Customer => {
                seen(event.at, event.actor.staff(), What::Replied);
            }
            Fact::Rated { score, .. } => seen(event.at, holder, What::Rated(*score)),
            Fact::Breached(p) if undecided(&history[..nth], p.target, p.cycle) => {
                seen(p.at, holder, What::Breached(p.target));
            }
            Fact::Met(r) if undecided(&history[..nth], r.target, r.cycle) => {
                seen(event.at, holder, What::Met(r.target, r.margin_s));
            }
            Fact::Missed(r) => {
                if undecided(&history[..nth], r.target, r.cycle) {
                    let due_at = r.due_at.unwrap_or(event.at);
                    seen(due_at, holder, What::Breached(r.target));
                }
                seen(event.at, holder, What::Late(r.target, -r.margin_s));
            }
            _ => {}
        }
    }

    /// Says where a report is not what it has to be.
    pub(super) fn check(&self, query: &Query, rows: &[Row]) -> Result<(), String> {
        let keys = self.keys(query);
        let got: Vec<&Key> = rows.iter().map(|row| &row.key).collect();
        let told: BTreeSet<&Key> = keys.iter().filter(|key| self.has_row(query, key)).collect();
        if got != told.into_iter().collect::<Vec<_>>() {
            return Err(format!("rows: {got:?} for {query:?}"));
        }
        rows.iter().try_for_each(|row| {
            let expected = self.measures(query, &row.key);
            agree(&row.measures, &expected)
                .map_err(|what| format!("{what} of {:?} for {query:?}", row.key))
        })
    }

    fn has_row(&self, query: &Query, key: &Key) -> bool {
        !matches!(query.group, Group::By(_)) || {
            let exact = self.measures(query, key);
            exact.counts != Measures::default() || !exact.values.is_empty()
        }
    }

    fn keys(&self, query: &Query) -> BTreeSet<Key> {
        let period = query.period;
        let days = period.from.iter_days().take_while(|day| *day < period.to);
        match &query.group {
            Group::Whole => [Key::Whole].into(),
            Group::Day => days.map(Key::Day).collect(),
            Group::Month => days.map(|d| Key::Month(d.with_day(1).unwrap())).collect(),
            Group::By(dimension) => {
                let states = self.states.values().flatten();
                let of_states = states.map(|t| key(dimension, t, holder(t)));
                let of_seen = self.seen.iter().map(|s| key(dimension, &s.ticket, s.agent));
                of_states.chain(of_seen).collect()
            }
        }
    }

    fn measures(&self, query: &Query, row: &Key) -> Exact {
        let mut exact = Exact::default();
        for seen in &self.seen {
            let day = seen.at.with_timezone(&query.period.zone).date_naive();
            let in_period = day >= query.period.from && day < query.period.to;
            if in_period
                && in_time(row, day)
                && of(field(query), row, &seen.ticket, seen.agent)
                && passes(&query.filter, &seen.ticket, seen.agent)
            {
                exact.add(seen.what);
            }
        }
        let last = match row {
            Key::Day(day) => *day,
            Key::Month(month) => {
                let next = *month + chrono::Months::new(1);
                next.min(query.period.to).pred_opt().unwrap()
            }
            _ => query.period.to.pred_opt().unwrap(),
        };
        let open = self.states.values().filter(|states| {
            let until = states.iter().take_while(|t| {
                t.updated_at.with_timezone(&query.period.zone).date_naive() <= last
            });
            until.last().is_some_and(|ticket| {
                ticket.status.is_active()
                    && of(field(query), row, ticket, holder(ticket))
                    && passes(&query.filter, ticket, holder(ticket))
            })
        });
        exact.counts.backlog = open.count() as u64;
        exact
    }

    /// Tickets as they are, of one row.
    pub(super) fn now(&self, filter: &Filter, by: Option<&Dimension>, row: &Key) -> Vec<&Ticket> {
        let field = by.and_then(field_of);
        let last = self.states.values().filter_map(|states| states.last());
        last.filter(|t| of(field, row, t, holder(t)) && passes(filter, t, holder(t)))
            .collect()
    }
}

fn undecided(history: &[&Event], target: Target, cycle: u32) -> bool {
    !history.iter().any(|event| match &event.fact {
        Fact::Breached(p) => (p.target, p.cycle) == (target, cycle),
        Fact::Met(r) | Fact::Missed(r) => (r.target, r.cycle) == (target, cycle),
        _ => false,
    })
}

fn holder(ticket: &Ticket) -> Option<AgentId> {
    ticket.assignment.map(|a| a.agent)
}

fn key(dimension: &Dimension, ticket: &Ticket, agent: Option<AgentId>) -> Key {
    match dimension {
        Dimension::Kind => Key::Kind(ticket.kind),
        Dimension::Service => Key::Service(ticket.service.clone()),
        Dimension::Channel => Key::Channel(ticket.channel),
        Dimension::Agent => Key::Agent(agent),
        Dimension::Field(field) => Key::Field(chosen(ticket, field)),
    }
}

fn in_time(row: &Key, day: NaiveDate) -> bool {
    match row {
        Key::Day(row) => day == *row,
        Key::Month(row) => (day.year(), day.month()) == (row.year(), row.month()),
        _ => true,
    }
}

fn field_of(by: &Dimension) -> Option<&Code> {
    match by {
        Dimension::Field(field) => Some(field),
        _ => None,
    }
}

fn field(query: &Query) -> Option<&Code> {
    match &query.group {
        Group::By(by) => field_of(by),
        _ => None,
    }
}

fn chosen(ticket: &Ticket, field: &Code) -> Option<Code> {
    match ticket.fields.get(field) {
        Some(FieldValue::Choice(choice)) => Some(choice.clone()),
        _ => None,
    }
}

fn of(field: Option<&Code>, row: &Key, ticket: &Ticket, agent: Option<AgentId>) -> bool {
    match row {
        Key::Kind(kind) => ticket.kind == *kind,
        Key::Service(service) => ticket.service == *service,
        Key::Channel(channel) => ticket.channel == *channel,
        Key::Agent(of) => agent == *of,
        Key::Field(choice) => field.is_some_and(|field| chosen(ticket, field) == *choice),
        Key::Whole | Key::Day(_) | Key::Month(_) => true,
    }
}

fn passes(filter: &Filter, ticket: &Ticket, agent: Option<AgentId>) -> bool {
    (filter.kinds.is_empty() || filter.kinds.contains(&ticket.kind))
        && (filter.services.is_empty() || filter.services.contains(&ticket.service))
        && (filter.channels.is_empty() || filter.channels.contains(&ticket.channel))
        && (filter.agents.is_empty() || filter.agents.contains(&agent))
        && (filter.choices.iter())
            .all(|(field, any)| any.is_empty() || any.contains(&chosen(ticket, field)))
}

/// Counts, and every value of every distribution.
#[derive(Default)]
struct Exact {
    counts: Measures,
    values: BTreeMap<(&'static str, Option<Target>), Vec<u64>>,
}

impl Exact {
    fn add(&mut self, what: What) {
        let counts = &mut self.counts;
        match what {
            What::Raised => counts.raised += 1,
            What::Resolved(waited) => {
                counts.resolved += 1;
                counts.resolved_again += 1;
                self.value("resolution", None, waited);
            }
            What::Closed => counts.closed += 1,
            What::Reopened => counts.reopened += 1,
            What::Merged => counts.merged += 1,
            What::Assigned => counts.assigned += 1,
            What::Replied => counts.replies += 1,
            What::FirstResponse(waited) => self.value("first response", None, waited),
            What::FirstResolved(moves) => {
                counts.resolved_again -= 1;
                counts.reassigned += u64::from(moves > 0);
                counts.reassignments += moves;
            }
            What::Met(target, margin) => {
                counts.targets.entry(target).or_default().met += 1;
                self.value("spare", Some(target), margin);
            }
            What::Breached(target) => counts.targets.entry(target).or_default().breached += 1,
            What::Late(target, late) => self.value("late", Some(target), late),
            What::Rated(score) => counts.ratings[usize::from(score) - 1] += 1,
        }
    }

    fn value(&mut self, name: &'static str, target: Option<Target>, seconds: i64) {
        let values = self.values.entry((name, target)).or_default();
        values.push(u64::try_from(seconds).unwrap());
    }
}

fn agree(got: &Measures, exact: &Exact) -> Result<(), String> {
    let mut counts = got.clone();
    (counts.first_response, counts.resolution) = Default::default();
    for attainment in counts.targets.values_mut() {
        (attainment.spare, attainment.late) = Default::default();
    }
    counts.targets.retain(|_, a| *a != Attainment::default());
    if counts != exact.counts {
        return Err(format!("counts: got {counts:?}, not {:?}", exact.counts));
    }
    let values = |name, target| exact.values.get(&(name, target)).map_or(&[][..], |v| v);
    near(&got.first_response, values("first response", None))?;
    near(&got.resolution, values("resolution", None))?;
    for target in Target::ALL {
        let attainment = got.targets.get(&target).copied().unwrap_or_default();
        near(&attainment.spare, values("spare", Some(target)))?;
        near(&attainment.late, values("late", Some(target)))?;
    }
    Ok(())
}

fn near(got: &Spread, values: &[u64]) -> Result<(), String> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = |percent: usize| {
        let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
        sorted.get(place).copied().unwrap_or(0)
    };
    let exact = [sorted.len() as u64, sorted.iter().sum(), rank(0), rank(100)];
    let percentiles = [(got.p50, 50), (got.p90, 90), (got.p95, 95), (got.p99, 99)];
    let off = |&(got, percent): &(u64, usize)| {
        let exact = rank(percent);
        got.abs_diff(exact) as f64 > exact as f64 * Histogram::RELATIVE_ERROR
    };
    if [got.count, got.sum, got.min, got.max] == exact && !percentiles.iter().any(off) {
        Ok(())
    } else {
        Err(format!("times: got {got:?} for {sorted:?}"))
    }
}

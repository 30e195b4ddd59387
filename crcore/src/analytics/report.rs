//! Reports: cells added up to the days and slices that were asked for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Months, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::cells::{Count, Time};
use super::histogram::Histogram;
use super::measures::Measures;
use super::quarter::Quarter;
use super::query::{Dimension, Filter, Group, Key, Period, Query, QueryError};
use super::slice::SliceNo;
use super::totals::Totals;
use crate::agent::Pool;

/// A line of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What it is about.
    pub key: Key,
    /// Its numbers.
    pub measures: Measures,
}

/// Tickets that are neither resolved nor closed now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backlog {
    /// What they have in common.
    pub key: Key,
    /// How many.
    pub open: u64,
    /// How many by age, one more than there are ages: younger than the first, from each to the next,
    /// from the last on.
    pub by_age: Vec<u64>,
    /// When the longest waiting was received.
    pub oldest: DateTime<Utc>,
    /// Units that their agents carry for them.
    pub units: BTreeMap<Pool, u64>,
}

impl Totals {
    /// Ages in days by which backlogs are usually shown; 56 days are the eight weeks of the FCA
    /// Handbook, DISP 1.6.2R.
    pub const AGES: [u32; 6] = [1, 3, 7, 14, 30, 56];
    /// How many ages may be asked for: more than a chart can show.
    pub const MAX_AGES: usize = 64;

    /// What happened in a period, in the order of the rows' keys.
    ///
    /// By day and by month there is a row for each, at most [`Period::MAX_DAYS`]; by another dimension
    /// at most one for each service or agent that ever had a ticket. Reads the cells of the period
    /// and, for the backlog, its growth from the beginning.
    ///
    /// # Errors
    /// [`QueryError`] where the period is empty or too long.
    pub fn report(&self, query: &Query) -> Result<Vec<Row>, QueryError> {
        let plan = Plan::new(self, query)?;
        let mut tallies = vec![Tally::default(); plan.keys.len()];
        let (first, end) = (plan.first, plan.end);
        for (&(quarter, slice), &by) in self.cells.growth.range(..(end, 0)) {
            if let Some(row) = plan.row_of_growth(quarter, slice) {
                tallies[row].growth += i64::from(by);
            }
        }
        let counts = (first, 0, Count::LEAST)..(end, 0, Count::LEAST);
        for (&(quarter, slice, what), &times) in self.cells.counts.range(counts) {
            if let Some(row) = plan.row(quarter, slice) {
                tallies[row].measures.count(what, times);
            }
        }
        let times = (first, 0, Time::LEAST)..(end, 0, Time::LEAST);
        for (&(quarter, slice, what), histogram) in self.cells.times.range(times) {
            if let Some(row) = plan.row(quarter, slice) {
                tallies[row].times.entry(what).or_default().add(histogram);
            }
        }
        Ok(plan.finish(tallies))
    }

    /// The tickets that are neither resolved nor closed now, by how long ago they were received, in
    /// the order of the rows' keys; no row where there are none. `ages` are days of 24 hours,
    /// ascending: [`Totals::AGES`], if nothing else is wanted. Reads every ticket.
    ///
    /// # Errors
    /// [`QueryError::Ages`] where the ages do not ascend or are more than [`Totals::MAX_AGES`].
    pub fn backlog(
        &self,
        filter: &Filter,
        by: Option<Dimension>,
        ages: &[u32],
        now: DateTime<Utc>,
    ) -> Result<Vec<Backlog>, QueryError> {
        if ages.len() > Self::MAX_AGES || ages.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(QueryError::Ages);
        }
        let ages: Vec<TimeDelta> = ages
            .iter()
            .map(|&days| TimeDelta::days(days.into()))
            .collect();
        let lines = Lines::new(self, filter, by.as_ref());
        let mut rows = vec![None; lines.keys.len()];
        for memo in self.tickets.values().filter(|memo| memo.is_active()) {
            let Some(line) = lines.of[memo.slice as usize] else {
                continue;
            };
            let row = rows[line].get_or_insert_with(|| Backlog {
                key: lines.keys[line].clone(),
                open: 0,
                by_age: vec![0; ages.len() + 1],
                oldest: memo.received_at,
                units: BTreeMap::new(),
            });
            let age = now - memo.received_at;
            row.open += 1;
            row.by_age[ages.partition_point(|&limit| limit <= age)] += 1;
            row.oldest = row.oldest.min(memo.received_at);
            if self.slices.get(memo.slice).agent.is_some() {
                *row.units.entry(memo.pool).or_default() += u64::from(memo.units);
            }
        }
        Ok(rows.into_iter().flatten().collect())
    }
}

/// Which line of a table each slice belongs to, if the filter lets it through.
pub(super) struct Lines {
    pub(super) keys: Vec<Key>,
    pub(super) of: Vec<Option<usize>>,
}

impl Lines {
    pub(super) fn new(totals: &Totals, filter: &Filter, by: Option<&Dimension>) -> Self {
        let slices = totals.slices.iter();
        let passing = slices.map(|slice| {
            let key = || by.map_or(Key::Whole, |dimension| dimension.key(slice));
            filter.passes(slice).then(key)
        });
        let by_slice: Vec<Option<Key>> = passing.collect();
        let keys: BTreeSet<&Key> = by_slice.iter().flatten().collect();
        let keys: Vec<Key> = keys.into_iter().cloned().collect();
        let place = |key: Option<&Key>| keys.binary_search(key?).ok();
        let of = by_slice.iter().map(|key| place(key.as_ref())).collect();
        Self { keys, of }
    }
}

/// Where a quarter stands to the period.
#[derive(Debug, Clone, Copy)]
enum Place {
    Before,
    /// In it, on this line where lines are days or months, else on line 0.
    Line(usize),
    After,
}

/// Which row each cell belongs to.
struct Plan {
    keys: Vec<Key>,
    /// Rows follow each other in time.
    in_time: bool,
    first: Quarter,
    end: Quarter,
    /// Of each quarter from `first` to `end`.
    places: Vec<Place>,
    lines: Vec<Option<usize>>,
}

#[derive(Debug, Clone, Default)]
struct Tally {
    measures: Measures,
    times: BTreeMap<Time, Histogram>,
    growth: i64,
}

impl Plan {
    fn new(totals: &Totals, query: &Query) -> Result<Self, QueryError> {
        let Query {
            period,
            filter,
            group,
        } = query;
        let days = period.days()?;
        let by = match group {
            Group::By(dimension) => Some(dimension),
            Group::Whole | Group::Day | Group::Month => None,
        };
        let lines = Lines::new(totals, filter, by);
        let keys = match group {
            Group::Whole => vec![Key::Whole],
            Group::Day => period.from.iter_days().take(days).map(Key::Day).collect(),
            Group::Month => months(period),
            Group::By(_) => lines.keys,
        };
        let (first, end) = period.quarters();
        let quarters = (first.number()..end.number()).map(Quarter::numbered);
        Ok(Self {
            keys,
            in_time: matches!(group, Group::Day | Group::Month),
            first,
            end,
            places: quarters.map(|q| place(period, group, q)).collect(),
            lines: lines.of,
        })
    }

    fn place(&self, quarter: Quarter) -> Place {
        let nth = quarter.number() - self.first.number();
        usize::try_from(nth).map_or(Place::Before, |nth| self.places[nth])
    }

    fn row(&self, quarter: Quarter, slice: SliceNo) -> Option<usize> {
        let line = self.lines[slice as usize]?;
        match self.place(quarter) {
            Place::Line(in_time) => Some(in_time + line),
            Place::Before | Place::After => None,
        }
    }

    /// What grew before the period was there when it began.
    fn row_of_growth(&self, quarter: Quarter, slice: SliceNo) -> Option<usize> {
        let line = self.lines[slice as usize]?;
        match self.place(quarter) {
            Place::Before => Some(line),
            Place::Line(in_time) => Some(in_time + line),
            Place::After => None,
        }
    }

    fn finish(self, tallies: Vec<Tally>) -> Vec<Row> {
        let mut before = 0;
        let rows = self.keys.into_iter().zip(tallies).map(|(key, tally)| {
            let mut measures = tally.measures;
            for (what, histogram) in &tally.times {
                measures.show(*what, histogram);
            }
            let backlog = tally.growth + before;
            before = if self.in_time { backlog } else { 0 };
            measures.backlog = u64::try_from(backlog).unwrap_or(0);
            Row { key, measures }
        });
        rows.filter(|row| !is_of_dimension(&row.key) || !row.measures.is_empty())
            .collect()
    }
}

fn place(period: &Period, group: &Group, quarter: Quarter) -> Place {
    let date = period.date_of(quarter);
    if date < period.from {
        Place::Before
    } else if date >= period.to {
        Place::After
    } else {
        Place::Line(match group {
            Group::Day => (date - period.from).num_days() as usize,
            Group::Month => period.month_of(date),
            Group::Whole | Group::By(_) => 0,
        })
    }
}

fn months(period: &Period) -> Vec<Key> {
    let first = period.from.with_day(1).unwrap_or(period.from);
    let nth = |n: usize| first.checked_add_months(Months::new(n as u32));
    (0..period.months())
        .filter_map(nth)
        .map(Key::Month)
        .collect()
}

fn is_of_dimension(key: &Key) -> bool {
    !matches!(key, Key::Whole | Key::Day(_) | Key::Month(_))
}

//! Which shifts open on a date, and when they begin and end in UTC.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{Datelike, Days, NaiveDate};

use super::offsets::Offsets;
use super::{Calendar, CalendarError, DAY, Hours, Seconds, WEEK, WEEKS, Week};

/// A calendar that has been checked, looked up by date.
pub(super) struct Timetable {
    pub(super) offsets: Offsets,
    pub(super) week: Week,
    /// The dates whose hours are not those of their day of the week.
    dated: BTreeMap<NaiveDate, Hours>,
}

impl Timetable {
    pub(super) fn new(calendar: &Calendar) -> Result<Self, CalendarError> {
        let mut exceptions = BTreeMap::new();
        for exception in &calendar.exceptions {
            let hours = exception.hours.clone();
            if exceptions.insert(exception.date, hours).is_some() {
                return Err(CalendarError::Twice(exception.date));
            }
        }
        let mut dated = BTreeMap::new();
        for holiday in &calendar.holidays {
            if holiday.closed.is_closed() {
                return Err(CalendarError::Nothing(holiday.date));
            }
            let hours = dated
                .entry(holiday.date)
                .or_insert_with(|| calendar.hours.on(holiday.date.weekday()).clone());
            *hours = hours.without(&holiday.closed);
        }
        dated.extend(exceptions);
        let table = Self {
            offsets: Offsets::new(calendar.time_zone, WEEKS.start * WEEK, WEEKS.end * WEEK),
            week: calendar.hours.clone(),
            dated,
        };
        table.check()?;
        Ok(table)
    }

    fn check(&self) -> Result<(), CalendarError> {
        let in_table = |date: &NaiveDate| (1970..2100).contains(&date.year());
        if let Some(&date) = self.dated.keys().find(|date| !in_table(date)) {
            return Err(CalendarError::Date(date));
        }
        for day in Week::DAYS {
            let (hours, next) = (self.week.on(day), self.week.on(day.succ()));
            if hours.run_into(next) {
                return Err(overlap(
                    day.to_string(),
                    hours,
                    day.succ().to_string(),
                    next,
                ));
            }
        }
        let eves = self.dated.keys().filter_map(NaiveDate::pred_opt);
        for date in eves.chain(self.dated.keys().copied()) {
            let next = date + Days::new(1);
            if self.hours(date).run_into(self.hours(next)) {
                return Err(overlap(
                    date.to_string(),
                    self.hours(date),
                    next.to_string(),
                    self.hours(next),
                ));
            }
        }
        Ok(())
    }

    /// The hours that open on a date.
    pub(super) fn hours(&self, date: NaiveDate) -> &Hours {
        self.dated
            .get(&date)
            .unwrap_or_else(|| self.week.on(date.weekday()))
    }

    /// The shifts that open on a day (counted from 1970-01-01) in UTC, those of no length left out.
    pub(super) fn shifts(&self, day: i64) -> impl DoubleEndedIterator<Item = Range<Seconds>> {
        let shifts = date_of(day).map_or(&[][..], |date| self.hours(date).shifts());
        shifts
            .iter()
            .map(move |shift| {
                let local = |minutes| day * DAY + Seconds::from(minutes) * 60;
                self.offsets.opening(local(shift.opens))..self.offsets.closing(local(shift.closes))
            })
            .filter(|shift| !shift.is_empty())
    }

    /// The open time of `[since, until)`: in order, what touches made one.
    pub(super) fn open_between(&self, since: Seconds, until: Seconds) -> Vec<Range<Seconds>> {
        // A shift lasts at most a day and no wall clock is a whole day from UTC.
        let days = since.div_euclid(DAY) - 3..=until.div_euclid(DAY) + 1;
        let mut merged: Vec<Range<Seconds>> = Vec::new();
        for shift in days.flat_map(|day| self.shifts(day)) {
            let shift = shift.start.max(since)..shift.end.min(until);
            match merged.last_mut() {
                _ if shift.is_empty() => {}
                Some(last) if shift.start <= last.end => last.end = last.end.max(shift.end),
                _ => merged.push(shift),
            }
        }
        merged
    }

    /// The weeks of the table that may differ from a week without dates and without changes of the clock.
    pub(super) fn odd_weeks(&self) -> impl Iterator<Item = i64> {
        let dates = self.dated.keys().map(|date| day_of(*date) * DAY);
        // A date's hours, and those that a change of the clock moves, are never further than this.
        const REACH: Seconds = 3 * DAY;
        dates
            .chain(self.offsets.changes())
            .flat_map(|at| (at - REACH).div_euclid(WEEK)..=(at + REACH).div_euclid(WEEK))
    }
}

fn overlap(day: String, hours: &Hours, next: String, next_hours: &Hours) -> CalendarError {
    CalendarError::Overlap {
        day,
        hours: hours.clone(),
        next,
        next_hours: next_hours.clone(),
    }
}

/// Days from 1970-01-01 to this date.
pub(super) fn day_of(date: NaiveDate) -> i64 {
    i64::from(date.to_epoch_days())
}

/// The date so many days after 1970-01-01.
pub(super) fn date_of(day: i64) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(i32::try_from(day).ok()?)
}

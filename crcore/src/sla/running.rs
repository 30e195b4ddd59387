//! How a target's time runs: through the hours that count, not through its pauses.

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};

use super::span::Unit;
use super::{Span, TargetRule};
use crate::calendar::{BusinessTime, OutOfReach};
use crate::ticket::{Pause, PauseCause, Target, WaitingOn};

/// The time of one target on one ticket.
#[derive(Debug)]
pub(super) struct Running<'a> {
    hours: &'a BusinessTime,
    /// In order; half open, an absent end is still to come.
    pauses: Vec<Pause>,
}

impl<'a> Running<'a> {
    pub(super) fn new(
        hours: &'a BusinessTime,
        rule: &TargetRule,
        target: Target,
        pauses: &[Pause],
    ) -> Self {
        let stops = |pause: &&Pause| match pause.cause {
            PauseCause::Customer => rule.pauses_on(target, WaitingOn::Customer),
            PauseCause::ThirdParty => rule.pauses_on(target, WaitingOn::ThirdParty),
            PauseCause::Resolved => true,
        };
        Self {
            hours,
            pauses: pauses.iter().filter(stops).copied().collect(),
        }
    }

    /// Time that nothing stops.
    pub(super) fn without_pauses(hours: &'a BusinessTime) -> Self {
        Self {
            hours,
            pauses: Vec::new(),
        }
    }

    pub(super) fn pauses(&self) -> &[Pause] {
        &self.pauses
    }

    /// How much time a span that begins at `from` allows. Days become the time until the last one ends,
    /// so that a pause moves that end by as much time as it took.
    pub(super) fn allowed(&self, span: Span, from: DateTime<Utc>) -> Result<TimeDelta, OutOfReach> {
        match span.unit() {
            Unit::Seconds => Ok(TimeDelta::seconds(span.count().into())),
            _ if span.is_zero() => Ok(TimeDelta::zero()),
            // Calendar time opens all day, so its business days are the days of the calendar.
            Unit::BusinessDays | Unit::CalendarDays | Unit::Weeks => {
                let end = self.hours.due_in_business_days(from, span.count())?;
                Ok(self.hours.elapsed(from, end))
            }
        }
    }

    /// How much time a span allows after `end`, the end of an earlier one: a day that ends there is over.
    pub(super) fn allowed_after(
        &self,
        end: DateTime<Utc>,
        span: Span,
    ) -> Result<TimeDelta, OutOfReach> {
        if span.unit() == Unit::Seconds {
            return self.allowed(span, end);
        }
        let on_that_day = end - TimeDelta::microseconds(1);
        let rest = self.hours.elapsed(on_that_day, end);
        Ok((self.allowed(span, on_that_day)? - rest).max(TimeDelta::zero()))
    }

    /// The first instant at which `time` has passed since `from`; none while an open pause keeps it from
    /// passing.
    pub(super) fn after(
        &self,
        from: DateTime<Utc>,
        time: TimeDelta,
    ) -> Result<Option<DateTime<Utc>>, OutOfReach> {
        let (mut at, mut left) = (from, time);
        for pause in &self.pauses {
            let stops = pause.from.max(at);
            let passes = self.hours.elapsed(at, stops);
            if left <= passes {
                break;
            }
            left -= passes;
            match pause.to {
                None => return Ok(None),
                Some(goes_on) => at = goes_on.max(at),
            }
        }
        self.hours.add(at, left).map(Some)
    }

    /// How much time passed from one instant to a later one.
    pub(super) fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        self.stretches(from, to)
            .map(|stretch| self.hours.elapsed(stretch.start, stretch.end))
            .sum()
    }

    /// The intervals in which it passed, in order.
    pub(super) fn windows(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> impl Iterator<Item = Range<DateTime<Utc>>> {
        self.stretches(from, to)
            .flat_map(|stretch| self.hours.windows(stretch.start, stretch.end))
    }

    /// What lies between the pauses.
    fn stretches(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> impl Iterator<Item = Range<DateTime<Utc>>> {
        let mut at = from;
        let stops = self.pauses.iter().map(Some).chain([None]);
        stops.filter_map(move |pause| {
            let stop = pause.map_or(to, |pause| pause.from.min(to));
            let stretch = (at < stop).then_some(at..stop);
            at = pause.map_or(to, |pause| pause.to.unwrap_or(to).max(at));
            stretch
        })
    }
}

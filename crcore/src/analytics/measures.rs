//! The numbers of a row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cells::{Count, Time};
use super::histogram::Histogram;
use crate::ticket::Target;

/// What happened in a row's time and slice. The guide of [this module](super) defines each number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measures {
    /// Tickets raised.
    pub raised: u64,
    /// Resolutions; a ticket that was resolved again counts again.
    pub resolved: u64,
    /// Tickets closed, each time they were.
    pub closed: u64,
    /// Tickets taken up again.
    pub reopened: u64,
    /// Tickets that went on in another one.
    pub merged: u64,
    /// Tickets neither resolved nor closed at the end of the row's time.
    pub backlog: u64,
    /// From receipt to the first public answer.
    pub first_response: Spread,
    /// From receipt to each resolution.
    pub resolution: Spread,
    /// How targets were kept.
    pub targets: BTreeMap<Target, Attainment>,
    /// Assignments to an agent.
    pub assigned: u64,
    /// Public answers of anyone but the customer.
    pub replies: u64,
    /// Resolutions that were not their ticket's first.
    pub resolved_again: u64,
    /// Tickets that had gone from one agent to another when they were first resolved.
    pub reassigned: u64,
    /// How often those had, together.
    pub reassignments: u64,
    /// Ratings given, by score from 1 to 5.
    pub ratings: [u64; 5],
}

/// How one target was kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attainment {
    /// Cycles that were met.
    pub met: u64,
    /// Cycles that were breached.
    pub breached: u64,
    /// What was left when a target was met, in its own time (business or calendar).
    pub spare: Spread,
    /// How late a breached target was reached, where it was, in its own time.
    pub late: Spread,
}

/// A distribution in whole seconds: what is shown of a [`Histogram`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// How many values; the rest is 0 where there are none.
    pub count: u64,
    /// Their sum, exactly.
    pub sum: u64,
    /// The least, exactly.
    pub min: u64,
    /// The greatest, exactly.
    pub max: u64,
    /// The median, within [`Histogram::RELATIVE_ERROR`].
    pub p50: u64,
    /// What 9 of 10 do not pass, within the same error.
    pub p90: u64,
    /// What 19 of 20 do not pass, within the same error.
    pub p95: u64,
    /// What 99 of 100 do not pass, within the same error.
    pub p99: u64,
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

impl Measures {
    /// Reopenings per resolution; absent without resolutions.
    #[must_use]
    pub fn reopen_rate(&self) -> Option<f64> {
        ratio(self.reopened, self.resolved)
    }

    /// Tickets resolved for the first time.
    #[must_use]
    pub fn first_resolved(&self) -> u64 {
        self.resolved.saturating_sub(self.resolved_again)
    }

    /// The share of tickets, of those resolved for the first time, that had gone from one agent to
    /// another.
    #[must_use]
    pub fn reassignment_rate(&self) -> Option<f64> {
        ratio(self.reassigned, self.first_resolved())
    }

    /// How often a ticket, of those resolved for the first time, had gone from one agent to another
    /// on average.
    #[must_use]
    pub fn mean_reassignments(&self) -> Option<f64> {
        ratio(self.reassignments, self.first_resolved())
    }

    /// Customer satisfaction (CSAT): the share of ratings of 4 and 5.
    #[must_use]
    pub fn satisfaction(&self) -> Option<f64> {
        ratio(self.ratings[3] + self.ratings[4], self.ratings.iter().sum())
    }

    /// The mean rating.
    #[must_use]
    pub fn mean_rating(&self) -> Option<f64> {
        let sum = self
            .ratings
            .iter()
            .zip(1..)
            .map(|(n, score)| n * score)
            .sum();
        ratio(sum, self.ratings.iter().sum())
    }

    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn count(&mut self, what: Count, times: u32) {
        let place = match what {
            Count::Raised => &mut self.raised,
            Count::Closed => &mut self.closed,
            Count::Reopened => &mut self.reopened,
            Count::Merged => &mut self.merged,
            Count::Assigned => &mut self.assigned,
            Count::Replied => &mut self.replies,
            Count::ResolvedAgain => &mut self.resolved_again,
            Count::Reassigned => &mut self.reassigned,
            Count::Reassignments => &mut self.reassignments,
            Count::Breached(target) => &mut self.targets.entry(target).or_default().breached,
            Count::Rated(score) => &mut self.ratings[usize::from(score.clamp(1, 5)) - 1],
        };
        *place += u64::from(times);
    }

    pub(super) fn show(&mut self, what: Time, histogram: &Histogram) {
        let spread = Spread::from(histogram);
        match what {
            Time::FirstResponse => self.first_response = spread,
            Time::Resolution => {
                self.resolved = spread.count;
                self.resolution = spread;
            }
            Time::Spare(target) => {
                let attainment = self.targets.entry(target).or_default();
                attainment.met = spread.count;
                attainment.spare = spread;
            }
            Time::Late(target) => self.targets.entry(target).or_default().late = spread,
        }
    }
}

impl Attainment {
    /// The share of cycles that were met, of those decided.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        ratio(self.met, self.met + self.breached)
    }
}

impl Spread {
    /// The mean in seconds.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        ratio(self.sum, self.count)
    }
}

impl From<&Histogram> for Spread {
    fn from(histogram: &Histogram) -> Self {
        let percentile = |percent| histogram.percentile(percent).unwrap_or(0);
        Self {
            count: histogram.count(),
            sum: histogram.sum(),
            min: percentile(0),
            max: percentile(100),
            p50: percentile(50),
            p90: percentile(90),
            p95: percentile(95),
            p99: percentile(99),
        }
    }
}

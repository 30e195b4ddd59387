//! Quarters of an hour: the grain of time in which days of every zone can be told apart.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A quarter of an hour of UTC, counted from 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Quarter(i32);

impl Quarter {
    const SECONDS: i64 = 15 * 60;
    pub(super) const PER_DAY: i64 = 24 * 4;

    pub(super) fn of(instant: DateTime<Utc>) -> Self {
        Self::numbered(instant.timestamp().div_euclid(Self::SECONDS))
    }

    /// The `number`th since 1970. The range of 61,000 years either way is never left by instants that
    /// a desk writes; beyond it, the outermost quarter stands for all.
    pub(super) fn numbered(number: i64) -> Self {
        let within = number.clamp(i64::from(i32::MIN), i64::from(i32::MAX));
        Self(within as i32)
    }

    pub(super) fn number(self) -> i64 {
        i64::from(self.0)
    }

    pub(super) fn start(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.number() * Self::SECONDS, 0).unwrap_or_default()
    }
}

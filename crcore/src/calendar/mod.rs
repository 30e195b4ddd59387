#![doc = include_str!("../../docs/calendar.md")]

mod business_days;
mod business_time;
mod hours;
mod offsets;
mod open_time;
mod spec;
mod tally;
#[cfg(test)]
mod tests;
mod timetable;

pub use business_time::{BusinessTime, OutOfReach, Windows};
pub use hours::{Hours, HoursError};
pub use spec::{Calendar, CalendarError, Exception, Holiday, Week};

/// Seconds since 1970-01-01T00:00:00, of UTC or of a wall clock. What chrono can represent is within
/// 2^43 of it, so that sums and differences of a few of them cannot overflow.
type Seconds = i64;

const DAY: Seconds = 24 * 60 * 60;
const WEEK: Seconds = 7 * DAY;

/// The tables hold these weeks, counted from 1970-01-01: every date from 1970 to 2099 with a week to
/// spare at either end. `chrono_tz` knows no change of any clock after 2099. Outside, the weeks repeat.
/// Their seconds fit in 32 bits.
const WEEKS: std::ops::Range<i64> = -1..6785;

//! Days on which the desk opens, counted over all time.

use super::WEEKS;
use super::tally::Tally;
use super::timetable::Timetable;

/// Days are counted from 1970-01-01, a Thursday, and so are the weeks that group them.
pub(super) struct BusinessDays {
    tally: Tally,
    /// For each week of the table, bit `n` for its `n`th day.
    weeks: Box<[u8]>,
    /// Every week outside the table.
    outside: u8,
}

impl BusinessDays {
    pub(super) fn new(timetable: &Timetable) -> Self {
        let days = |week: i64| -> u8 {
            (0..7)
                .filter(|day| timetable.shifts(week * 7 + day).next().is_some())
                .map(|day| 1 << day)
                .sum()
        };
        let outside = days(WEEKS.end + 2);
        let mut weeks = vec![outside; (WEEKS.end - WEEKS.start) as usize];
        for week in timetable.odd_weeks() {
            if let Some(row) = usize::try_from(week - WEEKS.start)
                .ok()
                .and_then(|row| weeks.get_mut(row))
            {
                *row = days(week);
            }
        }
        Self {
            tally: Tally::new(
                weeks.iter().map(|days| days.count_ones()),
                outside.count_ones(),
            ),
            weeks: weeks.into(),
            outside,
        }
    }

    fn week(&self, week: i64) -> u8 {
        let row = usize::try_from(week - WEEKS.start).ok();
        *row.and_then(|row| self.weeks.get(row))
            .unwrap_or(&self.outside)
    }

    pub(super) fn contains(&self, day: i64) -> bool {
        self.week(day.div_euclid(7)) >> day.rem_euclid(7) & 1 == 1
    }

    /// How many there are before `day`, counted from the table's start.
    pub(super) fn before(&self, day: i64) -> i64 {
        let week = day.div_euclid(7);
        let earlier = self.week(week) & ((1 << day.rem_euclid(7)) - 1);
        self.tally.before(week) + i64::from(earlier.count_ones())
    }

    /// The `nth`, counted from 0 at the table's start; none where there are never so many.
    pub(super) fn day(&self, nth: i64, near: i64) -> Option<i64> {
        let week = self.tally.week_of(nth, near.div_euclid(7))?;
        let mut days = self.week(week);
        for _ in self.tally.before(week)..nth {
            days &= days.wrapping_sub(1);
        }
        Some(week * 7 + i64::from(days.trailing_zeros()))
    }
}

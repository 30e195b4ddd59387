//! How many of something there have been, week by week, for all time.

use super::WEEKS;

/// A running count by week: a table for [`WEEKS`], a constant number each week before and after it.
pub(super) struct Tally {
    /// How many there were from the table's start to the start of each week, and to the table's end.
    before: Box<[u32]>,
    /// How many a week outside the table holds.
    weekly: u32,
}

impl Tally {
    pub(super) fn new(counts: impl Iterator<Item = u32>, weekly: u32) -> Self {
        let sums = counts.scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        Self {
            before: std::iter::once(0).chain(sums).collect(),
            weekly,
        }
    }

    /// How many there were before this week began; negative before the table.
    pub(super) fn before(&self, week: i64) -> i64 {
        let row = week - WEEKS.start;
        match usize::try_from(row).map(|row| self.before.get(row)) {
            Ok(Some(&count)) => i64::from(count),
            Ok(None) => self.total() + (week - WEEKS.end) * i64::from(self.weekly),
            Err(_) => row * i64::from(self.weekly),
        }
    }

    /// The week that holds number `nth`, counted from 0 at the table's start; none where the counting
    /// never gets so far. `near` is a guess: the search costs the logarithm of its error.
    pub(super) fn week_of(&self, nth: i64, near: i64) -> Option<i64> {
        let weekly = i64::from(self.weekly);
        let table = match u32::try_from(nth) {
            Ok(nth) if i64::from(nth) < self.total() => nth,
            _ if weekly == 0 => return None,
            _ if nth < 0 => return Some(WEEKS.start + nth.div_euclid(weekly)),
            _ => return Some(WEEKS.end + (nth - self.total()) / weekly),
        };
        let near = usize::try_from(near - WEEKS.start).unwrap_or(0);
        Some(WEEKS.start + self.row_of(table, near) as i64)
    }

    /// The last row whose count is at most `nth`, by doubling steps from `near` and then by halves.
    fn row_of(&self, nth: u32, near: usize) -> usize {
        let at_most = |row: usize| self.before.get(row).is_some_and(|&count| count <= nth);
        let mut step = 1;
        let (mut low, mut high) = (near.min(self.before.len() - 1), self.before.len());
        if at_most(low) {
            // Most deadlines are in the week of the start or in the next.
            while at_most(low + step) {
                low += step;
                step *= 2;
            }
            high = high.min(low + step);
        } else {
            while !at_most(low) {
                high = low;
                low = low.saturating_sub(step);
                step *= 2;
            }
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if at_most(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    fn total(&self) -> i64 {
        self.before.last().map_or(0, |&count| i64::from(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_found_in_its_week_from_any_guess() {
        // Weeks of 0, 1 and 2, and long stretches of nothing.
        let counts = (0..(WEEKS.end - WEEKS.start) as u32).map(|week| match week {
            1000..2000 => 0,
            _ => week % 3,
        });
        let tally = Tally::new(counts, 2);
        for nth in (-50..tally.total() + 50).step_by(7) {
            for near in [-10, -1, 0, 999, 1500, 3000, 6784, 6785, 9999] {
                let week = tally.week_of(nth, near).unwrap();
                assert!(tally.before(week) <= nth && nth < tally.before(week + 1));
            }
        }
    }

    #[test]
    fn what_never_comes_is_not_found() {
        let tally = Tally::new((WEEKS.start..WEEKS.end).map(|week| u32::from(week == 7)), 0);
        assert_eq!(tally.week_of(0, 3000), Some(7));
        assert_eq!(tally.week_of(1, 7), None);
        assert_eq!(tally.week_of(-1, 7), None);
    }
}

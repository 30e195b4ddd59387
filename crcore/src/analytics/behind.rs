//! The events behind a number: which tickets were late, came back, were rated.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::quarter::Quarter;
use super::query::{Filter, Period, QueryError};
use super::slice::SliceNo;
use super::totals::Totals;
use crate::id::TicketId;
use crate::ticket::Target;

/// A number of a report whose tickets can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Number {
    /// How often a target was breached: [`Attainment::breached`](super::Attainment::breached).
    Breached(Target),
    /// How often a ticket was taken up again: [`Measures::reopened`](super::Measures::reopened).
    Reopened,
    /// How often an answer was rated: [`Measures::ratings`](super::Measures::ratings).
    Rated,
}

/// One of those that make up a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// When: a breach when it fell due.
    pub at: DateTime<Utc>,
    /// Of which ticket.
    pub ticket: TicketId,
}

/// An instance as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) number: Number,
    pub(super) slice: SliceNo,
    pub(super) instance: Instance,
}

impl Totals {
    /// What a number of a report over the same days and the same filter is made of: as many as the number says,
    /// the latest first. Reads all that were ever kept.
    ///
    /// # Errors
    /// [`QueryError`] where the period is empty or too long.
    pub fn behind(
        &self,
        number: Number,
        filter: &Filter,
        period: &Period,
    ) -> Result<Vec<Instance>, QueryError> {
        period.days()?;
        let slices: Vec<bool> = self
            .slices
            .iter()
            .map(|slice| filter.passes(slice))
            .collect();
        let of_it = self.instances.iter().filter(|kept| {
            kept.number == number
                && slices[kept.slice as usize]
                // By the quarter of an hour, as it was counted.
                && period.holds(Quarter::of(kept.instance.at).start())
        });
        let mut instances: Vec<Instance> = of_it.map(|kept| kept.instance).collect();
        instances.sort_by_key(|instance| (std::cmp::Reverse(instance.at), instance.ticket));
        Ok(instances)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_as_small_as_the_guide_says() {
        assert_eq!(size_of::<Kept>(), 36);
    }
}

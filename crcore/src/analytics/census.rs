//! What became of the tickets that came in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::query::{Dimension, Filter, Key, Period, QueryError};
use super::report::Lines;
use super::totals::Totals;
use crate::ticket::{Outcome, StatusName};

/// Tickets received in a period, as they are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Census {
    /// What they have in common now.
    pub key: Key,
    /// How many were received in the period, wherever they are now.
    pub received: u64,
    /// How many are in each status; those that were merged are in none.
    pub by_status: BTreeMap<StatusName, u64>,
    /// How many went on in another ticket.
    pub merged: u64,
    /// How the resolved and closed ones were resolved, as it stands.
    pub by_outcome: BTreeMap<Outcome, u64>,
    /// How many were ever taken up again; each once.
    pub reopened: u64,
}

impl Census {
    fn new(key: Key) -> Self {
        Self {
            key,
            received: 0,
            by_status: BTreeMap::new(),
            merged: 0,
            by_outcome: BTreeMap::new(),
            reopened: 0,
        }
    }

    /// How many are in this status.
    #[must_use]
    pub fn in_status(&self, status: StatusName) -> u64 {
        self.by_status.get(&status).copied().unwrap_or(0)
    }

    /// How many are neither resolved nor closed nor merged.
    #[must_use]
    pub fn pending(&self) -> u64 {
        let active = self
            .by_status
            .iter()
            .filter(|(status, _)| status.is_active());
        active.map(|(_, tickets)| tickets).sum()
    }
}

impl Totals {
    /// What became of the tickets that were received in a period, in the order of the rows' keys; no row
    /// where there are none. Their receipt decides, not when they were entered; filter and rows go by what
    /// each ticket is now. Reads every ticket; the rows are at most as many as there are values of the
    /// dimension.
    ///
    /// # Errors
    /// [`QueryError`] where the period is empty or too long.
    pub fn census(
        &self,
        filter: &Filter,
        by: Option<Dimension>,
        period: &Period,
    ) -> Result<Vec<Census>, QueryError> {
        period.days()?;
        let lines = Lines::new(self, filter, by.as_ref());
        let mut rows = vec![None; lines.keys.len()];
        for memo in self.tickets.values() {
            let Some(line) = lines.of[memo.slice as usize] else {
                continue;
            };
            if !period.holds(memo.received_at) {
                continue;
            }
            let row = rows[line].get_or_insert_with(|| Census::new(lines.keys[line].clone()));
            row.received += 1;
            row.reopened += u64::from(memo.reopened);
            match memo.status {
                Some(status) => {
                    *row.by_status.entry(status).or_default() += 1;
                    if let Some(outcome) = memo.outcome {
                        *row.by_outcome.entry(outcome).or_default() += 1;
                    }
                }
                None => row.merged += 1,
            }
        }
        Ok(rows.into_iter().flatten().collect())
    }
}

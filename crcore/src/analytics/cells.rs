//! Cells: how often something happened in one quarter of an hour and one slice.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use super::histogram::Histogram;
use super::quarter::Quarter;
use super::slice::SliceNo;
use super::stored;
use crate::ticket::Target;

/// What is counted, and not measured: what is measured is counted with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Count {
    Raised,
    Closed,
    Reopened,
    Merged,
    Assigned,
    Replied,
    /// A resolution that was not its ticket's first.
    ResolvedAgain,
    /// A first resolution of a ticket that had gone from one agent to another.
    Reassigned,
    /// How often it had.
    Reassignments,
    Breached(Target),
    Rated(u8),
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Time {
    FirstResponse,
    Resolution,
    /// What was left of a target that was met.
    Spare(Target),
    /// How far past its due instant a target was reached.
    Late(Target),
}

impl Count {
    /// Before which no other stands: where a range of cells begins.
    pub(super) const LEAST: Self = Self::Raised;
}

impl Time {
    /// Before which no other stands: where a range of cells begins.
    pub(super) const LEAST: Self = Self::FirstResponse;
}

/// A cell holds something only where something happened.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Cells {
    #[serde(with = "stored::pairs")]
    pub(super) counts: BTreeMap<(Quarter, SliceNo, Count), u32>,
    #[serde(with = "stored::pairs")]
    pub(super) times: BTreeMap<(Quarter, SliceNo, Time), Histogram>,
    /// By how much the backlog grew.
    #[serde(with = "stored::pairs")]
    pub(super) growth: BTreeMap<(Quarter, SliceNo), i32>,
}

impl Cells {
    pub(super) fn count(&mut self, quarter: Quarter, slice: SliceNo, what: Count, times: u32) {
        if times > 0 {
            let cell = self.counts.entry((quarter, slice, what)).or_default();
            *cell = cell.saturating_add(times);
        }
    }

    pub(super) fn time(&mut self, quarter: Quarter, slice: SliceNo, what: Time, seconds: u64) {
        let cell = self.times.entry((quarter, slice, what)).or_default();
        cell.record(seconds);
    }

    /// Tickets often come to a slice and leave it within a quarter of an hour: what balances takes no
    /// space.
    pub(super) fn grow(&mut self, quarter: Quarter, slice: SliceNo, by: i32) {
        match self.growth.entry((quarter, slice)) {
            Entry::Vacant(cell) => {
                cell.insert(by);
            }
            Entry::Occupied(mut cell) => {
                *cell.get_mut() += by;
                if *cell.get() == 0 {
                    cell.remove();
                }
            }
        }
    }

    /// Adds the cells of another fold, whose slices have these numbers here.
    pub(super) fn add(&mut self, other: &Self, slices: &[SliceNo]) {
        let here = |slice: SliceNo| slices[slice as usize];
        for (&(quarter, slice, what), &times) in &other.counts {
            self.count(quarter, here(slice), what, times);
        }
        for (&(quarter, slice, what), histogram) in &other.times {
            let cell = self.times.entry((quarter, here(slice), what));
            cell.or_default().add(histogram);
        }
        for (&(quarter, slice), &by) in &other.growth {
            self.grow(quarter, here(slice), by);
        }
    }

    /// Whether every cell's slice has a number below `slices`.
    pub(super) fn fit(&self, slices: usize) -> bool {
        let fits = |slice: SliceNo| (slice as usize) < slices;
        self.counts.keys().all(|key| fits(key.1))
            && self.times.keys().all(|key| fits(key.1))
            && self.growth.keys().all(|key| fits(key.1))
    }
}

//! Cells: how often something happened in one quarter of an hour and one slice.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use super::histogram::Histogram;
use super::quarter::Quarter;
use super::slice::SliceNo;
use super::stored;
use crate::ticket::Target;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Count {
    Raised,
    Resolved,
    Closed,
    Reopened,
    Merged,
    Assigned,
    Replied,
    /// A ticket resolved for the first time.
    FirstResolved,
    /// One of those that had gone from one agent to another.
    Reassigned,
    /// How often those had.
    Reassignments,
    Met(Target),
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
    pub(super) counts: BTreeMap<(Quarter, SliceNo, Count), u64>,
    #[serde(with = "stored::pairs")]
    pub(super) times: BTreeMap<(Quarter, SliceNo, Time), Histogram>,
    /// By how much the backlog grew.
    #[serde(with = "stored::pairs")]
    pub(super) growth: BTreeMap<(Quarter, SliceNo), i64>,
}

impl Cells {
    pub(super) fn count(&mut self, quarter: Quarter, slice: SliceNo, what: Count, times: u64) {
        if times > 0 {
            *self.counts.entry((quarter, slice, what)).or_default() += times;
        }
    }

    pub(super) fn time(&mut self, quarter: Quarter, slice: SliceNo, what: Time, seconds: u64) {
        let cell = self.times.entry((quarter, slice, what)).or_default();
        cell.record(seconds);
    }

    /// Tickets often come to a slice and leave it within a quarter of an hour: what balances takes no
    /// space.
    pub(super) fn grow(&mut self, quarter: Quarter, slice: SliceNo, by: i64) {
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

//! What has been counted, of one fold or of several.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::behind::Kept;
use super::cells::Cells;
use super::memo::Memo;
use super::slice::{SliceNo, Slices};
use super::stored;
use crate::id::TicketId;

/// What has been counted: the part of an [`Analytics`](super::Analytics) that reports are made of.
///
/// Totals of folds over different tickets (tenants, shards) merge into the totals of a fold over all
/// of them. The result has no bookmark, since no one feed holds what it counts, so it takes no more
/// events: keep each fold, and merge anew.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Totals {
    pub(super) slices: Slices,
    #[serde(with = "stored::pairs")]
    pub(super) tickets: HashMap<TicketId, Memo>,
    pub(super) cells: Cells,
    pub(super) instances: Vec<Kept>,
}

/// The totals of two folds cannot be merged. Nothing was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("ticket {0} is in both totals: only folds over different tickets can be merged")]
pub struct SharedTicket(pub TicketId);

impl Totals {
    /// Adds what another fold counted. Services and agents that are named alike in both are taken for
    /// the same.
    ///
    /// # Errors
    /// [`SharedTicket`] where a ticket was counted in both; nothing was added.
    pub fn merge(&mut self, other: &Self) -> Result<(), SharedTicket> {
        if let Some(&shared) = other
            .tickets
            .keys()
            .find(|id| self.tickets.contains_key(id))
        {
            return Err(SharedTicket(shared));
        }
        let slices: Vec<SliceNo> = other
            .slices
            .iter()
            .map(|slice| self.slices.number(slice.clone()))
            .collect();
        self.cells.add(&other.cells, &slices);
        self.instances
            .extend(other.instances.iter().map(|kept| Kept {
                slice: slices[kept.slice as usize],
                ..kept.clone()
            }));
        self.tickets.extend(other.tickets.iter().map(|(&id, memo)| {
            let mut memo = memo.clone();
            memo.slice = slices[memo.slice as usize];
            memo.last_held = slices[memo.last_held as usize];
            (id, memo)
        }));
        Ok(())
    }
}

/// Totals as they are stored, before it is known that they hold together.
#[derive(Deserialize)]
struct Stored {
    slices: Slices,
    #[serde(with = "stored::pairs")]
    tickets: HashMap<TicketId, Memo>,
    cells: Cells,
    instances: Vec<Kept>,
}

impl TryFrom<Stored> for Totals {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored {
            slices,
            tickets,
            cells,
            instances,
        } = stored;
        let fits = |slice: SliceNo| (slice as usize) < slices.len();
        let tickets_fit = tickets.values().all(|m| fits(m.slice) && fits(m.last_held));
        let instances_fit = instances.iter().all(|kept| fits(kept.slice));
        if tickets_fit && instances_fit && cells.fit(slices.len()) {
            Ok(Self {
                slices,
                tickets,
                cells,
                instances,
            })
        } else {
            Err(
                "expected every slice that is named to be listed: fold the feed again from its start",
            )
        }
    }
}

//! What the fold remembers of a ticket.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::slice::SliceNo;
use crate::agent::Pool;
use crate::ticket::{Outcome, StatusName, Target};

/// What of a ticket's past later events need: 64 bytes, and no words. Kept when the ticket closes,
/// because a closed ticket may be reopened years later and must then still count from its receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Memo {
    /// The sequence number of its last event.
    pub(super) seq: u64,
    pub(super) received_at: DateTime<Utc>,
    /// What it is now and who has it.
    pub(super) slice: SliceNo,
    /// The slice when an agent last got it, or was raised.
    pub(super) last_held: SliceNo,
    /// What it takes of its agent's capacity, while one has it.
    pub(super) units: u32,
    pub(super) pool: Pool,
    /// How often it went from one agent to another.
    pub(super) reassigned: u16,
    /// Where it stands; absent once it went on in another ticket.
    pub(super) status: Option<StatusName>,
    /// How it was resolved; absent while it is not.
    pub(super) outcome: Option<Outcome>,
    /// Whether it ever was taken up again.
    pub(super) reopened: bool,
    /// Whether anybody answered it.
    pub(super) responded: bool,
    /// Whether it ever was resolved.
    pub(super) resolved: bool,
    /// Targets counted as breached that nobody reached yet.
    pub(super) breached: Vec<(Target, u32)>,
}

impl Memo {
    pub(super) fn new(received_at: DateTime<Utc>, slice: SliceNo) -> Self {
        Self {
            seq: 1,
            received_at,
            slice,
            last_held: slice,
            units: 0,
            pool: Pool::Cases,
            reassigned: 0,
            status: Some(StatusName::New),
            outcome: None,
            reopened: false,
            responded: false,
            resolved: false,
            breached: Vec::new(),
        }
    }

    /// Whether it is in the backlog: neither resolved nor closed.
    pub(super) fn is_active(&self) -> bool {
        self.status.is_some_and(StatusName::is_active)
    }

    /// Somebody of the bank looked at it.
    pub(super) fn open_if_new(&mut self) {
        if self.status == Some(StatusName::New) {
            self.status = Some(StatusName::Open);
        }
    }

    /// Whole seconds since receipt; 0 where a receipt was entered ahead of its time.
    pub(super) fn elapsed(&self, at: DateTime<Utc>) -> u64 {
        u64::try_from((at - self.received_at).num_seconds()).unwrap_or(0)
    }

    /// Takes a target's cycle off the breached ones; says whether it was one.
    pub(super) fn settle(&mut self, target: Target, cycle: u32) -> bool {
        let place = self.breached.iter().position(|&b| b == (target, cycle));
        place
            .map(|place| self.breached.swap_remove(place))
            .is_some()
    }
}

#![doc = include_str!("../../../docs/beside.md")]

mod board;
mod canned;
mod drafts;
mod macros;
mod presence;
mod tallies;
mod typing;
mod views;

pub use board::{Message, Part, Room, Unread};
pub use canned::{Canned, Filled};
pub(super) use drafts::DRAFTS;
pub use drafts::{Draft, Place};
pub use macros::{Macro, Ran};
pub use presence::{Doing, Looker};
pub use tallies::{FormQuality, Visits};
pub use views::View;

use crate::access::Visible;
use crate::actor::Actor;
use crate::audit::Told;
use crate::desk::Desk;
use crate::error::Error;
use crate::id::{AgentId, Code};
use crate::record::{RecordChange, Shelf};
use crate::store::{Changes, StoreError};
use std::collections::BTreeSet;

/// The longest title of something that is kept for colleagues, in characters: what a menu can show.
const TITLE_MAX: usize = 100;

/// Whose something is, as the beginning of a key: the same whatever role a person of the staff gets.
pub(super) fn owner(actor: Actor) -> Option<String> {
    match actor {
        Actor::Customer(id) => Some(format!("customer:{id}")),
        Actor::Agent(id) | Actor::Supervisor(id) | Actor::Admin(id) => Some(format!("staff:{id}")),
        Actor::Service(id) => Some(format!("service:{id}")),
        Actor::System => None,
    }
}

fn not_allowed(actor: Actor, verb: &'static str) -> Error {
    let role = actor.role().name();
    Error::NotAllowed { role, verb }
}

fn staff(actor: Actor, verb: &'static str) -> Result<AgentId, Error> {
    actor.staff().ok_or_else(|| not_allowed(actor, verb))
}

fn title(text: &str) -> Result<(), Error> {
    let fits = (1..=TITLE_MAX).contains(&text.trim().chars().count());
    if fits && !text.contains(char::is_control) {
        return Ok(());
    }
    let expected = format!("one line of 1 to {TITLE_MAX} characters");
    Err(Error::invalid("title", expected))
}

/// What the trail tells of something that colleagues share: which, and the version that it came to or was
/// removed at.
fn told(by: Actor, what: &str, code: &Code, version: u64) -> Told {
    let kind = what.split('.').next().unwrap_or(what);
    Told::new(by, what, format!("{kind}:{code}")).with("version", version)
}

/// Whether something for these queues, or for all where it names none, is for somebody who may see that.
fn is_for(queues: &BTreeSet<Code>, visible: &Visible) -> bool {
    match visible {
        _ if queues.is_empty() => true,
        Visible::All => true,
        Visible::Agent { queues: served, .. } => !served.is_disjoint(queues),
        Visible::Customer(_) | Visible::Nothing => false,
    }
}

impl Desk {
    /// Commits one change of a record that was read at `from`, with what the trail tells of it where others
    /// are concerned; says what it is at where somebody was faster.
    async fn keep_at(
        &self,
        shelf: &Shelf<impl super::shelves::Keepable>,
        change: RecordChange,
        from: u64,
        told: Option<Told>,
    ) -> Result<(), Error> {
        let key = change.key.clone();
        let changes = Changes {
            records: vec![change],
            ..Changes::default()
        };
        let answer = match told {
            Some(told) => self.land_told(changes, told).await,
            None => self.land(&changes).await,
        };
        match answer {
            Ok(()) => Ok(()),
            Err(StoreError::Conflict { .. }) => {
                let now = self.inner.store.record(shelf.name(), &key).await?;
                Err(Error::Stale {
                    seen: from,
                    now: now.map_or(0, |record| record.version),
                })
            }
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests;

//! What one decision changes, as a value.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::agent::{Agent, Pool};
use crate::chain::Hash;
use crate::customer::Customer;
use crate::event::{Event, EventTextError};
use crate::id::{AgentId, Code, CustomerId, PieceId, TicketId};
use crate::notify::{Notice, NoticeState};
use crate::record::{BODY_MAX, KEY_MAX, RecordChange, SHELF_MAX};
use crate::store::{StoreError, StoreResult};
use crate::ticket::Ticket;
use crate::words::Words;

/// Everything that one decision changes. It lands whole or not at all.
///
/// It names each row at most once, and does not hold a mark and an unmark of one queue, a customer and
/// their forgetting, or words and their erasure: what those would mean together is not said.
///
/// Refused with a conflict when
/// - a revised ticket, agent, customer or notice is not at version `from` (0: must not exist),
/// - a new ticket's reference is taken,
/// - an event's place in its ticket is taken,
/// - an enforced load would pass the stored capacity,
/// - an answer's principal and key are taken by one that had not expired when it was given,
/// - a record is not at version `from`, where that is said.
///
/// Refused as unwritable ([`StoreError::Corrupt`]) when a text holds U+0000 or a record is beyond its
/// bounds: see [`Changes::writable`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Changes {
    /// Tickets as they are now.
    pub tickets: Vec<Revised<Ticket>>,
    /// What happened to them, by ticket in order of sequence.
    pub events: Vec<Event>,
    /// What was said.
    pub words: Vec<Words>,
    /// Agents as they are now. Their capacity is copied to their loads.
    pub agents: Vec<Revised<Agent>>,
    /// What agents carry more or less than before. At most one per agent and pool.
    pub loads: Vec<LoadChange>,
    /// Queues that somebody may have become able to serve.
    pub marks: Vec<QueueMark>,
    /// Marks that were dealt with; a mark set anew since stays.
    pub unmarks: Vec<QueueMark>,
    /// Customers as they are now.
    pub customers: Vec<Revised<Customer>>,
    /// Customers whose record goes.
    pub forgotten: Vec<CustomerId>,
    /// Notices as they are now.
    pub notices: Vec<Revised<Notice>>,
    /// Words that go.
    pub erased: Vec<Erasure>,
    /// Versions of the rules, to be kept if they are not yet.
    pub rules: Vec<RulesVersion>,
    /// Answers to be given again to the same key.
    pub answers: Vec<Answer>,
    /// What is kept beside the tickets, as it is now.
    pub records: Vec<RecordChange>,
}

impl Changes {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether every text in it can be stored. U+0000 cannot: PostgreSQL's `text` does not hold it, and
    /// what one store refuses, all do. Nor can a record beyond its bounds ([`SHELF_MAX`], [`KEY_MAX`],
    /// [`BODY_MAX`]).
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], which says where and not what.
    pub fn writable(&self) -> StoreResult<()> {
        fn clean<'a>(
            place: &str,
            texts: impl IntoIterator<Item = Option<&'a String>>,
        ) -> StoreResult<()> {
            let held = texts.into_iter().flatten().any(|t| t.contains('\0'));
            if held {
                return Err(StoreError::corrupt(format!("U+0000 in {place}")));
            }
            Ok(())
        }
        clean("words", self.words.iter().map(|w| Some(&w.text)))?;
        clean("a salt", self.words.iter().map(|w| Some(&w.salt)))?;
        for agent in self.agents.iter().map(|a| &a.value) {
            clean("an agent", [Some(&agent.name), agent.email.as_ref()])?;
        }
        for customer in self.customers.iter().map(|c| &c.value) {
            clean(
                "a customer",
                [customer.name.as_ref(), customer.email.as_ref()],
            )?;
        }
        for notice in &self.notices {
            if let NoticeState::Dead { why, .. } = &notice.value.state {
                clean("a notice", [Some(why)])?;
            }
        }
        for rules in &self.rules {
            clean("rules", [Some(&rules.version), Some(&rules.text)])?;
        }
        for a in &self.answers {
            let texts = [&a.principal, &a.key, &a.body, &a.outcome];
            clean("an answer", texts.map(Some))?;
        }
        for record in &self.records {
            let text = record.to.as_ref().map(|body| &body.text);
            clean("a record", [Some(&record.shelf), Some(&record.key), text])?;
            for (place, bytes, allowed) in [
                ("a record's shelf", record.shelf.len(), 1..=SHELF_MAX),
                ("a record's key", record.key.len(), 1..=KEY_MAX),
                ("a record", text.map_or(0, String::len), 0..=BODY_MAX),
            ] {
                if !allowed.contains(&bytes) {
                    let (least, most) = allowed.into_inner();
                    let what = format!("{place}: expected {least} to {most} bytes, got {bytes}");
                    return Err(StoreError::corrupt(what));
                }
            }
        }
        Ok(())
    }
}

/// Something as it is now, and the version it was read at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revised<T> {
    /// The version in the store; 0 where it is new.
    pub from: u64,
    /// What takes its place, with a greater version.
    pub value: T,
}

/// A guarded addition to what an agent carries. Creates the load if need be, with the capacity that
/// the agent's row says, so that it never conflicts over anything but capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadChange {
    /// Who.
    pub agent: AgentId,
    /// In which pool.
    pub pool: Pool,
    /// How much more; negative for less. The sum never falls below zero.
    pub units: i64,
    /// Refuse the change set if the sum would pass the stored capacity.
    pub enforce: bool,
    /// When allocation gave them the work, if it did.
    pub assigned_at: Option<DateTime<Utc>>,
}

/// A queue that somebody may have become able to serve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueMark {
    /// Which.
    pub queue: Code,
    /// Since when. A later mark takes an earlier one's place.
    pub at: DateTime<Utc>,
}

/// Words that go: salt and text of all that was written on a ticket, and of the pieces named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The ticket whose words go.
    pub ticket: TicketId,
    /// Words of other tickets that go too.
    pub pieces: Vec<PieceId>,
}

/// A version of the rules, kept as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesVersion {
    /// The SHA-256 of the text, the first 32 hexadecimal digits.
    pub version: String,
    /// The rules as JSON.
    pub text: String,
    /// When a desk first used them.
    pub since: DateTime<Utc>,
}

/// What was answered under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Whose key it is: keys of different principals have nothing to do with each other.
    pub principal: String,
    /// The key, at most 255 bytes.
    pub key: String,
    /// The SHA-256 (hexadecimal) of the command it was given with.
    pub body: String,
    /// The answer as JSON: ids, versions and codes, no words.
    pub outcome: String,
    /// When it was given. It takes the place of one that expired by then.
    pub given_at: DateTime<Utc>,
    /// From when on the key is free again.
    pub expires_at: DateTime<Utc>,
}

/// An event in its place in the tenant's feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedItem {
    /// From 1, without a gap.
    pub position: u64,
    /// The chain's hash up to and with this event.
    pub hash: Hash,
    /// The event's canonical text as it was stored.
    pub text: String,
}

impl FeedItem {
    /// The event.
    ///
    /// # Errors
    /// [`EventTextError`] where the text is no event.
    pub fn event(&self) -> Result<Event, EventTextError> {
        Event::from_text(&self.text)
    }
}

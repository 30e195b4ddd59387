//! Who changed people, rules, accounts and what colleagues share, who looked at a customer's payments, and
//! which files were kept out: a trail of its own, beside what happened to tickets.
//!
//! A change of an agent, of an account, of the rules or of the catalogue is no ticket's event, so the feed
//! does not tell it.
//! It leaves an [`Entry`] here, written in the same commit as the change, and each holds the hash of the
//! one before, as the events do ([`crate::chain`]): a changed, removed or inserted entry shows, and a cut
//! tail shows against a [`Head`] that was exported. Entries hold ids, codes and numbers and nothing that
//! names a person, so nobody has to be erased from them, and they never expire.
//!
//! The desk writes its own entries. Whoever keeps something beside it, such as accounts, writes theirs by
//! [`commit`]:
//!
//! ```
//! use crcore::audit::{self, Told};
//! use crcore::store::{Changes, Store};
//! use crcore::testing::TestDesk;
//! use crcore::{Actor, Clock, MemoryStore, Rules};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let store = MemoryStore::new();
//! let desk = TestDesk::over(store.clone(), Rules::default()).await?;
//! let admin = Actor::Admin(desk.new_id()?);
//!
//! let changes = Changes::default(); // the account as it is now, and the end of its sessions
//! let told = Told::new(admin, "account.suspended", "account:6f0c").with("sessions", 2);
//! audit::commit(&store, changes, told, desk.clock.now()).await?;
//!
//! assert_eq!(desk.audit(admin, None, 10).await?[0].what, "account.suspended");
//! assert!(desk.verify_audit(admin, None).await?.is_ok());
//! # Ok(()) })
//! # }
//! ```

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::chain::{Fault, Hash, Head, Verifier, Wrong};
use crate::clock::to_micros;
use crate::record::{Record, RecordChange, Shelf};
use crate::store::{Changes, RecordRange, Store, StoreError, StoreResult};

/// The shelf of the trail: entries by position, in 20 digits.
pub const AUDIT: Shelf<Entry> = Shelf::new("audit");

/// How often a change is committed anew because another entry was written first: a burst of people being
/// invited from several processes gets through.
const BEHIND_MAX: u32 = 32;

/// One line of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place in the trail, from 1 without a gap.
    pub position: u64,
    /// When; never before the entry before it.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Actor,
    /// What, in a word of the program's own: `agent.changed`.
    pub what: String,
    /// To whom or which, by id: `agent:0192…`.
    pub on: String,
    /// What else there is to say: ids, codes and numbers.
    pub details: BTreeMap<String, String>,
    /// The hash of the trail up to the entry before.
    pub before: Hash,
}

/// What is to be told of a change. No name, no address, nothing that a person typed: it is kept for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    by: Actor,
    what: String,
    on: String,
    details: BTreeMap<String, String>,
}

impl Told {
    /// `by` did `what` to `on`.
    pub fn new(by: Actor, what: impl Into<String>, on: impl Into<String>) -> Self {
        Self {
            by,
            what: what.into(),
            on: on.into(),
            details: BTreeMap::new(),
        }
    }

    /// Says something else of it.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.details.insert(name.into(), value.to_string());
        self
    }
}

/// Where the trail ends.
#[derive(Debug, Clone, Copy)]
pub struct Tail {
    head: Head,
    at: DateTime<Utc>,
}

impl Tail {
    /// Reads it.
    ///
    /// # Errors
    /// As the store, and [`StoreError::Corrupt`] where the last entry cannot be read.
    pub async fn read(store: &dyn Store) -> StoreResult<Self> {
        let last = RecordRange {
            reverse: true,
            ..AUDIT.range("", 1)
        };
        let Some(record) = store.records(&last).await?.pop() else {
            return Ok(Self {
                head: Head::EMPTY,
                at: DateTime::<Utc>::MIN_UTC,
            });
        };
        let entry = read(&record)?;
        Ok(Self {
            head: Head {
                position: entry.position,
                hash: entry.before.then(entry.position, &record.body),
            },
            at: entry.at,
        })
    }

    /// The last position and its hash; [`Head::EMPTY`] before the first entry.
    #[must_use]
    pub fn head(&self) -> Head {
        self.head
    }

    /// The record that tells `told` as the next entry. Put it into the change set of what it tells; where
    /// another entry lands first, the set is refused with a conflict: read the tail and try again.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where it cannot be written as JSON.
    pub fn entry(&self, told: Told, now: DateTime<Utc>) -> StoreResult<RecordChange> {
        let entry = Entry {
            position: self.head.position + 1,
            at: to_micros(now).max(self.at),
            by: told.by,
            what: told.what,
            on: told.on,
            details: told.details,
            before: self.head.hash,
        };
        let change = AUDIT.put(place(entry.position), Some(0), &entry, None);
        change.map_err(|_| StoreError::corrupt("an entry of the audit"))
    }
}

fn place(position: u64) -> String {
    format!("{position:020}")
}

fn read(record: &Record) -> StoreResult<Entry> {
    let entry = serde_json::from_str(&record.body);
    entry.map_err(|_| StoreError::corrupt(format!("entry {} of the audit", record.key)))
}

/// Commits `changes` and what is told of them, together or not at all, and again with the next place where
/// another entry was written first.
///
/// # Errors
/// As [`Store::commit`]: a conflict that is left is one over the changes.
pub async fn commit(
    store: &dyn Store,
    changes: Changes,
    told: Told,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    let mut tail = Tail::read(store).await?;
    let mut behind = 0;
    loop {
        let mut set = changes.clone();
        set.records.push(tail.entry(told.clone(), now)?);
        let answer = crate::desk::land(store, &set).await;
        let Err(StoreError::Conflict { .. }) = answer else {
            return answer;
        };
        let moved = Tail::read(store).await?;
        if moved.head == tail.head || behind >= BEHIND_MAX {
            return answer;
        }
        tail = moved;
        behind += 1;
    }
}

/// A page of the trail, the latest first, before position `after`.
pub(crate) async fn page(
    store: &dyn Store,
    after: Option<u64>,
    limit: u32,
) -> StoreResult<Vec<Entry>> {
    let range = RecordRange {
        reverse: true,
        after: after.map(place),
        ..AUDIT.range("", limit)
    };
    store.records(&range).await?.iter().map(read).collect()
}

/// An entry while the trail is verified.
struct Line {
    position: u64,
    before: Hash,
    body: String,
}

impl Line {
    /// Its hash as it was stored: in the next one, or, where that is missing, in what it says itself.
    fn hash(&self, next: Option<&Self>) -> Hash {
        match next.filter(|next| next.position == self.position + 1) {
            Some(next) => next.before,
            None => self.before.then(self.position, &self.body),
        }
    }
}

/// Reads the whole trail again.
pub(crate) async fn verify(
    store: &dyn Store,
    exported: Option<Head>,
) -> StoreResult<Result<Head, Fault>> {
    let mut verifier = Verifier::new();
    if let Some(exported) = exported {
        verifier = verifier.against(exported);
    }
    let mut range = AUDIT.range("", RecordRange::MAX);
    let mut last: Option<Line> = None;
    loop {
        let records = store.records(&range).await?;
        let Some(end) = records.last() else { break };
        range.after = Some(end.key.clone());
        for record in records {
            let Ok(entry) = read(&record) else {
                let position = last.map_or(1, |last| last.position + 1);
                let wrong = Wrong::Text;
                return Ok(Err(Fault { position, wrong }));
            };
            let line = Line {
                // Its place is where it stands, whatever it says itself.
                position: record.key.parse().unwrap_or(entry.position),
                before: entry.before,
                body: record.body,
            };
            if let Some(last) = last {
                verifier.read(last.position, last.hash(Some(&line)), &last.body);
            }
            last = Some(line);
        }
    }
    if let Some(last) = last {
        verifier.read(last.position, last.hash(None), &last.body);
    }
    Ok(verifier.finish())
}

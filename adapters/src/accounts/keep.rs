//! Reading and writing what the accounts keep: records on shelves of the desk's store.

use chrono::{DateTime, Utc};
use crcore::audit::{self, Told};
use crcore::store::{RecordChange, RecordRange};
use crcore::{Changes, Moment, Shelf, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::attempts::Attempt;
use super::{AccountError, AccountId, Accounts, Letter};

/// How often a decision is made anew because something it read moved on. As many callers may guess at
/// one code, or log in from one address, at the same time.
pub(super) const REPLANS_MAX: u32 = 64;
/// How often to look whether a commit landed that the store said nothing of.
const LOOKS_MAX: u32 = 4;

/// A record as it was read: its version, and its value where it still counts.
pub(super) struct Found<T> {
    /// 0 where there is none.
    pub(super) version: u64,
    pub(super) value: Option<T>,
    pub(super) expires_at: Option<DateTime<Utc>>,
}

/// What one decision writes, and the letters that it owes.
#[derive(Default)]
pub(super) struct Write {
    pub(super) changes: Changes,
    pub(super) letters: Vec<Letter>,
    /// What the desk's trail tells of it.
    pub(super) told: Option<Told>,
    pub(super) tries: Vec<(AccountId, Attempt)>,
}

impl Write {
    /// Keeps a value under a key.
    pub(super) fn put<T: Serialize + DeserializeOwned>(
        &mut self,
        shelf: &Shelf<T>,
        key: &str,
        from: Option<u64>,
        value: &T,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<(), AccountError> {
        let change = shelf
            .put(key, from, value, expires_at)
            .map_err(AccountError::broken)?;
        self.set(change);
        Ok(())
    }

    /// Lets a record go.
    pub(super) fn remove<T: Serialize + DeserializeOwned>(
        &mut self,
        shelf: &Shelf<T>,
        key: &str,
        from: Option<u64>,
    ) {
        self.set(shelf.remove(key, from));
    }

    /// A change set names each record once: the last word on it stands.
    fn set(&mut self, change: RecordChange) {
        let records = &mut self.changes.records;
        records.retain(|c| (&c.shelf, &c.key) != (&change.shelf, &change.key));
        records.push(change);
    }
}

impl Accounts {
    pub(super) fn moment(&self) -> Result<Moment, AccountError> {
        Ok(Moment::of(&*self.inner.clock)?)
    }

    pub(super) async fn find<T: Serialize + DeserializeOwned>(
        &self,
        shelf: &Shelf<T>,
        key: &str,
        now: DateTime<Utc>,
    ) -> Result<Found<T>, AccountError> {
        let Some(record) = self.inner.store.record(shelf.name(), key).await? else {
            return Ok(Found {
                version: 0,
                value: None,
                expires_at: None,
            });
        };
        let kept = shelf.read(record).map_err(|_| unreadable(shelf.name()))?;
        Ok(Found {
            version: kept.version,
            expires_at: kept.expires_at,
            value: kept.is_live(now).then_some(kept.value),
        })
    }

    /// The records whose keys begin with `prefix` and that still count, by key.
    pub(super) async fn list<T: Serialize + DeserializeOwned>(
        &self,
        shelf: &Shelf<T>,
        prefix: &str,
        after: Option<String>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<(String, T)>, AccountError> {
        let range = RecordRange {
            after,
            ..shelf.range(prefix, limit)
        };
        self.read_range(shelf, &range, now).await
    }

    pub(super) async fn read_range<T: Serialize + DeserializeOwned>(
        &self,
        shelf: &Shelf<T>,
        range: &RecordRange,
        now: DateTime<Utc>,
    ) -> Result<Vec<(String, T)>, AccountError> {
        let mut found = Vec::new();
        for record in self.inner.store.records(range).await? {
            let kept = shelf.read(record).map_err(|_| unreadable(shelf.name()))?;
            if kept.is_live(now) {
                found.push((kept.key, kept.value));
            }
        }
        Ok(found)
    }

    /// Commits what was decided, then sends the letters it owes. Says no where something that was read
    /// moved on: decide anew.
    pub(super) async fn land(&self, mut write: Write) -> Result<bool, AccountError> {
        self.write_tries(&mut write)?;
        // Where the store does not say whether a set landed, its first record tells; one that goes may
        // have been gone before.
        write
            .changes
            .records
            .sort_by_key(|change| change.to.is_none());
        let answer = match write.told {
            Some(told) => {
                let (store, now) = (&*self.inner.store, self.moment()?.now());
                audit::commit(store, write.changes, told, now).await
            }
            None => self.commit(&write.changes).await,
        };
        match answer {
            Ok(()) => {
                for letter in write.letters {
                    self.inner.outgoing.send(letter);
                }
                Ok(true)
            }
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Commits, and where the store does not say whether it landed, looks before it does so again.
    async fn commit(&self, changes: &Changes) -> Result<(), StoreError> {
        let mut last = self.commit_once(changes).await;
        for _ in 0..LOOKS_MAX {
            let Err(StoreError::Unknown { .. }) = last else {
                return last;
            };
            match self.has_landed(changes).await {
                Ok(true) => return Ok(()),
                Ok(false) => last = self.commit_once(changes).await,
                Err(_) => {}
            }
        }
        last
    }

    async fn commit_once(&self, changes: &Changes) -> Result<(), StoreError> {
        let answers = self.inner.store.commit(std::slice::from_ref(changes)).await;
        let answer = answers.into_iter().next();
        answer.unwrap_or_else(|| Err(StoreError::corrupt("the answer to a commit")))
    }

    /// By the first record: each of ours that is kept says something that no other writer says.
    async fn has_landed(&self, changes: &Changes) -> Result<bool, StoreError> {
        let Some(change) = changes.records.first() else {
            return Ok(false);
        };
        let found = self.inner.store.record(&change.shelf, &change.key).await?;
        Ok(change.is_done(found.as_ref()))
    }
}

/// Decisions that moved on too often: more callers at once than [`REPLANS_MAX`].
pub(super) fn crowded() -> AccountError {
    AccountError::busy("too many at once")
}

fn unreadable(shelf: &str) -> AccountError {
    AccountError::broken(format!("a record of {shelf} cannot be read"))
}

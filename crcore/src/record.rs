//! Small values that are kept beside the tickets.
//!
//! Accounts, sessions, drafts, saved views, the catalogue: what a desk needs and what no ticket's history
//! tells. Each is a [`Record`] on a shelf, under a key; a [`Shelf`] gives the records of one shelf their
//! type. They are written in the same commit as everything else, so that a code is used up and the session
//! that it opens is there together, or not at all.

use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The longest name of a shelf, in bytes: a word of a program's own.
pub const SHELF_MAX: usize = 48;
/// The longest key, in bytes: what every database can index.
pub const KEY_MAX: usize = 255;
/// The longest body, in bytes: a long draft many times over.
pub const BODY_MAX: usize = 256 * 1024;

/// A value on a shelf.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Where it stands among the others of its shelf, which are in the order of their bytes.
    pub key: String,
    /// Grows by one with each change; 1 when it is first kept.
    pub version: u64,
    /// Its JSON.
    pub body: String,
    /// From when on it counts for nothing and may be tidied away.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What is kept may be a person's; it stays out of logs.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record(version {})", self.version)
    }
}

/// What becomes of a record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordChange {
    /// On which shelf: a word of the program's own, 1 to [`SHELF_MAX`] bytes.
    pub shelf: String,
    /// Under which key, 1 to [`KEY_MAX`] bytes.
    pub key: String,
    /// The version it was read at, 0 where there was none; absent where that does not matter.
    pub from: Option<u64>,
    /// What takes its place; nothing where it goes.
    pub to: Option<Body>,
}

/// What a record is to hold.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// JSON, at most [`BODY_MAX`] bytes.
    pub text: String,
    /// From when on it counts for nothing.
    pub expires_at: Option<DateTime<Utc>>,
}

impl RecordChange {
    /// Whether a record that was read shows that this change landed. Two writers who change the same
    /// version to the same text cannot be told apart.
    #[must_use]
    pub fn is_done(&self, found: Option<&Record>) -> bool {
        match (&self.to, found) {
            (None, found) => found.is_none(),
            (Some(_), None) => false,
            (Some(to), Some(found)) => {
                let follows = self.from.is_none_or(|from| found.version == from + 1);
                follows && found.body == to.text && found.expires_at == to.expires_at
            }
        }
    }
}

impl fmt::Debug for RecordChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordChange({}, from {:?})", self.shelf, self.from)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.text.len())
    }
}

/// Which records of a shelf.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRange {
    /// The shelf.
    pub shelf: String,
    /// What their keys begin with.
    pub prefix: String,
    /// The last key of the page before.
    pub after: Option<String>,
    /// Whether the greatest key comes first.
    pub reverse: bool,
    /// How many, at most [`RecordRange::MAX`].
    pub limit: u32,
}

impl RecordRange {
    /// The largest page.
    pub const MAX: u32 = 1_000;
}

/// A record as it was read, with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<T> {
    /// Under which key.
    pub key: String,
    /// At which version.
    pub version: u64,
    /// What it holds.
    pub value: T,
    /// From when on it counts for nothing.
    pub expires_at: Option<DateTime<Utc>>,
}

/// The records of one shelf, which all hold a `T`.
pub struct Shelf<T> {
    name: &'static str,
    holds: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> Shelf<T> {
    /// The shelf of this name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            holds: PhantomData,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The value of a record.
    ///
    /// # Errors
    /// Where it does not hold a `T`.
    pub fn read(&self, record: Record) -> Result<Kept<T>, serde_json::Error> {
        Ok(Kept {
            value: serde_json::from_str(&record.body)?,
            key: record.key,
            version: record.version,
            expires_at: record.expires_at,
        })
    }

    /// The records of this shelf whose keys begin with `prefix`, in order, at most `limit`.
    #[must_use]
    pub fn range(&self, prefix: impl Into<String>, limit: u32) -> RecordRange {
        RecordRange {
            shelf: self.name.to_owned(),
            prefix: prefix.into(),
            limit,
            ..RecordRange::default()
        }
    }

    /// Keeps `value` under `key`. `from` is the version that was read, 0 for a new record, `None` where
    /// the last one who writes is right.
    ///
    /// # Errors
    /// Where `value` cannot be written as JSON.
    pub fn put(
        &self,
        key: impl Into<String>,
        from: Option<u64>,
        value: &T,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<RecordChange, serde_json::Error> {
        Ok(RecordChange {
            shelf: self.name.to_owned(),
            key: key.into(),
            from,
            to: Some(Body {
                text: serde_json::to_string(value)?,
                expires_at,
            }),
        })
    }

    /// Lets the record under `key` go.
    #[must_use]
    pub fn remove(&self, key: impl Into<String>, from: Option<u64>) -> RecordChange {
        RecordChange {
            shelf: self.name.to_owned(),
            key: key.into(),
            from,
            to: None,
        }
    }
}

impl<T> Kept<T> {
    /// Whether it still counts.
    #[must_use]
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_none_or(|at| now < at)
    }
}

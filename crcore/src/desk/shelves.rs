//! Reading and writing what is kept beside the tickets.

use serde::Serialize;
use serde::de::DeserializeOwned;

use chrono::{DateTime, Utc};

use super::Desk;
use crate::error::Error;
use crate::record::{BODY_MAX, Kept, Record, RecordChange, Shelf};
use crate::store::{Changes, RecordRange, StoreError};

/// A value that can be kept.
pub(crate) trait Keepable: Serialize + DeserializeOwned {}
impl<T: Serialize + DeserializeOwned> Keepable for T {}

/// The value of a record. What is kept may be a person's, so the error says only where.
pub(crate) fn read<T: Keepable>(shelf: &Shelf<T>, record: Record) -> Result<Kept<T>, Error> {
    let unreadable = |_| Error::broken(format!("a record of {} cannot be read", shelf.name()));
    shelf.read(record).map_err(unreadable)
}

/// The change that keeps `value`: see [`Shelf::put`]. What is too long is the caller's to say shorter.
pub(crate) fn put<T: Keepable>(
    shelf: &Shelf<T>,
    key: impl Into<String>,
    from: Option<u64>,
    value: &T,
    expires_at: Option<DateTime<Utc>>,
) -> Result<RecordChange, Error> {
    let unwritable = |_| Error::broken(format!("a record of {} cannot be written", shelf.name()));
    let change = shelf
        .put(key, from, value, expires_at)
        .map_err(unwritable)?;
    let size = change.to.as_ref().map_or(0, |body| body.text.len());
    if size > BODY_MAX {
        let expected = format!("at most {BODY_MAX} bytes as JSON, got {size}");
        return Err(Error::invalid(shelf.name(), expected));
    }
    Ok(change)
}

impl Desk {
    /// What is kept under `key`, while it counts.
    pub(crate) async fn kept<T: Keepable>(
        &self,
        shelf: &Shelf<T>,
        key: &str,
    ) -> Result<Option<Kept<T>>, Error> {
        let now = self.inner.clock.now();
        let record = self.inner.store.record(shelf.name(), key).await?;
        let kept = record.map(|record| read(shelf, record)).transpose()?;
        Ok(kept.filter(|kept| kept.is_live(now)))
    }

    /// One page of what is kept in `range`, without what has expired.
    pub(crate) async fn kept_in<T: Keepable>(
        &self,
        shelf: &Shelf<T>,
        range: &RecordRange,
    ) -> Result<Vec<Kept<T>>, Error> {
        let now = self.inner.clock.now();
        let records = self.inner.store.records(range).await?;
        let kept = records.into_iter().map(|record| read(shelf, record));
        let kept: Vec<Kept<T>> = kept.collect::<Result<_, _>>()?;
        Ok(kept.into_iter().filter(|kept| kept.is_live(now)).collect())
    }

    /// Commits changes of records and nothing else.
    pub(crate) async fn keep(&self, records: Vec<RecordChange>) -> Result<(), StoreError> {
        let changes = Changes {
            records,
            ..Changes::default()
        };
        self.land(&changes).await
    }
}

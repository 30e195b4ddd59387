//! Attachments in an object store: S3, Google Cloud Storage, Azure, or a folder, whatever
//! [`object_store`] speaks to.
//!
//! ```
//! use std::sync::Arc;
//!
//! use crcore::Blobs as _;
//! use crcore_adapters::ObjectBlobs;
//! use crcore_adapters::objects::object_store::local::LocalFileSystem;
//! use crcore_adapters::objects::object_store::prefix::PrefixStore;
//!
//! # async fn keep(folder: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
//! // A bucket of several banks: each beneath its own name.
//! let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
//! let blobs = ObjectBlobs::new(Arc::new(PrefixStore::new(store, "example-bank")));
//! let now = "2026-03-02T09:00:00Z".parse()?;
//! let id = blobs.put(b"a scanned letter", now).await?;
//! assert_eq!(blobs.get(id).await?.as_deref(), Some(&b"a scanned letter"[..]));
//! # Ok(())
//! # }
//! # let folder = tempfile::tempdir()?;
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(keep(folder.path()))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A blob lies at `ab/abcd…/20260302T090000.000000Z`: by the SHA-256 of its content, and by the instant
//! at which it was put. No object is ever changed, and object stores can neither compare before they
//! remove nor keep an instant of ours beside the bytes: with the instant in its name, a sweep that looked
//! before a blob was put anew removes the old copy and cannot remove the new one. An older copy goes when
//! a newer one is there.
//!
//! Which store, with which key and over which connection, is the host's: it makes the store with this
//! crate's [`object_store`] and the features of it that it needs. Its time-outs and retries are those of
//! that store. For a bucket of S3 or its kin the feature `s3` has that ready: `ObjectBlobs::s3`.

#[cfg(feature = "s3")]
mod s3;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use crcore::blobs::BLOB_MAX;
use crcore::{BlobId, Blobs, StoreError, StoreResult, to_micros};
use futures_util::TryStreamExt as _;
pub use object_store;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt as _, PutPayload};

/// How often a blob is looked for again when the copy that was found is gone: each time somebody has put
/// it anew in between.
const TRIES: u32 = 4;
/// How the instant stands in a name: in its order, and readable by whoever looks after the store.
const INSTANT: &str = "%Y%m%dT%H%M%S%.6fZ";

/// Blobs as objects. Cheap to clone; clones share the store.
#[derive(Debug, Clone)]
pub struct ObjectBlobs {
    store: Arc<dyn ObjectStore>,
}

/// One object: a blob as it was put once.
#[derive(Debug, Clone, Copy)]
struct Copy {
    id: BlobId,
    put: DateTime<Utc>,
}

impl Copy {
    fn place(self) -> Path {
        let put = self.put.format(INSTANT).to_string();
        of_blob(self.id).join(put)
    }

    /// Nothing where something else lies there.
    fn at(place: &Path) -> Option<Self> {
        let mut parts = place.parts().skip(1);
        let id = parts.next()?.as_ref().parse().ok()?;
        let put = NaiveDateTime::parse_from_str(parts.next()?.as_ref(), INSTANT).ok()?;
        let put = put.and_utc();
        let copy = Self { id, put };
        (copy.place() == *place).then_some(copy)
    }
}

/// Where the copies of a blob lie.
fn of_blob(id: BlobId) -> Path {
    let name = id.to_string();
    Path::from_iter([&name[..2], &name])
}

impl ObjectBlobs {
    /// Blobs in this store, which nobody else writes to: wrap it in a
    /// [`PrefixStore`](object_store::prefix::PrefixStore) to share a bucket.
    #[must_use]
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store }
    }

    /// The copies of a blob, the last put last.
    async fn copies(&self, id: BlobId) -> object_store::Result<Vec<Copy>> {
        let objects = self.store.list(Some(&of_blob(id)));
        let objects: Vec<_> = objects.try_collect().await?;
        let copies = objects.iter().filter_map(|o| Copy::at(&o.location));
        let mut copies: Vec<_> = copies.collect();
        copies.sort_unstable_by_key(|copy| copy.put);
        Ok(copies)
    }

    async fn read(&self, copy: Copy) -> object_store::Result<Option<Vec<u8>>> {
        let found = self.store.get(&copy.place()).await?;
        if found.meta.size > BLOB_MAX as u64 {
            return Ok(None);
        }
        let content = found.bytes().await?;
        Ok((BlobId::of(&content) == copy.id).then(|| content.into()))
    }

    async fn clear(&self, copy: Copy) -> object_store::Result<()> {
        match self.store.delete(&copy.place()).await {
            Err(Error::NotFound { .. }) => Ok(()),
            done => done,
        }
    }

    /// What begins with these two digits, with its last put.
    async fn fan(&self, digits: &str) -> object_store::Result<BTreeMap<BlobId, DateTime<Utc>>> {
        let mut last = BTreeMap::new();
        let mut objects = self.store.list(Some(&Path::from(digits)));
        while let Some(object) = objects.try_next().await? {
            if let Some(Copy { id, put }) = Copy::at(&object.location) {
                let known = last.entry(id).or_insert(put);
                *known = put.max(*known);
            }
        }
        Ok(last)
    }
}

#[async_trait]
impl Blobs for ObjectBlobs {
    async fn put(&self, content: &[u8], now: DateTime<Utc>) -> StoreResult<BlobId> {
        if content.len() > BLOB_MAX {
            return Err(StoreError::corrupt(format!(
                "a blob: expected at most {BLOB_MAX} bytes, got {}",
                content.len()
            )));
        }
        let id = BlobId::of(content);
        let put = to_micros(now);
        let place = Copy { id, put }.place();
        if Copy::at(&place).is_none() {
            return Err(StoreError::corrupt("an instant beyond what can be written"));
        }
        // Also where the bytes are kept already: they may be damaged there, and this mends them.
        let payload = PutPayload::from(content.to_vec());
        self.store.put(&place, payload).await.map_err(unavailable)?;
        if let Ok(copies) = self.copies(id).await
            && let Some((_, older)) = copies.split_last()
        {
            for copy in older {
                // What stays now goes with the next put, or with the blob.
                let _ = self.clear(*copy).await;
            }
        }
        Ok(id)
    }

    async fn get(&self, id: BlobId) -> StoreResult<Option<Vec<u8>>> {
        let mut tries = 1..=TRIES;
        loop {
            let copies = self.copies(id).await.map_err(unavailable)?;
            let Some(last) = copies.last() else {
                return Ok(None);
            };
            match self.read(*last).await {
                Ok(Some(content)) => return Ok(Some(content)),
                Ok(None) => {
                    return Err(StoreError::corrupt(format!(
                        "blob {id}: its content has another hash"
                    )));
                }
                Err(Error::NotFound { .. }) if tries.next().is_some() => {}
                Err(error) => return Err(unavailable(error)),
            }
        }
    }

    async fn remove(&self, id: BlobId, last_put: DateTime<Utc>) -> StoreResult<bool> {
        let copies = self.copies(id).await.map_err(unavailable)?;
        let (old, anew): (Vec<_>, Vec<_>) = copies.into_iter().partition(|c| c.put <= last_put);
        for copy in old {
            self.clear(copy).await.map_err(unknown)?;
        }
        Ok(anew.is_empty())
    }

    async fn list(
        &self,
        after: Option<BlobId>,
        limit: u32,
    ) -> StoreResult<Vec<(BlobId, DateTime<Utc>)>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        if limit == 0 {
            return Ok(Vec::new());
        }
        let from = after.map(|id| id.to_string()).unwrap_or_default();
        let from = from.get(..2).unwrap_or_default();
        // A store lists in an order of its own: two digits at a time bounds what is sorted here.
        let top = self.store.list_with_delimiter(None).await;
        let mut fans: Vec<String> = top
            .map_err(unavailable)?
            .common_prefixes
            .iter()
            .map(ToString::to_string)
            .filter(|name| name.len() == 2 && name.as_str() >= from)
            .collect();
        fans.sort_unstable();
        let mut found = Vec::new();
        for digits in fans {
            let mut blobs = self.fan(&digits).await.map_err(unavailable)?;
            blobs.retain(|id, _| after.is_none_or(|after| *id > after));
            found.extend(blobs.into_iter().take(limit - found.len()));
            if found.len() == limit {
                break;
            }
        }
        Ok(found)
    }
}

/// Nothing has landed that counts: a copy that was put and not answered for is named by no commit, and is
/// swept.
fn unavailable(error: Error) -> StoreError {
    StoreError::Unavailable {
        cause: Arc::new(error),
    }
}

fn unknown(error: Error) -> StoreError {
    StoreError::Unknown {
        cause: Arc::new(error),
    }
}

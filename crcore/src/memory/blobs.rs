//! Bytes in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::blobs::Blobs;
use crate::id::BlobId;
use crate::store::StoreResult;

/// Blobs in memory. A clone is another handle on the same ones.
#[derive(Clone, Default)]
pub struct MemoryBlobs {
    kept: Arc<Mutex<BTreeMap<BlobId, Kept>>>,
}

struct Kept {
    content: Arc<[u8]>,
    last_put: DateTime<Utc>,
}

impl MemoryBlobs {
    /// No blobs.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<BlobId, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryBlobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryBlobs({})", self.kept().len())
    }
}

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn put(&self, content: &[u8], now: DateTime<Utc>) -> StoreResult<BlobId> {
        let id = BlobId::of(content);
        let mut kept = self.kept();
        let blob = kept.entry(id).or_insert_with(|| Kept {
            content: content.into(),
            last_put: now,
        });
        blob.last_put = blob.last_put.max(now);
        Ok(id)
    }

    async fn get(&self, id: BlobId) -> StoreResult<Option<Vec<u8>>> {
        let content = self.kept().get(&id).map(|blob| Arc::clone(&blob.content));
        Ok(content.map(|content| content.to_vec()))
    }

    async fn remove(&self, id: BlobId, last_put: DateTime<Utc>) -> StoreResult<bool> {
        let mut kept = self.kept();
        if kept.get(&id).is_some_and(|blob| blob.last_put > last_put) {
            return Ok(false);
        }
        kept.remove(&id);
        Ok(true)
    }

    async fn list(
        &self,
        after: Option<BlobId>,
        limit: u32,
    ) -> StoreResult<Vec<(BlobId, DateTime<Utc>)>> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let kept = self.kept();
        let range = kept.range((start, Bound::Unbounded));
        let listed = range.map(|(&id, blob)| (id, blob.last_put));
        Ok(listed.take(limit as usize).collect())
    }
}

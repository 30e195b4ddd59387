//! The port to where bytes are kept: attachments, by the hash of their content.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::id::BlobId;
use crate::store::StoreResult;

/// The largest blob: what a mail with an attachment commonly may weigh, and a bound on memory.
pub const BLOB_MAX: usize = 25 * 1024 * 1024;

/// Keeps bytes. They are put before the commit that names them; what no commit names is swept by
/// `tick` after [`UNNAMED_FOR_HOURS`].
#[async_trait]
pub trait Blobs: Send + Sync + 'static {
    /// Keeps `content`, and notes `now` as when it was last put. Equal bytes are kept once.
    async fn put(&self, content: &[u8], now: DateTime<Utc>) -> StoreResult<BlobId>;

    /// The bytes with this id.
    async fn get(&self, id: BlobId) -> StoreResult<Option<Vec<u8>>>;

    /// Removes a blob unless it was put after `last_put`; says whether it is gone.
    async fn remove(&self, id: BlobId, last_put: DateTime<Utc>) -> StoreResult<bool>;

    /// Blobs by id, those after `after`, at most `limit`, with when they were last put.
    async fn list(
        &self,
        after: Option<BlobId>,
        limit: u32,
    ) -> StoreResult<Vec<(BlobId, DateTime<Utc>)>>;
}

/// How long a blob may lie before a commit names it: longer than any form is filled in.
pub const UNNAMED_FOR_HOURS: i64 = 24;

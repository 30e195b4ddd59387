//! The port to wherever the desk's state is kept: three small traits to read by, one way to write.
//!
//! A store keeps rows and compares versions. It decides nothing: ids, instants, transitions, deadlines,
//! allocation and access were decided before [`Store::commit`]. The laws that a store must keep are
//! library code: see [`crate::conformance`].

mod changes;
mod filter;
mod shared;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

pub use changes::{
    Answer, Changes, Erasure, FeedItem, LoadChange, QueueMark, Revised, RulesVersion,
};
pub use filter::{
    Assigned, Cursor, CursorError, NoticeFilter, Page, Paging, Sort, TicketFilter, Total,
};

pub use crate::access::Visible;
use crate::agent::{Pool, Standing};
pub use crate::chain::Head;
use crate::customer::Customer;
use crate::event::Event;
use crate::id::{AgentId, BlobId, Code, CustomerId, NoticeId, PieceId, TicketId};
use crate::notify::Notice;
pub use crate::record::{Record, RecordChange, RecordRange};
use crate::ticket::Ticket;
use crate::words::Words;

/// What a store answers.
pub type StoreResult<T> = Result<T, StoreError>;

/// Why a store failed. Never contains what a customer wrote.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Nothing landed, because something was not as it was when it was read: a version moved, a
    /// reference or key is taken, a capacity would be passed, a lock was not to be had. Plan again.
    #[error("the store refused: {what}")]
    Conflict {
        /// What was not as expected.
        what: String,
    },
    /// It may have landed or not. Look before doing anything else.
    #[error("the store did not say whether it landed")]
    Unknown {
        /// What happened instead of an answer.
        #[source]
        cause: Cause,
    },
    /// Nothing landed, and a later try may work.
    #[error("the store is not available")]
    Unavailable {
        /// Why.
        #[source]
        cause: Cause,
    },
    /// What is stored cannot be read, or what is to be stored cannot be written.
    #[error("the store holds what cannot be read: {what}")]
    Corrupt {
        /// Where: a table, a column, an id.
        what: String,
    },
}

/// What stands behind a failure.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

impl StoreError {
    /// A conflict over `what`.
    pub fn conflict(what: impl Into<String>) -> Self {
        Self::Conflict { what: what.into() }
    }

    /// Something unreadable at `what`.
    pub fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }
}

/// Reading tickets.
#[async_trait]
pub trait Tickets: Send + Sync {
    /// The ticket with this id.
    async fn ticket(&self, id: TicketId) -> StoreResult<Option<Ticket>>;

    /// A page of the tickets that pass `filter`, in the order that `paging` asks for. Stable: a ticket
    /// that does not change while somebody turns the pages is seen exactly once.
    async fn tickets(&self, filter: &TicketFilter, paging: &Paging) -> StoreResult<Page<Ticket>>;

    /// How many tickets pass `filter`, exactly up to [`Total::MAX`].
    async fn total(&self, filter: &TicketFilter) -> StoreResult<Total>;

    /// Tickets at which something must happen by `now` ([`Ticket::next_due`]), the longest overdue
    /// first, at most `limit`. Costs one index probe when nothing is due, however many are open.
    ///
    /// `spread` lets several hosts start at different places: the first `spread * limit` due tickets
    /// are passed over, and where that passes over all of them, none are.
    async fn due(&self, now: DateTime<Utc>, spread: u32, limit: u32) -> StoreResult<Vec<Ticket>>;
}

/// Reading the people who answer.
#[async_trait]
pub trait Roster: Send + Sync {
    /// The agent with this id, and what they carry.
    async fn agent(&self, id: AgentId) -> StoreResult<Option<Standing>>;

    /// A page of all agents by id. `after` is the last id of the page before.
    async fn agents(&self, after: Option<AgentId>, limit: u32) -> StoreResult<Vec<Standing>>;

    /// Available agents who serve `queue`, those first who have waited longest for work in `pool`
    /// (never assigned before all, then by instant, then by id), at most `limit`.
    async fn candidates(&self, queue: &Code, pool: Pool, limit: u32) -> StoreResult<Vec<Standing>>;

    /// Queues that were marked because an agent may have become able to take a ticket of them, the
    /// longest marked first, at most `limit`.
    async fn marked(&self, limit: u32) -> StoreResult<Vec<QueueMark>>;
}

/// Reading what happened, and what is still owed to someone.
#[async_trait]
pub trait Journal: Send + Sync {
    /// A ticket's events after sequence number `after` (0 for all), in order, at most `limit`.
    async fn events(&self, ticket: TicketId, after: u64, limit: u32) -> StoreResult<Vec<Event>>;

    /// The words with these ids, in any order; erased and unknown ones are left out.
    async fn words(&self, ids: &[PieceId]) -> StoreResult<Vec<Words>>;

    /// Blobs that words written on this ticket describe.
    async fn blobs(&self, ticket: TicketId) -> StoreResult<Vec<BlobId>>;

    /// Which of these blobs some words still describe.
    async fn referenced(&self, blobs: &[BlobId]) -> StoreResult<Vec<BlobId>>;

    /// Every committed event of the tenant by position, those after `after` (0 for all), at most
    /// `limit`. Positions are dense from 1, a ticket's events stand in their order, and once an item
    /// was read, nothing is ever committed before it. Numbers what has landed first, where the store
    /// does not number as it commits.
    async fn feed(&self, after: u64, limit: u32) -> StoreResult<Vec<FeedItem>>;

    /// The last position and its hash; [`Head::EMPTY`] before the first event.
    async fn head(&self) -> StoreResult<Head>;

    /// What was answered to this principal under this idempotency key.
    async fn answered(&self, principal: &str, key: &str) -> StoreResult<Option<Answer>>;

    /// Notices that are to be sent by `now`: owed ones whose instant has come and leased ones whose
    /// lease has run out, the longest waiting first, at most `limit`. `spread` as in [`Tickets::due`].
    async fn owed(&self, now: DateTime<Utc>, spread: u32, limit: u32) -> StoreResult<Vec<Notice>>;

    /// The notice with this id.
    async fn notice(&self, id: NoticeId) -> StoreResult<Option<Notice>>;

    /// Notices that pass `filter`, by id. `after` is the last id of the page before.
    async fn notices(
        &self,
        filter: &NoticeFilter,
        after: Option<NoticeId>,
        limit: u32,
    ) -> StoreResult<Vec<Notice>>;

    /// The rules of this version (hexadecimal), as they were stored.
    async fn rules(&self, version: &str) -> StoreResult<Option<RulesVersion>>;
}

/// Reading what is kept beside the tickets. A store hands out records that have expired as it does the
/// others, for it has no clock: the reader compares.
#[async_trait]
pub trait Records: Send + Sync {
    /// The record under this key.
    async fn record(&self, shelf: &str, key: &str) -> StoreResult<Option<Record>>;

    /// The records of a shelf whose keys begin with the prefix, in the order of their keys' bytes.
    async fn records(&self, range: &RecordRange) -> StoreResult<Vec<Record>>;

    /// How many records of a shelf have a key that begins with `prefix` and do not expire by `now`;
    /// counting stops at [`Total::MAX`]` + 1`.
    async fn count(&self, shelf: &str, prefix: &str, now: DateTime<Utc>) -> StoreResult<u64>;
}

/// The bank's own record of a customer, read only.
#[async_trait]
pub trait Directory: Send + Sync {
    /// The customer with this id.
    async fn customer(&self, id: CustomerId) -> StoreResult<Option<Customer>>;
}

/// All reads, and the only write.
#[async_trait]
pub trait Store: Tickets + Roster + Journal + Directory + Records + 'static {
    /// Writes change sets, each whole or not at all and independently of its neighbours; one answer
    /// per change set, in order. A change set is refused with [`StoreError::Conflict`] when something
    /// in it is no longer as it was read: see [`Changes`] for what is compared. Within one call, a
    /// change set sees what those before it wrote.
    async fn commit(&self, sets: &[Changes]) -> Vec<StoreResult<()>>;

    /// Housekeeping, bounded by `limit` rows: numbers events that have landed without a position, and
    /// removes answers and records that expired by `now`. Says how many rows it touched, so that a caller
    /// goes on while that is `limit`.
    async fn tidy(&self, now: DateTime<Utc>, limit: u32) -> StoreResult<u32>;
}

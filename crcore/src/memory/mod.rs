//! Every port in memory: the reference for what a store does, and everyone's test double.

mod blobs;
mod commit;
mod index;
mod ledger;
mod page;
mod records;
mod roster;
mod state;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

pub use blobs::MemoryBlobs;
pub use ledger::MemoryLedger;

use crate::agent::{Pool, Standing};
use crate::customer::Customer;
use crate::event::Event;
use crate::id::{AgentId, BlobId, Code, CustomerId, NoticeId, PieceId, TicketId};
use crate::notify::Notice;
use crate::store::{
    Answer, Changes, Directory, FeedItem, Head, Journal, NoticeFilter, Page, Paging, QueueMark,
    Record, RecordRange, Records, Roster, RulesVersion, Store, StoreResult, TicketFilter, Tickets,
    Total,
};
use crate::ticket::Ticket;
use crate::words::Words;

use state::State;

/// One tenant's desk in memory. A clone is another handle on the same desk; the last one takes it along.
///
/// A commit checks a whole change set and then writes it, under one lock, so there is nothing to undo.
/// Events are numbered as they are committed.
#[derive(Clone, Default)]
pub struct MemoryStore {
    state: Arc<RwLock<State>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    // A panic elsewhere while the lock was held cannot have left half a change set: nothing between
    // the check and the last row calls code of others.
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What customers wrote stays out of logs.
impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.read();
        write!(
            f,
            "MemoryStore({} tickets, {} events)",
            state.tickets.len(),
            state.feed.len()
        )
    }
}

#[async_trait]
impl Tickets for MemoryStore {
    async fn ticket(&self, id: TicketId) -> StoreResult<Option<Ticket>> {
        Ok(self.read().ticket(id).cloned())
    }

    async fn tickets(&self, filter: &TicketFilter, paging: &Paging) -> StoreResult<Page<Ticket>> {
        Ok(self.read().page(filter, paging))
    }

    async fn total(&self, filter: &TicketFilter) -> StoreResult<Total> {
        Ok(self.read().total(filter))
    }

    async fn due(&self, now: DateTime<Utc>, spread: u32, limit: u32) -> StoreResult<Vec<Ticket>> {
        let state = self.read();
        let ids = index::due(&state.index.due, now, spread, limit);
        Ok(ids.filter_map(|id| state.ticket(id).cloned()).collect())
    }
}

#[async_trait]
impl Roster for MemoryStore {
    async fn agent(&self, id: AgentId) -> StoreResult<Option<Standing>> {
        Ok(self.read().roster.standing(id))
    }

    async fn agents(&self, after: Option<AgentId>, limit: u32) -> StoreResult<Vec<Standing>> {
        Ok(self.read().roster.page(after, limit))
    }

    async fn candidates(&self, queue: &Code, pool: Pool, limit: u32) -> StoreResult<Vec<Standing>> {
        Ok(self.read().roster.candidates(queue, pool, limit))
    }

    async fn marked(&self, limit: u32) -> StoreResult<Vec<QueueMark>> {
        Ok(self.read().roster.marked(limit))
    }
}

#[async_trait]
impl Journal for MemoryStore {
    async fn events(&self, ticket: TicketId, after: u64, limit: u32) -> StoreResult<Vec<Event>> {
        self.read().events(ticket, after, limit)
    }

    async fn words(&self, ids: &[PieceId]) -> StoreResult<Vec<Words>> {
        let state = self.read();
        let ids: BTreeSet<_> = ids.iter().collect();
        Ok(ids
            .into_iter()
            .filter_map(|id| state.words.get(id).cloned())
            .collect())
    }

    async fn blobs(&self, ticket: TicketId) -> StoreResult<Vec<BlobId>> {
        Ok(self.read().blobs(ticket))
    }

    async fn referenced(&self, blobs: &[BlobId]) -> StoreResult<Vec<BlobId>> {
        let state = self.read();
        let described = |blob: &&BlobId| state.described.contains_key(*blob);
        Ok(blobs.iter().filter(described).copied().collect())
    }

    async fn feed(&self, after: u64, limit: u32) -> StoreResult<Vec<FeedItem>> {
        Ok(self.read().feed_after(after, limit))
    }

    async fn head(&self) -> StoreResult<Head> {
        Ok(self.read().head())
    }

    async fn answered(&self, principal: &str, key: &str) -> StoreResult<Option<Answer>> {
        Ok(self.read().answered(principal, key).cloned())
    }

    async fn owed(&self, now: DateTime<Utc>, spread: u32, limit: u32) -> StoreResult<Vec<Notice>> {
        let state = self.read();
        let ids = index::due(&state.notices_due, now, spread, limit);
        Ok(ids
            .filter_map(|id| state.notices.get(&id).cloned())
            .collect())
    }

    async fn notice(&self, id: NoticeId) -> StoreResult<Option<Notice>> {
        Ok(self.read().notices.get(&id).cloned())
    }

    async fn notices(
        &self,
        filter: &NoticeFilter,
        after: Option<NoticeId>,
        limit: u32,
    ) -> StoreResult<Vec<Notice>> {
        Ok(self.read().notices(filter, after, limit))
    }

    async fn rules(&self, version: &str) -> StoreResult<Option<RulesVersion>> {
        Ok(self.read().rules.get(version).cloned())
    }
}

#[async_trait]
impl Directory for MemoryStore {
    async fn customer(&self, id: CustomerId) -> StoreResult<Option<Customer>> {
        Ok(self.read().customers.get(&id).cloned())
    }
}

#[async_trait]
impl Records for MemoryStore {
    async fn record(&self, shelf: &str, key: &str) -> StoreResult<Option<Record>> {
        Ok(self.read().records.get(shelf, key))
    }

    async fn records(&self, range: &RecordRange) -> StoreResult<Vec<Record>> {
        Ok(self.read().records.range(range))
    }

    async fn count(&self, shelf: &str, prefix: &str, now: DateTime<Utc>) -> StoreResult<u64> {
        Ok(self.read().records.count(shelf, prefix, now))
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn commit(&self, sets: &[Changes]) -> Vec<StoreResult<()>> {
        // Texts are written before the lock is taken: they cost more than all that is done under it.
        let texts: Vec<_> = sets.iter().map(commit::texts).collect();
        let mut state = self.write();
        sets.iter()
            .zip(texts)
            .map(|(set, texts)| {
                let texts = texts?;
                state.check(set)?;
                state.apply(set, texts);
                Ok(())
            })
            .collect()
    }

    async fn tidy(&self, now: DateTime<Utc>, limit: u32) -> StoreResult<u32> {
        Ok(self.write().drop_expired(now, limit))
    }
}

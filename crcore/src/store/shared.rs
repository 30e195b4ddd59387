//! One store in several hands: a shared pointer to a store is a store.

use std::sync::Arc;

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
use async_trait::async_trait;
use chrono::{DateTime, Utc};

#[async_trait]
impl<S: Store + ?Sized> Tickets for Arc<S> {
    async fn ticket(&self, id: TicketId) -> StoreResult<Option<Ticket>> {
        (**self).ticket(id).await
    }

    async fn tickets(&self, filter: &TicketFilter, paging: &Paging) -> StoreResult<Page<Ticket>> {
        (**self).tickets(filter, paging).await
    }

    async fn total(&self, filter: &TicketFilter) -> StoreResult<Total> {
        (**self).total(filter).await
    }

    async fn due(&self, now: DateTime<Utc>, spread: u32, limit: u32) -> StoreResult<Vec<Ticket>> {
        (**self).due(now, spread, limit).await
    }
}

#[async_trait]
impl<S: Store + ?Sized> Roster for Arc<S> {
    async fn agent(&self, id: AgentId) -> StoreResult<Option<Standing>> {
        (**self).agent(id).await
    }

    async fn agents(&self, after: Option<AgentId>, limit: u32) -> StoreResult<Vec<Standing>> {
        (**self).agents(after, limit).await
    }

    async fn candidates(&self, queue: &Code, pool: Pool, limit: u32) -> StoreResult<Vec<Standing>> {
        (**self).candidates(queue, pool, limit).await
    }

    async fn marked(&self, limit: u32) -> StoreResult<Vec<QueueMark>> {
        (**self).marked(limit).await
    }
}

#[async_trait]
impl<S: Store + ?Sized> Journal for Arc<S> {
    async fn events(&self, ticket: TicketId, after: u64, limit: u32) -> StoreResult<Vec<Event>> {
        (**self).events(ticket, after, limit).await
    }

    async fn words(&self, ids: &[PieceId]) -> StoreResult<Vec<Words>> {
        (**self).words(ids).await
    }

    async fn blobs(&self, ticket: TicketId) -> StoreResult<Vec<BlobId>> {
        (**self).blobs(ticket).await
    }

    async fn referenced(&self, blobs: &[BlobId]) -> StoreResult<Vec<BlobId>> {
        (**self).referenced(blobs).await
    }

    async fn feed(&self, after: u64, limit: u32) -> StoreResult<Vec<FeedItem>> {
        (**self).feed(after, limit).await
    }

    async fn head(&self) -> StoreResult<Head> {
        (**self).head().await
    }

    async fn answered(&self, principal: &str, key: &str) -> StoreResult<Option<Answer>> {
        (**self).answered(principal, key).await
    }

    async fn owed(&self, now: DateTime<Utc>, spread: u32, limit: u32) -> StoreResult<Vec<Notice>> {
        (**self).owed(now, spread, limit).await
    }

    async fn notice(&self, id: NoticeId) -> StoreResult<Option<Notice>> {
        (**self).notice(id).await
    }

    async fn notices(
        &self,
        filter: &NoticeFilter,
        after: Option<NoticeId>,
        limit: u32,
    ) -> StoreResult<Vec<Notice>> {
        (**self).notices(filter, after, limit).await
    }

    async fn rules(&self, version: &str) -> StoreResult<Option<RulesVersion>> {
        (**self).rules(version).await
    }
}

#[async_trait]
impl<S: Store + ?Sized> Directory for Arc<S> {
    async fn customer(&self, id: CustomerId) -> StoreResult<Option<Customer>> {
        (**self).customer(id).await
    }
}

#[async_trait]
impl<S: Store + ?Sized> Records for Arc<S> {
    async fn record(&self, shelf: &str, key: &str) -> StoreResult<Option<Record>> {
        (**self).record(shelf, key).await
    }

    async fn records(&self, range: &RecordRange) -> StoreResult<Vec<Record>> {
        (**self).records(range).await
    }

    async fn count(&self, shelf: &str, prefix: &str, now: DateTime<Utc>) -> StoreResult<u64> {
        (**self).count(shelf, prefix, now).await
    }
}

#[async_trait]
impl<S: Store + ?Sized> Store for Arc<S> {
    async fn commit(&self, sets: &[Changes]) -> Vec<StoreResult<()>> {
        (**self).commit(sets).await
    }

    async fn tidy(&self, now: DateTime<Utc>, limit: u32) -> StoreResult<u32> {
        (**self).tidy(now, limit).await
    }
}

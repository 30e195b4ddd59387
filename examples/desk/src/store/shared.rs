//! One store in several hands: the desk's, and the replay's, which commits many plans at once.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crcore::store::{
    Answer, Changes, Directory, FeedItem, Head, Journal, NoticeFilter, Page, Paging, QueueMark,
    Roster, RulesVersion, Store, StoreResult, TicketFilter, Tickets,
};
use crcore::{
    AgentId, BlobId, Code, Customer, CustomerId, Event, Notice, NoticeId, PieceId, Pool, Standing,
    Ticket, TicketId, Words,
};

/// A store that can be held twice.
#[derive(Clone)]
pub(crate) struct Shared(Arc<dyn Store>);

impl Shared {
    pub(crate) fn new(store: impl Store) -> Self {
        Self(Arc::new(store))
    }
}

#[async_trait]
impl Tickets for Shared {
    async fn ticket(&self, id: TicketId) -> StoreResult<Option<Ticket>> {
        self.0.ticket(id).await
    }

    async fn tickets(&self, filter: &TicketFilter, paging: &Paging) -> StoreResult<Page<Ticket>> {
        self.0.tickets(filter, paging).await
    }

    async fn due(&self, now: DateTime<Utc>, spread: u32, limit: u32) -> StoreResult<Vec<Ticket>> {
        self.0.due(now, spread, limit).await
    }
}

#[async_trait]
impl Roster for Shared {
    async fn agent(&self, id: AgentId) -> StoreResult<Option<Standing>> {
        self.0.agent(id).await
    }

    async fn agents(&self, after: Option<AgentId>, limit: u32) -> StoreResult<Vec<Standing>> {
        self.0.agents(after, limit).await
    }

    async fn candidates(&self, queue: &Code, pool: Pool, limit: u32) -> StoreResult<Vec<Standing>> {
        self.0.candidates(queue, pool, limit).await
    }

    async fn marked(&self, limit: u32) -> StoreResult<Vec<QueueMark>> {
        self.0.marked(limit).await
    }
}

#[async_trait]
impl Journal for Shared {
    async fn events(&self, ticket: TicketId, after: u64, limit: u32) -> StoreResult<Vec<Event>> {
        self.0.events(ticket, after, limit).await
    }

    async fn words(&self, ids: &[PieceId]) -> StoreResult<Vec<Words>> {
        self.0.words(ids).await
    }

    async fn blobs(&self, ticket: TicketId) -> StoreResult<Vec<BlobId>> {
        self.0.blobs(ticket).await
    }

    async fn referenced(&self, blobs: &[BlobId]) -> StoreResult<Vec<BlobId>> {
        self.0.referenced(blobs).await
    }

    async fn feed(&self, after: u64, limit: u32) -> StoreResult<Vec<FeedItem>> {
        self.0.feed(after, limit).await
    }

    async fn head(&self) -> StoreResult<Head> {
        self.0.head().await
    }

    async fn answered(&self, principal: &str, key: &str) -> StoreResult<Option<Answer>> {
        self.0.answered(principal, key).await
    }

    async fn owed(&self, now: DateTime<Utc>, spread: u32, limit: u32) -> StoreResult<Vec<Notice>> {
        self.0.owed(now, spread, limit).await
    }

    async fn notice(&self, id: NoticeId) -> StoreResult<Option<Notice>> {
        self.0.notice(id).await
    }

    async fn notices(
        &self,
        filter: &NoticeFilter,
        after: Option<NoticeId>,
        limit: u32,
    ) -> StoreResult<Vec<Notice>> {
        self.0.notices(filter, after, limit).await
    }

    async fn rules(&self, version: &str) -> StoreResult<Option<RulesVersion>> {
        self.0.rules(version).await
    }
}

#[async_trait]
impl Directory for Shared {
    async fn customer(&self, id: CustomerId) -> StoreResult<Option<Customer>> {
        self.0.customer(id).await
    }
}

#[async_trait]
impl Store for Shared {
    async fn commit(&self, sets: &[Changes]) -> Vec<StoreResult<()>> {
        self.0.commit(sets).await
    }

    async fn tidy(&self, now: DateTime<Utc>, limit: u32) -> StoreResult<u32> {
        self.0.tidy(now, limit).await
    }
}

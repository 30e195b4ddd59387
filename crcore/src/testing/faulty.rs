//! A store that fails when told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::agent::{Pool, Standing};
use crate::conformance::turn;
use crate::customer::Customer;
use crate::event::Event;
use crate::id::{AgentId, BlobId, Code, CustomerId, NoticeId, PieceId, TicketId};
use crate::notify::Notice;
use crate::store::{
    Answer, Changes, Directory, FeedItem, Head, Journal, NoticeFilter, Page, Paging, QueueMark,
    Record, RecordRange, Records, Roster, RulesVersion, Store, StoreError, StoreResult,
    TicketFilter, Tickets, Total,
};
use crate::ticket::Ticket;
use crate::words::Words;

/// How a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done: [`StoreError::Unavailable`].
    Unavailable,
    /// A commit lands, and the caller is told [`StoreError::Unknown`]. Any other call is unavailable.
    Landed,
    /// A commit does not land, and the caller is told [`StoreError::Unknown`]. Any other call is
    /// unavailable.
    Lost,
    /// It goes well, after the caller was told to come back so many times: a place to drop them.
    Late(u32),
}

/// A store over another one that goes wrong when told, and else does what the other does.
///
/// To try a whole operation against every failure, tell it to fail at call 1, 2, 3 and so on, until the
/// fault is [pending](Self::pending) when the operation is over.
///
/// Clones share what they were told.
#[derive(Debug)]
pub struct FaultyStore<S> {
    inner: Arc<S>,
    plan: Arc<Mutex<Plan>>,
}

impl<S> Clone for FaultyStore<S> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            plan: Arc::clone(&self.plan),
        }
    }
}

#[derive(Debug, Default)]
struct Plan {
    calls: u64,
    commits: u64,
    at_call: BTreeMap<u64, Fault>,
    at_commit: BTreeMap<u64, Fault>,
    always: Option<Fault>,
}

#[derive(Debug, thiserror::Error)]
#[error("told to fail")]
struct ToldTo;

impl<S> FaultyStore<S> {
    /// A store that does what `inner` does until it is told otherwise.
    pub fn new(inner: S) -> Self {
        Self {
            inner: Arc::new(inner),
            plan: Arc::default(),
        }
    }

    /// The store below.
    pub fn inner(&self) -> &S {
        &self.inner
    }

    /// Lets the `nth` call from now go wrong, from 1, reads and writes alike.
    pub fn at_call(&self, nth: u64, fault: Fault) {
        let mut plan = self.plan();
        let call = plan.calls + nth;
        plan.at_call.insert(call, fault);
    }

    /// Lets the `nth` commit from now go wrong, from 1.
    pub fn at_commit(&self, nth: u64, fault: Fault) {
        let mut plan = self.plan();
        let commit = plan.commits + nth;
        plan.at_commit.insert(commit, fault);
    }

    /// Lets every call go wrong that nothing else was said about, until told `None`.
    pub fn always(&self, fault: Option<Fault>) {
        self.plan().always = fault;
    }

    /// Goes well from now on, whatever it was told before.
    pub fn forget(&self) {
        let mut plan = self.plan();
        plan.at_call.clear();
        plan.at_commit.clear();
        plan.always = None;
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.plan().calls
    }

    /// How many of the faults it was told have not happened yet.
    pub fn pending(&self) -> usize {
        let plan = self.plan();
        plan.at_call.len() + plan.at_commit.len()
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self, commits: bool) -> Option<Fault> {
        let mut plan = self.plan();
        plan.calls += 1;
        let call = plan.calls;
        let mut fault = plan.at_call.remove(&call);
        if commits {
            plan.commits += 1;
            let commit = plan.commits;
            fault = plan.at_commit.remove(&commit).or(fault);
        }
        fault.or(plan.always)
    }

    async fn read(&self) -> StoreResult<&S> {
        match self.next(false) {
            None => Ok(&self.inner),
            Some(Fault::Late(turns)) => {
                late(turns).await;
                Ok(&self.inner)
            }
            Some(Fault::Unavailable | Fault::Landed | Fault::Lost) => Err(unavailable()),
        }
    }
}

async fn late(turns: u32) {
    for _ in 0..turns {
        turn().await;
    }
}

fn unavailable() -> StoreError {
    StoreError::Unavailable {
        cause: Arc::new(ToldTo),
    }
}

fn unknown() -> StoreError {
    StoreError::Unknown {
        cause: Arc::new(ToldTo),
    }
}

#[async_trait]
impl<S: Store> Tickets for FaultyStore<S> {
    async fn ticket(&self, id: TicketId) -> StoreResult<Option<Ticket>> {
        self.read().await?.ticket(id).await
    }

    async fn tickets(&self, filter: &TicketFilter, paging: &Paging) -> StoreResult<Page<Ticket>> {
        self.read().await?.tickets(filter, paging).await
    }

    async fn total(&self, filter: &TicketFilter) -> StoreResult<Total> {
        self.read().await?.total(filter).await
    }

    async fn due(&self, now: DateTime<Utc>, spread: u32, limit: u32) -> StoreResult<Vec<Ticket>> {
        self.read().await?.due(now, spread, limit).await
    }
}

#[async_trait]
impl<S: Store> Roster for FaultyStore<S> {
    async fn agent(&self, id: AgentId) -> StoreResult<Option<Standing>> {
        self.read().await?.agent(id).await
    }

    async fn agents(&self, after: Option<AgentId>, limit: u32) -> StoreResult<Vec<Standing>> {
        self.read().await?.agents(after, limit).await
    }

    async fn candidates(&self, queue: &Code, pool: Pool, limit: u32) -> StoreResult<Vec<Standing>> {
        self.read().await?.candidates(queue, pool, limit).await
    }

    async fn marked(&self, limit: u32) -> StoreResult<Vec<QueueMark>> {
        self.read().await?.marked(limit).await
    }
}

#[async_trait]
impl<S: Store> Journal for FaultyStore<S> {
    async fn events(&self, ticket: TicketId, after: u64, limit: u32) -> StoreResult<Vec<Event>> {
        self.read().await?.events(ticket, after, limit).await
    }

    async fn words(&self, ids: &[PieceId]) -> StoreResult<Vec<Words>> {
        self.read().await?.words(ids).await
    }

    async fn blobs(&self, ticket: TicketId) -> StoreResult<Vec<BlobId>> {
        self.read().await?.blobs(ticket).await
    }

    async fn referenced(&self, blobs: &[BlobId]) -> StoreResult<Vec<BlobId>> {
        self.read().await?.referenced(blobs).await
    }

    async fn feed(&self, after: u64, limit: u32) -> StoreResult<Vec<FeedItem>> {
        self.read().await?.feed(after, limit).await
    }

    async fn head(&self) -> StoreResult<Head> {
        self.read().await?.head().await
    }

    async fn answered(&self, principal: &str, key: &str) -> StoreResult<Option<Answer>> {
        self.read().await?.answered(principal, key).await
    }

    async fn owed(&self, now: DateTime<Utc>, spread: u32, limit: u32) -> StoreResult<Vec<Notice>> {
        self.read().await?.owed(now, spread, limit).await
    }

    async fn notice(&self, id: NoticeId) -> StoreResult<Option<Notice>> {
        self.read().await?.notice(id).await
    }

    async fn notices(
        &self,
        filter: &NoticeFilter,
        after: Option<NoticeId>,
        limit: u32,
    ) -> StoreResult<Vec<Notice>> {
        self.read().await?.notices(filter, after, limit).await
    }

    async fn rules(&self, version: &str) -> StoreResult<Option<RulesVersion>> {
        self.read().await?.rules(version).await
    }
}

#[async_trait]
impl<S: Store> Directory for FaultyStore<S> {
    async fn customer(&self, id: CustomerId) -> StoreResult<Option<Customer>> {
        self.read().await?.customer(id).await
    }
}

#[async_trait]
impl<S: Store> Records for FaultyStore<S> {
    async fn record(&self, shelf: &str, key: &str) -> StoreResult<Option<Record>> {
        self.read().await?.record(shelf, key).await
    }

    async fn records(&self, range: &RecordRange) -> StoreResult<Vec<Record>> {
        self.read().await?.records(range).await
    }

    async fn count(&self, shelf: &str, prefix: &str, now: DateTime<Utc>) -> StoreResult<u64> {
        self.read().await?.count(shelf, prefix, now).await
    }
}

#[async_trait]
impl<S: Store> Store for FaultyStore<S> {
    async fn commit(&self, sets: &[Changes]) -> Vec<StoreResult<()>> {
        let all = |error: StoreError| sets.iter().map(|_| Err(error.clone())).collect();
        match self.next(true) {
            None => self.inner.commit(sets).await,
            Some(Fault::Late(turns)) => {
                late(turns).await;
                self.inner.commit(sets).await
            }
            Some(Fault::Unavailable) => all(unavailable()),
            Some(Fault::Lost) => all(unknown()),
            Some(Fault::Landed) => {
                self.inner.commit(sets).await;
                all(unknown())
            }
        }
    }

    async fn tidy(&self, now: DateTime<Utc>, limit: u32) -> StoreResult<u32> {
        self.read().await?.tidy(now, limit).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryStore;

    fn rules(version: &str) -> [Changes; 1] {
        let rules = RulesVersion {
            version: version.into(),
            text: "{}".into(),
            since: DateTime::UNIX_EPOCH,
        };
        [Changes {
            rules: vec![rules],
            ..Changes::default()
        }]
    }

    async fn kept(store: &FaultyStore<MemoryStore>, version: &str) -> bool {
        store.inner().rules(version).await.unwrap().is_some()
    }

    #[tokio::test]
    async fn each_fault_leaves_what_it_says() {
        let store = FaultyStore::new(MemoryStore::new());
        store.at_commit(1, Fault::Unavailable);
        store.at_commit(2, Fault::Lost);
        store.at_commit(3, Fault::Landed);
        assert!(store.rules("a").await.is_ok(), "a read is no commit");
        let answers = store.commit(&rules("a")).await;
        assert!(matches!(answers[..], [Err(StoreError::Unavailable { .. })]));
        for (version, landed) in [("b", false), ("c", true)] {
            let answers = store.commit(&rules(version)).await;
            assert!(matches!(answers[..], [Err(StoreError::Unknown { .. })]));
            assert_eq!(kept(&store, version).await, landed);
        }
        assert!(!kept(&store, "a").await);
        assert!(store.commit(&rules("d")).await[0].is_ok());
        assert_eq!((store.pending(), store.calls()), (0, 5));
    }

    #[tokio::test]
    async fn calls_are_counted_from_when_it_is_told() {
        let store = FaultyStore::new(MemoryStore::new());
        assert!(store.head().await.is_ok());
        store.at_call(2, Fault::Unavailable);
        assert!(store.head().await.is_ok());
        assert!(store.head().await.is_err());
        assert!(store.head().await.is_ok());
        store.always(Some(Fault::Late(3)));
        assert!(store.head().await.is_ok());
    }
}

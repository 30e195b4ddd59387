//! The ports of [`crcore::store`] over a database.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crcore::store::{
    Answer, Directory, FeedItem, Head, Journal, NoticeFilter, Page, Paging, QueueMark, Record,
    RecordRange, Records, Roster, RulesVersion, Store, TicketFilter, Tickets, Total,
};
use crcore::{
    Agent, AgentId, BlobId, Changes, Code, Customer, CustomerId, Event, Load, Notice, NoticeId,
    PieceId, Pool, Standing, StoreError, StoreResult, Ticket, TicketId, Words,
};

use super::driver::Driver;
use super::value::{Row, Stmt, Value};
use super::{OpenError, Tenant, page, row, shelf};

/// How many ids one statement names at most: databases bound the number of parameters.
const IDS: usize = 500;
/// How many events one step of numbering takes before a feed is read.
const NUMBERED: u32 = 1000;

/// A table whose rows expire and have a name of two columns.
struct Expiring {
    select: &'static str,
    delete: &'static str,
    one: &'static str,
}

const ANSWERS: Expiring = Expiring {
    select: "SELECT principal, answer_key FROM crcore_answer WHERE tenant = ?",
    delete: "DELETE FROM crcore_answer WHERE tenant = ?",
    one: " OR (principal = ? AND answer_key = ?)",
};
const RECORDS: Expiring = Expiring {
    select: "SELECT shelf, record_key FROM crcore_record WHERE tenant = ?",
    delete: "DELETE FROM crcore_record WHERE tenant = ?",
    one: " OR (shelf = ? AND record_key = ?)",
};

/// A store in a database, for one tenant. Cheap to clone: the desk holds one, and the host another for
/// `commit_in`.
#[derive(Debug)]
pub struct SqlStore<D> {
    driver: Arc<D>,
    tenant: Tenant,
}

impl<D> Clone for SqlStore<D> {
    fn clone(&self) -> Self {
        Self {
            driver: Arc::clone(&self.driver),
            tenant: self.tenant.clone(),
        }
    }
}

impl<D> SqlStore<D> {
    /// Whose rows it reads and writes.
    #[must_use]
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    #[cfg(feature = "sqlite")]
    pub(crate) fn driver(&self) -> &D {
        &self.driver
    }
}

#[expect(
    private_bounds,
    reason = "a database is opened by its own constructors only"
)]
impl<D: Driver> SqlStore<D> {
    /// The tenant's first row is made here, so that nothing else need ask whether it is there.
    pub(crate) async fn over(driver: D, tenant: Tenant) -> Result<Self, OpenError> {
        let driver = Arc::new(driver);
        let store = Self { driver, tenant };
        let head = row::head_statement(store.of());
        if store.driver.fetch(head).await?.is_empty() {
            let first = row::head_insert(store.of(), D::DIALECT);
            store.driver.execute(first).await?;
        }
        Ok(store)
    }

    fn of(&self) -> Value {
        row::tenant(&self.tenant)
    }

    async fn nouns<T: serde::de::DeserializeOwned>(&self, stmt: Stmt) -> StoreResult<Vec<T>> {
        let rows = self.driver.fetch(stmt).await?;
        rows.iter().map(|row| row.doc(0)).collect()
    }

    async fn noun<T: serde::de::DeserializeOwned>(&self, stmt: Stmt) -> StoreResult<Option<T>> {
        Ok(self.nouns(stmt).await?.into_iter().next())
    }

    /// What has come due, past what other hosts are at. `stmt` lacks only its end.
    async fn spread<T: serde::de::DeserializeOwned>(
        &self,
        stmt: Stmt,
        spread: u32,
        limit: u32,
    ) -> StoreResult<Vec<T>> {
        let from = |offset: i64| {
            let mut stmt = stmt.clone();
            stmt.push(
                " LIMIT ? OFFSET ?",
                [Value::Int(limit.into()), Value::Int(offset)],
            );
            stmt
        };
        let passed_over = i64::from(spread) * i64::from(limit);
        let found = self.nouns(from(passed_over)).await?;
        if found.is_empty() && passed_over > 0 {
            return self.nouns(from(0)).await;
        }
        Ok(found)
    }

    async fn standings(&self, stmt: Stmt) -> StoreResult<Vec<Standing>> {
        standings(&self.driver.fetch(stmt).await?)
    }

    async fn number_all(&self) -> StoreResult<()> {
        while self.driver.number(&self.tenant, NUMBERED).await? == NUMBERED {}
        Ok(())
    }

    /// Removes what had expired by `now`, at most `limit` rows; how many it were.
    async fn forget(&self, table: &Expiring, now: DateTime<Utc>, limit: u32) -> StoreResult<u32> {
        if limit == 0 {
            return Ok(0);
        }
        let mut expired = Stmt::new(table.select, [self.of()]);
        expired.push(
            " AND expires_at <= ? ORDER BY expires_at LIMIT ?",
            [Value::instant(now), Value::Int(limit.into())],
        );
        let expired = self.driver.fetch(expired).await?;
        let mut removed = 0;
        for some in expired.chunks(IDS / 2) {
            let mut remove = Stmt::new(table.delete, [self.of()]);
            // What was given anew meanwhile stays.
            remove.push(" AND expires_at <= ? AND (1 = 0", [Value::instant(now)]);
            for row in some {
                let names = [
                    Value::Text(row.text(0)?.into()),
                    Value::Text(row.text(1)?.into()),
                ];
                remove.push(table.one, names);
            }
            remove.push(")", []);
            removed += self.driver.execute(remove).await?;
        }
        Ok(u32::try_from(removed).unwrap_or(u32::MAX))
    }

    /// Rows that a list of values names, some hundreds at a time. `stmt` ends where the list begins.
    async fn named(&self, stmt: &Stmt, values: Vec<Value>) -> StoreResult<Vec<Row>> {
        let mut rows = Vec::new();
        for some in values.chunks(IDS) {
            let mut stmt = stmt.clone();
            stmt.push_list(some.iter().cloned());
            rows.extend(self.driver.fetch(stmt).await?);
        }
        Ok(rows)
    }
}

/// Columns of a standing: the agent's JSON, then one load or none.
fn standings(rows: &[Row]) -> StoreResult<Vec<Standing>> {
    let mut all: Vec<Standing> = Vec::new();
    for row in rows {
        let agent: Agent = row.doc(0)?;
        let is_next = all.last().is_none_or(|last| last.agent.id != agent.id);
        if is_next {
            all.push(Standing {
                agent,
                loads: BTreeMap::new(),
            });
        }
        if row.is_null(1) {
            continue;
        }
        let name = row.text(1)?;
        let pool = Pool::ALL.into_iter().find(|pool| pool.name() == name);
        let (Some(pool), Some(standing)) = (pool, all.last_mut()) else {
            return Err(StoreError::corrupt("the pool of a load"));
        };
        let small = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let load = Load {
            units: small(row.count(2)?),
            capacity: small(row.count(3)?),
            last_assigned: optional_instant(row, 4)?,
        };
        standing.loads.insert(pool, load);
    }
    Ok(all)
}

fn optional_instant(row: &Row, at: usize) -> StoreResult<Option<DateTime<Utc>>> {
    (!row.is_null(at)).then(|| row.instant(at)).transpose()
}

fn code(row: &Row, at: usize) -> StoreResult<Code> {
    let text = row.text(at)?;
    text.parse()
        .map_err(|_| StoreError::corrupt(format!("column {at}: expected a code")))
}

#[async_trait]
impl<D: Driver> Tickets for SqlStore<D> {
    async fn ticket(&self, id: TicketId) -> StoreResult<Option<Ticket>> {
        self.noun(Stmt::new(
            "SELECT doc FROM crcore_ticket WHERE tenant = ? AND id = ?",
            [self.of(), Value::Id(id.uuid())],
        ))
        .await
    }

    async fn tickets(&self, filter: &TicketFilter, paging: &Paging) -> StoreResult<Page<Ticket>> {
        let select = page::select(D::DIALECT, &self.of(), filter, paging);
        page::page(&self.driver.fetch(select).await?, paging)
    }

    async fn total(&self, filter: &TicketFilter) -> StoreResult<Total> {
        let count = page::count(D::DIALECT, &self.of(), filter);
        let counted = self.driver.fetch(count).await?;
        let counted = counted.first().map_or(Ok(0), |row| row.count(0))?;
        Ok(Total::counted(counted))
    }

    async fn due(&self, now: DateTime<Utc>, spread: u32, limit: u32) -> StoreResult<Vec<Ticket>> {
        let due = Stmt::new(
            "SELECT doc FROM crcore_ticket WHERE tenant = ? AND next_due <= ? \
             ORDER BY next_due, id",
            [self.of(), Value::instant(now)],
        );
        self.spread(due, spread, limit).await
    }
}

#[async_trait]
impl<D: Driver> Roster for SqlStore<D> {
    async fn agent(&self, id: AgentId) -> StoreResult<Option<Standing>> {
        let found = Stmt::new(
            "SELECT a.doc, l.pool, l.units, l.capacity, l.last_assigned FROM crcore_agent a \
             LEFT JOIN crcore_load l ON l.tenant = a.tenant AND l.agent = a.id \
             WHERE a.tenant = ? AND a.id = ?",
            [self.of(), Value::Id(id.uuid())],
        );
        Ok(self.standings(found).await?.into_iter().next())
    }

    async fn agents(&self, after: Option<AgentId>, limit: u32) -> StoreResult<Vec<Standing>> {
        let mut all = Stmt::new(
            "SELECT c.doc, l.pool, l.units, l.capacity, l.last_assigned FROM \
             (SELECT tenant, id, doc FROM crcore_agent WHERE tenant = ?",
            [self.of()],
        );
        if let Some(after) = after {
            all.push(" AND id > ?", [Value::Id(after.uuid())]);
        }
        all.push(
            " ORDER BY id LIMIT ?) c \
             LEFT JOIN crcore_load l ON l.tenant = c.tenant AND l.agent = c.id ORDER BY c.id",
            [Value::Int(limit.into())],
        );
        self.standings(all).await
    }

    async fn candidates(&self, queue: &Code, pool: Pool, limit: u32) -> StoreResult<Vec<Standing>> {
        let longest_waiting = Stmt::new(
            "SELECT c.doc, l.pool, l.units, l.capacity, l.last_assigned FROM \
             (SELECT a.tenant, a.id, a.doc, w.last_assigned AS since FROM crcore_agent_queue q \
             JOIN crcore_agent a ON a.tenant = q.tenant AND a.id = q.agent \
             LEFT JOIN crcore_load w ON w.tenant = q.tenant AND w.agent = q.agent AND w.pool = ? \
             WHERE q.tenant = ? AND q.queue = ? AND a.available = ? \
             ORDER BY w.last_assigned IS NOT NULL, w.last_assigned, a.id LIMIT ?) c \
             LEFT JOIN crcore_load l ON l.tenant = c.tenant AND l.agent = c.id \
             ORDER BY c.since IS NOT NULL, c.since, c.id",
            [
                Value::Text(pool.name().into()),
                self.of(),
                Value::Text(queue.as_str().into()),
                Value::Flag(true),
                Value::Int(limit.into()),
            ],
        );
        self.standings(longest_waiting).await
    }

    async fn marked(&self, limit: u32) -> StoreResult<Vec<QueueMark>> {
        let marked = Stmt::new(
            "SELECT queue, at FROM crcore_queue_mark WHERE tenant = ? ORDER BY at, queue LIMIT ?",
            [self.of(), Value::Int(limit.into())],
        );
        let rows = self.driver.fetch(marked).await?;
        rows.iter()
            .map(|row| {
                Ok(QueueMark {
                    queue: code(row, 0)?,
                    at: row.instant(1)?,
                })
            })
            .collect()
    }
}

#[async_trait]
impl<D: Driver> Journal for SqlStore<D> {
    async fn events(&self, ticket: TicketId, after: u64, limit: u32) -> StoreResult<Vec<Event>> {
        let history = Stmt::new(
            "SELECT body FROM crcore_event WHERE tenant = ? AND ticket = ? AND seq > ? \
             ORDER BY seq LIMIT ?",
            [
                self.of(),
                Value::Id(ticket.uuid()),
                Value::count(after),
                Value::Int(limit.into()),
            ],
        );
        self.nouns(history).await
    }

    async fn words(&self, ids: &[PieceId]) -> StoreResult<Vec<Words>> {
        let stmt = Stmt::new(
            "SELECT id, ticket, salt, body, blob_id FROM crcore_words WHERE tenant = ? AND id IN ",
            [self.of()],
        );
        let ids = ids.iter().map(|id| Value::Id(id.uuid())).collect();
        let rows = self.named(&stmt, ids).await?;
        rows.iter()
            .map(|row| {
                Ok(Words {
                    id: row.id(0)?.into(),
                    ticket: row.id(1)?.into(),
                    salt: row.text(2)?.to_owned(),
                    text: row.text(3)?.to_owned(),
                    blob: (!row.is_null(4))
                        .then(|| row.hash(4).map(BlobId::from))
                        .transpose()?,
                })
            })
            .collect()
    }

    async fn blobs(&self, ticket: TicketId) -> StoreResult<Vec<BlobId>> {
        let stmt = Stmt::new(
            "SELECT DISTINCT blob_id FROM crcore_words \
             WHERE tenant = ? AND ticket = ? AND blob_id IS NOT NULL ORDER BY blob_id",
            [self.of(), Value::Id(ticket.uuid())],
        );
        let rows = self.driver.fetch(stmt).await?;
        rows.iter().map(|row| Ok(row.hash(0)?.into())).collect()
    }

    async fn referenced(&self, blobs: &[BlobId]) -> StoreResult<Vec<BlobId>> {
        let stmt = Stmt::new(
            "SELECT DISTINCT blob_id FROM crcore_words WHERE tenant = ? AND blob_id IN ",
            [self.of()],
        );
        let blobs = blobs
            .iter()
            .map(|blob| Value::Bytes(blob.bytes().to_vec()))
            .collect();
        let rows = self.named(&stmt, blobs).await?;
        rows.iter().map(|row| Ok(row.hash(0)?.into())).collect()
    }

    async fn feed(&self, after: u64, limit: u32) -> StoreResult<Vec<FeedItem>> {
        self.number_all().await?;
        let feed = Stmt::new(
            "SELECT position, hash, body FROM crcore_event WHERE tenant = ? AND position > ? \
             ORDER BY position LIMIT ?",
            [self.of(), Value::count(after), Value::Int(limit.into())],
        );
        let rows = self.driver.fetch(feed).await?;
        rows.iter()
            .map(|row| {
                Ok(FeedItem {
                    position: row.count(0)?,
                    hash: row.hash(1)?.into(),
                    text: row.text(2)?.to_owned(),
                })
            })
            .collect()
    }

    async fn head(&self) -> StoreResult<Head> {
        self.number_all().await?;
        row::head(&self.driver.fetch(row::head_statement(self.of())).await?)
    }

    async fn answered(&self, principal: &str, key: &str) -> StoreResult<Option<Answer>> {
        let stmt = Stmt::new(
            "SELECT principal, answer_key, body, outcome, given_at, expires_at FROM crcore_answer \
             WHERE tenant = ? AND principal = ? AND answer_key = ?",
            [
                self.of(),
                Value::Text(principal.into()),
                Value::Text(key.into()),
            ],
        );
        let rows = self.driver.fetch(stmt).await?;
        rows.first()
            .map(|row| {
                Ok(Answer {
                    principal: row.text(0)?.to_owned(),
                    key: row.text(1)?.to_owned(),
                    body: row.text(2)?.to_owned(),
                    outcome: row.text(3)?.to_owned(),
                    given_at: row.instant(4)?,
                    expires_at: row.instant(5)?,
                })
            })
            .transpose()
    }

    async fn owed(&self, now: DateTime<Utc>, spread: u32, limit: u32) -> StoreResult<Vec<Notice>> {
        let owed = Stmt::new(
            "SELECT doc FROM crcore_notice WHERE tenant = ? AND due_at <= ? ORDER BY due_at, id",
            [self.of(), Value::instant(now)],
        );
        self.spread(owed, spread, limit).await
    }

    async fn notice(&self, id: NoticeId) -> StoreResult<Option<Notice>> {
        self.noun(Stmt::new(
            "SELECT doc FROM crcore_notice WHERE tenant = ? AND id = ?",
            [self.of(), Value::Id(id.uuid())],
        ))
        .await
    }

    async fn notices(
        &self,
        filter: &NoticeFilter,
        after: Option<NoticeId>,
        limit: u32,
    ) -> StoreResult<Vec<Notice>> {
        let mut stmt = Stmt::new(
            "SELECT doc FROM crcore_notice WHERE tenant = ?",
            [self.of()],
        );
        if let Some(ticket) = filter.ticket {
            stmt.push(" AND ticket = ?", [Value::Id(ticket.uuid())]);
        }
        if filter.unsettled {
            stmt.push(" AND due_at IS NOT NULL", []);
        }
        if filter.dead {
            stmt.push(" AND state = 'dead'", []);
        }
        if let Some(after) = after {
            stmt.push(" AND id > ?", [Value::Id(after.uuid())]);
        }
        stmt.push(" ORDER BY id LIMIT ?", [Value::Int(limit.into())]);
        self.nouns(stmt).await
    }

    async fn rules(&self, version: &str) -> StoreResult<Option<RulesVersion>> {
        let stmt = Stmt::new(
            "SELECT version, body, since FROM crcore_rules WHERE tenant = ? AND version = ?",
            [self.of(), Value::Text(version.into())],
        );
        let rows = self.driver.fetch(stmt).await?;
        rows.first()
            .map(|row| {
                Ok(RulesVersion {
                    version: row.text(0)?.to_owned(),
                    text: row.text(1)?.to_owned(),
                    since: row.instant(2)?,
                })
            })
            .transpose()
    }
}

#[async_trait]
impl<D: Driver> Directory for SqlStore<D> {
    async fn customer(&self, id: CustomerId) -> StoreResult<Option<Customer>> {
        self.noun(Stmt::new(
            "SELECT doc FROM crcore_customer WHERE tenant = ? AND id = ?",
            [self.of(), Value::Id(id.uuid())],
        ))
        .await
    }
}

#[async_trait]
impl<D: Driver> Records for SqlStore<D> {
    async fn record(&self, shelf: &str, key: &str) -> StoreResult<Option<Record>> {
        let Some(stmt) = shelf::one(self.of(), shelf, key) else {
            return Ok(None);
        };
        let rows = self.driver.fetch(stmt).await?;
        rows.first().map(shelf::record).transpose()
    }

    async fn records(&self, range: &RecordRange) -> StoreResult<Vec<Record>> {
        let Some(stmt) = shelf::range(self.of(), range) else {
            return Ok(Vec::new());
        };
        let rows = self.driver.fetch(stmt).await?;
        rows.iter().map(shelf::record).collect()
    }

    async fn count(&self, shelf: &str, prefix: &str, now: DateTime<Utc>) -> StoreResult<u64> {
        let Some(stmt) = shelf::count(self.of(), shelf, prefix, now) else {
            return Ok(0);
        };
        let rows = self.driver.fetch(stmt).await?;
        rows.first().map_or(Ok(0), |row| row.count(0))
    }
}

#[async_trait]
impl<D: Driver> Store for SqlStore<D> {
    async fn commit(&self, sets: &[Changes]) -> Vec<StoreResult<()>> {
        let mut results = Vec::with_capacity(sets.len());
        let mut ready = Vec::with_capacity(sets.len());
        for changes in sets {
            match changes
                .writable()
                .and_then(|()| D::prepare(&self.tenant, changes))
            {
                Ok(set) => {
                    ready.push(set);
                    results.push(Ok(()));
                }
                Err(error) => results.push(Err(error)),
            }
        }
        let mut written = self.driver.commit(ready).await.into_iter();
        for result in results.iter_mut().filter(|result| result.is_ok()) {
            if let Some(written) = written.next() {
                *result = written;
            }
        }
        results
    }

    async fn tidy(&self, now: DateTime<Utc>, limit: u32) -> StoreResult<u32> {
        let numbered = self.driver.number(&self.tenant, limit).await?;
        let answers = self
            .forget(&ANSWERS, now, limit.saturating_sub(numbered))
            .await?;
        let touched = numbered.saturating_add(answers);
        let records = self
            .forget(&RECORDS, now, limit.saturating_sub(touched))
            .await?;
        Ok(touched.saturating_add(records))
    }
}

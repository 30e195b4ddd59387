//! A store of the bank's own, and how it shows that it is one: `cargo run --example own_store`.
//!
//! It keeps a log: one JSON line per write, on disk before it counts. A desk that is opened again reads
//! the log into memory, and memory answers all questions.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crcore::conformance::{Harness, Outcome, STORE_LAWS, Task};
use crcore::store::{
    Answer, Directory, FeedItem, Head, Journal, NoticeFilter, Page, Paging, QueueMark, Record,
    RecordRange, Records, Roster, RulesVersion, TicketFilter, Tickets, Total,
};
use crcore::{
    AgentId, BlobId, Changes, Code, Customer, CustomerId, Event, MemoryStore, Notice, NoticeId,
    PieceId, Pool, Standing, Store, StoreError, StoreResult, Ticket, TicketId, Words,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

/// A desk in a log file.
struct LogStore {
    memory: MemoryStore,
    log: Mutex<File>,
    fails: Arc<AtomicU32>,
}

/// A line of the log.
#[derive(Serialize, Deserialize)]
enum Line {
    Commit(Box<Changes>),
    Tidy(DateTime<Utc>, u32),
}

/// No write fails.
const NEVER: u32 = u32::MAX;

fn unavailable(error: io::Error) -> StoreError {
    StoreError::Unavailable {
        cause: Arc::new(error),
    }
}

impl LogStore {
    async fn open(path: &Path, fails: Arc<AtomicU32>) -> StoreResult<Self> {
        let options = OpenOptions::new()
            .append(true)
            .read(true)
            .create(true)
            .clone();
        let mut log = options.open(path).map_err(unavailable)?;
        let mut text = String::new();
        log.read_to_string(&mut text).map_err(unavailable)?;
        // A line that a crash cut short was never answered for.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        log.set_len(whole as u64).map_err(unavailable)?;
        let memory = MemoryStore::new();
        for (nth, line) in text[..whole].lines().enumerate() {
            let line = serde_json::from_str(line)
                .map_err(|_| StoreError::corrupt(format!("line {} of the log", nth + 1)))?;
            // What was refused then is refused again: a decision depends on nothing but the log.
            match line {
                Line::Commit(set) => drop(memory.commit(&[*set]).await),
                Line::Tidy(now, limit) => drop(memory.tidy(now, limit).await?),
            }
        }
        Ok(Self {
            memory,
            log: Mutex::new(log),
            fails,
        })
    }

    /// Puts a line on disk whole or not at all. A host would do this on a thread that may block.
    fn append(&self, log: &mut File, line: &Line) -> StoreResult<()> {
        let mut line = serde_json::to_string(line)
            .map_err(|_| StoreError::corrupt("a line that is no JSON"))?;
        line.push('\n');
        let before = log.metadata().map_err(unavailable)?.len();
        let written = match self.fails.load(Ordering::SeqCst) {
            0 => log
                .write_all(&line.as_bytes()[..line.len() / 2])
                .and(Err(io::Error::other("told to fail"))),
            _ => log
                .write_all(line.as_bytes())
                .and_then(|()| log.sync_data()),
        };
        written.map_err(|error| match log.set_len(before) {
            Ok(()) => unavailable(error),
            Err(error) => StoreError::Unknown {
                cause: Arc::new(error),
            },
        })
    }
}

#[async_trait]
impl Store for LogStore {
    async fn commit(&self, sets: &[Changes]) -> Vec<StoreResult<()>> {
        let mut log = self.log.lock().await;
        let mut answers = Vec::new();
        for set in sets {
            answers.extend(
                match self.append(&mut log, &Line::Commit(Box::new(set.clone()))) {
                    Ok(()) => self.memory.commit(std::slice::from_ref(set)).await,
                    Err(error) => vec![Err(error)],
                },
            );
        }
        answers
    }

    async fn tidy(&self, now: DateTime<Utc>, limit: u32) -> StoreResult<u32> {
        let mut log = self.log.lock().await;
        self.append(&mut log, &Line::Tidy(now, limit))?;
        self.memory.tidy(now, limit).await
    }
}

#[async_trait]
impl Tickets for LogStore {
    async fn ticket(&self, id: TicketId) -> StoreResult<Option<Ticket>> {
        self.memory.ticket(id).await
    }
    async fn tickets(&self, filter: &TicketFilter, paging: &Paging) -> StoreResult<Page<Ticket>> {
        self.memory.tickets(filter, paging).await
    }
    async fn total(&self, filter: &TicketFilter) -> StoreResult<Total> {
        self.memory.total(filter).await
    }
    async fn due(&self, now: DateTime<Utc>, spread: u32, limit: u32) -> StoreResult<Vec<Ticket>> {
        self.memory.due(now, spread, limit).await
    }
}

#[async_trait]
impl Roster for LogStore {
    async fn agent(&self, id: AgentId) -> StoreResult<Option<Standing>> {
        self.memory.agent(id).await
    }
    async fn agents(&self, after: Option<AgentId>, limit: u32) -> StoreResult<Vec<Standing>> {
        self.memory.agents(after, limit).await
    }
    async fn candidates(&self, queue: &Code, pool: Pool, n: u32) -> StoreResult<Vec<Standing>> {
        self.memory.candidates(queue, pool, n).await
    }
    async fn marked(&self, limit: u32) -> StoreResult<Vec<QueueMark>> {
        self.memory.marked(limit).await
    }
}

#[async_trait]
impl Journal for LogStore {
    async fn events(&self, ticket: TicketId, after: u64, limit: u32) -> StoreResult<Vec<Event>> {
        self.memory.events(ticket, after, limit).await
    }
    async fn words(&self, ids: &[PieceId]) -> StoreResult<Vec<Words>> {
        self.memory.words(ids).await
    }
    async fn blobs(&self, ticket: TicketId) -> StoreResult<Vec<BlobId>> {
        self.memory.blobs(ticket).await
    }
    async fn referenced(&self, blobs: &[BlobId]) -> StoreResult<Vec<BlobId>> {
        self.memory.referenced(blobs).await
    }
    async fn feed(&self, after: u64, limit: u32) -> StoreResult<Vec<FeedItem>> {
        self.memory.feed(after, limit).await
    }
    async fn head(&self) -> StoreResult<Head> {
        self.memory.head().await
    }
    async fn answered(&self, principal: &str, key: &str) -> StoreResult<Option<Answer>> {
        self.memory.answered(principal, key).await
    }
    async fn owed(&self, now: DateTime<Utc>, spread: u32, limit: u32) -> StoreResult<Vec<Notice>> {
        self.memory.owed(now, spread, limit).await
    }
    async fn notice(&self, id: NoticeId) -> StoreResult<Option<Notice>> {
        self.memory.notice(id).await
    }
    async fn notices(
        &self,
        filter: &NoticeFilter,
        after: Option<NoticeId>,
        limit: u32,
    ) -> StoreResult<Vec<Notice>> {
        self.memory.notices(filter, after, limit).await
    }
    async fn rules(&self, version: &str) -> StoreResult<Option<RulesVersion>> {
        self.memory.rules(version).await
    }
}

#[async_trait]
impl Directory for LogStore {
    async fn customer(&self, id: CustomerId) -> StoreResult<Option<Customer>> {
        self.memory.customer(id).await
    }
}

#[async_trait]
impl Records for LogStore {
    async fn record(&self, shelf: &str, key: &str) -> StoreResult<Option<Record>> {
        self.memory.record(shelf, key).await
    }
    async fn records(&self, range: &RecordRange) -> StoreResult<Vec<Record>> {
        self.memory.records(range).await
    }
    async fn count(&self, shelf: &str, prefix: &str, now: DateTime<Utc>) -> StoreResult<u64> {
        self.memory.count(shelf, prefix, now).await
    }
}

/// A folder with one log per tenant. A log that nobody holds open any more is read again from disk.
struct Logs {
    folder: PathBuf,
    open: Mutex<HashMap<String, Weak<LogStore>>>,
    fails: Arc<AtomicU32>,
}

#[async_trait]
impl Harness for Logs {
    async fn open(&self, tenant: &str) -> StoreResult<Arc<dyn Store>> {
        let mut open = self.open.lock().await;
        if let Some(store) = open.get(tenant).and_then(Weak::upgrade) {
            return Ok(store);
        }
        let path = self.folder.join(tenant).with_extension("jsonl");
        let store = Arc::new(LogStore::open(&path, Arc::clone(&self.fails)).await?);
        open.insert(tenant.to_owned(), Arc::downgrade(&store));
        Ok(store)
    }

    async fn fail_after(&self, rows: Option<u32>) -> StoreResult<bool> {
        self.fails.store(rows.unwrap_or(NEVER), Ordering::SeqCst);
        Ok(true)
    }

    async fn run_all(&self, tasks: Vec<Task>) {
        for task in tasks.into_iter().map(tokio::spawn).collect::<Vec<_>>() {
            // A task that panicked gave no answer, which the law notices.
            let _ = task.await;
        }
    }
}

/// Judges the store by every law, and says how many it broke.
pub(crate) async fn run(out: &mut dyn io::Write) -> io::Result<u32> {
    let root = std::env::temp_dir().join(format!("crcore-own-store-{}", std::process::id()));
    let mut broken = 0;
    for law in STORE_LAWS {
        let folder = root.join(law.name);
        std::fs::create_dir_all(&folder)?;
        let harness = Logs {
            folder,
            open: Mutex::default(),
            fails: Arc::new(AtomicU32::new(NEVER)),
        };
        match (law.judge)(&harness).await {
            Ok(Outcome::Kept) => writeln!(out, "kept     {}", law.name)?,
            Ok(Outcome::NotRun(why)) => writeln!(out, "not run  {}: the store {why}", law.name)?,
            Err(how) => {
                broken += 1;
                writeln!(out, "BROKEN   {}: {how}", law.name)?;
            }
        }
    }
    std::fs::remove_dir_all(&root)?;
    writeln!(out, "{} laws, {broken} broken", STORE_LAWS.len())?;
    Ok(broken)
}

#[tokio::main]
async fn main() -> io::Result<ExitCode> {
    Ok(match run(&mut io::stdout()).await? {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

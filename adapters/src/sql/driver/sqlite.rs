//! SQLite: one thread writes, a few read.
//!
//! The store's own connections go through `rusqlite`: `sqlx` hands every statement, and every row,
//! from thread to thread, which costs more than the statement. The host's transaction is `sqlx`'s.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crcore::store::Head;
use crcore::{Changes, StoreError, StoreResult};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use sqlx::{Column as _, Connection as _, Row as _, TypeInfo as _, ValueRef as _};
use tokio::sync::{mpsc, oneshot};

use super::{Conn, Dialect, Driver, unavailable, unknown};
use crate::sql::migrate::{self, OpenError, SCHEMA_VERSION};
use crate::sql::value::{Row, Stmt, Value, insert};
use crate::sql::write::Prepared;
use crate::sql::{SqlStore, Tenant, row};

/// How many change sets share one transaction at most: beyond, the `fsync` they share is a small part
/// of the cost, and the first caller waits for the last.
const GROUP: usize = 128;
/// How many callers may wait for the writer; the next waits until there is room.
const WAITING: usize = 1024;
/// How many reads run at once: a page takes tens of microseconds, so few threads serve many callers.
const READERS: usize = 4;
/// How long another process may hold the file's write lock before a commit is refused.
const BUSY: Duration = Duration::from_secs(5);
/// Memory for the writer's pages: the inner pages of some gigabytes' indexes, so that an insert at a
/// random place reads one page and not four.
const CACHE_KIB: i64 = 64 * 1024;
/// Distinct statements that stay compiled on each connection.
const STATEMENTS: usize = 128;

/// SQLite: what [`SqliteStore`](crate::sql::SqliteStore) stands on.
#[derive(Debug)]
pub struct Sqlite {
    writer: mpsc::Sender<Job>,
    /// Absent in memory, where there is one connection only.
    readers: Option<mpsc::Sender<Read>>,
    transactions: Arc<AtomicU64>,
}

type Reply<T> = oneshot::Sender<T>;
type Results = Vec<StoreResult<()>>;

#[derive(Debug)]
enum Job {
    Commit(Vec<Prepared>, Reply<Results>),
    Execute(Stmt, Reply<StoreResult<u64>>),
    Read(Read),
}

#[derive(Debug)]
struct Read(Stmt, Reply<StoreResult<Vec<Row>>>);

impl Sqlite {
    fn open(path: &Path) -> Result<Self, OpenError> {
        let path = address(path)?;
        if !path.exists() {
            return Err(OpenError::NoSchema);
        }
        let mut writer = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        migrate::check(version(&mut writer)?)?;
        let (reads, waiting) = mpsc::channel(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..READERS {
            let reader = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            reader
                .execute_batch("PRAGMA query_only = ON")
                .map_err(refused)?;
            let waiting = Arc::clone(&waiting);
            spawn("crcore-sqlite-read", move || serve_reads(reader, &waiting))?;
        }
        Self::start(writer, Some(reads))
    }

    fn in_memory() -> Result<Self, OpenError> {
        let mut only = Connection::open_in_memory().map_err(refused)?;
        settle(&only)?;
        bring_up(&mut only)?;
        Self::start(only, None)
    }

    fn start(
        connection: Connection,
        readers: Option<mpsc::Sender<Read>>,
    ) -> Result<Self, OpenError> {
        connection
            .pragma_update(None, "cache_size", -CACHE_KIB)
            .map_err(refused)?;
        let (writer, waiting) = mpsc::channel(WAITING);
        let transactions = Arc::new(AtomicU64::new(0));
        let own = Writer {
            connection,
            transactions: Arc::clone(&transactions),
        };
        spawn("crcore-sqlite-write", move || own.serve(waiting))?;
        Ok(Self {
            writer,
            readers,
            transactions,
        })
    }

    /// Makes the schema, or brings it up.
    fn migrate(path: &Path) -> Result<(), OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        bring_up(&mut connect(&address(path)?, flags)?)
    }
}

impl Driver for Sqlite {
    type Set = Prepared;
    const DIALECT: Dialect = Dialect::Sqlite;

    fn prepare(tenant: &Tenant, changes: &Changes) -> StoreResult<Prepared> {
        Prepared::new(tenant, changes)
    }

    async fn fetch(&self, stmt: Stmt) -> StoreResult<Vec<Row>> {
        let (reply, answer) = oneshot::channel();
        let read = Read(stmt, reply);
        let sent = match &self.readers {
            Some(readers) => readers.send(read).await.is_ok(),
            None => self.writer.send(Job::Read(read)).await.is_ok(),
        };
        if !sent {
            return Err(stopped());
        }
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }

    async fn execute(&self, stmt: Stmt) -> StoreResult<u64> {
        let (reply, answer) = oneshot::channel();
        if self.writer.send(Job::Execute(stmt, reply)).await.is_err() {
            return Err(stopped());
        }
        answer
            .await
            .unwrap_or_else(|_| Err(unknown("the writer stopped")))
    }

    async fn commit(&self, sets: Vec<Prepared>) -> Vec<StoreResult<()>> {
        let mut results = Vec::with_capacity(sets.len());
        let mut sets = sets.into_iter().peekable();
        while sets.peek().is_some() {
            let group: Vec<_> = sets.by_ref().take(GROUP).collect();
            let size = group.len();
            let (reply, answer) = oneshot::channel();
            if self.writer.send(Job::Commit(group, reply)).await.is_err() {
                results.extend((0..size).map(|_| Err(stopped())));
                continue;
            }
            match answer.await {
                Ok(answers) => results.extend(answers),
                Err(_) => {
                    results.extend((0..size).map(|_| Err(unknown("the writer stopped"))));
                }
            }
        }
        results
    }

    /// Commits come one after the other here, so each numbers its events itself.
    async fn number(&self, _: &Tenant, _: u32) -> StoreResult<u32> {
        Ok(0)
    }
}

struct Writer {
    connection: Connection,
    transactions: Arc<AtomicU64>,
}

impl Writer {
    /// Until the store is dropped and all that waited is done.
    fn serve(mut self, mut waiting: mpsc::Receiver<Job>) {
        while let Some(job) = waiting.blocking_recv() {
            let Job::Commit(sets, reply) = job else {
                self.other(job);
                continue;
            };
            let mut size = sets.len();
            let mut group = vec![(sets, reply)];
            let mut next = None;
            while size < GROUP {
                match waiting.try_recv() {
                    Ok(Job::Commit(sets, reply)) => {
                        size += sets.len();
                        group.push((sets, reply));
                    }
                    Ok(job) => {
                        next = Some(job);
                        break;
                    }
                    Err(_) => break,
                }
            }
            self.commit(group);
            next.into_iter().for_each(|job| self.other(job));
        }
    }

    fn other(&mut self, job: Job) {
        match job {
            // Whoever does not wait for the answer any more does not need it.
            Job::Execute(stmt, reply) => {
                let _ = reply.send(execute(&self.connection, &stmt));
            }
            Job::Read(Read(stmt, reply)) => {
                let _ = reply.send(fetch(&self.connection, &stmt));
            }
            Job::Commit(sets, reply) => self.commit(vec![(sets, reply)]),
        }
    }

    fn commit(&mut self, mut group: Vec<(Vec<Prepared>, Reply<Results>)>) {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        let mut sets: Vec<_> = group.iter_mut().flat_map(|(sets, _)| sets).collect();
        let erases = sets.iter().any(|set| set.erases());
        let mut results = match write(&mut self.connection, &mut sets) {
            Ok(results) => results,
            Err(all) => {
                if !self.connection.is_autocommit() {
                    // Where even this fails, the next BEGIN says so.
                    let _ = self.connection.execute_batch("ROLLBACK");
                }
                sets.iter().map(|_| Err(all.clone())).collect()
            }
        }
        .into_iter();
        for (sets, reply) in group {
            let _ = reply.send(results.by_ref().take(sets.len()).collect());
        }
        if erases {
            // What was erased still stands in the log until it is written back. A reader may hold
            // that up; the next checkpoint does it then.
            let _ = self
                .connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
    }
}

/// One transaction for all of them. An error is everybody's: nothing landed, or nobody knows.
fn write(
    connection: &mut Connection,
    sets: &mut [&mut Prepared],
) -> Result<Vec<StoreResult<()>>, StoreError> {
    run(connection, "BEGIN IMMEDIATE")?;
    let alone = sets.len() == 1;
    let mut heads = Heads::default();
    let mut results = Vec::with_capacity(sets.len());
    for set in sets.iter_mut() {
        if !alone {
            run(connection, "SAVEPOINT one")?;
        }
        let result = at_once(one(connection, set, &mut heads));
        match &result {
            Ok(()) => {}
            Err(StoreError::Conflict { .. } | StoreError::Corrupt { .. })
                if !alone && !connection.is_autocommit() =>
            {
                run(connection, "ROLLBACK TO one")?;
            }
            Err(all) => return Err(all.clone()),
        }
        if !alone {
            run(connection, "RELEASE one")?;
        }
        results.push(result);
    }
    at_once(heads.store(connection))?;
    connection
        .prepare_cached("COMMIT")
        .and_then(|mut commit| commit.execute([]))
        .map_err(|error| match refused(error) {
            conflict @ StoreError::Conflict { .. } => conflict,
            other => unknown(format!("COMMIT failed: {other}")),
        })?;
    Ok(results)
}

async fn one(
    connection: &mut Connection,
    set: &mut Prepared,
    heads: &mut Heads,
) -> StoreResult<()> {
    if !set.has_events() {
        return set.apply(connection, None).await;
    }
    let before = heads.of(connection, set.tenant()).await?;
    let mut head = before;
    set.apply(connection, Some(&mut head)).await?;
    heads.put(set.tenant(), head);
    Ok(())
}

/// How far the feeds go within the transaction: read once, written once.
#[derive(Default)]
struct Heads(Vec<(Value, Head)>);

impl Heads {
    async fn of<C: Conn>(&mut self, conn: &mut C, tenant: &Value) -> StoreResult<Head> {
        if let Some((_, head)) = self.0.iter().find(|(of, _)| of == tenant) {
            return Ok(*head);
        }
        let rows = conn.fetch(row::head_statement(tenant.clone())).await?;
        row::head(&rows)
    }

    fn put(&mut self, tenant: &Value, head: Head) {
        self.0.retain(|(of, _)| of != tenant);
        self.0.push((tenant.clone(), head));
    }

    async fn store<C: Conn>(&self, conn: &mut C) -> StoreResult<()> {
        for (tenant, head) in &self.0 {
            conn.execute(row::head_update(tenant.clone(), *head))
                .await?;
        }
        Ok(())
    }
}

fn serve_reads(reader: Connection, waiting: &Mutex<mpsc::Receiver<Read>>) {
    loop {
        let next = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .blocking_recv();
        let Some(Read(stmt, reply)) = next else {
            return;
        };
        let _ = reply.send(fetch(&reader, &stmt));
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map(|_| ())
        .map_err(|error| unavailable(format!("no thread to be had: {error}")).into())
}

/// The output of a future that never waits: those of [`Connection`].
fn at_once<T>(future: impl Future<Output = StoreResult<T>>) -> StoreResult<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => Err(StoreError::corrupt("a statement that did not end")),
    }
}

impl Conn for Connection {
    const DIALECT: Dialect = Dialect::Sqlite;

    async fn execute(&mut self, stmt: Stmt) -> StoreResult<u64> {
        execute(self, &stmt)
    }

    async fn fetch(&mut self, stmt: Stmt) -> StoreResult<Vec<Row>> {
        fetch(self, &stmt)
    }

    /// Row by row: the statement stays compiled, however many rows there are.
    async fn insert(&mut self, head: &'static str, rows: &[Vec<Value>]) -> StoreResult<()> {
        let Some(first) = rows.first() else {
            return Ok(());
        };
        let mut text = String::with_capacity(head.len() + 3 * first.len() + 2);
        text.push_str(head);
        text.push('(');
        for nth in 0..first.len() {
            text.push_str(if nth == 0 { "?" } else { ", ?" });
        }
        text.push(')');
        let mut statement = self.prepare_cached(&text).map_err(refused)?;
        for row in rows {
            statement
                .execute(rusqlite::params_from_iter(row))
                .map_err(refused)?;
        }
        Ok(())
    }
}

fn run(connection: &Connection, sql: &'static str) -> StoreResult<()> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map(|_| ())
        .map_err(refused)
}

fn execute(connection: &Connection, stmt: &Stmt) -> StoreResult<u64> {
    connection
        .prepare_cached(&stmt.text)
        .and_then(|mut statement| statement.execute(rusqlite::params_from_iter(&stmt.values)))
        .map(|count| count as u64)
        .map_err(refused)
}

fn fetch(connection: &Connection, stmt: &Stmt) -> StoreResult<Vec<Row>> {
    let mut statement = connection.prepare_cached(&stmt.text).map_err(refused)?;
    let columns = statement.column_count();
    let mut found = statement
        .query(rusqlite::params_from_iter(&stmt.values))
        .map_err(refused)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(refused)? {
        let values = (0..columns).map(|at| row.get_ref(at).map(value));
        rows.push(Row {
            values: values.collect::<Result<_, _>>().map_err(refused)?,
        });
    }
    Ok(rows)
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(int) => Value::Int(int),
        // No column of ours holds one.
        ValueRef::Real(_) => Value::Null,
        ValueRef::Text(text) => String::from_utf8(text.to_vec())
            .map_or_else(|error| Value::Bytes(error.into_bytes()), Value::Text),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Id(id) => ValueRef::Blob(id.as_bytes()),
            Self::Instant(int) | Self::Int(int) => ValueRef::Integer(*int),
            Self::Flag(flag) => ValueRef::Integer((*flag).into()),
            Self::Text(text) | Self::Json(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// What a refusal of SQLite means. Its messages name tables and columns, never values.
fn refused(error: rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(code, message) = &error else {
        return StoreError::corrupt(error.to_string());
    };
    let said = || message.clone().unwrap_or_else(|| code.to_string());
    match code.code {
        ErrorCode::ConstraintViolation => StoreError::conflict(said()),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            StoreError::conflict("another writer holds the database")
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TooBig => {
            StoreError::corrupt(said())
        }
        _ => unavailable(said()),
    }
}

fn stopped() -> StoreError {
    unavailable("the store is closed")
}

/// `sqlite:PATH`, `sqlite://PATH` or a path.
fn address(path: &Path) -> Result<PathBuf, OpenError> {
    let expected = OpenError::Address {
        expected: "the path of a file, or sqlite: and the path; `SqliteStore::in_memory` for memory",
    };
    let Some(text) = path.to_str() else {
        return Ok(path.to_owned());
    };
    let bare = text
        .strip_prefix("sqlite://")
        .or_else(|| text.strip_prefix("sqlite:"));
    match bare.unwrap_or(text) {
        "" | ":memory:" => Err(expected),
        query if bare.is_some() && query.contains('?') => Err(expected),
        path => Ok(PathBuf::from(path)),
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, OpenError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(refused)?;
    settle(&connection)?;
    Ok(connection)
}

fn settle(connection: &Connection) -> Result<(), OpenError> {
    connection.busy_timeout(BUSY).map_err(refused)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;",
        )
        .map_err(refused)?;
    Ok(())
}

fn version(connection: &mut Connection) -> StoreResult<i64> {
    let there = fetch(
        connection,
        &Stmt::new(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'crcore_migration'",
            [],
        ),
    )?;
    if there.is_empty() {
        return Ok(0);
    }
    migrate::version_of(&fetch(connection, &migrate::version_statement())?)
}

fn bring_up(connection: &mut Connection) -> Result<(), OpenError> {
    connection
        .execute_batch("BEGIN IMMEDIATE")
        .map_err(refused)?;
    let result = steps(connection);
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = connection.execute_batch(end).map_err(refused);
    result?;
    Ok(ended?)
}

fn steps(connection: &mut Connection) -> Result<(), OpenError> {
    let found = version(connection)?;
    for from in found..SCHEMA_VERSION {
        connection
            .execute_batch(&migrate::step(Dialect::Sqlite, from))
            .map_err(refused)?;
    }
    migrate::check(version(connection)?)
}

impl SqlStore<Sqlite> {
    /// Opens the database at `path`: a path, or `sqlite:` and a path.
    ///
    /// Its own connections use WAL, `synchronous = FULL` and `secure_delete = ON`: one that writes and
    /// four that read, each on a thread of its own that ends when the store is dropped.
    ///
    /// # Errors
    /// [`OpenError`] where there is no database, or its schema is not the one this release knows.
    pub async fn open(path: impl AsRef<Path>, tenant: Tenant) -> Result<Self, OpenError> {
        Self::over(Sqlite::open(path.as_ref())?, tenant).await
    }

    /// A database in memory, which ends with the store.
    ///
    /// # Errors
    /// [`OpenError`] where there is no memory or no thread to be had.
    pub async fn in_memory(tenant: Tenant) -> Result<Self, OpenError> {
        Self::over(Sqlite::in_memory()?, tenant).await
    }

    /// Makes the schema in the database at `path`, or brings it up to this release. Makes the file if
    /// need be; where there is nothing to do, does nothing.
    ///
    /// # Errors
    /// [`OpenError`] where the database cannot be written, or a later release made its schema.
    #[expect(clippy::unused_async, reason = "as for the databases behind a network")]
    pub async fn migrate(path: impl AsRef<Path>) -> Result<(), OpenError> {
        Sqlite::migrate(path.as_ref())
    }

    /// Writes a change set within the host's own transaction: all of it or nothing, and the
    /// transaction stays usable when it is refused. It lands when the host commits.
    ///
    /// Holds SQLite's one write lock until then. A transaction that read before it wrote is refused
    /// with a conflict if somebody has written since: begin it with `BEGIN IMMEDIATE`.
    ///
    /// # Errors
    /// As [`Store::commit`](crcore::Store::commit); never `Unknown`, since the host commits.
    pub async fn commit_in(
        &self,
        transaction: &mut sqlx::Transaction<'_, sqlx::Sqlite>,
        changes: &Changes,
    ) -> StoreResult<()> {
        changes.writable()?;
        let mut set = Prepared::new(self.tenant(), changes)?;
        // A savepoint, which is rolled back when it is dropped.
        let mut inner = (**transaction)
            .begin()
            .await
            .map_err(|error| host_refused(&error))?;
        match write_in(&mut inner, &mut set).await {
            Ok(()) => inner.commit().await.map_err(|error| host_refused(&error)),
            Err(error) => {
                inner
                    .rollback()
                    .await
                    .map_err(|error| host_refused(&error))?;
                Err(error)
            }
        }
    }

    /// How many transactions this store's commits took: fewer than commits, where callers shared one.
    #[must_use]
    pub fn transactions(&self) -> u64 {
        self.driver().transactions.load(Ordering::Relaxed)
    }
}

async fn write_in(conn: &mut sqlx::SqliteConnection, set: &mut Prepared) -> StoreResult<()> {
    if set.erases() {
        // The host's connection may leave what is deleted where it was.
        conn.fetch(Stmt::new("PRAGMA secure_delete = ON", []))
            .await?;
    }
    if !set.has_events() {
        return set.apply(conn, None).await;
    }
    let mut heads = Heads::default();
    let mut head = heads.of(conn, set.tenant()).await?;
    set.apply(conn, Some(&mut head)).await?;
    heads.put(set.tenant(), head);
    heads.store(conn).await
}

impl Conn for sqlx::SqliteConnection {
    const DIALECT: Dialect = Dialect::Sqlite;

    async fn execute(&mut self, stmt: Stmt) -> StoreResult<u64> {
        bind(stmt)
            .execute(self)
            .await
            .map(|done| done.rows_affected())
            .map_err(|error| host_refused(&error))
    }

    async fn fetch(&mut self, stmt: Stmt) -> StoreResult<Vec<Row>> {
        let rows = bind(stmt)
            .fetch_all(self)
            .await
            .map_err(|error| host_refused(&error))?;
        rows.iter().map(host_row).collect()
    }

    async fn insert(&mut self, head: &'static str, rows: &[Vec<Value>]) -> StoreResult<()> {
        for row in rows {
            self.execute(insert(head, std::slice::from_ref(row)))
                .await?;
        }
        Ok(())
    }
}

fn bind(stmt: Stmt) -> sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments> {
    let mut query = sqlx::query(super::audited(stmt.text));
    for value in stmt.values {
        query = match value {
            Value::Null => query.bind(None::<i64>),
            Value::Id(id) => query.bind(id),
            Value::Instant(int) | Value::Int(int) => query.bind(int),
            Value::Flag(flag) => query.bind(flag),
            Value::Text(text) | Value::Json(text) => query.bind(text),
            Value::Bytes(bytes) => query.bind(bytes),
        };
    }
    query
}

fn host_row(row: &sqlx::sqlite::SqliteRow) -> StoreResult<Row> {
    let values = row.columns().iter().map(|column| {
        let at = column.ordinal();
        let raw = row.try_get_raw(at)?;
        if raw.is_null() {
            return Ok(Value::Null);
        }
        Ok(match raw.type_info().name() {
            "INTEGER" => Value::Int(row.try_get_unchecked(at)?),
            "TEXT" => Value::Text(row.try_get_unchecked(at)?),
            _ => Value::Bytes(row.try_get_unchecked(at)?),
        })
    });
    let values = values.collect::<Result<_, sqlx::Error>>();
    Ok(Row {
        values: values.map_err(|error| host_refused(&error))?,
    })
}

/// As [`refused`], for an error that `sqlx` reports.
fn host_refused(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(error) => {
            // The primary result code is the low byte of the extended one.
            let code = error
                .code()
                .and_then(|code| code.parse::<i32>().ok())
                .unwrap_or(0);
            match code & 0xff {
                19 => StoreError::conflict(error.message()),
                5 | 6 => StoreError::conflict("another writer holds the database"),
                11 | 18 | 26 => StoreError::corrupt(error.message()),
                _ => unavailable(error.message()),
            }
        }
        sqlx::Error::ColumnDecode { index, .. } => StoreError::corrupt(format!("column {index}")),
        other => unavailable(other.to_string()),
    }
}

//! MariaDB: a group of change sets is one transaction, each set between savepoints.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime};
use crcore::store::Head;
use crcore::{Changes, StoreError, StoreResult};
use sqlx::mysql::{
    MySqlArguments, MySqlConnection, MySqlDatabaseError, MySqlPoolOptions, MySqlRow,
};
use sqlx::{Column as _, Connection as _, MySqlPool, Row as _, TypeInfo as _, ValueRef as _};

use super::{Conn, Dialect, Driver, audited, unavailable};
use crate::sql::group::{Groups, Lead, Touched, Touches};
use crate::sql::migrate::{self, OpenError, SCHEMA_VERSION};
use crate::sql::value::{Row, Stmt, Value, insert};
use crate::sql::write::Prepared;
use crate::sql::{SqlStore, Tenant, row};

/// The first instant and the last that a `DATETIME(6)` can hold, of the years 1 to 9999, in microseconds since 1970:
/// a question that reaches further is about as much.
const FIRST_INSTANT: i64 = -62_135_596_800_000_000;
const LAST_INSTANT: i64 = 253_402_300_799_999_999;
/// Connections of a pool that we open: a few times the cores of a common database server, which is
/// where more only wait for each other.
const CONNECTIONS: u32 = 16;
/// How many groups are on their way at once: a set takes several round trips, in which others may
/// write. At most half of a pool, the rest is for reads.
const WRITING: usize = 8;
/// How long a caller waits for a free connection.
const ACQUIRE: Duration = Duration::from_secs(5);
/// Rows of one statement: the protocol counts parameters in 16 bits, and no table has 32 columns.
const ROWS: usize = 1000;
/// Events that one statement numbers: few enough to stay a small statement.
const NUMBERED: usize = 100;

/// MariaDB: what [`MariaStore`](crate::sql::MariaStore) stands on.
#[derive(Debug)]
pub struct Maria {
    pool: MySqlPool,
    groups: Groups<Leader>,
}

#[derive(Debug, Clone)]
struct Leader(MySqlPool);

/// Sets are written one after the other, so they may touch the same rows.
impl Touches for Prepared {
    fn touched(&self) -> &Touched {
        Touched::NOTHING
    }
}

impl Lead for Leader {
    type Set = Prepared;

    fn at_once(&self) -> usize {
        let half = self.0.options().get_max_connections() / 2;
        WRITING.min(half as usize).max(1)
    }

    async fn lead(&self, mut sets: Vec<Prepared>) -> Vec<StoreResult<()>> {
        let mut all: Vec<_> = sets.iter_mut().collect();
        match self.write(&mut all).await {
            Ok(results) => results,
            // One of them met a deadlock, which ends the whole transaction. Nothing landed.
            Err(StoreError::Conflict { .. }) if sets.len() > 1 => {
                let mut results = Vec::with_capacity(sets.len());
                for one in &mut sets {
                    let result = self.write(&mut [one]).await;
                    results.push(result.and_then(|mut one| one.pop().unwrap_or(Ok(()))));
                }
                results
            }
            Err(error) => sets.iter().map(|_| Err(error.clone())).collect(),
        }
    }
}

impl Leader {
    /// One transaction for all of them. An error is everybody's.
    async fn write(&self, sets: &mut [&mut Prepared]) -> StoreResult<Vec<StoreResult<()>>> {
        let mut transaction = self.0.begin().await.map_err(|error| failed(&error))?;
        let alone = sets.len() == 1;
        let mut results = Vec::with_capacity(sets.len());
        for set in sets {
            if !alone {
                say(&mut transaction, "SAVEPOINT one").await?;
            }
            let result = set.apply(&mut *transaction, None).await;
            match &result {
                Ok(()) => {}
                Err(StoreError::Conflict { .. } | StoreError::Corrupt { .. }) if !alone => {
                    // After a deadlock there is no savepoint any more.
                    say(&mut transaction, "ROLLBACK TO one")
                        .await
                        .map_err(|_| StoreError::conflict("MariaDB ended the transaction"))?;
                }
                Err(error) => return Err(error.clone()),
            }
            results.push(result);
        }
        transaction
            .commit()
            .await
            .map_err(|error| match failed(&error) {
                StoreError::Unavailable { cause } => StoreError::Unknown { cause },
                other => other,
            })?;
        Ok(results)
    }
}

async fn say(connection: &mut MySqlConnection, sql: &'static str) -> StoreResult<()> {
    let said = sqlx::raw_sql(sql).execute(connection).await;
    said.map(|_| ()).map_err(|error| failed(&error))
}

impl Driver for Maria {
    type Set = Prepared;
    const DIALECT: Dialect = Dialect::Maria;

    fn prepare(tenant: &Tenant, changes: &Changes) -> StoreResult<Prepared> {
        Prepared::new(tenant, changes)
    }

    async fn fetch(&self, stmt: Stmt) -> StoreResult<Vec<Row>> {
        let mut connection = self.pool.acquire().await.map_err(|error| failed(&error))?;
        connection.fetch(stmt).await
    }

    async fn execute(&self, stmt: Stmt) -> StoreResult<u64> {
        let mut connection = self.pool.acquire().await.map_err(|error| failed(&error))?;
        connection.execute(stmt).await
    }

    async fn commit(&self, sets: Vec<Prepared>) -> Vec<StoreResult<()>> {
        self.groups.commit(sets).await
    }

    async fn number(&self, tenant: &Tenant, limit: u32) -> StoreResult<u32> {
        let tenant = row::tenant(tenant);
        let landed = Stmt::new(
            "SELECT seq FROM crcore_event WHERE tenant = ? AND position IS NULL LIMIT 1",
            [tenant.clone()],
        );
        if limit == 0 || self.fetch(landed).await?.is_empty() {
            return Ok(0);
        }
        let mut transaction = self.pool.begin().await.map_err(|error| failed(&error))?;
        let numbered = number(&mut transaction, tenant, limit).await?;
        transaction.commit().await.map_err(|error| failed(&error))?;
        Ok(numbered)
    }
}

/// The lock on the head's row makes it one at a time. A ticket's events land in their order and are
/// never older than the one before, so this order keeps it.
async fn number(conn: &mut MySqlConnection, tenant: Value, limit: u32) -> StoreResult<u32> {
    let mut stmt = row::head_statement(tenant.clone());
    stmt.push(Dialect::Maria.for_update(), []);
    let mut head: Head = row::head(&conn.fetch(stmt).await?)?;
    let landed = Stmt::new(
        "SELECT ticket, seq, body FROM crcore_event WHERE tenant = ? AND position IS NULL \
         ORDER BY at, ticket, seq LIMIT ?",
        [tenant.clone(), Value::Int(limit.into())],
    );
    let landed = conn.fetch(landed).await?;
    for some in landed.chunks(NUMBERED) {
        let mut places = Stmt::new("UPDATE crcore_event e JOIN (", []);
        for (nth, event) in some.iter().enumerate() {
            head.position += 1;
            head.hash = head.hash.then(head.position, event.text(2)?);
            places.push(
                if nth == 0 {
                    "SELECT ? AS ticket, ? AS seq, ? AS position, ? AS hash"
                } else {
                    " UNION ALL SELECT ?, ?, ?, ?"
                },
                [
                    Value::Id(event.id(0)?),
                    Value::Int(event.int(1)?),
                    Value::count(head.position),
                    Value::Bytes(head.hash.bytes().to_vec()),
                ],
            );
        }
        places.push(
            ") n ON e.ticket = n.ticket AND e.seq = n.seq \
             SET e.position = n.position, e.hash = n.hash WHERE e.tenant = ?",
            [tenant.clone()],
        );
        conn.execute(places).await?;
    }
    if !landed.is_empty() {
        conn.execute(row::head_update(tenant, head)).await?;
    }
    Ok(u32::try_from(landed.len()).unwrap_or(u32::MAX))
}

impl Conn for MySqlConnection {
    const DIALECT: Dialect = Dialect::Maria;

    async fn execute(&mut self, stmt: Stmt) -> StoreResult<u64> {
        bind(stmt)?
            .execute(self)
            .await
            .map(|done| done.rows_affected())
            .map_err(|error| failed(&error))
    }

    async fn fetch(&mut self, stmt: Stmt) -> StoreResult<Vec<Row>> {
        let rows = bind(stmt)?.fetch_all(self).await;
        let rows = rows.map_err(|error| failed(&error))?;
        rows.iter().map(read).collect()
    }

    async fn insert(&mut self, head: &'static str, rows: &[Vec<Value>]) -> StoreResult<()> {
        for some in rows.chunks(ROWS) {
            self.execute(insert(head, some)).await?;
        }
        Ok(())
    }
}

fn bind(stmt: Stmt) -> StoreResult<sqlx::query::Query<'static, sqlx::MySql, MySqlArguments>> {
    let mut query = sqlx::query(audited(stmt.text));
    for value in stmt.values {
        query = match value {
            Value::Null => query.bind(None::<String>),
            Value::Id(id) => query.bind(id),
            Value::Instant(at) => query.bind(
                DateTime::from_timestamp_micros(at.clamp(FIRST_INSTANT, LAST_INSTANT))
                    .ok_or_else(|| StoreError::corrupt("an instant beyond what can be written"))?
                    .naive_utc(),
            ),
            Value::Int(int) => query.bind(int),
            Value::Flag(flag) => query.bind(flag),
            Value::Text(text) | Value::Json(text) => query.bind(text),
            Value::Bytes(bytes) => query.bind(bytes),
        };
    }
    Ok(query)
}

fn read(row: &MySqlRow) -> StoreResult<Row> {
    let values = row.columns().iter().map(|column| {
        let at = column.ordinal();
        if row.try_get_raw(at)?.is_null() {
            return Ok(Value::Null);
        }
        Ok(match column.type_info().name() {
            "BIGINT" | "INT" => Value::Int(row.try_get_unchecked(at)?),
            "DATETIME" => Value::Instant(
                row.try_get_unchecked::<NaiveDateTime, _>(at)?
                    .and_utc()
                    .timestamp_micros(),
            ),
            // Texts and ids: which it is, the reader knows.
            _ => Value::Bytes(row.try_get_unchecked(at)?),
        })
    });
    let values = values.collect::<Result<_, sqlx::Error>>();
    Ok(Row {
        values: values.map_err(|error| failed(&error))?,
    })
}

/// What an error of MariaDB means. Its messages quote values, so only its number is told.
fn failed(error: &sqlx::Error) -> StoreError {
    let number = match error {
        sqlx::Error::Database(error) => error
            .try_downcast_ref::<MySqlDatabaseError>()
            .map_or(0, MySqlDatabaseError::number),
        sqlx::Error::ColumnDecode { index, .. } => {
            return StoreError::corrupt(format!("column {index}"));
        }
        sqlx::Error::Encode(_) => return StoreError::corrupt("a value that MariaDB cannot hold"),
        sqlx::Error::PoolTimedOut => return unavailable("no connection to MariaDB came free"),
        sqlx::Error::Io(error) => return unavailable(format!("connection to MariaDB: {error}")),
        _ => return unavailable("the connection to MariaDB failed"),
    };
    match number {
        1062 => StoreError::conflict("a unique index has it already"),
        // Changed since it was read, lock wait too long, deadlock.
        1020 | 1205 | 1213 => StoreError::conflict(format!("MariaDB error {number}")),
        // No such column or table, and values that a column cannot hold.
        1048 | 1054 | 1064 | 1146 | 1264 | 1366 | 1406 | 4025 => {
            StoreError::corrupt(format!("MariaDB error {number}"))
        }
        _ => unavailable(format!("MariaDB error {number}")),
    }
}

impl SqlStore<Maria> {
    /// Connects to the database at `url` (`mysql://user@host/database`): at most 16 connections, each
    /// waited for at most 5 s, at isolation level READ COMMITTED.
    ///
    /// # Errors
    /// [`OpenError`] where it cannot be reached, or its schema is not the one this release knows.
    pub async fn connect(url: &str, tenant: Tenant) -> Result<Self, OpenError> {
        let pool = MySqlPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    sqlx::raw_sql("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
                        .execute(connection)
                        .await
                        .map(|_| ())
                })
            })
            .connect(url)
            .await
            .map_err(|error| unreachable_at(&error))?;
        Self::from_pool(pool, tenant).await
    }

    /// Uses the host's own pool, with its sizes and limits. At most half of its connections,
    /// and no more than eight, write at once.
    ///
    /// # Errors
    /// [`OpenError`] as [`Self::connect`].
    pub async fn from_pool(pool: MySqlPool, tenant: Tenant) -> Result<Self, OpenError> {
        let mut connection = pool.acquire().await.map_err(|error| failed(&error))?;
        migrate::check(version(&mut connection).await?)?;
        drop(connection);
        let groups = Groups::new(Leader(pool.clone()));
        Self::over(Maria { pool, groups }, tenant).await
    }

    /// Makes the schema in the database at `url`, or brings it up to this release; where there is
    /// nothing to do, does nothing. MariaDB cannot undo a change of schema: where it breaks off, run it
    /// again.
    ///
    /// # Errors
    /// [`OpenError`] where it cannot be reached or written, or a later release made its schema.
    pub async fn migrate(url: &str) -> Result<(), OpenError> {
        let mut connection = MySqlConnection::connect(url)
            .await
            .map_err(|error| unreachable_at(&error))?;
        // Held until the connection ends.
        let lock = Stmt::new(
            "SELECT CAST(GET_LOCK(CONCAT('crcore_migration.', DATABASE()), 60) AS SIGNED)",
            [],
        );
        let lock = connection.fetch(lock).await?;
        if lock.first().is_none_or(|row| !matches!(row.int(0), Ok(1))) {
            return Err(StoreError::conflict("another migration is under way").into());
        }
        for from in version(&mut connection).await?..SCHEMA_VERSION {
            let step = migrate::step(Dialect::Maria, from);
            sqlx::raw_sql(audited(step.into()))
                .execute(&mut connection)
                .await
                .map_err(|error| failed(&error))?;
        }
        migrate::check(version(&mut connection).await?)?;
        Ok(connection.close().await.map_err(|error| failed(&error))?)
    }

    /// Writes a change set within the host's own transaction: all of it or nothing, and the
    /// transaction stays usable when it is refused. It lands when the host commits. A deadlock is the
    /// exception: MariaDB then ends the whole transaction, and the host begins it again.
    ///
    /// # Errors
    /// As [`Store::commit`](crcore::Store::commit); never `Unknown`, since the host commits.
    pub async fn commit_in(
        &self,
        transaction: &mut sqlx::Transaction<'_, sqlx::MySql>,
        changes: &Changes,
    ) -> StoreResult<()> {
        changes.writable()?;
        let mut set = Prepared::new(self.tenant(), changes)?;
        // A savepoint, which is rolled back when it is dropped.
        let mut inner = (**transaction).begin().await.map_err(|e| failed(&e))?;
        match set.apply(&mut *inner, None).await {
            Ok(()) => inner.commit().await.map_err(|error| failed(&error)),
            Err(error) => {
                // Where there is no savepoint any more, the error says why.
                let _ = inner.rollback().await;
                Err(error)
            }
        }
    }
}

fn unreachable_at(error: &sqlx::Error) -> OpenError {
    match error {
        sqlx::Error::Configuration(_) => OpenError::Address {
            expected: "mysql://user:password@host:port/database",
        },
        other => failed(other).into(),
    }
}

async fn version(connection: &mut MySqlConnection) -> StoreResult<i64> {
    let there = Stmt::new(
        "SELECT COUNT(*) FROM information_schema.tables \
         WHERE table_schema = DATABASE() AND table_name = 'crcore_migration'",
        [],
    );
    let there = connection.fetch(there).await?;
    if there.first().map_or(Ok(0), |row| row.int(0))? == 0 {
        return Ok(0);
    }
    migrate::version_of(&connection.fetch(migrate::version_statement()).await?)
}

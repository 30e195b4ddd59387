//! PostgreSQL: a group of change sets is one statement, one round trip and one commit.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use crcore::{Changes, StoreError, StoreResult};
use sqlx::postgres::{PgArguments, PgPoolOptions, PgRow};
use sqlx::{
    Column as _, Connection as _, PgConnection, PgPool, Row as _, TypeInfo as _, ValueRef as _,
};

use super::{Dialect, Driver, audited, unavailable};
use crate::sql::group::{Groups, Lead, Touched, Touches};
use crate::sql::migrate::{self, OpenError, SCHEMA_VERSION};
use crate::sql::row::{self, Versioned};
use crate::sql::value::{Row, Stmt, Value};
use crate::sql::{SqlStore, Tenant};

/// Connections of a pool that we open: a few times the cores of a common database server, which is
/// where more only wait for each other.
const CONNECTIONS: u32 = 16;
/// How many groups are on their way at once: they share the server's writes to disk. More would only
/// make smaller groups. At most half of a pool, the rest is for reads.
const WRITING: usize = 8;
/// How long a caller waits for a free connection.
const ACQUIRE: Duration = Duration::from_secs(5);
/// The advisory lock that keeps two migrations apart: "crcore" as a number.
const MIGRATING: i64 = 0x6372_636f_7265;

/// PostgreSQL: what [`PostgresStore`](crate::sql::PostgresStore) stands on.
#[derive(Debug)]
pub struct Postgres {
    pool: PgPool,
    groups: Groups<Leader>,
}

/// A change set as the rows that `crcore_commit` takes: JSON objects, each without its first brace
/// and the number of its set.
#[derive(Debug)]
pub(crate) struct Prepared {
    rows: [Vec<String>; TABLES.len()],
    touched: Touched,
}

/// What `crcore_commit` calls them.
const TABLES: [&str; 17] = [
    "new_tickets",
    "tickets",
    "agents",
    "customers",
    "new_notices",
    "notices",
    "loads",
    "erased",
    "pieces",
    "forgotten",
    "words",
    "events",
    "unmarks",
    "marks",
    "rules",
    "answers",
    "records",
];
/// Their columns after `tenant`, as [`row`] orders them.
const TICKET: &[&str] = &[
    "id",
    "version",
    "reference",
    "kind",
    "status",
    "priority",
    "service",
    "queue",
    "channel",
    "customer",
    "agent",
    "received_at",
    "updated_at",
    "deadline",
    "deadline_order",
    "urgency",
    "next_due",
    "doc",
];
const AGENT: &[&str] = &["id", "version", "name", "role", "available", "doc"];
const CUSTOMER: &[&str] = &["id", "version", "doc"];
const NOTICE: &[&str] = &[
    "id",
    "version",
    "ticket",
    "state",
    "due_at",
    "created_at",
    "doc",
];
const EVENT: &[&str] = &["ticket", "seq", "id", "at", "position", "hash", "body"];
const WORDS: &[&str] = &["id", "ticket", "salt", "body", "blob_id"];
const RULES: &[&str] = &["version", "body", "since"];
const ANSWER: &[&str] = &[
    "principal",
    "answer_key",
    "body",
    "outcome",
    "given_at",
    "expires_at",
];

const RECORD: &[&str] = &["shelf", "record_key", "expected", "body", "expires_at"];

impl Prepared {
    fn new(owner: &Tenant, changes: &Changes) -> StoreResult<Self> {
        changes.writable()?;
        let mut set = Self {
            rows: Default::default(),
            touched: Touched::default(),
        };
        for ticket in row::tickets(owner, changes)? {
            set.versioned("new_tickets", "tickets", TICKET, &ticket)?;
        }
        for ticket in &changes.tickets {
            set.touched.alone(ticket.value.reference.to_string());
        }
        for agent in row::agents(owner, changes)? {
            set.versioned("agents", "agents", AGENT, &agent)?;
        }
        for customer in row::customers(owner, changes)? {
            set.versioned("customers", "customers", CUSTOMER, &customer)?;
        }
        for notice in row::notices(owner, changes)? {
            set.versioned("new_notices", "notices", NOTICE, &notice)?;
        }
        set.loads(changes)?;
        set.words(owner, changes)?;
        for event in &changes.events {
            set.push("events", EVENT, tail(&row::event(owner, event)?))?;
            set.touched.alone(event.ticket.uuid());
        }
        set.queues(changes)?;
        for rules in &changes.rules {
            set.push("rules", RULES, tail(&row::rules(owner, rules)))?;
        }
        for answer in &changes.answers {
            set.touched.alone((&answer.principal, &answer.key));
            set.push("answers", ANSWER, tail(&row::answer(owner, answer)))?;
        }
        for record in &changes.records {
            set.touched.alone(("record", &record.shelf, &record.key));
            set.push("records", RECORD, tail(&row::record(owner, record)))?;
        }
        Ok(set)
    }

    fn loads(&mut self, changes: &Changes) -> StoreResult<()> {
        for load in &changes.loads {
            let agent = load.agent.uuid();
            self.touched.alone((agent, load.pool.name()));
            self.touched.shared(agent);
            let values = [
                Value::Id(agent),
                Value::Text(load.pool.name().into()),
                Value::Int(load.units),
                Value::Flag(load.enforce),
                Value::or_null(load.assigned_at, Value::instant),
            ];
            let columns = ["agent", "pool", "units", "enforce", "assigned_at"];
            self.push("loads", &columns, &values)?;
        }
        Ok(())
    }

    fn words(&mut self, owner: &Tenant, changes: &Changes) -> StoreResult<()> {
        for erasure in &changes.erased {
            self.touched.alone(("words of", erasure.ticket.uuid()));
            let ticket = [Value::Id(erasure.ticket.uuid())];
            self.push("erased", &["ticket"], &ticket)?;
            for piece in &erasure.pieces {
                self.touched.alone(piece.uuid());
                self.push("pieces", &["id"], &[Value::Id(piece.uuid())])?;
            }
        }
        for customer in &changes.forgotten {
            self.touched.alone(customer.uuid());
            self.push("forgotten", &["id"], &[Value::Id(customer.uuid())])?;
        }
        for words in &changes.words {
            self.touched.alone(words.id.uuid());
            self.touched.shared(("words of", words.ticket.uuid()));
            self.push("words", WORDS, tail(&row::words(owner, words)))?;
        }
        Ok(())
    }

    fn queues(&mut self, changes: &Changes) -> StoreResult<()> {
        for unmark in &changes.unmarks {
            self.touched.alone(("mark", unmark.queue.as_str()));
        }
        for mark in &changes.marks {
            self.touched.shared(("mark", mark.queue.as_str()));
        }
        for (table, marks) in [("unmarks", &changes.unmarks), ("marks", &changes.marks)] {
            for mark in marks {
                let queue = Value::Text(mark.queue.as_str().into());
                self.push(table, &["queue", "at"], &[queue, Value::instant(mark.at)])?;
            }
        }
        Ok(())
    }

    fn versioned(
        &mut self,
        new: &str,
        old: &str,
        columns: &[&str],
        noun: &Versioned,
    ) -> StoreResult<()> {
        self.touched.alone(noun.id);
        let table = if noun.from == 0 { new } else { old };
        let columns = [&["expected"], columns].concat();
        let mut values = vec![Value::Int(noun.from)];
        values.extend_from_slice(tail(&noun.row));
        self.push(table, &columns, &values)
    }

    fn push(&mut self, table: &str, columns: &[&str], values: &[Value]) -> StoreResult<()> {
        let mut object = String::with_capacity(64 * columns.len());
        for (column, value) in columns.iter().zip(values) {
            if *value == Value::Null {
                continue;
            }
            object.push_str(",\"");
            object.push_str(column);
            object.push_str("\":");
            write_json(&mut object, value)?;
        }
        object.push('}');
        let rows = TABLES.iter().zip(&mut self.rows);
        for (_, rows) in rows.filter(|(name, _)| **name == table) {
            rows.push(std::mem::take(&mut object));
        }
        Ok(())
    }
}

impl Touches for Prepared {
    fn touched(&self) -> &Touched {
        &self.touched
    }
}

/// A row without its tenant, which the function is told once.
fn tail(row: &[Value]) -> &[Value] {
    row.split_first().map_or(&[], |(_, tail)| tail)
}

fn write_json(json: &mut String, value: &Value) -> StoreResult<()> {
    use std::fmt::Write as _;
    let written = match value {
        Value::Null => write!(json, "null"),
        Value::Id(id) => write!(json, "\"{id}\""),
        Value::Instant(at) => {
            let at = DateTime::from_timestamp_micros(*at)
                .ok_or_else(|| StoreError::corrupt("an instant beyond what can be written"))?;
            let at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
            write!(json, "\"{at}\"")
        }
        Value::Int(int) => write!(json, "{int}"),
        Value::Flag(flag) => write!(json, "{flag}"),
        Value::Text(text) => {
            let quoted = serde_json::to_string(text)
                .map_err(|_| StoreError::corrupt("a text that cannot be written as JSON"))?;
            json.push_str(&quoted);
            Ok(())
        }
        Value::Json(raw) => {
            json.push_str(raw);
            Ok(())
        }
        Value::Bytes(bytes) => {
            json.push('"');
            let written = bytes.iter().try_for_each(|byte| write!(json, "{byte:02x}"));
            json.push('"');
            written
        }
    };
    written.map_err(|_| StoreError::corrupt("a value that cannot be written as JSON"))
}

/// The parameter of `crcore_commit`.
fn document(sets: &[&Prepared]) -> String {
    use std::fmt::Write as _;
    let mut json = String::from("{");
    for (nth, table) in TABLES.iter().enumerate() {
        let mut between = "";
        for (number, set) in sets.iter().enumerate() {
            for row in set.rows.get(nth).into_iter().flatten() {
                if between.is_empty() {
                    if json.len() > 1 {
                        json.push(',');
                    }
                    // Writing to a string does not fail.
                    let _ = write!(json, "\"{table}\":[");
                }
                let _ = write!(json, "{between}{{\"s\":{number}{row}");
                between = ",";
            }
        }
        if !between.is_empty() {
            json.push(']');
        }
    }
    json.push('}');
    json
}

#[derive(Debug, Clone)]
struct Leader {
    pool: PgPool,
    tenant: Arc<str>,
}

impl Lead for Leader {
    type Set = Prepared;

    fn at_once(&self) -> usize {
        let half = self.pool.options().get_max_connections() / 2;
        WRITING.min(half as usize).max(1)
    }

    async fn lead(&self, sets: Vec<Prepared>) -> Vec<StoreResult<()>> {
        let all: Vec<_> = sets.iter().collect();
        match self.send(&all).await {
            Ok(results) => results,
            // Something in one of them made the statement fail as a whole, or it met another group that
            // made the same load. Nothing landed.
            Err(StoreError::Conflict { .. } | StoreError::Corrupt { .. }) => {
                let mut results = Vec::with_capacity(sets.len());
                for one in &sets {
                    let result = self.send(&[one]).await;
                    results.push(result.and_then(|mut one| one.pop().unwrap_or(Ok(()))));
                }
                results
            }
            Err(error) => sets.iter().map(|_| Err(error.clone())).collect(),
        }
    }
}

impl Leader {
    async fn send(&self, sets: &[&Prepared]) -> StoreResult<Vec<StoreResult<()>>> {
        let mut connection = self.pool.acquire().await.map_err(|e| failed(&e))?;
        call(&mut connection, &self.tenant, sets)
            .await
            .map_err(|error| if_sent(&error))
    }
}

/// One statement: it lands on its own, or with the transaction it is in.
async fn call(
    connection: &mut PgConnection,
    tenant: &str,
    sets: &[&Prepared],
) -> sqlx::Result<Vec<StoreResult<()>>> {
    let refused: Vec<(i32, String)> =
        sqlx::query_as("SELECT refused, what FROM crcore_commit($1, $2)")
            .bind(tenant)
            .bind(document(sets))
            .fetch_all(connection)
            .await?;
    let mut results: Vec<_> = sets.iter().map(|_| Ok(())).collect();
    for (number, what) in refused {
        let result = usize::try_from(number)
            .ok()
            .and_then(|at| results.get_mut(at));
        if let Some(result) = result {
            *result = Err(StoreError::conflict(what));
        }
    }
    Ok(results)
}

impl Driver for Postgres {
    type Set = Prepared;
    const DIALECT: Dialect = Dialect::Postgres;

    fn prepare(tenant: &Tenant, changes: &Changes) -> StoreResult<Prepared> {
        Prepared::new(tenant, changes)
    }

    async fn fetch(&self, stmt: Stmt) -> StoreResult<Vec<Row>> {
        fetch(&self.pool, stmt).await
    }

    async fn execute(&self, stmt: Stmt) -> StoreResult<u64> {
        let done = bind(stmt)?.execute(&self.pool).await;
        done.map(|done| done.rows_affected())
            .map_err(|error| failed(&error))
    }

    async fn commit(&self, sets: Vec<Prepared>) -> Vec<StoreResult<()>> {
        self.groups.commit(sets).await
    }

    async fn number(&self, tenant: &Tenant, limit: u32) -> StoreResult<u32> {
        let most = i32::try_from(limit).unwrap_or(i32::MAX);
        let numbered: i32 = sqlx::query_scalar("SELECT crcore_number($1, $2)")
            .bind(tenant.as_str())
            .bind(most)
            .fetch_one(&self.pool)
            .await
            .map_err(|error| failed(&error))?;
        u32::try_from(numbered).map_err(|_| StoreError::corrupt("what crcore_number returned"))
    }
}

async fn fetch(from: impl sqlx::PgExecutor<'_>, stmt: Stmt) -> StoreResult<Vec<Row>> {
    let rows = bind(stmt)?.fetch_all(from).await;
    let rows = rows.map_err(|error| failed(&error))?;
    rows.iter().map(read).collect()
}

fn bind(stmt: Stmt) -> StoreResult<sqlx::query::Query<'static, sqlx::Postgres, PgArguments>> {
    let mut query = sqlx::query(audited(numbered(&stmt).into()));
    for value in stmt.values {
        query = match value {
            Value::Null => query.bind(None::<String>),
            Value::Id(id) => query.bind(id),
            Value::Instant(at) => query.bind(
                DateTime::from_timestamp_micros(at)
                    .ok_or_else(|| StoreError::corrupt("an instant beyond what can be written"))?,
            ),
            Value::Int(int) => query.bind(int),
            Value::Flag(flag) => query.bind(flag),
            Value::Text(text) | Value::Json(text) => query.bind(text),
            Value::Bytes(bytes) => query.bind(bytes),
        };
    }
    Ok(query)
}

/// PostgreSQL numbers its parameters.
fn numbered(stmt: &Stmt) -> String {
    let mut text = String::with_capacity(stmt.text.len() + 2 * stmt.values.len());
    let mut parts = stmt.text.split('?');
    text.extend(parts.next());
    for (nth, part) in (1..).zip(parts) {
        text.push('$');
        text.push_str(&i32::to_string(&nth));
        text.push_str(part);
    }
    text
}

fn read(row: &PgRow) -> StoreResult<Row> {
    let values = row.columns().iter().map(|column| {
        let at = column.ordinal();
        let raw = row.try_get_raw(at)?;
        if raw.is_null() {
            return Ok(Value::Null);
        }
        Ok(match column.type_info().name() {
            "UUID" => Value::Id(row.try_get(at)?),
            "TIMESTAMPTZ" => {
                Value::Instant(row.try_get::<DateTime<Utc>, _>(at)?.timestamp_micros())
            }
            "INT8" => Value::Int(row.try_get(at)?),
            "INT4" => Value::Int(row.try_get::<i32, _>(at)?.into()),
            "BOOL" => Value::Flag(row.try_get(at)?),
            "BYTEA" => Value::Bytes(row.try_get(at)?),
            // In its binary form, the text comes after the number of the form.
            "JSONB" => Value::Bytes(
                raw.as_bytes()
                    .map_err(sqlx::Error::Decode)?
                    .get(1..)
                    .unwrap_or_default()
                    .to_vec(),
            ),
            _ => Value::Text(row.try_get(at)?),
        })
    });
    let values = values.collect::<Result<_, sqlx::Error>>();
    Ok(Row {
        values: values.map_err(|error| failed(&error))?,
    })
}

/// As [`failed`], for a statement that commits: where the server did not refuse it, it may have landed.
fn if_sent(error: &sqlx::Error) -> StoreError {
    // Class 57 is the operator, 57P the server going down: that may be after the commit.
    let refused = match error {
        sqlx::Error::Database(error) => !error.code().unwrap_or_default().starts_with("57P"),
        _ => false,
    };
    match failed(error) {
        StoreError::Unavailable { cause } if !refused => StoreError::Unknown { cause },
        other => other,
    }
}

/// What an error of PostgreSQL means. Its messages may quote values, so only its code is told.
fn failed(error: &sqlx::Error) -> StoreError {
    let code = match error {
        sqlx::Error::Database(error) => error.code().unwrap_or_default(),
        sqlx::Error::ColumnDecode { index, .. } => {
            return StoreError::corrupt(format!("column {index}"));
        }
        sqlx::Error::PoolTimedOut => return unavailable("no connection to PostgreSQL came free"),
        sqlx::Error::Io(error) => return unavailable(format!("connection to PostgreSQL: {error}")),
        _ => return unavailable("the connection to PostgreSQL failed"),
    };
    let constraint = match error {
        sqlx::Error::Database(error) => error.constraint().unwrap_or("a unique index"),
        _ => "",
    };
    match code.as_ref() {
        "23505" => StoreError::conflict(format!("{constraint} has it already")),
        "40001" | "40P01" | "55P03" => StoreError::conflict(format!("PostgreSQL error {code}")),
        // Class 22 is data, 23 constraints, 42 the schema.
        data if ["22", "23", "42"]
            .iter()
            .any(|class| data.starts_with(class)) =>
        {
            StoreError::corrupt(format!("PostgreSQL error {code}"))
        }
        _ => unavailable(format!("PostgreSQL error {code}")),
    }
}

impl SqlStore<Postgres> {
    /// Connects to the database at `url` (`postgres://user@host/database`): at most 16 connections,
    /// each waited for at most 5 s. Tables are found by the search path: `?options=-csearch_path%3Ddesk`
    /// keeps them in a schema of their own.
    ///
    /// # Errors
    /// [`OpenError`] where it cannot be reached, or its schema is not the one this release knows.
    pub async fn connect(url: &str, tenant: Tenant) -> Result<Self, OpenError> {
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE)
            // Asking first whether a connection lives would double the round trips.
            .test_before_acquire(false)
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
    pub async fn from_pool(pool: PgPool, tenant: Tenant) -> Result<Self, OpenError> {
        let mut connection = pool.acquire().await.map_err(|error| failed(&error))?;
        migrate::check(version(&mut connection).await?)?;
        drop(connection);
        let leader = Leader {
            pool: pool.clone(),
            tenant: tenant.as_str().into(),
        };
        let groups = Groups::new(leader);
        Self::over(Postgres { pool, groups }, tenant).await
    }

    /// Makes the schema in the database at `url`, or brings it up to this release; where there is
    /// nothing to do, does nothing. All in one transaction.
    ///
    /// # Errors
    /// [`OpenError`] where it cannot be reached or written, or a later release made its schema.
    pub async fn migrate(url: &str) -> Result<(), OpenError> {
        let mut connection = PgConnection::connect(url)
            .await
            .map_err(|error| unreachable_at(&error))?;
        let mut transaction = connection.begin().await.map_err(|error| failed(&error))?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)")
            .bind(MIGRATING)
            .execute(&mut *transaction)
            .await
            .map_err(|error| failed(&error))?;
        for from in version(&mut transaction).await?..SCHEMA_VERSION {
            let step = migrate::step(Dialect::Postgres, from);
            sqlx::raw_sql(audited(step.into()))
                .execute(&mut *transaction)
                .await
                .map_err(|error| failed(&error))?;
        }
        migrate::check(version(&mut transaction).await?)?;
        Ok(transaction.commit().await.map_err(|error| failed(&error))?)
    }

    /// Writes a change set within the host's own transaction: all of it or nothing, and the
    /// transaction stays usable when it is refused. It lands when the host commits.
    ///
    /// # Errors
    /// As [`Store::commit`](crcore::Store::commit); never `Unknown`, since the host commits.
    pub async fn commit_in(
        &self,
        transaction: &mut sqlx::Transaction<'_, sqlx::Postgres>,
        changes: &Changes,
    ) -> StoreResult<()> {
        changes.writable()?;
        let set = Prepared::new(self.tenant(), changes)?;
        // A savepoint, which is rolled back when it is dropped.
        let mut inner = (**transaction).begin().await.map_err(|e| failed(&e))?;
        let result = call(&mut inner, self.tenant().as_str(), &[&set])
            .await
            .map_err(|error| failed(&error));
        match result.and_then(|mut one| one.pop().unwrap_or(Ok(()))) {
            Ok(()) => inner.commit().await.map_err(|error| failed(&error)),
            Err(error) => {
                inner.rollback().await.map_err(|error| failed(&error))?;
                Err(error)
            }
        }
    }
}

fn unreachable_at(error: &sqlx::Error) -> OpenError {
    match error {
        sqlx::Error::Configuration(_) => OpenError::Address {
            expected: "postgres://user:password@host:port/database",
        },
        other => failed(other).into(),
    }
}

async fn version(connection: &mut PgConnection) -> StoreResult<i64> {
    let there: bool = sqlx::query_scalar("SELECT to_regclass('crcore_migration') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| failed(&error))?;
    if !there {
        return Ok(0);
    }
    migrate::version_of(&fetch(connection, migrate::version_statement()).await?)
}

//! What is different from database to database. The only place that names one.

#[cfg(feature = "mysql")]
pub(crate) mod mysql;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;

use std::borrow::Cow;
use std::sync::Arc;

use crcore::{Changes, Code, StoreError, StoreResult};

use super::Tenant;
use super::value::{Row, Stmt, Value};

/// A database that crcore speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite 3.38 and later.
    Sqlite,
    /// PostgreSQL 13 and later.
    Postgres,
    /// MariaDB 10.11 and later.
    Maria,
}

impl Dialect {
    /// What a word in braces of the schema's text becomes.
    pub(crate) fn word(self, word: &str) -> Cow<'static, str> {
        use Dialect::{Maria, Postgres, Sqlite};
        if let Some(condition) = word.strip_prefix("where ") {
            return match self {
                Sqlite | Postgres => format!(" WHERE {condition}").into(),
                Maria => "".into(),
            };
        }
        match (word, self) {
            ("id", Sqlite) => "BLOB",
            ("id", Postgres) => "uuid",
            // MariaDB's own UUID type swaps the bytes of some versions and so sorts otherwise.
            ("id", Maria) => "BINARY(16)",
            ("instant", Sqlite) => "INTEGER",
            ("instant", Postgres) => "timestamptz",
            ("instant", Maria) => "DATETIME(6)",
            ("json", Sqlite) => "TEXT",
            ("json", Postgres) => "jsonb",
            ("json", Maria) => "LONGTEXT",
            ("text", Sqlite) => "TEXT",
            ("text", Postgres) => "text COLLATE \"C\"",
            ("text", Maria) => "LONGTEXT",
            ("code", Sqlite) | ("name", Sqlite) => "TEXT",
            ("code", Postgres) | ("name", Postgres) => "text COLLATE \"C\"",
            ("code", Maria) => "VARCHAR(64)",
            ("name", Maria) => "VARCHAR(255)",
            ("hash", Sqlite) => "BLOB",
            ("hash", Postgres) => "bytea",
            ("hash", Maria) => "BINARY(32)",
            ("int", Sqlite) => "INTEGER",
            ("int", Postgres) => "bigint",
            ("int", Maria) => "BIGINT",
            ("flag", Sqlite) => "INTEGER",
            ("flag", Postgres) => "boolean",
            ("flag", Maria) => "BOOLEAN",
            ("table", Sqlite) => " WITHOUT ROWID",
            // Bytewise, and without taking "a" and "a " for one.
            ("table", Maria) => {
                " ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin"
            }
            // What was made stays made when a later statement fails.
            ("once", Maria) => " IF NOT EXISTS",
            _ => "",
        }
        .into()
    }

    /// Two expressions over a ticket's JSON, each with its one value: what kind of thing stands in a field,
    /// and what it is.
    pub(crate) fn field_parts(self, field: &Code) -> [(&'static str, Value); 2] {
        // A code has nothing in it that ends a quoted name.
        let path = |part: &str| Value::Text(format!("$.fields.\"{field}\".{part}"));
        let name = || Value::Text(field.as_str().to_owned());
        match self {
            Self::Sqlite => [
                ("json_extract(doc, ?)", path("type")),
                ("json_extract(doc, ?)", path("value")),
            ],
            Self::Postgres => [
                ("doc->'fields'->?->>'type'", name()),
                ("doc->'fields'->?->>'value'", name()),
            ],
            Self::Maria => [
                ("JSON_VALUE(doc, ?)", path("type")),
                ("JSON_VALUE(doc, ?)", path("value")),
            ],
        }
    }

    /// The end of an insert that leaves a row as it is.
    pub(crate) fn or_nothing(self) -> &'static str {
        match self {
            Self::Sqlite | Self::Postgres => " ON CONFLICT DO NOTHING",
            Self::Maria => " ON DUPLICATE KEY UPDATE tenant = tenant",
        }
    }

    /// The end of a read of what nobody else may change before the transaction ends; it sees what
    /// others have committed, whatever the isolation level.
    #[cfg(any(feature = "sqlite", feature = "mysql"))]
    pub(crate) fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres | Self::Maria => " FOR UPDATE",
        }
    }
}

/// One database, opened.
pub(crate) trait Driver: Send + Sync + 'static {
    /// A change set made ready for it.
    type Set: Send;

    const DIALECT: Dialect;

    fn prepare(tenant: &Tenant, changes: &Changes) -> StoreResult<Self::Set>;

    /// Rows of one statement, as they stand at one moment.
    fn fetch(&self, stmt: Stmt) -> impl Future<Output = StoreResult<Vec<Row>>> + Send;

    /// One statement in a transaction of its own; how many rows it touched.
    fn execute(&self, stmt: Stmt) -> impl Future<Output = StoreResult<u64>> + Send;

    /// Each set whole or not at all, an answer for each.
    fn commit(&self, sets: Vec<Self::Set>) -> impl Future<Output = Vec<StoreResult<()>>> + Send;

    /// Gives positions to at most `limit` events that have landed without; how many it were.
    fn number(&self, tenant: &Tenant, limit: u32) -> impl Future<Output = StoreResult<u32>> + Send;
}

/// A connection inside a transaction.
#[cfg(any(feature = "sqlite", feature = "mysql"))]
pub(crate) trait Conn: Send {
    const DIALECT: Dialect;

    fn execute(&mut self, stmt: Stmt) -> impl Future<Output = StoreResult<u64>> + Send;

    fn fetch(&mut self, stmt: Stmt) -> impl Future<Output = StoreResult<Vec<Row>>> + Send;

    /// Nothing where there are no rows.
    fn insert(
        &mut self,
        head: &'static str,
        rows: &[Vec<Value>],
    ) -> impl Future<Output = StoreResult<()>> + Send;
}

/// What a database said, without the values that it was given: those may be a customer's words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Said(pub(crate) String);

pub(crate) fn unavailable(said: impl Into<String>) -> StoreError {
    StoreError::Unavailable {
        cause: Arc::new(Said(said.into())),
    }
}

pub(crate) fn unknown(said: impl Into<String>) -> StoreError {
    StoreError::Unknown {
        cause: Arc::new(Said(said.into())),
    }
}

/// The one place where a statement that is no literal is handed to `sqlx`. Its text is put together
/// from literals of this crate (see [`Stmt`]); what comes from outside is bound.
fn audited(text: Cow<'static, str>) -> sqlx::AssertSqlSafe<Cow<'static, str>> {
    sqlx::AssertSqlSafe(text)
}

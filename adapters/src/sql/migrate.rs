//! The schema: one text for every database, what it is in each, and whether a database has it.

use crcore::{StoreError, StoreResult};

use super::driver::Dialect;
use super::value::{Row, Stmt};

/// The schema that this release reads and writes.
pub const SCHEMA_VERSION: i64 = MIGRATIONS.len() as i64;

/// In order; the first brings version 1.
const MIGRATIONS: &[Migration] = &[Migration {
    every: include_str!("schema/0001_desk.sql"),
    postgres: include_str!("schema/0001_commit.postgres.sql"),
    sqlite: include_str!("schema/0001_shape.sqlite.sql"),
}];

struct Migration {
    every: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
}

const OWN_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS crcore_migration (version BIGINT NOT NULL PRIMARY KEY);\n";

/// Why a database cannot be used as it is.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OpenError {
    /// There is no schema of crcore.
    #[error(
        "this database has no crcore schema: make it with `crdesk migrate` or `Store::migrate`"
    )]
    NoSchema,
    /// The schema is older than this release needs.
    #[error(
        "the crcore schema is version {found}, this release needs {SCHEMA_VERSION}: bring it up with \
         `crdesk migrate` or `Store::migrate`"
    )]
    Older {
        /// The version that was found.
        found: i64,
    },
    /// The schema was made by a later release.
    #[error(
        "the crcore schema is version {found}, this release knows {SCHEMA_VERSION}: use the release \
         that made it, or a later one (`crdesk migrate` does not go back)"
    )]
    Newer {
        /// The version that was found.
        found: i64,
    },
    /// The address of the database cannot be read.
    #[error("expected {expected}")]
    Address {
        /// What an address looks like.
        expected: &'static str,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The whole schema as SQL, for a DBA who runs it by hand.
#[must_use]
pub fn schema_sql(dialect: Dialect) -> String {
    (0..SCHEMA_VERSION).map(|v| step(dialect, v)).collect()
}

/// The SQL that brings a database from version `from` to the next.
pub(crate) fn step(dialect: Dialect, from: i64) -> String {
    let mut sql = String::from(OWN_TABLE);
    if let Some(migration) = usize::try_from(from).ok().and_then(|at| MIGRATIONS.get(at)) {
        sql += &translate(dialect, migration.every);
        sql += match dialect {
            Dialect::Postgres => migration.postgres,
            Dialect::Sqlite => migration.sqlite,
            Dialect::Maria => "",
        };
        sql += &format!(
            "INSERT INTO crcore_migration (version) VALUES ({});\n",
            from + 1
        );
    }
    sql
}

/// Replaces the words in braces.
fn translate(dialect: Dialect, schema: &str) -> String {
    let mut sql = String::with_capacity(schema.len());
    let body = schema.split_once("\n\n").map_or(schema, |(_, after)| after);
    let mut rest = body;
    while let Some((before, from)) = rest.split_once('{') {
        let (word, after) = from.split_once('}').unwrap_or((from, ""));
        sql.push_str(before);
        sql.push_str(&dialect.word(word));
        rest = after;
    }
    sql.push_str(rest);
    sql
}

/// The statement that finds the version.
pub(crate) fn version_statement() -> Stmt {
    Stmt::new("SELECT MAX(version) FROM crcore_migration", [])
}

/// The version that [`version_statement`] found.
pub(crate) fn version_of(rows: &[Row]) -> StoreResult<i64> {
    match rows.first() {
        Some(row) if !row.is_null(0) => row.int(0),
        _ => Ok(0),
    }
}

/// Whether this release can use a database at version `found`.
pub(crate) fn check(found: i64) -> Result<(), OpenError> {
    match found {
        0 => Err(OpenError::NoSchema),
        SCHEMA_VERSION => Ok(()),
        found if found < SCHEMA_VERSION => Err(OpenError::Older { found }),
        found => Err(OpenError::Newer { found }),
    }
}

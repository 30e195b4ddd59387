//! The store in SQL: one schema and one set of statements for SQLite, PostgreSQL and MariaDB.
//!
//! A schema is made by `SqliteStore::migrate` (and its neighbours), or by hand from [`schema_sql`];
//! a store refuses to open on a schema that it does not know.

mod driver;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod group;
mod migrate;
mod page;
mod row;
mod shelf;
mod store;
mod value;
#[cfg(any(feature = "sqlite", feature = "mysql"))]
mod write;

use crcore::Code;

pub use driver::Dialect;
#[cfg(feature = "mysql")]
pub use driver::mysql::Maria;
#[cfg(feature = "postgres")]
pub use driver::postgres::Postgres;
#[cfg(feature = "sqlite")]
pub use driver::sqlite::Sqlite;
pub use migrate::{OpenError, SCHEMA_VERSION, schema_sql};
pub use store::SqlStore;

/// A store in a SQLite file, or in memory.
#[cfg(feature = "sqlite")]
pub type SqliteStore = SqlStore<Sqlite>;

/// A store in PostgreSQL.
#[cfg(feature = "postgres")]
pub type PostgresStore = SqlStore<Postgres>;

/// A store in MariaDB. MySQL is not tested.
#[cfg(feature = "mysql")]
pub type MariaStore = SqlStore<Maria>;

/// Whose rows a store reads and writes: it cannot name another's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tenant(Code);

impl Tenant {
    /// The tenant of this name.
    #[must_use]
    pub fn new(name: Code) -> Self {
        Self(name)
    }

    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl From<Code> for Tenant {
    fn from(name: Code) -> Self {
        Self(name)
    }
}

impl std::str::FromStr for Tenant {
    type Err = crcore::CodeError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        name.parse().map(Self)
    }
}

//! The outside world of [`crcore`]: one feature per adapter, none on by default.
//!
//! | feature | what it brings |
//! |---|---|
//! | `sqlite` | [`SqliteStore`](sql::SqliteStore): one file, or memory |
//! | `postgres` | [`PostgresStore`](sql::PostgresStore): PostgreSQL 13 and later |
//! | `mysql` | [`MariaStore`](sql::MariaStore): MariaDB 10.11 and later |

#[cfg(feature = "_sql")]
pub mod sql;

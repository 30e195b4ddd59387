//! SQLite under the laws.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use crcore::conformance::{Harness, Task};
use crcore::{Store, StoreError, StoreResult};
use crcore_adapters::sql::{OpenError, SqliteStore};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use tempfile::TempDir;

use super::laws::{TABLES, spawned};

/// A file of its own.
pub(crate) struct File {
    dir: TempDir,
    told: Mutex<bool>,
}

impl File {
    pub(crate) async fn new() -> Self {
        let dir = TempDir::new().unwrap();
        SqliteStore::migrate(dir.path().join("desk.db"))
            .await
            .unwrap();
        let told = Mutex::new(false);
        Self { dir, told }
    }

    /// A connection beside the store's own.
    async fn beside(&self) -> SqliteConnection {
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(self.dir.path().join("desk.db"));
        SqliteConnection::connect_with(&options).await.unwrap()
    }
}

pub(crate) fn opened<T>(store: Result<T, OpenError>) -> StoreResult<T> {
    store.map_err(|error| match error {
        OpenError::Store(error) => error,
        other => StoreError::corrupt(other.to_string()),
    })
}

/// Counts rows down in every table, and lets the one that finds nothing left fail.
fn triggers() -> String {
    let mut sql =
        "CREATE TABLE told (remaining INTEGER); INSERT INTO told VALUES (NULL);".to_owned();
    for table in TABLES {
        for event in ["INSERT", "UPDATE", "DELETE"] {
            sql += &format!(
                "CREATE TRIGGER told_{table}_{event} BEFORE {event} ON {table} BEGIN \
                 SELECT RAISE(ABORT, 'told to fail') FROM told WHERE remaining <= 0; \
                 UPDATE told SET remaining = remaining - 1; END;"
            );
        }
    }
    sql
}

#[async_trait]
impl Harness for File {
    async fn open(&self, tenant: &str) -> StoreResult<Arc<dyn Store>> {
        let path = self.dir.path().join("desk.db");
        let store = SqliteStore::open(path, tenant.parse().unwrap()).await;
        Ok(Arc::new(opened(store)?))
    }

    async fn fail_after(&self, rows: Option<u32>) -> StoreResult<bool> {
        let mut beside = self.beside().await;
        let first = !std::mem::replace(&mut *self.told.lock().unwrap(), true);
        if first {
            let made = sqlx::raw_sql(AssertSqlSafe(triggers())).execute(&mut beside);
            made.await.unwrap();
        }
        let told = sqlx::query("UPDATE told SET remaining = ?").bind(rows);
        told.execute(&mut beside).await.unwrap();
        Ok(true)
    }

    async fn run_all(&self, tasks: Vec<Task>) {
        spawned(tasks).await;
    }
}

/// A database in memory for each tenant. Nobody else can reach in, so it cannot fail on demand.
#[derive(Default)]
pub(crate) struct InMemory {
    tenants: Mutex<HashMap<String, Arc<SqliteStore>>>,
}

#[async_trait]
impl Harness for InMemory {
    async fn open(&self, tenant: &str) -> StoreResult<Arc<dyn Store>> {
        if let Some(store) = self.tenants.lock().unwrap().get(tenant) {
            return Ok(Arc::clone(store) as Arc<dyn Store>);
        }
        let store = SqliteStore::in_memory(tenant.parse().unwrap()).await;
        let store = Arc::new(opened(store)?);
        let kept = Arc::clone(&store);
        self.tenants.lock().unwrap().insert(tenant.to_owned(), kept);
        Ok(store)
    }

    async fn run_all(&self, tasks: Vec<Task>) {
        spawned(tasks).await;
    }
}

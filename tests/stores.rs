//! The laws of a store and of blobs, each under its name, over everything that keeps a desk's state.
//! PostgreSQL and MariaDB run where `CRCORE_POSTGRES_URL` and `CRCORE_MYSQL_URL` say that they are:
//! `eval "$(tests/servers start DIR)"`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "support/laws.rs"]
mod laws;
#[path = "support/mysql.rs"]
mod mysql;
#[path = "support/postgres.rs"]
mod postgres;
#[path = "support/sqlite.rs"]
mod sqlite;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use crcore::conformance::{BlobHarness, Harness, Task};
use crcore::{Blobs, MemoryBlobs, MemoryStore, Store, StoreResult};

crcore::store_laws!(memory, Some(Memory::default()));
crcore::store_laws!(sqlite_file, Some(sqlite::File::new().await));
crcore::store_laws!(sqlite_memory, Some(sqlite::InMemory::default()));
crcore::store_laws!(postgresql, postgres::Schema::new().await);
crcore::store_laws!(mariadb, mysql::Database::new().await);
crcore::blob_laws!(memory_blobs, Some(MemoryBlobsAlone::default()));

/// Tenants in memory lie in stores of their own.
#[derive(Default)]
struct Memory {
    tenants: Mutex<HashMap<String, MemoryStore>>,
}

#[async_trait]
impl Harness for Memory {
    async fn open(&self, tenant: &str) -> StoreResult<Arc<dyn Store>> {
        let mut tenants = self.tenants.lock().unwrap();
        Ok(Arc::new(tenants.entry(tenant.into()).or_default().clone()))
    }

    async fn run_all(&self, tasks: Vec<Task>) {
        laws::spawned(tasks).await;
    }
}

#[derive(Default)]
struct MemoryBlobsAlone {
    blobs: MemoryBlobs,
}

#[async_trait]
impl BlobHarness for MemoryBlobsAlone {
    async fn open(&self) -> StoreResult<Arc<dyn Blobs>> {
        Ok(Arc::new(self.blobs.clone()))
    }
}

//! The laws of a store and of blobs, each under its name, over everything that keeps a desk's state.
//! PostgreSQL and MariaDB run where `CRCORE_POSTGRES_URL` and `CRCORE_MYSQL_URL` say that they are:
//! `eval "$(tests/servers start DIR)"`.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "support/counters.rs"]
mod counters;
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
use crcore::testing::{Fault, FaultyStore};
use crcore::{Blobs, MemoryBlobs, MemoryStore, Store, StoreResult};

crcore::store_laws!(memory, Some(Memory::default()));
crcore::store_laws!(sqlite_file, Some(sqlite::File::new().await));
crcore::store_laws!(sqlite_memory, Some(sqlite::InMemory::default()));
crcore::store_laws!(postgresql, postgres::Schema::new().await);
crcore::store_laws!(mariadb, mysql::Database::new().await);
crcore::store_laws!(memory_by_turns, Some(MemoryByTurns::default()));
crcore::blob_laws!(memory_blobs, Some(MemoryBlobsAlone::default()));

/// What the laws say of one store, seen from a branch.
mod a_branch {
    use super::{Memory, counters, mysql, postgres, sqlite};

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn works_over_memory() {
        counters::numbers_and_calls_are_each_ones_own(Some(Memory::default())).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn works_over_a_file() {
        counters::numbers_and_calls_are_each_ones_own(Some(sqlite::File::new().await)).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn works_over_postgresql() {
        counters::numbers_and_calls_are_each_ones_own(postgres::Schema::new().await).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn works_over_mariadb() {
        counters::numbers_and_calls_are_each_ones_own(mysql::Database::new().await).await;
    }
}

/// Tenants in memory lie in stores of their own.
#[derive(Default)]
struct Memory {
    tenants: Mutex<HashMap<String, MemoryStore>>,
}

impl Memory {
    fn tenant(&self, tenant: &str) -> MemoryStore {
        let mut tenants = self.tenants.lock().unwrap();
        tenants.entry(tenant.into()).or_default().clone()
    }
}

#[async_trait]
impl Harness for Memory {
    async fn open(&self, tenant: &str) -> StoreResult<Arc<dyn Store>> {
        Ok(Arc::new(self.tenant(tenant)))
    }

    async fn run_all(&self, tasks: Vec<Task>) {
        laws::spawned(tasks).await;
    }
}

/// All in one task, and each call takes a few polls: other races, and places to drop a caller.
#[derive(Default)]
struct MemoryByTurns {
    memory: Memory,
}

#[async_trait]
impl Harness for MemoryByTurns {
    async fn open(&self, tenant: &str) -> StoreResult<Arc<dyn Store>> {
        let store = FaultyStore::new(self.memory.tenant(tenant));
        store.always(Some(Fault::Late(2)));
        Ok(Arc::new(store))
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

//! The laws of a store and of blobs, each under its name, over everything that keeps a desk's state.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use crcore::conformance::{BlobHarness, Harness, Task};
use crcore::testing::{Fault, FaultyStore};
use crcore::{Blobs, MemoryBlobs, MemoryStore, Store, StoreResult};

crcore::store_laws!(memory, Some(Memory::default()));
crcore::store_laws!(memory_by_turns, Some(MemoryByTurns::default()));
crcore::blob_laws!(memory_blobs, Some(MemoryBlobsAlone::default()));

/// On threads of their own, so that the laws' races are races.
async fn spawned(tasks: Vec<Task>) {
    let running: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    for task in running {
        task.await.unwrap();
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
        spawned(tasks).await;
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

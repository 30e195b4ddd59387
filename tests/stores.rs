//! The laws of a store and of blobs, each under its name, over everything that keeps a desk's state.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use crcore::conformance::{BlobHarness, Harness, Task};
use crcore::{Blobs, MemoryBlobs, MemoryStore, Store, StoreResult};

crcore::store_laws!(memory, Some(Memory::default()));
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

#[async_trait]
impl Harness for Memory {
    async fn open(&self, tenant: &str) -> StoreResult<Arc<dyn Store>> {
        let mut tenants = self.tenants.lock().unwrap();
        Ok(Arc::new(tenants.entry(tenant.into()).or_default().clone()))
    }

    async fn run_all(&self, tasks: Vec<Task>) {
        spawned(tasks).await;
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

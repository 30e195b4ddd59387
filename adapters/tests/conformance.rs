//! The laws of a store, over every store in SQL.
#![cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use async_trait::async_trait;
use crcore::conformance::{Harness, Task};
use crcore::{Store, StoreError, StoreResult};
use crcore_adapters::sql::OpenError;

/// On threads of their own, so that the laws' races are races.
async fn spawned(tasks: Vec<Task>) {
    let running: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    for task in running {
        task.await.unwrap();
    }
}

fn store_error(error: OpenError) -> StoreError {
    match error {
        OpenError::Store(error) => error,
        other => StoreError::corrupt(other.to_string()),
    }
}

/// Tests of one process share a server's database: each has tenants of its own.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn own_prefix() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let nth = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("t{}-{nth}-", std::process::id())
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use super::*;
    use crcore_adapters::sql::SqliteStore;
    use tempfile::TempDir;

    crcore::store_laws!(sqlite, Some(File(TempDir::new().unwrap())));

    struct File(TempDir);

    #[async_trait]
    impl Harness for File {
        async fn open(&self, tenant: &str) -> StoreResult<Arc<dyn Store>> {
            let path = self.0.path().join("desk.db");
            SqliteStore::migrate(&path).await.map_err(store_error)?;
            let store = SqliteStore::open(&path, tenant.parse().unwrap()).await;
            Ok(Arc::new(store.map_err(store_error)?))
        }

        async fn run_all(&self, tasks: Vec<Task>) {
            spawned(tasks).await;
        }
    }
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
macro_rules! server {
    ($name:ident, $store:ident, $variable:literal) => {
        mod $name {
            use super::*;
            use crcore_adapters::sql::$store;

            crcore::store_laws!($name, Server::there());

            struct Server {
                url: String,
                prefix: String,
            }

            impl Server {
                fn there() -> Option<Self> {
                    let url = std::env::var($variable).ok();
                    if url.is_none() {
                        eprintln!("skipped: {} is not set", $variable);
                    }
                    Some(Self {
                        url: url?,
                        prefix: own_prefix(),
                    })
                }
            }

            #[async_trait]
            impl Harness for Server {
                async fn open(&self, tenant: &str) -> StoreResult<Arc<dyn Store>> {
                    $store::migrate(&self.url).await.map_err(store_error)?;
                    let tenant = format!("{}{tenant}", self.prefix).parse().unwrap();
                    let store = $store::connect(&self.url, tenant).await;
                    Ok(Arc::new(store.map_err(store_error)?))
                }

                async fn run_all(&self, tasks: Vec<Task>) {
                    spawned(tasks).await;
                }
            }
        }
    };
}

#[cfg(feature = "postgres")]
server!(postgres, PostgresStore, "CRCORE_POSTGRES_URL");
#[cfg(feature = "mysql")]
server!(mysql, MariaStore, "CRCORE_MYSQL_URL");

//! MariaDB under the laws: where `CRCORE_MYSQL_URL` says one is.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use crcore::conformance::{Harness, Task};
use crcore::{Store, StoreResult};
use crcore_adapters::sql::MariaStore;
use sqlx::{AssertSqlSafe, Connection as _, MySqlConnection};

use super::laws::{TABLES, fresh_name, spawned};
use super::sqlite::opened;

/// A database of its own.
pub(crate) struct Database {
    url: String,
    told: Mutex<bool>,
}

impl Database {
    pub(crate) async fn new() -> Option<Self> {
        let Ok(server) = std::env::var("CRCORE_MYSQL_URL") else {
            eprintln!("skipped: CRCORE_MYSQL_URL is not set");
            return None;
        };
        let name = fresh_name();
        // A server that outlives its tests has names of processes whose ids are used again.
        let sql =
            format!("CREATE OR REPLACE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
        let mut admin = MySqlConnection::connect(&server).await.unwrap();
        let made = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await;
        made.unwrap();
        let (place, _) = server.rsplit_once('/').unwrap();
        let (url, told) = (format!("{place}/{name}"), Mutex::new(false));
        MariaStore::migrate(&url).await.unwrap();
        Some(Self { url, told })
    }
}

/// Counts rows down in every table, and lets the one that finds nothing left fail.
fn triggers() -> Vec<String> {
    let mut sql = vec![
        "CREATE TABLE told (remaining BIGINT)".to_owned(),
        "INSERT INTO told VALUES (NULL)".to_owned(),
    ];
    for table in TABLES {
        for event in ["INSERT", "UPDATE", "DELETE"] {
            sql.push(format!(
                "CREATE TRIGGER told_{table}_{event} BEFORE {event} ON {table} FOR EACH ROW BEGIN \
                 IF (SELECT remaining FROM told) <= 0 THEN SIGNAL SQLSTATE '45000'; END IF; \
                 UPDATE told SET remaining = remaining - 1; END"
            ));
        }
    }
    sql
}

#[async_trait]
impl Harness for Database {
    async fn open(&self, tenant: &str) -> StoreResult<Arc<dyn Store>> {
        let store = MariaStore::connect(&self.url, tenant.parse().unwrap()).await;
        Ok(Arc::new(opened(store)?))
    }

    async fn fail_after(&self, rows: Option<u32>) -> StoreResult<bool> {
        let mut beside = MySqlConnection::connect(&self.url).await.unwrap();
        let first = !std::mem::replace(&mut *self.told.lock().unwrap(), true);
        for sql in first.then(triggers).into_iter().flatten() {
            let made = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut beside).await;
            made.unwrap();
        }
        let told = sqlx::query("UPDATE told SET remaining = ?").bind(rows);
        told.execute(&mut beside).await.unwrap();
        Ok(true)
    }

    async fn run_all(&self, tasks: Vec<Task>) {
        spawned(tasks).await;
    }
}

//! PostgreSQL under the laws: where `CRCORE_POSTGRES_URL` says one is.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use crcore::conformance::{Harness, Task};
use crcore::{Store, StoreResult};
use crcore_adapters::sql::PostgresStore;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::laws::{TABLES, fresh_name, spawned};
use super::sqlite::opened;

/// A schema of its own.
pub(crate) struct Schema {
    server: String,
    name: String,
    told: Mutex<bool>,
}

impl Schema {
    pub(crate) async fn new() -> Option<Self> {
        let Ok(server) = std::env::var("CRCORE_POSTGRES_URL") else {
            eprintln!("skipped: CRCORE_POSTGRES_URL is not set");
            return None;
        };
        let (name, told) = (fresh_name(), Mutex::new(false));
        let schema = Self { server, name, told };
        // A server that outlives its tests has names of processes whose ids are used again.
        let sql = format!(
            "DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}",
            schema.name
        );
        let mut admin = PgConnection::connect(&schema.server).await.unwrap();
        let made = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await;
        made.unwrap();
        PostgresStore::migrate(&schema.url()).await.unwrap();
        Some(schema)
    }

    fn url(&self) -> String {
        let Self { server, name, .. } = self;
        format!("{server}?options=-csearch_path%3D{name}")
    }
}

/// Counts the rows that a statement writes, whatever becomes of it, and lets one too many fail in
/// the middle of it.
fn triggers() -> String {
    let mut sql = "CREATE SEQUENCE told_calls; CREATE TABLE told (most bigint); \
         INSERT INTO told VALUES (NULL); \
         CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
           IF nextval('told_calls') > (SELECT most FROM told) THEN RAISE 'told to fail'; END IF; \
           IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; \
           RETURN NEW; \
         END $$;"
        .to_owned();
    for table in TABLES {
        sql += &format!(
            "CREATE TRIGGER told BEFORE INSERT OR UPDATE OR DELETE ON {table} \
             FOR EACH ROW EXECUTE FUNCTION told();"
        );
    }
    sql
}

#[async_trait]
impl Harness for Schema {
    async fn open(&self, tenant: &str) -> StoreResult<Arc<dyn Store>> {
        let store = PostgresStore::connect(&self.url(), tenant.parse().unwrap()).await;
        Ok(Arc::new(opened(store)?))
    }

    async fn fail_after(&self, rows: Option<u32>) -> StoreResult<bool> {
        let mut beside = PgConnection::connect(&self.url()).await.unwrap();
        let first = !std::mem::replace(&mut *self.told.lock().unwrap(), true);
        if first {
            let made = sqlx::raw_sql(AssertSqlSafe(triggers())).execute(&mut beside);
            made.await.unwrap();
        }
        let again = sqlx::query("SELECT setval('told_calls', 1, false)").execute(&mut beside);
        again.await.unwrap();
        let told = sqlx::query("UPDATE told SET most = $1").bind(rows.map(i64::from));
        told.execute(&mut beside).await.unwrap();
        Ok(true)
    }

    async fn run_all(&self, tasks: Vec<Task>) {
        spawned(tasks).await;
    }
}

//! What only SQLite shows: the file, the group, the host's transaction.
#![cfg(feature = "sqlite")]
#![expect(clippy::unwrap_used, reason = "tests, and what they share")]

mod support;

use std::path::PathBuf;
use std::sync::Arc;

use crcore::store::{Erasure, Journal as _, Store as _, Tickets as _};
use crcore::{Changes, Fact, StoreResult};
use crcore_adapters::sql::{OpenError, SqliteStore, Tenant};
use sqlx::Connection as _;
use support::{World, is_conflict, ticket};
use tempfile::TempDir;

fn bank() -> Tenant {
    "bank".parse().unwrap()
}

async fn commit(store: &SqliteStore, changes: Changes) -> StoreResult<()> {
    store.commit(&[changes]).await.pop().unwrap()
}

struct File {
    dir: TempDir,
}

impl File {
    async fn new() -> (Self, SqliteStore) {
        let file = Self {
            dir: TempDir::new().unwrap(),
        };
        SqliteStore::migrate(file.path()).await.unwrap();
        let store = file.open().await;
        (file, store)
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("desk.db")
    }

    async fn open(&self) -> SqliteStore {
        SqliteStore::open(self.path(), bank()).await.unwrap()
    }

    /// The host's own connection to the same file.
    async fn host(&self) -> sqlx::SqliteConnection {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.path());
        sqlx::SqliteConnection::connect_with(&options)
            .await
            .unwrap()
    }

    fn bytes(&self) -> Vec<u8> {
        let read = |suffix: &str| {
            std::fs::read(self.dir.path().join(format!("desk.db{suffix}"))).unwrap_or_default()
        };
        [read(""), read("-wal")].concat()
    }
}

#[tokio::test]
async fn many_callers_share_a_transaction_and_each_is_answered() {
    let (_file, store) = File::new().await;
    let store = Arc::new(store);
    let world = World::new(1);
    let before = store.transactions();
    let callers: Vec<_> = (0..64)
        .map(|nth| {
            let (store, raised) = (Arc::clone(&store), world.raise(&nth.to_string()));
            tokio::spawn(async move { commit(&store, raised).await })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(store.head().await.unwrap().position, 128);
    assert!(store.transactions() - before < 64);
}

#[tokio::test]
async fn the_hosts_transaction_takes_ours_with_it() {
    let (file, store) = File::new().await;
    let world = World::new(1);
    let mut host = file.host().await;
    sqlx::raw_sql("CREATE TABLE booking (id INTEGER PRIMARY KEY)")
        .execute(&mut host)
        .await
        .unwrap();
    let raised = world.raise("with a booking");

    let mut tx = host.begin().await.unwrap();
    store.commit_in(&mut tx, &raised).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(store.ticket(ticket(&raised).id).await.unwrap(), None);

    let mut tx = host.begin().await.unwrap();
    sqlx::raw_sql("INSERT INTO booking VALUES (1)")
        .execute(&mut *tx)
        .await
        .unwrap();
    store.commit_in(&mut tx, &raised).await.unwrap();
    let mut again = world.raise("half of it");
    again.events.extend(raised.events.clone());
    assert!(is_conflict(&store.commit_in(&mut tx, &again).await));
    sqlx::raw_sql("INSERT INTO booking VALUES (2)")
        .execute(&mut *tx)
        .await
        .unwrap();
    store
        .commit_in(&mut tx, &world.go_on(ticket(&raised), Fact::Woken))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let landed = store.ticket(ticket(&raised).id).await.unwrap().unwrap();
    assert_eq!(landed.version, 3);
    assert_eq!(store.ticket(ticket(&again).id).await.unwrap(), None);
    let bookings: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM booking")
        .fetch_one(&mut host)
        .await
        .unwrap();
    assert_eq!(bookings, 2);
    let feed = store.feed(0, 10).await.unwrap();
    assert_eq!(feed.len(), 3);
    assert_eq!(store.head().await.unwrap().hash, feed[2].hash);
}

#[tokio::test]
async fn erased_words_leave_no_bytes_behind() {
    let (file, store) = File::new().await;
    let world = World::new(1);
    let secret = "my PIN is 4711 and ".repeat(400);
    let mut raised = Vec::new();
    for nth in 0..50 {
        let mut set = world.raise(&format!("short secret {nth}"));
        set.words[1].text = if nth % 5 == 0 {
            secret.clone()
        } else {
            format!("my PIN is 4711: {nth}")
        };
        commit(&store, set.clone()).await.unwrap();
        raised.push(set);
    }
    assert!(file.bytes().windows(14).any(|w| w == b"my PIN is 4711"));
    for set in &raised {
        let erasure = Erasure {
            ticket: ticket(set).id,
            pieces: vec![],
        };
        let erased = Changes {
            erased: vec![erasure],
            ..Changes::default()
        };
        commit(&store, erased).await.unwrap();
    }
    let ids: Vec<_> = raised
        .iter()
        .flat_map(|set| &set.words)
        .map(|words| words.id)
        .collect();
    assert_eq!(store.words(&ids).await.unwrap(), []);
    // Another job of the writer: the one before it is wholly done.
    commit(&store, Changes::default()).await.unwrap();
    assert!(!file.bytes().windows(14).any(|w| w == b"my PIN is 4711"));
}

#[tokio::test]
async fn an_unknown_schema_is_refused_by_name() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("desk.db");
    let open = || SqliteStore::open(&path, bank());
    let refused = open().await.unwrap_err();
    assert!(matches!(refused, OpenError::NoSchema));
    assert!(refused.to_string().contains("crdesk migrate"));
    assert!(!path.exists(), "looking makes no file");
    SqliteStore::migrate(&path).await.unwrap();
    SqliteStore::migrate(format!("sqlite:{}", path.display()))
        .await
        .unwrap();
    open().await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut host = sqlx::SqliteConnection::connect_with(&options)
        .await
        .unwrap();
    sqlx::raw_sql("INSERT INTO crcore_migration VALUES (99)")
        .execute(&mut host)
        .await
        .unwrap();
    let refused = open().await.unwrap_err();
    assert!(
        matches!(refused, OpenError::Newer { found: 99 }),
        "{refused}"
    );
    assert!(SqliteStore::migrate(&path).await.is_err());
    assert!(SqliteStore::open(":memory:", bank()).await.is_err());
}

#[test]
fn names_are_checked() {
    assert!("Bank!".parse::<Tenant>().is_err());
}

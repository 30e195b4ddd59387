//! What only PostgreSQL shows. Runs where `CRCORE_POSTGRES_URL` says where one is: see `tests/servers`.
#![cfg(feature = "postgres")]
#![expect(clippy::unwrap_used, reason = "tests, and what they share")]

mod support;

use crcore::store::{Journal as _, Store as _, Tickets as _};
use crcore::{Fact, StoreError};
use crcore_adapters::sql::{OpenError, PostgresStore, Tenant};
use sqlx::{Connection as _, PgConnection};
use support::{World, is_conflict, ticket};

fn bank() -> Tenant {
    "bank".parse().unwrap()
}

/// A database of this test's own, by its address.
async fn fresh(test: &str) -> Option<String> {
    let Ok(server) = std::env::var("CRCORE_POSTGRES_URL") else {
        eprintln!("skipped: CRCORE_POSTGRES_URL is not set");
        return None;
    };
    let mut admin = PgConnection::connect(&server).await.unwrap();
    let name = format!("crcore_{test}");
    for sql in [
        format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        format!("CREATE DATABASE {name}"),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&mut admin)
            .await
            .unwrap();
    }
    let (place, _) = server.rsplit_once('/').unwrap();
    Some(format!("{place}/{name}"))
}

async fn open(test: &str) -> Option<PostgresStore> {
    let url = fresh(test).await?;
    PostgresStore::migrate(&url).await.unwrap();
    Some(PostgresStore::connect(&url, bank()).await.unwrap())
}

#[tokio::test]
async fn an_unknown_schema_is_refused_by_name() {
    let Some(url) = fresh("schema").await else {
        return;
    };
    let refused = PostgresStore::connect(&url, bank()).await.unwrap_err();
    assert!(matches!(refused, OpenError::NoSchema), "{refused}");
    let (one, other) = tokio::join!(PostgresStore::migrate(&url), PostgresStore::migrate(&url));
    one.unwrap();
    other.unwrap();
    PostgresStore::connect(&url, bank()).await.unwrap();
    let mut host = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("INSERT INTO crcore_migration VALUES (99)")
        .execute(&mut host)
        .await
        .unwrap();
    let refused = PostgresStore::connect(&url, bank()).await.unwrap_err();
    assert!(
        matches!(refused, OpenError::Newer { found: 99 }),
        "{refused}"
    );
}

#[tokio::test]
async fn a_schema_of_its_own() {
    let Some(url) = fresh("own_schema").await else {
        return;
    };
    let mut host = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("CREATE SCHEMA desk")
        .execute(&mut host)
        .await
        .unwrap();
    let url = format!("{url}?options=-csearch_path%3Ddesk");
    PostgresStore::migrate(&url).await.unwrap();
    let own: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM pg_tables WHERE tablename LIKE 'crcore_%' AND schemaname = 'desk'",
    )
    .fetch_one(&mut host)
    .await
    .unwrap();
    assert!(own > 10);
    PostgresStore::connect(&url, bank()).await.unwrap();
}

#[tokio::test]
async fn the_hosts_transaction_takes_ours_with_it() {
    let Some(url) = fresh("host").await else {
        return;
    };
    PostgresStore::migrate(&url).await.unwrap();
    let store = PostgresStore::connect(&url, bank()).await.unwrap();
    let world = World::new(1);
    let mut host = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("CREATE TABLE booking (id BIGINT PRIMARY KEY)")
        .execute(&mut host)
        .await
        .unwrap();
    let raised = world.raise("with a booking");

    let mut tx = host.begin().await.unwrap();
    store.commit_in(&mut tx, &raised).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(store.ticket(ticket(&raised).id).await.unwrap(), None);

    let mut tx = host.begin().await.unwrap();
    store.commit_in(&mut tx, &raised).await.unwrap();
    let mut again = world.raise("half of it");
    again.events.extend(raised.events.clone());
    assert!(is_conflict(&store.commit_in(&mut tx, &again).await));
    sqlx::raw_sql("INSERT INTO booking VALUES (1)")
        .execute(&mut *tx)
        .await
        .unwrap();
    let woken = world.go_on(ticket(&raised), Fact::Woken);
    store.commit_in(&mut tx, &woken).await.unwrap();
    assert!(is_conflict(&store.commit_in(&mut tx, &woken).await));
    tx.commit().await.unwrap();
    assert_eq!(
        store
            .ticket(ticket(&raised).id)
            .await
            .unwrap()
            .unwrap()
            .version,
        3
    );
    assert_eq!(store.ticket(ticket(&again).id).await.unwrap(), None);
    assert_eq!(store.feed(0, 10).await.unwrap().len(), 3);
}

#[tokio::test]
async fn words_that_cannot_be_stored_fail_alone_and_are_not_told() {
    let Some(store) = open("nul").await else {
        return;
    };
    let world = World::new(1);
    let (good, bad) = (world.raise("good"), world.raise("secret\0"));
    let results = store.commit(&[good.clone(), bad]).await;
    assert!(results[0].is_ok(), "{results:?}");
    assert!(
        matches!(results[1], Err(StoreError::Corrupt { .. })),
        "{results:?}"
    );
    assert!(!format!("{results:?}").contains("secret"));
    let stored = store.ticket(ticket(&good).id).await.unwrap();
    assert_eq!(stored.as_ref(), Some(ticket(&good)));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let nowhere = PostgresStore::connect("postgres://nobody@127.0.0.1:1/none", bank()).await;
    assert!(matches!(
        nowhere.unwrap_err(),
        OpenError::Store(StoreError::Unavailable { .. })
    ));
    let wrong = PostgresStore::connect("not an address", bank()).await;
    assert!(matches!(wrong.unwrap_err(), OpenError::Address { .. }));
}

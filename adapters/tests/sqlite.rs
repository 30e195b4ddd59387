//! What only SQLite shows: the file, the group, the host's transaction.
#![cfg(feature = "sqlite")]
#![expect(clippy::unwrap_used, reason = "tests, and what they share")]

mod support;

use std::path::PathBuf;
use std::sync::Arc;

use crcore::chain::Hash;
use crcore::store::{
    Answer, Directory as _, Erasure, Head, Journal as _, Paging, QueueMark, Revised, Roster as _,
    Sort, Store as _, TicketFilter, Tickets as _, Total,
};
use crcore::ticket::Priority;
use crcore::{Changes, Fact, Pool, Ticket};
use crcore_adapters::sql::{OpenError, SqliteStore, Tenant};
use sqlx::Connection as _;
use support::{World, code, hired, is_conflict, load, new, start, ticket};
use tempfile::TempDir;

fn bank() -> Tenant {
    "bank".parse().unwrap()
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

async fn commit(store: &SqliteStore, changes: Changes) -> crcore::StoreResult<()> {
    store.commit(&[changes]).await.pop().unwrap()
}

#[tokio::test]
async fn what_is_raised_is_read_back_after_a_restart() {
    let (file, store) = File::new().await;
    let raised = World::new(1).raise("cards", "Zażółć \u{1F4B3} \u{10FFFF} 日本語 'quoted' \r\n");
    commit(&store, raised.clone()).await.unwrap();
    drop(store);
    let store = file.open().await;
    let id = ticket(&raised).id;
    assert_eq!(
        store.ticket(id).await.unwrap().as_ref(),
        Some(ticket(&raised))
    );
    assert_eq!(store.events(id, 0, 10).await.unwrap(), raised.events);
    assert_eq!(store.events(id, 1, 10).await.unwrap(), raised.events[1..]);
    let ids: Vec<_> = raised.words.iter().map(|words| words.id).collect();
    let mut words = store.words(&ids).await.unwrap();
    words.sort_by_key(|words| words.id);
    assert_eq!(words, raised.words);
    let owed = store
        .owed(start() + chrono::TimeDelta::seconds(1), 0, 10)
        .await
        .unwrap();
    assert_eq!(owed, [raised.notices[0].value.clone()]);
    let due = store.due(ticket(&raised).received_at, 3, 10).await.unwrap();
    assert_eq!(due, [ticket(&raised).clone()]);
}

#[tokio::test]
async fn a_tenant_sees_nothing_of_another() {
    let (file, store) = File::new().await;
    let other = SqliteStore::open(file.path(), "other".parse().unwrap())
        .await
        .unwrap();
    let raised = World::new(1).raise("cards", "mine");
    commit(&store, raised.clone()).await.unwrap();
    assert_eq!(other.ticket(ticket(&raised).id).await.unwrap(), None);
    assert_eq!(other.head().await.unwrap(), Head::EMPTY);
    commit(&other, raised.clone()).await.unwrap();
    assert_eq!(store.head().await.unwrap(), other.head().await.unwrap());
}

#[tokio::test]
async fn the_feed_is_dense_and_its_chain_holds() {
    for store in [
        File::new().await.1,
        SqliteStore::in_memory(bank()).await.unwrap(),
    ] {
        let world = World::new(1);
        for nth in 0..5 {
            commit(&store, world.raise("cards", &nth.to_string()))
                .await
                .unwrap();
        }
        let feed = store.feed(0, 100).await.unwrap();
        let mut hash = Hash::START;
        for (nth, item) in (1..).zip(&feed) {
            hash = hash.then(nth, &item.text);
            assert_eq!((item.position, item.hash), (nth, hash));
        }
        assert_eq!(feed.len(), 10);
        assert_eq!(store.head().await.unwrap(), Head { position: 10, hash });
        assert_eq!(store.feed(8, 100).await.unwrap(), feed[8..]);
    }
}

#[tokio::test]
async fn a_conflict_fails_alone_in_its_group() {
    let store = SqliteStore::in_memory(bank()).await.unwrap();
    let world = World::new(1);
    let good = world.raise("cards", "good");
    let other = world.raise("cards", "other");
    let mut half = world.raise("cards", "half");
    half.events.extend(good.events.clone());
    let twice = good.clone();
    let results = store
        .commit(&[good.clone(), twice, half.clone(), other.clone()])
        .await;
    let conflicts: Vec<_> = results.iter().map(is_conflict).collect();
    assert_eq!(conflicts, [false, true, true, false], "{results:?}");
    assert_eq!(
        store.ticket(ticket(&half).id).await.unwrap(),
        None,
        "half landed"
    );
    assert_eq!(store.head().await.unwrap().position, 4);
    let next = world.go_on(ticket(&good), Fact::Woken);
    let results = store.commit(&[next.clone(), next.clone()]).await;
    assert!(
        results[0].is_ok() && is_conflict(&results[1]),
        "{results:?}"
    );
}

#[tokio::test]
async fn many_callers_share_a_transaction_and_each_is_answered() {
    let (_file, store) = File::new().await;
    let store = Arc::new(store);
    let world = World::new(1);
    let before = store.transactions();
    let callers: Vec<_> = (0..64)
        .map(|nth| {
            let (store, raised) = (Arc::clone(&store), world.raise("cards", &nth.to_string()));
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
async fn a_caller_who_goes_away_cancels_nobody() {
    let (_file, store) = File::new().await;
    let world = World::new(1);
    let (gone, stays) = (world.raise("cards", "gone"), world.raise("cards", "stays"));
    let sets = [gone.clone()];
    {
        let mut call = std::pin::pin!(store.commit(&sets));
        let polled = std::future::poll_fn(|cx| std::task::Poll::Ready(call.as_mut().poll(cx)));
        assert!(polled.await.is_pending(), "dropped while it waits");
    }
    commit(&store, stays).await.unwrap();
    assert_eq!(
        store.ticket(ticket(&gone).id).await.unwrap().as_ref(),
        Some(ticket(&gone)),
        "it was on its way, so it lands"
    );
}

#[tokio::test]
async fn load_is_guarded_by_the_stored_capacity() {
    let store = SqliteStore::in_memory(bank()).await.unwrap();
    let mut agent = World::new(1).agent(&["cards"], 2);
    commit(&store, hired(&agent)).await.unwrap();
    let results = store
        .commit(&[load(&agent, 1), load(&agent, 1), load(&agent, 1)])
        .await;
    assert!(results[0].is_ok() && results[1].is_ok() && is_conflict(&results[2]));
    agent.version = 2;
    agent.capacity.insert(Pool::Cases, 3);
    let raise = Changes {
        agents: vec![Revised {
            from: 1,
            value: agent.clone(),
        }],
        ..load(&agent, 1)
    };
    commit(&store, raise).await.unwrap();
    let carried = store.agent(agent.id).await.unwrap().unwrap().loads[&Pool::Cases];
    assert_eq!((carried.units, carried.capacity), (3, 3));
    assert_eq!(carried.last_assigned, Some(start()), "to the microsecond");
    commit(&store, load(&agent, -9)).await.unwrap();
    let carried = store.agent(agent.id).await.unwrap().unwrap().loads[&Pool::Cases];
    assert_eq!(carried.units, 0, "never below zero");
    let stranger = World::new(2).agent(&[], 9);
    assert!(is_conflict(&commit(&store, load(&stranger, 1)).await));
}

#[tokio::test]
async fn candidates_wait_in_line() {
    let store = SqliteStore::in_memory(bank()).await.unwrap();
    let world = World::new(1);
    let mut away = world.agent(&["cards"], 5);
    away.available = false;
    let (busy, idle) = (
        world.agent(&["cards"], 5),
        world.agent(&["cards", "loans"], 5),
    );
    for agent in [&away, &busy, &idle] {
        commit(&store, hired(agent)).await.unwrap();
    }
    commit(&store, load(&busy, 1)).await.unwrap();
    let who = |found: Vec<crcore::Standing>| {
        found
            .iter()
            .map(|standing| standing.agent.id)
            .collect::<Vec<_>>()
    };
    let found = store
        .candidates(&code("cards"), Pool::Cases, 10)
        .await
        .unwrap();
    assert_eq!(who(found), [idle.id, busy.id]);
    let found = store
        .candidates(&code("cards"), Pool::Cases, 1)
        .await
        .unwrap();
    assert_eq!(who(found), [idle.id]);
    let mut moved = idle.clone();
    moved.version = 2;
    moved.queues = [code("loans")].into();
    let moves = Changes {
        agents: vec![Revised {
            from: 1,
            value: moved,
        }],
        ..Changes::default()
    };
    commit(&store, moves).await.unwrap();
    let found = store
        .candidates(&code("cards"), Pool::Cases, 10)
        .await
        .unwrap();
    assert_eq!(who(found), [busy.id]);
    assert_eq!(store.agents(None, 10).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_mark_set_anew_outlives_the_old_one() {
    let store = SqliteStore::in_memory(bank()).await.unwrap();
    let at = |micros| QueueMark {
        queue: code("cards"),
        at: start() + chrono::TimeDelta::microseconds(micros),
    };
    for mark in [at(1), at(2), at(0)] {
        let marks = Changes {
            marks: vec![mark],
            ..Changes::default()
        };
        commit(&store, marks).await.unwrap();
    }
    assert_eq!(store.marked(10).await.unwrap(), [at(2)]);
    for (unmark, left) in [(at(1), 1), (at(2), 0)] {
        let unmarks = Changes {
            unmarks: vec![unmark],
            ..Changes::default()
        };
        commit(&store, unmarks).await.unwrap();
        assert_eq!(store.marked(10).await.unwrap().len(), left);
    }
}

#[tokio::test]
async fn an_answer_is_kept_until_it_expires() {
    let store = SqliteStore::in_memory(bank()).await.unwrap();
    let world = World::new(1);
    let answered = |outcome: &str, micros| Changes {
        answers: vec![Answer {
            principal: "customer:1".into(),
            key: "k".into(),
            body: "00".into(),
            outcome: outcome.into(),
            expires_at: start() + chrono::TimeDelta::microseconds(micros),
        }],
        ..world.raise("cards", "x")
    };
    commit(&store, answered("1", 3)).await.unwrap();
    assert!(is_conflict(&commit(&store, answered("2", 9)).await));
    commit(&store, answered("3", 9)).await.unwrap();
    let found = store.answered("customer:1", "k").await.unwrap().unwrap();
    assert_eq!(found.outcome, "3");
    assert_eq!(store.answered("customer:2", "k").await.unwrap(), None);
    let late = start() + chrono::TimeDelta::days(1);
    assert_eq!(store.tidy(late, 10).await.unwrap(), 1);
    assert_eq!(store.answered("customer:1", "k").await.unwrap(), None);
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
    let raised = world.raise("cards", "with a booking");

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
    let mut again = world.raise("cards", "half of it");
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
        let mut set = world.raise("cards", &format!("short secret {nth}"));
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

#[tokio::test]
async fn pages_turn_without_gap_or_repeat_in_every_order() {
    let store = SqliteStore::in_memory(bank()).await.unwrap();
    let world = World::new(1);
    let mut all: Vec<Ticket> = Vec::new();
    for nth in 0..23 {
        let set = world.raise(["cards", "loans"][nth % 2], "x");
        commit(&store, set.clone()).await.unwrap();
        let mut last = ticket(&set).clone();
        if nth % 3 == 0 {
            let fact = Fact::Reprioritised {
                priority: Priority::Urgent,
            };
            let set = world.go_on(&last, fact);
            commit(&store, set.clone()).await.unwrap();
            last = ticket(&set).clone();
        }
        all.push(last);
    }
    let filter = TicketFilter {
        queues: [code("cards")].into(),
        ..TicketFilter::default()
    };
    for sort in [
        Sort::Newest,
        Sort::Oldest,
        Sort::Updated,
        Sort::Deadline,
        Sort::Urgency,
    ] {
        let mut wanted: Vec<_> = all.iter().filter(|t| filter.admits(t)).cloned().collect();
        wanted.sort_by_key(|t| (sort.key(t), t.id));
        if sort.is_descending() {
            wanted.reverse();
        }
        let mut paging = Paging {
            sort,
            limit: 5,
            total: true,
            ..Paging::default()
        };
        let mut seen = Vec::new();
        loop {
            let page = store.tickets(&filter, &paging).await.unwrap();
            assert_eq!(page.total, Some(Total::Exact(12)));
            seen.extend(page.items);
            paging.after = page.next;
            if paging.after.is_none() {
                break;
            }
        }
        assert_eq!(seen, wanted, "{sort:?}");
    }
}

#[tokio::test]
async fn a_customers_record_comes_and_goes() {
    let store = SqliteStore::in_memory(bank()).await.unwrap();
    let mut customer = crcore::Customer::new(World::new(1).moment().id());
    customer.version = 1;
    let known = Changes {
        customers: vec![new(customer.clone())],
        ..Changes::default()
    };
    commit(&store, known.clone()).await.unwrap();
    assert!(is_conflict(&commit(&store, known).await));
    assert_eq!(
        store.customer(customer.id).await.unwrap(),
        Some(customer.clone())
    );
    let forgotten = Changes {
        forgotten: vec![customer.id],
        ..Changes::default()
    };
    commit(&store, forgotten).await.unwrap();
    assert_eq!(store.customer(customer.id).await.unwrap(), None);
}

#[test]
fn names_are_checked() {
    assert!("Bank!".parse::<Tenant>().is_err());
}

//! `tick` over a crowd of open tickets: with nothing due, and with 50,000 due at once.
//!
//! *Nothing due*: a whole `Desk::tick`, which looks for due tickets, marked queues, owed notices, landed
//! events and expired answers, one after the other. *One look* is the first of these through the store
//! (`Store::due`); *probe* is its statement bare, by the same driver on one connection: without the way
//! to the store's own threads or pool.
//!
//! *Due*: each ticket's warning of its first deadline. Firing it appends the event and moves the
//! ticket on, in one commit; `tick` also numbers the events into the feed. One host, 1,000 tickets a
//! tick. Beside it graphile-worker with an empty task, in its fastest setting and in its usual one, if
//! `CRCORE_GRAPHILE` names a folder in which `npm i graphile-worker pg` was run.
//!
//! `cargo bench --bench tick`; `CRCORE_POSTGRES_URL` as for `create_postgres`; `TICKETS=100000` before
//! it for a smaller crowd.

mod common;
#[path = "common/disk.rs"]
mod disk;
#[path = "common/many.rs"]
mod many;
#[path = "common/postgres.rs"]
mod postgres;

use std::process::Command;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use common::{Quiet, code, in_turn, median, rules};
use crcore::ticket::Mark;
use crcore::{Clock as _, Desk, Notifier, Store, SystemClock, Ticket};
use crcore_adapters::sql::{PostgresStore, SqliteStore, Tenant};
use many::micros;
use sqlx::{Connection as _, PgConnection};
use tokio::runtime::Runtime;

const CALLS: usize = 400;
const DUE: u64 = 50_000;
const BATCH: u32 = 1_000;

const PROBE: &str = "SELECT doc FROM crcore_ticket WHERE tenant = 'bank' AND next_due <= $1 \
                     ORDER BY next_due, id LIMIT 1000";

fn main() {
    common::begin("tick");
    let open = std::env::var("TICKETS").map_or(1_000_000, |open| open.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    println!(
        "microseconds, median of {CALLS} calls in turn            tick one look     probe  tick/probe  tick/look   goal"
    );
    sqlite(&runtime, open);
    let server = postgres::Server::start();
    postgres(&runtime, &server, open);
    due(&runtime, &server);
}

fn sqlite(runtime: &Runtime, open: u64) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("desk.db");
    let desk = runtime.block_on(async {
        SqliteStore::migrate(&path).await.unwrap();
        let store = SqliteStore::open(&path, tenant()).await.unwrap();
        filled(store, open, later).await
    });
    let bare = rusqlite::Connection::open(&path).unwrap();
    let quiet = Quiet::begin(&[]);
    nothing_due(
        &format!("SQLite, {open} open tickets"),
        runtime,
        desk,
        || {
            let mut probe = bare.prepare_cached(PROBE).unwrap();
            let now = SystemClock.now().timestamp_micros();
            assert!(probe.query([now]).unwrap().next().unwrap().is_none());
        },
    );
    drop(quiet);
}

fn postgres(runtime: &Runtime, server: &postgres::Server, open: u64) {
    let url = server.schema("crcore_bench_tick");
    let desk = runtime.block_on(async {
        PostgresStore::migrate(&url).await.unwrap();
        let store = PostgresStore::connect(&url, tenant()).await.unwrap();
        filled(store, open, later).await
    });
    postgres::psql(&url, "VACUUM ANALYZE");
    let mut bare = runtime.block_on(PgConnection::connect(&url)).unwrap();
    let quiet = Quiet::begin(&server.processes());
    nothing_due(
        &format!("PostgreSQL, {open} open tickets"),
        runtime,
        desk,
        || {
            let probe = sqlx::query(PROBE).bind(SystemClock.now());
            let found = runtime.block_on(probe.fetch_all(&mut bare)).unwrap();
            assert!(found.is_empty());
        },
    );
    drop(quiet);
}

fn nothing_due(
    name: &str,
    runtime: &Runtime,
    (desk, store): (Desk, impl Store),
    mut probe: impl FnMut(),
) {
    let tick = || {
        let ticked = runtime.block_on(desk.tick(BATCH)).unwrap();
        assert_eq!((ticked.milestones, ticked.more), (0, false));
    };
    let look = || {
        let due = runtime.block_on(store.due(SystemClock.now(), 0, BATCH));
        assert!(due.unwrap().is_empty());
    };
    let [tick, look, probe] = in_turn(
        CALLS,
        [&mut || micros(tick), &mut || micros(look), &mut || {
            micros(&mut probe)
        }],
    );
    println!(
        "{name:48} {tick:9.0} {look:8.0} {probe:9.0} {:11.2} {:10.2}   3",
        tick / probe,
        tick / look
    );
}

/// Fires what is due in turn with the peer.
fn due(runtime: &Runtime, server: &postgres::Server) {
    let url = server.schema("crcore_bench_due");
    runtime.block_on(PostgresStore::migrate(&url)).unwrap();
    let peer = std::env::var("CRCORE_GRAPHILE").ok();
    let (mut ours, mut batched, mut usual, mut waits) = (vec![], vec![], vec![], vec![]);
    for round in 0..3 {
        let (desk, _) = runtime.block_on(async {
            let tenant = Tenant::new(code(&format!("bank-{round}")));
            let store = PostgresStore::connect(&url, tenant).await.unwrap();
            filled(store, DUE, now).await
        });
        postgres::psql(&url, "VACUUM ANALYZE");
        postgres::psql(&url, "CHECKPOINT");
        let quiet = Quiet::begin(&server.processes());
        waits.push(disk::fsync_us(&std::env::temp_dir()));
        ours.push(fire(runtime, &desk));
        if let Some(folder) = &peer {
            batched.push(graphile(folder, &url, "batched"));
            usual.push(graphile(folder, &url, "usual"));
        }
        drop(quiet);
    }
    let ours = median(ours);
    println!(
        "\nPostgreSQL, {DUE} due, median of 3 rounds in turn; fdatasync takes {:.0} us",
        median(waits)
    );
    println!("fired by tick                         {ours:9.0} per second");
    if peer.is_none() {
        println!("graphile-worker was not run: see the head of this file");
        return;
    }
    for (name, peer) in [("batched", batched), ("usual", usual)] {
        let peer = median(peer);
        let name = format!("graphile-worker, {name}");
        println!(
            "{name:37} {peer:9.0} per second   ours/peer {:.2}",
            ours / peer
        );
    }
}

/// Milestones per second until nothing is due.
fn fire(runtime: &Runtime, desk: &Desk) -> f64 {
    let start = Instant::now();
    let mut fired = 0;
    loop {
        let ticked = runtime.block_on(desk.tick(BATCH)).unwrap();
        fired += u64::from(ticked.milestones);
        if !ticked.more {
            break;
        }
    }
    assert_eq!(fired, DUE);
    fired as f64 / start.elapsed().as_secs_f64()
}

fn graphile(folder: &str, url: &str, setting: &str) -> f64 {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/graphile.mjs");
    let mut node = Command::new("node");
    let output = node
        .args([script, url, &DUE.to_string(), setting])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said = String::from_utf8(output.stdout).unwrap();
    said.trim().parse().unwrap()
}

/// Nothing of it is due for a year.
fn later(now: DateTime<Utc>, nth: u64, ticket: &mut Ticket) {
    let year = now + TimeDelta::days(365) + TimeDelta::seconds(nth as i64);
    for timer in ticket.sla.iter_mut().flat_map(|sla| &mut sla.timers) {
        for milestone in &mut timer.milestones {
            milestone.at = Some(year);
        }
    }
}

/// The first warning is due, and nothing else for a year.
fn now(now: DateTime<Utc>, nth: u64, ticket: &mut Ticket) {
    later(now, nth, ticket);
    let first = ticket.sla.iter_mut().flat_map(|sla| &mut sla.timers).next();
    for milestone in first.into_iter().flat_map(|timer| &mut timer.milestones) {
        if milestone.mark == Mark::Warning(0) {
            milestone.at = Some(now - TimeDelta::milliseconds(DUE as i64 - nth as i64));
        }
    }
}

async fn filled(
    store: impl Store + Clone,
    tickets: u64,
    edit: fn(DateTime<Utc>, u64, &mut Ticket),
) -> (Desk, impl Store) {
    let desk = Desk::builder(store.clone())
        .rules(rules())
        .notifier(Nobody)
        .open();
    let desk = desk.await.unwrap();
    let start = SystemClock.now();
    let edit = |nth: u64, ticket: &mut Ticket| edit(start, nth, ticket);
    many::fill(&desk, &store, tickets, edit).await;
    (desk, store)
}

/// Carries notices nowhere, so that `tick` looks for them.
struct Nobody;

#[async_trait::async_trait]
impl Notifier for Nobody {
    async fn notify(&self, _: &crcore::Message) -> Result<(), crcore::NotifyError> {
        Ok(())
    }
}

fn tenant() -> Tenant {
    Tenant::new(code("bank"))
}

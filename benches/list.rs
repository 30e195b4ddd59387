//! A page of 25 tickets, filtered and sorted, beside the bare query on the same table.
//!
//! The page: open tickets about one service, latest first, through `Desk::tickets`, which narrows the
//! filter, reads whole tickets and makes values of them. *Floor*: six columns of 25 rows from the same
//! index on one connection of the same driver, and the count. *Documents*: as the floor, with the
//! ticket's JSON in place of the columns, unread: what the desk has to fetch at the least. One ticket
//! of five is open.
//!
//! `cargo bench --bench list`; `CRCORE_POSTGRES_URL` as for `create_postgres`; `TICKETS=200000` before
//! it for a smaller crowd.

mod common;
#[path = "common/many.rs"]
mod many;
#[path = "common/postgres.rs"]
mod postgres;

use std::cell::{Cell, RefCell};

use chrono::TimeDelta;
use common::{Quiet, code, in_turn, rules};
use crcore::store::{Paging, TicketFilter};
use crcore::ticket::{Outcome, Status, StatusName};
use crcore::{Actor, Clock as _, Desk, Store, SystemClock};
use crcore_adapters::sql::{PostgresStore, SqliteStore, Tenant};
use many::{SERVICES, micros};
use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::runtime::Runtime;

const CALLS: usize = 400;
const FEW: u64 = 100_000;

const COLUMNS: &str = "SELECT id, reference, priority, received_at, deadline, agent";
const DOCUMENT: &str = "SELECT doc";
const PAGE: &str = " FROM crcore_ticket WHERE tenant = 'bank' AND service = $1 AND status = 'open' \
                    ORDER BY received_at DESC, id DESC LIMIT 25";
const COUNT: &str = "SELECT COUNT(*) FROM crcore_ticket WHERE tenant = 'bank' AND service = $1 \
                     AND status = 'open'";

fn main() {
    common::begin("list");
    let many = std::env::var("TICKETS").map_or(1_000_000, |many| many.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    println!(
        "microseconds, median of {CALLS} calls in turn             ours     floor documents  ours/floor  ours/documents   goal"
    );
    sqlite(&runtime, many);
    postgres(&runtime, many);
}

fn sqlite(runtime: &Runtime, many: u64) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let open = |tickets| {
        let path = folder.path().join(format!("{tickets}.db"));
        let desk = runtime.block_on(async {
            SqliteStore::migrate(&path).await.unwrap();
            let store = SqliteStore::open(&path, tenant()).await.unwrap();
            filled(store, tickets).await
        });
        (desk, rusqlite::Connection::open(&path).unwrap())
    };
    let ((few, floor), (crowd, crowd_floor)) = (open(FEW), open(many));
    let bare = |floor: &rusqlite::Connection, columns: &str, service: &str, total: bool| {
        let mut page = floor.prepare_cached(&format!("{columns}{PAGE}")).unwrap();
        let width = page.column_count();
        let mut rows = page.query([service]).unwrap();
        let mut found = 0;
        while let Some(row) = rows.next().unwrap() {
            for at in 0..width {
                let value: rusqlite::types::Value = row.get(at).unwrap();
                std::hint::black_box(value);
            }
            found += 1;
        }
        assert_eq!(found, 25);
        if total {
            let mut count = floor.prepare_cached(COUNT).unwrap();
            let _: i64 = count.query_row([service], |row| row.get(0)).unwrap();
        }
    };
    let ours = |desk: &Desk, service: &str, total| runtime.block_on(page(desk, service, total));
    let quiet = Quiet::begin(&[]);
    Rows {
        name: "SQLite",
        many,
        goal: "2",
    }
    .measure(
        [&mut |s, t| ours(&few, s, t), &mut |s, t| ours(&crowd, s, t)],
        [
            &mut |columns, s, t| bare(&floor, columns, s, t),
            &mut |columns, s, t| bare(&crowd_floor, columns, s, t),
        ],
    );
    drop(quiet);
}

fn postgres(runtime: &Runtime, many: u64) {
    let server = postgres::Server::start();
    let open = |tickets: u64| {
        let url = server.schema(&format!("crcore_bench_{tickets}"));
        let desk = runtime.block_on(async {
            PostgresStore::migrate(&url).await.unwrap();
            let store = PostgresStore::connect(&url, tenant()).await.unwrap();
            filled(store, tickets).await
        });
        postgres::psql(&url, "VACUUM ANALYZE crcore_ticket");
        (desk, runtime.block_on(PgConnection::connect(&url)).unwrap())
    };
    let ((few, mut floor), (crowd, mut crowd_floor)) = (open(FEW), open(many));
    let bare = |floor: &mut PgConnection, columns: &str, service: &str, total: bool| {
        runtime.block_on(async {
            let page = sqlx::AssertSqlSafe(format!("{columns}{PAGE}"));
            let rows = sqlx::query(page).bind(service);
            let rows = rows.fetch_all(&mut *floor).await.unwrap();
            assert_eq!(rows.len(), 25);
            if total {
                let count = sqlx::query(COUNT).bind(service).fetch_one(floor);
                let _: i64 = count.await.unwrap().get(0);
            }
        });
    };
    let ours = |desk: &Desk, service: &str, total| runtime.block_on(page(desk, service, total));
    let quiet = Quiet::begin(&server.processes());
    Rows {
        name: "PostgreSQL",
        many,
        goal: "1.5",
    }
    .measure(
        [&mut |s, t| ours(&few, s, t), &mut |s, t| ours(&crowd, s, t)],
        [
            &mut |columns, s, t| bare(&mut floor, columns, s, t),
            &mut |columns, s, t| bare(&mut crowd_floor, columns, s, t),
        ],
    );
    drop(quiet);
}

/// What is printed of one database.
struct Rows {
    name: &'static str,
    many: u64,
    goal: &'static str,
}

type Ours<'a> = &'a mut dyn FnMut(&str, bool);
type Floor<'a> = &'a mut dyn FnMut(&str, &str, bool);

impl Rows {
    /// Over few tickets, then over many; with the total and without.
    fn measure(&self, mut ours: [Ours<'_>; 2], mut floor: [Floor<'_>; 2]) {
        let mut with_total = 0.0;
        for (size, total) in [(0, true), (0, false), (1, false), (1, true)] {
            let nth = Cell::new(0);
            // Each round of calls is about one service, the next about the next.
            let service = || SERVICES[nth.get() % SERVICES.len()];
            let (ours, floor) = (&mut ours[size], RefCell::new(&mut floor[size]));
            let [ours, columns, documents] = in_turn(
                CALLS,
                [
                    &mut || {
                        nth.set(nth.get() + 1);
                        micros(|| ours(service(), total))
                    },
                    &mut || micros(|| floor.borrow_mut()(COLUMNS, service(), total)),
                    &mut || micros(|| floor.borrow_mut()(DOCUMENT, service(), total)),
                ],
            );
            let name = format!(
                "{}, {} tickets, {} total",
                self.name,
                [FEW, self.many][size],
                if total { "with" } else { "without" }
            );
            let goal = match (size, total) {
                (0, true) => format!("{} of the floor", self.goal),
                (1, false) => format!("1.3 of the first; is {:.2}", ours / with_total),
                _ => String::new(),
            };
            if (size, total) == (0, true) {
                with_total = ours;
            }
            println!(
                "{name:48} {ours:9.0} {columns:9.0} {documents:9.0} {:11.2} {:15.2}   {goal}",
                ours / columns,
                ours / documents
            );
        }
    }
}

async fn page(desk: &Desk, service: &str, total: bool) {
    let filter = TicketFilter {
        statuses: [StatusName::Open].into(),
        services: [code(service)].into(),
        ..TicketFilter::default()
    };
    let supervisor = Actor::Supervisor(uuid::Uuid::from_u128(7).into());
    let counted = async {
        if total {
            desk.total(supervisor, filter.clone()).await.unwrap();
        }
    };
    let paging = Paging::default();
    // Neither waits for the other.
    let (page, ()) = tokio::join!(desk.tickets(supervisor, filter.clone(), &paging), counted);
    assert_eq!(page.unwrap().items.len(), 25);
}

async fn filled(store: impl Store + Clone, tickets: u64) -> Desk {
    let desk = Desk::builder(store.clone()).rules(rules()).open();
    let desk = desk.await.unwrap();
    let now = SystemClock.now();
    let edit = |nth: u64, ticket: &mut crcore::Ticket| {
        ticket.received_at = now - TimeDelta::seconds(77 * nth as i64);
        ticket.status = match nth % 5 {
            0 => Status::Open,
            _ => Status::Resolved {
                outcome: Outcome::Answered,
                at: now,
            },
        };
    };
    many::fill(&desk, &store, tickets, edit).await;
    desk
}

fn tenant() -> Tenant {
    Tenant::new(code("bank"))
}

//! A new ticket in SQLite, durable, beside bare statements that write the same rows.
//!
//! *Create* is `raise` without key or allocation: the ticket's row with its timers, its events, the
//! words, the owed notice and the head of the feed, in one commit under WAL and `synchronous = FULL`.
//! *Floor* copies the rows of one such ticket with new ids into the same tables and indexes, by
//! prepared statements of `rusqlite` on one connection: it decides nothing and hashes nothing.
//!
//! `cargo bench --bench create_sqlite`

mod common;
#[path = "common/disk.rs"]
mod disk;

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::{Quiet, code, customer, in_turn, request, rules};
use crcore::{Actor, Agent, Clock as _, Desk, Pool, SystemClock};
use crcore_adapters::sql::{SqliteStore, Tenant};
use rusqlite::Connection;
use rusqlite::types::Value;

const ROUNDS: usize = 9;
/// Of each measure in each round.
const SECONDS: f64 = 0.2;
const CALLERS: usize = 64;
/// How many tickets the floor commits together, beside the 64 callers.
const TOGETHER: usize = 100;
/// Who serves the queue that is given out.
const AGENTS: u32 = 20;

fn main() {
    common::begin("create_sqlite");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    let ours = Arc::new(runtime.block_on(Ours::open(&folder.path().join("ours.db"))));
    let floor = runtime.block_on(Floor::open(&folder.path().join("floor.db")));
    let floor = RefCell::new(floor);
    let create = |callers, service, keyed| runtime.block_on(ours.at_once(callers, service, keyed));

    let quiet = Quiet::begin(&[]);
    let before = disk::fsync_us(folder.path());
    let [one, keyed, given_out, many, bare, together] = in_turn(
        ROUNDS,
        [
            &mut || create(1, "cards", false),
            &mut || create(1, "cards", true),
            &mut || create(1, "given-out", false),
            &mut || create(CALLERS, "cards", false),
            &mut || rate(SECONDS, || floor.borrow_mut().commit(1)),
            &mut || rate(SECONDS, || floor.borrow_mut().commit(TOGETHER)) * TOGETHER as f64,
        ],
    );
    let after = disk::fsync_us(folder.path());
    drop(quiet);

    println!("fdatasync takes {before:.0} us before, {after:.0} us after");
    println!(
        "tickets per second, median of {ROUNDS} rounds in turn       ours     floor  ours/floor   goal"
    );
    let row = |name: &str, ours: f64, floor: f64, goal: &str| {
        let share = ours / floor;
        println!("{name:49} {ours:9.0} {floor:9.0} {share:11.2}   {goal}");
    };
    row("create, one caller", one, bare, "0.7");
    row(
        "create, 64 callers; floor commits by 100",
        many,
        together,
        "0.5",
    );
    row("create with key, one caller", keyed, bare, "");
    row("create and allocate, one caller", given_out, bare, "");

    println!("\nof one ticket                                       commits   written B    writes");
    let row = |name: &str, count: Count| {
        let Count {
            commits,
            bytes,
            writes,
        } = count;
        println!("{name:49} {commits:9.2} {bytes:11.0} {writes:9.1}");
    };
    let one = |service, keyed| runtime.block_on(ours.create(service, keyed));
    let commits = || ours.store.transactions() as f64;
    row("create, one caller", count(commits, || one("cards", false)));
    row(
        "create with key, one caller",
        count(commits, || one("cards", true)),
    );
    row(
        "create and allocate, one caller",
        count(commits, || one("given-out", false)),
    );
    let floor_commits = || floor.borrow().commits as f64;
    row(
        "floor, one by one",
        count(floor_commits, || floor.borrow_mut().commit(1)),
    );
    let rows = floor.borrow().rows.len() + 1;
    println!(
        "rows of one ticket: {rows}, with {} bytes of values",
        floor.borrow().bytes()
    );
}

/// How many a second, `call` doing one at a time, for so many seconds.
fn rate(seconds: f64, mut call: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut done = 0;
    while start.elapsed().as_secs_f64() < seconds {
        call();
        done += 1;
    }
    f64::from(done) / start.elapsed().as_secs_f64()
}

/// What one ticket costs, whatever else the machine does.
struct Count {
    commits: f64,
    bytes: f64,
    writes: f64,
}

fn count(commits: impl Fn() -> f64, mut create: impl FnMut()) -> Count {
    const TICKETS: u32 = 500;
    let (before, (bytes, writes)) = (commits(), written());
    (0..TICKETS).for_each(|_| create());
    let (after_bytes, after_writes) = written();
    let each = |many: f64| many / f64::from(TICKETS);
    Count {
        commits: each(commits() - before),
        bytes: each((after_bytes - bytes) as f64),
        writes: each((after_writes - writes) as f64),
    }
}

/// The desk over a file.
struct Ours {
    desk: Desk,
    store: SqliteStore,
    raised: AtomicU64,
}

impl Ours {
    async fn open(path: &Path) -> Self {
        SqliteStore::migrate(path).await.unwrap();
        let store = SqliteStore::open(path, tenant()).await.unwrap();
        let desk = Desk::builder(store.clone()).rules(rules()).open();
        let desk = desk.await.unwrap();
        for nth in 0..AGENTS {
            let mut agent = Agent::new(desk.new_id().unwrap(), format!("Agent {nth}"));
            agent.queues = [code("given-out")].into();
            agent.capacity = [(Pool::Cases, u32::MAX)].into();
            desk.save_agent(Actor::System, agent).await.unwrap();
        }
        Self {
            desk,
            store,
            raised: AtomicU64::new(0),
        }
    }

    async fn create(&self, service: &str, keyed: bool) {
        let nth = self.raised.fetch_add(1, Ordering::Relaxed);
        let key = keyed.then(|| format!("form-{nth}"));
        let request = request(nth, service, key);
        self.desk.perform(&request).await.unwrap();
    }

    /// Tickets per second of so many callers, each a task of the runtime, as a host's are, with its
    /// next ticket as soon as the last is durable.
    async fn at_once(self: &Arc<Self>, callers: usize, service: &'static str, keyed: bool) -> f64 {
        let start = Instant::now();
        let until = start + Duration::from_secs_f64(SECONDS);
        let callers: Vec<_> = (0..callers)
            .map(|_| {
                let ours = Arc::clone(self);
                tokio::spawn(async move {
                    let mut done = 0;
                    while Instant::now() < until {
                        ours.create(service, keyed).await;
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        let mut done = 0;
        for caller in callers {
            done += caller.await.unwrap();
        }
        f64::from(done) / start.elapsed().as_secs_f64()
    }
}

/// The rows of one ticket, and a connection that writes them again and again.
struct Floor {
    connection: Connection,
    rows: Vec<Row>,
    position: i64,
    commits: u64,
    chance: u64,
}

struct Row {
    insert: String,
    values: Vec<Value>,
    fills: Vec<Fill>,
}

/// What a copy has in a column.
#[derive(Clone, Copy)]
enum Fill {
    Same,
    /// The copy's ticket.
    Ticket,
    /// An id of its own.
    Own,
    Reference,
    Customer,
    Position,
    /// As much later as it comes later.
    Instant,
}

impl Floor {
    async fn open(path: &Path) -> Self {
        let ours = Ours::open(path).await;
        ours.create("cards", false).await;
        drop(ours);
        let connection = Connection::open(path).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;",
            )
            .unwrap();
        let rows = [
            "crcore_ticket",
            "crcore_notice",
            "crcore_words",
            "crcore_event",
        ]
        .into_iter()
        .flat_map(|table| rows_of(&connection, table))
        .collect();
        Self {
            connection,
            rows,
            position: 1_000,
            commits: 0,
            chance: 42,
        }
    }

    fn bytes(&self) -> usize {
        let size = |value: &Value| match value {
            Value::Null => 0,
            Value::Integer(_) | Value::Real(_) => 8,
            Value::Text(text) => text.len(),
            Value::Blob(bytes) => bytes.len(),
        };
        self.rows.iter().flat_map(|row| &row.values).map(size).sum()
    }

    fn commit(&mut self, tickets: usize) {
        self.commits += 1;
        self.run("BEGIN IMMEDIATE");
        for _ in 0..tickets {
            self.copy();
        }
        let head = "UPDATE crcore_head SET position = ?, hash = ? WHERE tenant = 'bank'";
        self.connection
            .prepare_cached(head)
            .and_then(|mut update| update.execute((self.position, [7_u8; 32])))
            .unwrap();
        self.run("COMMIT");
    }

    fn run(&self, sql: &str) {
        let done = self.connection.prepare_cached(sql);
        done.and_then(|mut statement| statement.execute([]))
            .unwrap();
    }

    fn copy(&mut self) {
        let ticket = self.id();
        for nth in 0..self.rows.len() {
            let id = self.id();
            let chance = self.draw();
            let row = &mut self.rows[nth];
            for (value, fill) in row.values.iter_mut().zip(&row.fills) {
                match (fill, value) {
                    (Fill::Ticket, Value::Blob(bytes)) => bytes.copy_from_slice(&ticket),
                    (Fill::Own, Value::Blob(bytes)) => bytes.copy_from_slice(&id),
                    (Fill::Customer, value) => {
                        let customer = customer(chance).uuid();
                        *value = Value::Blob(customer.as_bytes().to_vec());
                    }
                    (Fill::Reference, Value::Text(text)) => {
                        *text = format!("{:011}", chance % 100_000_000_000);
                    }
                    (Fill::Position, value) => {
                        self.position += 1;
                        *value = Value::Integer(self.position);
                    }
                    (Fill::Instant, Value::Integer(at)) => *at += 100,
                    _ => {}
                }
            }
            let mut insert = self.connection.prepare_cached(&row.insert).unwrap();
            for (at, value) in (1..).zip(&row.values) {
                insert.raw_bind_parameter(at, value).unwrap();
            }
            insert.raw_execute().unwrap();
        }
    }

    fn draw(&mut self) -> u64 {
        self.chance = self
            .chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.chance >> 16
    }

    /// As UUID version 7: the milliseconds, then chance.
    fn id(&mut self) -> [u8; 16] {
        let millis = SystemClock.now().timestamp_millis() as u128;
        let chance = u128::from(self.draw());
        ((millis << 80) | (0x7 << 76) | (0x8 << 60) | chance).to_be_bytes()
    }
}

/// The rows of the one ticket in `table`.
fn rows_of(connection: &Connection, table: &str) -> Vec<Row> {
    let mut select = connection
        .prepare(&format!("SELECT * FROM {table}"))
        .unwrap();
    let columns: Vec<String> = select
        .column_names()
        .into_iter()
        .map(String::from)
        .collect();
    let fills: Vec<Fill> = columns.iter().map(|column| fill(table, column)).collect();
    let insert = format!(
        "INSERT INTO {table} ({}) VALUES ({})",
        columns.join(", "),
        vec!["?"; columns.len()].join(", ")
    );
    let rows = select.query_map([], |row| {
        let values = (0..columns.len()).map(|at| row.get(at));
        Ok(Row {
            insert: insert.clone(),
            values: values.collect::<rusqlite::Result<_>>()?,
            fills: fills.clone(),
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn fill(table: &str, column: &str) -> Fill {
    match (table, column) {
        ("crcore_ticket", "id") | (_, "ticket") => Fill::Ticket,
        (_, "id") => Fill::Own,
        (_, "reference") => Fill::Reference,
        (_, "customer") => Fill::Customer,
        (_, "position") => Fill::Position,
        (_, "received_at" | "updated_at" | "at" | "created_at" | "due_at" | "urgency")
        | (_, "deadline" | "deadline_order" | "next_due") => Fill::Instant,
        _ => Fill::Same,
    }
}

fn tenant() -> Tenant {
    Tenant::new(code("bank"))
}

/// What this process has written so far: bytes, and calls that wrote them.
fn written() -> (u64, u64) {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let field = |name: &str| {
        io.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")?.parse().ok())
            .unwrap_or(0)
    };
    (field("wchar"), field("syscw"))
}

//! A new ticket, and a change of its status, in PostgreSQL, beside `pgbench` writing the same rows.
//!
//! *Create* is `raise` without key or allocation: the ticket's row with its timers, its events, the
//! words and the owed notice, in one commit. *Status change* is `resolve`: the ticket's row, the events
//! and the notice; the desk reads the ticket first. *Floor* is `pgbench -M prepared` with one statement
//! for all rows, in the same tables under another tenant: values as parameters, of the same bytes, and
//! ids in order of time. Client, `pgbench` and server share the machine.
//!
//! `cargo bench --bench create_postgres`; with `CRCORE_POSTGRES_URL` on that server, else on one of
//! its own.

mod common;
#[path = "common/disk.rs"]
mod disk;
#[path = "common/postgres.rs"]
mod postgres;

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::{Quiet, code, in_turn, request, rules};
use crcore::ticket::Outcome;
use crcore::{Actor, Agent, Desk, Pool, Store as _, TicketId};
use crcore_adapters::sql::{PostgresStore, Tenant};
use postgres::{Server, program, psql};
use sqlx::postgres::PgPoolOptions;
use tempfile::TempDir;
use tokio::runtime::Runtime;

const ROUNDS: usize = 7;
/// Of each of our measures in each round.
const SECONDS: f64 = 0.4;
/// Transactions of each client of `pgbench` in each round: about as long.
const TRANSACTIONS: [(u32, u32); 3] = [(1, 800), (8, 400), (32, 150)];
/// Who serves the queue that is given out.
const AGENTS: u32 = 20;
/// Tickets whose status the desk changes in each round: about as long.
const RESOLVED: usize = 400;
/// As the store opens a pool by itself.
const CONNECTIONS: u32 = 10;
/// Tickets whose status is changed, of the desk's and of the floor's.
const TO_RESOLVE: u64 = 20_000;

fn main() {
    common::begin("create_postgres");
    let server = Server::start();
    let url = server.schema("crcore_bench_create");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(PostgresStore::migrate(&url)).unwrap();
    let ours = Arc::new(runtime.block_on(Ours::open(&url)));
    let floor = Floor::new(&runtime, &ours, &url);
    let to_resolve = runtime.block_on(ours.to_resolve());
    let next = Cell::new(0);
    psql(&url, "VACUUM ANALYZE");

    let create = |callers, service, keyed| runtime.block_on(ours.at_once(callers, service, keyed));
    let resolve = || {
        let (from, ours) = (next.get(), Arc::clone(&ours));
        let ids = to_resolve[from..from + RESOLVED].to_vec();
        next.set(from + RESOLVED);
        let start = Instant::now();
        let resolving = async move {
            for id in ids {
                ours.resolve(id).await;
            }
        };
        runtime.block_on(runtime.spawn(resolving)).unwrap();
        RESOLVED as f64 / start.elapsed().as_secs_f64()
    };
    let folder = tempfile::tempdir().unwrap();
    let quiet = Quiet::begin(&server.processes());
    let before = disk::fsync_us(folder.path());
    let found = in_turn(
        ROUNDS,
        [
            &mut || create(1, "cards", false),
            &mut || floor.create(0),
            &mut || create(8, "cards", false),
            &mut || floor.create(1),
            &mut || create(32, "cards", false),
            &mut || floor.create(2),
            &mut || create(1, "cards", true),
            &mut || create(1, "given-out", false),
            &mut || resolve(),
            &mut || floor.resolve(false),
            &mut || floor.resolve(true),
        ],
    );
    let after = disk::fsync_us(folder.path());
    drop(quiet);
    let [one, bare, eight, bare_eight, many, bare_many, ..] = found;
    let [
        ..,
        keyed,
        given_out,
        resolved,
        bare_resolved,
        bare_read_resolved,
    ] = found;

    println!("fdatasync takes {before:.0} us before, {after:.0} us after");
    println!(
        "per second, median of {ROUNDS} rounds in turn               ours     floor  ours/floor   goal"
    );
    let row = |name: &str, ours: f64, floor: f64, goal: &str| {
        let share = ours / floor;
        println!("{name:49} {ours:9.0} {floor:9.0} {share:11.2}   {goal}");
    };
    row("create, 1 caller", one, bare, "0.7");
    row("create, 8 callers", eight, bare_eight, "0.7");
    row("create, 32 callers", many, bare_many, "0.7");
    row("create with key, 1 caller", keyed, bare, "");
    row("create and allocate, 1 caller", given_out, bare, "");
    row("status change, 1 caller", resolved, bare_resolved, "0.7");
    let name = "the same; the floor reads the ticket first too";
    row(name, resolved, bare_read_resolved, "");
    counts(&runtime, &url, &floor, &to_resolve[next.get()..]);
}

/// What each costs, whatever else the machine does.
fn counts(runtime: &Runtime, url: &str, floor: &Floor, to_resolve: &[TicketId]) {
    println!("\nof one                                         round trips   WAL bytes");
    let count = |name: &str, work: &mut dyn FnMut() -> f64| {
        let sql = "SELECT xact_commit + xact_rollback, pg_current_wal_lsn() - '0/0' \
                   FROM pg_stat_database WHERE datname = current_database()";
        let read = || -> (f64, f64) {
            // What a session did is counted when it ends.
            std::thread::sleep(Duration::from_millis(100));
            let said = psql(url, sql);
            let (transactions, bytes) = said.split_once('|').unwrap();
            (transactions.parse().unwrap(), bytes.parse().unwrap())
        };
        read();
        let before = read();
        let done = work();
        let after = read();
        // Every statement is a transaction of its own; the second reading is one too.
        let trips = (after.0 - before.0 - 1.0) / done;
        println!(
            "{name:46} {trips:11.2} {:11.0}",
            (after.1 - before.1) / done
        );
    };
    let session = |work: &dyn Fn(&Arc<Ours>)| {
        // Opening takes some statements, which many tickets make small.
        let ours = Arc::new(runtime.block_on(Ours::open(url)));
        work(&ours);
        runtime.block_on(ours.pool.close());
    };
    const TICKETS: usize = 2_000;
    let each = |service: &'static str, keyed| {
        move |ours: &Arc<Ours>| {
            (0..TICKETS).for_each(|_| runtime.block_on(ours.create(service, keyed)))
        }
    };
    let tickets = TICKETS as f64;
    count("create, 1 caller", &mut || {
        session(&each("cards", false));
        tickets
    });
    count("create, 32 callers", &mut || {
        let done = Cell::new(0.0);
        session(&|ours| done.set(runtime.block_on(ours.at_once(32, "cards", false)) * SECONDS));
        done.get()
    });
    count("create with key, 1 caller", &mut || {
        session(&each("cards", true));
        tickets
    });
    count("create and allocate, 1 caller", &mut || {
        session(&each("given-out", false));
        tickets
    });
    count("status change, 1 caller", &mut || {
        session(&|ours| {
            for id in &to_resolve[..TICKETS] {
                runtime.block_on(ours.resolve(*id));
            }
        });
        tickets
    });
    count("floor, create", &mut || {
        floor.create(0);
        f64::from(TRANSACTIONS[0].1)
    });
    count("floor, status change", &mut || {
        floor.resolve(false);
        f64::from(TRANSACTIONS[0].1)
    });
    let landed = "SELECT count(*) FROM crcore_event WHERE tenant = 'bank' AND position IS NULL";
    let landed: u32 = psql(url, landed).parse().unwrap();
    let start = Instant::now();
    psql(url, "SELECT crcore_number('bank', 100000000)");
    println!(
        "\nnumbering what has landed, later, in `tick`: {:.0} events per second, {landed} of them",
        f64::from(landed) / start.elapsed().as_secs_f64()
    );
}

/// The desk over the server.
struct Ours {
    desk: Desk,
    store: PostgresStore,
    pool: sqlx::PgPool,
    raised: AtomicU64,
}

impl Ours {
    async fn open(url: &str) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .test_before_acquire(false)
            .connect(url)
            .await
            .unwrap();
        let tenant = Tenant::new(code("bank"));
        let store = PostgresStore::from_pool(pool.clone(), tenant)
            .await
            .unwrap();
        let desk = Desk::builder(store.clone()).rules(rules()).open();
        let desk = desk.await.unwrap();
        let roster = desk.agents(Actor::System, None, 1).await.unwrap();
        for nth in 0..if roster.is_empty() { AGENTS } else { 0 } {
            let mut agent = Agent::new(desk.new_id().unwrap(), format!("Agent {nth}"));
            agent.queues = [code("given-out")].into();
            agent.capacity = [(Pool::Cases, u32::MAX)].into();
            desk.save_agent(Actor::System, agent).await.unwrap();
        }
        Self {
            desk,
            store,
            pool,
            raised: AtomicU64::new(0),
        }
    }

    async fn create(&self, service: &str, keyed: bool) {
        let nth = self.raised.fetch_add(1, Ordering::Relaxed);
        // Other values of this kind begin at one, too.
        let key = keyed.then(|| format!("form-{nth}-{:p}", &raw const self.raised));
        let request = request(nth, service, key);
        self.desk.perform(&request).await.unwrap();
    }

    async fn resolve(&self, id: TicketId) {
        let supervisor = Actor::Supervisor(uuid::Uuid::from_u128(7).into());
        let by = self.desk.acting(supervisor);
        by.resolve(id, Outcome::Upheld, None).await.unwrap();
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

    /// Raises tickets, a hundred in a commit.
    async fn to_resolve(&self) -> Vec<TicketId> {
        let mut ids = Vec::new();
        for first in (0..TO_RESOLVE).step_by(100) {
            let mut sets = Vec::new();
            for nth in first..first + 100 {
                let plan = self.desk.plan(&request(nth, "cards", None)).await.unwrap();
                ids.push(plan.done.ticket);
                sets.push(plan.changes);
            }
            for answer in self.store.commit(&sets).await {
                answer.unwrap();
            }
        }
        ids
    }
}

/// `pgbench` and its scripts, over rows that the desk wrote.
struct Floor {
    folder: TempDir,
    url: String,
    create: Sql,
    resolve: Sql,
    resolved: Cell<u32>,
}

/// The rows of one ticket are copied: what a column of the copy has in place of the parameter.
fn filled(table: &str, column: &str, ticket: &str, nth: usize) -> Option<String> {
    let own = format!("(k.ms || '70008' || lpad(to_hex(:i{nth}::bigint), 15, '0'))::uuid");
    Some(match (table, column) {
        (_, "tenant") => "'floor'".into(),
        ("crcore_ticket", "id") | (_, "ticket") => ticket.into(),
        (_, "id") => own,
        (_, "reference") => "lpad((:r::bigint)::text, 11, '0')".into(),
        (_, "customer") => {
            "('01980000000070008000' || lpad(to_hex(:c::bigint), 12, '0'))::uuid".into()
        }
        (_, "received_at" | "updated_at" | "at" | "created_at" | "due_at") => "k.now".into(),
        _ => return None,
    })
}

/// One row of the desk, column by column: name, type, value.
type Columns = Vec<(String, String, Option<String>)>;

impl Floor {
    /// Takes its rows from one ticket, which is raised and resolved for that.
    fn new(runtime: &Runtime, ours: &Arc<Ours>, url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let rows = |tables: &[&'static str], after: &str| -> Vec<(&'static str, Columns)> {
            tables
                .iter()
                .flat_map(|table| runtime.block_on(read(&ours.pool, table, after)))
                .collect()
        };
        runtime.block_on(ours.create("cards", false));
        let tables = [
            "crcore_ticket",
            "crcore_notice",
            "crcore_words",
            "crcore_event",
        ];
        let create = rows(&tables, "true");
        let ticket = "(k.ms || '70008' || lpad(to_hex(:i0::bigint), 15, '0'))::uuid";
        let create_sql = inserts(&create, ticket);
        create_sql.write(&folder, "create", "");

        let seq = create.iter().filter(|row| row.0 == "crcore_event").count();
        let notices = psql(url, "SELECT max(id::text) FROM crcore_notice");
        let id: uuid::Uuid = psql(url, "SELECT id FROM crcore_ticket").parse().unwrap();
        runtime.block_on(ours.resolve(id.into()));
        let mut after = rows(&["crcore_notice"], &format!("id::text > '{notices}'"));
        after.extend(rows(&["crcore_event"], &format!("seq > {seq}")));
        let revised = rows(&["crcore_ticket"], "true");
        let ticket = "('000000000000700080' || lpad(to_hex(:n::bigint), 14, '0'))::uuid";
        let mut resolve = inserts(&after, ticket);
        resolve.update(&revised[0].1, ticket);
        resolve.write(&folder, "resolve", "");
        let before =
            format!("SELECT doc FROM crcore_ticket WHERE tenant = 'floor' AND id = {ticket};\n");
        resolve.write(&folder, "read-resolve", &before);
        let columns: Vec<&str> = create[0].1.iter().map(|column| column.0.as_str()).collect();
        let copied: Vec<String> = columns
            .iter()
            .map(|&column| match column {
                "tenant" => "'floor'".into(),
                "id" => ticket.replace(":n::bigint", "n"),
                "reference" => "lpad(n::text, 11, '0')".into(),
                column => column.into(),
            })
            .collect();
        let copies = format!(
            "INSERT INTO crcore_ticket ({}) SELECT {} FROM crcore_ticket, \
             generate_series(1, {TO_RESOLVE}::bigint) AS n WHERE tenant = 'bank'",
            columns.join(", "),
            copied.join(", ")
        );
        psql(url, &copies);
        Self {
            folder,
            url: url.to_owned(),
            create: create_sql,
            resolve,
            resolved: Cell::new(0),
        }
    }

    fn create(&self, size: usize) -> f64 {
        let (clients, transactions) = TRANSACTIONS[size];
        self.run("create", &self.create, clients, transactions)
    }

    /// Each transaction takes the next ticket.
    fn resolve(&self, read: bool) -> f64 {
        let name = if read { "read-resolve" } else { "resolve" };
        let done = self.run(name, &self.resolve, 1, TRANSACTIONS[0].1);
        self.resolved.set(self.resolved.get() + TRANSACTIONS[0].1);
        done
    }

    /// Transactions per second, without the time to connect.
    fn run(&self, name: &str, sql: &Sql, clients: u32, transactions: u32) -> f64 {
        let path = self.folder.path().join(format!("{name}.sql"));
        let mut pgbench = program("pgbench");
        pgbench.args(["-n", "-M", "prepared", "-j", "2"]);
        pgbench.args(["-c", &clients.to_string(), "-t", &transactions.to_string()]);
        let n = format!("n={}", self.resolved.get());
        for variable in sql.values.iter().chain([&n]) {
            pgbench.args(["-D", variable]);
        }
        let output = pgbench.arg("-f").arg(path).arg(&self.url).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let said = String::from_utf8_lossy(&output.stdout);
        let tps = said.lines().find_map(|line| line.strip_prefix("tps = "));
        tps.and_then(|tps| tps.split(' ').next()?.parse().ok())
            .unwrap()
    }
}

/// A statement with its parameters.
struct Sql {
    parts: Vec<String>,
    values: Vec<String>,
}

impl Sql {
    /// The value of a column as `pgbench` is given it, and how the statement names it.
    fn value(&mut self, kind: &str, value: Option<&String>) -> String {
        let Some(value) = value else {
            return format!("NULL::{kind}");
        };
        let name = format!("v{}", self.values.len());
        self.values.push(format!("{name}={value}"));
        format!(":{name}::{kind}")
    }

    fn update(&mut self, columns: &Columns, ticket: &str) {
        let mut set = Vec::new();
        for (column, kind, value) in columns {
            if ["tenant", "id", "reference", "customer", "received_at"].contains(&column.as_str()) {
                continue;
            }
            let value = match filled("crcore_ticket", column, ticket, 0) {
                Some(filled) => filled,
                None => self.value(kind, value.as_ref()),
            };
            set.push(format!("{column} = {value}"));
        }
        self.parts.push(format!(
            "UPDATE crcore_ticket SET {} FROM k WHERE tenant = 'floor' AND id = {ticket} \
             RETURNING 1",
            set.join(", ")
        ));
    }

    /// All of it as one statement, after `before`, with random numbers for ids.
    fn write(&self, folder: &TempDir, name: &str, before: &str) {
        let mut text = String::from("\\set n :n + 1\n\\set c random(0, 39999)\n");
        text += "\\set r random(0, 99999999999)\n";
        for nth in 0..=self.parts.len() {
            text += &format!("\\set i{nth} random(0, 1152921504606846975)\n");
        }
        text += before;
        text += "WITH k AS MATERIALIZED (SELECT clock_timestamp() AS now, lpad(to_hex((extract(epoch \
                 FROM clock_timestamp()) * 1000)::bigint), 12, '0') AS ms)";
        for (nth, part) in self.parts.iter().enumerate() {
            text += &format!(", w{nth} AS ({part})");
        }
        text += " SELECT 1;\n";
        std::fs::write(folder.path().join(format!("{name}.sql")), text).unwrap();
    }
}

fn inserts(rows: &[(&'static str, Columns)], ticket: &str) -> Sql {
    let mut sql = Sql {
        parts: Vec::new(),
        values: Vec::new(),
    };
    for (nth, (table, columns)) in (1..).zip(rows) {
        let names: Vec<&str> = columns.iter().map(|column| column.0.as_str()).collect();
        let values: Vec<String> = columns
            .iter()
            .map(|(column, kind, value)| {
                filled(table, column, ticket, nth)
                    .unwrap_or_else(|| sql.value(kind, value.as_ref()))
            })
            .collect();
        sql.parts.push(format!(
            "INSERT INTO {table} ({}) SELECT {} FROM k RETURNING 1",
            names.join(", "),
            values.join(", ")
        ));
    }
    sql
}

/// Rows of the desk as text.
async fn read(
    pool: &sqlx::PgPool,
    table: &'static str,
    after: &str,
) -> Vec<(&'static str, Columns)> {
    use sqlx::{AssertSqlSafe, Row as _};
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute \
         WHERE attrelid = $1::regclass AND attnum > 0 ORDER BY attnum",
    )
    .bind(table)
    .fetch_all(pool)
    .await
    .unwrap();
    let texts: Vec<String> = columns.iter().map(|c| format!("{}::text", c.0)).collect();
    let select = format!("SELECT {} FROM {table} WHERE {after}", texts.join(", "));
    let rows = sqlx::query(AssertSqlSafe(select))
        .fetch_all(pool)
        .await
        .unwrap();
    rows.iter()
        .map(|row| {
            let columns = columns.iter().enumerate();
            let columns =
                columns.map(|(at, (name, kind))| (name.clone(), kind.clone(), row.get(at)));
            (table, columns.collect())
        })
        .collect()
}

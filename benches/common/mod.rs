//! What the benchmarks of the desk share: a quiet processor, rounds in turn, medians, and one bank.

use std::process::{Command, Stdio};

use crcore::command::Command as Ask;
use crcore::{Actor, Code, CustomerId, Raise, Request, Rules};

/// How many customers the bank has.
const CUSTOMERS: u64 = 40_000;

/// Prints what runs where.
pub(crate) fn begin(name: &str) {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, model)| model);
    let memory = read("/proc/meminfo");
    let kilobytes = memory
        .split_whitespace()
        .nth(1)
        .and_then(|kb| kb.parse::<u64>().ok());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = read("/proc/loadavg");
    let quiet = if may_be_quiet() {
        "measured as SCHED_RR priority 1"
    } else {
        "measured at normal priority: another process on the machine shows in the times"
    };
    println!(
        "{name}: {cores} x {model}, {} GB, Linux {}, load {}; {quiet}",
        kilobytes.unwrap_or(0) / 1_000_000,
        read("/proc/sys/kernel/osrelease").trim(),
        load.split(' ').next().unwrap_or_default(),
    );
}

/// While it lives, this process and `others` go before all that is not urgent: on a machine that
/// compiles at the same time, a wake-up after an `fdatasync` else waits for a slice of the compiler.
/// Needs `chrt` and the right to use it; without them nothing changes.
pub(crate) struct Quiet(Vec<u32>);

impl Quiet {
    pub(crate) fn begin(others: &[u32]) -> Self {
        let all: Vec<u32> = others.iter().copied().chain([std::process::id()]).collect();
        for pid in &all {
            chrt(&["-a", "-r", "-p", "1", &pid.to_string()]);
        }
        Self(all)
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        for pid in &self.0 {
            chrt(&["-a", "-o", "-p", "0", &pid.to_string()]);
        }
    }
}

fn chrt(arguments: &[&str]) -> bool {
    let mut chrt = Command::new("chrt");
    chrt.args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    chrt.status().is_ok_and(|status| status.success())
}

fn may_be_quiet() -> bool {
    chrt(&["-r", "1", "true"])
}

/// The median of each, of so many rounds in which they take turns: what else the machine does meets
/// them all.
pub(crate) fn in_turn<const N: usize>(
    rounds: usize,
    mut measures: [&mut dyn FnMut() -> f64; N],
) -> [f64; N] {
    let mut found = [const { Vec::new() }; N];
    for _ in 0..rounds {
        for (measure, found) in measures.iter_mut().zip(&mut found) {
            found.push(measure());
        }
    }
    found.map(median)
}

pub(crate) fn median(mut found: Vec<f64>) -> f64 {
    found.sort_by(f64::total_cmp);
    found[found.len() / 2]
}

/// A bank with office hours, deadlines that warn and escalate, and one queue that is given out.
/// `gives_out` is that queue's service.
pub(crate) fn rules() -> Rules {
    Rules::from_json(
        r#"{
        "services": {
            "cards": { "queue": "cards" }, "loans": { "queue": "loans" },
            "transfers": { "queue": "transfers" }, "fees": { "queue": "fees" },
            "mortgages": { "queue": "mortgages" }, "savings": { "queue": "savings" },
            "app": { "queue": "app" }, "branch": { "queue": "branch" },
            "given-out": { "queue": "given-out" }
        },
        "queues": { "given-out": { "allocation": "fair" } },
        "calendars": { "office": {
            "time_zone": "Europe/Berlin",
            "hours": {
                "monday": "09:00-12:00, 13:00-18:00", "tuesday": "09:00-12:00, 13:00-18:00",
                "wednesday": "09:00-12:00, 13:00-18:00", "thursday": "09:00-12:00, 13:00-18:00",
                "friday": "09:00-12:00, 13:00-18:00"
            },
            "holidays": [ { "date": "2026-04-03", "name": "Good Friday" } ]
        } },
        "sla": [ { "name": "standard", "calendar": "office", "targets": {
            "first_response": { "within": "4h", "warn_before": ["1h"] },
            "resolution": { "within": "15bd", "warn_before": ["5bd", "1bd"], "escalate": [
                { "after": "0m", "do": { "notify": { "team": "leads" } } } ] }
        } } ],
        "allocation": [ { "name": "fair", "rules": ["least_loaded", "round_robin"] } ],
        "teams": { "leads": "leads@bank.test" }
    }"#,
    )
    .unwrap()
}

pub(crate) fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// A customer of the bank, from a number.
pub(crate) fn customer(nth: u64) -> CustomerId {
    let nth = nth.wrapping_mul(6_364_136_223_846_793_005) >> 33;
    // Version 7 and the variant of RFC 9562, as ids have them.
    let id = (0x0198_0000_0000_7000_8000_u128 << 48) + u128::from(nth % CUSTOMERS);
    CustomerId::from(uuid::Uuid::from_u128(id))
}

/// What a customer writes.
pub(crate) fn raise(nth: u64, service: &str) -> Raise {
    let mut raise = Raise::new(customer(nth), code(service), "Card declined at shop");
    let text = "My card was declined at a shop, please check. ".repeat(4);
    raise.body = Some(text);
    raise
}

/// The same, as a request of the customer's own.
pub(crate) fn request(nth: u64, service: &str, key: Option<String>) -> Request {
    Request {
        actor: Actor::Customer(customer(nth)),
        key,
        command: Ask::Raise(Box::new(raise(nth, service))),
    }
}

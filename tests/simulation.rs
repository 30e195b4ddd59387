//! A month of a branch's life from a seed: people do what they may and what they may not, stores fail,
//! callers go away, hosts race and lag, and what must always hold is looked at again and again.
//!
//! `CRCORE_SEEDS=1000` runs that many; `CRCORE_SEED=7` runs the one that failed.

#[path = "simulation/branch.rs"]
mod branch;
#[path = "simulation/invariants.rs"]
mod invariants;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use branch::{Branch, Mix};
use crcore::{Head, MemoryStore};
use crcore_adapters::sql::SqliteStore;

/// Steps in a month: twenty a working day.
const MONTH: u32 = 400;

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().expect(name))
}

/// Says how to see it again, when a seed fails.
struct Replay(u64);

impl Drop for Replay {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self(seed) = self;
            eprintln!("to see it again: CRCORE_SEED={seed} cargo test --test simulation");
        }
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

async fn memory(seed: u64, steps: u32, mix: Mix) -> Head {
    let replay = Replay(seed);
    let store = MemoryStore::new();
    let mut branch = Branch::open(seed, mix, store.clone(), store).await;
    let head = branch.live(steps).await;
    drop(replay);
    head
}

async fn sqlite(seed: u64, steps: u32, mix: Mix) -> Head {
    let replay = Replay(seed);
    let dir = tempfile::TempDir::new().unwrap();
    let path = dir.path().join("desk.db");
    SqliteStore::migrate(&path).await.unwrap();
    let open = || SqliteStore::open(&path, "bank".parse().unwrap());
    let (one, other) = (open().await.unwrap(), open().await.unwrap());
    let mut branch = Branch::open(seed, mix, one, other).await;
    let head = branch.live(steps).await;
    drop(replay);
    head
}

#[test]
fn a_month_in_memory() {
    if let Some(seed) = number("CRCORE_SEED") {
        block_on(memory(seed, MONTH, Mix::of(seed)));
        return;
    }
    let seeds = number("CRCORE_SEEDS").unwrap_or(50);
    let next = Arc::new(AtomicU64::new(0));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let running: Vec<_> = (0..threads)
        .map(|_| {
            let next = Arc::clone(&next);
            std::thread::spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        return;
                    }
                    block_on(memory(seed, MONTH, Mix::of(seed)));
                }
            })
        })
        .collect();
    for thread in running {
        thread.join().expect("a seed failed");
    }
}

#[test]
fn the_same_seed_is_the_same_month() {
    let seed = number("CRCORE_SEED").unwrap_or(3);
    let run = || block_on(memory(seed, 150, Mix::of(seed)));
    assert_eq!(run(), run());
}

/// Where nobody races, a file and memory hold the same chain to the last bit.
#[test]
fn a_week_in_a_file_is_the_week_in_memory() {
    let seeds = number("CRCORE_SEED").map_or(0..3, |seed| seed..seed + 1);
    for seed in seeds {
        let mix = Mix::of(seed).alone();
        let file = block_on(sqlite(seed, 100, mix));
        assert_eq!(file, block_on(memory(seed, 100, mix)), "seed {seed}");
    }
}

#[test]
fn a_week_of_races_in_a_file() {
    let seed = number("CRCORE_SEED").unwrap_or(1);
    block_on(sqlite(seed, 100, Mix::of(seed)));
}

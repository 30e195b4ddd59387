//! The ready-made loop around [`Desk::tick`]: for a host that has a tokio runtime and no loop of its own.

use std::time::Duration;

use crcore::{Desk, Error, Ticked};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How a [`Worker`] ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerOptions {
    /// How long it rests when nothing more is due. A second unless said otherwise: nothing the desk
    /// times is finer.
    pub rest: Duration,
    /// How much one tick does at most: see [`Desk::tick`]. 200 unless said otherwise.
    pub batch: u32,
    /// The longest rest after failures: each failure in a row doubles the rest up to this. A minute
    /// unless said otherwise.
    pub longest_rest: Duration,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            rest: Duration::from_secs(1),
            batch: 200,
            longest_rest: Duration::from_secs(60),
        }
    }
}

/// Ticks a desk on a task of its own until it is stopped. Any number of hosts may run one over the
/// same store.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use crcore::{Desk, MemoryStore};
/// use crcore_adapters::worker::{Worker, WorkerOptions};
///
/// let desk = Desk::builder(MemoryStore::new()).open().await.unwrap();
/// let worker = Worker::start(desk, WorkerOptions::default(), |ticked| {
///     if let Err(error) = ticked {
///         eprintln!("the desk could not tick: {}", crcore::in_full(&error));
///     }
/// });
/// worker.stop().await;
/// # });
/// ```
#[derive(Debug)]
#[must_use = "a worker that is dropped stops after the tick it is in"]
pub struct Worker {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Worker {
    /// Starts ticking `desk`, and tells `told` of each tick: for the host's log and its metrics.
    pub fn start(
        desk: Desk,
        options: WorkerOptions,
        told: impl Fn(&Result<Ticked, Error>) + Send + 'static,
    ) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            let mut failures = 0_u32;
            while !*stopped.borrow() {
                let ticked = desk.tick(options.batch).await;
                told(&ticked);
                failures = if ticked.is_ok() { 0 } else { failures + 1 };
                if ticked.is_ok_and(|ticked| ticked.more) {
                    tokio::task::yield_now().await;
                    continue;
                }
                let rest = options.rest.saturating_mul(1 << failures.min(16));
                let rest = rest.min(options.longest_rest.max(options.rest));
                tokio::select! {
                    () = tokio::time::sleep(rest) => {}
                    changed = stopped.changed() => if changed.is_err() { break },
                }
            }
        });
        Self { stop, task }
    }

    /// Stops after the tick it is in, and waits for that.
    pub async fn stop(self) {
        // Nobody listens where the task has ended already.
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use crcore::testing::{Fault, FaultyStore, TestDesk};
    use crcore::{MemoryStore, Raise, Rules};

    use super::*;

    fn eager() -> WorkerOptions {
        WorkerOptions {
            rest: Duration::from_millis(1),
            ..WorkerOptions::default()
        }
    }

    #[tokio::test]
    async fn what_is_owed_goes_out_by_itself() {
        let cards = "cards".parse().unwrap();
        let desk = TestDesk::open(Rules::of_services([&cards])).await.unwrap();
        let asha = desk.new_customer("Asha").await.unwrap();
        let worker = Worker::start((*desk).clone(), eager(), |_| {});
        let raise = Raise::new(desk.id_of(asha), cards, "Card lost");
        desk.acting(asha).raise(raise).await.unwrap();
        while desk.outbox.sent().is_empty() {
            tokio::task::yield_now().await;
        }
        worker.stop().await;
    }

    #[tokio::test]
    async fn it_goes_on_when_the_store_comes_back() {
        let store = FaultyStore::new(MemoryStore::new());
        let desk = Desk::builder(store.clone()).open().await.unwrap();
        store.always(Some(Fault::Unavailable));
        let (failed, worked) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let counters = (failed.clone(), worked.clone());
        let worker = Worker::start(desk, eager(), move |ticked| {
            let counter = if ticked.is_ok() {
                &counters.1
            } else {
                &counters.0
            };
            counter.fetch_add(1, Ordering::Relaxed);
        });
        while failed.load(Ordering::Relaxed) < 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        store.always(None);
        while worked.load(Ordering::Relaxed) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        worker.stop().await;
    }
}

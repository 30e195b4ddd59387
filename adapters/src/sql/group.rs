//! Callers who commit at the same time share a round trip.
//!
//! What is asked for while a group is on its way makes the next group: nobody waits for a timer, and
//! one caller alone is a group of one. Groups are led by tasks of their own, so that a caller who is
//! dropped cancels nobody.

use std::collections::{BTreeSet, VecDeque};
#[cfg(feature = "postgres")]
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crcore::StoreResult;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::driver::{unavailable, unknown};

/// How many change sets share one round trip at most: beyond, the first waits for the last.
const GROUP: usize = 128;
/// How many callers may wait; the next waits until there is room.
const WAITING: usize = 1024;

/// Writes groups.
pub(crate) trait Lead: Clone + Send + Sync + 'static {
    type Set: Touches + Send + Sync + 'static;

    /// How many groups are on their way at once, at most.
    fn at_once(&self) -> usize;

    /// Each set whole or not at all, an answer for each.
    fn lead(&self, sets: Vec<Self::Set>) -> impl Future<Output = Vec<StoreResult<()>>> + Send;
}

/// Which rows a change set touches.
pub(crate) trait Touches {
    fn touched(&self) -> &Touched;
}

/// Rows by a hash of their names: two that are the same by chance only keep two sets apart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Touched {
    alone: BTreeSet<u64>,
    shared: BTreeSet<u64>,
}

impl Touched {
    /// No rows that need be kept apart.
    #[cfg(feature = "mysql")]
    pub(crate) const NOTHING: &Self = &Self {
        alone: BTreeSet::new(),
        shared: BTreeSet::new(),
    };

    #[cfg(feature = "postgres")]
    /// Nobody else in the group may touch it.
    pub(crate) fn alone(&mut self, row: impl Hash) {
        self.alone.insert(hash(row));
    }

    #[cfg(feature = "postgres")]
    /// Others may touch it in the same way.
    pub(crate) fn shared(&mut self, row: impl Hash) {
        self.shared.insert(hash(row));
    }

    fn clashes(&self, other: &Self) -> bool {
        !(self.alone.is_disjoint(&other.alone)
            && self.alone.is_disjoint(&other.shared)
            && self.shared.is_disjoint(&other.alone))
    }

    fn join(&mut self, other: &Self) {
        self.alone.extend(&other.alone);
        self.shared.extend(&other.shared);
    }
}

#[cfg(feature = "postgres")]
fn hash(row: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.hash(&mut hasher);
    hasher.finish()
}

/// Brings callers together.
#[derive(Debug)]
pub(crate) struct Groups<L: Lead> {
    leader: L,
    shared: Arc<Shared<L::Set>>,
}

#[derive(Debug)]
struct Shared<S> {
    state: Mutex<State<S>>,
    room: Arc<Semaphore>,
}

#[derive(Debug)]
struct State<S> {
    waiting: VecDeque<Job<S>>,
    leaders: usize,
}

/// One caller's sets, which clash neither with each other nor with their group.
#[derive(Debug)]
struct Job<S> {
    sets: Vec<S>,
    touched: Touched,
    reply: oneshot::Sender<Vec<StoreResult<()>>>,
    _room: OwnedSemaphorePermit,
}

impl<L: Lead> Groups<L> {
    pub(crate) fn new(leader: L) -> Self {
        Self {
            leader,
            shared: Arc::new(Shared {
                state: Mutex::new(State {
                    waiting: VecDeque::new(),
                    leaders: 0,
                }),
                room: Arc::new(Semaphore::new(WAITING)),
            }),
        }
    }

    /// Writes sets in order: one that touches what an earlier one touched waits until that is written.
    pub(crate) async fn commit(&self, sets: Vec<L::Set>) -> Vec<StoreResult<()>> {
        let mut results = Vec::with_capacity(sets.len());
        let mut sets = sets.into_iter().peekable();
        while let Some(first) = sets.next() {
            let mut touched = first.touched().clone();
            let mut together = vec![first];
            while let Some(next) =
                sets.next_if(|next| together.len() < GROUP && !touched.clashes(next.touched()))
            {
                touched.join(next.touched());
                together.push(next);
            }
            results.extend(self.ask(together, touched).await);
        }
        results
    }

    async fn ask(&self, sets: Vec<L::Set>, touched: Touched) -> Vec<StoreResult<()>> {
        let size = sets.len();
        let Ok(room) = Arc::clone(&self.shared.room).acquire_owned().await else {
            return (0..size)
                .map(|_| Err(unavailable("the store is closed")))
                .collect();
        };
        let (reply, answer) = oneshot::channel();
        {
            let mut state = self.shared.lock();
            state.waiting.push_back(Job {
                sets,
                touched,
                reply,
                _room: room,
            });
            if state.leaders < self.leader.at_once() {
                state.leaders += 1;
                let leading = Leading {
                    shared: Arc::clone(&self.shared),
                    counted: true,
                };
                tokio::spawn(leading.run(self.leader.clone()));
            }
        }
        // A leader dies only with its runtime, and then nobody knows how far it came.
        answer.await.unwrap_or_else(|_| {
            (0..size)
                .map(|_| Err(unknown("the commit's task was stopped")))
                .collect()
        })
    }
}

impl<S> Shared<S> {
    fn lock(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> State<S> {
    /// The longest waiting, and all that go with it.
    fn next_group(&mut self) -> Vec<Job<S>> {
        let mut size = 0;
        let mut touched = Touched::default();
        let mut group = Vec::new();
        let mut left = VecDeque::new();
        while let Some(job) = self.waiting.pop_front() {
            let fits = size == 0 || size + job.sets.len() <= GROUP;
            if fits && !touched.clashes(&job.touched) {
                size += job.sets.len();
                touched.join(&job.touched);
                group.push(job);
            } else {
                left.push_back(job);
            }
            if size >= GROUP {
                break;
            }
        }
        left.append(&mut self.waiting);
        self.waiting = left;
        group
    }
}

/// Counts as a leader until it finds nothing to do, or is dropped.
struct Leading<S> {
    shared: Arc<Shared<S>>,
    counted: bool,
}

impl<S> Leading<S> {
    async fn run<L: Lead<Set = S>>(mut self, leader: L) {
        loop {
            let group = {
                let mut state = self.shared.lock();
                let group = state.next_group();
                if group.is_empty() {
                    // Under the same lock, so that whoever comes next begins a new leader.
                    state.leaders -= 1;
                    self.counted = false;
                    return;
                }
                group
            };
            let mut sets = Vec::new();
            let mut replies = Vec::with_capacity(group.len());
            for job in group {
                replies.push((job.sets.len(), job.reply));
                sets.extend(job.sets);
            }
            let mut results = leader.lead(sets).await.into_iter();
            for (size, reply) in replies {
                // Whoever does not wait any more does not need the answer.
                let _ = reply.send(results.by_ref().take(size).collect());
            }
        }
    }
}

/// Only when a runtime is shut down under it.
impl<S> Drop for Leading<S> {
    fn drop(&mut self) {
        if self.counted {
            self.shared.lock().leaders -= 1;
        }
    }
}

//! When a listener is looked up anew. Were it after a time that is the same for all, the first event after a
//! quiet minute would look up everybody at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use crcore::desk::Watcher;
use crcore::{Actor, Clock, Desk, Error};
use futures_util::future::{BoxFuture, FutureExt as _};
use tokio::sync::Semaphore;

use super::LiveOptions;

/// Asks the host whether a page is still whose it was.
pub(super) type Still = Box<dyn Fn() -> BoxFuture<'static, bool> + Send>;

pub(super) fn still<F, Fut>(is_still: F) -> Still
where
    F: Fn() -> Fut + Send + 'static,
    Fut: Future<Output = bool> + Send + 'static,
{
    Box::new(move || is_still().boxed())
}

/// What all listeners of a process share.
pub(super) struct Renewals {
    desk: Desk,
    clock: Arc<dyn Clock>,
    life: TimeDelta,
    /// How many moments were drawn.
    drawn: AtomicU32,
    turns: Semaphore,
}

impl Renewals {
    pub(super) fn new(desk: Desk, clock: Arc<dyn Clock>, options: &LiveOptions) -> Self {
        Self {
            desk,
            clock,
            life: options.life.max(TimeDelta::zero()),
            drawn: AtomicU32::new(0),
            turns: Semaphore::new(options.renewals.clamp(1, Semaphore::MAX_PERMITS)),
        }
    }

    pub(super) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// A part of `whole`, another each time, and however many are drawn, they lie evenly: the multiples of
    /// the golden ratio (Knuth, The Art of Computer Programming, 6.4).
    fn part(&self, whole: TimeDelta) -> TimeDelta {
        let nth = self.drawn.fetch_add(1, Ordering::Relaxed);
        let part = u64::from(nth.wrapping_mul(0x9E37_79B9) >> 16);
        let part = i32::try_from(part).unwrap_or_default();
        whole.checked_div(1 << 16).map_or(whole, |unit| unit * part)
    }
}

/// A watcher that is made anew as it gets old, while its page is still whose it was.
pub(super) struct Fresh {
    all: Arc<Renewals>,
    still: Still,
    watcher: Watcher,
    since: DateTime<Utc>,
    life: TimeDelta,
    /// Since when it is old and hears of what it may not see, and how long it goes on so.
    blind: Option<(DateTime<Utc>, TimeDelta)>,
}

impl Fresh {
    pub(super) async fn new(
        all: &Arc<Renewals>,
        still: Still,
        actor: Actor,
    ) -> Result<Self, Error> {
        Ok(Self {
            still,
            watcher: all.desk.watcher(actor).await?,
            since: all.clock.now(),
            life: all.life - all.part(all.life / 2),
            blind: None,
            all: Arc::clone(all),
        })
    }

    pub(super) fn watcher(&self) -> &Watcher {
        &self.watcher
    }

    /// Whether it has to be looked up before it is told something, or before it is told nothing since it may
    /// not see it.
    pub(super) fn is_due(&mut self, may_see: bool) -> bool {
        let now = self.all.clock.now();
        if now - self.since < self.life {
            return false;
        }
        if may_see {
            return true;
        }
        // Who sees all sees all, and a customer their own: only what an agent sees can become more. It need
        // not be found out by all of them with the same event.
        if !matches!(self.watcher.actor(), Actor::Agent(_)) {
            return false;
        }
        let (all, since) = (&self.all, self.blind);
        let (since, long) = since.unwrap_or_else(|| (now, all.part(all.life)));
        self.blind = Some((since, long));
        now - since >= long
    }

    /// Looks it up; none where its page is not whose it was any more, and where that cannot be told.
    pub(super) async fn renew(&mut self) -> Option<()> {
        let all = Arc::clone(&self.all);
        let _turn = all.turns.acquire().await.ok()?;
        if !(self.still)().await {
            return None;
        }
        self.watcher = all.desk.watcher(self.watcher.actor()).await.ok()?;
        self.since = all.clock.now();
        self.life = all.life - all.part(all.life / 2);
        self.blind = None;
        Some(())
    }
}

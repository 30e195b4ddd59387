//! A stream of positions: for programs, which take it up again where they were cut off.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crcore::desk::{Happened, News};
use crcore::{Actor, Desk, Error};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use super::Seat;

/// How many events are looked at at once.
const BATCH: u32 = 100;
/// How often one looks by itself: for what the pump of its process could not read.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// A program that follows what happens, from [`Live::follow`](super::Live::follow).
pub struct Follower {
    desk: Desk,
    actor: Actor,
    news: Receiver<Arc<News>>,
    over: watch::Receiver<bool>,
    after: u64,
    ready: VecDeque<Happened>,
    _seat: Seat,
}

impl fmt::Debug for Follower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Follower({}, after {})", self.actor, self.after)
    }
}

impl Follower {
    pub(super) async fn open(
        desk: Desk,
        news: Receiver<Arc<News>>,
        over: watch::Receiver<bool>,
        seat: Seat,
        actor: Actor,
        after: Option<u64>,
    ) -> Result<Self, Error> {
        let after = match after {
            Some(after) => after,
            None => desk.position().await?,
        };
        // Says at once what cannot be.
        desk.events_since(actor, after, 1).await?;
        Ok(Self {
            desk,
            actor,
            news,
            over,
            after,
            ready: VecDeque::new(),
            _seat: seat,
        })
    }

    /// What happened next, with its position, as the actor may see it now; none once the server stops. Whoever
    /// drops the future before it is done loses nothing.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had: nothing is lost, and the next call looks again.
    pub async fn next(&mut self) -> Result<Option<Happened>, Error> {
        while !*self.over.borrow() {
            if let Some(happened) = self.ready.pop_front() {
                return Ok(Some(happened));
            }
            let desk = &self.desk;
            let since = desk.events_since(self.actor, self.after, BATCH).await?;
            let moved = since.next > self.after;
            (self.after, self.ready) = (since.next, since.events.into());
            if !moved && !self.wait().await {
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// Waits until there may be something new; says whether there can be.
    async fn wait(&mut self) -> bool {
        let news = async {
            loop {
                match self.news.recv().await {
                    // What was looked at already.
                    Ok(item) if item.position <= self.after => {}
                    Ok(_) | Err(RecvError::Lagged(_)) => return true,
                    Err(RecvError::Closed) => return false,
                }
            }
        };
        tokio::select! {
            _ = self.over.changed() => false,
            more = tokio::time::timeout(LOOK_EVERY, news) => more.unwrap_or(true),
        }
    }
}

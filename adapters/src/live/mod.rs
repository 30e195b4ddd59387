//! What happens at the desk, told as it happens to whoever looks on: for a server of any kind, which turns
//! what it is told into server-sent events, frames of a web socket or messages of a gRPC stream.
//!
//! One pump per process ([`Live::start`]) reads the desk's [`News`] and fans it out, with what happens beside
//! the history of tickets ([`Aside`]). Who looks on takes a [`Seat`] and has one of three:
//!
//! | for | what | hears |
//! |---|---|---|
//! | a person's page | [`Live::listen`], a [`Listener`] | what its person may see, with a mark to go on from |
//! | a program | [`Live::follow`], a [`Follower`] | what it may see, with positions, and misses nothing |
//! | a wall, for anybody | [`Live::line`], a [`LineListener`] | that the line of a branch may have moved |
//!
//! Each ends by itself once the server stops ([`Live::end`]), and gives its seat back as it is dropped.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! use crcore::testing::TestDesk;
//! use crcore::{Raise, Rules, in_full};
//! use crcore_adapters::live::{Live, LiveOptions, Told};
//!
//! let cards: crcore::Code = "cards".parse()?;
//! let desk = TestDesk::open(Rules::of_services([&cards])).await?;
//! let asha = desk.new_customer("Asha").await?;
//!
//! // Once for a process.
//! let live = Live::new((*desk).clone(), desk.clock.clone(), LiveOptions::default());
//! live.start(|error| eprintln!("the feed cannot be read: {}", in_full(error))).await?;
//!
//! // For each page: a seat, whose page it is, what it saw last, and whether it is still theirs.
//! let seat = live.seat("192.0.2.7".parse()?, true).ok_or("too many listen: ask again later")?;
//! let mut page = live.listen(seat, asha, None, || async { true }).await?;
//! let raise = |subject| Raise::new(desk.id_of(asha), cards.clone(), subject);
//! let first = desk.acting(asha).raise(raise("Card lost")).await?;
//! let Some(Told::News { mark, event, .. }) = page.next().await else { return Err("news".into()) };
//! assert_eq!(event.ticket, first.ticket);
//!
//! // The page is cut off, and comes back with the mark that it was given.
//! drop(page);
//! let second = desk.acting(asha).raise(raise("Charged twice")).await?;
//! let seat = live.seat("192.0.2.7".parse()?, true).ok_or("too many listen: ask again later")?;
//! let mut page = live.listen(seat, asha, Some(&mark), || async { true }).await?;
//! while let Some(told) = page.next().await {
//!     let Told::News { event, .. } = told else { continue };
//!     if event.ticket == second.ticket {
//!         live.end(); // the server stops
//!     }
//! }
//! assert!(page.next().await.is_none());
//! # Ok(()) })
//! # }
//! ```

mod follower;
mod listener;
mod renewal;
mod seats;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use crcore::desk::News;
use crcore::desk::beside::Room;
use crcore::{Actor, AgentId, Clock, Code, Desk, Error, Ticket};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

pub use follower::Follower;
pub use listener::{LineListener, Listener, Told};
pub use seats::{Seat, Seats, network};

use renewal::Renewals;

/// How many items who listens slowly may lag behind before they are told to look anew: some seconds of a busy
/// bank, and no more memory than a picture.
const LAG_MAX: usize = 1_024;
/// How many items the pump reads at once.
const BATCH: u32 = 500;

/// How a [`Live`] goes about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveOptions {
    /// How many may listen at once. 50,000 unless said otherwise.
    pub seats: usize,
    /// One source has at most one in so many of the seats. 8 unless said otherwise.
    pub share: usize,
    /// One in so many of the seats is kept for those who are known; 0 keeps none. 4 unless said otherwise.
    pub kept: usize,
    /// How long the pump rests when there is nothing new. A quarter of a second unless said otherwise: what
    /// people take for at once.
    pub rest: Duration,
    /// How long at most a listener goes by what its person could see when it was last looked up, and by the
    /// word of the host that it is still theirs. A minute unless said otherwise. Each has a life of its own
    /// between half of it and all of it.
    pub life: TimeDelta,
    /// How many listeners are looked up anew at once; the others wait for their turn. 16 unless said
    /// otherwise: what a store answers beside its other work.
    pub renewals: usize,
}

impl Default for LiveOptions {
    fn default() -> Self {
        Self {
            seats: 50_000,
            share: 8,
            kept: 4,
            rest: Duration::from_millis(250),
            life: TimeDelta::seconds(60),
            renewals: 16,
        }
    }
}

/// What happens beside the history of tickets. Told to those who listen in this process at once; pages of
/// others look now and then. Nobody is told more than they may see: see [`Told`].
#[derive(Debug, Clone)]
pub enum Aside {
    /// An agent came to a ticket, left it or writes on it: for whoever of the staff may see it.
    Presence(Arc<Ticket>),
    /// Somebody began or stopped writing in a chat: for its customer and for who answers.
    Typing(Arc<Ticket>),
    /// Somebody said something among colleagues: for those who are in the room.
    Posted {
        /// Who.
        by: AgentId,
        /// Where, as they call it: with a colleague, that is the other one.
        room: Room,
    },
}

/// The live lines of a process. Clones are the same; once the last is dropped, everything ends.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    renewals: Arc<Renewals>,
    news: broadcast::Sender<Arc<News>>,
    asides: broadcast::Sender<Aside>,
    over: watch::Sender<bool>,
    seats: Seats,
    kept: usize,
    rest: Duration,
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Live({:?})", self.0.seats)
    }
}

impl Live {
    /// The live lines of `desk`, by the clock that the desk has. Nobody hears of the history before
    /// [`Live::start`].
    #[must_use]
    pub fn new(desk: Desk, clock: Arc<dyn Clock>, options: LiveOptions) -> Self {
        Self(Arc::new(Inner {
            renewals: Arc::new(Renewals::new(desk, clock, &options)),
            news: broadcast::channel(LAG_MAX).0,
            asides: broadcast::channel(LAG_MAX).0,
            over: watch::Sender::new(false),
            seats: Seats::new(options.seats, options.share),
            kept: options.seats.checked_div(options.kept).unwrap_or(0),
            rest: options.rest,
        }))
    }

    /// Starts the pump, once for a process: on a task of its own it reads what happens from now on, until
    /// [`Live::end`]. Where the store is not to be had it tells `failed`, for the host's log, and tries again
    /// after four rests.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had: nothing has started.
    pub async fn start(
        &self,
        failed: impl Fn(&Error) + Send + 'static,
    ) -> Result<JoinHandle<()>, Error> {
        let desk = self.desk().clone();
        let after = desk.position().await?;
        let (news, rest) = (self.0.news.clone(), self.0.rest);
        let mut over = self.0.over.subscribe();
        Ok(tokio::spawn(async move {
            tokio::select! {
                _ = over.wait_for(|over| *over) => {}
                () = pump(&desk, after, &news, rest, failed) => {}
            }
        }))
    }

    fn desk(&self) -> &Desk {
        self.0.renewals.desk()
    }

    /// Ends everything that listens, and the pump: the server stops. Browsers come back by themselves, to
    /// another.
    pub fn end(&self) {
        self.0.over.send_replace(true);
    }

    /// How many seats are taken: who listens now.
    #[must_use]
    pub fn open(&self) -> usize {
        self.0.seats.count()
    }

    /// A seat for one more who listens from `source`; some of them are kept for who is known. None where there
    /// is none left, in all or for this source (told apart by its [`network`]): a page asks now and then
    /// instead, and tries again after half a minute or so.
    #[must_use]
    pub fn seat(&self, source: IpAddr, is_known: bool) -> Option<Seat> {
        let kept = if is_known { 0 } else { self.0.kept };
        self.0.seats.take(source, kept)
    }

    /// Tells what happened beside the history of tickets.
    pub fn tell(&self, aside: Aside) {
        // Nobody listens: then nobody has to hear.
        let _ = self.0.asides.send(aside);
    }

    /// A listener for a page that `actor` has open, of what they may see from now on. `last` is the mark that
    /// the page was told last, if it was here before: it is told first what it missed, one by one up to 1,000
    /// items of the whole bank; beyond, and where the mark means nothing, it is told to look anew.
    ///
    /// From time to time, at moments of its own and only where there is something to tell, what the actor may
    /// see is looked up anew, and `is_still` is asked whether the page is still theirs: the session lasts and
    /// has the same account. Where it is not, and where that cannot be told, the listener ends.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had.
    pub async fn listen<F, Fut>(
        &self,
        seat: Seat,
        actor: Actor,
        last: Option<&str>,
        is_still: F,
    ) -> Result<Listener, Error>
    where
        F: Fn() -> Fut + Send + 'static,
        Fut: Future<Output = bool> + Send + 'static,
    {
        let still = renewal::still(is_still);
        // First listen, then look at what was missed: nothing falls in between, and what comes twice
        // is known by its position.
        let ears = listener::Ears::new(
            self.0.news.subscribe(),
            self.0.asides.subscribe(),
            self.0.over.subscribe(),
        );
        Listener::open(&self.0.renewals, still, ears, seat, actor, last).await
    }

    /// What `actor` may see of what happens after the position `after`, and from now on where there is none:
    /// for staff and for programs, which take it up again where they were cut off. Each look costs a read or
    /// two, and nobody is asked whether it is still theirs: a host ends it after a time, say a quarter of an
    /// hour.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to a customer; [`Error::TryAgain`] where the store is not to be had.
    pub async fn follow(
        &self,
        seat: Seat,
        actor: Actor,
        after: Option<u64>,
    ) -> Result<Follower, Error> {
        // First listen, then look: nothing falls in between.
        let (news, over) = (self.0.news.subscribe(), self.0.over.subscribe());
        Follower::open(self.desk().clone(), news, over, seat, actor, after).await
    }

    /// What anybody may hear: that the line of a branch may have moved ([`Desk::line`]), and nothing else.
    #[must_use]
    pub fn line(&self, seat: Seat, branch: Code) -> LineListener {
        let (news, over) = (self.0.news.subscribe(), self.0.over.subscribe());
        LineListener::new(news, over, seat, branch)
    }
}

async fn pump(
    desk: &Desk,
    mut after: u64,
    news: &broadcast::Sender<Arc<News>>,
    rest: Duration,
    failed: impl Fn(&Error) + Send,
) {
    loop {
        match desk.news(after, BATCH).await {
            Ok(read) if read.is_empty() => tokio::time::sleep(rest).await,
            Ok(read) => {
                for item in read {
                    after = item.position;
                    // Nobody listens: then nobody has to hear.
                    let _ = news.send(Arc::new(item));
                }
            }
            Err(error) => {
                failed(&error);
                tokio::time::sleep(rest.saturating_mul(4)).await;
            }
        }
    }
}

//! Who looks on: the page of a person, and the wall of a branch.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use crcore::access::{self, Right, Visible};
use crcore::desk::beside::Room;
use crcore::desk::{News, Watcher};
use crcore::{Actor, AgentId, Code, Desk, Error, Event, TicketId};
use futures_util::stream::{self, Stream};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use super::renewal::{Fresh, Renewals, Still};
use super::{Aside, Seat};

/// How many missed items a page is told one by one; beyond, it looks anew: it would ask for each.
const CATCH_UP_MAX: u32 = 1_000;

/// What a page is told: that something it shows is not as it was. What, it asks for.
#[derive(Debug, Clone)]
pub enum Told {
    /// Something happened to a ticket that they may see.
    News {
        /// Where the page goes on if it is cut off now: `last` of [`Live::listen`](super::Live::listen).
        mark: String,
        /// What happened, as they may see it.
        event: Event,
        /// Which agent has the ticket now: whom of the staff it may concern. No customer is told.
        holder: Option<AgentId>,
    },
    /// An agent came to a ticket, left it or writes on it. Told to staff who may see the ticket.
    Presence(TicketId),
    /// Somebody began or stopped writing in a chat. Told to its customer and to who answers.
    Typing(TicketId),
    /// Somebody said something in a room, as they call it. Told to those who are in it.
    Posted(Room),
    /// Too much happened to tell it one by one: what the page shows it asks for anew.
    Anew {
        /// Where the page goes on if it is cut off now.
        mark: String,
    },
}

/// What came, before it is known who may see it.
#[derive(Clone)]
enum Heard {
    News(Arc<News>),
    Aside(Aside),
    Anew(u64),
}

/// What a listener hears with.
pub(super) struct Ears {
    news: Receiver<Arc<News>>,
    asides: Receiver<Aside>,
    over: watch::Receiver<bool>,
    /// The last position that was heard.
    seen: u64,
}

impl Ears {
    pub(super) fn new(
        news: Receiver<Arc<News>>,
        asides: Receiver<Aside>,
        over: watch::Receiver<bool>,
    ) -> Self {
        Self {
            news,
            asides,
            over,
            seen: 0,
        }
    }

    /// What comes next; none once the server stops.
    async fn hear(&mut self) -> Option<Heard> {
        loop {
            tokio::select! {
                biased;
                _ = self.over.changed() => return None,
                item = self.news.recv() => match item {
                    Ok(item) if item.position <= self.seen => {}
                    Ok(item) => {
                        self.seen = item.position;
                        return Some(Heard::News(item));
                    }
                    Err(RecvError::Lagged(_)) => return Some(Heard::Anew(self.seen)),
                    Err(RecvError::Closed) => return None,
                },
                aside = self.asides.recv() => return match aside {
                    Ok(aside) => Some(Heard::Aside(aside)),
                    Err(RecvError::Lagged(_)) => Some(Heard::Anew(self.seen)),
                    Err(RecvError::Closed) => None,
                },
            }
        }
    }
}

/// A page of somebody, open: hears what they may see, from [`Live::listen`](super::Live::listen).
pub struct Listener {
    ears: Ears,
    fresh: Fresh,
    /// What is not told yet.
    ready: VecDeque<Heard>,
    is_over: bool,
    _seat: Seat,
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Listener({})", self.actor())
    }
}

impl Listener {
    pub(super) async fn open(
        renewals: &Arc<Renewals>,
        still: Still,
        mut ears: Ears,
        seat: Seat,
        actor: Actor,
        last: Option<&str>,
    ) -> Result<Self, Error> {
        let fresh = Fresh::new(renewals, still, actor).await?;
        let mut ready = VecDeque::new();
        if let Some(mark) = last {
            let missed = missed(renewals.desk(), fresh.watcher().position(mark)).await?;
            (ready, ears.seen) = missed;
        }
        Ok(Self {
            ears,
            fresh,
            ready,
            is_over: false,
            _seat: seat,
        })
    }

    /// Who listens.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.fresh.watcher().actor()
    }

    /// What there is to tell next; none once the server stops or the page is not theirs any more, and from
    /// then on. Whoever drops the future before it is done loses nothing.
    pub async fn next(&mut self) -> Option<Told> {
        let told = self.tell().await;
        self.is_over = told.is_none();
        told
    }

    async fn tell(&mut self) -> Option<Told> {
        while !self.is_over && !*self.ears.over.borrow() {
            let Some(heard) = self.ready.front() else {
                let heard = self.ears.hear().await?;
                self.ready.push_back(heard);
                continue;
            };
            let mut told = told(self.fresh.watcher(), heard);
            if self.fresh.is_due(told.is_some()) {
                self.fresh.renew().await?;
                told = self::told(self.fresh.watcher(), heard);
            }
            self.ready.pop_front();
            if told.is_some() {
                return told;
            }
        }
        None
    }

    /// The same as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Told> + Send + 'static {
        stream::unfold(self, |mut listener| async move {
            let told = listener.next().await?;
            Some((told, listener))
        })
    }
}

/// What a page missed since a position, and how far that goes; one whose mark means nothing looks anew.
async fn missed(desk: &Desk, last: Option<u64>) -> Result<(VecDeque<Heard>, u64), Error> {
    if let Some(last) = last {
        let news = desk.news(last, CATCH_UP_MAX).await?;
        if news.len() < CATCH_UP_MAX as usize {
            let seen = news.last().map_or(last, |item| item.position);
            let heard = news.into_iter().map(|item| Heard::News(Arc::new(item)));
            return Ok((heard.collect(), seen));
        }
    }
    let now = desk.position().await?;
    Ok((VecDeque::from([Heard::Anew(now)]), now))
}

fn told(watcher: &Watcher, heard: &Heard) -> Option<Told> {
    match heard {
        Heard::News(news) => Some(Told::News {
            event: watcher.sees(news)?,
            mark: watcher.mark(news.position),
            holder: news.holder().filter(|_| is_staff(watcher)),
        }),
        Heard::Aside(aside) => beside(watcher, aside),
        Heard::Anew(position) => Some(Told::Anew {
            mark: watcher.mark(*position),
        }),
    }
}

fn is_staff(watcher: &Watcher) -> bool {
    access::has(watcher.actor().role(), Right::SeeInternal)
}

/// What a watcher is told of something beside the history of tickets, if they may know of it.
fn beside(watcher: &Watcher, aside: &Aside) -> Option<Told> {
    let (actor, visible) = (watcher.actor(), watcher.visible());
    match aside {
        Aside::Presence(ticket) => {
            let may = is_staff(watcher) && visible.admits(ticket);
            may.then_some(Told::Presence(ticket.id))
        }
        Aside::Typing(chat) => {
            let answers = chat.assignment.map(|assignment| assignment.agent);
            let is_side = actor == Actor::Customer(chat.customer)
                || actor.staff().is_some() && actor.staff() == answers;
            is_side.then_some(Told::Typing(chat.id))
        }
        Aside::Posted { by, room } => {
            let me = actor.staff()?;
            let room = match room {
                Room::Team(queue) => {
                    let is_in = match visible {
                        Visible::All => true,
                        Visible::Agent { queues, .. } => queues.contains(queue),
                        Visible::Customer(_) | Visible::Nothing => false,
                    };
                    is_in.then(|| room.clone())
                }
                Room::With(_) if *by == me => Some(room.clone()),
                Room::With(other) if *other == me => Some(Room::With(*by)),
                Room::With(_) => None,
            };
            room.map(Told::Posted)
        }
    }
}

/// A wall, or anybody's page of a branch: hears that its line may have moved, from
/// [`Live::line`](super::Live::line).
#[derive(Debug)]
pub struct LineListener {
    news: Receiver<Arc<News>>,
    over: watch::Receiver<bool>,
    branch: Code,
    _seat: Seat,
}

impl LineListener {
    pub(super) fn new(
        news: Receiver<Arc<News>>,
        over: watch::Receiver<bool>,
        seat: Seat,
        branch: Code,
    ) -> Self {
        Self {
            news,
            over,
            branch,
            _seat: seat,
        }
    }

    /// The branch whose line it is.
    #[must_use]
    pub fn branch(&self) -> &Code {
        &self.branch
    }

    /// Waits until the line may have moved; none once the server stops. Whoever drops the future before it is
    /// done loses nothing.
    pub async fn next(&mut self) -> Option<()> {
        while !*self.over.borrow() {
            tokio::select! {
                biased;
                _ = self.over.changed() => return None,
                item = self.news.recv() => match item {
                    Ok(item) if item.line() == Some(&self.branch) => return Some(()),
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => return Some(()),
                    Err(RecvError::Closed) => return None,
                },
            }
        }
        None
    }

    /// The same as a stream.
    pub fn into_stream(self) -> impl Stream<Item = ()> + Send + 'static {
        stream::unfold(self, |mut listener| async move {
            listener.next().await?;
            Some(((), listener))
        })
    }
}

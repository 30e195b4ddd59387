//! What happens at the desk, as it happens: one pump for a host, a watcher for each open page.

use std::collections::HashMap;
use std::fmt;

use super::Desk;
use super::marks::Marks;
use crate::access::{self, Right, Visible};
use crate::actor::Actor;
use crate::error::Error;
use crate::event::{Event, Fact};
use crate::id::{AgentId, Code, CustomerId, TicketId};
use crate::tick::join;
use crate::ticket::{Channel, Ticket};

/// How many events are read at once.
const NEWS_MAX: u32 = 1_000;
/// How many tickets are looked up at once.
const AT_ONCE: usize = 16;

/// Something that happened, with what is needed to decide who may see it. For [`Watcher::sees`], and for
/// nobody else's eyes: how many positions there are already tells what a customer may not know. A page goes on
/// from a [`Watcher::mark`].
#[derive(Clone)]
pub struct News {
    /// Its place in the feed: where to go on from.
    pub position: u64,
    event: Event,
    whose: Whose,
}

/// Not the event: news passes through hosts whose logs many may read.
impl fmt::Debug for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "News({})", self.position)
    }
}

/// Where the ticket that it happened to stands now.
#[derive(Clone)]
struct Whose {
    customer: CustomerId,
    queue: Code,
    holder: Option<AgentId>,
    /// Whose the ticket is that it was merged into.
    merged_into: Option<CustomerId>,
    /// The branch in whose line it stands or stood.
    branch: Option<Code>,
    /// Whether it is a chat.
    is_chat: bool,
}

impl News {
    /// The branch whose line ([`Desk::line`]) may have moved with it: what its wall and the pages of those
    /// who wait there look at again. Anybody may know.
    #[must_use]
    pub fn line(&self) -> Option<&Code> {
        self.whose.branch.as_ref()
    }

    /// Which agent has the ticket now: whom of the staff it may concern. No customer is told.
    #[must_use]
    pub fn holder(&self) -> Option<AgentId> {
        self.whose.holder
    }

    /// The queue whose line of chats may have moved with it. Anybody who waits there may know.
    #[must_use]
    pub fn chats(&self) -> Option<&Code> {
        self.whose.is_chat.then_some(&self.whose.queue)
    }
}

/// Somebody who looks at an open page.
#[derive(Clone)]
pub struct Watcher {
    actor: Actor,
    visible: Visible,
    marks: Marks,
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Watcher({})", self.actor)
    }
}

/// An event in its place, as somebody may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// Its place in the feed.
    pub position: u64,
    /// What happened.
    pub event: Event,
}

/// What happened since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Since {
    /// What the actor may see of it, in order.
    pub events: Vec<Happened>,
    /// Where to go on: the last position that was looked at.
    pub next: u64,
    /// Whether there may be more already.
    pub more: bool,
}

impl Watcher {
    /// Who watches.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// Which tickets they might see when it was made: for what happens beside the history of tickets.
    #[must_use]
    pub fn visible(&self) -> &Visible {
        &self.visible
    }

    /// A mark for a position, for a page that is told where to go on from: it means something to this
    /// watcher's person alone and to any process on the store, and tells nothing of the position.
    #[must_use]
    pub fn mark(&self, position: u64) -> String {
        self.marks.of(self.actor, position)
    }

    /// The position of a mark that this watcher's person was given; none for anything else.
    #[must_use]
    pub fn position(&self, mark: &str) -> Option<u64> {
        self.marks.read(self.actor, mark)
    }

    /// The event as this watcher may see it, if they may: what [`Desk::thread`] would show them of it.
    /// Says nothing about others: a customer gets their own events, and not even a position.
    #[must_use]
    pub fn sees(&self, news: &News) -> Option<Event> {
        let (role, event, whose) = (self.actor.role(), &news.event, &news.whose);
        let visible = self
            .visible
            .reaches(whose.customer, &whose.queue, whose.holder);
        if !visible || !access::sees(role, event) {
            return None;
        }
        let other = |customer| self.actor != Actor::Customer(customer);
        let elsewhere = whose.merged_into.is_some_and(other);
        Some(access::redact_event(role, event.clone(), elsewhere))
    }
}

impl Desk {
    /// Where the feed stands: a stream that begins now goes on from here.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had.
    pub async fn position(&self) -> Result<u64, Error> {
        Ok(self.inner.store.head().await?.position)
    }

    /// What happened after `after`, at most `limit` events and at most 1,000: for the one pump of a host
    /// that has pages open. It reads as the desk itself, so it hands nothing on but what a [`Watcher`]
    /// sees: the event, and whose the ticket is by now.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had.
    pub async fn news(&self, after: u64, limit: u32) -> Result<Vec<News>, Error> {
        let items = self.inner.store.feed(after, limit.min(NEWS_MAX)).await?;
        let mut events = Vec::with_capacity(items.len());
        for item in items {
            events.push((item.position, item.event()?));
        }
        let tickets = self
            .concerned(events.iter().map(|(_, event)| event))
            .await?;
        let whose = |event: &Event| {
            let ticket = tickets.get(&event.ticket)?;
            let merged_into = match event.fact {
                Fact::MergedInto { ticket } => tickets.get(&ticket).map(|ticket| ticket.customer),
                _ => None,
            };
            Some(Whose {
                customer: ticket.customer,
                queue: ticket.queue.clone(),
                holder: ticket.assignment.map(|assignment| assignment.agent),
                merged_into,
                branch: ticket
                    .branch()
                    .filter(|_| ticket.channel == Channel::Counter)
                    .cloned(),
                is_chat: ticket.channel == Channel::Chat,
            })
        };
        let mut news = Vec::with_capacity(events.len());
        for (position, event) in events {
            let whose = whose(&event);
            let lost = || Error::broken(format!("ticket {} has events and no row", event.ticket));
            news.push(News {
                position,
                whose: whose.ok_or_else(lost)?,
                event,
            });
        }
        Ok(news)
    }

    /// The tickets that these events tell of, as they are now.
    async fn concerned(
        &self,
        events: impl Iterator<Item = &Event>,
    ) -> Result<HashMap<TicketId, Ticket>, Error> {
        let mut ids: Vec<TicketId> = Vec::new();
        for event in events {
            ids.push(event.ticket);
            if let Fact::MergedInto { ticket } = event.fact {
                ids.push(ticket);
            }
        }
        ids.sort_unstable();
        ids.dedup();
        let mut tickets = HashMap::with_capacity(ids.len());
        for some in ids.chunks(AT_ONCE) {
            let found = join(some.iter().map(|id| self.inner.store.ticket(*id))).await;
            for ticket in found {
                tickets.extend(ticket?.map(|ticket| (ticket.id, ticket)));
            }
        }
        Ok(tickets)
    }

    /// Somebody who looks at an open page. Costs one read for an agent and none for others, and from then
    /// on none at all, however many watch. It knows the queues that an agent served when it was made: make
    /// a new one every minute or so, and when they sign in.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had.
    pub async fn watcher(&self, actor: Actor) -> Result<Watcher, Error> {
        Ok(Watcher {
            actor,
            visible: self.visible(actor).await?,
            marks: self.marks().await?,
        })
    }

    /// What happened after `after`, as `actor` may see it, looking at `limit` events at most and at most
    /// 1,000: a stream that can be taken up again at [`Since::next`], for staff and for programs. A
    /// customer has none: positions count what happens at the whole bank.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to a customer.
    pub async fn events_since(&self, actor: Actor, after: u64, limit: u32) -> Result<Since, Error> {
        self.need(actor, Right::SeeInternal)?;
        let watcher = self.watcher(actor).await?;
        let limit = limit.clamp(1, NEWS_MAX);
        let news = self.news(after, limit).await?;
        let happened = |news: &News| {
            let event = watcher.sees(news)?;
            let position = news.position;
            Some(Happened { position, event })
        };
        Ok(Since {
            events: news.iter().filter_map(happened).collect(),
            next: news.last().map_or(after, |news| news.position),
            more: news.len() as u32 >= limit,
        })
    }
}

#[cfg(test)]
mod tests;

//! Chats: a customer and an agent who talk to each other now.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::Desk;
use super::counter::Place;
use super::shelves::put;
use super::{REPLANS_MAX, counter};
use crate::actor::{Actor, Role};
use crate::agent::{Pool, Standing};
use crate::catalogue::{Door, Offer, Opening};
use crate::command::{Command, Done, Raise, Request};
use crate::error::Error;
use crate::id::{AgentId, Code, CustomerId, Reference, TicketId};
use crate::plan::chat::{THERE, There, is_chat};
use crate::plan::token::refuse_closed;
use crate::queue::{Pace, SERVED_MAX, Wait, time_of_service};
use crate::record::{Kept, Shelf};
use crate::store::{Assigned, Changes, Paging, QueueMark, Sort, StoreError, TicketFilter};
use crate::ticket::{Channel, Kind, Language, Status, StatusName, Ticket};

/// How long somebody who said that they are there for chats is taken to be: three times what a page asks anew in.
pub const CHATS_TAKEN_FOR: TimeDelta = TimeDelta::minutes(3);

/// How far the clocks of two hosts are taken to be apart at most.
const CLOCKS_APART: TimeDelta = TimeDelta::seconds(30);
/// How many agents are looked at for who answers chats.
const AGENTS_READ_MAX: u32 = 1_000;
/// The longest line of chats that is read: nobody waits behind more.
const CHATS_MAX: usize = 1_000;
/// The longest subject that is made of what a customer wrote first, in characters.
const FIRST_WORDS_MAX: usize = 80;

/// The chat that a customer began last.
const BEGUN: Shelf<TicketId> = Shelf::new("chat-begun");

/// A chat, asked for.
#[derive(Clone)]
pub struct ChatRequest {
    /// Who asks.
    pub customer: CustomerId,
    /// What about.
    pub service: Code,
    /// What they write first.
    pub text: String,
    /// The language they write in.
    pub language: Language,
    /// An idempotency key: the same request again gives the same chat.
    pub key: Option<String>,
}

/// Whether somebody answers chats about a service now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatDoor {
    /// Whether it is open by its calendar, and until or from when.
    pub opening: Opening,
    /// How many chats those who are there can have at once: see [`Desk::take_chats`].
    pub seats: u32,
    /// How many wait.
    pub waiting: u32,
    /// How long somebody would wait who began now.
    pub wait: Option<Wait>,
}

fn takes(actor: Actor) -> Result<AgentId, Error> {
    let (role, verb) = (actor.role().name(), "take chats");
    actor.staff().ok_or(Error::NotAllowed { role, verb })
}

impl ChatDoor {
    /// Whether a chat can begin now.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.opening.is_open() && self.seats > 0
    }
}

/// A chat and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    /// The ticket that it is.
    pub ticket: TicketId,
    /// What people call the ticket by.
    pub reference: Reference,
    /// What it is about.
    pub service: Code,
    /// Where it stands.
    pub place: ChatPlace,
}

/// Where a chat stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ChatPlace {
    /// It waits for somebody to answer.
    Waiting {
        /// How many are before it.
        ahead: u32,
        /// How long that takes; absent where nobody can tell.
        wait: Option<Wait>,
    },
    /// Somebody answers.
    Talking {
        /// What they are called.
        with: String,
    },
    /// It goes on as something else: a complaint, a request.
    Elsewhere {
        /// As what.
        kind: Kind,
    },
    /// It is over.
    Over {
        /// Whether nobody had answered.
        withdrawn: bool,
    },
}

impl Desk {
    /// Says that `actor`, one of the staff, is there to answer chats, for the next [`CHATS_TAKEN_FOR`]; said
    /// again it goes on. Chats are given to nobody else, and where nobody is there none begins; somebody who is
    /// not there can still claim one.
    ///
    /// ```
    /// # use crcore::{Actor, Code, Rules, testing::TestDesk};
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let cards: Code = "cards".parse()?;
    /// let desk = TestDesk::open(Rules::of_services([&cards])).await?;
    /// let meera = desk.new_agent("Meera", &[&cards]).await?;
    /// assert!(!desk.takes_chats(meera).await?);
    /// desk.take_chats(meera).await?;
    /// assert!(desk.takes_chats(meera).await?);
    /// desk.clock.advance(crcore::desk::CHATS_TAKEN_FOR);
    /// assert!(!desk.takes_chats(meera).await?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom is none of the staff, [`Error::NotFound`] where the roster does not have
    /// them.
    pub async fn take_chats(&self, actor: Actor) -> Result<(), Error> {
        let me = takes(actor)?;
        let before = self.kept(&THERE, &me.to_string()).await?;
        let changes = self.is_there(me, before.as_ref(), None).await?;
        Ok(self.land(&changes).await?)
    }

    /// The same for who is there already: a page that is open asks it now and then, and does not undo what was
    /// said on another by [`Desk::leave_chats`]. Gives whether they are there.
    ///
    /// # Errors
    /// As for [`Desk::take_chats`].
    pub async fn keep_taking_chats(&self, actor: Actor) -> Result<bool, Error> {
        let me = takes(actor)?;
        let Some(before) = self.kept(&THERE, &me.to_string()).await? else {
            return Ok(false);
        };
        let from = Some(before.version);
        let changes = self.is_there(me, Some(&before), from).await?;
        match self.land(&changes).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict { .. }) => self.takes_chats(actor).await,
            Err(error) => Err(error.into()),
        }
    }

    /// What says that somebody is there from now on, and gives them who waits where others may have taken them
    /// to be gone.
    async fn is_there(
        &self,
        me: AgentId,
        before: Option<&Kept<()>>,
        from: Option<u64>,
    ) -> Result<Changes, Error> {
        let now = self.inner.clock.now();
        let standing = self.inner.store.agent(me).await?;
        let standing = standing.ok_or(Error::NotFound { what: "agent" })?;
        let until = Some(now + CHATS_TAKEN_FOR);
        let mut changes = Changes {
            records: vec![put(&THERE, me.to_string(), from, &(), until)?],
            ..Changes::default()
        };
        if !before.is_some_and(|kept| kept.is_live(now + CLOCKS_APART)) {
            let rules = self.rules();
            let queues = standing.agent.queues.into_iter();
            changes.marks = queues
                .filter(|queue| rules.allocator(queue).is_some())
                .map(|queue| QueueMark { queue, at: now })
                .collect();
        }
        Ok(changes)
    }

    /// Says that `actor` is not there for chats any more. They keep those that they have.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom is none of the staff.
    pub async fn leave_chats(&self, actor: Actor) -> Result<(), Error> {
        let change = THERE.remove(takes(actor)?.to_string(), None);
        Ok(self.keep(vec![change]).await?)
    }

    /// Whether `actor` is there for chats.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom is none of the staff.
    pub async fn takes_chats(&self, actor: Actor) -> Result<bool, Error> {
        let me = takes(actor)?.to_string();
        Ok(self.kept(&THERE, &me).await?.is_some())
    }

    /// Whether a chat about a service can begin now, for anybody.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the catalogue offers no chat about it.
    pub async fn chat_door(&self, service: &Code) -> Result<ChatDoor, Error> {
        let offer = self.chat_offer(service, true).await?;
        let offer = offer.ok_or(Error::NotFound { what: "chat" })?;
        let queue = self.queue_of(service)?;
        let waiting = self.chats_waiting(&queue).await?.len();
        let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
        let (seats, wait) = self.chat_wait(&queue, offer.1.minutes, waiting).await?;
        Ok(ChatDoor {
            opening: offer.0,
            seats,
            waiting,
            wait,
        })
    }

    /// Begins a chat: raises a query that came in by chat. It waits for an agent like any ticket of its
    /// queue, is given out or claimed, and takes of the agent's live work; messages are replies.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where the chat is closed, with when it opens, where nobody is there to
    /// answer, and where the customer has a chat already: a page shows its form then.
    /// [`Error::Invalid`] where the catalogue offers no chat about the service.
    pub async fn start_chat(&self, actor: Actor, chat: &ChatRequest) -> Result<Chat, Error> {
        let shown = actor.role() == Role::Customer;
        let Some((opening, _)) = self.chat_offer(&chat.service, shown).await? else {
            let expected = format!("a service with a chat, got {}", chat.service);
            return Err(Error::invalid("service", expected));
        };
        let mut raise = Raise::new(chat.customer, chat.service.clone(), first_words(&chat.text));
        raise.kind = Door::Chat.kind();
        raise.channel = Door::Chat.channel();
        raise.language = chat.language.clone();
        raise.body = Some(chat.text.clone());
        let request = Request {
            actor,
            key: chat.key.clone(),
            command: Command::Raise(Box::new(raise)),
        };
        for _ in 0..=REPLANS_MAX {
            let mut plan = self.plan(&request).await?;
            if plan.replayed {
                return self.chat(actor, plan.done.ticket).await;
            }
            refuse_closed("the chat", Some(opening))?;
            if self.seats(&self.queue_of(&chat.service)?).await?.0 == 0 {
                let why = "nobody is there to answer chats about this service";
                return Err(Error::not_possible(why));
            }
            let key = chat.customer.to_string();
            let begun = self.kept(&BEGUN, &key).await?;
            let from = begun.as_ref().map_or(0, |kept| kept.version);
            if let Some(begun) = begun
                && self.goes_on(begun.value).await?
            {
                return Err(Error::not_possible("the customer has a chat already"));
            }
            let change = put(&BEGUN, key, Some(from), &plan.done.ticket, None)?;
            plan.changes.records.push(change);
            match self.land(&plan.changes).await {
                Ok(()) => {
                    self.after(&plan).await;
                    return self.chat(actor, plan.done.ticket).await;
                }
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::try_again("the customer began several chats at once"))
    }

    /// The chat that a customer is in; none for anybody else.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had.
    pub async fn running_chat(&self, actor: Actor) -> Result<Option<Chat>, Error> {
        let Actor::Customer(customer) = actor else {
            return Ok(None);
        };
        match self.kept(&BEGUN, &customer.to_string()).await? {
            Some(begun) if self.goes_on(begun.value).await? => {
                self.chat(actor, begun.value).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    async fn goes_on(&self, chat: TicketId) -> Result<bool, Error> {
        let ticket = self.inner.store.ticket(chat).await?;
        Ok(ticket.is_some_and(|ticket| is_chat(&ticket) && ticket.status.is_active()))
    }

    /// A chat and where it stands, for its customer and for staff.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such chat that the actor may know of.
    pub async fn chat(&self, actor: Actor, id: TicketId) -> Result<Chat, Error> {
        let ticket = self.whole_ticket(actor, id).await?;
        if ticket.channel != Channel::Chat {
            return Err(Error::NotFound { what: "chat" });
        }
        Ok(Chat {
            ticket: ticket.id,
            reference: ticket.reference,
            service: ticket.service.clone(),
            place: self.chat_place(&ticket).await?,
        })
    }

    /// Ends a chat, by its customer or by staff, and owes the customer its transcript by mail: the text
    /// `transcript`, with what both sides said, who and when.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where it is over, or became something else.
    pub async fn end_chat(&self, actor: Actor, id: TicketId) -> Result<Done, Error> {
        for _ in 0..=REPLANS_MAX {
            let rules = self.rules();
            let plan = self.planner(&rules).end_chat(actor, id).await?;
            if self.lands(&plan).await? {
                return Ok(plan.done);
            }
        }
        Err(Error::try_again("the chat moves on all the time"))
    }

    async fn chat_place(&self, ticket: &Ticket) -> Result<ChatPlace, Error> {
        let over = match ticket.status {
            Status::Resolved { outcome, .. } => Some(counter::over(Some(outcome))),
            Status::Closed { outcome, .. } => Some(counter::over(outcome)),
            _ => None,
        };
        if let Some(Place::Over { withdrawn }) = over {
            return Ok(ChatPlace::Over { withdrawn });
        }
        if !is_chat(ticket) {
            let kind = ticket.kind;
            return Ok(ChatPlace::Elsewhere { kind });
        }
        if let Some(assignment) = ticket.assignment {
            let known = self.inner.store.agent(assignment.agent).await?;
            let with = known.map_or_else(String::new, |standing| standing.agent.name);
            return Ok(ChatPlace::Talking { with });
        }
        let line = self.chats_waiting(&ticket.queue).await?;
        let ahead = line.iter().take_while(|other| **other != ticket.id).count();
        let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
        let catalogue = self.whole_catalogue().await?.value;
        let usual = catalogue.services.get(&ticket.service);
        let usual = usual.and_then(|offer| offer.minutes);
        let (_, wait) = self.chat_wait(&ticket.queue, usual, ahead).await?;
        Ok(ChatPlace::Waiting { ahead, wait })
    }

    /// Whether a service's chat is open, where the catalogue offers one.
    async fn chat_offer(
        &self,
        service: &Code,
        shown: bool,
    ) -> Result<Option<(Opening, Offer)>, Error> {
        let catalogue = self.whole_catalogue().await?.value;
        let rules = self.rules();
        let opening = catalogue.service_opening(&rules, service, self.inner.clock.now());
        let offer = catalogue.services.get(service);
        let offer = offer.filter(|offer| offer.doors.contains(&Door::Chat));
        let offer = offer.filter(|offer| !(shown && offer.hidden));
        Ok(opening.zip(offer.cloned()))
    }

    fn queue_of(&self, service: &Code) -> Result<Code, Error> {
        let rules = self.rules();
        let service = rules.service(service);
        let unknown = || Error::invalid("service", "a service of the rules");
        service.map(|s| s.queue.clone()).ok_or_else(unknown)
    }

    /// How many chats those of a queue who are there can have at once, and have.
    async fn seats(&self, queue: &Code) -> Result<(u32, u32), Error> {
        let store = &*self.inner.store;
        let mut there = store.candidates(queue, Pool::Live, AGENTS_READ_MAX).await?;
        let now = There::now(store, self.inner.clock.now()).await?;
        there.iter_mut().for_each(|standing| now.look(standing));
        there.retain(|standing| standing.agent.available);
        let load = |standing: &Standing| standing.load(Pool::Live);
        let seats = there.iter().map(|s| load(s).capacity).sum();
        let taken = there.iter().map(|s| load(s).units).sum();
        Ok((seats, taken))
    }

    /// How many chats can be had at once, and how long one waits behind `ahead` others.
    async fn chat_wait(
        &self,
        queue: &Code,
        usual: Option<u32>,
        ahead: u32,
    ) -> Result<(u32, Option<Wait>), Error> {
        let (seats, taken) = self.seats(queue).await?;
        let filter = TicketFilter {
            statuses: [StatusName::Resolved, StatusName::Closed].into(),
            received_from: Some(self.inner.clock.now() - counter::LOOKED_BACK),
            ..chats_of(queue)
        };
        let paging = Paging {
            sort: Sort::Newest,
            limit: SERVED_MAX,
            ..Paging::default()
        };
        let served = self.inner.store.tickets(&filter, &paging).await?.items;
        let pace = Pace::of(served.iter().filter_map(time_of_service), usual);
        let wait = pace.and_then(|pace| pace.wait(ahead, seats, taken));
        Ok((seats, wait))
    }

    /// The chats of a queue that wait for an agent, the next one first.
    async fn chats_waiting(&self, queue: &Code) -> Result<Vec<TicketId>, Error> {
        let active = StatusName::ALL.into_iter().filter(|s| s.is_active());
        let filter = TicketFilter {
            assigned: Assigned::Nobody,
            statuses: active.collect(),
            ..chats_of(queue)
        };
        let mut paging = Paging {
            sort: Sort::Urgency,
            limit: Paging::MAX,
            ..Paging::default()
        };
        let mut waiting = Vec::new();
        loop {
            let page = self.inner.store.tickets(&filter, &paging).await?;
            waiting.extend(page.items.iter().map(|ticket| ticket.id));
            paging.after = page.next;
            if paging.after.is_none() || waiting.len() >= CHATS_MAX {
                return Ok(waiting);
            }
        }
    }
}

fn chats_of(queue: &Code) -> TicketFilter {
    TicketFilter {
        kinds: [Kind::Query].into(),
        channels: [Channel::Chat].into(),
        queues: [queue.clone()].into(),
        ..TicketFilter::default()
    }
}

/// The beginning of what somebody wrote, for a list.
fn first_words(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or_default()
        .chars()
        .take(FIRST_WORDS_MAX)
        .collect()
}

#[cfg(test)]
mod tests;

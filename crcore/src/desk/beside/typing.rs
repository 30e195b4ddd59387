//! Who writes in a chat, told to the other side.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::desk::Desk;
use crate::desk::shelves::put;
use crate::error::Error;
use crate::id::TicketId;
use crate::record::Shelf;
use crate::ticket::{Channel, Ticket};

/// How long somebody counts as writing after their page last said so, as with who looks at a ticket.
const OVER_AFTER: TimeDelta = TimeDelta::seconds(30);

/// Who writes, by ticket and side.
const TYPING: Shelf<Side> = Shelf::new("typing");

/// A side of a chat.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Side {
    Customer,
    Staff,
}

impl Side {
    /// Which side somebody writes on: its customer, or who answers; a colleague who looks on is on none.
    fn of(actor: Actor, ticket: &Ticket) -> Option<Self> {
        let answers = ticket.assignment.map(|assignment| assignment.agent);
        match actor {
            Actor::Customer(id) if id == ticket.customer => Some(Self::Customer),
            _ if actor.staff().is_some() && actor.staff() == answers => Some(Self::Staff),
            _ => None,
        }
    }

    fn key(self, ticket: TicketId) -> String {
        match self {
            Self::Customer => format!("{ticket}/customer"),
            Self::Staff => format!("{ticket}/staff"),
        }
    }
}

impl Desk {
    /// Says that `actor` writes in a chat, or has stopped; says whether that is news to the other side. What
    /// they write is told to nobody before it is sent.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is no chat that they may know of.
    pub async fn type_in_chat(
        &self,
        actor: Actor,
        ticket: TicketId,
        typing: bool,
    ) -> Result<bool, Error> {
        let chat = self.open_chat(actor, ticket).await?;
        let Some(side) = Side::of(actor, &chat).filter(|_| chat.status.is_active()) else {
            return Ok(false);
        };
        let key = side.key(ticket);
        let was = self.kept(&TYPING, &key).await?.is_some();
        if typing {
            let until = self.inner.clock.now() + OVER_AFTER;
            let change = put(&TYPING, key, None, &side, Some(until))?;
            self.keep(vec![change]).await?;
        } else if was {
            self.keep(vec![TYPING.remove(key, None)]).await?;
        }
        Ok(was != typing)
    }

    /// Whether the other side of a chat writes now: the customer to staff, who answers to the customer.
    ///
    /// # Errors
    /// As [`Desk::type_in_chat`].
    pub async fn is_typed_in_chat(&self, actor: Actor, ticket: TicketId) -> Result<bool, Error> {
        let chat = self.open_chat(actor, ticket).await?;
        let other = match actor {
            Actor::Customer(_) => Side::Staff,
            _ => Side::Customer,
        };
        let kept = self.kept(&TYPING, &other.key(ticket)).await?;
        Ok(kept.is_some() && chat.status.is_active())
    }

    async fn open_chat(&self, actor: Actor, id: TicketId) -> Result<Ticket, Error> {
        let ticket = self.visible_ticket(actor, id).await?;
        let chat = Some(ticket).filter(|ticket| ticket.channel == Channel::Chat);
        chat.ok_or(Error::NotFound { what: "chat" })
    }
}

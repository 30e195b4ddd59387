#![doc = include_str!("../../../docs/counter.md")]

mod calling;
mod floor;
mod staff;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use crate::plan::counter::{Call, NO_SHOWS_MAX, Sitting};
pub use calling::BEHIND_MAX;
pub(super) use floor::LOOKED_BACK;
pub use staff::{Counter, Held};

use super::Desk;
use crate::access;
use crate::actor::Actor;
use crate::catalogue::{Door, Opening};
use crate::command::{Command, Field, Raise, Request};
use crate::error::Error;
use crate::id::{Code, CustomerId, Reference, TicketId};
use crate::queue::Wait;
use crate::ticket::{BRANCH, FieldType, Language, Outcome, Status, TOKEN, Ticket, TokenNumber};

/// A number for a counter, asked for.
#[derive(Clone)]
pub struct TokenRequest {
    /// Who waits. For somebody whom nobody knows, a fresh id ([`Desk::new_id`]).
    pub customer: CustomerId,
    /// At which branch of the catalogue.
    pub branch: Code,
    /// For which of its services.
    pub service: Code,
    /// The language they are talked to in.
    pub language: Language,
    /// An idempotency key: the same request again gives the same token.
    pub key: Option<String>,
}

/// A customer's turn at the counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// The ticket that it is.
    pub ticket: TicketId,
    /// What people call the ticket by.
    pub reference: Reference,
    /// The number on the paper and on the wall.
    pub number: TokenNumber,
    /// At which branch.
    pub branch: Code,
    /// For which service.
    pub service: Code,
    /// Since when its customer waits.
    pub since: DateTime<Utc>,
    /// Where it stands.
    pub place: Place,
}

/// Where a token stands, or a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Place {
    /// In its line.
    Waiting {
        /// How many are served before it, as the line is now.
        ahead: u32,
        /// How long that takes; absent where nobody can tell, and while no counter is open for it.
        wait: Option<Wait>,
    },
    /// At a counter, or on the way there.
    Called {
        /// Which; absent where its agent took it at none.
        counter: Option<Code>,
        /// When it was called last.
        at: DateTime<Utc>,
        /// How often; more than once where the customer did not come at once.
        times: u32,
    },
    /// Put aside at the counter until its customer comes back.
    Held,
    /// Over.
    Over {
        /// Whether the customer was not served: they went, or did not come when they were called.
        withdrawn: bool,
    },
}

/// The line of a branch: what its wall shows. Tells numbers and nothing of anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Of which branch.
    pub branch: Code,
    /// As of when.
    pub at: DateTime<Utc>,
    /// Whether the branch is open.
    pub opening: Opening,
    /// Who is at a counter or called there, the latest call first.
    pub serving: Vec<Serving>,
    /// Who waits, in the order in which they are called.
    pub waiting: Vec<Waiting>,
    /// The same for each service that gives tokens here.
    pub services: BTreeMap<Code, ServiceLine>,
}

/// A number at a counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Serving {
    /// Which counter.
    pub counter: Code,
    /// Which number.
    pub number: TokenNumber,
    /// When it was called last.
    pub at: DateTime<Utc>,
    /// How often.
    pub times: u32,
}

/// A number that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Which number.
    pub number: TokenNumber,
    /// For which service.
    pub service: Code,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// A service at a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceLine {
    /// How many wait for it.
    pub waiting: u32,
    /// How many would be before somebody who took a token now: counters that call for several services make
    /// one line of them.
    pub ahead: u32,
    /// How many counters call its tokens.
    pub counters: u32,
    /// How long somebody would wait who took a token now.
    pub wait: Option<Wait>,
}

impl Desk {
    /// Gives a customer a number: raises a ticket of kind `service` that came in by the counter, with the
    /// choice field `branch` and the number field `token`. Numbers begin with 1 for each branch, letter
    /// and business day, and have no gap.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where the branch is closed, with when it opens, and where the customer
    /// holds a token for the service there already; [`Error::Invalid`] where no tokens are given for the
    /// service there.
    pub async fn take_token(&self, actor: Actor, request: &TokenRequest) -> Result<Token, Error> {
        let (branch, token): (Code, Code) = match (BRANCH.parse(), TOKEN.parse()) {
            (Ok(branch), Ok(token)) => (branch, token),
            _ => return Err(Error::broken("the fields of a token have no name")),
        };
        if self.rules().field(&token) != Some(FieldType::Number) {
            return Err(Error::not_possible(
                "the rules have no number field `token`",
            ));
        }
        let catalogue = self.whole_catalogue().await?.value;
        let offer = catalogue.services.get(&request.service);
        let title = offer.map_or("", |offer| offer.title.told(&request.language));
        let subject = if title.is_empty() {
            request.service.as_str()
        } else {
            title
        };
        let subject: String = subject.chars().take(crate::command::SUBJECT_MAX).collect();
        let mut raise = Raise::new(request.customer, request.service.clone(), subject);
        raise.kind = Door::Token.kind();
        raise.channel = Door::Token.channel();
        raise.language = request.language.clone();
        raise
            .fields
            .insert(branch, Field::Choice(request.branch.clone()));
        let request = Request {
            actor,
            key: request.key.clone(),
            command: Command::Raise(Box::new(raise)),
        };
        let done = self.perform(&request).await?;
        self.token(actor, done.ticket).await
    }

    /// A token and where it stands now, for its customer and for staff.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such token that the actor may know of.
    pub async fn token(&self, actor: Actor, id: TicketId) -> Result<Token, Error> {
        let ticket = self.whole_ticket(actor, id).await?;
        let (Some(number), Some(branch)) = (ticket.token(), ticket.branch()) else {
            return Err(Error::NotFound { what: "token" });
        };
        let place = match ticket.status {
            Status::Resolved { outcome, .. } => over(Some(outcome)),
            Status::Closed { outcome, .. } => over(outcome),
            _ => self.floor(branch).await?.place(&ticket),
        };
        Ok(Token {
            ticket: ticket.id,
            reference: ticket.reference,
            number,
            branch: branch.clone(),
            service: ticket.service.clone(),
            since: ticket.received_at,
            place,
        })
    }

    /// The line of a branch, for anybody: it tells numbers only.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the catalogue has no such branch.
    pub async fn line(&self, branch: &Code) -> Result<Line, Error> {
        Ok(self.floor(branch).await?.line())
    }

    /// The lines of all branches, by branch: for a page that shows them side by side. It asks the store four
    /// questions for each, so a host that shows it to everybody keeps the answer for a second or two.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had.
    pub async fn lines(&self) -> Result<BTreeMap<Code, Line>, Error> {
        let catalogue = Arc::new(self.whole_catalogue().await?.value);
        let mut lines = BTreeMap::new();
        for branch in catalogue.branches.keys() {
            let floor = self.floor_of(catalogue.clone(), branch).await?;
            lines.insert(branch.clone(), floor.line());
        }
        Ok(lines)
    }

    /// A ticket with all that is known of it, where `actor` may know of it.
    pub(in crate::desk) async fn whole_ticket(
        &self,
        actor: Actor,
        id: TicketId,
    ) -> Result<Ticket, Error> {
        let ticket = self.inner.store.ticket(id).await?;
        let rules = self.rules();
        let visible = self.planner(&rules).asker(actor).await?.visible;
        let seen = ticket.filter(|ticket| visible.admits(ticket));
        seen.ok_or(Error::NotFound { what: "ticket" })
    }

    /// Who of the staff acts.
    pub(super) fn staff(
        &self,
        actor: Actor,
        verb: &'static str,
    ) -> Result<crate::id::AgentId, Error> {
        let role = actor.role().name();
        self.need(actor, access::Right::SeeInternal)?;
        actor.staff().ok_or(Error::NotAllowed { role, verb })
    }
}

pub(super) fn over(outcome: Option<Outcome>) -> Place {
    Place::Over {
        withdrawn: outcome == Some(Outcome::Withdrawn),
    }
}

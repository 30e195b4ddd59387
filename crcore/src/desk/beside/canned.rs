//! Replies that are written once and used often.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{is_for, title, told};
use crate::access::Right;
use crate::actor::Actor;
use crate::command::TEXT_MAX;
use crate::desk::Desk;
use crate::desk::shelves::put;
use crate::error::Error;
use crate::id::{Code, TicketId};
use crate::record::{Kept, Shelf};
use crate::ticket::Ticket;

/// How many canned replies are read at once: more than anybody looks through.
const CANNED_MAX: u32 = 500;

/// Canned replies by code.
const CANNED: Shelf<Canned> = Shelf::new("canned");

/// What a canned reply may tell of the ticket and of who answers.
const VARIABLES: [&str; 6] = [
    "customer.name",
    "agent.name",
    "ticket.reference",
    "ticket.subject",
    "ticket.service",
    "ticket.kind",
];

/// A reply that is written once and used often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Canned {
    /// Its name for programs.
    pub code: Code,
    /// Its name on screen, at most 100 characters.
    pub title: String,
    /// What it says, with variables in double braces: `{{customer.name}}`, `{{agent.name}}`,
    /// `{{ticket.reference}}`, `{{ticket.subject}}`, `{{ticket.service}}`, `{{ticket.kind}}`.
    pub text: String,
    /// For tickets of these queues; of all where it names none.
    pub queues: BTreeSet<Code>,
    /// The version it was read at; 0 for a new one.
    #[serde(skip)]
    pub version: u64,
}

/// A canned reply made ready for a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// What it says; where something is not known, the variable still stands in it.
    pub text: String,
    /// The variables that are not known.
    pub unfilled: Vec<String>,
}

/// A piece of a text with variables.
enum Part<'a> {
    Text(&'a str),
    Variable { whole: &'a str, name: &'a str },
}

/// The text and the variables in it, in order. Braces that do not close are text.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(begin) = rest.find("{{") {
        let Some(length) = rest[begin..].find("}}") else {
            break;
        };
        let end = begin + length + 2;
        let whole = &rest[begin..end];
        let name = whole[2..whole.len() - 2].trim();
        parts.push(Part::Text(&rest[..begin]));
        parts.push(Part::Variable { whole, name });
        rest = &rest[end..];
    }
    parts.push(Part::Text(rest));
    parts
}

impl Canned {
    fn kept(kept: Kept<Self>) -> Self {
        Self {
            version: kept.version,
            ..kept.value
        }
    }

    fn check(&self) -> Result<(), Error> {
        title(&self.title)?;
        if self.text.trim().is_empty() || self.text.len() > TEXT_MAX || self.text.contains('\0') {
            let expected = format!("1 to {TEXT_MAX} bytes without U+0000");
            return Err(Error::invalid("text", expected));
        }
        let known = |name: &str| VARIABLES.contains(&name);
        for part in parts(&self.text) {
            if let Part::Variable { name, .. } = part
                && !known(name)
            {
                let expected = format!("no other variables than {}", VARIABLES.join(", "));
                return Err(Error::invalid("text", expected));
            }
        }
        Ok(())
    }
}

impl Desk {
    /// The canned replies that are for `actor`, by code: all to who leads, those for their queues to an
    /// agent.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to a customer.
    pub async fn canned(&self, actor: Actor) -> Result<Vec<Canned>, Error> {
        self.need(actor, Right::SeeInternal)?;
        let visible = self.visible(actor).await?;
        let kept = self.kept_in(&CANNED, &CANNED.range("", CANNED_MAX)).await?;
        let all = kept.into_iter().map(Canned::kept);
        Ok(all.filter(|c| is_for(&c.queues, &visible)).collect())
    }

    /// Keeps a canned reply. `canned.version` is the version it was read at, 0 for a new one.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it names a variable that there is not, [`Error::Stale`] where it was
    /// changed in between, [`Error::NotAllowed`] to whom may not.
    pub async fn save_canned(&self, actor: Actor, mut canned: Canned) -> Result<Canned, Error> {
        self.need(actor, Right::ManageShared)?;
        canned.check()?;
        let from = canned.version;
        let change = put(&CANNED, canned.code.as_str(), Some(from), &canned, None)?;
        let told = told(actor, "canned.changed", &canned.code, from + 1);
        self.keep_at(&CANNED, change, from, Some(told)).await?;
        canned.version = from + 1;
        Ok(canned)
    }

    /// Removes a canned reply that was read at `version`.
    ///
    /// # Errors
    /// As [`Desk::save_canned`].
    pub async fn remove_canned(
        &self,
        actor: Actor,
        code: &Code,
        version: u64,
    ) -> Result<(), Error> {
        self.need(actor, Right::ManageShared)?;
        let change = CANNED.remove(code.as_str(), Some(version));
        let told = told(actor, "canned.removed", code, version);
        self.keep_at(&CANNED, change, version, Some(told)).await
    }

    /// A canned reply made ready for a ticket. Nothing is sent: the agent reads it over first.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such reply for the ticket's queue, or no such ticket that the
    /// actor may know of; [`Error::NotAllowed`] to a customer.
    pub async fn fill_canned(
        &self,
        actor: Actor,
        ticket: TicketId,
        code: &Code,
    ) -> Result<Filled, Error> {
        self.need(actor, Right::SeeInternal)?;
        let ticket = self.visible_ticket(actor, ticket).await?;
        let kept = self.kept(&CANNED, code.as_str()).await?;
        let canned = kept
            .map(Canned::kept)
            .filter(|canned| canned.queues.is_empty() || canned.queues.contains(&ticket.queue));
        let missing = Error::NotFound {
            what: "canned reply",
        };
        self.fill(actor, &ticket, &canned.ok_or(missing)?.text)
            .await
    }

    async fn fill(&self, actor: Actor, ticket: &Ticket, text: &str) -> Result<Filled, Error> {
        let (mut filled, mut unfilled) = (String::with_capacity(text.len()), BTreeSet::new());
        // What is put in is text, whatever braces a customer has in their name.
        for part in parts(text) {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Variable { whole, name } => match self.variable(actor, ticket, name).await? {
                    Some(value) => filled.push_str(&value),
                    None => {
                        filled.push_str(whole);
                        unfilled.insert(name.to_owned());
                    }
                },
            }
        }
        Ok(Filled {
            text: filled,
            unfilled: unfilled.into_iter().collect(),
        })
    }

    async fn variable(
        &self,
        actor: Actor,
        ticket: &Ticket,
        name: &str,
    ) -> Result<Option<String>, Error> {
        let value = match name {
            "customer.name" => {
                let customer = self.directory().customer(ticket.customer).await?;
                customer.and_then(|customer| customer.name)
            }
            "agent.name" => match actor.staff() {
                Some(id) => {
                    let standing = self.inner.store.agent(id).await?;
                    standing.map(|standing| standing.agent.name)
                }
                None => None,
            },
            "ticket.subject" => {
                let words = self.inner.store.words(&[ticket.subject.id]).await?;
                words.into_iter().next().map(|words| words.text)
            }
            "ticket.reference" => Some(ticket.reference.to_string()),
            "ticket.service" => Some(ticket.service.to_string()),
            "ticket.kind" => Some(ticket.kind.name().to_owned()),
            _ => None,
        };
        Ok(value.filter(|value| !value.trim().is_empty()))
    }
}

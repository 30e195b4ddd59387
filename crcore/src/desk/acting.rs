//! The desk in somebody's hands: one method per command.

use chrono::{DateTime, Utc};

use super::{Desk, Quotation};
use crate::actor::Actor;
use crate::blobs::BLOB_MAX;
use crate::command::{Act, Amend, Command, Done, Raise, Request};
use crate::error::Error;
use crate::id::{AgentId, Code, PieceId, TicketId};
use crate::ticket::{Kind, LinkKind, Outcome, Priority, StatusName, WaitingOn};

/// The desk in the hands of one actor. Every method is one command, decided by the access table and
/// the life cycle, and committed before it returns.
#[derive(Clone)]
#[must_use]
pub struct Acting<'d> {
    desk: &'d Desk,
    actor: Actor,
    key: Option<String>,
    seen: Option<u64>,
}

/// A file to put on a ticket.
#[derive(Clone)]
pub struct File {
    /// Its name, 1 to 200 characters.
    pub name: String,
    /// Its media type (RFC 6838), found by content.
    pub media_type: String,
    /// Its bytes, at most [`BLOB_MAX`].
    pub content: Vec<u8>,
    /// Whether the customer sees it.
    pub public: bool,
}

type Answer = Result<Done, Error>;

impl<'d> Acting<'d> {
    pub(super) fn new(desk: &'d Desk, actor: Actor) -> Self {
        Self {
            desk,
            actor,
            key: None,
            seen: None,
        }
    }

    /// Gives the next command an idempotency key: the same key and command have one effect, and the
    /// same answer for 24 hours.
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Refuses the next command if the ticket moved on since the caller saw it at `version`.
    pub fn seen_at(mut self, version: u64) -> Self {
        self.seen = Some(version);
        self
    }

    /// Does something to a ticket.
    ///
    /// # Errors
    /// Every [`Error`].
    pub async fn act(&self, ticket: TicketId, act: Act) -> Answer {
        self.perform(Command::On {
            ticket,
            seen: self.seen,
            act,
        })
        .await
    }

    async fn perform(&self, command: Command) -> Answer {
        let request = Request {
            actor: self.actor,
            key: self.key.clone(),
            command,
        };
        self.desk.perform(&request).await
    }

    /// Quotes a price on a ticket, as [`Desk::quote`] does.
    ///
    /// # Errors
    /// As of [`Desk::quote`], and stale where the ticket moved on since it was seen.
    pub async fn quote(&self, ticket: TicketId, quotation: &Quotation) -> Answer {
        let key = self.key.as_deref();
        let desk = self.desk;
        desk.quote_once(self.actor, key, ticket, self.seen, quotation)
            .await
    }

    /// Brings a new ticket to the desk.
    ///
    /// # Errors
    /// Invalid where the ticket says what cannot be.
    pub async fn raise(&self, raise: Raise) -> Answer {
        self.perform(Command::Raise(Box::new(raise))).await
    }

    /// Corrects what a ticket says.
    ///
    /// # Errors
    /// Invalid where it says what cannot be.
    pub async fn amend(&self, ticket: TicketId, amend: Amend) -> Answer {
        self.act(ticket, Act::Amend(Box::new(amend))).await
    }

    /// Lets allocation choose an agent.
    ///
    /// # Errors
    /// Not possible where somebody has the ticket.
    pub async fn allocate(&self, ticket: TicketId) -> Answer {
        self.act(ticket, Act::Allocate).await
    }

    /// Gives a ticket to an agent.
    ///
    /// # Errors
    /// Not possible where the agent does not serve its queue.
    pub async fn assign(&self, ticket: TicketId, to: AgentId) -> Answer {
        self.act(ticket, Act::Assign { to }).await
    }

    /// Takes a ticket.
    ///
    /// # Errors
    /// Try again where it would pass the agent's capacity.
    pub async fn claim(&self, ticket: TicketId) -> Answer {
        self.act(ticket, Act::Claim).await
    }

    /// Puts a ticket back into its queue.
    ///
    /// # Errors
    /// Not possible where nobody has it.
    pub async fn release(&self, ticket: TicketId) -> Answer {
        self.act(ticket, Act::Release).await
    }

    /// Writes what customer and desk both see.
    ///
    /// # Errors
    /// Invalid where the text is empty or too long.
    pub async fn reply(&self, ticket: TicketId, text: impl Into<String>) -> Answer {
        self.act(ticket, Act::Reply { text: text.into() }).await
    }

    /// Writes as a ticket's customer: a reply, and on an answered ticket with the same words to take it up
    /// again, for nobody looks at an answered one.
    ///
    /// # Errors
    /// Invalid where the text is empty or too long; not possible where it is closed.
    pub async fn write(&self, ticket: TicketId, text: impl Into<String>) -> Answer {
        let text = text.into();
        match self.desk.ticket(self.actor, ticket).await?.status.name() {
            StatusName::Resolved if text.trim().is_empty() => self.reply(ticket, text).await,
            StatusName::Resolved => self.reopen(ticket, Some(text)).await,
            _ => self.reply(ticket, text).await,
        }
    }

    /// Writes what the customer does not see.
    ///
    /// # Errors
    /// Invalid where the text is empty or too long.
    pub async fn note(&self, ticket: TicketId, text: impl Into<String>) -> Answer {
        self.act(ticket, Act::Note { text: text.into() }).await
    }

    /// Waits for somebody else.
    ///
    /// # Errors
    /// Not possible where the ticket does so already, or is over.
    pub async fn wait(&self, ticket: TicketId, on: WaitingOn) -> Answer {
        self.act(ticket, Act::Wait { on }).await
    }

    /// Stops waiting.
    ///
    /// # Errors
    /// Not possible where the ticket does not wait.
    pub async fn resume(&self, ticket: TicketId) -> Answer {
        self.act(ticket, Act::Resume).await
    }

    /// Answers a ticket for good.
    ///
    /// # Errors
    /// Invalid where the outcome is none for this kind of ticket.
    pub async fn resolve(
        &self,
        ticket: TicketId,
        outcome: Outcome,
        text: Option<String>,
    ) -> Answer {
        self.act(ticket, Act::Resolve { outcome, text }).await
    }

    /// Takes a ticket up again.
    ///
    /// # Errors
    /// Not possible where it is still open.
    pub async fn reopen(&self, ticket: TicketId, text: Option<String>) -> Answer {
        self.act(ticket, Act::Reopen { text }).await
    }

    /// Ends a resolved ticket.
    ///
    /// # Errors
    /// Not possible where it is not resolved.
    pub async fn close(&self, ticket: TicketId) -> Answer {
        self.act(ticket, Act::Close).await
    }

    /// Changes how urgent a ticket is.
    ///
    /// # Errors
    /// Not possible where it is over.
    pub async fn reprioritise(&self, ticket: TicketId, to: Priority) -> Answer {
        self.act(ticket, Act::Reprioritise { to }).await
    }

    /// Makes a ticket another kind of ticket, with its time of receipt.
    ///
    /// # Errors
    /// Not possible where it is over.
    pub async fn convert(&self, ticket: TicketId, to: Kind) -> Answer {
        self.act(ticket, Act::Convert { to }).await
    }

    /// Lets the ticket `into` go on in place of `ticket`.
    ///
    /// # Errors
    /// Not possible across customers unless a supervisor does it, or where either is over.
    pub async fn merge(&self, ticket: TicketId, into: TicketId) -> Answer {
        self.act(ticket, Act::Merge { into }).await
    }

    /// Makes a second ticket of some public messages of a ticket, a query of the service's queue;
    /// [`Done::made`] is the new one.
    ///
    /// # Errors
    /// Invalid where a piece is not a public message of the ticket.
    pub async fn split(
        &self,
        ticket: TicketId,
        subject: impl Into<String>,
        service: Code,
        kind: Kind,
        pieces: Vec<PieceId>,
    ) -> Answer {
        self.act(
            ticket,
            Act::Split {
                subject: subject.into(),
                service,
                kind,
                pieces,
            },
        )
        .await
    }

    /// Says what two tickets have to do with each other; both know it then.
    ///
    /// # Errors
    /// Not found where the actor may not see one of them.
    pub async fn link(&self, ticket: TicketId, kind: LinkKind, to: TicketId) -> Answer {
        self.act(ticket, Act::Link { kind, to }).await
    }

    /// Takes a link off both tickets.
    ///
    /// # Errors
    /// Not found where the actor may not see one of them.
    pub async fn unlink(&self, ticket: TicketId, kind: LinkKind, to: TicketId) -> Answer {
        self.act(ticket, Act::Unlink { kind, to }).await
    }

    /// Puts tags on a ticket and takes others off.
    ///
    /// # Errors
    /// Invalid where the rules do not know a tag.
    pub async fn tag(
        &self,
        ticket: TicketId,
        add: impl IntoIterator<Item = Code>,
        remove: impl IntoIterator<Item = Code>,
    ) -> Answer {
        let (add, remove) = (add.into_iter().collect(), remove.into_iter().collect());
        self.act(ticket, Act::Tag { add, remove }).await
    }

    /// Puts a ticket out of sight.
    ///
    /// # Errors
    /// Invalid where the instant is not in the future.
    pub async fn snooze(&self, ticket: TicketId, until: DateTime<Utc>) -> Answer {
        self.act(ticket, Act::Snooze { until }).await
    }

    /// Puts a file on a ticket: its bytes first, then, looked through by the scanner where there is one,
    /// the commit that names them.
    ///
    /// # Errors
    /// Invalid where the file is empty or larger than [`BLOB_MAX`], or where the scanner finds something;
    /// try again where it is not to be had.
    pub async fn attach(&self, ticket: TicketId, file: File) -> Answer {
        let size = file.content.len();
        if size == 0 || size > BLOB_MAX {
            let expected = format!("1 to {BLOB_MAX} bytes, got {size}");
            return Err(Error::invalid("content", expected));
        }
        let inner = &self.desk.inner;
        let blob = inner.blobs.put(&file.content, inner.clock.now()).await?;
        let act = Act::Attach {
            file_name: file.name,
            media_type: file.media_type,
            size: size as u64,
            blob,
            public: file.public,
        };
        self.act(ticket, act).await
    }

    /// Says what the answer was worth, 1 (bad) to 5 (good).
    ///
    /// # Errors
    /// Not possible before the ticket is resolved.
    pub async fn rate(&self, ticket: TicketId, score: u8, text: Option<String>) -> Answer {
        self.act(ticket, Act::Rate { score, text }).await
    }

    /// Forbids the erasure of a ticket, or allows it again.
    ///
    /// # Errors
    /// Not allowed to an agent.
    pub async fn hold(&self, ticket: TicketId, held: bool) -> Answer {
        self.act(ticket, Act::Hold { held }).await
    }

    /// Removes all words of a ticket, and of those it goes on in place of, for good.
    ///
    /// # Errors
    /// Not possible while the ticket is active or held.
    pub async fn erase(&self, ticket: TicketId) -> Answer {
        self.act(ticket, Act::Erase).await
    }
}

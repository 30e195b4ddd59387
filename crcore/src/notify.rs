//! What is owed to someone, and the port that carries it out.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::{AgentId, Code, CustomerId, NoticeId, PieceId, Reference, TicketId};
use crate::ticket::Language;

/// Something that somebody is to be told. Refers to words and copies none, so that erasing the words
/// erases them here too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Which; the same over every try, so that the receiver can tell a second copy.
    pub id: NoticeId,
    /// Grows by one with each change; 1 when it is first owed.
    pub version: u64,
    /// On which ticket.
    pub ticket: TicketId,
    /// To whom.
    pub to: Recipient,
    /// The text it is made of: a name in the bank's set of templates.
    pub text: Code,
    /// What it tells, in order: pieces of words.
    pub pieces: Vec<PieceId>,
    /// When it came to be owed.
    pub created_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: u32,
    /// Where it stands.
    pub state: NoticeState,
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Recipient {
    /// A customer, at the address that the directory has.
    Customer(CustomerId),
    /// Someone of the staff, at the address on the roster.
    Agent(AgentId),
    /// A team, at the address that the rules name.
    Team(Code),
}

/// Where a notice stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum NoticeState {
    /// It is to be sent.
    Owed {
        /// Not before this instant.
        at: DateTime<Utc>,
    },
    /// Somebody is sending it.
    Leased {
        /// After this instant somebody else may.
        until: DateTime<Utc>,
        /// Who.
        by: Uuid,
    },
    /// The carrier took it.
    Delivered {
        /// When.
        at: DateTime<Utc>,
    },
    /// It was given up.
    Dead {
        /// When.
        at: DateTime<Utc>,
        /// Why: the carrier's own words, or ours. Never a customer's.
        why: String,
    },
    /// It is not owed any more: its words were erased or its ticket merged.
    Withdrawn {
        /// When.
        at: DateTime<Utc>,
    },
}

impl Notice {
    /// When somebody has to look at it next; absent once it is settled.
    #[must_use]
    pub fn due_at(&self) -> Option<DateTime<Utc>> {
        match self.state {
            NoticeState::Owed { at } => Some(at),
            NoticeState::Leased { until, .. } => Some(until),
            NoticeState::Delivered { .. }
            | NoticeState::Dead { .. }
            | NoticeState::Withdrawn { .. } => None,
        }
    }

    /// Whether it was given up.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        matches!(self.state, NoticeState::Dead { .. })
    }
}

/// A notice made ready for a carrier: who gets it, where, and what it tells.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Which notice; stable over every try. The e-mail's Message-ID, the webhook's id.
    pub notice: NoticeId,
    /// The ticket: what a mail program threads by.
    pub ticket: TicketId,
    /// What people call the ticket by.
    pub reference: Reference,
    /// How the receiver is addressed.
    pub name: Option<String>,
    /// Where it goes.
    pub email: String,
    /// The language it is written in.
    pub language: Language,
    /// The text it is made of.
    pub text: Code,
    /// When it came to be owed.
    pub created_at: DateTime<Utc>,
    /// What the text may use: `subject`, `message`, `reference`, `name` and so on.
    pub variables: BTreeMap<String, String>,
}

/// A customer's name, address and words stay out of logs.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Message({}, {}, {})",
            self.notice, self.text, self.reference
        )
    }
}

/// Carries messages out.
#[async_trait]
pub trait Notifier: Send + Sync + 'static {
    /// Hands `message` to whoever carries it, and returns once they have taken it.
    ///
    /// # Errors
    /// [`NotifyError`], which says whether a later try may work.
    async fn notify(&self, message: &Message) -> Result<(), NotifyError>;
}

#[async_trait]
impl<N: Notifier + ?Sized> Notifier for Arc<N> {
    async fn notify(&self, message: &Message) -> Result<(), NotifyError> {
        (**self).notify(message).await
    }
}

/// A message was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct NotifyError {
    /// Whether a later try may work.
    pub again: bool,
    /// Why, without what the customer wrote.
    pub why: String,
}

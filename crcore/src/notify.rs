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

/// Where the host shows a ticket: an address for those it is about and one for the staff, each with `{reference}`
/// where the ticket's reference belongs. Told by mail as the variable `link`.
///
/// ```
/// # use crcore::{CasePages, Rules, testing::TestDesk, Desk, MemoryStore};
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let pages = CasePages {
///     customer: "https://care.bank.example/cases/{reference}".into(),
///     staff: "https://care.bank.example/desk/cases/{reference}".into(),
/// };
/// let desk = Desk::builder(MemoryStore::new()).case_pages(pages).open().await?;
/// # Ok::<(), crcore::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CasePages {
    /// As its customer sees it.
    pub customer: String,
    /// As the staff see it.
    pub staff: String,
}

impl CasePages {
    /// What stands for the reference.
    const HOLE: &str = "{reference}";

    /// The option whose address does not name the ticket.
    pub(crate) fn nameless(&self) -> Option<&'static str> {
        let pages = [
            ("case_pages.customer", &self.customer),
            ("case_pages.staff", &self.staff),
        ];
        let mut nameless = pages
            .into_iter()
            .filter(|(_, page)| !page.contains(Self::HOLE));
        nameless.next().map(|(option, _)| option)
    }

    /// Where who is told sees the ticket.
    pub(crate) fn link(&self, reference: Reference, to: &Recipient) -> String {
        let page = match to {
            Recipient::Customer(_) => &self.customer,
            Recipient::Agent(_) | Recipient::Team(_) => &self.staff,
        };
        page.replace(Self::HOLE, &reference.to_string())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_is_sent_to_its_own_page() {
        let pages = CasePages {
            customer: "https://care.bank.example/cases/{reference}".into(),
            staff: "https://care.bank.example/desk/{reference}".into(),
        };
        let reference = Reference::from_random([7; 32]);
        let customer = Recipient::Customer(Uuid::nil().into());
        assert_eq!(
            pages.link(reference, &customer),
            format!("https://care.bank.example/cases/{reference}")
        );
        let agent = Recipient::Agent(Uuid::nil().into());
        assert_eq!(
            pages.link(reference, &agent),
            format!("https://care.bank.example/desk/{reference}")
        );
    }
}

//! What somebody asks the desk to do.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::actor::{Actor, Role};
use crate::id::{AgentId, BlobId, Code, CustomerId, PieceId, Reference, TicketId};
use crate::money::Amount;
use crate::ticket::{
    Channel, Kind, Language, LinkKind, Outcome, Priority, Ticket, Verb, WaitingOn,
};

/// The longest subject line, in characters: what a list on a screen can show.
pub const SUBJECT_MAX: usize = 200;
/// The longest text, in bytes: a long letter many times over, and a bound on a row.
pub const TEXT_MAX: usize = 64 * 1024;
/// The most custom fields on a ticket.
pub const FIELDS_MAX: usize = 64;
/// The most tags on a ticket.
pub const TAGS_MAX: usize = 32;
/// The most links on a ticket.
pub const LINKS_MAX: usize = 100;
/// The most files on a ticket.
pub const ATTACHMENTS_MAX: usize = 100;
/// The most tickets that one goes on in place of.
pub const ABSORBED_MAX: usize = 100;
/// The longest idempotency key, in bytes.
pub const KEY_MAX: usize = 255;

/// A command: who asks, what for, and under which idempotency key.
#[derive(Clone, Serialize, Deserialize)]
pub struct Request {
    /// Who asks.
    pub actor: Actor,
    /// With the same key and command, the same actor gets the same answer for 24 hours, and the
    /// command has one effect. At most [`KEY_MAX`] bytes.
    pub key: Option<String>,
    /// What for.
    pub command: Command,
}

/// What to do.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Bring a new ticket to the desk.
    Raise(Box<Raise>),
    /// Do something to a ticket.
    On {
        /// To which.
        ticket: TicketId,
        /// The version that the caller looked at; the command is refused if the ticket moved on since.
        seen: Option<u64>,
        /// What.
        act: Act,
    },
}

/// A new ticket. [`Raise::new`] fills in what is usual.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raise {
    /// Whose it is.
    pub customer: CustomerId,
    /// What it is about: one of the services of the rules.
    pub service: Code,
    /// Its subject line, 1 to [`SUBJECT_MAX`] characters.
    pub subject: String,
    /// What the customer wrote, at most [`TEXT_MAX`] bytes.
    #[serde(default)]
    pub body: Option<String>,
    /// What the customer wants. A complaint unless said otherwise.
    pub kind: Kind,
    /// How urgent it is; the service's own priority unless said otherwise.
    #[serde(default)]
    pub priority: Option<Priority>,
    /// How it came in. The web unless said otherwise.
    pub channel: Channel,
    /// The language of the answer.
    #[serde(default)]
    pub language: Language,
    /// When the bank got it, if that was before now. Not later than now; the law counts from it.
    #[serde(default)]
    pub received_at: Option<DateTime<Utc>>,
    /// The money it is about.
    #[serde(default)]
    pub amount: Option<Amount>,
    /// Tags of the rules.
    #[serde(default)]
    pub tags: BTreeSet<Code>,
    /// Fields of the rules.
    #[serde(default)]
    pub fields: BTreeMap<Code, Field>,
}

impl Raise {
    /// A complaint that came in by the web, of the service's usual priority, received now.
    #[must_use]
    pub fn new(customer: CustomerId, service: Code, subject: impl Into<String>) -> Self {
        Self {
            customer,
            service,
            subject: subject.into(),
            body: None,
            kind: Kind::Complaint,
            priority: None,
            channel: Channel::Web,
            language: Language::default(),
            received_at: None,
            amount: None,
            tags: BTreeSet::new(),
            fields: BTreeMap::new(),
        }
    }
}

/// A custom field as it is filled in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum Field {
    /// Free text, at most [`TEXT_MAX`] bytes.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A day.
    Date(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
    /// Money.
    Amount(Amount),
    /// One of the desk's codes.
    Choice(Code),
}

/// What to do to a ticket.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Act {
    /// Correct what it says; absent is as it was.
    Amend(Box<Amend>),
    /// Let allocation choose an agent.
    Allocate,
    /// Give it to an agent.
    Assign {
        /// Whom.
        to: AgentId,
    },
    /// Take it.
    Claim,
    /// Put it back into its queue.
    Release,
    /// Write what customer and desk both see.
    Reply {
        /// What, 1 to [`TEXT_MAX`] bytes.
        text: String,
    },
    /// Write what the customer does not see.
    Note {
        /// What, 1 to [`TEXT_MAX`] bytes.
        text: String,
    },
    /// Wait for somebody else.
    Wait {
        /// For whom.
        on: WaitingOn,
    },
    /// Stop waiting.
    Resume,
    /// Answer it for good. A customer may only withdraw.
    Resolve {
        /// How.
        outcome: Outcome,
        /// What the customer is told.
        text: Option<String>,
    },
    /// Take it up again.
    Reopen {
        /// Why.
        text: Option<String>,
    },
    /// End it.
    Close,
    /// Change how urgent it is.
    Reprioritise {
        /// To what.
        to: Priority,
    },
    /// Make it another kind of ticket, with its time of receipt.
    Convert {
        /// Which.
        to: Kind,
    },
    /// Let another ticket go on in its place.
    Merge {
        /// Which.
        into: TicketId,
    },
    /// Make a second ticket of a part of it.
    Split {
        /// The new one's subject line.
        subject: String,
        /// What the new one is about.
        service: Code,
        /// What the new one wants.
        kind: Kind,
        /// The public messages that it takes along, by their pieces of words.
        pieces: Vec<PieceId>,
    },
    /// Say what it has to do with another ticket.
    Link {
        /// What.
        kind: LinkKind,
        /// With which.
        to: TicketId,
    },
    /// Take a link off.
    Unlink {
        /// Which kind.
        kind: LinkKind,
        /// With which.
        to: TicketId,
    },
    /// Change its tags.
    Tag {
        /// Tags to put on.
        #[serde(default)]
        add: BTreeSet<Code>,
        /// Tags to take off.
        #[serde(default)]
        remove: BTreeSet<Code>,
    },
    /// Put it out of sight.
    Snooze {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// Put a file on it, whose bytes were put into the blobs before. Where there is a scanner, it looks
    /// through them before the file is on the ticket.
    Attach {
        /// The file's name, 1 to [`SUBJECT_MAX`] characters.
        file_name: String,
        /// Its media type.
        media_type: String,
        /// Its length in bytes.
        size: u64,
        /// Where its bytes are.
        blob: BlobId,
        /// Whether the customer sees it. What a customer attaches, they see.
        public: bool,
    },
    /// Say what the answer was worth.
    Rate {
        /// 1 (bad) to 5 (good).
        score: u8,
        /// What they say of it.
        text: Option<String>,
    },
    /// Forbid its erasure, or allow it again.
    Hold {
        /// Whether it is forbidden.
        held: bool,
    },
    /// Remove its words for good.
    Erase,
}

/// A correction; absent is as it was.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Amend {
    /// Its subject line.
    pub subject: Option<String>,
    /// What it is about; a service of another queue takes it there.
    pub service: Option<Code>,
    /// The money it is about.
    pub amount: Option<Amount>,
    /// The language of the answer.
    pub language: Option<Language>,
    /// Fields to fill in or change.
    pub fields: BTreeMap<Code, Field>,
}

impl Act {
    /// The verb of the life cycle and the access table that this is, when `actor` does it.
    #[must_use]
    pub fn verb(&self, actor: Actor) -> Verb {
        let customer = actor.role() == Role::Customer;
        match self {
            Self::Amend(_) => Verb::Amend,
            Self::Allocate => Verb::Allocate,
            Self::Assign { .. } => Verb::Assign,
            Self::Claim => Verb::Claim,
            Self::Release => Verb::Release,
            Self::Reply { .. } if customer => Verb::Write,
            Self::Reply { .. } => Verb::Reply,
            Self::Note { .. } => Verb::Note,
            Self::Wait {
                on: WaitingOn::Customer,
            } => Verb::WaitForCustomer,
            Self::Wait {
                on: WaitingOn::ThirdParty,
            } => Verb::WaitForThirdParty,
            Self::Resume => Verb::Resume,
            Self::Resolve {
                outcome: Outcome::Withdrawn,
                ..
            } if customer => Verb::Withdraw,
            Self::Resolve { .. } => Verb::Resolve,
            Self::Reopen { .. } => Verb::Reopen,
            Self::Close => Verb::Close,
            Self::Reprioritise { .. } => Verb::Reprioritise,
            Self::Convert { .. } => Verb::Convert,
            Self::Merge { .. } => Verb::Merge,
            Self::Split { .. } => Verb::Split,
            Self::Link { .. } | Self::Unlink { .. } => Verb::Link,
            Self::Tag { .. } => Verb::Tag,
            Self::Snooze { .. } => Verb::Snooze,
            Self::Attach { .. } => Verb::Attach,
            Self::Rate { .. } => Verb::Rate,
            Self::Hold { .. } => Verb::Hold,
            Self::Erase => Verb::Erase,
        }
    }
}

/// What a command did. The same again for the same idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The ticket it was done to, or that was raised.
    pub ticket: TicketId,
    /// What people call it by.
    pub reference: Reference,
    /// Its version since.
    pub version: u64,
    /// The ticket that was split off.
    pub made: Option<TicketId>,
}

impl Done {
    /// What was done to `ticket`, as it is since.
    #[must_use]
    pub(crate) fn to(ticket: &Ticket) -> Self {
        Self {
            ticket: ticket.id,
            reference: ticket.reference,
            version: ticket.version,
            made: None,
        }
    }
}

//! What happened to a ticket: the append-only truth of which everything else is derived.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::agent::Pool;
use crate::id::{AgentId, Code, CustomerId, EventId, PieceId, Reference, TicketId};
use crate::money::Amount;
use crate::ticket::{
    Attachment, Channel, Decision, FieldValue, How, Kind, Language, Link, Mark, Outcome, Priority,
    Sla, Target, WaitingOn,
};
use crate::words::Piece;

/// One thing that happened to one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The form of the canonical text: how these fields are written as JSON. Now [`Event::FORM`].
    pub form: u16,
    /// Which.
    pub id: EventId,
    /// To what.
    pub ticket: TicketId,
    /// Its place in the ticket's history, from 1 without a gap.
    pub seq: u64,
    /// When; never before the event before it.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: Actor,
    /// What.
    pub fact: Fact,
}

/// An event's text cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("a stored event cannot be read: {0}")]
pub struct EventTextError(#[from] serde_json::Error);

impl Event {
    /// The form in which events are written now.
    pub const FORM: u16 = 1;

    /// The canonical text: what is stored verbatim and what the chain hashes. JSON with the fields in
    /// the order declared here, and no number that is not an integer.
    ///
    /// # Errors
    /// [`EventTextError`] where the event cannot be written as JSON, which no event of the desk does.
    pub fn to_text(&self) -> Result<String, EventTextError> {
        Ok(serde_json::to_string(self)?)
    }

    /// Reads a canonical text.
    ///
    /// # Errors
    /// [`EventTextError`] where the text is not an event in a form known here.
    pub fn from_text(text: &str) -> Result<Self, EventTextError> {
        Ok(serde_json::from_str(text)?)
    }

    /// Whether the customer may see it. What the desk does among itself, they do not.
    #[must_use]
    pub fn is_public(&self) -> bool {
        match &self.fact {
            Fact::Raised(_)
            | Fact::Amended(_)
            | Fact::Replied { .. }
            | Fact::Waiting { .. }
            | Fact::Resumed
            | Fact::Resolved { .. }
            | Fact::Reopened { .. }
            | Fact::Closed
            | Fact::Converted { .. }
            | Fact::MergedInto { .. }
            | Fact::Rated { .. }
            | Fact::Called { .. }
            | Fact::Erased { .. } => true,
            Fact::Attached { attachment } => attachment.public,
            Fact::Queued { .. }
            | Fact::Unplaced { .. }
            | Fact::Assigned { .. }
            | Fact::Released { .. }
            | Fact::Noted { .. }
            | Fact::Reprioritised { .. }
            | Fact::Absorbed { .. }
            | Fact::SplitOff { .. }
            | Fact::Linked { .. }
            | Fact::Unlinked { .. }
            | Fact::Tagged { .. }
            | Fact::Snoozed { .. }
            | Fact::Woken
            | Fact::Held { .. }
            | Fact::Deadlines { .. }
            | Fact::Warned { .. }
            | Fact::Breached { .. }
            | Fact::Escalated { .. }
            | Fact::Met { .. }
            | Fact::Missed { .. } => false,
        }
    }

    /// The message to or from the customer that this is, as its piece of words: what a split can take along.
    #[must_use]
    pub fn public_message(&self) -> Option<PieceId> {
        match &self.fact {
            Fact::Raised(raised) => raised.body.map(|piece| piece.id),
            Fact::Replied { words } => Some(words.id),
            Fact::Resolved { words, .. } | Fact::Reopened { words } => words.map(|piece| piece.id),
            _ => None,
        }
    }
}

/// What happened. Holds ids, codes, instants, integers and amounts; what a person typed is a
/// [`Piece`], kept apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Fact {
    /// The ticket came to the desk. Always its first event.
    Raised(Box<Raised>),
    /// What it says was corrected.
    Amended(Box<Amended>),
    /// It waits in a queue for an agent.
    Queued {
        /// Which queue.
        queue: Code,
        /// When allocation is to try it; absent where nobody allocates.
        allocate_at: Option<DateTime<Utc>>,
    },
    /// Allocation found nobody who could take it.
    Unplaced {
        /// Why.
        decision: Decision,
    },
    /// An agent has it.
    Assigned {
        /// Who.
        agent: AgentId,
        /// The capacity it takes.
        pool: Pool,
        /// How much of it.
        units: u32,
        /// How they came to it.
        how: How,
    },
    /// The agent who had it has it no more.
    Released {
        /// Who had it.
        agent: AgentId,
        /// The capacity that came free.
        pool: Pool,
        /// How much of it.
        units: u32,
    },
    /// Somebody wrote what customer and agent both see.
    Replied {
        /// What.
        words: Piece,
    },
    /// Somebody wrote what the customer does not see.
    Noted {
        /// What.
        words: Piece,
    },
    /// Somebody else has to do something first.
    Waiting {
        /// Who.
        on: WaitingOn,
    },
    /// It waits no more.
    Resumed,
    /// It was answered.
    Resolved {
        /// How.
        outcome: Outcome,
        /// What the customer was told.
        words: Option<Piece>,
        /// When it closes by itself.
        close_at: Option<DateTime<Utc>>,
    },
    /// It was taken up again.
    Reopened {
        /// Why.
        words: Option<Piece>,
    },
    /// It is over.
    Closed,
    /// How urgent it is changed.
    Reprioritised {
        /// To what.
        priority: Priority,
    },
    /// It became another kind of ticket.
    Converted {
        /// Which.
        kind: Kind,
    },
    /// Another ticket goes on in its place.
    MergedInto {
        /// Which; [`TicketId::ELSEWHERE`] to a customer whose it is not.
        ticket: TicketId,
    },
    /// It goes on in place of another ticket.
    Absorbed {
        /// Which.
        ticket: TicketId,
        /// The sequence number of the last event that it took over.
        head: u64,
        /// The earlier of both receipts.
        received_at: DateTime<Utc>,
        /// The other's attachments.
        attachments: Vec<Attachment>,
        /// All that the other had absorbed before.
        absorbed: BTreeSet<TicketId>,
    },
    /// A second ticket was made of a part of it.
    SplitOff {
        /// Which.
        ticket: TicketId,
    },
    /// It has something to do with another ticket.
    Linked {
        /// What, and which.
        link: Link,
    },
    /// It has nothing to do with another ticket any more.
    Unlinked {
        /// What, and which.
        link: Link,
    },
    /// Its tags changed.
    Tagged {
        /// Put on.
        added: BTreeSet<Code>,
        /// Taken off.
        removed: BTreeSet<Code>,
    },
    /// It is out of sight.
    Snoozed {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// It is in sight again.
    Woken,
    /// A file was put on it.
    Attached {
        /// Which.
        attachment: Attachment,
    },
    /// The customer said what the answer was worth.
    Rated {
        /// 1 (bad) to 5 (good).
        score: u8,
        /// What they said of it.
        words: Option<Piece>,
    },
    /// Its customer was called to a counter.
    Called {
        /// Which.
        counter: Code,
        /// The how-manieth time.
        times: u32,
    },
    /// Its erasure was forbidden, or allowed again.
    Held {
        /// Whether it is forbidden now.
        held: bool,
    },
    /// Its words were removed for good.
    Erased {},
    /// Its deadlines were set anew: by a policy, a pause, a change of what it is.
    Deadlines {
        /// All of them, as they stand from now on; absent where no policy applies.
        sla: Option<Sla>,
    },
    /// A deadline comes near.
    Warned(Passed),
    /// A due instant passed.
    Breached(Passed),
    /// A step of escalation was taken.
    Escalated(Passed),
    /// A target was reached in time.
    Met(Reached),
    /// A target was reached too late.
    Missed(Reached),
}

/// A milestone that a timer passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// Of which target.
    pub target: Target,
    /// The how-manieth time.
    pub cycle: u32,
    /// Which milestone.
    pub mark: Mark,
    /// The true instant, however late it was noticed.
    pub at: DateTime<Utc>,
}

/// A target that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// Which.
    pub target: Target,
    /// The how-manieth time.
    pub cycle: u32,
    /// When it was due; absent when it was reached during a pause.
    pub due_at: Option<DateTime<Utc>>,
    /// Seconds to spare, negative when late, in the target's own time (business or calendar).
    pub margin_s: i64,
}

/// What a ticket is when it comes to the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// What people call it by.
    pub reference: Reference,
    /// Complaint, query, request, service or quote.
    pub kind: Kind,
    /// How urgent it is.
    pub priority: Priority,
    /// What it is about.
    pub service: Code,
    /// Who is to answer it.
    pub queue: Code,
    /// How it came in.
    pub channel: Channel,
    /// The language the customer is answered in.
    pub language: Language,
    /// Whose it is.
    pub customer: CustomerId,
    /// When the bank got it.
    pub received_at: DateTime<Utc>,
    /// Its subject line.
    pub subject: Piece,
    /// What the customer wrote.
    pub body: Option<Piece>,
    /// The money it is about.
    pub amount: Option<Amount>,
    /// Words of the bank's vocabulary that were put on it.
    pub tags: BTreeSet<Code>,
    /// What the bank's own form asks.
    pub fields: BTreeMap<Code, FieldValue>,
    /// The ticket that it was split from.
    pub split_from: Option<TicketId>,
    /// What it tells of that ticket.
    pub borrowed: Vec<PieceId>,
}

/// What was corrected; absent is as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amended {
    /// Its subject line.
    pub subject: Option<Piece>,
    /// What it is about.
    pub service: Option<Code>,
    /// Who is to answer it.
    pub queue: Option<Code>,
    /// The money it is about.
    pub amount: Option<Amount>,
    /// The language the customer is answered in.
    pub language: Option<Language>,
    /// Fields that were filled in or changed.
    pub fields: BTreeMap<Code, FieldValue>,
}

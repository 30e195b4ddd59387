#![doc = include_str!("../../docs/lifecycle.md")]

mod assignment;
mod attributes;
mod fold;
mod lifecycle;
mod quotation;
mod sla;
mod status;
mod token;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use assignment::{Assignment, Considered, Decision, How, LeftOut, TieBreak};
pub(crate) use attributes::named;
pub use attributes::{
    Channel, FieldType, FieldValue, Kind, Language, LanguageError, Link, LinkKind, Priority,
};
pub use fold::FoldError;
pub use lifecycle::{Verb, is_legal, legal, next_status};
pub use quotation::{ACCEPTED, FILLED_BY_DESK, QUOTED, Quoted, VALID_UNTIL};
pub use sla::{Mark, Milestone, Pause, PauseCause, Sla, Target, Timer, Verdict};
pub use status::{Outcome, Status, StatusName, WaitingOn};
pub use token::{BRANCH, TOKEN, TokenNumber, TokenNumberError};

use crate::id::{AgentId, Code, CustomerId, PieceId, Reference, TicketId};
use crate::money::Amount;
use crate::words::Piece;

/// One thing that a customer wants of the bank, as it stands after its last event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Which.
    pub id: TicketId,
    /// The sequence number of its last event.
    pub version: u64,
    /// What people call it by.
    pub reference: Reference,
    /// Complaint, query, request, service or quote.
    pub kind: Kind,
    /// Where it stands in its life.
    pub status: Status,
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
    /// Who has it now.
    pub assignment: Option<Assignment>,
    /// Who had it last and put it back or lost it, while nobody has it: allocation passes them over.
    pub put_back_by: Option<AgentId>,
    /// When allocation is to try it next, while it waits for an agent.
    pub allocate_at: Option<DateTime<Utc>>,
    /// Its subject line.
    pub subject: Piece,
    /// The money it is about.
    pub amount: Option<Amount>,
    /// Words of the bank's vocabulary that were put on it.
    pub tags: BTreeSet<Code>,
    /// What the bank's own form asks, by field.
    pub fields: BTreeMap<Code, FieldValue>,
    /// Tickets it belongs with.
    pub links: BTreeSet<Link>,
    /// Files on it, in the order they came.
    pub attachments: Vec<Attachment>,
    /// When the bank got it: what the law counts from.
    pub received_at: DateTime<Utc>,
    /// When it was entered here.
    pub raised_at: DateTime<Utc>,
    /// When its last event happened.
    pub updated_at: DateTime<Utc>,
    /// When an agent first answered in public.
    pub first_response_at: Option<DateTime<Utc>>,
    /// Its deadlines.
    pub sla: Option<Sla>,
    /// When nobody here had to act, in order and apart; the last one is open while it lasts.
    pub pauses: Vec<Pause>,
    /// Until when it is out of sight.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// When it closes by itself, once resolved.
    pub close_at: Option<DateTime<Utc>>,
    /// What the customer thought of the answer.
    pub rating: Option<Rating>,
    /// How often it was resolved and taken up again.
    pub reopened: u32,
    /// How often it was taken from an agent, or given back.
    pub reassigned: u32,
    /// The ticket that goes on in its place; [`TicketId::ELSEWHERE`] to a customer whose it is not.
    pub merged_into: Option<TicketId>,
    /// The tickets it goes on in place of.
    pub absorbed: BTreeSet<TicketId>,
    /// Pieces of words that were written on another ticket and are told here too, after a split.
    pub borrowed: Vec<PieceId>,
    /// A court or a regulator forbids its erasure.
    pub held: bool,
    /// When its words were erased.
    pub erased_at: Option<DateTime<Utc>>,
}

/// A file on a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name, type, size and blob: [`crate::AttachmentWords`] as JSON.
    pub piece: Piece,
    /// Whether the customer sees it.
    pub public: bool,
}

/// What the customer thought of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// 1 (bad) to 5 (good).
    pub score: u8,
    /// What they said of it.
    pub words: Option<Piece>,
}

impl Ticket {
    /// The next instant at which anything must happen to this ticket.
    #[must_use]
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        let timers = self
            .sla
            .iter()
            .flat_map(|sla| &sla.timers)
            .filter_map(Timer::next_due);
        timers
            .chain(self.snoozed_until)
            .chain(self.close_at)
            .chain(self.allocate_at)
            .min()
    }

    /// The earliest deadline that is still running, passed or not; none once the desk has nothing to do.
    #[must_use]
    pub fn deadline(&self) -> Option<DateTime<Utc>> {
        if !self.status.is_active() {
            return None;
        }
        self.sla
            .iter()
            .flat_map(|sla| &sla.timers)
            .filter(|t| t.verdict.is_none())
            .filter_map(|t| t.due_at)
            .min()
    }

    /// Whether it waits for an agent: nobody has it, and somebody should.
    #[must_use]
    pub fn is_unassigned(&self) -> bool {
        self.assignment.is_none() && self.status.is_active()
    }
}

//! A ticket as programs read it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use crcore::desk::Entry;
use crcore::ticket::FieldValue;
use crcore::{Actor, Code, Event, Field, PieceId, Ticket, TicketId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::words::{
    AmountText, ChannelName, CodeText, KindName, LanguageTag, LinkName, OutcomeName, PriorityName,
    RoleName, Status,
};
use crate::web::fault::Fault;

/// A field of the rules with what is in it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(
    tag = "type",
    content = "value",
    rename_all = "snake_case",
    deny_unknown_fields
)]
#[schema(as = Field)]
pub(crate) enum FieldBody {
    /// Free text.
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
    Amount(AmountText),
    /// One of the desk's codes.
    Choice(CodeText),
}

impl From<FieldBody> for Field {
    fn from(body: FieldBody) -> Self {
        match body {
            FieldBody::Text(text) => Self::Text(text),
            FieldBody::Number(number) => Self::Number(number),
            FieldBody::Flag(flag) => Self::Flag(flag),
            FieldBody::Date(day) => Self::Date(day),
            FieldBody::Instant(at) => Self::Instant(at),
            FieldBody::Amount(amount) => Self::Amount(amount.0),
            FieldBody::Choice(code) => Self::Choice(code.0),
        }
    }
}

/// Fields as a body has them, as the library takes them.
pub(super) fn fields(given: BTreeMap<String, FieldBody>) -> Result<BTreeMap<Code, Field>, Fault> {
    let read = given.into_iter().map(|(name, value)| {
        let name = name.parse::<Code>();
        let name = name.map_err(|error| Fault::invalid("fields", error.to_string()))?;
        Ok((name, value.into()))
    });
    read.collect()
}

/// Who did something.
#[derive(Serialize, ToSchema)]
#[schema(as = Actor)]
pub(crate) struct ActorBody {
    /// What they are.
    role: RoleName,
    /// Who, but for the desk itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
}

impl From<Actor> for ActorBody {
    fn from(actor: Actor) -> Self {
        let id = match actor {
            Actor::Customer(id) => Some(id.uuid()),
            Actor::Agent(id) | Actor::Supervisor(id) | Actor::Admin(id) => Some(id.uuid()),
            Actor::Service(id) => Some(id.uuid()),
            Actor::System => None,
        };
        Self {
            role: RoleName(actor.role()),
            id,
        }
    }
}

/// What a ticket has to do with another.
#[derive(Serialize, ToSchema)]
#[schema(as = Link)]
pub(crate) struct LinkBody {
    /// What.
    kind: LinkName,
    /// With which ticket.
    ticket: Uuid,
}

/// A ticket as it stands.
#[derive(Serialize, ToSchema)]
#[schema(as = Ticket)]
pub(crate) struct TicketBody {
    /// Which.
    id: Uuid,
    /// What people call it by.
    reference: String,
    /// Grows with each event; the ETag of the ticket.
    version: u64,
    kind: KindName,
    status: Status,
    /// How it was resolved, once it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<OutcomeName>,
    priority: PriorityName,
    /// What it is about.
    service: CodeText,
    /// Who is to answer it.
    queue: CodeText,
    /// How it came in.
    channel: ChannelName,
    /// The language the customer is answered in.
    language: LanguageTag,
    /// Whose it is.
    customer: Uuid,
    /// Who has it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<Uuid>,
    /// Its subject line; absent once it was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// The money it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<AmountText>,
    tags: BTreeSet<CodeText>,
    /// Fields of the rules; free text in them is told when one ticket is read, and not in lists.
    fields: BTreeMap<String, FieldBody>,
    links: Vec<LinkBody>,
    /// When the bank got it: what the law counts from.
    received_at: DateTime<Utc>,
    /// When its last event happened.
    updated_at: DateTime<Utc>,
    /// When it was first answered in public.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_response_at: Option<DateTime<Utc>>,
    /// The nearest deadline that runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<DateTime<Utc>>,
    /// Until when it is out of sight.
    #[serde(skip_serializing_if = "Option::is_none")]
    snoozed_until: Option<DateTime<Utc>>,
    /// What the customer thought of the answer, 1 (bad) to 5 (good).
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<u8>,
    /// The ticket that goes on in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<Uuid>,
    /// Whether its erasure is forbidden.
    held: bool,
    /// When its words were erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    erased_at: Option<DateTime<Utc>>,
}

impl TicketBody {
    /// A ticket, its subject line, and what is known of the texts in its fields.
    pub(super) fn of(
        ticket: &Ticket,
        subject: Option<&String>,
        texts: &BTreeMap<Code, String>,
    ) -> Self {
        let field = |(name, value): (&Code, &FieldValue)| {
            let value = match value {
                FieldValue::Text(_) => FieldBody::Text(texts.get(name)?.clone()),
                FieldValue::Number(number) => FieldBody::Number(*number),
                FieldValue::Flag(flag) => FieldBody::Flag(*flag),
                FieldValue::Date(day) => FieldBody::Date(*day),
                FieldValue::Instant(at) => FieldBody::Instant(*at),
                FieldValue::Amount(amount) => FieldBody::Amount(AmountText(*amount)),
                FieldValue::Choice(code) => FieldBody::Choice(CodeText(code.clone())),
            };
            Some((name.to_string(), value))
        };
        let link = |link: &crcore::ticket::Link| LinkBody {
            kind: LinkName(link.kind),
            ticket: link.ticket.uuid(),
        };
        let outcome = ticket.status.outcome();
        Self {
            id: ticket.id.uuid(),
            reference: ticket.reference.to_string(),
            version: ticket.version,
            kind: KindName(ticket.kind),
            status: Status(ticket.status.name()),
            outcome: outcome.map(OutcomeName),
            priority: PriorityName(ticket.priority),
            service: CodeText(ticket.service.clone()),
            queue: CodeText(ticket.queue.clone()),
            channel: ChannelName(ticket.channel),
            language: LanguageTag(ticket.language.clone()),
            customer: ticket.customer.uuid(),
            agent: ticket.assignment.map(|assignment| assignment.agent.uuid()),
            subject: subject.cloned(),
            amount: ticket.amount.map(AmountText),
            tags: ticket.tags.iter().cloned().map(CodeText).collect(),
            fields: ticket.fields.iter().filter_map(field).collect(),
            links: ticket.links.iter().map(link).collect(),
            received_at: ticket.received_at,
            updated_at: ticket.updated_at,
            first_response_at: ticket.first_response_at,
            deadline: ticket.deadline(),
            snoozed_until: ticket.snoozed_until,
            rating: ticket.rating.map(|rating| rating.score),
            merged_into: ticket.merged_into.map(TicketId::uuid),
            held: ticket.held,
            erased_at: ticket.erased_at,
        }
    }

    /// A list of tickets with their subject lines.
    pub(super) fn list(tickets: &[Ticket], subjects: &HashMap<TicketId, String>) -> Vec<Self> {
        let none = BTreeMap::new();
        let one = |ticket: &Ticket| Self::of(ticket, subjects.get(&ticket.id), &none);
        tickets.iter().map(one).collect()
    }
}

/// A file on a ticket.
#[derive(Serialize, ToSchema)]
#[schema(as = File)]
pub(crate) struct FileBody {
    /// By what it is read.
    id: Uuid,
    name: String,
    /// Its media type, found by content.
    media_type: String,
    /// Its length in bytes.
    size: u64,
}

/// Something that happened to a ticket, with what was said.
#[derive(Serialize, ToSchema)]
#[schema(as = Entry)]
pub(crate) struct EntryBody {
    /// Which event.
    id: Uuid,
    /// To which ticket: another one where this one goes on in its place.
    ticket: Uuid,
    /// Its place in the ticket's history.
    seq: u64,
    at: DateTime<Utc>,
    by: ActorBody,
    /// What happened: `raised`, `replied`, `resolved`.
    what: String,
    /// Whether the customer sees it.
    public: bool,
    /// What was said; absent where nothing was, or where it was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// What a split names the message by, where it is one to the customer or from them.
    #[serde(skip_serializing_if = "Option::is_none")]
    piece: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<FileBody>,
}

impl EntryBody {
    pub(super) fn of(entry: Entry) -> Result<Self, Fault> {
        let Entry { event, text, file } = entry;
        let file = match (&event.fact, file) {
            (crcore::Fact::Attached { attachment }, Some(words)) => Some(FileBody {
                id: attachment.piece.id.uuid(),
                name: words.name,
                media_type: words.media_type,
                size: words.size,
            }),
            _ => None,
        };
        Ok(Self {
            id: event.id.uuid(),
            ticket: event.ticket.uuid(),
            seq: event.seq,
            at: event.at,
            by: event.actor.into(),
            what: what(&event)?.0,
            public: event.is_public(),
            text,
            piece: event.public_message().map(PieceId::uuid),
            file,
        })
    }
}

/// The name of what happened, and all that the event says of it.
pub(super) fn what(event: &Event) -> Result<(String, serde_json::Value), Fault> {
    let mut fact = serde_json::to_value(&event.fact).map_err(Fault::broken)?;
    let name = fact.as_object_mut().and_then(|fact| fact.remove("name"));
    let name = name.and_then(|name| name.as_str().map(str::to_owned));
    let name = name.ok_or_else(|| Fault::broken("a fact without a name"))?;
    Ok((name, fact))
}

//! What programs do to tickets: the acts of the library that its table of access lets a program do.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use crcore::ticket::WaitingOn;
use crcore::{Act, Amend, Done, PieceId, Raise, TicketId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ticket::{FieldBody, fields};
use super::words::{
    AmountText, ChannelName, CodeText, KindName, LanguageTag, LinkName, OutcomeName, PriorityName,
};
use crate::web::fault::Fault;

/// A new ticket.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Raise)]
pub(crate) struct RaiseBody {
    /// Whose it is: the bank's own id of the customer.
    customer: Uuid,
    /// What it is about: a service of the rules.
    service: CodeText,
    #[schema(min_length = 1, max_length = 200)]
    subject: String,
    /// What the customer wrote.
    body: Option<String>,
    /// A complaint unless said otherwise.
    kind: Option<KindName>,
    /// The service's own unless said otherwise.
    priority: Option<PriorityName>,
    /// How it came in; the app unless said otherwise.
    channel: Option<ChannelName>,
    /// The language of the answer.
    language: Option<LanguageTag>,
    /// When the bank got it, if that was before now.
    received_at: Option<DateTime<Utc>>,
    /// The money it is about.
    amount: Option<AmountText>,
    /// Tags of the rules.
    #[serde(default)]
    tags: Vec<CodeText>,
    /// Fields of the rules.
    #[serde(default)]
    fields: BTreeMap<String, FieldBody>,
}

impl RaiseBody {
    pub(super) fn read(self) -> Result<Raise, Fault> {
        let mut raise = Raise::new(self.customer.into(), self.service.0, self.subject);
        raise.body = self.body;
        if let Some(kind) = self.kind {
            raise.kind = kind.0;
        }
        raise.priority = self.priority.map(|priority| priority.0);
        raise.channel = self.channel.map_or(crcore::ticket::Channel::App, |c| c.0);
        if let Some(language) = self.language {
            raise.language = language.0;
        }
        raise.received_at = self.received_at;
        raise.amount = self.amount.map(|amount| amount.0);
        raise.tags = self.tags.into_iter().map(|tag| tag.0).collect();
        raise.fields = fields(self.fields)?;
        Ok(raise)
    }
}

/// For whom a ticket waits.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum On {
    /// The customer.
    Customer,
    /// Somebody outside the desk: another bank, a merchant, the police.
    ThirdParty,
}

/// What to do to a ticket. Who has it, whether it is in sight, what is merged and split is for a token that acts in
/// the place of an agent: the desk refuses others. What those who lead decide, a hold or an erasure, is not among it.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "name", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = Act)]
pub(crate) enum ActBody {
    /// Correct what it says; absent is as it was.
    Amend {
        subject: Option<String>,
        service: Option<CodeText>,
        amount: Option<AmountText>,
        language: Option<LanguageTag>,
        #[serde(default)]
        fields: BTreeMap<String, FieldBody>,
    },
    /// Give it to an agent.
    Assign { to: Uuid },
    /// Take it: the agent in whose place the token acts.
    Claim {},
    /// Put it back into its queue.
    Release {},
    /// Write what customer and desk both see.
    Reply {
        #[schema(min_length = 1)]
        text: String,
    },
    /// Write what the customer does not see.
    Note {
        #[schema(min_length = 1)]
        text: String,
    },
    /// Wait for somebody else.
    Wait { on: On },
    /// Stop waiting.
    Resume {},
    /// Answer it for good.
    Resolve {
        outcome: OutcomeName,
        /// What the customer is told.
        text: Option<String>,
    },
    /// Take it up again.
    Reopen {
        /// Why.
        text: Option<String>,
    },
    /// End it.
    Close {},
    /// Change how urgent it is.
    Reprioritise { to: PriorityName },
    /// Make it another kind of ticket, with its time of receipt.
    Convert { to: KindName },
    /// Let another ticket go on in its place.
    Merge { into: Uuid },
    /// Make a second ticket of a part of it.
    Split {
        /// The new one's subject line.
        #[schema(min_length = 1, max_length = 200)]
        subject: String,
        /// What the new one is about.
        service: CodeText,
        /// What the new one wants.
        kind: KindName,
        /// The public messages that it takes along, each by the `piece` that the thread has.
        #[schema(max_items = 200)]
        pieces: Vec<Uuid>,
    },
    /// Say what it has to do with another ticket.
    Link { kind: LinkName, to: Uuid },
    /// Take a link off.
    Unlink { kind: LinkName, to: Uuid },
    /// Change its tags.
    Tag {
        #[serde(default)]
        add: Vec<CodeText>,
        #[serde(default)]
        remove: Vec<CodeText>,
    },
    /// Put it out of sight until an instant to come.
    Snooze { until: DateTime<Utc> },
}

impl ActBody {
    pub(super) fn read(self) -> Result<Act, Fault> {
        let codes = |codes: Vec<CodeText>| codes.into_iter().map(|code| code.0).collect();
        Ok(match self {
            Self::Amend {
                subject,
                service,
                amount,
                language,
                fields: given,
            } => Act::Amend(Box::new(Amend {
                subject,
                service: service.map(|service| service.0),
                amount: amount.map(|amount| amount.0),
                language: language.map(|language| language.0),
                fields: fields(given)?,
            })),
            Self::Assign { to } => Act::Assign { to: to.into() },
            Self::Claim {} => Act::Claim,
            Self::Release {} => Act::Release,
            Self::Reply { text } => Act::Reply { text },
            Self::Note { text } => Act::Note { text },
            Self::Wait { on } => Act::Wait {
                on: match on {
                    On::Customer => WaitingOn::Customer,
                    On::ThirdParty => WaitingOn::ThirdParty,
                },
            },
            Self::Resume {} => Act::Resume,
            Self::Resolve { outcome, text } => Act::Resolve {
                outcome: outcome.0,
                text,
            },
            Self::Reopen { text } => Act::Reopen { text },
            Self::Close {} => Act::Close,
            Self::Reprioritise { to } => Act::Reprioritise { to: to.0 },
            Self::Convert { to } => Act::Convert { to: to.0 },
            Self::Merge { into } => Act::Merge { into: into.into() },
            Self::Split {
                subject,
                service,
                kind,
                pieces,
            } => Act::Split {
                subject,
                service: service.0,
                kind: kind.0,
                pieces: pieces.into_iter().map(PieceId::from).collect(),
            },
            Self::Link { kind, to } => Act::Link {
                kind: kind.0,
                to: to.into(),
            },
            Self::Unlink { kind, to } => Act::Unlink {
                kind: kind.0,
                to: to.into(),
            },
            Self::Tag { add, remove } => Act::Tag {
                add: codes(add),
                remove: codes(remove),
            },
            Self::Snooze { until } => Act::Snooze { until },
        })
    }
}

/// What was done. The same again for the same idempotency key.
#[derive(Serialize, ToSchema)]
#[schema(as = Done)]
pub(crate) struct DoneBody {
    /// To which ticket, or which was raised.
    pub(super) ticket: Uuid,
    /// What people call it by.
    pub(super) reference: String,
    /// Its version since.
    pub(super) version: u64,
    /// The ticket that was split off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) made: Option<Uuid>,
}

impl From<Done> for DoneBody {
    fn from(done: Done) -> Self {
        Self {
            ticket: done.ticket.uuid(),
            reference: done.reference.to_string(),
            version: done.version,
            made: done.made.map(TicketId::uuid),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crcore::access::{Reach, reach};
    use crcore::ticket::Verb;
    use crcore::{Actor, Role};
    use serde_json::json;
    use uuid::Uuid;

    use super::ActBody;

    #[test]
    fn a_program_is_offered_what_the_librarys_table_lets_it_or_an_agent_do() {
        let id = Uuid::from_u128(7);
        let acts = [
            json!({ "name": "amend", "subject": "Charged twice" }),
            json!({ "name": "assign", "to": id }),
            json!({ "name": "claim" }),
            json!({ "name": "release" }),
            json!({ "name": "reply", "text": "Hello" }),
            json!({ "name": "note", "text": "Called back" }),
            json!({ "name": "wait", "on": "customer" }),
            json!({ "name": "wait", "on": "third_party" }),
            json!({ "name": "resume" }),
            json!({ "name": "resolve", "outcome": "upheld" }),
            json!({ "name": "reopen" }),
            json!({ "name": "close" }),
            json!({ "name": "reprioritise", "to": "high" }),
            json!({ "name": "convert", "to": "query" }),
            json!({ "name": "merge", "into": id }),
            json!({ "name": "split", "subject": "A fee", "service": "cards", "kind": "query", "pieces": [id] }),
            json!({ "name": "link", "kind": "related_to", "to": id }),
            json!({ "name": "unlink", "kind": "related_to", "to": id }),
            json!({ "name": "tag", "add": ["vip"] }),
            json!({ "name": "snooze", "until": "2030-01-01T09:00:00Z" }),
        ];
        let program = Actor::Service(id.into());
        let mut offered = BTreeSet::new();
        for act in acts {
            let act: ActBody = serde_json::from_value(act).unwrap();
            offered.insert(act.read().unwrap().verb(program));
        }
        // A ticket is raised, and a file put on it, at addresses of their own; of two that are merged, one absorbs.
        offered.extend([Verb::Raise, Verb::Attach, Verb::Absorb]);
        let roles = [Role::Service, Role::Agent];
        let may = |verb: &Verb| roles.iter().any(|role| reach(*role, *verb) != Reach::Never);
        let all: BTreeSet<Verb> = Verb::ALL.iter().copied().filter(may).collect();
        assert_eq!(offered, all);
    }

    #[test]
    fn what_an_act_does_not_have_is_refused() {
        for act in [
            json!({ "name": "close", "quietly": true }),
            json!({ "name": "reply", "text": "Hello", "public": false }),
            json!({ "name": "erase" }),
            json!({ "name": "hold", "held": false }),
        ] {
            assert!(serde_json::from_value::<ActBody>(act).is_err());
        }
    }
}

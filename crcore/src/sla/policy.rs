//! What a bank writes: policies as values.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Span;
use crate::actor::Role;
use crate::id::Code;
use crate::money::Amount;
use crate::ticket::{Channel, Kind, Language, Priority, Target, Ticket, WaitingOn};

/// Which tickets have to be answered by when: one entry of the policy file's `sla` list.
///
/// The first policy in the list whose condition a ticket fulfils is the ticket's, whatever its name.
/// It says nothing until it is prepared: [`SlaBook::new`](super::SlaBook::new) checks it.
///
/// ```
/// use crcore::SlaPolicy;
///
/// let policy: SlaPolicy = serde_json::from_str(r#"{
///     "name": "payment-complaints",
///     "when": { "kinds": ["complaint"], "services": ["payments"] },
///     "calendar": "berlin",
///     "targets": {
///         "first_response": { "within": "4h", "warn_before": ["1h"] },
///         "resolution": {
///             "within": "15bd",
///             "warn_before": ["5bd", "1bd"],
///             "escalate": [
///                 { "after": "0m", "do": { "notify": { "team": "complaints-leads" } } },
///                 { "after": "2bd", "do": { "raise_priority": "urgent" } }
///             ]
///         }
///     },
///     "close_after": "10bd"
/// }"#).unwrap();
/// assert_eq!(policy.targets.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlaPolicy {
    /// What people call it; no two policies share a name.
    pub name: Code,
    /// Which tickets it is for. Every ticket when left out.
    #[serde(default, skip_serializing_if = "Condition::is_empty")]
    pub when: Condition,
    /// The calendar of its business time, and whose time zone its days end in. Without one its days
    /// end in UTC and it cannot have business time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Code>,
    /// What has to be done in time. A policy without targets keeps its tickets from those after it.
    #[serde(default)]
    pub targets: BTreeMap<Target, TargetRule>,
    /// How long after its resolution a ticket closes by itself; never when left out. Hours are real
    /// hours here, business days are the calendar's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_after: Option<Span>,
}

/// Which tickets a policy is for: those that fulfil every part. A part that is left out, or empty,
/// asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Condition {
    /// One of these kinds.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub kinds: BTreeSet<Kind>,
    /// One of these priorities.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub priorities: BTreeSet<Priority>,
    /// About one of these services.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub services: BTreeSet<Code>,
    /// Come in by one of these channels.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub channels: BTreeSet<Channel>,
    /// Answered in one of these languages, letter by letter: `pt` is not `pt-BR`.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub languages: BTreeSet<Language>,
    /// With at least one of these tags.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<Code>,
    /// About at least so much money of that currency, as in `"100000 EUR"` (minor units).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_at_least: Option<Amount>,
}

/// By when one thing has to be done, and what happens on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetRule {
    /// How long it may take.
    pub within: Span,
    /// What counts as time. Business time unless said otherwise.
    #[serde(default)]
    pub time: Time,
    /// Whose turn stops the time. When left out, the customer's and a third party's for a resolution,
    /// nobody's for a response. Time in which the ticket counts as resolved never counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<BTreeSet<WaitingOn>>,
    /// How long before the due instant to warn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warn_before: Vec<Span>,
    /// What to do after the due instant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalate: Vec<Escalation>,
}

/// What counts as time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Time {
    /// The open hours of the policy's calendar.
    #[default]
    Business,
    /// Every second.
    Calendar,
}

/// A step taken when a target is late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// How long after the due instant; `0m` at once.
    pub after: Span,
    /// What to do.
    #[serde(rename = "do")]
    pub action: Action,
}

/// What a step of escalation does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Tell somebody.
    Notify(Recipient),
    /// Make the ticket this urgent, unless it already is or more so.
    RaisePriority(Priority),
    /// Take it from its agent and put it back into its queue.
    Release,
}

/// Whom a step of escalation tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// The agent who has the ticket.
    Assignee,
    /// A team of the bank.
    Team(Code),
    /// Everybody of this role: agent, supervisor or admin.
    Role(Role),
}

impl Condition {
    /// Whether a ticket fulfils every part.
    #[must_use]
    pub fn matches(&self, ticket: &Ticket) -> bool {
        fn asks<T: Ord>(of: &BTreeSet<T>, value: &T) -> bool {
            of.is_empty() || of.contains(value)
        }
        asks(&self.kinds, &ticket.kind)
            && asks(&self.priorities, &ticket.priority)
            && asks(&self.services, &ticket.service)
            && asks(&self.channels, &ticket.channel)
            && asks(&self.languages, &ticket.language)
            && (self.tags.is_empty() || !self.tags.is_disjoint(&ticket.tags))
            && self.amount_at_least.is_none_or(|least| {
                ticket.amount.is_some_and(|amount| {
                    amount.currency() == least.currency() && amount.minor >= least.minor
                })
            })
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What a ticket that matches has of what is asked for, part by part.
    pub(super) fn reasons(&self, ticket: &Ticket) -> Vec<String> {
        let tags: Vec<_> = self.tags.intersection(&ticket.tags).collect();
        [
            (!self.kinds.is_empty()).then(|| format!("kind {}", ticket.kind.name())),
            (!self.priorities.is_empty()).then(|| format!("priority {}", ticket.priority.name())),
            (!self.services.is_empty()).then(|| format!("service {}", ticket.service)),
            (!self.channels.is_empty()).then(|| format!("channel {}", ticket.channel.name())),
            (!self.languages.is_empty()).then(|| format!("language {}", ticket.language)),
            tags.first().map(|tag| format!("tag {tag}")),
            self.amount_at_least
                .zip(ticket.amount)
                .map(|(least, amount)| format!("amount {amount}, at least {least}")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl TargetRule {
    /// Whose turn stops the time of `target` under this rule.
    pub(super) fn pauses_on(&self, target: Target, on: WaitingOn) -> bool {
        match &self.pause {
            Some(causes) => causes.contains(&on),
            None => target == Target::Resolution,
        }
    }
}

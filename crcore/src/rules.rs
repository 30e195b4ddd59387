//! The bank's rules as one value: services, queues, calendars, SLA, allocation, vocabulary, texts.
//!
//! A bank writes them as JSON, reviews them like code and hands them to the desk. Their version is the
//! hash of their text; every deadline remembers the version that set it, and the store keeps every
//! version, so an old answer can be explained years later.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::agent::Pool;
use crate::allocation::{AllocationPolicy, Allocator, Rule};
use crate::calendar::Calendar;
use crate::id::{BlobId, Code};
use crate::sla::{SlaBook, SlaError, SlaPolicy, SlaPolicyError};
use crate::ticket::{Channel, FieldType, Priority, Ticket};

/// The rules of a desk, as a bank writes them.
///
/// ```
/// use crcore::Rules;
///
/// let rules = Rules::from_json(r#"{ "services": { "cards": { "queue": "cards" } } }"#).unwrap();
/// assert_eq!(rules.services.len(), 1);
/// assert!(Rules::from_json(r#"{ "servces": {} }"#).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// What tickets can be about.
    pub services: BTreeMap<Code, ServiceRules>,
    /// Queues that have rules of their own; one that a service names and this leaves out has none.
    pub queues: BTreeMap<Code, QueueRules>,
    /// Working hours and holidays, by name.
    pub calendars: BTreeMap<Code, Calendar>,
    /// What is due by when: the first policy whose conditions a ticket meets.
    pub sla: Vec<SlaPolicy>,
    /// How agents are chosen, by the policy's own name.
    pub allocation: Vec<AllocationPolicy>,
    /// The tags that there are.
    pub tags: BTreeSet<Code>,
    /// The custom fields that there are.
    pub fields: BTreeMap<Code, FieldRules>,
    /// Where teams get their mail.
    pub teams: BTreeMap<Code, String>,
    /// Texts that nobody is sent. Unless said otherwise `closed`: who was told that their ticket is
    /// resolved need not hear days later that it closed.
    pub silent: BTreeSet<Code>,
}

/// What a ticket about a service asks of the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceRules {
    /// The queue it goes to.
    pub queue: Code,
    /// How urgent it is unless said otherwise.
    #[serde(default = "normal")]
    pub priority: Priority,
    /// The skills an agent needs for it, each with the least level, 1 to 5.
    #[serde(default)]
    pub skills: BTreeMap<Code, u8>,
    /// How many units of an agent's capacity it takes.
    #[serde(default = "one")]
    pub units: u32,
}

/// How a queue is worked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QueueRules {
    /// The allocation policy that gives its tickets out; without one, agents claim them.
    pub allocation: Option<Code>,
}

/// A custom field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRules {
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// What can be chosen, for a choice.
    #[serde(default)]
    pub choices: BTreeSet<Code>,
}

fn normal() -> Priority {
    Priority::Normal
}

fn one() -> u32 {
    1
}

/// Rules that do not hold together.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// The text is not JSON, or not rules.
    #[error("the rules cannot be read: {0}")]
    Text(#[from] serde_json::Error),
    /// One part names another that is not there, or says what cannot be.
    #[error("{place}: {expected}")]
    Part {
        /// Where in the rules.
        place: String,
        /// What was expected there.
        expected: String,
    },
    /// The deadlines do not hold together.
    #[error(transparent)]
    Sla(#[from] SlaPolicyError),
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            services: BTreeMap::new(),
            queues: BTreeMap::new(),
            calendars: BTreeMap::new(),
            sla: Vec::new(),
            allocation: Vec::new(),
            tags: BTreeSet::new(),
            fields: BTreeMap::new(),
            teams: BTreeMap::new(),
            silent: "closed".parse().into_iter().collect(),
        }
    }
}

impl Rules {
    /// Reads rules from JSON, and refuses what it does not know.
    ///
    /// # Errors
    /// [`RulesError::Text`], with the line and column.
    pub fn from_json(text: &str) -> Result<Self, RulesError> {
        Ok(serde_json::from_str(text)?)
    }

    /// Rules for a desk that answers these services, each in a queue of the same name that agents
    /// claim from. A beginning, and enough for a test.
    pub fn of_services<'a>(services: impl IntoIterator<Item = &'a Code>) -> Self {
        let rules = |code: &Code| ServiceRules {
            queue: code.clone(),
            priority: normal(),
            skills: BTreeMap::new(),
            units: one(),
        };
        let services = services
            .into_iter()
            .map(|code| (code.clone(), rules(code)))
            .collect();
        Self {
            services,
            ..Self::default()
        }
    }
}

/// Rules made ready: checked once, calendars prepared, versioned.
#[derive(Clone)]
pub struct Rulebook {
    rules: Arc<Rules>,
    text: Arc<str>,
    version: Arc<str>,
    sla: Arc<SlaBook>,
    allocators: BTreeMap<Code, Arc<dyn Allocator>>,
    by_queue: BTreeMap<Code, Code>,
}

impl fmt::Debug for Rulebook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rulebook({})", self.version)
    }
}

impl Rulebook {
    /// Checks `rules` and makes them ready.
    ///
    /// # Errors
    /// [`RulesError`], which names the place and what was expected there.
    pub fn new(rules: Rules) -> Result<Self, RulesError> {
        check(&rules)?;
        let text = serde_json::to_string(&rules)?;
        let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        let version: String = BlobId::from(digest).to_string().chars().take(32).collect();
        let sla = SlaBook::new(version.clone(), &rules.calendars, &rules.sla)?;
        let allocators = rules
            .allocation
            .iter()
            .map(|policy| {
                (
                    policy.name().clone(),
                    Arc::new(policy.clone()) as Arc<dyn Allocator>,
                )
            })
            .collect();
        let by_queue = rules
            .queues
            .iter()
            .filter_map(|(queue, rules)| Some((queue.clone(), rules.allocation.clone()?)))
            .collect();
        Ok(Self {
            rules: Arc::new(rules),
            text: text.into(),
            version: version.into(),
            sla: Arc::new(sla),
            allocators,
            by_queue,
        })
    }

    /// Lets the bank's own allocator take the place of the policy called `policy`, or adds it.
    #[must_use]
    pub fn with_allocator(mut self, policy: Code, allocator: Arc<dyn Allocator>) -> Self {
        self.allocators.insert(policy, allocator);
        self
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The rules as JSON: what the version is the hash of.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The first 32 hexadecimal digits of the SHA-256 of the text.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The deadlines.
    #[must_use]
    pub fn sla(&self) -> &SlaBook {
        &self.sla
    }

    pub(crate) fn service(&self, service: &Code) -> Option<&ServiceRules> {
        self.rules.services.get(service)
    }

    pub(crate) fn field(&self, name: &Code) -> Option<FieldType> {
        self.rules.fields.get(name).map(|field| field.kind)
    }

    pub(crate) fn knows_choice(&self, name: &Code, choice: &Code) -> bool {
        self.rules
            .fields
            .get(name)
            .is_some_and(|field| field.choices.contains(choice))
    }

    pub(crate) fn knows_tag(&self, tag: &Code) -> bool {
        self.rules.tags.contains(tag)
    }

    pub(crate) fn is_silent(&self, text: &Code) -> bool {
        self.rules.silent.contains(text)
    }

    pub(crate) fn team(&self, team: &Code) -> Option<&str> {
        self.rules.teams.get(team).map(String::as_str)
    }

    /// Whether any queue is given out by allocation.
    pub(crate) fn allocates(&self) -> bool {
        !self.by_queue.is_empty()
    }

    pub(crate) fn allocator(&self, queue: &Code) -> Option<&dyn Allocator> {
        self.allocators
            .get(self.by_queue.get(queue)?)
            .map(AsRef::as_ref)
    }

    /// Whether this queue's policy wants to know who looks after a customer. A bank's own allocator
    /// always is told.
    pub(crate) fn asks_for_account_owner(&self, queue: &Code) -> bool {
        let Some(name) = self.by_queue.get(queue) else {
            return false;
        };
        let policy = self
            .rules
            .allocation
            .iter()
            .find(|policy| policy.name() == name);
        policy.is_none_or(|policy| policy.rules().contains(&Rule::AccountOwner))
    }

    /// The capacity that a ticket takes, and how much of it.
    pub(crate) fn work_of(&self, ticket: &Ticket) -> (Pool, u32) {
        let pool = match ticket.channel {
            Channel::Phone | Channel::Chat | Channel::Counter => Pool::Live,
            Channel::Web | Channel::Email | Channel::App => Pool::Cases,
        };
        (
            pool,
            self.service(&ticket.service)
                .map_or_else(one, |service| service.units),
        )
    }

    /// Whether a ticket is given out as by `other`: by the same policy, to somebody with the same skills
    /// and as much room; and so where neither gives it out and agents claim it.
    pub(crate) fn gives_out_as(&self, other: &Self, ticket: &Ticket) -> bool {
        let is_given = |book: &Self| book.by_queue.contains_key(&ticket.queue);
        if !is_given(self) && !is_given(other) {
            return true;
        }
        fn way<'a>(book: &'a Rulebook, ticket: &Ticket) -> impl PartialEq + use<'a> {
            let name = book.by_queue.get(&ticket.queue);
            let mut policies = book.rules.allocation.iter();
            let policy = policies.find(|policy| Some(policy.name()) == name);
            (name, policy, book.skills_of(ticket), book.work_of(ticket))
        }
        way(self, ticket) == way(other, ticket)
    }

    /// The skills that a ticket asks for.
    pub(crate) fn skills_of(&self, ticket: &Ticket) -> &BTreeMap<Code, u8> {
        static NONE: BTreeMap<Code, u8> = BTreeMap::new();
        self.service(&ticket.service)
            .map_or(&NONE, |service| &service.skills)
    }

    pub(crate) fn close_at(
        &self,
        ticket: &Ticket,
        resolved_at: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, SlaError> {
        self.sla.close_at(ticket, resolved_at)
    }
}

fn check(rules: &Rules) -> Result<(), RulesError> {
    let part = |place: String, expected: String| Err(RulesError::Part { place, expected });
    for (name, service) in &rules.services {
        if service.units == 0 {
            return part(format!("services.{name}.units"), "at least 1, got 0".into());
        }
        if let Some((skill, level)) = service.skills.iter().find(|(_, l)| !(1..=5).contains(*l)) {
            let place = format!("services.{name}.skills.{skill}");
            return part(place, format!("a level from 1 to 5, got {level}"));
        }
    }
    let mut policies = BTreeSet::new();
    for (nth, policy) in rules.allocation.iter().enumerate() {
        if !policies.insert(policy.name()) {
            let place = format!("allocation[{nth}].name");
            return part(
                place,
                format!("a name of its own, got {} again", policy.name()),
            );
        }
    }
    for (name, queue) in &rules.queues {
        if let Some(policy) = queue.allocation.as_ref().filter(|p| !policies.contains(p)) {
            let place = format!("queues.{name}.allocation");
            return part(
                place,
                format!("one of the allocation policies, got {policy}"),
            );
        }
    }
    for (name, field) in &rules.fields {
        if (field.kind == FieldType::Choice) == field.choices.is_empty() {
            let place = format!("fields.{name}.choices");
            return part(place, "choices for a choice, and for nothing else".into());
        }
    }
    for (team, address) in &rules.teams {
        if !address.contains('@') {
            return part(format!("teams.{team}"), "an e-mail address".into());
        }
    }
    Ok(())
}

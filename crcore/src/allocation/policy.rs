//! A chain of rules, and the pick it makes.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::agent::{Load, Standing};
use crate::allocation::{Allocator, Work};
use crate::id::{AgentId, Code};
use crate::ticket::{Considered, Decision, LeftOut, TieBreak};

/// Whom allocation prefers among the agents who can take a ticket: a chain of rules, each of which
/// orders those whom the rules before it left equal. What is equal to the end goes to who has waited
/// longest for work, then to the smaller id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct AllocationPolicy {
    name: Code,
    rules: Vec<Rule>,
}

/// One preference of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Who looks after the customer's account.
    AccountOwner,
    /// Who knows more: the greatest sum of levels over the skills that the ticket asks for.
    Skills,
    /// Who would carry the smallest share of their capacity with the ticket.
    LeastLoaded,
    /// Who has waited longest for work in the ticket's pool; never given any comes first.
    RoundRobin,
}

/// Rules that make no chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// There is none.
    #[error("expected at least one of account_owner, skills, least_loaded, round_robin; got none")]
    Empty,
    /// A rule comes again, where it can tell nobody apart any more.
    #[error("expected each rule once; got {} again", .0.name())]
    Repeated(Rule),
    /// A rule comes after round robin, which hardly ever leaves anybody equal.
    #[error("expected round_robin to be the last rule; got {} after it", .0.name())]
    AfterRoundRobin(Rule),
}

impl AllocationPolicy {
    /// The policy called `name` with these rules, the most important first.
    ///
    /// # Errors
    /// [`PolicyError`] where a rule could never decide anything, or there is none.
    pub fn new(name: Code, rules: Vec<Rule>) -> Result<Self, PolicyError> {
        if rules.is_empty() {
            return Err(PolicyError::Empty);
        }
        for (place, &rule) in rules.iter().enumerate() {
            let before = &rules[..place];
            if before.contains(&rule) {
                return Err(PolicyError::Repeated(rule));
            }
            if before.contains(&Rule::RoundRobin) {
                return Err(PolicyError::AfterRoundRobin(rule));
            }
        }
        Ok(Self { name, rules })
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &Code {
        &self.name
    }

    /// Its rules, the most important first.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The better of two comes first, and what told them apart.
    fn compare(&self, a: &Able<'_>, b: &Able<'_>) -> (Ordering, TieBreak) {
        let last = [Rule::RoundRobin];
        let rules = self.rules.iter().chain(&last);
        rules
            .map(|rule| (rule.compare(a, b), rule.tie_break()))
            .find(|(order, _)| order.is_ne())
            .unwrap_or_else(|| (a.id().cmp(&b.id()), TieBreak::Id))
    }

    fn decided_by(&self, able: &[Able<'_>]) -> Option<TieBreak> {
        match able {
            [] => None,
            [_] => Some(TieBreak::OnlyOne),
            [chosen, next, ..] => Some(self.compare(chosen, next).1),
        }
    }
}

impl Allocator for AllocationPolicy {
    fn choose(&self, work: &Work<'_>, candidates: &[Standing], _now: DateTime<Utc>) -> Decision {
        let mut able = Vec::with_capacity(candidates.len());
        let mut left_out = Vec::new();
        for standing in candidates {
            match work.left_out(standing) {
                None => able.push(Able::new(work, standing)),
                Some(reason) => left_out.push((standing, reason)),
            }
        }
        // Only the best are told of, so only they are put in order.
        if able.len() > Decision::KEPT {
            able.select_nth_unstable_by(Decision::KEPT, |a, b| self.compare(a, b).0);
            able.truncate(Decision::KEPT);
        }
        able.sort_unstable_by(|a, b| self.compare(a, b).0);
        // "Why not their own adviser" is asked first.
        left_out.sort_unstable_by_key(|(standing, _)| {
            let id = standing.agent.id;
            (Some(id) != work.account_owner, id)
        });
        let first = able.iter().map(|able| (able.standing, None));
        let last = left_out.into_iter().map(|(who, why)| (who, Some(why)));
        Decision {
            policy: self.name.clone(),
            chosen: able.first().map(Able::id),
            decided_by: self.decided_by(&able),
            looked_at: u32::try_from(candidates.len()).unwrap_or(u32::MAX),
            considered: first
                .chain(last)
                .take(Decision::KEPT)
                .map(|(standing, left_out)| considered(work, standing, left_out))
                .collect(),
        }
    }
}

fn considered(work: &Work<'_>, standing: &Standing, left_out: Option<LeftOut>) -> Considered {
    let Load {
        units, capacity, ..
    } = standing.load(work.pool);
    Considered {
        agent: standing.agent.id,
        units,
        capacity,
        left_out,
    }
}

/// An agent who can take the ticket, with what the rules compare.
struct Able<'a> {
    standing: &'a Standing,
    owns: bool,
    skill: u32,
    /// What they would carry with the ticket. Within their capacity, which is therefore not zero.
    units: u32,
    load: Load,
}

impl<'a> Able<'a> {
    fn new(work: &Work<'_>, standing: &'a Standing) -> Self {
        let level = |skill| {
            standing
                .agent
                .skills
                .get(skill)
                .copied()
                .map_or(0, u32::from)
        };
        let load = standing.load(work.pool);
        Self {
            standing,
            owns: work.account_owner == Some(standing.agent.id),
            skill: work.skills.keys().map(level).sum(),
            units: load.units + work.units,
            load,
        }
    }

    fn id(&self) -> AgentId {
        self.standing.agent.id
    }
}

impl Rule {
    /// The name used in JSON and in errors.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AccountOwner => "account_owner",
            Self::Skills => "skills",
            Self::LeastLoaded => "least_loaded",
            Self::RoundRobin => "round_robin",
        }
    }

    fn compare(self, a: &Able<'_>, b: &Able<'_>) -> Ordering {
        // a/b < c/d exactly where a*d < c*b; the product of two u32 fits.
        let share = |a: &Able<'_>, b: &Able<'_>| u64::from(a.units) * u64::from(b.load.capacity);
        match self {
            Self::AccountOwner => b.owns.cmp(&a.owns),
            Self::Skills => b.skill.cmp(&a.skill),
            Self::LeastLoaded => share(a, b).cmp(&share(b, a)),
            Self::RoundRobin => a.load.last_assigned.cmp(&b.load.last_assigned),
        }
    }

    fn tie_break(self) -> TieBreak {
        match self {
            Self::AccountOwner => TieBreak::AccountOwner,
            Self::Skills => TieBreak::Skill,
            Self::LeastLoaded => TieBreak::Load,
            Self::RoundRobin => TieBreak::LongestSinceAssigned,
        }
    }
}

/// What a file says, before it is known to make a chain.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    name: Code,
    rules: Vec<Rule>,
}

impl TryFrom<Unchecked> for AllocationPolicy {
    type Error = PolicyError;

    fn try_from(unchecked: Unchecked) -> Result<Self, PolicyError> {
        Self::new(unchecked.name, unchecked.rules)
    }
}

//! Who has a ticket, and why they got it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::agent::Pool;
use crate::id::{AgentId, Code};

/// Who has a ticket now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Who.
    pub agent: AgentId,
    /// The capacity it takes.
    pub pool: Pool,
    /// How much of it.
    pub units: u32,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// How a ticket came to an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum How {
    /// Allocation chose, and says why.
    Allocation {
        /// Why.
        decision: Decision,
    },
    /// The agent took it.
    Claim,
    /// Somebody gave it to them, past their capacity if need be.
    Hand,
}

/// Why allocation chose whom it chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The allocation policy that was in force.
    pub policy: Code,
    /// Who got it; absent when nobody could take it.
    pub chosen: Option<AgentId>,
    /// What told the chosen from the next best; absent when nobody was chosen.
    pub decided_by: Option<TieBreak>,
    /// How many agents were looked at.
    pub looked_at: u32,
    /// The agents looked at, best first and then those left out, at most [`Decision::KEPT`] of them.
    pub considered: Vec<Considered>,
}

impl Decision {
    /// How many agents a decision remembers by name: enough to answer "why not me" in a team, and a
    /// bound on what an event can grow to.
    pub const KEPT: usize = 16;
}

/// An agent that allocation looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Considered {
    /// Who.
    pub agent: AgentId,
    /// Units they carried in the ticket's pool.
    pub units: u32,
    /// Units they may carry in it.
    pub capacity: u32,
    /// Why they could not have it; absent when they could.
    pub left_out: Option<LeftOut>,
}

/// Why an agent could not have a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum LeftOut {
    /// They take no work now.
    Unavailable,
    /// They do not serve the ticket's queue.
    OtherQueue,
    /// They lack a skill, or have it at too low a level.
    Skill {
        /// Which.
        skill: Code,
        /// The level that is asked for.
        needed: u8,
        /// The level they have, 0 for none.
        level: u8,
    },
    /// It would take them past their capacity.
    Full,
    /// They had it, and put it back or lost it to an escalation: somebody else's turn.
    PutBack,
    /// A rule of the bank's own [`crate::Allocator`] kept them out.
    OwnRule {
        /// What the bank calls it.
        rule: Code,
    },
}

/// What told the chosen agent from the next best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieBreak {
    /// There was nobody else.
    OnlyOne,
    /// They own the customer's account.
    AccountOwner,
    /// Their skills fit better.
    Skill,
    /// They carry the smaller share of their capacity.
    Load,
    /// A rule of the bank's own [`crate::Allocator`] put them first.
    OwnRule,
    /// They have waited longest for work.
    LongestSinceAssigned,
    /// All else was equal: the smaller id.
    Id,
}

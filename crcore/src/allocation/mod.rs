#![doc = include_str!("../../docs/allocation.md")]

mod policy;
#[cfg(test)]
mod tests;
mod why;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

pub use policy::{AllocationPolicy, PolicyError, Rule};

use crate::agent::{Pool, Standing};
use crate::id::{AgentId, Code};
use crate::ticket::{Decision, LeftOut, Ticket};

/// A ticket as allocation sees it: what it asks of the agent who gets it.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// The ticket; its queue is the one that the agent must serve.
    pub ticket: &'a Ticket,
    /// The capacity that it takes.
    pub pool: Pool,
    /// How much of it. Zero is work beside other work, and still needs an agent who takes any.
    pub units: u32,
    /// The skills that the agent must have, each with the least level.
    pub skills: &'a BTreeMap<Code, u8>,
    /// The agent who looks after this customer.
    pub account_owner: Option<AgentId>,
}

impl Work<'_> {
    /// Why this agent cannot have the work, whatever a policy prefers: the first that applies of
    /// unavailable, other queue, skill (in order of their codes), full, put back.
    #[must_use]
    pub fn left_out(&self, standing: &Standing) -> Option<LeftOut> {
        let agent = &standing.agent;
        if !agent.available {
            return Some(LeftOut::Unavailable);
        }
        if !agent.queues.contains(&self.ticket.queue) {
            return Some(LeftOut::OtherQueue);
        }
        for (skill, &needed) in self.skills {
            let level = agent.skills.get(skill).copied().unwrap_or(0);
            if level < needed {
                return Some(LeftOut::Skill {
                    skill: skill.clone(),
                    needed,
                    level,
                });
            }
        }
        let load = standing.load(self.pool);
        let after = load.units.checked_add(self.units);
        let fits = load.capacity > 0 && after.is_some_and(|units| units <= load.capacity);
        if !fits {
            return Some(LeftOut::Full);
        }
        (self.ticket.put_back_by == Some(agent.id)).then_some(LeftOut::PutBack)
    }
}

/// Chooses who answers a ticket. [`AllocationPolicy`] is the desk's own; a bank may bring another.
///
/// Pure: the same arguments give the same decision, in whatever order the candidates come. The desk
/// enforces capacity when it commits the choice, so an allocator cannot overload anybody.
pub trait Allocator: Send + Sync + 'static {
    /// Picks one of `candidates`, each of whom comes once, or nobody; says why either way.
    fn choose(&self, work: &Work<'_>, candidates: &[Standing], now: DateTime<Utc>) -> Decision;
}

/// The instant to store as the chosen agent's turn ([`crate::Load::last_assigned`]): `now`, or a
/// microsecond after the latest turn of any candidate. Without it, work that is given out within one
/// instant (an import, a batch) would always be the turn of the agent with the smallest id.
#[must_use]
pub fn next_turn(pool: Pool, candidates: &[Standing], now: DateTime<Utc>) -> DateTime<Utc> {
    candidates
        .iter()
        .filter_map(|standing| standing.load(pool).last_assigned)
        .filter_map(|turn| turn.checked_add_signed(TimeDelta::microseconds(1)))
        .fold(now, DateTime::max)
}

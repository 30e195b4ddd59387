//! A decision in words.

use std::fmt;

use crate::id::AgentId;
use crate::ticket::{Considered, Decision, LeftOut, TieBreak};

impl Decision {
    /// The decision in plain lines: who was chosen and by what, then each agent that was considered
    /// with the units they carried and why they were left out. `name` says what to call an agent.
    #[must_use]
    pub fn why(&self, name: impl Fn(AgentId) -> String) -> String {
        let mut text = format!(
            "policy {} looked at {}",
            self.policy,
            agents(self.looked_at)
        );
        match (self.chosen, self.decided_by) {
            (Some(agent), Some(by)) => text += &format!("; {} has it: {by}", name(agent)),
            (Some(agent), None) => text += &format!("; {} has it", name(agent)),
            (None, _) => text += "; nobody could take it",
        }
        for agent in &self.considered {
            text += &format!("\n  {}: {agent}", name(agent.agent));
        }
        let kept = u32::try_from(self.considered.len()).unwrap_or(u32::MAX);
        match self.looked_at.saturating_sub(kept) {
            0 => {}
            more => text += &format!("\n  and {} more", agents(more)),
        }
        text
    }
}

fn agents(count: u32) -> String {
    match count {
        1 => "1 agent".to_owned(),
        _ => format!("{count} agents"),
    }
}

/// [`Decision::why`], agents by their ids.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why(|agent| agent.to_string()))
    }
}

/// What they carried, and why they were left out: `9 of 10 units, left out: no room`.
impl fmt::Display for Considered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} units", self.units, self.capacity)?;
        match &self.left_out {
            Some(why) => write!(f, ", left out: {why}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable => f.write_str("not available"),
            Self::OtherQueue => f.write_str("does not serve the queue"),
            Self::Skill {
                skill,
                needed,
                level: 0,
            } => write!(f, "lacks {skill}, which must be at level {needed}"),
            Self::Skill {
                skill,
                needed,
                level,
            } => write!(f, "has {skill} at level {level}, which must be {needed}"),
            Self::Full => f.write_str("no room for it"),
            Self::PutBack => f.write_str("put it back"),
            Self::OwnRule { rule } => write!(f, "rule {rule}"),
        }
    }
}

impl fmt::Display for TieBreak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OnlyOne => "nobody else could take it",
            Self::AccountOwner => "looks after the customer's account",
            Self::Skill => "skills fit better",
            Self::Load => "carries the smaller share of their capacity",
            Self::OwnRule => "the bank's own rule",
            Self::LongestSinceAssigned => "has waited longest for work",
            Self::Id => "all else was equal",
        })
    }
}

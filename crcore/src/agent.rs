//! Who answers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::actor::{Actor, Role};
use crate::id::{AgentId, Code};

/// Someone of the bank's staff.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Who.
    pub id: AgentId,
    /// Grows by one with each change; 0 before the first commit.
    pub version: u64,
    /// The name that colleagues and customers see.
    pub name: String,
    /// Where notices to them go.
    pub email: Option<String>,
    /// [`Role::Agent`], [`Role::Supervisor`] or [`Role::Admin`].
    pub role: Role,
    /// The queues whose tickets they see and take.
    pub queues: BTreeSet<Code>,
    /// What they can do, and how well: 1 (a little) to 5 (an expert).
    pub skills: BTreeMap<Code, u8>,
    /// How many units of work they carry at once in each pool. A pool that is absent takes no work.
    pub capacity: BTreeMap<Pool, u32>,
    /// Whether allocation may give them tickets now.
    pub available: bool,
}

impl Agent {
    /// An available agent without queues, skills or capacity.
    #[must_use]
    pub fn new(id: AgentId, name: impl Into<String>) -> Self {
        Self {
            id,
            version: 0,
            name: name.into(),
            email: None,
            role: Role::Agent,
            queues: BTreeSet::new(),
            skills: BTreeMap::new(),
            capacity: BTreeMap::new(),
            available: true,
        }
    }

    /// The actor that this person is.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self.role {
            Role::Supervisor => Actor::Supervisor(self.id),
            Role::Admin => Actor::Admin(self.id),
            Role::Agent | Role::Customer | Role::Service | Role::System => Actor::Agent(self.id),
        }
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Agent({}, version {}, {})",
            self.id,
            self.version,
            self.role.name()
        )
    }
}

/// Work of one kind shares one capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pool {
    /// Work that can be put aside: complaints, queries, mail.
    Cases,
    /// Work that has someone waiting: chat, telephone, counter.
    Live,
}

impl Pool {
    /// Every pool.
    pub const ALL: [Self; 2] = [Self::Cases, Self::Live];

    /// The name used in SQL, JSON and on screen.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::Live => "live",
        }
    }
}

/// How much an agent carries in one pool. Not part of the agent's version: it changes by guarded
/// additions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// Units of the open tickets assigned to them.
    pub units: u32,
    /// Units they may carry.
    pub capacity: u32,
    /// When allocation last gave them work.
    pub last_assigned: Option<DateTime<Utc>>,
}

/// An agent with what they carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Who.
    pub agent: Agent,
    /// What they carry, by pool.
    pub loads: BTreeMap<Pool, Load>,
}

impl Standing {
    /// What they carry in this pool; where nothing was ever stored, nothing of the capacity that the
    /// agent has.
    #[must_use]
    pub fn load(&self, pool: Pool) -> Load {
        let unstored = || Load {
            units: 0,
            capacity: self.agent.capacity.get(&pool).copied().unwrap_or(0),
            last_assigned: None,
        };
        self.loads.get(&pool).copied().unwrap_or_else(unstored)
    }
}

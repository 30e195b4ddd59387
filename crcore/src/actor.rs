//! Who acts.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{AgentId, CustomerId, ServiceAccountId};

/// Who gave a command. The host has made sure that it is them; the desk decides what they may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "role", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// A customer of the bank.
    Customer(CustomerId),
    /// Someone who answers tickets.
    Agent(AgentId),
    /// Someone who leads agents.
    Supervisor(AgentId),
    /// Someone who runs the desk.
    Admin(AgentId),
    /// A program with an identity of its own.
    Service(ServiceAccountId),
    /// The desk itself: timers, allocation, imports.
    System,
}

/// What kind of actor someone is; the columns of the access table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A customer of the bank.
    Customer,
    /// Someone who answers tickets.
    Agent,
    /// Someone who leads agents.
    Supervisor,
    /// Someone who runs the desk.
    Admin,
    /// A program with an identity of its own.
    Service,
    /// The desk itself.
    System,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Customer,
        Self::Agent,
        Self::Supervisor,
        Self::Admin,
        Self::Service,
        Self::System,
    ];

    /// The name used in SQL, JSON and on screen.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Agent => "agent",
            Self::Supervisor => "supervisor",
            Self::Admin => "admin",
            Self::Service => "service",
            Self::System => "system",
        }
    }
}

impl Actor {
    /// What kind of actor this is.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Self::Customer(_) => Role::Customer,
            Self::Agent(_) => Role::Agent,
            Self::Supervisor(_) => Role::Supervisor,
            Self::Admin(_) => Role::Admin,
            Self::Service(_) => Role::Service,
            Self::System => Role::System,
        }
    }

    /// The person of the bank's staff that acts, if it is one.
    #[must_use]
    pub fn staff(self) -> Option<AgentId> {
        match self {
            Self::Agent(id) | Self::Supervisor(id) | Self::Admin(id) => Some(id),
            Self::Customer(_) | Self::Service(_) | Self::System => None,
        }
    }
}

/// `agent:0192…`, `system`: stable, so that it can name a principal in a log or a key.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = self.role().name();
        match self {
            Self::Customer(id) => write!(f, "{role}:{id}"),
            Self::Agent(id) | Self::Supervisor(id) | Self::Admin(id) => write!(f, "{role}:{id}"),
            Self::Service(id) => write!(f, "{role}:{id}"),
            Self::System => f.write_str(role),
        }
    }
}

//! Who asks.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{AgentId, CustomerId};
use crate::ticket::Language;

/// A customer, as far as the desk needs to know them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Who.
    pub id: CustomerId,
    /// Grows by one with each change; 0 before the first commit.
    pub version: u64,
    /// How they are addressed.
    pub name: Option<String>,
    /// Where mail to them goes.
    pub email: Option<String>,
    /// The language they are written to in.
    pub language: Language,
    /// The one agent who looks after them, if there is one.
    pub account_owner: Option<AgentId>,
}

impl Customer {
    /// A customer of whom nothing but the id is known.
    #[must_use]
    pub fn new(id: CustomerId) -> Self {
        Self {
            id,
            version: 0,
            name: None,
            email: None,
            language: Language::default(),
            account_owner: None,
        }
    }
}

/// A customer's name and address stay out of logs.
impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Customer({}, version {})", self.id, self.version)
    }
}

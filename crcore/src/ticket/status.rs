//! Where a ticket stands in its life.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Kind;

/// Where a ticket stands, with what belongs to standing there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Status {
    /// Nobody has looked at it.
    New,
    /// Somebody works on it.
    Open,
    /// The customer has to do something first.
    WaitingForCustomer {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Somebody outside the desk has to do something first.
    WaitingForThirdParty {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// It was answered.
    Resolved {
        /// How.
        outcome: Outcome,
        /// When.
        at: DateTime<Utc>,
    },
    /// It is over.
    Closed {
        /// How it was resolved; absent when it went on in another ticket.
        outcome: Option<Outcome>,
        /// When.
        at: DateTime<Utc>,
    },
}

/// A [`Status`] without what belongs to it: what filters, columns and tables name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusName {
    /// Nobody has looked at it.
    New,
    /// Somebody works on it.
    Open,
    /// The customer has to do something first.
    WaitingForCustomer,
    /// Somebody outside the desk has to do something first.
    WaitingForThirdParty,
    /// It was answered.
    Resolved,
    /// It is over.
    Closed,
}

/// Whom a ticket waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingOn {
    /// The customer.
    Customer,
    /// Somebody outside the desk: another bank, a merchant, the police.
    ThirdParty,
}

/// How a ticket was resolved. A complaint is upheld, partly upheld or rejected; the rest is answered;
/// anything can be withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The customer was right.
    Upheld,
    /// The customer was right in part.
    PartlyUpheld,
    /// The customer was not right.
    Rejected,
    /// The question was answered, the request done.
    Answered,
    /// The customer took it back.
    Withdrawn,
}

impl Status {
    /// How it was answered; none while it is not, and where it went on in another ticket.
    #[must_use]
    pub fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Resolved { outcome, .. } => Some(outcome),
            Self::Closed { outcome, .. } => outcome,
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> StatusName {
        match self {
            Self::New => StatusName::New,
            Self::Open => StatusName::Open,
            Self::WaitingForCustomer { .. } => StatusName::WaitingForCustomer,
            Self::WaitingForThirdParty { .. } => StatusName::WaitingForThirdParty,
            Self::Resolved { .. } => StatusName::Resolved,
            Self::Closed { .. } => StatusName::Closed,
        }
    }

    /// Whether the desk still has something to do: neither resolved nor closed.
    #[must_use]
    pub fn is_active(self) -> bool {
        self.name().is_active()
    }
}

impl WaitingOn {
    /// The status of a ticket that waits so.
    #[must_use]
    pub fn status(self) -> StatusName {
        match self {
            Self::Customer => StatusName::WaitingForCustomer,
            Self::ThirdParty => StatusName::WaitingForThirdParty,
        }
    }
}

impl StatusName {
    /// Every status, in the order of a life.
    pub const ALL: [Self; 6] = [
        Self::New,
        Self::Open,
        Self::WaitingForCustomer,
        Self::WaitingForThirdParty,
        Self::Resolved,
        Self::Closed,
    ];

    /// Whether the desk still has something to do: neither resolved nor closed.
    #[must_use]
    pub fn is_active(self) -> bool {
        !matches!(self, Self::Resolved | Self::Closed)
    }

    /// The name used in SQL, JSON and on screen.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::WaitingForCustomer => "waiting_for_customer",
            Self::WaitingForThirdParty => "waiting_for_third_party",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 5] = [
        Self::Upheld,
        Self::PartlyUpheld,
        Self::Rejected,
        Self::Answered,
        Self::Withdrawn,
    ];

    /// Whether a ticket of this kind can be resolved so.
    #[must_use]
    pub fn fits(self, kind: Kind) -> bool {
        match self {
            Self::Upheld | Self::PartlyUpheld => kind == Kind::Complaint,
            Self::Answered => kind != Kind::Complaint,
            Self::Rejected | Self::Withdrawn => true,
        }
    }

    /// The name used in SQL, JSON and on screen.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::PartlyUpheld => "partly_upheld",
            Self::Rejected => "rejected",
            Self::Answered => "answered",
            Self::Withdrawn => "withdrawn",
        }
    }
}

//! A ticket's deadlines, as they stand.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::Code;

/// The deadlines that a policy set for a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sla {
    /// The policy that was chosen.
    pub policy: Code,
    /// The version of the rules that it was read from (hexadecimal), so that an old answer can be
    /// explained years later.
    pub rules: String,
    /// One timer per target and cycle, in the order they began.
    pub timers: Vec<Timer>,
}

/// What has to be done in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// An agent's first public answer, counted from receipt.
    FirstResponse,
    /// An agent's public answer, counted from each later message of the customer.
    NextResponse,
    /// The resolution, counted from receipt.
    Resolution,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 3] = [Self::FirstResponse, Self::NextResponse, Self::Resolution];

    /// The name used in JSON and on screen.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response",
            Self::NextResponse => "next_response",
            Self::Resolution => "resolution",
        }
    }
}

/// One clock on one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// What has to be done.
    pub target: Target,
    /// The how-manieth time, from 1: a next response is due once per question, a resolution once more
    /// after each reopening.
    pub cycle: u32,
    /// What it counts from.
    pub started_at: DateTime<Utc>,
    /// When it is due; absent while a pause holds it.
    pub due_at: Option<DateTime<Utc>>,
    /// What happens on the way, in order of time.
    pub milestones: Vec<Milestone>,
    /// How it ended; absent while it runs.
    pub verdict: Option<Verdict>,
}

/// Something that happens when a timer gets there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// What.
    pub mark: Mark,
    /// When; absent while a pause holds the timer.
    pub at: Option<DateTime<Utc>>,
    /// Whether it has happened. Once per ticket, target, cycle and mark, whatever moves the timer.
    pub fired: bool,
}

/// Which milestone of a timer. The numbers count a policy's list from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "name", content = "step", rename_all = "snake_case")]
pub enum Mark {
    /// A warning before the due instant.
    Warning(u8),
    /// The due instant itself.
    Due,
    /// A step of escalation after it.
    Escalation(u8),
}

/// How a timer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether the target was reached by its due instant.
    pub met: bool,
    /// When it was reached.
    pub at: DateTime<Utc>,
    /// Seconds to spare, negative when late, in the target's own time (business or calendar).
    pub margin_s: i64,
}

/// A time in which nobody at the desk had to act on a ticket, half open: `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Why.
    pub cause: PauseCause,
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when; absent while it lasts.
    pub to: Option<DateTime<Utc>>,
}

/// Why a ticket's time did not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseCause {
    /// It waited for the customer.
    Customer,
    /// It waited for somebody outside the desk.
    ThirdParty,
    /// It counted as resolved, before it was reopened.
    Resolved,
}

impl Timer {
    /// The next instant at which this timer has something to say.
    #[must_use]
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        if self.verdict.is_some() {
            return None;
        }
        self.milestones
            .iter()
            .filter(|m| !m.fired)
            .filter_map(|m| m.at)
            .min()
    }

    /// Whether its due instant has passed and was noted.
    #[must_use]
    pub fn is_breached(&self) -> bool {
        self.milestones
            .iter()
            .any(|m| m.mark == Mark::Due && m.fired)
    }
}

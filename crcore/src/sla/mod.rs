#![doc = include_str!("../../docs/sla.md")]

mod book;
mod check;
mod due;
mod explain;
mod follow;
mod policy;
mod running;
mod span;
#[cfg(test)]
mod tests;
mod timing;

pub use book::{SlaBook, SlaError};
pub use check::{Problem, STEPS_MAX, SlaPolicyError};
pub use due::Step;
pub use explain::{Explanation, Window};
pub use policy::{Action, Condition, Escalation, Recipient, SlaPolicy, TargetRule, Time};
pub use span::{Span, SpanError};

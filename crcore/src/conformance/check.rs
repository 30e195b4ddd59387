//! How a law is said to be kept or broken.

use std::fmt::Display;

use serde::Serialize;

use crate::clock::ClockError;
use crate::event::EventTextError;
use crate::store::{Changes, Store, StoreError, StoreResult};
use crate::ticket::FoldError;

/// How a law came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The store keeps it.
    Kept,
    /// It could not be tried, and why.
    NotRun(&'static str),
}

/// A law is broken: what was expected, what was got.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(String);

impl Broken {
    /// A law is broken in this way.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    pub(super) fn within(self, place: impl Display) -> Self {
        Self(format!("{place}: {}", self.0))
    }
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        let cause = cause.unwrap_or_default();
        Self(format!(
            "the store failed where it must not: {error}{cause}"
        ))
    }
}

impl From<ClockError> for Broken {
    fn from(error: ClockError) -> Self {
        Self(error.to_string())
    }
}

impl From<FoldError> for Broken {
    fn from(error: FoldError) -> Self {
        Self(error.to_string())
    }
}

impl From<EventTextError> for Broken {
    fn from(error: EventTextError) -> Self {
        Self(error.to_string())
    }
}

/// What a law says.
pub type Verdict = Result<Outcome, Broken>;

pub(super) fn ensure(kept: bool, what: impl Display) -> Result<(), Broken> {
    if kept {
        Ok(())
    } else {
        Err(Broken::new(what.to_string()))
    }
}

/// The rows of a law are made up, so a message may show them whole.
pub(super) fn same<T: PartialEq + Serialize + ?Sized>(
    what: impl Display,
    got: &T,
    expected: &T,
) -> Result<(), Broken> {
    let shown = |value: &T| serde_json::to_string(value).unwrap_or_else(|e| e.to_string());
    ensure(
        got == expected,
        format_args!("{what}: expected {}, got {}", shown(expected), shown(got)),
    )
}

/// Commits one change set.
pub(super) async fn commit(store: &dyn Store, set: &Changes) -> StoreResult<()> {
    let mut answers = store.commit(std::slice::from_ref(set)).await;
    match (answers.pop(), answers.len()) {
        (Some(answer), 0) => answer,
        _ => Err(StoreError::corrupt("not one answer for one change set")),
    }
}

/// Commits change sets that must land, in one call.
pub(super) async fn land(store: &dyn Store, sets: &[Changes]) -> Result<(), Broken> {
    let answers = store.commit(sets).await;
    ensure(answers.len() == sets.len(), "not one answer per change set")?;
    for (nth, answer) in answers.into_iter().enumerate() {
        answer.map_err(|e| Broken::from(e).within(format_args!("change set {nth}")))?;
    }
    Ok(())
}

/// Commits a change set that must be refused with a conflict.
pub(super) async fn refused(
    store: &dyn Store,
    set: &Changes,
    why: impl Display,
) -> Result<(), Broken> {
    is_conflict(&commit(store, set).await, why)
}

pub(super) fn is_conflict(answer: &StoreResult<()>, why: impl Display) -> Result<(), Broken> {
    match answer {
        Err(StoreError::Conflict { .. }) => Ok(()),
        Ok(()) => Err(Broken::new(format!(
            "{why}: it landed, expected a conflict"
        ))),
        Err(other) => Err(Broken::new(format!(
            "{why}: expected a conflict, got: {other}"
        ))),
    }
}

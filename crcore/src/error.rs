#![doc = include_str!("../docs/errors.md")]

use std::fmt;

use crate::clock::ClockError;
use crate::event::EventTextError;
use crate::store::{Cause, StoreError};
use crate::ticket::{FoldError, Verb};

/// Why the desk did not do what it was asked. [`Error::kind`] says what to do about it. Never contains
/// what a customer wrote.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or the actor may not know of it.
    #[error("there is no such {what}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// The actor may not do this.
    #[error("{role} may not {verb} here")]
    NotAllowed {
        /// The actor's role.
        role: &'static str,
        /// What they wanted to do.
        verb: &'static str,
    },
    /// It cannot be done as things stand.
    #[error("not possible now: {why}{}", Legal(.legal))]
    NotPossible {
        /// Why not.
        why: String,
        /// What can be done to the ticket instead.
        legal: Vec<Verb>,
    },
    /// The ticket, or what else was to be changed, moved on since the caller looked at it.
    #[error("it is at version {now} and was seen at {seen}: look at what happened since")]
    Stale {
        /// The version that the caller saw.
        seen: u64,
        /// The version it is at.
        now: u64,
    },
    /// The command says something that cannot be.
    #[error("{field}: expected {expected}")]
    Invalid {
        /// Which part of the command.
        field: String,
        /// What it has to be, and what it was where that is no customer's words.
        expected: String,
    },
    /// Nothing changed, and the same command may succeed later.
    #[error("try again: {why}")]
    TryAgain {
        /// What was in the way, in words that can be shown to whoever asked.
        why: String,
        /// What a database, a scanner or a ledger said of itself: for a log.
        #[source]
        cause: Option<Cause>,
    },
    /// Something is wrong with the desk itself.
    #[error("broken: {why}")]
    Broken {
        /// What.
        why: String,
    },
}

struct Legal<'a>(&'a [Verb]);

impl fmt::Display for Legal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, verb) in self.0.iter().enumerate() {
            write!(
                f,
                "{}{}",
                if nth == 0 { "; possible are " } else { ", " },
                verb.name()
            )?;
        }
        Ok(())
    }
}

/// What a caller can do about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorKind {
    /// Look elsewhere.
    NotFound,
    /// Ask somebody who may.
    NotAllowed,
    /// Do something that is possible.
    NotPossible,
    /// Say it differently.
    Invalid,
    /// Do the same again, later.
    TryAgain,
    /// Call whoever runs the desk.
    Broken,
}

impl Error {
    /// What a caller can do next.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::NotAllowed { .. } => ErrorKind::NotAllowed,
            Self::NotPossible { .. } | Self::Stale { .. } => ErrorKind::NotPossible,
            Self::Invalid { .. } => ErrorKind::Invalid,
            Self::TryAgain { .. } => ErrorKind::TryAgain,
            Self::Broken { .. } => ErrorKind::Broken,
        }
    }

    /// A name that does not change, for programs. The guide on errors has a paragraph for each.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not_found",
            Self::NotAllowed { .. } => "not_allowed",
            Self::NotPossible { .. } => "not_possible",
            Self::Stale { .. } => "stale",
            Self::Invalid { .. } => "invalid",
            Self::TryAgain { .. } => "try_again",
            Self::Broken { .. } => "broken",
        }
    }

    pub(crate) fn invalid(field: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            expected: expected.into(),
        }
    }

    pub(crate) fn not_possible(why: impl Into<String>) -> Self {
        Self::NotPossible {
            why: why.into(),
            legal: Vec::new(),
        }
    }

    pub(crate) fn try_again(why: impl Into<String>) -> Self {
        Self::TryAgain {
            why: why.into(),
            cause: None,
        }
    }

    pub(crate) fn try_again_after(why: impl Into<String>, cause: Cause) -> Self {
        Self::TryAgain {
            why: why.into(),
            cause: Some(cause),
        }
    }

    pub(crate) fn broken(why: impl fmt::Display) -> Self {
        Self::Broken {
            why: why.to_string(),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Conflict { .. } => Self::try_again(error.to_string()),
            StoreError::Unknown { cause } | StoreError::Unavailable { cause } => {
                Self::try_again_after(error.to_string(), cause.clone())
            }
            StoreError::Corrupt { .. } => Self::broken(error),
        }
    }
}

impl From<ClockError> for Error {
    fn from(error: ClockError) -> Self {
        Self::broken(error)
    }
}

impl From<FoldError> for Error {
    fn from(error: FoldError) -> Self {
        Self::broken(error)
    }
}

impl From<EventTextError> for Error {
    fn from(error: EventTextError) -> Self {
        Self::broken(error)
    }
}

/// An error with what caused it, and what caused that: for a log. What a database, a scanner or a ledger said of
/// itself is in it, so it is not for who asked.
///
/// ```
/// let cause = std::sync::Arc::new(std::io::Error::other("no route to db.bank.example"));
/// let error = crcore::Error::from(crcore::StoreError::Unavailable { cause });
/// assert_eq!(error.to_string(), "try again: the store is not available");
/// assert_eq!(
///     crcore::in_full(&error),
///     "try again: the store is not available: no route to db.bank.example"
/// );
/// ```
#[must_use]
pub fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn what_a_store_says_of_itself_is_for_a_log_and_not_for_who_asked() {
        let cause = std::io::Error::other("no route to db.bank.example as desk");
        let unavailable = StoreError::Unavailable {
            cause: Arc::new(cause),
        };
        let error = Error::from(unavailable);
        assert_eq!(error.to_string(), "try again: the store is not available");
        assert_eq!(
            in_full(&error),
            "try again: the store is not available: no route to db.bank.example as desk"
        );
    }
}

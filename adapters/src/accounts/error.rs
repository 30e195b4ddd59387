//! Why an account did not do what it was asked.

use chrono::TimeDelta;
use crcore::{ClockError, ErrorKind, StoreError};

/// Why something about an account was not done. [`AccountError::kind`] says what to do about it, and
/// [`AccountError::code`] which it is. Never contains what a person typed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// Something that was given cannot be.
    #[error("{field}: expected {expected}")]
    Invalid {
        /// Which field of the form.
        field: &'static str,
        /// What is wrong with it.
        code: &'static str,
        /// What it has to be.
        expected: String,
    },
    /// The actor may not do this.
    #[error("{role} may not {act} here")]
    NotAllowed {
        /// The actor's role.
        role: &'static str,
        /// What they wanted to do.
        act: &'static str,
    },
    /// There is no such thing, or the actor may not know of it.
    #[error("there is no such {what}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// It cannot be done as things stand.
    #[error("not possible now: {why}")]
    NotPossible {
        /// Which obstacle.
        code: &'static str,
        /// What would have to be otherwise.
        why: &'static str,
    },
    /// Nothing changed, and the same may work later.
    #[error("try again: {why}")]
    TryAgain {
        /// What was in the way.
        why: String,
        /// Not before this has passed, where that is known.
        after: Option<TimeDelta>,
    },
    /// Something is wrong with the accounts themselves.
    #[error("broken: {why}")]
    Broken {
        /// What.
        why: String,
    },
}

impl AccountError {
    /// What a caller can do next.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid { .. } => ErrorKind::Invalid,
            Self::NotAllowed { .. } => ErrorKind::NotAllowed,
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::NotPossible { .. } => ErrorKind::NotPossible,
            Self::TryAgain { .. } => ErrorKind::TryAgain,
            Self::Broken { .. } => ErrorKind::Broken,
        }
    }

    /// A name that does not change, for programs and for message files.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { code, .. } | Self::NotPossible { code, .. } => code,
            Self::NotAllowed { .. } => "not_allowed",
            Self::NotFound { .. } => "not_found",
            Self::TryAgain { .. } => "try_again",
            Self::Broken { .. } => "broken",
        }
    }

    pub(super) fn invalid(
        field: &'static str,
        code: &'static str,
        expected: impl Into<String>,
    ) -> Self {
        Self::Invalid {
            field,
            code,
            expected: expected.into(),
        }
    }

    pub(super) fn broken(why: impl std::fmt::Display) -> Self {
        Self::Broken {
            why: why.to_string(),
        }
    }

    pub(super) fn busy(why: &str) -> Self {
        Self::TryAgain {
            why: why.to_owned(),
            after: None,
        }
    }

    pub(super) fn wait(why: &str, after: TimeDelta) -> Self {
        Self::TryAgain {
            why: why.to_owned(),
            after: Some(after),
        }
    }

    /// The code that was typed is not the one that was sent, or not in a way that we would tell.
    pub(super) fn wrong_code() -> Self {
        Self::invalid("code", "code_wrong", "the code as it was sent")
    }

    /// What was begun ran out, was used up, or never was.
    pub(super) const OVER: Self = Self::NotPossible {
        code: "flow_over",
        why: "this was finished or ran out: begin again",
    };

    /// A link that does not lead anywhere, for whichever reason.
    pub(super) const DEAD_LINK: Self = Self::NotPossible {
        code: "link_over",
        why: "this link was used or ran out: ask for a new one",
    };

    /// Nobody is logged in by this token.
    pub(super) const SIGNED_OUT: Self = Self::NotPossible {
        code: "signed_out",
        why: "log in first",
    };

    /// It is a while since the person proved who they are.
    pub(super) const PROVE_AGAIN: Self = Self::NotPossible {
        code: "prove_again",
        why: "prove again who you are first",
    };
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Conflict { .. } => Self::busy("others wrote at the same time"),
            StoreError::Unknown { .. } | StoreError::Unavailable { .. } => {
                Self::busy(&error.to_string())
            }
            StoreError::Corrupt { .. } => Self::broken(error),
        }
    }
}

impl From<ClockError> for AccountError {
    fn from(error: ClockError) -> Self {
        Self::broken(error)
    }
}

impl From<crcore::Error> for AccountError {
    fn from(error: crcore::Error) -> Self {
        match error {
            crcore::Error::NotAllowed { role, verb } => Self::NotAllowed { role, act: verb },
            crcore::Error::NotFound { what } => Self::NotFound { what },
            crcore::Error::TryAgain { why, .. } => Self::busy(&why),
            other => Self::broken(other),
        }
    }
}

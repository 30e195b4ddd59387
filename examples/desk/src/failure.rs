//! What went wrong, and what to do about it.

use std::fmt;
use std::process::ExitCode;

/// Why the command line gives up. Printed to stderr; says what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    what: String,
    todo: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It did not work.
    Failed,
    /// It was asked for what cannot be.
    Asked,
}

pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// It did not work: exit code 1.
    pub(crate) fn failed(what: impl fmt::Display) -> Self {
        Self::of(Kind::Failed, what)
    }

    /// It was asked for what cannot be: exit code 2.
    pub(crate) fn asked(what: impl fmt::Display) -> Self {
        Self::of(Kind::Asked, what)
    }

    fn of(kind: Kind, what: impl fmt::Display) -> Self {
        Self {
            kind,
            what: what.to_string(),
            todo: None,
        }
    }

    /// What to do about it.
    pub(crate) fn todo(mut self, todo: impl fmt::Display) -> Self {
        self.todo = Some(todo.to_string());
        self
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        match self.kind {
            Kind::Failed => ExitCode::from(1),
            Kind::Asked => ExitCode::from(2),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "crdesk: {}", self.what)?;
        match &self.todo {
            Some(todo) => write!(f, "\n        {todo}"),
            None => Ok(()),
        }
    }
}

impl From<crcore::Error> for Failure {
    fn from(error: crcore::Error) -> Self {
        Self::failed(crcore::in_full(&error))
    }
}

impl From<crcore::StoreError> for Failure {
    fn from(error: crcore::StoreError) -> Self {
        crcore::Error::from(error).into()
    }
}

impl From<crcore::EventTextError> for Failure {
    fn from(error: crcore::EventTextError) -> Self {
        Self::failed(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::failed(error)
    }
}

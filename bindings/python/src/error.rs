//! An error of the desk as the Python exception of its kind.

use std::error::Error as _;

use crcore::{Error, ErrorKind, in_full};
use crcore_adapters::sql::OpenError;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// What the desk did not do, on its way to Python. The exceptions themselves stand in
/// `python/crcore/_errors.py`.
pub(crate) struct Refused(Error);

impl Refused {
    pub(crate) fn invalid(field: &str, expected: impl Into<String>) -> Self {
        Self(Error::Invalid {
            field: field.to_owned(),
            expected: expected.into(),
        })
    }

    pub(crate) fn broken(why: impl Into<String>) -> Self {
        Self(Error::Broken { why: why.into() })
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<OpenError> for Refused {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Store(error) => Self(error.into()),
            OpenError::Address { expected } => Self::invalid("database", expected),
            OpenError::NoSchema | OpenError::Older { .. } => {
                Self::broken(format!("{error}; in Python: crcore.migrate"))
            }
            OpenError::Newer { .. } => Self::broken(error.to_string()),
        }
    }
}

impl From<Refused> for PyErr {
    fn from(Refused(error): Refused) -> Self {
        Python::attach(|py| exception(py, &error).map_or_else(|other| other, Self::from_value))
    }
}

fn exception<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
    let exceptions = py.import("crcore._errors")?;
    let exception = exceptions.call_method1(class(error.kind()), (error.to_string(),))?;
    exception.setattr("code", error.code())?;
    if let Some(cause) = error.source() {
        let cause = PyRuntimeError::new_err(in_full(cause));
        exception.setattr("__cause__", cause.into_value(py))?;
    }
    match error {
        Error::Invalid { field, .. } => exception.setattr("field", field)?,
        Error::NotPossible { legal, .. } => {
            let legal: Vec<&str> = legal.iter().map(|verb| verb.name()).collect();
            exception.setattr("legal", PyTuple::new(py, legal)?)?;
        }
        _ => {}
    }
    Ok(exception)
}

fn class(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "NotFound",
        ErrorKind::NotAllowed => "NotAllowed",
        ErrorKind::NotPossible => "NotPossible",
        ErrorKind::Invalid => "Invalid",
        ErrorKind::TryAgain => "TryAgain",
        ErrorKind::Broken => "Broken",
    }
}

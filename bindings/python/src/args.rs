//! What Python hands in, read with an error that says what was expected.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use crcore::{Code, Rules, RulesError};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyString, PyTzInfo};

use crate::error::Refused;

/// How much of the rules' text stands in an error before the place where it went wrong.
const PLACE_SHOWN: usize = 60;

/// One of a few names, such as a status.
pub(crate) fn named<T: Copy>(
    field: &str,
    text: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<T, Refused> {
    if let Some(&found) = all.iter().find(|&&value| name(value) == text) {
        return Ok(found);
    }
    let names: Vec<&str> = all.iter().map(|&value| name(value)).collect();
    let expected = format!("one of {}", names.join(", "));
    // What looks like a name was the program's; anything else may be a customer's words.
    Err(match text.parse::<Code>() {
        Ok(code) => Refused::invalid(field, format!("{expected}, got {code}")),
        Err(_) => Refused::invalid(field, expected),
    })
}

/// Some of a few names.
pub(crate) fn all_named<T: Copy, C: FromIterator<T>>(
    field: &str,
    texts: Option<Several>,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<C, Refused> {
    let texts = texts.map(|texts| texts.0).unwrap_or_default();
    texts
        .iter()
        .map(|text| named(field, text, all, name))
        .collect()
}

/// A code, reference, amount, language or cursor.
pub(crate) fn parsed<T: FromStr<Err: ToString>>(field: &str, text: &str) -> Result<T, Refused> {
    text.parse().map_err(|error: T::Err| {
        let error = error.to_string();
        let expected = error.strip_prefix("expected ").unwrap_or(&error);
        Refused::invalid(field, expected)
    })
}

/// Some codes.
pub(crate) fn all_parsed<T: FromStr<Err: ToString>, C: FromIterator<T>>(
    field: &str,
    texts: Option<Several>,
) -> Result<C, Refused> {
    let texts = texts.map(|texts| texts.0).unwrap_or_default();
    texts.iter().map(|text| parsed(field, text)).collect()
}

/// An instant. A naive datetime is nobody's instant.
pub(crate) fn instant(field: &str, at: &Bound<'_, PyDateTime>) -> PyResult<DateTime<Utc>> {
    if at.call_method0("utcoffset")?.is_none() {
        let expected = "an aware datetime (one with tzinfo), got a naive one";
        return Err(Refused::invalid(field, expected).into());
    }
    at.call_method1("astimezone", (PyTzInfo::utc(at.py())?,))?
        .extract()
}

/// Strings in anything that can be iterated over, but not the letters of one string.
pub(crate) struct Several(pub(crate) Vec<String>);

impl<'a, 'py> FromPyObject<'a, 'py> for Several {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if given.is_instance_of::<PyString>() {
            let expected = "expected several strings, as in [\"a\", \"b\"], got one string";
            return Err(PyTypeError::new_err(expected));
        }
        let texts = given.try_iter()?.map(|text| text?.extract());
        texts.collect::<PyResult<_>>().map(Self)
    }
}

/// The bank's rules: JSON as a string, or what `json.dumps` makes JSON of.
pub(crate) fn rules(given: &Bound<'_, PyAny>) -> PyResult<Rules> {
    let text: String = match given.cast::<PyString>() {
        Ok(text) => text.extract()?,
        Err(_) => {
            let json = given.py().import("json")?;
            json.call_method1("dumps", (given,))?.extract()?
        }
    };
    Rules::from_json(&text).map_err(|error| {
        let expected = match &error {
            RulesError::Text(cause) => format!("rules, got {cause}{}", place(&text, cause)),
            RulesError::Part { .. } | RulesError::Sla(_) => error.to_string(),
        };
        Refused::invalid("rules", expected).into()
    })
}

/// The end of what was read before the mistake: rules that were a dict have no lines to look at.
fn place(text: &str, error: &serde_json::Error) -> String {
    let line = text.lines().nth(error.line().saturating_sub(1));
    let read = line.and_then(|line| line.get(..error.column().min(line.len())));
    let Some(read) = read.map(str::trim).filter(|read| !read.is_empty()) else {
        return String::new();
    };
    let skipped = read.chars().count().saturating_sub(PLACE_SHOWN);
    let shown: String = read.chars().skip(skipped).collect();
    format!(", after {}{shown}", if skipped > 0 { "..." } else { "" })
}

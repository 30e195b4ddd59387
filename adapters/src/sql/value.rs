//! What goes into a statement and what comes out of a row, whatever the database.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use crcore::{StoreError, StoreResult};
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// One value. Databases give back some of them in another form: SQLite knows no ids or instants.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Id(Uuid),
    /// Microseconds since 1970.
    Instant(i64),
    Int(i64),
    Flag(bool),
    Text(String),
    Json(String),
    Bytes(Vec<u8>),
}

impl Value {
    /// Cut to the microsecond.
    pub(crate) fn instant(at: DateTime<Utc>) -> Self {
        Self::Instant(at.timestamp_micros())
    }

    pub(crate) fn or_null<T>(value: Option<T>, wrap: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Null, wrap)
    }

    pub(crate) fn json<T: serde::Serialize>(value: &T, what: &str) -> StoreResult<Self> {
        serde_json::to_string(value)
            .map(Self::Json)
            .map_err(|_| StoreError::corrupt(format!("{what}, which cannot be written as JSON")))
    }

    pub(crate) fn count(count: u64) -> Self {
        Self::Int(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

/// A row as it came, and the table it is of, for errors.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) values: Vec<Value>,
}

macro_rules! read {
    ($($name:ident -> $type:ty { $($shape:pat => $value:expr,)* })*) => {$(
        pub(crate) fn $name(&self, at: usize) -> StoreResult<$type> {
            match self.values.get(at) {
                $(Some($shape) => $value,)*
                _ => None,
            }
            .ok_or_else(|| self.unreadable(at, stringify!($name)))
        }
    )*};
}

impl Row {
    read! {
        id -> Uuid {
            Value::Id(id) => Some(*id),
            Value::Bytes(bytes) => Uuid::from_slice(bytes).ok(),
        }
        int -> i64 {
            Value::Int(int) => Some(*int),
        }
        instant -> DateTime<Utc> {
            Value::Instant(at) | Value::Int(at) => DateTime::from_timestamp_micros(*at),
        }
        text -> &str {
            Value::Text(text) | Value::Json(text) => Some(text.as_str()),
            Value::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
        }
        hash -> [u8; 32] {
            Value::Bytes(bytes) => bytes.as_slice().try_into().ok(),
        }
    }

    pub(crate) fn is_null(&self, at: usize) -> bool {
        matches!(self.values.get(at), Some(Value::Null))
    }

    /// A count: a number that is not negative.
    pub(crate) fn count(&self, at: usize) -> StoreResult<u64> {
        u64::try_from(self.int(at)?).map_err(|_| self.unreadable(at, "count"))
    }

    /// A noun kept as JSON.
    pub(crate) fn doc<T: DeserializeOwned>(&self, at: usize) -> StoreResult<T> {
        serde_json::from_str(self.text(at)?).map_err(|_| {
            self.unreadable(
                at,
                std::any::type_name::<T>()
                    .rsplit("::")
                    .next()
                    .unwrap_or("noun"),
            )
        })
    }

    fn unreadable(&self, at: usize, expected: &str) -> StoreError {
        let what = match self.values.get(at) {
            None => "no column",
            Some(Value::Null) => "NULL",
            Some(_) => "something else",
        };
        StoreError::corrupt(format!("column {at}: expected {expected}, got {what}"))
    }
}

/// A statement with its values. The text is put together from fragments of this crate only; what
/// comes from outside is always a value. `?` stands for a value, each once and in order.
#[derive(Debug, Clone)]
pub(crate) struct Stmt {
    pub(crate) text: Cow<'static, str>,
    pub(crate) values: Vec<Value>,
}

impl Stmt {
    pub(crate) fn new(text: &'static str, values: impl IntoIterator<Item = Value>) -> Self {
        Self {
            text: Cow::Borrowed(text),
            values: values.into_iter().collect(),
        }
    }

    pub(crate) fn push(
        &mut self,
        text: &'static str,
        values: impl IntoIterator<Item = Value>,
    ) -> &mut Self {
        if !text.is_empty() {
            self.text.to_mut().push_str(text);
        }
        self.values.extend(values);
        self
    }

    /// `(?, ?, ...)`.
    pub(crate) fn push_list(&mut self, values: impl IntoIterator<Item = Value>) -> &mut Self {
        let mut between = "(";
        for value in values {
            self.push(between, []).push("?", [value]);
            between = ", ";
        }
        self.push(")", [])
    }
}

/// All rows in one statement. `head` is `INSERT INTO table (columns) VALUES `.
#[cfg(any(feature = "sqlite", feature = "mysql"))]
pub(crate) fn insert(head: &'static str, rows: &[Vec<Value>]) -> Stmt {
    let mut stmt = Stmt::new(head, []);
    for (nth, row) in rows.iter().enumerate() {
        if nth > 0 {
            stmt.push(", ", []);
        }
        stmt.push_list(row.iter().cloned());
    }
    stmt
}

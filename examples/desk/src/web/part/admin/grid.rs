//! Tables as the pages of this part show them.

use minijinja::context;
use minijinja::value::Value;

use super::say;
use crate::web::ctx::Ctx;

/// A table: its caption, its columns, its rows.
pub(super) struct Grid {
    caption: String,
    id: String,
    head: Vec<Value>,
    rows: Vec<Value>,
}

impl Grid {
    /// `columns` are the names of messages; those that begin with `#` hold numbers.
    pub(super) fn new(ctx: &Ctx, id: &str, columns: &[&str]) -> Self {
        let column = |name: &&str| {
            let (name, number) = (name.trim_start_matches('#'), name.starts_with('#'));
            context! { text => say(ctx, &format!("admin-col-{name}"), &[]), number => number }
        };
        Self {
            caption: say(ctx, &format!("admin-grid-{id}"), &[]),
            id: id.to_owned(),
            head: columns.iter().map(column).collect(),
            rows: Vec::new(),
        }
    }

    /// The same with columns that have no message of their own.
    pub(super) fn headed(mut self, columns: impl IntoIterator<Item = String>) -> Self {
        let column = |text: String| context! { text => text, number => true };
        self.head.extend(columns.into_iter().map(column));
        self
    }

    /// The first cell names the row.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = Value>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn value(self) -> Value {
        context! { caption => self.caption, id => self.id, head => self.head, rows => self.rows }
    }
}

/// A cell with words.
pub(super) fn text(text: impl Into<String>) -> Value {
    context! { text => text.into() }
}

/// A cell that leads on.
pub(super) fn link(text: impl Into<String>, href: impl Into<String>) -> Value {
    context! { text => text.into(), href => href.into() }
}

/// A cell with an instant.
pub(super) fn at(at: chrono::DateTime<chrono::Utc>) -> Value {
    context! { at => at.to_rfc3339() }
}

/// A cell with a button: what is sent where.
pub(super) fn button(text: impl Into<String>, action: impl Into<String>, sure: &str) -> Value {
    context! { text => text.into(), action => action.into(), sure => sure }
}

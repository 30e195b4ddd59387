//! What is kept beside the tickets: the records of a shelf as SQL.

use chrono::{DateTime, Utc};
use crcore::StoreResult;
use crcore::store::{Record, RecordRange, Total};

use super::value::{Row, Stmt, Value};

const SELECT: &str = "SELECT record_key, version, body, expires_at FROM crcore_record WHERE ";

/// The record under this key. Nothing where no record can have that name.
pub(crate) fn one(tenant: Value, shelf: &str, key: &str) -> Option<Stmt> {
    can_be_named([shelf, key]).then(|| {
        let mut stmt = Stmt::new(SELECT, []);
        stmt.push(
            "tenant = ? AND shelf = ? AND record_key = ?",
            [tenant, Value::Text(shelf.into()), Value::Text(key.into())],
        );
        stmt
    })
}

/// A page of a shelf. Nothing where no record can be on it.
pub(crate) fn range(tenant: Value, range: &RecordRange) -> Option<Stmt> {
    let after = range.after.as_deref();
    if !can_be_named([&range.shelf, &range.prefix, after.unwrap_or_default()]) {
        return None;
    }
    let mut stmt = Stmt::new(SELECT, []);
    begins_with(&mut stmt, tenant, &range.shelf, &range.prefix);
    let (beyond, order) = if range.reverse {
        (" AND record_key < ?", " ORDER BY record_key DESC LIMIT ?")
    } else {
        (" AND record_key > ?", " ORDER BY record_key LIMIT ?")
    };
    if let Some(after) = after {
        stmt.push(beyond, [Value::Text(after.into())]);
    }
    let limit = range.limit.min(RecordRange::MAX);
    stmt.push(order, [Value::Int(limit.into())]);
    Some(stmt)
}

/// How many have not expired, counted no further than a screen tells apart.
pub(crate) fn count(tenant: Value, shelf: &str, prefix: &str, now: DateTime<Utc>) -> Option<Stmt> {
    can_be_named([shelf, prefix]).then(|| {
        let mut stmt = Stmt::new(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM crcore_record WHERE ",
            [],
        );
        begins_with(&mut stmt, tenant, shelf, prefix);
        stmt.push(
            " AND (expires_at IS NULL OR expires_at > ?) LIMIT ?) AS counted",
            [Value::instant(now), Value::count(Total::MAX + 1)],
        );
        stmt
    })
}

/// What the columns of a record hold.
pub(crate) fn record(row: &Row) -> StoreResult<Record> {
    Ok(Record {
        key: row.text(0)?.to_owned(),
        version: row.count(1)?,
        body: row.text(2)?.to_owned(),
        expires_at: (!row.is_null(3)).then(|| row.instant(3)).transpose()?,
    })
}

/// No record has U+0000 in its name, and PostgreSQL cannot even be asked for it.
fn can_be_named<const N: usize>(names: [&str; N]) -> bool {
    !names.iter().any(|name| name.contains('\0'))
}

/// Two bounds and no pattern: an index has the keys in the order of their bytes, and nothing in a prefix
/// means anything but itself.
fn begins_with(stmt: &mut Stmt, tenant: Value, shelf: &str, prefix: &str) {
    stmt.push(
        "tenant = ? AND shelf = ?",
        [tenant, Value::Text(shelf.into())],
    );
    if !prefix.is_empty() {
        stmt.push(" AND record_key >= ?", [Value::Text(prefix.into())]);
    }
    if let Some(end) = behind(prefix) {
        stmt.push(" AND record_key < ?", [Value::Text(end)]);
    }
}

/// The first text behind all that begin with `prefix`, where there is one: its last character that has a
/// next one is followed by that. UTF-8 orders as the characters do.
fn behind(prefix: &str) -> Option<String> {
    let mut rest = prefix.chars();
    while let Some(last) = rest.next_back() {
        // Characters in ranges pass over the surrogates.
        if let Some(next) = (last..=char::MAX).nth(1) {
            let mut end = rest.as_str().to_owned();
            end.push(next);
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::behind;

    #[test]
    fn the_end_of_a_prefix_is_behind_all_that_begin_with_it() {
        for (prefix, end) in [
            ("", None),
            ("a", Some("b")),
            ("a%", Some("a&")),
            ("zz\u{10ffff}", Some("z{")),
            ("\u{10ffff}\u{10ffff}", None),
            ("\u{d7ff}", Some("\u{e000}")),
            ("\u{7f}", Some("\u{80}")),
        ] {
            assert_eq!(behind(prefix).as_deref(), end, "{prefix:?}");
        }
    }
}

//! What is kept beside the tickets, by shelf and key.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use chrono::{DateTime, Utc};

use crate::record::{Record, RecordChange, RecordRange};
use crate::store::{StoreError, StoreResult, Total};

#[derive(Default)]
pub(super) struct Shelves {
    shelves: BTreeMap<String, BTreeMap<String, Record>>,
    expiries: BTreeSet<(DateTime<Utc>, String, String)>,
}

impl Shelves {
    pub(super) fn get(&self, shelf: &str, key: &str) -> Option<Record> {
        self.shelves.get(shelf)?.get(key).cloned()
    }

    pub(super) fn range(&self, range: &RecordRange) -> Vec<Record> {
        let limit = range.limit.min(RecordRange::MAX) as usize;
        let after = range.after.as_deref();
        // No key has U+0000, so none stands beside one that does: a store may not even be able to ask.
        if after.is_some_and(|after| after.contains('\0')) {
            return Vec::new();
        }
        let found = self.beginning(&range.shelf, &range.prefix);
        if range.reverse {
            let before = found.filter(|r| after.is_none_or(|after| r.key.as_str() < after));
            let mut all: Vec<&Record> = before.collect();
            all.reverse();
            return all.into_iter().take(limit).cloned().collect();
        }
        let behind = found.filter(|r| after.is_none_or(|after| r.key.as_str() > after));
        behind.take(limit).cloned().collect()
    }

    pub(super) fn count(&self, shelf: &str, prefix: &str, now: DateTime<Utc>) -> u64 {
        let live = |record: &&Record| record.expires_at.is_none_or(|at| now < at);
        let found = self.beginning(shelf, prefix).filter(live);
        found.take(Total::MAX as usize + 1).count() as u64
    }

    fn beginning(&self, shelf: &str, prefix: &str) -> impl Iterator<Item = &Record> {
        let from = (Bound::Included(prefix.to_owned()), Bound::Unbounded);
        let prefix = prefix.to_owned();
        let shelf = self.shelves.get(shelf);
        shelf
            .into_iter()
            .flat_map(move |shelf| shelf.range(from.clone()))
            .map(|(_, record)| record)
            .take_while(move |record| record.key.starts_with(&prefix))
    }

    /// Whether a record is as it was read.
    pub(super) fn check(&self, change: &RecordChange) -> StoreResult<()> {
        let RecordChange { shelf, key, .. } = change;
        let held = self.shelves.get(shelf).and_then(|shelf| shelf.get(key));
        let found = held.map_or(0, |record| record.version);
        if change.from.is_none_or(|from| from == found) {
            return Ok(());
        }
        let what = format!("a record of {shelf} is at version {found}");
        Err(StoreError::conflict(what))
    }

    pub(super) fn apply(&mut self, change: &RecordChange) {
        let RecordChange { shelf, key, to, .. } = change;
        let records = self.shelves.entry(shelf.clone()).or_default();
        let old = records.remove(key);
        if let Some(at) = old.as_ref().and_then(|old| old.expires_at) {
            self.expiries.remove(&(at, shelf.clone(), key.clone()));
        }
        let Some(body) = to else { return };
        let record = Record {
            key: key.clone(),
            version: old.map_or(0, |old| old.version) + 1,
            body: body.text.clone(),
            expires_at: body.expires_at,
        };
        records.insert(key.clone(), record);
        if let Some(at) = body.expires_at {
            self.expiries.insert((at, shelf.clone(), key.clone()));
        }
    }

    pub(super) fn drop_expired(&mut self, now: DateTime<Utc>, limit: u32) -> u32 {
        let mut dropped = 0;
        while dropped < limit
            && let Some((at, ..)) = self.expiries.first()
            && *at <= now
            && let Some((_, shelf, key)) = self.expiries.pop_first()
        {
            if let Some(records) = self.shelves.get_mut(&shelf) {
                records.remove(&key);
            }
            dropped += 1;
        }
        dropped
    }
}

//! All that a store says about the rows that some change sets touch: two pictures can be compared.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::agent::{Load, Pool, Standing};
use crate::chain::Hash;
use crate::conformance::Broken;
use crate::conformance::check::ensure;
use crate::conformance::fixture::{notice_ids, ticket_ids};
use crate::id::{AgentId, BlobId, Code, CustomerId, NoticeId, PieceId, TicketId};
use crate::store::{
    Changes, FeedItem, Head, NoticeFilter, Paging, RecordRange, Store, TicketFilter,
};

/// More rows than any law that takes pictures writes.
const ALL: u32 = 100_000;

/// Which rows are looked at.
#[derive(Default)]
pub(super) struct Watch {
    pub(super) tickets: BTreeSet<TicketId>,
    agents: BTreeSet<AgentId>,
    customers: BTreeSet<CustomerId>,
    notices: BTreeSet<NoticeId>,
    pieces: BTreeSet<PieceId>,
    blobs: BTreeSet<BlobId>,
    rules: BTreeSet<String>,
    answers: BTreeSet<(String, String)>,
    queues: BTreeSet<Code>,
    records: BTreeSet<(String, String)>,
}

/// What was seen: a name and a JSON text per row or list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture(BTreeMap<String, String>);

impl Picture {
    /// The first thing in which this one differs from what was expected.
    pub(super) fn must_be(&self, expected: &Self) -> Result<(), Broken> {
        let names: BTreeSet<_> = self.0.keys().chain(expected.0.keys()).collect();
        for name in names {
            let (got, expected) = (self.0.get(name), expected.0.get(name));
            ensure(
                got == expected,
                format_args!("{name}: expected {expected:?}, got {got:?}"),
            )?;
        }
        Ok(())
    }

    fn put(&mut self, name: impl ToString, value: &impl Serialize) {
        let text = serde_json::to_string(value).unwrap_or_else(|e| e.to_string());
        self.0.insert(name.to_string(), text);
    }
}

impl Watch {
    pub(super) fn of<'a>(sets: impl IntoIterator<Item = &'a Changes>) -> Self {
        let mut watch = Self::default();
        sets.into_iter().for_each(|set| watch.note(set));
        watch
    }

    pub(super) fn note(&mut self, set: &Changes) {
        for ticket in set.tickets.iter().map(|t| &t.value) {
            self.tickets.insert(ticket.id);
            self.queues.insert(ticket.queue.clone());
        }
        for agent in set.agents.iter().map(|a| &a.value) {
            self.agents.insert(agent.id);
            self.queues.extend(agent.queues.iter().cloned());
        }
        self.customers
            .extend(set.customers.iter().map(|c| c.value.id));
        self.notices.extend(set.notices.iter().map(|n| n.value.id));
        self.pieces.extend(set.words.iter().map(|w| w.id));
        self.blobs.extend(set.words.iter().filter_map(|w| w.blob));
        self.rules
            .extend(set.rules.iter().map(|r| r.version.clone()));
        let keys = set.answers.iter();
        self.answers
            .extend(keys.map(|a| (a.principal.clone(), a.key.clone())));
        let names = set.records.iter();
        self.records
            .extend(names.map(|r| (r.shelf.clone(), r.key.clone())));
    }

    /// Everything that this store says about them and in lists of all rows.
    pub(super) async fn picture(&self, store: &dyn Store) -> Result<Picture, Broken> {
        let mut seen = self.rows(store).await?;
        self.lists(store, &mut seen).await?;
        Ok(seen)
    }

    /// Everything that this store says about them, whatever else it holds.
    pub(super) async fn rows(&self, store: &dyn Store) -> Result<Picture, Broken> {
        let mut seen = Picture(BTreeMap::new());
        for &id in &self.tickets {
            let row = store.ticket(id).await?;
            seen.put(format_args!("ticket {id}"), &row);
            let events = store.events(id, 0, ALL).await?;
            seen.put(format_args!("events of {id}"), &events);
            let mut blobs = store.blobs(id).await?;
            blobs.sort_unstable();
            seen.put(format_args!("blobs of {id}"), &blobs);
        }
        for &id in &self.agents {
            let standing = store.agent(id).await?.map(even);
            seen.put(format_args!("agent {id}"), &standing);
        }
        for &id in &self.customers {
            let row = store.customer(id).await?;
            seen.put(format_args!("customer {id}"), &row);
        }
        for &id in &self.notices {
            let row = store.notice(id).await?;
            seen.put(format_args!("notice {id}"), &row);
        }
        for version in &self.rules {
            let row = store.rules(version).await?;
            seen.put(format_args!("rules {version}"), &row);
        }
        for (principal, key) in &self.answers {
            let answer = store.answered(principal, key).await?;
            seen.put(format_args!("answer {principal:?} {key:?}"), &answer);
        }
        for (shelf, key) in &self.records {
            let record = store.record(shelf, key).await?;
            seen.put(format_args!("record {shelf:?} {key:?}"), &record);
        }
        let pieces: Vec<_> = self.pieces.iter().copied().collect();
        let mut words = store.words(&pieces).await?;
        words.sort_by_key(|words| words.id);
        seen.put("words", &words);
        let blobs: Vec<_> = self.blobs.iter().copied().collect();
        let mut referenced = store.referenced(&blobs).await?;
        referenced.sort_unstable();
        seen.put("blobs referenced", &referenced);
        Ok(seen)
    }

    async fn lists(&self, store: &dyn Store, seen: &mut Picture) -> Result<(), Broken> {
        for queue in &self.queues {
            for pool in Pool::ALL {
                let standings = store.candidates(queue, pool, ALL).await?;
                let ids: Vec<_> = standings.iter().map(|s| s.agent.id).collect();
                seen.put(format_args!("candidates {queue} {}", pool.name()), &ids);
            }
        }
        let agents = store.agents(None, ALL).await?;
        let agents: Vec<_> = agents.into_iter().map(even).collect();
        seen.put("agents", &agents);
        seen.put("marks", &store.marked(ALL).await?);
        let end = far();
        seen.put(
            "due",
            &ticket_ids(&store.due(DateTime::<Utc>::MAX_UTC, 0, ALL).await?),
        );
        seen.put("owed", &notice_ids(&store.owed(end, 0, ALL).await?));
        let notices = store.notices(&NoticeFilter::default(), None, ALL).await?;
        seen.put("notices", &notice_ids(&notices));
        let paging = Paging {
            limit: Paging::MAX,
            ..Paging::default()
        };
        let page = store.tickets(&TicketFilter::default(), &paging).await?;
        seen.put("newest tickets", &ticket_ids(&page.items));
        let total = store.total(&TicketFilter::default()).await?;
        seen.put("how many tickets", &total);
        let shelves: BTreeSet<_> = self.records.iter().map(|(shelf, _)| shelf).collect();
        for shelf in shelves {
            let range = RecordRange {
                shelf: shelf.clone(),
                limit: RecordRange::MAX,
                ..RecordRange::default()
            };
            let keys: Vec<_> = store.records(&range).await?;
            let keys: Vec<_> = keys.into_iter().map(|record| record.key).collect();
            seen.put(format_args!("shelf {shelf:?}"), &keys);
        }
        let mut texts: Vec<_> = whole_feed(store)
            .await?
            .into_iter()
            .map(|i| i.text)
            .collect();
        texts.sort_unstable();
        seen.put("feed, whatever its order", &texts);
        Ok(())
    }
}

/// The last instant that every database can name.
pub(super) fn far() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(253_402_300_799_999_999).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// A standing with a load in every pool: where none is stored, nothing is carried.
pub(super) fn even(mut standing: Standing) -> Standing {
    for pool in Pool::ALL {
        let capacity = standing.agent.capacity.get(&pool).copied();
        standing.loads.entry(pool).or_insert(Load {
            units: 0,
            capacity: capacity.unwrap_or(0),
            last_assigned: None,
        });
    }
    standing
}

/// The feed from its first item to its last, which must be dense, chained and end at the head.
pub(super) async fn whole_feed(store: &dyn Store) -> Result<Vec<FeedItem>, Broken> {
    let mut items: Vec<FeedItem> = Vec::new();
    let mut hash = Hash::START;
    loop {
        let after = items.len() as u64;
        let batch = store.feed(after, 500).await?;
        if batch.is_empty() {
            break;
        }
        for item in batch {
            let position = items.len() as u64 + 1;
            ensure(
                item.position == position,
                format_args!("feed: expected position {position}, got {}", item.position),
            )?;
            hash = hash.then(position, &item.text);
            ensure(
                item.hash == hash,
                format_args!("feed: the hash at position {position} does not follow"),
            )?;
            items.push(item);
        }
    }
    let head = store.head().await?;
    let expected = Head {
        position: items.len() as u64,
        hash,
    };
    ensure(
        head == expected,
        format_args!("head: expected {expected:?}, got {head:?}"),
    )?;
    Ok(items)
}

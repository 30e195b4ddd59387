//! The rows of one desk, and how they are read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::chain::Hash;
use crate::customer::Customer;
use crate::event::Event;
use crate::id::{BlobId, CustomerId, NoticeId, PieceId, TicketId};
use crate::memory::index::{Index, Order};
use crate::memory::records::Shelves;
use crate::memory::roster::Roster;
use crate::notify::Notice;
use crate::store::{Answer, FeedItem, Head, NoticeFilter, RulesVersion, StoreError, StoreResult};
use crate::ticket::Ticket;
use crate::words::Words;

/// A ticket and where its events stand in the feed.
pub(super) struct Row {
    pub(super) ticket: Ticket,
    pub(super) positions: Vec<u64>,
}

/// An event as it was stored. It is parsed when it is read: most never are, and text is smaller.
pub(super) struct Entry {
    pub(super) hash: Hash,
    pub(super) text: Box<str>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) tickets: HashMap<TicketId, Box<Row>>,
    pub(super) index: Index,
    /// Position `n` stands at `n - 1`.
    pub(super) feed: Vec<Entry>,
    pub(super) words: HashMap<PieceId, Words>,
    pub(super) words_on: BTreeSet<(TicketId, PieceId)>,
    /// How many pieces of words describe a blob.
    pub(super) described: HashMap<BlobId, usize>,
    pub(super) roster: Roster,
    pub(super) customers: HashMap<CustomerId, Customer>,
    pub(super) notices: BTreeMap<NoticeId, Notice>,
    pub(super) notices_on: BTreeSet<(TicketId, NoticeId)>,
    pub(super) notices_due: Order<NoticeId>,
    pub(super) notices_dead: BTreeSet<NoticeId>,
    pub(super) rules: HashMap<String, RulesVersion>,
    /// By principal and key.
    pub(super) answers: HashMap<String, HashMap<String, Answer>>,
    pub(super) expiries: BTreeSet<(DateTime<Utc>, String, String)>,
    pub(super) records: Shelves,
}

impl State {
    pub(super) fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.tickets.get(&id).map(|row| &row.ticket)
    }

    pub(super) fn events(
        &self,
        ticket: TicketId,
        after: u64,
        limit: u32,
    ) -> StoreResult<Vec<Event>> {
        let positions = self.tickets.get(&ticket).map_or(&[][..], |r| &r.positions);
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        let entry = |&position: &u64| self.feed.get(usize::try_from(position).ok()? - 1);
        positions
            .iter()
            .skip(after)
            .take(limit as usize)
            .filter_map(entry)
            .map(|e| Event::from_text(&e.text).map_err(|e| StoreError::corrupt(e.to_string())))
            .collect()
    }

    pub(super) fn words_of(&self, ticket: TicketId) -> impl Iterator<Item = PieceId> {
        let first = PieceId::from(Uuid::nil());
        let last = PieceId::from(Uuid::max());
        let range = self.words_on.range((ticket, first)..=(ticket, last));
        range.map(|&(_, piece)| piece)
    }

    pub(super) fn blobs(&self, ticket: TicketId) -> Vec<BlobId> {
        let blob = |piece| self.words.get(&piece).and_then(|words| words.blob);
        let blobs: BTreeSet<_> = self.words_of(ticket).filter_map(blob).collect();
        blobs.into_iter().collect()
    }

    pub(super) fn feed_after(&self, after: u64, limit: u32) -> Vec<FeedItem> {
        let skipped = usize::try_from(after).unwrap_or(usize::MAX);
        let entries = self.feed.iter().skip(skipped).take(limit as usize);
        (after + 1..)
            .zip(entries)
            .map(|(position, entry)| FeedItem {
                position,
                hash: entry.hash,
                text: entry.text.to_string(),
            })
            .collect()
    }

    pub(super) fn head(&self) -> Head {
        self.feed.last().map_or(Head::EMPTY, |entry| Head {
            position: self.feed.len() as u64,
            hash: entry.hash,
        })
    }

    pub(super) fn answered(&self, principal: &str, key: &str) -> Option<&Answer> {
        self.answers.get(principal)?.get(key)
    }

    pub(super) fn notices(
        &self,
        filter: &NoticeFilter,
        after: Option<NoticeId>,
        limit: u32,
    ) -> Vec<Notice> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let wanted = |notice: &&Notice| {
            filter.ticket.is_none_or(|ticket| ticket == notice.ticket)
                && (!filter.unsettled || notice.due_at().is_some())
                && (!filter.dead || notice.is_dead())
        };
        let pick = |ids: &mut dyn Iterator<Item = NoticeId>| {
            ids.filter_map(|id| self.notices.get(&id))
                .filter(wanted)
                .take(limit as usize)
                .cloned()
                .collect()
        };
        if let Some(ticket) = filter.ticket {
            let first = after.unwrap_or(NoticeId::from(Uuid::nil()));
            let last = NoticeId::from(Uuid::max());
            let range = self.notices_on.range((ticket, first)..=(ticket, last));
            let ids = range.map(|&(_, id)| id);
            return pick(&mut ids.filter(|&id| Some(id) != after));
        }
        if filter.dead {
            let range = self.notices_dead.range((start, Bound::Unbounded));
            return pick(&mut range.copied());
        }
        if filter.unsettled {
            let ids = self.notices_due.iter().map(|&(_, id)| id);
            let ids: BTreeSet<_> = ids.filter(|&id| after.is_none_or(|a| id > a)).collect();
            return pick(&mut ids.into_iter());
        }
        let range = self.notices.range((start, Bound::Unbounded));
        pick(&mut range.map(|(&id, _)| id))
    }

    pub(super) fn drop_expired(&mut self, now: DateTime<Utc>, limit: u32) -> u32 {
        let mut dropped = 0;
        while dropped < limit
            && let Some((at, ..)) = self.expiries.first()
            && *at <= now
            && let Some((_, principal, key)) = self.expiries.pop_first()
        {
            if let Some(keys) = self.answers.get_mut(&principal) {
                keys.remove(&key);
                if keys.is_empty() {
                    self.answers.remove(&principal);
                }
            }
            dropped += 1;
        }
        dropped + self.records.drop_expired(now, limit - dropped)
    }
}

//! The only write: a whole change set is checked, then a whole change set is written.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::hash::Hash as Hashed;

use crate::event::Event;
use crate::id::{PieceId, TicketId};
use crate::memory::index::shift;
use crate::memory::state::{Entry, Row, State};
use crate::notify::Notice;
use crate::store::{Answer, Changes, Erasure, Head, Revised, StoreError, StoreResult};
use crate::ticket::Ticket;
use crate::words::Words;

/// The canonical texts of a change set's events, where all of it can be written.
pub(super) fn texts(set: &Changes) -> StoreResult<Vec<Box<str>>> {
    set.writable()?;
    let text = |event: &Event| match event.to_text() {
        Ok(text) => Ok(text.into_boxed_str()),
        Err(error) => Err(StoreError::corrupt(error.to_string())),
    };
    set.events.iter().map(text).collect()
}

/// Whether each of these is at the version it was read at, and comes once.
fn versions<T, I: Eq + Hashed + Display + Copy>(
    noun: &str,
    revised: &[Revised<T>],
    id: impl Fn(&T) -> I,
    stored: impl Fn(I) -> Option<u64>,
) -> StoreResult<()> {
    let mut seen = HashSet::new();
    for Revised { from, value } in revised {
        let id = id(value);
        let found = stored(id).unwrap_or(0);
        if found != *from || (revised.len() > 1 && !seen.insert(id)) {
            return Err(StoreError::conflict(format!(
                "{noun} {id} is at version {found}, not {from}"
            )));
        }
    }
    Ok(())
}

impl State {
    /// Whether a change set fits what is stored.
    pub(super) fn check(&self, set: &Changes) -> StoreResult<()> {
        versions(
            "ticket",
            &set.tickets,
            |t| t.id,
            |id| self.ticket(id).map(|t| t.version),
        )?;
        versions(
            "agent",
            &set.agents,
            |a| a.id,
            |id| self.roster.agents.get(&id).map(|a| a.version),
        )?;
        versions(
            "customer",
            &set.customers,
            |c| c.id,
            |id| self.customers.get(&id).map(|c| c.version),
        )?;
        versions(
            "notice",
            &set.notices,
            |n| n.id,
            |id| self.notices.get(&id).map(|n| n.version),
        )?;
        self.check_references(set)?;
        self.check_events(set)?;
        for change in &set.loads {
            let edited = set.agents.iter().map(|a| &a.value);
            let edited = edited.into_iter().find(|a| a.id == change.agent);
            self.roster.check(change, edited)?;
        }
        if let Some(words) = set.words.iter().find(|w| self.words.contains_key(&w.id)) {
            return Err(StoreError::conflict(format!("words {} exist", words.id)));
        }
        for answer in &set.answers {
            let held = self.answered(&answer.principal, &answer.key);
            if held.is_some_and(|held| held.expires_at > answer.given_at) {
                return Err(StoreError::conflict("an idempotency key is taken"));
            }
        }
        set.records
            .iter()
            .try_for_each(|change| self.records.check(change))
    }

    fn check_references(&self, set: &Changes) -> StoreResult<()> {
        let mut taken = HashMap::new();
        for ticket in set.tickets.iter().map(|t| &t.value) {
            let stored = self.index.references.get(&ticket.reference).copied();
            let other = stored.or_else(|| taken.insert(ticket.reference, ticket.id));
            if other.is_some_and(|other| other != ticket.id) {
                let what = format!("the reference {} is taken", ticket.reference);
                return Err(StoreError::conflict(what));
            }
        }
        Ok(())
    }

    fn check_events(&self, set: &Changes) -> StoreResult<()> {
        let mut last: HashMap<TicketId, u64> = HashMap::new();
        for event in &set.events {
            let last = match last.get_mut(&event.ticket) {
                Some(last) => last,
                None => {
                    let row = self.tickets.get(&event.ticket);
                    let raised = || set.tickets.iter().any(|t| t.value.id == event.ticket);
                    if row.is_none() && !raised() {
                        let what = format!("ticket {} does not exist", event.ticket);
                        return Err(StoreError::conflict(what));
                    }
                    let stored = row.map_or(0, |row| row.positions.len() as u64);
                    last.entry(event.ticket).or_insert(stored)
                }
            };
            if event.seq != *last + 1 {
                return Err(StoreError::conflict(format!(
                    "the last event of ticket {} is {last}, so the next is not {}",
                    event.ticket, event.seq
                )));
            }
            *last = event.seq;
        }
        Ok(())
    }

    /// Writes a change set that was checked.
    pub(super) fn apply(&mut self, set: &Changes, texts: Vec<Box<str>>) {
        for ticket in &set.tickets {
            self.put_ticket(&ticket.value);
        }
        for (event, text) in set.events.iter().zip(texts) {
            self.append(event.ticket, text);
        }
        for words in &set.words {
            self.put_words(words);
        }
        for agent in &set.agents {
            self.roster.put(&agent.value);
        }
        for change in &set.loads {
            self.roster.add(change);
        }
        for mark in &set.unmarks {
            self.roster.unmark(mark);
        }
        for mark in &set.marks {
            self.roster.mark(mark);
        }
        for customer in &set.customers {
            self.customers
                .insert(customer.value.id, customer.value.clone());
        }
        for customer in &set.forgotten {
            self.customers.remove(customer);
        }
        for notice in &set.notices {
            self.put_notice(&notice.value);
        }
        for erasure in &set.erased {
            self.erase(erasure);
        }
        for rules in &set.rules {
            self.rules
                .entry(rules.version.clone())
                .or_insert_with(|| rules.clone());
        }
        for answer in &set.answers {
            self.put_answer(answer);
        }
        for change in &set.records {
            self.records.apply(change);
        }
    }

    fn put_ticket(&mut self, ticket: &Ticket) {
        if let Some(row) = self.tickets.get_mut(&ticket.id) {
            self.index.put(Some(&row.ticket), ticket);
            row.ticket = ticket.clone();
        } else {
            self.index.put(None, ticket);
            let row = Row {
                ticket: ticket.clone(),
                positions: Vec::with_capacity(2),
            };
            self.tickets.insert(ticket.id, Box::new(row));
        }
    }

    fn append(&mut self, ticket: TicketId, text: Box<str>) {
        let Head { position, hash } = self.head();
        let position = position + 1;
        let hash = hash.then(position, &text);
        self.feed.push(Entry { hash, text });
        if let Some(row) = self.tickets.get_mut(&ticket) {
            row.positions.push(position);
        }
    }

    fn put_words(&mut self, words: &Words) {
        self.words_on.insert((words.ticket, words.id));
        if let Some(blob) = words.blob {
            *self.described.entry(blob).or_default() += 1;
        }
        self.words.insert(words.id, words.clone());
    }

    fn erase(&mut self, erasure: &Erasure) {
        let written: Vec<PieceId> = self.words_of(erasure.ticket).collect();
        for id in written.iter().chain(&erasure.pieces) {
            let Some(words) = self.words.remove(id) else {
                continue;
            };
            self.words_on.remove(&(words.ticket, words.id));
            if let Some(blob) = words.blob
                && let Some(count) = self.described.get_mut(&blob)
            {
                *count -= 1;
                if *count == 0 {
                    self.described.remove(&blob);
                }
            }
        }
    }

    fn put_notice(&mut self, notice: &Notice) {
        let due = |n: &Notice| n.due_at().map(|at| at.timestamp_micros());
        let old = self.notices.insert(notice.id, notice.clone());
        let moved = (old.as_ref().and_then(due), due(notice));
        shift(&mut self.notices_due, notice.id, moved);
        if let Some(old) = old {
            self.notices_on.remove(&(old.ticket, old.id));
        }
        self.notices_on.insert((notice.ticket, notice.id));
        if notice.is_dead() {
            self.notices_dead.insert(notice.id);
        } else {
            self.notices_dead.remove(&notice.id);
        }
    }

    fn put_answer(&mut self, answer: &Answer) {
        let keys = self.answers.entry(answer.principal.clone()).or_default();
        let Answer { principal, key, .. } = answer;
        if let Some(old) = keys.insert(key.clone(), answer.clone()) {
            self.expiries
                .remove(&(old.expires_at, old.principal, old.key));
        }
        self.expiries
            .insert((answer.expires_at, principal.clone(), key.clone()));
    }
}

//! The orders in which tickets are looked for.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use crate::id::{AgentId, Code, CustomerId, Reference, TicketId};
use crate::store::Sort;
use crate::ticket::Ticket;

/// Ids by a number: microseconds or a sort key.
pub(super) type Order<T> = BTreeSet<(i64, T)>;

/// Where tickets are found other than by id.
#[derive(Default)]
pub(super) struct Index {
    pub(super) references: HashMap<Reference, TicketId>,
    pub(super) received: Order<TicketId>,
    pub(super) updated: Order<TicketId>,
    pub(super) deadline: Order<TicketId>,
    pub(super) urgency: Order<TicketId>,
    pub(super) due: Order<TicketId>,
    pub(super) customers: BTreeSet<(CustomerId, TicketId)>,
    pub(super) agents: BTreeSet<(AgentId, TicketId)>,
    /// Tickets that nobody has, by queue and urgency.
    pub(super) unassigned: HashMap<Code, Order<TicketId>>,
}

impl Index {
    /// All tickets in the order of `sort`, the smallest key first.
    pub(super) fn order(&self, sort: Sort) -> &Order<TicketId> {
        match sort {
            Sort::Newest | Sort::Oldest => &self.received,
            Sort::Updated => &self.updated,
            Sort::Deadline => &self.deadline,
            Sort::Urgency => &self.urgency,
        }
    }

    /// Takes note that `new` stands where `old` stood.
    pub(super) fn put(&mut self, old: Option<&Ticket>, new: &Ticket) {
        let id = new.id;
        let key = |sort: Sort| (old.map(|t| sort.key(t)), Some(sort.key(new)));
        shift(&mut self.received, id, key(Sort::Newest));
        shift(&mut self.updated, id, key(Sort::Updated));
        shift(&mut self.deadline, id, key(Sort::Deadline));
        shift(&mut self.urgency, id, key(Sort::Urgency));
        shift(&mut self.due, id, (old.and_then(due_key), due_key(new)));
        shift(
            &mut self.customers,
            id,
            (old.map(|t| t.customer), Some(new.customer)),
        );
        shift(&mut self.agents, id, (old.and_then(holder), holder(new)));
        if old.map(|t| t.reference) != Some(new.reference) {
            if let Some(old) = old {
                self.references.remove(&old.reference);
            }
            self.references.insert(new.reference, id);
        }
        self.put_unassigned(old, new);
    }

    fn put_unassigned(&mut self, old: Option<&Ticket>, new: &Ticket) {
        fn place(ticket: &Ticket) -> Option<(&Code, i64)> {
            let waits = ticket.assignment.is_none();
            waits.then(|| (&ticket.queue, Sort::urgency(ticket)))
        }
        let (from, to) = (old.and_then(place), place(new));
        if from == to {
            return;
        }
        if let Some((queue, key)) = from
            && let Some(order) = self.unassigned.get_mut(queue)
        {
            order.remove(&(key, new.id));
        }
        if let Some((queue, key)) = to {
            if !self.unassigned.contains_key(queue) {
                self.unassigned.insert(queue.clone(), Order::new());
            }
            if let Some(order) = self.unassigned.get_mut(queue) {
                order.insert((key, new.id));
            }
        }
    }
}

fn due_key(ticket: &Ticket) -> Option<i64> {
    ticket.next_due().map(|at| at.timestamp_micros())
}

fn holder(ticket: &Ticket) -> Option<AgentId> {
    ticket.assignment.map(|a| a.agent)
}

/// Moves `id` from one key to another.
pub(super) fn shift<K: Ord + Copy, T: Ord + Copy>(
    set: &mut BTreeSet<(K, T)>,
    id: T,
    (from, to): (Option<K>, Option<K>),
) {
    if from == to {
        return;
    }
    if let Some(from) = from {
        set.remove(&(from, id));
    }
    if let Some(to) = to {
        set.insert((to, id));
    }
}

/// What is due by `now`, past the first `spread * limit` of it unless that is all there is.
pub(super) fn due<T: Ord + Copy>(
    order: &Order<T>,
    now: DateTime<Utc>,
    spread: u32,
    limit: u32,
) -> impl Iterator<Item = T> {
    let now = now.timestamp_micros();
    let until_now = || order.iter().take_while(move |(at, _)| *at <= now);
    let limit = limit as usize;
    let passed_over = (spread as usize).saturating_mul(limit);
    let skipped = match until_now().nth(passed_over) {
        Some(_) => passed_over,
        None => 0,
    };
    until_now().skip(skipped).take(limit).map(|&(_, id)| id)
}

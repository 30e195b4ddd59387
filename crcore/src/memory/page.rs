//! Lists: the narrowest index that the filter allows, walked in its order or sorted.

use std::collections::BTreeSet;
use std::ops::Bound;

use uuid::Uuid;

use crate::id::TicketId;
use crate::memory::index::Order;
use crate::memory::state::State;
use crate::store::{Assigned, Cursor, Page, Paging, Sort, TicketFilter, Total, Visible};
use crate::ticket::Ticket;

/// Where the tickets of a page are looked for.
enum Source<'a> {
    /// In an index that has the order asked for.
    Walk(&'a Order<TicketId>),
    /// Among these, to be sorted.
    Sort(Vec<TicketId>),
}

impl State {
    pub(super) fn page(&self, filter: &TicketFilter, paging: &Paging) -> Page<Ticket> {
        let mut found = match self.source(filter, paging.sort) {
            Source::Walk(order) => self.walk(order, filter, paging),
            Source::Sort(ids) => self.sort(&ids, filter, paging),
        };
        let more = found.len() > paging.size() as usize;
        found.truncate(paging.size() as usize);
        let next = found.last().filter(|_| more).map(|ticket| Cursor {
            key: paging.sort.key(ticket),
            id: ticket.id.uuid(),
        });
        Page {
            items: found.into_iter().cloned().collect(),
            next,
        }
    }

    pub(super) fn total(&self, filter: &TicketFilter) -> Total {
        let bound = Total::MAX as usize + 1;
        let admitted = |id: TicketId| self.ticket(id).filter(|ticket| filter.admits(ticket));
        let counted = match self.source(filter, Sort::Newest) {
            Source::Walk(order) if *filter == TicketFilter::default() => order.len().min(bound),
            Source::Walk(order) => {
                let found = order.iter().filter_map(|&(_, id)| admitted(id));
                found.take(bound).count()
            }
            Source::Sort(ids) => ids.into_iter().filter_map(admitted).count(),
        };
        Total::counted(counted as u64)
    }

    fn source(&self, filter: &TicketFilter, sort: Sort) -> Source<'_> {
        let customer = match &filter.visible {
            Visible::Customer(customer) => Some(*customer),
            _ => filter.customer,
        };
        if filter.visible == Visible::Nothing {
            return Source::Sort(Vec::new());
        }
        if let Some(reference) = &filter.reference {
            let found = self.index.references.get(reference);
            return Source::Sort(found.into_iter().copied().collect());
        }
        if let Some(customer) = customer {
            return Source::Sort(ids_of(&self.index.customers, customer));
        }
        match (filter.assigned, filter.queues.first()) {
            (Assigned::To(agent), _) => Source::Sort(ids_of(&self.index.agents, agent)),
            (Assigned::Nobody, Some(queue)) if filter.queues.len() == 1 => {
                match self.index.unassigned.get(queue) {
                    Some(order) if sort == Sort::Urgency => Source::Walk(order),
                    Some(order) => Source::Sort(order.iter().map(|&(_, id)| id).collect()),
                    None => Source::Sort(Vec::new()),
                }
            }
            _ => Source::Walk(self.index.order(sort)),
        }
    }

    fn walk(
        &self,
        order: &Order<TicketId>,
        filter: &TicketFilter,
        paging: &Paging,
    ) -> Vec<&Ticket> {
        let admitted =
            |&(_, id): &(i64, TicketId)| self.ticket(id).filter(|ticket| filter.admits(ticket));
        let wanted = paging.size() as usize + 1;
        let after = paging.after.map(|c| (c.key, TicketId::from(c.id)));
        if paging.sort.is_descending() {
            let end = after.map_or(Bound::Unbounded, Bound::Excluded);
            let range = order.range((Bound::Unbounded, end));
            range.rev().filter_map(admitted).take(wanted).collect()
        } else {
            let start = after.map_or(Bound::Unbounded, Bound::Excluded);
            let range = order.range((start, Bound::Unbounded));
            range.filter_map(admitted).take(wanted).collect()
        }
    }

    fn sort(&self, ids: &[TicketId], filter: &TicketFilter, paging: &Paging) -> Vec<&Ticket> {
        let mut found: Vec<_> = ids
            .iter()
            .filter_map(|&id| self.ticket(id))
            .filter(|ticket| filter.admits(ticket))
            .map(|ticket| ((paging.sort.key(ticket), ticket.id.uuid()), ticket))
            .collect();
        found.sort_unstable_by_key(|&(key, _)| key);
        let descending = paging.sort.is_descending();
        if descending {
            found.reverse();
        }
        let passed = |key: (i64, Uuid)| match paging.after {
            Some(c) if descending => key >= (c.key, c.id),
            Some(c) => key <= (c.key, c.id),
            None => false,
        };
        let rest = found.into_iter().skip_while(|&(key, _)| passed(key));
        let page = rest.map(|(_, ticket)| ticket);
        page.take(paging.size() as usize + 1).collect()
    }
}

/// The tickets that stand beside `owner`.
fn ids_of<K: Ord + Copy>(set: &BTreeSet<(K, TicketId)>, owner: K) -> Vec<TicketId> {
    let first = TicketId::from(Uuid::nil());
    let last = TicketId::from(Uuid::max());
    let range = set.range((owner, first)..=(owner, last));
    range.map(|&(_, id)| id).collect()
}

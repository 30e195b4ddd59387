//! Acts that touch more than one ticket, or all that was said on one: merge, split, erase.

use std::collections::BTreeSet;

use super::draft::{Case, Draft};
use super::{Asker, Plan, Planner, check};
use crate::actor::Role;
use crate::command::{ABSORBED_MAX, ATTACHMENTS_MAX, Act, Done};
use crate::error::Error;
use crate::event::{Event, Fact, Raised};
use crate::id::{PieceId, Reference, TicketId};
use crate::notify::Notice;
use crate::store::{Erasure, NoticeFilter};
use crate::ticket::{Link, LinkKind, Ticket, Verb};

/// How many events of one ticket a command reads at most; longer histories are read page by page
/// where they are shown.
pub(super) const EVENTS_MAX: u32 = 10_000;
/// How many unsent notices of one ticket a command takes back.
const NOTICES_MAX: u32 = 1_000;
/// How many messages a split takes along.
const SPLIT_MAX: usize = 200;

impl Planner<'_> {
    pub(crate) async fn merge(
        self,
        mut draft: Draft<'_>,
        asker: &Asker,
        mut case: Case,
        into: TicketId,
    ) -> Result<Plan, Error> {
        if into == case.ticket.id {
            return Err(Error::invalid("into", "another ticket"));
        }
        let other = self
            .store
            .ticket(into)
            .await?
            .ok_or(Error::NotFound { what: "ticket" })?;
        check(asker, &other, Verb::Absorb)?;
        let mut other = Case::of(other);
        let leads = !matches!(asker.actor.role(), Role::Agent);
        if case.ticket.customer != other.ticket.customer && !leads {
            let why = "tickets of two customers are merged by a supervisor";
            return Err(Error::not_possible(why));
        }
        let (absorbed, files) = (&case.ticket.absorbed, &case.ticket.attachments);
        if other.ticket.absorbed.len() + absorbed.len() >= ABSORBED_MAX {
            let why = format!("a ticket goes on in place of at most {ABSORBED_MAX} others");
            return Err(Error::not_possible(why));
        }
        if other.ticket.attachments.len() + files.len() > ATTACHMENTS_MAX {
            return Err(Error::not_possible(format!(
                "a ticket has at most {ATTACHMENTS_MAX} files"
            )));
        }
        draft.moment = draft.moment.not_before(other.ticket.updated_at);

        self.mark_holder(&mut draft, asker, &case).await?;
        if case.ticket.status.is_active()
            && let Some(assignment) = case.ticket.assignment
        {
            draft.release(&mut case, assignment)?;
        }
        draft.withdraw(self.unsettled(case.ticket.id).await?);
        draft.happen(&mut case, Fact::MergedInto { ticket: into })?;
        let source = draft.settle(case)?;
        let done = Done::to(&source);
        let taken = Fact::Absorbed {
            ticket: source.id,
            head: source.version,
            received_at: source.received_at.min(other.ticket.received_at),
            attachments: source.attachments,
            absorbed: source.absorbed,
        };
        draft.happen(&mut other, taken)?;
        draft.settle(other)?;
        Ok(Plan::of(draft.changes, done))
    }

    /// Makes a second ticket of some messages of the first, received when the first was.
    pub(crate) async fn split(
        self,
        mut draft: Draft<'_>,
        mut case: Case,
        act: &Act,
    ) -> Result<Plan, Error> {
        let Act::Split {
            subject,
            service,
            kind,
            pieces,
        } = act
        else {
            return Err(Error::broken("no split"));
        };
        if pieces.len() > SPLIT_MAX {
            let got = pieces.len();
            return Err(Error::invalid(
                "pieces",
                format!("at most {SPLIT_MAX}, got {got}"),
            ));
        }
        let events = self.store.events(case.ticket.id, 0, EVENTS_MAX).await?;
        let told: BTreeSet<PieceId> = events.iter().filter_map(Event::public_message).collect();
        if pieces.iter().any(|piece| !told.contains(piece)) {
            return Err(Error::invalid("pieces", "public messages of this ticket"));
        }
        let id: TicketId = draft.moment.id();
        let queue = draft.service(service)?.queue.clone();
        let subject = draft.subject(id, subject)?;
        let parent = &case.ticket;
        let raised = Fact::Raised(Box::new(Raised {
            reference: Reference::from_random(draft.moment.bytes()),
            kind: *kind,
            priority: parent.priority,
            service: service.clone(),
            queue,
            channel: parent.channel,
            language: parent.language.clone(),
            customer: parent.customer,
            received_at: parent.received_at,
            subject,
            body: None,
            amount: None,
            tags: BTreeSet::new(),
            fields: std::collections::BTreeMap::new(),
            split_from: Some(parent.id),
            borrowed: pieces.clone(),
        }));
        let mut child = draft.begin(id, raised)?;
        let up = Link {
            kind: LinkKind::ChildOf,
            ticket: parent.id,
        };
        draft.happen(&mut child, Fact::Linked { link: up })?;
        draft.queue(&mut child)?;
        draft.happen(&mut case, Fact::SplitOff { ticket: id })?;
        let down = Link {
            kind: LinkKind::ParentOf,
            ticket: id,
        };
        draft.happen(&mut case, Fact::Linked { link: down })?;
        let child = draft.settle(child)?;
        let parent = draft.settle(case)?;
        let done = Done {
            made: Some(id),
            ..Done::to(&parent)
        };
        Ok(Plan {
            allocate: child.allocate_at.map(|_| id),
            ..Plan::of(draft.changes, done)
        })
    }

    /// Removes the words of a ticket and of those it goes on in place of.
    pub(crate) async fn erase(self, mut draft: Draft<'_>, case: Case) -> Result<Plan, Error> {
        let mut cases = vec![case];
        for id in cases[0].ticket.absorbed.clone() {
            if let Some(ticket) = self.store.ticket(id).await? {
                draft.moment = draft.moment.not_before(ticket.updated_at);
                cases.push(Case::of(ticket));
            }
        }
        let sharing = self.sharing(&cases).await?;
        if cases
            .iter()
            .map(|case| &case.ticket)
            .chain(&sharing)
            .any(|ticket| ticket.held)
        {
            return Err(Error::not_possible(
                "a hold forbids the erasure of this ticket",
            ));
        }
        if sharing.iter().any(|ticket| ticket.status.is_active()) {
            return Err(Error::not_possible(
                "a ticket that tells some of these words is still active",
            ));
        }
        let mut loose = Vec::new();
        let mut done: Option<Done> = None;
        for mut case in cases {
            let Ticket { id, borrowed, .. } = &case.ticket;
            loose.extend(self.store.blobs(*id).await?);
            let (quarantined, bytes) = super::quarantine::forget(self.store, *id).await?;
            draft.changes.records.extend(quarantined);
            loose.extend(bytes);
            draft.withdraw(self.unsettled(*id).await?);
            draft.changes.erased.push(Erasure {
                ticket: *id,
                pieces: borrowed.clone(),
            });
            draft.happen(&mut case, Fact::Erased {})?;
            let ticket = draft.settle(case)?;
            done.get_or_insert(Done::to(&ticket));
        }
        let done = done.ok_or_else(|| Error::broken("nothing was erased"))?;
        Ok(Plan {
            loose,
            ..Plan::of(draft.changes, done)
        })
    }

    /// The tickets that tell some of the same words: those that these were split from, those that were
    /// split off them, and those that go on in place of any of them.
    async fn sharing(self, cases: &[Case]) -> Result<Vec<Ticket>, Error> {
        let mut ids = Vec::new();
        for case in cases {
            ids.extend(case.ticket.merged_into);
            let events = self.store.events(case.ticket.id, 0, EVENTS_MAX).await?;
            ids.extend(events.iter().filter_map(|event| match &event.fact {
                Fact::Raised(raised) => raised.split_from,
                Fact::SplitOff { ticket } => Some(*ticket),
                _ => None,
            }));
        }
        let mut seen: BTreeSet<TicketId> = cases.iter().map(|case| case.ticket.id).collect();
        let mut tickets = Vec::new();
        while let Some(id) = ids.pop() {
            if seen.insert(id)
                && let Some(ticket) = self.store.ticket(id).await?
            {
                ids.extend(ticket.merged_into);
                tickets.push(ticket);
            }
        }
        Ok(tickets)
    }

    async fn unsettled(self, ticket: TicketId) -> Result<Vec<Notice>, Error> {
        let filter = NoticeFilter {
            ticket: Some(ticket),
            unsettled: true,
            dead: false,
        };
        Ok(self.store.notices(&filter, None, NOTICES_MAX).await?)
    }
}

//! What can be read at the desk, and by whom.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Desk;
use crate::access::{self, Right};
use crate::actor::Actor;
use crate::analytics::Analytics;
use crate::chain::{Fault, Head, Verifier};
use crate::error::Error;
use crate::event::{Event, Fact};
use crate::id::{BlobId, Code, NoticeId, PieceId, Reference, TicketId};
use crate::notify::Notice;
use crate::rules::{Rulebook, Rules};
use crate::sla::Explanation;
use crate::store::{Assigned, NoticeFilter, Page, Paging, Sort, TicketFilter, Total};
use crate::ticket::{Decision, FieldValue, How, Target, Ticket, Verb, legal};
use crate::words::AttachmentWords;

/// How many entries of a conversation are read at once.
const THREAD_MAX: u32 = 2_000;
/// How many items of the feed are read at once.
const FEED_MAX: u32 = 1_000;
/// How many notices are read at once.
const NOTICES_MAX: u32 = 500;

/// One line of a ticket's conversation.
#[derive(Clone)]
pub struct Entry {
    /// What happened.
    pub event: Event,
    /// What was said with it; absent where nothing was, or where it was erased. Messages that a split
    /// took along stand apart by a blank line.
    pub text: Option<String>,
    /// The file that was put on the ticket; absent where it was erased.
    pub file: Option<AttachmentWords>,
}

/// Why a ticket is due when it is, and who was considered for it.
#[derive(Debug, Clone)]
pub struct Why {
    /// What people call it by.
    pub reference: Reference,
    /// Each deadline, with what led to its instant.
    pub deadlines: Vec<Explanation>,
    /// Each time that allocation looked for an agent, with when.
    pub allocation: Vec<(DateTime<Utc>, Decision)>,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.reference)?;
        if self.deadlines.is_empty() {
            writeln!(f, "\nNo policy sets a deadline for this ticket.")?;
        }
        for deadline in &self.deadlines {
            writeln!(f, "\n{deadline}")?;
        }
        if self.allocation.is_empty() {
            writeln!(f, "\nAllocation was not asked for this ticket.")?;
        }
        for (at, decision) in &self.allocation {
            writeln!(
                f,
                "\nAllocation at {}:\n{decision}",
                at.format("%Y-%m-%d %H:%M:%S UTC")
            )?;
        }
        Ok(())
    }
}

impl Desk {
    /// The ticket with this id, as `actor` may see it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none that the actor may know of.
    pub async fn ticket(&self, actor: Actor, id: TicketId) -> Result<Ticket, Error> {
        let ticket = self.visible_ticket(actor, id).await?;
        self.shown(actor, ticket).await
    }

    /// The ticket as `actor` may see it, without what a merge across customers brought from another.
    async fn shown(&self, actor: Actor, mut ticket: Ticket) -> Result<Ticket, Error> {
        let role = actor.role();
        if access::has(role, Right::SeeInternal) {
            return Ok(ticket);
        }
        if let Some(into) = ticket.merged_into
            && !self.reads(actor, into).await?
        {
            ticket.merged_into = Some(TicketId::ELSEWHERE);
        }
        if !ticket.absorbed.is_empty() && !ticket.attachments.is_empty() {
            let pieces: Vec<PieceId> = ticket.attachments.iter().map(|a| a.piece.id).collect();
            let mut told = HashSet::new();
            for words in self.inner.store.words(&pieces).await? {
                if self.reads(actor, words.ticket).await? {
                    told.insert(words.id);
                }
            }
            let files = &mut ticket.attachments;
            files.retain(|file| told.contains(&file.piece.id));
        }
        Ok(access::redact(role, ticket))
    }

    /// What `actor` can do to a ticket now: what the life cycle allows where it stands, of what the
    /// access table allows them. What a page offers.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none that the actor may know of.
    pub async fn possible(&self, actor: Actor, id: TicketId) -> Result<Vec<Verb>, Error> {
        let ticket = self.inner.store.ticket(id).await?;
        let visible = self.visible(actor).await?;
        let ticket = ticket.filter(|ticket| visible.admits(ticket));
        let ticket = ticket.ok_or(Error::NotFound { what: "ticket" })?;
        let mut verbs = legal(&ticket);
        verbs.retain(|&verb| access::may(actor, &visible, verb, &ticket));
        Ok(verbs)
    }

    pub(super) async fn visible_ticket(&self, actor: Actor, id: TicketId) -> Result<Ticket, Error> {
        let ticket = self.inner.store.ticket(id).await?;
        let visible = self.visible(actor).await?;
        ticket
            .filter(|ticket| visible.admits(ticket))
            .ok_or(Error::NotFound { what: "ticket" })
    }

    /// By when somebody who waits for an answer can count on one: the nearest deadline that runs. What
    /// the acknowledgement says (`due`), and all that a customer is told of deadlines.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no ticket that the actor may know of.
    pub async fn promised(
        &self,
        actor: Actor,
        id: TicketId,
    ) -> Result<Option<DateTime<Utc>>, Error> {
        Ok(self.visible_ticket(actor, id).await?.deadline())
    }

    /// The ticket that people call by this reference, as `actor` may see it. Knowing a reference
    /// grants nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none that the actor may know of.
    pub async fn by_reference(&self, actor: Actor, reference: Reference) -> Result<Ticket, Error> {
        let filter = TicketFilter {
            reference: Some(reference),
            ..TicketFilter::default()
        };
        let page = self
            .tickets(
                actor,
                filter,
                &Paging {
                    limit: 1,
                    ..Paging::default()
                },
            )
            .await?;
        page.items
            .into_iter()
            .next()
            .ok_or(Error::NotFound { what: "ticket" })
    }

    /// A page of the tickets that pass `filter` and that `actor` may see. The filter is narrowed
    /// before it reaches the store, so that cursors and totals tell no more than items.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] where a customer filters or sorts by what is not shown to them: who has a
    /// ticket, or its deadline.
    pub async fn tickets(
        &self,
        actor: Actor,
        mut filter: TicketFilter,
        paging: &Paging,
    ) -> Result<Page<Ticket>, Error> {
        if paging.sort == Sort::Deadline {
            self.need(actor, Right::SeeInternal)?;
        }
        self.narrow(actor, &mut filter).await?;
        let page = self.inner.store.tickets(&filter, paging).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for ticket in page.items {
            items.push(self.shown(actor, ticket).await?);
        }
        Ok(Page { items, ..page })
    }

    /// How many tickets pass the filter that `actor` may see, exactly up to [`Total::MAX`].
    ///
    /// ```
    /// # use crcore::store::{TicketFilter, Total};
    /// # use crcore::{Code, Raise, Rules, testing::TestDesk};
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let cards: Code = "cards".parse()?;
    /// let desk = TestDesk::open(Rules::of_services([&cards])).await?;
    /// let (asha, ravi) = (desk.new_customer("Asha").await?, desk.new_customer("Ravi").await?);
    /// let raise = Raise::new(desk.id_of(asha), cards, "Charged twice");
    /// desk.acting(asha).raise(raise).await?;
    /// assert_eq!(desk.total(asha, TicketFilter::default()).await?, Total::Exact(1));
    /// assert_eq!(desk.total(ravi, TicketFilter::default()).await?, Total::Exact(0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`Error::NotAllowed`] where a customer filters by what is not shown to them.
    pub async fn total(&self, actor: Actor, mut filter: TicketFilter) -> Result<Total, Error> {
        self.narrow(actor, &mut filter).await?;
        Ok(self.inner.store.total(&filter).await?)
    }

    /// Narrows a filter to what `actor` may see and may ask by.
    async fn narrow(&self, actor: Actor, filter: &mut TicketFilter) -> Result<(), Error> {
        let by_inner_facts = filter.assigned != Assigned::Any || filter.deadline_before.is_some();
        if by_inner_facts {
            self.need(actor, Right::SeeInternal)?;
        }
        let granted = self.visible(actor).await?;
        filter.visible = access::narrow(&filter.visible, &granted);
        Ok(())
    }

    /// The subject lines of these tickets; those that were erased are left out.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had.
    pub async fn subjects(&self, tickets: &[Ticket]) -> Result<HashMap<TicketId, String>, Error> {
        let pieces: Vec<PieceId> = tickets.iter().map(|ticket| ticket.subject.id).collect();
        let texts = self.texts(&pieces).await?;
        let subject = |t: &Ticket| Some((t.id, texts.get(&t.subject.id)?.clone()));
        Ok(tickets.iter().filter_map(subject).collect())
    }

    /// The free text in a ticket's custom fields, by field; what was erased is left out. For the desk:
    /// what staff note in a field is not told to the customer.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to a customer, [`Error::NotFound`] where the actor may not know of the
    /// ticket.
    pub async fn field_texts(
        &self,
        actor: Actor,
        id: TicketId,
    ) -> Result<BTreeMap<Code, String>, Error> {
        self.need(actor, Right::SeeInternal)?;
        let ticket = self.visible_ticket(actor, id).await?;
        let typed: Vec<(&Code, PieceId)> = ticket
            .fields
            .iter()
            .filter_map(|(field, value)| match value {
                FieldValue::Text(piece) => Some((field, piece.id)),
                _ => None,
            })
            .collect();
        let pieces: Vec<PieceId> = typed.iter().map(|(_, piece)| *piece).collect();
        let mut texts = self.texts(&pieces).await?;
        let text = |(field, piece): (&Code, PieceId)| Some((field.clone(), texts.remove(&piece)?));
        Ok(typed.into_iter().filter_map(text).collect())
    }

    async fn texts(&self, pieces: &[PieceId]) -> Result<HashMap<PieceId, String>, Error> {
        let words = self.inner.store.words(pieces).await?;
        Ok(words
            .into_iter()
            .map(|words| (words.id, words.text))
            .collect())
    }

    /// What happened to a ticket and what was said, as `actor` may see it, in order of time, with what
    /// happened to the tickets that it goes on in place of. At most 2,000 entries.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no ticket that the actor may know of.
    pub async fn thread(&self, actor: Actor, id: TicketId) -> Result<Vec<Entry>, Error> {
        let ticket = self.visible_ticket(actor, id).await?;
        let role = actor.role();
        let mut events = Vec::new();
        for id in ticket.absorbed.iter().copied().chain([id]) {
            if self.reads(actor, id).await? {
                events.extend(self.inner.store.events(id, 0, THREAD_MAX).await?);
            }
        }
        events.retain(|event| access::sees(role, event));
        events.sort_by_key(|event| (event.at, event.ticket, event.seq));
        events.truncate(THREAD_MAX as usize);
        let pieces: Vec<PieceId> = events.iter().flat_map(told).collect();
        let texts = self.texts(&pieces).await?;
        let mut thread = Vec::with_capacity(events.len());
        for event in events {
            let elsewhere = match event.fact {
                Fact::MergedInto { ticket } => !self.reads(actor, ticket).await?,
                _ => false,
            };
            let text = text_of(&event, &texts);
            thread.push(entry(access::redact_event(role, event, elsewhere), text));
        }
        Ok(thread)
    }

    /// Whether what was said on this ticket is told to `actor` on the one that goes on in its place. A
    /// supervisor may merge tickets of two customers; neither reads what the other said.
    async fn reads(&self, actor: Actor, id: TicketId) -> Result<bool, Error> {
        if access::has(actor.role(), Right::SeeInternal) {
            return Ok(true);
        }
        match self.visible_ticket(actor, id).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A file on a ticket, by its piece of words: what it is, and its bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the actor may not see it, or where it was erased.
    pub async fn file(
        &self,
        actor: Actor,
        ticket: TicketId,
        piece: PieceId,
    ) -> Result<(AttachmentWords, Vec<u8>), Error> {
        let missing = Error::NotFound { what: "file" };
        let ticket = self.ticket(actor, ticket).await?;
        if !ticket
            .attachments
            .iter()
            .any(|attachment| attachment.piece.id == piece)
        {
            return Err(missing);
        }
        let kept = self.inner.store.words(&[piece]).await?.pop();
        let kept = kept.ok_or(missing.clone())?;
        if !self.reads(actor, kept.ticket).await? {
            return Err(missing);
        }
        let words: AttachmentWords = serde_json::from_str(&kept.text).map_err(Error::broken)?;
        let bytes = self.inner.blobs.get(words.blob).await?.ok_or(missing)?;
        if BlobId::of(&bytes) != words.blob {
            return Err(Error::broken(format!(
                "blob {} is not what was put",
                words.blob
            )));
        }
        Ok((words, bytes))
    }

    /// Why a ticket is due when it is, by the version of the rules that decided, and who was
    /// considered for it.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to a customer.
    pub async fn explain(&self, actor: Actor, id: TicketId) -> Result<Why, Error> {
        self.need(actor, Right::SeeInternal)?;
        let ticket = self.visible_ticket(actor, id).await?;
        let events = self.inner.store.events(id, 0, THREAD_MAX).await?;
        let mut deadlines = Vec::new();
        for timer in ticket.sla.iter().flat_map(|sla| &sla.timers) {
            let (target, cycle) = (timer.target, timer.cycle);
            let then = as_decided(&ticket, &events, target, cycle)?;
            let rules = self.rules_of(&then).await?;
            let why = rules.sla().explain(&then, target, cycle);
            deadlines.push(why.map_err(Error::broken)?);
        }
        let allocation = events.into_iter().filter_map(|event| match event.fact {
            Fact::Assigned {
                how: How::Allocation { decision },
                ..
            }
            | Fact::Unplaced { decision } => Some((event.at, decision)),
            _ => None,
        });
        Ok(Why {
            reference: ticket.reference,
            deadlines,
            allocation: allocation.collect(),
        })
    }

    /// The rules that set a ticket's deadlines.
    async fn rules_of(&self, ticket: &Ticket) -> Result<Arc<Rulebook>, Error> {
        let current = self.rules();
        let Some(sla) = ticket
            .sla
            .as_ref()
            .filter(|sla| sla.rules != current.version())
        else {
            return Ok(current);
        };
        let stored = self.inner.store.rules(&sla.rules).await?;
        let stored =
            stored.ok_or_else(|| Error::broken(format!("rules {} are lost", sla.rules)))?;
        let rules = Rules::from_json(&stored.text).and_then(Rulebook::new);
        rules.map(Arc::new).map_err(Error::broken)
    }

    /// Notices that pass `filter`, by id, after `after`; at most 500. For whoever looks after mail
    /// that could not be sent.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not see reports.
    pub async fn notices(
        &self,
        actor: Actor,
        filter: &NoticeFilter,
        after: Option<NoticeId>,
    ) -> Result<Vec<Notice>, Error> {
        self.need(actor, Right::SeeReports)?;
        Ok(self.inner.store.notices(filter, after, NOTICES_MAX).await?)
    }

    /// Brings `analytics` up to the last event, at most `limit` events in this call; says how many it
    /// took in.
    ///
    /// # Errors
    /// [`Error::Broken`] where the feed cannot be read.
    pub async fn analyse(
        &self,
        actor: Actor,
        analytics: &mut Analytics,
        limit: u32,
    ) -> Result<u32, Error> {
        self.need(actor, Right::SeeReports)?;
        let mut taken = 0;
        while taken < limit {
            let wanted = FEED_MAX.min(limit - taken);
            let items = self.inner.store.feed(analytics.bookmark(), wanted).await?;
            if items.is_empty() {
                break;
            }
            for item in &items {
                analytics
                    .record(item.position, &item.event()?)
                    .map_err(Error::broken)?;
            }
            taken += items.len() as u32;
        }
        Ok(taken)
    }

    /// The head of the chain, for export: keep it where nobody who can write the store can reach it.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not see reports.
    pub async fn head(&self, actor: Actor) -> Result<Head, Error> {
        self.need(actor, Right::SeeReports)?;
        Ok(self.inner.store.head().await?)
    }

    /// Reads the whole chain again and compares it with a head that was exported before. The inner
    /// error names the first bad position.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not see reports.
    pub async fn verify(
        &self,
        actor: Actor,
        exported: Option<Head>,
    ) -> Result<Result<Head, Fault>, Error> {
        self.need(actor, Right::SeeReports)?;
        let mut verifier = Verifier::new();
        if let Some(exported) = exported {
            verifier = verifier.against(exported);
        }
        let mut after = 0;
        while verifier.fault().is_none() {
            let items = self.inner.store.feed(after, FEED_MAX).await?;
            let Some(last) = items.last() else { break };
            after = last.position;
            for item in &items {
                verifier.read(item.position, item.hash, &item.text);
            }
        }
        Ok(verifier.finish())
    }
}

/// The pieces of words that an event tells.
fn told(event: &Event) -> Vec<PieceId> {
    let piece = match &event.fact {
        Fact::Raised(raised) => {
            let body = raised.body.map(|piece| piece.id);
            return body.into_iter().chain(raised.borrowed.clone()).collect();
        }
        Fact::Replied { words } | Fact::Noted { words } => Some(*words),
        Fact::Resolved { words, .. } | Fact::Reopened { words } | Fact::Rated { words, .. } => {
            *words
        }
        Fact::Attached { attachment } => Some(attachment.piece),
        _ => None,
    };
    piece.map(|piece| piece.id).into_iter().collect()
}

fn text_of(event: &Event, texts: &HashMap<PieceId, String>) -> Option<String> {
    let told = told(event);
    let told: Vec<&str> = told
        .iter()
        .filter_map(|piece| texts.get(piece).map(String::as_str))
        .collect();
    (!told.is_empty()).then(|| told.join("\n\n"))
}

fn entry(event: Event, text: Option<String>) -> Entry {
    match event.fact {
        Fact::Attached { .. } => {
            let file = text.and_then(|text| serde_json::from_str(&text).ok());
            Entry {
                event,
                text: None,
                file,
            }
        }
        _ => Entry {
            event,
            text,
            file: None,
        },
    }
}

/// The ticket as it stood when a timer got its verdict, for what counted is what counted then; the
/// ticket as it is while the timer runs.
fn as_decided(
    ticket: &Ticket,
    events: &[Event],
    target: Target,
    cycle: u32,
) -> Result<Ticket, Error> {
    let verdict = events.iter().position(|event| match &event.fact {
        Fact::Met(r) | Fact::Missed(r) => r.target == target && r.cycle == cycle,
        _ => false,
    });
    match verdict {
        Some(nth) => Ok(Ticket::from_events(&events[..=nth])?),
        None => Ok(ticket.clone()),
    }
}

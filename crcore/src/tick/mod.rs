//! What falls due, in one bounded batch per call. The host decides when; any number of hosts may tick
//! one store at once.

mod send;
mod transcript;

use std::pin::Pin;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::task::Poll;

use chrono::{DateTime, TimeDelta, Utc};

use crate::blobs::UNNAMED_FOR_HOURS;
use crate::desk::{Desk, commit_one};
use crate::error::{Error, ErrorKind};
use crate::event::Fact;
use crate::id::BlobId;
use crate::plan::quarantine::is_quarantined;
use crate::plan::{DueMemo, plan_due};
use crate::store::{Assigned, Changes, Paging, Sort, StoreError, StoreResult, TicketFilter};
use crate::ticket::{StatusName, Ticket};

/// The largest batch: a bound on memory and on how long one tick takes.
pub const TICK_MAX: u32 = 1_000;
/// How many blobs one tick looks at for a name.
const BLOBS_MAX: u32 = 16;
/// How many marked queues one tick drains.
const QUEUES_MAX: u32 = 32;
/// How old a mark is when it is taken off. A later mark takes the place of an earlier one by its
/// instant, so one that is set while its queue is drained, at the same instant or by a host whose clock
/// is behind by less than this, could not be told from the one that is taken off.
const MARK_SETTLES: TimeDelta = TimeDelta::seconds(5);

/// What one tick did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Milestones that were noted: warnings, due instants, escalations.
    pub milestones: u32,
    /// Tickets that got an agent.
    pub allocated: u32,
    /// Tickets that came back into sight or closed by themselves.
    pub moved: u32,
    /// Notices that were delivered.
    pub delivered: u32,
    /// Notices that were not taken and will be tried again.
    pub postponed: u32,
    /// Notices that were given up.
    pub dead: u32,
    /// Tickets and notices that another host was faster with.
    pub conflicts: u32,
    /// Tickets for which nothing could be decided, because the rules or the stored ticket are broken.
    /// They stay due; none of them keeps others waiting.
    pub broken: u32,
    /// Whether a part of the batch was full, so that more may be due already.
    pub more: bool,
}

/// What became of change sets.
#[derive(Default)]
struct Batch {
    landed: u32,
    /// Those that have to be looked at again.
    again: u32,
}

/// What a first look found.
struct Found {
    /// Another process put other rules in force.
    other_rules: bool,
    /// Something is due.
    is_due: bool,
}

type Look<'a> = Pin<Box<dyn Future<Output = StoreResult<bool>> + Send + 'a>>;

impl Desk {
    /// Does one bounded batch of what is due: at most `limit` tickets, marked queues and notices each,
    /// at most [`TICK_MAX`]. Never early, and as late as it is called. A host calls it every second or
    /// so, and at once again while [`Ticked::more`].
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had. What was done by then stays done.
    pub async fn tick(&self, limit: u32) -> Result<Ticked, Error> {
        let limit = limit.clamp(1, TICK_MAX);
        let mut ticked = Ticked::default();
        let found = self.look_around().await?;
        if found.other_rules {
            self.follow_rules().await?;
        }
        if found.is_due {
            self.tick_tickets(limit, &mut ticked).await?;
            self.tick_queues(limit, &mut ticked).await?;
            self.tick_notices(limit, &mut ticked).await?;
        }
        let now = self.inner.clock.now();
        if self.inner.tick.is_to_tidy(now) {
            let full = self.inner.store.tidy(now, limit).await? >= limit;
            self.inner.tick.tidied((!full).then_some(now));
            ticked.more |= full;
            self.sweep(now).await?;
        }
        Ok(ticked)
    }

    /// Looks at all places at once, so that a tick with nothing to do waits for one answer.
    async fn look_around(&self) -> Result<Found, Error> {
        let (store, now) = (&*self.inner.store, self.inner.clock.now());
        let owes = self.inner.notifier.is_some();
        let looks: [Look<'_>; 4] = [
            Box::pin(self.are_other_rules_in_force()),
            Box::pin(async move { Ok(!store.due(now, 0, 1).await?.is_empty()) }),
            Box::pin(async move { Ok(!store.marked(1).await?.is_empty()) }),
            Box::pin(async move { Ok(owes && !store.owed(now, 0, 1).await?.is_empty()) }),
        ];
        let mut found = join(looks.into_iter()).await.into_iter();
        let other_rules = found.next().unwrap_or(Ok(false))?;
        let mut is_due = false;
        for due in found {
            is_due |= due?;
        }
        Ok(Found {
            other_rules,
            is_due,
        })
    }

    async fn tick_tickets(&self, limit: u32, ticked: &mut Ticked) -> Result<(), Error> {
        let (store, state) = (&self.inner.store, &self.inner.tick);
        let now = self.inner.clock.now();
        let past = state.past_broken.swap(0, Ordering::Relaxed);
        let begin = if past > 0 { past } else { state.spread };
        let due = store.due(now, begin, limit).await?;
        // Where all are passed over, none are.
        let wrapped = past > 0
            && match store.due(now, 0, 1).await?.first() {
                Some(first) => due.first().is_some_and(|ticket| ticket.id == first.id),
                None => true,
            };
        let full = due.len() as u32 >= limit;
        let mut memo = DueMemo::default();
        let mut sets = Vec::with_capacity(due.len());
        for ticket in due {
            self.plan_into(&mut sets, &mut memo, ticket, false, ticked)
                .await?;
        }
        let landed = self.commit_batch(&sets, ticked).await?.landed;
        if full && ticked.broken > 0 {
            let next = if wrapped { 1 } else { begin.saturating_add(1) };
            state.past_broken.store(next, Ordering::Relaxed);
        }
        ticked.more |= if ticked.broken == 0 {
            full || (past > 0 && landed > 0)
        } else {
            (full && !wrapped) || landed > 0
        };
        Ok(())
    }

    /// Gives out what waits in queues that somebody may have become able to serve: by priority, then
    /// age, past what cannot be placed. A round through a long queue goes on in the next tick where
    /// this one ends; the mark that began it goes when it is through.
    async fn tick_queues(&self, limit: u32, ticked: &mut Ticked) -> Result<(), Error> {
        let store = &self.inner.store;
        let now = self.inner.clock.now();
        for mark in store.marked(QUEUES_MAX).await? {
            let filter = TicketFilter {
                assigned: Assigned::Nobody,
                queues: [mark.queue.clone()].into(),
                statuses: StatusName::ALL
                    .into_iter()
                    .filter(|s| s.is_active())
                    .collect(),
                ..TicketFilter::default()
            };
            let mut paging = Paging {
                sort: Sort::Urgency,
                limit: Paging::MAX,
                ..Paging::default()
            };
            let mut memo = DueMemo::default();
            let mut round = self.inner.tick.round(&mark);
            let mut looked = 0;
            let done = loop {
                paging.after = round.after;
                let page = store.tickets(&filter, &paging).await?;
                looked += page.items.len() as u32;
                let mut sets = Vec::new();
                for ticket in page.items {
                    self.plan_into(&mut sets, &mut memo, ticket, true, ticked)
                        .await?;
                }
                round.disturbed |= self.commit_batch(&sets, ticked).await?.again > 0;
                round.after = page.next;
                if round.after.is_none() || memo.is_exhausted(&mark.queue) {
                    break true;
                }
                if looked >= limit {
                    break false;
                }
            };
            ticked.more |= !done || round.disturbed;
            let settles = round.mark.at + MARK_SETTLES < now;
            let through = done && !round.disturbed && settles;
            let dealt_with = through.then(|| round.mark.clone());
            self.inner.tick.keep((!done).then_some(round), &mark.queue);
            if let Some(mark) = dealt_with {
                let changes = Changes {
                    unmarks: vec![mark],
                    ..Changes::default()
                };
                commit_one(&**store, &changes).await?;
            }
        }
        Ok(())
    }

    async fn plan_into(
        &self,
        sets: &mut Vec<Changes>,
        memo: &mut DueMemo,
        ticket: Ticket,
        drain: bool,
        ticked: &mut Ticked,
    ) -> Result<(), Error> {
        let rules = self.rules();
        match plan_due(self.planner(&rules), memo, ticket, drain).await {
            Ok(changes) if changes.is_empty() => {}
            Ok(changes) => sets.push(changes),
            Err(error) if error.kind() == ErrorKind::TryAgain => return Err(error),
            Err(_) => ticked.broken += 1,
        }
        Ok(())
    }

    async fn commit_batch(&self, sets: &[Changes], ticked: &mut Ticked) -> Result<Batch, Error> {
        let mut batch = Batch::default();
        if sets.is_empty() {
            return Ok(batch);
        }
        for (set, answer) in sets.iter().zip(self.inner.store.commit(sets).await) {
            match answer {
                Ok(()) => {
                    batch.landed += 1;
                    ticked.count(set);
                }
                // Another host was faster, or the ticket moved on: what is still due is found again.
                Err(StoreError::Conflict { .. }) => {
                    batch.again += 1;
                    ticked.conflicts += 1;
                }
                // What landed is not due any more; what did not is found again.
                Err(StoreError::Unknown { .. }) => {
                    batch.again += 1;
                    ticked.more = true;
                }
                // It cannot be written, whoever tries: others must not wait for it.
                Err(StoreError::Corrupt { .. }) => ticked.broken += 1,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(batch)
    }

    /// Removes blobs that no words name, a few at a time, round and round.
    async fn sweep(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let swept = &self.inner.tick.swept;
        let after = *swept.lock().unwrap_or_else(PoisonError::into_inner);
        let blobs = &self.inner.blobs;
        let page = blobs.list(after, BLOBS_MAX).await?;
        let next = page
            .last()
            .filter(|_| page.len() as u32 == BLOBS_MAX)
            .map(|(id, _)| *id);
        *swept.lock().unwrap_or_else(PoisonError::into_inner) = next;
        let before = now - TimeDelta::hours(UNNAMED_FOR_HOURS);
        let old: Vec<BlobId> = page
            .iter()
            .filter(|(_, put)| *put < before)
            .map(|b| b.0)
            .collect();
        if old.is_empty() {
            return Ok(());
        }
        let named = self.inner.store.referenced(&old).await?;
        for blob in old.into_iter().filter(|blob| !named.contains(blob)) {
            if !is_quarantined(&*self.inner.store, blob).await? {
                blobs.remove(blob, before).await?;
            }
        }
        Ok(())
    }
}

/// Waits for all of these at once, and gives their answers in order.
pub(crate) async fn join<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<Pin<Box<F>>> = futures.map(Box::pin).collect();
    let mut answers: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (future, answer) in running.iter_mut().zip(&mut answers) {
            if answer.is_none()
                && let Poll::Ready(output) = future.as_mut().poll(context)
            {
                *answer = Some(output);
            }
        }
        if answers.iter().any(Option::is_none) {
            return Poll::Pending;
        }
        Poll::Ready(answers.drain(..).flatten().collect())
    })
    .await
}

impl Ticked {
    fn count(&mut self, landed: &Changes) {
        for event in &landed.events {
            match event.fact {
                Fact::Warned(_) | Fact::Breached(_) | Fact::Escalated(_) => self.milestones += 1,
                Fact::Assigned { .. } => self.allocated += 1,
                Fact::Woken | Fact::Closed => self.moved += 1,
                _ => {}
            }
        }
    }
}

/// For a log line: names nobody.
impl std::fmt::Display for Ticked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} milestones, {} allocated, {} moved, {} delivered, {} postponed, {} dead",
            self.milestones, self.allocated, self.moved, self.delivered, self.postponed, self.dead
        )
    }
}

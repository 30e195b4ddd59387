//! The feed: every committed event once, in a dense order that never changes.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::conformance::check::{ensure, land, same};
use crate::conformance::fixture::Scene;
use crate::conformance::picture::whole_feed;
use crate::conformance::together::{race, turn};
use crate::conformance::{Broken, Harness, Outcome, Verdict};
use crate::event::{Event, Fact};
use crate::id::TicketId;
use crate::store::{FeedItem, Head, Store};

/// Positions from 1 without a gap, a chain over the texts as they were stored, each ticket's events in
/// their order, and a refused change set leaves no hole.
pub async fn the_feed_is_dense_and_chained(on: &dyn Harness) -> Verdict {
    let hosts = [on.open("bank").await?, on.open("bank").await?];
    let head = hosts[0].head().await?;
    ensure(head == Head::EMPTY, "a feed without events has a head")?;
    ensure(
        hosts[0].feed(0, 10).await?.is_empty(),
        "events in an empty feed",
    )?;
    let mut scene = Scene::new(23)?;
    let mut texts = Vec::new();
    for _ in 0..5 {
        let (ticket, raise) = scene.raise()?;
        let (_, close) = scene.steps(&ticket, [Fact::Closed, Fact::Held { held: true }])?;
        let (_, stale) = scene.step(&ticket, Fact::Woken)?;
        for set in [&raise, &close] {
            for event in &set.events {
                texts.push(event.to_text()?);
            }
        }
        let answers = hosts[0].commit(&[raise, close, stale]).await;
        let landed: Vec<_> = answers.iter().map(Result::is_ok).collect();
        same("who landed", &landed, &vec![true, true, false])?;
    }
    let items = whole_feed(&*hosts[0]).await?;
    let mut stored: Vec<_> = items.iter().map(|item| item.text.clone()).collect();
    in_order(&items)?;
    stored.sort_unstable();
    texts.sort_unstable();
    same("the canonical texts", &stored, &texts)?;
    for (after, limit) in [(0, 3), (4, 5), (14, 5), (15, 5), (99, 5)] {
        let batch = hosts[1].feed(after, limit).await?;
        let part = items.iter().skip(after as usize).take(limit as usize);
        ensure(
            batch.iter().eq(part),
            format_args!("{limit} items after {after} are others than in the whole feed"),
        )?;
    }
    Ok(Outcome::Kept)
}

/// Each ticket's events stand in their order, from 1 without a gap.
fn in_order(items: &[FeedItem]) -> Result<(), Broken> {
    let mut last: BTreeMap<TicketId, u64> = BTreeMap::new();
    for item in items {
        let Event { ticket, seq, .. } = item.event()?;
        let last = last.entry(ticket).or_default();
        same(format_args!("event of {ticket}"), &seq, &(*last + 1))?;
        *last = seq;
    }
    Ok(())
}

/// Writers that commit while the feed is read.
const WRITERS: usize = 6;
/// Tickets that each of them raises and closes.
const TICKETS: usize = 8;

/// A reader who goes on from the last position they saw misses nothing, however many writers commit in
/// whatever order, and two readers on two hosts see the same.
pub async fn the_feed_skips_nothing(on: &dyn Harness) -> Verdict {
    let writing = Arc::new(AtomicUsize::new(WRITERS));
    let mut tasks: Vec<Part> = Vec::new();
    for nth in 0..WRITERS {
        let store = on.open("bank").await?;
        let writing = Arc::clone(&writing);
        tasks.push(Box::pin(async move {
            let written = writes(&*store, nth as u64).await;
            writing.fetch_sub(1, Ordering::SeqCst);
            written.map(|()| Vec::new())
        }));
    }
    for _ in 0..2 {
        let store = on.open("bank").await?;
        tasks.push(Box::pin(reads(store, Arc::clone(&writing))));
    }
    let mut seen = Vec::new();
    for part in race(on, tasks).await? {
        seen.push(part?);
    }
    let store = on.open("bank").await?;
    let all = whole_feed(&*store).await?;
    same("events", &all.len(), &(WRITERS * TICKETS * 2))?;
    in_order(&all)?;
    for (nth, items) in seen.into_iter().skip(WRITERS).enumerate() {
        ensure(
            items == all,
            format_args!(
                "reader {nth} saw {} items, or others than the {} there are",
                items.len(),
                all.len()
            ),
        )?;
    }
    Ok(Outcome::Kept)
}

type Part = Pin<Box<dyn Future<Output = Result<Vec<FeedItem>, Broken>> + Send>>;

async fn writes(store: &dyn Store, nth: u64) -> Result<(), Broken> {
    let mut scene = Scene::new(2_400 + nth)?;
    for _ in 0..TICKETS {
        let (ticket, raise) = scene.raise()?;
        let (_, close) = scene.step(&ticket, Fact::Closed)?;
        for set in [raise, close] {
            land(store, &[set]).await?;
            turn().await;
        }
    }
    Ok(())
}

/// Reads in small bites until nobody writes any more and nothing is left.
async fn reads(store: Arc<dyn Store>, writing: Arc<AtomicUsize>) -> Result<Vec<FeedItem>, Broken> {
    let mut seen: Vec<FeedItem> = Vec::new();
    loop {
        let over = writing.load(Ordering::SeqCst) == 0;
        let after = seen.last().map_or(0, |item| item.position);
        let batch = store.feed(after, 7).await?;
        if batch.is_empty() && over {
            return Ok(seen);
        }
        seen.extend(batch);
        turn().await;
    }
}

//! A caller who goes away.

use std::future::Future;
use std::pin::Pin;

use crate::agent::Pool;
use crate::conformance::check::{commit, is_conflict, land, same};
use crate::conformance::everything::Everything;
use crate::conformance::fixture::Scene;
use crate::conformance::picture::Watch;
use crate::conformance::together::drop_after;
use crate::conformance::{Broken, Harness, Outcome, Verdict};
use crate::event::Fact;
use crate::memory::MemoryStore;
use crate::store::{Changes, NoticeFilter, Paging, Store, TicketFilter};

/// More polls than any commit of a store takes.
const POLLS: u32 = 200;

/// A commit whose caller is gone at any await point landed whole or not at all, and the store goes on.
pub async fn a_dropped_commit_lands_whole_or_not_at_all(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(8)?;
    for polls in 0..=POLLS {
        let Everything { base, change, .. } = Everything::new(&mut scene)?;
        let mut base = base;
        let mut change = change;
        // Rules and keys are kept for good: each round has its own.
        for (rules, tail) in base
            .rules
            .iter_mut()
            .chain(&mut change.rules)
            .zip(["a", "b"])
        {
            rules.version = format!("{polls:04x}{tail}");
        }
        for (answer, tail) in base
            .answers
            .iter_mut()
            .chain(&mut change.answers)
            .zip(["a", "b"])
        {
            answer.key = format!("{polls}{tail}");
        }
        let rows = Watch::of([&base, &change]);
        land(&*store, &[base.clone()]).await?;
        let dropped = drop_after(polls, commit(&*store, &change)).await;
        if let Some(answer) = &dropped {
            answer.clone()?;
        }
        // Once more: it lands now or it had landed, and either way it is there once.
        let again = commit(&*store, &change).await;
        if dropped.is_some() || again.is_err() {
            is_conflict(&again, "the same change set a second time")?;
        }
        for ticket in &change.tickets {
            let stored = store.ticket(ticket.value.id).await?;
            same("ticket", &stored.as_ref(), &Some(&ticket.value))?;
        }
        whole(&rows, &*store, &[&base, &change])
            .await
            .map_err(|b| b.within(format_args!("dropped after {polls} polls")))?;
        if dropped.is_some() {
            return Ok(Outcome::Kept);
        }
    }
    Err(Broken::new(format!(
        "a commit took more than {POLLS} polls"
    )))
}

/// What the store says of these rows is what it says when nobody goes away.
async fn whole(rows: &Watch, store: &dyn Store, sets: &[&Changes]) -> Result<(), Broken> {
    let memory = MemoryStore::new();
    for set in sets {
        land(&memory, std::slice::from_ref(*set)).await?;
    }
    let expected = rows.rows(&memory).await?;
    rows.rows(store).await?.must_be(&expected)
}

/// Reads whose caller is gone leave nothing behind that later ones wait for.
pub async fn dropped_reads_break_nothing(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(9)?;
    let Everything { base, ticket, .. } = Everything::new(&mut scene)?;
    land(&*store, &[base]).await?;
    let (filter, paging) = (TicketFilter::default(), Paging::default());
    let queue = &scene.codes.queues[0];
    for polls in 0..30 {
        let gone = |read| gives_up(polls, read);
        gone(Box::pin(async { drop(store.ticket(ticket.id).await) })).await;
        gone(Box::pin(async {
            drop(store.tickets(&filter, &paging).await)
        }))
        .await;
        gone(Box::pin(async { drop(store.due(scene.now(), 1, 5).await) })).await;
        gone(Box::pin(async { drop(store.agents(None, 5).await) })).await;
        gone(Box::pin(async {
            drop(store.candidates(queue, Pool::Cases, 5).await)
        }))
        .await;
        gone(Box::pin(async {
            drop(store.events(ticket.id, 0, 5).await)
        }))
        .await;
        gone(Box::pin(async { drop(store.feed(0, 5).await) })).await;
        gone(Box::pin(async { drop(store.head().await) })).await;
        gone(Box::pin(async {
            drop(store.owed(scene.now(), 0, 5).await)
        }))
        .await;
        let all = NoticeFilter::default();
        gone(Box::pin(async { drop(store.notices(&all, None, 5).await) })).await;
        gone(Box::pin(async { drop(store.tidy(scene.now(), 5).await) })).await;
    }
    let stored = store.ticket(ticket.id).await?;
    same("ticket", &stored.as_ref(), &Some(&ticket))?;
    let (after, changes) = scene.step(&ticket, Fact::Closed)?;
    land(&*store, &[changes]).await?;
    let stored = store.ticket(ticket.id).await?;
    same("ticket", &stored.as_ref(), &Some(&after))?;
    Ok(Outcome::Kept)
}

type Read<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

async fn gives_up(polls: u32, read: Read<'_>) {
    drop_after(polls, read).await;
}

//! References and idempotency keys: what may be taken once.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::conformance::check::{commit, ensure, is_conflict, land, refused, same};
use crate::conformance::fixture::{Scene, answers};
use crate::conformance::together::race;
use crate::conformance::{Broken, Harness, Outcome, Verdict};
use crate::store::{Assigned, Paging, TicketFilter};

/// A reference that a ticket has is refused to every other, also to those who race for it.
pub async fn a_reference_is_taken_once(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(6)?;
    let (ticket, raise) = scene.raise()?;
    land(&*store, &[raise]).await?;
    let (_, taken) = scene.raise_as(|raised| raised.reference = ticket.reference)?;
    refused(&*store, &taken, "a reference that is taken").await?;

    let (_, free) = scene.raise()?;
    let reference = free.tickets[0].value.reference;
    let mut racers = Vec::new();
    for _ in 0..8 {
        let (_, set) = scene.raise_as(|raised| raised.reference = reference)?;
        let store = Arc::clone(&store);
        racers.push(async move { commit(&*store, &set).await });
    }
    let outcomes = race(on, racers).await?;
    let won = outcomes.iter().filter(|answer| answer.is_ok()).count();
    same("racers who got the reference", &won, &1)?;
    for lost in outcomes.iter().filter(|answer| answer.is_err()) {
        is_conflict(lost, "a racer")?;
    }
    let filter = TicketFilter {
        reference: Some(reference),
        assigned: Assigned::Any,
        ..TicketFilter::default()
    };
    let page = store.tickets(&filter, &Paging::default()).await?;
    same("tickets of this reference", &page.items.len(), &1)?;
    Ok(Outcome::Kept)
}

/// A key is its principal's while its answer is alive, and free again after.
pub async fn an_idempotency_key_answers_once(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(7)?;
    let first = scene.answer("customer:1", "key");
    land(&*store, &[answers([first.clone()])]).await?;
    let other = scene.answer("customer:2", "key");
    land(&*store, &[answers([other.clone()])]).await?;
    let kept = store.answered("customer:1", "key").await?;
    same("the answer", &kept.as_ref(), &Some(&first))?;
    let unknown = store.answered("customer:3", "key").await?;
    same("a key never used", &unknown, &None)?;

    scene.pass(TimeDelta::days(1) - TimeDelta::microseconds(1));
    let mut early = scene.answer("customer:1", "key");
    early.outcome = "{\"version\":2}".to_owned();
    refused(&*store, &answers([early]), "a key still alive").await?;
    scene.pass(TimeDelta::microseconds(1));
    let mut second = scene.answer("customer:1", "key");
    second.outcome = "{\"version\":3}".to_owned();
    land(&*store, &[answers([second.clone()])]).await?;
    let kept = store.answered("customer:1", "key").await?;
    same("the answer after expiry", &kept.as_ref(), &Some(&second))?;

    let mut racers = Vec::new();
    for _ in 0..8 {
        let set = answers([scene.answer("customer:1", "raced")]);
        let store = Arc::clone(&store);
        racers.push(async move { commit(&*store, &set).await });
    }
    let outcomes = race(on, racers).await?;
    let won = outcomes.iter().filter(|answer| answer.is_ok()).count();
    same("racers who got the key", &won, &1)?;

    tidied(on, &scene).await?;
    let kept = store.answered("customer:1", "key").await?;
    same("an answer still alive", &kept.as_ref(), &Some(&second))?;
    let gone = store.answered("customer:2", "key").await?;
    same("an answer that expired", &gone, &None)?;
    Ok(Outcome::Kept)
}

/// Housekeeping comes to an end, by rounds of one row.
async fn tidied(on: &dyn Harness, scene: &Scene) -> Result<(), Broken> {
    let store = on.open("bank").await?;
    for _ in 0..1_000 {
        if store.tidy(scene.now(), 1).await? == 0 {
            return Ok(());
        }
    }
    ensure(false, "1,000 rounds of housekeeping were not enough")
}

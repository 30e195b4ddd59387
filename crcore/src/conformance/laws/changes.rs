//! What one commit does.

use std::sync::Arc;

use crate::conformance::check::{commit, ensure, is_conflict, land, refused, same};
use crate::conformance::everything::Everything;
use crate::conformance::fixture::{Scene, load, together};
use crate::conformance::picture::Watch;
use crate::conformance::together::race;
use crate::conformance::{Broken, Harness, Outcome, Verdict};
use crate::event::Fact;
use crate::id::AgentId;
use crate::memory::MemoryStore;
use crate::store::Changes;
use crate::ticket::{Kind, Priority};

/// Every part of a change set is there once it landed, and the store in memory agrees.
pub async fn a_change_set_lands_whole(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    ensure(
        store.commit(&[]).await.is_empty(),
        "no change sets, no answers",
    )?;
    commit(&*store, &Changes::default()).await?;
    let mut scene = Scene::new(1)?;
    let Everything { base, change, .. } = Everything::new(&mut scene)?;
    let watch = Watch::of([&base, &change]);
    let memory = MemoryStore::new();
    for set in [&base, &change] {
        land(&*store, std::slice::from_ref(set)).await?;
        land(&memory, std::slice::from_ref(set)).await?;
        let expected = watch.picture(&memory).await?;
        watch.picture(&*store).await?.must_be(&expected)?;
    }
    for ticket in &change.tickets {
        let stored = store.ticket(ticket.value.id).await?;
        same("ticket", &stored.as_ref(), &Some(&ticket.value))?;
    }
    Ok(Outcome::Kept)
}

/// A way to make one part of a change set not fit.
type Spoil = fn(&mut Changes, &Everything);

const SPOILS: &[(&str, Spoil)] = &[
    ("a ticket that moved on", |set, _| set.tickets[0].from += 1),
    ("a new ticket that exists", |set, _| set.tickets[0].from = 0),
    ("a ticket that is not there", |set, _| {
        set.tickets[1].from = 1
    }),
    ("an agent who moved on", |set, _| set.agents[0].from += 1),
    ("a new agent who exists", |set, _| set.agents[0].from = 0),
    ("an agent who is not there", |set, _| set.agents[1].from = 1),
    ("a customer who moved on", |set, _| {
        set.customers[0].from += 1
    }),
    ("a new customer who exists", |set, _| {
        set.customers[0].from = 0
    }),
    ("a notice that moved on", |set, _| set.notices[0].from += 1),
    ("a new notice that exists", |set, _| set.notices[0].from = 0),
    ("a notice that is not there", |set, _| {
        set.notices[1].from = 1
    }),
    ("a reference that is taken", |set, on| {
        set.tickets[1].value.reference = on.ticket.reference;
    }),
    ("an event's place that is taken", |set, _| {
        set.events[0].seq = 1;
    }),
    ("an agent who is full", |set, _| set.loads[0].units = 2),
    ("an agent who is not there, loaded", |set, on| {
        let nobody = AgentId::from(on.ticket.id.uuid());
        set.loads.push(load(nobody, 1));
    }),
    ("a key that is taken", |set, on| {
        set.answers[0].key.clone_from(&on.base.answers[0].key);
    }),
    ("a record that moved on", |set, _| {
        set.records[0].from = Some(2)
    }),
    ("a new record that exists", |set, _| {
        set.records[0].from = Some(0);
    }),
    ("a removed record that moved on", |set, _| {
        set.records[1].from = Some(2);
    }),
    ("a record that is not there", |set, _| {
        set.records[2].from = Some(1);
    }),
];

/// One thing that does not fit, and nothing of the change set is there.
pub async fn a_conflict_in_any_part_lets_nothing_land(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(2)?;
    let everything = Everything::new(&mut scene)?;
    let watch = Watch::of([&everything.base, &everything.change]);
    land(&*store, std::slice::from_ref(&everything.base)).await?;
    let before = watch.picture(&*store).await?;
    for (name, spoil) in SPOILS {
        let mut spoilt = everything.change.clone();
        spoil(&mut spoilt, &everything);
        refused(&*store, &spoilt, name).await?;
        let after = watch.picture(&*store).await?;
        after.must_be(&before).map_err(|b| b.within(name))?;
    }
    land(&*store, &[everything.change]).await?;
    Ok(Outcome::Kept)
}

/// A commit that fails after any number of rows leaves none of them.
pub async fn half_a_change_set_never_lands(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(3)?;
    let Everything { base, change, .. } = Everything::new(&mut scene)?;
    let watch = Watch::of([&base, &change]);
    land(&*store, &[base]).await?;
    let before = watch.picture(&*store).await?;
    for rows in 0..1_000 {
        if !on.fail_after(Some(rows)).await? {
            return Ok(Outcome::NotRun("cannot fail on demand"));
        }
        let answer = commit(&*store, &change).await;
        on.fail_after(None).await?;
        let after = watch.picture(&*store).await?;
        match answer {
            Ok(()) => {
                ensure(rows > 0, "the store was told to fail before the first row")?;
                ensure(after != before, "it landed, and nothing is there")?;
                refused(&*store, &change, "the same again").await?;
                return Ok(Outcome::Kept);
            }
            Err(_) => after
                .must_be(&before)
                .map_err(|b| b.within(format_args!("failed after {rows} rows")))?,
        }
    }
    Err(Broken::new(
        "a commit that may write 1,000 rows still fails",
    ))
}

/// One refused change set takes none of its neighbours along, and a later one sees an earlier one.
pub async fn neighbours_in_one_call_are_independent(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(4)?;
    let (first, raise) = scene.raise()?;
    let priority = Priority::Urgent;
    let (second, follow) = scene.step(&first, Fact::Reprioritised { priority })?;
    let (_, stale) = scene.step(&first, Fact::Closed)?;
    let (lost, late) = scene.raise()?;
    let spoilt = together([late, stale]);
    let (kept, other) = scene.raise()?;
    let kind = Kind::Complaint;
    let (third, last) = scene.step(&second, Fact::Converted { kind })?;
    let answers = store.commit(&[raise, follow, spoilt, other, last]).await;
    let landed: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    same("who landed", &landed, &vec![true, true, false, true, true])?;
    is_conflict(&answers[2], "the stale neighbour")?;
    for (id, expected) in [
        (first.id, Some(&third)),
        (lost.id, None),
        (kept.id, Some(&kept)),
    ] {
        same("ticket", &store.ticket(id).await?.as_ref(), &expected)?;
    }
    Ok(Outcome::Kept)
}

/// Of 16 writers who read the same version one wins, and the others are told.
pub async fn one_of_sixteen_racers_wins(on: &dyn Harness) -> Verdict {
    let hosts = [on.open("bank").await?, on.open("bank").await?];
    let mut scene = Scene::new(5)?;
    let (ticket, raise) = scene.raise()?;
    land(&*hosts[0], &[raise]).await?;
    let mut racers = Vec::new();
    for nth in 0..16 {
        let (after, changes) = scene.step(&ticket, Fact::Held { held: nth % 2 == 0 })?;
        let store = Arc::clone(&hosts[nth % 2]);
        racers.push(async move { (commit(&*store, &changes).await, after, changes) });
    }
    let mut winners = Vec::new();
    for (answer, after, changes) in race(on, racers).await? {
        match answer {
            Ok(()) => winners.push((after, changes)),
            refused => is_conflict(&refused, "a racer")?,
        }
    }
    let [(winner, changes)] = &winners[..] else {
        let what = format!("expected one winner of 16, got {}", winners.len());
        return Err(Broken::new(what));
    };
    for store in &hosts {
        let stored = store.ticket(ticket.id).await?;
        same("the winner's ticket", &stored.as_ref(), &Some(winner))?;
        let events = store.events(ticket.id, 1, 10).await?;
        same("the winner's event", &events, &changes.events)?;
    }
    Ok(Outcome::Kept)
}

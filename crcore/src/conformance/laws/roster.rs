//! Agents and what they carry.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::agent::{Agent, Pool, Standing};
use crate::conformance::check::{commit, ensure, is_conflict, land, refused, same};
use crate::conformance::fixture::{Scene, assigned, edits, joins, load, loads, together};
use crate::conformance::picture::even;
use crate::conformance::together::race;
use crate::conformance::{Broken, Harness, Outcome, Verdict};
use crate::event::Fact;
use crate::id::AgentId;
use crate::store::{Assigned, Changes, LoadChange, Paging, QueueMark, Store, TicketFilter};
use crate::ticket::Ticket;

/// Units that an agent carries in the pool of cases, and may carry.
async fn carried(store: &dyn Store, agent: AgentId) -> Result<(u32, u32), Broken> {
    let standing = store.agent(agent).await?.map(even);
    let load = standing.and_then(|s| s.loads.get(&Pool::Cases).copied());
    let load = load.ok_or_else(|| Broken::new("the agent is not there"))?;
    Ok((load.units, load.capacity))
}

/// Eight at once find room for eight, without one conflict; a ninth is refused.
pub async fn eight_writers_share_eight_places(on: &dyn Harness) -> Verdict {
    let hosts = [on.open("bank").await?, on.open("bank").await?];
    let mut scene = Scene::new(17)?;
    let agent = scene.agent(&[], 8);
    land(&*hosts[0], &[joins(&agent)]).await?;
    let mut writers = Vec::new();
    for nth in 0..8 {
        let (_, set) = scene.raise()?;
        let set = together([set, loads(load(agent.id, 1))]);
        let store = Arc::clone(&hosts[nth % 2]);
        writers.push(async move { commit(&*store, &set).await });
    }
    for (nth, answer) in race(on, writers).await?.into_iter().enumerate() {
        answer.map_err(|e| Broken::from(e).within(format_args!("writer {nth}")))?;
    }
    same("the load", &carried(&*hosts[1], agent.id).await?, &(8, 8))?;
    let (ninth, set) = scene.raise()?;
    let set = together([set, loads(load(agent.id, 1))]);
    refused(&*hosts[0], &set, "a ninth").await?;
    same("the ninth ticket", &hosts[0].ticket(ninth.id).await?, &None)?;
    Ok(Outcome::Kept)
}

/// Giving back never conflicts, and never gives back more than there is; a hand-over may pass the
/// capacity.
pub async fn releases_never_conflict(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(18)?;
    let agent = scene.agent(&[], 2);
    land(&*store, &[joins(&agent), loads(load(agent.id, 2))]).await?;
    let handed = LoadChange {
        enforce: false,
        ..load(agent.id, 10)
    };
    land(&*store, &[loads(handed)]).await?;
    same(
        "past capacity",
        &carried(&*store, agent.id).await?,
        &(12, 2),
    )?;
    let releases = (0..8).map(|_| {
        let (store, set) = (Arc::clone(&store), loads(load(agent.id, -1)));
        async move { commit(&*store, &set).await }
    });
    for answer in race(on, releases).await? {
        answer?;
    }
    same("after eight", &carried(&*store, agent.id).await?, &(4, 2))?;
    refused(&*store, &loads(load(agent.id, 1)), "one more").await?;
    land(&*store, &[loads(load(agent.id, -100))]).await?;
    same(
        "never below zero",
        &carried(&*store, agent.id).await?,
        &(0, 2),
    )?;
    Ok(Outcome::Kept)
}

/// How often a writer tries again: a store may refuse for want of a lock, and says no more than that.
const TRIES: usize = 3;

/// Whether it landed at last.
async fn eventually(store: &dyn Store, set: &Changes) -> Result<bool, Broken> {
    for _ in 0..TRIES {
        match commit(store, set).await {
            Ok(()) => return Ok(true),
            refused => is_conflict(&refused, "a change of load")?,
        }
    }
    Ok(false)
}

/// Assigns and releases the tickets it is given, in a random order.
async fn works(
    store: Arc<dyn Store>,
    mut scene: Scene,
    mut tickets: Vec<Ticket>,
    agents: Vec<AgentId>,
) -> Result<(), Broken> {
    for _ in 0..12 {
        let nth = scene.chance.below(tickets.len());
        let ticket = &tickets[nth];
        let units = 1 + scene.chance.below(3) as u32;
        let (fact, change) = match ticket.assignment {
            Some(held) => (
                Fact::Released {
                    agent: held.agent,
                    pool: held.pool,
                    units: held.units,
                },
                load(held.agent, -i64::from(held.units)),
            ),
            None => {
                let agent = *scene.chance.pick(&agents);
                (assigned(agent, units), load(agent, i64::from(units)))
            }
        };
        let (after, set) = scene.step(ticket, fact)?;
        let set = together([set, loads(change)]);
        if eventually(&*store, &set).await? {
            tickets[nth] = after;
        } else {
            ensure(ticket.assignment.is_none(), "a release was refused")?;
        }
    }
    Ok(())
}

/// Whatever was assigned and released at the same time, each load is the sum over what its agent has,
/// and within the capacity.
pub async fn a_load_is_the_sum_over_open_assignments(on: &dyn Harness) -> Verdict {
    for seed in on.seeds() {
        let tenant = format!("bank-{seed}");
        let store = on.open(&tenant).await?;
        let mut scene = Scene::new(seed)?;
        let agents: Vec<Agent> = (3..6).map(|room| scene.agent(&[], room)).collect();
        let ids: Vec<AgentId> = agents.iter().map(|agent| agent.id).collect();
        land(&*store, &agents.iter().map(joins).collect::<Vec<_>>()).await?;
        let mut workers = Vec::new();
        for nth in 0..6 {
            let (mut tickets, mut sets) = (Vec::new(), Vec::new());
            for _ in 0..4 {
                let (ticket, raise) = scene.raise()?;
                sets.push(raise);
                tickets.push(ticket);
            }
            land(&*store, &sets).await?;
            let chance = Scene::new(seed * 100 + nth)?;
            workers.push(works(on.open(&tenant).await?, chance, tickets, ids.clone()));
        }
        for done in race(on, workers).await? {
            done.map_err(|b| b.within(format_args!("seed {seed}")))?;
        }
        for agent in agents {
            let filter = TicketFilter {
                assigned: Assigned::To(agent.id),
                ..TicketFilter::default()
            };
            let paging = Paging {
                limit: Paging::MAX,
                ..Paging::default()
            };
            let page = store.tickets(&filter, &paging).await?;
            let held = page.items.iter().filter_map(|t| t.assignment);
            let sum: u32 = held.map(|a| a.units).sum();
            let capacity = agent.capacity[&Pool::Cases];
            let load = carried(&*store, agent.id).await?;
            same(format_args!("seed {seed}, load"), &load, &(sum, capacity))?;
            ensure(sum <= capacity, format_args!("seed {seed}: {load:?}"))?;
        }
    }
    Ok(Outcome::Kept)
}

/// An agent's new capacity counts from the commit that says it, and takes no work away.
pub async fn an_edit_of_capacity_counts_at_once(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(19)?;
    let mut agent = scene.agent(&[], 8);
    land(&*store, &[joins(&agent), loads(load(agent.id, 5))]).await?;
    let room = |agent: &mut Agent, room: Option<u32>| {
        agent.version += 1;
        match room {
            Some(room) => agent.capacity.insert(Pool::Cases, room),
            None => agent.capacity.remove(&Pool::Cases),
        };
        edits(agent, agent.version - 1)
    };
    land(&*store, &[room(&mut agent, Some(2))]).await?;
    same("less room", &carried(&*store, agent.id).await?, &(5, 2))?;
    refused(&*store, &loads(load(agent.id, 1)), "past the new capacity").await?;

    let set = together([room(&mut agent, Some(6)), loads(load(agent.id, 1))]);
    land(&*store, &[set]).await?;
    same(
        "room made and used",
        &carried(&*store, agent.id).await?,
        &(6, 6),
    )?;
    let set = together([room(&mut agent, Some(9)), loads(load(agent.id, 4))]);
    refused(&*store, &set, "more than was made").await?;
    agent.version -= 1;

    land(&*store, &[room(&mut agent, None)]).await?;
    refused(
        &*store,
        &loads(load(agent.id, 1)),
        "a pool that takes no work",
    )
    .await?;
    land(&*store, &[loads(load(agent.id, -6))]).await?;
    let live = LoadChange {
        pool: Pool::Live,
        ..load(agent.id, 1)
    };
    refused(&*store, &loads(live), "a pool that never took work").await?;
    let standing = store.agent(agent.id).await?.map(even);
    let loads = standing.map(|s| s.loads.values().map(|l| l.units).sum::<u32>());
    same("units in all pools", &loads, &Some(0))?;
    Ok(Outcome::Kept)
}

/// Available agents of the queue, those who never got work first, then by how long ago, then by id.
pub async fn candidates_are_those_who_waited_longest(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(20)?;
    let queues = scene.codes.queues.clone();
    let mut expected = Vec::new();
    for nth in 0..12_i64 {
        let mut agent = scene.agent(&queues[..1 + nth as usize % 2], 5);
        agent.available = nth % 6 != 5;
        land(&*store, &[joins(&agent)]).await?;
        let hours = scene.chance.below(3) as i64;
        let at =
            (nth % 4 != 0).then(|| scene.now() - TimeDelta::hours(24) + TimeDelta::hours(hours));
        if at.is_some() {
            let change = LoadChange {
                assigned_at: at,
                ..load(agent.id, 1)
            };
            land(&*store, &[loads(change)]).await?;
        }
        // Work that was taken and not given does not count as waited for.
        land(&*store, &[loads(load(agent.id, 1))]).await?;
        if agent.available {
            expected.push((at, agent.id, agent.queues.contains(&queues[1])));
        }
    }
    expected.sort_unstable();
    for (queue, in_both) in [(&queues[0], false), (&queues[1], true)] {
        let ids: Vec<_> = expected
            .iter()
            .filter(|(.., both)| *both || !in_both)
            .map(|(_, id, _)| *id)
            .collect();
        for limit in [0, 1, 4, 100] {
            let found = store.candidates(queue, Pool::Cases, limit).await?;
            let found: Vec<_> = found.iter().map(|s| s.agent.id).collect();
            let wanted: Vec<_> = ids.iter().copied().take(limit as usize).collect();
            same(
                format_args!("the first {limit} of {queue}"),
                &found,
                &wanted,
            )?;
        }
    }
    let none = store.candidates(&queues[3], Pool::Cases, 9).await?;
    same("a queue that nobody serves", &none, &Vec::new())?;

    let mut leaves = store.candidates(&queues[0], Pool::Cases, 1).await?;
    let Some(mut agent) = leaves.pop().map(|s| s.agent) else {
        return Err(Broken::new("expected a candidate"));
    };
    agent.available = false;
    agent.version += 1;
    land(&*store, &[edits(&agent, agent.version - 1)]).await?;
    let found = store.candidates(&queues[0], Pool::Cases, 100).await?;
    let stays = found.iter().all(|s| s.agent.id != agent.id);
    ensure(stays, "an agent who takes no work is a candidate")?;
    Ok(Outcome::Kept)
}

/// The roster by id, each agent once, with what they carry.
pub async fn agents_are_listed_page_by_page(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(21)?;
    let mut expected = Vec::new();
    for nth in 1..=7 {
        let agent = scene.agent(&[], 9);
        land(&*store, &[joins(&agent), loads(load(agent.id, nth))]).await?;
        expected.push((agent.id, nth as u32));
    }
    expected.sort_unstable();
    let mut listed = Vec::new();
    loop {
        let after = listed.last().map(|(id, _)| *id);
        let page = store.agents(after, 3).await?;
        ensure(page.len() <= 3, "more agents than asked for")?;
        if page.is_empty() {
            break;
        }
        let units = |s: &Standing| s.loads.get(&Pool::Cases).map_or(0, |l| l.units);
        listed.extend(page.iter().map(|s| (s.agent.id, units(s))));
    }
    same("agents", &listed, &expected)?;
    Ok(Outcome::Kept)
}

/// Marks come longest marked first; the later of two stays; dealing with one leaves a later one.
pub async fn a_queue_marked_anew_stays_marked(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(22)?;
    let marks = [2, 0, 1].map(|nth| {
        scene.pass(TimeDelta::seconds(1));
        scene.mark(nth)
    });
    let set = |marks: &[&QueueMark], unmarks: &[&QueueMark]| Changes {
        marks: marks.iter().copied().cloned().collect(),
        unmarks: unmarks.iter().copied().cloned().collect(),
        ..Changes::default()
    };
    land(&*store, &[set(&marks.each_ref(), &[])]).await?;
    same("marks", &store.marked(10).await?, &marks.to_vec())?;
    same("two of them", &store.marked(2).await?, &marks[..2].to_vec())?;

    scene.pass(TimeDelta::seconds(1));
    let anew = scene.mark(2);
    land(&*store, &[set(&[&anew], &[])]).await?;
    land(&*store, &[set(&[&marks[0]], &[])]).await?;
    let now = vec![marks[1].clone(), marks[2].clone(), anew.clone()];
    same("the later mark", &store.marked(10).await?, &now)?;

    land(&*store, &[set(&[], &[&marks[0], &marks[1]])]).await?;
    let now = vec![marks[2].clone(), anew.clone()];
    same("dealt with", &store.marked(10).await?, &now)?;
    land(&*store, &[set(&[], &[&marks[2], &anew])]).await?;
    same("all dealt with", &store.marked(10).await?, &Vec::new())?;
    Ok(Outcome::Kept)
}

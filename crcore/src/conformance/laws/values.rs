//! What is read is what was committed.

use chrono::TimeDelta;

use crate::actor::Role;
use crate::agent::{Load, Pool};
use crate::conformance::check::{land, same};
use crate::conformance::everything::Everything;
use crate::conformance::fixture::{
    Scene, answers, code, customer, edits, instant, joins, knows, load, loads, owes, together,
};
use crate::conformance::history::long_ago;
use crate::conformance::picture::{Watch, even, far};
use crate::conformance::{Broken, Harness, Outcome, Verdict};
use crate::customer::Customer;
use crate::notify::{Notice, NoticeState, Recipient};
use crate::store::{Changes, LoadChange, Paging, QueueMark, Sort, Store, TicketFilter};
use crate::ticket::Ticket;

/// Integers past this are what a store that computes with doubles gets wrong.
const PAST_DOUBLES: u64 = (1 << 53) + 1;

/// Every field of every noun comes back as it was, at the ends of what it can hold.
pub async fn every_field_comes_back(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(10)?;
    tickets_come_back(&*store, &mut scene).await?;
    people_come_back(&*store, &mut scene).await?;
    notices_come_back(&*store, &mut scene).await?;
    let rules = scene.rules("00112233445566778899aabbccddeeff");
    let answer = scene.answer("agent:1", &"k".repeat(255));
    let set = Changes {
        rules: vec![rules.clone()],
        ..answers([answer.clone()])
    };
    land(&*store, &[set]).await?;
    let kept = store.rules(&rules.version).await?;
    same("rules", &kept, &Some(rules))?;
    let kept = store.answered("agent:1", &answer.key).await?;
    same("answer", &kept, &Some(answer))?;
    Ok(Outcome::Kept)
}

async fn tickets_come_back(store: &dyn Store, scene: &mut Scene) -> Result<(), Broken> {
    let mut all = Scene::new(11)?;
    let mut failed = Ok(());
    let (mut ticket, raise) = scene.raise_as(|raised| failed = all.say_all(raised))?;
    failed?;
    let mut events = raise.events.clone();
    land(store, &[raise]).await?;
    // The row is compared after each fact, so that what a later one covers is seen too.
    for fact in scene.every_fact()? {
        let (after, changes) = scene.step(&ticket, fact)?;
        events.extend(changes.events.iter().cloned());
        land(store, &[changes]).await?;
        let stored = store.ticket(ticket.id).await?;
        same("ticket", &stored.as_ref(), &Some(&after))?;
        ticket = after;
    }
    same("events", &store.events(ticket.id, 0, 1_000).await?, &events)?;
    same("the fold", &Ticket::from_events(&events)?, &ticket)?;
    let page = store
        .tickets(&TicketFilter::default(), &Paging::default())
        .await?;
    same("the ticket in a list", &page.items, &vec![ticket])
}

async fn people_come_back(store: &dyn Store, scene: &mut Scene) -> Result<(), Broken> {
    for role in [Role::Agent, Role::Supervisor, Role::Admin] {
        let queues = scene.codes.queues.clone();
        let mut agent = scene.agent(&queues, u32::MAX);
        agent.version = PAST_DOUBLES;
        agent.role = role;
        agent.email = Some("asha@bank.example".to_owned());
        agent.skills.insert(code("visa")?, 5);
        agent.available = role != Role::Admin;
        land(store, &[joins(&agent)]).await?;
        let last = far() - TimeDelta::microseconds(1);
        let change = LoadChange {
            assigned_at: Some(last),
            ..load(agent.id, i64::from(u32::MAX))
        };
        land(store, &[loads(change)]).await?;
        let mut bare = agent.clone();
        bare.version += 1;
        bare.email = None;
        bare.queues.clear();
        bare.skills.clear();
        for (from, agent) in [(0, &agent), (agent.version, &bare)] {
            if from > 0 {
                land(store, &[edits(agent, from)]).await?;
            }
            let standing = store.agent(agent.id).await?.map(even);
            let standing = standing.ok_or_else(|| Broken::new("the agent is not there"))?;
            same("agent", &standing.agent, agent)?;
            let carried = standing.loads.get(&Pool::Cases);
            let expected = Load {
                units: u32::MAX,
                capacity: u32::MAX,
                last_assigned: Some(last),
            };
            same("load", &carried, &Some(&expected))?;
        }
    }
    let bare = Customer {
        version: 1,
        ..Customer::new(scene.id())
    };
    let mut full = customer(bare.id, PAST_DOUBLES, "M. Curie");
    full.email = Some("marie@example.org".to_owned());
    full.language = "pt-BR".parse().unwrap_or_default();
    full.account_owner = Some(scene.id());
    for (from, expected) in [(0, &bare), (1, &full)] {
        land(store, &[knows(expected, from)]).await?;
        let stored = store.customer(bare.id).await?;
        same("customer", &stored.as_ref(), &Some(expected))?;
    }
    Ok(())
}

async fn notices_come_back(store: &dyn Store, scene: &mut Scene) -> Result<(), Broken> {
    let (ticket, raise) = scene.raise()?;
    land(store, &[raise]).await?;
    let first = scene.notice(ticket.id, long_ago()?)?;
    let mut states = vec![
        NoticeState::Leased {
            until: far(),
            by: scene.id(),
        },
        NoticeState::Delivered { at: far() },
        NoticeState::Withdrawn { at: long_ago()? },
    ];
    states.push(NoticeState::Dead {
        at: scene.now(),
        why: "550 5.1.1 no such user".to_owned(),
    });
    let receivers = [
        Recipient::Agent(scene.id()),
        Recipient::Team(code("back-office")?),
    ];
    let mut stages = vec![first.clone()];
    for (nth, state) in states.into_iter().enumerate() {
        stages.push(Notice {
            version: PAST_DOUBLES + nth as u64,
            to: receivers[nth % 2].clone(),
            attempts: u32::MAX,
            created_at: long_ago()?,
            pieces: (0..nth).map(|_| scene.id()).collect(),
            state,
            ..first.clone()
        });
    }
    let mut from = 0;
    for stage in &stages {
        land(store, &[owes(stage, from)]).await?;
        let stored = store.notice(first.id).await?;
        same("notice", &stored.as_ref(), &Some(stage))?;
        from = stage.version;
    }
    Ok(())
}

/// Instants come back to the microsecond and sort by it, from the year 1 to the year 9999.
pub async fn instants_come_back_to_the_microsecond(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(12)?;
    let tick = TimeDelta::microseconds(1);
    let epoch = instant("1970-01-01T00:00:00Z")?;
    let leap = instant("2016-12-31T23:59:59.999999Z")?;
    let mut instants = vec![
        long_ago()?,
        long_ago()? + tick,
        epoch - tick,
        epoch,
        epoch + tick,
        leap,
        leap + tick,
        far() - tick,
        far(),
    ];
    scene.chance.shuffle(&mut instants);
    let mut expected = Vec::new();
    for (nth, &at) in instants.iter().enumerate() {
        let (ticket, raise) = scene.raise_as(|raised| raised.received_at = at)?;
        let notice = scene.notice(ticket.id, at)?;
        let queue = code(&format!("q{nth}"))?;
        let mark = QueueMark { queue, at };
        let mut answer = scene.answer("agent:1", &at.to_string());
        answer.given_at = at;
        answer.expires_at = at;
        let set = Changes {
            marks: vec![mark],
            ..together([raise, owes(&notice, 0)])
        };
        land(&*store, &[set, answers([answer.clone()])]).await?;
        let stored = store.ticket(ticket.id).await?;
        same("ticket", &stored, &Some(ticket))?;
        let stored = store.notice(notice.id).await?;
        same("notice", &stored, &Some(notice))?;
        let stored = store.answered("agent:1", &answer.key).await?;
        same("answer", &stored, &Some(answer))?;
        expected.push(at);
    }
    expected.sort_unstable();
    let marks = store.marked(100).await?;
    let marked: Vec<_> = marks.into_iter().map(|mark| mark.at).collect();
    same("marks in order", &marked, &expected)?;
    let paging = Paging {
        sort: Sort::Oldest,
        ..Paging::default()
    };
    let page = store.tickets(&TicketFilter::default(), &paging).await?;
    let received: Vec<_> = page.items.iter().map(|t| t.received_at).collect();
    same("tickets in order of receipt", &received, &expected)?;
    for (nth, &at) in expected.iter().enumerate() {
        let owed = store.owed(at, 0, 100).await?;
        same(format_args!("owed by {at}"), &owed.len(), &(nth + 1))?;
    }
    Ok(Outcome::Kept)
}

/// A stored ticket equals the fold of its stored events, whatever happened to it.
pub async fn a_ticket_is_the_fold_of_its_events(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    for seed in on.seeds() {
        let mut scene = Scene::new(seed)?;
        let (mut ticket, raise) = scene.raise()?;
        land(&*store, &[raise]).await?;
        let mut facts = scene.every_fact()?;
        scene.chance.shuffle(&mut facts);
        while !facts.is_empty() {
            let some = 1 + scene.chance.below(5.min(facts.len()));
            let some: Vec<_> = facts.drain(..some).collect();
            let (after, changes) = scene.steps(&ticket, some)?;
            land(&*store, &[changes]).await?;
            ticket = after;
        }
        let mut events = Vec::new();
        loop {
            let batch = store.events(ticket.id, events.len() as u64, 7).await?;
            if batch.is_empty() {
                break;
            }
            events.extend(batch);
        }
        let stored = store.ticket(ticket.id).await?;
        let fold = Ticket::from_events(&events)?;
        same(format_args!("seed {seed}, the row"), &stored, &Some(fold))?;
        same(format_args!("seed {seed}"), &stored, &Some(ticket))?;
    }
    Ok(Outcome::Kept)
}

/// What one handle committed, a handle opened after it is gone reads.
pub async fn what_was_committed_is_there_after_opening_again(on: &dyn Harness) -> Verdict {
    let mut scene = Scene::new(13)?;
    let Everything { base, change, .. } = Everything::new(&mut scene)?;
    let watch = Watch::of([&base, &change]);
    let before = {
        let store = on.open("bank").await?;
        land(&*store, &[base, change]).await?;
        watch.picture(&*store).await?
    };
    let store = on.open("bank").await?;
    watch.picture(&*store).await?.must_be(&before)?;
    let (ticket, raise) = scene.raise()?;
    land(&*store, &[raise]).await?;
    let stored = store.ticket(ticket.id).await?;
    same("a ticket raised after", &stored, &Some(ticket))?;
    Ok(Outcome::Kept)
}

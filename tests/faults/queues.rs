//! Waiting queues: nobody waits longer than they must, whatever races, lies or breaks.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use crcore::allocation::{Allocator, Work};
use crcore::testing::{Fault, TestDesk};
use crcore::ticket::{Decision, Kind, Outcome, Priority, StatusName};
use crcore::{
    Actor, Agent, AgentId, Amend, Desk, Error, ManualClock, MemoryStore, Pool, Raise, Standing,
    TicketId,
};

use crate::bank::{Bank, Test, code, host_at, rules, step};

/// An agent of the cards queue with room for so many cases.
async fn agent(desk: &TestDesk, name: &str, room: u32) -> Result<Actor, Error> {
    let mut agent = Agent::new(desk.new_id()?, name);
    agent.queues = [code("cards")].into();
    agent.capacity.insert(Pool::Cases, room);
    Ok(desk.save_agent(Actor::System, agent).await?.actor())
}

async fn raise(desk: &Desk, service: &str, priority: Priority) -> Result<TicketId, Error> {
    let raise = Raise {
        priority: Some(priority),
        kind: Kind::Query,
        ..Raise::new(desk.new_id()?, code(service), "Stolen")
    };
    Ok(desk.acting(Actor::System).raise(raise).await?.ticket)
}

async fn assignee(desk: &Desk, id: TicketId) -> Result<Option<AgentId>, Error> {
    let ticket = desk.ticket(Actor::System, id).await?;
    Ok(ticket.assignment.map(|assignment| assignment.agent))
}

#[tokio::test]
async fn a_freed_agent_gets_the_most_urgent_and_then_the_oldest_that_they_can_take() -> Test {
    let desk = TestDesk::open(rules()).await?;
    let ravi = agent(&desk, "Ravi", 1).await?;
    let mut mine = raise(&desk, "cards", Priority::Normal).await?;
    let mut waiting = Vec::new();
    for (service, priority) in [
        ("cards", Priority::Low),
        ("cards", Priority::Normal),
        ("cards", Priority::High),
        ("fraud", Priority::Urgent),
        ("cards", Priority::Normal),
        ("cards", Priority::High),
    ] {
        desk.clock.advance(TimeDelta::seconds(1));
        waiting.push(raise(&desk, service, priority).await?);
    }
    let unplaceable = waiting[3];
    for next in [2, 5, 1, 4, 0] {
        desk.acting(ravi)
            .resolve(mine, Outcome::Answered, None)
            .await?;
        desk.advance_minutes(1).await?;
        mine = waiting[next];
        assert_eq!(
            assignee(&desk, mine).await?,
            Some(desk.staff_of(ravi)),
            "{next} is next"
        );
    }
    assert_eq!(assignee(&desk, unplaceable).await?, None);
    desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn a_claim_that_takes_a_ticket_from_a_colleague_lets_them_have_the_next() -> Test {
    let desk = TestDesk::open(rules()).await?;
    let ravi = agent(&desk, "Ravi", 1).await?;
    let first = raise(&desk, "cards", Priority::Normal).await?;
    assert_eq!(assignee(&desk, first).await?, Some(desk.staff_of(ravi)));
    let waits = raise(&desk, "cards", Priority::Normal).await?;
    let lead = agent(&desk, "Lead", 0).await?;
    let mut lead = desk.agent(Actor::System, desk.staff_of(lead)).await?.agent;
    desk.advance_minutes(1).await?;
    assert_eq!(assignee(&desk, waits).await?, None);
    lead.queues.clear();
    lead.role = crcore::Role::Supervisor;
    lead.capacity.insert(Pool::Cases, 5);
    let lead = desk.save_agent(Actor::System, lead).await?.actor();
    desk.advance_minutes(1).await?;
    desk.acting(lead).claim(first).await?;
    desk.advance_minutes(1).await?;
    assert_eq!(assignee(&desk, waits).await?, Some(desk.staff_of(ravi)));
    Ok(())
}

#[tokio::test]
async fn a_waiting_ticket_that_asks_for_less_since_is_looked_at_again() -> Test {
    let desk = TestDesk::open(rules()).await?;
    let ravi = agent(&desk, "Ravi", 1).await?;
    desk.advance_minutes(1).await?;
    let id = raise(&desk, "fraud", Priority::Normal).await?;
    assert_eq!(assignee(&desk, id).await?, None, "nobody has the skill");
    let amend = Amend {
        service: Some(code("cards")),
        ..Amend::default()
    };
    desk.acting(Actor::System).amend(id, amend).await?;
    assert_eq!(assignee(&desk, id).await?, Some(desk.staff_of(ravi)));
    Ok(())
}

#[tokio::test]
async fn agents_who_never_had_work_take_turns_within_one_tick() -> Test {
    let store = MemoryStore::new();
    let desk = TestDesk::over(store.clone(), rules()).await?;
    let mut agents = Vec::new();
    for name in ["Asha", "Ravi", "Lena"] {
        agents.push(agent(&desk, name, 10).await?);
    }
    let later = Desk::builder(store)
        .rules(rules())
        .clock(desk.clock.clone())
        .allocate_in_call(false)
        .open()
        .await?;
    for _ in 0..9 {
        raise(&later, "cards", Priority::Normal).await?;
    }
    later.tick(100).await?;
    for agent in agents {
        let standing = desk.agent(Actor::System, desk.staff_of(agent)).await?;
        assert_eq!(standing.load(Pool::Cases).units, 3);
    }
    Ok(())
}

/// What a tick gave out in one queue counts when it comes to the next, before anything is written.
#[tokio::test]
async fn an_agent_of_two_queues_gets_no_more_in_one_tick_than_they_can_carry() -> Test {
    let mut both = rules();
    let fair = both.queues[&code("cards")].clone();
    both.queues.insert(code("loans"), fair);
    let store = MemoryStore::new();
    let desk = TestDesk::over(store.clone(), both.clone()).await?;
    let mut agent = Agent::new(desk.new_id()?, "Ravi");
    agent.queues = [code("cards"), code("loans")].into();
    agent.capacity.insert(Pool::Cases, 1);
    desk.save_agent(Actor::System, agent).await?;
    let later = Desk::builder(store)
        .rules(both)
        .clock(desk.clock.clone())
        .allocate_in_call(false)
        .open()
        .await?;
    raise(&later, "cards", Priority::Normal).await?;
    raise(&later, "loans", Priority::Normal).await?;
    let ticked = later.tick(100).await?;
    assert_eq!((ticked.allocated, ticked.conflicts), (1, 0));
    Ok(())
}

/// Nobody has room for a case, somebody has for a chat, and more cases wait than a page holds.
#[tokio::test]
async fn a_full_pool_keeps_nobody_from_another() -> Test {
    let desk = TestDesk::open(rules()).await?;
    for _ in 0..250 {
        raise(&desk, "cards", Priority::Urgent).await?;
    }
    let chat = Raise {
        channel: crcore::ticket::Channel::Chat,
        priority: Some(Priority::Low),
        ..Raise::new(desk.new_id()?, code("cards"), "Hello")
    };
    let chat = desk.acting(Actor::System).raise(chat).await?.ticket;
    let mut agent = Agent::new(desk.new_id()?, "Ravi");
    agent.queues = [code("cards")].into();
    agent.capacity.insert(Pool::Live, 1);
    let agent = desk.save_agent(Actor::System, agent).await?;
    desk.advance_minutes(1).await?;
    assert_eq!(assignee(&desk, chat).await?, Some(agent.id));
    Ok(())
}

/// However a release and a tick fall into a raise, the ticket ends with the agent who has room.
#[tokio::test]
async fn a_release_that_races_a_raise_is_not_missed() -> Test {
    for polls in 0..60 {
        let bank = Bank::open().await?;
        let desk = &bank.desk;
        let mut meera = desk
            .agent(Actor::System, desk.staff_of(bank.meera))
            .await?
            .agent;
        meera.capacity.insert(Pool::Cases, 1);
        desk.save_agent(Actor::System, meera).await?;
        let first = bank.raise("cards").await?;
        desk.tick(100).await?;
        bank.store.always(Some(Fault::Late(1)));
        let mut raising = Box::pin(bank.raise("cards"));
        let mut raised = (0..polls).find_map(|_| step(&mut raising));
        let over = raised.is_some();
        bank.store.always(None);
        desk.acting(bank.meera)
            .resolve(first, Outcome::Upheld, None)
            .await?;
        desk.tick(100).await?;
        while raised.is_none() {
            raised = step(&mut raising);
        }
        let second = raised.expect("it ends")?;
        desk.tick(100).await?;
        let has = assignee(desk, second).await?;
        assert_eq!(has, Some(desk.staff_of(bank.meera)), "after {polls} polls");
        if over {
            return Ok(());
        }
    }
    panic!("a raise makes fewer calls");
}

/// However a release falls into a tick, and even where its host's clock is behind, the next tick knows
/// of it.
#[tokio::test]
async fn a_release_that_races_a_tick_is_not_missed() -> Test {
    for behind in [0, 1] {
        for polls in 0..60 {
            let bank = Bank::open().await?;
            let desk = &bank.desk;
            let mut meera = desk
                .agent(Actor::System, desk.staff_of(bank.meera))
                .await?
                .agent;
            meera.capacity.insert(Pool::Cases, 1);
            desk.save_agent(Actor::System, meera).await?;
            let slow = TestDesk::start() - TimeDelta::seconds(behind);
            let slow = Arc::new(ManualClock::seeded(slow, 7));
            let other = host_at(desk, bank.store.clone(), 2, slow).await?;
            let first = bank.raise("cards").await?;
            let waits = bank.raise("cards").await?;
            desk.clock.advance(TimeDelta::seconds(1));
            desk.mark_queues(Actor::System).await?;
            bank.store.always(Some(Fault::Late(1)));
            let mut ticking = Box::pin(desk.tick(100));
            let over = (0..polls).find_map(|_| step(&mut ticking)).is_some();
            bank.store.always(None);
            other
                .acting(bank.meera)
                .resolve(first, Outcome::Upheld, None)
                .await?;
            while !over && step(&mut ticking).is_none() {}
            drop(ticking);
            desk.tick(100).await?;
            let has = assignee(desk, waits).await?;
            let place = format!("{behind} s behind, after {polls} polls");
            assert_eq!(has, Some(desk.staff_of(bank.meera)), "{place}");
            if over {
                break;
            }
        }
    }
    Ok(())
}

/// Chooses an agent who is not there for whatever is urgent, and the first for the rest.
struct Liar;

impl Allocator for Liar {
    fn choose(&self, work: &Work<'_>, candidates: &[Standing], _: DateTime<Utc>) -> Decision {
        let nobody = AgentId::from(work.ticket.id.uuid());
        let honest = candidates.first().map(|standing| standing.agent.id);
        Decision {
            policy: code("fair"),
            chosen: if work.ticket.priority == Priority::Urgent {
                Some(nobody)
            } else {
                honest
            },
            decided_by: None,
            looked_at: 0,
            considered: Vec::new(),
        }
    }
}

#[tokio::test]
async fn tickets_that_cannot_be_decided_keep_no_others_waiting() -> Test {
    let store = MemoryStore::new();
    let desk = TestDesk::over(store.clone(), rules()).await?;
    let ravi = agent(&desk, "Ravi", 10).await?;
    let liar = Desk::builder(store)
        .rules(rules())
        .clock(desk.clock.clone())
        .notifier(desk.outbox.clone())
        .allocator(code("fair"), Liar)
        .allocate_in_call(false)
        .open()
        .await?;
    desk.clock.advance(TimeDelta::minutes(1));
    desk.tick(100).await?;
    let mut poison = Vec::new();
    for _ in 0..7 {
        poison.push(raise(&liar, "cards", Priority::Urgent).await?);
    }
    desk.clock.advance(TimeDelta::seconds(1));
    let good = raise(&liar, "cards", Priority::Normal).await?;
    let mut broken = 0;
    for _ in 0..8 {
        broken += liar.tick(3).await?.broken;
    }
    assert!(broken >= 7, "they are reported");
    assert_eq!(assignee(&desk, good).await?, Some(desk.staff_of(ravi)));
    assert_eq!(desk.outbox.sent().len(), 0, "nobody has an address");
    for id in poison {
        let ticket = desk.ticket(Actor::System, id).await?;
        assert_eq!(ticket.status.name(), StatusName::New);
    }
    desk.assert_sound().await;
    Ok(())
}

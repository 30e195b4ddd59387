//! Many callers at once, on threads of their own.

use std::collections::BTreeSet;
use std::sync::Arc;

use crcore::testing::TestDesk;
use crcore::{
    Act, Actor, Agent, Command, Desk, Error, ErrorKind, Pool, Raise, Request, Store, TicketId,
};
use crcore_adapters::sql::SqliteStore;

use crate::bank::{Test, code, host, on, rules};

/// A file that several hosts open.
struct File(tempfile::TempDir);

impl File {
    async fn new() -> Self {
        let dir = tempfile::TempDir::new().unwrap();
        SqliteStore::migrate(dir.path().join("desk.db"))
            .await
            .unwrap();
        Self(dir)
    }

    async fn open(&self) -> SqliteStore {
        let path = self.0.path().join("desk.db");
        SqliteStore::open(path, "bank".parse().unwrap())
            .await
            .unwrap()
    }
}

/// The same race over memory and over a file, with two hosts.
macro_rules! races {
    ($($race:ident)*) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $race() -> crate::bank::Test {
                let store = crcore::MemoryStore::new();
                super::$race(store.clone(), store).await
            })*
        }
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $race() -> crate::bank::Test {
                let file = super::File::new().await;
                super::$race(file.open().await, file.open().await).await
            })*
        }
    };
}

races! {
    sixteen_replies_on_one_ticket_all_land
    nine_claims_on_an_agent_with_room_for_eight
    a_hundred_claims_on_fifty_tickets_leave_one_assignee_each
    a_key_raced_by_many_has_one_effect
}

async fn hosts(one: impl Store, other: impl Store) -> Result<(TestDesk, [Desk; 2]), Error> {
    let desk = TestDesk::over(one, rules()).await?;
    let other = host(&desk, other, 2).await?;
    let hosts = [Desk::clone(&desk), other];
    Ok((desk, hosts))
}

/// Asks all of these at the same time, each at one of the hosts.
async fn race(
    hosts: &[Desk; 2],
    requests: impl IntoIterator<Item = (Actor, Option<&str>, Command)>,
) -> Vec<Result<crcore::Done, Error>> {
    let barrier = Arc::new(tokio::sync::Notify::new());
    let mut running = Vec::new();
    for (nth, (actor, key, command)) in requests.into_iter().enumerate() {
        let (desk, start) = (hosts[nth % 2].clone(), Arc::clone(&barrier));
        let key = key.map(str::to_owned);
        let request = Request {
            actor,
            key,
            command,
        };
        running.push(tokio::spawn(async move {
            start.notified().await;
            desk.perform(&request).await
        }));
    }
    tokio::task::yield_now().await;
    let mut answers = Vec::new();
    for task in running {
        // Each waiter that came late is woken when its answer is waited for.
        while !task.is_finished() {
            barrier.notify_waiters();
            tokio::task::yield_now().await;
        }
        answers.push(task.await.unwrap());
    }
    answers
}

async fn loans(desk: &TestDesk, count: usize) -> Result<Vec<TicketId>, Error> {
    let asha = desk.new_customer("Asha").await?;
    let mut tickets = Vec::new();
    for nth in 0..count {
        let raise = Raise::new(desk.id_of(asha), code("loans"), format!("Loan {nth}"));
        tickets.push(desk.acting(asha).raise(raise).await?.ticket);
    }
    Ok(tickets)
}

async fn agent(desk: &TestDesk, nth: usize, room: u32) -> Result<Actor, Error> {
    let mut agent = Agent::new(desk.new_id()?, format!("Agent {nth}"));
    agent.queues = [code("loans")].into();
    agent.capacity.insert(Pool::Cases, room);
    Ok(desk.save_agent(Actor::System, agent).await?.actor())
}

async fn carried(desk: &TestDesk, actor: Actor) -> Result<u32, Error> {
    let standing = desk.agent(Actor::System, desk.staff_of(actor)).await?;
    Ok(standing.load(Pool::Cases).units)
}

async fn sixteen_replies_on_one_ticket_all_land(one: impl Store, other: impl Store) -> Test {
    let (desk, hosts) = hosts(one, other).await?;
    let id = loans(&desk, 1).await?[0];
    let replies = (0..16).map(|nth| {
        let text = format!("Reply {nth}");
        (Actor::System, None, on(id, Act::Reply { text }))
    });
    for answer in race(&hosts, replies).await {
        answer?;
    }
    let thread = desk.thread(Actor::System, id).await?;
    let texts: BTreeSet<_> = thread.iter().filter_map(|e| e.text.clone()).collect();
    assert_eq!(texts.len(), 16);
    let seqs: Vec<u64> = thread.iter().map(|entry| entry.event.seq).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    desk.assert_sound().await;
    Ok(())
}

async fn nine_claims_on_an_agent_with_room_for_eight(one: impl Store, other: impl Store) -> Test {
    let (desk, hosts) = hosts(one, other).await?;
    let tickets = loans(&desk, 9).await?;
    let me = agent(&desk, 0, 8).await?;
    let claims = tickets.iter().map(|&id| (me, None, on(id, Act::Claim)));
    let answers = race(&hosts, claims).await;
    let refused: Vec<_> = answers.iter().filter_map(|a| a.as_ref().err()).collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0].kind(), ErrorKind::NotPossible, "{}", refused[0]);
    assert_eq!(carried(&desk, me).await?, 8);
    desk.assert_sound().await;
    Ok(())
}

async fn a_hundred_claims_on_fifty_tickets_leave_one_assignee_each(
    one: impl Store,
    other: impl Store,
) -> Test {
    let (desk, hosts) = hosts(one, other).await?;
    let tickets = loans(&desk, 50).await?;
    let mut agents = Vec::new();
    for nth in 0..20 {
        agents.push(agent(&desk, nth, 100).await?);
    }
    let claims = (0..100).map(|nth| (agents[nth % 20], None, on(tickets[nth % 50], Act::Claim)));
    for answer in race(&hosts, claims).await {
        if let Err(error) = answer {
            assert_eq!(error.kind(), ErrorKind::NotPossible, "{error}");
        }
    }
    for ticket in desk.all_tickets().await? {
        assert!(ticket.assignment.is_some());
    }
    let mut sum = 0;
    for agent in agents {
        sum += carried(&desk, agent).await?;
    }
    assert_eq!(sum, 50);
    desk.assert_sound().await;
    Ok(())
}

async fn a_key_raced_by_many_has_one_effect(one: impl Store, other: impl Store) -> Test {
    let (desk, hosts) = hosts(one, other).await?;
    let asha = desk.new_customer("Asha").await?;
    let raise = Raise::new(desk.id_of(asha), code("cards"), "Stolen");
    let raises = (0..12).map(|_| (asha, Some("k"), Command::Raise(Box::new(raise.clone()))));
    let mut references = BTreeSet::new();
    for answer in race(&hosts, raises).await {
        references.insert(answer?.reference);
    }
    assert_eq!(references.len(), 1);
    assert_eq!(desk.all_tickets().await?.len(), 1);
    desk.assert_sound().await;
    Ok(())
}

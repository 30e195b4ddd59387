//! Many callers at once, on threads of their own.

use std::collections::BTreeSet;
use std::sync::Arc;

use crcore::desk::beside::Room;
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
    changes_of_people_raced_by_many_make_one_trail
    of_many_who_put_rules_in_force_one_does
    colleagues_and_counts_lose_nothing
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

/// Does this at the same time, each at one of the hosts.
async fn at_once<T, F>(hosts: &[Desk; 2], many: usize, run: impl Fn(Desk, usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let running: Vec<_> = (0..many)
        .map(|nth| tokio::spawn(run(hosts[nth % 2].clone(), nth)))
        .collect();
    let mut answers = Vec::new();
    for task in running {
        answers.push(task.await.unwrap());
    }
    answers
}

async fn changes_of_people_raced_by_many_make_one_trail(
    one: impl Store,
    other: impl Store,
) -> Test {
    let (desk, hosts) = hosts(one, other).await?;
    let before = desk.audit_head(Actor::System).await?.position;
    let saved = at_once(&hosts, 16, |desk, nth| async move {
        let agent = Agent::new(desk.new_id()?, format!("Agent {nth}"));
        desk.save_agent(Actor::System, agent).await
    });
    for answer in saved.await {
        answer?;
    }
    let head = desk.verify_audit(Actor::System, None).await?.unwrap();
    assert_eq!(head.position, before + 16);
    assert_eq!(desk.audit_head(Actor::System).await?, head);
    Ok(())
}

async fn of_many_who_put_rules_in_force_one_does(one: impl Store, other: impl Store) -> Test {
    let (desk, hosts) = hosts(one, other).await?;
    let used = at_once(&hosts, 8, |desk, nth| async move {
        let mut rules = rules();
        rules.tags.insert(code(&format!("tag-{nth}")));
        desk.use_rules(Actor::System, rules, 0, None).await
    });
    let (used, stale): (Vec<_>, Vec<_>) = used.await.into_iter().partition(Result::is_ok);
    assert_eq!((used.len(), stale.len()), (1, 7));
    for error in stale {
        assert!(matches!(error, Err(Error::Stale { seen: 0, now: 1 })));
    }
    for host in &hosts {
        host.tick(10).await?;
        assert_eq!(host.rules().version(), used[0].as_ref().unwrap().version);
    }
    assert_eq!(desk.rules_history(Actor::System, None).await?.len(), 1);
    Ok(())
}

async fn colleagues_and_counts_lose_nothing(one: impl Store, other: impl Store) -> Test {
    let (desk, hosts) = hosts(one, other).await?;
    let meera = agent(&desk, 0, 10).await?;
    let room = Room::Team(code("loans"));
    let posted = at_once(&hosts, 12, |desk, nth| {
        let room = room.clone();
        async move { desk.post(meera, &room, &nth.to_string()).await }
    });
    let mut positions = BTreeSet::new();
    for answer in posted.await {
        positions.insert(answer?.position);
    }
    assert_eq!(positions, (1..=12).collect());
    let counted = at_once(&hosts, 40, |desk, _| async move {
        desk.tally_visits(&[(code("home"), 1)].into()).await
    });
    for answer in counted.await {
        answer?;
    }
    let (from, to) = ("2026-03-01".parse().unwrap(), "2026-04-01".parse().unwrap());
    let visits = desk.visits(Actor::System, from, to).await?;
    assert_eq!(visits[0].pages[&code("home")], 40);
    Ok(())
}

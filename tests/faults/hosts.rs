//! Several hosts tick one store: they share the work, and one that dies or lags leaves it to others.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use chrono::TimeDelta;
use crcore::notify::{Message, Notifier, NotifyError};
use crcore::store::NoticeFilter;
use crcore::testing::{Fault, Outbox, TestDesk};
use crcore::{Actor, Desk, Fact, MemoryStore, Raise, Rules};

use crate::bank::{Bank, Test, code, host, rules, step};

/// How many notices four hosts share out.
const NOTICES: usize = 10_000;

#[tokio::test(flavor = "multi_thread")]
async fn four_hosts_send_each_notice_once() -> Test {
    let store = MemoryStore::new();
    let desk = TestDesk::over(store.clone(), rules()).await?;
    let asha = desk.new_customer("Asha").await?;
    for nth in 0..NOTICES {
        let raise = Raise::new(desk.id_of(asha), code("loans"), format!("Loan {nth}"));
        desk.acting(asha).raise(raise).await?;
    }
    let mut running = Vec::new();
    for _ in 0..4 {
        let host = host(&desk, store.clone(), 4).await?;
        running.push(tokio::spawn(async move {
            let mut delivered = 0;
            loop {
                let ticked = host.tick(100).await?;
                delivered += ticked.delivered as usize;
                if !ticked.more && ticked.delivered == 0 && ticked.conflicts == 0 {
                    return Ok::<_, crcore::Error>(delivered);
                }
                tokio::task::yield_now().await;
            }
        }));
    }
    let mut delivered = 0;
    for host in running {
        delivered += host.await.unwrap()?;
    }
    let mut copies: BTreeMap<_, u32> = BTreeMap::new();
    for message in desk.outbox.sent() {
        *copies.entry(message.notice).or_default() += 1;
    }
    assert_eq!((delivered, copies.len()), (NOTICES, NOTICES));
    assert!(copies.values().all(|&copies| copies == 1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hosts_note_each_milestone_once() -> Test {
    let store = MemoryStore::new();
    let desk = TestDesk::over(store.clone(), rules()).await?;
    let asha = desk.new_customer("Asha").await?;
    for nth in 0..40 {
        let raise = Raise::new(desk.id_of(asha), code("loans"), format!("Loan {nth}"));
        desk.acting(asha).raise(raise).await?;
    }
    for hours in [3, 1, 1, 1, 2, 40] {
        desk.clock.advance(TimeDelta::hours(hours));
        let mut running = Vec::new();
        for _ in 0..3 {
            let host = host(&desk, store.clone(), 3).await?;
            running.push(tokio::spawn(async move {
                for _ in 0..20 {
                    host.tick(7).await?;
                }
                Ok::<_, crcore::Error>(())
            }));
        }
        for host in running {
            host.await.unwrap()?;
        }
    }
    for ticket in desk.all_tickets().await? {
        let thread = desk.thread(Actor::System, ticket.id).await?;
        let mut reached = Vec::new();
        for entry in thread {
            match entry.event.fact {
                Fact::Warned(r) => reached.push(("warned", r.target)),
                Fact::Breached(r) => reached.push(("breached", r.target)),
                Fact::Escalated(r) => reached.push(("escalated", r.target)),
                _ => {}
            }
        }
        use crcore::ticket::Target::{FirstResponse, Resolution};
        reached.sort_unstable();
        let once = [
            ("breached", FirstResponse),
            ("breached", Resolution),
            ("escalated", FirstResponse),
            ("escalated", Resolution),
            ("warned", FirstResponse),
            ("warned", Resolution),
        ];
        assert_eq!(reached, once);
    }
    desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn a_host_that_dies_after_sending_is_followed_by_a_copy_with_the_same_id() -> Test {
    let bank = Bank::open().await?;
    bank.loan().await?;
    bank.store.always(Some(Fault::Late(1)));
    {
        let mut ticking = Box::pin(bank.desk.tick(100));
        while bank.desk.outbox.sent().is_empty() {
            assert!(step(&mut ticking).is_none(), "it sends before it settles");
        }
    }
    bank.store.forget();
    let other = host(&bank.desk, bank.store.clone(), 2).await?;
    other.tick(100).await?;
    bank.desk.clock.advance(TimeDelta::minutes(4));
    other.tick(100).await?;
    assert_eq!(bank.desk.outbox.sent().len(), 1, "the lease holds");
    bank.desk.clock.advance(TimeDelta::minutes(2));
    other.tick(100).await?;
    other.tick(100).await?;
    let sent = bank.desk.outbox.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].notice, sent[1].notice);
    Ok(())
}

/// What was sent is settled, whatever became of the notices beside it.
#[tokio::test]
async fn a_read_that_fails_while_sending_doubles_no_notice() -> Test {
    for nth in 1..60 {
        let bank = Bank::open().await?;
        for _ in 0..5 {
            bank.loan().await?;
        }
        bank.store.at_call(nth, Fault::Unavailable);
        let _ = bank.desk.tick(100).await;
        let over = bank.store.pending() > 0;
        bank.store.forget();
        bank.desk.advance_minutes(10).await?;
        let mut copies: BTreeMap<_, u32> = BTreeMap::new();
        for message in bank.desk.outbox.sent() {
            *copies.entry(message.notice).or_default() += 1;
        }
        assert_eq!(copies.len(), 5, "call {nth}");
        // Only the commit that settles them can fail after they were sent.
        let doubled = copies.values().filter(|&&copies| copies > 1).count();
        assert!(doubled == 0 || doubled == 5, "call {nth}: {copies:?}");
        if over {
            return Ok(());
        }
    }
    panic!("a tick makes fewer calls");
}

/// Takes a minute for each message, and lets another host tick in the middle.
#[derive(Clone)]
struct Slow {
    outbox: Outbox,
    clock: Arc<crcore::ManualClock>,
    other: Arc<std::sync::OnceLock<Desk>>,
    sent: Arc<AtomicU32>,
}

#[async_trait]
impl Notifier for Slow {
    async fn notify(&self, message: &Message) -> Result<(), NotifyError> {
        self.clock.advance(TimeDelta::seconds(10));
        self.outbox.notify(message).await?;
        if self.sent.fetch_add(1, Ordering::Relaxed) % 8 == 7
            && let Some(other) = self.other.get()
        {
            other.tick(100).await.unwrap();
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_slow_host_sends_nothing_that_its_lease_no_longer_covers() -> Test {
    let store = MemoryStore::new();
    let desk = TestDesk::over(store.clone(), rules()).await?;
    let asha = desk.new_customer("Asha").await?;
    for nth in 0..100 {
        let raise = Raise::new(desk.id_of(asha), code("loans"), format!("Loan {nth}"));
        desk.acting(asha).raise(raise).await?;
    }
    let slow = Slow {
        outbox: desk.outbox.clone(),
        clock: desk.clock.clone(),
        other: Arc::default(),
        sent: Arc::default(),
    };
    let host = Desk::builder(store.clone())
        .rules(rules())
        .clock(desk.clock.clone())
        .notifier(slow.clone())
        .open()
        .await?;
    let _ = slow.other.set(Desk::clone(&desk));
    while host.tick(100).await?.more {}
    desk.advance_minutes(10).await?;
    let mut copies: BTreeMap<_, u32> = BTreeMap::new();
    for message in desk.outbox.sent() {
        *copies.entry(message.notice).or_default() += 1;
    }
    assert_eq!(copies.len(), 100);
    let doubled = copies.values().filter(|&&copies| copies > 1).count();
    assert_eq!(doubled, 0);
    Ok(())
}

#[tokio::test]
async fn a_carriers_odd_words_settle_a_notice_too() -> Test {
    let bank = Bank::open().await?;
    bank.loan().await?;
    let why = "550 no\0such\r\nmailbox".to_owned();
    bank.desk
        .outbox
        .fail_next(NotifyError { again: false, why });
    bank.desk.tick(100).await?;
    let filter = NoticeFilter {
        dead: true,
        ..NoticeFilter::default()
    };
    let dead = bank.desk.notices(Actor::System, &filter, None).await?;
    assert_eq!(dead.len(), 1);
    Ok(())
}

/// Each ticket keeps the deadlines of the rules that set them, and either host works with both.
#[tokio::test]
async fn two_versions_of_the_rules_share_a_store() -> Test {
    let store = MemoryStore::new();
    let old = TestDesk::over(store.clone(), rules()).await?;
    let asha = old.new_customer("Asha").await?;
    let raise = || Raise::new(old.id_of(asha), code("loans"), "Loan");
    let mut newer: Rules = rules();
    newer.services.remove(&code("cards"));
    let stricter = serde_json::json!([{ "name": "all", "targets": {
        "resolution": { "within": "2h", "time": "calendar" } } }]);
    newer.sla = serde_json::from_value(stricter).unwrap();
    let new = Desk::builder(store.clone())
        .rules(newer)
        .clock(old.clock.clone())
        .notifier(old.outbox.clone())
        .open()
        .await?;
    let cards = Raise::new(old.id_of(asha), code("cards"), "Card");
    let first = old.acting(asha).raise(cards).await?.ticket;
    let second = new.acting(asha).raise(raise()).await?.ticket;
    let due = |id| {
        let desk = &new;
        async move { desk.explain(Actor::System, id).await }
    };
    let whys = [due(first).await?, due(second).await?];
    assert_eq!(whys.map(|why| why.deadlines.len()), [2, 1]);
    for hours in [1, 2, 3, 4, 50] {
        old.clock.advance(TimeDelta::hours(hours));
        for desk in [&new, &*old] {
            let ticked = desk.tick(100).await?;
            assert_eq!(ticked.broken, 0);
        }
    }
    for (desk, id) in [(&new, first), (&*old, second)] {
        desk.acting(Actor::System).reply(id, "Hello").await?;
        desk.acting(Actor::System)
            .resolve(id, crcore::ticket::Outcome::Upheld, None)
            .await?;
        desk.explain(Actor::System, id).await?;
    }
    old.assert_sound().await;
    Ok(())
}

//! What every store in SQL is asked, each by its own connection.

use chrono::TimeDelta;
use crcore::chain::Hash;
use crcore::store::{Head, Paging, QueueMark, Revised, Sort, Store, TicketFilter, Total, Visible};
use crcore::ticket::{Priority, StatusName, WaitingOn};
use crcore::{Changes, Fact, Pool, StoreResult, Ticket};

use super::{World, code, hired, is_conflict, load, new, start, ticket};

/// One test for each, named as the function. `$open` gives the test its store, or says why not.
macro_rules! laws {
    ($open:expr) => {
        $crate::support::laws::laws! { $open;
            what_is_raised_is_read_back
            the_feed_is_dense_and_its_chain_holds
            a_conflict_fails_alone_in_its_group
            a_caller_who_goes_away_cancels_nobody
            load_is_guarded_by_the_stored_capacity
            candidates_wait_in_line
            a_mark_set_anew_outlives_the_old_one
            pages_turn_without_gap_or_repeat_in_every_order
            a_customers_record_comes_and_goes
            words_are_erased
            many_callers_are_answered_each
        }
    };
    ($open:expr; $($law:ident)*) => {$(
        #[tokio::test]
        async fn $law() {
            if let Some(store) = $open(stringify!($law)).await {
                $crate::support::laws::$law(&store).await;
            }
        }
    )*};
}
pub(crate) use laws;

/// From every plane of Unicode, with what SQL and JSON might stumble over.
pub const ANY_TEXT: &str =
    "Zażółć \u{1F4B3} \u{10FFFF} 日本語 'quoted' \"twice\" ? $1 \\ \r\n\u{1}";

pub async fn commit(store: &impl Store, changes: Changes) -> StoreResult<()> {
    store.commit(&[changes]).await.pop().unwrap()
}

/// Every part of a raised ticket is there as it was given.
pub async fn is_stored(store: &impl Store, raised: &Changes) {
    let id = ticket(raised).id;
    assert_eq!(
        store.ticket(id).await.unwrap().as_ref(),
        Some(ticket(raised))
    );
    assert_eq!(store.events(id, 0, 10).await.unwrap(), raised.events);
    assert_eq!(store.events(id, 1, 10).await.unwrap(), raised.events[1..]);
    let ids: Vec<_> = raised.words.iter().map(|words| words.id).collect();
    let mut words = store.words(&ids).await.unwrap();
    words.sort_by_key(|words| words.id);
    assert_eq!(words, raised.words);
    let owed = store
        .owed(start() + TimeDelta::seconds(1), 0, 10)
        .await
        .unwrap();
    assert_eq!(owed, [raised.notices[0].value.clone()]);
    let due = store.due(ticket(raised).received_at, 3, 10).await.unwrap();
    assert_eq!(due, [ticket(raised).clone()]);
}

pub async fn what_is_raised_is_read_back(store: &impl Store) {
    let raised = World::new(1).raise("cards", ANY_TEXT);
    commit(store, raised.clone()).await.unwrap();
    is_stored(store, &raised).await;
    let unknown = World::new(2).raise("cards", "never committed");
    assert_eq!(store.ticket(ticket(&unknown).id).await.unwrap(), None);
}

pub async fn words_are_erased(store: &impl Store) {
    let world = World::new(1);
    let (goes, stays) = (world.raise("cards", "goes"), world.raise("cards", "stays"));
    let results = store.commit(&[goes.clone(), stays.clone()]).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let erased = Changes {
        erased: vec![crcore::store::Erasure {
            ticket: ticket(&goes).id,
            pieces: vec![stays.words[0].id],
        }],
        ..Changes::default()
    };
    commit(store, erased).await.unwrap();
    let ids: Vec<_> = [&goes, &stays]
        .iter()
        .flat_map(|set| &set.words)
        .map(|words| words.id)
        .collect();
    assert_eq!(store.words(&ids).await.unwrap(), stays.words[1..]);
}

/// Positions stay dense and in each ticket's order while others commit and number.
pub async fn many_callers_are_answered_each(store: &impl Store) {
    let world = World::new(1);
    let calls = (0..40).map(|nth| {
        let raised = world.raise("cards", &nth.to_string());
        let woken = world.go_on(ticket(&raised), Fact::Woken);
        async move {
            let results = store.commit(&[raised.clone(), woken, raised]).await;
            assert!(results[0].is_ok() && results[1].is_ok(), "{results:?}");
            assert!(is_conflict(&results[2]), "{results:?}");
            store.feed(0, 10).await.unwrap();
        }
    });
    futures_util::future::join_all(calls).await;
    let feed = store.feed(0, 500).await.unwrap();
    let mut seqs = std::collections::BTreeMap::new();
    for (nth, item) in (1..).zip(&feed) {
        assert_eq!(item.position, nth);
        let event = item.event().unwrap();
        let last = seqs.insert(event.ticket, event.seq).unwrap_or(0);
        assert_eq!(event.seq, last + 1, "in the ticket's order");
    }
    assert_eq!(feed.len(), 120);
}

pub async fn the_feed_is_dense_and_its_chain_holds(store: &impl Store) {
    let world = World::new(1);
    for nth in 0..5 {
        commit(store, world.raise("cards", &nth.to_string()))
            .await
            .unwrap();
    }
    let feed = store.feed(0, 100).await.unwrap();
    let mut hash = Hash::START;
    for (nth, item) in (1..).zip(&feed) {
        hash = hash.then(nth, &item.text);
        assert_eq!((item.position, item.hash), (nth, hash));
    }
    assert_eq!(feed.len(), 10);
    assert_eq!(store.head().await.unwrap(), Head { position: 10, hash });
    assert_eq!(store.feed(8, 100).await.unwrap(), feed[8..]);
}

pub async fn a_conflict_fails_alone_in_its_group(store: &impl Store) {
    let world = World::new(1);
    let good = world.raise("cards", "good");
    let other = world.raise("cards", "other");
    let mut half = world.raise("cards", "half");
    half.events.extend(good.events.clone());
    let twice = good.clone();
    let results = store
        .commit(&[good.clone(), twice, half.clone(), other.clone()])
        .await;
    let conflicts: Vec<_> = results.iter().map(is_conflict).collect();
    assert_eq!(conflicts, [false, true, true, false], "{results:?}");
    assert_eq!(
        store.ticket(ticket(&half).id).await.unwrap(),
        None,
        "half landed"
    );
    assert_eq!(store.head().await.unwrap().position, 4);
    let next = world.go_on(ticket(&good), Fact::Woken);
    let results = store.commit(&[next.clone(), next.clone()]).await;
    assert!(
        results[0].is_ok() && is_conflict(&results[1]),
        "{results:?}"
    );
}

pub async fn a_caller_who_goes_away_cancels_nobody(store: &impl Store) {
    let world = World::new(1);
    let (gone, stays) = (world.raise("cards", "gone"), world.raise("cards", "stays"));
    let sets = [gone.clone()];
    {
        let mut call = std::pin::pin!(store.commit(&sets));
        let polled = std::future::poll_fn(|cx| std::task::Poll::Ready(call.as_mut().poll(cx)));
        let _ = polled.await;
    }
    commit(store, stays).await.unwrap();
    assert_eq!(
        store.ticket(ticket(&gone).id).await.unwrap().as_ref(),
        Some(ticket(&gone)),
        "it was on its way, so it lands"
    );
}

pub async fn load_is_guarded_by_the_stored_capacity(store: &impl Store) {
    let mut agent = World::new(1).agent(&["cards"], 2);
    commit(store, hired(&agent)).await.unwrap();
    let results = store
        .commit(&[load(&agent, 1), load(&agent, 1), load(&agent, 1)])
        .await;
    assert!(results[0].is_ok() && results[1].is_ok() && is_conflict(&results[2]));
    agent.version = 2;
    agent.capacity.insert(Pool::Cases, 3);
    let raise = Changes {
        agents: vec![Revised {
            from: 1,
            value: agent.clone(),
        }],
        ..load(&agent, 1)
    };
    commit(store, raise).await.unwrap();
    let carried = store.agent(agent.id).await.unwrap().unwrap().loads[&Pool::Cases];
    assert_eq!((carried.units, carried.capacity), (3, 3));
    assert_eq!(carried.last_assigned, Some(start()), "to the microsecond");
    commit(store, load(&agent, -9)).await.unwrap();
    let carried = store.agent(agent.id).await.unwrap().unwrap().loads[&Pool::Cases];
    assert_eq!(carried.units, 0, "never below zero");
    let stranger = World::new(2).agent(&[], 9);
    assert!(is_conflict(&commit(store, load(&stranger, 1)).await));
}

pub async fn candidates_wait_in_line(store: &impl Store) {
    let world = World::new(1);
    let mut away = world.agent(&["cards"], 5);
    away.available = false;
    let (busy, idle) = (
        world.agent(&["cards"], 5),
        world.agent(&["cards", "loans"], 5),
    );
    for agent in [&away, &busy, &idle] {
        commit(store, hired(agent)).await.unwrap();
    }
    commit(store, load(&busy, 1)).await.unwrap();
    let who = |found: Vec<crcore::Standing>| {
        found
            .iter()
            .map(|standing| standing.agent.id)
            .collect::<Vec<_>>()
    };
    let found = store
        .candidates(&code("cards"), Pool::Cases, 10)
        .await
        .unwrap();
    assert_eq!(who(found), [idle.id, busy.id]);
    let found = store
        .candidates(&code("cards"), Pool::Cases, 1)
        .await
        .unwrap();
    assert_eq!(who(found), [idle.id]);
    let mut moved = idle.clone();
    moved.version = 2;
    moved.queues = [code("loans")].into();
    let moves = Changes {
        agents: vec![Revised {
            from: 1,
            value: moved,
        }],
        ..Changes::default()
    };
    commit(store, moves).await.unwrap();
    let found = store
        .candidates(&code("cards"), Pool::Cases, 10)
        .await
        .unwrap();
    assert_eq!(who(found), [busy.id]);
    assert_eq!(store.agents(None, 10).await.unwrap().len(), 3);
}

pub async fn a_mark_set_anew_outlives_the_old_one(store: &impl Store) {
    let at = |micros| QueueMark {
        queue: code("cards"),
        at: start() + TimeDelta::microseconds(micros),
    };
    for mark in [at(1), at(2), at(0)] {
        let marks = Changes {
            marks: vec![mark],
            ..Changes::default()
        };
        commit(store, marks).await.unwrap();
    }
    assert_eq!(store.marked(10).await.unwrap(), [at(2)]);
    for (unmark, left) in [(at(1), 1), (at(2), 0)] {
        let unmarks = Changes {
            unmarks: vec![unmark],
            ..Changes::default()
        };
        commit(store, unmarks).await.unwrap();
        assert_eq!(store.marked(10).await.unwrap().len(), left);
    }
}

pub async fn pages_turn_without_gap_or_repeat_in_every_order(store: &impl Store) {
    let world = World::new(1);
    let mut all: Vec<Ticket> = Vec::new();
    for nth in 0..23 {
        let set = world.raise(["cards", "loans"][nth % 2], "x");
        commit(store, set.clone()).await.unwrap();
        let mut last = ticket(&set).clone();
        if nth % 3 == 0 {
            let fact = Fact::Reprioritised {
                priority: Priority::Urgent,
            };
            let set = world.go_on(&last, fact);
            commit(store, set.clone()).await.unwrap();
            last = ticket(&set).clone();
        }
        if nth % 4 == 0 {
            let on = WaitingOn::Customer;
            let set = world.go_on(&last, Fact::Waiting { on });
            commit(store, set.clone()).await.unwrap();
            last = ticket(&set).clone();
        }
        all.push(last);
    }
    let any = TicketFilter::default;
    let queues = [code("cards"), code("loans")];
    for filter in [
        any(),
        TicketFilter {
            queues: [code("cards")].into(),
            ..any()
        },
        TicketFilter {
            queues: queues.clone().into(),
            statuses: [StatusName::New, StatusName::WaitingForCustomer].into(),
            ..any()
        },
        TicketFilter {
            services: [code("cards")].into(),
            priorities: [Priority::Urgent].into(),
            ..any()
        },
        TicketFilter {
            visible: Visible::Agent {
                agent: all[0].customer.uuid().into(),
                queues: [code("loans")].into(),
            },
            received_before: Some(all[20].received_at),
            ..any()
        },
        TicketFilter {
            visible: Visible::Nothing,
            ..any()
        },
    ] {
        for sort in [
            Sort::Newest,
            Sort::Oldest,
            Sort::Updated,
            Sort::Deadline,
            Sort::Urgency,
        ] {
            pages_are_right(store, &all, &filter, sort).await;
        }
    }
}

async fn pages_are_right(store: &impl Store, all: &[Ticket], filter: &TicketFilter, sort: Sort) {
    let mut wanted: Vec<_> = all.iter().filter(|t| filter.admits(t)).cloned().collect();
    wanted.sort_by_key(|t| (sort.key(t), t.id));
    if sort.is_descending() {
        wanted.reverse();
    }
    let mut paging = Paging {
        sort,
        limit: 5,
        total: true,
        ..Paging::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = store.tickets(filter, &paging).await.unwrap();
        assert_eq!(page.total, Some(Total::Exact(wanted.len() as u64)));
        seen.extend(page.items);
        paging.after = page.next;
        if paging.after.is_none() {
            break;
        }
    }
    assert_eq!(seen, wanted, "{sort:?} of {filter:?}");
}

pub async fn a_customers_record_comes_and_goes(store: &impl Store) {
    let mut customer = crcore::Customer::new(World::new(1).moment().id());
    customer.version = 1;
    let known = Changes {
        customers: vec![new(customer.clone())],
        ..Changes::default()
    };
    commit(store, known.clone()).await.unwrap();
    assert!(is_conflict(&commit(store, known).await));
    assert_eq!(
        store.customer(customer.id).await.unwrap(),
        Some(customer.clone())
    );
    let forgotten = Changes {
        forgotten: vec![customer.id],
        ..Changes::default()
    };
    commit(store, forgotten).await.unwrap();
    assert_eq!(store.customer(customer.id).await.unwrap(), None);
}

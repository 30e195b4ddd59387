use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::actor::Actor;
use crate::command::Raise;
use crate::desk::{File, Since};
use crate::error::ErrorKind;
use crate::event::{Event, Fact};
use crate::id::{Code, EventId, TicketId};
use crate::rules::Rules;
use crate::testing::TestDesk;
use crate::ticket::{LinkKind, Outcome, WaitingOn};

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn rules() -> Rules {
    let text = r#"{
        "services": { "cards": { "queue": "cards" }, "loans": { "queue": "loans" } },
        "tags": ["vip"],
        "sla": [{ "name": "standard", "targets": { "resolution": { "within": "1h", "time": "calendar" } } }]
    }"#;
    Rules::from_json(text).unwrap()
}

struct Bank {
    desk: TestDesk,
    customers: Vec<Actor>,
    staff: Vec<Actor>,
    tickets: Vec<TicketId>,
}

impl Bank {
    async fn open() -> Self {
        let desk = TestDesk::open(rules()).await.unwrap();
        let mut customers = Vec::new();
        for name in ["Asha", "Ravi", "Devi"] {
            customers.push(desk.new_customer(name).await.unwrap());
        }
        let meera = desk.new_agent("Meera", &[&code("cards")]).await.unwrap();
        let omar = desk.new_agent("Omar", &[&code("loans")]).await.unwrap();
        let sonia = Actor::Supervisor(desk.new_id().unwrap());
        Self {
            desk,
            customers,
            staff: vec![meera, omar, sonia],
            tickets: Vec::new(),
        }
    }

    /// Something happens, or is refused.
    async fn step(&mut self, (verb, who, which): (u8, usize, usize)) {
        let desk = &self.desk;
        let customer = self.customers[who % self.customers.len()];
        let staff = desk.acting(self.staff[who % self.staff.len()]);
        let Some(&id) = self.tickets.get(which % self.tickets.len().max(1)) else {
            return self.raise(customer, which).await;
        };
        let other = self.tickets[who % self.tickets.len()];
        let file = |public| File {
            name: "a.txt".into(),
            media_type: "text/plain".into(),
            content: b"bytes".to_vec(),
            public,
        };
        let _ = match verb % 16 {
            0 | 1 => return self.raise(customer, which).await,
            2 => desk.acting(customer).reply(id, "A question").await,
            3 => staff.reply(id, "An answer").await,
            4 => staff.note(id, "Among us").await,
            5 => staff.claim(id).await,
            6 => staff.release(id).await,
            7 => staff.wait(id, WaitingOn::Customer).await,
            8 => staff.resolve(id, Outcome::Rejected, None).await,
            9 => desk.acting(self.staff[2]).merge(id, other).await,
            10 => staff.link(id, LinkKind::RelatedTo, other).await,
            11 => staff.tag(id, [code("vip")], []).await,
            12 => desk.acting(customer).attach(id, file(true)).await,
            13 => staff.attach(id, file(who % 2 == 0)).await,
            14 => {
                let pieces = Vec::new();
                staff
                    .split(
                        id,
                        "A part",
                        code("loans"),
                        crate::ticket::Kind::Query,
                        pieces,
                    )
                    .await
            }
            _ => {
                desk.advance_minutes(50).await.unwrap();
                return;
            }
        };
        // What was split off is a ticket too.
        let all = desk.all_tickets().await.unwrap();
        self.tickets = all.iter().map(|ticket| ticket.id).collect();
    }

    async fn raise(&mut self, customer: Actor, which: usize) {
        let service = ["cards", "loans"][which % 2];
        let raise = Raise::new(self.desk.id_of(customer), code(service), "A subject");
        let done = self.desk.acting(customer).raise(raise).await.unwrap();
        self.tickets.push(done.ticket);
    }

    /// All that an actor's watcher sees of the whole feed.
    async fn watched(&self, actor: Actor) -> BTreeMap<EventId, Event> {
        let watcher = self.desk.watcher(actor).await.unwrap();
        let mut seen = BTreeMap::new();
        let mut after = 0;
        loop {
            let news = self.desk.news(after, 7).await.unwrap();
            let Some(last) = news.last() else { break };
            after = last.position;
            let events = news.iter().filter_map(|news| watcher.sees(news));
            seen.extend(events.map(|event| (event.id, event)));
        }
        assert_eq!(after, self.desk.position().await.unwrap());
        seen
    }

    /// All that an actor reads in the threads of the tickets they may see.
    async fn read(&self, actor: Actor) -> BTreeMap<EventId, Event> {
        let mut read = BTreeMap::new();
        for &id in &self.tickets {
            if let Ok(thread) = self.desk.thread(actor, id).await {
                // What a ticket goes on in place of has a thread of its own.
                let own = thread.into_iter().filter(|entry| entry.event.ticket == id);
                read.extend(own.map(|entry| (entry.event.id, entry.event)));
            }
        }
        read
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

proptest! {
    #![proptest_config(Config { cases: 32, ..Config::default() })]

    #[test]
    fn a_watcher_sees_what_the_thread_shows_and_not_one_byte_more(
        steps in proptest::collection::vec((any::<u8>(), 0_usize..32, 0_usize..32), 1..60)
    ) {
        run(async {
            let mut bank = Bank::open().await;
            for step in steps {
                bank.step(step).await;
            }
            for &actor in bank.customers.iter().chain(&bank.staff) {
                let (watched, read) = (bank.watched(actor).await, bank.read(actor).await);
                assert_eq!(watched, read, "{actor}");
            }
            let tickets = bank.desk.all_tickets().await.unwrap();
            for &customer in &bank.customers {
                let me = bank.desk.id_of(customer);
                let watched = bank.watched(customer).await;
                let said = serde_json::to_string(&watched.values().collect::<Vec<_>>()).unwrap();
                assert!(!said.contains("vip"), "{said}");
                for ticket in tickets.iter().filter(|ticket| ticket.customer != me) {
                    let foreign = [
                        ticket.id.to_string(),
                        ticket.reference.to_string(),
                        ticket.customer.to_string(),
                        ticket.subject.id.to_string(),
                    ];
                    for word in foreign {
                        assert!(!said.contains(&word), "{word} in {said}");
                    }
                }
            }
        });
    }
}

#[tokio::test]
async fn a_stream_is_taken_up_where_it_ended() {
    let mut bank = Bank::open().await;
    let (asha, meera) = (bank.customers[0], bank.staff[0]);
    let begin = bank.desk.position().await.unwrap();
    for which in 0..6 {
        bank.raise(asha, which).await;
    }
    let desk = &bank.desk;
    let program = Actor::Service(desk.new_id().unwrap());
    let all = desk.events_since(program, begin, 1_000).await.unwrap();
    assert!(!all.more);
    let raised = |since: &Since| {
        let raised = since
            .events
            .iter()
            .filter(|h| matches!(h.event.fact, Fact::Raised(_)));
        raised.count()
    };
    assert_eq!(raised(&all), 6);
    let mut pages = Vec::new();
    let mut after = begin;
    loop {
        let page = desk.events_since(program, after, 4).await.unwrap();
        after = page.next;
        pages.extend(page.events);
        if !page.more {
            break;
        }
    }
    assert_eq!(
        pages, all.events,
        "page by page, none twice and none left out"
    );
    assert_eq!(after, desk.position().await.unwrap());

    let cards = desk.events_since(meera, begin, 1_000).await.unwrap();
    assert_eq!(raised(&cards), 3, "an agent gets those of their queues");
    assert_eq!(cards.next, all.next, "and still comes to the end");
    let refused = desk.events_since(asha, begin, 10).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotAllowed);
}

#[tokio::test]
async fn a_watcher_follows_the_ticket_and_not_the_queue_it_was_in() {
    let mut bank = Bank::open().await;
    let (asha, meera, omar) = (bank.customers[0], bank.staff[0], bank.staff[1]);
    bank.raise(asha, 0).await;
    let (desk, id) = (&bank.desk, bank.tickets[0]);
    desk.acting(meera).note(id, "Really a loan").await.unwrap();
    let amend = crate::command::Amend {
        service: Some(code("loans")),
        ..crate::command::Amend::default()
    };
    desk.acting(meera).amend(id, amend).await.unwrap();
    assert!(
        bank.watched(meera).await.is_empty(),
        "it is not hers to see any more"
    );
    assert_eq!(bank.watched(omar).await, bank.read(omar).await);
    assert!(!bank.watched(omar).await.is_empty());
}

#[tokio::test]
async fn news_say_nothing_in_a_log() {
    let mut bank = Bank::open().await;
    bank.raise(bank.customers[0], 0).await;
    let news = bank.desk.news(0, 10).await.unwrap();
    assert_eq!(format!("{:?}", news[0]), "News(1)");
}

#[tokio::test]
async fn a_mark_leads_its_owner_on_and_tells_nobody_anything() {
    let store = crate::memory::MemoryStore::new();
    let here = TestDesk::over(store.clone(), rules()).await.unwrap();
    let there = TestDesk::over(store, rules()).await.unwrap();
    let (asha, ravi) = (
        here.new_customer("Asha").await.unwrap(),
        here.new_customer("Ravi").await.unwrap(),
    );
    let hers = here.watcher(asha).await.unwrap();
    let elsewhere = there.watcher(asha).await.unwrap();
    let his = here.watcher(ravi).await.unwrap();
    for position in [0, 1, 2, 1_000_000, u64::MAX] {
        let mark = hers.mark(position);
        assert_eq!(hers.position(&mark), Some(position));
        assert_eq!(
            elsewhere.position(&mark),
            Some(position),
            "another process reads it"
        );
        assert_eq!(his.position(&mark), None, "another's mark is none");
        assert_ne!(his.mark(position), mark);
    }
    let hidden = |mark: &str| u64::from_str_radix(&mark[16..], 16).unwrap();
    let (one, two) = (hidden(&hers.mark(1)), hidden(&hers.mark(2)));
    assert_ne!(one ^ two, 3, "two marks do not tell how far apart they are");
    for wrong in ["", "1", "x", &"0".repeat(32), &"é".repeat(16)] {
        assert_eq!(hers.position(wrong), None, "{wrong}");
    }
    assert!(!format!("{hers:?}").contains(&hers.mark(1)[..8]));
}

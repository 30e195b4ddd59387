use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;

use super::{Place, Token, TokenRequest};
use crate::catalogue::Catalogue;
use crate::command::Field;
use crate::event::Fact;
use crate::testing::TestDesk;
use crate::ticket::{Channel, Kind, Outcome, Priority, StatusName};
use crate::{
    Actor, Clock, Code, Desk, Error, ErrorKind, ManualClock, MemoryStore, Pool, Raise, Rules,
};

const RULES: &str = r#"{
    "services": {
        "cards": { "queue": "cards" }, "loans": { "queue": "loans" }, "cash": { "queue": "cards" }
    },
    "queues": { "cards": { "allocation": "fair" } },
    "allocation": [{ "name": "fair", "rules": ["least_loaded"] }],
    "fields": {
        "branch": { "type": "choice", "choices": ["pune", "nagpur"] },
        "token": { "type": "number" }
    },
    "calendars": { "pune": {
        "time_zone": "Asia/Kolkata",
        "hours": { "monday": "10:00-16:00", "tuesday": "10:00-16:00" }
    } }
}"#;

const CATALOGUE: &str = r#"{
    "branches": {
        "pune": { "name": { "en": "Pune" }, "calendar": "pune", "counters": ["1", "2", "3"] },
        "nagpur": { "name": { "en": "Nagpur" }, "counters": ["1"] }
    },
    "services": {
        "cards": { "title": { "en": "Cards" }, "doors": ["token"], "letter": "B", "minutes": 6,
                   "branches": ["pune", "nagpur"] },
        "cash": { "title": { "en": "Cash" }, "doors": ["token"], "letter": "C", "branches": ["pune"] },
        "loans": { "title": { "en": "Loans" }, "doors": ["token"], "letter": "L", "branches": ["pune"] }
    }
}"#;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// The branch of Pune on Monday, 2 March 2026, at half past two: open until four.
struct Hall {
    desk: TestDesk,
    meera: Actor,
}

impl Hall {
    async fn open() -> Self {
        Self::over(MemoryStore::new()).await
    }

    async fn over(store: MemoryStore) -> Self {
        let rules = Rules::from_json(RULES).unwrap();
        let desk = TestDesk::over(store, rules).await.unwrap();
        let catalogue: Catalogue = serde_json::from_str(CATALOGUE).unwrap();
        desk.save_catalogue(Actor::System, catalogue, 0)
            .await
            .unwrap();
        let meera = desk.new_agent("Meera", &[&code("cards")]).await.unwrap();
        Self { desk, meera }
    }

    async fn wants(&self, service: &str, customer: Actor) -> Result<Token, Error> {
        self.desk
            .take_token(customer, &request(&self.desk, service, customer))
            .await
    }

    async fn take(&self, service: &str) -> (Token, Actor) {
        let customer = self.desk.new_customer("Asha").await.unwrap();
        let token = self.wants(service, customer).await.unwrap();
        self.desk.clock.advance(TimeDelta::seconds(10));
        (token, customer)
    }

    async fn sits(&self, actor: Actor, counter: &str) {
        let all = BTreeSet::new();
        self.desk
            .open_counter(actor, &code("pune"), &code(counter), &all)
            .await
            .unwrap();
    }

    async fn calls(&self, actor: Actor, counter: &str) -> Option<String> {
        let call = self
            .desk
            .call_next(actor, &code("pune"), &code(counter))
            .await
            .unwrap();
        call.map(|call| call.number.to_string())
    }

    async fn serves(&self, actor: Actor, counter: &str, minutes: i64) {
        self.desk.advance_minutes(minutes).await.unwrap();
        let done = self
            .desk
            .serve_token(actor, &code("pune"), &code(counter), None)
            .await;
        done.unwrap();
    }

    async fn waiting(&self) -> Vec<String> {
        let line = self.desk.line(&code("pune")).await.unwrap();
        line.waiting
            .iter()
            .map(|entry| entry.number.to_string())
            .collect()
    }

    /// Meera calls whom she put aside at counter 1.
    async fn back(&self, (token, _): &(Token, Actor)) -> Result<super::Call, Error> {
        self.desk
            .call_held(self.meera, &pune(), &code("1"), token.ticket)
            .await
    }

    async fn place(&self, (token, customer): &(Token, Actor)) -> Place {
        self.desk
            .token(*customer, token.ticket)
            .await
            .unwrap()
            .place
    }

    async fn ahead(&self, token: &(Token, Actor)) -> u32 {
        match self.place(token).await {
            Place::Waiting { ahead, .. } => ahead,
            other => panic!("{other:?}"),
        }
    }
}

fn request(desk: &TestDesk, service: &str, customer: Actor) -> TokenRequest {
    TokenRequest {
        customer: desk.id_of(customer),
        branch: code("pune"),
        service: code(service),
        language: crate::ticket::Language::default(),
        key: None,
    }
}

fn pune() -> Code {
    code("pune")
}

#[tokio::test]
async fn a_customer_sees_their_turn_come() {
    let hall = Hall::open().await;
    let (first, second, third) = (
        hall.take("cards").await,
        hall.take("loans").await,
        hall.take("cards").await,
    );
    assert_eq!(first.0.number.to_string(), "B001");
    assert_eq!(second.0.number.to_string(), "L001");
    assert_eq!(third.0.number.to_string(), "B002");
    // No counter is open yet: who comes before is told, and how long is not.
    assert_eq!(
        hall.place(&third).await,
        Place::Waiting {
            ahead: 1,
            wait: None
        }
    );

    hall.sits(hall.meera, "2").await;
    let Place::Waiting {
        ahead: 1,
        wait: Some(wait),
    } = hall.place(&third).await
    else {
        panic!("{:?}", hall.place(&third).await)
    };
    assert_eq!(
        wait.minutes, 6,
        "the bank's word for one customer before them"
    );
    assert_eq!(
        hall.ahead(&second).await,
        0,
        "nobody of the same line is before them"
    );

    assert_eq!(hall.calls(hall.meera, "2").await.as_deref(), Some("B001"));
    let called = hall.place(&first).await;
    let at = hall.desk.clock.now();
    assert_eq!(
        called,
        Place::Called {
            counter: Some(code("2")),
            at,
            times: 1
        }
    );
    let line = hall.desk.line(&pune()).await.unwrap();
    assert_eq!(
        (line.serving.len(), line.serving[0].counter.as_str()),
        (1, "2")
    );
    assert_eq!(hall.waiting().await, ["L001", "B002"]);
    assert_eq!(line.services[&code("cards")].waiting, 1);
    assert_eq!(line.services[&code("loans")].counters, 0);

    hall.desk.clock.advance(TimeDelta::seconds(30));
    assert_eq!(
        hall.desk
            .recall(hall.meera, &pune(), &code("2"))
            .await
            .unwrap()
            .times,
        2
    );
    assert!(
        matches!(hall.place(&first).await, Place::Called { times: 2, at: again, .. } if again > at)
    );

    hall.serves(hall.meera, "2", 4).await;
    assert_eq!(hall.place(&first).await, Place::Over { withdrawn: false });
    assert_eq!(hall.calls(hall.meera, "2").await.as_deref(), Some("B002"));
    hall.serves(hall.meera, "2", 4).await;
    assert_eq!(
        hall.calls(hall.meera, "2").await,
        None,
        "loans are not called here"
    );
    assert!(hall.desk.line(&pune()).await.unwrap().serving.is_empty());
    hall.desk.assert_sound().await;
}

#[tokio::test]
async fn a_call_reaches_open_pages() {
    let hall = Hall::open().await;
    let (token, customer) = hall.take("cards").await;
    hall.sits(hall.meera, "1").await;
    let before = hall.desk.position().await.unwrap();
    let watcher = hall.desk.watcher(customer).await.unwrap();
    hall.calls(hall.meera, "1").await;
    hall.desk
        .recall(hall.meera, &pune(), &code("1"))
        .await
        .unwrap();
    let news = hall.desk.news(before, 100).await.unwrap();
    assert!(
        news.iter().all(|item| item.line() == Some(&pune())),
        "the wall looks again"
    );
    assert!(news.iter().all(|item| item.chats().is_none()));
    let seen: Vec<Fact> = news
        .iter()
        .filter_map(|item| Some(watcher.sees(item)?.fact))
        .collect();
    let called = |times| Fact::Called {
        counter: code("1"),
        times,
    };
    assert_eq!(seen, [called(1), called(2)], "and nothing of who called");
    let thread = hall.desk.thread(customer, token.ticket).await.unwrap();
    assert_eq!(thread.last().unwrap().event.fact, called(2));
}

#[tokio::test]
async fn who_chooses_a_service_is_told_how_many_will_be_before_them() {
    let hall = Hall::open().await;
    hall.sits(hall.meera, "1").await;
    for service in ["cards", "cash", "cards"] {
        hall.take(service).await;
    }
    let line = hall.desk.line(&pune()).await.unwrap();
    for service in ["cards", "cash"] {
        let told = line.services[&service.parse().unwrap()];
        assert_eq!(told.ahead, 3, "one counter calls for both");
    }
    assert_eq!(line.services[&"cash".parse().unwrap()].waiting, 1);
    let next = hall.take("cash").await;
    assert_eq!(hall.ahead(&next).await, 3);
}

#[tokio::test]
async fn the_wall_tells_numbers_and_nothing_of_anybody() {
    let hall = Hall::open().await;
    let (token, customer) = hall.take("cards").await;
    hall.take("cards").await;
    hall.sits(hall.meera, "1").await;
    hall.calls(hall.meera, "1").await;
    let line = serde_json::to_string(&hall.desk.line(&pune()).await.unwrap()).unwrap();
    assert!(line.contains("B001") && line.contains("B002"));
    let staff = hall.meera.staff().unwrap().to_string();
    for secret in [
        token.ticket.to_string(),
        hall.desk.id_of(customer).to_string(),
        staff,
    ] {
        assert!(!line.contains(&secret), "{line}");
    }
    let stranger = hall.desk.new_customer("Ravi").await.unwrap();
    let other = hall.desk.token(stranger, token.ticket).await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn no_number_is_given_without_somebody_to_call_it() {
    let hall = Hall::open().await;
    let customer = hall.desk.new_customer("Asha").await.unwrap();
    let token = hall.wants("cards", customer).await.unwrap();
    let again = hall.wants("cards", customer).await.unwrap_err();
    assert_eq!(
        again.kind(),
        ErrorKind::NotPossible,
        "one token for a service"
    );
    hall.wants("loans", customer).await.unwrap();
    hall.desk
        .acting(customer)
        .resolve(token.ticket, Outcome::Withdrawn, None)
        .await
        .unwrap();
    assert_eq!(
        hall.wants("cards", customer)
            .await
            .unwrap()
            .number
            .to_string(),
        "B002"
    );

    let unknown = hall.wants("chess", customer).await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::Invalid);
    // Half past five in Pune.
    hall.desk.clock.advance(TimeDelta::hours(3));
    let ravi = hall.desk.new_customer("Ravi").await.unwrap();
    let closed = hall.wants("cards", ravi).await.unwrap_err();
    assert_eq!(closed.kind(), ErrorKind::NotPossible);
    assert!(
        closed.to_string().contains("2026-03-03T04:30:00Z"),
        "{closed}"
    );
}

#[tokio::test]
async fn a_second_click_gives_the_same_number() {
    let hall = Hall::open().await;
    let customer = hall.desk.new_customer("Asha").await.unwrap();
    let request = TokenRequest {
        key: Some("click".into()),
        ..request(&hall.desk, "cards", customer)
    };
    let token = hall.desk.take_token(customer, &request).await.unwrap();
    hall.take("cards").await;
    assert_eq!(
        hall.desk.take_token(customer, &request).await.unwrap(),
        token
    );
    assert_eq!(hall.waiting().await, ["B001", "B002"]);
}

#[tokio::test]
async fn nobody_writes_a_number_or_moves_it() {
    let hall = Hall::open().await;
    let customer = hall.desk.new_customer("Asha").await.unwrap();
    let mut raise = Raise::new(hall.desk.id_of(customer), code("cards"), "First in line");
    (raise.kind, raise.channel) = (Kind::Service, Channel::Counter);
    raise.fields.insert(code("branch"), Field::Choice(pune()));
    raise.fields.insert(code("token"), Field::Number(20_001));
    let forged = hall
        .desk
        .acting(customer)
        .raise(raise.clone())
        .await
        .unwrap_err();
    assert_eq!(forged.kind(), ErrorKind::Invalid);

    // The plain command gives a number as well.
    raise.fields.remove(&code("token"));
    let raised = hall.desk.acting(customer).raise(raise).await.unwrap();
    assert_eq!(hall.waiting().await, ["B001"]);
    let mut amend = crate::Amend::default();
    amend
        .fields
        .insert(code("branch"), Field::Choice(code("nagpur")));
    let moved = hall
        .desk
        .acting(hall.meera)
        .amend(raised.ticket, amend)
        .await
        .unwrap_err();
    assert_eq!(moved.kind(), ErrorKind::NotPossible);
}

#[tokio::test]
async fn numbers_begin_anew_each_day_and_what_was_left_is_ended() {
    let hall = Hall::open().await;
    let left = hall.take("cards").await;
    hall.take("cards").await;
    hall.desk.clock.advance(TimeDelta::hours(22));
    assert!(hall.waiting().await.is_empty(), "yesterday's line is gone");
    assert_eq!(hall.take("cards").await.0.number.to_string(), "B001");
    hall.sits(hall.meera, "1").await;
    assert_eq!(hall.place(&left).await, Place::Over { withdrawn: true });
    assert_eq!(hall.waiting().await, ["B001"]);
    hall.desk.assert_sound().await;
}

#[tokio::test]
async fn a_counter_that_nobody_closed_in_the_evening_is_free_in_the_morning() {
    let hall = Hall::open().await;
    let omar = hall
        .desk
        .new_agent("Omar", &[&code("cards")])
        .await
        .unwrap();
    hall.sits(hall.meera, "1").await;
    hall.desk.clock.advance(TimeDelta::hours(20));
    assert!(hall.desk.counters(omar, &pune()).await.unwrap().is_empty());
    hall.sits(omar, "1").await;
    hall.sits(hall.meera, "2").await;
    assert_eq!(hall.desk.counters(omar, &pune()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn who_does_not_come_is_called_after_the_next_three_and_then_no_more() {
    let hall = Hall::open().await;
    let mut tokens = Vec::new();
    for _ in 0..5 {
        tokens.push(hall.take("cards").await);
    }
    hall.sits(hall.meera, "1").await;
    hall.calls(hall.meera, "1").await;
    hall.desk
        .no_show(hall.meera, &pune(), &code("1"))
        .await
        .unwrap();
    assert_eq!(
        hall.waiting().await,
        ["B002", "B003", "B004", "B001", "B005"]
    );
    assert_eq!(hall.ahead(&tokens[0]).await, 3);
    for expected in ["B002", "B003", "B004", "B001"] {
        assert_eq!(hall.calls(hall.meera, "1").await.as_deref(), Some(expected));
        if expected != "B001" {
            hall.serves(hall.meera, "1", 1).await;
        }
    }
    hall.desk
        .no_show(hall.meera, &pune(), &code("1"))
        .await
        .unwrap();
    assert_eq!(
        hall.place(&tokens[0]).await,
        Place::Over { withdrawn: true }
    );
    assert_eq!(hall.waiting().await, ["B005"]);
    hall.desk.assert_sound().await;
}

#[tokio::test]
async fn who_fetches_something_keeps_their_place() {
    let hall = Hall::open().await;
    let first = hall.take("cards").await;
    hall.take("cards").await;
    hall.take("cards").await;
    hall.sits(hall.meera, "1").await;
    hall.calls(hall.meera, "1").await;
    hall.desk
        .hold_token(hall.meera, &pune(), &code("1"))
        .await
        .unwrap();
    assert_eq!(hall.place(&first).await, Place::Held);
    assert_eq!(hall.calls(hall.meera, "1").await.as_deref(), Some("B002"));

    let counter = hall
        .desk
        .counter(hall.meera, &pune(), &code("1"))
        .await
        .unwrap();
    assert_eq!(counter.held.len(), 1);
    let refused = hall.back(&first).await.unwrap_err();
    assert!(
        refused.to_string().contains("B002 is at your counter"),
        "{refused}"
    );
    hall.serves(hall.meera, "1", 2).await;
    assert_eq!(hall.back(&first).await.unwrap().number, first.0.number);
    assert!(matches!(hall.place(&first).await, Place::Called { .. }));

    // Who leaves their counter leaves nobody behind.
    hall.desk
        .hold_token(hall.meera, &pune(), &code("1"))
        .await
        .unwrap();
    hall.desk
        .close_counter(hall.meera, &pune(), &code("1"))
        .await
        .unwrap();
    assert_eq!(hall.waiting().await, ["B001", "B003"]);
    hall.desk.assert_sound().await;
}

#[tokio::test]
async fn a_transfer_keeps_the_time_of_receipt() {
    let hall = Hall::open().await;
    let lena = hall
        .desk
        .new_agent("Lena", &[&code("loans")])
        .await
        .unwrap();
    let wrong = hall.take("cards").await;
    hall.take("loans").await;
    hall.sits(hall.meera, "1").await;
    hall.sits(lena, "2").await;
    hall.calls(hall.meera, "1").await;
    let chess = hall
        .desk
        .transfer_token(hall.meera, &pune(), &code("1"), &code("chess"))
        .await;
    assert_eq!(chess.unwrap_err().kind(), ErrorKind::Invalid);
    hall.desk
        .transfer_token(hall.meera, &pune(), &code("1"), &code("loans"))
        .await
        .unwrap();
    assert_eq!(hall.ahead(&wrong).await, 0);
    assert_eq!(
        hall.calls(lena, "2").await.as_deref(),
        Some("B001"),
        "before L001"
    );
    assert_eq!(hall.calls(hall.meera, "1").await, None);
    hall.desk.assert_sound().await;
}

#[tokio::test]
async fn a_counter_is_one_agents() {
    let hall = Hall::open().await;
    let omar = hall
        .desk
        .new_agent("Omar", &[&code("cards")])
        .await
        .unwrap();
    let lena = hall
        .desk
        .new_agent("Lena", &[&code("savings")])
        .await
        .unwrap();
    let (one, two, all) = (code("1"), code("2"), BTreeSet::new());
    let asha = hall.desk.new_customer("Asha").await.unwrap();
    hall.sits(hall.meera, "1").await;
    let nine = code("9");
    for (actor, counter, kind) in [
        (omar, &one, ErrorKind::NotPossible),
        (hall.meera, &two, ErrorKind::NotPossible),
        (lena, &two, ErrorKind::NotPossible),
        (asha, &two, ErrorKind::NotAllowed),
        (omar, &nine, ErrorKind::Invalid),
    ] {
        let branch = pune();
        let refused = hall
            .desk
            .open_counter(actor, &branch, counter, &all)
            .await
            .unwrap_err();
        assert_eq!(refused.kind(), kind, "{refused}");
    }
    let only_cash = [code("cash")].into();
    hall.desk
        .open_counter(omar, &pune(), &two, &only_cash)
        .await
        .unwrap();
    hall.take("cards").await;
    assert_eq!(
        hall.calls(omar, "2").await,
        None,
        "cards are not called there"
    );
    let theirs = hall.desk.call_next(omar, &pune(), &one).await.unwrap_err();
    assert_eq!(theirs.kind(), ErrorKind::NotPossible);

    hall.calls(hall.meera, "1").await;
    let served = hall
        .desk
        .close_counter(hall.meera, &pune(), &one)
        .await
        .unwrap_err();
    assert!(served.to_string().contains("B001 is at your counter"));
    let not_theirs = hall
        .desk
        .close_counter(omar, &pune(), &one)
        .await
        .unwrap_err();
    assert_eq!(not_theirs.kind(), ErrorKind::NotAllowed);
    let sonia = Actor::Supervisor(hall.desk.new_id().unwrap());
    hall.desk.close_counter(sonia, &pune(), &one).await.unwrap();
    assert_eq!(hall.waiting().await, ["B001"], "nobody is left behind");
    assert_eq!(hall.desk.counters(sonia, &pune()).await.unwrap().len(), 1);
    hall.desk.assert_sound().await;
}

#[tokio::test]
async fn a_token_is_called_and_never_given_out_and_nobody_is_mailed() {
    let hall = Hall::open().await;
    let (token, _) = hall.take("cards").await;
    hall.desk.mark_queues(Actor::System).await.unwrap();
    hall.desk.advance_minutes(10).await.unwrap();
    let ticket = hall.desk.ticket(Actor::System, token.ticket).await.unwrap();
    assert_eq!((ticket.assignment, ticket.allocate_at), (None, None));
    assert!(
        hall.desk
            .acting(Actor::System)
            .allocate(token.ticket)
            .await
            .is_err()
    );

    hall.sits(hall.meera, "1").await;
    hall.calls(hall.meera, "1").await;
    // At the counter it turns out to be a complaint, which counts from when they came.
    hall.desk
        .acting(hall.meera)
        .convert(token.ticket, Kind::Complaint)
        .await
        .unwrap();
    assert_eq!(
        hall.calls(hall.meera, "1").await,
        None,
        "the counter is free"
    );
    assert!(hall.desk.outbox.sent().is_empty());
    let complaint = hall.desk.acting(hall.meera);
    complaint
        .resolve(token.ticket, Outcome::Upheld, None)
        .await
        .unwrap();
    hall.desk.advance_minutes(1).await.unwrap();
    assert_eq!(hall.desk.outbox.sent()[0].text.as_str(), "resolved");
}

#[tokio::test]
async fn who_came_in_one_moment_are_called_by_number() {
    let hall = Hall::open().await;
    let mut given = Vec::new();
    for _ in 0..12 {
        let customer = hall.desk.new_customer("Asha").await.unwrap();
        let token = hall.wants("cards", customer).await.unwrap();
        given.push(token.number.to_string());
    }
    assert_eq!(hall.waiting().await, given);
}

#[tokio::test]
async fn the_urgent_come_first() {
    let hall = Hall::open().await;
    hall.take("cards").await;
    let (urgent, _) = hall.take("cards").await;
    let system = hall.desk.acting(Actor::System);
    system
        .reprioritise(urgent.ticket, Priority::Urgent)
        .await
        .unwrap();
    assert_eq!(hall.waiting().await, ["B002", "B001"]);
}

#[tokio::test]
async fn a_wait_follows_the_day() {
    let hall = Hall::open().await;
    hall.sits(hall.meera, "1").await;
    for _ in 0..5 {
        hall.take("cards").await;
        hall.calls(hall.meera, "1").await;
        hall.serves(hall.meera, "1", 12).await;
    }
    for _ in 0..3 {
        hall.take("cards").await;
    }
    hall.calls(hall.meera, "1").await;
    let line = hall.desk.line(&pune()).await.unwrap();
    let wait = line.services[&code("cards")].wait.unwrap();
    assert_eq!(
        wait.minutes, 36,
        "two wait and one is served, twelve minutes each"
    );
    assert!(wait.from < 30 && wait.to > 50, "{wait:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ninety_six_customers_of_three_processes_get_numbers_without_a_gap() {
    let store = MemoryStore::new();
    let hall = Hall::over(store.clone()).await;
    let mut desks = Vec::new();
    for seed in 1..=3 {
        let clock = Arc::new(ManualClock::seeded(hall.desk.clock.now(), seed));
        let rules = Rules::from_json(RULES).unwrap();
        desks.push(
            Desk::builder(store.clone())
                .rules(rules)
                .clock(clock)
                .open()
                .await
                .unwrap(),
        );
    }
    let mut taking = Vec::new();
    for nth in 0..96 {
        let desk = desks[nth % 3].clone();
        taking.push(tokio::spawn(async move {
            let customer = desk.new_id().unwrap();
            let request = TokenRequest {
                customer,
                branch: code("pune"),
                service: code("cards"),
                language: crate::ticket::Language::default(),
                key: None,
            };
            let token = desk
                .take_token(Actor::Customer(customer), &request)
                .await
                .unwrap();
            token.number.number()
        }));
    }
    let mut numbers = Vec::new();
    for task in taking {
        numbers.push(task.await.unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=96).collect::<Vec<u16>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_who_call_at_once_never_call_the_same() {
    let hall = Arc::new(Hall::open().await);
    let mut catalogue: Catalogue = serde_json::from_str(CATALOGUE).unwrap();
    let counters: BTreeSet<Code> = (1..=16).map(|n| code(&n.to_string())).collect();
    catalogue.branches.get_mut(&pune()).unwrap().counters = counters.clone();
    hall.desk
        .save_catalogue(Actor::System, catalogue, 1)
        .await
        .unwrap();
    for _ in 0..16 {
        hall.take("cards").await;
    }
    let mut agents = Vec::new();
    for counter in &counters {
        let agent = hall
            .desk
            .new_agent("Omar", &[&code("cards")])
            .await
            .unwrap();
        hall.sits(agent, counter.as_str()).await;
        agents.push((agent, counter.clone()));
    }
    let calling = agents.into_iter().map(|(agent, counter)| {
        let hall = Arc::clone(&hall);
        tokio::spawn(async move { hall.calls(agent, counter.as_str()).await.unwrap() })
    });
    let mut called = BTreeSet::new();
    for task in calling.collect::<Vec<_>>() {
        assert!(called.insert(task.await.unwrap()), "called twice");
    }
    assert_eq!(called.len(), 16);
    hall.desk.assert_sound().await;
    let line = hall.desk.line(&pune()).await.unwrap();
    assert_eq!((line.serving.len(), line.waiting.len()), (16, 0));
    let everyone = hall.desk.all_tickets().await.unwrap();
    assert!(
        everyone
            .iter()
            .all(|ticket| ticket.status.name() == StatusName::Open)
    );
    assert!(
        everyone
            .iter()
            .all(|ticket| ticket.assignment.unwrap().pool == Pool::Live)
    );
}

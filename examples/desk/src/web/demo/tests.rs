//! The demo bank, made small.

use std::sync::Arc;

use crcore::ledger::TransactionStatus;
use crcore::store::{Paging, TicketFilter};
use crcore::ticket::{Channel, Kind, StatusName};
use crcore::{Actor, Clock as _, CustomerId, Desk, MemoryStore, Store, SystemClock, Ticket};
use crcore_adapters::accounts::{Factor, LogIn, PeopleFilter, Visit};

use super::cases::Owner;
use super::keys::Key;
use super::{KEY, MARKS, Mark, cases, keep, keys, ledger, made, refuse, rules};
use crate::replay::case::Case;
use crate::web::tests::support::Site;

/// Enough to have something of everything.
const CASES: usize = 120;

async fn bank() -> Arc<dyn Store> {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    made(&store, CASES).await.unwrap();
    store
}

async fn tickets(store: &Arc<dyn Store>) -> Vec<Ticket> {
    let paging = Paging {
        limit: Paging::MAX,
        ..Paging::default()
    };
    let page = store.tickets(&TicketFilter::default(), &paging).await;
    page.unwrap().items
}

#[tokio::test]
async fn a_demo_bank_is_made_at_any_hour() {
    for now in [
        "2026-03-02T18:30:00Z",
        "2026-03-02T18:30:09Z",
        "2026-03-02T18:52:00Z",
        "2026-03-02T18:29:59Z",
        "2026-03-01T06:30:00Z",
    ] {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let at = now.parse().unwrap();
        let made = super::make::bank(&store, &"a5e0c1f2b3d4".repeat(3), 20, at).await;
        made.unwrap_or_else(|failure| panic!("{now}: {failure}"));
        let tokens = tickets(&store).await;
        let tokens = tokens.iter().filter(|ticket| ticket.kind == Kind::Service);
        assert_eq!(tokens.clone().count(), 10, "{now}");
        assert!(
            tokens.clone().all(|ticket| ticket.received_at <= at),
            "{now}"
        );
    }
}

#[tokio::test]
async fn the_agent_of_the_demo_can_take_a_case_over() {
    let store = bank().await;
    let desk = Desk::builder(Arc::clone(&store)).rules(rules().unwrap());
    let desk = desk.open().await.unwrap();
    for _ in 0..20 {
        desk.tick(100).await.unwrap();
    }
    let agents = desk.agents(Actor::System, None, 100).await.unwrap();
    let meera = agents.iter().find(|s| s.agent.name == "Meera Joshi");
    let meera = &meera.unwrap().agent;
    let theirs = tickets(&store).await.into_iter().find(|ticket| {
        let other = ticket.assignment.filter(|a| a.agent != meera.id);
        other.is_some() && meera.queues.contains(&ticket.queue) && ticket.kind != Kind::Service
    });
    let acting = desk.acting(Actor::Agent(meera.id));
    acting.claim(theirs.unwrap().id).await.unwrap();
}

#[tokio::test]
async fn a_demo_bank_has_something_of_everything() {
    let store = bank().await;
    let tickets = tickets(&store).await;
    assert!(tickets.len() >= CASES, "{}", tickets.len());
    let with = |what: &str, count: usize, holds: &dyn Fn(&Ticket) -> bool| {
        let found = tickets.iter().filter(|ticket| holds(ticket)).count();
        assert!(found >= count, "{what}: {found}");
    };
    let now = SystemClock.now();
    let status = |name: StatusName| move |ticket: &Ticket| ticket.status.name() == name;
    with("open", 10, &status(StatusName::Open));
    with("waiting", 1, &status(StatusName::WaitingForCustomer));
    with("resolved", 3, &status(StatusName::Resolved));
    with("closed", 30, &status(StatusName::Closed));
    with("rated", 10, &|ticket| ticket.rating.is_some());
    with("overdue", 1, &|ticket| {
        ticket.status.name().is_active() && ticket.deadline().is_some_and(|deadline| deadline < now)
    });
    with("quotes", 1, &|ticket| ticket.kind == Kind::Quote);
    with("tokens", 10, &|ticket| ticket.kind == Kind::Service);
    with("today", 1, &|ticket| {
        now - ticket.received_at < chrono::TimeDelta::days(1)
    });
    with("owned", 60, &|ticket| ticket.assignment.is_some());
    assert!(tickets.iter().all(|ticket| ticket.received_at <= now));
    let desk = Desk::builder(Arc::clone(&store)).rules(rules().unwrap());
    let desk = desk.open().await.unwrap();
    desk.verify(Actor::System, None).await.unwrap().unwrap();
    with("chats", 2, &|ticket| ticket.channel == Channel::Chat);
    with("answered chats", 1, &|ticket| {
        ticket.channel == Channel::Chat && ticket.assignment.is_some()
    });
    assert!(desk.canned(Actor::System).await.unwrap().len() >= 5);
    assert_eq!(desk.macros(Actor::System).await.unwrap().len(), 3);
    assert!(
        desk.views(Actor::System)
            .await
            .unwrap()
            .iter()
            .any(|view| !view.built_in)
    );
    let line = desk.line(&"mumbai-airport".parse().unwrap()).await.unwrap();
    assert!(!line.waiting.is_empty() && line.serving.len() == 2);
}

#[test]
fn a_bank_that_has_had_more_than_the_sample_has_it_several_times() {
    let owner = Owner {
        id: CustomerId::from(uuid::Uuid::nil()),
        hindi: false,
    };
    let now = SystemClock.now();
    let few = cases::cases(500, 1, now, &[owner]).unwrap();
    let many = cases::cases(12_000, 1, now, &[owner]).unwrap();
    assert_eq!((few.len(), many.len()), (500, 12_000));
    let of_the_day = |cases: &[Case]| {
        let today = cases
            .iter()
            .filter(|case| now - case.raised_at < chrono::TimeDelta::days(1));
        today.count()
    };
    assert!(of_the_day(&many) > of_the_day(&few));
    assert!(many.is_sorted_by_key(|case| case.raised_at));
}

#[tokio::test]
async fn a_real_desk_refuses_a_demo_bank_and_a_demo_bank_a_real_desk() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    refuse(&*store).await.unwrap();
    made(&store, 5).await.unwrap();
    let refused = refuse(&*store).await.unwrap_err().to_string();
    assert!(refused.contains("CRDESK_STORE"), "{refused}");
    assert!(
        !made(&store, 5).await.unwrap().fresh,
        "it is opened, not made again"
    );

    let real: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let desk = Desk::builder(Arc::clone(&real)).rules(rules().unwrap());
    let desk = desk.open().await.unwrap();
    let customer = desk.new_id().unwrap();
    let raise = crcore::Raise::new(customer, "cards".parse().unwrap(), "Card lost");
    desk.acting(Actor::Customer(customer))
        .raise(raise)
        .await
        .unwrap();
    real.tidy(SystemClock.now(), 100).await.unwrap();
    let refused = made(&real, 5).await.map(drop).unwrap_err().to_string();
    assert!(refused.contains("stays as it is"), "{refused}");
}

#[tokio::test]
async fn a_demo_bank_that_was_never_finished_is_not_served() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let mark = Mark {
        since: SystemClock.now(),
        whole: false,
        secret: "half".into(),
    };
    keep(&store, &mark, 0).await.unwrap();
    let refused = made(&store, 5).await.map(drop).unwrap_err().to_string();
    assert!(refused.contains("delete the file"), "{refused}");
    assert!(store.record(MARKS.name(), KEY).await.unwrap().is_some());
}

#[tokio::test]
async fn pass_phrases_are_new_at_every_start_and_codes_are_shown_on_this_machine_alone() {
    let store = bank().await;
    let site = Site::over(Arc::clone(&store), |settings| settings.demo = true).await;
    let enter = |key: &Key| {
        let (accounts, email, phrase) = (
            site.app.accounts.clone(),
            key.email.clone(),
            key.phrase.clone(),
        );
        async move {
            accounts
                .log_in(&email, phrase.reveal(), &Visit::default())
                .await
                .unwrap()
        }
    };
    let old = keys::renew(&site.app).await.unwrap();
    assert!(matches!(enter(&old.customer).await, LogIn::Done(_)));
    let new = keys::renew(&site.app).await.unwrap();
    assert!(matches!(enter(&old.customer).await, LogIn::Refused { .. }));
    assert!(matches!(enter(&new.customer).await, LogIn::Done(_)));

    let LogIn::SecondFactor(flow) = enter(&new.agent).await else {
        panic!("staff owe a code");
    };
    let mut browser = site.browser();
    browser.get("/dev/outbox").await;
    let row = browser.page.split(&new.agent.email).nth(1).unwrap();
    let code = row.split("<code>").nth(1).unwrap();
    let code = Factor::App(code[..6].into());
    let visit = Visit::default();
    let entered = site
        .app
        .accounts
        .second_factor(flow.reveal(), &code, &visit);
    assert!(
        matches!(entered.await.unwrap(), LogIn::Done(_)),
        "by the code that is shown"
    );

    let real = Site::with(|settings| settings.demo = false).await;
    let seen = real.browser().get("/dev/outbox").await;
    assert_eq!(seen.status, axum::http::StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_first_customer_finds_their_payments_in_the_ledger() {
    let store = bank().await;
    let site = Site::over(store, |settings| settings.demo = true).await;
    ledger::fill(&site.app).await.unwrap();
    let filter = PeopleFilter {
        email: Some("asha@example.test".into()),
        ..PeopleFilter::default()
    };
    let found = site
        .app
        .accounts
        .people(Actor::System, &filter, None, 1)
        .await;
    let asha = CustomerId::from(found.unwrap().accounts[0].id.uuid());
    let told = site
        .app
        .desk
        .transaction(Actor::Customer(asha), asha, ledger::UPI)
        .await;
    assert_eq!(told.unwrap().status, TransactionStatus::Returned);
}

//! The holes of the registry that this desk replaces, each tried again: statements put together from what
//! people type, passwords in the clear, one log-in for the whole process, pages that delete, a fixed admin
//! password, a code that is never looked at, cases that are told apart by their description.

use std::sync::Arc;

use axum::http::StatusCode;
use crcore::record::RecordRange;
use crcore::store::{Paging, TicketFilter};
use crcore::ticket::{Outcome, StatusName};
use crcore::{Actor, CustomerId, MemoryStore, Raise, Role, Store};

use super::support::Site;

#[tokio::test]
async fn what_people_type_is_never_a_part_of_a_statement() {
    let site = Site::open().await;
    let (mut asha, id) = site.someone(Role::Customer, "Asha").await;
    let asha_is = CustomerId::from(id);
    let own = site.app.desk.acting(Actor::Customer(asha_is));
    for typed in [
        "' OR '1'='1",
        "x'); DROP TABLE crcore_ticket;--",
        "\" OR 1=1 --",
        "%_\\",
    ] {
        let raise = Raise::new(asha_is, "cards".parse().unwrap(), typed);
        own.raise(raise).await.unwrap();
        let encoded = crate::web::address::encode(typed);
        for path in ["/cases?open=", "/transactions?reference=", "/log-in?next="] {
            let seen = asha.get(&format!("{path}{encoded}")).await;
            assert!(!seen.status.is_server_error(), "{path}{typed}");
        }
        let mut stranger = site.browser();
        stranger.get("/log-in").await;
        let seen = stranger
            .submit("/log-in", &[("email", typed), ("password", typed)])
            .await;
        assert!(
            !seen.status.is_success() && !seen.status.is_redirection(),
            "{typed}: {}",
            seen.status
        );
    }
    asha.get("/cases").await;
    assert!(
        asha.page.contains("DROP TABLE"),
        "it is a subject like any other"
    );
}

#[tokio::test]
async fn no_password_and_no_code_is_kept_in_the_clear() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let site = Site::over(Arc::clone(&store), |settings| settings.demo = true).await;
    let (_, _) = site.someone(Role::Agent, "Meera").await;
    for shelf in [
        "account",
        "account-flow",
        "account-session",
        "account-address",
    ] {
        let range = RecordRange {
            shelf: shelf.to_owned(),
            limit: RecordRange::MAX,
            ..RecordRange::default()
        };
        for record in store.records(&range).await.unwrap() {
            assert!(!record.body.contains("five ducks"), "{shelf}");
            assert!(
                shelf != "account" || record.body.contains("argon2id"),
                "{shelf}"
            );
        }
    }
}

#[tokio::test]
async fn no_password_is_fixed_and_no_account_is_there_from_the_start() {
    let site = Site::open().await;
    for (email, password) in [
        ("1111", "1111"),
        ("admin@bank.example", "1111"),
        ("admin@bank.example", "admin"),
    ] {
        let mut browser = site.browser();
        browser.get("/log-in").await;
        let seen = browser
            .submit("/log-in", &[("email", email), ("password", password)])
            .await;
        assert!(!seen.status.is_redirection(), "{email}");
        assert_eq!(
            browser.get("/account").await.status,
            StatusCode::OK,
            "the log-in page again"
        );
        assert!(browser.page.contains("type=\"password\""));
    }
}

#[tokio::test]
async fn two_cases_with_the_same_words_are_two_cases() {
    // There, one person's "Card lost" was done when somebody else's was.
    let site = Site::open().await;
    let mut cases = Vec::new();
    for name in ["Asha", "Vikram"] {
        let (browser, id) = site.someone(Role::Customer, name).await;
        let customer = CustomerId::from(id);
        let raise = Raise::new(customer, "cards".parse().unwrap(), "Card lost");
        let done = site
            .app
            .desk
            .acting(Actor::Customer(customer))
            .raise(raise)
            .await;
        cases.push((browser, done.unwrap()));
    }
    let desk = site.app.desk.acting(Actor::System);
    desk.resolve(cases[0].1.ticket, Outcome::Upheld, None)
        .await
        .unwrap();
    let other = site
        .app
        .desk
        .ticket(Actor::System, cases[1].1.ticket)
        .await
        .unwrap();
    assert_ne!(other.status.name(), StatusName::Resolved);
    for (nth, (browser, _)) in cases.iter_mut().enumerate() {
        let other = cases_reference(nth, &site).await;
        browser.get("/cases").await;
        assert!(
            !browser.page.contains(&other),
            "one's own and nobody else's"
        );
    }
}

/// The reference of the case that is not the `nth`'s.
async fn cases_reference(nth: usize, site: &Site) -> String {
    let (filter, paging) = (TicketFilter::default(), Paging::default());
    let page = site.app.store.tickets(&filter, &paging);
    let mut tickets = page.await.unwrap().items;
    tickets.sort_by_key(|ticket| ticket.id);
    tickets[1 - nth].reference.to_string()
}

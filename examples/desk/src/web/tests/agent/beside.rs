//! What agents have beside the cases: a call, colleagues, views, the palette, payments, files.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use crcore::{Actor, Role};

use super::{Bank, code, fill, hidden, path, read, told};
use crate::web::address::encode;

#[tokio::test]
async fn a_call_is_taken_down_for_a_customer() {
    let bank = Bank::open().await;
    let (mut meera, me) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    meera.get("/desk/raise?who=ash").await;
    let page = read(&meera.page);
    let (_, customer) = page
        .split_once("/desk/raise?customer=")
        .expect("Asha is found");
    let customer = customer.split('"').next().unwrap().to_owned();
    meera.get(&format!("/desk/raise?customer={customer}")).await;
    let fields = [
        ("customer", customer.as_str()),
        ("channel", "phone"),
        ("kind", "complaint"),
        ("service", "cards"),
        ("subject", ""),
        ("body", "He said it was lost"),
        ("received", "2026-03-06T16:30"),
    ];
    let seen = fill(&mut meera, "/desk/raise", &fields).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        meera.page.contains("Write what it is about") && meera.page.contains("He said it was lost")
    );
    let mut fields = fields;
    fields[4] = ("subject", "Card lost on the train");
    let seen = fill(&mut meera, "/desk/raise", &fields).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", told(&seen.text()));
    assert!(meera.page.contains("taken down by Meera") && meera.page.contains("6 Mar 2026, 16:30"));

    // Somebody who is not known yet.
    meera.get("/desk/raise").await;
    let seen = meera
        .follow(
            "/desk/customers",
            &[("name", "Devi"), ("email", "devi@example.test")],
        )
        .await;
    assert!(seen.text().contains("Devi · devi@example.test"));
    let _ = me;
}

#[tokio::test]
async fn colleagues_talk_outside_a_case_and_are_mentioned_on_one() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (mut ravi, ravi_id) = bank.agent(Role::Agent, "Ravi Kumar", &["cards"]).await;
    let (mut omar, _) = bank.agent(Role::Agent, "Omar", &["lending"]).await;
    meera.get("/board?room=team/cards").await;
    let seen = meera
        .follow(
            "/board",
            &[
                ("room", "team/cards"),
                ("message", "Who knows this merchant?"),
            ],
        )
        .await;
    assert!(seen.text().contains("Who knows this merchant?"));
    ravi.get("/board").await;
    assert!(
        ravi.page.contains("Team Cards")
            && ravi.page.contains("<span class=\"desk-count\">1</span>")
    );
    ravi.get("/board?room=team/cards").await;
    assert!(ravi.page.contains("Who knows this merchant?"));
    assert_eq!(
        omar.get("/board?room=team/cards").await.status,
        StatusCode::NOT_FOUND
    );

    let (id, reference) = bank.raise("cards", "Card lost").await;
    meera.get(&path(reference)).await;
    let note = format!("{}/note", path(reference));
    let seen = fill(&mut meera, &note, &[("note", "@ravi do you know him?")]).await;
    assert!(seen.text().contains("desk-entry--note") && seen.text().contains("do you know him?"));
    ravi.get("/board").await;
    assert!(ravi.page.contains("Meera"), "told by a message");
    let _ = ravi_id;
    // The customer's thread has no trace of it.
    let thread = bank
        .site
        .app
        .desk
        .thread(Actor::Customer(bank.asha.1), id)
        .await
        .unwrap();
    assert!(
        thread
            .iter()
            .all(|entry| entry.text.as_deref() != Some("@ravi do you know him?"))
    );
    let mut asha = bank.asha.0.clone();
    let page = asha
        .get(&format!("/cases/{}", encode(&reference.to_string())))
        .await
        .text();
    assert!(!page.contains("do you know him?"));
}

#[tokio::test]
async fn views_are_kept_in_the_address_and_under_a_name() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (mut ravi, _) = bank.agent(Role::Agent, "Ravi", &["cards"]).await;
    bank.raise("cards", "Card lost").await;
    meera.get("/desk?view=open&priority=urgent").await;
    assert!(!meera.page.contains("Card lost") && meera.page.contains("No cases here"));
    let fields = [
        ("place", "view=open&priority=normal"),
        ("title", "Calm ones"),
    ];
    let seen = meera.follow("/desk/views", &fields).await;
    assert!(seen.text().contains("Calm ones") && seen.text().contains("Card lost"));
    ravi.get("/desk").await;
    assert!(!ravi.page.contains("Calm ones"), "one's own");
    let shared = meera
        .submit(
            "/desk/views",
            &[("place", "view=open"), ("title", "Ours"), ("shared", "yes")],
        )
        .await;
    assert_eq!(
        shared.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "for all: only who leads"
    );
}

#[tokio::test]
async fn the_palette_finds_cases_and_commands() {
    let bank = Bank::open().await;
    let (mut meera, me) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (id, reference) = bank.raise("cards", "Card lost").await;
    let (_, loan) = bank.raise("home-loan", "Loan too dear").await;
    bank.site
        .app
        .desk
        .acting(Actor::System)
        .assign(id, me)
        .await
        .unwrap();
    let found = meera.get("/palette?q=card%20lo").await.text();
    assert!(
        found.contains("Card lost") && found.contains(&reference.to_string()),
        "{found}"
    );
    for begins in [&reference.to_string()[..4], &reference.to_string()] {
        let found = meera.get(&format!("/palette?q={}", encode(begins))).await;
        assert_eq!(found.text().matches("Card lost").count(), 1, "{begins}");
    }
    let found = meera
        .get(&format!("/palette?q={}", encode(&loan.to_string())))
        .await
        .text();
    assert!(!found.contains("Loan too dear"), "not hers: {found}");
    assert!(
        meera
            .get("/palette?q=unass")
            .await
            .text()
            .contains("Unassigned")
    );
}

#[tokio::test]
async fn a_payment_of_the_customer_is_looked_up_beside_the_case() {
    use crcore::ledger::{Direction, Transaction, TransactionStatus};
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (_, reference) = bank.raise("cards", "Card charged twice").await;
    let payment = Transaction {
        reference: "UPI4711".into(),
        at: "2026-03-06T09:30:00Z".parse().unwrap(),
        amount: "149900 INR".parse().unwrap(),
        direction: Direction::Debit,
        status: TransactionStatus::Returned,
        description: code("card.purchase"),
    };
    bank.site.app.props.ledger.enter(bank.asha.1, payment);
    meera
        .get(&format!("{}?transaction=UPI4711", path(reference)))
        .await;
    for words in [
        "Came back",
        "INR 1,499.00, paid by the customer",
        "Card purchase",
    ] {
        assert!(meera.page.contains(words), "{words}");
    }
    meera
        .get(&format!("{}?transaction=UPI0815", path(reference)))
        .await;
    assert!(meera.page.contains("this customer has no such payment"));
}

#[tokio::test]
async fn a_case_says_why_it_is_due_when_it_is() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (_, reference) = bank.raise("cards", "Card lost").await;
    let seen = meera.get(&format!("{}/why", path(reference))).await;
    assert_eq!(seen.status, StatusCode::OK);
    for words in [
        "Complaints",
        "Branch (Asia/Kolkata)",
        "business time",
        "Who was considered",
    ] {
        assert!(read(&meera.page).contains(words), "{words}");
    }
}

#[tokio::test]
async fn a_file_goes_up_and_down_and_never_runs() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (_, reference) = bank.raise("cards", "Card lost").await;
    meera.get(&path(reference)).await;
    let attach = format!("{}/do/attach", path(reference));
    let (csrf, key) = (meera.csrf(), hidden(&meera, &attach, "key"));
    let send = |name: &str, content: &str| {
        let mut body = String::new();
        for (field, value) in [
            ("csrf", csrf.as_str()),
            ("key", &key),
            ("place", "view=open"),
        ] {
            body += &format!(
                "--B\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
        }
        body += &format!(
            "--B\r\ncontent-disposition: form-data; name=\"attached\"; filename=\"{name}\"\r\ncontent-type: image/png\r\n\r\n{content}\r\n--B--\r\n"
        );
        Request::post(&attach)
            .header("content-type", "multipart/form-data; boundary=B")
            .header("sec-fetch-site", "same-origin")
            .header("origin", bank.site.app.settings.origin())
            .body(Body::from(body))
            .unwrap()
    };
    let refused = meera
        .send(send(
            "page.html",
            "<!doctype html><script>alert(1)</script>",
        ))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("Send pictures (PNG"),
        "{}",
        told(&refused.text())
    );
    let put = meera
        .send(send("../notes.txt", "What he said on the telephone"))
        .await;
    assert_eq!(put.status, StatusCode::SEE_OTHER, "{}", told(&put.text()));
    meera.get(&path(reference)).await;
    let (_, file) = meera
        .page
        .split_once(&format!("href=\"{}/files/", path(reference)))
        .expect("a link");
    let file = file.split('"').next().unwrap().to_owned();
    let seen = meera
        .get(&format!("{}/files/{file}", path(reference)))
        .await;
    assert_eq!(seen.text(), "What he said on the telephone");
    assert!(
        seen.headers["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment; filename=\"notes.txt\"")
    );
    assert!(
        seen.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("sandbox")
    );
}

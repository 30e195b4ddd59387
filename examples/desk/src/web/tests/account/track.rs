//! Following a case without an account.

use axum::http::StatusCode;
use crcore::desk::File;
use crcore::{Actor, CustomerId, Done, Raise, Role};

use super::{address, is_in, mails_to, plain, unmarked};
use crate::web::tests::support::{Browser, Site};

async fn raised(site: &Site, customer: CustomerId, subject: &str) -> Done {
    let cards = "cards".parse().unwrap();
    let raise = Raise::new(customer, cards, subject);
    let acting = site.app.desk.acting(Actor::Customer(customer));
    acting.raise(raise).await.unwrap()
}

async fn ask(browser: &mut Browser, reference: &str, email: &str) -> String {
    browser.get("/track").await;
    let fields = [("reference", reference), ("email", email)];
    browser.follow("/track", &fields).await;
    unmarked(browser)
}

/// The path of the link in the latest mail to somebody.
async fn link(site: &Site, name: &str) -> String {
    let mail = mails_to(site, name).await.remove(0);
    let (_, link) = mail.split_once("https://care.bank.example").unwrap();
    link.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_case_is_followed_by_a_mailed_link_and_the_answer_tells_nothing() {
    let site = Site::open().await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    let (_, ravi) = site.someone(Role::Customer, "Ravi").await;
    let mine = raised(&site, asha.into(), "Card lost").await;
    let other = raised(&site, ravi.into(), "Loan of Ravi").await;
    let reference = mine.reference.to_string();
    let mut browser = site.browser();
    let right = ask(&mut browser, &reference.to_lowercase(), "asha@EXAMPLE.test").await;
    let mut stranger = site.browser();
    let wrong = ask(&mut stranger, &reference, &address("Eve")).await;
    let unknown = ask(&mut stranger, "00000-00000-0", &address("Asha")).await;
    assert_eq!(right, wrong);
    assert_eq!(right, unknown);
    assert!(right.contains("If this is right, a link to the case is on its way"));
    assert!(mails_to(&site, "Eve").await.is_empty());
    assert_eq!(mails_to(&site, "Asha").await.len(), 1);

    let path = link(&site, "Asha").await;
    let seen = browser.get(&path).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(browser.page.contains("Card lost") && browser.page.contains(&reference));
    assert!(!browser.page.contains("Loan of Ravi"));
    assert!(!is_in(&browser).await, "a link to a case is no log-in");
    let seen = browser.get(&format!("/cases/{}", other.reference)).await;
    assert!(!seen.text().contains("Loan of Ravi"));

    // What is written from there reaches the case, once.
    browser.get(&path).await;
    let key = browser.page.split("name=\"key\" value=\"").nth(1).unwrap();
    let key = key.split('"').next().unwrap().to_owned();
    let reply = format!("{path}/reply");
    for _ in 0..2 {
        let fields = [("text", "It was in the drawer"), ("key", &*key)];
        let seen = browser.submit(&reply, &fields).await;
        assert_eq!(seen.location(), path);
    }
    browser.get(&path).await;
    assert_eq!(browser.page.matches("It was in the drawer").count(), 1);
    browser.follow(&reply, &[("text", " "), ("key", "k")]).await;
    assert!(browser.page.contains("There is a problem"));
}

#[tokio::test]
async fn who_follows_a_case_by_a_link_rates_it_and_takes_it_up_again() {
    let site = Site::open().await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    let mine = raised(&site, asha.into(), "Card lost").await;
    let mut browser = site.browser();
    ask(&mut browser, &mine.reference.to_string(), &address("Asha")).await;
    let path = link(&site, "Asha").await;
    browser.get(&path).await;
    assert!(!browser.page.contains("/rate") && !browser.page.contains("/reopen"));
    let desk = site.app.desk.acting(Actor::System);
    let outcome = crcore::ticket::Outcome::Upheld;
    let words = Some("Here is a new one.".to_owned());
    desk.resolve(mine.ticket, outcome, words).await.unwrap();
    browser.get(&path).await;
    browser
        .follow(&format!("{path}/rate"), &[("key", "k1")])
        .await;
    assert!(browser.page.contains("Choose how it was"));
    let score = [("score", "4"), ("note", "Quick"), ("key", "k1")];
    browser.follow(&format!("{path}/rate"), &score).await;
    assert!(browser.page.contains("You gave us 4 of 5."));
    desk.close(mine.ticket).await.unwrap();
    // A reply from a page of before has its words where they can be sent now.
    let late = [("text", "It is the wrong card."), ("key", "k2")];
    let seen = browser.follow(&format!("{path}/reply"), &late).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    let (_, reopen) = browser.page.split_once("id=\"why\"").unwrap();
    assert!(reopen.contains("It is the wrong card."), "{reopen}");
    let why = [("why", "It is the wrong card."), ("key", "k3")];
    browser.follow(&format!("{path}/reopen"), &why).await;
    assert!(browser.page.contains("We take it up again"));
    assert!(browser.page.contains("It is the wrong card."));
    let seen = browser
        .follow(&format!("{path}/reopen"), &[("key", "k4")])
        .await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    let rating = [("score", "1"), ("note", "The wrong one!"), ("key", "k5")];
    let seen = browser.follow(&format!("{path}/rate"), &rating).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    let (_, reply) = browser.page.split_once("id=\"text\"").unwrap();
    assert!(reply.contains("The wrong one!"), "{reply}");
    // A link of somebody else's making does nothing.
    for deed in ["rate", "reopen"] {
        let seen = browser
            .submit(&format!("{path}x/{deed}"), &[("score", "1")])
            .await;
        assert!(!seen.text().contains("Card lost"), "{deed}");
    }
    let ticket = site
        .app
        .desk
        .ticket(Actor::System, mine.ticket)
        .await
        .unwrap();
    assert_eq!(ticket.reopened, 1);
}

#[tokio::test]
async fn a_link_that_was_changed_opens_nothing() {
    let site = Site::open().await;
    let (mut owner, asha) = site.someone(Role::Customer, "Asha").await;
    let mine = raised(&site, asha.into(), "Card lost").await;
    let mut browser = site.browser();
    ask(&mut browser, &mine.reference.to_string(), &address("Asha")).await;
    let path = link(&site, "Asha").await;
    for wrong in [
        format!("{path}A"),
        path[..path.len() - 4].to_owned(),
        "/track/x".into(),
    ] {
        let seen = browser.get(&wrong).await;
        assert_eq!(seen.status, StatusCode::GONE, "{wrong}");
        assert!(!seen.text().contains("Card lost"));
    }
    // Its owner, logged in, is led to the page of their own.
    let request = axum::http::Request::get(&path).body(axum::body::Body::empty());
    let seen = owner.send(request.unwrap()).await;
    assert_eq!(seen.location(), format!("/cases/{}", mine.reference));
    assert!(is_in(&owner).await);
    // Somebody else who is logged in stays so.
    let (mut ravi, _) = site.someone(Role::Customer, "Ravi").await;
    ravi.get(&path).await;
    assert!(ravi.page.contains("Card lost") && is_in(&ravi).await);
}

#[tokio::test]
async fn a_file_of_the_case_is_had_by_the_link_and_another_ones_is_not() {
    let site = Site::open().await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    let (_, ravi) = site.someone(Role::Customer, "Ravi").await;
    let mine = raised(&site, asha.into(), "Card lost").await;
    let other = raised(&site, ravi.into(), "Loan").await;
    let mut pieces = Vec::new();
    for (done, who) in [(&mine, asha), (&other, ravi)] {
        let file = File {
            name: "statement.txt".into(),
            media_type: "text/plain".into(),
            content: b"balance".to_vec(),
            public: true,
        };
        let actor = Actor::Customer(who.into());
        let acting = site.app.desk.acting(actor);
        acting.attach(done.ticket, file).await.unwrap();
        let ticket = site.app.desk.ticket(actor, done.ticket).await.unwrap();
        pieces.push(ticket.attachments[0].piece.id);
    }
    let mut browser = site.browser();
    ask(&mut browser, &mine.reference.to_string(), &address("Asha")).await;
    let path = link(&site, "Asha").await;
    browser.get(&path).await;
    let href = format!("{path}/files/{}", pieces[0]);
    assert!(plain(&browser).contains(&href));
    let seen = browser.get(&href).await;
    assert_eq!(seen.body, b"balance");
    let disposition = seen.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment"));
    let seen = browser.get(&format!("{path}/files/{}", pieces[1])).await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
}

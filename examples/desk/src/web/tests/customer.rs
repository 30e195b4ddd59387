//! What customers do, as they see it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use crcore::{Actor, Role};

use super::support::{Browser, Site};

/// Fills in the form about a card and looks at the answers.
pub(super) async fn described(asha: &mut Browser, subject: &str) {
    asha.get("/raise/complain/cards").await;
    let fields = [
        ("subject", subject),
        ("text", "I paid once and see it twice."),
        ("amount", "1,499.00"),
        ("f-happened-on-day", "5"),
        ("f-happened-on-month", "3"),
        ("f-happened-on-year", "2026"),
    ];
    asha.follow("/raise/complain/cards", &fields).await;
    assert!(asha.page.contains("Check your answers"), "{}", asha.page);
}

pub(super) fn key(page: &str) -> String {
    let (_, after) = page.split_once("name=\"key\" value=\"").unwrap();
    after.split('"').next().unwrap().to_owned()
}

/// Raises a complaint and gives the address of its page.
async fn raised(asha: &mut Browser, subject: &str) -> String {
    described(asha, subject).await;
    let key = key(&asha.page);
    let seen = asha
        .submit("/raise/complain/cards/send", &[("key", &key)])
        .await;
    let received = seen.location().to_owned();
    assert!(received.ends_with("/received"), "{seen:?}");
    received.trim_end_matches("/received").to_owned()
}

#[tokio::test]
async fn a_complaint_is_raised_in_small_steps_and_once_only() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    asha.get("/raise").await;
    assert!(asha.page.contains("href=\"/raise/complain\""));
    asha.get("/raise/complain").await;
    assert!(asha.page.contains("href=\"/raise/complain/cards\""));
    described(&mut asha, "Charged twice").await;
    assert!(asha.page.contains("INR 1,499.00") && asha.page.contains("5 Mar 2026"));
    let (key, csrf) = (key(&asha.page), asha.csrf());
    let pairs = [("csrf".to_owned(), csrf), ("key".to_owned(), key)];
    let first = asha.post("/raise/complain/cards/send", &pairs).await;
    let second = asha.post("/raise/complain/cards/send", &pairs).await;
    assert_eq!(first.location(), second.location());
    asha.get(first.location()).await;
    assert!(asha.page.contains("We have received it") && asha.page.contains("you hear from us by"));
    asha.get("/cases").await;
    assert_eq!(asha.page.matches("Charged twice").count(), 1);
    // Who has no account and comes by a link of a mail is shown another way.
    let mut stranger = site.browser();
    stranger.get(first.location()).await;
    assert!(stranger.page.contains("You have no account with us?"));
}

#[tokio::test]
async fn a_form_that_is_not_right_keeps_what_was_typed() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    asha.get("/raise/complain/cards").await;
    let fields = [
        ("subject", ""),
        ("text", "A long story"),
        ("amount", "a lot"),
    ];
    let seen = asha.follow("/raise/complain/cards", &fields).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asha.page.contains("href=\"#subject\"") && asha.page.contains("href=\"#amount\""));
    assert!(asha.page.contains("A long story") && asha.page.contains("value=\"a lot\""));
}

#[tokio::test]
async fn a_case_is_followed_answered_reopened_and_rated() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let case = raised(&mut asha, "Card lost").await;
    asha.get(&case).await;
    assert!(asha.page.contains("Card lost") && asha.page.contains("I paid once and see it twice."));
    let reply = [("text", "It was in my bag."), ("key", "k1")];
    asha.follow(&format!("{case}/reply"), &reply).await;
    assert!(asha.page.contains("Your message was sent") && asha.page.contains("It was in my bag."));
    let desk = &site.app.desk;
    let ticket = ticket(&site, &case).await;
    let outcome = crcore::ticket::Outcome::Upheld;
    let text = Some("You were right.".to_owned());
    desk.acting(Actor::System)
        .note(ticket.id, "a secret of the desk")
        .await
        .unwrap();
    desk.acting(Actor::System)
        .resolve(ticket.id, outcome, text)
        .await
        .unwrap();
    asha.get(&case).await;
    assert!(asha.page.contains("You were right.") && !asha.page.contains("a secret of the desk"));
    asha.follow(&format!("{case}/solved"), &[("key", "k2")])
        .await;
    assert!(asha.page.contains("How was our answer?"));
    asha.follow(&format!("{case}/rate"), &[("key", "k3")]).await;
    assert!(asha.page.contains("Choose how it was"));
    asha.follow(&format!("{case}/rate"), &[("score", "4"), ("key", "k3")])
        .await;
    assert!(asha.page.contains("You gave us 4 of 5."));
    let again = [("key", "k4"), ("why", "The fee is still there.")];
    asha.follow(&format!("{case}/reopen"), &again).await;
    assert!(asha.page.contains("We take it up again"));
    assert!(asha.page.contains("The fee is still there."));
    let (from, to) = site.today();
    let forms = desk.form_quality(Actor::System, from, to).await.unwrap();
    let rating = forms.iter().find(|form| form.form.as_str() == "rate");
    let rating = rating.expect("each form is counted");
    assert_eq!((rating.submissions, rating.with_error), (2, 1));
}

/// The ticket at the address of its customer's page.
async fn ticket(site: &Site, case: &str) -> crcore::Ticket {
    let reference = case.rsplit('/').next().unwrap().parse().unwrap();
    let found = site.app.desk.by_reference(Actor::System, reference);
    found.await.unwrap()
}

#[tokio::test]
async fn an_open_page_learns_what_can_be_done_by_now() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let case = raised(&mut asha, "Card lost").await;
    let acts = format!("{case}/acts");
    asha.get(&case).await;
    let fetches = |page: &str| page.contains(&format!("hx-get=\"{acts}\" hx-trigger=\"live\""));
    assert!(fetches(&asha.page), "{}", asha.page);
    asha.get(&acts).await;
    assert!(fetches(&asha.page) && !asha.page.contains("<main"));
    assert!(asha.page.contains("/withdraw") && !asha.page.contains("/solved"));
    let id = ticket(&site, &case).await.id;
    let desk = site.app.desk.acting(Actor::System);
    let words = Some("Here is a new one.".to_owned());
    let outcome = crcore::ticket::Outcome::Upheld;
    desk.resolve(id, outcome, words).await.unwrap();
    asha.get(&acts).await;
    assert!(asha.page.contains("/solved") && !asha.page.contains("/withdraw"));
    assert!(asha.page.contains("/reopen") && asha.page.contains("/rate"));
    asha.get(&format!("{case}/progress")).await;
    let closes = ticket(&site, &case).await.close_at.is_some();
    assert!(
        asha.page
            .contains("<strong>Answered: you were right.</strong>")
    );
    assert!(
        closes && asha.page.contains("it is closed on <time"),
        "{}",
        asha.page
    );
}

#[tokio::test]
async fn what_came_too_late_leads_back_and_loses_no_word() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let case = raised(&mut asha, "Card lost").await;
    let id = ticket(&site, &case).await.id;
    let desk = site.app.desk.acting(Actor::System);
    let words = Some("Here is a new one.".to_owned());
    let outcome = crcore::ticket::Outcome::Upheld;
    desk.resolve(id, outcome, words).await.unwrap();
    // From a page of before the answer.
    let late = "That was no longer possible";
    asha.get(&case).await;
    asha.follow(&format!("{case}/withdraw"), &[("key", "k1")])
        .await;
    assert!(asha.page.contains(late) && asha.page.contains("desk-flash--error"));
    assert!(asha.page.contains("Here is a new one."));
    desk.close(id).await.unwrap();
    let reply = [("text", "It is the wrong card."), ("key", "k2")];
    let seen = asha.follow(&format!("{case}/reply"), &reply).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    assert!(asha.page.contains(late) && asha.page.contains("href=\"#why\""));
    assert!(asha.page.contains("It is the wrong card."));
    asha.follow(&format!("{case}/solved"), &[("key", "k3")])
        .await;
    assert!(asha.page.contains(late));
    let why = [("why", "It is the wrong card."), ("key", "k4")];
    asha.follow(&format!("{case}/reopen"), &why).await;
    assert!(asha.page.contains("We take it up again") && asha.page.contains("desk-flash--success"));
    let again = [("why", "And the fee is wrong."), ("key", "k5")];
    let seen = asha.follow(&format!("{case}/reopen"), &again).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    assert!(asha.page.contains("href=\"#text\"") && asha.page.contains("And the fee is wrong."));
    asha.follow(&format!("{case}/reopen"), &[("key", "k6")])
        .await;
    assert!(asha.page.contains(late));
    // A rating that came too late leaves its words where they can be sent.
    let rating = [("score", "1"), ("text", "The wrong card!"), ("key", "k7")];
    let seen = asha.follow(&format!("{case}/rate"), &rating).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    assert!(asha.page.contains("The wrong card!") && asha.page.contains("href=\"#text\""));
    // And files are said to be chosen again.
    let words = Some("Here is another.".to_owned());
    desk.resolve(id, outcome, words).await.unwrap();
    desk.close(id).await.unwrap();
    let upload = upload(
        &asha.clone(),
        &format!("{case}/reply"),
        "k8",
        "a.txt",
        b"A slip",
    );
    let seen = asha.send(upload).await;
    assert_eq!(
        seen.status,
        StatusCode::SEE_OTHER,
        "without words it is told on the page"
    );
    asha.get(&case).await;
    assert!(asha.page.contains("not every file"), "{}", asha.page);
}

#[tokio::test]
async fn words_for_a_case_that_takes_none_any_more_are_shown_to_their_writer() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let case = raised(&mut asha, "Card lost").await;
    let other = raised(&mut asha, "Card gone").await;
    let (id, into) = (
        ticket(&site, &case).await.id,
        ticket(&site, &other).await.id,
    );
    asha.get(&case).await;
    let place = format!("/drafts/reply%2F{id}");
    asha.submit(&place, &[("text", "Half a sen")]).await;
    site.app
        .desk
        .acting(Actor::System)
        .merge(id, into)
        .await
        .unwrap();
    asha.get(&format!("{case}/acts")).await;
    assert!(asha.page.contains("was not sent") && asha.page.contains("Half a sen"));
    asha.get(&other).await;
    let late = [("text", "A whole sentence."), ("key", "k1")];
    let seen = asha.follow(&format!("{case}/reply"), &late).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    assert!(asha.page.contains("A whole sentence.") && !asha.page.contains("href=\"#case\""));
}

#[tokio::test]
async fn a_reply_that_was_being_written_when_the_case_closed_goes_along_with_taking_it_up() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let case = raised(&mut asha, "Card lost").await;
    let id = ticket(&site, &case).await.id;
    asha.get(&case).await;
    let place = format!("/drafts/reply%2F{id}");
    let seen = asha.submit(&place, &[("text", "Half a sen")]).await;
    assert_eq!(seen.status, StatusCode::NO_CONTENT);
    let desk = site.app.desk.acting(Actor::System);
    let outcome = crcore::ticket::Outcome::Upheld;
    let words = Some("Here is a new one.".to_owned());
    desk.resolve(id, outcome, words).await.unwrap();
    asha.get(&format!("{case}/acts")).await;
    let (reply, reopen) = asha.page.split_once("id=\"reopen\"").unwrap();
    assert!(reply.contains("Half a sen") && !reopen.contains("Half a sen"));
    assert!(reply.contains("If you write here, we take the case up again"));
    desk.close(id).await.unwrap();
    asha.get(&format!("{case}/acts")).await;
    let (reply, reopen) = asha.page.split_once("id=\"reopen\"").unwrap();
    assert!(!reply.contains("Half a sen") && reopen.contains("Half a sen"));
    let why = [("why", "Half a sentence."), ("key", "k1")];
    asha.follow(&format!("{case}/reopen"), &why).await;
    assert!(asha.page.contains("Half a sentence.") && !asha.page.contains("Half a sen<"));
}

#[tokio::test]
async fn another_customers_case_is_not_there_in_any_form() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let (mut ravi, _) = site.someone(Role::Customer, "Ravi").await;
    let case = raised(&mut asha, "Canary of Asha").await;
    for part in ["", "/thread", "/progress", "/acts", "/received", "/rate"] {
        let seen = ravi.get(&format!("{case}{part}")).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{part}");
        assert!(!seen.text().contains("Canary"));
    }
    ravi.get("/cases").await;
    assert!(!ravi.page.contains("Canary"));
    for part in ["reply", "reopen", "solved", "withdraw", "rate"] {
        let fields = [("text", "x"), ("score", "5"), ("key", "k")];
        let seen = ravi.submit(&format!("{case}/{part}"), &fields).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{part}");
    }
}

/// A form with one file.
pub(super) fn upload(
    browser: &Browser,
    path: &str,
    key: &str,
    name: &str,
    content: &[u8],
) -> Request<Body> {
    let mut body = Vec::new();
    for (field, value) in [
        ("csrf", browser.csrf()),
        ("key", key.to_owned()),
        ("text", String::new()),
    ] {
        body.extend(
            format!("--b\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    let head = format!(
        "--b\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n"
    );
    body.extend(head.bytes());
    body.extend(content);
    body.extend(b"\r\n--b--\r\n");
    Request::post(path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))
        .unwrap()
}

#[tokio::test]
async fn files_go_up_and_down_and_no_browser_runs_them() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let case = raised(&mut asha, "With a picture").await;
    let reply = format!("{case}/reply");
    let hostile: [(&str, &[u8]); 3] = [
        (
            "a.svg",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
        ),
        ("photo.png", b"<html><script>alert(1)</script></html>"),
        ("run.txt", b"MZ\x90\x00\x03\x00\x00\x00"),
    ];
    for (name, content) in hostile {
        asha.get(&case).await;
        let seen = asha
            .send(upload(&asha.clone(), &reply, "upload", name, content))
            .await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    asha.get(&case).await;
    let text = "A receipt of the shop, in words.";
    let seen = asha
        .send(upload(
            &asha.clone(),
            &reply,
            "upload",
            "../../रसीद\u{202e}.exe",
            text.as_bytes(),
        ))
        .await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    asha.get(&case).await;
    let (_, link) = asha
        .page
        .split_once(&format!("href=\"{case}/files/"))
        .expect("a link to the file");
    let file = format!("{case}/files/{}", link.split('"').next().unwrap());
    let seen = asha.get(&file).await;
    assert_eq!(seen.text(), text);
    let disposition = seen.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(
        disposition.starts_with("attachment;") && !disposition.contains(".."),
        "{disposition}"
    );
    assert!(
        seen.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap()
            .contains("sandbox")
    );
    let (mut ravi, _) = site.someone(Role::Customer, "Ravi").await;
    assert_eq!(ravi.get(&file).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_draft_is_there_again_and_only_for_its_owner() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let case = raised(&mut asha, "Draft").await;
    asha.get(&case).await;
    let (_, place) = asha.page.split_once("data-draft=\"").unwrap();
    let place = place.split('"').next().unwrap().to_owned();
    let typed = [("text", "half a sentence & more")];
    let seen = asha.submit(&format!("/drafts/{place}"), &typed).await;
    assert_eq!(seen.status, StatusCode::NO_CONTENT);
    asha.get(&case).await;
    assert!(asha.page.contains("half a sentence &amp; more"));
    let reply = [("text", "a whole sentence"), ("key", "k")];
    asha.follow(&format!("{case}/reply"), &reply).await;
    assert!(!asha.page.contains("half a sentence"));
}

#[tokio::test]
async fn the_catalogue_is_open_to_everybody() {
    let site = Site::offering().await;
    let mut visitor = site.browser();
    visitor.get("/services").await;
    assert!(visitor.page.contains("Debit and credit cards"));
    visitor.get("/services/cards").await;
    assert!(visitor.page.contains("href=\"/raise/complain/cards\""));
    assert_eq!(
        visitor.get("/services/no-such").await.status,
        StatusCode::NOT_FOUND
    );
    visitor.get("/").await;
    assert!(visitor.page.contains("Pune, Camp"));
}

#[tokio::test]
async fn a_payment_that_is_not_right_leads_to_a_complaint_about_it() {
    use crcore::ledger::{Direction, Transaction, TransactionStatus};
    let site = Site::offering().await;
    let (mut asha, id) = site.someone(Role::Customer, "Asha").await;
    let payment = Transaction {
        reference: "UPI4711".into(),
        at: "2026-03-06T09:30:00Z".parse().unwrap(),
        amount: "149900 INR".parse().unwrap(),
        direction: Direction::Debit,
        status: TransactionStatus::Returned,
        description: "card.purchase".parse().unwrap(),
    };
    site.app.props.ledger.enter(id.into(), payment);
    asha.get("/transactions?reference=UPI4711").await;
    for next in [
        "/raise/complain?about=UPI4711",
        "/raise/complain/cards?about=UPI4711",
    ] {
        let page = asha.page.replace("&#x2f;", "/");
        assert!(page.contains(&format!("href=\"{next}\"")), "{page}");
        asha.get(next).await;
    }
    assert!(
        asha.page.contains("value=\"Payment UPI4711\""),
        "{}",
        asha.page
    );
    // What was begun before is not overwritten.
    described(&mut asha, "Card lost").await;
    asha.get("/raise/complain/cards?about=UPI4711").await;
    assert!(asha.page.contains("value=\"Card lost\""));
}

#[tokio::test]
async fn who_writes_on_an_answered_case_takes_it_up_again() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let case = raised(&mut asha, "Card lost").await;
    let id = ticket(&site, &case).await.id;
    let desk = site.app.desk.acting(Actor::System);
    let outcome = crcore::ticket::Outcome::Upheld;
    let words = Some("Here is a new one.".to_owned());
    desk.resolve(id, outcome, words).await.unwrap();
    asha.get(&case).await;
    let reply = [("text", "It is the wrong card."), ("key", "k1")];
    asha.follow(&format!("{case}/reply"), &reply).await;
    assert!(asha.page.contains("We take it up again"), "{}", asha.page);
    assert!(asha.page.contains("It is the wrong card."));
    let ticket = ticket(&site, &case).await;
    assert!(ticket.status.name().is_active() && ticket.reopened == 1);
}

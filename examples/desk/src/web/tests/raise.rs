//! What was begun and what came of it: nothing that a customer typed is lost on the way.

use axum::http::StatusCode;
use crcore::catalogue::Door;
use crcore::{Actor, Role};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::customer::{described, key, upload};
use super::support::Site;

#[tokio::test]
async fn what_is_typed_is_kept_for_each_matter_until_it_is_sent() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    asha.get("/raise/complain/cards").await;
    assert!(asha.page.contains("data-draft=\"raise/complain/cards\""));
    let typing = [("subject", "कार्ड & more = 100%"), ("text", "Half a st")];
    let kept = asha.submit("/drafts/raise/complain/cards", &typing).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    let other = [("subject", "What does it cost?"), ("text", "A new card")];
    asha.get("/raise/ask/cards").await;
    assert!(!asha.page.contains("Half a st"));
    asha.submit("/drafts/raise/ask/cards", &other).await;

    asha.get("/raise").await;
    assert!(
        asha.page.contains("href=\"/raise/complain/cards\"")
            && asha.page.contains("कार्ड &amp; more")
    );
    assert!(
        asha.page.contains("href=\"/raise/ask/cards\"") && asha.page.contains("What does it cost?")
    );
    asha.get("/raise/complain/cards").await;
    assert!(asha.page.contains("कार्ड &amp; more = 100%") && asha.page.contains("Half a st"));

    described(&mut asha, "Charged twice").await;
    let sent = [("key", &*key(&asha.page))];
    asha.follow("/raise/complain/cards/send", &sent).await;
    site.app.desk.tick(200).await.unwrap();
    let mails = site.app.outbox.as_ref().unwrap().mails();
    let mail = mails.last().expect("it is acknowledged");
    assert!(
        mail.text.contains("about Debit and credit cards."),
        "{}",
        mail.text
    );
    assert!(mail.text.contains(" IST."), "{}", mail.text);
    let (_, link) = mail.text.split_once(site.app.settings.origin()).unwrap();
    asha.get(link.split_whitespace().next().unwrap()).await;
    assert!(asha.page.contains("Charged twice"), "{}", asha.page);
    asha.get("/raise").await;
    assert!(!asha.page.contains("/raise/complain/cards/discard"));
    assert!(asha.page.contains("What does it cost?"));
    asha.follow("/raise/ask/cards/discard", &[]).await;
    assert!(!asha.page.contains("What does it cost?"));
}

#[tokio::test]
async fn the_longest_text_in_any_script_is_kept() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let longest = "💳 & ".repeat(2_500);
    asha.get("/raise/complain/cards").await;
    let fields = [("subject", "Long"), ("text", &*longest)];
    asha.follow("/raise/complain/cards", &fields).await;
    assert!(asha.page.contains("Check your answers"), "{}", asha.page);
    assert_eq!(asha.page.matches('💳').count(), 2_500);
}

#[tokio::test]
async fn a_customer_raises_their_hundredth_case_and_each_form_makes_one() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let mut cases = std::collections::BTreeSet::new();
    for nth in 1..=100 {
        described(&mut asha, &format!("Case {nth}")).await;
        let sent = [("key", &*key(&asha.page))];
        let first = asha.submit("/raise/complain/cards/send", &sent).await;
        let again = asha.submit("/raise/complain/cards/send", &sent).await;
        assert_eq!(first.location(), again.location());
        assert!(first.location().ends_with("/received"), "{first:?}");
        cases.insert(first.location().to_owned());
    }
    assert_eq!(cases.len(), 100);
}

#[tokio::test]
async fn what_is_sent_is_what_was_looked_at() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let send = "/raise/complain/cards/send";
    described(&mut asha, "Charged twice").await;
    let first = key(&asha.page);
    // In another tab.
    described(&mut asha, "Charged thrice").await;
    let second = key(&asha.page);
    let seen = asha.submit(send, &[("key", &first)]).await;
    assert_eq!(seen.location(), "/raise/complain/cards/check");
    asha.get(seen.location()).await;
    assert!(asha.page.contains("We have not sent it yet"));
    assert!(asha.page.contains("Charged thrice"));
    asha.get("/cases").await;
    assert!(!asha.page.contains("Charged"), "nothing is sent yet");
    let made = asha.submit(send, &[("key", &second)]).await;
    assert!(made.location().ends_with("/received"), "{made:?}");

    // The first tab again, and the second after another matter was begun.
    described(&mut asha, "Card lost").await;
    let third = key(&asha.page);
    let again = asha.submit(send, &[("key", &second)]).await;
    assert_eq!(again.location(), made.location());
    let other = asha.submit(send, &[("key", &third)]).await;
    assert!(other.location().ends_with("/received"), "{other:?}");
    asha.get("/cases").await;
    assert_eq!(asha.page.matches("Charged thrice").count(), 1);
    assert_eq!(asha.page.matches("Card lost").count(), 1);
}

#[tokio::test]
async fn a_form_that_is_there_after_its_case_makes_no_second_one_and_is_no_dead_end() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let (send, typing) = ("/raise/complain/cards/send", "/drafts/raise/complain/cards");
    asha.get("/raise/complain/cards").await;
    let (_, once) = asha.page.split_once("name=\"once\" value=\"").unwrap();
    let once = once.split('"').next().unwrap().to_owned();
    let mut typed = [
        ("once", &*once),
        ("subject", "Charged twice"),
        ("text", "I see it twice."),
    ];
    asha.follow("/raise/complain/cards", &typed).await;
    let sent = [("key", &*key(&asha.page))];
    let first = asha.submit(send, &sent).await;
    assert!(first.location().ends_with("/received"), "{first:?}");

    // Another tab with the same form keeps what stands in it.
    asha.submit(typing, &typed).await;
    asha.get("/raise/complain/cards/check").await;
    let sent = [("key", &*key(&asha.page))];
    let again = asha.submit(send, &sent).await;
    assert_eq!(again.location(), first.location());
    asha.get("/raise").await;
    assert!(!asha.page.contains("Charged twice"), "nothing is begun");

    typed[1].1 = "Charged twice again";
    asha.submit(typing, &typed).await;
    asha.get("/raise/complain/cards/check").await;
    let sent = [("key", &*key(&asha.page))];
    let other = asha.submit(send, &sent).await;
    assert!(other.location().ends_with("/received"), "{other:?}");
    assert_ne!(other.location(), first.location());
}

#[tokio::test]
async fn a_file_of_a_form_that_is_sent_twice_is_on_its_case_once() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    described(&mut asha, "With a letter").await;
    let (send, form) = ("/raise/complain/cards/send", key(&asha.page));
    // The line was cut before its file was there.
    asha.submit(send, &[("key", &form)]).await;
    let mut last = String::new();
    for _ in 0..2 {
        let request = upload(&asha, send, &form, "letter.txt", b"Dear bank");
        last = asha.send(request).await.location().to_owned();
    }
    let seen = asha.get(last.trim_end_matches("/received")).await;
    assert_eq!(seen.text().matches("letter.txt</a>").count(), 1);
}

#[tokio::test]
async fn what_was_begun_and_is_no_longer_offered_can_be_thrown_away() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    described(&mut asha, "Charged twice").await;
    let (desk, admin) = (&site.app.desk, Actor::System);
    let held = desk.catalogue(admin).await.unwrap();
    let mut catalogue = held.value;
    let offer = catalogue
        .services
        .get_mut(&"cards".parse().unwrap())
        .unwrap();
    offer.doors.remove(&Door::Complain);
    let changed = desk.save_catalogue(admin, catalogue, held.version).await;
    changed.unwrap();
    asha.get("/raise").await;
    assert!(asha.page.contains("(no longer offered)") && asha.page.contains("Charged twice"));
    asha.follow("/raise/complain/cards/discard", &[]).await;
    assert!(!asha.page.contains("Charged twice"));
}

/// A scanner that finds something in every file (clamd's INSTREAM: pieces with their lengths, the last of none).
async fn finds_always() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut command = [0; 10];
            stream.read_exact(&mut command).await.unwrap();
            loop {
                let length = stream.read_u32().await.unwrap() as usize;
                if length == 0 {
                    break;
                }
                stream.read_exact(&mut vec![0; length]).await.unwrap();
            }
            stream
                .write_all(b"stream: Test-Signature FOUND\0")
                .await
                .unwrap();
        }
    });
    address
}

#[tokio::test]
async fn a_file_that_is_held_back_takes_no_case_and_no_answer_with_it() {
    let clamd = finds_always().await;
    let site = Site::offering_with(|settings| settings.files.clamd = Some(clamd)).await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    described(&mut asha, "With a letter").await;
    let request = upload(
        &asha,
        "/raise/complain/cards/send",
        &key(&asha.page),
        "letter.txt",
        b"Dear bank",
    );
    let sent = asha.send(request).await;
    assert!(sent.location().ends_with("/received"), "{sent:?}");
    asha.get(sent.location()).await;
    assert!(asha.page.contains("We have received it"));
    assert!(asha.page.contains("but not every file"), "{}", asha.page);
    let case = sent.location().trim_end_matches("/received").to_owned();
    let seen = asha.get(&case).await;
    assert!(!seen.text().contains("letter.txt"));
    let request = upload(
        &asha,
        &format!("{case}/reply"),
        "k1",
        "letter.txt",
        b"Dear bank",
    );
    let sent = asha.send(request).await;
    assert_eq!(sent.location(), case, "{sent:?}");
    asha.get("/raise").await;
    assert!(
        !asha.page.contains("With a letter"),
        "the draft was used up"
    );
}

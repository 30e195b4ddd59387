//! Tokens, the wall, the counter, and chats, as those who use them see them.

use axum::http::StatusCode;
use crcore::{Actor, Agent, Code, Pool, Raise, Role};
use uuid::Uuid;

use super::support::{Browser, Site};

/// The branch that never closes.
const BRANCH: &str = "mumbai-airport";

/// An agent who serves these queues, logged in.
pub(super) async fn agent(site: &Site, name: &str, queues: &[&str]) -> (Browser, Uuid) {
    let (browser, id) = site.someone(Role::Agent, name).await;
    let known = site
        .app
        .desk
        .agent(Actor::System, id.into())
        .await
        .unwrap()
        .agent;
    let agent = Agent {
        queues: queues.iter().map(|queue| queue.parse().unwrap()).collect(),
        capacity: [(Pool::Live, 5), (Pool::Cases, 20)].into(),
        skills: site
            .app
            .desk
            .rules()
            .rules()
            .services
            .values()
            .flat_map(|service| service.skills.keys().map(|skill| (skill.clone(), 5)))
            .collect(),
        ..known
    };
    site.app
        .desk
        .save_agent(Actor::System, agent)
        .await
        .unwrap();
    (browser, id)
}

async fn token(site: &Site, browser: &mut Browser, service: &str) -> String {
    let _ = site;
    browser.get(&format!("/token?branch={BRANCH}")).await;
    let fields = [("branch", BRANCH), ("service", service), ("key", service)];
    let seen = browser.submit("/token", &fields).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    seen.location().to_owned()
}

/// The number on a token's page.
fn number(page: &str) -> String {
    let (_, after) = page
        .split_once("id=\"token-number\">")
        .expect("a number on the page");
    after.split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_number_is_taken_called_and_served() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let (mut ravi, _) = site.someone(Role::Customer, "Ravi").await;
    let (mut meera, _) = agent(&site, "Meera", &["counter"]).await;
    let first = token(&site, &mut asha, "cash").await;
    let second = token(&site, &mut ravi, "cash").await;
    asha.get(&first).await;
    ravi.get(&second).await;
    let (one, two) = (number(&asha.page), number(&ravi.page));
    assert!(one.ends_with("001") && two.ends_with("002"), "{one} {two}");
    let mut wall = site.browser();
    wall.get(&format!("/wall/{BRANCH}")).await;
    assert!(wall.page.contains(&one) && wall.page.contains(&two));
    // Who chooses is told what they would be told with a number.
    wall.get(&format!("/token?branch={BRANCH}")).await;
    assert!(
        wall.page.contains("2 people are before you"),
        "{}",
        wall.page
    );
    let counter = format!("/counter/{BRANCH}/1");
    meera.get(&counter).await;
    meera.follow(&format!("{counter}/open"), &[]).await;
    meera.follow(&format!("{counter}/next"), &[]).await;
    assert!(
        meera.page.contains("Served") && meera.page.contains(&one),
        "{}",
        meera.page
    );
    asha.get(&first).await;
    assert!(
        asha.page.contains("Please go to counter 1"),
        "{}",
        asha.page
    );
    ravi.get(&format!("{second}/card")).await;
    assert!(ravi.page.contains(&format!("<dd>{one}</dd>")));
    meera
        .follow(&format!("{counter}/serve"), &[("text", "Here you are.")])
        .await;
    asha.get(&first).await;
    assert!(asha.page.contains("You have been served"));
    // Once more from an older page: what is not possible is told, and not as if it were done.
    meera.follow(&format!("{counter}/serve"), &[]).await;
    assert!(meera.page.contains("desk-flash--error"), "{}", meera.page);
    asha.get("/").await;
    asha.follow(&format!("{first}/leave"), &[("key", "late")])
        .await;
    assert!(asha.page.contains("desk-flash--error"), "{}", asha.page);
    wall.get(&format!("/wall/{BRANCH}/board")).await;
    assert!(!wall.page.contains(&one));
    for private in ["Asha", "Ravi", "Meera", "example.test"] {
        assert!(!wall.page.contains(private), "{private} on the wall");
    }
}

#[tokio::test]
async fn a_number_is_put_aside_called_back_and_sent_to_another_service() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let (mut meera, _) = agent(&site, "Meera", &["counter"]).await;
    let place = token(&site, &mut asha, "cash").await;
    asha.get(&place).await;
    let number = number(&asha.page);
    let counter = format!("/counter/{BRANCH}/1");
    meera.get(&counter).await;
    meera.follow(&format!("{counter}/open"), &[]).await;
    meera.follow(&format!("{counter}/next"), &[]).await;
    meera.follow(&format!("{counter}/hold"), &[]).await;
    asha.get(&place).await;
    assert!(!asha.page.contains("Please go to counter"));
    let (_, ticket) = meera.page.split_once("name=\"ticket\" value=\"").unwrap();
    let ticket = ticket.split('"').next().unwrap().to_owned();
    let back = [("ticket", &*ticket)];
    meera.follow(&format!("{counter}/held"), &back).await;
    asha.get(&place).await;
    assert!(asha.page.contains("Please go to counter 1"));
    let (_, choices) = meera.page.split_once("name=\"to\"").unwrap();
    let values = choices.split("<option value=\"").skip(1);
    let mut values = values.map(|value| value.split('"').next().unwrap());
    let other = values.find(|value| !["", "cash"].contains(value)).unwrap();
    let to = [("to", other)];
    let other = other.to_owned();
    let sent = format!("{counter}/transfer");
    meera.clone().follow(&sent, &to).await;
    let line = site.app.desk.line(&BRANCH.parse().unwrap()).await.unwrap();
    let waits = line
        .waiting
        .iter()
        .find(|one| one.number.to_string() == number);
    assert_eq!(waits.unwrap().service.as_str(), other);
}

#[tokio::test]
async fn who_holds_a_number_finds_it_again() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let (mut ravi, _) = site.someone(Role::Customer, "Ravi").await;
    let place = token(&site, &mut asha, "cash").await;
    asha.get(&place).await;
    let link = format!("href=\"{place}\">You hold number {}", number(&asha.page));
    for page in ["/", "/token", &format!("/token?branch={BRANCH}")] {
        asha.get(page).await;
        assert!(asha.page.contains(&link), "{page}: {}", asha.page);
        ravi.get(page).await;
        assert!(!ravi.page.contains("You hold"), "{page}");
    }
    // For the same service a second time.
    let again = [("branch", BRANCH), ("service", "cash"), ("key", "again")];
    asha.get(&format!("/token?branch={BRANCH}")).await;
    asha.follow("/token", &again).await;
    assert!(asha.page.contains(&link), "{}", asha.page);
    ravi.get("/services/cash").await;
    let form = format!("/token?branch={BRANCH}&amp;service=cash");
    assert!(ravi.page.contains(&form), "{}", ravi.page);
    assert!(ravi.page.contains("One person is waiting"), "{}", ravi.page);
}

#[tokio::test]
async fn a_strangers_token_is_not_there() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let (mut ravi, _) = site.someone(Role::Customer, "Ravi").await;
    let place = token(&site, &mut asha, "cash").await;
    ravi.get("/").await;
    assert_eq!(ravi.get(&place).await.status, StatusCode::NOT_FOUND);
    let leave = format!("{place}/leave");
    ravi.get("/").await;
    assert_eq!(
        ravi.submit(&leave, &[("key", "k")]).await.status,
        StatusCode::NOT_FOUND
    );
    asha.get(&place).await;
    asha.follow(&leave, &[("key", "k")]).await;
    assert!(asha.page.contains("You left the line"));
}

#[tokio::test]
async fn somebody_without_an_account_gets_a_number_at_the_counter() {
    let site = Site::offering().await;
    let (mut meera, _) = agent(&site, "Meera", &["counter"]).await;
    let counter = format!("/counter/{BRANCH}/2");
    meera.get(&counter).await;
    meera.follow(&format!("{counter}/open"), &[]).await;
    let (_, fresh) = meera.page.split_once("name=\"customer\" value=\"").unwrap();
    let fresh = fresh.split('"').next().unwrap().to_owned();
    let fields = [
        ("service", "cash"),
        ("key", "walk-in"),
        ("customer", fresh.as_str()),
    ];
    // The button was pressed twice.
    for _ in 0..2 {
        meera.follow(&format!("{counter}/token"), &fields).await;
        assert!(meera.page.contains("was given"), "{}", meera.page);
    }
    let (_, slip) = meera.page.split_once("href=\"/slip/").expect("a slip");
    let slip = format!("/slip/{}", slip.split('"').next().unwrap());
    let mut telephone = site.browser();
    assert_eq!(telephone.get(&slip).await.status, StatusCode::OK);
    assert_eq!(number(&telephone.page), "A001");
    assert!(
        telephone.page.contains("People ahead of you"),
        "{}",
        telephone.page
    );
    // Another's number is not had by changing the address, and nobody's page has a way to leave for them.
    let forged = format!("{}x", &slip[..slip.len() - 1]);
    assert_eq!(telephone.get(&forged).await.status, StatusCode::NOT_FOUND);
    meera.follow(&format!("{counter}/next"), &[]).await;
    meera.follow(&format!("{counter}/no-show"), &[]).await;
    meera.follow(&format!("{counter}/next"), &[]).await;
    meera.follow(&format!("{counter}/hold"), &[]).await;
    assert!(meera.page.contains("Put aside"));
    meera.follow(&format!("{counter}/next"), &[]).await;
    assert!(meera.page.contains("Nobody is waiting"));
}

#[tokio::test]
async fn a_chat_goes_both_ways_and_its_transcript_by_mail() {
    let site = Site::offering().await;
    let (mut asha, id) = site.someone(Role::Customer, "Asha").await;
    let raise = Raise::new(id.into(), "cards".parse().unwrap(), "Charged twice");
    let acting = site.app.desk.acting(Actor::System);
    acting.raise(raise).await.unwrap();
    let (mut ravi, _) = site.someone(Role::Customer, "Ravi").await;
    let (mut meera, _) = agent(&site, "Meera", &["cards"]).await;
    asha.get("/chat?service=cards").await;
    assert!(asha.page.contains("Nobody is there now"), "{}", asha.page);
    meera.get("/chats").await;
    assert!(meera.page.contains("No chats come to you"));
    meera.follow("/chats/take", &[("take", "yes")]).await;
    assert!(
        meera
            .page
            .contains("Chats come to you while this page is open")
    );
    asha.get("/chat?service=cards").await;
    assert!(asha.page.contains("Somebody is there now"), "{}", asha.page);
    let fields = [
        ("service", "cards"),
        ("text", "Is my card blocked?"),
        ("key", "c1"),
    ];
    asha.follow("/chat", &fields).await;
    assert!(asha.page.contains("Is my card blocked?"), "{}", asha.page);
    meera.get("/chats").await;
    let (_, link) = meera
        .page
        .split_once("href=\"/chats/")
        .expect("a chat in a list");
    let chat = format!("/chats/{}", link.split('"').next().unwrap());
    meera.get(&chat).await;
    assert!(meera.page.contains("Charged twice"), "her other cases");
    if meera.page.contains("Answer this chat") {
        meera.follow(&format!("{chat}/accept"), &[]).await;
    }
    meera
        .follow(
            &format!("{chat}/say"),
            &[("text", "It works again."), ("key", "m1")],
        )
        .await;
    let hers = chat.replace("/chats/", "/chat/");
    asha.get(&hers).await;
    assert!(
        asha.page.contains("It works again.") && asha.page.contains("You are talking to Meera")
    );
    assert_eq!(ravi.get(&hers).await.status, StatusCode::NOT_FOUND);
    asha.get(&hers).await;
    asha.follow(
        &format!("{hers}/say"),
        &[("text", "Thank you!"), ("key", "a1")],
    )
    .await;
    asha.follow(&format!("{hers}/end"), &[]).await;
    assert!(asha.page.contains("The chat is over"));
    site.app.desk.tick(200).await.unwrap();
    let mails = site.app.outbox.as_ref().unwrap().mails();
    let transcript = mails
        .iter()
        .find(|mail| mail.text.contains("It works again."));
    let transcript = transcript.expect("a transcript in the outbox");
    assert_eq!(transcript.to, "asha@example.test");
    assert!(transcript.text.contains("Thank you!"));
    assert!(transcript.text.contains(" IST\n"), "{}", transcript.text);
}

const QUESTION: [(&str, &str); 3] = [
    ("service", "cards"),
    ("text", "A question that must not be lost"),
    ("key", "c"),
];

#[tokio::test]
async fn when_nobody_is_there_the_form_has_what_was_written() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    asha.get("/chat").await;
    asha.follow("/chat", &QUESTION).await;
    assert!(
        asha.page.contains("Nobody is there to chat now"),
        "{}",
        asha.page
    );
    assert!(asha.page.contains("A question that must not be lost"));
}

#[tokio::test]
async fn when_nobody_is_there_and_no_form_the_page_keeps_what_was_written() {
    let site = Site::offering().await;
    let desk = &site.app.desk;
    let mut kept = desk.catalogue(Actor::System).await.unwrap();
    let cards: Code = "cards".parse().unwrap();
    kept.value.services.get_mut(&cards).unwrap().doors = [crcore::catalogue::Door::Chat].into();
    let saved = desk.save_catalogue(Actor::System, kept.value, kept.version);
    saved.await.unwrap();
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    asha.get("/chat").await;
    let seen = asha.submit("/chat", &QUESTION).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.text().contains("A question that must not be lost"));
    assert!(seen.text().contains("Nobody is there now"));
}

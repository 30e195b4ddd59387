//! A chat, as its two sides see it while they write.

use axum::http::StatusCode;
use crcore::{Actor, Role};

use super::counter::agent;
use super::isolation::lives::Bank;
use super::support::Site;

#[tokio::test]
async fn each_side_is_told_that_the_other_writes() {
    let mut bank = Bank::open().await;
    let own = bank.asha().await;
    let mut asha = own.browser.clone();
    let chat = format!("/chat/{}", own.references[3]);
    let desk = &bank.site.app.desk;
    let id = own.tickets[3].parse().unwrap();
    let answers = desk
        .ticket(crcore::Actor::System, id)
        .await
        .unwrap()
        .assignment;
    let meera = crcore::Actor::Agent(answers.expect("somebody answers").agent);
    asha.get(&chat).await;
    assert!(
        asha.page
            .contains(&format!("data-presence=\"{chat}/typing\"")),
        "{}",
        asha.page
    );
    assert!(!asha.page.contains("is writing"));

    let typing = [("doing", "typing")];
    let seen = asha.submit(&format!("{chat}/typing"), &typing).await;
    assert_eq!(seen.status, StatusCode::NO_CONTENT);
    assert!(desk.is_typed_in_chat(meera, id).await.unwrap());
    asha.get(&format!("{chat}/typing")).await;
    assert!(
        !asha.page.contains("is writing"),
        "nobody is told of themselves"
    );

    desk.type_in_chat(meera, id, true).await.unwrap();
    asha.get(&format!("{chat}/typing")).await;
    assert!(
        asha.page.contains("Example Bank is writing"),
        "{}",
        asha.page
    );
    let nobody = bank.site.browser().get(&format!("{chat}/typing")).await;
    assert!(!nobody.text().contains("is writing"));
}

#[tokio::test]
async fn who_is_signed_out_is_asked_to_log_in_before_they_type() {
    let bank = Bank::open().await;
    let mut visitor = bank.site.browser();
    visitor.get("/chat?service=cards").await;
    assert!(!visitor.page.contains("<textarea"), "{}", visitor.page);
    let (_, after) = visitor.page.split_once("/log-in?next=").unwrap();
    let next = after.split('"').next().unwrap();
    assert!(next.contains("chat") && next.contains("cards"), "{next}");
}

#[tokio::test]
async fn who_is_in_a_chat_comes_back_to_it() {
    let mut bank = Bank::open().await;
    let own = bank.asha().await;
    let mut asha = own.browser.clone();
    let chat = format!("/chat/{}", own.references[3]);
    asha.get("/chat").await;
    assert!(asha.page.contains(&format!("{chat}/say")), "{}", asha.page);
    let again = [("service", "cards"), ("text", "Are you there?")];
    let seen = asha.submit("/chat", &again).await;
    assert_eq!(seen.location(), chat);
}

#[tokio::test]
async fn no_chat_waits_for_who_is_not_available_or_logged_out() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let (mut meera, me) = agent(&site, "Meera", &["cards"]).await;
    meera.get("/chats").await;
    meera.follow("/chats/take", &[("take", "yes")]).await;
    let is_available = async |available| {
        let desk = &site.app.desk;
        let mut agent = desk.agent(Actor::System, me.into()).await.unwrap().agent;
        agent.available = available;
        desk.save_agent(Actor::System, agent).await.unwrap();
    };
    is_available(false).await;
    meera.get("/chats").await;
    assert!(meera.page.contains("marked as not available"));
    is_available(true).await;
    meera.get("/chats").await;
    assert!(meera.page.contains("Chats come to you"));
    asha.get("/chat?service=cards").await;
    assert!(asha.page.contains("Somebody is there now"));
    meera.submit("/log-out", &[]).await;
    asha.get("/chat?service=cards").await;
    assert!(asha.page.contains("Nobody is there now"), "{}", asha.page);
}

#[tokio::test]
async fn what_can_be_done_in_a_chat_follows_it_on_both_sides() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let (mut meera, _) = agent(&site, "Meera", &["cards"]).await;
    meera.get("/chats").await;
    meera.follow("/chats/take", &[("take", "yes")]).await;
    asha.get("/chat?service=cards").await;
    let first = [("service", "cards"), ("text", "Where is my card?")];
    let seen = asha.submit("/chat", &first).await;
    let hers = seen.location().to_owned();
    let theirs = hers.replace("/chat/", "/chats/");
    for (browser, page) in [(&mut asha, &hers), (&mut meera, &theirs)] {
        browser.get(page).await;
        let acts = format!("hx-get=\"{page}/acts\" hx-trigger=\"live\"");
        assert!(browser.page.contains(&acts), "{}", browser.page);
        browser.get(&format!("{page}/acts")).await;
        assert!(browser.page.contains(&format!("{page}/say")));
    }
    meera.get(&theirs).await;
    assert!(meera.page.contains("Asha"), "whom she talks to");

    // Each writes while the other ends it.
    let draft = |page: &str| {
        let (_, place) = page.split_once("data-draft=\"").unwrap();
        format!("/drafts/{}", place.split('"').next().unwrap())
    };
    asha.get(&hers).await;
    let place = draft(&asha.page);
    asha.submit(&place, &[("text", "And the fee?")]).await;
    meera.follow(&format!("{theirs}/end"), &[]).await;
    assert!(meera.page.contains("The transcript goes out"));
    asha.get(&format!("{hers}/acts")).await;
    assert!(asha.page.contains("was not sent") && asha.page.contains("And the fee?"));
    assert!(!asha.page.contains("<textarea"));
    asha.follow(&format!("{hers}/end"), &[]).await;
    assert!(asha.page.contains("That was no longer possible"));
    let late = [("text", "And the fee?"), ("key", "k")];
    asha.follow(&format!("{hers}/say"), &late).await;
    assert!(asha.page.contains("What you wrote is kept") && asha.page.contains("And the fee?"));
    asha.get(&format!("{hers}/acts")).await;
    assert!(!asha.page.contains("was not sent"), "it is in the form now");

    meera.get("/chats").await;
    meera.submit(&place, &[("text", "It is free of ch")]).await;
    meera.get(&format!("{theirs}/acts")).await;
    assert!(meera.page.contains("This chat is over") && !meera.page.contains("<textarea"));
    assert!(meera.page.contains("was not sent") && meera.page.contains("It is free of ch"));
    assert!(
        !meera.page.contains("/typing"),
        "nobody writes here any more"
    );
    for deed in ["end", "complaint"] {
        meera.get("/chats").await;
        let fields = [("key", deed)];
        meera.follow(&format!("{theirs}/{deed}"), &fields).await;
        assert!(meera.page.contains("That was no longer possible"), "{deed}");
    }
}

#[tokio::test]
async fn words_that_came_too_late_for_a_chat_that_is_a_complaint_go_to_the_complaint() {
    let mut bank = Bank::open().await;
    let own = bank.asha().await;
    let mut asha = own.browser.clone();
    let chat = format!("/chat/{}", own.references[3]);
    asha.get(&chat).await;
    let (_, place) = asha.page.split_once("data-draft=\"").unwrap();
    let place = format!("/drafts/{}", place.split('"').next().unwrap());
    asha.submit(&place, &[("text", "And the fee?")]).await;
    let id = own.tickets[3].parse().unwrap();
    let desk = bank.site.app.desk.acting(Actor::System);
    let kind = crcore::ticket::Kind::Complaint;
    desk.convert(id, kind).await.unwrap();
    asha.get(&format!("{chat}/acts")).await;
    assert!(asha.page.contains("Send it to your case"), "{}", asha.page);
    asha.get("/chat").await;
    let late = [("text", "And the fee?"), ("key", "k")];
    asha.follow(&format!("{chat}/say"), &late).await;
    asha.get(&format!("/cases/{}", own.references[3])).await;
    assert!(asha.page.contains("And the fee?"));
}

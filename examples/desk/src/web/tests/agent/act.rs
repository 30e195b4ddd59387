//! What agents do to a case: each action, and what is refused.

use axum::http::StatusCode;
use crcore::desk::beside::{Canned, Macro};
use crcore::ticket::{Outcome, Priority, WaitingOn};
use crcore::{Act, Actor, Raise, Role};

use super::super::support::Browser;
use super::{Bank, code, fill, fill_on, hidden, path, read, told};

#[tokio::test]
async fn every_action_does_what_its_button_says() {
    let bank = Bank::open().await;
    let (mut meera, me) = bank
        .agent(Role::Agent, "Meera", &["cards", "payments"])
        .await;
    let (_, ravi) = bank.agent(Role::Agent, "Ravi", &["cards"]).await;
    let (id, reference) = bank.raise("cards", "Card lost").await;
    let act = |verb: &str| format!("{}/do/{verb}", path(reference));
    let mut done = async |verb: &str, fields: &[(&str, &str)]| {
        let seen = fill_on(&mut meera, reference, &act(verb), fields).await;
        assert_eq!(
            seen.status,
            StatusCode::OK,
            "{verb}: {}",
            told(&seen.text())
        );
        seen.text()
    };
    let page = done("claim", &[]).await;
    assert!(page.contains("The case is yours"));
    assert_eq!(bank.ticket(id).await.assignment.map(|a| a.agent), Some(me));
    done("assign", &[("to", &ravi.to_string())]).await;
    assert_eq!(
        bank.ticket(id).await.assignment.map(|a| a.agent),
        Some(ravi)
    );
    done("release", &[]).await;
    assert!(bank.ticket(id).await.assignment.is_none());
    let page = done("wait_for_customer", &[]).await;
    assert!(
        page.contains("paused: waiting for the customer"),
        "the reason is told"
    );
    done("resume", &[]).await;
    done("wait_for_third_party", &[]).await;
    assert_eq!(
        bank.ticket(id).await.status.name(),
        WaitingOn::ThirdParty.status()
    );
    done("reprioritise", &[("new-priority", "urgent")]).await;
    assert_eq!(bank.ticket(id).await.priority, Priority::Urgent);
    let page = done("tag", &[("tags", "callback"), ("tags", "repeat")]).await;
    assert!(page.contains("Callback, Repeat"));
    let amended = [
        ("new-subject", "Card stolen"),
        ("new-service", "transfers"),
        ("new-amount", "1499.50"),
        ("field.branch", "pune-camp"),
    ];
    let page = done("amend", &amended).await;
    assert!(page.contains("Card stolen") && page.contains("INR 1,499.50"));
    assert_eq!(bank.ticket(id).await.queue, code("payments"));
    done("snooze", &[("snooze", "1h")]).await;
    assert!(bank.ticket(id).await.snoozed_until.is_some());
    done("convert", &[("new-kind", "request")]).await;
    done("convert", &[("new-kind", "complaint")]).await;
    let head = bank.ticket(id).await.version.to_string();
    let answer = [
        ("outcome", "upheld"),
        ("resolve-cause", "fraud"),
        ("resolution", "You get it back."),
        ("seen", head.as_str()),
    ];
    let page = done("resolve", &answer).await;
    assert!(page.contains("You get it back.") && page.contains("Upheld"));
    let ticket = bank.ticket(id).await;
    assert_eq!(
        crcore::ticket::FieldValue::Choice(code("fraud")),
        ticket.fields[&code("cause")]
    );
    done("reopen", &[("reopening", "One more")]).await;
    assert_eq!(bank.ticket(id).await.reopened, 1);
}

#[tokio::test]
async fn an_open_page_learns_what_can_be_done_by_now() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (id, reference) = bank.raise("cards", "Card lost").await;
    let part = |name: &str| format!("{}/{name}", path(reference));
    meera.get(&path(reference)).await;
    for name in ["panel", "composer"] {
        let source = format!("hx-get=\"{}?", part(name));
        assert!(read(&meera.page).contains(&source), "{name}");
    }
    meera.get(&part("panel")).await;
    let offers = |page: &str, verb: &str| page.contains(&format!("id=\"act-{verb}\""));
    assert!(offers(&meera.page, "resolve") && !offers(&meera.page, "reopen"));
    meera.get(&part("composer")).await;
    assert!(meera.page.contains("id=\"answer\""));
    let desk = bank.site.app.desk.acting(Actor::System);
    let words = Some("Here is a new one.".to_owned());
    desk.resolve(id, Outcome::Upheld, words).await.unwrap();
    desk.close(id).await.unwrap();
    meera.get(&part("panel")).await;
    assert!(offers(&meera.page, "reopen") && !offers(&meera.page, "resolve"));
    meera.get(&part("composer")).await;
    assert!(!meera.page.contains("id=\"answer\"") && meera.page.contains("id=\"note\""));
}

#[tokio::test]
async fn what_is_refused_is_told_and_what_was_filled_in_stays() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (_, omar) = bank.agent(Role::Agent, "Omar", &["lending"]).await;
    let (id, reference) = bank.raise("cards", "Card lost").await;
    let act = |verb: &str| format!("{}/do/{verb}", path(reference));
    for (verb, fields, words) in [
        (
            "assign",
            vec![("to", omar.to_string())],
            "does not serve the queue",
        ),
        (
            "resolve",
            vec![
                ("outcome", String::new()),
                ("resolution", "Kept words".into()),
            ],
            "Choose how it was resolved",
        ),
        (
            "resolve",
            vec![
                ("outcome", "answered".into()),
                ("resolution", "Kept words".into()),
            ],
            "for a complaint, got answered",
        ),
        (
            "merge",
            vec![("into", "ABCDE-FGHJK-M".into())],
            "no case with this reference",
        ),
        ("merge", vec![("into", reference.to_string())], "Not done"),
        (
            "amend",
            vec![("new-subject", "Card lost".into())],
            "Nothing was changed",
        ),
        (
            "amend",
            vec![
                ("new-subject", "Other".into()),
                ("new-amount", "much".into()),
            ],
            "Write an amount",
        ),
        (
            "split",
            vec![("split-subject", "Half".into())],
            "Choose at least one message",
        ),
    ] {
        meera.get(&path(reference)).await;
        let key = hidden(&meera, &act(verb), "key");
        let mut all = vec![("key", key.as_str()), ("place", "view=open")];
        all.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
        let seen = meera.follow(&act(verb), &all).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{verb}");
        assert!(
            seen.text().contains(words),
            "{verb}: {}",
            told(&seen.text())
        );
        if fields.iter().any(|(_, value)| value == "Kept words") {
            assert!(seen.text().contains("Kept words"));
        }
    }
    // What became impossible while the page was open.
    meera.get(&path(reference)).await;
    let (release, key) = (
        act("wait_for_customer"),
        hidden(&meera, &act("wait_for_customer"), "key"),
    );
    bank.site
        .app
        .desk
        .acting(Actor::System)
        .resolve(id, Outcome::Upheld, None)
        .await
        .unwrap();
    let seen = meera
        .follow(&release, &[("key", &key), ("place", "")])
        .await;
    assert!(
        seen.text().contains("not possible now"),
        "{}",
        told(&seen.text())
    );
    assert_eq!(
        meera.submit(&act("erase"), &[]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn cases_are_merged_split_linked_and_let_go() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (one, first) = bank.raise("cards", "Card lost").await;
    let (two, second) = bank.raise("cards", "Card lost again").await;
    let act = |reference, verb: &str| format!("{}/do/{verb}", path(reference));
    let fields = [
        ("link-kind", "duplicate_of"),
        ("link-with", &*second.to_string()),
    ];
    let page = fill_on(&mut meera, first, &act(first, "link"), &fields)
        .await
        .text();
    assert!(page.contains("says the same as") && page.contains("Card lost again"));
    let fields = [("link-kind", "duplicate_of"), ("unlink", &*two.to_string())];
    fill_on(&mut meera, first, &act(first, "unlink"), &fields).await;
    assert!(bank.ticket(one).await.links.is_empty());

    meera.get(&path(first)).await;
    let (_, piece) = meera
        .page
        .split_once("name=\"piece\" type=\"checkbox\" value=\"")
        .unwrap();
    let piece = piece.split('"').next().unwrap().to_owned();
    let fields = [
        ("piece", piece.as_str()),
        ("split-subject", "The other half"),
        ("split-kind", "query"),
        ("split-service", "cards"),
    ];
    let page = fill(&mut meera, &act(first, "split"), &fields).await.text();
    assert!(page.contains("The other half") && page.contains("This is the new case"));

    let page = fill_on(
        &mut meera,
        first,
        &act(first, "merge"),
        &[("into", &*second.to_string())],
    )
    .await
    .text();
    assert!(page.contains("The cases are merged") && page.contains("Card lost again"));
    assert_eq!(bank.ticket(one).await.merged_into, Some(two));
}

#[tokio::test]
async fn many_cases_are_dealt_with_at_once_and_what_was_refused_is_named() {
    let bank = Bank::open().await;
    let (mut meera, me) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (one, first) = bank.raise("cards", "Card lost").await;
    let (two, second) = bank.raise("cards", "Card stolen").await;
    meera.get("/desk?view=open").await;
    let both = [
        ("case", &*first.to_string()),
        ("case", &*second.to_string()),
        ("bulk-act", "claim"),
    ];
    let seen = fill(&mut meera, "/desk/bulk", &both).await;
    assert!(
        seen.text().contains("Done for all"),
        "{}",
        told(&seen.text())
    );
    for id in [one, two] {
        assert_eq!(bank.ticket(id).await.assignment.map(|a| a.agent), Some(me));
    }
    bank.site
        .app
        .desk
        .acting(Actor::System)
        .resolve(one, Outcome::Upheld, None)
        .await
        .unwrap();
    let seen = fill(&mut meera, "/desk/bulk", &both).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        told(&seen.text()).contains(&first.to_string()),
        "which one, and why"
    );
}

#[tokio::test]
async fn canned_replies_are_filled_in_and_a_macro_says_how_far_it_came() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (id, reference) = bank.raise("cards", "Card lost").await;
    let desk = &bank.site.app.desk;
    let canned = Canned {
        code: code("blocked"),
        title: "Card blocked".into(),
        text: "Dear {{customer.name}}, case {{ticket.reference}} is in hand.".into(),
        queues: [].into(),
        version: 0,
    };
    desk.save_canned(Actor::System, canned).await.unwrap();
    let steps = vec![
        Act::Claim,
        Act::Wait {
            on: WaitingOn::Customer,
        },
        Act::Close,
    ];
    let blocked = Macro {
        code: code("block"),
        title: "Block the card".into(),
        reply: Some(code("blocked")),
        acts: steps,
        queues: [].into(),
        version: 0,
    };
    desk.save_macro(Actor::System, blocked).await.unwrap();
    meera
        .get(&format!("{}?canned=blocked", path(reference)))
        .await;
    let filled = format!("Dear Asha, case {reference} is in hand.");
    assert!(meera.page.contains(&filled), "filled in");
    let ready = meera
        .get(&format!("{}/canned", path(reference)))
        .await
        .text();
    assert!(ready.contains(&filled) && ready.contains("Card blocked"));

    meera.get(&path(reference)).await;
    let run = format!("{}/macro", path(reference));
    let head = hidden(&meera, &run, "seen");
    let seen = fill(&mut meera, &run, &[("macro", "block"), ("seen", &head)]).await;
    assert!(
        seen.text().contains("3 of 4 steps were done"),
        "{}",
        told(&seen.text())
    );
    assert_eq!(
        bank.ticket(id).await.status.name(),
        WaitingOn::Customer.status()
    );
}

#[tokio::test]
async fn a_price_is_quoted_and_the_customer_told() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank
        .agent(Role::Agent, "Meera", &["cards", "lending"])
        .await;
    let (_, complaint) = bank.raise("cards", "Card lost").await;
    meera.get(&path(complaint)).await;
    assert!(!read(&meera.page).contains("/quote\""), "nothing to quote");
    let mut raise = Raise::new(bank.asha.1, code("home-loan"), "A loan for a flat");
    raise.kind = crcore::ticket::Kind::Quote;
    let acting = bank.site.app.desk.acting(Actor::Customer(bank.asha.1));
    let done = acting.raise(raise).await.unwrap();
    let quote = format!("{}/quote", path(done.reference));
    let fields = [
        ("quote-amount", "much"),
        ("quote-until", ""),
        ("quote-text", "By the month"),
    ];
    let seen = fill_on(&mut meera, done.reference, &quote, &fields).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.text().contains("Write an amount") && seen.text().contains("By the month"));
    let fields = [
        ("quote-amount", "21500.00"),
        ("quote-until", "2020-01-01"),
        ("quote-text", "By the month"),
    ];
    let seen = fill_on(&mut meera, done.reference, &quote, &fields).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.text().contains("Choose today or a later day"));
    let fields = [
        ("quote-amount", "21500.00"),
        ("quote-until", "2099-12-31"),
        ("quote-text", "By the month"),
    ];
    let seen = fill_on(&mut meera, done.reference, &quote, &fields).await;
    assert!(
        seen.text().contains("The customer is told the price"),
        "{}",
        told(&seen.text())
    );
    assert!(seen.text().contains("INR 21,500.00") && seen.text().contains("By the month"));
    let quoted = bank.ticket(done.ticket).await.quotation().unwrap();
    assert_eq!(quoted.amount.minor, 2_150_000);

    // Its customer sees it, is not bound by a price that they did not see, and accepts the one that they did.
    let mut asha = bank.asha.0.clone();
    let page = format!("/cases/{}", done.reference);
    let answer = format!("{page}/quotation");
    let shown = |asha: &Browser| ["amount", "until"].map(|name| hidden(asha, &answer, name));
    asha.get(&page).await;
    let [amount, until] = shown(&asha);
    assert!(read(&asha.page).contains("Our price: INR 21,500.00"));
    let fields = [
        ("quote-amount", "24999"),
        ("quote-until", "2099-12-31"),
        ("quote-text", "Rates have risen"),
    ];
    fill_on(&mut meera, done.reference, &quote, &fields).await;
    let accept = [("answer", "accept"), ("amount", &amount), ("until", &until)];
    asha.follow(&answer, &accept).await;
    assert!(read(&asha.page).contains("another by now"));
    assert!(read(&asha.page).contains("Our price: INR 24,999.00"));
    let quoted = bank.ticket(done.ticket).await.quotation().unwrap();
    assert_eq!(quoted.accepted, None);

    let [amount, until] = shown(&asha);
    let accept = [("answer", "accept"), ("amount", &amount), ("until", &until)];
    asha.follow(&answer, &accept).await;
    assert!(read(&asha.page).contains("You accepted INR 24,999.00"));
    let quoted = bank.ticket(done.ticket).await.quotation().unwrap();
    assert_eq!(quoted.accepted, Some(true));
}

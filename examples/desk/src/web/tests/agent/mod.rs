//! The agents' desk, as agents see it.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use crcore::desk::beside::{Canned, Macro};
use crcore::ticket::{Outcome, Priority, WaitingOn};
use crcore::{Act, Actor, AgentId, Code, CustomerId, Raise, Reference, Role, TicketId};

use super::support::{Browser, Seen, Site};
use crate::web::address::encode;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// A bank with a customer and two agents.
struct Bank {
    site: Site,
    asha: (Browser, CustomerId),
}

impl Bank {
    async fn open() -> Self {
        let site = Site::open().await;
        let (browser, id) = site.someone(Role::Customer, "Asha").await;
        Self {
            site,
            asha: (browser, id.into()),
        }
    }

    /// Somebody who serves these queues.
    async fn agent(&self, role: Role, name: &str, queues: &[&str]) -> (Browser, AgentId) {
        let (browser, id) = self.site.someone(role, name).await;
        let (desk, id) = (&self.site.app.desk, AgentId::from(id));
        let mut agent = desk.agent(Actor::System, id).await.unwrap().agent;
        agent.queues = queues.iter().map(|queue| code(queue)).collect();
        agent.skills = [(code("cards"), 5), (code("payments"), 5)].into();
        agent.capacity = [(crcore::Pool::Cases, 20), (crcore::Pool::Live, 2)].into();
        agent.available = false;
        desk.save_agent(Actor::System, agent).await.unwrap();
        (browser, id)
    }

    async fn raise(&self, service: &str, subject: &str) -> (TicketId, Reference) {
        let mut raise = Raise::new(self.asha.1, code(service), subject);
        raise.body = Some(format!("It is about this: {subject}"));
        let acting = self.site.app.desk.acting(Actor::Customer(self.asha.1));
        let done = acting.raise(raise).await.unwrap();
        (done.ticket, done.reference)
    }

    async fn customer_writes(&self, id: TicketId, text: &str) {
        let acting = self.site.app.desk.acting(Actor::Customer(self.asha.1));
        acting.reply(id, text).await.unwrap();
    }

    async fn ticket(&self, id: TicketId) -> crcore::Ticket {
        self.site.app.desk.ticket(Actor::System, id).await.unwrap()
    }
}

fn path(reference: Reference) -> String {
    format!("/desk/cases/{}", encode(&reference.to_string()))
}

/// A page as a browser reads it: templates escape slashes too.
fn read(page: &str) -> String {
    page.replace("&#x2f;", "/").replace("&amp;", "&")
}

/// The value of a hidden field in a form to `action` of the page that is shown.
fn hidden(browser: &Browser, action: &str, name: &str) -> String {
    let page = read(&browser.page);
    let form = page
        .split("<form")
        .find(|form| form.contains(&format!("action=\"{action}\"")));
    let form = form.unwrap_or_else(|| panic!("no form to {action}"));
    let (_, after) = form
        .split_once(&format!("name=\"{name}\" value=\""))
        .expect("the field");
    after.split('"').next().unwrap().to_owned()
}

/// Fills in and sends a form of the page that is shown, as a browser without script does.
async fn fill(browser: &mut Browser, action: &str, fields: &[(&str, &str)]) -> Seen {
    let key = hidden(browser, action, "key");
    let mut all = vec![("key", key.as_str()), ("place", "view=open")];
    all.extend_from_slice(fields);
    browser.follow(action, &all).await
}

#[tokio::test]
async fn the_queue_shows_what_an_agent_serves_and_a_case_beside_it() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (_, lost) = bank.raise("cards", "Card lost").await;
    let (_, loan) = bank.raise("home-loan", "Loan too dear").await;
    let seen = meera.get("/desk?view=open").await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(
        meera.page.contains("Card lost") && meera.page.contains("Asha"),
        "{}",
        meera.page
    );
    assert!(meera.page.contains(&lost.to_string()) && meera.page.contains("First response"));
    assert!(
        !meera.page.contains("Loan too dear"),
        "another queue's case"
    );
    assert_eq!(meera.get(&path(loan)).await.status, StatusCode::NOT_FOUND);

    assert_eq!(meera.get(&path(lost)).await.status, StatusCode::OK);
    for shown in [
        "It is about this: Card lost",
        "Send to the customer",
        "Keep the internal note",
        "aria-current=\"true\"",
    ] {
        assert!(meera.page.contains(shown), "{shown}");
    }
    assert!(
        !meera.page.contains("/do/reopen"),
        "what is not possible is not offered"
    );
    let found = meera
        .get(&format!("/desk?q={}", encode(&lost.to_string())))
        .await;
    assert!(
        found.text().contains("It is about this: Card lost"),
        "found by reference"
    );
    assert_eq!(
        meera.get("/desk?q=nothing").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let list = meera
        .get("/desk/list?view=unassigned&service=cards")
        .await
        .text();
    assert!(
        list.contains("Card lost") && !list.contains("<html"),
        "a part of the page"
    );
}

#[tokio::test]
async fn a_customer_finds_no_desk() {
    let bank = Bank::open().await;
    let (_, reference) = bank.raise("cards", "Card lost").await;
    let mut asha = bank.asha.0.clone();
    let (_, table) = crate::web::site::routes(bank.site.app.clone());
    let of_desk = |path: &str| {
        [
            "/desk",
            "/board",
            "/palette",
            "/live/queue",
            "/live/desk",
            "/live/board",
        ]
        .iter()
        .any(|begin| path.starts_with(begin))
    };
    let mut looked_at = 0;
    for route in table.iter().filter(|route| of_desk(route.path)) {
        let path = route
            .path
            .replace("{reference}", &encode(&reference.to_string()));
        let path = path.replace("{verb}", "claim").replace("{piece}", "x");
        let request = Request::builder().method(route.method.clone()).uri(path);
        let request = request.header("sec-fetch-site", "same-origin");
        let seen = asha.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(
            seen.status,
            StatusCode::NOT_FOUND,
            "{} {}",
            route.method,
            route.path
        );
        looked_at += 1;
    }
    assert!(looked_at > 20);
}

#[tokio::test]
async fn a_reply_to_an_older_thread_is_refused_and_nothing_is_lost() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (id, reference) = bank.raise("cards", "Card lost").await;
    let (page, reply) = (path(reference), format!("{}/reply", path(reference)));
    meera.get(&page).await;
    let head = hidden(&meera, &reply, "seen");
    bank.customer_writes(id, "I have found it again").await;
    let written = "We block your card\n  and send another.";
    let seen = fill(
        &mut meera,
        &reply,
        &[("answer", written), ("seen", &head), ("then", "stay")],
    )
    .await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    assert!(meera.page.contains("Something came in since"), "told");
    assert!(meera.page.contains(written), "kept to the letter");
    let (_, fresh) = meera
        .page
        .split_once("desk-entry--fresh")
        .expect("what came in is marked");
    assert!(
        fresh
            .split("</li>")
            .next()
            .unwrap()
            .contains("I have found it again")
    );

    let head = hidden(&meera, &reply, "seen");
    let seen = fill(
        &mut meera,
        &reply,
        &[("answer", written), ("seen", &head), ("then", "stay")],
    )
    .await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(meera.page.contains("The reply is sent"));
    let thread = bank
        .site
        .app
        .desk
        .thread(Actor::Customer(bank.asha.1), id)
        .await
        .unwrap();
    let said = thread
        .iter()
        .filter(|entry| entry.text.as_deref() == Some(written))
        .count();
    assert_eq!(said, 1);
}

#[tokio::test]
async fn a_reply_that_is_sent_twice_is_said_once_and_leads_to_the_next_case() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (id, first) = bank.raise("cards", "Card lost").await;
    let (_, second) = bank.raise("cards", "Card stolen").await;
    let reply = format!("{}/reply", path(first));
    meera.get(&path(first)).await;
    let (key, head) = (
        hidden(&meera, &reply, "key"),
        hidden(&meera, &reply, "seen"),
    );
    let fields = [
        ("key", key.as_str()),
        ("place", "view=open"),
        ("seen", &head),
        ("answer", "We see to it."),
        ("then", "next"),
    ];
    for _ in 0..2 {
        let seen = meera.submit(&reply, &fields).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER);
        assert!(
            seen.location().starts_with(&path(second)),
            "{}",
            seen.location()
        );
    }
    let thread = bank.site.app.desk.thread(Actor::System, id).await.unwrap();
    let said = thread
        .iter()
        .filter(|entry| entry.text.as_deref() == Some("We see to it."))
        .count();
    assert_eq!(said, 1);
    let empty = fill_on(
        &mut meera,
        first,
        &reply,
        &[("answer", "  "), ("then", "next")],
    )
    .await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text().contains("Write something first"));
    let gap = fill_on(
        &mut meera,
        first,
        &reply,
        &[("answer", "Dear {{customer.name}},")],
    )
    .await;
    assert!(
        gap.text().contains("customer.name is not filled in")
            && gap.text().contains("Dear {{customer.name}},")
    );
}

async fn fill_on(
    browser: &mut Browser,
    reference: Reference,
    action: &str,
    fields: &[(&str, &str)],
) -> Seen {
    browser.get(&path(reference)).await;
    fill(browser, action, fields).await
}

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

/// The errors that a page tells, for when a test fails.
fn told(page: &str) -> String {
    page.split("govuk-error-summary__list")
        .nth(1)
        .unwrap_or(page)
        .chars()
        .take(2_000)
        .collect()
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
async fn colleagues_see_who_is_at_a_case() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (mut ravi, _) = bank.agent(Role::Agent, "Ravi", &["cards"]).await;
    let (_, reference) = bank.raise("cards", "Card lost").await;
    let presence = format!("{}/presence", path(reference));
    for browser in [&mut meera, &mut ravi] {
        browser.get(&path(reference)).await;
        let seen = browser.submit(&presence, &[("doing", "looking")]).await;
        assert_eq!(seen.status, StatusCode::NO_CONTENT);
    }
    let seen = meera.get(&presence).await.text();
    assert!(
        seen.contains("Ravi is looking at this") && !seen.contains("Meera"),
        "{seen}"
    );
    ravi.submit(&presence, &[("doing", "typing")]).await;
    assert!(
        meera
            .get("/desk/list?view=open")
            .await
            .text()
            .contains("Ravi is writing"),
        "in the list too"
    );
    ravi.submit(&presence, &[("doing", "gone")]).await;
    assert!(!meera.get(&path(reference)).await.text().contains("Ravi is"));
}

#[tokio::test]
async fn what_is_typed_is_there_again() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let (mut ravi, _) = bank.agent(Role::Agent, "Ravi", &["cards"]).await;
    let (id, reference) = bank.raise("cards", "Card lost").await;
    meera.get(&path(reference)).await;
    for (place, name) in [("reply", "answer"), ("note", "note")] {
        let place = format!("/drafts/{}", format!("{place}/{id}").replace('/', "%2F"));
        let seen = meera
            .submit(&place, &[(name, &format!("Half a {name} <b>"))])
            .await;
        assert_eq!(seen.status, StatusCode::NO_CONTENT);
    }
    meera.get(&path(reference)).await;
    assert!(meera.page.contains("Half a answer &lt;b&gt;") && meera.page.contains("Half a note"));
    ravi.get(&path(reference)).await;
    assert!(!ravi.page.contains("Half a answer"), "nobody else's");
    let reply = format!("{}/reply", path(reference));
    let head = hidden(&meera, &reply, "seen");
    fill(
        &mut meera,
        &reply,
        &[("answer", "A whole one"), ("seen", &head), ("then", "stay")],
    )
    .await;
    assert!(!meera.page.contains("Half a answer") && meera.page.contains("Half a note"));
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

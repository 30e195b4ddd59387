//! The agents' desk, as agents see it.

mod act;
mod beside;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use crcore::{Actor, AgentId, Code, CustomerId, Raise, Reference, Role, TicketId};

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

async fn fill_on(
    browser: &mut Browser,
    reference: Reference,
    action: &str,
    fields: &[(&str, &str)],
) -> Seen {
    browser.get(&path(reference)).await;
    fill(browser, action, fields).await
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
async fn an_agent_sees_the_case_of_a_customer_who_has_no_account() {
    let bank = Bank::open().await;
    let (mut meera, _) = bank.agent(Role::Agent, "Meera", &["cards"]).await;
    let desk = &bank.site.app.desk;
    let by_telephone = CustomerId::from(uuid::Uuid::from_u128(7));
    let raise = Raise::new(by_telephone, code("cards"), "Blocked at the till");
    let raised = desk.acting(Actor::System).raise(raise).await.unwrap();
    let seen = meera
        .get(&format!("/desk/cases/{}", raised.reference))
        .await;
    assert_eq!(seen.status, StatusCode::OK, "{}", meera.page);
    assert!(meera.page.contains("Blocked at the till"));
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

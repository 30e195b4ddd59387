//! Programs at counters, in chats and with quotes; and the instruments of agents, which do what the desk lets
//! their agents do.

use axum::http::{StatusCode, header};
use crcore::ledger::{Direction, Transaction, TransactionStatus};
use crcore::{CustomerId, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use super::api::{CUSTOMER, get, post, program, with_token};
use super::counter::agent;
use super::support::{Browser, Site};
use crate::web::api::Scope;

const BRANCH: &str = "/api/v1/branches/mumbai-airport";

/// The instrument of an agent who serves these queues.
pub(super) async fn instrument(site: &Site, name: &str, queues: &[&str]) -> (Browser, Uuid) {
    let (_, id) = agent(site, name, queues).await;
    let program = with_token(site, Some(id.into()), Scope::ALL).await;
    (program, id)
}

async fn take(program: &mut Browser, customer: u128, service: &str) -> Value {
    let body = json!({ "customer": Uuid::from_u128(customer), "service": service });
    let (seen, token) = post(program, &format!("{BRANCH}/tokens"), &[], &body).await;
    assert_eq!(seen.status, StatusCode::CREATED, "{token}");
    token
}

#[tokio::test]
async fn a_counter_is_worked_by_the_instrument_of_who_sits_there() {
    let site = Site::offering().await;
    let mut kiosk = program(&site, Scope::ALL).await;
    let (mut buttons, meera) = instrument(&site, "Meera", &["counter"]).await;
    let (first, second) = (
        take(&mut kiosk, 1, "cash").await,
        take(&mut kiosk, 2, "cash").await,
    );
    let at = format!("{BRANCH}/counters/1/acts");
    let mut act = async |body: Value| post(&mut buttons, &at, &[], &body).await;

    let (seen, counter) = act(json!({ "name": "open", "services": ["cash"] })).await;
    assert_eq!(seen.status, StatusCode::OK, "{counter}");
    assert_eq!(counter["agent"], json!(meera));
    assert_eq!(counter["services"], json!(["cash"]));
    let (_, counter) = act(json!({ "name": "call_next" })).await;
    assert_eq!(counter["call"]["number"], first["number"]);
    // Sent again, it calls nobody else.
    let (seen, problem) = act(json!({ "name": "call_next" })).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    assert_eq!(problem["code"], "not_possible");
    let (_, counter) = act(json!({ "name": "recall" })).await;
    assert_eq!(counter["call"]["times"], 2);
    let (_, counter) = act(json!({ "name": "hold" })).await;
    assert_eq!(counter["held"][0]["ticket"], first["ticket"]);
    assert!(counter.get("call").is_none(), "{counter}");
    let (_, counter) = act(json!({ "name": "call_next" })).await;
    assert_eq!(counter["call"]["number"], second["number"]);
    act(json!({ "name": "no_show" })).await;
    let (_, counter) = act(json!({ "name": "call_held", "ticket": first["ticket"] })).await;
    assert_eq!(counter["call"]["number"], first["number"]);
    let (_, counter) = act(json!({ "name": "serve", "text": "Paid in." })).await;
    assert!(counter.get("call").is_none(), "{counter}");
    act(json!({ "name": "call_next" })).await;
    let to = json!({ "name": "transfer", "to": "account-services" });
    let (seen, counter) = act(to).await;
    assert_eq!(seen.status, StatusCode::OK, "{counter}");

    let path = format!("/api/v1/tokens/{}", first["ticket"].as_str().unwrap());
    let (_, token) = get(&mut kiosk, &path).await;
    assert_eq!(token["place"], json!({ "is": "over", "withdrawn": false }));
    let (_, counters) = get(&mut kiosk, &format!("{BRANCH}/counters")).await;
    assert_eq!(counters[0]["agent"], json!(meera));
    let (_, line) = get(&mut kiosk, &format!("{BRANCH}/line")).await;
    assert_eq!(line["waiting"][0]["number"], second["number"]);
    assert_eq!(line["waiting"][0]["service"], "account-services");

    let (_, counter) = post(&mut buttons, &at, &[], &json!({ "name": "close" })).await;
    assert!(counter.get("agent").is_none(), "{counter}");
    let (_, counters) = get(&mut kiosk, &format!("{BRANCH}/counters")).await;
    assert_eq!(counters, json!([]));
}

#[tokio::test]
async fn who_works_at_a_counter_the_desk_decides() {
    let site = Site::offering().await;
    let mut kiosk = program(&site, Scope::ALL).await;
    let at = format!("{BRANCH}/counters/1/acts");
    let open = json!({ "name": "open" });
    // A program that is nobody's instrument sits nowhere.
    let (seen, problem) = post(&mut kiosk, &at, &[], &open).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert_eq!(problem["code"], "not_allowed");
    // Nor does that of somebody who serves nothing there, nor one at a colleague's.
    let (mut cards, _) = instrument(&site, "Arjun", &["cards"]).await;
    let (seen, _) = post(&mut cards, &at, &[], &open).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    let (mut meera, _) = instrument(&site, "Meera", &["counter"]).await;
    let (mut divya, _) = instrument(&site, "Divya", &["counter"]).await;
    post(&mut meera, &at, &[], &open).await;
    for act in ["open", "call_next", "close"] {
        let (seen, _) = post(&mut divya, &at, &[], &json!({ "name": act })).await;
        assert!(seen.status.is_client_error(), "{act}");
    }
    for (path, status) in [
        (format!("{BRANCH}/counters/99/acts"), 422),
        ("/api/v1/branches/nowhere/counters/1/acts".to_owned(), 404),
    ] {
        let (seen, _) = post(&mut divya, &path, &[], &open).await;
        assert_eq!(seen.status.as_u16(), status, "{path}");
    }
    // An instrument sees what its agent sees.
    let (_, done) = post(&mut kiosk, "/api/v1/tickets", &[], &complaint()).await;
    let path = format!("/api/v1/tickets/{}", done["reference"].as_str().unwrap());
    assert_eq!(get(&mut cards, &path).await.0.status, StatusCode::OK);
    assert_eq!(get(&mut divya, &path).await.0.status, StatusCode::NOT_FOUND);
    let ticket = done["ticket"].as_str().unwrap();
    let events = get(&mut cards, "/api/v1/events").await.0;
    assert!(events.text().contains(ticket));
    let events = get(&mut divya, "/api/v1/events").await.0;
    assert!(!events.text().contains(ticket));
    let (seen, _) = get(&mut divya, "/api/v1/reports?from=2026-01-01&to=2026-02-01").await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    // The pages are for people.
    for page in ["/desk", "/counter", "/chats", "/account"] {
        let seen = get(&mut divya, page).await.0;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{page}");
    }
}

fn complaint() -> Value {
    json!({ "customer": CUSTOMER, "service": "cards", "subject": "Charged twice", "kind": "complaint" })
}

#[tokio::test]
async fn a_chat_is_begun_by_a_program_and_answered_by_an_instrument() {
    let site = Site::offering().await;
    let mut app = program(&site, Scope::ALL).await;
    let ask = json!({ "customer": CUSTOMER, "service": "cards", "text": "Is my card blocked?" });
    let (_, door) = get(&mut app, "/api/v1/services/cards/chat").await;
    assert_eq!((&door["open"], &door["seats"]), (&json!(false), &json!(0)));
    let (seen, problem) = post(&mut app, "/api/v1/chats", &[], &ask).await;
    assert_eq!(seen.status, StatusCode::CONFLICT, "{problem}");

    let (mut meera, id) = instrument(&site, "Meera", &["cards"]).await;
    let taking = json!({ "taking": true });
    let (seen, _) = post(&mut app, "/api/v1/agents/me/chats", &[], &taking).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN, "nobody's instrument");
    let (seen, _) = post(&mut meera, "/api/v1/agents/me/chats", &[], &taking).await;
    assert_eq!(seen.status, StatusCode::NO_CONTENT);
    let (_, door) = get(&mut app, "/api/v1/services/cards/chat").await;
    assert_eq!((&door["open"], &door["waiting"]), (&json!(true), &json!(0)));
    let key = [("idempotency-key", "chat 1")];
    let (seen, chat) = post(&mut app, "/api/v1/chats", &key, &ask).await;
    assert_eq!(seen.status, StatusCode::CREATED, "{chat}");
    let path = seen.headers[header::LOCATION].to_str().unwrap().to_owned();
    let (_, again) = post(&mut app, "/api/v1/chats", &key, &ask).await;
    assert_eq!(again["reference"], chat["reference"]);

    let acts = format!("{path}/acts");
    let (_, waiting) = get(&mut app, "/api/v1/chats?agent=nobody").await;
    if waiting["items"] != json!([]) {
        let (seen, _) = post(&mut app, &acts, &[], &json!({ "name": "take" })).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "nobody's instrument");
        let (seen, done) = post(&mut meera, &acts, &[], &json!({ "name": "take" })).await;
        assert_eq!(seen.status, StatusCode::OK, "{done}");
    }
    let (_, hers) = get(&mut meera, &format!("/api/v1/chats?agent={id}")).await;
    assert_eq!(hers["items"][0]["reference"], chat["reference"], "{hers}");
    let (_, chat) = get(&mut app, &path).await;
    assert_eq!(chat["place"], json!({ "is": "talking", "with": "Meera" }));

    let say = json!({ "name": "say", "text": "It works again." });
    let key = [("idempotency-key", "say 1")];
    let (_, first) = post(&mut meera, &acts, &key, &say).await;
    let (_, again) = post(&mut meera, &acts, &key, &say).await;
    assert_eq!(first, again);
    let (_, said) = get(&mut app, &format!("{path}/messages")).await;
    let said = said.as_array().unwrap().iter();
    let said: Vec<&str> = said.map(|one| one["text"].as_str().unwrap()).collect();
    assert_eq!(said, ["Is my card blocked?", "It works again."]);
    let (seen, _) = post(&mut meera, &acts, &[], &json!({ "name": "end" })).await;
    assert_eq!(seen.status, StatusCode::OK);
    let (seen, _) = post(&mut meera, &acts, &[], &json!({ "name": "end" })).await;
    assert_eq!(seen.status, StatusCode::CONFLICT, "it is over");
    let (_, chat) = get(&mut app, &path).await;
    assert_eq!(chat["place"], json!({ "is": "over", "withdrawn": false }));

    // What is no chat is none here.
    let (_, done) = post(&mut app, "/api/v1/tickets", &[], &complaint()).await;
    let other = format!("/api/v1/chats/{}", done["reference"].as_str().unwrap());
    assert_eq!(get(&mut app, &other).await.0.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_price_is_quoted_once_and_accepted_by_nobody_but_its_customer() {
    let site = Site::offering().await;
    let mut app = program(&site, Scope::ALL).await;
    let ask = json!({ "customer": CUSTOMER, "service": "home-loan", "kind": "quote",
        "subject": "A loan for a flat", "amount": "500000000 INR" });
    let (seen, done) = post(&mut app, "/api/v1/tickets", &[], &ask).await;
    assert_eq!(seen.status, StatusCode::CREATED, "{done}");
    let at = seen.headers[header::LOCATION].to_str().unwrap().to_owned();
    let until = site.app.clock.now().date_naive() + chrono::TimeDelta::days(30);
    let price = json!({ "amount": "4150000 INR", "valid_until": until, "text": "By the month." });
    let path = format!("{at}/quotation");
    let key = [("idempotency-key", "price 1")];
    let (seen, first) = post(&mut app, &path, &key, &price).await;
    assert_eq!(seen.status, StatusCode::OK, "{first}");
    assert_eq!(
        seen.headers[header::ETAG],
        format!("\"{}\"", first["version"])
    );
    let (_, again) = post(&mut app, &path, &key, &price).await;
    assert_eq!(first, again);
    let (seen, _) = post(&mut app, &path, &[("if-match", "\"1\"")], &price).await;
    assert_eq!(seen.status, StatusCode::PRECONDITION_FAILED);
    let (_, ticket) = get(&mut app, &at).await;
    assert_eq!(
        ticket["fields"]["quoted"],
        json!({ "type": "amount", "value": "4150000 INR" })
    );
    let (_, thread) = get(&mut app, &format!("{at}/thread")).await;
    let told = thread.as_array().unwrap().iter();
    let told = told.filter(|entry| entry["text"] == "By the month.");
    assert_eq!(told.count(), 1);
    let accept = json!({ "name": "amend",
        "fields": { "accepted": { "type": "flag", "value": true } } });
    let (seen, problem) = post(&mut app, &format!("{at}/acts"), &[], &accept).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");

    let (_, done) = post(&mut app, "/api/v1/tickets", &[], &complaint()).await;
    let other = done["reference"].as_str().unwrap();
    let other = format!("/api/v1/tickets/{other}/quotation");
    let (seen, _) = post(&mut app, &other, &[], &price).await;
    assert_eq!(seen.status, StatusCode::CONFLICT, "it is no quote");
}

#[tokio::test]
async fn a_payment_is_looked_up_in_the_place_of_an_agent() {
    let site = Site::offering().await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    let payment = Transaction {
        reference: "UPI1".to_owned(),
        at: site.app.clock.now(),
        amount: "149900 INR".parse().unwrap(),
        direction: Direction::Debit,
        status: TransactionStatus::Returned,
        description: "transfer.upi".parse().unwrap(),
    };
    let owner = CustomerId::from(asha);
    site.app.props.ledger.enter(owner, payment);
    let path = |of: Uuid| format!("/api/v1/customers/{of}/transactions/UPI1");
    let mut app = program(&site, Scope::ALL).await;
    let (seen, problem) = get(&mut app, &path(asha)).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN, "{problem}");
    let (mut meera, _) = instrument(&site, "Meera", &["payments"]).await;
    let (_, found) = get(&mut meera, &path(asha)).await;
    assert_eq!(found["amount"], "149900 INR");
    assert_eq!(found["status"], "returned");
    let (seen, _) = get(&mut meera, &path(Uuid::from_u128(7))).await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND, "a stranger's");
}

#[tokio::test]
async fn hours_are_told_a_week_ahead() {
    let site = Site::offering().await;
    let mut app = program(&site, [Scope::CatalogueRead]).await;
    let (_, catalogue) = get(&mut app, "/api/v1/catalogue").await;
    let branch = &catalogue["branches"]["pune-camp"];
    let hours = branch["hours"].as_array().unwrap();
    assert!((1..=8).contains(&hours.len()), "{branch}");
    let is_open = branch["open"].as_bool().unwrap();
    let edge = if is_open { "until" } else { "opens" };
    let first = &hours[0][if is_open { "until" } else { "from" }];
    assert_eq!(&branch["opening"][edge], first, "{branch}");
}

#[tokio::test]
async fn an_admin_makes_an_instrument_for_an_agent_and_for_nobody_else() {
    let site = Site::offering().await;
    let (_, meera) = agent(&site, "Meera", &["counter"]).await;
    let (_, lead) = site.someone(Role::Supervisor, "Lakshmi").await;
    let (mut admin, _) = site.someone(Role::Admin, "Ravi").await;
    admin.get("/admin/tokens").await;
    assert!(
        !admin.page.contains(&lead.to_string()),
        "a choice of agents"
    );
    let (meera, lead) = (meera.to_string(), lead.to_string());
    let form = |agent| {
        [
            ("label", "the buttons at counter 1"),
            ("agent", agent),
            ("scopes", "counter:serve"),
            ("days", "30"),
        ]
    };
    let seen = admin.submit("/admin/tokens", &form(&lead)).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    let seen = admin.submit("/admin/tokens", &form(&meera)).await;
    let page = seen.text();
    let (_, token) = page.split_once("data-copy=\"crd_").expect("the token");
    let bearer = format!("Bearer crd_{}", token.split('"').next().unwrap());
    let mut buttons = site.browser();
    buttons.headers.insert("authorization", bearer);
    let at = format!("{BRANCH}/counters/1/acts");
    let (_, counter) = post(&mut buttons, &at, &[], &json!({ "name": "open" })).await;
    assert_eq!(counter["agent"], json!(meera));
    admin.get("/admin/tokens").await;
    assert!(admin.page.contains("Meera (Agent)"), "{}", admin.page);
}

//! The desk for programs, as a program meets it.

mod acts;
mod customers;
mod shared;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use chrono::TimeDelta;
use crcore::{Actor, Agent, AgentId, CustomerId, Raise, Role};
use crcore_adapters::accounts::{AccountId, NewToken};
use serde_json::{Value, json};
use uuid::Uuid;

use super::support::{Browser, Seen, Site};
use crate::web::api::{PROBLEMS, Scope, document};
use crate::web::route::Who;

const DOCUMENT: &str = "docs/openapi.json";
pub(super) const CUSTOMER: &str = "01920000-0000-7000-8000-00000000a5a5";

/// A program with a token for these scopes.
pub(super) async fn program(site: &Site, scopes: impl IntoIterator<Item = Scope>) -> Browser {
    with_token(site, None, scopes).await
}

/// A program with a token for these scopes, in the place of an agent where one is named.
pub(super) async fn with_token(
    site: &Site,
    agent: Option<AccountId>,
    scopes: impl IntoIterator<Item = Scope>,
) -> Browser {
    let new = NewToken {
        service: None,
        agent,
        label: "a test's".to_owned(),
        scopes: scopes
            .into_iter()
            .map(|scope| scope.name().to_owned())
            .collect(),
        life: TimeDelta::days(1),
    };
    let (token, _) = site
        .app
        .accounts
        .new_token(Actor::System, &new)
        .await
        .unwrap();
    let mut program = site.browser();
    let bearer = format!("Bearer {}", token.reveal());
    program.headers.insert("authorization", bearer);
    program
}

pub(super) async fn get(program: &mut Browser, path: &str) -> (Seen, Value) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let seen = program.send(request).await;
    let body = serde_json::from_slice(&seen.body).unwrap_or_default();
    (seen, body)
}

pub(super) async fn post(
    program: &mut Browser,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> (Seen, Value) {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_string())).unwrap();
    let seen = program.send(request).await;
    let body = serde_json::from_slice(&seen.body).unwrap_or_default();
    (seen, body)
}

fn complaint() -> Value {
    json!({ "customer": CUSTOMER, "service": "cards", "subject": "Charged twice",
        "body": "On Monday.", "kind": "complaint" })
}

#[test]
fn the_document_is_the_one_that_is_committed() {
    let text = document().to_pretty_json().unwrap() + "\n";
    let file = format!("{}/{DOCUMENT}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("CRDESK_WRITE_DOCUMENT").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == text,
        "the API is not as {DOCUMENT} tells of it; write it again with CRDESK_WRITE_DOCUMENT=1"
    );
}

#[test]
fn the_guide_tells_every_scope_and_every_problem() {
    let guide = include_str!("../../../../docs/api.md");
    for scope in Scope::ALL {
        assert!(
            guide.contains(&format!("| `{}` |", scope.name())),
            "{scope:?}"
        );
    }
    let (_, wrong) = guide.split_once("## When something is wrong").unwrap();
    for code in PROBLEMS {
        assert!(wrong.contains(&format!("`{code}`")), "{code}");
    }
}

/// Each operation: method, path, scope.
fn operations() -> Vec<(Method, String, String)> {
    let document = serde_json::to_value(document()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let told = operation["summary"].as_str();
            assert!(told.is_some_and(|told| !told.is_empty()), "{method} {path}");
            let scope = operation["security"][0]["token"][0].as_str().unwrap();
            let method = method.to_uppercase().parse().unwrap();
            operations.push((method, path.clone(), scope.to_owned()));
        }
    }
    operations
}

#[tokio::test]
async fn every_operation_of_programs_is_told_and_no_other() {
    let site = Site::open().await;
    let (_, table) = crate::web::site::routes(site.app.clone());
    let there: BTreeSet<String> = table
        .iter()
        .filter(|route| route.who == Who::Program)
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let operations = operations();
    let told = operations
        .iter()
        .map(|(method, path, _)| format!("{method} {path}"));
    assert_eq!(told.collect::<BTreeSet<_>>(), there);
    let scopes: BTreeSet<&str> = Scope::ALL.iter().map(|scope| scope.name()).collect();
    let asked = operations.iter().map(|(_, _, scope)| scope.as_str());
    assert_eq!(asked.collect::<BTreeSet<_>>(), scopes);
}

#[tokio::test]
async fn a_token_is_good_for_its_scopes_alone() {
    let site = Site::offering().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    for (method, path, scope) in operations() {
        let path = path
            .replace("{reference}", "7C0ZW-X4Q2B-K")
            .replace("{branch}", "mumbai-airport")
            .replace("{piece}", CUSTOMER)
            .replace("{counter}", "1")
            .replace("{service}", "cards")
            .replace("{customer}", CUSTOMER)
            .replace("{transaction}", "UPI1")
            .replace("{reply}", "blocked")
            .replace("{macro}", "block")
            .replace("{view}", "open")
            .replace("{ticket}", CUSTOMER);
        let path = match path.as_str() {
            "/api/v1/reports" => format!("{path}?from=2026-01-01&to=2026-02-01"),
            "/api/v1/customers" => format!("{path}?who=asha"),
            other if other.ends_with("/files") => format!("{path}?name=a.txt"),
            _ => path,
        };
        let body = match path.as_str() {
            "/api/v1/tickets" => complaint(),
            other if other.ends_with("/tokens") => {
                json!({ "customer": CUSTOMER, "service": "cash" })
            }
            "/api/v1/chats" => {
                json!({ "customer": CUSTOMER, "service": "cards", "text": "Hello" })
            }
            other if other.ends_with("/quotation") => {
                json!({ "amount": "1 INR", "valid_until": "2030-01-01", "text": "A price" })
            }
            other if other.contains("/chats/") => json!({ "name": "end" }),
            "/api/v1/agents/me/chats" => json!({ "taking": true }),
            _ => json!({ "name": "close" }),
        };
        let ask = |mut browser: Browser| {
            let (method, path, body) = (method.clone(), path.clone(), body.clone());
            async move {
                match method {
                    Method::GET => get(&mut browser, &path).await,
                    _ => post(&mut browser, &path, &[], &body).await,
                }
            }
        };
        let others = Scope::ALL.into_iter().filter(|other| other.name() != scope);
        let (seen, problem) = ask(program(&site, others).await).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{method} {path}");
        assert_eq!(problem["code"], "scope");
        assert!(
            problem["detail"].as_str().unwrap().ends_with(&scope),
            "{problem}"
        );

        let alone = Scope::ALL.into_iter().filter(|one| one.name() == scope);
        let (seen, problem) = ask(program(&site, alone).await).await;
        assert_ne!(problem["code"], "scope", "{method} {path}");
        assert!(!seen.status.is_server_error(), "{method} {path} {problem}");

        let (seen, problem) = ask(site.browser()).await;
        assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        assert_eq!(problem["code"], "token");
        assert_eq!(seen.headers[header::WWW_AUTHENTICATE], "Bearer");

        // Nor is the session of a browser any: no page of another site acts by it.
        let (seen, _) = ask(asha.clone()).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{method} {path}");
    }
    asha.headers
        .insert("authorization", "Bearer crd_none".to_owned());
    let (seen, problem) = get(&mut asha, "/api/v1/tickets").await;
    assert_eq!(
        (seen.status, &problem["code"]),
        (StatusCode::UNAUTHORIZED, &json!("token"))
    );
}

#[tokio::test]
async fn a_request_that_is_sent_twice_has_one_effect_and_one_answer() {
    let site = Site::offering().await;
    let mut program = program(&site, Scope::ALL).await;
    let key = [("idempotency-key", "order 66")];
    let (seen, first) = post(&mut program, "/api/v1/tickets", &key, &complaint()).await;
    assert_eq!(seen.status, StatusCode::CREATED, "{first}");
    let at = seen.headers[header::LOCATION].to_str().unwrap().to_owned();
    let (seen, again) = post(&mut program, "/api/v1/tickets", &key, &complaint()).await;
    assert_eq!((seen.status, again), (StatusCode::CREATED, first));
    let (_, page) = get(&mut program, "/api/v1/tickets?total=true").await;
    assert_eq!(page["total"], json!({ "at_least": 1, "exact": true }));

    let mut other = complaint();
    other["subject"] = json!("Something else");
    let (seen, problem) = post(&mut program, "/api/v1/tickets", &key, &other).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["field"], "key");

    let reply = json!({ "name": "reply", "text": "We look into it." });
    let acts = format!("{at}/acts");
    let key = [("idempotency-key", "reply 1")];
    let (_, first) = post(&mut program, &acts, &key, &reply).await;
    let (_, again) = post(&mut program, &acts, &key, &reply).await;
    assert_eq!(first, again);
    let (_, thread) = get(&mut program, &format!("{at}/thread")).await;
    let said = thread
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["what"] == "replied");
    let said: Vec<&Value> = said.map(|entry| &entry["text"]).collect();
    assert_eq!(said, ["We look into it."]);

    let long = "k".repeat(256);
    let (seen, problem) = post(
        &mut program,
        "/api/v1/tickets",
        &[("idempotency-key", &long)],
        &complaint(),
    )
    .await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["field"], "Idempotency-Key");
}

#[tokio::test]
async fn nothing_is_done_to_a_ticket_that_moved_on_since_it_was_read() {
    let site = Site::offering().await;
    let mut program = program(&site, Scope::ALL).await;
    let (seen, done) = post(&mut program, "/api/v1/tickets", &[], &complaint()).await;
    let at = seen.headers[header::LOCATION].to_str().unwrap().to_owned();
    let (seen, ticket) = get(&mut program, &at).await;
    assert_eq!(ticket["subject"], "Charged twice");
    assert_eq!(ticket["id"], done["ticket"]);
    let tag = seen.headers[header::ETAG].to_str().unwrap().to_owned();
    assert_eq!(tag, format!("\"{}\"", ticket["version"]));

    let acts = format!("{at}/acts");
    let (note, seen_at) = (
        json!({ "name": "note", "text": "Called." }),
        [("if-match", tag.as_str())],
    );
    let (seen, done) = post(&mut program, &acts, &seen_at, &note).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert_eq!(
        seen.headers[header::ETAG],
        format!("\"{}\"", done["version"])
    );
    let (seen, problem) = post(&mut program, &acts, &seen_at, &note).await;
    assert_eq!(seen.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(problem["code"], "stale");
    let (seen, _) = post(&mut program, &acts, &[("if-match", "*")], &note).await;
    assert_eq!(seen.status, StatusCode::OK);
    let (seen, _) = post(&mut program, &acts, &[("if-match", "yesterday")], &note).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_nobody_understands_is_refused_and_not_repeated() {
    let site = Site::offering().await;
    let mut program = program(&site, Scope::ALL).await;
    let mut body = complaint();
    body["colour"] = json!("canary");
    let mut kind = complaint();
    kind["kind"] = json!("canary");
    for body in [body, kind] {
        let (seen, problem) = post(&mut program, "/api/v1/tickets", &[], &body).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            seen.headers[header::CONTENT_TYPE],
            "application/problem+json"
        );
        assert!(
            problem["detail"].as_str().unwrap().starts_with("one of `"),
            "{problem}"
        );
        assert!(!seen.text().contains("canary"));
    }
    for query in [
        "colour=red",
        "limit=0",
        "limit=201",
        "kind=canary",
        "after=canary",
        "total=canary",
    ] {
        let (seen, problem) = get(&mut program, &format!("/api/v1/tickets?{query}")).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert_eq!(problem["code"], "invalid");
        assert!(!seen.text().contains("canary"), "{}", seen.text());
    }
    let request = Request::post("/api/v1/tickets").body(Body::from(complaint().to_string()));
    let seen = program.send(request.unwrap()).await;
    assert_eq!(seen.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let request = Request::delete("/api/v1/tickets")
        .body(Body::empty())
        .unwrap();
    let seen = program.send(request).await;
    assert_eq!(seen.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(
        seen.headers[header::ALLOW]
            .to_str()
            .unwrap()
            .contains("POST")
    );
}

#[tokio::test]
async fn every_problem_leads_to_a_page_about_it() {
    let site = Site::offering().await;
    let mut program = program(&site, [Scope::TicketsRead]).await;
    let (seen, problem) = get(&mut program, "/api/v1/tickets/7C0ZW-X4Q2B-K").await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    assert_eq!(problem["type"], "/problems#not_found");
    let mut browser = site.browser();
    let page = browser.get("/problems").await;
    assert_eq!(page.status, StatusCode::OK);
    for code in PROBLEMS {
        assert!(page.text().contains(&format!("id=\"{code}\"")), "{code}");
    }
    let document = browser.get("/api/v1/openapi.json").await;
    assert_eq!(document.status, StatusCode::OK);
}

async fn raise(site: &Site, subject: &str) {
    let raise = Raise::new(
        CUSTOMER.parse::<CustomerId>().unwrap(),
        "cards".parse().unwrap(),
        subject,
    );
    site.app
        .desk
        .acting(Actor::System)
        .raise(raise)
        .await
        .unwrap();
}

#[tokio::test]
async fn pages_stay_as_they_are_while_tickets_come_in() {
    let site = Site::offering().await;
    for nth in 0..5 {
        raise(&site, &format!("Case {nth}")).await;
    }
    let mut program = program(&site, Scope::ALL).await;
    let (mut subjects, mut path) = (Vec::new(), "/api/v1/tickets?limit=2".to_owned());
    loop {
        let (_, page) = get(&mut program, &path).await;
        let items = page["items"].as_array().unwrap();
        subjects.extend(
            items
                .iter()
                .map(|item| item["subject"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/tickets?limit=2&after={next}");
        raise(&site, "In between").await;
    }
    assert_eq!(subjects, ["Case 4", "Case 3", "Case 2", "Case 1", "Case 0"]);
    let (_, page) = get(
        &mut program,
        "/api/v1/tickets?status=closed&kind=complaint,query",
    )
    .await;
    assert_eq!(page["items"], json!([]));
}

#[tokio::test]
async fn a_stream_goes_on_where_it_was_cut() {
    let site = Site::offering().await;
    for nth in 0..3 {
        raise(&site, &format!("Case {nth}")).await;
    }
    let mut program = program(&site, Scope::ALL).await;
    let (_, page) = get(&mut program, "/api/v1/events").await;
    let all = page["items"].as_array().unwrap().clone();
    assert_eq!(all[0]["what"], "raised");
    assert!(
        !page.to_string().contains("Case 1"),
        "what was written is in no event"
    );
    let (_, rest) = get(
        &mut program,
        &format!("/api/v1/events?after={}", page["next"]),
    )
    .await;
    assert_eq!((&rest["items"], &rest["more"]), (&json!([]), &json!(false)));

    let past = format!("/api/v1/events?after={}", u64::MAX);
    let (seen, _) = get(&mut program, &past).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);

    program
        .headers
        .insert("accept", "text/event-stream".to_owned());
    let id = |event: &str| {
        let line = event.lines().find_map(|line| line.strip_prefix("id: "));
        line.unwrap().parse::<u64>().unwrap()
    };
    let first = program.hear("/api/v1/events?after=0", 2).await;
    assert!(first[0].contains("event: raised"), "{}", first[0]);
    let last = id(&first[1]);
    program.headers.insert("last-event-id", last.to_string());
    let rest = program.hear("/api/v1/events?after=0", all.len() - 2).await;
    let heard = first.iter().chain(&rest).map(|event| id(event));
    let positions: Vec<u64> = all
        .iter()
        .map(|e| e["position"].as_u64().unwrap())
        .collect();
    assert_eq!(heard.collect::<Vec<_>>(), positions);

    // What happens while it is open is told, too.
    let end = positions.last().unwrap();
    program.headers.insert("last-event-id", end.to_string());
    let (heard, ()) = tokio::join!(program.hear("/api/v1/events", 1), raise(&site, "Later"));
    assert!(id(&heard[0]) > *end);
    program
        .headers
        .insert("last-event-id", "yesterday".to_owned());
    let (seen, _) = get(&mut program, "/api/v1/events").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn files_go_up_and_come_down() {
    let site = Site::offering().await;
    let mut program = program(&site, Scope::ALL).await;
    let (seen, _) = post(&mut program, "/api/v1/tickets", &[], &complaint()).await;
    let at = seen.headers[header::LOCATION].to_str().unwrap().to_owned();
    let mut send = async |content: &'static [u8]| {
        let request = Request::post(format!("{at}/files?name=letter.txt&public=true"));
        program
            .send(request.body(Body::from(content)).unwrap())
            .await
    };
    let seen = send(b"A letter.").await;
    assert_eq!(seen.status, StatusCode::CREATED, "{}", seen.text());
    let seen = send(b"<script>alert(1)</script>").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, thread) = get(&mut program, &format!("{at}/thread")).await;
    let file = thread
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["file"].is_object());
    let file = &file.unwrap()["file"];
    assert_eq!(file["media_type"], "text/plain");
    let id = file["id"].as_str().unwrap();
    let (seen, _) = get(&mut program, &format!("{at}/files/{id}")).await;
    assert_eq!(
        (seen.status, seen.text().as_str()),
        (StatusCode::OK, "A letter.")
    );
}

#[tokio::test]
async fn the_line_the_roster_and_the_numbers_are_told() {
    let site = Site::offering().await;
    let mut agent = Agent::new(site.app.desk.new_id::<AgentId>().unwrap(), "Meera");
    agent.queues.insert("cards".parse().unwrap());
    agent.email = Some("canary@bank.example".to_owned());
    site.app
        .desk
        .save_agent(Actor::System, agent)
        .await
        .unwrap();
    let mut program = program(&site, Scope::ALL).await;
    raise(&site, "Charged twice").await;

    let (_, catalogue) = get(&mut program, "/api/v1/catalogue").await;
    assert_eq!(
        catalogue["services"]["cards"]["title"]["en"],
        json!("Debit and credit cards"),
        "{catalogue}"
    );
    assert_eq!(catalogue["branches"]["mumbai-airport"]["open"], true);
    let (seen, line) = get(&mut program, "/api/v1/branches/mumbai-airport/line").await;
    assert_eq!(
        (seen.status, &line["waiting"]),
        (StatusCode::OK, &json!([]))
    );
    let (seen, agents) = get(&mut program, "/api/v1/agents").await;
    assert_eq!(agents["items"][0]["name"], "Meera");
    assert!(!seen.text().contains("canary"));

    let today = site.app.clock.now().date_naive();
    let days = format!(
        "from={}&to={}",
        today - TimeDelta::days(1),
        today + TimeDelta::days(2)
    );
    let (seen, report) = get(&mut program, &format!("/api/v1/reports?{days}&group=kind")).await;
    assert_eq!(seen.status, StatusCode::OK, "{report}");
    assert_eq!(report["rows"][0]["of"], "complaint");
    assert_eq!(report["rows"][0]["raised"], 1);
    for wrong in [
        "from=2026-02-01&to=2026-01-01",
        "from=2026-01-01&to=2026-02-01&group=colour",
    ] {
        let (seen, _) = get(&mut program, &format!("/api/v1/reports?{wrong}")).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}

#[tokio::test]
async fn a_number_for_a_line_is_taken_once() {
    let site = Site::offering().await;
    let mut program = program(&site, Scope::ALL).await;
    let body = json!({ "customer": Uuid::from_u128(7), "service": "cash" });
    let key = [("idempotency-key", "turn")];
    let path = "/api/v1/branches/mumbai-airport/tokens";
    let (seen, token) = post(&mut program, path, &key, &body).await;
    assert_eq!(seen.status, StatusCode::CREATED, "{token}");
    let (_, again) = post(&mut program, path, &key, &body).await;
    assert_eq!(again["number"], token["number"]);
    let ticket = token["ticket"].as_str().unwrap();
    let (_, read) = get(&mut program, &format!("/api/v1/tokens/{ticket}")).await;
    assert_eq!(read["place"], json!({ "is": "waiting", "ahead": 0 }));
    let (_, line) = get(&mut program, "/api/v1/branches/mumbai-airport/line").await;
    assert_eq!(line["waiting"][0]["number"], token["number"]);
}

#[tokio::test]
async fn programs_are_told_how_much_they_may_ask() {
    let site = Site::with(|settings| {
        settings.demo = true;
        settings.limits.burst = 2;
        settings.limits.per_second = 1;
    })
    .await;
    let mut program = program(&site, Scope::ALL).await;
    let (seen, _) = get(&mut program, "/api/v1/tickets").await;
    assert_eq!(seen.headers["ratelimit-policy"], "\"source\";q=2;w=2");
    assert_eq!(seen.headers["ratelimit"], "\"source\";r=1;t=1");
    // On a slow machine some more may be asked in the meantime.
    let mut last = get(&mut program, "/api/v1/tickets").await;
    for _ in 0..50 {
        if last.0.status == StatusCode::OK {
            last = get(&mut program, "/api/v1/tickets").await;
        }
    }
    let (seen, problem) = last;
    assert_eq!(seen.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(problem["code"], "too_many");
    assert_eq!(seen.headers[header::RETRY_AFTER], "1");
}

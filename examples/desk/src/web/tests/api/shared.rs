//! What colleagues share: replies, macros and views, as programs use them.

use axum::http::{StatusCode, header};
use crcore::desk::beside::{Canned, Macro, View};
use crcore::ticket::{Kind, WaitingOn};
use crcore::{Act, Actor, Code};
use serde_json::{Value, json};

use super::super::support::Site;
use super::acts::{raised, unbidden};
use super::{get, post, program};
use crate::web::api::Scope;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// A site with a reply for cases about cards, and a macro that sends it and cannot be done to its end.
async fn offering() -> Site {
    let site = Site::offering().await;
    let desk = &site.app.desk;
    let blocked = Canned {
        code: code("blocked"),
        title: "Card blocked".into(),
        text: "Case {{ticket.reference}} of {{customer.name}} is in hand.".into(),
        queues: [code("cards")].into(),
        version: 0,
    };
    desk.save_canned(Actor::System, blocked).await.unwrap();
    let received = Canned {
        code: code("received"),
        title: "We have it".into(),
        text: "We look into {{ticket.reference}}.".into(),
        queues: [].into(),
        version: 0,
    };
    desk.save_canned(Actor::System, received).await.unwrap();
    let wait = Act::Wait {
        on: WaitingOn::Customer,
    };
    for (name, reply, acts) in [
        (
            "block",
            Some(code("received")),
            vec![Act::Claim, wait, Act::Close],
        ),
        ("take", None, vec![Act::Claim]),
    ] {
        let steps = Macro {
            code: code(name),
            title: "Of a test".into(),
            reply,
            acts,
            queues: [code("cards")].into(),
            version: 0,
        };
        desk.save_macro(Actor::System, steps).await.unwrap();
    }
    site
}

/// One member of each item of a list.
fn each<'a>(list: &'a Value, name: &str) -> Vec<&'a str> {
    let items = list.as_array().unwrap().iter();
    items.map(|item| item[name].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_canned_reply_is_listed_and_filled_for_a_ticket() {
    let site = offering().await;
    let mut app = program(&site, Scope::ALL).await;
    let (mut meera, _) = unbidden(&site, "Meera", &["cards"]).await;
    let (mut divya, _) = unbidden(&site, "Divya", &["payments"]).await;
    let (at, _) = raised(&mut app).await;
    for (who, codes) in [
        (&mut app, vec!["blocked", "received"]),
        (&mut meera, vec!["blocked", "received"]),
        (&mut divya, vec!["received"]),
    ] {
        let (_, replies) = get(who, "/api/v1/replies").await;
        assert_eq!(each(&replies, "code"), codes);
    }
    let (_, ticket) = get(&mut meera, &at).await;
    let reference = ticket["reference"].as_str().unwrap();
    let (_, filled) = get(&mut meera, &format!("{at}/replies/blocked")).await;
    let told = format!("Case {reference} of {{{{customer.name}}}} is in hand.");
    assert_eq!(
        filled,
        json!({ "text": told, "unfilled": ["customer.name"] })
    );
    let (_, after) = get(&mut meera, &at).await;
    assert_eq!(after["version"], ticket["version"], "nothing is sent");

    for path in [
        format!("{at}/replies/none"),
        format!("{at}/replies/No%20word"),
        "/api/v1/tickets/7C0ZW-X4Q2B-K/replies/received".to_owned(),
    ] {
        let (seen, _) = get(&mut meera, &path).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
    }
    let (seen, _) = get(&mut divya, &format!("{at}/replies/received")).await;
    assert_eq!(
        seen.status,
        StatusCode::NOT_FOUND,
        "a ticket of another queue"
    );
}

#[tokio::test]
async fn a_macro_is_run_once_and_says_how_far_it_came() {
    let site = offering().await;
    let mut app = program(&site, Scope::ALL).await;
    let (mut meera, me) = unbidden(&site, "Meera", &["cards"]).await;
    let (mut divya, _) = unbidden(&site, "Divya", &["payments"]).await;
    let (at, _) = raised(&mut app).await;
    let (_, macros) = get(&mut meera, "/api/v1/macros").await;
    assert_eq!(each(&macros, "code"), ["block", "take"]);
    assert_eq!(macros[0]["reply"], "received");
    assert_eq!(
        macros[0]["acts"],
        json!(["claim", "wait_for_customer", "close"])
    );
    assert_eq!(get(&mut divya, "/api/v1/macros").await.1, json!([]));

    let run = format!("{at}/macros/block");
    let nothing = json!({});
    let (seen, _) = post(&mut meera, &run, &[("if-match", "\"1\"")], &nothing).await;
    assert_eq!(seen.status, StatusCode::PRECONDITION_FAILED);
    let key = [("idempotency-key", "block 1")];
    let (seen, ran) = post(&mut meera, &run, &key, &nothing).await;
    assert_eq!(seen.status, StatusCode::OK, "{ran}");
    assert_eq!((&ran["done"], &ran["of"]), (&json!(3), &json!(4)));
    assert_eq!(ran["stopped"]["code"], "not_possible");
    assert_eq!(
        seen.headers[header::ETAG],
        format!("\"{}\"", ran["version"])
    );
    let (_, again) = post(&mut meera, &run, &key, &nothing).await;
    assert_eq!(again, ran);
    let (_, ticket) = get(&mut meera, &at).await;
    assert_eq!(ticket["version"], ran["version"]);
    assert_eq!(
        (&ticket["agent"], &ticket["status"]),
        (&json!(me), &json!("waiting_for_customer"))
    );
    let (_, thread) = get(&mut meera, &format!("{at}/thread")).await;
    let told = thread.as_array().unwrap().iter();
    assert_eq!(told.filter(|entry| entry["what"] == "replied").count(), 1);

    // Where nothing was done, why is the answer.
    let (seen, problem) = post(&mut app, &format!("{at}/macros/take"), &[], &nothing).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert_eq!(problem["code"], "not_allowed", "no agent takes it");
    let long = "k".repeat(253);
    let (seen, problem) = post(&mut meera, &run, &[("idempotency-key", &long)], &nothing).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["field"], "key");
    let unknown = "/api/v1/tickets/7C0ZW-X4Q2B-K/macros/block".to_owned();
    for path in [format!("{at}/macros/none"), unknown] {
        let (seen, _) = post(&mut meera, &path, &[], &nothing).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
    }
    let (seen, _) = post(&mut divya, &run, &[], &nothing).await;
    assert_eq!(
        seen.status,
        StatusCode::NOT_FOUND,
        "a ticket of another queue"
    );
}

#[tokio::test]
async fn the_tickets_of_a_view_are_listed_page_by_page() {
    let site = offering().await;
    let mut app = program(&site, Scope::ALL).await;
    let (mut meera, me) = unbidden(&site, "Meera", &["cards"]).await;
    let desk = &site.app.desk;
    let mut own = View::new(code("queries"), "Queries");
    own.filter.kinds = [Kind::Query].into();
    desk.save_view(Actor::Agent(me.into()), own).await.unwrap();
    let mut shared = View::new(code("complaints"), "Complaints");
    (shared.shared, shared.filter.kinds) = (true, [Kind::Complaint].into());
    desk.save_view(Actor::System, shared).await.unwrap();
    let (_, views) = get(&mut meera, "/api/v1/views").await;
    let theirs = each(&views, "view");
    assert_eq!(
        theirs[..5],
        ["mine", "unassigned", "due_soon", "waiting", "open"]
    );
    assert_eq!(theirs[5..], ["shared.complaints", "own.queries"]);
    let (_, views) = get(&mut app, "/api/v1/views").await;
    assert_eq!(each(&views, "view")[5..], ["shared.complaints"]);

    let mut raised_so = Vec::new();
    for _ in 0..3 {
        raised_so.push(raised(&mut app).await.1);
    }
    let path = "/api/v1/views/shared.complaints/tickets?limit=2&total=true";
    let (seen, page) = get(&mut meera, path).await;
    assert_eq!(seen.status, StatusCode::OK, "{page}");
    assert_eq!(page["total"], json!({ "at_least": 3, "exact": true }));
    let mut listed = page["items"].as_array().unwrap().clone();
    let next = page["next"].as_str().unwrap();
    let (_, page) = get(&mut meera, &format!("{path}&after={next}")).await;
    assert!(page.get("next").is_none(), "{page}");
    listed.extend(page["items"].as_array().unwrap().clone());
    let listed: Vec<Value> = listed.iter().map(|ticket| ticket["id"].clone()).collect();
    assert_eq!(listed, raised_so, "the longest waiting first");
    for (view, count) in [("own.queries", 0), ("mine", 0), ("open", 3)] {
        let (_, page) = get(&mut meera, &format!("/api/v1/views/{view}/tickets")).await;
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{view}");
    }
    for (who, view) in [(&mut meera, "shared.none"), (&mut app, "own.queries")] {
        let (seen, _) = get(who, &format!("/api/v1/views/{view}/tickets")).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{view}");
    }
    let (seen, _) = get(&mut meera, "/api/v1/views/open/tickets?limit=201").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
}

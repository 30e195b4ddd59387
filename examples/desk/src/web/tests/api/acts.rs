//! What is done to tickets in the place of an agent: who has them, what is put off, merged and split.

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use crcore::{Actor, Agent};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::instruments::instrument;
use super::super::support::{Browser, Site};
use super::{complaint, get, post, program, with_token};
use crate::web::api::Scope;

/// The instrument of an agent who serves these queues and to whom nothing is given.
pub(super) async fn unbidden(site: &Site, name: &str, queues: &[&str]) -> (Browser, Uuid) {
    let (program, id) = instrument(site, name, queues).await;
    let desk = &site.app.desk;
    let known = desk.agent(Actor::System, id.into()).await.unwrap().agent;
    let agent = Agent {
        available: false,
        ..known
    };
    desk.save_agent(Actor::System, agent).await.unwrap();
    (program, id)
}

/// The address and the id of a ticket that was just raised.
pub(super) async fn raised(program: &mut Browser) -> (String, Value) {
    let (seen, done) = post(program, "/api/v1/tickets", &[], &complaint()).await;
    assert_eq!(seen.status, StatusCode::CREATED, "{done}");
    let at = seen.headers[header::LOCATION].to_str().unwrap().to_owned();
    (at, done["ticket"].clone())
}

/// Does something twice under one key, and gives the answer that both have.
async fn once(program: &mut Browser, at: &str, act: &Value) -> Value {
    let (acts, key) = (format!("{at}/acts"), act.to_string());
    let key = [("idempotency-key", key.as_str())];
    let (seen, first) = post(program, &acts, &key, act).await;
    assert_eq!(seen.status, StatusCode::OK, "{act}: {first}");
    let (_, since) = get(program, at).await;
    let (seen, again) = post(program, &acts, &key, act).await;
    assert_eq!((seen.status, &again), (StatusCode::OK, &first), "{act}");
    assert_eq!(get(program, at).await.1, since, "{act}");
    first
}

#[tokio::test]
async fn an_instrument_does_to_a_ticket_what_its_agent_does_on_the_page() {
    let site = Site::offering().await;
    let mut app = program(&site, Scope::ALL).await;
    let (mut meera, me) = unbidden(&site, "Meera", &["cards"]).await;
    let (_, ravi) = unbidden(&site, "Ravi", &["cards"]).await;
    let (at, _) = raised(&mut app).await;

    once(&mut meera, &at, &json!({ "name": "claim" })).await;
    assert_eq!(get(&mut app, &at).await.1["agent"], json!(me));
    once(&mut meera, &at, &json!({ "name": "assign", "to": ravi })).await;
    assert_eq!(get(&mut app, &at).await.1["agent"], json!(ravi));
    once(&mut meera, &at, &json!({ "name": "release" })).await;
    assert!(get(&mut app, &at).await.1.get("agent").is_none());

    let until = site.app.clock.now() + TimeDelta::hours(4);
    let snooze = |until| json!({ "name": "snooze", "until": until });
    once(&mut meera, &at, &snooze(until)).await;
    let (_, ticket) = get(&mut app, &at).await;
    assert!(ticket["snoozed_until"].is_string(), "{ticket}");
    let past = snooze(until - TimeDelta::days(1));
    let (seen, problem) = post(&mut meera, &format!("{at}/acts"), &[], &past).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["field"], "until");
}

#[tokio::test]
async fn what_was_raised_twice_is_merged_and_what_is_two_things_is_split() {
    let site = Site::offering().await;
    let mut app = program(&site, Scope::ALL).await;
    let (mut meera, _) = unbidden(&site, "Meera", &["cards"]).await;
    let (twice, id) = raised(&mut app).await;
    let (at, into) = raised(&mut app).await;

    once(
        &mut meera,
        &twice,
        &json!({ "name": "merge", "into": into }),
    )
    .await;
    assert_eq!(get(&mut app, &twice).await.1["merged_into"], into);
    let back = json!({ "name": "merge", "into": id });
    let (seen, _) = post(&mut meera, &format!("{at}/acts"), &[], &back).await;
    assert_eq!(seen.status, StatusCode::CONFLICT, "it lives on elsewhere");

    let (_, thread) = get(&mut meera, &format!("{at}/thread")).await;
    let mut entries = thread.as_array().unwrap().iter();
    let of_its_own = |entry: &&Value| entry["ticket"] == into && entry["text"] == "On Monday.";
    let piece = &entries.find(of_its_own).expect("what was written")["piece"];
    let split = |pieces: &[&Value]| {
        json!({ "name": "split", "subject": "And a fee", "service": "cards", "kind": "query",
            "pieces": pieces })
    };
    let done = once(&mut meera, &at, &split(&[piece])).await;
    let made = done["made"].as_str().unwrap();
    let (_, made) = get(&mut meera, &format!("/api/v1/tickets/{made}")).await;
    assert_eq!(
        (&made["subject"], &made["kind"]),
        (&json!("And a fee"), &json!("query"))
    );
    assert_eq!(
        made["links"],
        json!([{ "kind": "child_of", "ticket": into }])
    );
    let strange = split(&[&into]);
    let (seen, problem) = post(&mut meera, &format!("{at}/acts"), &[], &strange).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["field"], "pieces");
}

#[tokio::test]
async fn what_is_for_an_agent_is_refused_to_whoever_is_in_nobodys_place() {
    let site = Site::offering().await;
    let mut app = program(&site, Scope::ALL).await;
    let (mut meera, me) = unbidden(&site, "Meera", &["cards"]).await;
    let (mut divya, _) = unbidden(&site, "Divya", &["payments"]).await;
    let mut reads = with_token(&site, Some(me.into()), [Scope::TicketsRead]).await;
    let (at, id) = raised(&mut app).await;
    let (other, _) = raised(&mut app).await;
    let payment = json!({ "customer": super::CUSTOMER, "service": "transfers", "subject": "Lost" });
    let (_, elsewhere) = post(&mut app, "/api/v1/tickets", &[], &payment).await;
    let acts = [
        json!({ "name": "claim" }),
        json!({ "name": "assign", "to": me }),
        json!({ "name": "release" }),
        json!({ "name": "snooze", "until": site.app.clock.now() + TimeDelta::hours(1) }),
        json!({ "name": "merge", "into": id }),
        json!({ "name": "split", "subject": "A fee", "service": "cards", "kind": "query",
            "pieces": [] }),
    ];
    let path = format!("{other}/acts");
    for act in &acts {
        let (seen, problem) = post(&mut app, &path, &[], act).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{act}");
        assert_eq!(problem["code"], "not_allowed", "{act}");
        let (seen, problem) = post(&mut reads, &path, &[], act).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{act}");
        assert_eq!(problem["code"], "scope", "{act}");
        for (who, path) in [
            (&mut divya, path.as_str()),
            (&mut meera, "/api/v1/tickets/7C0ZW-X4Q2B-K/acts"),
        ] {
            let (seen, _) = post(who, path, &[], act).await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{act} {path}");
        }
    }
    // Nor does a ticket go on in the place of one that its agent may not see.
    for into in [&elsewhere["ticket"], &json!(Uuid::from_u128(7))] {
        let merge = json!({ "name": "merge", "into": into });
        let (seen, _) = post(&mut meera, &path, &[], &merge).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{merge}");
    }
    let (_, ticket) = get(&mut app, &at).await;
    assert!(ticket.get("agent").is_none(), "{ticket}");
}

// What the examples start from: the payment complaints of a desk in Berlin.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use crcore::sla::Step;
use crcore::{Actor, Calendar, Code, Event, Fact, SlaBook, SlaPolicy, Ticket};
use serde_json::json;

pub(super) fn calendars() -> BTreeMap<Code, Calendar> {
    let day = "09:00-12:00, 13:00-18:00";
    let berlin = json!({
        "time_zone": "Europe/Berlin",
        "hours": { "monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day },
        "holidays": [
            { "date": "2026-04-03", "name": "Good Friday" },
            { "date": "2026-04-06", "name": "Easter Monday" },
        ],
    });
    BTreeMap::from([(
        "berlin".parse().unwrap(),
        serde_json::from_value(berlin).unwrap(),
    )])
}

pub(super) fn policies() -> Vec<SlaPolicy> {
    serde_json::from_value(json!([{
        "name": "payment-complaints",
        "when": { "kinds": ["complaint"], "services": ["payments"] },
        "calendar": "berlin",
        "targets": {
            "first_response": { "within": "4h", "warn_before": ["1h"] },
            "next_response": { "within": "8h" },
            "resolution": {
                "within": "15bd",
                "warn_before": ["5bd"],
                "escalate": [
                    { "after": "0m", "do": { "notify": { "team": "complaints-leads" } } },
                    { "after": "2bd", "do": { "raise_priority": "urgent" } },
                ],
            },
        },
        "close_after": "10bd",
    }]))
    .unwrap()
}

pub(super) fn book() -> SlaBook {
    SlaBook::new("2026-01", &calendars(), &policies()).unwrap()
}

/// A complaint about a payment, as it is raised: without deadlines.
pub(super) fn raised(at: &str) -> Ticket {
    let id = "019c0000-0000-7000-8000-000000000001";
    let piece = json!({ "id": id, "seal": "0".repeat(64) });
    let event: Event = serde_json::from_value(json!({
        "form": 1, "id": id, "ticket": id, "seq": 1, "at": at,
        "actor": { "role": "customer", "id": id },
        "fact": {
            "name": "raised", "reference": "00000-00000-0", "kind": "complaint", "priority": "normal",
            "service": "payments", "queue": "complaints", "channel": "web", "language": "en",
            "customer": id, "received_at": at, "subject": piece, "body": null, "amount": null,
            "tags": [], "fields": {}, "split_from": null, "borrowed": [],
        },
    }))
    .unwrap();
    Ticket::begin(&event).unwrap()
}

pub(super) fn customer() -> Actor {
    serde_json::from_value(
        json!({ "role": "customer", "id": "019c0000-0000-7000-8000-000000000001" }),
    )
    .unwrap()
}

pub(super) fn agent() -> Actor {
    serde_json::from_value(json!({ "role": "agent", "id": "019c0000-0000-7000-8000-000000000002" }))
        .unwrap()
}

pub(super) fn replied() -> Fact {
    let id = "019c0000-0000-7000-8000-000000000003";
    serde_json::from_value(
        json!({ "name": "replied", "words": { "id": id, "seal": "0".repeat(64) } }),
    )
    .unwrap()
}

/// Appends a fact to the ticket.
pub(super) fn append(ticket: &mut Ticket, at: DateTime<Utc>, actor: Actor, fact: Fact) -> Event {
    let event = Event {
        form: Event::FORM,
        id: ticket.id.uuid().into(),
        ticket: ticket.id,
        seq: ticket.version + 1,
        at,
        actor,
        fact,
    };
    ticket.apply(&event).unwrap();
    event
}

/// Somebody does something to the ticket, and what follows for its deadlines.
pub(super) fn act(
    book: &SlaBook,
    ticket: &mut Ticket,
    at: &str,
    actor: Actor,
    facts: Vec<Fact>,
) -> Vec<Fact> {
    let now = at.parse().unwrap();
    let events: Vec<_> = facts
        .into_iter()
        .map(|fact| append(ticket, now, actor, fact))
        .collect();
    let follow = book.follow(ticket, &events, now).unwrap();
    for fact in follow.clone() {
        append(ticket, now, Actor::System, fact);
    }
    follow
}

/// What falls due on the ticket by an instant.
pub(super) fn tick(book: &SlaBook, ticket: &mut Ticket, at: &str) -> Vec<Step> {
    let now = at.parse().unwrap();
    let steps = book.due(ticket, now).unwrap();
    for step in steps.clone() {
        append(ticket, now, Actor::System, step.fact);
    }
    steps
}

/// The complaint with the deadlines of the book.
pub(super) fn with_deadlines(at: &str) -> Ticket {
    let mut ticket = raised(at);
    act(&book(), &mut ticket, at, customer(), Vec::new());
    ticket
}

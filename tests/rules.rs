//! What the rules of a bank do to its tickets, through the public API.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use crcore::testing::{Outbox, TestDesk};
use crcore::ticket::{Outcome, Priority, Target, WaitingOn};
use crcore::{
    Actor, Agent, Code, Desk, Error, Fact, MemoryStore, Pool, Raise, Rules, Ticket, TicketId,
};

type Test = Result<(), Error>;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// First response within `hours` business hours, resolution within 3 business days; a warning an hour
/// before, and an escalation to the leads an hour after.
fn rules(hours: u32) -> Rules {
    let text = r#"{
        "services": { "cards": { "queue": "cards" } },
        "queues": { "cards": { "allocation": "fair" } },
        "allocation": [ { "name": "fair", "rules": ["least_loaded", "round_robin"] } ],
        "calendars": { "office": { "time_zone": "UTC", "hours": {
            "monday": "09:00-17:00", "tuesday": "09:00-17:00", "wednesday": "09:00-17:00",
            "thursday": "09:00-17:00", "friday": "09:00-17:00" } } },
        "sla": [ { "name": "standard", "calendar": "office", "close_after": "24h", "targets": {
            "first_response": { "within": "HOURSh", "warn_before": ["1h"],
                "escalate": [ { "after": "1h", "do": { "notify": { "team": "leads" } } },
                              { "after": "2h", "do": { "raise_priority": "urgent" } } ] },
            "resolution": { "within": "3bd" } } } ],
        "teams": { "leads": "leads@staff.test" }
    }"#;
    Rules::from_json(&text.replace("HOURS", &hours.to_string())).unwrap()
}

async fn raise(desk: &Desk, customer: Actor) -> Result<TicketId, Error> {
    let Actor::Customer(id) = customer else {
        panic!("a customer")
    };
    Ok(desk
        .acting(customer)
        .raise(Raise::new(id, code("cards"), "Card stolen"))
        .await?
        .ticket)
}

async fn read(desk: &Desk, id: TicketId) -> Ticket {
    desk.ticket(Actor::System, id).await.unwrap()
}

async fn facts(desk: &Desk, id: TicketId) -> Vec<String> {
    let thread = desk.thread(Actor::System, id).await.unwrap();
    let name = |fact: &Fact| {
        serde_json::to_value(fact).unwrap()["name"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    thread.iter().map(|entry| name(&entry.event.fact)).collect()
}

#[tokio::test]
async fn deadlines_warn_breach_escalate_and_explain_themselves() -> Test {
    let desk = TestDesk::open(rules(4)).await?;
    let asha = desk.new_customer("Asha").await?;
    let meera = desk.new_agent("Meera", &[&code("cards")]).await?;
    let id = raise(&desk, asha).await?;
    let ticket = read(&desk, id).await;
    assert_eq!(
        ticket.assignment.unwrap().agent,
        desk.staff_of(meera),
        "allocated in the same call"
    );
    assert_eq!(ticket.deadline(), Some(at("2026-03-02T13:00:00Z")));

    desk.advance(TimeDelta::hours(3)).await?;
    assert!(facts(&desk, id).await.contains(&"warned".into()));
    assert!(
        !facts(&desk, id).await.contains(&"breached".into()),
        "never early"
    );
    desk.advance(TimeDelta::hours(3)).await?;
    let seen = facts(&desk, id).await;
    assert_eq!(seen.iter().filter(|fact| *fact == "breached").count(), 1);
    assert_eq!(
        read(&desk, id).await.priority,
        Priority::Urgent,
        "the second step raises it"
    );
    assert_eq!(desk.outbox.sent_to("leads@staff.test").len(), 1);
    let told: Vec<String> = desk
        .outbox
        .sent_to("meera@staff.test")
        .iter()
        .map(|m| m.text.to_string())
        .collect();
    assert_eq!(told, ["assigned", "sla-warning", "sla-breached"]);

    desk.acting(meera).reply(id, "We are on it").await?;
    assert!(facts(&desk, id).await.contains(&"missed".into()));
    let why = desk.explain(meera, id).await?.to_string();
    for part in ["standard", "2026-03-02", "13:00"] {
        assert!(why.contains(part), "{why}");
    }
    desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn an_automatic_acknowledgement_is_no_first_response() -> Test {
    let desk = TestDesk::open(rules(4)).await?;
    let asha = desk.new_customer("Asha").await?;
    let meera = desk.new_agent("Meera", &[&code("cards")]).await?;
    let id = raise(&desk, asha).await?;
    let due = read(&desk, id).await.deadline();
    desk.advance(TimeDelta::minutes(1)).await?;
    let sent = desk.outbox.sent_to("asha@customers.test");
    assert_eq!(
        sent[0].text.as_str(),
        "acknowledged",
        "she knows that it came"
    );
    let first = |ticket: &Ticket| {
        let sla = ticket.sla.clone().unwrap();
        let timer = sla
            .timers
            .into_iter()
            .find(|t| t.target == Target::FirstResponse);
        timer.unwrap().verdict
    };
    let ticket = read(&desk, id).await;
    assert_eq!(
        (first(&ticket), ticket.deadline()),
        (None, due),
        "and nobody has answered"
    );
    desk.acting(meera).note(id, "Look at it").await?;
    assert_eq!(
        first(&read(&desk, id).await),
        None,
        "nor is a note an answer"
    );
    desk.acting(meera).reply(id, "We are on it").await?;
    assert!(first(&read(&desk, id).await).unwrap().met);
    Ok(())
}

#[tokio::test]
async fn waiting_for_the_customer_stops_the_resolution() -> Test {
    let desk = TestDesk::open(rules(4)).await?;
    let asha = desk.new_customer("Asha").await?;
    let meera = desk.new_agent("Meera", &[&code("cards")]).await?;
    let id = raise(&desk, asha).await?;
    desk.acting(meera).reply(id, "Which card?").await?;
    let due = read(&desk, id).await.deadline().unwrap();
    desk.acting(meera).wait(id, WaitingOn::Customer).await?;
    assert_eq!(
        read(&desk, id).await.deadline(),
        None,
        "nobody knows while it waits"
    );
    desk.advance(TimeDelta::days(14)).await?;
    assert!(!facts(&desk, id).await.contains(&"breached".into()));
    desk.acting(asha).reply(id, "The blue one").await?;
    assert!(read(&desk, id).await.deadline().unwrap() > due);
    desk.acting(meera)
        .resolve(id, Outcome::Upheld, None)
        .await?;
    let sla = read(&desk, id).await.sla.unwrap();
    let resolution = sla
        .timers
        .iter()
        .find(|timer| timer.target == Target::Resolution)
        .unwrap();
    assert!(resolution.verdict.unwrap().met);
    desk.advance(TimeDelta::hours(30)).await?;
    assert_eq!(
        facts(&desk, id).await.last().unwrap(),
        "closed",
        "it closes by itself"
    );
    desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn new_rules_reach_open_tickets_and_old_answers_stay_explained() -> Test {
    let store = MemoryStore::new();
    let old = TestDesk::over(store.clone(), rules(4)).await?;
    let asha = old.new_customer("Asha").await?;
    let answered = raise(&old, asha).await?;
    old.acting(Actor::System).reply(answered, "Done").await?;
    let open = raise(&old, asha).await?;

    let new = Desk::builder(store)
        .rules(rules(2))
        .clock(old.clock.clone() as Arc<dyn crcore::Clock>)
        .notifier(Outbox::default())
        .open()
        .await?;
    assert_eq!(
        read(&new, open).await.deadline(),
        Some(at("2026-03-02T13:00:00Z"))
    );
    let adopted = new.adopt_rules(Actor::System, None).await?;
    assert_eq!((adopted.left, adopted.next), (0, None));
    assert_eq!(
        read(&new, open).await.deadline(),
        Some(at("2026-03-02T11:00:00Z"))
    );
    assert_eq!(
        new.adopt_rules(Actor::System, None).await?.changed,
        0,
        "once is enough"
    );

    let why = new.explain(Actor::System, answered).await?;
    let first = why
        .deadlines
        .iter()
        .find(|d| d.target == Target::FirstResponse)
        .unwrap();
    assert!(
        first.to_string().contains("13:00"),
        "by the rules that decided: {first}"
    );
    old.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn a_queue_drains_by_priority_then_age_when_somebody_frees_up() -> Test {
    let desk = TestDesk::open(rules(4)).await?;
    let asha = desk.new_customer("Asha").await?;
    let mut agent = Agent::new(desk.new_id()?, "Meera");
    agent.queues = [code("cards")].into();
    agent.capacity = [(Pool::Cases, 1)].into();
    let meera = desk.save_agent(Actor::System, agent).await?.actor();
    let first = raise(&desk, asha).await?;
    let mut waiting = Vec::new();
    for _ in 0..3 {
        desk.clock.advance(TimeDelta::minutes(1));
        waiting.push(raise(&desk, asha).await?);
    }
    assert!(
        read(&desk, waiting[0]).await.assignment.is_none(),
        "never above capacity"
    );
    assert!(facts(&desk, waiting[0]).await.contains(&"unplaced".into()));
    desk.acting(Actor::System)
        .reprioritise(waiting[1], Priority::High)
        .await?;
    let mut order = Vec::new();
    let mut now = first;
    for _ in 0..3 {
        desk.acting(meera)
            .resolve(now, Outcome::Rejected, None)
            .await?;
        desk.advance_minutes(1).await?;
        for &id in &waiting {
            if !order.contains(&id) && read(&desk, id).await.assignment.is_some() {
                now = id;
            }
        }
        order.push(now);
    }
    assert_eq!(order, [waiting[1], waiting[0], waiting[2]]);
    desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn who_puts_a_ticket_back_is_not_given_it_again() -> Test {
    let desk = TestDesk::open(rules(4)).await?;
    let asha = desk.new_customer("Asha").await?;
    let meera = desk.new_agent("Meera", &[&code("cards")]).await?;
    let id = raise(&desk, asha).await?;
    desk.acting(meera).release(id).await?;
    assert!(read(&desk, id).await.assignment.is_none());
    let why = desk.explain(meera, id).await?.to_string();
    assert!(why.contains("put it back"), "{why}");
    let lena = desk.new_agent("Lena", &[&code("cards")]).await?;
    desk.advance_minutes(1).await?;
    let has = read(&desk, id).await.assignment.unwrap().agent;
    assert_eq!(has, desk.staff_of(lena));
    desk.assert_sound().await;
    Ok(())
}

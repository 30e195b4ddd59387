//! A branch that several processes work over one store: each number once and without a gap, each token
//! called once.

use std::collections::BTreeSet;
use std::sync::Arc;

use crcore::conformance::Harness;
use crcore::desk::counter::TokenRequest;
use crcore::{Actor, Agent, Code, Desk, Pool, Rules};

/// How many processes, and how many customers come to each at once.
const PROCESSES: usize = 3;
const CUSTOMERS: usize = 12;

const RULES: &str = r#"{
    "services": { "cards": { "queue": "cards" } },
    "fields": {
        "branch": { "type": "choice", "choices": ["pune"] }, "token": { "type": "number" }
    }
}"#;
const CATALOGUE: &str = r#"{
    "branches": { "pune": { "name": { "en": "Pune" }, "counters": ["1", "2", "3", "4", "5", "6"] } },
    "services": { "cards": {
        "title": { "en": "Cards" }, "doors": ["token"], "letter": "B", "branches": ["pune"]
    } }
}"#;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

async fn processes(harness: &impl Harness) -> Vec<Desk> {
    let mut desks = Vec::new();
    for _ in 0..PROCESSES {
        let store = harness.open("bank").await.unwrap();
        let rules = Rules::from_json(RULES).unwrap();
        desks.push(Desk::builder(store).rules(rules).open().await.unwrap());
    }
    let catalogue = serde_json::from_str(CATALOGUE).unwrap();
    let saved = desks[0].save_catalogue(Actor::System, catalogue, 0).await;
    saved.unwrap();
    desks
}

async fn takes_a_number(desk: Desk) -> u16 {
    let customer = desk.new_id().unwrap();
    let request = TokenRequest {
        customer,
        branch: code("pune"),
        service: code("cards"),
        language: crcore::ticket::Language::default(),
        key: None,
    };
    let token = desk.take_token(Actor::Customer(customer), &request).await;
    token.unwrap().number.number()
}

async fn sits_down(desk: &Desk, counter: &Code) -> Actor {
    let mut agent = Agent::new(desk.new_id().unwrap(), "Meera");
    agent.queues.insert(code("cards"));
    agent.capacity.insert(Pool::Live, 1);
    let agent = desk.save_agent(Actor::System, agent).await.unwrap().actor();
    let all = BTreeSet::new();
    let open = desk.open_counter(agent, &code("pune"), counter, &all).await;
    open.unwrap();
    agent
}

pub(crate) async fn numbers_and_calls_are_each_ones_own(harness: Option<impl Harness>) {
    let Some(harness) = harness else { return };
    let desks = Arc::new(processes(&harness).await);
    let everybody = PROCESSES * CUSTOMERS;
    let taking = (0..everybody).map(|nth| desks[nth % PROCESSES].clone());
    let taking: Vec<_> = taking
        .map(|desk| tokio::spawn(takes_a_number(desk)))
        .collect();
    let mut numbers = Vec::new();
    for task in taking {
        numbers.push(usize::from(task.await.unwrap()));
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=everybody).collect::<Vec<_>>());

    let mut counters = Vec::new();
    for nth in 0..6 {
        let counter = code(&(nth + 1).to_string());
        let desk = desks[nth % PROCESSES].clone();
        let agent = sits_down(&desk, &counter).await;
        counters.push(tokio::spawn(async move {
            let mut served = Vec::new();
            for _ in 0..2 {
                let call = desk
                    .call_next(agent, &code("pune"), &counter)
                    .await
                    .unwrap();
                served.push(call.unwrap().number.number());
                let done = desk.serve_token(agent, &code("pune"), &counter, None).await;
                done.unwrap();
            }
            served
        }));
    }
    let mut called = BTreeSet::new();
    for task in counters {
        for number in task.await.unwrap() {
            assert!(called.insert(number), "B{number:03} was called twice");
        }
    }
    assert_eq!(called, (1..=12).collect(), "the longest waiting first");
    let line = desks[1].line(&code("pune")).await.unwrap();
    assert_eq!(
        (line.serving.len(), line.waiting.len()),
        (0, everybody - 12)
    );
}

//! The desk in memory, on one core: what its rules cost, and what a ticket takes.
//!
//! One round is four commands: `raise` (with its words, events, deadlines and owed notice), `allocate`
//! (least loaded of 20 agents, with the reasons), `reply` and `resolve` by that agent. Between them
//! the desk is asked once who the agent is, which counts as time and not as a command. Rounds over
//! 1,000 open tickets take turns with rounds over 1,000,000.
//!
//! `cargo bench --bench memory`; `TICKETS=100000` before it for a smaller crowd.

mod common;

use std::time::Instant;

use common::{Quiet, code, in_turn, request, rules};
use crcore::ticket::Outcome;
use crcore::{Actor, Agent, Desk, MemoryStore, Pool};
use tokio::runtime::Runtime;

const ROUNDS: usize = 9;
/// Of four commands, in one round.
const CASES: u64 = 500;
const FEW: u64 = 1_000;
const AGENTS: u32 = 20;

fn main() {
    common::begin("memory");
    let many = std::env::var("TICKETS").map_or(1_000_000, |many| many.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let before = resident();
    let crowd = desk(&runtime, many);
    let bytes = (resident() - before) as f64 / many as f64;

    let quiet = Quiet::begin(&[]);
    let [over_few, over_many] = in_turn(
        ROUNDS,
        [
            &mut || commands_per_second(&runtime, &desk(&runtime, FEW)),
            &mut || commands_per_second(&runtime, &crowd),
        ],
    );
    drop(quiet);

    println!("commands per second on one core, median of {ROUNDS} rounds in turn");
    println!("over {FEW:9} open tickets {over_few:9.0}");
    println!(
        "over {many:9} open tickets {over_many:9.0}   {:.2} of the above",
        over_many / over_few
    );
    println!(
        "{bytes:.0} bytes of memory for each open ticket: its row and indexes, 2 pieces of words, \
         its events, 1 notice"
    );
}

fn commands_per_second(runtime: &Runtime, desk: &Desk) -> f64 {
    let start = Instant::now();
    runtime.block_on(async {
        for nth in 0..CASES {
            case(desk, nth).await;
        }
    });
    (4 * CASES) as f64 / start.elapsed().as_secs_f64()
}

async fn case(desk: &Desk, nth: u64) {
    let raised = desk.perform(&request(nth, "given-out", None)).await;
    let id = raised.unwrap().ticket;
    let ticket = desk.ticket(Actor::System, id).await.unwrap();
    let agent = desk.acting(Actor::Agent(ticket.assignment.unwrap().agent));
    agent.reply(id, "We are looking into it.").await.unwrap();
    let answer = "The terminal was at fault; your card is fine.".to_owned();
    agent
        .resolve(id, Outcome::Upheld, Some(answer))
        .await
        .unwrap();
}

/// A desk with so many open tickets.
fn desk(runtime: &Runtime, open: u64) -> Desk {
    runtime.block_on(async {
        let desk = Desk::builder(MemoryStore::new()).rules(rules()).open();
        let desk = desk.await.unwrap();
        for nth in 0..AGENTS {
            let mut agent = Agent::new(desk.new_id().unwrap(), format!("Agent {nth}"));
            agent.queues = [code("given-out")].into();
            agent.capacity = [(Pool::Cases, u32::MAX)].into();
            desk.save_agent(Actor::System, agent).await.unwrap();
        }
        for nth in 0..open {
            let raised = desk.perform(&request(nth, "cards", None)).await;
            raised.unwrap();
        }
        desk
    })
}

/// Bytes of memory that this process has.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = pages.split(' ').nth(1).unwrap().parse().unwrap();
    // Linux's page on every machine that a desk runs on.
    pages * 4096
}

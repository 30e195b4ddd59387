//! What counting costs: printed, never asserted on.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::history::{Desk, assigned, at, resolved};
use crate::analytics::{Analytics, Dimension, Filter, Group, Period, Query, Totals};
use crate::event::{Event, Fact};
use crate::id::{AgentId, TicketId};
use crate::ticket::{Channel, Kind};

const TICKETS: u64 = 500_000;
const STEPS: u64 = 5;
const AGENTS: usize = 200;
const SERVICES: u64 = 50;

/// A year of a bank's desk: raised at any hour, assigned, answered, resolved and closed over days.
fn calendar() -> Vec<(DateTime<Utc>, u64, u64)> {
    let start = at("2026-01-01T00:00:00Z");
    let mut dice = 1_u64;
    let mut roll = |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) % sides
    };
    let mut steps = Vec::new();
    for ticket in 0..TICKETS {
        let mut when = start + TimeDelta::seconds(roll(365 * 86_400) as i64);
        for step in 0..STEPS {
            steps.push((when, ticket, step));
            when += TimeDelta::seconds(
                roll([1_200, 40_000, 400_000, 900_000, 1][step as usize]) as i64
            );
        }
    }
    steps.sort_unstable();
    steps
}

fn event(
    desk: &mut Desk,
    ids: &[TicketId],
    agents: &[AgentId],
    step: (DateTime<Utc>, u64, u64),
) -> Event {
    let (when, ticket, nth) = step;
    let agent = agents[ticket as usize * 7 % AGENTS];
    desk.events.clear();
    desk.tickets.clear();
    let what = (
        Kind::ALL[ticket as usize % 5],
        &*format!("service-{}", ticket * 13 % SERVICES),
        Channel::ALL[ticket as usize % 6],
    );
    let raised = desk.raise(when, when, what);
    let fact = match nth {
        0 => None,
        1 => Some(assigned(agent, 1)),
        2 => Some(Fact::Replied {
            words: desk.piece(raised),
        }),
        3 => Some(resolved(None)),
        _ => Some(Fact::Closed),
    };
    let mut event = desk.events.remove(0);
    event.ticket = ids[ticket as usize];
    event.seq = nth + 1;
    event.actor = crate::actor::Actor::Agent(agent);
    event.fact = fact.unwrap_or(event.fact);
    event
}

/// Time on the processor, where the system tells: a busy machine does not count.
fn worked() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = told.split(' ').next().and_then(|n| n.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = pages.split(' ').nth(1).and_then(|n| n.parse().ok());
    pages.unwrap_or(0) * 4_096
}

#[test]
#[ignore = "prints figures: run it alone, with --release and --nocapture"]
fn figures() {
    let mut desk = Desk::new(1);
    let agents: Vec<AgentId> = (0..AGENTS).map(|_| desk.moment.id()).collect();
    let ids: Vec<TicketId> = (0..TICKETS).map(|_| desk.moment.id()).collect();
    let steps = calendar();
    let mut analytics = Analytics::new();
    let mut folding = Duration::ZERO;
    let before = resident();
    for chunk in steps.chunks(20_000) {
        let events: Vec<Event> = chunk
            .iter()
            .map(|step| event(&mut desk, &ids, &agents, *step))
            .collect();
        let start = worked();
        for event in &events {
            let next = analytics.bookmark() + 1;
            analytics.record(next, event).unwrap();
        }
        folding += worked() - start;
    }
    let count = analytics.bookmark();
    println!(
        "folded {:.2} M events/s",
        count as f64 / folding.as_secs_f64() / 1e6
    );
    let bytes = resident().saturating_sub(before);
    println!("{} bytes per ticket of {STEPS} events", bytes / TICKETS);
    let period = Period {
        from: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
        to: NaiveDate::from_ymd_opt(2027, 1, 1).unwrap(),
        zone: chrono_tz::Asia::Kolkata,
    };
    for group in [
        Group::Whole,
        Group::Day,
        Group::By(Dimension::Service),
        Group::By(Dimension::Agent),
    ] {
        let filter = Filter::default();
        let start = worked();
        let rows = analytics
            .totals()
            .report(&Query {
                period,
                filter,
                group: group.clone(),
            })
            .unwrap();
        println!(
            "{group:?}: {} rows of {count} events in {:?}",
            rows.len(),
            (worked() - start)
        );
    }
    let start = worked();
    let now = at("2027-01-01T00:00:00Z");
    let rows = analytics.totals().backlog(
        &Filter::default(),
        Some(Dimension::Agent),
        &Totals::AGES,
        now,
    );
    println!(
        "backlog: {} rows in {:?}",
        rows.unwrap().len(),
        (worked() - start)
    );
    let start = worked();
    let stored = serde_json::to_string(&analytics).unwrap();
    println!(
        "stored: {} bytes per ticket in {:?}",
        stored.len() as u64 / TICKETS,
        (worked() - start)
    );
}

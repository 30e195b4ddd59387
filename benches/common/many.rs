//! A crowd of tickets, as they stand and without their history, and how long a call over it takes.

use std::time::Instant;

use crcore::store::Revised;
use crcore::{Changes, Desk, Moment, Reference, Store, SystemClock, Ticket};

use super::common::{customer, request};

pub(crate) const SERVICES: [&str; 8] = [
    "cards",
    "loans",
    "transfers",
    "fees",
    "mortgages",
    "savings",
    "app",
    "branch",
];

/// Tickets in one change set: few large commits.
const SET: u64 = 500;

/// Puts tickets of all services into `store`, made from one of each; `edit` makes of the nth what it
/// shall be.
pub(crate) async fn fill(
    desk: &Desk,
    store: &dyn Store,
    tickets: u64,
    edit: impl Fn(u64, &mut Ticket),
) {
    let mut each = Vec::new();
    for service in SERVICES {
        let mut plan = desk.plan(&request(0, service, None)).await.unwrap();
        each.push(plan.changes.tickets.remove(0).value);
    }
    for first in (0..tickets).step_by(SET as usize) {
        let mut moment = Moment::of(&SystemClock).unwrap();
        let tickets = (first..tickets.min(first + SET)).map(|nth| {
            let mut ticket = each[nth as usize % each.len()].clone();
            ticket.id = moment.id();
            ticket.reference = Reference::from_random(moment.bytes());
            ticket.customer = customer(nth);
            edit(nth, &mut ticket);
            Revised {
                from: 0,
                value: ticket,
            }
        });
        let changes = Changes {
            tickets: tickets.collect(),
            ..Changes::default()
        };
        for answer in store.commit(&[changes]).await {
            answer.unwrap();
        }
    }
}

pub(crate) fn micros(call: impl FnOnce()) -> f64 {
    let start = Instant::now();
    call();
    start.elapsed().as_secs_f64() * 1e6
}

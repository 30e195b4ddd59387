//! Chat: a customer and an agent who talk to each other now.

mod customer;
mod staff;
mod typing;

use crcore::desk::Entry;
use crcore::{Actor, Fact};
use minijinja::context;
use minijinja::value::Value;

use crate::web::ctx::Ctx;
use crate::web::route::{Routes, Who};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/chat", Who::Anyone, customer::door)
        .post("/chat", Who::Customer, customer::start)
        .get("/chat/{reference}", Who::Customer, customer::show)
        .get("/chat/{reference}/place", Who::Customer, customer::place)
        .get("/chat/{reference}/log", Who::Customer, customer::log)
        .get("/chat/{reference}/acts", Who::Customer, customer::acts)
        .get("/chat/{reference}/typing", Who::Customer, typing::customer)
        .post("/chat/{reference}/typing", Who::Customer, typing::report)
        .post("/chat/{reference}/say", Who::Customer, customer::say)
        .post("/chat/{reference}/end", Who::Customer, customer::end)
        .get("/chats", Who::Staff, staff::all)
        .post("/chats/take", Who::Staff, staff::take)
        .get("/chats/{reference}", Who::Staff, staff::show)
        .get("/chats/{reference}/log", Who::Staff, staff::log)
        .get("/chats/{reference}/acts", Who::Staff, staff::acts)
        .get("/chats/{reference}/typing", Who::Staff, typing::staff)
        .post("/chats/{reference}/typing", Who::Staff, typing::report)
        .post("/chats/{reference}/accept", Who::Staff, staff::accept)
        .post("/chats/{reference}/say", Who::Staff, staff::say)
        .post("/chats/{reference}/end", Who::Staff, staff::end)
        .post("/chats/{reference}/complaint", Who::Staff, staff::complaint)
        .post("/chats/{reference}/release", Who::Staff, staff::release)
}

/// What was said, oldest first; `mine` is the side that reads.
fn messages(ctx: &Ctx, thread: &[Entry], reads: Side, other: &str) -> Vec<Value> {
    let said = |entry: &&Entry| {
        matches!(
            entry.event.fact,
            Fact::Replied { .. } | Fact::Raised(_) | Fact::Resolved { .. }
        ) && (entry.text.is_some() || matches!(entry.event.fact, Fact::Replied { .. }))
    };
    thread
        .iter()
        .filter(said)
        .map(|entry| {
            let by_customer = matches!(entry.event.actor, Actor::Customer(_));
            let mine = by_customer == (reads == Side::Customer);
            let author = if mine {
                ctx.text("customer-you", &[])
            } else {
                other.to_owned()
            };
            context! {
                id => entry.event.id.to_string(),
                mine => mine,
                author => author,
                at => entry.event.at.to_rfc3339(),
                words => entry.text.clone(),
            }
        })
        .collect()
}

/// Which side of a chat reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Customer,
    Staff,
}

//! The desk for programs: the same operations as the pages, by JSON. Each asks for a scope of the token and
//! leaves everything else to the desk.

mod act;
mod agents;
mod asked;
mod catalogue;
mod chats;
mod counter;
mod customers;
mod document;
mod events;
mod problems;
mod quotes;
mod reports;
mod scope;
mod shared;
mod sittings;
mod ticket;
mod tickets;
mod words;

use super::route::{Routes, Who};

#[cfg(test)]
pub(crate) use document::document;
#[cfg(test)]
pub(crate) use problems::PROBLEMS;
pub(crate) use scope::Scope;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/problems", Who::Anyone, problems::show)
        .get("/api/v1/openapi.json", Who::Anyone, document::show)
        .get("/api/v1/tickets", Who::Program, tickets::list)
        .post("/api/v1/tickets", Who::Program, tickets::raise)
        .get("/api/v1/tickets/{reference}", Who::Program, tickets::read)
        .get(
            "/api/v1/tickets/{reference}/thread",
            Who::Program,
            tickets::thread,
        )
        .post(
            "/api/v1/tickets/{reference}/acts",
            Who::Program,
            tickets::act,
        )
        .post(
            "/api/v1/tickets/{reference}/files",
            Who::Program,
            tickets::attach,
        )
        .get(
            "/api/v1/tickets/{reference}/files/{piece}",
            Who::Program,
            tickets::file,
        )
        .get(
            "/api/v1/tickets/{reference}/replies/{reply}",
            Who::Program,
            shared::fill,
        )
        .post(
            "/api/v1/tickets/{reference}/macros/{macro}",
            Who::Program,
            shared::run,
        )
        .post(
            "/api/v1/tickets/{reference}/quotation",
            Who::Program,
            quotes::quote,
        )
        .get("/api/v1/views", Who::Program, shared::views)
        .get(
            "/api/v1/views/{view}/tickets",
            Who::Program,
            shared::tickets,
        )
        .get("/api/v1/replies", Who::Program, shared::replies)
        .get("/api/v1/macros", Who::Program, shared::macros)
        .get("/api/v1/catalogue", Who::Program, catalogue::read)
        .get(
            "/api/v1/branches/{branch}/line",
            Who::Program,
            counter::line,
        )
        .post(
            "/api/v1/branches/{branch}/tokens",
            Who::Program,
            counter::take,
        )
        .get(
            "/api/v1/branches/{branch}/counters",
            Who::Program,
            sittings::list,
        )
        .post(
            "/api/v1/branches/{branch}/counters/{counter}/acts",
            Who::Program,
            sittings::act,
        )
        .get("/api/v1/tokens/{ticket}", Who::Program, counter::token)
        .get("/api/v1/services/{service}/chat", Who::Program, chats::door)
        .get("/api/v1/chats", Who::Program, chats::list)
        .post("/api/v1/chats", Who::Program, chats::begin)
        .get("/api/v1/chats/{reference}", Who::Program, chats::read)
        .get(
            "/api/v1/chats/{reference}/messages",
            Who::Program,
            chats::messages,
        )
        .post("/api/v1/chats/{reference}/acts", Who::Program, chats::act)
        .get("/api/v1/customers", Who::Program, customers::find)
        .get(
            "/api/v1/customers/{customer}",
            Who::Program,
            customers::read,
        )
        .get(
            "/api/v1/customers/{customer}/transactions/{transaction}",
            Who::Program,
            quotes::transaction,
        )
        .get("/api/v1/agents", Who::Program, agents::list)
        .post("/api/v1/agents/me/chats", Who::Program, chats::taking)
        .get("/api/v1/reports", Who::Program, reports::report)
        .get("/api/v1/events", Who::Program, events::list)
}

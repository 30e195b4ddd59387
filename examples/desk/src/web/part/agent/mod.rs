//! The agents' desk: the queue, a case, everything that is done to it, and what colleagues tell each other.

mod acts;
mod attach;
mod board;
mod canned;
mod case;
mod clocks;
mod customer;
mod list;
mod live;
mod names;
mod palette;
mod presence;
mod raise;
mod thread;
mod views;
mod why;
mod write;

use crcore::{Actor, AgentId};

pub(crate) use customer::{account_of, others};
pub(crate) use views::address as view_address;

use crate::web::ctx::Ctx;
use crate::web::fault::Fault;
use crate::web::route::{Routes, Who};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk", Who::Staff, list::desk)
        .get("/desk/list", Who::Staff, list::list)
        .post("/desk/bulk", Who::Staff, list::bulk)
        .post("/desk/views", Who::Staff, views::save)
        .post("/desk/views/remove", Who::Staff, views::remove)
        .get("/desk/raise", Who::Staff, raise::raise)
        .post("/desk/raise", Who::Staff, raise::submit)
        .post("/desk/customers", Who::Staff, raise::take_on)
        .get("/desk/cases/{reference}", Who::Staff, case::case)
        .get(
            "/desk/cases/{reference}/thread",
            Who::Staff,
            case::thread_alone,
        )
        .get(
            "/desk/cases/{reference}/panel",
            Who::Staff,
            case::panel_alone,
        )
        .get(
            "/desk/cases/{reference}/composer",
            Who::Staff,
            case::composer_alone,
        )
        .get(
            "/desk/cases/{reference}/presence",
            Who::Staff,
            presence::alone,
        )
        .post(
            "/desk/cases/{reference}/presence",
            Who::Staff,
            presence::report,
        )
        .get(
            "/desk/cases/{reference}/files/{piece}",
            Who::Staff,
            case::file,
        )
        .get("/desk/cases/{reference}/why", Who::Staff, why::why)
        .get("/desk/cases/{reference}/canned", Who::Staff, canned::ready)
        .post("/desk/cases/{reference}/reply", Who::Staff, write::reply)
        .post("/desk/cases/{reference}/note", Who::Staff, write::note)
        .post("/desk/cases/{reference}/quote", Who::Staff, acts::quote)
        .post("/desk/cases/{reference}/macro", Who::Staff, canned::run)
        .post("/desk/cases/{reference}/do/{verb}", Who::Staff, acts::act)
        .get("/board", Who::Staff, board::board)
        .get("/board/rooms", Who::Staff, board::rooms_alone)
        .get("/board/messages", Who::Staff, board::messages_alone)
        .post("/board", Who::Staff, board::post)
        .get("/palette", Who::Staff, palette::palette)
        .get("/live/queue", Who::Staff, live::queue)
        .get("/live/desk/{reference}", Who::Staff, live::one)
        .get("/live/board", Who::Staff, live::board)
}

/// Who reads, as an actor and as one of the staff.
fn desk_reader(ctx: &Ctx) -> Result<(Actor, AgentId), Fault> {
    let actor = ctx.actor()?;
    let me = actor.staff().ok_or_else(Fault::not_found)?;
    Ok((actor, me))
}

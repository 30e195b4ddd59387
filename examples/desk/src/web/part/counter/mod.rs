//! Queueing at a branch: the customer's token, the wall, and the counter where numbers are called.

mod screen;
mod slip;
mod token;
mod wall;

use crcore::queue::Wait;

pub(crate) use token::held;

use crate::web::ctx::Ctx;
use crate::web::messages::Argument;
use crate::web::route::{Routes, Who};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/token", Who::Anyone, token::choose)
        .post("/token", Who::Customer, token::take)
        .get("/token/{reference}", Who::Customer, token::show)
        .get("/token/{reference}/card", Who::Customer, token::card)
        .post("/token/{reference}/leave", Who::Customer, token::leave)
        .get("/slip/{ticket}/{mark}", Who::Anyone, slip::show)
        .get("/slip/{ticket}/{mark}/card", Who::Anyone, slip::card)
        .get("/wall/{branch}", Who::Anyone, wall::show)
        .get("/wall/{branch}/board", Who::Anyone, wall::board)
        .get("/live/line/{branch}", Who::Anyone, wall::live)
        .get("/counter", Who::Staff, screen::choose)
        .get("/counter/{branch}/{counter}", Who::Staff, screen::show)
        .get("/counter/{branch}/{counter}/line", Who::Staff, screen::line)
        .post("/counter/{branch}/{counter}/open", Who::Staff, screen::open)
        .post(
            "/counter/{branch}/{counter}/close",
            Who::Staff,
            screen::close,
        )
        .post("/counter/{branch}/{counter}/next", Who::Staff, screen::next)
        .post(
            "/counter/{branch}/{counter}/recall",
            Who::Staff,
            screen::recall,
        )
        .post(
            "/counter/{branch}/{counter}/no-show",
            Who::Staff,
            screen::no_show,
        )
        .post("/counter/{branch}/{counter}/hold", Who::Staff, screen::hold)
        .post("/counter/{branch}/{counter}/held", Who::Staff, screen::held)
        .post(
            "/counter/{branch}/{counter}/transfer",
            Who::Staff,
            screen::transfer,
        )
        .post(
            "/counter/{branch}/{counter}/serve",
            Who::Staff,
            screen::serve,
        )
        .post(
            "/counter/{branch}/{counter}/token",
            Who::Staff,
            screen::walk_in,
        )
}

/// A wait in words, with its range; that nobody can tell, where nobody can.
pub(crate) fn wait_text(ctx: &Ctx, wait: Option<Wait>) -> String {
    let Some(wait) = wait else {
        return ctx.text("counter-wait-unknown", &[]);
    };
    let number = |name: &str, value: u32| (name.to_owned(), Argument::from(u64::from(value)));
    let arguments = [
        number("minutes", wait.minutes),
        number("from", wait.from),
        number("to", wait.to),
    ];
    ctx.text("counter-wait", &arguments)
}

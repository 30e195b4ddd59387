//! What customers do: see what there is, raise a case in small steps, follow it, answer, rate.

mod case;
mod cases;
mod files;
mod live;
mod money;
mod raise;
mod services;
pub(crate) mod view;

pub(crate) use case::said;
pub(crate) use files::{Received, given, policy as files_accepted, received_at};
pub(crate) use raise::begin;
pub(crate) use services::branches;

use crate::web::route::{Routes, Who};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/services", Who::Anyone, services::all)
        .get("/services/{service}", Who::Anyone, services::one)
        .get("/raise", Who::Customer, raise::doors)
        .get("/raise/{door}", Who::Customer, raise::services)
        .get("/raise/{door}/{service}", Who::Customer, raise::what)
        .post("/raise/{door}/{service}", Who::Customer, raise::keep)
        .get("/raise/{door}/{service}/check", Who::Customer, raise::check)
        .post("/raise/{door}/{service}/send", Who::Customer, raise::send)
        .post(
            "/raise/{door}/{service}/discard",
            Who::Customer,
            raise::discard,
        )
        .get("/cases", Who::Customer, cases::all)
        .get("/cases/{reference}", Who::Customer, case::show)
        .get("/cases/{reference}/thread", Who::Customer, case::thread)
        .get("/cases/{reference}/progress", Who::Customer, case::progress)
        .get("/cases/{reference}/acts", Who::Customer, case::acts)
        .get("/cases/{reference}/received", Who::Customer, case::received)
        .post("/cases/{reference}/reply", Who::Customer, case::reply)
        .post("/cases/{reference}/reopen", Who::Customer, case::reopen)
        .post("/cases/{reference}/solved", Who::Customer, case::solved)
        .post("/cases/{reference}/withdraw", Who::Customer, case::withdraw)
        .post(
            "/cases/{reference}/quotation",
            Who::Customer,
            case::quotation,
        )
        .get("/cases/{reference}/rate", Who::Customer, case::rating)
        .post("/cases/{reference}/rate", Who::Customer, case::rate)
        .get(
            "/cases/{reference}/files/{piece}",
            Who::SignedIn,
            files::down,
        )
        .get("/live/me", Who::SignedIn, live::me)
        .get("/live/notices", Who::SignedIn, live::notices)
        .get("/transactions", Who::Customer, money::transactions)
}

//! What the site says of itself: how to get help, and how accessible it is.

use minijinja::context;

use crate::web::ctx::Ctx;
use crate::web::fault::Answer;
use crate::web::route::{Routes, Who};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/help", Who::Anyone, help)
        .get("/accessibility", Who::Anyone, accessibility)
}

async fn help(ctx: Ctx) -> Answer {
    ctx.page("info/help.html", "title-help", context! {})
}

async fn accessibility(ctx: Ctx) -> Answer {
    ctx.page(
        "info/accessibility.html",
        "title-accessibility",
        context! {},
    )
}

//! What a demo shows besides: its mail, and every building block of the pages. Not there otherwise.

use minijinja::context;
use minijinja::value::{Serde, Value};

use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::route::{Routes, Who};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/dev/outbox", Who::Anyone, outbox)
        .get("/dev/styleguide", Who::Anyone, styleguide)
}

/// The mail that would have been sent.
async fn outbox(ctx: Ctx) -> Answer {
    let demo = ctx.app.settings.demo && ctx.visitor.source.is_loopback();
    let outbox = ctx.app.outbox.as_ref().filter(|_| demo);
    let outbox = outbox.ok_or_else(Fault::not_found)?;
    let mails = Value::from(Serde(outbox.mails()));
    ctx.page(
        "dev/outbox.html",
        "title-outbox",
        context! { mails => mails },
    )
}

async fn styleguide(ctx: Ctx) -> Answer {
    if !ctx.app.settings.demo {
        return Err(Fault::not_found());
    }
    ctx.page("styleguide.html", "title-styleguide", context! {})
}

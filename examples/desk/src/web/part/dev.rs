//! What a demo shows besides: its mail, and every building block of the pages. Not there otherwise.

use minijinja::context;
use minijinja::value::{Serde, Value};

use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::outbox::Outbox;
use crate::web::route::{Routes, Who};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/dev/outbox", Who::Anyone, outbox)
        .get("/dev/styleguide", Who::Anyone, styleguide)
}

/// The mail that would have been sent, and what the authenticator apps of the staff show.
async fn outbox(ctx: Ctx) -> Answer {
    if !ctx.app.settings.demo || !ctx.visitor.source.is_loopback() {
        return Err(Fault::not_found());
    }
    let outbox = ctx.app.outbox.as_ref();
    let mails = Value::from(Serde(outbox.map(Outbox::mails).unwrap_or_default()));
    let second = u64::try_from(ctx.app.clock.now().timestamp()).unwrap_or(0);
    let apps = Value::from(Serde(ctx.app.props.apps.shown(second)));
    ctx.page(
        "dev/outbox.html",
        "title-outbox",
        context! { mails => mails, apps => apps, sent => outbox.is_none() },
    )
}

async fn styleguide(ctx: Ctx) -> Answer {
    if !ctx.app.settings.demo {
        return Err(Fault::not_found());
    }
    ctx.page("styleguide.html", "title-styleguide", context! {})
}

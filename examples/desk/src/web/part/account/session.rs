//! The end of a session: logging out, how long it lasts, and putting its end off.

use axum::Json;
use axum::http::{HeaderName, HeaderValue};
use axum::response::IntoResponse as _;
use serde::Serialize;

use super::enter::{Step, keep};
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::Form;
use crate::web::route::{Routes, Who};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/log-out", Who::Anyone, log_out)
        .get("/session", Who::SignedIn, left)
        .post("/session/extend", Who::SignedIn, extend)
}

/// Ends the session. What the browser kept of the site goes with it, and what was under way; how pages look to whoever sits there,
/// and that it is known as somebody's device, stays.
async fn log_out(ctx: Ctx, _form: Form) -> Answer {
    if ctx.visitor.session.is_some() {
        if let Some(actor) = ctx.visitor.actor().filter(|actor| actor.staff().is_some())
            && let Err(error) = ctx.desk().leave_chats(actor).await
        {
            // It runs out by itself.
            tracing::warn!(error = crcore::in_full(&error), "chats are not left");
        }
        ctx.app.accounts.end(&ctx.visitor.browser).await?;
    }
    let mut response = ctx.see_other("/", Some("account-logged-out"))?;
    for cookie in ["session", "visit", super::provider::COOKIE] {
        keep(&mut response, &ctx.app.cookies.gone(cookie));
    }
    for step in Step::ALL {
        step.over(&ctx, &mut response);
    }
    let clear = HeaderName::from_static("clear-site-data");
    let what = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(clear, what);
    Ok(response)
}

/// How long a session lasts yet, for the page's own clock.
#[derive(Serialize)]
struct Left {
    /// Seconds until it is over if nothing is done.
    left: i64,
    /// Seconds until it is over whatever is done.
    at_most: i64,
}

fn told(ctx: &Ctx) -> Answer {
    let session = ctx.visitor.session.as_ref();
    let session = session.ok_or_else(Fault::not_found)?;
    let now = ctx.app.clock.now();
    let seconds = |until: chrono::DateTime<chrono::Utc>| (until - now).num_seconds().max(0);
    Ok(Json(Left {
        left: seconds(session.idle_until),
        at_most: seconds(session.absolute_until),
    })
    .into_response())
}

/// Asked by pages themselves: does not count as something done.
async fn left(ctx: Ctx) -> Answer {
    told(&ctx)
}

/// Whoever sends this is there: that it came counts.
async fn extend(ctx: Ctx, _form: Form) -> Answer {
    told(&ctx)
}

//! News for whoever is signed in: which of their tickets changed.

use axum::http::HeaderMap;
use crcore::{Actor, Ticket};

use crate::web::ctx::Ctx;
use crate::web::fault::Answer;
use crate::web::live::{self, Aside};

/// Everything that the visitor may see, as it happens.
pub(super) async fn me(ctx: Ctx, headers: HeaderMap) -> Answer {
    let (actor, last) = (ctx.actor()?, live::last_seen(&headers, &ctx.uri));
    let asides = move |aside: &Aside| match aside {
        Aside::Typing(chat) if is_side(actor, chat) => Some(("presence", chat.id.to_string())),
        _ => None,
    };
    live::stream(&ctx, last, |_| true, asides).await
}

/// What concerns the visitor, on a page that shows nothing of it.
pub(super) async fn notices(ctx: Ctx, headers: HeaderMap) -> Answer {
    let last = live::last_seen(&headers, &ctx.uri);
    live::stream(&ctx, last, |_| false, |_| None).await
}

/// Whether a chat is somebody's own: its customer's, or who answers it.
fn is_side(actor: Actor, chat: &Ticket) -> bool {
    let answers = chat.assignment.map(|assignment| assignment.agent);
    actor == Actor::Customer(chat.customer) || actor.staff().is_some() && actor.staff() == answers
}

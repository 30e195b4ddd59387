//! What changes while a page is open.

use axum::extract::Path;
use axum::http::HeaderMap;
use crcore_adapters::live::Told;

use super::{case, desk_reader};
use crate::web::ctx::Ctx;
use crate::web::fault::Answer;
use crate::web::live;

/// Every case that one may see, and who is at which.
pub(super) async fn queue(ctx: Ctx, headers: HeaderMap) -> Answer {
    desk_reader(&ctx)?;
    let asides = |told| match told {
        Told::Presence(ticket) => Some(("presence", ticket.to_string())),
        _ => None,
    };
    let last = live::last_seen(&headers, &ctx.uri);
    live::stream(&ctx, last, |_| true, asides).await
}

/// One case, and who is at it.
pub(super) async fn one(ctx: Ctx, Path(reference): Path<String>, headers: HeaderMap) -> Answer {
    let id = case::ticket(&ctx, &reference).await?.id;
    let asides = move |told| match told {
        Told::Presence(ticket) if ticket == id => Some(("presence", id.to_string())),
        _ => None,
    };
    let last = live::last_seen(&headers, &ctx.uri);
    live::stream(&ctx, last, move |event| event.ticket == id, asides).await
}

/// The rooms that one is in.
pub(super) async fn board(ctx: Ctx, headers: HeaderMap) -> Answer {
    desk_reader(&ctx)?;
    let asides = |told| match told {
        Told::Posted(room) => Some(("news", room.to_string())),
        _ => None,
    };
    let last = live::last_seen(&headers, &ctx.uri);
    live::stream(&ctx, last, |_| false, asides).await
}

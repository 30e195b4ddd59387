//! News for whoever is signed in: which of their tickets changed.

use axum::http::HeaderMap;
use crcore_adapters::live::Told;

use crate::web::ctx::Ctx;
use crate::web::fault::Answer;
use crate::web::live;

/// Everything that the visitor may see, as it happens.
pub(super) async fn me(ctx: Ctx, headers: HeaderMap) -> Answer {
    let last = live::last_seen(&headers, &ctx.uri);
    let asides = |told| match told {
        Told::Typing(chat) => Some(("presence", chat.to_string())),
        _ => None,
    };
    live::stream(&ctx, last, |_| true, asides).await
}

/// What concerns the visitor, on a page that shows nothing of it.
pub(super) async fn notices(ctx: Ctx, headers: HeaderMap) -> Answer {
    let last = live::last_seen(&headers, &ctx.uri);
    live::stream(&ctx, last, |_| false, |_| None).await
}

//! News for whoever is signed in: which of their tickets changed, and for customers a word on it.

use axum::http::HeaderMap;

use crate::web::ctx::Ctx;
use crate::web::fault::Answer;
use crate::web::live;

/// Everything that the visitor may see, as it happens.
pub(super) async fn me(ctx: Ctx, headers: HeaderMap) -> Answer {
    let last = live::last_seen(&headers, &ctx.uri);
    live::stream(&ctx.app, ctx.actor()?, last, |_| true).await
}

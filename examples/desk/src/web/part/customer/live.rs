//! News for whoever is signed in: which of their tickets changed, and for customers a word on it.

use axum::http::HeaderMap;

use crate::web::ctx::{Ctx, query_of};
use crate::web::fault::Answer;
use crate::web::live;

/// Everything that the visitor may see, as it happens.
pub(super) async fn me(ctx: Ctx, headers: HeaderMap) -> Answer {
    let last = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    let last = last
        .map(str::to_owned)
        .or_else(|| query_of(&ctx.uri, "last-event-id"));
    let last = last.and_then(|last| last.parse().ok());
    live::stream(&ctx.app, ctx.actor()?, last, |_| true).await
}

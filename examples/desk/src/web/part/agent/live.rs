//! What changes while a page is open.

use axum::extract::Path;
use axum::http::HeaderMap;
use crcore::access;

use super::{case, desk_reader};
use crate::web::ctx::Ctx;
use crate::web::fault::Answer;
use crate::web::live::{self, Aside};

/// Every case that one may see, and who is at which.
pub(super) async fn queue(ctx: Ctx, headers: HeaderMap) -> Answer {
    let (actor, me) = desk_reader(&ctx)?;
    let standing = match ctx.desk().agent(actor, me).await {
        Ok(standing) => Some(standing.agent),
        Err(crcore::Error::NotFound { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let visible = access::visible(actor, standing.as_ref());
    let asides = move |aside: &Aside| match aside {
        Aside::Presence(ticket) if visible.admits(ticket) => {
            Some(("presence", ticket.id.to_string()))
        }
        _ => None,
    };
    let last = live::last_seen(&headers, &ctx.uri);
    live::stream(&ctx, last, |_| true, asides).await
}

/// One case, and who is at it.
pub(super) async fn one(ctx: Ctx, Path(reference): Path<String>, headers: HeaderMap) -> Answer {
    let id = case::ticket(&ctx, &reference).await?.id;
    let asides = move |aside: &Aside| match aside {
        Aside::Presence(ticket) if ticket.id == id => Some(("presence", id.to_string())),
        _ => None,
    };
    let last = live::last_seen(&headers, &ctx.uri);
    live::stream(&ctx, last, move |event| event.ticket == id, asides).await
}

/// The rooms that one is in.
pub(super) async fn board(ctx: Ctx, headers: HeaderMap) -> Answer {
    let (actor, me) = desk_reader(&ctx)?;
    let rooms = ctx.desk().unread(actor).await?;
    let teams: std::collections::BTreeSet<_> = rooms
        .into_iter()
        .filter_map(|unread| match unread.room {
            crcore::desk::beside::Room::Team(queue) => Some(queue),
            crcore::desk::beside::Room::With(_) => None,
        })
        .collect();
    let asides = move |aside: &Aside| match aside {
        Aside::ToTeam(queue) if teams.contains(queue) => Some(("news", format!("team/{queue}"))),
        Aside::Between(one, other) if *one == me => Some(("news", format!("with/{other}"))),
        Aside::Between(one, other) if *other == me => Some(("news", format!("with/{one}"))),
        _ => None,
    };
    let last = live::last_seen(&headers, &ctx.uri);
    live::stream(&ctx, last, |_| false, asides).await
}

//! What happens at the desk: page by page, or as a stream that is taken up where it was cut.

use std::time::Duration;

use axum::Json;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::sse::Event as Sent;
use chrono::{DateTime, Utc};
use crcore::Actor;
use crcore::desk::Happened;
use crcore_adapters::live::Follower;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout_at};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::asked::{Asked, Program, limit};
use super::scope::Scope;
use super::ticket::{ActorBody, what};
use crate::web::fault::{Answer, Fault};
use crate::web::live;

/// How many events are looked at for a page unless said otherwise.
const USUAL: u32 = 100;
/// How many at most: what the desk reads at once.
const MOST: u32 = 1_000;
/// How long a stream lives. A token that was revoked hears no longer than this; everybody else takes the
/// stream up again where it ended.
const STREAM_LIFE: Duration = Duration::from_secs(15 * 60);

/// Where to go on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// `next` of the page before, or the id of the last event of a stream. A page begins with the first
    /// event there is unless said otherwise, a stream with the next one that happens.
    #[param(maximum = 9_223_372_036_854_775_807_u64)]
    after: Option<u64>,
    /// How many events are looked at for a page, 100 unless said otherwise.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub(crate) struct EventBody {
    /// Its place among all events: where a reader goes on.
    position: u64,
    /// Which: the same for ever, wherever it is told.
    id: Uuid,
    /// To which ticket.
    ticket: Uuid,
    /// Its place in the ticket's history, from 1 without a gap.
    seq: u64,
    at: DateTime<Utc>,
    by: ActorBody,
    /// What happened: `raised`, `replied`, `resolved`.
    what: String,
    /// What else is told of it: ids, codes, instants, never what somebody wrote. Read the thread for that.
    #[schema(value_type = Object)]
    details: serde_json::Value,
}

impl EventBody {
    fn of(happened: &Happened) -> Result<Self, Fault> {
        let event = &happened.event;
        let (what, details) = what(event)?;
        Ok(Self {
            position: happened.position,
            id: event.id.uuid(),
            ticket: event.ticket.uuid(),
            seq: event.seq,
            at: event.at,
            by: event.actor.into(),
            what,
            details,
        })
    }
}

/// A page of events.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventPage {
    items: Vec<EventBody>,
    /// Where to go on: `after` of the next request, also where nothing happened since.
    next: u64,
    /// Whether there may be more already.
    more: bool,
}

/// What happened
///
/// With `Accept: text/event-stream`, a stream (HTML, 9.2): each event has its position as its id, so that a
/// client which was cut off says `Last-Event-ID` and misses nothing. A stream ends after a quarter of an
/// hour; clients take it up again by themselves.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", operation_id = "list_events",
    params(Wanted, ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was seen")),
    security(("token" = ["events:read"])),
    responses((status = 200, description = "A page, or a stream.",
        content((EventPage = "application/json"), (String = "text/event-stream")))))]
pub(super) async fn list(program: Program, Asked(wanted): Asked<Wanted>) -> Answer {
    let actor = program.may(Scope::EventsRead)?;
    let limit = limit(wanted.limit, USUAL, MOST)?;
    // What every store can count to.
    if wanted
        .after
        .is_some_and(|after| i64::try_from(after).is_err())
    {
        return Err(Fault::invalid("after", "the position of an event"));
    }
    let accepts = program.headers.get(header::ACCEPT);
    if accepts.is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream")) {
        return stream(&program, actor, wanted.after).await;
    }
    let desk = program.ctx.desk();
    let since = desk
        .events_since(actor, wanted.after.unwrap_or(0), limit)
        .await?;
    let items = since.events.iter().map(EventBody::of);
    let body = EventPage {
        items: items.collect::<Result<_, _>>()?,
        next: since.next,
        more: since.more,
    };
    Ok(Json(body).into_response())
}

async fn stream(program: &Program, actor: Actor, after: Option<u64>) -> Answer {
    let app = &program.ctx.app;
    let seat = live::seat(app, &program.ctx.visitor)?;
    let after = match live::last_seen(&program.headers, &program.ctx.uri) {
        Some(id) => {
            let expected = || Fault::invalid("Last-Event-ID", "the id of an event of this stream");
            let id: u64 = id.parse().map_err(|_| expected())?;
            i64::try_from(id).map_err(|_| expected())?;
            Some(id)
        }
        None => after,
    };
    let follower = app.live.follow(seat, actor, after).await?;
    let until = Instant::now() + STREAM_LIFE;
    let events = stream::unfold(follower, move |mut follower| async move {
        let event = timeout_at(until, next(&mut follower)).await.ok()??;
        Some((event, follower))
    });
    Ok(live::sent(events))
}

/// The next event; none once the server stops. What went wrong is in the log; the client takes the stream up
/// where it ended.
async fn next(follower: &mut Follower) -> Option<Sent> {
    let happened = follower.next().await.map_err(Fault::from).ok()??;
    let body = EventBody::of(&happened).ok()?;
    let sent = Sent::default()
        .id(body.position.to_string())
        .event(&body.what);
    sent.json_data(&body).map_err(Fault::broken).ok()
}

//! What happens, as server-sent events for whoever looks on. A page that was away says what it saw last and is
//! told what it missed.

use std::convert::Infallible;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use crcore::{Code, Event as Happened};
use crcore_adapters::accounts::Hidden;
use crcore_adapters::live::{Seat, Told};
use futures_util::stream::{self, Stream, StreamExt as _};

use super::app::App;
use super::ctx::Ctx;
use super::fault::Fault;
use super::notice::Reader;
use super::visitor::Visitor;

/// How often a silent connection is kept alive; proxies close silent ones after a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(25);

/// A place for one more open connection.
pub(crate) fn seat(app: &App, visitor: &Visitor) -> Result<Seat, Fault> {
    let seat = app.live.seat(visitor.source, visitor.actor().is_some());
    seat.ok_or_else(|| {
        let mut fault = Fault::new(StatusCode::SERVICE_UNAVAILABLE, "try_again");
        fault.retry_after = Some(30);
        fault
    })
}

/// The last id that a page saw: what its browser says when the line was down, or its script in the address.
pub(crate) fn last_seen(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let header = headers.get("last-event-id");
    let header = header.and_then(|value| value.to_str().ok().map(str::to_owned));
    header.or_else(|| super::ctx::query_of(uri, "last-event-id"))
}

/// A stream of server-sent events for who is signed in, of the news that `news` picks among what they may see,
/// with a notice of what concerns them, and with what happens beside the tickets: `asides` says as which event
/// with which data it is told. `last` is the last id that the page saw. It ends with the session.
pub(crate) async fn stream(
    ctx: &Ctx,
    last: Option<String>,
    news: impl Fn(&Happened) -> bool + Send + 'static,
    asides: impl Fn(Told) -> Option<(&'static str, String)> + Send + 'static,
) -> Result<Response, Fault> {
    let (app, actor) = (&ctx.app, ctx.actor()?);
    let seat = seat(app, &ctx.visitor)?;
    let (accounts, session) = (app.accounts.clone(), Hidden::from(&*ctx.visitor.browser));
    let is_still = move || {
        let (accounts, session) = (accounts.clone(), session.clone());
        async move {
            let session = accounts.look(session.reveal()).await.ok().flatten();
            session.and_then(|session| session.actor()) == Some(actor)
        }
    };
    let listener = app.live.listen(seat, actor, last.as_deref(), is_still);
    let state = (listener.await?, Reader::of(ctx, actor), news, asides);
    let events = stream::unfold(state, |(mut listener, reader, news, asides)| async move {
        let events = match listener.next().await? {
            Told::Anew { mark } => vec![Event::default().event("anew").id(mark).data("all")],
            Told::News {
                mark,
                event,
                holder,
            } => {
                let notice = reader.notice(&event, holder).await;
                of_news(&event, mark, news(&event), notice)
            }
            aside => {
                let event = |(name, data)| Event::default().event(name).data(data);
                asides(aside).map(event).into_iter().collect()
            }
        };
        Some((events, (listener, reader, news, asides)))
    });
    Ok(sent(events.flat_map(stream::iter)))
}

/// A stream for anybody: that the line of a branch may have moved, and nothing else.
pub(crate) fn line(ctx: &Ctx, branch: Code) -> Result<Response, Fault> {
    let seat = seat(&ctx.app, &ctx.visitor)?;
    let listener = ctx.app.live.line(seat, branch.clone());
    // Browsers drop an event whose data is empty.
    let event = move |()| Event::default().event("news").data(branch.as_str());
    Ok(sent(listener.into_stream().map(event)))
}

/// Events as an answer that proxies do not gather.
pub(crate) fn sent(events: impl Stream<Item = Event> + Send + 'static) -> Response {
    let alive = KeepAlive::new().interval(KEEP_ALIVE);
    let events = events.map(Ok::<_, Infallible>);
    let mut response = Sse::new(events).keep_alive(alive).into_response();
    let no = HeaderValue::from_static("no");
    response.headers_mut().insert("x-accel-buffering", no);
    response
}

/// What a page is told of an event: that it happened, and a notice.
fn of_news(event: &Happened, id: String, is_wanted: bool, notice: Option<String>) -> Vec<Event> {
    let news = is_wanted.then(|| {
        Event::default()
            .event("news")
            .data(event.ticket.to_string())
    });
    let notice = notice.map(|notice| Event::default().event("notice").data(notice));
    let mut events: Vec<Event> = news.into_iter().chain(notice).collect();
    if let Some(first) = events.first_mut() {
        *first = std::mem::take(first).id(id);
    }
    events
}

//! What happens, told to whoever looks on: one pump reads the desk's news, and every open page is a
//! listener. A page that was away says what it saw last and is told what it missed.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, Uri};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, TimeDelta, Utc};
use crcore::desk::{News, Watcher};
use crcore::{AgentId, Code, Desk, Event as Happened, Ticket, in_full};
use crcore_adapters::accounts::Hidden;
use futures_util::stream::{self, Stream, StreamExt as _};
use tokio::sync::{broadcast, watch};

use super::app::App;
use super::ctx::Ctx;
use super::fault::Fault;
use super::notice::Reader;
use super::seats::{Seat, Seats};
use super::visitor::Visitor;

/// How many items a slow listener may lag behind before it is told to look anew.
const LAG_MAX: usize = 1_024;
/// How many items are read at once.
const BATCH: u32 = 500;
/// How many missed items a page is told one by one; beyond, it looks anew.
const CATCH_UP_MAX: u32 = 1_000;
/// How long the pump rests when there is nothing new: what people take for at once.
const REST: Duration = Duration::from_millis(250);
/// How often a silent connection is kept alive; proxies close silent ones after a minute.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(25);

/// How long a page goes on seeing what its person could see when it was opened.
const WATCHER_LIFE: TimeDelta = TimeDelta::seconds(60);
/// One source has at most one in so many of the live connections.
const SHARE: usize = 8;

/// What happens beside the history of tickets. Told to the pages of this process at once; those of others
/// look now and then.
#[derive(Clone)]
pub(crate) enum Aside {
    /// Somebody came to a ticket, left it or writes on it.
    Presence(Arc<Ticket>),
    /// Somebody began or stopped writing in a chat.
    Typing(Arc<Ticket>),
    /// Somebody spoke to those who serve a queue.
    ToTeam(Code),
    /// Somebody spoke to a colleague.
    Between(AgentId, AgentId),
}

/// The pump's end, held by the server.
pub(crate) struct Live {
    sender: broadcast::Sender<Arc<News>>,
    asides: broadcast::Sender<Aside>,
    seats: Arc<Seats>,
    over: watch::Sender<bool>,
}

impl Live {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            sender: broadcast::channel(LAG_MAX).0,
            asides: broadcast::channel(LAG_MAX).0,
            seats: Seats::new(max, SHARE),
            over: watch::Sender::new(false),
        }
    }

    /// Ends every open page's line: the server stops. Browsers come back by themselves, to another.
    pub(crate) fn end(&self) {
        self.over.send_replace(true);
    }

    /// Waits for [`Live::end`].
    pub(crate) fn over(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut over = self.over.subscribe();
        async move {
            let _ = over.wait_for(|over| *over).await;
        }
    }

    /// Open live connections.
    pub(crate) fn open(&self) -> usize {
        self.seats.count()
    }

    /// A place for one more open connection. A quarter is left to those who are known.
    pub(crate) fn seat(&self, visitor: &Visitor) -> Result<Seat, Fault> {
        let kept = match visitor.actor() {
            Some(_) => 0,
            None => self.seats.max() / 4,
        };
        if let Some(seat) = self.seats.take(visitor.source, kept) {
            return Ok(seat);
        }
        let mut fault = Fault::new(axum::http::StatusCode::SERVICE_UNAVAILABLE, "try_again");
        fault.retry_after = Some(30);
        Err(fault)
    }

    /// Tells what happened beside the tickets.
    pub(crate) fn tell(&self, aside: Aside) {
        // Nobody listens: then nobody has to hear.
        let _ = self.asides.send(aside);
    }

    /// A listener that hears everything from now on.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Arc<News>> {
        self.sender.subscribe()
    }
}

/// Reads news from now on until the server stops.
pub(crate) async fn pump(desk: Desk, sender: LiveSender) {
    let mut after = loop {
        match desk.position().await {
            Ok(position) => break position,
            Err(error) => tracing::warn!(error = in_full(&error), "the feed cannot be read"),
        }
        tokio::time::sleep(REST * 4).await;
    };
    loop {
        match desk.news(after, BATCH).await {
            Ok(news) if news.is_empty() => tokio::time::sleep(REST).await,
            Ok(news) => {
                for item in news {
                    after = item.position;
                    // Nobody listens: then nobody has to hear.
                    let _ = sender.0.send(Arc::new(item));
                }
            }
            Err(error) => {
                tracing::warn!(error = in_full(&error), "the feed cannot be read");
                tokio::time::sleep(REST * 4).await;
            }
        }
    }
}

/// Where the pump puts what it read.
pub(crate) struct LiveSender(broadcast::Sender<Arc<News>>);

impl Live {
    pub(crate) fn sender(&self) -> LiveSender {
        LiveSender(self.sender.clone())
    }
}

/// What a page is told: that something it shows is not as it was. What, it asks for.
enum Told {
    News(Arc<News>),
    Aside(Aside),
    /// Too much to tell one by one.
    Anew(u64),
}

/// What a page wants to hear of.
struct Wanted<N, A> {
    news: N,
    /// The name of the event and its data.
    asides: A,
}

/// The last id that a page saw: what its browser says when the line was down, or its script in the address.
pub(crate) fn last_seen(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let header = headers.get("last-event-id");
    let header = header.and_then(|value| value.to_str().ok().map(str::to_owned));
    header.or_else(|| super::ctx::query_of(uri, "last-event-id"))
}

/// A stream of server-sent events for who is signed in, of the news that `news` picks among what they may see,
/// with a notice of what concerns them, and with what happens beside the tickets: `asides` says for whom that is,
/// and as which event with which data it is told. `last` is the last id that the page saw. It ends with the session.
pub(crate) async fn stream(
    ctx: &Ctx,
    last: Option<String>,
    news: impl Fn(&Happened) -> bool + Send + Sync + 'static,
    asides: impl Fn(&Aside) -> Option<(&'static str, String)> + Send + Sync + 'static,
) -> Result<Response, Fault> {
    let (app, actor) = (&ctx.app, ctx.actor()?);
    let seat = app.live.seat(&ctx.visitor)?;
    let watcher = app.desk.watcher(actor).await?;
    // First listen, then look at what was missed: nothing falls in between, and what comes twice
    // is known by its position.
    let receivers = (app.live.listen(), app.live.asides.subscribe());
    let (missed, seen) = missed(&app.desk, &watcher, last).await?;
    let later = stream::unfold(
        (receivers, seen),
        |((mut news, mut asides), seen)| async move {
            loop {
                let told = tokio::select! {
                    item = news.recv() => match item {
                        Ok(item) if item.position <= seen => continue,
                        Ok(item) => {
                            let position = item.position;
                            return Some((Told::News(item), ((news, asides), position)));
                        }
                        Err(broadcast::error::RecvError::Lagged(_)) => Told::Anew(seen),
                        Err(broadcast::error::RecvError::Closed) => return None,
                    },
                    aside = asides.recv() => match aside {
                        Ok(aside) => Told::Aside(aside),
                        Err(broadcast::error::RecvError::Lagged(_)) => Told::Anew(seen),
                        Err(broadcast::error::RecvError::Closed) => return None,
                    },
                };
                return Some((told, ((news, asides), seen)));
            }
        },
    );
    let told = stream::iter(missed).chain(later);
    let fresh = Fresh {
        app: app.clone(),
        session: Hidden::from(&*ctx.visitor.browser),
        watcher,
        reader: Reader::of(ctx, actor),
        since: app.clock.now(),
    };
    let told = told.take_until(app.live.over());
    Ok(answer(told, fresh, Wanted { news, asides }, seat))
}

/// A stream for anybody: that the line of a branch may have moved, and nothing else.
pub(crate) fn line(ctx: &Ctx, branch: Code) -> Result<Response, Fault> {
    let app = &ctx.app;
    let seat = app.live.seat(&ctx.visitor)?;
    let state = (app.live.listen(), branch, seat);
    let events = stream::unfold(state, |(mut news, branch, seat)| async move {
        loop {
            let name = match news.recv().await {
                Ok(item) if item.line() == Some(&branch) => "news",
                Ok(_) => continue,
                Err(broadcast::error::RecvError::Lagged(_)) => "anew",
                Err(broadcast::error::RecvError::Closed) => return None,
            };
            // Browsers drop an event whose data is empty.
            let event = Event::default().event(name).data(branch.as_str());
            return Some((Ok::<_, Infallible>(event), (news, branch, seat)));
        }
    });
    Ok(sent(events.take_until(app.live.over())))
}

/// Events as an answer that proxies do not gather.
fn sent(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    let alive = KeepAlive::new().interval(KEEP_ALIVE);
    let mut response = Sse::new(events).keep_alive(alive).into_response();
    let no = axum::http::HeaderValue::from_static("no");
    response.headers_mut().insert("x-accel-buffering", no);
    response
}

/// A watcher that is made anew as it gets old, while its session lasts.
struct Fresh {
    app: App,
    session: Hidden,
    watcher: Watcher,
    reader: Reader,
    since: DateTime<Utc>,
}

impl Fresh {
    /// None where the session is over or somebody else's, and where that cannot be told: the page asks again.
    async fn watcher(&mut self) -> Option<&Watcher> {
        let (app, now) = (&self.app, self.app.clock.now());
        if now - self.since >= WATCHER_LIFE {
            let actor = self.watcher.actor();
            let session = app.accounts.look(self.session.reveal()).await.ok()??;
            if session.actor() != Some(actor) {
                return None;
            }
            (self.watcher, self.since) = (app.desk.watcher(actor).await.ok()?, now);
        }
        Some(&self.watcher)
    }
}

/// What a page missed since its mark; one whose mark means nothing looks anew.
async fn missed(
    desk: &Desk,
    watcher: &Watcher,
    last: Option<String>,
) -> Result<(Vec<Told>, u64), Fault> {
    let Some(mark) = last else {
        return Ok((Vec::new(), 0));
    };
    let Some(last) = watcher.position(&mark) else {
        let now = desk.position().await?;
        return Ok((vec![Told::Anew(now)], now));
    };
    let news = desk.news(last, CATCH_UP_MAX).await?;
    let seen = news.last().map_or(last, |item| item.position);
    if news.len() == CATCH_UP_MAX as usize {
        return Ok((vec![Told::Anew(seen)], seen));
    }
    let told = news.into_iter().map(|item| Told::News(Arc::new(item)));
    Ok((told.collect(), seen))
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

fn answer(
    told: impl Stream<Item = Told> + Send + 'static,
    fresh: Fresh,
    wanted: Wanted<
        impl Fn(&Happened) -> bool + Send + Sync + 'static,
        impl Fn(&Aside) -> Option<(&'static str, String)> + Send + Sync + 'static,
    >,
    seat: Seat,
) -> Response {
    let told = Box::pin(told);
    let state = (told, fresh, wanted, seat);
    let events = stream::unfold(state, |(mut told, mut fresh, wanted, seat)| async move {
        let told_now = told.next().await?;
        let watcher = fresh.watcher().await?;
        let events = match told_now {
            Told::Anew(position) => {
                let id = watcher.mark(position);
                vec![Event::default().event("anew").id(id).data("all")]
            }
            Told::News(news) => match watcher.sees(&news) {
                Some(event) => {
                    let id = watcher.mark(news.position);
                    let notice = fresh.reader.notice(&event, news.holder()).await;
                    of_news(&event, id, (wanted.news)(&event), notice)
                }
                None => Vec::new(),
            },
            Told::Aside(aside) => {
                let said = (wanted.asides)(&aside);
                let event = |(name, data)| Event::default().event(name).data(data);
                said.map(event).into_iter().collect()
            }
        };
        Some((events, (told, fresh, wanted, seat)))
    });
    let events = events.flat_map(|events| stream::iter(events.into_iter().map(Ok)));
    sent(events)
}

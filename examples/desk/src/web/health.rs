//! What whoever runs the desk can see: logs, metrics, and whether it is alive and ready. Nothing here
//! names a person: routes are told by their pattern, tickets not at all.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use crcore::{Error, Moment, Ticked, in_full};
use data_encoding::HEXLOWER;
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tracing::Span;

use super::app::App;
use crate::failure::{Failure, Result};

/// A desk whose last tick is older does not do what falls due: deadlines, mail.
const TICK_LATE: Duration = Duration::from_secs(60);
/// Seconds by which answers are sorted: from a page in memory to the longest that a request may take.
const BUCKETS: [f64; 12] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// The header by which a request is known to proxies, to the log and to whoever asks what became of it.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that is taken over from a proxy: a trace id and what is hung on to it.
const REQUEST_ID_MAX: usize = 128;

/// When the desk last ticked.
pub(crate) struct Pulse(Mutex<Instant>);

impl Default for Pulse {
    /// As if just now: a desk has a minute to begin.
    fn default() -> Self {
        Self(Mutex::new(Instant::now()))
    }
}

impl Pulse {
    /// The desk ticked at this instant.
    pub(crate) fn beat(&self, at: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    fn is_late(&self) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.elapsed() > TICK_LATE
    }
}

/// What counts, with the buckets of its histogram.
pub(crate) fn recorder() -> Result<PrometheusBuilder> {
    let seconds = Matcher::Full("crdesk_request_seconds".to_owned());
    PrometheusBuilder::new()
        .set_buckets_for_metric(seconds, &BUCKETS)
        .map_err(Failure::failed)
}

/// Notes a tick and what it did.
pub(crate) fn ticked(app: &App, ticked: &std::result::Result<Ticked, Error>) {
    let count = |outcome: &'static str| counter!("crdesk_ticks_total", "outcome" => outcome);
    let notices = |outcome: &'static str| counter!("crdesk_notices_total", "outcome" => outcome);
    match ticked {
        Ok(done) => {
            app.pulse.beat(Instant::now());
            count("done").increment(1);
            notices("sent").increment(done.delivered.into());
            notices("postponed").increment(done.postponed.into());
            notices("dead").increment(done.dead.into());
        }
        Err(error) => {
            count("failed").increment(1);
            tracing::warn!(error = in_full(&error), "the desk could not tick");
        }
    }
}

/// `/health/live` and `/health/ready`, for whoever sends people here.
pub(crate) fn routes(app: &App) -> Router {
    Router::new()
        .route("/health/live", get(|| async { "alive\n" }))
        .route("/health/ready", get(ready))
        .with_state(app.clone())
}

/// The same and `/metrics`: how much a bank is asked, and how often somebody guesses at passwords, is for those
/// who run it.
pub(crate) fn routes_apart(app: &App) -> Router {
    let metrics = Router::new().route("/metrics", get(metrics));
    routes(app).merge(metrics.with_state(app.clone()))
}

/// Ready where the store answers and the desk ticks.
async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.store.head().await {
        Ok(_) if app.pulse.is_late() => {
            tracing::warn!("not ready: no tick for a minute");
            (StatusCode::SERVICE_UNAVAILABLE, "the desk does not tick\n")
        }
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(error = in_full(&error), "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the store does not answer\n",
            )
        }
    }
}

/// The text format of Prometheus.
async fn metrics(State(app): State<App>) -> String {
    gauge!("crdesk_live_connections").set(app.live.open() as f64);
    counter!("crdesk_hashes_total").absolute(app.accounts.hashes_computed());
    counter!("crdesk_letters_lost_total").absolute(app.accounts.letters_lost());
    app.metrics.render()
}

fn pattern(request: &Request) -> &str {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or("none", MatchedPath::as_str)
}

/// A method by its name; what no browser sends is all one, or whoever calls could fill the memory with names.
fn method(request: &Request) -> &'static str {
    match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Gives each request an id, that of the proxy in front where it gave one, and tells it in the answer.
pub(crate) async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let given = request.headers_mut().remove(REQUEST_ID);
    let Some(id) = given.filter(is_id).or_else(|| fresh_id(&app)) else {
        return next.run(request).await;
    };
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let mut response = next.run(request).await;
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// Letters, digits and what joins them: nothing that could be another line of the log, or an address.
fn is_id(value: &HeaderValue) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    let bytes = value.as_bytes();
    (1..=REQUEST_ID_MAX).contains(&bytes.len()) && bytes.iter().all(plain)
}

fn fresh_id(app: &App) -> Option<HeaderValue> {
    let chance = Moment::of(&*app.clock).ok()?.bytes();
    HEXLOWER.encode(&chance[..16]).parse().ok()
}

/// A request's span: method, pattern and its own id, never an address as it was typed.
pub(crate) fn span(request: &Request) -> Span {
    let id = request.headers().get(REQUEST_ID);
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!(
        "request",
        method = method(request),
        route = pattern(request),
        id
    )
}

/// Counts and times requests by pattern and status.
pub(crate) async fn measure(request: Request, next: Next) -> Response {
    let (method, route) = (method(&request), pattern(&request).to_owned());
    let begun = Instant::now();
    let response = next.run(request).await;
    let labels = [
        ("method", method.to_owned()),
        ("route", route),
        ("status", response.status().as_u16().to_string()),
    ];
    counter!("crdesk_requests_total", &labels).increment(1);
    histogram!("crdesk_request_seconds", &labels).record(begun.elapsed().as_secs_f64());
    response
}

/// Sends the log where the settings say, as lines for people or as JSON for programs.
pub(crate) fn log(settings: &super::settings::Settings) {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_new(&settings.watch.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Somebody else's subscriber, as in a test, stays.
    let _ = if settings.watch.json {
        lines.json().try_init()
    } else {
        lines.with_target(false).try_init()
    };
}

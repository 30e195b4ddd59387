//! What whoever runs the desk can see: logs, metrics, and whether it is alive and ready. Nothing here
//! names a person: routes are told by their pattern, tickets not at all.

use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use tracing::Span;

use super::app::App;

/// `/health/live`, `/health/ready` and `/metrics`.
pub(crate) fn routes(app: &App) -> Router {
    Router::new()
        .route("/health/live", get(|| async { "alive\n" }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(app.clone())
}

/// Ready once the store answers.
async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.store.head().await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the store does not answer\n",
            )
        }
    }
}

/// The text format of Prometheus.
async fn metrics(State(app): State<App>) -> String {
    metrics::gauge!("crdesk_live_connections").set(app.live.open() as f64);
    app.metrics.render()
}

fn pattern(request: &Request) -> &str {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or("none", MatchedPath::as_str)
}

/// A request's span: method, pattern and its own id, never an address as it was typed.
pub(crate) fn span(request: &Request) -> Span {
    tracing::info_span!("request", method = %request.method(), route = pattern(request))
}

/// Counts and times requests by pattern and status.
pub(crate) async fn measure(request: Request, next: Next) -> Response {
    let (method, route) = (request.method().to_string(), pattern(&request).to_owned());
    let begun = Instant::now();
    let response = next.run(request).await;
    let labels = [
        ("method", method),
        ("route", route),
        ("status", response.status().as_u16().to_string()),
    ];
    metrics::counter!("crdesk_requests_total", &labels).increment(1);
    metrics::histogram!("crdesk_request_seconds", &labels).record(begun.elapsed().as_secs_f64());
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

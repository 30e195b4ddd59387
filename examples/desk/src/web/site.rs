//! The whole site: every route with whose it is, and what holds for all of them.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use crcore_adapters::live::Seats;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::{DefaultOnResponse, TraceLayer};

use super::app::App;
use super::form::{FILES_MAX, FORM_MAX};
use super::route::{Route, Routes};
use super::{guard, health, part, visitor};

/// Every route, in the order of the table.
pub(crate) fn routes(app: App) -> (Router<App>, Vec<Route>) {
    Routes::new(app)
        .with(part::home::routes)
        .with(part::customer::routes)
        .with(part::info::routes)
        .with(part::counter::routes)
        .with(part::chat::routes)
        .with(super::drafts::routes)
        .with(part::account::routes)
        .with(part::agent::routes)
        .with(part::dev::routes)
        .with(part::admin::routes)
        .with(super::api::routes)
        .finish()
}

/// The site, ready to be served.
pub(crate) fn site(app: &App) -> Router {
    let limits = app.settings.limits;
    let body = FORM_MAX + FILES_MAX * app.settings.files.max_bytes;
    let seats = Seats::new(limits.at_once, guard::SHARE);
    let (pages, _) = routes(app.clone());
    let pages = pages
        .fallback(|| async { super::fault::Fault::not_found() })
        .layer(from_fn_with_state(app.clone(), guard::same_origin))
        .layer(DefaultBodyLimit::max(body))
        .layer(TimeoutLayer::with_status_code(
            axum::http::StatusCode::REQUEST_TIMEOUT,
            Duration::from_secs(limits.seconds),
        ))
        .layer(from_fn_with_state(seats, guard::at_once))
        .layer(from_fn_with_state(app.clone(), visitor::visit))
        .layer(from_fn_with_state(app.clone(), guard::rate))
        .layer(CompressionLayer::new());
    let site = pages
        .with_state(app.clone())
        .merge(super::open::assets(app));
    let site = site.layer(from_fn_with_state(app.clone(), guard::headers));
    let site = match app.settings.watch.listen {
        Some(_) => site,
        None if app.settings.demo => site.merge(health::routes_apart(app)),
        None => site.merge(health::routes(app)),
    };
    site.layer(CatchPanicLayer::custom(|_| {
        axum::response::IntoResponse::into_response(super::fault::Fault::broken(
            "a handler panicked",
        ))
    }))
    .layer(
        TraceLayer::new_for_http()
            .make_span_with(health::span)
            .on_response(DefaultOnResponse::new().level(tracing::Level::INFO)),
    )
    .layer(axum::middleware::from_fn(health::measure))
    .layer(from_fn_with_state(app.clone(), health::identify))
}

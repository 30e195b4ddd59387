//! The server: opens the desk, ticks it, answers requests, and stops when it is told to.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crcore::{Rules, Store, in_full};
use crcore_adapters::{Worker, WorkerOptions};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::app::App;
use super::part::admin::keep_counting;
use super::settings::Settings;
use super::{health, listen, site, visits};
use crate::failure::{Failure, Result};

/// How long requests that are under way may take once the server is told to stop.
const STOP_WITHIN: Duration = Duration::from_secs(10);
/// How often what nobody needs any more is forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// Everything but the listener.
pub(crate) async fn app(settings: Settings, store: Arc<dyn Store>, rules: Rules) -> Result<App> {
    let metrics = health::recorder()?
        .install_recorder()
        .map_err(Failure::failed)?;
    App::open(settings, store, rules, metrics).await
}

/// A server that listens.
pub(crate) struct Server {
    pub(crate) app: App,
    listener: TcpListener,
}

impl Server {
    /// Opens the desk and listens.
    pub(crate) async fn open(
        mut settings: Settings,
        store: Arc<dyn Store>,
        rules: Rules,
    ) -> Result<Self> {
        settings.check()?;
        let listener = TcpListener::bind(settings.listen).await;
        let listener = listener.map_err(|e| {
            Failure::failed(format!("cannot listen at {}: {e}", settings.listen))
                .todo("set another address as CRDESK_LISTEN")
        })?;
        if settings.demo {
            let address = listener.local_addr().map_err(Failure::failed)?;
            settings.public_url = format!("http://{address}");
        }
        let app = app(settings, store, rules).await?;
        Ok(Self { app, listener })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> Result<SocketAddr> {
        self.listener.local_addr().map_err(Failure::failed)
    }

    /// Serves until the process is told to stop.
    pub(crate) async fn run(self) -> Result<()> {
        let Self { app, listener } = self;
        let (stop, stopped) = watch::channel(false);
        let failed = |error: &crcore::Error| {
            tracing::warn!(error = in_full(error), "the feed cannot be read")
        };
        app.live.start(failed).await.map_err(Failure::failed)?;
        let ticking = app.clone();
        let told = move |ticked: &_| health::ticked(&ticking, ticked);
        let worker = Worker::start(app.desk.clone(), WorkerOptions::default(), told);
        let forget = tokio::spawn(forget(app.clone()));
        let counting = tokio::spawn(keep_counting(app.clone()));
        let visits = tokio::spawn(visits::keep_counting(app.clone(), stopped.clone()));
        let apart = app.settings.watch.listen;
        let inner =
            apart.map(|address| tokio::spawn(watch_apart(app.clone(), address, stopped.clone())));
        let limits = app.settings.limits;
        let serving = listen::serve(listener, site::site(&app), limits, stopped);
        let mut serving = tokio::spawn(serving);
        signal().await?;
        tracing::info!("stopping");
        let _ = stop.send(true);
        forget.abort();
        counting.abort();
        // Live pages never end by themselves; what is under way otherwise has its time.
        app.live.end();
        let ended = async {
            let _ = (&mut serving).await;
            worker.stop().await;
            // A code that was asked for is in no store: it goes out now or never.
            app.accounts.flush().await;
            let _ = visits.await;
            app.visits.count(&app.desk).await;
        };
        if tokio::time::timeout(STOP_WITHIN, ended).await.is_err() {
            tracing::warn!("what took too long was cut off");
            serving.abort();
        }
        if let Some(inner) = inner {
            inner.abort();
        }
        Ok(())
    }
}

async fn forget(app: App) {
    loop {
        tokio::time::sleep(FORGET_EVERY).await;
        app.rates.forget();
    }
}

/// Health and metrics, where the world does not look.
async fn watch_apart(app: App, address: SocketAddr, mut stopped: watch::Receiver<bool>) {
    let listener = match TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(%error, "cannot listen for health and metrics");
            return;
        }
    };
    let told = async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let served = axum::serve(listener, health::routes_apart(&app)).with_graceful_shutdown(told);
    if let Err(error) = served.await {
        tracing::error!(%error, "health and metrics stopped");
    }
}

/// Returns once the process is told to stop.
async fn signal() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::failed)?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Failure::failed)?,
    }
    Ok(())
}

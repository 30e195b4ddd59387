//! Connections: how many there are at once, how slow a caller may be, and how they end.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tower::ServiceExt as _;

use super::settings::Limits;

/// How long nothing is accepted once the system has no room for another connection: what is there ends
/// meanwhile.
const NO_ROOM: Duration = Duration::from_millis(200);
/// How often a silent HTTP/2 connection is asked whether somebody is there.
const ASK_EVERY: Duration = Duration::from_secs(60);
/// How many requests one HTTP/2 connection may have under way: a page with all it needs, several times.
const STREAMS_MAX: u32 = 100;

/// Serves until it is told to stop, then lets what is under way end.
pub(super) async fn serve(
    listener: TcpListener,
    site: Router,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    let seats = Arc::new(Semaphore::new(limits.connections));
    let mut open = JoinSet::new();
    loop {
        // Who finds no seat waits where the system keeps those who knock.
        let accepted = tokio::select! {
            () = told(&mut stopped) => break,
            accepted = accept(&listener, &seats) => accepted,
        };
        let Some((line, peer, seat)) = accepted else {
            sleep(NO_ROOM).await;
            continue;
        };
        let connection = Connection {
            site: site.clone(),
            peer,
            patience: Duration::from_secs(limits.header_seconds),
            stopped: stopped.clone(),
        };
        open.spawn(connection.serve(line, seat));
        while open.try_join_next().is_some() {}
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

async fn accept(
    listener: &TcpListener,
    seats: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let seat = Arc::clone(seats).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((line, peer)) => Some((line, peer, seat)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be taken");
            None
        }
    }
}

async fn told(stopped: &mut watch::Receiver<bool>) {
    // Without a sender the server is gone.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// One caller's line.
struct Connection {
    site: Router,
    peer: SocketAddr,
    /// How long the head of a request may take, and the silence before it.
    patience: Duration,
    stopped: watch::Receiver<bool>,
}

impl Connection {
    /// HTTP/1.1 with several requests one after the other, or HTTP/2 from the first byte, as a proxy may
    /// speak it.
    async fn serve(self, line: TcpStream, _seat: OwnedSemaphorePermit) {
        let Self {
            site,
            peer,
            patience,
            mut stopped,
        } = self;
        let _ = line.set_nodelay(true);
        let asked = Arc::new(AtomicBool::new(false));
        let first = Arc::clone(&asked);
        let ours = move |mut request: hyper::Request<Incoming>| -> Request {
            first.store(true, Ordering::Relaxed);
            request.extensions_mut().insert(ConnectInfo(peer));
            request.map(Body::new)
        };
        let service = TowerToHyperService::new(site.map_request(ours));
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(patience);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS_MAX)
            .keep_alive_interval(ASK_EVERY)
            .keep_alive_timeout(patience);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(line), service));
        // Before the first bytes say which HTTP it is, nobody else looks at the clock.
        let mut silence = pin!(sleep(patience));
        let mut told = pin!(told(&mut stopped));
        let (mut looked, mut ending) = (false, false);
        loop {
            tokio::select! {
                // That a caller went away is no fault of ours.
                _ = connection.as_mut() => break,
                () = &mut silence, if !looked => {
                    looked = true;
                    if !asked.load(Ordering::Relaxed) {
                        break;
                    }
                }
                () = &mut told, if !ending => {
                    ending = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

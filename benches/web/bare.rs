//! The floor of the web desk's figures: one route that answers with a few words, by the same framework.

#![expect(clippy::print_stdout, reason = "its address is all that it says")]

use axum::Router;
use axum::routing::get;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, Router::new().route("/", get(|| async { "ok" }))).await
}

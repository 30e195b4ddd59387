//! What everybody may have: styles, scripts, pictures, from inside the binary.

use std::collections::HashMap;

use axum::Router;

use super::app::App;

/// The assets under their addresses; those with a hash in their name never change and are kept for good.
pub(crate) fn assets(_app: &App) -> Router {
    Router::new().nest("/assets", served().into_router())
}

/// Under which address each asset is served, by its name.
pub(crate) fn addresses() -> HashMap<String, String> {
    let manifest = served().manifest();
    let within = |(name, address): (&str, &str)| (name.to_owned(), format!("/assets{address}"));
    manifest.iter().map(within).collect()
}

fn served() -> memory_serve::MemoryServe {
    memory_serve::load!()
        .index_file(None)
        .enable_hashed_routes(true)
}

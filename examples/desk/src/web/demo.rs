//! A bank to try things on: made on the spot, with nothing to set up and nothing to lose.

use crcore::{Clock as _, Rules, Store, SystemClock};
use data_encoding::HEXLOWER;

use super::serve::Server;
use super::settings::Settings;
use crate::cli::Demo;
use crate::failure::{Failure, Result};
use crate::store::Address;

/// The demo bank's rules.
pub(crate) const RULES: &str = include_str!("../../policy/demo-rules.json");

/// The shelf on which a demo bank says that it is one.
const SHELF: &str = "demo";

/// Refuses a store that holds a demo bank: its accounts are no secret.
pub(crate) async fn refuse(store: &dyn Store) -> Result<()> {
    let mark = store.record(SHELF, "bank").await?;
    if mark.is_none() {
        return Ok(());
    }
    Err(
        Failure::asked("the store holds a demo bank, whose accounts were printed on a screen")
            .todo("name another store as CRDESK_STORE"),
    )
}

/// Makes a demo bank, or opens the one that is there, and serves it.
pub(crate) async fn demo(asked: Demo) -> Result<()> {
    if asked.store.file().is_none_or(|file| !file.exists()) && asked.store != Address::Memory {
        asked.store.migrate().await?;
    }
    let settings = settings(&asked)?;
    super::health::log(&settings);
    let tenant = settings.tenant.parse();
    let tenant = tenant.map_err(|e| Failure::asked(format!("tenant: {e}")))?;
    let store = asked.store.open(&tenant).await?;
    let rules = Rules::from_json(RULES).map_err(Failure::failed)?;
    let server = Server::open(settings, store, rules).await?;
    crate::say(format_args!("  portal  http://{}/\n", server.address()?))?;
    server.run().await
}

/// What a demo needs no file for. Its secrets are fresh: nobody stays logged in over a new start.
fn settings(asked: &Demo) -> Result<Settings> {
    let chance = SystemClock.random().map_err(Failure::failed)?;
    let mut settings = Settings::read(None)?;
    settings.demo = true;
    settings.listen = asked.listen;
    settings.public_url = format!("http://{}", asked.listen);
    settings.secrets = vec![HEXLOWER.encode(&chance).into()];
    settings.watch.json = false;
    settings.watch.log = "warn".to_owned();
    Ok(settings)
}

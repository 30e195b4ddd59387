//! A bank to try things on: made on the spot, with nothing to set up and nothing to lose.
//!
//! A demo listens on this machine alone. Its mail is shown on a page, and so are the codes of its staff's
//! authenticator apps; so its store is marked, and a real desk refuses it. Pass phrases are drawn anew at
//! every start and printed once.

mod beside;
mod cases;
mod keys;
mod ledger;
mod make;
mod people;
#[cfg(test)]
mod tests;
mod today;
mod words;

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use crcore::store::Changes;
use crcore::{Code, MemoryLedger, Moment, Rules, Shelf, Store, SystemClock};
use data_encoding::HEXLOWER;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::serve::Server;
use super::settings::Settings;
use crate::cli::Demo;
use crate::failure::{Failure, Result};

use keys::Apps;

/// What a demo has in place of what a bank has around its desk.
#[derive(Clone, Default)]
pub(crate) struct Props {
    /// The authenticator apps in its staff's pockets.
    pub(crate) apps: Apps,
    /// What its customers paid.
    pub(crate) ledger: MemoryLedger,
}

/// The demo bank's rules.
pub(crate) const RULES: &str = include_str!("../../../policy/demo-rules.json");
/// What the demo bank offers.
pub(crate) const CATALOGUE: &str = include_str!("../../../policy/demo-catalogue.json");
/// Whose rows a demo bank's are.
const TENANT: &str = "demo";

/// The shelf on which a demo bank says that it is one, under [`KEY`].
const MARKS: Shelf<Mark> = Shelf::new("demo");
const KEY: &str = "bank";

/// What a demo bank says of itself.
#[derive(Serialize, Deserialize)]
struct Mark {
    /// When it was begun.
    since: DateTime<Utc>,
    /// Whether all of it was made.
    whole: bool,
    /// Signs its links and forms, from one start to the next. A demo's, and nobody else's.
    secret: String,
}

/// Refuses a store that holds a demo bank: its accounts are no secret.
pub(crate) async fn refuse(store: &dyn Store) -> Result<()> {
    let mark = store.record(MARKS.name(), KEY).await?;
    if mark.is_none() {
        return Ok(());
    }
    Err(
        Failure::asked("the store holds a demo bank, whose pass phrases were printed on a screen")
            .todo("name another store as CRDESK_STORE"),
    )
}

/// Makes a demo bank, or opens the one that is there, and serves it.
pub(crate) async fn demo(asked: Demo) -> Result<()> {
    if !asked.listen.ip().is_loopback() {
        return Err(Failure::asked(format!(
            "a demo listens on this machine alone, got {}",
            asked.listen
        ))
        .todo("use 127.0.0.1, or `crdesk serve` for a desk that others reach"));
    }
    let store = open(&asked).await?;
    let made = made(&store, asked.cases).await?;
    let settings = settings(&asked, &made.mark)?;
    super::health::log(&settings);
    let server = Server::open(settings, store, rules()?).await?;
    ledger::fill(&server.app).await?;
    let keys = keys::renew(&server.app).await?;
    let said = said(&asked, &made, &server, &keys)?;
    crate::say(said)?;
    server.run().await
}

async fn open(asked: &Demo) -> Result<Arc<dyn Store>> {
    let tenant: Code = TENANT.parse().map_err(Failure::failed)?;
    if asked.store != crate::store::Address::Memory {
        asked.store.migrate().await?;
    }
    asked.store.open(&tenant).await
}

/// A demo bank, and whether it was made just now.
pub(super) struct Made {
    mark: Mark,
    fresh: bool,
    tally: make::Tally,
}

/// The bank that the store holds, made if there is none.
pub(super) async fn made(store: &Arc<dyn Store>, cases: usize) -> Result<Made> {
    let clock = SystemClock;
    if let Some(kept) = store.record(MARKS.name(), KEY).await? {
        let mark = MARKS.read(kept).map_err(Failure::failed)?.value;
        if !mark.whole {
            return Err(
                Failure::asked("the demo bank in this store was never finished")
                    .todo("delete the file, or name another store with --store"),
            );
        }
        let tally = make::tally(store).await?;
        return Ok(Made {
            mark,
            fresh: false,
            tally,
        });
    }
    if store.head().await?.position > 0 {
        return Err(
            Failure::asked("the store holds a desk that is no demo: it stays as it is")
                .todo("name another store with --store"),
        );
    }
    let mut moment = Moment::of(&clock).map_err(Failure::failed)?;
    let mut mark = Mark {
        since: moment.now(),
        whole: false,
        secret: HEXLOWER.encode(&moment.bytes()),
    };
    keep(store, &mark, 0).await?;
    make::bank(store, &mark.secret, cases, moment.now()).await?;
    mark.whole = true;
    keep(store, &mark, 1).await?;
    let tally = make::tally(store).await?;
    Ok(Made {
        mark,
        fresh: true,
        tally,
    })
}

async fn keep(store: &Arc<dyn Store>, mark: &Mark, from: u64) -> Result<()> {
    let records = vec![
        MARKS
            .put(KEY, Some(from), mark, None)
            .map_err(Failure::failed)?,
    ];
    let changes = Changes {
        records,
        ..Changes::default()
    };
    for answer in store.commit(&[changes]).await {
        answer?;
    }
    Ok(())
}

/// The rules that ship for a demo.
pub(super) fn rules() -> Result<Rules> {
    Rules::from_json(RULES).map_err(Failure::failed)
}

/// What is set in the environment, mail for one, and over it what makes a demo.
fn settings(asked: &Demo, mark: &Mark) -> Result<Settings> {
    let mut settings = Settings::read(None)?;
    settings.demo = true;
    settings.watch.json = false;
    if settings.watch.log == Settings::default().watch.log {
        settings.watch.log = "warn".to_owned();
    }
    settings.listen = asked.listen;
    settings.secrets = vec![SecretString::from(mark.secret.clone())];
    if settings.files.place == Settings::default().files.place {
        settings.files.place = files(asked).display().to_string();
    }
    Ok(settings)
}

/// The folder of the demo's attachments, beside its file.
fn files(asked: &Demo) -> PathBuf {
    let beside = asked.store.file().map(std::path::Path::to_owned);
    let mut name = beside
        .unwrap_or_else(|| "crdesk-demo".into())
        .into_os_string();
    name.push(".files");
    name.into()
}

fn said(asked: &Demo, made: &Made, server: &Server, keys: &keys::Keys) -> Result<String> {
    let at = format!("http://{}", server.address()?);
    let tally = made.tally;
    let what = format!(
        "{} branches, {} staff, {} customers with accounts, {} cases",
        tally.branches, tally.staff, tally.customers, tally.cases
    );
    let store = &asked.store;
    let mut text = match (made.fresh, store.file()) {
        (true, Some(_)) => {
            format!("demo bank ready: {what} in {store} (delete the file to start over)\n")
        }
        (true, None) => format!("demo bank ready: {what} in {store}\n"),
        (false, _) => format!(
            "demo bank opened: {what} in {store}\nIts pass phrases and authenticator apps are new:\n"
        ),
    };
    let rows = [
        ("portal", "/", &keys.customer),
        ("desk", "/desk", &keys.agent),
        ("admin", "/admin", &keys.admin),
    ];
    for (name, path, key) in rows {
        let address = format!("{at}{path}");
        text += &format!(
            "  {name:<7} {address:<34} {:<20} {}\n",
            key.email,
            key.phrase.reveal()
        );
    }
    let address = format!("{at}/api/v1");
    for (name, token) in [("api", &keys.program), ("counter", &keys.instrument)] {
        text += &format!("  {name:<7} {address:<34} {}\n", token.reveal());
    }
    let address = format!("{at}/dev/outbox");
    text += &format!(
        "  {:<7} {address:<34} every message the desk would have sent, and the staff's codes\n",
        "mail"
    );
    text += "Shown once. Staff also need a code of six digits: the page of mails has it. Stop with Ctrl-C.\n";
    Ok(text)
}

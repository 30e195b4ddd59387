//! Where a replay goes to: an empty store, and a note beside a file that says a replay made it.

use std::fs;
use std::path::{Path, PathBuf};

use crcore::Code;
use crcore::chain::Head;
use crcore::store::Journal as _;
use serde::{Deserialize, Serialize};

use super::note;
use super::report::Report;
use crate::cli::Replay;
use crate::failure::{Failure, Result};
use crate::store::{Address, Shared};

/// What stands beside a SQLite file that a replay made, as `crdesk.db.replay.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Beside {
    /// What was replayed.
    pub(crate) replay_of: String,
    /// Whose rows it wrote.
    pub(crate) tenant: Code,
    /// The head of the chain at the end, by which `doctor` sees a cut tail; absent while the replay
    /// runs, and where it was stopped.
    pub(crate) head: Option<Head>,
}

/// The note beside `file`.
pub(crate) fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".replay.json");
    name.into()
}

/// The note beside a store, where it has one.
pub(crate) fn read_beside(address: &Address) -> Option<Beside> {
    let text = fs::read_to_string(beside(address.file()?)).ok()?;
    serde_json::from_str(&text).ok()
}

/// Opens the store that is to be replayed to, without anything in it.
pub(crate) async fn prepare(asked: &Replay) -> Result<Shared> {
    if let Some(file) = asked.store.file() {
        clear(asked, file).await?;
        write(asked, None)?;
    }
    if asked.store != Address::Memory {
        asked.store.migrate().await?;
    }
    let store = asked.store.open(&asked.tenant).await?;
    if store.head().await?.position > 0 {
        return Err(Failure::asked(format!(
            "tenant {} already has tickets in {}",
            asked.tenant, asked.store
        ))
        .todo("replay to another tenant: --tenant NAME"));
    }
    Ok(store)
}

/// Removes the database of a replay before this one; any other stays.
async fn clear(asked: &Replay, file: &Path) -> Result<()> {
    if !file.exists() {
        return note(asked, &format!("replaying to {}", file.display()));
    }
    if !is_a_replays(&asked.store).await {
        return Err(Failure::asked(format!(
            "{} is not a replay's: it stays as it is",
            file.display()
        ))
        .todo("name another file with --store, or remove this one yourself"));
    }
    note(
        asked,
        &format!("replacing {}, which a replay made", file.display()),
    )?;
    for ending in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(
                    Failure::failed(format!("cannot remove {}: {error}", file.display()))
                        .todo("close what uses it, or name another file with --store"),
                );
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether the note beside the file speaks of this very file: it ends, or goes on, where the replay
/// ended.
async fn is_a_replays(address: &Address) -> bool {
    let Some(note) = read_beside(address) else {
        return false;
    };
    let Ok(store) = address.open(&note.tenant).await else {
        return false;
    };
    let Some(head) = note.head else {
        return true;
    };
    let before = head.position.saturating_sub(1);
    let found = store.feed(before, 1).await;
    matches!(found, Ok(items) if items.first().is_some_and(|item| item.hash == head.hash))
}

fn write(asked: &Replay, head: Option<Head>) -> Result<()> {
    let Some(file) = asked.store.file() else {
        return Ok(());
    };
    let replay_of = asked
        .file
        .as_ref()
        .map_or_else(|| "the sample".into(), |file| file.display().to_string());
    let json = serde_json::to_string_pretty(&Beside {
        replay_of,
        tenant: asked.tenant.clone(),
        head,
    })
    .map_err(Failure::failed)?;
    let path = beside(file);
    fs::write(&path, json + "\n").map_err(|error| {
        Failure::failed(format!("cannot write {}: {error}", path.display()))
            .todo("name a file in a folder that you may write to with --store")
    })
}

/// Keeps the head of the chain beside the file.
pub(crate) fn finish(asked: &Replay, report: &Report) -> Result<()> {
    write(asked, Some(report.store.head))
}

#![doc = include_str!("../../docs/own_store.md")]

#[macro_use]
mod macros;

mod chance;
mod check;
mod everything;
mod fixture;
mod history;
pub mod laws;
mod picture;
mod together;

use std::future::Future;
use std::io::Write as _;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;

pub use check::{Broken, Outcome, Verdict};
pub(crate) use together::turn;
pub use together::{Task, by_turns};

use crate::blobs::Blobs;
use crate::store::{Store, StoreResult};

/// What the laws ask of whoever brings a store. One harness stands for one database that nobody else
/// uses; each law gets a harness of its own.
#[async_trait]
pub trait Harness: Send + Sync {
    /// A handle on the store of this tenant, as a host opens it when it starts. Opened for the first
    /// time it is empty; opened again, it holds what was committed, whatever became of other handles.
    async fn open(&self, tenant: &str) -> StoreResult<Arc<dyn Store>>;

    /// From now on each commit fails once it has written so many rows, through every handle; with
    /// `None` it fails no more. False where this store cannot fail on demand.
    async fn fail_after(&self, rows: Option<u32>) -> StoreResult<bool> {
        let _ = rows;
        Ok(false)
    }

    /// Runs these at the same time. By turns within one task unless the harness knows a runtime that
    /// can do better.
    async fn run_all(&self, tasks: Vec<Task>) {
        by_turns(tasks).await;
    }

    /// The seeds that the laws of chance run with: few for each change, many for a night, one to see
    /// a failure again.
    fn seeds(&self) -> Range<u64> {
        0..4
    }
}

/// What the laws of [`Blobs`] ask of whoever brings some.
#[async_trait]
pub trait BlobHarness: Send + Sync {
    /// A handle on the same blobs each time, empty the first time.
    async fn open(&self) -> StoreResult<Arc<dyn Blobs>>;
}

/// A law's verdict on its way.
pub type Judging<'a> = Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>;

/// A law by its name.
#[derive(Clone, Copy)]
pub struct Law<H: ?Sized> {
    /// What it demands.
    pub name: &'static str,
    /// Tries it on a fresh harness.
    pub judge: for<'a> fn(&'a H) -> Judging<'a>,
}

/// The laws of a store, by name: for a program that runs them without a test runner.
pub const STORE_LAWS: &[Law<dyn Harness>] = crate::each_store_law!([law_table]);

/// The laws of [`Blobs`], by name.
pub const BLOB_LAWS: &[Law<dyn BlobHarness>] = crate::each_blob_law!([law_table]);

/// Says on standard error that a law was not run: past what test runners capture, so that nobody takes
/// it for kept.
#[doc(hidden)]
pub fn say_not_run(law: &str, store: &str, why: &str) {
    let line = format!("not run: {law} ({store} {why})\n");
    // Where standard error is closed there is nobody to tell.
    let _ = std::io::stderr().write_all(line.as_bytes());
}

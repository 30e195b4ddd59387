//! The one door between Python's threads and the desk's futures.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use crcore::Error;
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};

use crate::error::Refused;

/// Threads that serve the database's sockets. The work itself runs on the caller's thread.
const THREADS: usize = 2;

/// One runtime for all desks of this process, with the process that made it.
static RUNTIME: Mutex<Option<(u32, Arc<Runtime>)>> = Mutex::new(None);

/// Waits for `work` without the GIL, so that other Python threads go on.
pub(crate) fn wait<T, E>(
    py: Python<'_>,
    work: impl Future<Output = Result<T, E>> + Send,
) -> Result<T, Refused>
where
    T: Send,
    E: Send,
    Refused: From<E>,
{
    let runtime = runtime()?;
    let answer = py.detach(|| catch_unwind(AssertUnwindSafe(|| runtime.block_on(work))));
    match answer {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Refused::broken(
            "this call ended in a panic, which stands on stderr; it is a fault of crcore",
        )),
    }
}

fn runtime() -> Result<Arc<Runtime>, Error> {
    let mut shared = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if let Some((_, runtime)) = shared.as_ref().filter(|(owner, _)| *owner == process) {
        return Ok(Arc::clone(runtime));
    }
    let mut builder = Builder::new_multi_thread();
    builder
        .worker_threads(THREADS)
        .thread_name("crcore")
        .enable_all();
    let runtime = builder.build().map_err(|error| Error::Broken {
        why: format!("no runtime: {error}"),
    })?;
    let runtime = Arc::new(runtime);
    if let Some((_, parents)) = shared.replace((process, Arc::clone(&runtime))) {
        // Its threads did not come along through the fork: to drop it would be to wait for them.
        std::mem::forget(parents);
    }
    Ok(runtime)
}

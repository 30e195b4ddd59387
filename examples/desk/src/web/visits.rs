//! Visits, gathered for some seconds and counted together: a page that everybody reads writes nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crcore::{Code, Desk, in_full};
use tokio::sync::watch;

use super::app::App;

/// How long visits are gathered. So many seconds of them are lost with a server that is killed.
const GATHER: Duration = Duration::from_secs(5);

/// Visits that are not counted yet, by page.
#[derive(Default)]
pub(crate) struct Visits(Mutex<BTreeMap<&'static str, u64>>);

impl Visits {
    /// Somebody came to a page.
    pub(crate) fn came(&self, page: &'static str) {
        *self.gathered().entry(page).or_default() += 1;
    }

    fn gathered(&self) -> MutexGuard<'_, BTreeMap<&'static str, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts what was gathered; what does not land is gathered on.
    pub(crate) async fn count(&self, desk: &Desk) {
        let taken = std::mem::take(&mut *self.gathered());
        let visits = taken
            .iter()
            .filter_map(|(page, count)| Some((page.parse::<Code>().ok()?, *count)));
        if let Err(error) = desk.tally_visits(&visits.collect()).await {
            tracing::debug!(error = in_full(&error), "visits are not counted yet");
            let mut gathered = self.gathered();
            for (page, count) in taken {
                *gathered.entry(page).or_default() += count;
            }
        }
    }
}

/// Counts visits until the server stops; never in the middle of it, where what was taken would be lost.
pub(crate) async fn keep_counting(app: App, mut stopped: watch::Receiver<bool>) {
    let mut is_over = false;
    while !is_over {
        let stops = tokio::time::timeout(GATHER, stopped.wait_for(|stop| *stop));
        is_over = stops.await.is_ok();
        app.visits.count(&app.desk).await;
    }
}

//! The desk's numbers, folded from the feed and kept in this process.

use std::time::Duration;

use chrono::{DateTime, Utc};
use crcore::analytics::Totals;
use crcore::{Actor, Analytics};
use tokio::sync::RwLock;

use crate::web::app::App;
use crate::web::fault::Fault;

/// The most events that are folded while others wait: a few milliseconds.
const AT_ONCE: u32 = 1_000;
/// How often the background looks for new events once it has folded all.
const EVERY: Duration = Duration::from_secs(2);

/// The fold and as of when it is.
#[derive(Default)]
pub(crate) struct Numbers(RwLock<Kept>);

#[derive(Default)]
struct Kept {
    analytics: Analytics,
    /// When the last event there was had been folded; nothing before the first time.
    as_of: Option<DateTime<Utc>>,
}

impl Numbers {
    /// Folds what is new, at most [`AT_ONCE`] events, and says whether there may be more.
    pub(crate) async fn catch_up(&self, app: &App) -> Result<bool, Fault> {
        let mut kept = self.0.write().await;
        let now = app.clock.now();
        let analytics = &mut kept.analytics;
        let taken = app.desk.analyse(Actor::System, analytics, AT_ONCE).await?;
        if taken < AT_ONCE {
            kept.as_of = Some(now);
        }
        Ok(taken >= AT_ONCE)
    }

    /// What was counted, and as of when.
    pub(crate) async fn read<T>(
        &self,
        read: impl FnOnce(&Totals) -> T,
    ) -> (T, Option<DateTime<Utc>>) {
        let kept = self.0.read().await;
        (read(kept.analytics.totals()), kept.as_of)
    }
}

/// Keeps the numbers up to date for as long as the server runs.
pub(crate) async fn keep_counting(app: App) {
    loop {
        match app.numbers.catch_up(&app).await {
            Ok(true) => tokio::task::yield_now().await,
            // What went wrong is in the log, and the next round tries again.
            Ok(false) | Err(_) => tokio::time::sleep(EVERY).await,
        }
    }
}

//! The lines of all branches, asked for once a second for all who look.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crcore::desk::counter::Line;
use crcore::{Code, Desk, Error};
use tokio::sync::Mutex;

/// How old a line may be on a page that shows those of all branches.
const FRESH: Duration = Duration::from_secs(1);

type ByBranch = Arc<BTreeMap<Code, Line>>;

/// What was read last, and when.
#[derive(Default)]
pub(crate) struct Lines(Mutex<Option<(Instant, ByBranch)>>);

impl Lines {
    /// The lines by branch. Who comes while they are read waits for the same answer.
    pub(crate) async fn all(&self, desk: &Desk) -> Result<ByBranch, Error> {
        let mut kept = self.0.lock().await;
        if let Some((at, lines)) = &*kept
            && at.elapsed() < FRESH
        {
            return Ok(lines.clone());
        }
        let lines = Arc::new(desk.lines().await?);
        *kept = Some((Instant::now(), lines.clone()));
        Ok(lines)
    }
}

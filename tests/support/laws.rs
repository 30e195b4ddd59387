//! What the harnesses of all stores share.

use crcore::conformance::Task;

/// Every table that a commit writes.
pub(crate) const TABLES: [&str; 12] = [
    "crcore_ticket",
    "crcore_event",
    "crcore_words",
    "crcore_agent",
    "crcore_agent_queue",
    "crcore_load",
    "crcore_queue_mark",
    "crcore_customer",
    "crcore_notice",
    "crcore_rules",
    "crcore_answer",
    "crcore_record",
];

/// On threads of their own, so that the laws' races are races.
pub(crate) async fn spawned(tasks: Vec<Task>) {
    let running: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    for task in running {
        task.await.unwrap();
    }
}

/// A name in a database server that nobody else uses.
pub(crate) fn fresh_name() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let nth = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("crcore_law_{}_{nth}", std::process::id())
}

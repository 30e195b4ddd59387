//! Somebody who takes every notice and counts it: a replay writes to nobody.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use crcore::notify::{Message, Notifier, NotifyError};

/// Counts notices by their text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counter(Arc<Mutex<BTreeMap<String, u64>>>);

impl Counter {
    pub(crate) fn counted(&self) -> BTreeMap<String, u64> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[async_trait]
impl Notifier for Counter {
    async fn notify(&self, message: &Message) -> std::result::Result<(), NotifyError> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counted.entry(message.text.to_string()).or_default() += 1;
        Ok(())
    }
}

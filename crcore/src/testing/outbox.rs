//! A notifier that keeps what it is given.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::notify::{Message, Notifier, NotifyError};

/// Keeps every message in place of sending it, and fails when told. Clones share what they keep.
#[derive(Clone, Default)]
pub struct Outbox {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    sent: Vec<Message>,
    failures: VecDeque<NotifyError>,
}

impl Outbox {
    /// Every message that was sent, in order.
    #[must_use]
    pub fn sent(&self) -> Vec<Message> {
        self.lock().sent.clone()
    }

    /// The messages that were sent to this address, in order.
    #[must_use]
    pub fn sent_to(&self, email: &str) -> Vec<Message> {
        self.sent()
            .into_iter()
            .filter(|message| message.email == email)
            .collect()
    }

    /// Lets the next message fail with this error; several calls queue up.
    pub fn fail_next(&self, error: NotifyError) {
        self.lock().failures.push_back(error);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Notifier for Outbox {
    async fn notify(&self, message: &Message) -> Result<(), NotifyError> {
        let mut kept = self.lock();
        if let Some(error) = kept.failures.pop_front() {
            return Err(error);
        }
        kept.sent.push(message.clone());
        Ok(())
    }
}

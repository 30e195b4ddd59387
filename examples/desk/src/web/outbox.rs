//! A demo's mail: kept and shown on a page in place of being sent.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crcore::{Message, Notifier, NotifyError};
use crcore_adapters::accounts::{Letter, Post};
use crcore_adapters::templates::CurrentTemplates;
use serde::Serialize;

/// How many mails are kept: an afternoon's worth.
const KEPT: usize = 500;

/// A mail that would have been sent.
#[derive(Clone, Serialize)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) at: DateTime<Utc>,
}

/// The latest mails.
#[derive(Clone)]
pub(crate) struct Outbox {
    templates: CurrentTemplates,
    mails: Arc<Mutex<VecDeque<Mail>>>,
}

impl Outbox {
    pub(crate) fn new(templates: CurrentTemplates) -> Self {
        Self {
            templates,
            mails: Arc::default(),
        }
    }

    /// The latest mails, the newest first.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        let mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        mails.iter().rev().cloned().collect()
    }

    fn keep(&self, mail: Mail) {
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        if mails.len() == KEPT {
            mails.pop_front();
        }
        mails.push_back(mail);
    }
}

fn never(error: impl std::fmt::Display) -> NotifyError {
    NotifyError {
        again: false,
        why: error.to_string(),
    }
}

#[async_trait]
impl Notifier for Outbox {
    async fn notify(&self, message: &Message) -> Result<(), NotifyError> {
        let rendered = self
            .templates
            .get()
            .render(&message.text, &message.language, &message.variables)
            .map_err(never)?;
        self.keep(Mail {
            to: message.email.clone(),
            subject: rendered.subject,
            text: rendered.text,
            at: message.created_at,
        });
        Ok(())
    }
}

#[async_trait]
impl Post for Outbox {
    async fn post(&self, letter: &Letter) -> Result<(), NotifyError> {
        let rendered = self
            .templates
            .get()
            .render(&letter.text, &letter.language, &letter.variables)
            .map_err(never)?;
        self.keep(Mail {
            to: letter.to.clone(),
            subject: rendered.subject,
            text: rendered.text,
            at: letter.created_at,
        });
        Ok(())
    }
}

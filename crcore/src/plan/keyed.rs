//! Commands that are given twice under one key and have one effect.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

use super::Plan;
use super::draft::json;
use crate::actor::Actor;
use crate::command::KEY_MAX;
use crate::error::Error;
use crate::id::BlobId;
use crate::store::{Answer, Store};

/// How long an answer is kept for its idempotency key.
pub(crate) const KEY_KEPT_HOURS: i64 = 24;

/// What a command is known by when it comes again: whose it is, its key, and what it said.
pub(super) struct Keyed {
    principal: String,
    key: String,
    body: String,
}

impl Keyed {
    /// Of a command in its canonical text.
    pub(super) fn of(actor: Actor, key: &str, command: &str) -> Result<Self, Error> {
        if key.is_empty() || key.len() > KEY_MAX {
            let expected = format!("1 to {KEY_MAX} bytes, got {}", key.len());
            return Err(Error::invalid("key", expected));
        }
        if key.contains('\0') {
            return Err(Error::invalid("key", "a key without U+0000"));
        }
        let body: [u8; 32] = Sha256::digest(command).into();
        Ok(Self {
            principal: actor.to_string(),
            key: key.to_owned(),
            body: BlobId::from(body).to_string(),
        })
    }

    /// The answer that was given before, if there is one.
    pub(super) async fn replay(
        &self,
        store: &dyn Store,
        now: DateTime<Utc>,
    ) -> Result<Option<Plan>, Error> {
        let answer = store.answered(&self.principal, &self.key).await?;
        let Some(answer) = answer.filter(|answer| answer.expires_at > now) else {
            return Ok(None);
        };
        if answer.body != self.body {
            return Err(Error::invalid(
                "key",
                "a key that was not used for another command",
            ));
        }
        let done = serde_json::from_str(&answer.outcome).map_err(Error::broken)?;
        Ok(Some(Plan::replay(done)))
    }

    /// The same plan with its answer kept.
    pub(super) fn keep(self, mut plan: Plan, now: DateTime<Utc>) -> Result<Plan, Error> {
        plan.changes.answers.push(Answer {
            principal: self.principal,
            key: self.key,
            body: self.body,
            outcome: json(&plan.done)?,
            given_at: now,
            expires_at: now + TimeDelta::hours(KEY_KEPT_HOURS),
        });
        Ok(plan)
    }
}

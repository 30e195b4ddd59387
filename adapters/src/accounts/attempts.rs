//! Who came in, and who tried to.
//!
//! What changes an account stands in the desk's trail ([`crcore::audit`]), which is chained and kept for
//! good. Log-ins and what failed are many, name the place that they came from, and are of no use after a
//! while: they are kept beside the account, for [`ATTEMPT_LIFE`]. Its owner sees them too.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use crcore::access::Right;
use crcore::store::RecordRange;
use crcore::{Actor, Changes, Shelf};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::keep::{Write, crowded};
use super::session::cut;
use super::{AccountError, AccountId, Accounts, Visit};

/// For how long an attempt is kept (PCI DSS 4.0, 10.5.1: 12 months).
pub const ATTEMPT_LIFE: TimeDelta = TimeDelta::days(366);
/// The largest page of attempts.
pub const ATTEMPTS_MAX: u32 = 200;

/// A log-in, or something that was tried.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Which; they are in the order of time.
    pub id: Uuid,
    /// What, in a word of ours: `account.logged_in`, `account.log_in_refused`.
    pub what: String,
    /// When.
    pub at: DateTime<Utc>,
    /// From where.
    pub source: String,
    /// With what: "Firefox on Linux".
    pub label: String,
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attempt({}, {})", self.what, self.at)
    }
}

/// By account, or nobody, and id.
static ATTEMPTS: Shelf<Attempt> = Shelf::new("account-attempt");

impl Write {
    /// Notes what somebody tried or did to come in. Nobody's, where the address is unknown.
    pub(super) fn tried(&mut self, what: &'static str, account: AccountId, visit: &Visit) {
        let attempt = Attempt {
            id: Uuid::nil(),
            what: what.to_owned(),
            at: DateTime::default(),
            source: cut(&visit.source),
            label: cut(&visit.label),
        };
        self.tries.push((account, attempt));
    }
}

impl Accounts {
    /// Adds the attempts that `write` notes to its change set.
    pub(super) fn write_tries(&self, write: &mut Write) -> Result<(), AccountError> {
        if write.tries.is_empty() {
            return Ok(());
        }
        let mut moment = self.moment()?;
        for (account, attempt) in std::mem::take(&mut write.tries) {
            let attempt = Attempt {
                id: moment.id(),
                at: moment.now(),
                ..attempt
            };
            let key = format!("{account}/{}", attempt.id);
            let until = Some(moment.now() + ATTEMPT_LIFE);
            write.put(&ATTEMPTS, &key, Some(0), &attempt, until)?;
        }
        Ok(())
    }

    /// Who came in or tried to, the latest first, before the attempt `before`. Without an account, tries
    /// for addresses that nobody has.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`].
    pub async fn attempts(
        &self,
        actor: Actor,
        account: Option<AccountId>,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Attempt>, AccountError> {
        Self::need(actor, Right::SeeAudit)?;
        let id = account.unwrap_or(AccountId::from(Uuid::nil()));
        self.attempts_of(id, before, limit).await
    }

    /// The same of one's own account.
    ///
    /// # Errors
    /// `signed_out`.
    pub async fn own_attempts(
        &self,
        token: &str,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Attempt>, AccountError> {
        let held = self.held(token).await?;
        self.attempts_of(held.owned.account.id, before, limit).await
    }

    async fn attempts_of(
        &self,
        id: AccountId,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Attempt>, AccountError> {
        let range = RecordRange {
            after: before.map(|before| format!("{id}/{before}")),
            reverse: true,
            ..ATTEMPTS.range(format!("{id}/"), limit.clamp(1, ATTEMPTS_MAX))
        };
        let now = self.moment()?.now();
        let found = self.read_range(&ATTEMPTS, &range, now).await?;
        Ok(found.into_iter().map(|(_, attempt)| attempt).collect())
    }

    /// Forgets from where somebody came.
    pub(super) async fn forget_attempts(&self, id: AccountId) -> Result<(), AccountError> {
        let prefix = format!("{id}/");
        loop {
            let range = ATTEMPTS.range(prefix.clone(), ATTEMPTS_MAX);
            let records = self.inner.store.records(&range).await?;
            if records.is_empty() {
                return Ok(());
            }
            let records = records
                .iter()
                .map(|r| ATTEMPTS.remove(&r.key, None))
                .collect();
            let changes = Changes {
                records,
                ..Changes::default()
            };
            if !self
                .land(Write {
                    changes,
                    ..Write::default()
                })
                .await?
            {
                return Err(crowded());
            }
        }
    }
}

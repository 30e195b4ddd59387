//! Who is at the other end.
//!
//! A session's token is 256 bits of chance that only the browser has; what is kept is its hash. A
//! session counts for nothing once it was idle too long, is too old, its account was suspended, or the
//! account's age moved on: a new password, another second factor, another role, or a word of its owner.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use crcore::{Actor, Moment, Role, Shelf};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::account::Owned;
use super::keep::{Found, Write};
use super::{Account, AccountError, AccountId, AccountState, Accounts, Hidden, secret};

/// A session is written anew when it is used, but not more often than this.
pub const TOUCH_EVERY: TimeDelta = TimeDelta::seconds(60);
/// For how long after a proof of who they are a person may change how they log in.
pub const PROVED_FOR: TimeDelta = TimeDelta::minutes(10);
/// The longest source and label of a session, in characters; what is longer is cut.
pub const LABEL_MAX: usize = 200;

/// The browser that a request came from.
#[derive(Clone, Default)]
pub struct Visit {
    /// Where it came from: an IP address or whatever the host tells sources apart by. Of an IPv6 address
    /// the first 64 bits: whoever has one has all that begin so.
    pub source: String,
    /// What its owner knows it by in the list of sessions: "Firefox on Linux".
    pub label: String,
    /// The token of the session that it has now. A log-in ends it.
    pub session: Option<Hidden>,
    /// The token by which it is known as its owner's device.
    pub device: Option<Hidden>,
}

/// Where a person is stays out of logs.
impl fmt::Debug for Visit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Visit")
    }
}

/// Who is at the other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Somebody who has not logged in.
    Visitor,
    /// Somebody who has.
    Account(Box<Account>),
}

/// A browser that is known for a while.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// What it is called in lists; no secret. A visitor's is also the name for what they typed.
    pub id: Uuid,
    /// Who is there.
    pub who: Who,
    /// What a form has to send back, so that it is known to be ours. Follows from the token.
    pub csrf: Hidden,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When the person last proved who they are.
    pub proved_at: DateTime<Utc>,
    /// When it is over if nothing more is done. Right to the minute ([`TOUCH_EVERY`]).
    pub idle_until: DateTime<Utc>,
    /// When it is over whatever is done.
    pub absolute_until: DateTime<Utc>,
    /// What its owner knows it by.
    pub label: String,
    /// Where it was opened from.
    pub source: String,
}

impl Session {
    /// The actor to whom the desk answers: whoever is logged in. A visitor is none.
    #[must_use]
    pub fn actor(&self) -> Option<Actor> {
        self.account().map(Account::actor)
    }

    /// The account, where somebody is logged in.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        match &self.who {
            Who::Account(account) => Some(account),
            Who::Visitor => None,
        }
    }

    /// Whether the person proved who they are a short while ago, so that they may change how they log
    /// in.
    #[must_use]
    pub fn is_proved(&self, now: DateTime<Utc>) -> bool {
        now - self.proved_at < PROVED_FOR
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({}, {:?})", self.id, self.who)
    }
}

/// A session that was just opened or renewed, with what the browser is to keep.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// What the browser sends from now on.
    pub token: Hidden,
    /// The session.
    pub session: Session,
    /// By what this device is known from now on, where it was not yet: to be kept for
    /// [`DEVICE_LIFE`](super::DEVICE_LIFE).
    pub device: Option<Hidden>,
    /// The id of the visitor's session that ended with this: what was kept under it is this person's.
    pub claimed: Option<Uuid>,
}

/// What is kept of a session.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) id: Uuid,
    pub(super) who: KeptWho,
    pub(super) created_at: DateTime<Utc>,
    pub(super) seen_at: DateTime<Utc>,
    pub(super) proved_at: DateTime<Utc>,
    pub(super) absolute_until: DateTime<Utc>,
    pub(super) label: String,
    pub(super) source: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum KeptWho {
    Visitor,
    Account { id: AccountId, age: u64 },
}

/// By kind and the token's hash.
pub(super) static SESSIONS: Shelf<Kept> = Shelf::new("session");
/// By account and session id: the key among the sessions.
pub(super) static SESSIONS_OF: Shelf<String> = Shelf::new("session-of");

/// The session of somebody who is logged in, as the accounts themselves need it.
pub(super) struct Held {
    pub(super) key: String,
    pub(super) version: u64,
    pub(super) kept: Kept,
    pub(super) owned: Owned,
}

/// The kinds of sessions; the first letter of a token and of a key.
pub(super) const CUSTOMERS: &str = "c";
pub(super) const STAFF: &str = "s";
pub(super) const VISITORS: &str = "v";

pub(super) fn kind_of(role: Role) -> &'static str {
    if role == Role::Customer {
        CUSTOMERS
    } else {
        STAFF
    }
}

/// Where a token's session is kept. What is no token of ours has no place.
pub(super) fn key_of(token: &str) -> Option<String> {
    let kind = [CUSTOMERS, STAFF, VISITORS]
        .into_iter()
        .find(|kind| token.starts_with(kind))?;
    // 43 letters hold 256 bits.
    (token.len() == 44).then(|| format!("{kind}/{}", secret::hash(token)))
}

fn csrf_of(token: &str) -> Hidden {
    secret::hash(&format!("csrf {token}")).into()
}

pub(super) fn cut(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(LABEL_MAX)
        .collect()
}

impl Kept {
    pub(super) fn begin(
        moment: &mut Moment,
        who: KeptWho,
        absolute: TimeDelta,
        visit: &Visit,
    ) -> Self {
        let now = moment.now();
        Self {
            id: moment.id(),
            who,
            created_at: now,
            seen_at: now,
            proved_at: now,
            absolute_until: now + absolute,
            label: cut(&visit.label),
            source: cut(&visit.source),
        }
    }

    pub(super) fn idle_until(&self, idle: TimeDelta) -> DateTime<Utc> {
        (self.seen_at + idle).min(self.absolute_until)
    }

    pub(super) fn session(self, who: Who, token: &str, idle_until: DateTime<Utc>) -> Session {
        Session {
            id: self.id,
            who,
            csrf: csrf_of(token),
            created_at: self.created_at,
            proved_at: self.proved_at,
            idle_until,
            absolute_until: self.absolute_until,
            label: self.label,
            source: self.source,
        }
    }
}

impl Accounts {
    /// Who is there, by the token that the browser sent; nobody where it is none of ours, or over.
    /// Counts as something done.
    ///
    /// # Errors
    /// [`AccountError::TryAgain`] where the store is not to be had.
    pub async fn session(&self, token: &str) -> Result<Option<Session>, AccountError> {
        self.seen(token, true).await
    }

    /// As [`Accounts::session`], for what a page does by itself: does not count as something done, so
    /// that a page which is left open runs out.
    ///
    /// # Errors
    /// As [`Accounts::session`].
    pub async fn look(&self, token: &str) -> Result<Option<Session>, AccountError> {
        self.seen(token, false).await
    }

    async fn seen(&self, token: &str, done: bool) -> Result<Option<Session>, AccountError> {
        let Some((key, found, owned, now)) = self.live(token).await? else {
            return Ok(None);
        };
        let Some(mut kept) = found.value else {
            return Ok(None);
        };
        let mut idle_until = found.expires_at.unwrap_or(kept.absolute_until);
        if done && now - kept.seen_at >= TOUCH_EVERY {
            kept.seen_at = now;
            idle_until = kept.idle_until(self.idle(&kept.who, owned.as_ref()));
            let mut write = Write::default();
            // Somebody else who touched or ended it in between is right.
            write.put(
                &SESSIONS,
                &key,
                Some(found.version),
                &kept,
                Some(idle_until),
            )?;
            self.land(write).await?;
        }
        let who = match (&kept.who, owned) {
            (KeptWho::Visitor, _) => Who::Visitor,
            (KeptWho::Account { .. }, Some(owned)) => Who::Account(Box::new(owned.account)),
            (KeptWho::Account { .. }, None) => return Ok(None),
        };
        Ok(Some(kept.session(who, token, idle_until)))
    }

    fn idle(&self, who: &KeptWho, owned: Option<&Owned>) -> TimeDelta {
        match (who, owned) {
            (KeptWho::Account { .. }, Some(o)) => self.inner.options.limits(o.account.role).idle,
            (KeptWho::Account { .. }, None) => self.inner.options.customer.idle,
            (KeptWho::Visitor, _) => self.inner.options.visitor.idle,
        }
    }

    /// A session that counts, and the account that it is of.
    async fn live(
        &self,
        token: &str,
    ) -> Result<Option<(String, Found<Kept>, Option<Owned>, DateTime<Utc>)>, AccountError> {
        let Some(key) = key_of(token) else {
            return Ok(None);
        };
        let now = self.moment()?.now();
        let found = self.find(&SESSIONS, &key, now).await?;
        let Some(kept) = &found.value else {
            return Ok(None);
        };
        let KeptWho::Account { id, age } = kept.who else {
            return Ok(Some((key, found, None, now)));
        };
        let owned = self.owned(id, now).await?.value;
        let owned = owned.filter(|o| o.age == age && o.account.state == AccountState::Active);
        Ok(owned.map(|owned| (key, found, Some(owned), now)))
    }

    /// The session of somebody who is logged in.
    pub(super) async fn held(&self, token: &str) -> Result<Held, AccountError> {
        let Some((key, found, Some(owned), _)) = self.live(token).await? else {
            return Err(AccountError::SIGNED_OUT);
        };
        let (version, Some(kept)) = (found.version, found.value) else {
            return Err(AccountError::SIGNED_OUT);
        };
        Ok(Held {
            key,
            version,
            kept,
            owned,
        })
    }

    /// The same, where they proved who they are a short while ago.
    pub(super) async fn proved(&self, token: &str) -> Result<Held, AccountError> {
        let held = self.held(token).await?;
        if self.moment()?.now() - held.kept.proved_at >= PROVED_FOR {
            return Err(AccountError::PROVE_AGAIN);
        }
        Ok(held)
    }
}

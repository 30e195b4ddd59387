//! Who is at the other end.
//!
//! A session's token is 256 bits of chance that only the browser has; what is kept is its hash. A
//! session counts for nothing once it was idle too long, is too old, its account was suspended, or the
//! account's age moved on: a new password, another second factor, another role, or a word of its owner.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use crcore::store::RecordRange;
use crcore::{Actor, CustomerId, Moment, Role, Shelf, TicketId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::account::Owned;
use super::keep::{Found, REPLANS_MAX, Write, crowded};
use super::{Account, AccountError, AccountId, AccountState, Accounts, Hidden, secret};

/// How many sessions an account has at once; a further one ends the oldest.
pub const SESSIONS_MAX: u32 = 20;
/// A session is written anew when it is used, but not more often than this.
pub const TOUCH_EVERY: TimeDelta = TimeDelta::seconds(60);
/// For how long after a proof of who they are a person may change how they log in.
pub const PROVED_FOR: TimeDelta = TimeDelta::minutes(10);
/// How many devices of an account are remembered; a further one makes the oldest unknown.
pub const DEVICES_MAX: u32 = 10;
/// For how long a device is remembered.
pub const DEVICE_LIFE: TimeDelta = TimeDelta::days(180);
/// The longest source and label of a session, in characters; what is longer is cut.
pub const LABEL_MAX: usize = 200;

/// The browser that a request came from.
#[derive(Clone, Default)]
pub struct Visit {
    /// Where it came from: an IP address or whatever the host tells sources apart by.
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
    /// Somebody who followed a mailed link to one case.
    Tracking {
        /// The case, and no other.
        ticket: TicketId,
        /// Whose it is.
        customer: CustomerId,
    },
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
    /// The actor to whom the desk answers: whoever is logged in. A visitor is none, nor is somebody who
    /// followed a mailed link: the host lets them see the one ticket that [`Who::Tracking`] names, and
    /// do to it what a reader of their mail may do.
    #[must_use]
    pub fn actor(&self) -> Option<Actor> {
        self.account().map(Account::actor)
    }

    /// The account, where somebody is logged in.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        match &self.who {
            Who::Account(account) => Some(account),
            Who::Visitor | Who::Tracking { .. } => None,
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
    /// [`DEVICE_LIFE`].
    pub device: Option<Hidden>,
    /// The id of the visitor's session that ended with this: what was kept under it is this person's.
    pub claimed: Option<Uuid>,
}

/// A session in its owner's list.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionInfo {
    /// What it is called.
    pub id: Uuid,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub seen_at: DateTime<Utc>,
    /// What its owner knows it by.
    pub label: String,
    /// Where it was opened from.
    pub source: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl fmt::Debug for SessionInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionInfo({})", self.id)
    }
}

/// What is kept of a session.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) id: Uuid,
    pub(super) who: KeptWho,
    created_at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
    pub(super) proved_at: DateTime<Utc>,
    absolute_until: DateTime<Utc>,
    label: String,
    source: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum KeptWho {
    Visitor,
    Account {
        id: AccountId,
        age: u64,
    },
    Tracking {
        ticket: TicketId,
        customer: CustomerId,
    },
}

/// By kind and the token's hash.
pub(super) static SESSIONS: Shelf<Kept> = Shelf::new("session");
/// By account and session id: the key among the sessions.
pub(super) static SESSIONS_OF: Shelf<String> = Shelf::new("session-of");
/// By account and the token's hash.
static DEVICES: Shelf<DateTime<Utc>> = Shelf::new("account-device");

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
pub(super) const TRACKERS: &str = "t";

fn kind_of(role: Role) -> &'static str {
    if role == Role::Customer {
        CUSTOMERS
    } else {
        STAFF
    }
}

/// Where a token's session is kept. What is no token of ours has no place.
fn key_of(token: &str) -> Option<String> {
    let kind = [CUSTOMERS, STAFF, VISITORS, TRACKERS]
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
    fn begin(moment: &mut Moment, who: KeptWho, absolute: TimeDelta, visit: &Visit) -> Self {
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

    fn idle_until(&self, idle: TimeDelta) -> DateTime<Utc> {
        (self.seen_at + idle).min(self.absolute_until)
    }

    fn session(self, who: Who, token: &str, idle_until: DateTime<Utc>) -> Session {
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
            (&KeptWho::Tracking { ticket, customer }, _) => Who::Tracking { ticket, customer },
            (KeptWho::Account { .. }, Some(owned)) => Who::Account(Box::new(owned.account)),
            (KeptWho::Account { .. }, None) => return Ok(None),
        };
        Ok(Some(kept.session(who, token, idle_until)))
    }

    fn idle(&self, who: &KeptWho, owned: Option<&Owned>) -> TimeDelta {
        match (who, owned) {
            (KeptWho::Account { .. }, Some(o)) => self.inner.options.limits(o.account.role).idle,
            (KeptWho::Account { .. } | KeptWho::Tracking { .. }, _) => {
                self.inner.options.customer.idle
            }
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

    /// A session for a browser in which nobody has logged in: what is typed there is kept under its
    /// id, and is the person's once they log in ([`NewSession::claimed`]).
    ///
    /// # Errors
    /// [`AccountError::TryAgain`] where the store is not to be had.
    pub async fn visitor(&self, visit: &Visit) -> Result<NewSession, AccountError> {
        let who = KeptWho::Visitor;
        self.open_alone(VISITORS, who, Who::Visitor, visit).await
    }

    /// Opens a session that is of no account.
    pub(super) async fn open_alone(
        &self,
        kind: &str,
        kept_who: KeptWho,
        who: Who,
        visit: &Visit,
    ) -> Result<NewSession, AccountError> {
        let mut moment = self.moment()?;
        let limits = match kept_who {
            KeptWho::Visitor => self.inner.options.visitor,
            KeptWho::Account { .. } | KeptWho::Tracking { .. } => self.inner.options.customer,
        };
        let kept = Kept::begin(&mut moment, kept_who, limits.absolute, visit);
        let token = secret::token(kind, moment.bytes());
        let idle_until = kept.idle_until(limits.idle);
        let mut write = Write::default();
        let claimed = self.replace(&mut write, visit, moment.now()).await?;
        let key = key_of(token.reveal()).unwrap_or_default();
        write.put(&SESSIONS, &key, Some(0), &kept, Some(idle_until))?;
        if !self.land(write).await? {
            return Err(crowded());
        }
        let session = kept.session(who, token.reveal(), idle_until);
        Ok(NewSession {
            token,
            session,
            device: None,
            claimed,
        })
    }

    /// Adds to `write` what opens a session of `owned`, as it is after `write`.
    pub(super) async fn open(
        &self,
        write: &mut Write,
        moment: &mut Moment,
        owned: &Owned,
        visit: &Visit,
    ) -> Result<NewSession, AccountError> {
        let (now, account) = (moment.now(), &owned.account);
        let claimed = self.replace(write, visit, now).await?;
        let open = self.sessions_of(account.id, now).await?;
        let over = (open.len() + 1).saturating_sub(SESSIONS_MAX as usize);
        for (of, key) in open.iter().take(over) {
            write.remove(&SESSIONS, key, None);
            write.remove(&SESSIONS_OF, of, None);
        }
        let who = KeptWho::Account {
            id: account.id,
            age: owned.age,
        };
        let limits = self.inner.options.limits(account.role);
        let kept = Kept::begin(moment, who, limits.absolute, visit);
        let device = self.remember(write, moment, account, visit).await?;
        let (token, session) = self.enter(write, moment, owned, kept, limits.idle)?;
        Ok(NewSession {
            token,
            session,
            device,
            claimed,
        })
    }

    /// Gives the browser another token for the session that it has: whatever token it had before is
    /// worth nothing.
    pub(super) fn renew(
        &self,
        write: &mut Write,
        moment: &mut Moment,
        held: &Held,
        owned: &Owned,
    ) -> Result<NewSession, AccountError> {
        write.remove(&SESSIONS, &held.key, Some(held.version));
        let who = KeptWho::Account {
            id: owned.account.id,
            age: owned.age,
        };
        let kept = Kept {
            who,
            seen_at: moment.now(),
            ..held.kept.clone()
        };
        let idle = self.inner.options.limits(owned.account.role).idle;
        let (token, session) = self.enter(write, moment, owned, kept, idle)?;
        Ok(NewSession {
            token,
            session,
            device: None,
            claimed: None,
        })
    }

    fn enter(
        &self,
        write: &mut Write,
        moment: &mut Moment,
        owned: &Owned,
        kept: Kept,
        idle: TimeDelta,
    ) -> Result<(Hidden, Session), AccountError> {
        let token = secret::token(kind_of(owned.account.role), moment.bytes());
        let key = key_of(token.reveal()).unwrap_or_default();
        let idle_until = kept.idle_until(idle);
        write.put(&SESSIONS, &key, Some(0), &kept, Some(idle_until))?;
        let of = format!("{}/{}", owned.account.id, kept.id);
        write.put(&SESSIONS_OF, &of, None, &key, Some(kept.absolute_until))?;
        let who = Who::Account(Box::new(owned.account.clone()));
        Ok((token.clone(), kept.session(who, token.reveal(), idle_until)))
    }

    /// Ends the session that the browser had. A visitor's gives its id to the next.
    async fn replace(
        &self,
        write: &mut Write,
        visit: &Visit,
        now: DateTime<Utc>,
    ) -> Result<Option<Uuid>, AccountError> {
        let Some(key) = visit.session.as_ref().and_then(|t| key_of(t.reveal())) else {
            return Ok(None);
        };
        let Some(kept) = self.find(&SESSIONS, &key, now).await?.value else {
            return Ok(None);
        };
        write.remove(&SESSIONS, &key, None);
        match kept.who {
            KeptWho::Visitor => return Ok(Some(kept.id)),
            KeptWho::Account { id, .. } => {
                write.remove(&SESSIONS_OF, &format!("{id}/{}", kept.id), None);
            }
            KeptWho::Tracking { .. } => {}
        }
        Ok(None)
    }

    /// The account's sessions, the oldest first: their keys here and there.
    async fn sessions_of(
        &self,
        id: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Vec<(String, String)>, AccountError> {
        let range = RecordRange {
            reverse: true,
            ..SESSIONS_OF.range(format!("{id}/"), SESSIONS_MAX * 2)
        };
        let mut sessions = self.read_range(&SESSIONS_OF, &range, now).await?;
        sessions.reverse();
        Ok(sessions)
    }

    /// Adds to `write` the end of all sessions of an account, save one. What makes them worthless is
    /// the account's age; this tidies up.
    pub(super) async fn end_sessions(
        &self,
        write: &mut Write,
        id: AccountId,
        save: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> Result<(), AccountError> {
        let saved = save.map(|save| format!("{id}/{save}"));
        for (of, key) in self.sessions_of(id, now).await? {
            if Some(&of) != saved.as_ref() {
                write.remove(&SESSIONS, &key, None);
                write.remove(&SESSIONS_OF, &of, None);
            }
        }
        Ok(())
    }

    /// Ends the session of this token: the browser logs out.
    ///
    /// # Errors
    /// [`AccountError::TryAgain`] where the store is not to be had.
    pub async fn end(&self, token: &str) -> Result<(), AccountError> {
        let mut write = Write::default();
        let visit = Visit {
            session: Some(token.into()),
            ..Visit::default()
        };
        self.replace(&mut write, &visit, self.moment()?.now())
            .await?;
        if !write.changes.is_empty() {
            self.land(write).await?;
        }
        Ok(())
    }

    /// The sessions of whoever asks, the newest first.
    ///
    /// # Errors
    /// `signed_out`.
    pub async fn sessions(&self, token: &str) -> Result<Vec<SessionInfo>, AccountError> {
        let held = self.held(token).await?;
        let now = self.moment()?.now();
        let mut sessions = Vec::new();
        for (_, key) in self.sessions_of(held.owned.account.id, now).await? {
            let Some(kept) = self.find(&SESSIONS, &key, now).await?.value else {
                continue;
            };
            sessions.push(SessionInfo {
                id: kept.id,
                created_at: kept.created_at,
                seen_at: kept.seen_at,
                label: kept.label,
                source: kept.source,
                current: kept.id == held.kept.id,
            });
        }
        sessions.reverse();
        Ok(sessions)
    }

    /// Ends one of one's own sessions.
    ///
    /// # Errors
    /// [`AccountError::NotFound`] where one has no such session.
    pub async fn end_one(&self, token: &str, session: Uuid) -> Result<(), AccountError> {
        let held = self.held(token).await?;
        let now = self.moment()?.now();
        let of = format!("{}/{session}", held.owned.account.id);
        let key = self.find(&SESSIONS_OF, &of, now).await?.value;
        let key = key.ok_or(AccountError::NotFound { what: "session" })?;
        let mut write = Write::default();
        write.remove(&SESSIONS, &key, None);
        write.remove(&SESSIONS_OF, &of, None);
        write.note(
            "account.session_ended",
            held.owned.account.actor(),
            held.owned.account.id,
        );
        self.land(write).await?;
        Ok(())
    }

    /// Ends all of one's sessions but this, which gets another token.
    ///
    /// # Errors
    /// `signed_out`.
    pub async fn end_others(&self, token: &str) -> Result<NewSession, AccountError> {
        self.change(token, "account.sessions_ended", |_, _| Ok(()))
            .await
    }

    /// Changes one's own account in a way that ends every other session, and gives this another token.
    pub(super) async fn change(
        &self,
        token: &str,
        act: &'static str,
        change: impl Fn(&mut Owned, &mut Write) -> Result<(), AccountError> + Send,
    ) -> Result<NewSession, AccountError> {
        for _ in 0..REPLANS_MAX {
            let held = self.held(token).await?;
            let mut moment = self.moment()?;
            let mut owned = held.owned.clone();
            let mut write = Write::default();
            owned.age += 1;
            change(&mut owned, &mut write)?;
            let id = owned.account.id;
            self.end_sessions(&mut write, id, Some(held.kept.id), moment.now())
                .await?;
            write.account(Some(&held.owned.account), &owned)?;
            let session = self.renew(&mut write, &mut moment, &held, &owned)?;
            write.note(act, owned.account.actor(), id);
            if self.land(write).await? {
                return Ok(session);
            }
        }
        Err(crowded())
    }

    /// Whether a browser is known as a device of this account.
    pub(super) async fn knows_device(
        &self,
        id: AccountId,
        visit: &Visit,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, AccountError> {
        let Some(device) = &visit.device else {
            return Ok(None);
        };
        let key = format!("{id}/{}", secret::hash(device.reveal()));
        let known = self.find(&DEVICES, &key, now).await?.value.is_some();
        Ok(known.then_some(key))
    }

    /// Remembers the browser as a device of the account. Its owner is told of a new one, save of the
    /// first.
    async fn remember(
        &self,
        write: &mut Write,
        moment: &mut Moment,
        account: &Account,
        visit: &Visit,
    ) -> Result<Option<Hidden>, AccountError> {
        let now = moment.now();
        let until = Some(now + DEVICE_LIFE);
        if let Some(key) = self.knows_device(account.id, visit, now).await? {
            write.put(&DEVICES, &key, None, &now, until)?;
            return Ok(None);
        }
        let prefix = format!("{}/", account.id);
        let mut known = self
            .list(&DEVICES, &prefix, None, DEVICES_MAX * 2, now)
            .await?;
        known.sort_by_key(|(_, seen)| *seen);
        if !known.is_empty() {
            let label = [("device", cut(&visit.label))];
            write
                .letters
                .push(self.letter(moment, account, "account-new-device", label)?);
        }
        let over = (known.len() + 1).saturating_sub(DEVICES_MAX as usize);
        for (key, _) in known.iter().take(over) {
            write.remove(&DEVICES, key, None);
        }
        let token = secret::token("d", moment.bytes());
        let key = format!("{prefix}{}", secret::hash(token.reveal()));
        write.put(&DEVICES, &key, Some(0), &now, until)?;
        Ok(Some(token))
    }

    pub(super) async fn forget_devices(
        &self,
        write: &mut Write,
        id: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(), AccountError> {
        let known = self
            .list(&DEVICES, &format!("{id}/"), None, DEVICES_MAX * 2, now)
            .await?;
        for (key, _) in known {
            write.remove(&DEVICES, &key, None);
        }
        Ok(())
    }
}

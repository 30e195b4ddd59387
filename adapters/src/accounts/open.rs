//! How sessions begin, go on under another token, and end.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use crcore::store::RecordRange;
use crcore::{Actor, Moment};
use uuid::Uuid;

use super::account::Owned;
use super::keep::{REPLANS_MAX, Write, crowded};
use super::session::{Held, Kept, KeptWho, SESSIONS, SESSIONS_OF, VISITORS, key_of, kind_of};
use super::{AccountError, AccountId, Accounts, Hidden, NewSession, Session, Visit, Who, secret};

/// How many sessions an account has at once; a further one ends the oldest.
pub const SESSIONS_MAX: u32 = 20;

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

impl Accounts {
    /// A session for a browser in which nobody has logged in: what is typed there is kept under its
    /// id, and is the person's once they log in ([`NewSession::claimed`]).
    ///
    /// # Errors
    /// [`AccountError::TryAgain`] where the store is not to be had.
    pub async fn visitor(&self, visit: &Visit) -> Result<NewSession, AccountError> {
        let mut moment = self.moment()?;
        let limits = self.inner.options.visitor;
        let kept = Kept::begin(&mut moment, KeptWho::Visitor, limits.absolute, visit);
        let token = secret::token(VISITORS, moment.bytes());
        let idle_until = kept.idle_until(limits.idle);
        let mut write = Write::default();
        let claimed = self.replace(&mut write, visit, moment.now()).await?;
        let key = key_of(token.reveal()).unwrap_or_default();
        write.put(&SESSIONS, &key, Some(0), &kept, Some(idle_until))?;
        if !self.land(write).await? {
            return Err(crowded());
        }
        let session = kept.session(Who::Visitor, token.reveal(), idle_until);
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
        self.listed(held.owned.account.id, Some(held.kept.id)).await
    }

    /// The sessions of somebody else, the newest first: for whoever may end them
    /// ([`Accounts::end_all_of`]).
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`], [`AccountError::NotFound`].
    pub async fn open_sessions(
        &self,
        actor: Actor,
        id: AccountId,
    ) -> Result<Vec<SessionInfo>, AccountError> {
        let account = self.account(actor, id).await?;
        Self::may_manage(actor, account.role)?;
        self.listed(id, None).await
    }

    async fn listed(
        &self,
        id: AccountId,
        current: Option<Uuid>,
    ) -> Result<Vec<SessionInfo>, AccountError> {
        let now = self.moment()?.now();
        let mut sessions = Vec::new();
        for (_, key) in self.sessions_of(id, now).await? {
            let Some(kept) = self.find(&SESSIONS, &key, now).await?.value else {
                continue;
            };
            sessions.push(SessionInfo {
                id: kept.id,
                created_at: kept.created_at,
                seen_at: kept.seen_at,
                label: kept.label,
                source: kept.source,
                current: current == Some(kept.id),
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
        if self.land(write).await? {
            return Ok(());
        }
        Err(crowded())
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
}

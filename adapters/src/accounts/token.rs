//! Programs that act on the desk: tokens with scopes.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use crcore::{Actor, AgentId, Role, ServiceAccountId, Shelf};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::keep::{Write, crowded};
use super::session::{TOUCH_EVERY, cut};
use super::{AccountError, AccountId, AccountState, Accounts, Hidden, secret};

/// The longest life of a program's token.
pub const TOKEN_LIFE_MAX: TimeDelta = TimeDelta::days(366);
/// How many tokens there are at once.
pub const TOKENS_MAX: u32 = 200;
/// How many scopes a token has.
pub const SCOPES_MAX: usize = 32;

/// What every token of a program begins with, so that one which lies about is found.
const PREFIX: &str = "crd_";

/// A token of a program, without what makes it one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// Which.
    pub id: Uuid,
    /// As whom the program acts.
    pub service: ServiceAccountId,
    /// The agent in whose place it acts, where it is an instrument of theirs: the buttons at their
    /// counter, their telephone.
    #[serde(default)]
    pub agent: Option<AgentId>,
    /// What it is for, as the admin wrote.
    pub label: String,
    /// What it may be used for: words that the host gives a meaning.
    pub scopes: BTreeSet<String>,
    /// Who made it.
    pub by: Actor,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it is good.
    pub until: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used: Option<DateTime<Utc>>,
}

impl ApiToken {
    /// The actor that the program is: the agent in whose place it acts, or one of its own.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.agent
            .map_or(Actor::Service(self.service), Actor::Agent)
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiToken({}, {:?})", self.id, self.scopes)
    }
}

/// What a new token is to be.
#[derive(Clone)]
pub struct NewToken {
    /// As whom the program acts; a fresh service account where it is absent.
    pub service: Option<ServiceAccountId>,
    /// The agent in whose place it acts, with what they may and within its scopes. Who leads agents or
    /// runs the desk has no such instruments.
    pub agent: Option<AccountId>,
    /// What it is for.
    pub label: String,
    /// What it may be used for.
    pub scopes: BTreeSet<String>,
    /// How long it is good for, at most [`TOKEN_LIFE_MAX`].
    pub life: TimeDelta,
}

impl fmt::Debug for NewToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewToken({:?})", self.scopes)
    }
}

/// By the token's hash.
static TOKENS: Shelf<ApiToken> = Shelf::new("api-token");

impl Accounts {
    /// Makes a token for a program. The token itself is shown now and never again.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`] to all but an admin; `scopes_invalid`, `life_invalid`,
    /// `agent_invalid` where an agent is named who is none, or suspended; `tokens_full`.
    pub async fn new_token(
        &self,
        actor: Actor,
        new: &NewToken,
    ) -> Result<(Hidden, ApiToken), AccountError> {
        admin(actor)?;
        let is_word = |s: &String| {
            (1..=48).contains(&s.len())
                && s.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._:-".contains(&b))
        };
        if new.scopes.is_empty() || new.scopes.len() > SCOPES_MAX || !new.scopes.iter().all(is_word)
        {
            let expected = format!("1 to {SCOPES_MAX} words of a-z 0-9 . _ : -");
            return Err(AccountError::invalid("scopes", "scopes_invalid", expected));
        }
        if new.life <= TimeDelta::zero() || new.life > TOKEN_LIFE_MAX {
            let expected = format!("1 to {} days", TOKEN_LIFE_MAX.num_days());
            return Err(AccountError::invalid("life", "life_invalid", expected));
        }
        let mut moment = self.moment()?;
        let now = moment.now();
        if let Some(agent) = new.agent
            && !self.is_at_work(agent, now).await?
        {
            let expected = "an agent whose account is active";
            return Err(AccountError::invalid("agent", "agent_invalid", expected));
        }
        if self.inner.store.count(TOKENS.name(), "", now).await? >= u64::from(TOKENS_MAX) {
            return Err(AccountError::NotPossible {
                code: "tokens_full",
                why: "revoke tokens that nobody uses first",
            });
        }
        let secret = secret::token(PREFIX, moment.bytes());
        let token = ApiToken {
            id: moment.id(),
            service: new.service.unwrap_or_else(|| moment.id()),
            agent: new.agent.map(|agent| AgentId::from(agent.uuid())),
            label: cut(new.label.trim()),
            scopes: new.scopes.clone(),
            by: actor,
            created_at: now,
            until: now + new.life,
            last_used: None,
        };
        let mut write = Write::default();
        let key = secret::hash(secret.reveal());
        write.put(&TOKENS, &key, Some(0), &token, Some(token.until))?;
        write.note("token.made", actor, AccountId::from(token.id));
        if let Some(agent) = new.agent {
            write.note("token.made_for", actor, agent);
        }
        if !self.land(write).await? {
            return Err(crowded());
        }
        Ok((secret, token))
    }

    /// The token that a program shows; nothing where it is none of ours, ran out, or was revoked, and while
    /// the agent in whose place it acts is suspended or something else.
    ///
    /// # Errors
    /// [`AccountError::TryAgain`] where the store is not to be had.
    pub async fn by_token(&self, token: &str) -> Result<Option<ApiToken>, AccountError> {
        if !token.starts_with(PREFIX) {
            return Ok(None);
        }
        let (key, now) = (secret::hash(token), self.moment()?.now());
        let found = self.find(&TOKENS, &key, now).await?;
        let Some(mut token) = found.value else {
            return Ok(None);
        };
        if let Some(agent) = token.agent
            && !self.is_at_work(agent.uuid().into(), now).await?
        {
            return Ok(None);
        }
        if token.last_used.is_none_or(|at| now - at >= TOUCH_EVERY) {
            token.last_used = Some(now);
            let mut write = Write::default();
            // Whoever used or revoked it in between is right.
            write.put(
                &TOKENS,
                &key,
                Some(found.version),
                &token,
                Some(token.until),
            )?;
            self.land(write).await?;
        }
        Ok(Some(token))
    }

    /// Whether somebody is an agent who can log in.
    async fn is_at_work(&self, id: AccountId, now: DateTime<Utc>) -> Result<bool, AccountError> {
        let owned = self.owned(id, now).await?.value;
        let account = owned.map(|owned| owned.account);
        Ok(account.is_some_and(|a| (a.role, a.state) == (Role::Agent, AccountState::Active)))
    }

    /// Every token that is good, the oldest first.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`] to all but an admin.
    pub async fn tokens(&self, actor: Actor) -> Result<Vec<ApiToken>, AccountError> {
        admin(actor)?;
        let tokens = self.all_tokens().await?;
        Ok(tokens.into_iter().map(|(_, token)| token).collect())
    }

    async fn all_tokens(&self) -> Result<Vec<(String, ApiToken)>, AccountError> {
        let now = self.moment()?.now();
        let mut tokens = self.list(&TOKENS, "", None, TOKENS_MAX * 2, now).await?;
        tokens.sort_by_key(|(_, token)| token.id);
        Ok(tokens)
    }

    /// Makes a token worth nothing.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`] to all but an admin, [`AccountError::NotFound`].
    pub async fn revoke_token(&self, actor: Actor, id: Uuid) -> Result<(), AccountError> {
        admin(actor)?;
        let tokens = self.all_tokens().await?;
        let found = tokens.iter().find(|(_, token)| token.id == id);
        let (key, _) = found.ok_or(AccountError::NotFound { what: "token" })?;
        let mut write = Write::default();
        write.remove(&TOKENS, key, None);
        write.note("token.revoked", actor, AccountId::from(id));
        if self.land(write).await? {
            return Ok(());
        }
        Err(crowded())
    }
}

fn admin(actor: Actor) -> Result<(), AccountError> {
    if matches!(actor.role(), Role::Admin | Role::System) {
        return Ok(());
    }
    Err(AccountError::NotAllowed {
        role: actor.role().name(),
        act: "manage tokens",
    })
}

//! How somebody becomes one of the staff: they are invited. Nobody registers as one.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use crcore::access::Right;
use crcore::ticket::Language;
use crcore::{Actor, Agent, AgentId, Role, Shelf};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::account::{Owned, name};
use super::host::EMAIL_TAKEN;
use super::keep::{REPLANS_MAX, Write, crowded};
use super::log_in::Proved;
use super::manage::is_staff;
use super::options::Urls;
use super::throttle::Limit;
use super::{
    Account, AccountError, AccountId, AccountState, Accounts, Email, Hidden, LogIn, Visit, secret,
};

/// How long an invitation is good for.
pub const INVITATION_LIFE: TimeDelta = TimeDelta::days(7);
/// How many invitations are listed.
pub const INVITATIONS_MAX: u32 = 500;

/// Whom to invite, as what.
#[derive(Clone)]
pub struct Invitation {
    /// Where the invitation goes; their address from then on.
    pub email: String,
    /// How they are addressed.
    pub name: String,
    /// The language of letters to them.
    pub language: Language,
    /// What they will be: role, queues, skills, capacity. Its id, name and address do not matter.
    pub agent: Agent,
}

impl Invitation {
    /// An invitation in English without queues, skills or capacity.
    #[must_use]
    pub fn new(role: Role, name: impl Into<String>, email: impl Into<String>) -> Self {
        let name = name.into();
        let mut agent = Agent::new(AgentId::from(Uuid::nil()), name.clone());
        agent.role = role;
        Self {
            email: email.into(),
            name,
            language: Language::default(),
            agent,
        }
    }
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invitation({})", self.agent.role.name())
    }
}

/// An invitation that was not accepted yet.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// Which.
    pub id: Uuid,
    /// Who is invited.
    pub name: String,
    /// Their address.
    pub email: Email,
    /// The language of letters to them.
    pub language: Language,
    /// What they will be.
    pub agent: Agent,
    /// Who invited them.
    pub by: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// Until when it can be accepted.
    pub until: DateTime<Utc>,
}

impl fmt::Debug for Invited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invited({}, {})", self.id, self.agent.role.name())
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Open {
    invited: Invited,
    /// The hash of the link's token.
    token: String,
    /// Whether it makes the first admin, and is void once there is one.
    first: bool,
}

static INVITATIONS: Shelf<Open> = Shelf::new("account-invitation");

impl Accounts {
    /// Invites somebody by mail: admins whomever, supervisors all but admins.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`]; `email_invalid`, `name_invalid`, `role_invalid`, `email_taken`;
    /// [`AccountError::TryAgain`] where too many letters went there.
    pub async fn invite(
        &self,
        actor: Actor,
        invitation: &Invitation,
    ) -> Result<Invited, AccountError> {
        Self::may_manage(actor, invitation.agent.role)?;
        let email: Email = invitation.email.parse()?;
        // Strangers' letters are no reason to keep one back that the bank wants sent.
        let inviter = actor.staff().map_or_else(String::new, |id| id.to_string());
        let subject = format!("{inviter} {}", email.key());
        self.take_or_wait(&[(Limit::Letter, subject)]).await?;
        let (invited, _) = self
            .open_invitation(actor, invitation, email, false)
            .await?;
        Ok(invited)
    }

    /// Makes the link by which the first admin sets up their account: for the command line, which
    /// prints it. It is void once there is an admin.
    ///
    /// # Errors
    /// `admin_exists`; `email_invalid`, `name_invalid`, `email_taken`.
    pub async fn create_first_admin(
        &self,
        name: &str,
        email: &str,
        language: Language,
    ) -> Result<Hidden, AccountError> {
        if self.admins(&mut Write::default()).await? > 0 {
            return Err(ADMIN_EXISTS);
        }
        let invitation = Invitation {
            language,
            ..Invitation::new(Role::Admin, name, email)
        };
        let email: Email = email.parse()?;
        let opened = self
            .open_invitation(Actor::System, &invitation, email, true)
            .await?;
        Ok(Urls::with(&self.inner.options.urls.invite, opened.1.reveal()).into())
    }

    async fn open_invitation(
        &self,
        actor: Actor,
        invitation: &Invitation,
        email: Email,
        first: bool,
    ) -> Result<(Invited, Hidden), AccountError> {
        if !is_staff(invitation.agent.role) {
            return Err(AccountError::invalid(
                "role",
                "role_invalid",
                "a role of the staff",
            ));
        }
        let name = name(&invitation.name)?;
        let mut moment = self.moment()?;
        if self.by_email(&email, moment.now()).await?.value.is_some() {
            return Err(EMAIL_TAKEN);
        }
        let id: Uuid = moment.id();
        let token = secret::token(&format!("{id}."), moment.bytes());
        let invited = Invited {
            id,
            agent: Agent {
                name: name.clone(),
                email: Some(email.as_str().to_owned()),
                ..invitation.agent.clone()
            },
            name,
            email,
            language: invitation.language.clone(),
            by: actor,
            at: moment.now(),
            until: moment.now() + INVITATION_LIFE,
        };
        let open = Open {
            invited: invited.clone(),
            token: secret::hash(token.reveal()),
            first,
        };
        let mut write = Write::default();
        write.put(
            &INVITATIONS,
            &id.to_string(),
            Some(0),
            &open,
            Some(invited.until),
        )?;
        write.note("account.invited", actor, AccountId::from(id));
        if !first {
            let variables = [
                (
                    "link",
                    Urls::with(&self.inner.options.urls.invite, token.reveal()),
                ),
                ("days", INVITATION_LIFE.num_days().to_string()),
            ];
            let (name, language) = (Some(invited.name.clone()), invited.language.clone());
            let to = &invited.email;
            let letter =
                self.letter_to(&mut moment, to, name, language, "account-invite", variables);
            write.letters.push(letter?);
        }
        if !self.land(write).await? {
            return Err(crowded());
        }
        Ok((invited, token))
    }

    /// The invitation of a link, to greet whoever follows it.
    ///
    /// # Errors
    /// `link_over`.
    pub async fn invitation(&self, token: &str) -> Result<Invited, AccountError> {
        Ok(self.invited(token).await?.1.invited)
    }

    async fn invited(&self, token: &str) -> Result<(u64, Open), AccountError> {
        let id = token
            .split('.')
            .next()
            .and_then(|id| id.parse::<Uuid>().ok());
        let id = id.ok_or(AccountError::DEAD_LINK)?;
        let found = self
            .find(&INVITATIONS, &id.to_string(), self.moment()?.now())
            .await?;
        let open = found.value.filter(|open| open.token == secret::hash(token));
        Ok((found.version, open.ok_or(AccountError::DEAD_LINK)?))
    }

    /// Accepts an invitation with a password of one's own. Where the staff needs a second factor, the
    /// log-in goes on with setting one up.
    ///
    /// # Errors
    /// `link_over`, `admin_exists`, `email_taken`; `password_short`, `password_long`,
    /// `password_common`.
    pub async fn accept(
        &self,
        token: &str,
        password: &str,
        visit: &Visit,
    ) -> Result<LogIn, AccountError> {
        let (_, Open { invited, .. }) = self.invited(token).await?;
        let with_factor = self.inner.options.needs_second_factor(invited.agent.role);
        self.check_password(password, with_factor, &invited.name, &invited.email)
            .await?;
        let salt = self.moment()?.bytes();
        let hash = self.inner.hasher.hash(password, salt).await?;
        for _ in 0..REPLANS_MAX {
            let (version, Open { invited, first, .. }) = self.invited(token).await?;
            let mut moment = self.moment()?;
            let mut write = Write::default();
            if first && self.admins(&mut write).await? > 0 {
                return Err(ADMIN_EXISTS);
            }
            if self
                .by_email(&invited.email, moment.now())
                .await?
                .value
                .is_some()
            {
                return Err(EMAIL_TAKEN);
            }
            // The person's id is the invitation's: the trail of one is the trail of the other.
            let account = Account {
                id: AccountId::from(invited.id),
                role: invited.agent.role,
                state: AccountState::Active,
                name: invited.name.clone(),
                email: invited.email.clone(),
                language: invited.language.clone(),
                has_password: true,
                second_factor: false,
                recovery_codes: 0,
                identities: Vec::new(),
                profile: None,
                created_at: moment.now(),
                last_seen: None,
                version: 0,
            };
            write.agent(Agent {
                id: AgentId::from(invited.id),
                version: 0,
                ..invited.agent.clone()
            });
            let mut owned = Owned::new(account, Some(hash.clone()));
            write.remove(&INVITATIONS, &invited.id.to_string(), Some(version));
            write.note(
                "account.invitation_accepted",
                owned.account.actor(),
                owned.account.id,
            );
            let proved = Proved::Password;
            let next = self
                .next_step(&mut write, &mut moment, &mut owned, visit, proved)
                .await?;
            write.account(None, &owned)?;
            if self.land(write).await? {
                return Ok(next);
            }
        }
        Err(crowded())
    }

    /// Invitations that were not accepted yet, the oldest first.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`].
    pub async fn invitations(&self, actor: Actor) -> Result<Vec<Invited>, AccountError> {
        Self::need(actor, Right::ManageAccounts)?;
        let now = self.moment()?.now();
        let open = self
            .list(&INVITATIONS, "", None, INVITATIONS_MAX, now)
            .await?;
        Ok(open.into_iter().map(|(_, open)| open.invited).collect())
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`], [`AccountError::NotFound`].
    pub async fn withdraw(&self, actor: Actor, id: Uuid) -> Result<(), AccountError> {
        let found = self
            .find(&INVITATIONS, &id.to_string(), self.moment()?.now())
            .await?;
        let open = found
            .value
            .ok_or(AccountError::NotFound { what: "invitation" })?;
        Self::may_manage(actor, open.invited.agent.role)?;
        let mut write = Write::default();
        write.remove(&INVITATIONS, &id.to_string(), None);
        write.note("account.invitation_withdrawn", actor, AccountId::from(id));
        if self.land(write).await? {
            return Ok(());
        }
        Err(crowded())
    }
}

const ADMIN_EXISTS: AccountError = AccountError::NotPossible {
    code: "admin_exists",
    why: "there is an admin, who can invite others",
};

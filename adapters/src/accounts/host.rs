//! Accounts that the host itself makes: an import, a demo, the command line.

use std::fmt;

use crcore::ticket::Language;
use crcore::{Actor, Role};
use uuid::Uuid;

use super::account::{Owned, name};
use super::keep::{REPLANS_MAX, Write, crowded};
use super::people::ROLES;
use super::{Account, AccountError, AccountId, AccountState, Accounts, Email, Hidden};

/// An account that the host itself makes: an import, a demo.
#[derive(Clone)]
pub struct NewAccount {
    /// Whose it is, where the desk or the bank knows them already; else a fresh id.
    pub id: Option<AccountId>,
    /// Customer, agent, supervisor or admin.
    pub role: Role,
    /// How they are addressed.
    pub name: String,
    /// Their address, which the host made sure of.
    pub email: String,
    /// The language of letters to them.
    pub language: Language,
    /// A password; without one they set it by the mailed link.
    pub password: Option<Hidden>,
}

impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewAccount({})", self.role.name())
    }
}

impl Accounts {
    /// Makes an account with an address that the host answers for.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`] to all but the desk itself; `email_taken`, and whatever is wrong
    /// with its parts.
    pub async fn add(&self, actor: Actor, new: &NewAccount) -> Result<Account, AccountError> {
        if actor != Actor::System {
            let (role, act) = (actor.role().name(), "make accounts");
            return Err(AccountError::NotAllowed { role, act });
        }
        if !ROLES.contains(&new.role) {
            return Err(AccountError::invalid(
                "role",
                "role_invalid",
                "a person's role",
            ));
        }
        let (email, name) = (new.email.parse::<Email>()?, name(&new.name)?);
        let mut hash = None;
        if let Some(password) = &new.password {
            let with_factor = self.inner.options.needs_second_factor(new.role);
            self.check_password(password.reveal(), with_factor, &name, &email)
                .await?;
            let salt = self.moment()?.bytes();
            hash = Some(self.inner.hasher.hash(password.reveal(), salt).await?);
        }
        for _ in 0..REPLANS_MAX {
            let mut moment = self.moment()?;
            if self.by_email(&email, moment.now()).await?.value.is_some() {
                return Err(EMAIL_TAKEN);
            }
            let mut account = Account {
                id: new.id.unwrap_or_else(|| moment.id::<Uuid>().into()),
                role: new.role,
                state: AccountState::Active,
                name: name.clone(),
                email: email.clone(),
                language: new.language.clone(),
                has_password: hash.is_some(),
                second_factor: false,
                recovery_codes: 0,
                identities: Vec::new(),
                profile: None,
                created_at: moment.now(),
                last_seen: None,
                version: 0,
            };
            let mut write = Write::default();
            write.account(None, &Owned::new(account.clone(), hash.clone()))?;
            self.write_person(&mut write, &account).await?;
            write.note("account.added", actor, account.id);
            if self.land(write).await? {
                account.version = 1;
                return Ok(account);
            }
        }
        Err(crowded())
    }

    /// Gives an account another password: for the host's own command line, where somebody is locked out
    /// or a demo begins. Its sessions end, and its owner is told.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`] to all but the desk itself; `password_short`, `password_long`,
    /// `password_common`.
    pub async fn give_password(
        &self,
        actor: Actor,
        id: AccountId,
        password: &Hidden,
    ) -> Result<(), AccountError> {
        if actor != Actor::System {
            let (role, act) = (actor.role().name(), "choose somebody's password");
            return Err(AccountError::NotAllowed { role, act });
        }
        let account = self.account(actor, id).await?;
        self.check_password_of(&account, password.reveal()).await?;
        let salt = self.moment()?.bytes();
        let hash = self.inner.hasher.hash(password.reveal(), salt).await?;
        self.manage(actor, id, "account.password_given", |owned, write| {
            self.set_password(owned, write, &hash)
        })
        .await
    }

    /// A pass phrase of 100 bits that can be read out and typed: for a demo's accounts, and for
    /// nothing that lasts.
    ///
    /// # Errors
    /// [`AccountError::Broken`] where the clock has no chance to give.
    pub fn pass_phrase(&self) -> Result<Hidden, AccountError> {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let bytes = self.moment()?.bytes();
        let letters: Vec<char> = bytes[..20]
            .iter()
            .map(|b| char::from(LETTERS[usize::from(b % 32)]))
            .collect();
        let groups: Vec<String> = letters.chunks(5).map(|c| c.iter().collect()).collect();
        Ok(groups.join("-").into())
    }
}

pub(super) const EMAIL_TAKEN: AccountError = AccountError::NotPossible {
    code: "email_taken",
    why: "an account has this address",
};

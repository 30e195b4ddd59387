//! Logging in through a provider, and linking its identities to accounts.
//!
//! An identity is linked to an account that exists only where its owner does it, logged in, or where
//! the bank trusts the provider's word on an address, the provider says that it made sure of it, and the
//! account's address is confirmed, as every account's is. In every other case the address is confirmed
//! by a code of ours, and one that is taken leads nowhere but to a letter to its owner.

use crcore::Role;
use crcore::text::is_hidden;
use crcore::ticket::Language;

use super::account::{IDENTITIES, IDENTITIES_MAX, Identity, NAME_MAX, Owned, identity_key};
use super::flow::{FLOW_LIFE, FLOWS, Flow};
use super::keep::{REPLANS_MAX, Write, crowded};
use super::log_in::Proved;
use super::throttle::Limit;
use super::{
    Account, AccountError, AccountId, AccountState, Accounts, Email, LogIn, NewSession,
    ProviderIdentity, Visit,
};

/// The longest issuer and subject, in bytes (OpenID Connect Core, 2: a subject has at most 255).
pub const PROVIDER_TEXT_MAX: usize = 255;

impl Accounts {
    /// The account that an identity is linked to.
    ///
    /// # Errors
    /// [`AccountError::TryAgain`] where the store is not to be had.
    pub async fn by_identity(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<Account>, AccountError> {
        let now = self.moment()?.now();
        let id = self
            .find(&IDENTITIES, &identity_key(issuer, subject), now)
            .await?
            .value;
        let Some(id) = id else { return Ok(None) };
        Ok(self.owned(id, now).await?.value.map(|owned| owned.account))
    }

    /// Logs in whom a provider vouches for. Somebody new becomes a customer; where the address is not
    /// sure, after a code that is mailed to it.
    ///
    /// # Errors
    /// `identity_invalid`; [`AccountError::TryAgain`] where too many log in at once.
    pub async fn log_in_with(
        &self,
        identity: &ProviderIdentity,
        visit: &Visit,
    ) -> Result<LogIn, AccountError> {
        let linked = self.identity(identity)?;
        self.take_or_wait(&[(Limit::Source, &visit.source)]).await?;
        if let Some(account) = self
            .by_identity(&identity.issuer, &identity.subject)
            .await?
        {
            let key = linked.key();
            let still = |owned: &mut Owned, _: &mut Write| {
                Ok(owned.account.identities.iter().any(|i| i.key() == key))
            };
            return self
                .admit(account.id, visit, Proved::Provider, None, still)
                .await;
        }
        let name = self.provider_name(identity);
        let language = identity
            .language
            .as_deref()
            .and_then(|tag| tag.parse().ok());
        let language: Language = language.unwrap_or_default();
        let email: Option<Email> = identity.email.as_deref().and_then(|e| e.parse().ok());
        let Some(email) = email else {
            let mut moment = self.moment()?;
            let flow = Flow::AskAddress {
                name,
                language,
                identity: linked,
            };
            let mut write = Write::default();
            let token = self.begin(&mut write, &mut moment, &flow, FLOW_LIFE)?;
            self.land(write).await?;
            return Ok(LogIn::AskAddress(token));
        };
        let is_sure = identity.email_verified
            && self
                .inner
                .options
                .trusted_issuers
                .contains(&identity.issuer);
        if !is_sure {
            let asker = self.take_letter_of_try(&email, visit).await?;
            let code = self
                .ask_for_code(email, name, language, None, Some(linked), asker)
                .await?;
            return Ok(LogIn::ConfirmAddress(code));
        }
        let now = self.moment()?.now();
        if let Some(owned) = self.by_email(&email, now).await?.value {
            return self
                .link_by_address(&owned.account, &email, linked, visit)
                .await;
        }
        self.register_with(email, name, language, linked, visit)
            .await
    }

    /// Gives the address that a provider did not: a code goes there.
    ///
    /// # Errors
    /// `flow_over`, `email_invalid`; [`AccountError::TryAgain`] where too many codes were sent.
    pub async fn give_address(
        &self,
        flow: &str,
        email: &str,
        visit: &Visit,
    ) -> Result<LogIn, AccountError> {
        let email: Email = email.parse()?;
        let under = self.under_way(flow).await?.ok_or(AccountError::OVER)?;
        let Flow::AskAddress {
            name,
            language,
            identity,
        } = under.flow
        else {
            return Err(AccountError::OVER);
        };
        let asker = self.take_letter(&email, visit).await?;
        let mut write = Write::default();
        write.remove(&FLOWS, &under.key, Some(under.version));
        if !self.land(write).await? {
            return Err(AccountError::OVER);
        }
        let code = self
            .ask_for_code(email, name, language, None, Some(identity), asker)
            .await?;
        Ok(LogIn::ConfirmAddress(code))
    }

    async fn link_by_address(
        &self,
        account: &Account,
        email: &Email,
        linked: Identity,
        visit: &Visit,
    ) -> Result<LogIn, AccountError> {
        let link = |owned: &mut Owned, write: &mut Write| {
            let account = &mut owned.account;
            let is_full = account.identities.len() >= IDENTITIES_MAX;
            if account.email.key() != email.key() || is_full {
                return Ok(false);
            }
            account.identities.push(linked.clone());
            write.letters.push(self.linked_letter(account, &linked)?);
            write.note("account.linked", account.actor(), account.id);
            Ok(true)
        };
        self.admit(account.id, visit, Proved::Provider, None, link)
            .await
    }

    fn linked_letter(
        &self,
        account: &Account,
        linked: &Identity,
    ) -> Result<super::Letter, AccountError> {
        let provider = [("provider", linked.issuer.clone())];
        self.letter(&mut self.moment()?, account, "account-linked", provider)
    }

    async fn register_with(
        &self,
        email: Email,
        name: String,
        language: Language,
        linked: Identity,
        visit: &Visit,
    ) -> Result<LogIn, AccountError> {
        let mut moment = self.moment()?;
        let account = Account {
            id: AccountId::from(moment.id::<uuid::Uuid>()),
            role: Role::Customer,
            state: AccountState::Active,
            name,
            email,
            language,
            has_password: false,
            second_factor: false,
            recovery_codes: 0,
            identities: vec![linked],
            profile: None,
            created_at: moment.now(),
            last_seen: Some(moment.now()),
            version: 0,
        };
        let owned = Owned::new(account, None);
        let mut write = Write::default();
        write.account(None, &owned)?;
        self.write_person(&mut write, &owned.account).await?;
        write.tried("account.registered", owned.account.id, visit);
        let session = self.open(&mut write, &mut moment, &owned, visit).await?;
        if !self.land(write).await? {
            return Err(crowded());
        }
        Ok(LogIn::Done(Box::new(session)))
    }

    /// Links an identity to one's own account.
    ///
    /// # Errors
    /// `signed_out`, `prove_again`, `identity_taken`, `identity_invalid`, `identities_full`.
    pub async fn link(
        &self,
        token: &str,
        identity: &ProviderIdentity,
    ) -> Result<Account, AccountError> {
        let linked = self.identity(identity)?;
        for _ in 0..REPLANS_MAX {
            let held = self.proved(token).await?;
            let mut owned = held.owned.clone();
            let id = owned.account.id;
            match self.by_identity(&linked.issuer, &linked.subject).await? {
                Some(has) if has.id == id => return Ok(has),
                Some(_) => {
                    return Err(AccountError::NotPossible {
                        code: "identity_taken",
                        why: "another account has this identity",
                    });
                }
                None => {}
            }
            if owned.account.identities.len() >= IDENTITIES_MAX {
                return Err(AccountError::NotPossible {
                    code: "identities_full",
                    why: "unlink another identity first",
                });
            }
            owned.account.identities.push(linked.clone());
            let mut write = Write::default();
            write.account(Some(&held.owned.account), &owned)?;
            write
                .letters
                .push(self.linked_letter(&owned.account, &linked)?);
            write.note("account.linked", owned.account.actor(), id);
            if self.land(write).await? {
                owned.account.version += 1;
                return Ok(owned.account);
            }
        }
        Err(crowded())
    }

    /// Unlinks an identity from one's own account. Another way in has to be left.
    ///
    /// # Errors
    /// `signed_out`, `prove_again`, `last_way_in`; [`AccountError::NotFound`].
    pub async fn unlink(
        &self,
        token: &str,
        issuer: &str,
        subject: &str,
    ) -> Result<NewSession, AccountError> {
        self.proved(token).await?;
        let key = identity_key(issuer, subject);
        self.change(token, "account.unlinked", |owned, _| {
            let account = &mut owned.account;
            let before = account.identities.len();
            account.identities.retain(|identity| identity.key() != key);
            if account.identities.len() == before {
                return Err(AccountError::NotFound { what: "identity" });
            }
            if account.identities.is_empty() && !account.has_password {
                return Err(AccountError::NotPossible {
                    code: "last_way_in",
                    why: "choose a password first",
                });
            }
            Ok(())
        })
        .await
    }

    /// Proves again who one is by logging in at a provider that one's account is linked to; where there
    /// is a second factor, that is not enough.
    ///
    /// # Errors
    /// `signed_out`, `proof_wrong`.
    pub async fn prove_with(
        &self,
        token: &str,
        identity: &ProviderIdentity,
    ) -> Result<NewSession, AccountError> {
        let key = identity_key(&identity.issuer, &identity.subject);
        self.proof(token, |owned, _| {
            let account = &owned.account;
            let is_linked = account.identities.iter().any(|i| i.key() == key);
            if is_linked && !account.second_factor {
                return Ok(());
            }
            Err(super::prove::wrong_proof())
        })
        .await
    }

    fn identity(&self, identity: &ProviderIdentity) -> Result<Identity, AccountError> {
        let fits = |text: &str| !text.is_empty() && text.len() <= PROVIDER_TEXT_MAX;
        if !fits(&identity.issuer) || !fits(&identity.subject) {
            let expected = format!("an issuer and a subject of 1 to {PROVIDER_TEXT_MAX} bytes");
            return Err(AccountError::invalid(
                "identity",
                "identity_invalid",
                expected,
            ));
        }
        Ok(Identity {
            issuer: identity.issuer.clone(),
            subject: identity.subject.clone(),
            linked_at: self.moment()?.now(),
        })
    }

    /// What a provider calls somebody, on one line; else what stands before the `@`, until they say.
    fn provider_name(&self, identity: &ProviderIdentity) -> String {
        let local = || identity.email.as_deref()?.split('@').next();
        let given = identity
            .name
            .as_deref()
            .map(str::trim)
            .filter(|n| !n.is_empty());
        let name = given.or_else(local).unwrap_or("?");
        let mut kept = String::new();
        for c in name.chars().filter(|c| !is_hidden(*c)) {
            if kept.len() + c.len_utf8() > NAME_MAX {
                break;
            }
            kept.push(c);
        }
        if kept.trim().is_empty() {
            "?".to_owned()
        } else {
            kept
        }
    }
}

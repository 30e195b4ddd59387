//! Choosing another password: by a mailed link, or by the one before.

use uuid::Uuid;

use super::account::Owned;
use super::flow::{Flow, RESET_LIFE};
use super::keep::{Write, crowded};
use super::log_in::Proved;
use super::options::Urls;
use super::prove::wrong_proof;
use super::throttle::Limit;
use super::{AccountError, AccountId, AccountState, Accounts, Email, LogIn, NewSession, Visit};

impl Accounts {
    /// Mails a link by which the password is set anew. Whether the address is known, the answer does
    /// not say.
    ///
    /// # Errors
    /// `email_invalid`; [`AccountError::TryAgain`] where too many were sent.
    pub async fn forgot_password(&self, email: &str, visit: &Visit) -> Result<(), AccountError> {
        let email: Email = email.parse()?;
        self.take_letter(&email, visit).await?;
        let mut moment = self.moment()?;
        let owned = self.by_email(&email, moment.now()).await?.value;
        let owned = owned.filter(|o| o.account.state == AccountState::Active);
        let flow = Flow::Reset {
            account: owned.as_ref().map(|o| o.account.id),
            age: owned.as_ref().map_or(0, |o| o.age),
        };
        let mut write = Write::default();
        let token = self.begin(&mut write, &mut moment, &flow, RESET_LIFE)?;
        let id = owned
            .as_ref()
            .map_or(AccountId::from(Uuid::nil()), |o| o.account.id);
        write.tried("account.reset_asked", id, visit);
        if let Some(owned) = &owned {
            let link = Urls::with(&self.inner.options.urls.reset, token.reveal());
            let minutes = RESET_LIFE.num_minutes().to_string();
            let variables = [("link", link), ("minutes", minutes)];
            let letter = self.letter(&mut moment, &owned.account, "account-reset", variables)?;
            write.letters.push(letter);
        }
        if !self.land(write).await? {
            return Err(crowded());
        }
        Ok(())
    }

    /// Sets another password by the link that was mailed. Every session ends, and the link is used up.
    /// Where the account has a second factor, that is owed besides.
    ///
    /// # Errors
    /// `link_over`; `password_short`, `password_long`, `password_common`, after which the link is still
    /// good.
    pub async fn reset_password(
        &self,
        token: &str,
        password: &str,
        visit: &Visit,
    ) -> Result<LogIn, AccountError> {
        let under = self
            .under_way(token)
            .await?
            .ok_or(AccountError::DEAD_LINK)?;
        let Flow::Reset {
            account: Some(id),
            age,
        } = under.flow
        else {
            return Err(AccountError::DEAD_LINK);
        };
        let owned = self.owned(id, self.moment()?.now()).await?.value;
        let owned = owned.filter(|o| o.age == age && o.account.state == AccountState::Active);
        let account = owned.ok_or(AccountError::DEAD_LINK)?.account;
        self.check_password_of(&account, password).await?;
        let salt = self.moment()?.bytes();
        let hash = self.inner.hasher.hash(password, salt).await?;
        let set = |owned: &mut Owned, write: &mut Write| {
            if owned.age != age {
                return Err(AccountError::DEAD_LINK);
            }
            write.forgive(Limit::Password, &owned.account.email.key());
            write.note("account.password_reset", owned.account.actor(), id);
            self.set_password(owned, write, &hash)?;
            Ok(true)
        };
        let done = self
            .admit(id, visit, Proved::Address, Some(&under), set)
            .await;
        done.map_err(|e| {
            if e == AccountError::OVER {
                AccountError::DEAD_LINK
            } else {
                e
            }
        })
    }

    /// Whether a link to set another password is still good, so that a page need not ask for one in
    /// vain.
    ///
    /// # Errors
    /// [`AccountError::TryAgain`] where the store is not to be had.
    pub async fn can_reset(&self, token: &str) -> Result<bool, AccountError> {
        let under = self.under_way(token).await?;
        Ok(under.is_some_and(|u| {
            matches!(
                u.flow,
                Flow::Reset {
                    account: Some(_),
                    ..
                }
            )
        }))
    }

    /// Chooses another password by the one before. Every other session ends. Somebody without a
    /// password, who logs in through a provider, has to have proved who they are a short while ago.
    ///
    /// # Errors
    /// `signed_out`, `proof_wrong`, `prove_again`, `password_short`, `password_long`,
    /// `password_common`; [`AccountError::TryAgain`] after too many wrong ones.
    pub async fn change_password(
        &self,
        token: &str,
        current: Option<&str>,
        password: &str,
    ) -> Result<NewSession, AccountError> {
        let held = self.held(token).await?;
        let account = &held.owned.account;
        let subject = format!("{}/proof", account.email.key());
        let kept = held.owned.password.clone();
        if let Some(kept) = &kept {
            self.take_or_wait(&[(Limit::Password, &subject)]).await?;
            let current = current.unwrap_or_default();
            if !self.inner.hasher.verify(current, Some(kept)).await? {
                return Err(wrong_proof());
            }
        } else {
            self.proved(token).await?;
        }
        self.check_password_of(account, password).await?;
        let salt = self.moment()?.bytes();
        let hash = self.inner.hasher.hash(password, salt).await?;
        self.change(token, "account.password_changed", |owned, write| {
            if owned.password != kept {
                return Err(wrong_proof());
            }
            write.forgive(Limit::Password, &subject);
            self.set_password(owned, write, &hash)
        })
        .await
    }

    /// Sets another password and tells its owner. What was begun under the one before is over.
    pub(super) fn set_password(
        &self,
        owned: &mut Owned,
        write: &mut Write,
        hash: &str,
    ) -> Result<(), AccountError> {
        owned.password = Some(hash.to_owned());
        owned.account.has_password = true;
        owned.age += 1;
        let mut moment = self.moment()?;
        let word = self.letter(&mut moment, &owned.account, "account-password-changed", [])?;
        write.letters.push(word);
        Ok(())
    }

    pub(super) async fn check_password_of(
        &self,
        account: &super::Account,
        password: &str,
    ) -> Result<(), AccountError> {
        let needs = self.inner.options.needs_second_factor(account.role);
        let with_factor = account.second_factor || needs;
        self.check_password(password, with_factor, &account.name, &account.email)
            .await
    }

    /// Checks a new password, in its turn as a hash has one: the lists are long.
    pub(super) async fn check_password(
        &self,
        password: &str,
        with_factor: bool,
        name: &str,
        email: &Email,
    ) -> Result<(), AccountError> {
        let password = password.to_owned();
        let own = [name, email.as_str(), &self.inner.options.bank].map(str::to_owned);
        let check = move || {
            let own = own.each_ref().map(String::as_str);
            super::password::check(&password, with_factor, &own)
        };
        self.inner.hasher.off(check).await?
    }
}

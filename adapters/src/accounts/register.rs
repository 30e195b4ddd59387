//! Registering, and confirming or changing an address.
//!
//! Somebody who registers has no account before a code that was mailed to the address came back: nobody
//! can take an address that is not theirs, and nothing is left of a registration that was not finished.
//! For an address that has an account, the answer and the work are the same, no code is right, and its
//! owner is told.

use crcore::ticket::Language;
use crcore::{CustomerId, Role};

use super::account::{Identity, Owned, name};
use super::flow::{FLOW_LIFE, FLOWS, Flow, Under};
use super::keep::{REPLANS_MAX, Write, crowded};
use super::log_in::Proved;
use super::throttle::{Asker, Limit};
use super::{
    Account, AccountError, AccountState, Accounts, Email, Hidden, LogIn, NewSession, Visit,
};

/// What a customer types to register.
#[derive(Clone)]
pub struct Registration {
    /// Their address, where a code goes.
    pub email: String,
    /// How they are addressed.
    pub name: String,
    /// At least [`PASSWORD_MIN`](super::PASSWORD_MIN) characters.
    pub password: Hidden,
    /// The language of letters to them.
    pub language: Language,
}

/// What a person typed stays out of logs.
impl std::fmt::Debug for Registration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Registration")
    }
}

impl Accounts {
    /// Begins a registration: a code goes to the address. Says the flow in which it is to be given
    /// back ([`Accounts::confirm_address`]). Whether the address has an account, the answer does not
    /// say; its owner is told.
    ///
    /// # Errors
    /// `email_invalid`, `name_invalid`, `password_short`, `password_long`, `password_common`;
    /// [`AccountError::TryAgain`] where too many codes were sent.
    pub async fn register(
        &self,
        registration: &Registration,
        visit: &Visit,
    ) -> Result<Hidden, AccountError> {
        let email: Email = registration.email.parse()?;
        let name = name(&registration.name)?;
        let password = registration.password.reveal();
        let source = [(Limit::Source, visit.source.as_str())];
        self.take_or_wait(&source).await?;
        self.check_password(password, false, &name, &email).await?;
        let asker = self.take_letter_of_try(&email, visit).await?;
        let salt = self.moment()?.bytes();
        let password = Some(self.inner.hasher.hash(password, salt).await?);
        let language = registration.language.clone();
        self.ask_for_code(email, name, language, password, None, asker)
            .await
    }

    /// Sends a code to an address that is to become an account's.
    pub(super) async fn ask_for_code(
        &self,
        email: Email,
        name: String,
        language: Language,
        password: Option<String>,
        identity: Option<Identity>,
        asker: Asker,
    ) -> Result<Hidden, AccountError> {
        let mut moment = self.moment()?;
        let owner = self.by_email(&email, moment.now()).await?.value;
        let (token, key) = Self::flow_token(&mut moment);
        let (code, kept) = self.fresh_code(&mut moment, &key, 1, asker);
        let flow = Flow::Register {
            email,
            name,
            language,
            password,
            identity,
            known: owner.is_some(),
            code: kept,
        };
        let mut write = Write::default();
        write.put(&FLOWS, &key, Some(0), &flow, Some(moment.now() + FLOW_LIFE))?;
        let owner = owner.as_ref().map(|owned| &owned.account);
        self.write_code(&mut write, &mut moment, &flow, &code, owner)?;
        if !self.land(write).await? {
            return Err(crowded());
        }
        Ok(token)
    }

    /// Finishes a registration with the code that was mailed: makes the account and the desk's record
    /// of the customer in one commit, and logs them in.
    ///
    /// # Errors
    /// `code_wrong`, `code_over`, `flow_over`.
    pub async fn confirm_address(
        &self,
        flow: &str,
        code: &str,
        visit: &Visit,
    ) -> Result<LogIn, AccountError> {
        for _ in 0..REPLANS_MAX {
            let under = self.with_code(flow, code).await?;
            if let Some(session) = self.registered(&under, visit).await? {
                return Ok(LogIn::Done(Box::new(session)));
            }
        }
        Err(crowded())
    }

    async fn registered(
        &self,
        under: &Under,
        visit: &Visit,
    ) -> Result<Option<NewSession>, AccountError> {
        let Flow::Register {
            email,
            name,
            language,
            password,
            identity,
            ..
        } = &under.flow
        else {
            return Err(AccountError::OVER);
        };
        let mut moment = self.moment()?;
        // Somebody with the same mailbox was faster.
        if self.by_email(email, moment.now()).await?.value.is_some() {
            return Err(AccountError::OVER);
        }
        let account = Account {
            id: moment.id::<CustomerId>().into(),
            role: Role::Customer,
            state: AccountState::Active,
            name: name.clone(),
            email: email.clone(),
            language: language.clone(),
            has_password: password.is_some(),
            second_factor: false,
            recovery_codes: 0,
            identities: identity.iter().cloned().collect(),
            profile: None,
            created_at: moment.now(),
            last_seen: Some(moment.now()),
            version: 0,
        };
        let owned = Owned::new(account, password.clone());
        let mut write = Write::default();
        write.account(None, &owned)?;
        self.write_person(&mut write, &owned.account).await?;
        write.remove(&FLOWS, &under.key, Some(under.version));
        write.forgive(Limit::Code, &email.key());
        write.tried("account.registered", owned.account.id, visit);
        let session = self.open(&mut write, &mut moment, &owned, visit).await?;
        Ok(self.land(write).await?.then_some(session))
    }

    /// Begins a change of one's address: a code goes to the new one. Whether somebody has it already,
    /// the answer does not say.
    ///
    /// # Errors
    /// `signed_out`, `prove_again`, `email_invalid`; [`AccountError::TryAgain`] where too many codes
    /// were sent.
    pub async fn change_address(&self, token: &str, email: &str) -> Result<Hidden, AccountError> {
        let email: Email = email.parse()?;
        let held = self.proved(token).await?;
        let asker = Asker::Other(held.owned.account.id.to_string());
        self.take_or_wait(&asker.letter(&email)).await?;
        let mut moment = self.moment()?;
        let owner = self.by_email(&email, moment.now()).await?.value;
        let owner = owner
            .map(|o| o.account)
            .filter(|a| a.id != held.owned.account.id);
        let (flow_token, key) = Self::flow_token(&mut moment);
        let (code, kept) = self.fresh_code(&mut moment, &key, 1, asker);
        let account = &held.owned.account;
        let flow = Flow::Address {
            account: account.id,
            age: held.owned.age,
            email,
            language: account.language.clone(),
            known: owner.is_some(),
            code: kept,
        };
        let mut write = Write::default();
        write.put(&FLOWS, &key, Some(0), &flow, Some(moment.now() + FLOW_LIFE))?;
        self.write_code(&mut write, &mut moment, &flow, &code, owner.as_ref())?;
        if !self.land(write).await? {
            return Err(crowded());
        }
        Ok(flow_token)
    }

    /// Finishes a change of address with the code that was mailed to the new one. The old one gets
    /// word, every other session ends, and so do links' claims; a device stays known as its owner's, which lets
    /// nobody in.
    ///
    /// # Errors
    /// `code_wrong`, `code_over`, `flow_over`.
    pub async fn confirm_new_address(
        &self,
        flow: &str,
        code: &str,
        visit: &Visit,
    ) -> Result<LogIn, AccountError> {
        let under = self.with_code(flow, code).await?;
        let Flow::Address {
            account,
            age,
            email,
            ..
        } = &under.flow
        else {
            return Err(AccountError::OVER);
        };
        let holder = self.by_email(email, self.moment()?.now()).await?.value;
        if holder.is_some_and(|o| o.account.id != *account) {
            return Err(AccountError::OVER);
        }
        let now = self.owned(*account, self.moment()?.now()).await?.value;
        let mut person = Write::default();
        if let Some(mut owned) = now {
            owned.account.email = email.clone();
            self.write_person(&mut person, &owned.account).await?;
        }
        // The session was proved when the change began, and the flow is bound to the browser: so both
        // factors were shown where there are two.
        self.admit(
            *account,
            visit,
            Proved::Both,
            Some(&under),
            |owned, write| {
                if owned.age != *age {
                    return Err(AccountError::OVER);
                }
                let mut moment = self.moment()?;
                let word =
                    self.letter(&mut moment, &owned.account, "account-address-changed", [])?;
                write.letters.push(word);
                owned.account.email = email.clone();
                owned.age += 1;
                write
                    .changes
                    .customers
                    .clone_from(&person.changes.customers);
                write.changes.agents.clone_from(&person.changes.agents);
                write.forgive(Limit::Code, &email.key());
                write.note(
                    "account.address_changed",
                    owned.account.actor(),
                    owned.account.id,
                );
                Ok(true)
            },
        )
        .await
    }
}

//! Logging in.
//!
//! For an address that nobody has, everything is done that is done for one that somebody has: the same
//! reads, the same counting, a hash of the same cost. A suspended account answers as one with another
//! password.

use chrono::TimeDelta;
use crcore::Moment;
use uuid::Uuid;

use super::account::Owned;
use super::flow::{FACTOR_LIFE, FLOW_LIFE, FLOWS, Flow, Under};
use super::keep::{REPLANS_MAX, Write, crowded};
use super::throttle::{self, Limit, Turn};
use super::{AccountError, AccountId, AccountState, Accounts, Email, Hidden, NewSession, Visit};

/// At so many wrong passwords in a row the owner is told, and shown the way in that is always open.
pub const TOLD_AT: u32 = 8;

/// What became of a log-in.
#[derive(Debug, Clone)]
#[must_use = "whoever logs in may owe more"]
pub enum LogIn {
    /// Somebody is logged in.
    Done(Box<NewSession>),
    /// The second factor is owed: [`Accounts::second_factor`].
    SecondFactor(Hidden),
    /// An authenticator app has to be set up first: [`Accounts::enrolment`].
    EnrolSecondFactor(Hidden),
    /// A provider said who it is and not where to write to: [`Accounts::give_address`].
    AskAddress(Hidden),
    /// A code was mailed to the address: [`Accounts::confirm_address`].
    ConfirmAddress(Hidden),
    /// No. Nothing tells whether the address, the password or the state of the account is why.
    Refused {
        /// A further try is not looked at before this has passed.
        retry_after: Option<TimeDelta>,
    },
}

impl LogIn {
    /// No, and a further try may be made at once.
    pub(super) const NO: Self = Self::Refused { retry_after: None };
}

impl Accounts {
    /// Logs in by address and password. Ends the session that the browser had.
    ///
    /// # Errors
    /// `email_invalid`; [`AccountError::TryAgain`] where too many log in at once.
    pub async fn log_in(
        &self,
        email: &str,
        password: &str,
        visit: &Visit,
    ) -> Result<LogIn, AccountError> {
        let email: Email = email.parse()?;
        let now = self.moment()?.now();
        let owned = self.by_email(&email, now).await?.value;
        let id = owned
            .as_ref()
            .map_or(AccountId::from(Uuid::nil()), |o| o.account.id);
        // From a device that is known to be its owner's, nobody else's guesses are in the way.
        let device = self.knows_device(id, visit, now).await?;
        let subject = device.unwrap_or_else(|| email.key());
        let limits = [
            (Limit::Password, &*subject),
            (Limit::Source, &*visit.source),
        ];
        let count = match self.take(&limits).await? {
            Turn::Go(count) => count,
            Turn::Wait(wait) => {
                return Ok(LogIn::Refused {
                    retry_after: Some(wait),
                });
            }
        };
        let kept = owned.as_ref().and_then(|o| o.password.as_deref());
        let fits = self.inner.hasher.verify(password, kept).await?;
        let Some(owned) = owned.filter(|o| fits && o.account.state == AccountState::Active) else {
            self.refused(id, count, visit).await?;
            let wait = throttle::password_wait(count);
            let retry_after = (wait > TimeDelta::zero()).then_some(wait);
            return Ok(LogIn::Refused { retry_after });
        };
        let mut better = None;
        if owned
            .password
            .as_ref()
            .is_some_and(|p| self.inner.hasher.is_outdated(p))
        {
            let salt = self.moment()?.bytes();
            better = Some(self.inner.hasher.hash(password, salt).await?);
        }
        let seen = owned.password;
        self.admit(id, visit, Proved::Password, None, |owned, write| {
            if owned.password != seen {
                return Ok(false);
            }
            if let Some(better) = &better {
                owned.password = Some(better.clone());
            }
            write.forgive(Limit::Password, &subject);
            Ok(true)
        })
        .await
    }

    /// What follows a wrong password: the owner hears of many.
    async fn refused(&self, id: AccountId, count: u32, visit: &Visit) -> Result<(), AccountError> {
        let mut moment = self.moment()?;
        let mut write = Write::default();
        write.tried("account.log_in_refused", id, visit);
        let owned = self.owned(id, moment.now()).await?.value;
        let told = owned.filter(|o| count == TOLD_AT && o.account.state == AccountState::Active);
        if let Some(owned) = told {
            let link = [("link", self.inner.options.urls.log_in.clone())];
            write
                .letters
                .push(self.letter(&mut moment, &owned.account, "account-locked", link)?);
        }
        self.land(write).await.map(drop)
    }

    /// Lets somebody in who proved who they are by one means, or says what else they owe. `change`
    /// looks at the account as it is now, may change it and add to the commit, and says whether the
    /// proof still holds. A flow that led here is used up in the same commit, so that one of many who
    /// come with it at once gets in.
    pub(super) async fn admit(
        &self,
        id: AccountId,
        visit: &Visit,
        proved: Proved,
        flow: Option<&Under>,
        change: impl Fn(&mut Owned, &mut Write) -> Result<bool, AccountError> + Send,
    ) -> Result<LogIn, AccountError> {
        for attempt in 0..REPLANS_MAX {
            let mut moment = self.moment()?;
            if let Some(flow) = flow.filter(|_| attempt > 0) {
                let still = self.find(&FLOWS, &flow.key, moment.now()).await?;
                if still.version != flow.version {
                    return Err(AccountError::OVER);
                }
            }
            let Some(before) = self.owned(id, moment.now()).await?.value else {
                return Ok(LogIn::NO);
            };
            let mut owned = before.clone();
            let mut write = Write::default();
            if owned.account.state != AccountState::Active || !change(&mut owned, &mut write)? {
                return Ok(LogIn::NO);
            }
            if let Some(flow) = flow {
                write.remove(&FLOWS, &flow.key, Some(flow.version));
            }
            if owned.age != before.age {
                self.end_sessions(&mut write, id, None, moment.now())
                    .await?;
            }
            let log_in = self
                .next_step(&mut write, &mut moment, &mut owned, visit, proved)
                .await?;
            write.account(Some(&before.account), &owned)?;
            if self.land(write).await? {
                return Ok(log_in);
            }
        }
        Err(crowded())
    }

    pub(super) async fn next_step(
        &self,
        write: &mut Write,
        moment: &mut Moment,
        owned: &mut Owned,
        visit: &Visit,
        proved: Proved,
    ) -> Result<LogIn, AccountError> {
        let (account, age) = (owned.account.id, owned.age);
        if proved != Proved::Both && owned.account.second_factor {
            let flow = Flow::Factor {
                account,
                age,
                tries: 0,
            };
            let token = self.begin(write, moment, &flow, FACTOR_LIFE)?;
            return Ok(LogIn::SecondFactor(token));
        }
        let needs = self.inner.options.needs_second_factor(owned.account.role);
        if needs && !owned.account.second_factor {
            let salt = moment.id();
            let flow = Flow::Enrol {
                account,
                age,
                salt,
                tries: 0,
            };
            let token = self.begin(write, moment, &flow, FLOW_LIFE)?;
            return Ok(LogIn::EnrolSecondFactor(token));
        }
        owned.account.last_seen = Some(moment.now());
        write.tried("account.logged_in", account, visit);
        let session = self.open(write, moment, owned, visit).await?;
        Ok(LogIn::Done(Box::new(session)))
    }

    /// Begins a flow.
    pub(super) fn begin(
        &self,
        write: &mut Write,
        moment: &mut Moment,
        flow: &Flow,
        life: TimeDelta,
    ) -> Result<Hidden, AccountError> {
        let (token, key) = Self::flow_token(moment);
        write.put(&FLOWS, &key, Some(0), flow, Some(moment.now() + life))?;
        Ok(token)
    }

    /// Sends a code by which a customer logs in without a password. Whether the address is known, the
    /// answer does not say. A code that was mailed proves an address; where the account has a second
    /// factor, that is owed besides (NIST SP 800-63B, 3.1.3.1: e-mail is no second factor).
    ///
    /// # Errors
    /// `code_log_in_off` where the bank does not have it, `email_invalid`; [`AccountError::TryAgain`]
    /// where too many were sent.
    pub async fn send_log_in_code(
        &self,
        email: &str,
        visit: &Visit,
    ) -> Result<Hidden, AccountError> {
        if !self.inner.options.code_log_in {
            return Err(AccountError::NotPossible {
                code: "code_log_in_off",
                why: "log in by password",
            });
        }
        let email: Email = email.parse()?;
        let asker = self.take_letter(&email, visit).await?;
        let mut moment = self.moment()?;
        let owned = self.by_email(&email, moment.now()).await?.value;
        let owner = owned
            .map(|o| o.account)
            .filter(|a| a.state == AccountState::Active && a.role == crcore::Role::Customer);
        let (token, key) = Self::flow_token(&mut moment);
        let (code, kept) = self.fresh_code(&mut moment, &key, 1, asker);
        let flow = Flow::LogIn {
            email,
            account: owner.as_ref().map(|owner| owner.id),
            code: kept,
        };
        let mut write = Write::default();
        write.put(&FLOWS, &key, Some(0), &flow, Some(moment.now() + FLOW_LIFE))?;
        self.write_code(&mut write, &mut moment, &flow, &code, owner.as_ref())?;
        if !self.land(write).await? {
            return Err(crowded());
        }
        Ok(token)
    }

    /// Logs in by the code that was mailed.
    ///
    /// # Errors
    /// `code_wrong`, `code_over`, `flow_over`.
    pub async fn log_in_with_code(
        &self,
        flow: &str,
        code: &str,
        visit: &Visit,
    ) -> Result<LogIn, AccountError> {
        let under = self.with_code(flow, code).await?;
        let Flow::LogIn {
            email,
            account: Some(id),
            code: sent,
        } = &under.flow
        else {
            return Err(AccountError::OVER);
        };
        let subject = sent.subject(email);
        self.admit(*id, visit, Proved::Address, Some(&under), |owned, write| {
            write.forgive(Limit::Code, &subject);
            Ok(owned.account.email.key() == email.key())
        })
        .await
    }
}

/// By what somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proved {
    /// The password.
    Password,
    /// The address: a code or a link that was mailed to it.
    Address,
    /// A provider that the account is linked to.
    Provider,
    /// One of these, and the second factor.
    Both,
}

//! The second factor: an authenticator app (TOTP, RFC 6238), and codes for when it is lost.
//!
//! The app's secret is 160 bits that follow from a server secret, the account and some chance of its
//! own (HMAC-SHA-256, cut): what is in the database alone makes no code. A time step is used once, and
//! none before it after that.

use crcore::{Actor, Moment};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use totp_rs::{Builder, Secret, Totp};

use super::account::{App, Owned};
use super::flow::{CODE_TRIES, FLOWS, Flow, Under};
use super::keep::{REPLANS_MAX, Write, crowded};
use super::log_in::Proved;
use super::throttle::Limit;
use super::{AccountError, AccountId, Accounts, Hidden, LogIn, NewSession, Visit};

/// How many recovery codes there are.
pub const RECOVERY_CODES: usize = 10;
/// Seconds that a code of the app stands, and how many of them it may be early or late (RFC 6238, 5.2).
const STEP: u64 = 30;
const SKEW: u16 = 1;

/// What somebody shows as their second factor.
#[derive(Debug, Clone)]
pub enum Factor {
    /// The six digits that the app shows.
    App(Hidden),
    /// A recovery code.
    Recovery(Hidden),
}

/// What was used up.
pub(super) enum Used {
    Step(u64),
    Recovery(String),
}

impl Used {
    /// Uses it up, unless somebody was faster.
    pub(super) fn up(&self, owned: &mut Owned) -> bool {
        match (self, &mut owned.app) {
            (Self::Step(step), Some(app)) if app.last_step < *step => {
                app.last_step = *step;
                true
            }
            (Self::Recovery(seal), Some(_)) if owned.recovery.contains(seal) => {
                owned.recovery.retain(|kept| kept != seal);
                owned.account.recovery_codes = owned.recovery.len() as u32;
                true
            }
            _ => false,
        }
    }
}

impl Accounts {
    pub(super) fn totp(&self, id: AccountId, app: &App) -> Result<Totp, AccountError> {
        let parts = [id.uuid().into_bytes(), app.salt.into_bytes()];
        let parts = [&parts[0][..], &parts[1][..]];
        let seal = self.inner.keys.sign_by(&app.key, "totp", &parts);
        let seal = seal.ok_or_else(|| {
            AccountError::broken("the server secret that an app was set up under is gone")
        })?;
        let mut secret = [0; 20];
        secret.copy_from_slice(&seal[..20]);
        let builder = Builder::new().with_secret(Secret::new_stack(secret));
        let builder = builder.with_skew(SKEW).with_step_duration(STEP);
        builder.build().map_err(AccountError::broken)
    }

    /// What of the account this factor would use up; nothing where it is not right.
    pub(super) fn fits(
        &self,
        owned: &Owned,
        factor: &Factor,
        moment: &Moment,
    ) -> Result<Option<Used>, AccountError> {
        let (id, Some(app)) = (owned.account.id, &owned.app) else {
            return Ok(None);
        };
        match factor {
            Factor::App(code) => {
                let digits = digits(code);
                let now = u64::try_from(moment.now().timestamp()).unwrap_or(0);
                let step = self.totp(id, app)?.check(&digits, now);
                Ok(step.filter(|step| *step > app.last_step).map(Used::Step))
            }
            Factor::Recovery(code) => {
                let symbols = symbols(code.reveal());
                let parts = [&id.uuid().into_bytes()[..], symbols.as_bytes()];
                for kept in &owned.recovery {
                    let seal = HEXLOWER
                        .decode(kept.as_bytes())
                        .map_err(AccountError::broken)?;
                    if self.inner.keys.verify("recovery", &parts, &seal) {
                        return Ok(Some(Used::Recovery(kept.clone())));
                    }
                }
                Ok(None)
            }
        }
    }

    /// Counts a try. Recovery codes are 80 bits of chance: nobody guesses one, and nobody who knows the
    /// password can keep their owner from using it.
    pub(super) async fn take_factor(
        &self,
        id: AccountId,
        factor: &Factor,
    ) -> Result<(), AccountError> {
        match factor {
            Factor::App(_) => self.take_or_wait(&[(Limit::Factor, &id.to_string())]).await,
            Factor::Recovery(_) => Ok(()),
        }
    }

    /// Finishes a log-in with the second factor.
    ///
    /// # Errors
    /// `code_wrong`, also for a code that was used; `flow_over`; [`AccountError::TryAgain`] after too
    /// many wrong ones.
    pub async fn second_factor(
        &self,
        flow: &str,
        factor: &Factor,
        visit: &Visit,
    ) -> Result<LogIn, AccountError> {
        let first = self.under_way(flow).await?.ok_or(AccountError::OVER)?;
        let Flow::Factor { account, .. } = first.flow else {
            return Err(AccountError::OVER);
        };
        self.take_factor(account, factor).await?;
        for _ in 0..REPLANS_MAX {
            let moment = self.moment()?;
            let mut under = self.under_way(flow).await?.ok_or(AccountError::OVER)?;
            let Flow::Factor {
                account,
                age,
                tries,
            } = &mut under.flow
            else {
                return Err(AccountError::OVER);
            };
            let (id, age) = (*account, *age);
            let owned = self.owned(id, moment.now()).await?.value;
            let owned = owned.filter(|o| o.age == age).ok_or(AccountError::OVER)?;
            if *tries >= CODE_TRIES {
                return Err(AccountError::OVER);
            }
            let Some(used) = self.fits(&owned, factor, &moment)? else {
                *tries += 1;
                if self.wrong(&under, id, visit).await? {
                    return Err(AccountError::wrong_code());
                }
                continue;
            };
            return self
                .admit(id, visit, Proved::Both, Some(&under), |owned, write| {
                    if owned.age != age {
                        return Err(AccountError::OVER);
                    }
                    if !used.up(owned) {
                        return Err(AccountError::wrong_code());
                    }
                    write.forgive(Limit::Factor, &id.to_string());
                    Ok(true)
                })
                .await;
        }
        Err(crowded())
    }

    /// Keeps a flow with one more wrong try.
    pub(super) async fn wrong(
        &self,
        under: &Under,
        id: AccountId,
        visit: &Visit,
    ) -> Result<bool, AccountError> {
        let mut write = Write::default();
        write.put(
            &FLOWS,
            &under.key,
            Some(under.version),
            &under.flow,
            under.until,
        )?;
        write.tried("account.factor_refused", id, visit);
        self.land(write).await
    }

    /// Fresh recovery codes, and the seals under which they are kept.
    pub(super) fn recovery_codes(
        &self,
        id: AccountId,
        moment: &mut Moment,
    ) -> (Vec<Hidden>, Vec<String>) {
        (0..RECOVERY_CODES)
            .map(|_| {
                let code = BASE32_NOPAD.encode(&moment.bytes()[..10]);
                let parts = [&id.uuid().into_bytes()[..], code.as_bytes()];
                let seal = HEXLOWER.encode(&self.inner.keys.sign("recovery", &parts));
                let groups: Vec<&str> = (0..4).map(|n| &code[n * 4..][..4]).collect();
                (Hidden::from(groups.join("-").to_lowercase()), seal)
            })
            .unzip()
    }

    /// Other recovery codes in place of those that are left.
    ///
    /// # Errors
    /// `signed_out`, `prove_again`, `no_factor`.
    pub async fn new_recovery_codes(&self, token: &str) -> Result<Vec<Hidden>, AccountError> {
        for _ in 0..REPLANS_MAX {
            let held = self.proved(token).await?;
            let mut owned = held.owned.clone();
            if owned.app.is_none() {
                return Err(NO_FACTOR);
            }
            let id = owned.account.id;
            let (codes, seals) = self.recovery_codes(id, &mut self.moment()?);
            owned.keep_recovery(seals);
            let mut write = Write::default();
            write.account(Some(&held.owned.account), &owned)?;
            write.note("account.recovery_codes_made", owned.account.actor(), id);
            if self.land(write).await? {
                return Ok(codes);
            }
        }
        Err(crowded())
    }

    /// Takes one's second factor away. One has to have shown it a short while ago ([`Accounts::prove`]).
    ///
    /// # Errors
    /// `signed_out`, `prove_again`, `no_factor`; `factor_needed` for the staff.
    pub async fn disable_factor(&self, token: &str) -> Result<NewSession, AccountError> {
        let held = self.proved(token).await?;
        if self
            .inner
            .options
            .needs_second_factor(held.owned.account.role)
        {
            return Err(AccountError::NotPossible {
                code: "factor_needed",
                why: "the staff needs a second factor",
            });
        }
        self.change(token, "account.factor_removed", |owned, write| {
            if owned.app.is_none() {
                return Err(NO_FACTOR);
            }
            self.drop_factor(owned, write)
        })
        .await
    }

    /// Takes somebody's second factor away, for one who lost it and the recovery codes too. All their
    /// sessions end, and whoever needs one sets up another at the next log-in.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`], [`AccountError::NotFound`].
    pub async fn reset_factor(&self, actor: Actor, id: AccountId) -> Result<(), AccountError> {
        self.manage(actor, id, "account.factor_reset", |owned, write| {
            owned.age += 1;
            self.drop_factor(owned, write)
        })
        .await
    }

    fn drop_factor(&self, owned: &mut Owned, write: &mut Write) -> Result<(), AccountError> {
        owned.app = None;
        owned.keep_recovery(Vec::new());
        owned.account.second_factor = false;
        let mut moment = self.moment()?;
        let word = self.letter(&mut moment, &owned.account, "account-factor-changed", [])?;
        write.letters.push(word);
        Ok(())
    }
}

impl Owned {
    pub(super) fn keep_recovery(&mut self, seals: Vec<String>) {
        self.account.recovery_codes = seals.len() as u32;
        self.recovery = seals;
    }
}

const NO_FACTOR: AccountError = AccountError::NotPossible {
    code: "no_factor",
    why: "there is no second factor",
};

pub(super) fn digits(code: &Hidden) -> String {
    code.reveal()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect()
}

/// A recovery code as it is sealed: without what people put between, in capitals.
fn symbols(code: &str) -> String {
    let kept = code.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_uppercase()).collect()
}

//! Proving again who one is.
//!
//! A session may have been left open. Whoever changes how they log in has to have shown their password,
//! and their second factor where they have one, a short while ago.

use crcore::Moment;

use super::account::Owned;
use super::keep::{REPLANS_MAX, Write, crowded};
use super::throttle::Limit;
use super::{AccountError, Accounts, Factor, NewSession};

impl Accounts {
    /// Proves again who one is: by the password, and by the second factor where there is one. For some
    /// minutes ([`PROVED_FOR`](super::PROVED_FOR)) one may then change how one logs in. Gives the
    /// session another token.
    ///
    /// # Errors
    /// `proof_wrong`, `signed_out`; [`AccountError::TryAgain`] after too many wrong ones.
    pub async fn prove(
        &self,
        token: &str,
        password: &str,
        factor: Option<&Factor>,
    ) -> Result<NewSession, AccountError> {
        let held = self.held(token).await?;
        let (id, subject) = (held.owned.account.id, held.owned.account.email.key());
        self.take_or_wait(&[(Limit::Password, &format!("{subject}/proof"))])
            .await?;
        let kept = held.owned.password.as_deref();
        if !self.inner.hasher.verify(password, kept).await? {
            return Err(wrong_proof());
        }
        if let Some(factor) = factor.filter(|_| held.owned.account.second_factor) {
            self.take_factor(id, factor).await?;
        }
        self.proof(token, |owned, moment| {
            if owned.password.as_deref() != kept {
                return Err(wrong_proof());
            }
            if owned.account.second_factor {
                let factor = factor.ok_or_else(wrong_proof)?;
                let used = self.fits(owned, factor, moment)?;
                if !used.is_some_and(|used| used.up(owned)) {
                    return Err(wrong_proof());
                }
            }
            Ok(())
        })
        .await
    }

    /// Marks a session as proved, where `shown` holds.
    pub(super) async fn proof(
        &self,
        token: &str,
        shown: impl Fn(&mut Owned, &Moment) -> Result<(), AccountError> + Send,
    ) -> Result<NewSession, AccountError> {
        for _ in 0..REPLANS_MAX {
            let mut held = self.held(token).await?;
            let mut moment = self.moment()?;
            let mut owned = held.owned.clone();
            shown(&mut owned, &moment)?;
            let (id, subject) = (owned.account.id, owned.account.email.key());
            held.kept.proved_at = moment.now();
            let mut write = Write::default();
            write.account(Some(&held.owned.account), &owned)?;
            write.forgive(Limit::Password, &format!("{subject}/proof"));
            write.forgive(Limit::Factor, &id.to_string());
            let session = self.renew(&mut write, &mut moment, &held, &owned)?;
            if self.land(write).await? {
                return Ok(session);
            }
        }
        Err(crowded())
    }
}

pub(super) fn wrong_proof() -> AccountError {
    AccountError::invalid(
        "password",
        "proof_wrong",
        "your password, and your second factor where you have one",
    )
}

//! A log-in through a provider, while the browser is there.
//!
//! What the host needs once the browser is back is kept here and not in the browser: out of its reader's
//! sight, for whoever has the token alone, and used once.

use super::flow::{FACTOR_LIFE, FLOWS, Flow};
use super::keep::{Write, crowded};
use super::throttle::Limit;
use super::{AccountError, Accounts, Hidden, Visit};

/// The longest text that is kept of a log-in, in bytes: a state, a nonce, a verifier, an address to go on to.
pub const ABROAD_MAX: usize = 8 * 1024;

impl Accounts {
    /// Keeps what a host needs once the browser is back from a provider, for ten minutes. The token is for
    /// that browser.
    ///
    /// # Errors
    /// `kept_long`; [`AccountError::TryAgain`] where too much was tried from there.
    pub async fn go_abroad(&self, kept: &str, visit: &Visit) -> Result<Hidden, AccountError> {
        if kept.len() > ABROAD_MAX {
            let expected = format!("at most {ABROAD_MAX} bytes");
            return Err(AccountError::invalid("kept", "kept_long", expected));
        }
        self.take_or_wait(&[(Limit::Source, &visit.source)]).await?;
        let flow = Flow::Abroad {
            kept: kept.to_owned(),
        };
        let mut write = Write::default();
        let token = self.begin(&mut write, &mut self.moment()?, &flow, FACTOR_LIFE)?;
        if !self.land(write).await? {
            return Err(crowded());
        }
        Ok(token)
    }

    /// What was kept under this token; once.
    ///
    /// # Errors
    /// `flow_over`.
    pub async fn come_back(&self, token: &str) -> Result<String, AccountError> {
        let under = self.under_way(token).await?.ok_or(AccountError::OVER)?;
        let Flow::Abroad { kept } = under.flow else {
            return Err(AccountError::OVER);
        };
        let mut write = Write::default();
        write.remove(&FLOWS, &under.key, Some(under.version));
        if !self.land(write).await? {
            return Err(AccountError::OVER);
        }
        Ok(kept)
    }
}

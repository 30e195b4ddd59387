//! What customers tell about themselves.

use std::collections::BTreeSet;
use std::fmt;

use crcore::Code;
use crcore::ticket::{Channel, Language};
use serde::{Deserialize, Serialize};

use super::account::name;
use super::keep::{REPLANS_MAX, Write, crowded};
use super::{Account, AccountError, Accounts};

/// The longest telephone number, in bytes: E.164 has 15 digits, and people put more between them.
pub const PHONE_MAX: usize = 40;
/// How many purposes a profile may consent to.
pub const CONSENTS_MAX: usize = 50;

/// What a customer tells about themselves once, after the first log-in.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// A telephone number, as the person writes it.
    pub phone: Option<String>,
    /// The branch they go to.
    pub branch: Option<Code>,
    /// How they would rather be answered.
    pub preferred_channel: Option<Channel>,
    /// Which purposes they consented to, by the bank's own codes.
    pub consents: BTreeSet<Code>,
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Profile")
    }
}

impl Accounts {
    /// Keeps what one tells about oneself, with one's name and language; the desk's record of the
    /// customer follows in the same commit.
    ///
    /// # Errors
    /// `signed_out`; `name_invalid`, `phone_invalid`, `consents_invalid`.
    pub async fn save_profile(
        &self,
        token: &str,
        new_name: &str,
        language: &Language,
        profile: &Profile,
    ) -> Result<Account, AccountError> {
        let new_name = name(new_name)?;
        let phone = profile.phone.as_deref().unwrap_or_default();
        let fits = |c: char| c.is_ascii_digit() || " +-()./".contains(c);
        if phone.len() > PHONE_MAX || !phone.chars().all(fits) {
            let expected = "digits, and + - ( ) . / or spaces between them";
            return Err(AccountError::invalid("phone", "phone_invalid", expected));
        }
        if profile.consents.len() > CONSENTS_MAX {
            let expected = format!("at most {CONSENTS_MAX}");
            return Err(AccountError::invalid(
                "consents",
                "consents_invalid",
                expected,
            ));
        }
        for _ in 0..REPLANS_MAX {
            let held = self.held(token).await?;
            let mut owned = held.owned.clone();
            owned.account.name.clone_from(&new_name);
            owned.account.language = language.clone();
            owned.account.profile = Some(profile.clone());
            let mut write = Write::default();
            write.account(Some(&held.owned.account), &owned)?;
            self.write_person(&mut write, &owned.account).await?;
            if self.land(write).await? {
                owned.account.version += 1;
                return Ok(owned.account);
            }
        }
        Err(crowded())
    }
}

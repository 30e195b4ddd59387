#![doc = include_str!("guide.md")]

mod abroad;
mod account;
mod attempts;
mod device;
mod email;
mod enrol;
mod error;
mod factor;
mod flow;
mod host;
mod identity;
mod invitation;
mod keep;
mod letters;
mod link;
mod log_in;
mod manage;
mod open;
mod options;
mod password;
mod people;
mod post;
mod profile;
mod prove;
mod register;
mod reset;
mod secret;
mod session;
mod throttle;
mod token;
mod track;

use std::fmt;
use std::sync::Arc;

use crcore::{Clock, Store};

pub use abroad::ABROAD_MAX;
pub use account::{Account, AccountId, AccountState, IDENTITIES_MAX, Identity, NAME_MAX};
pub use attempts::{ATTEMPT_LIFE, ATTEMPTS_MAX, Attempt};
pub use device::{DEVICE_LIFE, DEVICES_MAX};
pub use email::{EMAIL_MAX, Email};
pub use enrol::{ENROL_TRIES, Enrolled, Enrolment};
pub use error::AccountError;
pub use factor::{Factor, RECOVERY_CODES};
pub use flow::{CODE_LIFE, CODE_TRIES, CODES_SENT_MAX, FACTOR_LIFE, FLOW_LIFE, RESET_LIFE};
pub use host::NewAccount;
pub use identity::ProviderIdentity;
pub use invitation::{INVITATION_LIFE, INVITATIONS_MAX, Invitation, Invited};
pub use link::PROVIDER_TEXT_MAX;
pub use log_in::{LogIn, TOLD_AT};
pub use open::{SESSIONS_MAX, SessionInfo};
pub use options::{AccountsOptions, HashCost, SessionLimits, Urls};
pub use password::{
    GUESSES_MIN, HASHES_WAITING_MAX, PASSWORD_MAX, PASSWORD_MIN, PASSWORD_MIN_WITH_FACTOR,
};
pub use people::{FOUND_MAX, PEOPLE_MAX, People, PeopleCounts, PeopleFilter};
pub use post::{LETTER_TRIES, LETTERS_MAX, Letter, MemoryPost, Post};
pub use profile::{CONSENTS_MAX, PHONE_MAX, Profile};
pub use register::Registration;
pub use secret::{Hidden, SERVER_SECRET_MIN, SERVER_SECRETS_MAX};
pub use session::{LABEL_MAX, NewSession, PROVED_FOR, Session, TOUCH_EVERY, Visit, Who};
pub use throttle::{
    CODES_A_DAY, FACTORS_A_DAY, LETTERS_AN_HOUR, LETTERS_AN_HOUR_OF_ALL, PASSWORD_WAIT,
    PASSWORD_WAIT_MAX, PASSWORDS_FREE, SOURCE_TRIES,
};
pub use token::{ApiToken, NewToken, SCOPES_MAX, TOKEN_LIFE_MAX, TOKENS_MAX};
pub use track::TRACKING_LIFE;

/// The accounts of a desk. Cheap to clone; every clone is the same accounts.
#[derive(Clone)]
pub struct Accounts {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    options: AccountsOptions,
    keys: secret::Keys,
    hasher: password::Hasher,
    outgoing: post::Outgoing,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Accounts")
    }
}

impl Accounts {
    /// The accounts that are kept in `store`, beside the desk's tickets.
    ///
    /// # Errors
    /// [`AccountError::Invalid`] that names the option which is wrong.
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        post: Arc<dyn Post>,
        options: AccountsOptions,
    ) -> Result<Self, AccountError> {
        let salt = clock.random()?;
        Ok(Self {
            inner: Arc::new(Inner {
                keys: secret::Keys::new(&options.secrets)?,
                hasher: password::Hasher::new(options.hash, options.hashes_at_once, salt)?,
                outgoing: post::Outgoing::new(post),
                store,
                clock,
                options,
            }),
        })
    }

    /// What the bank decided.
    #[must_use]
    pub fn options(&self) -> &AccountsOptions {
        &self.inner.options
    }

    /// How many hashes of passwords this process has computed: for a gauge.
    #[must_use]
    pub fn hashes_computed(&self) -> u64 {
        self.inner.hasher.computed()
    }

    /// How many letters this process could not get rid of: for a gauge.
    #[must_use]
    pub fn letters_lost(&self) -> u64 {
        self.inner.outgoing.lost()
    }

    /// Waits until no letter is under way: before the process ends, and in tests.
    pub async fn flush(&self) {
        self.inner.outgoing.flush().await;
    }
}

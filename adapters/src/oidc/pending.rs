//! A log-in between leaving for the provider and coming back.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use crcore::Moment;
use data_encoding::BASE64URL_NOPAD;
use openidconnect::url::Url;
use openidconnect::{AuthorizationCode, CsrfToken, PkceCodeVerifier};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::{PENDING_MINUTES, ProviderError, Step};

/// A log-in that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Where the browser goes.
    pub url: Url,
    /// What the host keeps until it comes back.
    pub pending: Pending,
}

/// What a host keeps of a log-in until the browser comes back: bound to that browser's session, out of
/// its reader's sight (in the store under the session, or in an encrypted cookie), and used once.
///
/// Whoever can exchange one browser's value for another's logs that browser in as themselves.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    provider: String,
    state: String,
    nonce: String,
    verifier: String,
    expires_at: DateTime<Utc>,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pending({}, until {})", self.provider, self.expires_at)
    }
}

impl Pending {
    pub(super) fn new(provider: &str, moment: &mut Moment) -> Self {
        let mut word = || BASE64URL_NOPAD.encode(&moment.bytes());
        Self {
            provider: provider.to_owned(),
            state: word(),
            nonce: word(),
            verifier: word(),
            expires_at: moment.now() + TimeDelta::minutes(PENDING_MINUTES),
        }
    }

    /// Through which provider: [`super::Provider::name`].
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// From when on it counts for nothing: 10 minutes after it was begun.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    pub(super) fn state(&self) -> CsrfToken {
        CsrfToken::new(self.state.clone())
    }

    pub(super) fn nonce(&self) -> openidconnect::Nonce {
        openidconnect::Nonce::new(self.nonce.clone())
    }

    pub(super) fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.verifier.clone())
    }

    /// Whether `callback` answers this log-in, at `provider`, in time.
    pub(super) fn is_answered_by(
        &self,
        callback: &Callback,
        provider: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ProviderError> {
        let not_ours = |part| Err(ProviderError::NotOurs { part });
        let state = callback.state.as_deref().unwrap_or_default();
        if !bool::from(state.as_bytes().ct_eq(self.state.as_bytes())) {
            return not_ours("state");
        }
        if self.provider != provider {
            return not_ours("provider");
        }
        if now >= self.expires_at {
            return Err(ProviderError::TooLate);
        }
        Ok(())
    }
}

/// What the browser brings back: the query of the address that it was sent to.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// The code to get a token for.
    pub code: Option<String>,
    /// Ours, back again.
    pub state: Option<String>,
    /// The provider's issuer (RFC 9207).
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback(..)")
    }
}

impl Callback {
    /// The code, or what the provider said in its place.
    pub(super) fn code(&self) -> Result<AuthorizationCode, ProviderError> {
        match (&self.error, &self.code) {
            (Some(word), _) => Err(ProviderError::refused(Step::Authorization, word)),
            (None, Some(code)) if !code.is_empty() => Ok(AuthorizationCode::new(code.clone())),
            (None, _) => Err(ProviderError::NotOurs { part: "code" }),
        }
    }
}

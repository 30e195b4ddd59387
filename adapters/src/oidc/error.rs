//! Why a log-in through a provider did not come to its end.

use std::fmt;

use crcore::ClockError;

/// Why a log-in did not come to its end. Holds no token, no code and nothing of the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// An option is wrong.
    #[error("provider option {option}: expected {expected}")]
    Options {
        /// Which.
        option: &'static str,
        /// What it has to be.
        expected: String,
    },
    /// The provider did not answer, or said that it cannot now.
    #[error("the provider could not be asked for {step}: {why}")]
    Unavailable {
        /// What it was asked for.
        step: Step,
        /// What was in the way.
        why: String,
    },
    /// The provider answered what nobody can read, or not what the standard says.
    #[error("the provider's answer for {step} cannot be used: {why}")]
    Unusable {
        /// What it was asked for.
        step: Step,
        /// What was expected.
        why: String,
    },
    /// The person said no, or the provider on their behalf.
    #[error("the person or the provider declined")]
    Declined,
    /// The provider refused.
    #[error("the provider refused {step}: {code}")]
    Refused {
        /// What it was asked for.
        step: Step,
        /// The standard's word for why (RFC 6749, 4.1.2.1 and 5.2; OpenID Connect Core, 3.1.2.6), or
        /// `another error`.
        code: &'static str,
    },
    /// What came back does not belong to the log-in that this browser began.
    #[error("this answer does not belong to the log-in that was begun here: {part}")]
    NotOurs {
        /// What does not fit: `state`, `issuer`, `provider` or `code`.
        part: &'static str,
    },
    /// The log-in was begun too long ago.
    #[error(
        "the log-in was begun more than {} minutes ago",
        super::PENDING_MINUTES
    )]
    TooLate,
    /// The id token failed a check.
    #[error("the provider's id token failed a check: {0}")]
    Untrusted(Check),
    /// The host has no randomness to give.
    #[error(transparent)]
    Clock(#[from] ClockError),
}

impl ProviderError {
    /// Whether the same person, beginning anew, may get in without anybody changing anything.
    #[must_use]
    pub fn again(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::Declined | Self::NotOurs { .. } | Self::TooLate => {
                true
            }
            Self::Refused { code, .. } => AGAIN.contains(code),
            Self::Options { .. } | Self::Unusable { .. } | Self::Untrusted(_) | Self::Clock(_) => {
                false
            }
        }
    }

    pub(super) fn unusable(step: Step, why: impl Into<String>) -> Self {
        Self::Unusable {
            step,
            why: why.into(),
        }
    }

    /// A refusal by the provider's own word, which is told only where the standards have it: it came
    /// through somebody's browser.
    pub(super) fn refused(step: Step, word: &str) -> Self {
        if word == "access_denied" {
            return Self::Declined;
        }
        let known = AGAIN.iter().chain(NEVER).find(|known| **known == word);
        Self::Refused {
            step,
            code: known.copied().unwrap_or("another error"),
        }
    }
}

/// Refusals that say nothing against the next try.
const AGAIN: &[&str] = &[
    "account_selection_required",
    "consent_required",
    "interaction_required",
    "invalid_grant",
    "login_required",
    "server_error",
    "temporarily_unavailable",
];

/// Refusals that somebody has to do something about.
const NEVER: &[&str] = &[
    "invalid_client",
    "invalid_request",
    "invalid_request_object",
    "invalid_request_uri",
    "invalid_scope",
    "registration_not_supported",
    "request_not_supported",
    "request_uri_not_supported",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
];

/// What a provider is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Its own description (OpenID Connect Discovery).
    Discovery,
    /// The keys that it signs with.
    Keys,
    /// That the person signs in.
    Authorization,
    /// A token for the code that the browser brought.
    Token,
    /// Who the person is.
    Profile,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Discovery => "its description",
            Self::Keys => "its keys",
            Self::Authorization => "a log-in",
            Self::Token => "a token",
            Self::Profile => "the profile",
        })
    }
}

/// What an id token is checked for (OpenID Connect Core, 3.1.3.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// Signed, with an algorithm that the provider announced, by one of its keys.
    Signature,
    /// Issued by this provider.
    Issuer,
    /// Issued for us and for nobody else.
    Audience,
    /// Issued for the log-in that was begun here.
    Nonce,
    /// Not over yet.
    Expiry,
    /// Not issued in the future.
    IssuedAt,
    /// Issued together with the access token.
    AccessToken,
    /// About somebody who can be told apart: 1 to 255 characters.
    Subject,
    /// Of a form that is known here.
    Form,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signature => "its signature is not one of the provider's",
            Self::Issuer => "another issuer",
            Self::Audience => "it is for somebody else",
            Self::Nonce => "it is not for this log-in",
            Self::Expiry => "it is over, or the clocks differ",
            Self::IssuedAt => "it is from the future, or the clocks differ",
            Self::AccessToken => "it does not go with its access token",
            Self::Subject => "it does not say who the person is",
            Self::Form => "its form is not known here",
        })
    }
}

//! Log-in through a provider: OpenID Connect, or OAuth 2 with a profile endpoint.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use crcore::SystemClock;
//! use crcore_adapters::oidc::{Callback, OidcOptions, OidcProvider, Provider};
//!
//! # async fn log_in(callback: Callback) -> Result<(), Box<dyn std::error::Error>> {
//! let options = OidcOptions {
//!     name: "google".into(),
//!     issuer: "https://accounts.google.com".into(),
//!     client_id: "1234.apps.googleusercontent.com".into(),
//!     client_secret: Some(std::env::var("GOOGLE_SECRET")?),
//!     redirect: "https://desk.bank.example/log-in/google/back".into(),
//!     ..OidcOptions::default()
//! };
//! let google = OidcProvider::new(options, Arc::new(SystemClock))?;
//!
//! let begun = google.begin(None).await?; // keep begun.pending in the session, send the browser to begun.url
//! # let pending = begun.pending;
//! let person = google.finish(pending, callback).await?; // once the browser is back
//! println!("{} knows somebody as {}", person.issuer, person.subject);
//! # Ok(())
//! # }
//! ```
//!
//! # Which of the two
//!
//! | provider | as | why |
//! |---|---|---|
//! | Google, Microsoft (one tenant), Keycloak, a bank's own | [`OidcProvider`] | they sign an id token with our nonce |
//! | one that does not send the nonce back, or whose description names no token endpoint | [`OAuthProvider`] | its id token proves nothing about this log-in; its profile endpoint, asked with the token that we got for our code, does |
//! | GitHub, and others with OAuth 2 alone | [`OAuthProvider`] | they have no id token |
//!
//! A provider that announces its description at `ISSUER/.well-known/openid-configuration` needs nothing
//! but the issuer. When a log-in fails with [`Check::Nonce`] each time, it is one of the second row.
//!
//! # What is checked
//!
//! PKCE with S256 (RFC 7636), state, and the issuer in the answer wherever one is there, required where the
//! provider announces it (RFC 9207). Of the id token: its signature by one of the provider's keys (RSA, ECDSA
//! or Ed25519 as announced, never `none` and never a shared secret), issuer, audience, authorized party,
//! nonce, expiry and instant of issue by [`crcore::Clock`], and the hash of the access token where it
//! has one. Keys are fetched anew when a token is signed by one that is not known.
//!
//! An e-mail address that the provider does not call verified is handed on as unverified. What may be
//! done with it is for [`crate::accounts`] to say.

mod connect;
mod error;
mod http;
mod oauth;
mod pending;
mod person;
mod token;

use async_trait::async_trait;
use crcore::ticket::Language;

pub use connect::{OidcOptions, OidcProvider};
pub use error::{Check, ProviderError, Step};
pub use http::Transport;
pub use oauth::{OAuthOptions, OAuthProvider, ProfileMap, SecretIn};
pub use pending::{Begun, Callback, Pending};

use crate::accounts::ProviderIdentity;

/// How long a person may take at the provider, in minutes: time to find the second factor, and no more.
const PENDING_MINUTES: i64 = 10;

/// Somebody who can say who a person is.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// How this host calls it, in addresses and settings.
    fn name(&self) -> &str;

    /// Begins a log-in. `language` is the person's; a provider may heed it.
    ///
    /// # Errors
    /// Where the provider cannot be reached, or its description cannot be used.
    async fn begin(&self, language: Option<&Language>) -> Result<Begun, ProviderError>;

    /// Ends the log-in that was begun with `pending`.
    ///
    /// # Errors
    /// Every [`ProviderError`], which says whether beginning anew may work.
    async fn finish(
        &self,
        pending: Pending,
        callback: Callback,
    ) -> Result<ProviderIdentity, ProviderError>;
}

/// A name that can stand in an address: 1 to 32 lower-case letters, digits and hyphens.
fn checked_name(name: &str) -> Result<(), ProviderError> {
    let fits = (1..=32).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits {
        return Ok(());
    }
    Err(ProviderError::Options {
        option: "name",
        expected: "1 to 32 lower-case letters, digits and hyphens".into(),
    })
}

fn not_empty(option: &'static str, text: &str) -> Result<(), ProviderError> {
    if !text.trim().is_empty() {
        return Ok(());
    }
    Err(ProviderError::Options {
        option,
        expected: "what the provider gave us, not nothing".into(),
    })
}

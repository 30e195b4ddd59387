//! How to reach the mail server, and as whom.

use std::fmt;
use std::time::Duration;

/// How to reach the mail server, and as whom.
#[derive(Debug, Clone)]
pub struct SmtpOptions {
    /// The server's name; with TLS its certificate must be for it.
    pub host: String,
    /// Its port: 465 for TLS from the first byte, 587 for STARTTLS (RFC 8314).
    pub port: u16,
    /// Whether others can listen.
    pub security: Security,
    /// Certificates (PEM) of authorities to trust besides the public ones: a bank's own.
    pub authorities: Vec<String>,
    /// How to sign in, where the server wants it. Needs TLS.
    pub login: Option<Login>,
    /// The sender, `care@bank.example` or `Example Bank <care@bank.example>`. Bounces go there too.
    pub from: String,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<String>,
    /// What stands after the `@` of a Message-ID; absent for the sender's domain. Keep it when the
    /// sender changes, or threads fall apart.
    pub domain: Option<String>,
    /// How long one message may take, from connecting to the server's last answer. Shorter than the
    /// desk leases a notice for, or a slow server gets it twice.
    pub timeout: Duration,
    /// How many connections may be open at once; at least 1. Further messages wait for one.
    pub connections: usize,
}

impl Default for SmtpOptions {
    /// TLS on port 465 of `localhost`, 30 seconds, 4 connections; `from` has to be filled.
    fn default() -> Self {
        Self {
            host: "localhost".into(),
            port: 465,
            security: Security::Tls,
            authorities: Vec::new(),
            login: None,
            from: String::new(),
            reply_to: None,
            domain: None,
            timeout: Duration::from_secs(30),
            connections: 4,
        }
    }
}

/// Whether others can listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after STARTTLS. A server without it gets nothing. Prefer [`Self::Tls`] where the server has
    /// it (RFC 8314, 3): what somebody in between says before TLS begins cannot be told from the
    /// server's answers.
    StartTls,
    /// In clear: for a server on the same machine, and for tests.
    None,
}

/// How to sign in.
#[derive(Clone)]
pub struct Login {
    /// The user's name.
    pub user: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(..)")
    }
}

/// An option is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("SMTP option {option}: expected {expected}")]
pub struct SmtpError {
    option: &'static str,
    expected: String,
}

impl SmtpError {
    pub(super) fn new(option: &'static str, expected: impl Into<String>) -> Self {
        Self {
            option,
            expected: expected.into(),
        }
    }
}

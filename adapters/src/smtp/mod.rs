//! Notices by e-mail, over SMTP; with the feature `accounts`, letters about accounts too.
//!
//! ```no_run
//! use crcore::{Message, Notifier as _};
//! use crcore_adapters::{Login, SmtpNotifier, SmtpOptions, Templates, Texts};
//!
//! # async fn send(message: Message) -> Result<(), Box<dyn std::error::Error>> {
//! let options = SmtpOptions {
//!     host: "mail.bank.example".into(),
//!     login: Some(Login { user: "desk".into(), password: std::env::var("SMTP_PASSWORD")? }),
//!     from: "Example Bank <care@bank.example>".into(),
//!     ..SmtpOptions::default() // port 465, TLS from the first byte
//! };
//! let notifier = SmtpNotifier::new(options, Templates::new(Texts::default())?)?;
//! notifier.notify(&message).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What is sent
//!
//! One mail for one message, as `multipart/alternative` with a text and an HTML body from
//! [`crate::templates`]. It is the same to the byte on every try:
//!
//! | header | value |
//! |---|---|
//! | `Message-ID` | `<NOTICE@DOMAIN>`: a second copy is recognised by it |
//! | `In-Reply-To`, `References` | `<TICKET@DOMAIN>`: mail programs show one thread for one ticket; not in letters about an account |
//! | `Date` | when the notice came to be owed, not when it was sent |
//! | `Auto-Submitted` | `auto-generated` (RFC 3834): robots do not answer it |
//!
//! What a person typed cannot add a header or a receiver: it stands on one line, without control
//! characters, and is encoded (RFC 2047).
//!
//! # Which failures are worth another try
//!
//! | what happened | `again` |
//! |---|---|
//! | no connection, no TLS, no answer in time, signing in refused, a greeting with 4xx or 5xx | yes: it says nothing of this message |
//! | 4xx to the sender, the receiver or the mail | yes |
//! | the connection died, whenever | yes; after the whole mail was handed over a second copy may come, with the same `Message-ID` |
//! | 5xx to the sender, the receiver or the mail | no |
//! | the address is none, or the server cannot carry it (RFC 6531) | no |
//! | the text does not exist, or a variable is not filled | no |
//!
//! `why` has the server's code and never its words, which may quote an address or the mail.

mod connection;
mod mail;
mod options;

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use crcore::ticket::Language;
use crcore::{Code, Message, Notifier, NotifyError};

pub use options::{Login, Security, SmtpError, SmtpOptions};

use crate::templates::CurrentTemplates;
use connection::Connections;
use mail::{Headers, Outline};

/// Sends notices through one mail server. Needs a Tokio runtime with time and I/O.
pub struct SmtpNotifier {
    templates: CurrentTemplates,
    headers: Headers,
    connections: Connections,
}

impl fmt::Debug for SmtpNotifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpNotifier").finish_non_exhaustive()
    }
}

impl SmtpNotifier {
    /// Checks the options; connects only when there is something to send. The texts are those of
    /// [`Templates`](crate::Templates), or of [`KeptTexts`](crate::templates::KeptTexts) as they are when a
    /// mail is written.
    ///
    /// # Errors
    /// [`SmtpError`] that names the option which is wrong.
    pub fn new(
        options: SmtpOptions,
        templates: impl Into<CurrentTemplates>,
    ) -> Result<Self, SmtpError> {
        Ok(Self {
            templates: templates.into(),
            headers: Headers::new(&options)?,
            connections: Connections::new(options)?,
        })
    }
}

impl SmtpNotifier {
    async fn send(
        &self,
        outline: Outline<'_>,
        text: &Code,
        language: &Language,
        variables: &BTreeMap<String, String>,
    ) -> Result<(), NotifyError> {
        let rendered = self
            .templates
            .get()
            .render(text, language, variables)
            .map_err(|e| never(e.to_string()))?;
        let mail = mail::compose(&self.headers, &outline, rendered)?;
        self.connections
            .send(mail.envelope(), &mail.formatted())
            .await
    }
}

#[async_trait]
impl Notifier for SmtpNotifier {
    async fn notify(&self, message: &Message) -> Result<(), NotifyError> {
        let (text, language) = (&message.text, &message.language);
        self.send(message.into(), text, language, &message.variables)
            .await
    }
}

#[cfg(feature = "accounts")]
#[async_trait]
impl crate::accounts::Post for SmtpNotifier {
    async fn post(&self, letter: &crate::accounts::Letter) -> Result<(), NotifyError> {
        let (text, language) = (&letter.text, &letter.language);
        self.send(letter.into(), text, language, &letter.variables)
            .await
    }
}

fn again(why: impl Into<String>) -> NotifyError {
    NotifyError {
        again: true,
        why: why.into(),
    }
}

fn never(why: impl Into<String>) -> NotifyError {
    NotifyError {
        again: false,
        why: why.into(),
    }
}

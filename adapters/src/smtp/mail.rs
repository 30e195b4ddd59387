//! A message as a mail.

use std::time::SystemTime;

use chrono::{DateTime, Datelike as _, Utc};
use crcore::{BlobId, Message, NotifyError};
use lettre::Address;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, MultiPartKind, SinglePart};
use uuid::Uuid;

use super::{SmtpError, SmtpOptions, never};
use crate::templates::{Rendered, one_line};

/// The longest name or subject line, in characters: what a mail program shows, and far from the
/// length at which one cannot be folded any more (RFC 5322, 2.1.1).
const LINE_MAX: usize = 250;

/// What is the same in every mail.
pub(super) struct Headers {
    from: Mailbox,
    reply_to: Option<Mailbox>,
    domain: String,
}

impl Headers {
    pub(super) fn new(options: &SmtpOptions) -> Result<Self, SmtpError> {
        let from = mailbox("from", &options.from)?;
        let reply_to = options.reply_to.as_deref();
        let reply_to = reply_to.map(|r| mailbox("reply_to", r)).transpose()?;
        let domain = options
            .domain
            .clone()
            .unwrap_or_else(|| from.email.domain().to_owned());
        let is_domain = Address::new("notice", &domain).is_ok()
            && domain
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
        if !is_domain {
            let expected = format!("a domain in ASCII, as in \"bank.example\", got {domain:?}");
            return Err(SmtpError::new("domain", expected));
        }
        Ok(Self {
            from,
            reply_to,
            domain,
        })
    }
}

fn mailbox(option: &'static str, text: &str) -> Result<Mailbox, SmtpError> {
    let expected = || {
        let example = "Example Bank <care@bank.example>";
        SmtpError::new(
            option,
            format!("a mailbox, as in {example:?}, got {text:?}"),
        )
    };
    if text.chars().any(char::is_control) {
        return Err(expected());
    }
    text.parse().map_err(|_| expected())
}

/// What is on the envelope of a mail and in its headers.
pub(super) struct Outline<'a> {
    email: &'a str,
    name: Option<&'a str>,
    created_at: DateTime<Utc>,
    id: Uuid,
    /// What it is about: mails about the same are shown as one thread.
    about: Option<Uuid>,
}

impl<'a> From<&'a Message> for Outline<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            email: &message.email,
            name: message.name.as_deref(),
            created_at: message.created_at,
            id: message.notice.uuid(),
            about: Some(message.ticket.uuid()),
        }
    }
}

#[cfg(feature = "accounts")]
impl<'a> From<&'a crate::accounts::Letter> for Outline<'a> {
    fn from(letter: &'a crate::accounts::Letter) -> Self {
        Self {
            email: &letter.to,
            name: letter.name.as_deref(),
            created_at: letter.created_at,
            id: letter.id,
            about: None,
        }
    }
}

/// The mail, the same to the byte each time.
pub(super) fn compose(
    headers: &Headers,
    outline: &Outline<'_>,
    rendered: Rendered,
) -> Result<lettre::Message, NotifyError> {
    let address: Address = outline
        .email
        .parse()
        .map_err(|_| never("the receiver's address is not an e-mail address"))?;
    // What a Date header can say (RFC 5322, 3.3), and what lettre takes.
    if !(1970..=9999).contains(&outline.created_at.year()) {
        return Err(never(
            "the notice's instant is not in the years 1970 to 9999",
        ));
    }
    let name = outline.name.map(short).filter(|n| !n.is_empty());
    let mut builder = lettre::Message::builder()
        .from(headers.from.clone())
        .to(Mailbox::new(name, address))
        .subject(short(&rendered.subject))
        .date(SystemTime::from(outline.created_at))
        .message_id(Some(format!("<{}@{}>", outline.id, headers.domain)))
        .header(AutoSubmitted)
        .header(ContentLanguage(rendered.language.to_string()));
    if let Some(about) = outline.about {
        let thread = format!("<{about}@{}>", headers.domain);
        builder = builder.in_reply_to(thread.clone()).references(thread);
    }
    if let Some(reply_to) = &headers.reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    // A boundary that is the same on every try and that no body can contain: the hash of the bodies.
    let boundary = BlobId::of([&*rendered.text, &*rendered.html].concat().as_bytes());
    let bodies = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(boundary.to_string())
        .singlepart(SinglePart::plain(rendered.text))
        .singlepart(SinglePart::html(rendered.html));
    builder
        .multipart(bodies)
        .map_err(|_| never("the mail could not be composed"))
}

fn short(text: &str) -> String {
    one_line(text).chars().take(LINE_MAX).collect()
}

/// RFC 3834, 5.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}

/// RFC 3282: a mail program reads the mail aloud in it.
#[derive(Clone)]
struct ContentLanguage(String);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(tag: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(tag.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

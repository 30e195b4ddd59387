//! What a ticket says about itself.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{Code, TicketId};
use crate::money::Amount;
use crate::words::Piece;

macro_rules! named {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name used in SQL, JSON and on screen.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    )*};
}

pub(crate) use named;

named! {
    /// What a customer wants.
    Kind {
        /// An expression of dissatisfaction (ISO 10002:2018, 3.2).
        Complaint = "complaint",
        /// A question.
        Query = "query",
        /// Something to be done.
        Request = "request",
        /// A turn at the counter.
        Service = "service",
        /// A price for something.
        Quote = "quote",
    }

    /// How urgent a ticket is; the later the more.
    Priority {
        /// It can wait.
        Low = "low",
        /// As usual.
        Normal = "normal",
        /// Before the others.
        High = "high",
        /// Now.
        Urgent = "urgent",
    }

    /// How a ticket came in.
    Channel {
        /// The web form or portal.
        Web = "web",
        /// An e-mail.
        Email = "email",
        /// A telephone call.
        Phone = "phone",
        /// A chat.
        Chat = "chat",
        /// A visit to a branch.
        Counter = "counter",
        /// The bank's app.
        App = "app",
    }

    /// What two tickets are to each other, seen from this one.
    LinkKind {
        /// The other is a part of this one.
        ParentOf = "parent_of",
        /// This one is a part of the other.
        ChildOf = "child_of",
        /// Both say the same.
        DuplicateOf = "duplicate_of",
        /// They have something to do with each other.
        RelatedTo = "related_to",
    }

    /// What a custom field holds.
    FieldType {
        /// Free text.
        Text = "text",
        /// A whole number.
        Number = "number",
        /// Yes or no.
        Flag = "flag",
        /// A day.
        Date = "date",
        /// An instant.
        Instant = "instant",
        /// Money.
        Amount = "amount",
        /// One of the desk's codes.
        Choice = "choice",
    }
}

impl LinkKind {
    /// The same link, seen from the other ticket.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::ParentOf => Self::ChildOf,
            Self::ChildOf => Self::ParentOf,
            Self::DuplicateOf => Self::DuplicateOf,
            Self::RelatedTo => Self::RelatedTo,
        }
    }
}

/// What two tickets are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Link {
    /// How.
    pub kind: LinkKind,
    /// With which.
    pub ticket: TicketId,
}

/// The value of a custom field. Text is a piece of words, because a person typed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum FieldValue {
    /// Free text.
    Text(Piece),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A day.
    Date(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
    /// Money.
    Amount(Amount),
    /// One of the desk's codes.
    Choice(Code),
}

impl FieldValue {
    /// The choice, where it is one.
    #[must_use]
    pub fn choice(&self) -> Option<&Code> {
        match self {
            Self::Choice(choice) => Some(choice),
            _ => None,
        }
    }
}

/// A language, by its BCP 47 tag: `en`, `hi`, `pt-BR`. English unless said otherwise.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Language(Box<str>);

/// Not a language tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a language tag (BCP 47) of at most 35 characters, as in \"en\" or \"pt-BR\"")]
pub struct LanguageError;

impl Language {
    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Language {
    fn default() -> Self {
        Self("en".into())
    }
}

impl FromStr for Language {
    type Err = LanguageError;

    fn from_str(text: &str) -> Result<Self, LanguageError> {
        let mut parts = text.split('-');
        let primary = parts.next().unwrap_or_default();
        let primary_fits =
            (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase());
        let rest_fits = parts
            .all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
        // RFC 5646, 4.4.1: 35 characters hold every tag in use.
        if primary_fits && rest_fits && text.len() <= 35 {
            Ok(Self(text.into()))
        } else {
            Err(LanguageError)
        }
    }
}

impl TryFrom<String> for Language {
    type Error = LanguageError;

    fn try_from(text: String) -> Result<Self, LanguageError> {
        text.parse()
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0.into()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_sql_and_json_are_the_same() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
        for channel in Channel::ALL {
            assert_eq!(serde_json::to_value(channel).unwrap(), channel.name());
        }
        for link in LinkKind::ALL {
            assert_eq!(serde_json::to_value(link).unwrap(), link.name());
            assert_eq!(link.reversed().reversed(), *link);
        }
        assert!(Priority::Urgent > Priority::Low);
    }

    #[test]
    fn languages_are_tags() {
        assert!("pt-BR".parse::<Language>().is_ok());
        for text in ["", "E", "english", "en_US", "en-", "hi-ééé"] {
            assert!(text.parse::<Language>().is_err(), "{text}");
        }
    }
}

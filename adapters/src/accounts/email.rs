//! Addresses.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use super::{AccountError, secret};

/// The longest address, in bytes (RFC 5321, 4.5.3.1.3, without its brackets).
pub const EMAIL_MAX: usize = 254;

/// An e-mail address in its one spelling: no space around it, the domain in lower case.
///
/// Two addresses are the same account's when they differ in nothing but the case of letters A to Z:
/// nobody remembers how they wrote their own. Letters beyond these are told apart, because two that
/// look alike are two mailboxes. Mail always goes to the spelling that its owner confirmed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name under which the account is found: a record's key never holds an address.
    pub(super) fn key(&self) -> String {
        secret::hash(&self.0.to_ascii_lowercase())
    }
}

impl FromStr for Email {
    type Err = AccountError;

    fn from_str(text: &str) -> Result<Self, AccountError> {
        let expected = || {
            AccountError::invalid(
                "email",
                "email_invalid",
                "an e-mail address, as in asha@example.test",
            )
        };
        let text = text.trim();
        if text.len() > EMAIL_MAX * 2 {
            return Err(expected());
        }
        let text: String = text.nfc().collect();
        let (local, domain) = text.rsplit_once('@').ok_or_else(expected)?;
        let plain =
            |c: char| !c.is_control() && !c.is_whitespace() && !"<>(),;:\\\"[]@".contains(c);
        let fits = !local.is_empty()
            && local.len() <= 64
            && text.len() <= EMAIL_MAX
            && local.chars().all(plain)
            && domain.chars().all(plain)
            && domain.split('.').all(|label| !label.is_empty());
        if !fits {
            return Err(expected());
        }
        Ok(Self(format!("{local}@{}", domain.to_lowercase())))
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_spelling_and_its_case_does_not_matter() {
        let email: Email = "  Asha.Rao@Bank.EXAMPLE ".parse().unwrap();
        assert_eq!(email.as_str(), "Asha.Rao@bank.example");
        let other: Email = "asha.rao@bank.example".parse().unwrap();
        assert_eq!(email.key(), other.key());
        let lookalike: Email = "a\u{15f}ha.rao@bank.example".parse().unwrap();
        assert_ne!(email.key(), lookalike.key());
        let kelvin: Email = "\u{212a}im@bank.example".parse::<Email>().unwrap();
        assert_eq!(
            kelvin.as_str(),
            "Kim@bank.example",
            "one sign, two spellings (NFC)"
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "asha",
            "@bank.example",
            "asha@",
            "a b@bank.example",
            "asha@bank..example",
            "asha@bank.example\r\nBcc: x@y.example",
            "asha@a@bank.example",
            "<asha@bank.example>",
            "asha@bank.example, ravi@bank.example",
        ] {
            let error = text.parse::<Email>().unwrap_err();
            assert_eq!(error.code(), "email_invalid", "{text}");
        }
        assert!(
            format!("{}@bank.example", "a".repeat(65))
                .parse::<Email>()
                .is_err()
        );
    }
}

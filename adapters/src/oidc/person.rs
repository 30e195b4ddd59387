//! What a provider says about a person, cut to what a desk keeps.

use crate::accounts::ProviderIdentity;

use super::{Check, ProviderError};

/// The longest subject, in characters (OpenID Connect Core, 2).
const SUBJECT_MAX: usize = 255;
/// The longest address, in bytes (RFC 5321, 4.5.3.1.3).
const EMAIL_MAX: usize = 254;
/// The longest name, in characters: longer ones are cut.
const NAME_MAX: usize = 200;

/// What a provider said, as it said it.
#[derive(Default)]
pub(super) struct Said {
    pub(super) subject: String,
    pub(super) email: Option<String>,
    pub(super) email_verified: bool,
    pub(super) name: Option<String>,
    pub(super) language: Option<String>,
}

impl Said {
    pub(super) fn by(self, issuer: &str) -> Result<ProviderIdentity, ProviderError> {
        let is_subject = (1..=SUBJECT_MAX).contains(&self.subject.chars().count())
            && !self.subject.chars().any(char::is_control);
        if !is_subject {
            return Err(ProviderError::Untrusted(Check::Subject));
        }
        let email = self.email.filter(|email| is_address(email));
        let name = self.name.map(|name| short(&name));
        let language = self.language.map(|tag| tag.replace('_', "-"));
        Ok(ProviderIdentity {
            issuer: issuer.to_owned(),
            subject: self.subject,
            email_verified: self.email_verified && email.is_some(),
            email,
            name: name.filter(|name| !name.is_empty()),
            language: language.filter(|tag| tag.parse::<crcore::ticket::Language>().is_ok()),
        })
    }
}

fn is_address(email: &str) -> bool {
    let parts = email.rsplit_once('@');
    email.len() <= EMAIL_MAX
        && parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
        && !email.chars().any(|c| c.is_control() || c.is_whitespace())
}

fn short(name: &str) -> String {
    let name = name.replace(char::is_control, " ");
    name.trim().chars().take(NAME_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(change: impl FnOnce(&mut Said)) -> Result<ProviderIdentity, ProviderError> {
        let mut said = Said {
            subject: "s-1".into(),
            email: Some("asha@example.test".into()),
            email_verified: true,
            name: Some("Asha Rao".into()),
            language: Some("hi_IN".into()),
        };
        change(&mut said);
        said.by("https://id.bank.example")
    }

    #[test]
    fn what_is_no_subject_is_nobody() {
        for subject in [String::new(), "x".repeat(256), "a\nb".into()] {
            let refused = said(|s| s.subject = subject).unwrap_err();
            assert_eq!(refused, ProviderError::Untrusted(Check::Subject));
        }
        assert_eq!(said(|_| {}).unwrap().language.as_deref(), Some("hi-IN"));
    }

    #[test]
    fn what_is_no_address_is_left_out_and_nothing_of_it_is_verified() {
        for email in ["", "asha", "@example.test", "asha@", "a\u{0}@b", "a b@c"] {
            let person = said(|s| s.email = Some(email.into())).unwrap();
            assert_eq!((person.email, person.email_verified), (None, false));
        }
    }

    #[test]
    fn a_name_stands_on_one_line_and_is_cut() {
        let person = said(|s| s.name = Some(format!("A\r\nB{}", "x".repeat(300)))).unwrap();
        let name = person.name.unwrap();
        assert!(name.starts_with("A  Bx"), "{name}");
        assert_eq!(name.chars().count(), 200);
    }
}

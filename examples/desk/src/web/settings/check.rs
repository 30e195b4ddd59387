//! What a desk must not run with, whoever set it.

use std::ops::RangeInclusive;

use axum::http::Uri;
use secrecy::{ExposeSecret as _, SecretString};

use super::{MailSecurity, Settings};
use crate::failure::{Failure, Result};
use crate::web::place::Place;

/// The shortest secret that signs links and forms: 256 bits as hexadecimal digits need 64, as base64 43;
/// a pass phrase shorter than this can be guessed off line.
const SECRET_MIN: usize = 32;
/// How many characters of a secret differ at least: of 32 hexadecimal digits drawn by chance fewer than eight
/// do so once in a million million.
const SECRET_LETTERS: usize = 8;

/// Days of a session at most: NIST SP 800-63B allows 30 at the lowest level of assurance.
const SESSION_MINUTES: RangeInclusive<u64> = 1..=30 * 24 * 60;
/// An hour is longer than any proxy waits.
const SECONDS: RangeInclusive<u64> = 1..=3600;
/// So many that nothing is held back, as a measurement wants it.
const MANY: RangeInclusive<u64> = 1..=1_000_000_000;
/// A file is read into memory once.
const FILE_BYTES: RangeInclusive<u64> = 1..=256 * 1024 * 1024;

impl Settings {
    /// Refuses what a bank must not run with; names the setting.
    pub(crate) fn check(&self) -> Result<()> {
        let wrong = |setting: &str, expected: &str| {
            let environment = setting.to_uppercase().replace('.', "__");
            Err(Failure::asked(format!("{setting}: expected {expected}"))
                .todo(format!("set it in the file, or as CRDESK_{environment}")))
        };
        if let Err(expected) = self.files.place.parse::<Place>() {
            return wrong("files.place", &expected);
        }
        for (setting, is, may) in self.numbers() {
            if !may.contains(&is) {
                let expected = format!("{} to {}, not {is}", may.start(), may.end());
                return wrong(setting, &expected);
            }
        }
        if self.demo {
            return Ok(());
        }
        if !is_https_origin(&self.public_url) {
            return wrong(
                "public_url",
                "https://… in small letters, without a path and without :443, as browsers send it: over plain http a \
                 session's cookie can be read on the way",
            );
        }
        if self.secrets.is_empty() {
            return wrong(
                "secrets",
                "at least one secret, as `openssl rand -hex 32` makes them",
            );
        }
        if self.secrets.iter().any(can_be_guessed) {
            return wrong("secrets", "32 characters or more that nobody can guess");
        }
        if self.mail.host.is_none() {
            return wrong(
                "mail.host",
                "the mail server: codes and answers leave by mail",
            );
        }
        if self.mail.from.is_empty() {
            return wrong(
                "mail.from",
                "an address, as \"Example Bank <care@bank.example>\"",
            );
        }
        if self.mail.security == MailSecurity::Clear
            && !self.mail.host.as_deref().is_some_and(super::is_local)
        {
            return wrong(
                "mail.security",
                "tls or starttls: the server is on another machine",
            );
        }
        Ok(())
    }

    /// Each number that can be set, and between what.
    fn numbers(&self) -> [(&'static str, u64, RangeInclusive<u64>); 11] {
        let (sessions, limits) = (&self.sessions, &self.limits);
        let wide = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
        [
            (
                "sessions.customer_idle_minutes",
                sessions.customer_idle_minutes.into(),
                SESSION_MINUTES,
            ),
            (
                "sessions.staff_idle_minutes",
                sessions.staff_idle_minutes.into(),
                SESSION_MINUTES,
            ),
            (
                "sessions.absolute_minutes",
                sessions.absolute_minutes.into(),
                SESSION_MINUTES,
            ),
            ("files.max_bytes", wide(self.files.max_bytes), FILE_BYTES),
            ("limits.burst", limits.burst.into(), MANY),
            ("limits.per_second", limits.per_second.into(), MANY),
            ("limits.connections", wide(limits.connections), MANY),
            ("limits.at_once", wide(limits.at_once), MANY),
            ("limits.live", wide(limits.live), MANY),
            ("limits.header_seconds", limits.header_seconds, SECONDS),
            ("limits.seconds", limits.seconds, SECONDS),
        ]
    }
}

/// `https://host[:port]` as browsers write it (RFC 6454, 6.1), and nothing after it but a slash: what they send as
/// the origin of a form is compared with it to the letter.
fn is_https_origin(address: &str) -> bool {
    let origin = address.strip_suffix('/').unwrap_or(address);
    let Ok(address) = origin.parse::<Uri>() else {
        return false;
    };
    let Some(of) = address.authority() else {
        return false;
    };
    let as_sent = match of.port_u16() {
        Some(443) => return false,
        Some(port) => format!("https://{}:{port}", of.host()),
        None => format!("https://{}", of.host()),
    };
    !of.host().is_empty() && origin == as_sent.to_lowercase()
}

fn can_be_guessed(secret: &SecretString) -> bool {
    let secret = secret.expose_secret();
    let mut letters: Vec<char> = secret.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    secret.len() < SECRET_MIN
        || letters.len() < SECRET_LETTERS
        || secret.to_lowercase().contains("change")
}

#[cfg(test)]
mod tests {
    use super::super::Mail;
    use super::*;

    fn sound() -> Settings {
        Settings {
            public_url: "https://care.bank.example".into(),
            secrets: vec!["a5e0c1f2b3d4a5e0c1f2b3d4a5e0c1f2b3d4".into()],
            mail: Mail {
                host: Some("mail.bank.example".into()),
                from: "care@bank.example".into(),
                ..Mail::default()
            },
            ..Settings::default()
        }
    }

    fn refused(change: impl FnOnce(&mut Settings)) -> String {
        let mut settings = sound();
        change(&mut settings);
        settings.check().unwrap_err().to_string()
    }

    #[test]
    fn a_desk_for_real_names_the_setting_to_change() {
        assert!(sound().check().is_ok());
        assert!(refused(|s| s.secrets.clear()).contains("secrets"));
        assert!(
            refused(|s| s.files.place = "https://files.example".into())
                .contains("s3://bucket/prefix")
        );
        assert!(refused(|s| s.mail.host = None).contains("CRDESK_MAIL__HOST"));
        assert!(refused(|s| s.mail.security = MailSecurity::Clear).contains("mail.security"));
    }

    #[test]
    fn an_address_that_people_type_is_one_of_https_without_a_path() {
        for address in [
            "http://care.bank.example",
            "https://care.bank.example/desk",
            "https://care.bank.example?a=b",
            "https://somebody@care.bank.example",
            "https://somebody@care.bank.example:8443",
            "https://care.bank.example#top",
            "HTTPS://care.bank.example",
            "https://Care.Bank.example",
            "https://care.bank.example:443",
            "https://care.bank.example:",
            "https://care.bank.example:08443",
            "https://care.bank.example:99999",
            "https://",
            "https:///care",
            "care.bank.example",
            "",
        ] {
            let said = refused(|s| s.public_url = address.into());
            assert!(said.contains("CRDESK_PUBLIC_URL"), "{address}: {said}");
        }
        for address in [
            "https://care.bank.example/",
            "https://care.bank.example:8443",
        ] {
            let mut settings = sound();
            settings.public_url = address.into();
            assert!(settings.check().is_ok(), "{address}");
        }
    }

    #[test]
    fn a_secret_that_can_be_guessed_signs_nothing() {
        for secret in [
            "short",
            &"x".repeat(40),
            &"ab".repeat(20),
            "Change-me-0123456789-0123456789-0123",
        ] {
            let said = refused(|s| s.secrets = vec![secret.into()]);
            assert!(said.contains("32 characters"), "{said}");
            assert!(!said.contains(secret), "{said}");
        }
    }

    #[test]
    fn a_number_out_of_range_is_refused_even_of_a_demo() {
        let said = refused(|s| s.limits.at_once = 0);
        assert!(said.contains("limits.at_once: expected 1 to"), "{said}");
        let said = refused(|s| s.limits.seconds = u64::MAX);
        assert!(said.contains("CRDESK_LIMITS__SECONDS"), "{said}");
        let said = refused(|s| s.sessions.staff_idle_minutes = 0);
        assert!(said.contains("sessions.staff_idle_minutes"), "{said}");
        let said = refused(|s| {
            s.demo = true;
            s.files.max_bytes = usize::MAX;
        });
        assert!(said.contains("files.max_bytes"), "{said}");
    }
}

//! What only its owner may know, and what only this server can sign.

use std::fmt;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::AccountError;

/// The shortest server secret, in bytes: as long as what it signs (RFC 2104, 3).
pub const SERVER_SECRET_MIN: usize = 32;
/// How many server secrets may be in use: the one that signs and those that are on their way out.
pub const SERVER_SECRETS_MAX: usize = 8;

/// A token, a password, a code: it is shown to its owner once and to no log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    /// The text itself: to be set as a cookie, put into a link, shown to its owner.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Hidden {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

/// A token of 256 bits.
pub(super) fn token(prefix: &str, bytes: [u8; 32]) -> Hidden {
    Hidden(format!("{prefix}{}", BASE64URL_NOPAD.encode(&bytes)))
}

/// The name under which a token is kept. A token is 256 bits of chance, so a plain hash keeps it.
pub(super) fn hash(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text))
}

/// The server's secrets: the first signs, all verify.
pub(super) struct Keys(Vec<Key>);

struct Key {
    id: String,
    mac: Hmac<Sha256>,
}

impl Keys {
    pub(super) fn new(secrets: &[Hidden]) -> Result<Self, AccountError> {
        let fits = (1..=SERVER_SECRETS_MAX).contains(&secrets.len())
            && secrets.iter().all(|s| s.0.len() >= SERVER_SECRET_MIN);
        if !fits {
            let expected = format!(
                "1 to {SERVER_SECRETS_MAX} secrets of at least {SERVER_SECRET_MIN} bytes each"
            );
            return Err(AccountError::invalid("secrets", "secrets", expected));
        }
        let key = |secret: &Hidden| {
            let mac = Hmac::new_from_slice(secret.0.as_bytes()).map_err(AccountError::broken)?;
            let id = HEXLOWER.encode(&over(&mac, "key", &[]).finalize().into_bytes()[..4]);
            Ok::<_, AccountError>(Key { id, mac })
        };
        let keys: Result<_, _> = secrets.iter().map(key).collect();
        Ok(Self(keys?))
    }

    /// The seal of the newest secret over `parts`, for one purpose and no other.
    pub(super) fn sign(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        self.0.first().map_or([0; 32], |key| {
            over(&key.mac, purpose, parts)
                .finalize()
                .into_bytes()
                .into()
        })
    }

    /// Whether one of the secrets made this seal. Takes the same time for every seal.
    pub(super) fn verify(&self, purpose: &str, parts: &[&[u8]], seal: &[u8]) -> bool {
        self.0.iter().fold(false, |found, key| {
            over(&key.mac, purpose, parts).verify_slice(seal).is_ok() | found
        })
    }

    /// Which secret signs now.
    pub(super) fn newest(&self) -> String {
        self.0.first().map(|key| key.id.clone()).unwrap_or_default()
    }

    /// The seal of a given secret, where it is still in use.
    pub(super) fn sign_by(&self, id: &str, purpose: &str, parts: &[&[u8]]) -> Option<[u8; 32]> {
        let key = self.0.iter().find(|key| key.id == id)?;
        Some(
            over(&key.mac, purpose, parts)
                .finalize()
                .into_bytes()
                .into(),
        )
    }
}

/// Each part with its length before it: no two lists of parts are the same bytes.
fn over(mac: &Hmac<Sha256>, purpose: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = mac.clone();
    for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(secrets: &[&str]) -> Keys {
        let secrets: Vec<Hidden> = secrets.iter().map(|s| Hidden::from(*s)).collect();
        Keys::new(&secrets).unwrap()
    }

    #[test]
    fn a_new_secret_signs_and_an_old_one_still_verifies() {
        let (old, new) = ("o".repeat(32), "n".repeat(32));
        let before = keys(&[&old]);
        let seal = before.sign("track", &[b"a", b"b"]);
        let between = keys(&[&new, &old]);
        assert!(between.verify("track", &[b"a", b"b"], &seal));
        assert_ne!(between.sign("track", &[b"a", b"b"]), seal);
        assert!(!keys(&[&new]).verify("track", &[b"a", b"b"], &seal));
    }

    #[test]
    fn a_seal_is_for_one_purpose_and_one_list_of_parts() {
        let keys = keys(&["s".repeat(32).as_str()]);
        let seal = keys.sign("track", &[b"ab", b"c"]);
        assert!(!keys.verify("code", &[b"ab", b"c"], &seal));
        assert!(!keys.verify("track", &[b"a", b"bc"], &seal));
        assert!(!keys.verify("track", &[b"ab", b"c"], &seal[..31]));
    }

    #[test]
    fn short_secrets_and_none_are_refused() {
        assert!(Keys::new(&[]).is_err());
        assert!(Keys::new(&["s".repeat(31).as_str().into()]).is_err());
    }
}

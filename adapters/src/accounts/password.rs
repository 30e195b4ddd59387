//! What a password must be, and how it is kept.
//!
//! By NIST SP 800-63B revision 4, 3.1.1: long, not common, and nothing else. No rule on which kinds of
//! characters, no expiry, nothing cut off, paste welcome. Any Unicode; spelled the same way it is the
//! same password (RFC 8265, OpaqueString: NFC, every kind of space is a space), so that two keyboards
//! that write the same Hindi differently let the same person in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

use super::{AccountError, HashCost};

/// The fewest characters of a password that is all there is (NIST SP 800-63B-4, 3.1.1.2).
pub const PASSWORD_MIN: usize = 15;
/// The fewest characters of a password beside a second factor (the same place).
pub const PASSWORD_MIN_WITH_FACTOR: usize = 8;
/// The most characters: twice what NIST asks for, and little work to hash.
pub const PASSWORD_MAX: usize = 128;
/// How many signs one character may be typed as (a letter with marks): what goes beyond is not looked at,
/// and fits no password.
pub(super) const TYPED_PER_CHARACTER: usize = 4;
/// A password that is found in fewer tries than this, by an attacker who begins with what people
/// choose, is common. By zxcvbn's reckoning, whose lists hold 30,000 passwords and the commonest words
/// and names; 10^8 is where it begins to call a password safe.
pub const GUESSES_MIN: f64 = 1e8;
/// How many letters and digits a password must have besides words of its owner's and the bank's name
/// (NIST SP 800-63B-4, 3.1.1.2: context-specific words).
const LEFT_MIN: usize = 6;
/// How many hashes may wait for their turn. At some 30 ms each, the last waits a few seconds.
pub const HASHES_WAITING_MAX: usize = 256;

/// Checks a new password. `own` are words of the person's: their name, their address, the bank's name.
///
/// # Errors
/// `password_short`, `password_long`, `password_common`.
pub(super) fn check(password: &str, with_factor: bool, own: &[&str]) -> Result<(), AccountError> {
    let password = spelled(password);
    let min = if with_factor {
        PASSWORD_MIN_WITH_FACTOR
    } else {
        PASSWORD_MIN
    };
    let length = password.chars().count();
    if length < min {
        let expected = format!("at least {min} characters");
        return Err(AccountError::invalid(
            "password",
            "password_short",
            expected,
        ));
    }
    if length > PASSWORD_MAX {
        let expected = format!("at most {PASSWORD_MAX} characters");
        return Err(AccountError::invalid("password", "password_long", expected));
    }
    if password.contains('\0') {
        let expected = "characters that can be typed";
        return Err(AccountError::invalid("password", "password_long", expected));
    }
    let words: Vec<&str> = own
        .iter()
        .flat_map(|text| {
            let parts = text.split(|c: char| !c.is_alphanumeric());
            std::iter::once(*text).chain(parts)
        })
        .filter(|word| word.chars().count() > 2)
        .collect();
    let mut rest = password.to_lowercase();
    for word in &words {
        rest = rest.replace(&word.to_lowercase(), "");
    }
    let left = rest.chars().filter(|c| c.is_alphanumeric()).count();
    let guesses = 10_f64.powf(zxcvbn::zxcvbn(&password, &words).guesses_log10());
    if guesses < GUESSES_MIN || left < LEFT_MIN {
        let expected = "a password that nobody would try: not a common one, no row of keys, not \
                        made of your name, your address or the bank's name";
        return Err(AccountError::invalid(
            "password",
            "password_common",
            expected,
        ));
    }
    Ok(())
}

/// The one spelling of a password that is hashed.
fn spelled(password: &str) -> String {
    let space = |c: char| {
        if c.is_whitespace() && !c.is_control() {
            ' '
        } else {
            c
        }
    };
    let most = PASSWORD_MAX * TYPED_PER_CHARACTER;
    password.chars().take(most).nfc().map(space).collect()
}

/// Hashes passwords off the async threads, so many at once and no more.
pub(super) struct Hasher {
    argon: Argon2<'static>,
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    computed: AtomicU64,
    nobodys: String,
}

impl Hasher {
    pub(super) fn new(
        cost: HashCost,
        at_once: usize,
        salt: [u8; 32],
    ) -> Result<Self, AccountError> {
        if !(1..=Semaphore::MAX_PERMITS).contains(&at_once) {
            return Err(AccountError::invalid(
                "hashes_at_once",
                "hashes_at_once",
                "at least 1",
            ));
        }
        let params = Params::new(cost.memory, cost.passes, cost.lanes, None)
            .map_err(|e| AccountError::invalid("hash", "hash", e.to_string()))?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // What a password is compared with where there is no account: nobody knows one that fits.
        let nobodys = hashed(&argon, &data_encoding::HEXLOWER.encode(&salt), &salt[..16])?;
        Ok(Self {
            argon,
            turns: Arc::new(Semaphore::new(at_once)),
            waiting: AtomicUsize::new(0),
            computed: AtomicU64::new(0),
            nobodys,
        })
    }

    /// How many hashes were computed.
    pub(super) fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// The text under which a password is kept: a PHC string with its own salt and cost.
    pub(super) async fn hash(
        &self,
        password: &str,
        salt: [u8; 32],
    ) -> Result<String, AccountError> {
        let password = spelled(password);
        let argon = self.argon.clone();
        self.computed.fetch_add(1, Ordering::Relaxed);
        self.off(move || hashed(&argon, &password, &salt[..16]))
            .await?
    }

    /// Whether a password is the one that was kept. Without one that was kept it is not, after the same
    /// work.
    pub(super) async fn verify(
        &self,
        password: &str,
        kept: Option<&str>,
    ) -> Result<bool, AccountError> {
        let password = spelled(password);
        let to_compare = kept.unwrap_or(&self.nobodys).to_owned();
        let argon = self.argon.clone();
        self.computed.fetch_add(1, Ordering::Relaxed);
        let fits = self
            .off(move || {
                argon
                    .verify_password(password.as_bytes(), &*to_compare)
                    .is_ok()
            })
            .await?;
        Ok(fits && kept.is_some())
    }

    /// Whether a hash was made at another cost than is asked for now.
    pub(super) fn is_outdated(&self, kept: &str) -> bool {
        let cost = PasswordHash::new(kept)
            .ok()
            .and_then(|hash| Params::try_from(&hash).ok());
        let now = self.argon.params();
        cost.is_none_or(|cost| {
            (cost.m_cost(), cost.t_cost(), cost.p_cost())
                != (now.m_cost(), now.t_cost(), now.p_cost())
        })
    }

    /// Does work that takes a while, in its turn.
    pub(super) async fn off<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AccountError> {
        let waiting = Waiting::enter(&self.waiting)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(AccountError::broken)?;
        drop(waiting);
        // The turn goes along: a caller who is dropped does not make room before the work is done.
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        done.await.map_err(AccountError::broken)
    }
}

fn hashed(argon: &Argon2<'_>, password: &str, salt: &[u8]) -> Result<String, AccountError> {
    let hash = argon
        .hash_password_with_salt(password.as_bytes(), salt)
        .map_err(AccountError::broken)?;
    Ok(hash.to_string())
}

/// A place among those who wait; given back also by a caller who is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize) -> Result<Self, AccountError> {
        let place = Self(count);
        if count.fetch_add(1, Ordering::Relaxed) >= HASHES_WAITING_MAX {
            return Err(AccountError::busy("too many log-ins at once"));
        }
        Ok(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: HashCost = HashCost {
        memory: 64,
        passes: 1,
        lanes: 1,
    };

    fn code(password: &str, with_factor: bool) -> Option<&'static str> {
        let own = ["Asha Rao", "asha.rao@example.test", "Example Bank"];
        check(password, with_factor, &own).err().map(|e| e.code())
    }

    #[test]
    fn length_counts_in_characters_and_nothing_is_composed() {
        assert_eq!(code("tulsi-kettle-7", false), Some("password_short"));
        assert_eq!(code("tulsikettlemango", false), None);
        assert_eq!(code("kettl7m", true), Some("password_short"));
        assert_eq!(code("kq7vmz2x", true), None);
        assert_eq!(code("तुलसी की चाय और बारिश का गीत", false), None);
        let long: String = "tulsi kettle mango ".chars().cycle().take(128).collect();
        assert_eq!(code(&long, false), None);
        assert_eq!(code(&format!("{long}x"), false), Some("password_long"));
    }

    #[test]
    fn what_others_choose_and_what_everybody_knows_is_refused() {
        for password in [
            "password1234567",
            "passwordpassword",
            "qwertyuiop[]asdf",
            "aaaaaaaaaaaaaaaaaa",
            "123456789012345678",
            "Asha.Rao@example.test",
            "examplebankexample",
            "asha rao asha rao",
            "iloveyouiloveyou",
        ] {
            assert_eq!(code(password, false), Some("password_common"), "{password}");
        }
    }

    #[test]
    fn an_error_does_not_hold_the_password() {
        let error = check("swordfish-is", false, &[]).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("swordfish"));
    }

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_and_spelled_once() {
        let hasher = Hasher::new(CHEAP, 1, [7; 32]).unwrap();
        let kept = hasher
            .hash("caf\u{e9} de la gare 9", [1; 32])
            .await
            .unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{kept}");
        let twice = hasher
            .hash("caf\u{e9} de la gare 9", [2; 32])
            .await
            .unwrap();
        assert_ne!(kept, twice, "each has its own salt");
        let typed = "cafe\u{301}\u{a0}de la gare 9";
        assert!(hasher.verify(typed, Some(&kept)).await.unwrap());
        assert!(
            !hasher
                .verify("cafe de la gare 9", Some(&kept))
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn nobodys_password_costs_the_same_and_fits_nothing() {
        let hasher = Hasher::new(CHEAP, 1, [7; 32]).unwrap();
        assert!(!hasher.verify("anything at all", None).await.unwrap());
        assert_eq!(hasher.computed(), 1);
        let known = data_encoding::HEXLOWER.encode(&[7; 32]);
        assert!(!hasher.verify(&known, None).await.unwrap());
        assert!(!hasher.is_outdated(&hasher.nobodys));
        let dearer = Hasher::new(HashCost { passes: 2, ..CHEAP }, 1, [7; 32]).unwrap();
        assert!(dearer.is_outdated(&hasher.nobodys));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn more_than_may_wait_are_told_to_come_back() {
        let hasher = Arc::new(Hasher::new(CHEAP, 1, [7; 32]).unwrap());
        let turn = Arc::clone(&hasher.turns).acquire_owned().await.unwrap();
        let calls: Vec<_> = (0..HASHES_WAITING_MAX)
            .map(|_| {
                let hasher = Arc::clone(&hasher);
                tokio::spawn(async move { hasher.verify("anything at all", None).await })
            })
            .collect();
        while hasher.waiting.load(Ordering::Relaxed) < HASHES_WAITING_MAX {
            tokio::task::yield_now().await;
        }
        let over = hasher.verify("one more", None).await.unwrap_err();
        assert_eq!(over.kind(), crcore::ErrorKind::TryAgain);
        drop(turn);
        for call in calls {
            assert!(!call.await.unwrap().unwrap());
        }
    }
}

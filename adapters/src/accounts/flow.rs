//! What takes more than one step: a code that is awaited, a second factor, a link in a mail.
//!
//! A flow is found by a token of 256 bits that only the browser, or the reader of a mail, has; what is
//! kept is its hash. So a code is bound to the request that it was sent for: it is worth nothing in
//! another browser.
//!
//! A mailed code has six digits, and a hash of it could be turned round in a moment. So what is kept
//! is a seal over it by a server secret (HMAC-SHA-256), which is not in the database. A slow hash would
//! add nothing: there are only a million codes, and they live for ten minutes.

use chrono::{DateTime, TimeDelta, Utc};
use crcore::ticket::Language;
use crcore::{Moment, Shelf};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::account::Identity;
use super::keep::{REPLANS_MAX, Write, crowded};
use super::throttle::{Asker, Limit};
use super::{Account, AccountError, AccountId, Accounts, Email, Hidden, secret};

/// How long a mailed code is good for (NIST SP 800-63B, 3.1.3.1: at most 10 minutes).
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// How often a code may be guessed at (ASVS 6.6.3).
pub const CODE_TRIES: u32 = 5;
/// How many codes one request may ask for.
pub const CODES_SENT_MAX: u32 = 5;
/// How long a request waits for its codes.
pub const FLOW_LIFE: TimeDelta = TimeDelta::hours(1);
/// How long a log-in waits for its second factor.
pub const FACTOR_LIFE: TimeDelta = TimeDelta::minutes(10);
/// How long a link to set a password anew is good for.
pub const RESET_LIFE: TimeDelta = TimeDelta::minutes(30);

/// What is under way.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Flow {
    /// Somebody registers.
    Register {
        email: Email,
        name: String,
        language: Language,
        password: Option<String>,
        identity: Option<Identity>,
        /// Whether the address had an account already: then no code is right.
        known: bool,
        code: SentCode,
    },
    /// Somebody logs in by a mailed code.
    LogIn {
        email: Email,
        /// Whose it is, where the address is known.
        account: Option<AccountId>,
        code: SentCode,
    },
    /// Somebody changes their address.
    Address {
        account: AccountId,
        age: u64,
        email: Email,
        language: Language,
        known: bool,
        code: SentCode,
    },
    /// A provider said who somebody is, and not where they can be written to.
    AskAddress {
        name: String,
        language: Language,
        identity: Identity,
    },
    /// Somebody is at a provider, and this is what the host needs once they are back.
    Abroad { kept: String },
    /// Somebody gave their password and owes the second factor.
    Factor {
        account: AccountId,
        age: u64,
        tries: u32,
    },
    /// Somebody sets up an authenticator app.
    Enrol {
        account: AccountId,
        age: u64,
        salt: Uuid,
        tries: u32,
    },
    /// Somebody set out to choose another password.
    Reset {
        /// Whose, where the address is known.
        account: Option<AccountId>,
        age: u64,
    },
}

/// A code that was mailed.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SentCode {
    seal: String,
    until: DateTime<Utc>,
    tries: u32,
    sent: u32,
    asker: Asker,
}

impl SentCode {
    /// Under what wrong tries at it are counted.
    pub(super) fn subject(&self, email: &Email) -> String {
        self.asker.codes(email)
    }

    fn still_good(&self, now: DateTime<Utc>) -> Result<(), AccountError> {
        if self.tries < CODE_TRIES && self.until > now {
            return Ok(());
        }
        Err(AccountError::NotPossible {
            code: "code_over",
            why: "this code ran out or was tried too often: ask for another",
        })
    }
}

pub(super) static FLOWS: Shelf<Flow> = Shelf::new("account-flow");

/// A flow as it was read.
pub(super) struct Under {
    pub(super) key: String,
    pub(super) version: u64,
    pub(super) until: Option<DateTime<Utc>>,
    pub(super) flow: Flow,
}

impl Flow {
    fn code(&mut self) -> Option<(&mut SentCode, &Email, bool)> {
        match self {
            Self::Register {
                code, email, known, ..
            }
            | Self::Address {
                code, email, known, ..
            } => Some((code, email, !*known)),
            Self::LogIn {
                code,
                email,
                account,
            } => Some((code, email, account.is_some())),
            Self::AskAddress { .. }
            | Self::Abroad { .. }
            | Self::Factor { .. }
            | Self::Enrol { .. }
            | Self::Reset { .. } => None,
        }
    }
}

/// A code of six digits from 64 bits of chance: each as likely as the others, to one part in 10^13.
fn six_digits(bytes: [u8; 32]) -> String {
    let mut head = [0; 8];
    head.copy_from_slice(&bytes[..8]);
    format!("{:06}", u64::from_be_bytes(head) % 1_000_000)
}

impl Accounts {
    /// A fresh code for the flow under `key`, and what is kept of it.
    pub(super) fn fresh_code(
        &self,
        moment: &mut Moment,
        key: &str,
        sent: u32,
        asker: Asker,
    ) -> (Hidden, SentCode) {
        let code = six_digits(moment.bytes());
        let seal = self
            .inner
            .keys
            .sign("code", &[key.as_bytes(), code.as_bytes()]);
        let kept = SentCode {
            seal: HEXLOWER.encode(&seal),
            until: moment.now() + CODE_LIFE,
            tries: 0,
            sent,
            asker,
        };
        (code.into(), kept)
    }

    /// A token for a new flow, and the key under which it is kept.
    pub(super) fn flow_token(moment: &mut Moment) -> (Hidden, String) {
        let token = secret::token("f", moment.bytes());
        let key = secret::hash(token.reveal());
        (token, key)
    }

    /// The flow of this token.
    pub(super) async fn under_way(&self, token: &str) -> Result<Option<Under>, AccountError> {
        let key = secret::hash(token);
        let found = self.find(&FLOWS, &key, self.moment()?.now()).await?;
        Ok(found.value.map(|flow| Under {
            key,
            version: found.version,
            until: found.expires_at,
            flow,
        }))
    }

    /// The flow of this token, if `code` is the one that was sent for it. It is not used up yet: that
    /// happens in the commit of what it opens, which removes the flow at the version that was read.
    ///
    /// # Errors
    /// `code_wrong`, `code_over`, `flow_over`.
    pub(super) async fn with_code(&self, token: &str, code: &str) -> Result<Under, AccountError> {
        let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let first = self.under_way(token).await?.ok_or(AccountError::OVER)?;
        let mut flow = first.flow;
        let (sent, email, _) = flow.code().ok_or(AccountError::OVER)?;
        // A guess at what is over guesses at nothing, and costs the owner of the address nothing.
        sent.still_good(self.moment()?.now())?;
        self.take_or_wait(&[(Limit::Code, sent.subject(email))])
            .await?;
        for _ in 0..REPLANS_MAX {
            let now = self.moment()?.now();
            let mut under = self.under_way(token).await?.ok_or(AccountError::OVER)?;
            let unchanged = under.flow.clone();
            let (sent, _, may_fit) = under.flow.code().ok_or(AccountError::OVER)?;
            sent.still_good(now)?;
            let seal = HEXLOWER
                .decode(sent.seal.as_bytes())
                .map_err(AccountError::broken)?;
            let parts = [under.key.as_bytes(), typed.as_bytes()];
            if self.inner.keys.verify("code", &parts, &seal) && may_fit {
                under.flow = unchanged;
                return Ok(under);
            }
            sent.tries += 1;
            let mut write = Write::default();
            write.put(
                &FLOWS,
                &under.key,
                Some(under.version),
                &under.flow,
                under.until,
            )?;
            if self.land(write).await? {
                return Err(AccountError::wrong_code());
            }
        }
        Err(crowded())
    }

    /// Sends another code for a flow that awaits one; the one before is worth nothing then.
    ///
    /// # Errors
    /// `flow_over`; [`AccountError::TryAgain`] where too many were sent.
    pub async fn send_code_again(&self, flow: &str) -> Result<(), AccountError> {
        let mut first = self.under_way(flow).await?.ok_or(AccountError::OVER)?;
        let (sent, email, _) = first.flow.code().ok_or(AccountError::OVER)?;
        if sent.sent >= CODES_SENT_MAX {
            return Err(AccountError::OVER);
        }
        self.take_or_wait(&sent.asker.letter(email)).await?;
        for _ in 0..REPLANS_MAX {
            let mut moment = self.moment()?;
            let mut under = self.under_way(flow).await?.ok_or(AccountError::OVER)?;
            let (sent, ..) = under.flow.code().ok_or(AccountError::OVER)?;
            if sent.sent >= CODES_SENT_MAX {
                return Err(AccountError::OVER);
            }
            let (times, asker) = (sent.sent + 1, sent.asker.clone());
            let (code, kept) = self.fresh_code(&mut moment, &under.key, times, asker);
            *sent = kept;
            let mut write = Write::default();
            write.put(
                &FLOWS,
                &under.key,
                Some(under.version),
                &under.flow,
                under.until,
            )?;
            let owner = self.by_email(email, moment.now()).await?.value;
            let owner = owner.as_ref().map(|owned| &owned.account);
            self.write_code(&mut write, &mut moment, &under.flow, &code, owner)?;
            if self.land(write).await? {
                return Ok(());
            }
        }
        Err(crowded())
    }

    /// The letter that a flow owes: its code; or, where the address is somebody's already, word to
    /// them; or none, where a log-in was asked for and there is nobody. `owner` has the address.
    pub(super) fn write_code(
        &self,
        write: &mut Write,
        moment: &mut Moment,
        flow: &Flow,
        code: &Hidden,
        owner: Option<&Account>,
    ) -> Result<(), AccountError> {
        let variables = [
            ("code", code.reveal().to_owned()),
            ("minutes", CODE_LIFE.num_minutes().to_string()),
        ];
        let letter = match (flow, owner) {
            (Flow::Register { known: true, .. } | Flow::Address { known: true, .. }, None) => {
                return Ok(());
            }
            (
                Flow::Register { known: true, .. } | Flow::Address { known: true, .. },
                Some(owner),
            ) => {
                let link = [("link", self.inner.options.urls.log_in.clone())];
                self.letter(moment, owner, "account-known", link)?
            }
            (
                Flow::Register {
                    email, language, ..
                }
                | Flow::Address {
                    email, language, ..
                },
                _,
            ) => {
                // Whoever typed the address may not be its owner, to whom the bank writes no words of theirs.
                let language = language.clone();
                self.letter_to(moment, email, None, language, "account-code", variables)?
            }
            (
                Flow::LogIn {
                    account: Some(_), ..
                },
                Some(owner),
            ) => self.letter(moment, owner, "account-code", variables)?,
            (
                Flow::LogIn { .. }
                | Flow::AskAddress { .. }
                | Flow::Abroad { .. }
                | Flow::Factor { .. }
                | Flow::Enrol { .. }
                | Flow::Reset { .. },
                _,
            ) => return Ok(()),
        };
        write.letters.push(letter);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_digits() {
        assert_eq!(six_digits([0; 32]), "000000");
        assert_eq!(six_digits([0xff; 32]).len(), 6);
    }
}

//! Setting up an authenticator app.

use data_encoding::BASE32_NOPAD;

use super::account::{App, Owned};
use super::factor::digits;
use super::flow::{FLOW_LIFE, Flow, Under};
use super::keep::{REPLANS_MAX, Write, crowded};
use super::log_in::Proved;
use super::{AccountError, Accounts, Hidden, LogIn, Visit};

/// How often a new app's first code may be mistyped.
pub const ENROL_TRIES: u32 = 20;

/// What an authenticator app is set up from.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The flow in which the app's first code is to be given back.
    pub flow: Hidden,
    /// The secret in base 32, to be typed in.
    pub secret: Hidden,
    /// The `otpauth:` address, to be shown as a QR code.
    pub uri: Hidden,
}

/// An authenticator app was set up.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// The recovery codes: shown now and never again.
    pub recovery_codes: Vec<Hidden>,
    /// The session that this opened in place of all others.
    pub log_in: LogIn,
}

impl Accounts {
    /// Begins to set up an authenticator app, or another in its place.
    ///
    /// # Errors
    /// `signed_out`, `prove_again`.
    pub async fn enrol(&self, token: &str) -> Result<Enrolment, AccountError> {
        let held = self.proved(token).await?;
        let mut moment = self.moment()?;
        let flow = Flow::Enrol {
            account: held.owned.account.id,
            age: held.owned.age,
            salt: moment.id(),
            tries: 0,
        };
        let mut write = Write::default();
        let flow = self.begin(&mut write, &mut moment, &flow, FLOW_LIFE)?;
        if !self.land(write).await? {
            return Err(crowded());
        }
        self.enrolment(flow.reveal()).await
    }

    /// What the app of this flow is set up from; the same each time it is asked for.
    ///
    /// # Errors
    /// `flow_over`.
    pub async fn enrolment(&self, flow: &str) -> Result<Enrolment, AccountError> {
        let under = self.under_way(flow).await?.ok_or(AccountError::OVER)?;
        let (owned, app, _) = self.enrolling(&under).await?;
        let totp = self.totp(owned.account.id, &app)?;
        let secret = BASE32_NOPAD.encode(totp.secret().as_bytes());
        let issuer = part_of_uri(&self.inner.options.bank);
        let label = part_of_uri(owned.account.email.as_str());
        let uri = format!("otpauth://totp/{issuer}:{label}?secret={secret}&issuer={issuer}");
        Ok(Enrolment {
            flow: flow.into(),
            secret: secret.into(),
            uri: uri.into(),
        })
    }

    async fn enrolling(&self, under: &Under) -> Result<(Owned, App, u32), AccountError> {
        let Flow::Enrol {
            account,
            age,
            salt,
            tries,
        } = under.flow
        else {
            return Err(AccountError::OVER);
        };
        let owned = self.owned(account, self.moment()?.now()).await?.value;
        let owned = owned.filter(|o| o.age == age).ok_or(AccountError::OVER)?;
        let app = App {
            key: self.inner.keys.newest(),
            salt,
            last_step: 0,
        };
        Ok((owned, app, tries))
    }

    /// Finishes setting up an app with its first code. Every other session ends.
    ///
    /// # Errors
    /// `code_wrong`, `flow_over`.
    pub async fn confirm_enrolment(
        &self,
        flow: &str,
        code: &str,
        visit: &Visit,
    ) -> Result<Enrolled, AccountError> {
        for _ in 0..REPLANS_MAX {
            let mut under = self.under_way(flow).await?.ok_or(AccountError::OVER)?;
            let (owned, app, tries) = self.enrolling(&under).await?;
            let (id, age) = (owned.account.id, owned.age);
            if tries >= ENROL_TRIES {
                return Err(AccountError::OVER);
            }
            let mut moment = self.moment()?;
            let now = u64::try_from(moment.now().timestamp()).unwrap_or(0);
            let Some(step) = self.totp(id, &app)?.check(&digits(&code.into()), now) else {
                if let Flow::Enrol { tries, .. } = &mut under.flow {
                    *tries += 1;
                }
                if self.wrong(&under, id, visit).await? {
                    return Err(AccountError::wrong_code());
                }
                continue;
            };
            let app = App {
                last_step: step,
                ..app
            };
            let (recovery_codes, seals) = self.recovery_codes(id, &mut moment);
            let set_up = |owned: &mut Owned, write: &mut Write| {
                if owned.age != age {
                    return Err(AccountError::OVER);
                }
                owned.app = Some(app.clone());
                owned.keep_recovery(seals.clone());
                owned.account.second_factor = true;
                owned.age += 1;
                let mut moment = self.moment()?;
                let word =
                    self.letter(&mut moment, &owned.account, "account-factor-changed", [])?;
                write.letters.push(word);
                write.note("account.factor_set_up", owned.account.actor(), id);
                Ok(true)
            };
            let log_in = self
                .admit(id, visit, Proved::Both, Some(&under), set_up)
                .await?;
            return Ok(Enrolled {
                recovery_codes,
                log_in,
            });
        }
        Err(crowded())
    }
}

/// Percent-encoded (RFC 3986): everything but letters, digits and `-._~`. The colon that parts issuer
/// and label is none of either.
fn part_of_uri(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

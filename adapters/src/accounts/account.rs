//! Somebody who can log in.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use crcore::ticket::{Channel, Language};
use crcore::{Actor, AgentId, Code, CustomerId, Role, Shelf};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

use super::keep::{Found, Write};
use super::{AccountError, Accounts, secret};

/// The longest address, in bytes (RFC 5321, 4.5.3.1.3, without its brackets).
pub const EMAIL_MAX: usize = 254;
/// The longest name, in bytes: what the desk takes for a customer's and an agent's.
pub const NAME_MAX: usize = 320;
/// The longest telephone number, in bytes: E.164 has 15 digits, and people put more between them.
pub const PHONE_MAX: usize = 40;
/// How many purposes a profile may consent to.
pub const CONSENTS_MAX: usize = 50;
/// How many identities at providers an account may have.
pub const IDENTITIES_MAX: usize = 10;

/// Whose account it is: the [`CustomerId`] or [`AgentId`] of that person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(Uuid);

impl AccountId {
    /// The id as a UUID.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for AccountId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl From<CustomerId> for AccountId {
    fn from(id: CustomerId) -> Self {
        Self(id.uuid())
    }
}

impl From<AgentId> for AccountId {
    fn from(id: AgentId) -> Self {
        Self(id.uuid())
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for AccountId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

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
        let text: String = text.trim().nfc().collect();
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

/// Where an account stands. Before its address is confirmed there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Its owner can log in.
    Active,
    /// Nobody can log in.
    Suspended,
}

impl AccountState {
    /// Every state.
    pub const ALL: [Self; 2] = [Self::Active, Self::Suspended];

    /// The name used in keys, JSON and on screen.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }
}

/// What a customer tells about themselves once, after the first log-in.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// A telephone number, as the person writes it.
    pub phone: Option<String>,
    /// The branch they go to.
    pub branch: Option<Code>,
    /// How they would rather be answered.
    pub preferred_channel: Option<Channel>,
    /// Which purposes they consented to, by the bank's own codes.
    pub consents: BTreeSet<Code>,
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Profile")
    }
}

/// An identity at a provider by which the owner logs in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Who the person is there.
    pub subject: String,
    /// Since when it is linked.
    pub linked_at: DateTime<Utc>,
}

impl Identity {
    /// The name under which the account is found.
    pub(super) fn key(&self) -> String {
        identity_key(&self.issuer, &self.subject)
    }
}

pub(super) fn identity_key(issuer: &str, subject: &str) -> String {
    secret::hash(&format!("{}:{issuer}{subject}", issuer.len()))
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.issuer)
    }
}

/// Somebody who can log in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Whose it is.
    pub id: AccountId,
    /// Customer, agent, supervisor or admin.
    pub role: Role,
    /// Where it stands.
    pub state: AccountState,
    /// How its owner is addressed.
    pub name: String,
    /// The confirmed address.
    pub email: Email,
    /// The language of letters to its owner.
    pub language: Language,
    /// Whether there is a password.
    pub has_password: bool,
    /// Whether there is an authenticator app.
    pub second_factor: bool,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
    /// Identities at providers.
    pub identities: Vec<Identity>,
    /// What a customer told after the first log-in.
    pub profile: Option<Profile>,
    /// Since when there is the account.
    pub created_at: DateTime<Utc>,
    /// When somebody last logged in.
    pub last_seen: Option<DateTime<Utc>>,
    /// Grows by one with each change.
    #[serde(skip)]
    pub version: u64,
}

impl Account {
    /// The actor that its owner is.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let agent = AgentId::from(self.id.0);
        match self.role {
            Role::Admin => Actor::Admin(agent),
            Role::Supervisor => Actor::Supervisor(agent),
            Role::Agent => Actor::Agent(agent),
            // An account is never a program's or the desk's own.
            Role::Customer | Role::Service | Role::System => {
                Actor::Customer(CustomerId::from(self.id.0))
            }
        }
    }

    /// Whether the customer has yet to be asked for their profile.
    #[must_use]
    pub fn profile_pending(&self) -> bool {
        self.role == Role::Customer && self.profile.is_none()
    }

    /// Where it stands among the others.
    pub(super) fn place(&self) -> String {
        format!("{}/{}/{}", self.role.name(), self.state.name(), self.id)
    }

    /// Where it stands among the others by name.
    pub(super) fn named(&self) -> String {
        format!("{}\u{1}{}", folded(&self.name), self.id)
    }
}

/// A person's name and address stay out of logs.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (role, state) = (self.role.name(), self.state.name());
        write!(f, "Account({}, {role}, {state})", self.id)
    }
}

/// A name as it is searched by: lower case, at most so many bytes that a key holds it.
pub(super) fn folded(name: &str) -> String {
    const MOST: usize = 160;
    let mut folded = String::new();
    for c in name
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_control())
    {
        if folded.len() + c.len_utf8() > MOST {
            break;
        }
        folded.push(c);
    }
    folded
}

/// An account with what only the accounts themselves may know of it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Owned {
    pub(super) account: Account,
    /// The PHC string of the password.
    pub(super) password: Option<String>,
    pub(super) app: Option<App>,
    /// Hashes of the recovery codes that are left.
    pub(super) recovery: Vec<String>,
    /// Sessions, links and flows of another age are over.
    pub(super) age: u64,
}

/// An authenticator app.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct App {
    /// Which server secret its own secret follows from.
    pub(super) key: String,
    /// What its secret follows from besides.
    pub(super) salt: Uuid,
    /// The last time step of which a code was taken.
    pub(super) last_step: u64,
}

impl Owned {
    pub(super) fn new(account: Account, password: Option<String>) -> Self {
        Self {
            account,
            password,
            app: None,
            recovery: Vec::new(),
            age: 0,
        }
    }
}

pub(super) static ACCOUNTS: Shelf<Owned> = Shelf::new("account");
pub(super) static ADDRESSES: Shelf<AccountId> = Shelf::new("account-address");
/// By role, state and age.
pub(super) static PLACES: Shelf<()> = Shelf::new("account-place");
pub(super) static NAMES: Shelf<()> = Shelf::new("account-name");
pub(super) static IDENTITIES: Shelf<AccountId> = Shelf::new("account-identity");

impl Accounts {
    pub(super) async fn owned(
        &self,
        id: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Found<Owned>, AccountError> {
        let mut found = self.find(&ACCOUNTS, &id.to_string(), now).await?;
        if let Some(owned) = &mut found.value {
            owned.account.version = found.version;
        }
        Ok(found)
    }

    /// The account that has this address. Reads as often where there is none.
    pub(super) async fn by_email(
        &self,
        email: &Email,
        now: DateTime<Utc>,
    ) -> Result<Found<Owned>, AccountError> {
        let id = self.find(&ADDRESSES, &email.key(), now).await?.value;
        self.owned(id.unwrap_or(AccountId(Uuid::nil())), now).await
    }
}

impl Write {
    /// Keeps an account that was read at `before`; without that, a new one with its address.
    pub(super) fn account(
        &mut self,
        before: Option<&Account>,
        owned: &Owned,
    ) -> Result<(), AccountError> {
        let now = &owned.account;
        let from = before.map_or(0, |before| before.version);
        self.put(&ACCOUNTS, &now.id.to_string(), Some(from), owned, None)?;
        if let Some(old) = before.filter(|b| b.email.key() != now.email.key()) {
            self.remove(&ADDRESSES, &old.email.key(), None);
        }
        if before.is_none_or(|b| b.email.key() != now.email.key()) {
            self.put(&ADDRESSES, &now.email.key(), Some(0), &now.id, None)?;
        }
        let had = before.map_or(&[][..], |b| &b.identities);
        for gone in had.iter().filter(|i| !now.identities.contains(i)) {
            self.remove(&IDENTITIES, &gone.key(), None);
        }
        for new in now.identities.iter().filter(|i| !had.contains(i)) {
            self.put(&IDENTITIES, &new.key(), Some(0), &now.id, None)?;
        }
        if let Some(old) = before.filter(|b| b.place() != now.place()) {
            self.remove(&PLACES, &old.place(), None);
        }
        if before.is_none_or(|b| b.place() != now.place()) {
            self.put(&PLACES, &now.place(), None, &(), None)?;
        }
        if let Some(old) = before.filter(|b| b.named() != now.named()) {
            self.remove(&NAMES, &old.named(), None);
        }
        if before.is_none_or(|b| b.named() != now.named()) {
            self.put(&NAMES, &now.named(), None, &(), None)?;
        }
        Ok(())
    }
}

/// A name that a person gave.
pub(super) fn name(text: &str) -> Result<String, AccountError> {
    let text = text.trim();
    if text.is_empty() || text.len() > NAME_MAX || text.contains(char::is_control) {
        let expected = format!("a name on one line, of at most {NAME_MAX} bytes");
        return Err(AccountError::invalid("name", "name_invalid", expected));
    }
    Ok(text.to_owned())
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

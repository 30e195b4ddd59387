//! Somebody who can log in.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use crcore::text::is_hidden;
use crcore::ticket::Language;
use crcore::{Actor, AgentId, CustomerId, Role, Shelf};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

use super::keep::{Found, Write};
use super::{AccountError, Accounts, Email, Profile, secret};

/// The longest name, in bytes: what the desk takes for a customer's and an agent's.
pub const NAME_MAX: usize = 320;
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
    if text.is_empty() || text.len() > NAME_MAX || text.contains(is_hidden) {
        let expected = format!("a name on one line, of at most {NAME_MAX} bytes, that is all seen");
        return Err(AccountError::invalid("name", "name_invalid", expected));
    }
    Ok(text.to_owned())
}

//! The people who have accounts, as those see them who run the desk.

use crcore::access::{self, Right};
use crcore::ticket::Language;
use crcore::{Actor, Agent, AgentId, CustomerId, Role, Shelf};
use uuid::Uuid;

use super::account::{
    ADDRESSES, CONSENTS_MAX, IDENTITIES, NAMES, Owned, PHONE_MAX, PLACES, folded, name,
};
use super::keep::{REPLANS_MAX, Write, crowded};
use super::session::{CUSTOMERS, SESSIONS, STAFF, VISITORS};
use super::{Account, AccountError, AccountId, AccountState, Accounts, Email, Hidden, Profile};

/// The largest page of people.
pub const PEOPLE_MAX: u32 = 100;
/// The most customers that are found at once: who is not among them is asked for more of their name.
pub const FOUND_MAX: u32 = 20;
/// How many records of the list one page looks at where most of them do not fit the filter.
const LOOKED_AT_MAX: u32 = 1_000;

/// Which people. What is absent asks for nothing.
#[derive(Clone, Default)]
pub struct PeopleFilter {
    /// Of this role.
    pub role: Option<Role>,
    /// In this state.
    pub state: Option<AccountState>,
    /// With this address.
    pub email: Option<String>,
    /// Whose name begins so, whatever the case.
    pub name: Option<String>,
}

/// Whom somebody looked for stays out of logs.
impl std::fmt::Debug for PeopleFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PeopleFilter({:?}, {:?})", self.role, self.state)
    }
}

/// A page of people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Who: by name where the filter asks for one, else by role, state and age.
    pub accounts: Vec<Account>,
    /// What to ask for the next page with; absent on the last. Names nobody.
    pub next: Option<Hidden>,
}

/// How many there are. A count stops at [`Total::MAX`](crcore::store::Total::MAX)` + 1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleCounts {
    /// Accounts by role and state.
    pub accounts: Vec<(Role, AccountState, u64)>,
    /// Sessions of customers.
    pub customer_sessions: u64,
    /// Sessions of the staff.
    pub staff_sessions: u64,
    /// Sessions of people who have not logged in.
    pub visitor_sessions: u64,
}

/// An account that the host itself makes: an import, a demo.
#[derive(Clone)]
pub struct NewAccount {
    /// Whose it is, where the desk or the bank knows them already; else a fresh id.
    pub id: Option<AccountId>,
    /// Customer, agent, supervisor or admin.
    pub role: Role,
    /// How they are addressed.
    pub name: String,
    /// Their address, which the host made sure of.
    pub email: String,
    /// The language of letters to them.
    pub language: Language,
    /// A password; without one they set it by the mailed link.
    pub password: Option<Hidden>,
}

impl std::fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewAccount({})", self.role.name())
    }
}

/// Roles that accounts have, in the order of their names.
const ROLES: [Role; 4] = [Role::Admin, Role::Agent, Role::Customer, Role::Supervisor];

/// How often the number of admins may have changed; moves on with each change, so that two admins who
/// suspend each other at once do not leave the desk without one.
static ADMINS: Shelf<u64> = Shelf::new("account-admins");

impl Accounts {
    pub(super) fn need(actor: Actor, right: Right) -> Result<(), AccountError> {
        if access::has(actor.role(), right) {
            return Ok(());
        }
        Err(AccountError::NotAllowed {
            role: actor.role().name(),
            act: right.name(),
        })
    }

    /// Whether `actor` may change accounts of this role: see [`access::manages`].
    pub(super) fn may_manage(actor: Actor, role: Role) -> Result<(), AccountError> {
        Self::need(actor, Right::ManageAccounts)?;
        if access::manages(actor.role(), role) {
            return Ok(());
        }
        Err(AccountError::NotAllowed {
            role: actor.role().name(),
            act: "change who is an admin",
        })
    }

    /// Whether there is an admin who can log in, and a mark to commit against.
    pub(super) async fn admins(&self, write: &mut Write) -> Result<u64, AccountError> {
        let now = self.moment()?.now();
        let found = self.find(&ADMINS, "changes", now).await?;
        let next = found.value.unwrap_or(0) + 1;
        write.put(&ADMINS, "changes", Some(found.version), &next, None)?;
        let prefix = format!("{}/{}/", Role::Admin.name(), AccountState::Active.name());
        Ok(self.inner.store.count(PLACES.name(), &prefix, now).await?)
    }

    /// Changes somebody's account. Ends their sessions where the account's age moves on.
    pub(super) async fn manage(
        &self,
        actor: Actor,
        id: AccountId,
        act: &'static str,
        change: impl Fn(&mut Owned, &mut Write) -> Result<(), AccountError> + Send,
    ) -> Result<(), AccountError> {
        for _ in 0..REPLANS_MAX {
            let now = self.moment()?.now();
            let before = self.owned(id, now).await?.value;
            let before = before.ok_or(AccountError::NotFound { what: "account" })?;
            Self::may_manage(actor, before.account.role)?;
            let mut owned = before.clone();
            let mut write = Write::default();
            change(&mut owned, &mut write)?;
            let (was, is) = (&before.account, &owned.account);
            let was_admin = was.role == Role::Admin && was.state == AccountState::Active;
            let is_admin = is.role == Role::Admin && is.state == AccountState::Active;
            if was_admin && !is_admin && self.admins(&mut write).await? < 2 {
                return Err(AccountError::NotPossible {
                    code: "last_admin",
                    why: "nobody else runs the desk",
                });
            }
            if owned.age != before.age {
                self.end_sessions(&mut write, id, None, now).await?;
            }
            if (was.role, was.state) != (is.role, is.state) && is.role != Role::Customer {
                self.write_person(&mut write, is).await?;
                for agent in &mut write.changes.agents {
                    agent.value.available = is.state == AccountState::Active;
                }
            }
            write.account(Some(was), &owned)?;
            write.note(act, actor, id);
            if self.land(write).await? {
                return Ok(());
            }
        }
        Err(crowded())
    }

    /// Somebody's account: a customer's for all the staff, anybody's for those who manage people.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`], [`AccountError::NotFound`].
    pub async fn account(&self, actor: Actor, id: AccountId) -> Result<Account, AccountError> {
        Self::need(actor, Right::ManageCustomers)?;
        let found = self.owned(id, self.moment()?.now()).await?.value;
        if found
            .as_ref()
            .is_none_or(|o| o.account.role != Role::Customer)
        {
            Self::need(actor, Right::ManageAccounts)?;
        }
        let owned = found.ok_or(AccountError::NotFound { what: "account" })?;
        Ok(owned.account)
    }

    /// Lets nobody log in to an account any more and ends its sessions. An agent is given no more work;
    /// what they have stays with them until [`Desk::hand_over`](crcore::Desk::hand_over).
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`], [`AccountError::NotFound`]; `not_yourself`, `last_admin`.
    pub async fn suspend(&self, actor: Actor, id: AccountId) -> Result<(), AccountError> {
        not_oneself(actor, id)?;
        self.manage(actor, id, "account.suspended", |owned, _| {
            owned.account.state = AccountState::Suspended;
            owned.age += 1;
            Ok(())
        })
        .await
    }

    /// Lets the owner of a suspended account log in again.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`], [`AccountError::NotFound`].
    pub async fn reinstate(&self, actor: Actor, id: AccountId) -> Result<(), AccountError> {
        self.manage(actor, id, "account.reinstated", |owned, _| {
            owned.account.state = AccountState::Active;
            Ok(())
        })
        .await
    }

    /// Gives somebody of the staff another role, which ends their sessions.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`], [`AccountError::NotFound`]; `role_invalid`, `not_yourself`,
    /// `last_admin`.
    pub async fn set_role(
        &self,
        actor: Actor,
        id: AccountId,
        role: Role,
    ) -> Result<(), AccountError> {
        Self::may_manage(actor, role)?;
        not_oneself(actor, id)?;
        self.manage(actor, id, "account.role_set", |owned, _| {
            if !is_staff(role) || !is_staff(owned.account.role) {
                return Err(AccountError::invalid(
                    "role",
                    "role_invalid",
                    "a role of the staff",
                ));
            }
            owned.account.role = role;
            owned.age += 1;
            Ok(())
        })
        .await
    }

    /// Ends all sessions of somebody.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`], [`AccountError::NotFound`].
    pub async fn end_all_of(&self, actor: Actor, id: AccountId) -> Result<(), AccountError> {
        self.manage(actor, id, "account.sessions_ended", |owned, _| {
            owned.age += 1;
            Ok(())
        })
        .await
    }

    /// A page of people. A page may hold fewer than `limit` and still have a next.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`]; `email_invalid`.
    pub async fn people(
        &self,
        actor: Actor,
        filter: &PeopleFilter,
        after: Option<&Hidden>,
        limit: u32,
    ) -> Result<People, AccountError> {
        Self::need(actor, Right::ManageAccounts)?;
        self.list_people(filter, after, limit).await
    }

    /// Customers by their address, or by what their name begins with: for staff who have somebody on the
    /// telephone. At most [`FOUND_MAX`].
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`] to all but the staff.
    pub async fn find_customers(
        &self,
        actor: Actor,
        text: &str,
    ) -> Result<Vec<Account>, AccountError> {
        Self::need(actor, Right::ManageCustomers)?;
        let text = text.trim();
        let mut filter = PeopleFilter {
            role: Some(Role::Customer),
            ..PeopleFilter::default()
        };
        if text.contains('@') {
            if text.parse::<Email>().is_err() {
                return Ok(Vec::new());
            }
            filter.email = Some(text.to_owned());
        } else if text.is_empty() {
            return Ok(Vec::new());
        } else {
            filter.name = Some(text.to_owned());
        }
        Ok(self.list_people(&filter, None, FOUND_MAX).await?.accounts)
    }

    async fn list_people(
        &self,
        filter: &PeopleFilter,
        after: Option<&Hidden>,
        limit: u32,
    ) -> Result<People, AccountError> {
        let now = self.moment()?.now();
        let fits = |a: &Account| {
            filter.role.is_none_or(|role| a.role == role)
                && filter.state.is_none_or(|state| a.state == state)
        };
        if let Some(email) = &filter.email {
            let found = self.by_email(&email.parse()?, now).await?.value;
            let accounts = found.map(|o| o.account).into_iter().filter(fits).collect();
            return Ok(People {
                accounts,
                next: None,
            });
        }
        let limit = limit.clamp(1, PEOPLE_MAX) as usize;
        let (shelf, prefixes) = match &filter.name {
            Some(name) => (&NAMES, vec![folded(name.trim())]),
            None => (&PLACES, places(filter)),
        };
        let mut last = after.map(|after| after.reveal().to_owned());
        let mut people = People::default();
        let mut looked_at = 0;
        for prefix in prefixes {
            let behind = last.as_ref().filter(|l| !l.starts_with(&prefix));
            if behind.is_some_and(|last| *last > prefix) {
                continue;
            }
            let mut from = last.clone().filter(|last| last.starts_with(&prefix));
            loop {
                let keys = self
                    .list(shelf, &prefix, from.clone(), PEOPLE_MAX, now)
                    .await?;
                let is_end = keys.len() < PEOPLE_MAX as usize;
                for (key, ()) in keys {
                    if people.accounts.len() == limit || looked_at >= LOOKED_AT_MAX {
                        people.next = last.map(Hidden::from);
                        return Ok(people);
                    }
                    looked_at += 1;
                    let id = key.get(key.len().saturating_sub(36)..).unwrap_or_default();
                    let id: AccountId = id.parse().map_err(AccountError::broken)?;
                    let found = self.owned(id, now).await?.value;
                    people
                        .accounts
                        .extend(found.map(|o| o.account).filter(fits));
                    from = Some(key.clone());
                    last = Some(key);
                }
                if is_end {
                    break;
                }
            }
        }
        Ok(people)
    }

    /// How many accounts and sessions there are.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`].
    pub async fn counts(&self, actor: Actor) -> Result<PeopleCounts, AccountError> {
        Self::need(actor, Right::SeeReports)?;
        let (store, now) = (&self.inner.store, self.moment()?.now());
        let mut accounts = Vec::new();
        for role in ROLES {
            for state in AccountState::ALL {
                let prefix = format!("{}/{}/", role.name(), state.name());
                accounts.push((role, state, store.count(PLACES.name(), &prefix, now).await?));
            }
        }
        let sessions = SESSIONS.name();
        Ok(PeopleCounts {
            accounts,
            customer_sessions: store.count(sessions, &format!("{CUSTOMERS}/"), now).await?,
            staff_sessions: store.count(sessions, &format!("{STAFF}/"), now).await?,
            visitor_sessions: store.count(sessions, &format!("{VISITORS}/"), now).await?,
        })
    }

    /// Makes an account with an address that the host answers for.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`] to all but the desk itself; `email_taken`, and whatever is wrong
    /// with its parts.
    pub async fn add(&self, actor: Actor, new: &NewAccount) -> Result<Account, AccountError> {
        if actor != Actor::System {
            let (role, act) = (actor.role().name(), "make accounts");
            return Err(AccountError::NotAllowed { role, act });
        }
        if !ROLES.contains(&new.role) {
            return Err(AccountError::invalid(
                "role",
                "role_invalid",
                "a person's role",
            ));
        }
        let (email, name) = (new.email.parse::<Email>()?, name(&new.name)?);
        let mut hash = None;
        if let Some(password) = &new.password {
            let with_factor = self.inner.options.needs_second_factor(new.role);
            self.check_password(password.reveal(), with_factor, &name, &email)
                .await?;
            let salt = self.moment()?.bytes();
            hash = Some(self.inner.hasher.hash(password.reveal(), salt).await?);
        }
        for _ in 0..REPLANS_MAX {
            let mut moment = self.moment()?;
            if self.by_email(&email, moment.now()).await?.value.is_some() {
                return Err(EMAIL_TAKEN);
            }
            let mut account = Account {
                id: new.id.unwrap_or_else(|| moment.id::<Uuid>().into()),
                role: new.role,
                state: AccountState::Active,
                name: name.clone(),
                email: email.clone(),
                language: new.language.clone(),
                has_password: hash.is_some(),
                second_factor: false,
                recovery_codes: 0,
                identities: Vec::new(),
                profile: None,
                created_at: moment.now(),
                last_seen: None,
                version: 0,
            };
            let mut write = Write::default();
            write.account(None, &Owned::new(account.clone(), hash.clone()))?;
            self.write_person(&mut write, &account).await?;
            write.note("account.added", actor, account.id);
            if self.land(write).await? {
                account.version = 1;
                return Ok(account);
            }
        }
        Err(crowded())
    }

    /// Gives an account another password: for the host's own command line, where somebody is locked out
    /// or a demo begins. Its sessions end, and its owner is told.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`] to all but the desk itself; `password_short`, `password_long`,
    /// `password_common`.
    pub async fn give_password(
        &self,
        actor: Actor,
        id: AccountId,
        password: &Hidden,
    ) -> Result<(), AccountError> {
        if actor != Actor::System {
            let (role, act) = (actor.role().name(), "choose somebody's password");
            return Err(AccountError::NotAllowed { role, act });
        }
        let account = self.account(actor, id).await?;
        self.check_password_of(&account, password.reveal()).await?;
        let salt = self.moment()?.bytes();
        let hash = self.inner.hasher.hash(password.reveal(), salt).await?;
        self.manage(actor, id, "account.password_given", |owned, write| {
            self.set_password(owned, write, &hash)
        })
        .await
    }

    /// A pass phrase of 100 bits that can be read out and typed: for a demo's accounts, and for
    /// nothing that lasts.
    ///
    /// # Errors
    /// [`AccountError::Broken`] where the clock has no chance to give.
    pub fn pass_phrase(&self) -> Result<Hidden, AccountError> {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let bytes = self.moment()?.bytes();
        let letters: Vec<char> = bytes[..20]
            .iter()
            .map(|b| char::from(LETTERS[usize::from(b % 32)]))
            .collect();
        let groups: Vec<String> = letters.chunks(5).map(|c| c.iter().collect()).collect();
        Ok(groups.join("-").into())
    }

    /// Keeps what one tells about oneself, with one's name and language; the desk's record of the
    /// customer follows in the same commit.
    ///
    /// # Errors
    /// `signed_out`; `name_invalid`, `phone_invalid`, `consents_invalid`.
    pub async fn save_profile(
        &self,
        token: &str,
        new_name: &str,
        language: &Language,
        profile: &Profile,
    ) -> Result<Account, AccountError> {
        let new_name = name(new_name)?;
        let phone = profile.phone.as_deref().unwrap_or_default();
        let fits = |c: char| c.is_ascii_digit() || " +-()./".contains(c);
        if phone.len() > PHONE_MAX || !phone.chars().all(fits) {
            let expected = "digits, and + - ( ) . / or spaces between them";
            return Err(AccountError::invalid("phone", "phone_invalid", expected));
        }
        if profile.consents.len() > CONSENTS_MAX {
            let expected = format!("at most {CONSENTS_MAX}");
            return Err(AccountError::invalid(
                "consents",
                "consents_invalid",
                expected,
            ));
        }
        for _ in 0..REPLANS_MAX {
            let held = self.held(token).await?;
            let mut owned = held.owned.clone();
            owned.account.name.clone_from(&new_name);
            owned.account.language = language.clone();
            owned.account.profile = Some(profile.clone());
            let mut write = Write::default();
            write.account(Some(&held.owned.account), &owned)?;
            self.write_person(&mut write, &owned.account).await?;
            if self.land(write).await? {
                owned.account.version += 1;
                return Ok(owned.account);
            }
        }
        Err(crowded())
    }

    /// Removes a customer's account with everything it holds; what they were asked for by mail runs out
    /// within the hour. Their tickets and the desk's record of
    /// them are erased by [`Desk::erase_customer`](crcore::Desk::erase_customer).
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`], [`AccountError::NotFound`]; `not_a_customer`: who worked here is
    /// named in what they did, and is suspended.
    pub async fn forget(&self, actor: Actor, id: CustomerId) -> Result<(), AccountError> {
        Self::need(actor, Right::EraseCustomers)?;
        let id = AccountId::from(id);
        for _ in 0..REPLANS_MAX {
            let now = self.moment()?.now();
            let found = self.owned(id, now).await?;
            let owned = found
                .value
                .ok_or(AccountError::NotFound { what: "account" })?;
            if owned.account.role != Role::Customer {
                return Err(AccountError::NotPossible {
                    code: "not_a_customer",
                    why: "the staff's accounts are suspended and not removed",
                });
            }
            self.forget_attempts(id).await?;
            let mut write = Write::default();
            self.end_sessions(&mut write, id, None, now).await?;
            self.forget_devices(&mut write, id, now).await?;
            write.forget(&owned.account);
            write.note("account.forgotten", actor, id);
            if self.land(write).await? {
                return Ok(());
            }
        }
        Err(crowded())
    }
}

impl Write {
    fn forget(&mut self, account: &Account) {
        self.remove(
            &super::account::ACCOUNTS,
            &account.id.to_string(),
            Some(account.version),
        );
        self.remove(&ADDRESSES, &account.email.key(), None);
        self.remove(&PLACES, &account.place(), None);
        self.remove(&NAMES, &account.named(), None);
        for identity in &account.identities {
            self.remove(&IDENTITIES, &identity.key(), None);
        }
    }
}

/// The parts of the list that a filter asks for, in its order.
fn places(filter: &PeopleFilter) -> Vec<String> {
    let roles = ROLES
        .into_iter()
        .filter(|r| filter.role.is_none_or(|role| role == *r));
    roles
        .flat_map(|role| {
            AccountState::ALL
                .into_iter()
                .filter(|s| filter.state.is_none_or(|state| state == *s))
                .map(move |state| format!("{}/{}/", role.name(), state.name()))
        })
        .collect()
}

pub(super) fn is_staff(role: Role) -> bool {
    matches!(role, Role::Agent | Role::Supervisor | Role::Admin)
}

fn not_oneself(actor: Actor, id: AccountId) -> Result<(), AccountError> {
    if actor.staff().map(AccountId::from) == Some(id) {
        return Err(AccountError::NotPossible {
            code: "not_yourself",
            why: "somebody else has to do this",
        });
    }
    Ok(())
}

pub(super) const EMAIL_TAKEN: AccountError = AccountError::NotPossible {
    code: "email_taken",
    why: "an account has this address",
};

/// The agent that somebody of the staff is to be.
pub(super) fn agent_of(id: AccountId, attributes: &Agent) -> Agent {
    Agent {
        id: AgentId::from(id.uuid()),
        version: 0,
        ..attributes.clone()
    }
}

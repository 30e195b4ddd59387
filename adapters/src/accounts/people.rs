//! The people who have accounts, as those see them who run the desk.

use crcore::access::Right;
use crcore::{Actor, Role};

use super::account::{NAMES, PLACES, folded};
use super::session::{CUSTOMERS, SESSIONS, STAFF, VISITORS};
use super::{Account, AccountError, AccountId, AccountState, Accounts, Email, Hidden};

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

/// Roles that accounts have, in the order in which they are listed.
pub(super) const ROLES: [Role; 4] = [Role::Admin, Role::Supervisor, Role::Agent, Role::Customer];

impl Accounts {
    /// Somebody's account: a customer's for all the staff, anybody's for those who manage people.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`]; to all the staff [`AccountError::NotFound`] where there is none.
    pub async fn account(&self, actor: Actor, id: AccountId) -> Result<Account, AccountError> {
        Self::need(actor, Right::ManageCustomers)?;
        let found = self.owned(id, self.moment()?.now()).await?.value;
        let owned = found.ok_or(AccountError::NotFound { what: "account" })?;
        if owned.account.role != Role::Customer {
            Self::need(actor, Right::ManageAccounts)?;
        }
        Ok(owned.account)
    }

    /// A page of people: those who run the desk first, customers last. A page may hold fewer than `limit` and
    /// still have a next.
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
        let reached = |last: &String| prefixes.iter().position(|prefix| last.starts_with(prefix));
        let begun = last.as_ref().and_then(reached).unwrap_or(0);
        for prefix in prefixes.into_iter().skip(begun) {
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

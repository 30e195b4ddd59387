//! What those who run the desk do to accounts.

use crcore::access::{self, Right};
use crcore::{Actor, CustomerId, Role, Shelf};

use super::account::{ACCOUNTS, ADDRESSES, IDENTITIES, NAMES, Owned, PLACES};
use super::keep::{REPLANS_MAX, Write, crowded};
use super::{Account, AccountError, AccountId, AccountState, Accounts};

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
                if was.state != is.state {
                    for agent in &mut write.changes.agents {
                        agent.value.available = is.state == AccountState::Active;
                    }
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
        self.remove(&ACCOUNTS, &account.id.to_string(), Some(account.version));
        self.remove(&ADDRESSES, &account.email.key(), None);
        self.remove(&PLACES, &account.place(), None);
        self.remove(&NAMES, &account.named(), None);
        for identity in &account.identities {
            self.remove(&IDENTITIES, &identity.key(), None);
        }
    }
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

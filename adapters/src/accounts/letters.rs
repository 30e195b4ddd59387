//! What a decision owes besides its records: letters, the desk's record of the person, the trail.

use crcore::audit::Told;
use crcore::store::Revised;
use crcore::ticket::Language;
use crcore::{Actor, Agent, AgentId, Customer, CustomerId, Moment, Role};

use super::keep::Write;
use super::{Account, AccountError, AccountId, Accounts, Email, Letter};

impl Write {
    /// Notes in the desk's trail what somebody did to an account.
    pub(super) fn note(&mut self, what: &'static str, by: Actor, account: AccountId) {
        self.told = Some(Told::new(by, what, format!("account:{account}")));
    }
}

impl Accounts {
    /// A letter to the owner of an account.
    pub(super) fn letter<const N: usize>(
        &self,
        moment: &mut Moment,
        to: &Account,
        text: &'static str,
        variables: [(&str, String); N],
    ) -> Result<Letter, AccountError> {
        let (name, language) = (Some(to.name.clone()), to.language.clone());
        self.letter_to(moment, &to.email, name, language, text, variables)
    }

    pub(super) fn letter_to<const N: usize>(
        &self,
        moment: &mut Moment,
        to: &Email,
        name: Option<String>,
        language: Language,
        text: &'static str,
        variables: [(&str, String); N],
    ) -> Result<Letter, AccountError> {
        let common = [
            ("bank", self.inner.options.bank.clone()),
            ("name", name.clone().unwrap_or_default()),
        ];
        let all = common.into_iter().chain(variables);
        Ok(Letter {
            id: moment.id(),
            to: to.as_str().to_owned(),
            name,
            language,
            text: text.parse().map_err(AccountError::broken)?,
            created_at: moment.now(),
            variables: all.map(|(name, value)| (name.to_owned(), value)).collect(),
        })
    }

    /// Adds to `write` the desk's record of an account's owner as the account has them: the customer,
    /// or the agent.
    pub(super) async fn write_person(
        &self,
        write: &mut Write,
        account: &Account,
    ) -> Result<(), AccountError> {
        let store = &self.inner.store;
        if account.role == Role::Customer {
            let id = CustomerId::from(account.id.uuid());
            let known = store
                .customer(id)
                .await?
                .unwrap_or_else(|| Customer::new(id));
            write.changes.customers.push(Revised {
                from: known.version,
                value: Customer {
                    version: known.version + 1,
                    name: Some(account.name.clone()),
                    email: Some(account.email.as_str().to_owned()),
                    language: account.language.clone(),
                    ..known
                },
            });
            return Ok(());
        }
        let id = AgentId::from(account.id.uuid());
        let known = store.agent(id).await?.map(|standing| standing.agent);
        let known = known.unwrap_or_else(|| Agent::new(id, ""));
        write.agent(Agent {
            name: account.name.clone(),
            email: Some(account.email.as_str().to_owned()),
            role: account.role,
            ..known
        });
        Ok(())
    }
}

impl Write {
    /// Keeps an agent as they are now; `agent.version` is the one that was read.
    pub(super) fn agent(&mut self, agent: Agent) {
        self.changes.agents.push(Revised {
            from: agent.version,
            value: Agent {
                version: agent.version + 1,
                ..agent
            },
        });
    }
}

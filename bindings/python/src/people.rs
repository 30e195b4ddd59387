//! Who acts, who answers, who asks.

use std::collections::BTreeMap;

use crcore::{Pool, Role};
use pyo3::prelude::*;
use uuid::Uuid;

use crate::args::{self, Several};
use crate::error::Refused;
use crate::nouns::Tuple;

/// Who acts: a customer, an agent, a supervisor, an admin, a service account, or the desk itself.
#[pyclass(frozen, eq, hash, module = "crcore")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Actor(pub(crate) crcore::Actor);

#[pymethods]
impl Actor {
    /// A customer of the bank.
    #[staticmethod]
    fn customer(id: Uuid) -> Self {
        Self(crcore::Actor::Customer(id.into()))
    }

    /// Someone who answers tickets.
    #[staticmethod]
    fn agent(id: Uuid) -> Self {
        Self(crcore::Actor::Agent(id.into()))
    }

    /// Someone who leads agents.
    #[staticmethod]
    fn supervisor(id: Uuid) -> Self {
        Self(crcore::Actor::Supervisor(id.into()))
    }

    /// Someone who runs the desk.
    #[staticmethod]
    fn admin(id: Uuid) -> Self {
        Self(crcore::Actor::Admin(id.into()))
    }

    /// A program with an identity of its own.
    #[staticmethod]
    fn service(id: Uuid) -> Self {
        Self(crcore::Actor::Service(id.into()))
    }

    /// The desk itself: timers, imports, set-up.
    #[staticmethod]
    fn system() -> Self {
        Self(crcore::Actor::System)
    }

    /// What kind of actor this is.
    #[getter]
    fn role(&self) -> &'static str {
        self.0.role().name()
    }

    /// Who; None for the system.
    #[getter]
    fn id(&self) -> Option<Uuid> {
        match self.0 {
            crcore::Actor::Customer(id) => Some(id.uuid()),
            crcore::Actor::Service(id) => Some(id.uuid()),
            _ => self.0.staff().map(|id| id.uuid()),
        }
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<Actor {}>", self.0)
    }
}

/// Someone of the bank's staff.
///
/// `role` is agent, supervisor or admin; `skills` have levels from 1 to 5; `capacity` says how many
/// units they carry at once in the pools "cases" (complaints, mail) and "live" (chat, telephone,
/// counter), and a pool left out takes no work. `version` is what it was read at, 0 for somebody new.
#[pyclass(frozen, get_all, module = "crcore")]
pub(crate) struct Agent {
    /// Who.
    id: Uuid,
    /// The name that colleagues and customers see.
    name: String,
    /// Grows by one with each change; 0 before the first.
    version: u64,
    /// Where notices to them go.
    email: Option<String>,
    /// agent, supervisor or admin.
    role: String,
    /// The queues whose tickets they see and take.
    queues: Tuple<String>,
    /// What they can do, and how well: 1 (a little) to 5 (an expert).
    skills: BTreeMap<String, i64>,
    /// Units of work that they carry at once, by pool.
    capacity: BTreeMap<String, u32>,
    /// Whether allocation may give them tickets now.
    available: bool,
}

#[pymethods]
impl Agent {
    #[new]
    #[pyo3(signature = (
        id, name, *, version = 0, email = None, role = "agent", queues = None, skills = None,
        capacity = None, available = true,
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn new(
        id: Uuid,
        name: String,
        version: u64,
        email: Option<String>,
        role: &str,
        queues: Option<Several>,
        skills: Option<BTreeMap<String, i64>>,
        capacity: Option<BTreeMap<String, u32>>,
        available: bool,
    ) -> Self {
        Self {
            id,
            name,
            version,
            email,
            role: role.to_owned(),
            queues: queues
                .map(|queues| queues.0)
                .unwrap_or_default()
                .into_iter()
                .collect(),
            skills: skills.unwrap_or_default(),
            capacity: capacity.unwrap_or_default(),
            available,
        }
    }

    /// The actor that this person is.
    #[getter]
    fn actor(&self) -> Result<Actor, Refused> {
        Ok(Actor(self.to_core()?.actor()))
    }
}

impl Agent {
    pub(crate) fn to_core(&self) -> Result<crcore::Agent, Refused> {
        const STAFF: [Role; 3] = [Role::Agent, Role::Supervisor, Role::Admin];
        let queues = self
            .queues
            .0
            .iter()
            .map(|queue| args::parsed("queues", queue));
        let skills = self.skills.iter().map(|(skill, &known)| {
            let code = args::parsed("skills", skill)?;
            let expected = || Refused::invalid("skills", format!("1 to 5 for {code}, got {known}"));
            let level = u8::try_from(known).map_err(|_| expected())?;
            Ok((code, level))
        });
        let capacity = self.capacity.iter();
        let capacity = capacity.map(|(pool, &units)| {
            Ok((
                args::named("capacity", pool, &Pool::ALL, Pool::name)?,
                units,
            ))
        });
        Ok(crcore::Agent {
            version: self.version,
            email: self.email.clone(),
            role: args::named("role", &self.role, &STAFF, Role::name)?,
            queues: queues.collect::<Result<_, _>>()?,
            skills: skills.collect::<Result<_, Refused>>()?,
            capacity: capacity.collect::<Result<_, Refused>>()?,
            available: self.available,
            ..crcore::Agent::new(self.id.into(), self.name.clone())
        })
    }
}

impl From<crcore::Agent> for Agent {
    fn from(agent: crcore::Agent) -> Self {
        let skills = agent.skills.into_iter();
        let capacity = agent.capacity.into_iter();
        Self {
            id: agent.id.uuid(),
            name: agent.name,
            version: agent.version,
            email: agent.email,
            role: agent.role.name().to_owned(),
            queues: agent.queues.iter().map(ToString::to_string).collect(),
            skills: skills
                .map(|(skill, level)| (skill.into(), level.into()))
                .collect(),
            capacity: capacity
                .map(|(pool, units)| (pool.name().to_owned(), units))
                .collect(),
            available: agent.available,
        }
    }
}

/// A customer, as far as the desk needs to know them: the name they are addressed by, where mail goes,
/// the language they are written to in (BCP 47), and the one agent who looks after them, if there is
/// one. `version` is what it was read at, 0 for somebody new.
#[pyclass(frozen, get_all, module = "crcore")]
pub(crate) struct Customer {
    /// Who.
    id: Uuid,
    /// Grows by one with each change; 0 before the first.
    version: u64,
    /// How they are addressed.
    name: Option<String>,
    /// Where mail to them goes.
    email: Option<String>,
    /// The language they are written to in.
    language: String,
    /// The one agent who looks after them.
    account_owner: Option<Uuid>,
}

#[pymethods]
impl Customer {
    #[new]
    #[pyo3(signature = (
        id, *, version = 0, name = None, email = None, language = "en", account_owner = None,
    ))]
    fn new(
        id: Uuid,
        version: u64,
        name: Option<String>,
        email: Option<String>,
        language: &str,
        account_owner: Option<Uuid>,
    ) -> Self {
        let language = language.to_owned();
        Self {
            id,
            version,
            name,
            email,
            language,
            account_owner,
        }
    }

    /// The actor that this person is.
    #[getter]
    fn actor(&self) -> Actor {
        Actor::customer(self.id)
    }
}

impl Customer {
    pub(crate) fn to_core(&self) -> Result<crcore::Customer, Refused> {
        Ok(crcore::Customer {
            id: self.id.into(),
            version: self.version,
            name: self.name.clone(),
            email: self.email.clone(),
            language: args::parsed("language", &self.language)?,
            account_owner: self.account_owner.map(Into::into),
        })
    }
}

impl From<crcore::Customer> for Customer {
    fn from(customer: crcore::Customer) -> Self {
        Self {
            id: customer.id.uuid(),
            version: customer.version,
            name: customer.name,
            email: customer.email,
            language: customer.language.to_string(),
            account_owner: customer.account_owner.map(crcore::AgentId::uuid),
        }
    }
}

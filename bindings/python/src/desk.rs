//! The desk: opening one over a store, and what is nobody's in particular.

use std::path::PathBuf;

use crcore::store::Store;
use crcore::{CustomerId, Error, MemoryStore, Rules};
use crcore_adapters::sql::{OpenError, PostgresStore, SqliteStore, Tenant};
use pyo3::prelude::*;
use uuid::Uuid;

use crate::acting::Acting;
use crate::args;
use crate::error::Refused;
use crate::nouns::Ticked;
use crate::people::Actor;
use crate::wait::wait;

/// A bank's customer-care desk: open one with `Desk.memory`, `Desk.sqlite` or `Desk.postgres`.
///
/// Rules are a dict, or JSON as a str. A desk may be used by any number of threads, and by the
/// process that opened it: after a fork, open another.
#[pyclass(frozen, module = "crcore")]
pub(crate) struct Desk(pub(crate) Opened);

/// A desk, and the process that opened it.
#[derive(Clone)]
pub(crate) struct Opened {
    desk: crcore::Desk,
    process: u32,
}

impl Opened {
    /// The desk, where its threads and sockets are.
    pub(crate) fn here(&self) -> Result<&crcore::Desk, Refused> {
        if self.process == std::process::id() {
            return Ok(&self.desk);
        }
        Err(Refused::broken(
            "this desk was opened before a fork: open one in each process",
        ))
    }
}

async fn open(store: impl Store, rules: Rules) -> Result<crcore::Desk, Error> {
    crcore::Desk::builder(store).rules(rules).open().await
}

fn opened(desk: crcore::Desk) -> Desk {
    let process = std::process::id();
    Desk(Opened { desk, process })
}

fn tenant(name: &str) -> Result<Tenant, Refused> {
    Ok(Tenant::new(args::parsed("tenant", name)?))
}

#[pymethods]
impl Desk {
    /// Opens a desk in memory: it ends with the process. For tests and first steps.
    #[staticmethod]
    fn memory(py: Python<'_>, rules: &Bound<'_, PyAny>) -> PyResult<Self> {
        let rules = args::rules(rules)?;
        Ok(opened(wait(py, open(MemoryStore::new(), rules))?))
    }

    /// Opens a desk over the SQLite file at `path`, whose schema `crcore.migrate` made. A tenant sees
    /// its own tickets and nobody else's: 1 to 48 of a-z 0-9 . _ -
    #[staticmethod]
    #[pyo3(signature = (path, rules, *, tenant = "main"))]
    fn sqlite(
        py: Python<'_>,
        path: PathBuf,
        rules: &Bound<'_, PyAny>,
        tenant: &str,
    ) -> PyResult<Self> {
        let (rules, tenant) = (args::rules(rules)?, self::tenant(tenant)?);
        let store = wait(py, SqliteStore::open(path, tenant))?;
        Ok(opened(wait(py, open(store, rules))?))
    }

    /// Opens a desk over the PostgreSQL database at `url`, `postgres://user@host/database`, whose
    /// schema `crcore.migrate` made. At most 10 connections, each waited for at most 5 seconds.
    #[staticmethod]
    #[pyo3(signature = (url, rules, *, tenant = "main"))]
    fn postgres(
        py: Python<'_>,
        url: &str,
        rules: &Bound<'_, PyAny>,
        tenant: &str,
    ) -> PyResult<Self> {
        let (rules, tenant) = (args::rules(rules)?, self::tenant(tenant)?);
        let store = wait(py, PostgresStore::connect(url, tenant))?;
        Ok(opened(wait(py, open(store, rules))?))
    }

    /// The desk in the hands of `actor`: what they may do and see is decided for them, call by call.
    /// Whether it is really them, the caller has made sure.
    fn acting(&self, actor: &Actor) -> Acting {
        Acting::new(self.0.clone(), actor.0)
    }

    /// A fresh id (UUID version 7) for a customer, an agent or a service account.
    fn new_id(&self) -> PyResult<Uuid> {
        let id: CustomerId = self.0.here()?.new_id().map_err(Refused::from)?;
        Ok(id.uuid())
    }

    /// Does one batch of what is due: deadlines, allocation, notices; at most `limit` of each, 1 to
    /// 1,000. Call it every second or so, from any number of processes, and at once again while
    /// `Ticked.more`.
    #[pyo3(signature = (limit = 100))]
    fn tick(&self, py: Python<'_>, limit: u32) -> PyResult<Ticked> {
        Ok(wait(py, self.0.here()?.tick(limit))?.into())
    }
}

/// Makes crcore's schema in a database, or brings it up to this release; where there is nothing to
/// do, does nothing. `database` is a URL, `postgres://user@host/database`, or the path of a SQLite
/// file, which is made if need be.
#[pyfunction]
pub(crate) fn migrate(py: Python<'_>, database: PathBuf) -> PyResult<()> {
    let migrating = async {
        match database.to_str().filter(|text| text.contains("://")) {
            Some(url) => PostgresStore::migrate(url).await,
            None => SqliteStore::migrate(database).await,
        }
    };
    Ok(wait::<(), OpenError>(py, migrating)?)
}

//! Where the desk's state is kept, by the address that is given on the command line.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use crcore::store::{Paging, Sort, Store, TicketFilter};
use crcore::{Code, MemoryStore, Rules};

/// A store in several hands: the desk's, and that of whoever looks beside it.
pub(crate) type Shared = Arc<dyn Store>;

use crate::failure::{Failure, Result};

/// The address of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// Nothing is kept.
    Memory,
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL database.
    Postgres(String),
    /// A MariaDB database.
    Maria(String),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let schemes = [
            ("postgres:", true),
            ("postgresql:", true),
            ("mysql:", false),
            ("mariadb:", false),
        ];
        for (scheme, postgres) in schemes {
            if text.starts_with(scheme) {
                let make = if postgres {
                    Self::Postgres
                } else {
                    Self::Maria
                };
                return Ok(make(text.to_owned()));
            }
        }
        match text.strip_prefix("sqlite:").unwrap_or(text) {
            "" => Err("expected memory, a path, or an address as postgres://user@host/db".into()),
            "memory" => Ok(Self::Memory),
            path if path.contains("://") => Err(format!(
                "expected memory, a path, sqlite:PATH, postgres://… or mysql://…, got the scheme {}",
                path.split("://").next().unwrap_or_default()
            )),
            path => Ok(Self::Sqlite(path.into())),
        }
    }
}

/// Without a password, for a report or an error.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("memory"),
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) | Self::Maria(url) => match (url.find("://"), url.rfind('@')) {
                (Some(scheme), Some(at)) if at > scheme => {
                    write!(f, "{}…{}", &url[..scheme + 3], &url[at..])
                }
                _ => f.write_str(url),
            },
        }
    }
}

impl Address {
    /// The file, for SQLite.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Memory | Self::Postgres(_) | Self::Maria(_) => None,
        }
    }

    /// Opens the store for one tenant.
    pub(crate) async fn open(&self, tenant: &Code) -> Result<Shared> {
        #[cfg(not(feature = "_sql"))]
        let _ = tenant;
        match self {
            Self::Memory => Ok(Arc::new(MemoryStore::new())),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(path) => {
                if !path.exists() {
                    return Err(Failure::failed(format!("there is no database {self}"))
                        .todo("make one with `crdesk replay` or `crdesk migrate`, or name another with --store"));
                }
                let store = crcore_adapters::sql::SqliteStore::open(path, tenant.clone().into());
                Ok(Arc::new(store.await.map_err(unusable)?))
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => {
                let store =
                    crcore_adapters::sql::PostgresStore::connect(url, tenant.clone().into());
                Ok(Arc::new(store.await.map_err(unusable)?))
            }
            #[cfg(feature = "mysql")]
            Self::Maria(url) => {
                let store = crcore_adapters::sql::MariaStore::connect(url, tenant.clone().into());
                Ok(Arc::new(store.await.map_err(unusable)?))
            }
            #[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
            other => Err(other.left_out()),
        }
    }

    /// Makes the schema, or brings it up.
    pub(crate) async fn migrate(&self) -> Result<()> {
        match self {
            Self::Memory => Err(Failure::asked("memory has no schema")
                .todo("name a database with --store: a path, postgres://… or mysql://…")),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(path) => {
                let migrated = crcore_adapters::sql::SqliteStore::migrate(path).await;
                migrated.map_err(unusable)
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => {
                let migrated = crcore_adapters::sql::PostgresStore::migrate(url).await;
                migrated.map_err(unusable)
            }
            #[cfg(feature = "mysql")]
            Self::Maria(url) => {
                let migrated = crcore_adapters::sql::MariaStore::migrate(url).await;
                migrated.map_err(unusable)
            }
            #[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
            other => Err(other.left_out()),
        }
    }

    #[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
    fn left_out(&self) -> Failure {
        let feature = match self {
            Self::Postgres(_) => "postgres",
            Self::Maria(_) => "mysql",
            Self::Memory | Self::Sqlite(_) => "sqlite",
        };
        Failure::asked(format!("this crdesk was built without {feature}")).todo(format!(
            "build it with `cargo build --release -p crdesk --features {feature}`"
        ))
    }
}

/// What a database said, with every cause behind it.
#[cfg(feature = "_sql")]
fn unusable(error: crcore_adapters::sql::OpenError) -> Failure {
    Failure::failed(crcore::in_full(&error))
}

/// The rules by which the newest ticket with a deadline got it, and their version.
pub(crate) async fn rules_in_use(store: &Shared) -> Result<Option<(String, Rules)>> {
    let paging = Paging {
        sort: Sort::Updated,
        limit: Paging::MAX,
        ..Paging::default()
    };
    let newest = store.tickets(&TicketFilter::default(), &paging).await?;
    let Some(sla) = newest.items.into_iter().find_map(|ticket| ticket.sla) else {
        return Ok(None);
    };
    let Some(stored) = store.rules(&sla.rules).await? else {
        return Err(Failure::failed(format!("the rules {} are not in the store", sla.rules))
            .todo("restore the store from a backup that has them: no deadline can be explained without"));
    };
    let rules = Rules::from_json(&stored.text)
        .map_err(|e| Failure::failed(format!("the stored rules {}: {e}", sla.rules)))?;
    Ok(Some((sla.rules, rules)))
}

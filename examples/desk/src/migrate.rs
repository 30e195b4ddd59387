//! `crdesk migrate`.

use crate::cli::{Database, Migrate};
use crate::failure::Result;
use crate::say;

pub(crate) async fn run(asked: Migrate) -> Result<()> {
    match asked.print {
        Some(database) => print(database),
        None => {
            asked.store.migrate().await?;
            say(format_args!(
                "{} has the schema of this release\n",
                asked.store
            ))
        }
    }
}

#[cfg(feature = "_sql")]
fn print(database: Database) -> Result<()> {
    use crcore_adapters::sql::{Dialect, schema_sql};
    say(schema_sql(match database {
        Database::Sqlite => Dialect::Sqlite,
        Database::Postgres => Dialect::Postgres,
        Database::Mysql => Dialect::Maria,
    }))
}

#[cfg(not(feature = "_sql"))]
fn print(_: Database) -> Result<()> {
    use crate::failure::Failure;
    Err(Failure::asked("this crdesk was built without a database")
        .todo("build it with `cargo build --release -p crdesk`"))
}

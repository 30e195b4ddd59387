//! What `crdesk serve`, `demo`, `config` and `admin` do.

use crcore::Rules;

use super::serve::Server;
use super::settings::Settings;
use crate::cli::{FirstAdmin, Set};
use crate::failure::{Failure, Result};

/// Serves the web desk.
pub(crate) async fn serve(set: Set) -> Result<()> {
    let settings = Settings::read(set.settings.as_deref())?;
    settings.check()?;
    super::health::log(&settings);
    let store = opened(&settings).await?;
    super::demo::refuse(&*store).await?;
    let rules = rules(&settings)?;
    let server = Server::open(settings, store, rules).await?;
    crate::say(format_args!(
        "crdesk listens at http://{}\n",
        server.address()?
    ))?;
    server.run().await
}

/// Prints the settings in force.
pub(crate) fn config(set: Set) -> Result<()> {
    crate::say(Settings::told(set.settings.as_deref())?)
}

/// Makes the first admin.
pub(crate) async fn first_admin(asked: FirstAdmin) -> Result<()> {
    let settings = Settings::read(asked.set.settings.as_deref())?;
    settings.check()?;
    let store = opened(&settings).await?;
    let rules = rules(&settings)?;
    let app = super::serve::app(settings, store, rules).await?;
    let language = app.settings.language.clone();
    let link = app
        .accounts
        .create_first_admin(&asked.name, &asked.email, language)
        .await
        .map_err(|e| Failure::asked(e.to_string()))?;
    crate::say(format_args!("{}\n", link.reveal()))
}

async fn opened(settings: &Settings) -> Result<std::sync::Arc<dyn crcore::Store>> {
    settings.address()?.open(&settings.whose()?).await
}

/// The rules that a new desk begins with.
fn rules(settings: &Settings) -> Result<Rules> {
    let text = match &settings.rules {
        Some(file) => std::fs::read_to_string(file)
            .map_err(|e| Failure::asked(format!("the rules {}: {e}", file.display())))?,
        None => super::demo::RULES.to_owned(),
    };
    Rules::from_json(&text).map_err(|e| Failure::asked(e.to_string()))
}

//! `crdesk explain`.

use std::collections::HashMap;

use crcore::desk::Why;
use crcore::{Actor, AgentId, Desk, Error, Reference, ReferenceError, Rules};

use crate::cli::Explain;
use crate::failure::{Failure, Result};
use crate::say;
use crate::store::rules_in_use;

/// How many agents are read at once.
const ROSTER_PAGE: u32 = 500;

pub(crate) async fn run(asked: Explain) -> Result<()> {
    let reference: Reference = asked.reference.parse().map_err(|error| {
        let todo = match error {
            ReferenceError::Check => "compare it with where you have it from, symbol by symbol",
            ReferenceError::Form => "copy it whole from a report or a letter",
        };
        Failure::asked(format!("{}: {error}", asked.reference)).todo(todo)
    })?;
    let stored = &asked.stored;
    let store = stored.store.open(&stored.tenant).await?;
    let rules = rules_in_use(&store).await?.map(|(_, rules)| rules);
    let desk = Desk::builder(store)
        .rules(rules.unwrap_or_else(Rules::default))
        .open()
        .await?;
    let ticket = match desk.by_reference(Actor::System, reference).await {
        Err(Error::NotFound { .. }) => {
            return Err(Failure::failed(format!(
                "there is no ticket {reference} in {} for tenant {}",
                stored.store, stored.tenant
            ))
            .todo("the reference is well formed, so it is of another desk: name it with --store and --tenant"));
        }
        found => found?,
    };
    let why = desk.explain(Actor::System, ticket.id).await?;
    let names = names(&desk).await?;
    say(told(&why, |id| {
        let name = names.get(&id);
        name.cloned().unwrap_or_else(|| id.to_string())
    }))
}

/// The whole roster: what an agent is called.
async fn names(desk: &Desk) -> Result<HashMap<AgentId, String>> {
    let mut names = HashMap::new();
    let mut after = None;
    loop {
        let page = desk.agents(Actor::System, after, ROSTER_PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.agent.id);
        names.extend(page.into_iter().map(|s| (s.agent.id, s.agent.name)));
    }
    Ok(names)
}

/// As `Why` tells it, with names for the agents.
fn told(why: &Why, name: impl Fn(AgentId) -> String) -> String {
    let mut text = format!("{}\n", why.reference);
    if why.deadlines.is_empty() {
        text += "\nNo policy sets a deadline for this ticket.\n";
    }
    for deadline in &why.deadlines {
        text += &format!("\n{}\n", deadline.to_string().trim_end());
    }
    if why.allocation.is_empty() {
        text += "\nAllocation was not asked for this ticket.\n";
    }
    for (at, decision) in &why.allocation {
        let at = at.format("%Y-%m-%d %H:%M:%S UTC");
        text += &format!("\nAllocation at {at}:\n{}\n", decision.why(&name));
    }
    text
}

//! The rules and the roster: from files, or those that ship with crdesk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crcore::{Actor, Agent, AgentId, Code, Desk, Pool, Role, Rulebook, Rules};
use serde::Deserialize;

use crate::failure::{Failure, Result};
use crate::replay::case::Form;

/// Who answers, as a bank writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Roster {
    agents: Vec<Member>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    name: String,
    #[serde(default)]
    email: Option<String>,
    #[serde(default = "agent")]
    role: Role,
    queues: BTreeSet<Code>,
    #[serde(default)]
    skills: BTreeMap<Code, u8>,
    capacity: BTreeMap<Pool, u32>,
}

fn agent() -> Role {
    Role::Agent
}

/// The rules in `file`, or those that ship for this form.
pub(crate) fn rules(file: Option<&Path>, form: Form) -> Result<Rules> {
    let shipped = match form {
        Form::CfpbComplaints => include_str!("../policy/cfpb-rules.json"),
        Form::UciLog | Form::UciCases => include_str!("../policy/uci-rules.json"),
    };
    let (text, name) = text(file, shipped)?;
    // Also whether its parts hold together.
    let rules =
        Rules::from_json(&text).and_then(|rules| Rulebook::new(rules.clone()).map(|_| rules));
    rules.map_err(|e| {
        Failure::asked(format!("{name}: {e}"))
            .todo("examples/desk/policy/cfpb-rules.json shows the form")
    })
}

/// The roster in `file`, or the one that ships for this form; a smaller one for the sample.
pub(crate) fn roster(file: Option<&Path>, form: Form, sample: bool) -> Result<Roster> {
    let shipped = match form {
        Form::CfpbComplaints if sample => include_str!("../policy/sample-roster.json"),
        Form::CfpbComplaints => include_str!("../policy/cfpb-roster.json"),
        Form::UciLog | Form::UciCases => include_str!("../policy/uci-roster.json"),
    };
    let (text, name) = text(file, shipped)?;
    serde_json::from_str(&text).map_err(|e| {
        Failure::asked(format!("{name}: {e}"))
            .todo("examples/desk/policy/cfpb-roster.json shows the form")
    })
}

fn text(file: Option<&Path>, shipped: &str) -> Result<(String, String)> {
    let Some(path) = file else {
        return Ok((shipped.to_owned(), "what ships with crdesk".to_owned()));
    };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|e| Failure::asked(format!("cannot read {name}: {e}")))?;
    Ok((text, name))
}

impl Roster {
    pub(crate) fn len(&self) -> usize {
        self.agents.len()
    }

    /// Takes everybody on.
    pub(crate) async fn hire(self, desk: &Desk) -> Result<()> {
        for member in self.agents {
            let id: AgentId = desk.new_id()?;
            let agent = Agent {
                email: member.email,
                role: member.role,
                queues: member.queues,
                skills: member.skills,
                capacity: member.capacity,
                ..Agent::new(id, member.name)
            };
            desk.save_agent(Actor::System, agent).await?;
        }
        Ok(())
    }
}

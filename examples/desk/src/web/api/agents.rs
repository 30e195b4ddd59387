//! Who answers, and what they carry.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::response::IntoResponse as _;
use crcore::{AgentId, Standing};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::asked::{Asked, Program, limit};
use super::scope::Scope;
use super::words::{CodeText, RoleName};
use crate::web::fault::Answer;

/// How many agents a page has unless said otherwise.
const USUAL: u32 = 100;
/// How many it has at most: what the desk reads at once.
const MOST: u32 = 500;

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// `next` of the page before.
    after: Option<Uuid>,
    /// How many, 100 unless said otherwise.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// How much an agent carries.
#[derive(Serialize, ToSchema)]
#[schema(as = Load)]
pub(crate) struct LoadBody {
    /// Units of the open tickets that they have.
    units: u32,
    /// Units that they may carry.
    capacity: u32,
}

/// Somebody who answers.
#[derive(Serialize, ToSchema)]
#[schema(as = Agent)]
pub(crate) struct AgentBody {
    id: Uuid,
    /// The name that colleagues and customers see.
    name: String,
    role: RoleName,
    /// Whether allocation may give them tickets now.
    available: bool,
    /// The queues whose tickets they see and take.
    queues: BTreeSet<CodeText>,
    /// What they can do, and how well: 1 (a little) to 5 (an expert).
    skills: BTreeMap<String, u8>,
    /// What they carry: `cases`, which can be put aside, and `live`, where somebody waits.
    loads: BTreeMap<String, LoadBody>,
}

impl From<Standing> for AgentBody {
    fn from(standing: Standing) -> Self {
        let loads = crcore::Pool::ALL.map(|pool| {
            let load = standing.load(pool);
            let body = LoadBody {
                units: load.units,
                capacity: load.capacity,
            };
            (pool.name().to_owned(), body)
        });
        let agent = standing.agent;
        let skills = agent.skills.iter();
        Self {
            id: agent.id.uuid(),
            role: RoleName(agent.role),
            available: agent.available,
            queues: agent.queues.iter().cloned().map(CodeText).collect(),
            skills: skills
                .map(|(skill, level)| (skill.to_string(), *level))
                .collect(),
            loads: loads.into(),
            name: agent.name,
        }
    }
}

/// A page of agents.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentPage {
    items: Vec<AgentBody>,
    /// Where the next page begins. Absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Uuid>,
}

/// Who answers
#[utoipa::path(get, path = "/api/v1/agents", tag = "agents", operation_id = "list_agents",
    params(Wanted), security(("token" = ["agents:read"])),
    responses((status = 200, description = "A page, by id.", body = AgentPage)))]
pub(super) async fn list(program: Program, Asked(wanted): Asked<Wanted>) -> Answer {
    let actor = program.may(Scope::AgentsRead)?;
    let limit = limit(wanted.limit, USUAL, MOST)?;
    let after = wanted.after.map(AgentId::from);
    let agents = program.ctx.desk().agents(actor, after, limit).await?;
    let is_full = agents.len() == limit as usize;
    let last = agents.last().map(|standing| standing.agent.id.uuid());
    let body = AgentPage {
        items: agents.into_iter().map(AgentBody::from).collect(),
        next: last.filter(|_| is_full),
    };
    Ok(Json(body).into_response())
}

//! The counters of a branch: who sits there, and what becomes of the numbers that are called.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use chrono::{DateTime, Utc};
use crcore::desk::counter::{Call, Counter};
use crcore::{Code, Error};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Body, Program};
use super::counter::branch;
use super::scope::Scope;
use super::words::CodeText;
use crate::web::fault::{Answer, Fault};

/// A number that was called to a counter.
#[derive(Serialize, ToSchema)]
#[schema(as = Call)]
pub(crate) struct CallBody {
    /// The ticket that it is.
    ticket: Uuid,
    /// Which number: `B042`.
    number: String,
    /// When it was called last.
    at: DateTime<Utc>,
    /// How often.
    times: u32,
}

impl From<Call> for CallBody {
    fn from(call: Call) -> Self {
        Self {
            ticket: call.ticket.uuid(),
            number: call.number.to_string(),
            at: call.at,
            times: call.times,
        }
    }
}

/// A number that was put aside at a counter.
#[derive(Serialize, ToSchema)]
#[schema(as = Held)]
pub(crate) struct HeldBody {
    /// The ticket that it is.
    ticket: Uuid,
    /// Which number: `B042`.
    number: String,
    /// Since when.
    since: DateTime<Utc>,
}

/// A counter as it is.
#[derive(Serialize, ToSchema)]
#[schema(as = Counter)]
pub(crate) struct CounterBody {
    branch: CodeText,
    counter: CodeText,
    /// Who sits there; absent where nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<Uuid>,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<DateTime<Utc>>,
    /// The services whose numbers are called there.
    services: BTreeSet<CodeText>,
    /// The number that is there; absent where the counter is free for the next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<CallBody>,
    /// What was put aside there, the longest first.
    held: Vec<HeldBody>,
}

impl CounterBody {
    fn of(counter: Counter) -> Self {
        let held = counter.held.into_iter().map(|held| HeldBody {
            ticket: held.ticket.uuid(),
            number: held.number.to_string(),
            since: held.since,
        });
        let sitting = counter.sitting;
        Self {
            branch: CodeText(counter.branch),
            counter: CodeText(counter.counter),
            agent: Some(sitting.agent.uuid()),
            since: Some(sitting.since),
            services: sitting.services.into_iter().map(CodeText).collect(),
            call: sitting.call.map(CallBody::from),
            held: held.collect(),
        }
    }

    fn empty(branch: Code, counter: Code) -> Self {
        Self {
            branch: CodeText(branch),
            counter: CodeText(counter),
            agent: None,
            since: None,
            services: BTreeSet::new(),
            call: None,
            held: Vec::new(),
        }
    }
}

/// The counters of a branch at which somebody sits
#[utoipa::path(get, path = "/api/v1/branches/{branch}/counters", tag = "counter", operation_id = "list_counters",
    params(("branch" = String, Path, description = "The code of a branch")),
    security(("token" = ["counter:read"])),
    responses((status = 200, description = "By code. A branch has no more than fit on a wall.",
        body = Vec<CounterBody>)))]
pub(super) async fn list(program: Program, Path(name): Path<String>) -> Answer {
    let actor = program.may(Scope::CounterRead)?;
    let counters = program.ctx.desk().counters(actor, &branch(&name)?).await?;
    let counters = counters.into_iter().map(CounterBody::of);
    Ok(Json(counters.collect::<Vec<_>>()).into_response())
}

/// What is done at a counter, by the agent who sits there.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "name", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = CounterAct)]
pub(crate) enum CounterAct {
    /// Sit down there; or call other services from now on.
    Open {
        /// The services whose numbers are called; all that the agent serves where none is named.
        #[serde(default)]
        services: Vec<CodeText>,
    },
    /// Leave it. What was put aside goes back into the line.
    Close {},
    /// Call the next number. None is there afterwards where nobody waits.
    CallNext {},
    /// Call the number that is there once more.
    Recall {},
    /// Call a number that was put aside there.
    CallHeld {
        /// The ticket that it is.
        ticket: Uuid,
    },
    /// Its customer did not come.
    NoShow {},
    /// Put it aside until its customer comes back.
    Hold {},
    /// Send it to the line of another service.
    Transfer {
        /// Which.
        to: CodeText,
    },
    /// Be done with it.
    Serve {
        /// What the customer is told.
        text: Option<String>,
    },
}

/// Work at a counter
///
/// For a token that acts in the place of an agent: the desk refuses others. There is no key: an act that is
/// sent again is refused where the counter moved on with the first, and the answer is the counter as it is.
#[utoipa::path(post, path = "/api/v1/branches/{branch}/counters/{counter}/acts", tag = "counter",
    operation_id = "act_at_counter",
    params(("branch" = String, Path, description = "The code of a branch"),
        ("counter" = String, Path, description = "The code of one of its counters")),
    request_body = CounterAct, security(("token" = ["counter:serve"])),
    responses((status = 200, description = "The counter since.", body = CounterBody)))]
pub(super) async fn act(
    program: Program,
    Path((place, counter)): Path<(String, String)>,
    Body(act): Body<CounterAct>,
) -> Answer {
    let (actor, desk) = (program.may(Scope::CounterServe)?, program.ctx.desk());
    let place = branch(&place)?;
    let counter: Code = counter.parse().map_err(|_| Fault::not_found())?;
    match act {
        CounterAct::Open { services } => {
            let services = services.into_iter().map(|service| service.0).collect();
            let opened = desk.open_counter(actor, &place, &counter, &services).await;
            opened.map(drop)
        }
        CounterAct::Close {} => desk.close_counter(actor, &place, &counter).await,
        CounterAct::CallNext {} => desk.call_next(actor, &place, &counter).await.map(drop),
        CounterAct::Recall {} => desk.recall(actor, &place, &counter).await.map(drop),
        CounterAct::CallHeld { ticket } => {
            let called = desk.call_held(actor, &place, &counter, ticket.into()).await;
            called.map(drop)
        }
        CounterAct::NoShow {} => desk.no_show(actor, &place, &counter).await.map(drop),
        CounterAct::Hold {} => desk.hold_token(actor, &place, &counter).await.map(drop),
        CounterAct::Transfer { to } => {
            let sent = desk.transfer_token(actor, &place, &counter, &to.0).await;
            sent.map(drop)
        }
        CounterAct::Serve { text } => {
            let text = text.as_deref();
            let served = desk.serve_token(actor, &place, &counter, text).await;
            served.map(drop)
        }
    }?;
    let body = match desk.counter(actor, &place, &counter).await {
        Ok(counter) => CounterBody::of(counter),
        Err(Error::NotFound { .. }) => CounterBody::empty(place, counter),
        Err(error) => return Err(error.into()),
    };
    Ok(Json(body).into_response())
}

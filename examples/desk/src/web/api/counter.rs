//! The lines at the branches, and numbers for them.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use chrono::{DateTime, Utc};
use crcore::desk::counter::{Line, Place, Token, TokenRequest};
use crcore::{Code, TicketId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Body, Program};
use super::scope::Scope;
use super::words::{CodeText, LanguageTag};
use crate::web::fault::{Answer, Fault};

/// A number at a counter.
#[derive(Serialize, ToSchema)]
#[schema(as = Serving)]
pub(crate) struct ServingBody {
    counter: CodeText,
    /// Which number: `B042`.
    number: String,
    /// When it was called last.
    at: DateTime<Utc>,
}

/// A number that waits.
#[derive(Serialize, ToSchema)]
#[schema(as = Waiting)]
pub(crate) struct WaitingBody {
    /// Which number: `B042`.
    number: String,
    service: CodeText,
    /// Since when.
    since: DateTime<Utc>,
}

/// A service at a branch.
#[derive(Serialize, ToSchema)]
#[schema(as = ServiceLine)]
pub(crate) struct ServiceLineBody {
    /// How many wait for it.
    waiting: u32,
    /// How many would be before somebody who took a number now.
    ahead: u32,
    /// How many counters call its numbers.
    counters: u32,
    /// How many minutes somebody would wait who took a number now, where that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    wait: Option<u32>,
}

/// The line of a branch. Tells numbers and nothing of anybody.
#[derive(Serialize, ToSchema)]
#[schema(as = Line)]
pub(crate) struct LineBody {
    branch: CodeText,
    /// As of when.
    at: DateTime<Utc>,
    /// Whether the branch is open.
    open: bool,
    /// Who is at a counter or called there, the latest call first.
    serving: Vec<ServingBody>,
    /// Who waits, in the order in which they are called.
    waiting: Vec<WaitingBody>,
    /// By the code of the service.
    services: BTreeMap<String, ServiceLineBody>,
}

impl From<Line> for LineBody {
    fn from(line: Line) -> Self {
        let serving = line.serving.into_iter().map(|one| ServingBody {
            counter: CodeText(one.counter),
            number: one.number.to_string(),
            at: one.at,
        });
        let waiting = line.waiting.into_iter().map(|one| WaitingBody {
            number: one.number.to_string(),
            service: CodeText(one.service),
            since: one.since,
        });
        let services = line.services.into_iter().map(|(code, service)| {
            let body = ServiceLineBody {
                waiting: service.waiting,
                ahead: service.ahead,
                counters: service.counters,
                wait: service.wait.map(|wait| wait.minutes),
            };
            (code.to_string(), body)
        });
        Self {
            branch: CodeText(line.branch),
            at: line.at,
            open: line.opening.is_open(),
            serving: serving.collect(),
            waiting: waiting.collect(),
            services: services.collect(),
        }
    }
}

pub(super) fn branch(name: &str) -> Result<Code, Fault> {
    name.parse().map_err(|_| Fault::not_found())
}

/// The line of a branch
#[utoipa::path(get, path = "/api/v1/branches/{branch}/line", tag = "counter", operation_id = "read_line",
    params(("branch" = String, Path, description = "The code of a branch")),
    security(("token" = ["counter:read"])),
    responses((status = 200, description = "Who is served and who waits.", body = LineBody)))]
pub(super) async fn line(program: Program, Path(name): Path<String>) -> Answer {
    program.may(Scope::CounterRead)?;
    let line = program.ctx.desk().line(&branch(&name)?).await?;
    Ok(Json(LineBody::from(line)).into_response())
}

/// A turn at the counter that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TokenRequest)]
pub(crate) struct TokenAsked {
    /// Who waits: the bank's own id of the customer, or a fresh one.
    customer: Uuid,
    /// For which service of the branch.
    service: CodeText,
    /// The language they are talked to in.
    language: Option<LanguageTag>,
}

/// Where a turn stands.
#[derive(Serialize, ToSchema)]
#[serde(tag = "is", rename_all = "snake_case")]
#[schema(as = Place)]
pub(crate) enum PlaceBody {
    /// In its line.
    Waiting {
        /// How many are served before it, as the line is now.
        ahead: u32,
        /// How many minutes that takes, where that can be told.
        #[serde(skip_serializing_if = "Option::is_none")]
        wait: Option<u32>,
    },
    /// At a counter, or on the way there.
    Called {
        #[serde(skip_serializing_if = "Option::is_none")]
        counter: Option<CodeText>,
        /// When it was called last.
        at: DateTime<Utc>,
    },
    /// Put aside until its customer comes back.
    Held,
    /// Over.
    Over {
        /// Whether the customer went without being served.
        withdrawn: bool,
    },
}

/// A customer's turn at the counter.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub(crate) struct TokenBody {
    /// The ticket that it is.
    ticket: Uuid,
    /// What people call the ticket by.
    reference: String,
    /// The number on the paper and on the wall: `B042`.
    number: String,
    branch: CodeText,
    service: CodeText,
    /// Since when its customer waits.
    since: DateTime<Utc>,
    place: PlaceBody,
}

impl From<Token> for TokenBody {
    fn from(token: Token) -> Self {
        let place = match token.place {
            Place::Waiting { ahead, wait } => PlaceBody::Waiting {
                ahead,
                wait: wait.map(|wait| wait.minutes),
            },
            Place::Called { counter, at, .. } => PlaceBody::Called {
                counter: counter.map(CodeText),
                at,
            },
            Place::Held => PlaceBody::Held,
            Place::Over { withdrawn } => PlaceBody::Over { withdrawn },
        };
        Self {
            ticket: token.ticket.uuid(),
            reference: token.reference.to_string(),
            number: token.number.to_string(),
            branch: CodeText(token.branch),
            service: CodeText(token.service),
            since: token.since,
            place,
        }
    }
}

/// Take a number
///
/// With the same `Idempotency-Key` and body there is one number.
#[utoipa::path(post, path = "/api/v1/branches/{branch}/tokens", tag = "counter", operation_id = "take_token",
    params(("branch" = String, Path, description = "The code of a branch"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    request_body = TokenAsked, security(("token" = ["counter:write"])),
    responses((status = 201, description = "The number.", body = TokenBody)))]
pub(super) async fn take(
    program: Program,
    Path(name): Path<String>,
    Body(asked): Body<TokenAsked>,
) -> Answer {
    let actor = program.may(Scope::CounterWrite)?;
    let request = TokenRequest {
        customer: asked.customer.into(),
        branch: branch(&name)?,
        service: asked.service.0,
        language: asked.language.map(|tag| tag.0).unwrap_or_default(),
        key: program.key()?,
    };
    let token = program.ctx.desk().take_token(actor, &request).await?;
    Ok((StatusCode::CREATED, Json(TokenBody::from(token))).into_response())
}

/// A number and where it stands
#[utoipa::path(get, path = "/api/v1/tokens/{ticket}", tag = "counter", operation_id = "read_token",
    params(("ticket" = Uuid, Path, description = "The ticket that it is")),
    security(("token" = ["counter:read"])),
    responses((status = 200, description = "The number.", body = TokenBody)))]
pub(super) async fn token(program: Program, Path(ticket): Path<String>) -> Answer {
    let actor = program.may(Scope::CounterRead)?;
    let ticket: TicketId = ticket.parse().map_err(|_| Fault::not_found())?;
    let token = program.ctx.desk().token(actor, ticket).await?;
    Ok(Json(TokenBody::from(token)).into_response())
}

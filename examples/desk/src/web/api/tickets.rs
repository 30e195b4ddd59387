//! Tickets: lists, one of them, what was said, what is done, files.

use std::collections::BTreeSet;

use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use crcore::desk::File;
use crcore::store::{Assigned, Cursor, Paging, Sort, TicketFilter, Total};
use crcore::ticket::{BRANCH, Channel, Kind, Priority, StatusName};
use crcore::{Actor, Code, CustomerId, Done, PieceId};
use crcore_adapters::media::{Refusal, file_name};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::act::{ActBody, DoneBody, RaiseBody};
use super::asked::{Asked, Body, Program, limit, refused};
use super::scope::Scope;
use super::ticket::{EntryBody, TicketBody};
use super::words::{Content, Words};
use crate::web::fault::{Answer, Fault};
use crate::web::part::customer::{files_accepted, given};

/// Which tickets, in which order. Several words in one parameter are separated by commas.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Of these kinds.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "complaint,query")]
    kind: Words<Kind>,
    /// In these statuses.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "new,open")]
    status: Words<StatusName>,
    /// Of these priorities.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "high,urgent")]
    priority: Words<Priority>,
    /// About these services.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    service: Words<Code>,
    /// In these queues.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    queue: Words<Code>,
    /// Come in by these channels.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    channel: Words<Channel>,
    /// At these branches.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    branch: Words<Code>,
    /// Of this customer.
    customer: Option<Uuid>,
    /// With this agent, or with `nobody`.
    #[param(value_type = Option<String>)]
    agent: Option<String>,
    /// Received at or after this instant.
    received_from: Option<DateTime<Utc>>,
    /// Received before this instant.
    received_before: Option<DateTime<Utc>>,
    /// With a deadline that runs out before this instant.
    deadline_before: Option<DateTime<Utc>>,
    /// `newest` (unless said otherwise), `oldest`, `updated`, `deadline` or `urgency`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    sort: Sort,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<Cursor>,
    /// How many, 25 unless said otherwise.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// Whether to count all that there are.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    total: bool,
}

impl Wanted {
    fn read(self) -> Result<(TicketFilter, Paging), Fault> {
        let mut filter = TicketFilter {
            customer: self.customer.map(CustomerId::from),
            assigned: assigned(self.agent.as_deref())?,
            kinds: self.kind.0,
            statuses: self.status.0,
            priorities: self.priority.0,
            services: self.service.0,
            queues: self.queue.0,
            channels: self.channel.0,
            received_from: self.received_from,
            received_before: self.received_before,
            deadline_before: self.deadline_before,
            ..TicketFilter::default()
        };
        if !self.branch.0.is_empty() {
            let branch = BRANCH.parse().map_err(Fault::broken)?;
            filter.choices = [(branch, self.branch.0)].into();
        }
        let paging = Paging {
            sort: self.sort,
            after: self.after,
            limit: limit(self.limit, Paging::USUAL, Paging::MAX)?,
        };
        Ok((filter, paging))
    }
}

/// With whom.
pub(super) fn assigned(agent: Option<&str>) -> Result<Assigned, Fault> {
    let expected = |_| Fault::invalid("agent", "the id of an agent, or `nobody`");
    Ok(match agent {
        None => Assigned::Any,
        Some("nobody") => Assigned::Nobody,
        Some(id) => Assigned::To(id.parse().map_err(expected)?),
    })
}

/// How many there are on all pages.
#[derive(Serialize, ToSchema)]
pub(crate) struct Count {
    /// So many were counted.
    at_least: u64,
    /// Whether there are no more.
    exact: bool,
}

/// A page of tickets.
#[derive(Serialize, ToSchema)]
pub(crate) struct TicketPage {
    items: Vec<TicketBody>,
    /// Where the next page begins: `after` of the next request. Absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// When it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Count>,
}

/// Tickets
///
/// A page of those that pass. Pages are stable: a ticket that comes in between moves none to another page.
#[utoipa::path(get, path = "/api/v1/tickets", tag = "tickets", operation_id = "list_tickets",
    params(Wanted), security(("token" = ["tickets:read"])),
    responses((status = 200, description = "A page.", body = TicketPage)))]
pub(super) async fn list(program: Program, Asked(wanted): Asked<Wanted>) -> Answer {
    let actor = program.may(Scope::TicketsRead)?;
    let counts = wanted.total;
    let (filter, paging) = wanted.read()?;
    page(&program, actor, filter, &paging, counts).await
}

/// A page of the tickets that pass, with how many there are where that is asked for.
pub(super) async fn page(
    program: &Program,
    actor: Actor,
    filter: TicketFilter,
    paging: &Paging,
    counts: bool,
) -> Answer {
    let desk = program.ctx.desk();
    let total = match counts {
        true => Some(desk.total(actor, filter.clone()).await?),
        false => None,
    };
    let page = desk.tickets(actor, filter, paging).await?;
    let subjects = desk.subjects(&page.items).await?;
    let body = TicketPage {
        items: TicketBody::list(&page.items, &subjects),
        next: page.next.map(|next| next.to_string()),
        total: total.map(|total| match total {
            Total::Exact(at_least) => Count {
                at_least,
                exact: true,
            },
            Total::AtLeast(at_least) => Count {
                at_least,
                exact: false,
            },
        }),
    };
    Ok(Json(body).into_response())
}

/// Raise a ticket
///
/// With the same `Idempotency-Key` and body, sent again within 24 hours, there is one ticket and the same
/// answer.
#[utoipa::path(post, path = "/api/v1/tickets", tag = "tickets", operation_id = "raise_ticket",
    request_body = RaiseBody, security(("token" = ["tickets:write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 201, description = "Raised.", body = DoneBody,
        headers(("Location" = String, description = "The ticket"), ("ETag" = String, description = "Its version")))))]
pub(super) async fn raise(program: Program, Body(body): Body<RaiseBody>) -> Answer {
    let acting = program.acting(Scope::TicketsWrite)?;
    let done = acting.raise(body.read()?).await.map_err(refused)?;
    let location = format!("/api/v1/tickets/{}", done.reference);
    let mut response = answer(StatusCode::CREATED, done);
    let location = HeaderValue::try_from(location).map_err(Fault::broken)?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

pub(super) fn tag(version: u64) -> [(header::HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}

pub(super) fn answer(status: StatusCode, done: Done) -> Response {
    (status, tag(done.version), Json(DoneBody::from(done))).into_response()
}

/// One ticket
///
/// Its ETag is what `If-Match` of an act compares.
#[utoipa::path(get, path = "/api/v1/tickets/{reference}", tag = "tickets", operation_id = "read_ticket",
    params(("reference" = String, Path, description = "Its reference, or its id")),
    security(("token" = ["tickets:read"])),
    responses((status = 200, description = "The ticket.", body = TicketBody,
        headers(("ETag" = String, description = "Its version")))))]
pub(super) async fn read(program: Program, Path(reference): Path<String>) -> Answer {
    let (actor, desk) = (program.may(Scope::TicketsRead)?, program.ctx.desk());
    let ticket = program.ticket(actor, &reference).await?;
    let texts = desk.field_texts(actor, ticket.id).await?;
    let subjects = desk.subjects(std::slice::from_ref(&ticket)).await?;
    let body = TicketBody::of(&ticket, subjects.get(&ticket.id), &texts);
    Ok((tag(ticket.version), Json(body)).into_response())
}

/// What happened to a ticket, and what was said
#[utoipa::path(get, path = "/api/v1/tickets/{reference}/thread", tag = "tickets", operation_id = "read_thread",
    params(("reference" = String, Path, description = "Its reference, or its id")),
    security(("token" = ["tickets:read"])),
    responses((status = 200, description = "In order of time.", body = Vec<EntryBody>)))]
pub(super) async fn thread(program: Program, Path(reference): Path<String>) -> Answer {
    let actor = program.may(Scope::TicketsRead)?;
    let ticket = program.ticket(actor, &reference).await?;
    let entries = program.ctx.desk().thread(actor, ticket.id).await?;
    let entries = entries.into_iter().map(EntryBody::of);
    Ok(Json(entries.collect::<Result<Vec<_>, _>>()?).into_response())
}

/// Do something to a ticket
///
/// With `If-Match`, nothing is done to a ticket that moved on since it was read: 412, look again.
#[utoipa::path(post, path = "/api/v1/tickets/{reference}/acts", tag = "tickets", operation_id = "act_on_ticket",
    params(("reference" = String, Path, description = "Its reference, or its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the ticket as it was read")),
    request_body = ActBody, security(("token" = ["tickets:write"])),
    responses((status = 200, description = "Done.", body = DoneBody,
        headers(("ETag" = String, description = "The ticket's version since")))))]
pub(super) async fn act(
    program: Program,
    Path(reference): Path<String>,
    Body(body): Body<ActBody>,
) -> Answer {
    let acting = program.acting(Scope::TicketsWrite)?;
    let actor = program.may(Scope::TicketsWrite)?;
    let ticket = program.ticket(actor, &reference).await?;
    let done = acting.act(ticket.id, body.read()?).await.map_err(refused)?;
    Ok(answer(StatusCode::OK, done))
}

/// What a file is to be called, and who sees it.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Named {
    /// The file's name.
    #[param(min_length = 1, max_length = 200)]
    name: String,
    /// Whether the customer sees it; no unless said otherwise.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    public: bool,
}

/// Put a file on a ticket
///
/// The body is the file itself. What it is, its content says: pictures, PDF, Word, Excel, OpenDocument, text.
#[utoipa::path(post, path = "/api/v1/tickets/{reference}/files", tag = "tickets", operation_id = "attach_file",
    params(("reference" = String, Path, description = "Its reference, or its id"), Named,
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the ticket as it was read")),
    request_body(content = Content, content_type = "application/octet-stream"),
    security(("token" = ["tickets:write"])),
    responses((status = 201, description = "It is on the ticket.", body = DoneBody,
        headers(("ETag" = String, description = "The ticket's version since")))))]
pub(super) async fn attach(
    program: Program,
    Path(reference): Path<String>,
    Asked(named): Asked<Named>,
    content: Bytes,
) -> Answer {
    let acting = program.acting(Scope::TicketsWrite)?;
    let actor = program.may(Scope::TicketsWrite)?;
    let ticket = program.ticket(actor, &reference).await?;
    let accepted = files_accepted(&program.ctx);
    let kind = accepted
        .check(&content)
        .map_err(|refusal| not_taken(&refusal))?;
    let file = File {
        name: file_name(&named.name, kind),
        media_type: kind.media_type.to_owned(),
        content: content.to_vec(),
        public: named.public,
    };
    let done = acting.attach(ticket.id, file).await.map_err(refused)?;
    Ok(answer(StatusCode::CREATED, done))
}

fn not_taken(refusal: &Refusal) -> Fault {
    if let Refusal::TooLarge { max, .. } = refusal {
        let fault = Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
        return fault.detail(format!("at most {max} bytes"));
    }
    let accepted: BTreeSet<String> = match refusal {
        Refusal::NotAccepted { accepted, .. } => accepted.iter().cloned().collect(),
        _ => BTreeSet::new(),
    };
    if accepted.is_empty() {
        return Fault::invalid("content", "a whole file of an accepted type");
    }
    let accepted: Vec<String> = accepted.into_iter().collect();
    Fault::invalid("content", format!("a file of {}", accepted.join(", ")))
}

/// A file of a ticket
#[utoipa::path(get, path = "/api/v1/tickets/{reference}/files/{piece}", tag = "tickets", operation_id = "read_file",
    params(("reference" = String, Path, description = "The ticket's reference, or its id"),
        ("piece" = Uuid, Path, description = "The file's id, as the thread has it")),
    security(("token" = ["tickets:read"])),
    responses((status = 200, description = "Its bytes.", body = Content, content_type = "application/octet-stream")))]
pub(super) async fn file(
    program: Program,
    Path((reference, piece)): Path<(String, String)>,
) -> Answer {
    let actor = program.may(Scope::TicketsRead)?;
    let piece: PieceId = piece.parse().map_err(|_| Fault::not_found())?;
    let ticket = program.ticket(actor, &reference).await?;
    given(&program.ctx, actor, ticket.id, piece).await
}

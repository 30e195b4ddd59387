//! What colleagues share: canned replies, macros, views.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use crcore::desk::beside::{Canned, Filled, Macro, Ran, View};
use crcore::store::{Cursor, Paging};
use crcore::{Actor, Code};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::asked::{Asked, Program, limit, refused};
use super::scope::Scope;
use super::tickets::{TicketPage, page, tag};
use super::words::{CodeText, VerbName};
use crate::web::fault::{Answer, Fault, Problem};
use crate::web::part::agent::view_address;

/// A reply that is written once and used often.
#[derive(Serialize, ToSchema)]
#[schema(as = Reply)]
pub(crate) struct ReplyBody {
    code: CodeText,
    /// Its name on screen.
    title: String,
    /// What it says, with variables in double braces: `{{customer.name}}`.
    text: String,
    /// For tickets of these queues; of all where it names none.
    queues: BTreeSet<CodeText>,
}

impl From<Canned> for ReplyBody {
    fn from(canned: Canned) -> Self {
        Self {
            code: CodeText(canned.code),
            title: canned.title,
            text: canned.text,
            queues: canned.queues.into_iter().map(CodeText).collect(),
        }
    }
}

/// Canned replies
///
/// Those for the queues that one serves; all to a program of its own.
#[utoipa::path(get, path = "/api/v1/replies", tag = "shared", operation_id = "list_replies",
    security(("token" = ["shared:read"])),
    responses((status = 200, description = "By code, at most 500.", body = Vec<ReplyBody>)))]
pub(super) async fn replies(program: Program) -> Answer {
    let actor = program.may(Scope::SharedRead)?;
    let canned = program.ctx.desk().canned(actor).await?;
    let bodies = canned.into_iter().map(ReplyBody::from);
    Ok(Json(bodies.collect::<Vec<_>>()).into_response())
}

/// A canned reply made ready for a ticket.
#[derive(Serialize, ToSchema)]
#[schema(as = FilledReply)]
pub(crate) struct FilledBody {
    /// What it says; where something is not known, the variable still stands in it.
    text: String,
    /// The variables that are not known.
    unfilled: Vec<String>,
}

impl From<Filled> for FilledBody {
    fn from(filled: Filled) -> Self {
        Self {
            text: filled.text,
            unfilled: filled.unfilled,
        }
    }
}

fn code(text: &str) -> Result<Code, Fault> {
    text.parse().map_err(|_| Fault::not_found())
}

/// A canned reply made ready for a ticket
///
/// Nothing is sent: that is the act `reply`.
#[utoipa::path(get, path = "/api/v1/tickets/{reference}/replies/{reply}", tag = "tickets", operation_id = "fill_reply",
    params(("reference" = String, Path, description = "The ticket's reference, or its id"),
        ("reply" = String, Path, description = "The code of a canned reply for its queue")),
    security(("token" = ["tickets:read"])),
    responses((status = 200, description = "What it says of this ticket.", body = FilledBody)))]
pub(super) async fn fill(
    program: Program,
    Path((reference, reply)): Path<(String, String)>,
) -> Answer {
    let actor = program.may(Scope::TicketsRead)?;
    let ticket = program.ticket(actor, &reference).await?;
    let desk = program.ctx.desk();
    let filled = desk.fill_canned(actor, ticket.id, &code(&reply)?).await?;
    Ok(Json(FilledBody::from(filled)).into_response())
}

/// Several acts under one name.
#[derive(Serialize, ToSchema)]
#[schema(as = Macro)]
pub(crate) struct MacroBody {
    code: CodeText,
    /// Its name on screen.
    title: String,
    /// The canned reply that is sent first.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<CodeText>,
    /// What is done then, in order.
    acts: Vec<VerbName>,
    /// For tickets of these queues; of all where it names none.
    queues: BTreeSet<CodeText>,
}

impl MacroBody {
    fn of(macro_: Macro, actor: Actor) -> Self {
        let verbs = macro_.acts.iter().map(|act| VerbName(act.verb(actor)));
        Self {
            acts: verbs.collect(),
            code: CodeText(macro_.code),
            title: macro_.title,
            reply: macro_.reply.map(CodeText),
            queues: macro_.queues.into_iter().map(CodeText).collect(),
        }
    }
}

/// Macros
///
/// Those for the queues that one serves; all to a program of its own.
#[utoipa::path(get, path = "/api/v1/macros", tag = "shared", operation_id = "list_macros",
    security(("token" = ["shared:read"])),
    responses((status = 200, description = "By code, at most 500.", body = Vec<MacroBody>)))]
pub(super) async fn macros(program: Program) -> Answer {
    let actor = program.may(Scope::SharedRead)?;
    let macros = program.ctx.desk().macros(actor).await?;
    let bodies = macros.into_iter().map(|one| MacroBody::of(one, actor));
    Ok(Json(bodies.collect::<Vec<_>>()).into_response())
}

/// How far a macro came. What was done stays done.
#[derive(Serialize, ToSchema)]
#[schema(as = Ran)]
pub(crate) struct RanBody {
    /// How many of its steps were done; the reply is one.
    done: usize,
    /// How many there are.
    of: usize,
    /// The ticket's version since.
    version: u64,
    /// Why it stopped, where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<Problem>,
}

/// Run a macro on a ticket
///
/// Its reply first, then its acts, each decided as if the program had asked for it, until one is refused. Where
/// already the first is, that is the answer. With the same `Idempotency-Key` what is left is done, and nothing twice.
#[utoipa::path(post, path = "/api/v1/tickets/{reference}/macros/{macro}", tag = "tickets", operation_id = "run_macro",
    params(("reference" = String, Path, description = "The ticket's reference, or its id"),
        ("macro" = String, Path, description = "The code of a macro for its queue"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 252 characters"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the ticket as it was read")),
    security(("token" = ["tickets:write"])),
    responses((status = 200, description = "Done, all of it or a part.", body = RanBody,
        headers(("ETag" = String, description = "The ticket's version since")))))]
pub(super) async fn run(
    program: Program,
    Path((reference, name)): Path<(String, String)>,
) -> Answer {
    let actor = program.may(Scope::TicketsWrite)?;
    let (key, seen) = (program.key()?, program.seen()?);
    let ticket = program.ticket(actor, &reference).await?;
    let (desk, name) = (program.ctx.desk(), code(&name)?);
    let ran = desk.run_macro(actor, ticket.id, &name, seen, key.as_deref());
    let Ran {
        done,
        of,
        last,
        stopped,
    } = ran.await?;
    let stopped = stopped.map(refused);
    let Some(last) = last else {
        return Err(stopped.unwrap_or_else(Fault::not_found));
    };
    let body = RanBody {
        done,
        of,
        version: last.version,
        stopped: stopped.map(|fault| fault.told()),
    };
    Ok((tag(last.version), Json(body)).into_response())
}

/// A list that somebody works from.
#[derive(Serialize, ToSchema)]
#[schema(as = View)]
pub(crate) struct ViewBody {
    /// What its tickets are asked for by: `open`, `shared.fraud`.
    view: String,
    /// Its name on screen.
    title: String,
}

impl From<View> for ViewBody {
    fn from(view: View) -> Self {
        Self {
            view: view_address(&view),
            title: view.title,
        }
    }
}

/// Views
///
/// Those of the desk, those that colleagues share, and those of the agent in whose place the token acts.
#[utoipa::path(get, path = "/api/v1/views", tag = "shared", operation_id = "list_views",
    security(("token" = ["shared:read"])),
    responses((status = 200, description = "In this order, at most 105.", body = Vec<ViewBody>)))]
pub(super) async fn views(program: Program) -> Answer {
    let actor = program.may(Scope::SharedRead)?;
    let views = program.ctx.desk().views(actor).await?;
    let bodies = views.into_iter().map(ViewBody::from);
    Ok(Json(bodies.collect::<Vec<_>>()).into_response())
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
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

/// The tickets of a view
///
/// In its order, as far as they may be seen. `mine` and how soon a deadline runs out mean whoever asks, and now.
#[utoipa::path(get, path = "/api/v1/views/{view}/tickets", tag = "tickets", operation_id = "list_view",
    params(("view" = String, Path, description = "`view` as the list of views has it"), Wanted),
    security(("token" = ["tickets:read"])),
    responses((status = 200, description = "A page.", body = TicketPage)))]
pub(super) async fn tickets(
    program: Program,
    Path(name): Path<String>,
    Asked(wanted): Asked<Wanted>,
) -> Answer {
    let (actor, desk) = (program.may(Scope::TicketsRead)?, program.ctx.desk());
    let limit = limit(wanted.limit, Paging::USUAL, Paging::MAX)?;
    let mut views = desk.views(actor).await?.into_iter();
    let view = views.find(|view| view_address(view) == name);
    let view = view.ok_or_else(Fault::not_found)?;
    let paging = Paging {
        sort: view.sort,
        after: wanted.after,
        limit,
    };
    let filter = desk.filter_of(actor, &view);
    page(&program, actor, filter, &paging, wanted.total).await
}

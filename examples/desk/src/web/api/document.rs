//! The document that tells programs of the API: OpenAPI 3.1, made from the handlers themselves.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse as _;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use super::{
    agents, catalogue, chats, counter, customers, events, quotes, reports, shared, sittings,
    tickets,
};
use crate::web::fault::{Answer, Fault, Problem};

/// How programs work with the desk.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "crdesk",
        description = "The desk for programs. Every request has a token of an admin's making \
            (`Authorization: Bearer crd_…`), which is good for its scopes alone. What went wrong is told as \
            problem+json (RFC 9457) whose `type` leads to a page about it. `RateLimit` and \
            `RateLimit-Policy` say how much may be asked."
    ),
    paths(
        tickets::list,
        tickets::raise,
        tickets::read,
        tickets::thread,
        tickets::act,
        tickets::attach,
        tickets::file,
        shared::fill,
        shared::run,
        quotes::quote,
        shared::views,
        shared::tickets,
        shared::replies,
        shared::macros,
        catalogue::read,
        counter::line,
        counter::take,
        sittings::list,
        sittings::act,
        counter::token,
        chats::door,
        chats::list,
        chats::begin,
        chats::read,
        chats::messages,
        chats::act,
        chats::taking,
        customers::find,
        customers::read,
        quotes::transaction,
        agents::list,
        reports::report,
        events::list
    ),
    components(schemas(Problem)),
    tags(
        (name = "tickets", description = "Complaints, queries, requests, services, quotes."),
        (name = "events", description = "What happens, as it happens."),
        (name = "counter", description = "Lines at branches, numbers for them, and counters that call them."),
        (name = "chats", description = "Customers and agents who talk to each other now."),
        (name = "customers", description = "Who the bank's customers are."),
        (name = "transactions", description = "What became of payments."),
        (name = "catalogue", description = "What the bank offers."),
        (name = "agents", description = "Who answers."),
        (name = "shared", description = "What colleagues share: views, canned replies, macros."),
        (name = "reports", description = "What happened, in numbers.")
    ),
    modifiers(&Everywhere)
)]
struct Document;

/// What holds for every operation.
struct Everywhere;

/// What any operation may answer besides what it is for.
const ALWAYS: &[(&str, &str)] = &[
    ("400", "The request is malformed."),
    ("401", "No token, or one that is not valid."),
    (
        "403",
        "The token lacks the scope, or a program may not do this.",
    ),
    ("404", "There is no such thing."),
    ("408", "It took too long."),
    ("422", "The request says what cannot be."),
    ("429", "Too much was asked."),
    ("500", "Something is wrong with the desk."),
    ("503", "Nothing changed; try again."),
];

/// What an operation may answer that changes something.
const CHANGING: &[(&str, &str)] = &[
    ("409", "It cannot be done as things stand."),
    ("412", "The ticket moved on since the version of If-Match."),
    ("413", "The body is too large."),
    ("415", "The body is of another media type."),
];

fn problem(description: &str) -> RefOr<Response> {
    let schema = RefOr::Ref(Ref::from_schema_name("Problem"));
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content)
        .build()
        .into()
}

fn answer(operation: &mut Operation, more: &[(&str, &str)]) {
    for (status, description) in ALWAYS.iter().chain(more) {
        let responses = &mut operation.responses.responses;
        responses
            .entry((*status).to_owned())
            .or_insert_with(|| problem(description));
    }
}

impl Modify for Everywhere {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        if let Some(components) = &mut document.components {
            let scheme = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("A token as an admin made it, with scopes."));
            components.add_security_scheme("token", SecurityScheme::Http(scheme.build()));
        }
        for item in document.paths.paths.values_mut() {
            item.get
                .iter_mut()
                .for_each(|operation| answer(operation, &[]));
            item.post
                .iter_mut()
                .for_each(|operation| answer(operation, CHANGING));
        }
    }
}

/// The document.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

static TEXT: LazyLock<Result<String, String>> = LazyLock::new(|| {
    document()
        .to_pretty_json()
        .map_err(|error| error.to_string())
});

pub(super) async fn show() -> Answer {
    let text = TEXT.as_ref().map_err(Fault::broken)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text.as_str()).into_response())
}

//! Chats: begun for a customer, taken and answered in the place of an agent, read.

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse as _;
use chrono::{DateTime, Utc};
use crcore::desk::{Chat, ChatDoor, ChatPlace, ChatRequest};
use crcore::store::{Cursor, Paging, Sort, TicketFilter};
use crcore::ticket::{Channel, Kind, StatusName};
use crcore::{Code, Fact, Ticket};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::act::DoneBody;
use super::asked::{Asked, Body, Program, limit, refused};
use super::catalogue::OpeningBody;
use super::scope::Scope;
use super::ticket::EntryBody;
use super::tickets::{answer, assigned};
use super::words::{CodeText, KindName, LanguageTag, Words};
use crate::web::fault::{Answer, Fault};

/// Whether somebody answers chats about a service now.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatDoor)]
pub(crate) struct DoorBody {
    /// Whether a chat can begin now: it is open, and somebody is there.
    open: bool,
    /// By its calendar.
    opening: OpeningBody,
    /// How many chats those who are there can have at once.
    seats: u32,
    /// How many wait.
    waiting: u32,
    /// How many minutes somebody would wait who began now, where that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    wait: Option<u32>,
}

impl From<ChatDoor> for DoorBody {
    fn from(door: ChatDoor) -> Self {
        Self {
            open: door.is_open(),
            opening: door.opening.into(),
            seats: door.seats,
            waiting: door.waiting,
            wait: door.wait.map(|wait| wait.minutes),
        }
    }
}

/// Whether a chat about a service can begin now
#[utoipa::path(get, path = "/api/v1/services/{service}/chat", tag = "chats", operation_id = "read_chat_door",
    params(("service" = String, Path, description = "The code of a service")),
    security(("token" = ["chats:read"])),
    responses((status = 200, description = "Whether, and how long it takes.", body = DoorBody)))]
pub(super) async fn door(program: Program, Path(service): Path<String>) -> Answer {
    program.may(Scope::ChatsRead)?;
    let service: Code = service.parse().map_err(|_| Fault::not_found())?;
    let door = program.ctx.desk().chat_door(&service).await?;
    Ok(Json(DoorBody::from(door)).into_response())
}

/// A chat, asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatRequest)]
pub(crate) struct ChatAsked {
    /// Who asks: the bank's own id of the customer.
    customer: Uuid,
    /// What about.
    service: CodeText,
    /// What they write first.
    #[schema(min_length = 1)]
    text: String,
    /// The language they write in.
    language: Option<LanguageTag>,
}

/// Where a chat stands.
#[derive(Serialize, ToSchema)]
#[serde(tag = "is", rename_all = "snake_case")]
#[schema(as = ChatPlace)]
pub(crate) enum ChatPlaceBody {
    /// It waits for somebody to answer.
    Waiting {
        /// How many are before it.
        ahead: u32,
        /// How many minutes that takes, where that can be told.
        #[serde(skip_serializing_if = "Option::is_none")]
        wait: Option<u32>,
    },
    /// Somebody answers.
    Talking {
        /// What they are called.
        with: String,
    },
    /// It goes on as another kind of ticket.
    Elsewhere {
        /// As what.
        kind: KindName,
    },
    /// It is over.
    Over {
        /// Whether nobody had answered.
        withdrawn: bool,
    },
}

/// A chat and where it stands.
#[derive(Serialize, ToSchema)]
#[schema(as = Chat)]
pub(crate) struct ChatBody {
    /// The ticket that it is.
    ticket: Uuid,
    /// What people call the ticket by.
    reference: String,
    service: CodeText,
    place: ChatPlaceBody,
}

impl From<Chat> for ChatBody {
    fn from(chat: Chat) -> Self {
        let place = match chat.place {
            ChatPlace::Waiting { ahead, wait } => ChatPlaceBody::Waiting {
                ahead,
                wait: wait.map(|wait| wait.minutes),
            },
            ChatPlace::Talking { with } => ChatPlaceBody::Talking { with },
            ChatPlace::Elsewhere { kind } => ChatPlaceBody::Elsewhere {
                kind: KindName(kind),
            },
            ChatPlace::Over { withdrawn } => ChatPlaceBody::Over { withdrawn },
        };
        Self {
            ticket: chat.ticket.uuid(),
            reference: chat.reference.to_string(),
            service: CodeText(chat.service),
            place,
        }
    }
}

/// Begin a chat
///
/// On behalf of a customer who writes elsewhere. With the same `Idempotency-Key` and body there is one chat.
/// Refused with 409 where nobody is there to answer: raise a ticket then.
#[utoipa::path(post, path = "/api/v1/chats", tag = "chats", operation_id = "begin_chat",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    request_body = ChatAsked, security(("token" = ["chats:write"])),
    responses((status = 201, description = "It waits, or somebody has it already.", body = ChatBody,
        headers(("Location" = String, description = "The chat")))))]
pub(super) async fn begin(program: Program, Body(asked): Body<ChatAsked>) -> Answer {
    let actor = program.may(Scope::ChatsWrite)?;
    let request = ChatRequest {
        customer: asked.customer.into(),
        service: asked.service.0,
        text: asked.text,
        language: asked.language.map(|tag| tag.0).unwrap_or_default(),
        key: program.key()?,
    };
    let chat = program.ctx.desk().start_chat(actor, &request).await?;
    let location = format!("/api/v1/chats/{}", chat.reference);
    let location = HeaderValue::try_from(location).map_err(Fault::broken)?;
    let headers = [(header::LOCATION, location)];
    Ok((StatusCode::CREATED, headers, Json(ChatBody::from(chat))).into_response())
}

/// Which chats. Several words in one parameter are separated by commas.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// With this agent, or with `nobody`: those that wait.
    #[param(value_type = Option<String>)]
    agent: Option<String>,
    /// About these services.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    service: Words<Code>,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<Cursor>,
    /// How many, 25 unless said otherwise.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// A chat in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ListedChat)]
pub(crate) struct ListedChat {
    /// The ticket that it is.
    ticket: Uuid,
    /// What people call the ticket by.
    reference: String,
    service: CodeText,
    /// Whose it is.
    customer: Uuid,
    /// Who answers; absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<Uuid>,
    /// When it began.
    since: DateTime<Utc>,
}

impl From<&Ticket> for ListedChat {
    fn from(ticket: &Ticket) -> Self {
        Self {
            ticket: ticket.id.uuid(),
            reference: ticket.reference.to_string(),
            service: CodeText(ticket.service.clone()),
            customer: ticket.customer.uuid(),
            agent: ticket.assignment.map(|assignment| assignment.agent.uuid()),
            since: ticket.received_at,
        }
    }
}

/// A page of chats.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChatPage {
    items: Vec<ListedChat>,
    /// Where the next page begins: `after` of the next request. Absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Whether an agent is there for chats.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatTaking)]
pub(crate) struct TakingAsked {
    /// Chats come to them for the next three minutes; said again it goes on.
    taking: bool,
}

/// Be there for chats, or not
///
/// For a token that acts in the place of an agent. Chats are given to nobody who is not there, and where nobody is
/// there none begins.
#[utoipa::path(post, path = "/api/v1/agents/me/chats", tag = "chats", operation_id = "take_chats",
    request_body = TakingAsked, security(("token" = ["chats:write"])),
    responses((status = 204, description = "Said.")))]
pub(super) async fn taking(program: Program, Body(asked): Body<TakingAsked>) -> Answer {
    let actor = program.may(Scope::ChatsWrite)?;
    let desk = program.ctx.desk();
    if asked.taking {
        desk.take_chats(actor).await?;
    } else {
        desk.leave_chats(actor).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Chats that are not over
///
/// In the order in which they are answered.
#[utoipa::path(get, path = "/api/v1/chats", tag = "chats", operation_id = "list_chats",
    params(Wanted), security(("token" = ["chats:read"])),
    responses((status = 200, description = "A page.", body = ChatPage)))]
pub(super) async fn list(program: Program, Asked(wanted): Asked<Wanted>) -> Answer {
    let actor = program.may(Scope::ChatsRead)?;
    let active = StatusName::ALL.into_iter().filter(|s| s.is_active());
    let filter = TicketFilter {
        assigned: assigned(wanted.agent.as_deref())?,
        kinds: [Kind::Query].into(),
        channels: [Channel::Chat].into(),
        statuses: active.collect(),
        services: wanted.service.0,
        ..TicketFilter::default()
    };
    let paging = Paging {
        sort: Sort::Urgency,
        after: wanted.after,
        limit: limit(wanted.limit, Paging::USUAL, Paging::MAX)?,
    };
    let page = program.ctx.desk().tickets(actor, filter, &paging).await?;
    let body = ChatPage {
        items: page.items.iter().map(ListedChat::from).collect(),
        next: page.next.map(|next| next.to_string()),
    };
    Ok(Json(body).into_response())
}

impl Program {
    async fn chat(&self, scope: Scope, reference: &str) -> Result<Chat, Fault> {
        let actor = self.may(scope)?;
        let ticket = self.ticket(actor, reference).await?;
        Ok(self.ctx.desk().chat(actor, ticket.id).await?)
    }
}

/// A chat and where it stands
#[utoipa::path(get, path = "/api/v1/chats/{reference}", tag = "chats", operation_id = "read_chat",
    params(("reference" = String, Path, description = "Its reference, or its id")),
    security(("token" = ["chats:read"])),
    responses((status = 200, description = "The chat.", body = ChatBody)))]
pub(super) async fn read(program: Program, Path(reference): Path<String>) -> Answer {
    let chat = program.chat(Scope::ChatsRead, &reference).await?;
    Ok(Json(ChatBody::from(chat)).into_response())
}

/// What was said in a chat
#[utoipa::path(get, path = "/api/v1/chats/{reference}/messages", tag = "chats", operation_id = "read_transcript",
    params(("reference" = String, Path, description = "Its reference, or its id")),
    security(("token" = ["chats:read"])),
    responses((status = 200, description = "By both sides, in order of time.", body = Vec<EntryBody>)))]
pub(super) async fn messages(program: Program, Path(reference): Path<String>) -> Answer {
    let chat = program.chat(Scope::ChatsRead, &reference).await?;
    let actor = program.may(Scope::ChatsRead)?;
    let thread = program.ctx.desk().thread(actor, chat.ticket).await?;
    let said = thread.into_iter().filter(|entry| {
        let fact = &entry.event.fact;
        let is_said = matches!(
            fact,
            Fact::Raised(_) | Fact::Replied { .. } | Fact::Resolved { .. } | Fact::Attached { .. }
        );
        is_said && entry.event.is_public() && (entry.text.is_some() || entry.file.is_some())
    });
    let said = said.map(EntryBody::of).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(said).into_response())
}

/// What is done in a chat.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "name", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = ChatAct)]
pub(crate) enum ChatAct {
    /// Answer it from now on: the agent in whose place the token acts.
    Take {},
    /// Write what both sides see.
    Say {
        #[schema(min_length = 1)]
        text: String,
    },
    /// Put it back into the line for a colleague.
    Release {},
    /// End it. What was said comes to its customer by mail.
    End {},
}

/// Take part in a chat
///
/// To take and release is for a token that acts in the place of an agent: the desk refuses others. Any program
/// may write for the desk, and end.
#[utoipa::path(post, path = "/api/v1/chats/{reference}/acts", tag = "chats", operation_id = "act_in_chat",
    params(("reference" = String, Path, description = "Its reference, or its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters; an end needs none"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the ticket as it was read")),
    request_body = ChatAct, security(("token" = ["chats:write"])),
    responses((status = 200, description = "Done.", body = DoneBody,
        headers(("ETag" = String, description = "The ticket's version since")))))]
pub(super) async fn act(
    program: Program,
    Path(reference): Path<String>,
    Body(act): Body<ChatAct>,
) -> Answer {
    let acting = program.acting(Scope::ChatsWrite)?;
    let chat = program.chat(Scope::ChatsWrite, &reference).await?;
    let done = match act {
        ChatAct::Take {} => acting.claim(chat.ticket).await,
        ChatAct::Say { text } => acting.reply(chat.ticket, text).await,
        ChatAct::Release {} => acting.release(chat.ticket).await,
        ChatAct::End {} => {
            let actor = program.may(Scope::ChatsWrite)?;
            program.ctx.desk().end_chat(actor, chat.ticket).await
        }
    };
    Ok(answer(StatusCode::OK, done.map_err(refused)?))
}

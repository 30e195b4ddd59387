//! What colleagues say to each other: in their teams, and two and two.

use axum::http::Uri;
use crcore::desk::beside::{Message, Part, Room};
use crcore::{AgentId, Error};
use crcore_adapters::live::Aside;
use minijinja::context;
use minijinja::value::Value;

use super::case::{self, Case};
use super::desk_reader;
use super::names::{Names, humane, option, say};
use crate::web::address::encode;
use crate::web::ctx::{Ctx, query_of};
use crate::web::drafts;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};

/// How many messages of a room are shown at once.
const SHOWN: u32 = 50;

fn room_of(uri: &Uri) -> Option<Room> {
    query_of(uri, "room")?.parse().ok()
}

/// The place of what is being typed in a room.
fn place(room: &Room) -> String {
    format!("board/{room}")
}

fn address(room: &Room) -> String {
    format!("/board?room={}", encode(&room.to_string()))
}

/// The rooms, and one of them.
pub(super) async fn board(ctx: Ctx) -> Answer {
    let room = room_of(&ctx.uri);
    let context = page(&ctx, room.as_ref()).await?;
    ctx.page("agent/board.html", "agent-title-board", context)
}

/// The rooms alone, for a page that is open.
pub(super) async fn rooms_alone(ctx: Ctx) -> Answer {
    let room = room_of(&ctx.uri);
    let context = page(&ctx, room.as_ref()).await?;
    case::part(&ctx, "agent/rooms.html", context)
}

/// The messages of a room alone, for a page that is open.
pub(super) async fn messages_alone(ctx: Ctx) -> Answer {
    let room = room_of(&ctx.uri).ok_or_else(Fault::not_found)?;
    let context = page(&ctx, Some(&room)).await?;
    case::part(&ctx, "agent/messages.html", context)
}

async fn page(ctx: &Ctx, room: Option<&Room>) -> Result<Value, Fault> {
    let (actor, me) = desk_reader(ctx)?;
    let desk = ctx.desk();
    let names = Names::of(ctx, &[]).await?;
    let mut open = None;
    if let Some(room) = room {
        let before = query_of(&ctx.uri, "before").and_then(|position| position.parse().ok());
        let part = before.map_or(Part::Latest, Part::Before);
        let messages = desk.messages(actor, room, part, SHOWN).await?;
        if let Some(last) = messages.last().filter(|_| before.is_none()) {
            desk.seen(actor, room, last.position).await?;
        }
        let draft = drafts::form(ctx, &place(room)).await?;
        let earlier = messages.first().filter(|first| first.position > 1);
        let earlier = earlier.map(|first| format!("{}&before={}", address(room), first.position));
        open = Some(context! {
            room => room.to_string(),
            title => title(ctx, &names, room),
            messages => messages.iter().map(|m| message(ctx, &names, me, m)).collect::<Vec<_>>(),
            earlier => earlier,
            text => draft.raw("message"),
            place => place(room),
        });
    }
    let unread = desk.unread(actor).await?;
    let rooms: Vec<Value> = unread
        .iter()
        .map(|unread| {
            context! {
                href => address(&unread.room),
                title => title(ctx, &names, &unread.room),
                count => unread.count,
                current => Some(&unread.room) == room,
            }
        })
        .collect();
    let colleagues: Vec<Value> = names
        .colleagues(me)
        .iter()
        .map(|(id, name)| option(&Room::With(*id).to_string(), name))
        .collect();
    let query = room
        .map(|room| encode(&room.to_string()))
        .unwrap_or_default();
    Ok(context! {
        rooms => rooms, colleagues => colleagues, open => open, query => query, filled => (),
    })
}

fn title(ctx: &Ctx, names: &Names, room: &Room) -> String {
    match room {
        Room::Team(queue) => say(ctx, "agent-team", &[("queue", &humane(queue))]),
        Room::With(agent) => names.agent(ctx, *agent),
    }
}

fn message(ctx: &Ctx, names: &Names, me: AgentId, message: &Message) -> Value {
    context! {
        id => message.position,
        mine => message.by == me,
        author => names.agent(ctx, message.by),
        at => message.at.to_rfc3339(),
        words => message.text.as_str(),
    }
}

/// Says something in a room.
pub(super) async fn post(ctx: Ctx, form: Form) -> Answer {
    let actor = ctx.actor()?;
    let room: Room = form.parse("room").ok_or_else(Fault::not_found)?;
    let text = form.raw("message");
    let mut errors = Errors::default();
    errors.check(!text.trim().is_empty(), "message", "agent-error-empty");
    if errors.is_empty() {
        match ctx.desk().post(actor, &room, text).await {
            Ok(_) => {
                drafts::used(&ctx, &place(&room)).await?;
                tell(&ctx, &room);
                return ctx.see_other(&address(&room), None);
            }
            Err(Error::Invalid { .. }) => errors.add("message", "agent-error-long"),
            Err(error) => return Err(error.into()),
        }
    }
    let filled = context! { filled => errors.filled(&ctx, &form) };
    let context = page(&ctx, Some(&room)).await?;
    let context = context! { ..filled, ..context };
    ctx.refused("agent/board.html", "agent-title-board", context)
}

fn tell(ctx: &Ctx, room: &Room) {
    if let Some(by) = ctx.actor().ok().and_then(crcore::Actor::staff) {
        let room = room.clone();
        ctx.app.live.tell(Aside::Posted { by, room });
    }
}

/// Tells colleagues who are named in a note (`@Meera`) that they are.
pub(super) async fn mention(ctx: &Ctx, case: &Case, note: &str) -> Result<(), Fault> {
    let (actor, me) = desk_reader(ctx)?;
    if !note.contains('@') {
        return Ok(());
    }
    let note = note.to_lowercase();
    for (id, name) in case.names.colleagues(me) {
        let name = name.to_lowercase();
        let first = name.split_whitespace().next().unwrap_or(&name);
        let is_named = |name: &str| {
            note.match_indices(&format!("@{name}"))
                .any(|(at, found)| !note[at + found.len()..].starts_with(char::is_alphanumeric))
        };
        if is_named(&name) || is_named(first) {
            let reference = case.ticket.reference.to_string();
            let text = say(ctx, "agent-mentioned", &[("case", &reference)]);
            let room = Room::With(id);
            ctx.desk().post(actor, &room, &text).await?;
            tell(ctx, &room);
        }
    }
    Ok(())
}

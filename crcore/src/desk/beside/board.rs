//! What colleagues say to each other outside a case.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::staff;
use crate::access::Visible;
use crate::actor::{Actor, Role};
use crate::clock::Moment;
use crate::desk::Desk;
use crate::desk::shelves::put;
use crate::error::Error;
use crate::id::{AgentId, Code};
use crate::record::{Kept, RecordRange, Shelf};
use crate::store::StoreError;

/// The longest message, in bytes: what is longer is a letter.
const MESSAGE_MAX: usize = 8 * 1024;
/// How many messages are read at once.
const MESSAGES_MAX: u32 = 100;
/// How long a message is kept. What has to be kept for longer belongs on a case.
const MESSAGE_KEPT: TimeDelta = TimeDelta::days(90);
/// How many rooms are told of: more than anybody follows.
const ROOMS_MAX: u32 = 100;
/// Where counting unread messages stops: a badge says "99 or more".
const UNREAD_MAX: u32 = 99;

/// How often a message is tried at the next place in a room because a colleague was faster.
const POSTS_MAX: u32 = 16;

/// Messages by room and position.
const MESSAGES: Shelf<Said> = Shelf::new("board");
/// The position of the last message of each room. Kept for good, so that no position comes twice.
const ENDS: Shelf<u64> = Shelf::new("board-end");
/// Up to which position somebody has read a room, by person and room.
const SEEN: Shelf<u64> = Shelf::new("board-seen");
/// When somebody last spoke with a colleague, by person and colleague.
const PAIRS: Shelf<DateTime<Utc>> = Shelf::new("board-pair");

#[derive(Serialize, Deserialize)]
struct Said {
    at: DateTime<Utc>,
    by: AgentId,
    text: String,
}

/// Where colleagues talk. As text `team/cards` or `with/0192…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Room {
    /// Those who serve a queue, and who leads them.
    Team(Code),
    /// Oneself and one colleague.
    With(AgentId),
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Team(queue) => write!(f, "team/{queue}"),
            Self::With(agent) => write!(f, "with/{agent}"),
        }
    }
}

impl FromStr for Room {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let room = match text.split_once('/') {
            Some(("team", queue)) => queue.parse().ok().map(Self::Team),
            Some(("with", agent)) => agent.parse().ok().map(Self::With),
            _ => None,
        };
        room.ok_or_else(|| Error::invalid("room", "team/ and a queue, or with/ and an agent's id"))
    }
}

impl TryFrom<String> for Room {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Room> for String {
    fn from(room: Room) -> Self {
        room.to_string()
    }
}

/// What a colleague said.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Its place in the room, from 1 without a gap.
    pub position: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: AgentId,
    /// What.
    pub text: String,
}

/// What colleagues say stays out of logs.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({}, {} bytes)", self.position, self.text.len())
    }
}

/// Which messages of a room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// The latest.
    #[default]
    Latest,
    /// Those after this position: what came since somebody looked.
    After(u64),
    /// Those before this position: what was said earlier.
    Before(u64),
}

/// How much of a room somebody has not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Which room.
    pub room: Room,
    /// How many messages of others; 99 stands for that many or more.
    pub count: u32,
}

/// The room's own name, the same for both who are in it.
fn key_of(me: AgentId, room: &Room) -> String {
    match room {
        Room::Team(queue) => format!("team/{queue}"),
        Room::With(other) => format!("pair/{}/{}", me.min(*other), me.max(*other)),
    }
}

fn place(room: &str, position: u64) -> String {
    format!("{room}/{position:012}")
}

impl Desk {
    /// Whether `actor` is in `room`, who they are, and the room's name in a key. Who is not in it is told
    /// that there is none.
    async fn enter(&self, actor: Actor, room: &Room) -> Result<(AgentId, String), Error> {
        let me = staff(actor, "talk to colleagues")?;
        let is_in = match room {
            Room::Team(queue) => match self.visible(actor).await? {
                Visible::All => self.queues().contains(queue),
                Visible::Agent { queues, .. } => queues.contains(queue),
                Visible::Customer(_) | Visible::Nothing => false,
            },
            Room::With(other) => me != *other && self.inner.store.agent(*other).await?.is_some(),
        };
        if !is_in {
            return Err(Error::NotFound { what: "room" });
        }
        Ok((me, key_of(me, room)))
    }

    fn queues(&self) -> BTreeSet<Code> {
        let rules = self.rules();
        let services = rules.rules().services.values();
        services.map(|service| service.queue.clone()).collect()
    }

    /// Says something to colleagues. The author has read the room up to there.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the actor is not in the room, [`Error::Invalid`] where the text is blank
    /// or longer than 8 KiB, [`Error::NotAllowed`] to whom is not on the staff.
    pub async fn post(&self, actor: Actor, to: &Room, text: &str) -> Result<Message, Error> {
        let (me, room) = self.enter(actor, to).await?;
        if text.trim().is_empty() || text.len() > MESSAGE_MAX || text.contains('\0') {
            let expected = format!("1 to {MESSAGE_MAX} bytes without U+0000");
            return Err(Error::invalid("text", expected));
        }
        let at = Moment::of(&*self.inner.clock)?.now();
        let said = Said {
            at,
            by: me,
            text: text.to_owned(),
        };
        let until = Some(at + MESSAGE_KEPT);
        let mut tries = 0;
        loop {
            let end = self.kept(&ENDS, &room).await?;
            let (from, last) = end.map_or((0, 0), |end| (end.version, end.value));
            let position = last + 1;
            let mut records = vec![
                put(&MESSAGES, place(&room, position), Some(0), &said, until)?,
                put(&ENDS, &*room, Some(from), &position, None)?,
                put(&SEEN, format!("{me}/{room}"), None, &position, until)?,
            ];
            if let Room::With(other) = to {
                for (one, other) in [(me, *other), (*other, me)] {
                    records.push(put(&PAIRS, format!("{one}/{other}"), None, &at, until)?);
                }
            }
            match self.keep(records).await {
                Err(StoreError::Conflict { .. }) if tries < POSTS_MAX => tries += 1,
                Err(error) => return Err(error.into()),
                Ok(()) => {
                    let (by, text) = (me, said.text);
                    return Ok(Message {
                        position,
                        at,
                        by,
                        text,
                    });
                }
            }
        }
    }

    /// Messages of a room in the order in which they were said, at most `limit` and at most 100.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the actor is not in the room, [`Error::NotAllowed`] to whom is not on the
    /// staff.
    pub async fn messages(
        &self,
        actor: Actor,
        room: &Room,
        part: Part,
        limit: u32,
    ) -> Result<Vec<Message>, Error> {
        let (_, room) = self.enter(actor, room).await?;
        let prefix = format!("{room}/");
        let (reverse, after) = match part {
            Part::Latest => (true, None),
            Part::Before(position) => (true, Some(position)),
            Part::After(position) => (false, Some(position)),
        };
        let range = RecordRange {
            reverse,
            after: after.map(|position| place(&room, position)),
            ..MESSAGES.range(&*prefix, limit.clamp(1, MESSAGES_MAX))
        };
        let message = |kept: Kept<Said>| {
            let position = kept.key.strip_prefix(&prefix)?.parse().ok()?;
            let Said { at, by, text } = kept.value;
            Some(Message {
                position,
                at,
                by,
                text,
            })
        };
        let kept = self.kept_in(&MESSAGES, &range).await?;
        let mut messages: Vec<Message> = kept.into_iter().filter_map(message).collect();
        if reverse {
            messages.reverse();
        }
        Ok(messages)
    }

    /// Says up to which position `actor` has read a room.
    ///
    /// # Errors
    /// As [`Desk::messages`].
    pub async fn seen(&self, actor: Actor, room: &Room, up_to: u64) -> Result<(), Error> {
        let (me, room) = self.enter(actor, room).await?;
        let key = format!("{me}/{room}");
        if let Some(seen) = self.kept(&SEEN, &key).await?
            && seen.value >= up_to
        {
            return Ok(());
        }
        let until = self.inner.clock.now() + MESSAGE_KEPT;
        let change = put(&SEEN, key, None, &up_to, Some(until))?;
        Ok(self.keep(vec![change]).await?)
    }

    /// The rooms that `actor` is in, with how much of each they have not read: their teams, and the
    /// colleagues with whom they have spoken.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom is not on the staff.
    pub async fn unread(&self, actor: Actor) -> Result<Vec<Unread>, Error> {
        let me = staff(actor, "talk to colleagues")?;
        let teams = match (actor.role(), self.visible(actor).await?) {
            (Role::Agent, Visible::Agent { queues, .. }) => queues,
            (Role::Agent, _) => BTreeSet::new(),
            _ => self.queues(),
        };
        let mine = format!("{me}/");
        let pairs = self
            .kept_in(&PAIRS, &PAIRS.range(&*mine, ROOMS_MAX))
            .await?;
        let colleague = |kept: Kept<DateTime<Utc>>| kept.key.strip_prefix(&mine)?.parse().ok();
        let pairs = pairs.into_iter().filter_map(colleague).map(Room::With);
        let rooms = teams.into_iter().map(Room::Team).chain(pairs);
        let rooms: Vec<Room> = rooms.take(ROOMS_MAX as usize).collect();

        let seen = SEEN.range(&*mine, RecordRange::MAX);
        let seen: HashMap<String, u64> = self
            .kept_in(&SEEN, &seen)
            .await?
            .into_iter()
            .map(|kept| (kept.key, kept.value))
            .collect();
        let mut unread = Vec::with_capacity(rooms.len());
        for room in rooms {
            let key = key_of(me, &room);
            let prefix = format!("{key}/");
            let after = seen.get(&format!("{mine}{key}"));
            let range = RecordRange {
                after: after.map(|position| place(&key, *position)),
                ..MESSAGES.range(&*prefix, UNREAD_MAX)
            };
            let since = self.kept_in(&MESSAGES, &range).await?;
            let others = since.iter().filter(|kept| kept.value.by != me);
            let count = others.count() as u32;
            unread.push(Unread { room, count });
        }
        Ok(unread)
    }
}

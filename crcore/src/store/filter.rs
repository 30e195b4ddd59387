//! Which rows, in which order, how many.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::Visible;
use crate::id::{AgentId, Code, CustomerId, Reference, TicketId};
use crate::ticket::{Channel, FieldValue, Kind, Priority, StatusName, Ticket};

/// Which tickets. What is empty or absent asks for nothing; what is given must all be so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TicketFilter {
    /// Those that the asker may see. The desk sets it; whatever a caller puts here is narrowed.
    pub visible: Visible,
    /// The one with this reference.
    pub reference: Option<Reference>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// With this agent, or with nobody.
    pub assigned: Assigned,
    /// In one of these statuses.
    pub statuses: BTreeSet<StatusName>,
    /// Of one of these kinds.
    pub kinds: BTreeSet<Kind>,
    /// Of one of these priorities.
    pub priorities: BTreeSet<Priority>,
    /// About one of these services.
    pub services: BTreeSet<Code>,
    /// In one of these queues.
    pub queues: BTreeSet<Code>,
    /// Come in by one of these channels.
    pub channels: BTreeSet<Channel>,
    /// With one of these choices in each of these fields. A ticket without the field does not pass, nor
    /// one that has something else than a choice in it; no choices ask for nothing.
    pub choices: BTreeMap<Code, BTreeSet<Code>>,
    /// Received at or after this instant.
    pub received_from: Option<DateTime<Utc>>,
    /// Received before this instant.
    pub received_before: Option<DateTime<Utc>>,
    /// With a running deadline ([`Ticket::deadline`]) before this instant.
    pub deadline_before: Option<DateTime<Utc>>,
}

/// With whom a ticket is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assigned {
    /// Whoever.
    #[default]
    Any,
    /// Nobody.
    Nobody,
    /// This agent.
    To(AgentId),
}

impl TicketFilter {
    /// Whether this ticket passes: what a store in SQL must agree with.
    #[must_use]
    pub fn admits(&self, ticket: &Ticket) -> bool {
        fn one_of<T: Ord>(wanted: &BTreeSet<T>, value: &T) -> bool {
            wanted.is_empty() || wanted.contains(value)
        }
        let assigned = match self.assigned {
            Assigned::Any => true,
            Assigned::Nobody => ticket.assignment.is_none(),
            Assigned::To(agent) => ticket.assignment.is_some_and(|a| a.agent == agent),
        };
        assigned
            && self.visible.admits(ticket)
            && self
                .reference
                .is_none_or(|reference| reference == ticket.reference)
            && self
                .customer
                .is_none_or(|customer| customer == ticket.customer)
            && one_of(&self.statuses, &ticket.status.name())
            && one_of(&self.kinds, &ticket.kind)
            && one_of(&self.priorities, &ticket.priority)
            && one_of(&self.services, &ticket.service)
            && one_of(&self.queues, &ticket.queue)
            && one_of(&self.channels, &ticket.channel)
            && self.choices.iter().all(|(field, wanted)| {
                let choice = ticket.fields.get(field).and_then(FieldValue::choice);
                wanted.is_empty() || choice.is_some_and(|choice| wanted.contains(choice))
            })
            && self
                .received_from
                .is_none_or(|from| ticket.received_at >= from)
            && self
                .received_before
                .is_none_or(|before| ticket.received_at < before)
            && self
                .deadline_before
                .is_none_or(|b| ticket.deadline().is_some_and(|d| d < b))
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Latest receipt first.
    #[default]
    Newest,
    /// Earliest receipt first.
    Oldest,
    /// Latest change first.
    Updated,
    /// Nearest deadline first; those without one last.
    Deadline,
    /// Most urgent first, the longer waiting of two alike first: the order of a queue.
    Urgency,
}

impl Sort {
    /// The number that this order sorts by, and whether the greatest comes first. Ties go by id, the
    /// same way round.
    #[must_use]
    pub fn key(self, ticket: &Ticket) -> i64 {
        match self {
            Self::Newest | Self::Oldest => ticket.received_at.timestamp_micros(),
            Self::Updated => ticket.updated_at.timestamp_micros(),
            Self::Deadline => ticket
                .deadline()
                .map_or(i64::MAX, |at| at.timestamp_micros()),
            Self::Urgency => Self::urgency(ticket),
        }
    }

    /// Whether the greatest key comes first.
    #[must_use]
    pub fn is_descending(self) -> bool {
        matches!(self, Self::Newest | Self::Updated)
    }

    /// One number for priority and then age: smaller is sooner. Microseconds since 1970 need less
    /// than 56 bits until the year 4253.
    #[must_use]
    pub fn urgency(ticket: &Ticket) -> i64 {
        let behind = (Priority::Urgent as i64) - (ticket.priority as i64);
        (behind << 56) + ticket.received_at.timestamp_micros()
    }
}

/// Which page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Paging {
    /// In which order.
    pub sort: Sort,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// How many, at most [`Paging::MAX`]; 0 stands for [`Paging::USUAL`].
    pub limit: u32,
}

impl Paging {
    /// The largest page: what one screen or one request can use, and a bound on memory.
    pub const MAX: u32 = 200;
    /// The usual page.
    pub const USUAL: u32 = 25;

    /// How many items the page holds at most.
    #[must_use]
    pub fn size(&self) -> u32 {
        if self.limit == 0 {
            Self::USUAL
        } else {
            self.limit.min(Self::MAX)
        }
    }
}

/// Where a page ended: the sort key and the id of its last item. Its text is for handing back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Cursor {
    /// The sort key of the last item.
    pub key: i64,
    /// The id of the last item.
    pub id: Uuid,
}

/// Not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a cursor as it came with the page before")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.key, self.id.simple())
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (key, id) = text.split_once('.').ok_or(CursorError)?;
        Ok(Self {
            key: key.parse().map_err(|_| CursorError)?,
            id: Uuid::try_parse(id).map_err(|_| CursorError)?,
        })
    }
}

impl TryFrom<String> for Cursor {
    type Error = CursorError;

    fn try_from(text: String) -> Result<Self, CursorError> {
        text.parse()
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

/// A page of items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// Where the next page begins; absent on the last one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page of something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next: self.next,
        }
    }
}

/// How many items a filter lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Total {
    /// So many.
    Exact(u64),
    /// So many were counted, and there are more.
    AtLeast(u64),
}

/// In digits, with a plus where there are more.
impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(number) => write!(f, "{number}"),
            Self::AtLeast(number) => write!(f, "{number}+"),
        }
    }
}

impl Total {
    /// Where counting stops, so that a number on a screen never walks a whole table.
    pub const MAX: u64 = 10_000;

    /// The total of `counted` items, of which at most [`Total::MAX`]` + 1` were looked at.
    #[must_use]
    pub fn counted(counted: u64) -> Self {
        if counted > Self::MAX {
            Self::AtLeast(Self::MAX)
        } else {
            Self::Exact(counted)
        }
    }
}

/// Which notices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoticeFilter {
    /// On this ticket.
    pub ticket: Option<TicketId>,
    /// Only those that are neither delivered nor dead nor withdrawn.
    pub unsettled: bool,
    /// Only those that were given up.
    pub dead: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_handed_back_as_it_came() {
        let cursor = Cursor {
            key: -5,
            id: Uuid::from_u128(7),
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", "5", "x.00000000000000000000000000000007", "5.zz"] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text}");
        }
    }

    #[test]
    fn a_page_has_a_bound() {
        assert_eq!(Paging::default().size(), 25);
        assert_eq!(
            Paging {
                limit: 100_000,
                ..Paging::default()
            }
            .size(),
            200
        );
        assert_eq!(Total::counted(10_000), Total::Exact(10_000));
        assert_eq!(Total::counted(10_001), Total::AtLeast(10_000));
    }
}

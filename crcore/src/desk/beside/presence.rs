//! Who is looking at a ticket, or typing on it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::staff;
use crate::access::Right;
use crate::actor::Actor;
use crate::desk::Desk;
use crate::desk::shelves::put;
use crate::error::Error;
use crate::id::{AgentId, TicketId};
use crate::record::{Kept, RecordRange, Shelf};
use crate::ticket::Ticket;

/// How long somebody counts as there after their page last said so: three of its beats.
const GONE_AFTER: TimeDelta = TimeDelta::seconds(30);
/// A beat that says nothing new this soon after the last one is not written.
const BEAT: TimeDelta = TimeDelta::seconds(10);
/// How many who look are told: more than have room on a screen.
const LOOKERS_MAX: u32 = 50;

/// Who is there, by ticket and agent.
const PRESENCE: Shelf<Looking> = Shelf::new("presence");

#[derive(Serialize, Deserialize)]
struct Looking {
    doing: Doing,
    since: DateTime<Utc>,
}

/// What somebody does on a ticket's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// They look at it.
    Viewing,
    /// They write an answer.
    Typing,
}

/// A colleague who is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looker {
    /// Who.
    pub agent: AgentId,
    /// What they do.
    pub doing: Doing,
    /// Since when they are there.
    pub since: DateTime<Utc>,
}

fn key(ticket: TicketId, agent: AgentId) -> String {
    format!("{ticket}/{agent}")
}

fn looker(kept: Kept<Looking>) -> Option<(TicketId, Looker)> {
    let (ticket, agent) = kept.key.split_once('/')?;
    let (ticket, agent) = (ticket.parse().ok()?, agent.parse().ok()?);
    let Looking { doing, since } = kept.value;
    let looker = Looker {
        agent,
        doing,
        since,
    };
    Some((ticket, looker))
}

impl Desk {
    /// Says that `actor` is there. A page says so every ten seconds, and at once where something changes;
    /// who does not for 30 seconds is gone.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom is not on the staff, [`Error::NotFound`] where they may not know of
    /// the ticket.
    pub async fn look(&self, actor: Actor, ticket: TicketId, doing: Doing) -> Result<(), Error> {
        let me = staff(actor, "look in")?;
        self.visible_ticket(actor, ticket).await?;
        let (key, now) = (key(ticket, me), self.inner.clock.now());
        let before = self.kept(&PRESENCE, &key).await?;
        let is_fresh = |at: DateTime<Utc>| at - now > GONE_AFTER - BEAT;
        if let Some(before) = &before
            && before.value.doing == doing
            && before.expires_at.is_some_and(is_fresh)
        {
            return Ok(());
        }
        let since = before.map_or(now, |before| before.value.since);
        let looking = Looking { doing, since };
        let change = put(&PRESENCE, key, None, &looking, Some(now + GONE_AFTER))?;
        Ok(self.keep(vec![change]).await?)
    }

    /// Who else is there.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to a customer, [`Error::NotFound`] where the actor may not know of the ticket.
    pub async fn lookers(&self, actor: Actor, ticket: TicketId) -> Result<Vec<Looker>, Error> {
        self.need(actor, Right::SeeInternal)?;
        self.visible_ticket(actor, ticket).await?;
        let range = PRESENCE.range(format!("{ticket}/"), LOOKERS_MAX);
        let mut lookers = Vec::new();
        for kept in self.kept_in(&PRESENCE, &range).await? {
            let looker = looker(kept).map(|(_, looker)| looker);
            lookers.extend(looker.filter(|looker| actor.staff() != Some(looker.agent)));
        }
        Ok(lookers)
    }

    /// Who else is at each of these tickets, of those that the actor may see: one read for a whole list.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to a customer.
    pub async fn lookers_at(
        &self,
        actor: Actor,
        tickets: &[Ticket],
    ) -> Result<HashMap<TicketId, Vec<Looker>>, Error> {
        self.need(actor, Right::SeeInternal)?;
        let visible = self.visible(actor).await?;
        let seen: HashSet<TicketId> = tickets
            .iter()
            .filter(|ticket| visible.admits(ticket))
            .map(|ticket| ticket.id)
            .collect();
        let mut there: HashMap<TicketId, Vec<Looker>> = HashMap::new();
        if seen.is_empty() {
            return Ok(there);
        }
        let all = PRESENCE.range("", RecordRange::MAX);
        for kept in self.kept_in(&PRESENCE, &all).await? {
            let Some((ticket, looker)) = looker(kept) else {
                continue;
            };
            if seen.contains(&ticket) && actor.staff() != Some(looker.agent) {
                there.entry(ticket).or_default().push(looker);
            }
        }
        Ok(there)
    }

    /// Says that `actor` went away.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom is not on the staff.
    pub async fn leave(&self, actor: Actor, ticket: TicketId) -> Result<(), Error> {
        let me = staff(actor, "look in")?;
        let change = PRESENCE.remove(key(ticket, me), None);
        Ok(self.keep(vec![change]).await?)
    }
}

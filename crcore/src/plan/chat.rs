//! Who is there for chats, and ending one, with its transcript.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::draft::{Case, Draft};
use super::merge::EVENTS_MAX;
use super::{Plan, Planner, check};
use crate::actor::{Actor, Role};
use crate::agent::Standing;
use crate::clock::Moment;
use crate::command::Done;
use crate::error::Error;
use crate::event::Event;
use crate::id::{AgentId, PieceId, TicketId};
use crate::notify::Recipient;
use crate::record::Shelf;
use crate::store::{RecordRange, Store};
use crate::ticket::{Channel, Kind, Outcome, Ticket, Verb};

/// The longest transcript, in messages: a chat of many hours.
pub(crate) const TRANSCRIPT_MAX: u32 = 500;

/// Who of the staff is there to answer chats, by agent: each lasts until they say so again.
pub(crate) const THERE: Shelf<()> = Shelf::new("chats-taken");

/// Who can be given a ticket: a chat goes to nobody who is not there, as its customer waits for an answer now.
pub(crate) enum There {
    /// All; it is no chat.
    All,
    /// These.
    These(BTreeSet<AgentId>),
}

impl There {
    /// Takes an agent who is not there for one who is not available.
    pub(crate) fn look(&self, standing: &mut Standing) {
        if let Self::These(there) = self {
            standing.agent.available &= there.contains(&standing.agent.id);
        }
    }

    /// Who answers chats at this instant.
    pub(crate) async fn now(store: &dyn Store, now: DateTime<Utc>) -> Result<Self, Error> {
        let mut there = BTreeSet::new();
        let mut range = THERE.range("", RecordRange::MAX);
        loop {
            let page = store.records(&range).await?;
            range.after = page.last().map(|record| record.key.clone());
            let is_last = page.len() < RecordRange::MAX as usize;
            let live = page
                .iter()
                .filter(|record| record.expires_at.is_none_or(|until| until > now));
            there.extend(live.filter_map(|record| record.key.parse::<AgentId>().ok()));
            if is_last {
                return Ok(Self::These(there));
            }
        }
    }
}

impl Planner<'_> {
    /// Who can be given this ticket.
    pub(crate) async fn there(self, ticket: &Ticket) -> Result<There, Error> {
        if is_chat(ticket) {
            return There::now(self.store, self.clock.now()).await;
        }
        Ok(There::All)
    }

    /// Ends a chat, for its customer or for staff: answered where somebody of the desk wrote in it,
    /// withdrawn where nobody did.
    pub(crate) async fn end_chat(self, actor: Actor, id: TicketId) -> Result<Plan, Error> {
        let ticket = self.store.ticket(id).await?;
        let ticket = ticket.ok_or(Error::NotFound { what: "ticket" })?;
        let asker = self.asker(actor).await?;
        let verb = match actor.role() {
            Role::Customer => Verb::Withdraw,
            _ => Verb::Resolve,
        };
        check(&asker, &ticket, verb)?;
        if !is_chat(&ticket) {
            return Err(Error::not_possible(
                "the ticket is no chat, or none any more",
            ));
        }
        let moment = Moment::of(self.clock)?.not_before(ticket.updated_at);
        let mut draft = Draft::new(self.rules, moment, actor);
        let mut case = Case::of(ticket);
        let outcome = match case.ticket.first_response_at {
            Some(_) => Outcome::Answered,
            None => Outcome::Withdrawn,
        };
        self.mark_holder(&mut draft, &asker, &case).await?;
        draft.resolve(&mut case, outcome, None)?;
        self.owe_transcript(&mut draft, &case).await?;
        let ticket = draft.settle(case)?;
        Ok(Plan::of(draft.changes, Done::to(&ticket)))
    }

    /// Owes the customer of a chat what was said in it, where somebody answered and they have an address.
    pub(crate) async fn owe_transcript(
        self,
        draft: &mut Draft<'_>,
        case: &Case,
    ) -> Result<(), Error> {
        let ticket = &case.ticket;
        if ticket.first_response_at.is_none() {
            return Ok(());
        }
        let customer = self.directory.customer(ticket.customer).await?;
        if customer.is_none_or(|customer| customer.email.is_none()) {
            return Ok(());
        }
        let events = self.store.events(ticket.id, 0, EVENTS_MAX).await?;
        let said = events.iter().chain(case.events());
        let said = said.filter_map(Event::public_message);
        let said = said.take(TRANSCRIPT_MAX as usize);
        let pieces: Vec<PieceId> = [ticket.subject.id].into_iter().chain(said).collect();
        let to = Recipient::Customer(ticket.customer);
        draft.owe(ticket.id, to, "transcript", &pieces);
        Ok(())
    }
}

/// Whether a ticket is a chat: one that became a complaint or anything else is none any more.
pub(crate) fn is_chat(ticket: &Ticket) -> bool {
    (ticket.kind, ticket.channel) == (Kind::Query, Channel::Chat)
}

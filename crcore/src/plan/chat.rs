//! Ending a chat, with its transcript.

use super::draft::{Case, Draft};
use super::merge::{EVENTS_MAX, public_message};
use super::{Plan, Planner, check};
use crate::actor::{Actor, Role};
use crate::clock::Moment;
use crate::command::Done;
use crate::error::Error;
use crate::id::{PieceId, TicketId};
use crate::notify::Recipient;
use crate::ticket::{Channel, Kind, Outcome, Ticket, Verb};

/// The longest transcript, in messages: a chat of many hours.
pub(crate) const TRANSCRIPT_MAX: u32 = 500;

impl Planner<'_> {
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
        let said = said.filter_map(public_message);
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

//! Prices: quoted by staff, accepted or declined by customers.

use super::{Desk, REPLANS_MAX};
use crate::actor::Actor;
use crate::command::Done;
use crate::error::Error;
use crate::id::TicketId;
pub use crate::plan::quotation::Quotation;
use crate::ticket::Quoted;

impl Desk {
    /// Quotes a price on a ticket of kind `quote`, in place of the one before: the customer is told, and
    /// the ticket waits for them. Fills in the fields `quoted` and `valid-until` of the rules.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where the ticket is no quote or the customer has accepted one,
    /// [`Error::Invalid`] where the price is nothing, the day is over, or the rules lack the fields.
    pub async fn quote(
        &self,
        actor: Actor,
        ticket: TicketId,
        quotation: &Quotation,
    ) -> Result<Done, Error> {
        self.acting(actor).quote(ticket, quotation).await
    }

    pub(super) async fn quote_once(
        &self,
        actor: Actor,
        key: Option<&str>,
        ticket: TicketId,
        seen: Option<u64>,
        quotation: &Quotation,
    ) -> Result<Done, Error> {
        for _ in 0..=REPLANS_MAX {
            let rules = self.rules();
            let planner = self.planner(&rules);
            let plan = planner.quote(actor, key, ticket, seen, quotation).await?;
            if plan.replayed || self.lands(&plan).await? {
                return Ok(plan.done);
            }
        }
        Err(moving())
    }

    /// Accepts the quotation that the customer has `seen` on their ticket, or declines it. Fills in the
    /// field `accepted`. An accepted one is open again, for the desk to do what was accepted and resolve it;
    /// a declined one is withdrawn.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where no quotation waits for an answer, where it has another price or another
    /// last day than the one that was seen, or where that day is over: then the customer asks for another.
    pub async fn answer_quotation(
        &self,
        actor: Actor,
        ticket: TicketId,
        seen: &Quoted,
        accepted: bool,
        text: Option<&str>,
    ) -> Result<Done, Error> {
        for _ in 0..=REPLANS_MAX {
            let rules = self.rules();
            let planner = self.planner(&rules);
            let plan = planner
                .answer_quotation(actor, ticket, seen, accepted, text)
                .await?;
            if self.lands(&plan).await? {
                return Ok(plan.done);
            }
        }
        Err(moving())
    }
}

fn moving() -> Error {
    Error::try_again("the ticket moves on all the time")
}

#[cfg(test)]
mod tests;

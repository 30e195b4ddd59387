//! Asking the bank's ledger what became of a payment.

use std::sync::Arc;

use super::Desk;
use crate::access::Right;
use crate::actor::Actor;
use crate::audit::Told;
use crate::error::Error;
use crate::id::CustomerId;
use crate::ledger::{REFERENCE_MAX, Transaction};
use crate::store::Changes;

impl Desk {
    /// Whether there is a ledger to ask: whether a page offers it.
    #[must_use]
    pub fn has_ledger(&self) -> bool {
        self.inner.ledger.is_some()
    }

    /// What became of a payment of a customer: for themselves and for staff. A reference that is somebody
    /// else's and one that nobody has are the same to the desk: it asks the ledger once, for this
    /// customer's. That one of the staff looked, at whose payment, stands in the trail before they are told;
    /// what they typed stands there only where it is a reference of the ledger's.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the customer has no such transaction, [`Error::NotPossible`] at a desk
    /// without a ledger, [`Error::Invalid`] where the text is no reference, [`Error::TryAgain`] where the
    /// ledger gives no answer.
    pub async fn transaction(
        &self,
        actor: Actor,
        customer: CustomerId,
        reference: &str,
    ) -> Result<Transaction, Error> {
        if actor != Actor::Customer(customer) {
            self.need(actor, Right::SeeTransactions)?;
        }
        let Some(ledger) = &self.inner.ledger else {
            return Err(Error::not_possible("this desk has no ledger to ask"));
        };
        let reference = reference.trim();
        let is_one = (1..=REFERENCE_MAX).contains(&reference.len())
            && reference.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
        if !is_one {
            let expected = format!("1 to {REFERENCE_MAX} printable ASCII characters");
            return Err(Error::invalid("reference", expected));
        }
        let found = match ledger.transaction(customer, reference).await {
            Ok(found) => found,
            Err(error) if error.again => {
                let why = "the ledger does not answer";
                return Err(Error::try_again_after(why, Arc::new(error)));
            }
            Err(error) => return Err(Error::broken(error)),
        };
        if actor != Actor::Customer(customer) {
            let told = Told::new(
                actor,
                "transaction.looked_up",
                format!("customer:{customer}"),
            );
            let told = match &found {
                Some(found) => told.with("reference", &found.reference),
                None => told.with("found", false),
            };
            self.land_told(Changes::default(), told).await?;
        }
        found.ok_or(Error::NotFound {
            what: "transaction",
        })
    }
}

#[cfg(test)]
mod tests;

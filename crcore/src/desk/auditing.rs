//! The trail of who changed people, rules and accounts: written with the change, read by admins.

use super::Desk;
use crate::access::Right;
use crate::actor::Actor;
use crate::audit::{self, Entry, Tail, Told};
use crate::chain::{Fault, Head};
use crate::error::Error;
use crate::id::Code;
use crate::store::{Changes, StoreResult};

/// The largest page of the trail.
const AUDIT_MAX: u32 = 200;

impl Desk {
    /// Who changed people, rules and accounts, the latest first: the entries before position `after`, at
    /// most `limit` and at most 200.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not see it.
    pub async fn audit(
        &self,
        actor: Actor,
        after: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Entry>, Error> {
        self.need(actor, Right::SeeAudit)?;
        Ok(audit::page(&*self.inner.store, after, limit.clamp(1, AUDIT_MAX)).await?)
    }

    /// The head of the trail, for export: keep it where nobody who can write the store can reach it.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not see it.
    pub async fn audit_head(&self, actor: Actor) -> Result<Head, Error> {
        self.need(actor, Right::SeeAudit)?;
        Ok(Tail::read(&*self.inner.store).await?.head())
    }

    /// Reads the whole trail again and compares it with a head that was exported before. The inner error
    /// names the first bad position.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not see it.
    pub async fn verify_audit(
        &self,
        actor: Actor,
        exported: Option<Head>,
    ) -> Result<Result<Head, Fault>, Error> {
        self.need(actor, Right::SeeAudit)?;
        Ok(audit::verify(&*self.inner.store, exported).await?)
    }

    /// Notes in the trail that `actor` took `rows` rows of `what` out of the desk. The host calls it before
    /// it hands an export out, and hands nothing out where this fails.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to a customer.
    pub async fn note_export(&self, actor: Actor, what: &Code, rows: u64) -> Result<(), Error> {
        self.need(actor, Right::SeeInternal)?;
        let told = Told::new(actor, "export", what.to_string()).with("rows", rows);
        Ok(self.land_told(Changes::default(), told).await?)
    }

    /// Commits changes and what the trail tells of them, together or not at all.
    pub(crate) async fn land_told(&self, changes: Changes, told: Told) -> StoreResult<()> {
        let now = self.inner.clock.now();
        audit::commit(&*self.inner.store, changes, told, now).await
    }
}

#[cfg(test)]
mod tests;

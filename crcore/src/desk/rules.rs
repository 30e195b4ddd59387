//! Bringing open tickets under a new version of the rules.

use super::Desk;
use crate::access::Right;
use crate::actor::Actor;
use crate::error::{Error, ErrorKind};
use crate::plan::plan_adoption;
use crate::store::{Cursor, Paging, Sort, StoreError, TicketFilter};
use crate::ticket::StatusName;

/// How far an adoption came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Adopted {
    /// How many tickets got other deadlines.
    pub changed: u32,
    /// How many moved on in between, or could not be decided; the next round meets them again.
    pub left: u32,
    /// Where to go on; absent at the end.
    pub next: Option<Cursor>,
}

impl Desk {
    /// Sets the deadlines of one page of active tickets by the rules in force: start, pauses and what
    /// has happened already stay. Tickets also come under new rules by themselves with their next
    /// command or milestone; this is for a bank that wants all of them there now. Begin without
    /// `after`, and go on with [`Adopted::next`] until it is absent.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not manage agents, [`Error::TryAgain`] where the store is not
    /// to be had.
    pub async fn adopt_rules(&self, actor: Actor, after: Option<Cursor>) -> Result<Adopted, Error> {
        self.need(actor, Right::ManageAgents)?;
        let filter = TicketFilter {
            statuses: StatusName::ALL
                .into_iter()
                .filter(|status| status.is_active())
                .collect(),
            ..TicketFilter::default()
        };
        let paging = Paging {
            sort: Sort::Oldest,
            limit: Paging::MAX,
            after,
            total: false,
        };
        let page = self.inner.store.tickets(&filter, &paging).await?;
        let mut adopted = Adopted {
            next: page.next,
            ..Adopted::default()
        };
        let mut sets = Vec::new();
        for ticket in page.items {
            match plan_adoption(self.planner(), actor, ticket) {
                Ok(changes) if changes.is_empty() => {}
                Ok(changes) => sets.push(changes),
                Err(error) if error.kind() == ErrorKind::TryAgain => return Err(error),
                Err(_) => adopted.left += 1,
            }
        }
        for answer in self.inner.store.commit(&sets).await {
            match answer {
                Ok(()) => adopted.changed += 1,
                Err(StoreError::Conflict { .. } | StoreError::Unknown { .. }) => adopted.left += 1,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(adopted)
    }
}

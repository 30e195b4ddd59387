//! What a version of the rules means for open tickets: looked at before, and brought about after.

use chrono::{DateTime, Utc};

use super::Desk;
use crate::access::Right;
use crate::actor::Actor;
use crate::error::{Error, ErrorKind};
use crate::id::{Reference, TicketId};
use crate::plan::plan_adoption;
use crate::rules::Rules;
use crate::store::{Cursor, Page, Paging, Sort, StoreError, TicketFilter};
use crate::ticket::{StatusName, Ticket};

/// How many affected tickets a preview names: a screen of them.
const SAMPLES_MAX: usize = 20;

/// How far an adoption came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Adopted {
    /// How many tickets came under the rules.
    pub changed: u32,
    /// How many moved on in between, or could not be decided; the next round meets them again.
    pub left: u32,
    /// Where to go on; absent at the end.
    pub next: Option<Cursor>,
}

/// What a candidate for the rules would change, on one page of active tickets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// How many tickets would get other deadlines, warnings or escalations.
    pub changed: u32,
    /// How many would stay as they are.
    pub unchanged: u32,
    /// How many the candidate could not decide.
    pub left: u32,
    /// How many that wait for an agent would be given out by another policy, or ask for other skills or
    /// more or less of an agent's room.
    pub given_out: u32,
    /// Some of those that would change, at most 20.
    pub samples: Vec<Affected>,
    /// Where to go on; absent at the end.
    pub next: Option<Cursor>,
}

/// A ticket that other rules would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// Which.
    pub ticket: TicketId,
    /// What people call it by.
    pub reference: Reference,
    /// Its deadline ([`Ticket::deadline`]) as it is.
    pub before: Option<DateTime<Utc>>,
    /// Its deadline as it would be.
    pub after: Option<DateTime<Utc>>,
}

impl Affected {
    fn of(before: &Ticket, after: &Ticket) -> Self {
        Self {
            ticket: before.id,
            reference: before.reference,
            before: before.deadline(),
            after: after.deadline(),
        }
    }
}

impl Desk {
    /// Plans one page of active tickets under other rules and writes nothing: how many would get other
    /// deadlines, some of those with both, and how many would be given out otherwise. Begin without `after`,
    /// and go on with [`Preview::next`].
    ///
    /// # Errors
    /// [`Error::Invalid`] where the rules do not hold together, [`Error::NotAllowed`] to whom may not
    /// manage them.
    pub async fn preview_rules(
        &self,
        actor: Actor,
        rules: &Rules,
        after: Option<Cursor>,
    ) -> Result<Preview, Error> {
        self.need(actor, Right::ManageRules)?;
        let candidate = self.candidate(rules)?;
        let page = self.active(after).await?;
        let mut preview = Preview {
            next: page.next,
            ..Preview::default()
        };
        let in_force = self.rules();
        for ticket in page.items {
            let before = ticket.clone();
            let waits = ticket.assignment.is_none() && ticket.token().is_none();
            if waits && !candidate.gives_out_as(&in_force, &ticket) {
                preview.given_out += 1;
            }
            match plan_adoption(self.planner(&candidate), actor, ticket) {
                Ok(mut changes) => {
                    let after = changes.tickets.pop().map(|revised| revised.value);
                    match after.filter(|after| is_timed_otherwise(&before, after)) {
                        None => preview.unchanged += 1,
                        Some(after) => {
                            preview.changed += 1;
                            if preview.samples.len() < SAMPLES_MAX {
                                preview.samples.push(Affected::of(&before, &after));
                            }
                        }
                    }
                }
                Err(error) if error.kind() == ErrorKind::TryAgain => return Err(error),
                Err(_) => preview.left += 1,
            }
        }
        Ok(preview)
    }

    /// A page of the tickets that the desk still works on, the oldest first.
    async fn active(&self, after: Option<Cursor>) -> Result<Page<Ticket>, Error> {
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
        };
        Ok(self.inner.store.tickets(&filter, &paging).await?)
    }

    /// Sets the deadlines of one page of active tickets by the rules in force: start, pauses and what
    /// has happened already stay. Tickets also come under new rules by themselves with their next
    /// command or milestone; this is for a bank that wants all of them there now. Begin without
    /// `after`, and go on with [`Adopted::next`] until it is absent.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not manage the rules, [`Error::TryAgain`] where the store is not
    /// to be had.
    pub async fn adopt_rules(&self, actor: Actor, after: Option<Cursor>) -> Result<Adopted, Error> {
        self.need(actor, Right::ManageRules)?;
        let page = self.active(after).await?;
        let rules = self.rules();
        let mut adopted = Adopted {
            next: page.next,
            ..Adopted::default()
        };
        let mut sets = Vec::new();
        for ticket in page.items {
            match plan_adoption(self.planner(&rules), actor, ticket) {
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

/// Whether the deadlines differ in anything but the version that set them.
fn is_timed_otherwise(before: &Ticket, after: &Ticket) -> bool {
    let timed = |ticket: &Ticket| {
        let sla = ticket.sla.clone();
        sla.map(|sla| (sla.policy, sla.timers))
    };
    timed(before) != timed(after)
}

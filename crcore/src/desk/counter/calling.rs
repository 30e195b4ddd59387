//! Calling tokens to a counter, and what becomes of them there.

use super::Call;
use super::floor::{Floor, InLine};
use super::staff::{busy, sitting_of, still_here};
use crate::actor::Actor;
use crate::agent::Agent;
use crate::command::Done;
use crate::desk::{Desk, REDRAWS_MAX, REPLANS_MAX};
use crate::error::Error;
use crate::id::{AgentId, Code, TicketId};
use crate::plan::Plan;
use crate::plan::counter::{At, Deed, PLACE, SITTING, Sitting};
use crate::record::Kept;
use crate::store::{Sort, StoreError};
use crate::ticket::Ticket;

/// How many are called before somebody who did not come the first time.
pub const BEHIND_MAX: usize = 3;

impl Desk {
    /// Calls the next token to one's counter: the most urgent, of those the one that has waited longest,
    /// of the services that are called there and that one has the skills for. None where nobody waits.
    /// Two who call at once never call the same.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where a token is at the counter still, or where one carries as much live
    /// work as one may.
    pub async fn call_next(
        &self,
        actor: Actor,
        branch: &Code,
        counter: &Code,
    ) -> Result<Option<Call>, Error> {
        let agent = self.at_work(actor).await?;
        for _ in 0..=REDRAWS_MAX {
            let floor = self.floor(branch).await?;
            let sitting = own_sitting(&floor, agent.id, counter)?;
            if let Some(number) = floor.at(&sitting.value).and_then(Ticket::token) {
                return Err(still_here(number));
            }
            let line = floor.in_line();
            let mine = |entry: &&InLine<'_>| {
                sitting.value.services.contains(&entry.ticket.service)
                    && self.can_serve(&agent, entry.ticket)
            };
            let Some(next) = line.iter().find(mine) else {
                return Ok(None);
            };
            let at = At::of(branch, counter, sitting.clone());
            if self.calls(actor, &at, next.ticket).await? {
                return self.called(branch, counter).await.map(Some);
            }
        }
        Err(busy())
    }

    /// Calls the token that is at one's counter once more, for a customer who did not come.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where none is.
    pub async fn recall(&self, actor: Actor, branch: &Code, counter: &Code) -> Result<Call, Error> {
        self.do_here(actor, branch, counter, &Deed::Recall).await?;
        self.called(branch, counter).await
    }

    /// Calls a token that was put aside at one's counter, for its customer is back.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where it was not put aside there, or another token is there.
    pub async fn call_held(
        &self,
        actor: Actor,
        branch: &Code,
        counter: &Code,
        ticket: TicketId,
    ) -> Result<Call, Error> {
        let id = self.staff(actor, "call a token")?;
        for _ in 0..=REPLANS_MAX {
            let floor = self.floor(branch).await?;
            let sitting = own_sitting(&floor, id, counter)?;
            if let Some(number) = floor.at(&sitting.value).and_then(Ticket::token) {
                return Err(still_here(number));
            }
            let Some(held) = floor.held_by(id).find(|held| held.id == ticket) else {
                return Err(Error::not_possible("the token was not put aside here"));
            };
            let at = At::of(branch, counter, sitting.clone());
            if self.calls(actor, &at, held).await? {
                return self.called(branch, counter).await;
            }
        }
        Err(busy())
    }

    /// The customer did not come: the first time their token goes back into the line, behind the next
    /// three; the second time it is withdrawn.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where no token is at the counter.
    pub async fn no_show(
        &self,
        actor: Actor,
        branch: &Code,
        counter: &Code,
    ) -> Result<Done, Error> {
        for _ in 0..=REPLANS_MAX {
            let (floor, at, ticket) = self.here(actor, branch, counter).await?;
            let key = At::place_key(branch, ticket.id);
            let placed = self.kept(&PLACE, &key).await?;
            let behind = behind(&floor, &at.sitting.value, &ticket);
            let deed = Deed::NoShow { placed, behind };
            if let Some(done) = self.does(actor, &at, ticket, &deed).await? {
                return Ok(done);
            }
        }
        Err(busy())
    }

    /// Puts the token at one's counter aside until its customer comes back, with a form or a document:
    /// [`Desk::call_held`] calls it then, and the counter is free meanwhile.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where no token is at the counter.
    pub async fn hold_token(
        &self,
        actor: Actor,
        branch: &Code,
        counter: &Code,
    ) -> Result<Done, Error> {
        self.do_here(actor, branch, counter, &Deed::Hold).await
    }

    /// Sends the token at one's counter to another service's line, with its number and its time of
    /// receipt: so it comes before all who came later.
    ///
    /// # Errors
    /// [`Error::Invalid`] where no tokens are given for that service there.
    pub async fn transfer_token(
        &self,
        actor: Actor,
        branch: &Code,
        counter: &Code,
        to: &Code,
    ) -> Result<Done, Error> {
        self.do_here(actor, branch, counter, &Deed::Transfer { to })
            .await
    }

    /// Is done with the token at one's counter.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where no token is at the counter.
    pub async fn serve_token(
        &self,
        actor: Actor,
        branch: &Code,
        counter: &Code,
        text: Option<&str>,
    ) -> Result<Done, Error> {
        self.do_here(actor, branch, counter, &Deed::Serve { text })
            .await
    }

    async fn do_here(
        &self,
        actor: Actor,
        branch: &Code,
        counter: &Code,
        deed: &Deed<'_>,
    ) -> Result<Done, Error> {
        for _ in 0..=REPLANS_MAX {
            let (_, at, ticket) = self.here(actor, branch, counter).await?;
            if let Some(done) = self.does(actor, &at, ticket, deed).await? {
                return Ok(done);
            }
        }
        Err(busy())
    }

    /// The token at one's counter.
    async fn here(
        &self,
        actor: Actor,
        branch: &Code,
        counter: &Code,
    ) -> Result<(Floor, At, Ticket), Error> {
        let id = self.staff(actor, "work at a counter")?;
        let floor = self.floor(branch).await?;
        let sitting = own_sitting(&floor, id, counter)?.clone();
        let ticket = floor.at(&sitting.value).ok_or_else(nobody_here)?.clone();
        let at = At::of(branch, counter, sitting);
        Ok((floor, at, ticket))
    }

    async fn does(
        &self,
        actor: Actor,
        at: &At,
        ticket: Ticket,
        deed: &Deed<'_>,
    ) -> Result<Option<Done>, Error> {
        let rules = self.rules();
        let plan = self
            .planner(&rules)
            .at_counter(actor, at, ticket, deed)
            .await?;
        Ok(self.lands(&plan).await?.then_some(plan.done))
    }

    async fn calls(&self, actor: Actor, at: &At, ticket: &Ticket) -> Result<bool, Error> {
        let rules = self.rules();
        let plan = self.planner(&rules).call(actor, at, ticket.clone()).await?;
        self.lands(&plan).await
    }

    /// What was called to a counter a moment ago.
    async fn called(&self, branch: &Code, counter: &Code) -> Result<Call, Error> {
        let kept = self.kept(&SITTING, &At::key(branch, counter)).await?;
        kept.and_then(|kept| kept.value.call)
            .ok_or_else(nobody_here)
    }

    /// Commits a plan; no where something it read moved on in between.
    pub(in crate::desk) async fn lands(&self, plan: &Plan) -> Result<bool, Error> {
        match self.land(&plan.changes).await {
            Ok(()) => {
                self.after(plan).await;
                Ok(true)
            }
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn can_serve(&self, agent: &Agent, ticket: &Ticket) -> bool {
        let rules = self.rules();
        let has = |(skill, needed): (&Code, &u8)| agent.skills.get(skill) >= Some(needed);
        agent.queues.contains(&ticket.queue) && rules.skills_of(ticket).iter().all(has)
    }
}

fn own_sitting<'f>(
    floor: &'f Floor,
    agent: AgentId,
    counter: &Code,
) -> Result<&'f Kept<Sitting>, Error> {
    let own = sitting_of(floor, counter).ok();
    own.filter(|kept| kept.value.agent == agent)
        .ok_or_else(|| Error::not_possible(format!("you do not sit at counter {counter}")))
}

/// The place behind the next few who are called to this counter.
fn behind(floor: &Floor, sitting: &Sitting, ticket: &Ticket) -> i64 {
    let line = floor.in_line();
    let next = line
        .iter()
        .filter(|e| sitting.services.contains(&e.ticket.service));
    let last = next.take(BEHIND_MAX).last();
    last.map_or_else(|| Sort::urgency(ticket), |entry| entry.key + 1)
}

fn nobody_here() -> Error {
    Error::not_possible("no token is at the counter")
}

//! Letting allocation choose an agent.

use chrono::{DateTime, Utc};

use super::draft::{Case, Draft};
use super::{Plan, Planner};
use crate::agent::{Pool, Standing};
use crate::allocation::{Work, next_turn};
use crate::command::Done;
use crate::error::Error;
use crate::event::Fact;
use crate::id::AgentId;
use crate::ticket::{How, Ticket};

/// How many agents one decision looks at, those who have waited longest. Bounds one read; a larger
/// team shares its work out over several queues.
const CANDIDATES_MAX: u32 = 1_000;

impl Planner<'_> {
    pub(crate) async fn allocate(
        self,
        mut draft: Draft<'_>,
        mut case: Case,
    ) -> Result<Plan, Error> {
        if case.ticket.assignment.is_some() {
            return Err(Error::not_possible("an agent has the ticket already"));
        }
        if case.ticket.token().is_some() {
            return Err(Error::not_possible("a token is called to a counter"));
        }
        let pool = self.rules.work_of(&case.ticket).0;
        let mut candidates = self.candidates(&case.ticket, pool).await?;
        let owner = self.account_owner(&case.ticket, &mut candidates).await?;
        draft.allocate(&mut case, &candidates, owner)?;
        let ticket = draft.settle(case)?;
        Ok(Plan::of(draft.changes, Done::to(&ticket)))
    }

    pub(crate) async fn candidates(
        self,
        ticket: &Ticket,
        pool: Pool,
    ) -> Result<Vec<Standing>, Error> {
        let found = self.store.candidates(&ticket.queue, pool, CANDIDATES_MAX);
        let mut found = found.await?;
        let there = self.there(ticket).await?;
        found.iter_mut().for_each(|standing| there.look(standing));
        Ok(found)
    }

    /// Who looks after the ticket's customer, where the queue's policy asks for that; they are added to
    /// the candidates if they are not among them.
    pub(crate) async fn account_owner(
        self,
        ticket: &Ticket,
        candidates: &mut Vec<Standing>,
    ) -> Result<Option<AgentId>, Error> {
        if !self.rules.asks_for_account_owner(&ticket.queue) {
            return Ok(None);
        }
        let customer = self.directory.customer(ticket.customer).await?;
        let Some(owner) = customer.and_then(|customer| customer.account_owner) else {
            return Ok(None);
        };
        if !candidates.iter().any(|standing| standing.agent.id == owner) {
            let there = self.there(ticket).await?;
            let mut owner = self.store.agent(owner).await?;
            owner.iter_mut().for_each(|standing| there.look(standing));
            candidates.extend(owner);
        }
        Ok(Some(owner))
    }
}

impl Draft<'_> {
    /// Assigns the ticket to whom its queue's policy chooses, or notes that nobody could take it.
    pub(crate) fn allocate(
        &mut self,
        case: &mut Case,
        candidates: &[Standing],
        account_owner: Option<AgentId>,
    ) -> Result<Option<(AgentId, DateTime<Utc>)>, Error> {
        let queue = case.ticket.queue.clone();
        let Some(allocator) = self.rules.allocator(&queue) else {
            return Err(Error::not_possible(
                "the rules name no allocation policy for this queue",
            ));
        };
        let (pool, units) = self.rules.work_of(&case.ticket);
        let skills = self.rules.skills_of(&case.ticket);
        let work = Work {
            ticket: &case.ticket,
            pool,
            units,
            skills,
            account_owner,
        };
        let decision = allocator.choose(&work, candidates, self.now());
        match decision.chosen {
            Some(agent) => {
                let standing = candidates
                    .iter()
                    .find(|standing| standing.agent.id == agent);
                if standing.is_none_or(|standing| work.left_out(standing).is_some()) {
                    let policy = &decision.policy;
                    return Err(Error::broken(format!(
                        "{policy} chose an agent who cannot take it"
                    )));
                }
                let turn = next_turn(pool, candidates, self.now());
                self.assign(case, agent, How::Allocation { decision }, true, Some(turn))?;
                Ok(Some((agent, turn)))
            }
            None if case.ticket.allocate_at.is_some() => {
                self.happen(case, Fact::Unplaced { decision })?;
                Ok(None)
            }
            None => Ok(None),
        }
    }
}

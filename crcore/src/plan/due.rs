//! What happens to a ticket because its time has come.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::chat::is_chat;
use super::draft::{Case, Draft};
use super::{Asker, Planner};
use crate::access::Visible;
use crate::actor::{Actor, Role};
use crate::agent::{Pool, Standing};
use crate::clock::Moment;
use crate::error::Error;
use crate::event::Fact;
use crate::id::{AgentId, Code};
use crate::notify::Recipient;
use crate::sla;
use crate::store::Changes;
use crate::ticket::{Status, Ticket};

/// How much of the roster is looked through for those of a role.
const TOLD_MAX: u32 = 500;

/// What one batch of due tickets has read of the roster, kept up with what it assigned itself.
#[derive(Default)]
pub(crate) struct DueMemo {
    /// By queue, pool, and whether it is for chats, which not all of them take.
    candidates: BTreeMap<(Code, Pool, bool), Vec<Standing>>,
    given: Vec<Given>,
}

/// Work that the batch gave out, and that the store does not know of before it is committed.
struct Given {
    agent: AgentId,
    pool: Pool,
    units: u32,
    turn: DateTime<Utc>,
}

impl Given {
    fn add_to(&self, standing: &mut Standing) {
        if standing.agent.id == self.agent {
            let mut load = standing.load(self.pool);
            load.units = load.units.saturating_add(self.units);
            load.last_assigned = Some(self.turn);
            standing.loads.insert(self.pool, load);
        }
    }
}

impl DueMemo {
    /// Whether nobody of those who serve `queue` can take a ticket of even the smallest size, be it of
    /// a pool that no ticket has asked for yet.
    pub(crate) fn is_exhausted(&self, queue: &Code) -> bool {
        let full = |standing: &Standing| {
            Pool::ALL.into_iter().all(|pool| {
                let load = standing.load(pool);
                load.units >= load.capacity
            })
        };
        let read = self.candidates.iter().filter(|((of, ..), _)| of == queue);
        let mut read = read.map(|(_, standings)| standings).peekable();
        read.peek().is_some() && read.all(|standings| standings.iter().all(full))
    }

    fn assigned(&mut self, given: Given) {
        let standings = self.candidates.values_mut().flatten();
        standings.for_each(|standing| given.add_to(standing));
        self.given.push(given);
    }
}

/// Decides what happens to `ticket` now that something of it is due, or that its queue was marked.
/// Empty where nothing does.
pub(crate) async fn plan_due(
    planner: Planner<'_>,
    memo: &mut DueMemo,
    ticket: Ticket,
    drain: bool,
) -> Result<Changes, Error> {
    let moment = Moment::of(planner.clock)?.not_before(ticket.updated_at);
    let mut draft = Draft::new(planner.rules, moment, Actor::System);
    let mut case = Case::of(ticket);
    let now = draft.now();

    if case.ticket.snoozed_until.is_some_and(|until| until <= now) {
        draft.happen(&mut case, Fact::Woken)?;
    }
    if case.ticket.close_at.is_some_and(|at| at <= now)
        && matches!(case.ticket.status, Status::Resolved { .. })
    {
        draft.happen(&mut case, Fact::Closed)?;
        let customer = Recipient::Customer(case.ticket.customer);
        draft.owe(
            case.ticket.id,
            customer,
            "closed",
            &[case.ticket.subject.id],
        );
    }
    for step in planner
        .rules
        .sla()
        .due(&case.ticket, now)
        .map_err(Error::broken)?
    {
        let (fact, action) = (step.fact.clone(), step.action);
        draft.happen(&mut case, fact)?;
        draft.milestone(&mut case, &step.fact);
        if let Some(action) = action {
            planner.escalate(&mut draft, &mut case, &action).await?;
        }
    }
    let to_place = drain || case.ticket.allocate_at.is_some_and(|at| at <= now);
    if to_place && case.ticket.is_unassigned() {
        if case.ticket.token().is_some() {
            // It is called to a counter.
        } else if draft.rules.allocator(&case.ticket.queue).is_some() {
            planner.place(&mut draft, memo, &mut case).await?;
        } else if case.ticket.allocate_at.is_some() {
            // The rules give this queue's tickets out no more: it is agents' to claim, and not due.
            draft.queue(&mut case)?;
        }
    }
    if case.has_changed() {
        draft.settle(case)?;
    }
    Ok(draft.changes)
}

/// Decides what the rules in force change about a ticket's deadlines. Empty where nothing.
pub(crate) fn plan_adoption(
    planner: Planner<'_>,
    actor: Actor,
    ticket: Ticket,
) -> Result<Changes, Error> {
    let moment = Moment::of(planner.clock)?.not_before(ticket.updated_at);
    let mut draft = Draft::new(planner.rules, moment, actor);
    draft.settle(Case::of(ticket))?;
    Ok(draft.changes)
}

impl Planner<'_> {
    async fn place(
        self,
        draft: &mut Draft<'_>,
        memo: &mut DueMemo,
        case: &mut Case,
    ) -> Result<(), Error> {
        let (pool, units) = self.rules.work_of(&case.ticket);
        let key = (case.ticket.queue.clone(), pool, is_chat(&case.ticket));
        if !memo.candidates.contains_key(&key) {
            let mut candidates = self.candidates(&case.ticket, pool).await?;
            for standing in &mut candidates {
                memo.given.iter().for_each(|given| given.add_to(standing));
            }
            memo.candidates.insert(key.clone(), candidates);
        }
        let candidates = memo.candidates.entry(key).or_default();
        let known = candidates.len();
        let owner = self.account_owner(&case.ticket, candidates).await?;
        for standing in candidates.iter_mut().skip(known) {
            memo.given.iter().for_each(|given| given.add_to(standing));
        }
        if let Some((agent, turn)) = draft.allocate(case, candidates, owner)? {
            memo.assigned(Given {
                agent,
                pool,
                units,
                turn,
            });
        }
        Ok(())
    }

    async fn escalate(
        self,
        draft: &mut Draft<'_>,
        case: &mut Case,
        action: &sla::Action,
    ) -> Result<(), Error> {
        let (id, subject) = (case.ticket.id, case.ticket.subject.id);
        match action {
            sla::Action::Notify(sla::Recipient::Assignee) => {
                if let Some(assignment) = case.ticket.assignment {
                    draft.owe(
                        id,
                        Recipient::Agent(assignment.agent),
                        "escalated",
                        &[subject],
                    );
                }
            }
            sla::Action::Notify(sla::Recipient::Team(team)) => {
                draft.owe(id, Recipient::Team(team.clone()), "escalated", &[subject]);
            }
            sla::Action::Notify(sla::Recipient::Role(role)) => {
                for agent in self.of_role(*role, &case.ticket).await? {
                    draft.owe(id, Recipient::Agent(agent), "escalated", &[subject]);
                }
            }
            sla::Action::RaisePriority(to) => {
                if *to > case.ticket.priority {
                    draft.happen(case, Fact::Reprioritised { priority: *to })?;
                }
            }
            sla::Action::Release => {
                let asker = Asker {
                    actor: Actor::System,
                    standing: None,
                    visible: Visible::All,
                };
                self.mark_holder(draft, &asker, case).await?;
                if let Some(assignment) = case.ticket.assignment {
                    draft.release(case, assignment)?;
                    draft.queue(case)?;
                }
            }
        }
        Ok(())
    }
}

impl Planner<'_> {
    /// Those of a role who can do something about a ticket: admins, and others who serve its queue.
    async fn of_role(self, role: Role, ticket: &Ticket) -> Result<Vec<AgentId>, Error> {
        let roster = self.store.agents(None, TOLD_MAX).await?;
        let told = roster
            .into_iter()
            .map(|standing| standing.agent)
            .filter(|agent| {
                agent.role == role && (role == Role::Admin || agent.queues.contains(&ticket.queue))
            });
        Ok(told.map(|agent| agent.id).collect())
    }
}

impl Draft<'_> {
    /// Tells whoever has the ticket that a deadline comes near or has passed.
    fn milestone(&mut self, case: &mut Case, fact: &Fact) {
        let text = match fact {
            Fact::Warned(_) => "sla-warning",
            Fact::Breached(_) => "sla-breached",
            _ => return,
        };
        if let Some(assignment) = case.ticket.assignment {
            let subject = case.ticket.subject.id;
            self.owe(
                case.ticket.id,
                Recipient::Agent(assignment.agent),
                text,
                &[subject],
            );
        }
    }
}

//! Agents, what they carry, and who waits longest.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use chrono::{DateTime, Utc};

use crate::agent::{Agent, Load, Pool, Standing};
use crate::id::{AgentId, Code};
use crate::store::{LoadChange, QueueMark, StoreError, StoreResult};

/// Agents by how long they have waited for work.
type Waiting = BTreeSet<(Option<DateTime<Utc>>, AgentId)>;

#[derive(Default)]
pub(super) struct Roster {
    pub(super) agents: BTreeMap<AgentId, Agent>,
    loads: BTreeMap<(AgentId, Pool), Load>,
    /// Available agents, by the queues they serve.
    waiting: BTreeMap<Code, BTreeMap<Pool, Waiting>>,
    marks: BTreeMap<Code, DateTime<Utc>>,
}

impl Roster {
    pub(super) fn standing(&self, id: AgentId) -> Option<Standing> {
        let agent = self.agents.get(&id)?.clone();
        let load = |pool| Some((pool, *self.loads.get(&(id, pool))?));
        let loads = Pool::ALL.into_iter().filter_map(load).collect();
        Some(Standing { agent, loads })
    }

    pub(super) fn page(&self, after: Option<AgentId>, limit: u32) -> Vec<Standing> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let ids = self.agents.range((start, Bound::Unbounded));
        ids.filter_map(|(&id, _)| self.standing(id))
            .take(limit as usize)
            .collect()
    }

    pub(super) fn candidates(&self, queue: &Code, pool: Pool, limit: u32) -> Vec<Standing> {
        let waiting = self.waiting.get(queue).and_then(|pools| pools.get(&pool));
        let ids = waiting.into_iter().flatten();
        ids.filter_map(|&(_, id)| self.standing(id))
            .take(limit as usize)
            .collect()
    }

    pub(super) fn put(&mut self, agent: &Agent) {
        self.take_out(agent.id);
        for pool in Pool::ALL {
            let capacity = agent.capacity.get(&pool).copied();
            if let Some(load) = self.loads.get_mut(&(agent.id, pool)) {
                load.capacity = capacity.unwrap_or(0);
            } else if let Some(capacity) = capacity {
                self.loads.insert((agent.id, pool), unused(capacity));
            }
        }
        self.agents.insert(agent.id, agent.clone());
        self.line_up(agent.id);
    }

    /// Whether a load may be added, where `edited` is the agent's row in the same change set.
    pub(super) fn check(&self, change: &LoadChange, edited: Option<&Agent>) -> StoreResult<()> {
        if !change.enforce || change.units <= 0 {
            return Ok(());
        }
        let agent = edited.or_else(|| self.agents.get(&change.agent));
        let capacity = agent.and_then(|a| a.capacity.get(&change.pool)).copied();
        let load = self.loads.get(&(change.agent, change.pool));
        let carried = load.map_or(0, |load| load.units);
        if i64::from(carried).saturating_add(change.units) > i64::from(capacity.unwrap_or(0)) {
            return Err(StoreError::conflict(format!(
                "agent {} has no room for {} more in {}",
                change.agent,
                change.units,
                change.pool.name()
            )));
        }
        Ok(())
    }

    pub(super) fn add(&mut self, change: &LoadChange) {
        let agent = self.agents.get(&change.agent);
        let capacity = agent.and_then(|a| a.capacity.get(&change.pool)).copied();
        let load = self
            .loads
            .entry((change.agent, change.pool))
            .or_insert_with(|| unused(capacity.unwrap_or(0)));
        let units = i64::from(load.units).saturating_add(change.units);
        load.units = u32::try_from(units.max(0)).unwrap_or(u32::MAX);
        if change.assigned_at.is_some() {
            self.take_out(change.agent);
            if let Some(load) = self.loads.get_mut(&(change.agent, change.pool)) {
                load.last_assigned = load.last_assigned.max(change.assigned_at);
            }
            self.line_up(change.agent);
        }
    }

    pub(super) fn marked(&self, limit: u32) -> Vec<QueueMark> {
        let mut marks: Vec<_> = self.marks.iter().map(|(queue, &at)| (at, queue)).collect();
        marks.sort_unstable();
        marks.truncate(limit as usize);
        let mark = |(at, queue): (_, &Code)| QueueMark {
            queue: queue.clone(),
            at,
        };
        marks.into_iter().map(mark).collect()
    }

    pub(super) fn mark(&mut self, mark: &QueueMark) {
        let at = self.marks.entry(mark.queue.clone()).or_insert(mark.at);
        *at = mark.at.max(*at);
    }

    pub(super) fn unmark(&mut self, mark: &QueueMark) {
        if self.marks.get(&mark.queue).is_some_and(|&at| at <= mark.at) {
            self.marks.remove(&mark.queue);
        }
    }

    fn take_out(&mut self, id: AgentId) {
        let Some(agent) = self.agents.get(&id) else {
            return;
        };
        for queue in &agent.queues {
            let Some(pools) = self.waiting.get_mut(queue) else {
                continue;
            };
            for (&pool, waiting) in pools {
                waiting.remove(&(since(&self.loads, id, pool), id));
            }
        }
    }

    fn line_up(&mut self, id: AgentId) {
        let Some(agent) = self.agents.get(&id).filter(|agent| agent.available) else {
            return;
        };
        for queue in &agent.queues {
            let pools = self.waiting.entry(queue.clone()).or_default();
            for pool in Pool::ALL {
                let place = (since(&self.loads, id, pool), id);
                pools.entry(pool).or_default().insert(place);
            }
        }
    }
}

fn since(
    loads: &BTreeMap<(AgentId, Pool), Load>,
    id: AgentId,
    pool: Pool,
) -> Option<DateTime<Utc>> {
    loads.get(&(id, pool))?.last_assigned
}

fn unused(capacity: u32) -> Load {
    Load {
        units: 0,
        capacity,
        last_assigned: None,
    }
}

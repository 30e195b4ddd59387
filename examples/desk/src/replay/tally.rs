//! What the feed tells: reports by `crcore::analytics`, the chain, and what became of each case.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use crcore::analytics::Analytics;
use crcore::chain::{Head, Verifier};
use crcore::store::Journal as _;
use crcore::ticket::{How, Mark, Outcome, Target};
use crcore::{AgentId, Event, Fact, TicketId};

use crate::failure::{Failure, Result};
use crate::store::Shared;

/// How many items of the feed are read at once.
const FEED: u32 = 1_000;

/// All that the feed tells.
pub(crate) struct Told {
    pub(crate) analytics: Analytics,
    /// The head of the chain, which was read again and held.
    pub(crate) head: Head,
    pub(crate) events: BTreeMap<String, u64>,
    pub(crate) cases: HashMap<TicketId, Fate>,
}

/// What became of one ticket.
#[derive(Debug, Default)]
pub(crate) struct Fate {
    pub(crate) outcome: Option<Outcome>,
    /// Whether every cycle of a target was met that came to an end.
    pub(crate) in_time: BTreeMap<Target, bool>,
    pub(crate) reassigned: u32,
    /// Allocation looked for somebody and found nobody with room.
    pub(crate) waited: bool,
    /// The longest time in a queue.
    pub(crate) longest_wait: TimeDelta,
    pub(crate) allocated: u32,
    pub(crate) given_by_hand: u32,
    queued_at: Option<DateTime<Utc>>,
    last: Option<AgentId>,
}

/// Reads the whole feed once.
pub(crate) async fn read(store: &Shared) -> Result<Told> {
    let mut verifier = Verifier::new();
    let mut told = Told {
        analytics: Analytics::new(),
        head: Head::EMPTY,
        events: BTreeMap::new(),
        cases: HashMap::new(),
    };
    loop {
        let items = store.feed(told.analytics.bookmark(), FEED).await?;
        if items.is_empty() {
            break;
        }
        for item in &items {
            verifier.read(item.position, item.hash, &item.text);
            let event = item.event()?;
            told.analytics
                .record(item.position, &event)
                .map_err(Failure::failed)?;
            let case = told.cases.entry(event.ticket).or_default();
            case.take(&event);
            *told.events.entry(name(&event.fact)?).or_default() += 1;
        }
    }
    told.head = verifier.finish().map_err(|fault| {
        Failure::failed(format!("the chain of events is broken: {fault}"))
            .todo("restore the store from a backup, and find out who writes to it besides crcore")
    })?;
    Ok(told)
}

/// The name of a fact, as its canonical text has it.
fn name(fact: &Fact) -> Result<String> {
    let value = serde_json::to_value(fact).map_err(Failure::failed)?;
    let name = value.get("name").and_then(|name| name.as_str());
    Ok(name.unwrap_or_default().to_owned())
}

impl Fate {
    fn take(&mut self, event: &Event) {
        match &event.fact {
            Fact::Queued { .. } => self.queued_at = Some(event.at),
            Fact::Unplaced { .. } => self.waited = true,
            Fact::Assigned { agent, how, .. } => {
                self.leave_queue(event.at);
                self.reassigned += u32::from(self.last.is_some_and(|last| last != *agent));
                self.last = Some(*agent);
                match how {
                    How::Allocation { .. } => self.allocated += 1,
                    How::Claim | How::Hand => self.given_by_hand += 1,
                }
            }
            Fact::Resolved { outcome, .. } => {
                self.leave_queue(event.at);
                self.outcome = Some(*outcome);
            }
            Fact::Reopened { .. } => self.outcome = None,
            Fact::Breached(passed) if passed.mark == Mark::Due => self.end(passed.target, false),
            Fact::Met(reached) => self.end(reached.target, true),
            Fact::Missed(reached) => self.end(reached.target, false),
            _ => {}
        }
    }

    fn end(&mut self, target: Target, met: bool) {
        let so_far = self.in_time.entry(target).or_insert(true);
        *so_far &= met;
    }

    fn leave_queue(&mut self, at: DateTime<Utc>) {
        if let Some(since) = self.queued_at.take() {
            self.longest_wait = self.longest_wait.max(at - since);
        }
    }
}

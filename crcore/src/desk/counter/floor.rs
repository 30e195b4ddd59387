//! A branch as it is at this moment: who sits where, who waits, and how fast it goes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Line, Place, ServiceLine, Serving, Waiting};
use crate::catalogue::{Catalogue, Opening};
use crate::desk::Desk;
use crate::error::Error;
use crate::id::{Code, TicketId};
use crate::plan::counter::{At, Call, PLACE, Placed, SITTING, Sitting};
use crate::plan::token::day;
use crate::queue::{Pace, Wait, time_of_service};
use crate::record::Kept;
use crate::store::{Paging, RecordRange, Sort, TicketFilter};
use crate::ticket::{BRANCH, Channel, Kind, Priority, Status, StatusName, Ticket, TokenNumber};

/// The longest line that is read: more than a branch has room for.
const LINE_MAX: usize = 1_000;
/// How many of the last who came and were served are looked through for the services of a line.
const LOOKED_AT_MAX: u32 = 100;
/// How far back that goes: what was usual before is not any more.
pub(in crate::desk) const LOOKED_BACK: TimeDelta = TimeDelta::days(7);
/// A business day is no longer than this, on the day that the clocks are put back.
const LONGEST_DAY: TimeDelta = TimeDelta::hours(25);

/// A branch, as it was read.
pub(super) struct Floor {
    pub(super) branch: Code,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) now: DateTime<Utc>,
    opening: Opening,
    /// The open counters.
    pub(super) sittings: Vec<(Code, Kept<Sitting>)>,
    /// The tokens of the day that are not over.
    tokens: Vec<Ticket>,
    placed: BTreeMap<TicketId, Placed>,
    served: Vec<Ticket>,
}

/// A token in the line.
#[derive(Clone, Copy)]
pub(super) struct InLine<'f> {
    /// Its place in the order.
    pub(super) key: i64,
    pub(super) ticket: &'f Ticket,
    pub(super) number: TokenNumber,
}

impl Desk {
    pub(super) async fn floor(&self, branch: &Code) -> Result<Floor, Error> {
        let catalogue = self.whole_catalogue().await?.value;
        self.floor_of(Arc::new(catalogue), branch).await
    }

    pub(super) async fn floor_of(
        &self,
        catalogue: Arc<Catalogue>,
        branch: &Code,
    ) -> Result<Floor, Error> {
        let now = self.inner.clock.now();
        let rules = self.rules();
        let opening = catalogue.branch_opening(&rules, branch, now);
        let (Some(opening), Some(at)) = (opening, catalogue.branches.get(branch)) else {
            return Err(Error::NotFound { what: "branch" });
        };
        let today = day(&rules, at, now);
        let mut tokens = self.tokens_since(branch, now - LONGEST_DAY).await?;
        tokens.retain(|ticket| day(&rules, at, ticket.raised_at) == today);
        let prefix = format!("{branch}/");
        let range = PLACE.range(&*prefix, RecordRange::MAX);
        let placed = self.kept_in(&PLACE, &range).await?;
        let of_ticket = |kept: Kept<Placed>| {
            let ticket = kept.key.strip_prefix(&prefix)?.parse().ok()?;
            Some((ticket, kept.value))
        };
        let placed = placed.into_iter().filter_map(of_ticket).collect();
        Ok(Floor {
            branch: branch.clone(),
            now,
            opening,
            sittings: self.sittings(branch).await?,
            tokens,
            placed,
            served: self.served(branch, now).await?,
            catalogue,
        })
    }

    /// Who sits at the counters of a branch.
    pub(super) async fn sittings(
        &self,
        branch: &Code,
    ) -> Result<Vec<(Code, Kept<Sitting>)>, Error> {
        let prefix = format!("{branch}/");
        let range = SITTING.range(&*prefix, RecordRange::MAX);
        let kept = self.kept_in(&SITTING, &range).await?;
        let at = |kept: Kept<Sitting>| Some((kept.key.strip_prefix(&prefix)?.parse().ok()?, kept));
        Ok(kept.into_iter().filter_map(at).collect())
    }

    /// The tokens of a branch that are not over.
    pub(super) async fn tokens_since(
        &self,
        branch: &Code,
        from: DateTime<Utc>,
    ) -> Result<Vec<Ticket>, Error> {
        let active = StatusName::ALL.into_iter().filter(|s| s.is_active());
        let filter = TicketFilter {
            statuses: active.collect(),
            received_from: Some(from),
            ..at_counters(branch)
        };
        let mut paging = Paging {
            sort: Sort::Urgency,
            limit: Paging::MAX,
            ..Paging::default()
        };
        let mut tokens = Vec::new();
        loop {
            let page = self.inner.store.tickets(&filter, &paging).await?;
            let is_token = |ticket: &Ticket| ticket.token().is_some();
            tokens.extend(page.items.into_iter().filter(is_token));
            paging.after = page.next;
            if paging.after.is_none() || tokens.len() >= LINE_MAX {
                return Ok(tokens);
            }
        }
    }

    /// The tokens of a branch that were served, the last who came first.
    async fn served(&self, branch: &Code, now: DateTime<Utc>) -> Result<Vec<Ticket>, Error> {
        let filter = TicketFilter {
            statuses: [StatusName::Resolved, StatusName::Closed].into(),
            received_from: Some(now - LOOKED_BACK),
            ..at_counters(branch)
        };
        let paging = Paging {
            sort: Sort::Newest,
            limit: LOOKED_AT_MAX,
            ..Paging::default()
        };
        Ok(self.inner.store.tickets(&filter, &paging).await?.items)
    }
}

fn at_counters(branch: &Code) -> TicketFilter {
    let at = BRANCH.parse().map(|field| (field, [branch.clone()].into()));
    TicketFilter {
        choices: at.into_iter().collect(),
        kinds: [Kind::Service].into(),
        channels: [Channel::Counter].into(),
        ..TicketFilter::default()
    }
}

impl Floor {
    /// Who waits, in the order in which they are called: the more urgent first, the longer waiting of two
    /// alike first; who was called in vain, where they were put.
    ///
    /// Two who come in one moment may have their numbers the other way about than their times of receipt.
    /// Of one letter and priority the lower number is first all the same, for people read numbers.
    pub(super) fn in_line(&self) -> Vec<InLine<'_>> {
        let waiting = self.tokens.iter().filter(|t| t.assignment.is_none());
        let numbered = waiting.filter_map(|ticket| Some((ticket.token()?, ticket)));
        let mut numbered: Vec<(TokenNumber, &Ticket)> = numbered.collect();
        numbered.sort_unstable_by_key(|(number, ticket)| (*number, ticket.id));
        let mut reached: BTreeMap<(char, Priority), i64> = BTreeMap::new();
        let in_line = numbered.into_iter().map(|(number, ticket)| {
            let placed = self.placed.get(&ticket.id).and_then(|placed| placed.place);
            let key = placed.unwrap_or_else(|| {
                let own = Sort::urgency(ticket);
                let alike = (number.letter(), ticket.priority);
                let reached = reached.entry(alike).or_insert(own);
                *reached = own.max(*reached);
                *reached
            });
            InLine {
                key,
                ticket,
                number,
            }
        });
        let mut in_line: Vec<InLine<'_>> = in_line.collect();
        in_line.sort_by_key(|entry| entry.key);
        in_line
    }

    /// The tokens that an agent has put aside.
    pub(super) fn held_by(&self, agent: crate::id::AgentId) -> impl Iterator<Item = &Ticket> {
        let held = move |ticket: &&Ticket| {
            is_held(ticket) && ticket.assignment.is_some_and(|has| has.agent == agent)
        };
        self.tokens.iter().filter(held)
    }

    /// The counter that a token was called to, and the call.
    pub(super) fn call_of(&self, ticket: &Ticket) -> Option<(&Code, Call)> {
        let agent = ticket.assignment?.agent;
        let mut sittings = self.sittings.iter();
        sittings.find_map(|(counter, kept)| {
            let call = kept.value.call?;
            let is_here = kept.value.agent == agent && call.ticket == ticket.id;
            (is_here && !is_held(ticket)).then_some((counter, call))
        })
    }

    /// The token that was called to a counter and is still there.
    pub(super) fn at(&self, sitting: &Sitting) -> Option<&Ticket> {
        let call = sitting.call?;
        let ticket = self.tokens.iter().find(|ticket| ticket.id == call.ticket)?;
        let is_theirs = ticket
            .assignment
            .is_some_and(|has| has.agent == sitting.agent);
        (is_theirs && !is_held(ticket)).then_some(ticket)
    }

    pub(super) fn place(&self, ticket: &Ticket) -> Place {
        if let Some(assignment) = ticket.assignment {
            return match self.call_of(ticket) {
                _ if is_held(ticket) => Place::Held,
                Some((counter, call)) => Place::Called {
                    counter: Some(counter.clone()),
                    at: call.at,
                    times: call.times,
                },
                None => Place::Called {
                    counter: None,
                    at: assignment.since,
                    times: 1,
                },
            };
        }
        let line = self.in_line();
        let before = line.iter().take_while(|entry| entry.ticket.id != ticket.id);
        let before: Vec<InLine<'_>> = before.copied().collect();
        let (ahead, _, wait) = self.reckon(&ticket.service, &before);
        Place::Waiting { ahead, wait }
    }

    pub(super) fn line(&self) -> Line {
        let in_line = self.in_line();
        let mut serving: Vec<Serving> = self
            .tokens
            .iter()
            .filter_map(|ticket| {
                let (counter, call) = self.call_of(ticket)?;
                Some(Serving {
                    counter: counter.clone(),
                    number: call.number,
                    at: call.at,
                    times: call.times,
                })
            })
            .collect();
        serving.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.counter.cmp(&b.counter)));
        let services = self.catalogue.at_counter(&self.branch).map(|(service, _)| {
            let of_service = in_line.iter().filter(|e| e.ticket.service == *service);
            let (ahead, counters, wait) = self.reckon(service, &in_line);
            let line = ServiceLine {
                waiting: count(of_service),
                ahead,
                counters,
                wait,
            };
            (service.clone(), line)
        });
        Line {
            branch: self.branch.clone(),
            at: self.now,
            opening: self.opening,
            serving,
            services: services.collect(),
            waiting: in_line
                .iter()
                .map(|entry| Waiting {
                    number: entry.number,
                    service: entry.ticket.service.clone(),
                    since: entry.ticket.received_at,
                })
                .collect(),
        }
    }

    /// How many of those `before` somebody with this service are served before them, how many counters
    /// call for it, and how long that takes. Counters that call for several services make one line of
    /// them, so all of these count; without a counter, those of the same service do.
    fn reckon(&self, service: &Code, before: &[InLine<'_>]) -> (u32, u32, Option<Wait>) {
        let serves = |kept: &&Kept<Sitting>| kept.value.services.contains(service);
        let counters = self.sittings.iter().map(|(_, kept)| kept).filter(serves);
        let counters: Vec<&Kept<Sitting>> = counters.collect();
        let mut shared: BTreeSet<&Code> = [service].into();
        shared.extend(counters.iter().flat_map(|kept| &kept.value.services));
        let ahead = before.iter().filter(|e| shared.contains(&e.ticket.service));
        let busy = counters
            .iter()
            .filter(|kept| self.at(&kept.value).is_some());
        let served = self.served.iter().filter(|t| shared.contains(&t.service));
        let usual = self
            .catalogue
            .services
            .get(service)
            .and_then(|offer| offer.minutes);
        let pace = Pace::of(served.filter_map(time_of_service), usual);
        let (ahead, busy) = (count(ahead), count(busy));
        let servers = count(counters.iter());
        let wait = pace.and_then(|pace| pace.wait(ahead, servers, busy));
        (ahead, servers, wait)
    }
}

pub(super) fn is_held(ticket: &Ticket) -> bool {
    matches!(ticket.status, Status::WaitingForCustomer { .. })
}

fn count(items: impl Iterator) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

impl At {
    pub(super) fn of(branch: &Code, counter: &Code, sitting: Kept<Sitting>) -> Self {
        Self {
            branch: branch.clone(),
            counter: counter.clone(),
            sitting,
        }
    }
}

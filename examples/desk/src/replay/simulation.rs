//! The replay itself: cases come and go on a clock that moves from instant to instant.
//!
//! Everything is decided in order of time by one task, so that the same seed gives the same history
//! on every store. What happens to different tickets within one round is committed together: each
//! decision is a change set of its own, and the store makes them durable in groups.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use crcore::store::{Changes, Roster as _, Store as _, Tickets as _};
use crcore::tick::TICK_MAX;
use crcore::{
    Act, Actor, AgentId, Clock as _, Code, Command, Desk, Error, ErrorKind, ManualClock, Raise,
    Request, ServiceAccountId, StoreError, Ticket, TicketId,
};
use indicatif::ProgressBar;

use super::case::{Case, Deed};
use crate::failure::{Failure, Result};
use crate::store::Shared;

/// How many change sets are committed at once at most: beyond, the `fsync` they share is a small part
/// of the cost.
const TOGETHER: usize = 256;
/// How often nothing may come of what is due before the replay gives up.
const STUCK_MAX: u32 = 3;
/// Notices are carried out once in so much of the replay's time: a mail run a day.
const MAIL: TimeDelta = TimeDelta::days(1);

/// A replay under way.
pub(crate) struct Simulation<'a> {
    pub(crate) desk: &'a Desk,
    /// The same desk with somebody who carries its notices out.
    pub(crate) mail: &'a Desk,
    pub(crate) store: &'a Shared,
    pub(crate) clock: &'a Arc<ManualClock>,
    /// How much of the replay's time may pass between two ticks; none: the clock stops at every
    /// instant.
    pub(crate) every: TimeDelta,
    /// When it stops, with whatever is due later still to come, and the mail of its last day still to
    /// go out; unless said otherwise when nothing is due any more.
    pub(crate) stop: Option<DateTime<Utc>>,
    pub(crate) cases: &'a [Case],
    pub(crate) bar: &'a ProgressBar,
}

/// What came of a replay, besides what the feed tells.
#[derive(Debug, Default)]
pub(crate) struct Course {
    /// The ticket of each case.
    pub(crate) tickets: Vec<Option<TicketId>>,
    pub(crate) commands: u64,
    pub(crate) ticks: u64,
    /// Decisions that were made anew because something had moved on.
    pub(crate) replanned: u64,
    /// What the desk did not do, by deed.
    pub(crate) refused: BTreeMap<&'static str, u64>,
    /// When the clock stopped.
    pub(crate) until: Option<DateTime<Utc>>,
}

/// A decision that waits to be committed with others.
struct Planned {
    at: DateTime<Utc>,
    case: usize,
    request: Request,
    changes: Changes,
}

/// A round: what is decided and not yet committed.
#[derive(Default)]
struct Round {
    planned: Vec<Planned>,
    touched: BTreeSet<TicketId>,
    /// Tickets that came into a queue since the last tick, committed or not.
    queued: BTreeSet<TicketId>,
    /// Units given by hand in this round, which the store does not know yet.
    given: HashMap<AgentId, u32>,
}

/// An entry of the agenda: when, which case, and which of its deeds; none is its beginning.
type Entry = (DateTime<Utc>, usize, Option<usize>);

impl Simulation<'_> {
    /// Runs to the end of the agenda, and on until nothing is due any more, or it is to stop.
    pub(crate) async fn run(&self, intake: ServiceAccountId) -> Result<Course> {
        let agenda = self.agenda();
        let mut course = Course {
            tickets: vec![None; self.cases.len()],
            ..Course::default()
        };
        let mut next = 0;
        let mut stuck = 0;
        let mut mailed = DateTime::<Utc>::MIN_UTC;
        let mut due = None;
        loop {
            let first = match (agenda.get(next).map(|entry| entry.0), due) {
                (Some(case), Some(due)) => case.min(due),
                (Some(only), None) | (None, Some(only)) => only,
                (None, None) => break,
            };
            if self.stop.is_some_and(|stop| first > stop) {
                break;
            }
            let until = self.end_of_round(first).max(self.clock.now());
            let mut round = Round::default();
            while let Some(&entry) = agenda.get(next).filter(|entry| entry.0 <= until) {
                self.take(&mut course, &mut round, entry, intake).await?;
                next += 1;
                self.bar.inc(1);
            }
            self.commit(&mut course, &mut round).await?;
            self.tick(self.desk, &mut course, until).await?;
            let is_last_day = self.stop.is_some_and(|stop| until + MAIL > stop);
            if until >= mailed + MAIL && !is_last_day {
                self.tick(self.mail, &mut course, until).await?;
                mailed = until;
            }
            due = self.next_due().await?;
            stuck = if due.is_some_and(|due| due <= until) {
                stuck + 1
            } else {
                0
            };
            if stuck > STUCK_MAX {
                return Err(Failure::failed(format!(
                    "the desk does nothing about what has been due since {until}"
                ))
                .todo("this is an error of crcore: please report it with the rules and the file"));
            }
        }
        let end = self.clock.now();
        match self.stop {
            Some(stop) => self.tick(self.desk, &mut course, stop).await?,
            None => self.tick(self.mail, &mut course, end).await?,
        }
        course.until = Some(end);
        Ok(course)
    }

    fn agenda(&self) -> Vec<Entry> {
        let of_case = |(nth, case): (usize, &Case)| {
            let begins = (case.raised_at, nth, None);
            let deeds = case.deeds.iter().enumerate();
            let deeds = deeds.map(move |(deed, (at, _))| (*at, nth, Some(deed)));
            std::iter::once(begins).chain(deeds).collect::<Vec<_>>()
        };
        let mut agenda: Vec<Entry> = self.cases.iter().enumerate().flat_map(of_case).collect();
        agenda.sort_unstable();
        agenda
    }

    pub(crate) fn commands(cases: &[Case]) -> u64 {
        cases.iter().map(|case| 1 + case.deeds.len() as u64).sum()
    }

    fn end_of_round(&self, first: DateTime<Utc>) -> DateTime<Utc> {
        if self.every <= TimeDelta::zero() {
            return first;
        }
        let end = first.duration_round_up(self.every).unwrap_or(first);
        self.stop.map_or(end, |stop| end.min(stop))
    }

    async fn next_due(&self) -> Result<Option<DateTime<Utc>>> {
        let due = self.store.due(DateTime::<Utc>::MAX_UTC, 0, 1).await?;
        Ok(due.first().and_then(Ticket::next_due))
    }

    /// Decides one entry of the agenda at its own instant.
    async fn take(
        &self,
        course: &mut Course,
        round: &mut Round,
        (at, nth, deed): Entry,
        intake: ServiceAccountId,
    ) -> Result<()> {
        let case = &self.cases[nth];
        let ticket = course.tickets[nth];
        // What comes next to a ticket is decided by what became of it, allocation included.
        if ticket.is_some_and(|ticket| round.touched.contains(&ticket)) {
            self.commit(course, round).await?;
        }
        if ticket.is_some_and(|ticket| round.queued.contains(&ticket)) {
            self.commit(course, round).await?;
            self.tick(self.desk, course, at).await?;
            round.queued.clear();
        } else if round.planned.len() >= TOGETHER {
            self.commit(course, round).await?;
        }
        self.clock.set(at.max(self.clock.now()));
        let asked = match (deed.map(|deed| case.deeds[deed].1), ticket) {
            (None, _) => Some(self.raise(case, intake)?),
            (Some(deed), Some(ticket)) => self.request(round, deed, ticket).await?,
            (Some(_), None) => None,
        };
        let name = deed.map_or("raise", |deed| case.deeds[deed].1.name());
        let Some(request) = asked else {
            *course.refused.entry(name).or_default() += 1;
            return Ok(());
        };
        match self.desk.plan(&request).await {
            Ok(plan) => {
                let ticket = plan.done.ticket;
                course.tickets[nth] = Some(ticket);
                course.commands += 1;
                round.touched.insert(ticket);
                if matches!(name, "raise" | "reopen") {
                    round.queued.insert(ticket);
                }
                round.planned.push(Planned {
                    at,
                    case: nth,
                    request,
                    changes: plan.changes,
                });
            }
            Err(error) => refused(course, name, error)?,
        }
        Ok(())
    }

    fn raise(&self, case: &Case, intake: ServiceAccountId) -> Result<Request> {
        let told = &case.told;
        let customer = match told.customer {
            Some(customer) => customer,
            None => self.desk.new_id()?,
        };
        let rules = self.desk.rules();
        let services = &rules.rules().services;
        let service = match services.contains_key(&case.service) {
            true => case.service.clone(),
            false => other(services.keys()).ok_or_else(|| {
                Failure::asked(format!("the rules have no service {}", case.service))
                    .todo("add it to the rules' services, or one called other")
            })?,
        };
        let raise = Raise {
            kind: case.kind,
            priority: case.priority,
            channel: case.channel,
            body: told.body.clone(),
            language: told.language.clone(),
            amount: told.amount,
            fields: told.fields.clone(),
            ..Raise::new(customer, service, case.subject.clone())
        };
        Ok(Request {
            actor: Actor::Service(intake),
            key: None,
            command: Command::Raise(Box::new(raise)),
        })
    }

    /// What `deed` asks of the desk; none where nobody has the ticket that somebody else is to get.
    async fn request(
        &self,
        round: &mut Round,
        deed: Deed,
        id: TicketId,
    ) -> Result<Option<Request>> {
        let ticket = self.store.ticket(id).await?;
        let Some(ticket) = ticket else {
            return Err(Failure::failed(format!("ticket {id} is not in the store")));
        };
        let holder = ticket.assignment.map(|assignment| assignment.agent);
        let act = match deed {
            Deed::Reply(text) | Deed::Write(text) => Act::Reply { text: text.into() },
            Deed::Note(text) => Act::Note { text: text.into() },
            Deed::Reassign => match self.somebody_else(round, &ticket).await? {
                Some(to) => Act::Assign { to },
                None => return Ok(None),
            },
            Deed::Reprioritise(to) => Act::Reprioritise { to },
            Deed::Wait(on) => Act::Wait { on },
            Deed::Resume => Act::Resume,
            Deed::Resolve(outcome, text) => Act::Resolve {
                outcome,
                text: Some(text.into()),
            },
            Deed::Reopen => Act::Reopen { text: None },
            Deed::TakeUpAgain(text) => Act::Reopen {
                text: Some(text.into()),
            },
            Deed::Rate(score, text) => Act::Rate {
                score,
                text: text.map(str::to_owned),
            },
            Deed::Close => Act::Close,
        };
        // Who has it acts; what is nobody's yet, and handing over, is the desk's own doing.
        let actor = match (deed, holder) {
            (Deed::Write(_) | Deed::TakeUpAgain(_) | Deed::Rate(..), _) => {
                Actor::Customer(ticket.customer)
            }
            (Deed::Reassign | Deed::Reprioritise(_) | Deed::Close, _) | (_, None) => Actor::System,
            (_, Some(agent)) => Actor::Agent(agent),
        };
        let command = Command::On {
            ticket: id,
            seen: None,
            act,
        };
        Ok(Some(Request {
            actor,
            key: None,
            command,
        }))
    }

    /// The least loaded of those who serve the ticket's queue and do not have it.
    async fn somebody_else(&self, round: &mut Round, ticket: &Ticket) -> Result<Option<AgentId>> {
        let Some(assignment) = ticket.assignment else {
            return Ok(None);
        };
        let pool = assignment.pool;
        let candidates = self.store.candidates(&ticket.queue, pool, TICK_MAX).await?;
        let able = candidates.iter().filter(|standing| {
            standing.agent.id != assignment.agent && standing.load(pool).capacity > 0
        });
        let carried = |standing: &&crcore::Standing| {
            let load = standing.load(pool);
            let given = round.given.get(&standing.agent.id).copied().unwrap_or(0);
            let share = u64::from(load.units + given) * 1_000_000 / u64::from(load.capacity.max(1));
            (share, standing.agent.id)
        };
        let chosen = able.min_by_key(carried).map(|standing| standing.agent.id);
        if let Some(agent) = chosen {
            *round.given.entry(agent).or_default() += assignment.units;
        }
        Ok(chosen)
    }

    /// Commits what was decided, together. What the store refuses is decided anew.
    async fn commit(&self, course: &mut Course, round: &mut Round) -> Result<()> {
        round.touched.clear();
        round.given.clear();
        let planned = std::mem::take(&mut round.planned);
        let (sets, rest): (Vec<Changes>, Vec<_>) = planned
            .into_iter()
            .map(|p| (p.changes, (p.at, p.case, p.request)))
            .unzip();
        if sets.is_empty() {
            return Ok(());
        }
        let answers = self.store.commit(&sets).await;
        for ((at, case, request), answer) in rest.into_iter().zip(answers) {
            match answer {
                Ok(()) => {}
                Err(StoreError::Conflict { .. }) => {
                    course.replanned += 1;
                    self.clock.set(at);
                    match self.desk.perform(&request).await {
                        Ok(done) => course.tickets[case] = Some(done.ticket),
                        Err(error) => refused(course, "again", error)?,
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Lets the clock come to `until`, and the desk do what is due by then.
    async fn tick(&self, desk: &Desk, course: &mut Course, until: DateTime<Utc>) -> Result<()> {
        self.clock.set(until);
        loop {
            course.ticks += 1;
            if !desk.tick(TICK_MAX).await?.more {
                return Ok(());
            }
        }
    }
}

/// Counts what the desk did not do; what is no answer to a command ends the replay.
fn refused(course: &mut Course, name: &'static str, error: Error) -> Result<()> {
    match error.kind() {
        ErrorKind::NotPossible | ErrorKind::NotAllowed => {
            *course.refused.entry(name).or_default() += 1;
            Ok(())
        }
        _ => Err(Failure::failed(error)),
    }
}

fn other<'a>(mut services: impl Iterator<Item = &'a Code>) -> Option<Code> {
    services.find(|code| code.as_str() == "other").cloned()
}

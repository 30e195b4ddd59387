//! What is done to a token at a counter, together with what the counter is kept as.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::draft::{Case, Draft};
use super::token::offered;
use super::{Asker, Plan, Planner, check};
use crate::actor::Actor;
use crate::clock::Moment;
use crate::command::{Amend, Done};
use crate::desk::shelves::put;
use crate::error::Error;
use crate::event::Fact;
use crate::id::{AgentId, Code, TicketId};
use crate::record::{Kept, RecordChange, Shelf};
use crate::ticket::{How, Outcome, Status, Ticket, TokenNumber, Verb, WaitingOn};

/// How long a counter counts as staffed after the last thing that was done at it: a long working day, so
/// that one that was not closed in the evening is closed in the morning.
pub(crate) const SITS: TimeDelta = TimeDelta::hours(12);
/// How long a place in a line is kept.
const PLACE_KEPT: TimeDelta = TimeDelta::hours(48);

/// Who sits at which counter: by branch and counter.
pub(crate) const SITTING: Shelf<Sitting> = Shelf::new("counter");
/// Where a token stands in its line that did not come when it was called: by branch and ticket.
pub(crate) const PLACE: Shelf<Placed> = Shelf::new("token-place");

/// Somebody at a counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sitting {
    /// Who.
    pub agent: AgentId,
    /// The services whose tokens they call.
    pub services: BTreeSet<Code>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The token that they called last, until they are done with it.
    pub call: Option<Call>,
}

/// A token that was called to a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Which ticket.
    pub ticket: TicketId,
    /// Its number.
    pub number: TokenNumber,
    /// When it was called last.
    pub at: DateTime<Utc>,
    /// How often.
    pub times: u32,
}

/// What a token that was called in vain is kept as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placed {
    /// How often it was called in vain.
    pub(crate) no_shows: u32,
    /// Its place in the order of the line, where it is not that of its receipt
    /// ([`crate::store::Sort::urgency`]).
    pub(crate) place: Option<i64>,
}

/// A counter, as it was read.
pub(crate) struct At {
    pub(crate) branch: Code,
    pub(crate) counter: Code,
    pub(crate) sitting: Kept<Sitting>,
}

impl At {
    pub(crate) fn key(branch: &Code, counter: &Code) -> String {
        format!("{branch}/{counter}")
    }

    /// The counter with this call.
    fn with(&self, call: Option<Call>, now: DateTime<Utc>) -> Result<RecordChange, Error> {
        let sitting = Sitting {
            call,
            ..self.sitting.value.clone()
        };
        let key = Self::key(&self.branch, &self.counter);
        put(
            &SITTING,
            key,
            Some(self.sitting.version),
            &sitting,
            Some(now + SITS),
        )
    }

    pub(crate) fn place_key(branch: &Code, ticket: TicketId) -> String {
        format!("{branch}/{ticket}")
    }
}

/// What is done to the token at a counter.
pub(crate) enum Deed<'a> {
    /// It is called once more.
    Recall,
    /// Its customer did not come.
    NoShow {
        /// What is kept of it so far.
        placed: Option<Kept<Placed>>,
        /// The place that it gets in the line, the first time.
        behind: i64,
    },
    /// Its customer has to fetch something first.
    Hold,
    /// It is about something else.
    Transfer {
        /// What.
        to: &'a Code,
    },
    /// It is done.
    Serve {
        /// What the customer is told.
        text: Option<&'a str>,
    },
}

impl Deed<'_> {
    fn verb(&self) -> Verb {
        match self {
            Self::Recall => Verb::Claim,
            Self::NoShow { .. } => Verb::Release,
            Self::Hold => Verb::WaitForCustomer,
            Self::Transfer { .. } => Verb::Amend,
            Self::Serve { .. } => Verb::Resolve,
        }
    }
}

/// How often a token is called in vain before it is withdrawn.
pub const NO_SHOWS_MAX: u32 = 2;

impl Planner<'_> {
    /// Calls a token that was read as `ticket` to a counter: its agent has it, and the counter shows it.
    pub(crate) async fn call(self, actor: Actor, at: &At, ticket: Ticket) -> Result<Plan, Error> {
        let asker = self.asker(actor).await?;
        check(&asker, &ticket, Verb::Claim)?;
        let number = number(&ticket)?;
        let (mut draft, mut case) = self.begin(actor, ticket)?;
        if !matches!(case.ticket.status, Status::New | Status::Open) {
            draft.happen(&mut case, Fact::Resumed)?;
        }
        let agent = at.sitting.value.agent;
        if case.ticket.assignment.is_none_or(|has| has.agent != agent) {
            let claimant = self.claimant(&asker).await?;
            draft.room(&case, &claimant)?;
            draft.assign(&mut case, claimant.agent.id, How::Claim, true, None)?;
        }
        draft.call(&mut case, at, number, 1)?;
        let ticket = draft.settle(case)?;
        Ok(Plan::of(draft.changes, Done::to(&ticket)))
    }

    /// Does `deed` to the token at a counter, which is free for the next one then unless it was called
    /// once more.
    pub(crate) async fn at_counter(
        self,
        actor: Actor,
        at: &At,
        ticket: Ticket,
        deed: &Deed<'_>,
    ) -> Result<Plan, Error> {
        let asker = self.asker(actor).await?;
        check(&asker, &ticket, deed.verb())?;
        let number = number(&ticket)?;
        let (mut draft, mut case) = self.begin(actor, ticket)?;
        let mut times = None;
        match deed {
            Deed::Recall => {
                times = at
                    .sitting
                    .value
                    .call
                    .map(|call| call.times.saturating_add(1));
            }
            Deed::NoShow { placed, behind } => {
                self.no_show(&mut draft, &asker, &mut case, at, placed.as_ref(), *behind)
                    .await?;
            }
            Deed::Hold => {
                let on = WaitingOn::Customer;
                draft.happen(&mut case, Fact::Waiting { on })?;
            }
            Deed::Transfer { to } => {
                offered(&self.catalogue().await?, &at.branch, to)?;
                self.mark_holder(&mut draft, &asker, &case).await?;
                let amend = Amend {
                    service: Some((*to).clone()),
                    ..Amend::default()
                };
                draft.amend(&mut case, &amend)?;
                draft.back_in_line(&mut case)?;
            }
            Deed::Serve { text } => {
                self.mark_holder(&mut draft, &asker, &case).await?;
                draft.resolve(&mut case, Outcome::Answered, *text)?;
            }
        }
        match times {
            Some(times) => draft.call(&mut case, at, number, times)?,
            None => draft.changes.records.push(at.with(None, draft.now())?),
        }
        let ticket = draft.settle(case)?;
        Ok(Plan::of(draft.changes, Done::to(&ticket)))
    }

    /// Puts a token back into its line, at the place of its receipt, whoever had it.
    pub(crate) async fn put_back(self, actor: Actor, ticket: Ticket) -> Result<Plan, Error> {
        let asker = self.asker(actor).await?;
        check(&asker, &ticket, Verb::Release)?;
        let (mut draft, mut case) = self.begin(actor, ticket)?;
        if !matches!(case.ticket.status, Status::New | Status::Open) {
            draft.happen(&mut case, Fact::Resumed)?;
        }
        self.mark_holder(&mut draft, &asker, &case).await?;
        draft.back_in_line(&mut case)?;
        let ticket = draft.settle(case)?;
        Ok(Plan::of(draft.changes, Done::to(&ticket)))
    }

    /// Ends a token whose day is over.
    pub(crate) async fn lapse(self, ticket: Ticket) -> Result<Plan, Error> {
        let asker = self.asker(Actor::System).await?;
        check(&asker, &ticket, Verb::Resolve)?;
        let (mut draft, mut case) = self.begin(Actor::System, ticket)?;
        self.mark_holder(&mut draft, &asker, &case).await?;
        draft.resolve(&mut case, Outcome::Withdrawn, None)?;
        let ticket = draft.settle(case)?;
        Ok(Plan::of(draft.changes, Done::to(&ticket)))
    }

    fn begin(&self, actor: Actor, ticket: Ticket) -> Result<(Draft<'_>, Case), Error> {
        let moment = Moment::of(self.clock)?.not_before(ticket.updated_at);
        Ok((Draft::new(self.rules, moment, actor), Case::of(ticket)))
    }

    async fn no_show(
        self,
        draft: &mut Draft<'_>,
        asker: &Asker,
        case: &mut Case,
        at: &At,
        placed: Option<&Kept<Placed>>,
        behind: i64,
    ) -> Result<(), Error> {
        self.mark_holder(draft, asker, case).await?;
        let no_shows = placed.map_or(0, |kept| kept.value.no_shows) + 1;
        let place = (no_shows < NO_SHOWS_MAX).then_some(behind);
        let value = Placed { no_shows, place };
        let from = placed.map_or(0, |kept| kept.version);
        let key = At::place_key(&at.branch, case.ticket.id);
        let kept_until = draft.now() + PLACE_KEPT;
        let change = put(&PLACE, key, Some(from), &value, Some(kept_until))?;
        draft.changes.records.push(change);
        if place.is_some() {
            return draft.back_in_line(case);
        }
        draft.resolve(case, Outcome::Withdrawn, None)
    }
}

impl Draft<'_> {
    /// Calls a token to a counter, which shows it.
    fn call(
        &mut self,
        case: &mut Case,
        at: &At,
        number: TokenNumber,
        times: u32,
    ) -> Result<(), Error> {
        let counter = at.counter.clone();
        self.happen(case, Fact::Called { counter, times })?;
        let call = Call {
            ticket: case.ticket.id,
            number,
            at: self.now(),
            times,
        };
        self.changes.records.push(at.with(Some(call), self.now())?);
        Ok(())
    }

    /// Takes a token from whoever has it.
    fn back_in_line(&mut self, case: &mut Case) -> Result<(), Error> {
        if let Some(assignment) = case.ticket.assignment {
            self.release(case, assignment)?;
            self.queue(case)?;
        }
        Ok(())
    }
}

fn number(ticket: &Ticket) -> Result<TokenNumber, Error> {
    let no_token = || Error::not_possible("the ticket is no token");
    ticket.token().ok_or_else(no_token)
}

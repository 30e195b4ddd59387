//! Deadlines in words: due in, met in, overdue by, missed by, paused because.

use chrono::TimeDelta;
use crcore::Ticket;
use crcore::ticket::{Mark, PauseCause, Timer};
use minijinja::context;
use minijinja::value::Value;

use super::names::say;
use crate::web::ctx::Ctx;
use crate::web::messages::Argument;

/// What is due within this is due soon, whatever the rules warn of.
const SOON: TimeDelta = TimeDelta::hours(2);

/// Every deadline of a ticket, in the order they began.
pub(super) fn all(ctx: &Ctx, ticket: &Ticket) -> Vec<Value> {
    let timers = ticket.sla.iter().flat_map(|sla| &sla.timers);
    timers.map(|timer| clock(ctx, ticket, timer)).collect()
}

/// The one that a list shows: the next that runs, else one that is held, else none.
pub(super) fn next(ctx: &Ctx, ticket: &Ticket) -> Value {
    if ticket.status.is_active() {
        let open = |timer: &&Timer| timer.verdict.is_none();
        let open: Vec<&Timer> = ticket
            .sla
            .iter()
            .flat_map(|sla| &sla.timers)
            .filter(open)
            .collect();
        let due = open
            .iter()
            .filter(|t| t.due_at.is_some())
            .min_by_key(|t| t.due_at);
        if let Some(timer) = due.or(open.first()) {
            return clock(ctx, ticket, timer);
        }
    }
    context! { what => "resolution", state => "none", at => (), amount => "", why => () }
}

fn clock(ctx: &Ctx, ticket: &Ticket, timer: &Timer) -> Value {
    let now = ctx.app.clock.now();
    let (mut why, mut amount) = (None, TimeDelta::zero());
    let state = match (timer.verdict, timer.due_at) {
        (Some(verdict), _) if verdict.met => {
            amount = verdict.at - timer.started_at;
            "met"
        }
        (Some(verdict), _) => {
            amount = TimeDelta::seconds(verdict.margin_s.saturating_abs());
            "missed"
        }
        (None, _) if !ticket.status.is_active() => "none",
        (None, Some(due)) if due <= now => {
            amount = now - due;
            "overdue"
        }
        (None, Some(due)) => {
            amount = due - now;
            let warned =
                |m: &crcore::ticket::Milestone| m.fired && matches!(m.mark, Mark::Warning(_));
            if amount < SOON || timer.milestones.iter().any(warned) {
                "soon"
            } else {
                "due"
            }
        }
        (None, None) => {
            why = Some(paused(ctx, ticket, timer));
            "paused"
        }
    };
    context! {
        what => timer.target.name(),
        state => state,
        at => timer.due_at.map(|at| at.to_rfc3339()),
        amount => span(ctx, amount),
        why => why,
    }
}

/// Why a clock stands still. One that ran out before it was held stays late.
fn paused(ctx: &Ctx, ticket: &Ticket, timer: &Timer) -> String {
    let cause = ticket.pauses.iter().rfind(|pause| pause.to.is_none());
    let cause = match cause.map(|pause| pause.cause) {
        Some(PauseCause::Customer) => "agent-paused-customer",
        Some(PauseCause::ThirdParty) => "agent-paused-third-party",
        Some(PauseCause::Resolved) | None => "agent-paused-resolved",
    };
    let cause = say(ctx, cause, &[]);
    if timer.is_breached() {
        return say(ctx, "agent-paused-late", &[("cause", &cause)]);
    }
    cause
}

/// A length of time in its largest unit.
pub(super) fn span(ctx: &Ctx, length: TimeDelta) -> String {
    let length = length.abs();
    let (unit, count) = if length < TimeDelta::hours(1) {
        ("minutes", length.num_minutes())
    } else if length < TimeDelta::days(2) {
        ("hours", length.num_hours())
    } else {
        ("days", length.num_days())
    };
    let count = Argument::from(count.unsigned_abs());
    ctx.text(
        &format!("agent-span-{unit}"),
        &[("count".to_owned(), count)],
    )
}

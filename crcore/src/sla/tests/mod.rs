//! The traps that other desks fell into, and the laws against a model that counts minutes.

mod checks;
mod explained;
mod laws;
mod traps;

mod setup {
    use crate as crcore;

    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sla_setup.rs"));
}

use crate::ticket::{Mark, Milestone, Target, Ticket, Timer};

/// The last timer of a target.
fn timer(ticket: &Ticket, target: Target) -> &Timer {
    let timers = &ticket.sla.as_ref().unwrap().timers;
    timers.iter().rfind(|t| t.target == target).unwrap()
}

/// When the last timer of a target is due, in UTC.
fn due(ticket: &Ticket, target: Target) -> Option<String> {
    timer(ticket, target).due_at.map(|at| at.to_rfc3339())
}

fn milestone(ticket: &Ticket, target: Target, mark: Mark) -> Milestone {
    let mut milestones = timer(ticket, target).milestones.iter();
    *milestones.find(|m| m.mark == mark).unwrap()
}

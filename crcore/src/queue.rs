//! Lines of people: how long they wait.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::ticket::{Outcome, PauseCause, Ticket};

/// How many of the customers who were served last a wait is reckoned from: an hour or two of a
/// counter's work, so that it follows the day.
pub const SERVED_MAX: u32 = 20;
/// How many customers must have been served before their times are trusted more than the bank's word.
pub const SERVED_MIN: u32 = 5;
/// The longest service that counts, in minutes. A longer one is a ticket that nobody finished.
pub const SERVICE_MAX_MINUTES: i64 = 120;

/// How long one customer is served, on average.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    mean: TimeDelta,
    basis: Basis,
}

/// What a wait was reckoned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Basis {
    /// The customers who were served last.
    Served {
        /// How many.
        customers: u32,
    },
    /// What the bank says the service usually takes.
    Usual,
}

/// How long somebody waits, in whole minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// On average.
    pub minutes: u32,
    /// Nine of ten wait longer than this.
    pub from: u32,
    /// Nine of ten wait no longer than this.
    pub to: u32,
    /// What it was reckoned from.
    pub basis: Basis,
}

impl Pace {
    /// The mean of the times of service given, at most [`SERVED_MAX`] of them, or of what the bank says
    /// the service usually takes where there are fewer than [`SERVED_MIN`]. None where the bank says
    /// nothing either: then nobody knows, and that is what to say.
    pub fn of(served: impl IntoIterator<Item = TimeDelta>, usual: Option<u32>) -> Option<Self> {
        let longest = TimeDelta::minutes(SERVICE_MAX_MINUTES);
        let (mut customers, mut total) = (0_u32, TimeDelta::zero());
        for time in served.into_iter().take(SERVED_MAX as usize) {
            customers += 1;
            total += time.clamp(TimeDelta::zero(), longest);
        }
        if customers >= SERVED_MIN {
            return Some(Self {
                mean: total / i32::try_from(customers).unwrap_or(i32::MAX),
                basis: Basis::Served { customers },
            });
        }
        usual.map(|minutes| Self {
            mean: TimeDelta::minutes(i64::from(minutes)),
            basis: Basis::Usual,
        })
    }

    /// How long somebody waits who has `ahead` others before them, where `servers` serve the line and
    /// `busy` of them serve somebody. None where nobody serves.
    ///
    /// They are called when `k = ahead + 1 - idle` services have ended. While all of `c` servers work
    /// and a service takes `s` on average, one ends every `s / c`; so the mean is `k * s / c`. Where
    /// services take an exponential time, the time until `k` have ended has the Erlang distribution of
    /// shape `k`, whose 10th and 90th percentiles are the range.
    ///
    /// Sources: the queue-length-based delay estimator, W. Whitt, "Predicting queueing delays",
    /// Management Science 45(6), 1999, 870–888; its percentiles by E. B. Wilson and M. M. Hilferty, "The
    /// distribution of chi-square", PNAS 17(12), 1931, 684–688.
    #[must_use]
    pub fn wait(&self, ahead: u32, servers: u32, busy: u32) -> Option<Wait> {
        let idle = servers
            .checked_sub(busy.min(servers))
            .filter(|_| servers > 0)?;
        let k = f64::from((ahead.saturating_add(1)).saturating_sub(idle));
        let one = self.mean.as_seconds_f64() / 60.0 / f64::from(servers);
        Some(Wait {
            minutes: (k * one).round() as u32,
            from: (percentile(k, -TENTH) * one).floor() as u32,
            to: (percentile(k, TENTH) * one).ceil() as u32,
            basis: self.basis,
        })
    }
}

/// The standard normal deviate that one of ten lies beyond.
const TENTH: f64 = 1.281_551_565_544_6;

/// A percentile of the Erlang distribution of this shape and scale 1, by the cube root that is nearly
/// normal.
fn percentile(shape: f64, deviate: f64) -> f64 {
    if shape <= 0.0 {
        return 0.0;
    }
    let ninth = 1.0 / (9.0 * shape);
    shape * (1.0 - ninth + deviate * ninth.sqrt()).max(0.0).powi(3)
}

/// How long a customer was served: from the last time that an agent took the ticket until it was
/// answered, without the waits for the customer or somebody else in between. None while it is not
/// answered, and where it was withdrawn.
#[must_use]
pub fn time_of_service(ticket: &Ticket) -> Option<TimeDelta> {
    let outcome = ticket.status.outcome();
    outcome.filter(|outcome| *outcome != Outcome::Withdrawn)?;
    let begun = ticket.assignment?.since;
    let resolved = |cause| cause == PauseCause::Resolved;
    let last = ticket.pauses.iter().rfind(|p| resolved(p.cause))?;
    let ended = last.from;
    let away = ticket.pauses.iter().filter(|p| !resolved(p.cause));
    let away = away.fold(TimeDelta::zero(), |sum, pause| {
        let from = pause.from.max(begun);
        let to: DateTime<Utc> = pause.to.unwrap_or(ended).min(ended);
        sum + (to - from).max(TimeDelta::zero())
    });
    Some((ended - begun - away).max(TimeDelta::zero()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn minutes(minutes: &[i64]) -> Vec<TimeDelta> {
        minutes.iter().map(|&m| TimeDelta::minutes(m)).collect()
    }

    #[test]
    fn a_wait_is_reckoned_from_who_was_served_or_from_the_banks_word() {
        let served = Pace::of(minutes(&[4, 6, 5, 3, 7]), Some(20)).unwrap();
        // Six services of five minutes have to end, and two counters work on them.
        let wait = served.wait(5, 2, 2).unwrap();
        let basis = Basis::Served { customers: 5 };
        assert_eq!(
            wait,
            Wait {
                minutes: 15,
                from: 7,
                to: 24,
                basis
            }
        );

        let told = Pace::of(minutes(&[4, 6]), Some(20)).unwrap().wait(0, 1, 1);
        assert_eq!(
            told.map(|wait| (wait.minutes, wait.basis)),
            Some((20, Basis::Usual))
        );
        assert_eq!(Pace::of(minutes(&[4]), None), None, "nobody knows");
        assert_eq!(served.wait(3, 0, 0), None, "nobody serves");
        assert_eq!(served.wait(0, 2, 1).unwrap().to, 0, "a counter is free");
    }

    #[test]
    fn one_forgotten_ticket_does_not_frighten_everybody() {
        let forgotten = Pace::of(minutes(&[5, 5, 5, 5, 6_000]), None).unwrap();
        assert_eq!(forgotten.wait(0, 1, 1).unwrap().minutes, 28);
    }

    #[test]
    fn eight_of_ten_who_wait_are_called_within_the_range() {
        // A line of seven before three busy counters, served by exponential times of ten minutes.
        let pace = Pace::of([], Some(10)).unwrap();
        let told = pace.wait(7, 3, 3).unwrap();
        let mut state = 7_u64;
        let mut exponential = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            -10.0
                * ((state >> 11) as f64 / (1_u64 << 53) as f64)
                    .max(1e-12)
                    .ln()
        };
        let (mut within, mut sum) = (0, 0.0);
        for _ in 0..4_000 {
            let mut free: [f64; 3] = [exponential(), exponential(), exponential()];
            for _ in 0..7 {
                free.sort_by(f64::total_cmp);
                free[0] += exponential();
            }
            let called = free.iter().copied().fold(f64::MAX, f64::min);
            sum += called;
            within += i32::from((f64::from(told.from)..=f64::from(told.to)).contains(&called));
        }
        let mean = sum / 4_000.0;
        assert!(
            (mean - f64::from(told.minutes)).abs() < 1.0,
            "{mean} and {told:?}"
        );
        assert!(
            (3_120..3_480).contains(&within),
            "{within} of 4000 within {told:?}"
        );
    }

    proptest! {
        #[test]
        fn who_stands_further_back_waits_no_shorter(ahead in 0_u32..500, servers in 1_u32..30, busy in 0_u32..40, s in 1_u32..100) {
            let pace = Pace::of([], Some(s)).unwrap();
            let (near, far) = (pace.wait(ahead, servers, busy).unwrap(), pace.wait(ahead + 1, servers, busy).unwrap());
            prop_assert!(near.from <= near.minutes && near.minutes <= near.to);
            prop_assert!(near.minutes <= far.minutes && near.from <= far.from && near.to <= far.to);
        }
    }
}

//! Time and chance come in through one door.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, DurationRound, SubsecRound, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The host's source of time and chance: the only two things that make one run differ from another.
pub trait Clock: Send + Sync + 'static {
    /// The present instant. The desk cuts it to microseconds.
    fn now(&self) -> DateTime<Utc>;
    /// 32 bytes that nobody can foresee.
    ///
    /// # Errors
    /// [`ClockError`] where the host has no randomness to give.
    fn random(&self) -> Result<[u8; 32], ClockError>;
}

/// The host's random source gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the random source of this host failed: {0}")]
pub struct ClockError(pub String);

/// The clock and the random source of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn now(&self) -> DateTime<Utc> {
        to_micros(Utc::now())
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn random(&self) -> Result<[u8; 32], ClockError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|e| ClockError(e.to_string()))?;
        Ok(bytes)
    }
}

/// A clock that moves only when told, with chance from a seed: two runs over it are the same run.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<DateTime<Utc>>,
    seed: u64,
    drawn: AtomicU64,
}

impl ManualClock {
    /// A clock standing at `start`, with seed 0.
    #[must_use]
    pub fn new(start: DateTime<Utc>) -> Self {
        Self::seeded(start, 0)
    }

    /// A clock standing at `start` whose random bytes follow from `seed`.
    #[must_use]
    pub fn seeded(start: DateTime<Utc>, seed: u64) -> Self {
        Self {
            now: Mutex::new(to_micros(start)),
            seed,
            drawn: AtomicU64::new(0),
        }
    }

    /// Moves the clock to `instant`, backwards too.
    pub fn set(&self, instant: DateTime<Utc>) {
        *self
            .now
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = to_micros(instant);
    }

    /// Moves the clock on by `step` and says what it shows then. Stays where it is at the end of time.
    pub fn advance(&self, step: TimeDelta) -> DateTime<Utc> {
        let mut now = self
            .now
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *now = now.checked_add_signed(step).map_or(*now, to_micros);
        *now
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self
            .now
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn random(&self) -> Result<[u8; 32], ClockError> {
        let nth = self.drawn.fetch_add(1, Ordering::Relaxed);
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(nth.to_be_bytes());
        Ok(hash.finalize().into())
    }
}

/// `instant` cut (not rounded) to the microsecond: what every store keeps.
#[must_use]
pub fn to_micros(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant
        .duration_trunc(TimeDelta::microseconds(1))
        .unwrap_or_else(|_| instant.trunc_subsecs(6))
}

/// The instant of one decision, and the chance it may use.
///
/// Everything a decision draws follows from 32 bytes of the clock, so the same clock gives the same
/// decision again. Ids are UUID version 7 (RFC 9562) and increase within one moment.
#[derive(Debug, Clone)]
pub struct Moment {
    now: DateTime<Utc>,
    seed: [u8; 32],
    drawn: u32,
}

impl Moment {
    /// Reads the clock once.
    ///
    /// # Errors
    /// [`ClockError`] where the clock has no randomness to give.
    pub fn of(clock: &dyn Clock) -> Result<Self, ClockError> {
        Ok(Self {
            now: to_micros(clock.now()),
            seed: clock.random()?,
            drawn: 0,
        })
    }

    /// The instant of the decision.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The same chance, not before `instant`: a host whose clock runs behind writes no event that is
    /// older than the one before it.
    #[must_use]
    pub fn not_before(mut self, instant: DateTime<Utc>) -> Self {
        self.now = self.now.max(instant);
        self
    }

    /// The next 32 random bytes.
    pub fn bytes(&mut self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(self.drawn.to_be_bytes());
        self.drawn += 1;
        hash.finalize().into()
    }

    /// A fresh id.
    pub fn id<T: From<Uuid>>(&mut self) -> T {
        let nth = self.drawn;
        let bytes = self.bytes();
        let mut tail = [0; 10];
        tail.copy_from_slice(&bytes[..10]);
        // The first 12 bits after the time count within the moment, so that ids increase in it.
        tail[0] = (nth >> 8) as u8 & 0x0f;
        tail[1] = nth as u8;
        let millis = u64::try_from(self.now.timestamp_millis()).unwrap_or(0);
        T::from(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TicketId;

    #[test]
    fn a_moment_repeats_and_its_ids_increase() {
        let start = "2026-03-02T09:00:00.123456Z".parse().unwrap();
        let draw = || {
            let mut moment = Moment::of(&ManualClock::seeded(start, 7)).unwrap();
            (0..300)
                .map(|_| moment.id::<TicketId>())
                .collect::<Vec<_>>()
        };
        let ids = draw();
        assert_eq!(ids, draw(), "the same clock gives the same ids");
        assert!(ids.windows(2).all(|w| w[0] < w[1]));
    }

    #[test]
    fn two_moments_of_one_instant_share_no_id() {
        let clock = ManualClock::new("2026-03-02T09:00:00Z".parse().unwrap());
        let a: TicketId = Moment::of(&clock).unwrap().id();
        let b: TicketId = Moment::of(&clock).unwrap().id();
        assert_ne!(a, b);
    }

    #[test]
    fn a_lagging_clock_does_not_write_the_past() {
        let clock = ManualClock::new("2026-03-02T09:00:00Z".parse().unwrap());
        let last = "2026-03-02T09:00:05Z".parse().unwrap();
        assert_eq!(Moment::of(&clock).unwrap().not_before(last).now(), last);
    }
}

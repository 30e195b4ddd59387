//! How often something may be tried.
//!
//! A try is counted before it is looked at, in a commit of its own, so that a thousand tries at once are
//! as many as one after the other. What is counted is the address that was typed and not the account, so
//! that an unknown address is treated as a known one; an account is counted by only for what its owner does in it. A try that has to wait is not counted: nobody
//! makes the wait longer for somebody else by knocking all the time.

use chrono::{DateTime, TimeDelta, Utc};
use crcore::Shelf;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::keep::{REPLANS_MAX, Write, crowded};
use super::{AccountError, AccountId, Accounts, Email, Visit, secret};

/// Wrong passwords for one address before the next one has to wait.
pub const PASSWORDS_FREE: u32 = 3;
/// The first wait; each further one is twice as long.
pub const PASSWORD_WAIT: TimeDelta = TimeDelta::seconds(15);
/// The longest wait. With the others it lets 8 tries into the first 15 minutes and one into each
/// quarter of an hour after that: some 100 a day, against passwords that take 10^8 tries at least.
pub const PASSWORD_WAIT_MAX: TimeDelta = TimeDelta::minutes(15);
/// Wrong mailed codes for one address in a day. 20 tries in 10^6 codes are a chance of 2 in 100,000.
pub const CODES_A_DAY: u32 = 20;
/// Wrong codes of an authenticator app for one account in a day. Three of 10^6 codes are right at a
/// time: 15 tries are a chance of 5 in 100,000.
pub const FACTORS_A_DAY: u32 = 15;
/// Letters to one address in an hour that one source can cause, or its owner from a device that is known to be
/// theirs, or one of the staff who invites: a stranger who asks for letters keeps nobody else from theirs. Of changes
/// of address so many can be begun by one account, whatever the addresses.
pub const LETTERS_AN_HOUR: u32 = 5;
/// Letters to one address in an hour that all sources together can cause, its owner's devices and invitations left
/// out: what a mailbox has to bear from strangers.
pub const LETTERS_AN_HOUR_OF_ALL: u32 = 20;
/// Tries of any kind from one source in 15 minutes: a branch behind one address may come to work.
pub const SOURCE_TRIES: u32 = 300;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// Wrong passwords for an address, or from a device that is known to be its owner's.
    Password,
    /// Wrong mailed codes for an address, or for those asked for from a device of its owner's.
    Code,
    /// Wrong codes of an authenticator app for an account.
    Factor,
    /// Letters to an address from a source, from a device of its owner's, or of who invites there; and changes of an
    /// account's address.
    Letter,
    /// Letters to an address from anywhere else.
    Mailbox,
    /// Tries from a source.
    Source,
}

/// Where a count stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    count: u32,
    since: DateTime<Utc>,
    last: DateTime<Utc>,
}

pub(super) static TALLIES: Shelf<Tally> = Shelf::new("account-tally");

impl Limit {
    fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
            Self::Factor => "factor",
            Self::Letter => "letter",
            Self::Mailbox => "mailbox",
            Self::Source => "source",
        }
    }

    pub(super) fn key(self, subject: &str) -> String {
        format!("{}/{}", self.name(), secret::hash(subject))
    }

    /// For how long a count is remembered.
    fn window(self) -> TimeDelta {
        match self {
            Self::Password | Self::Code | Self::Factor => TimeDelta::days(1),
            Self::Letter | Self::Mailbox => TimeDelta::hours(1),
            Self::Source => TimeDelta::minutes(15),
        }
    }

    /// From when on another try may be made.
    fn free_at(self, tally: &Tally) -> DateTime<Utc> {
        let most = match self {
            Self::Password => return tally.last + password_wait(tally.count),
            Self::Code => CODES_A_DAY,
            Self::Factor => FACTORS_A_DAY,
            Self::Letter => LETTERS_AN_HOUR,
            Self::Mailbox => LETTERS_AN_HOUR_OF_ALL,
            Self::Source => SOURCE_TRIES,
        };
        if tally.count < most {
            tally.since
        } else {
            tally.since + self.window()
        }
    }

    fn next(self, tally: Option<Tally>, now: DateTime<Utc>) -> (Tally, DateTime<Utc>) {
        let tally = Tally {
            count: tally.map_or(0, |t| t.count).saturating_add(1),
            since: tally.map_or(now, |t| t.since),
            last: now,
        };
        let from = if self == Self::Password {
            tally.last
        } else {
            tally.since
        };
        (tally, from + self.window())
    }
}

pub(super) fn password_wait(wrong: u32) -> TimeDelta {
    let Some(doublings) = wrong.checked_sub(PASSWORDS_FREE) else {
        return TimeDelta::zero();
    };
    let factor = 1_i32 << doublings.min(10);
    (PASSWORD_WAIT * factor).min(PASSWORD_WAIT_MAX)
}

/// Whether a try may be made.
pub(super) enum Turn {
    /// Yes; it is the so-manieth under the first limit.
    Go(u32),
    /// After this has passed.
    Wait(TimeDelta),
}

impl Accounts {
    /// Counts one try under each limit, or says how long to wait.
    pub(super) async fn take<S: AsRef<str> + Sync>(
        &self,
        limits: &[(Limit, S)],
    ) -> Result<Turn, AccountError> {
        for _ in 0..REPLANS_MAX {
            let now = self.moment()?.now();
            let mut write = Write::default();
            let mut wait = TimeDelta::zero();
            let mut count = None;
            for (limit, subject) in limits {
                let key = limit.key(subject.as_ref());
                let found = self.find(&TALLIES, &key, now).await?;
                if let Some(tally) = &found.value {
                    wait = wait.max(limit.free_at(tally) - now);
                }
                let (next, until) = limit.next(found.value, now);
                count.get_or_insert(next.count);
                write.put(&TALLIES, &key, Some(found.version), &next, Some(until))?;
            }
            if wait > TimeDelta::zero() {
                return Ok(Turn::Wait(wait));
            }
            if self.land(write).await? {
                return Ok(Turn::Go(count.unwrap_or(0)));
            }
        }
        Err(crowded())
    }

    /// As [`Accounts::take`], where having to wait is an error that says so.
    pub(super) async fn take_or_wait<S: AsRef<str> + Sync>(
        &self,
        limits: &[(Limit, S)],
    ) -> Result<(), AccountError> {
        match self.take(limits).await? {
            Turn::Go(_) => Ok(()),
            Turn::Wait(after) => Err(AccountError::wait("too many tries", after)),
        }
    }

    /// Counts a letter to an address that somebody asked for, and a try from where they are, or says how long to
    /// wait. Gives who that is, for the letters that follow.
    pub(super) async fn take_letter(
        &self,
        email: &Email,
        visit: &Visit,
    ) -> Result<Asker, AccountError> {
        let asker = self.asker(email, visit).await?;
        let mut limits = asker.letter(email);
        limits.push((Limit::Source, visit.source.clone()));
        self.take_or_wait(&limits).await?;
        Ok(asker)
    }

    /// The same for whose try is counted already.
    pub(super) async fn take_letter_of_try(
        &self,
        email: &Email,
        visit: &Visit,
    ) -> Result<Asker, AccountError> {
        let asker = self.asker(email, visit).await?;
        self.take_or_wait(&asker.letter(email)).await?;
        Ok(asker)
    }

    async fn asker(&self, email: &Email, visit: &Visit) -> Result<Asker, AccountError> {
        let now = self.moment()?.now();
        let owned = self.by_email(email, now).await?.value;
        let id = owned.map_or(AccountId::from(Uuid::nil()), |o| o.account.id);
        let device = self.knows_device(id, visit, now).await?;
        Ok(match device {
            Some(device) => Asker::Owner(device),
            None => Asker::Other(secret::hash(&format!("{} {}", email.key(), visit.source))),
        })
    }
}

/// Who asked for a letter, as far as limits tell them apart.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Asker {
    /// The owner of the address, from a device that is known to be theirs.
    Owner(String),
    /// Somebody else, or the owner from elsewhere: by a hash of the address and the source, or by the account.
    Other(String),
}

impl Asker {
    /// Under what one more letter of theirs to this address is counted.
    pub(super) fn letter(&self, email: &Email) -> Vec<(Limit, String)> {
        match self {
            Self::Owner(device) => vec![(Limit::Letter, device.clone())],
            Self::Other(asker) => vec![
                (Limit::Letter, asker.clone()),
                (Limit::Mailbox, email.key()),
            ],
        }
    }

    /// Under what wrong tries at a code that they asked for are counted.
    pub(super) fn codes(&self, email: &Email) -> String {
        match self {
            Self::Owner(device) => device.clone(),
            Self::Other(_) => email.key(),
        }
    }
}

impl Write {
    /// Whoever proved who they are begins anew.
    pub(super) fn forgive(&mut self, limit: Limit, subject: &str) {
        self.remove(&TALLIES, &limit.key(subject), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many tries get through from `start` on when somebody knocks every second.
    fn through(limit: Limit, seconds: i64) -> usize {
        let start: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().unwrap();
        let mut tally = None;
        (0..seconds)
            .filter(|second| {
                let now = start + TimeDelta::seconds(*second);
                if tally.is_some_and(|t: Tally| limit.free_at(&t) > now) {
                    return false;
                }
                tally = Some(limit.next(tally, now).0);
                true
            })
            .count()
    }

    #[test]
    fn a_password_can_be_guessed_at_ten_times_in_a_quarter_of_an_hour_and_hardly_after() {
        assert_eq!(through(Limit::Password, 15 * 60), 8);
        assert!(through(Limit::Password, 24 * 3600) <= 110);
    }

    #[test]
    fn a_code_can_be_guessed_at_twenty_times_a_day() {
        assert_eq!(through(Limit::Code, 24 * 3600), 20);
        assert_eq!(through(Limit::Factor, 24 * 3600), 15);
        assert_eq!(through(Limit::Letter, 3600), 5);
        assert_eq!(through(Limit::Mailbox, 3600), 20);
    }

    #[test]
    fn the_longest_wait_is_a_quarter_of_an_hour() {
        assert_eq!(password_wait(2), TimeDelta::zero());
        assert_eq!(password_wait(3), TimeDelta::seconds(15));
        assert_eq!(password_wait(u32::MAX), PASSWORD_WAIT_MAX);
    }
}

//! Sending what is owed: lease, send, settle.
//!
//! A notice is leased by a commit before it is sent and settled by a commit after. Both compare its
//! version, so of several hosts one sends, and one whose lease ran out settles nothing. A second copy
//! can only come from a host that died between sending and settling; it has the same id.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{Ticked, join};
use crate::catalogue::Catalogue;
use crate::clock::Moment;
use crate::desk::Desk;
use crate::error::Error;
use crate::notify::{Message, Notice, NoticeState, Notifier, NotifyError, Recipient};
use crate::store::{Changes, Revised, StoreError};
use crate::ticket::{Language, Outcome, Ticket};

/// How long a host may take to send what it leased: above any notifier's own time limit.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// How often a notice is tried before it is given up: with the waits below, over about two days.
const ATTEMPTS_MAX: u32 = 16;
/// How many notices a host sends at once.
const AT_ONCE: usize = 16;

/// How long to wait after the `attempts`-th failure: 30 seconds doubled each time, at most 6 hours,
/// and a random part of up to a quarter more, so that what failed together does not come together.
fn back_off(attempts: u32, chance: u8) -> TimeDelta {
    let seconds = (30_i64 << attempts.saturating_sub(1).min(12)).min(6 * 3600);
    TimeDelta::seconds(seconds + seconds * i64::from(chance) / 1024)
}

impl Desk {
    pub(super) async fn tick_notices(&self, limit: u32, ticked: &mut Ticked) -> Result<(), Error> {
        let Some(notifier) = &self.inner.notifier else {
            return Ok(());
        };
        let now = self.inner.clock.now();
        let owed = self
            .inner
            .store
            .owed(now, self.inner.tick.spread, limit)
            .await?;
        ticked.more |= owed.len() as u32 >= limit;
        let leased = self.lease(owed, now, ticked).await?;
        for batch in leased.chunks(AT_ONCE) {
            if self.inner.clock.now() - now > LEASE / 2 {
                // What is left of the lease may be less than sending takes. The rest comes due again.
                ticked.more = true;
                break;
            }
            let sent = join(batch.iter().map(|notice| self.send(&**notifier, notice)));
            let mut sets = Vec::with_capacity(batch.len());
            let mut failed = None;
            for (notice, result) in batch.iter().zip(sent.await) {
                match result {
                    Ok(result) => sets.push(self.settled(notice, result, ticked)?),
                    // It was not sent, and its lease runs out. Those beside it were and are settled.
                    Err(error) => failed = Some(error),
                }
            }
            self.settle(&sets, ticked).await?;
            if let Some(error) = failed {
                return Err(error);
            }
        }
        Ok(())
    }

    async fn settle(&self, sets: &[Changes], ticked: &mut Ticked) -> Result<(), Error> {
        let mut failed = None;
        for (set, answer) in sets.iter().zip(self.inner.store.commit(sets).await) {
            let answer = match answer {
                Err(StoreError::Unknown { .. }) => self.land(set).await,
                other => other,
            };
            match answer {
                Ok(()) => {}
                Err(StoreError::Conflict { .. }) => ticked.conflicts += 1,
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    async fn lease(
        &self,
        owed: Vec<Notice>,
        now: DateTime<Utc>,
        ticked: &mut Ticked,
    ) -> Result<Vec<Notice>, Error> {
        let state = NoticeState::Leased {
            until: now + LEASE,
            by: self.inner.host,
        };
        let leased: Vec<Notice> = owed
            .into_iter()
            .map(|notice| Notice {
                version: notice.version + 1,
                attempts: notice.attempts + 1,
                state: state.clone(),
                ..notice
            })
            .collect();
        let sets: Vec<Changes> = leased.iter().map(revised).collect();
        let answers = self.inner.store.commit(&sets).await;
        let mut ours = Vec::with_capacity(leased.len());
        for (notice, answer) in leased.into_iter().zip(answers) {
            match answer {
                Ok(()) => ours.push(notice),
                // If an unknown lease landed, it runs out; sending now could send twice.
                Err(StoreError::Conflict { .. } | StoreError::Unknown { .. }) => {
                    ticked.conflicts += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(ours)
    }

    /// Sends one notice. The outer error is the desk's own, the inner one the carrier's.
    async fn send(
        &self,
        notifier: &dyn Notifier,
        notice: &Notice,
    ) -> Result<Result<(), NotifyError>, Error> {
        match self.message(notice).await? {
            Ok(message) => Ok(notifier.notify(&message).await),
            Err(why) => Ok(Err(NotifyError {
                again: false,
                why: why.to_owned(),
            })),
        }
    }

    /// Makes a notice ready for a carrier, or says why it never can be.
    async fn message(&self, notice: &Notice) -> Result<Result<Message, &'static str>, Error> {
        let Some(ticket) = self.inner.store.ticket(notice.ticket).await? else {
            return Ok(Err("the ticket is not there"));
        };
        let (name, email, language) = match &notice.to {
            Recipient::Customer(id) => match self.directory().customer(*id).await? {
                Some(customer) => (customer.name, customer.email, ticket.language.clone()),
                None => return Ok(Err("the directory does not know the customer")),
            },
            Recipient::Agent(id) => match self.inner.store.agent(*id).await? {
                Some(s) => (Some(s.agent.name), s.agent.email, Language::default()),
                None => return Ok(Err("the agent is not on the roster")),
            },
            Recipient::Team(team) => (
                None,
                self.rules().team(team).map(str::to_owned),
                Language::default(),
            ),
        };
        let Some(email) = email else {
            return Ok(Err("no address is known"));
        };
        let words = self.inner.store.words(&notice.pieces).await?;
        let mut texts = notice
            .pieces
            .iter()
            .map(|piece| words.iter().find(|w| w.id == *piece));
        let mut told = || {
            texts
                .next()
                .flatten()
                .map(|words| words.text.clone())
                .unwrap_or_default()
        };
        let (subject, message) = (told(), told());
        let mut variables = variables(&ticket, self.inner.time_zone, &language);
        let catalogue = match self.whole_catalogue().await {
            Ok(kept) => kept.value,
            // What a service is called is no reason to tell a customer nothing.
            Err(Error::Broken { .. }) => Catalogue::default(),
            Err(error) => return Err(error),
        };
        if let Some(offer) = catalogue.services.get(&ticket.service) {
            let title = offer.title.told(&language).to_owned();
            variables.insert("service_label".into(), title);
        }
        let message = match notice.text.as_str() {
            "transcript" => self.transcript(notice, name.as_deref()).await?,
            _ => message,
        };
        let pages = self.inner.case_pages.as_ref();
        let link = pages.map(|pages| pages.link(ticket.reference, &notice.to));
        variables.insert("link".into(), link.unwrap_or_default());
        variables.insert("subject".into(), subject);
        variables.insert("message".into(), message);
        variables.insert("name".into(), name.clone().unwrap_or_default());
        Ok(Ok(Message {
            notice: notice.id,
            ticket: ticket.id,
            reference: ticket.reference,
            name,
            email,
            language,
            text: notice.text.clone(),
            created_at: notice.created_at,
            variables,
        }))
    }

    fn settled(
        &self,
        notice: &Notice,
        result: Result<(), NotifyError>,
        ticked: &mut Ticked,
    ) -> Result<Changes, Error> {
        let mut moment = Moment::of(&*self.inner.clock)?;
        let at = moment.now();
        let state = match result {
            Ok(()) => {
                ticked.delivered += 1;
                NoticeState::Delivered { at }
            }
            Err(error) if error.again && notice.attempts < ATTEMPTS_MAX => {
                ticked.postponed += 1;
                NoticeState::Owed {
                    at: at + back_off(notice.attempts, moment.bytes()[0]),
                }
            }
            Err(error) => {
                ticked.dead += 1;
                NoticeState::Dead {
                    at,
                    why: plain(&error.why),
                }
            }
        };
        Ok(revised(&Notice {
            version: notice.version + 1,
            state,
            ..notice.clone()
        }))
    }
}

/// What a carrier said, in one line that every store can hold.
fn plain(why: &str) -> String {
    let line = why.chars().take(200);
    line.map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn revised(notice: &Notice) -> Changes {
    let notices = vec![Revised {
        from: notice.version - 1,
        value: notice.clone(),
    }];
    Changes {
        notices,
        ..Changes::default()
    }
}

/// What every text may tell of a ticket.
fn variables(ticket: &Ticket, zone: Tz, language: &Language) -> BTreeMap<String, String> {
    let outcome = ticket.status.outcome().map_or("", Outcome::name);
    let due = ticket.deadline().map(|at| {
        let there = at.with_timezone(&zone);
        there.format("%Y-%m-%d %H:%M %Z").to_string()
    });
    let quoted = ticket.quotation();
    let amount = quoted.map(|quoted| quoted.amount.written(language.as_str()));
    let until = quoted.map(|quoted| quoted.valid_until.to_string());
    [
        ("reference", ticket.reference.to_string()),
        ("kind", ticket.kind.name().to_owned()),
        ("service", ticket.service.to_string()),
        ("status", ticket.status.name().name().to_owned()),
        ("outcome", outcome.to_owned()),
        ("priority", ticket.priority.name().to_owned()),
        ("due", due.unwrap_or_default()),
        ("amount", amount.unwrap_or_default()),
        ("until", until.unwrap_or_default()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_have_a_bound() {
        assert_eq!(back_off(1, 0), TimeDelta::seconds(30));
        assert_eq!(back_off(2, 0), TimeDelta::seconds(60));
        assert_eq!(back_off(60, 0), TimeDelta::hours(6));
        assert!(back_off(1, 255) <= TimeDelta::seconds(38));
    }
}

//! Counts by day: how well forms are understood, and which pages are visited.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use crate::access::Right;
use crate::actor::Actor;
use crate::clock::Moment;
use crate::desk::Desk;
use crate::desk::shelves::put;
use crate::error::Error;
use crate::id::Code;
use crate::record::{Kept, RecordRange, Shelf};
use crate::store::StoreError;

/// Over how many records a count of one day is spread where many count at once.
const SHARDS: u8 = 32;
/// How often an addition is tried, each time at another record. At the first try all meet at one record;
/// after that, 32 who count at once get through.
const TRIES_MAX: u32 = 12;
/// How long counts are kept: a year, and the same month of the year before.
const KEPT_DAYS: u64 = 400;

/// How often what happened on a day.
type Tally = BTreeMap<String, u64>;

/// Counts by day, form and shard.
const FORMS: Shelf<Tally> = Shelf::new("form-tally");
/// Counts by day and shard.
const VISITS: Shelf<Tally> = Shelf::new("visit-tally");

const SUBMISSIONS: &str = "submissions";
const WITH_ERROR: &str = "with_error";
/// Before a question's code, so that none is mistaken for what else is counted.
const QUESTION: &str = "question/";

/// How well a form is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormQuality {
    /// Which form.
    pub form: Code,
    /// How often it was sent.
    pub submissions: u64,
    /// How often something in it was wrong.
    pub with_error: u64,
    /// How often what was answered to a question was wrong.
    pub by_question: BTreeMap<Code, u64>,
}

impl FormQuality {
    /// The share of submissions with an error, 0 to 1.
    #[must_use]
    pub fn error_rate(&self) -> f64 {
        if self.submissions == 0 {
            return 0.0;
        }
        self.with_error as f64 / self.submissions as f64
    }
}

/// The visits of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visits {
    /// Which day, in UTC.
    pub day: NaiveDate,
    /// How often each page was visited.
    pub pages: BTreeMap<Code, u64>,
}

fn expiry(day: NaiveDate) -> Option<DateTime<Utc>> {
    let last = day.checked_add_days(Days::new(KEPT_DAYS))?;
    Some(last.and_time(NaiveTime::MIN).and_utc())
}

impl Desk {
    /// Counts one submission of a form, and the questions in it whose answers were wrong. The host calls it
    /// for every submission, right or wrong; nothing says whose it was.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the count did not land: the submission is none the worse for it.
    pub async fn tally_form(&self, form: &Code, wrong: &[Code]) -> Result<(), Error> {
        let mut counts = Tally::from([(SUBMISSIONS.to_owned(), 1)]);
        if !wrong.is_empty() {
            counts.insert(WITH_ERROR.to_owned(), 1);
        }
        counts.extend(wrong.iter().map(|code| (format!("{QUESTION}{code}"), 1)));
        self.tally(&FORMS, &format!("/{form}"), &counts).await
    }

    /// Counts visits of pages, so many of each; nothing says whose they were. A host gathers them for some
    /// seconds: a commit for each would cost more than the page.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the counts did not land: they can be given again.
    pub async fn tally_visits(&self, visits: &BTreeMap<Code, u64>) -> Result<(), Error> {
        if visits.is_empty() {
            return Ok(());
        }
        let counts = visits
            .iter()
            .map(|(page, count)| (page.to_string(), *count));
        self.tally(&VISITS, "", &counts.collect()).await
    }

    /// Adds `counts` to those of the day. Where nobody else counts there is one record a day; where several
    /// meet, each who lost goes to another one by chance, and reading adds them up.
    async fn tally(&self, shelf: &Shelf<Tally>, under: &str, counts: &Tally) -> Result<(), Error> {
        let mut moment = Moment::of(&*self.inner.clock)?;
        let day = moment.now().date_naive();
        let mut shard = 0;
        let mut tries = 0;
        loop {
            let key = format!("{day}{under}/{shard:02}");
            let kept = self.kept(shelf, &key).await?;
            let (from, mut tally) = kept.map_or((0, Tally::new()), |k| (k.version, k.value));
            for (what, count) in counts {
                let counted = tally.entry(what.clone()).or_default();
                *counted = counted.saturating_add(*count);
            }
            let change = put(shelf, key, Some(from), &tally, expiry(day))?;
            match self.keep(vec![change]).await {
                Err(StoreError::Conflict { .. }) if tries < TRIES_MAX => {
                    tries += 1;
                    shard = moment.bytes()[0] % SHARDS;
                }
                answer => return Ok(answer?),
            }
        }
    }

    /// How well each form was understood on the days from `from` to before `to`, in UTC, by form.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not see reports, [`Error::Invalid`] where that is more than 400
    /// days.
    pub async fn form_quality(
        &self,
        actor: Actor,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<FormQuality>, Error> {
        let mut forms: BTreeMap<Code, FormQuality> = BTreeMap::new();
        for kept in self.tallied(actor, &FORMS, from, to).await? {
            let Some(form) = kept.key.split('/').nth(1).and_then(|f| f.parse().ok()) else {
                continue;
            };
            let quality = forms.entry(form).or_insert_with_key(|form| FormQuality {
                form: form.clone(),
                submissions: 0,
                with_error: 0,
                by_question: BTreeMap::new(),
            });
            for (what, count) in kept.value {
                match what.strip_prefix(QUESTION).map(str::parse) {
                    Some(Ok(question)) => {
                        *quality.by_question.entry(question).or_default() += count;
                    }
                    _ if what == SUBMISSIONS => quality.submissions += count,
                    _ if what == WITH_ERROR => quality.with_error += count,
                    _ => {}
                }
            }
        }
        Ok(forms.into_values().collect())
    }

    /// The visits of the days from `from` to before `to`, in UTC, by day; days without any are left out.
    ///
    /// # Errors
    /// As [`Desk::form_quality`].
    pub async fn visits(
        &self,
        actor: Actor,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Visits>, Error> {
        let mut days: BTreeMap<NaiveDate, BTreeMap<Code, u64>> = BTreeMap::new();
        for kept in self.tallied(actor, &VISITS, from, to).await? {
            let Some(day) = kept.key.split('/').next().and_then(|d| d.parse().ok()) else {
                continue;
            };
            let pages = days.entry(day).or_default();
            for (page, count) in kept.value {
                if let Ok(page) = page.parse() {
                    *pages.entry(page).or_default() += count;
                }
            }
        }
        let visits = days.into_iter().map(|(day, pages)| Visits { day, pages });
        Ok(visits.collect())
    }

    async fn tallied(
        &self,
        actor: Actor,
        shelf: &Shelf<Tally>,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Kept<Tally>>, Error> {
        self.need(actor, Right::SeeReports)?;
        let days = (to - from).num_days();
        if !(0..=KEPT_DAYS as i64).contains(&days) {
            let expected = format!("0 to {KEPT_DAYS} days after the first, got {days}");
            return Err(Error::invalid("to", expected));
        }
        // Keys begin with the day, and their order is that of the days.
        let end = to.to_string();
        let mut range = RecordRange {
            after: Some(from.to_string()),
            ..shelf.range("", RecordRange::MAX)
        };
        let mut tallied = Vec::new();
        loop {
            let page = self.inner.store.records(&range).await?;
            range.after = page.last().map(|record| record.key.clone());
            let is_full = page.len() as u32 >= RecordRange::MAX;
            let mut through = !is_full;
            for record in page {
                if record.key >= end {
                    through = true;
                    break;
                }
                tallied.push(crate::desk::shelves::read(shelf, record)?);
            }
            if through {
                return Ok(tallied);
            }
        }
    }
}

//! The demo bank's cases: the latest of the sample's real complaints, moved in time so that the last came
//! in today, and spread over the bank's services, branches and customers.
//!
//! Days, how they came in, what they were about and how they ended are the sample's; everything else
//! follows from a seed.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta, TimeZone as _, Utc, Weekday};
use chrono_tz::Tz;
use crcore::ticket::{Channel, Kind, Language, Outcome, WaitingOn};
use crcore::{Amount, Code, CustomerId, Field};

use super::words;
use crate::failure::{Failure, Result};
use crate::replay::case::{Case, Deed, Draw, Told};
use crate::replay::source;

/// The bank's own wall clock.
pub(super) const ZONE: Tz = Tz::Asia__Kolkata;

/// The sample's services, and the demo bank's.
const SERVICES: [(&str, &str); 9] = [
    ("checking-savings", "savings"),
    ("cards", "cards"),
    ("credit-reporting", "credit-report"),
    ("mortgage", "home-loan"),
    ("money-transfer", "transfers"),
    ("debt-collection", "collections"),
    ("vehicle-loan", "vehicle-loan"),
    ("personal-loan", "personal-loan"),
    ("student-loan", "education-loan"),
];
const BRANCHES: [&str; 5] = [
    "mumbai-fort",
    "pune-camp",
    "delhi-connaught",
    "bengaluru-mg-road",
    "mumbai-airport",
];
const CAUSES: [&str; 10] = [
    "delay",
    "double-charge",
    "failed-transfer",
    "fee",
    "fraud",
    "staff-conduct",
    "technical-fault",
    "terms",
    "wrong-information",
    "wrong-record",
];
/// What the sample calls an issue, by a part of it, and its cause.
const CAUSE_OF: [(&str, &str); 13] = [
    ("Fraud", "fraud"),
    ("Improper use", "fraud"),
    ("ees", "fee"),
    ("charging your account", "double-charge"),
    ("purchase", "double-charge"),
    ("information on your report", "wrong-record"),
    ("transfer", "failed-transfer"),
    ("transaction", "failed-transfer"),
    ("terms", "terms"),
    ("customer service", "staff-conduct"),
    ("statements or representation", "wrong-information"),
    ("ing an account", "delay"),
    ("Trouble using", "technical-fault"),
];
/// What money is about, in rupees: the least and the most.
const AMOUNTS: [(&str, u64, u64); 6] = [
    ("cards", 299, 45_000),
    ("transfers", 500, 180_000),
    ("savings", 118, 9_000),
    ("home-loan", 4_000, 250_000),
    ("vehicle-loan", 2_000, 60_000),
    ("personal-loan", 900, 40_000),
];

/// How many of the sample's cases are later than the day on which it thins out.
const STRAGGLERS: usize = 4;

/// Whose case it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner {
    pub(super) id: CustomerId,
    pub(super) hindi: bool,
}

/// The last `count` cases of the sample as the demo bank had them by `now`. A bank that has had more than
/// the sample has a multiple of it on the same days: what follows from the seed tells them apart.
pub(super) fn cases(
    count: usize,
    seed: u64,
    now: DateTime<Utc>,
    owners: &[Owner],
) -> Result<Vec<Case>> {
    let sample = source::read(None, seed)?;
    let found = sample.cases;
    // The last few reached the bank weeks after the others: they came in today as well.
    let Some(last) = found.iter().nth_back(STRAGGLERS).or(found.last()) else {
        return Ok(found);
    };
    let zone = sample.form.zone();
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let today = now.with_timezone(&ZONE).date_naive();
    let later = today - day(last.raised_at);
    let mut moved = Vec::with_capacity(count);
    let earlier = (found.len() - count % found.len()) % found.len();
    let last_ones = found.iter().cycle().skip(earlier).take(count);
    for (nth, case) in last_ones.enumerate() {
        let draw = Draw::of(seed, &format!("demo/{nth}"));
        let raised_on = (day(case.raised_at) + later).min(today);
        let owner = owners[usize::try_from(
            Draw::of(seed, &format!("owner/{nth}")).below(owners.len() as u64),
        )
        .unwrap_or(0)];
        moved.push(Making { draw, owner, now }.case(case, raised_on)?);
    }
    moved.sort_by_key(|case| case.raised_at);
    Ok(moved)
}

/// A case in the making.
struct Making {
    draw: Draw,
    owner: Owner,
    now: DateTime<Utc>,
}

impl Making {
    fn case(mut self, found: &Case, raised_on: NaiveDate) -> Result<Case> {
        let service = SERVICES
            .iter()
            .find(|(of, _)| *of == found.service.as_str());
        let service = service.map_or("other", |(_, service)| *service);
        let kind = match self.draw.below(100) {
            0..72 => Kind::Complaint,
            72..88 => Kind::Query,
            _ => Kind::Request,
        };
        let raised_at = self.comes_in(raised_on);
        let body = words::letter(&mut self.draw, service, self.owner.hindi);
        let told = Told {
            customer: Some(self.owner.id),
            body: Some(body.to_owned()),
            language: language(self.owner.hindi)?,
            amount: self.amount(service)?,
            fields: [
                ("branch", self.one_of(&BRANCHES)),
                ("cause", self.cause(&found.subject)),
            ]
            .into_iter()
            .map(|(field, choice)| Ok((code(field)?, Field::Choice(code(choice)?))))
            .collect::<Result<_>>()?,
        };
        let deeds = self.deeds(found, kind, raised_at);
        Ok(Case {
            raised_at,
            service: code(service)?,
            kind,
            priority: None,
            channel: match found.channel {
                Channel::Web if self.draw.below(4) == 0 => Channel::App,
                other => other,
            },
            subject: found.subject.clone(),
            told,
            deeds,
            labels: found.labels,
        })
    }

    /// A minute between eight in the morning and ten at night; before now, today.
    fn comes_in(&mut self, on: NaiveDate) -> DateTime<Utc> {
        let at = local(on, 8 * 60 + self.draw.below(14 * 60));
        if at <= self.now {
            return at;
        }
        let midnight = local(on, 0);
        let minutes = (self.now - midnight).num_minutes().max(1).unsigned_abs();
        midnight + TimeDelta::minutes(self.draw.below(minutes).cast_signed())
    }

    fn deeds(
        &mut self,
        found: &Case,
        kind: Kind,
        raised_at: DateTime<Utc>,
    ) -> Vec<(DateTime<Utc>, Deed)> {
        let hindi = self.owner.hindi;
        let mut deeds = Vec::new();
        let replied = self.first_reply(raised_at);
        let resolved = self.resolved(found, kind, raised_at, replied);
        if resolved.is_none_or(|(at, _)| replied < at) {
            deeds.push((replied, Deed::Reply(self.say(words::FIRST))));
            self.middle(&mut deeds, replied, resolved.map(|(at, _)| at));
        }
        if let Some((at, outcome)) = resolved {
            let texts = match outcome {
                Outcome::Upheld => words::UPHELD,
                Outcome::PartlyUpheld => words::PARTLY,
                Outcome::Rejected => words::REJECTED,
                Outcome::Answered | Outcome::Withdrawn => words::ANSWERED,
            };
            deeds.push((
                at,
                Deed::Resolve(outcome, words::pick(&mut self.draw, texts, hindi)),
            ));
            self.end(&mut deeds, at, outcome);
        }
        deeds.retain(|(at, _)| *at < self.now);
        deeds.sort_by_key(|(at, _)| *at);
        deeds
    }

    /// Nine of ten within the working day, the others days later.
    fn first_reply(&mut self, raised_at: DateTime<Utc>) -> DateTime<Utc> {
        let minutes = 20 + self.draw.below(260);
        let late = match self.draw.below(10) {
            0 => 2 + self.draw.below(3),
            _ => 0,
        };
        office(
            raised_at
                + TimeDelta::minutes(minutes.cast_signed())
                + TimeDelta::days(late.cast_signed()),
        )
    }

    /// When and how it ended. A complaint took as long as in the sample, anything else some days.
    fn resolved(
        &mut self,
        found: &Case,
        kind: Kind,
        raised_at: DateTime<Utc>,
        replied: DateTime<Utc>,
    ) -> Option<(DateTime<Utc>, Outcome)> {
        let (at, outcome) = found.deeds.iter().find_map(|(at, deed)| match deed {
            Deed::Resolve(outcome, _) => Some((*at, *outcome)),
            _ => None,
        })?;
        let (took, outcome) = match kind {
            Kind::Complaint => (at - found.raised_at, outcome),
            _ => (
                TimeDelta::hours(2 + self.draw.below(120).cast_signed()),
                Outcome::Answered,
            ),
        };
        if self.is_still_open(raised_at) {
            return None;
        }
        let minutes = self.draw.below(300).cast_signed();
        let at = office(raised_at + took + TimeDelta::minutes(minutes));
        Some((at.max(replied + TimeDelta::minutes(5)), outcome))
    }

    /// The sample holds only what was answered in the end; a bank has cases that are not yet.
    fn is_still_open(&mut self, raised_at: DateTime<Utc>) -> bool {
        let percent = match (self.now - raised_at).num_days() {
            ..4 => 80,
            4..15 => 45,
            15..35 => 12,
            35..60 => 3,
            _ => 0,
        };
        self.draw.below(100) < percent
    }

    /// What happens between the first answer and the last.
    fn middle(
        &mut self,
        deeds: &mut Vec<(DateTime<Utc>, Deed)>,
        replied: DateTime<Utc>,
        resolved: Option<DateTime<Utc>>,
    ) {
        let end = resolved.unwrap_or(self.now);
        let later = |hours: u64| replied + TimeDelta::hours(hours.cast_signed());
        if self.draw.below(3) == 0 {
            deeds.push((
                replied + TimeDelta::minutes(7),
                Deed::Note(self.say_inside()),
            ));
        }
        match self.draw.below(10) {
            0..3 => {
                let asked = later(1 + self.draw.below(6));
                let wrote = office(asked + TimeDelta::hours(4 + self.draw.below(50).cast_signed()));
                if asked < end {
                    deeds.push((asked, Deed::Reply(self.say(words::ASKS))));
                    deeds.push((
                        asked + TimeDelta::minutes(1),
                        Deed::Wait(WaitingOn::Customer),
                    ));
                    let answers = resolved.is_some() || self.draw.below(3) == 0;
                    if wrote < end && answers {
                        deeds.push((wrote, Deed::Write(self.say(words::WRITES))));
                    }
                }
            }
            3 => {
                let asked = later(2 + self.draw.below(8));
                let back = office(asked + TimeDelta::hours(24 + self.draw.below(72).cast_signed()));
                if asked < end {
                    deeds.push((asked, Deed::Wait(WaitingOn::ThirdParty)));
                    if back < end {
                        deeds.push((back, Deed::Resume));
                    }
                }
            }
            _ => {}
        }
    }

    /// What the customer makes of the answer.
    fn end(
        &mut self,
        deeds: &mut Vec<(DateTime<Utc>, Deed)>,
        resolved: DateTime<Utc>,
        outcome: Outcome,
    ) {
        let after = |hours: u64| resolved + TimeDelta::hours(hours.cast_signed());
        let content = match outcome {
            Outcome::Rejected => self.draw.below(4) == 0,
            _ => self.draw.below(10) < 8,
        };
        let mut rated = after(1 + self.draw.below(40));
        if !content && self.draw.below(5) == 0 {
            let again = after(5 + self.draw.below(60));
            let answered = office(again + TimeDelta::hours(24 + self.draw.below(48).cast_signed()));
            deeds.push((again, Deed::TakeUpAgain(self.say(words::AGAIN))));
            let second = match outcome {
                Outcome::Answered => Deed::Resolve(outcome, self.say(words::ANSWERED)),
                _ => Deed::Resolve(Outcome::PartlyUpheld, self.say(words::PARTLY)),
            };
            deeds.push((answered, second));
            rated = answered + TimeDelta::hours(3);
        }
        if self.draw.below(100) < 45 {
            let score = if content {
                4 + self.draw.below(2)
            } else {
                1 + self.draw.below(3)
            };
            let texts = if content {
                words::CONTENT
            } else {
                words::DISCONTENT
            };
            let text = (self.draw.below(3) == 0).then(|| self.say(texts));
            deeds.push((rated, Deed::Rate(u8::try_from(score).unwrap_or(3), text)));
        }
    }

    fn say(&mut self, texts: &[words::Both]) -> &'static str {
        words::pick(&mut self.draw, texts, self.owner.hindi)
    }

    fn say_inside(&mut self) -> &'static str {
        words::pick(&mut self.draw, words::NOTES, false)
    }

    fn amount(&mut self, service: &str) -> Result<Option<Amount>> {
        let Some((_, least, most)) = AMOUNTS.iter().find(|(of, ..)| *of == service) else {
            return Ok(None);
        };
        if self.draw.below(10) < 4 {
            return Ok(None);
        }
        // Small amounts are more frequent than large ones.
        let part = self.draw.below(1_000) * self.draw.below(1_000) / 1_000;
        let rupees = least + (most - least) * part / 1_000;
        rupees_of(rupees).map(Some)
    }

    fn cause(&mut self, issue: &str) -> &'static str {
        let known = CAUSE_OF.iter().find(|(part, _)| issue.contains(part));
        known.map_or_else(|| self.one_of(&CAUSES), |(_, cause)| cause)
    }

    fn one_of<const N: usize>(&mut self, of: &[&'static str; N]) -> &'static str {
        of[usize::try_from(self.draw.below(N as u64)).unwrap_or(0)]
    }
}

/// So many rupees.
pub(super) fn rupees_of(rupees: u64) -> Result<Amount> {
    Amount::new(rupees.cast_signed() * 100, "INR").map_err(Failure::failed)
}

pub(super) fn code(text: &str) -> Result<Code> {
    text.parse().map_err(Failure::failed)
}

pub(super) fn language(hindi: bool) -> Result<Language> {
    let tag = if hindi { "hi" } else { "en" };
    tag.parse().map_err(Failure::failed)
}

/// A minute of a day at the bank.
pub(super) fn local(on: NaiveDate, minute: u64) -> DateTime<Utc> {
    let at = on.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minute.cast_signed());
    let local = ZONE.from_local_datetime(&at).earliest();
    local.map_or_else(|| at.and_utc(), |at| at.with_timezone(&Utc))
}

/// The same instant where somebody is at work, else at the beginning of the next working day and as
/// many minutes later as it was past the hour.
pub(super) fn office(at: DateTime<Utc>) -> DateTime<Utc> {
    const OPENS: i64 = 10 * 60;
    const CLOSES: i64 = 17 * 60;
    let there = at.with_timezone(&ZONE);
    let minute =
        (there.naive_local() - there.date_naive().and_time(chrono::NaiveTime::MIN)).num_minutes();
    let mut day = there.date_naive();
    let worked = |day: NaiveDate| day.weekday() != Weekday::Sun;
    if worked(day) && (OPENS..CLOSES).contains(&minute) {
        return at;
    }
    if minute >= CLOSES || !worked(day) {
        day = day + Days::new(1);
    }
    if !worked(day) {
        day = day + Days::new(1);
    }
    local(day, u64::try_from(OPENS + minute % 60).unwrap_or(0))
}

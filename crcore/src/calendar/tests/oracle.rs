//! Random calendars in random zones beside a second engine that has nothing in common with the first: it
//! asks `chrono_tz` what the wall clock shows at every minute of some days, and keeps a list of minutes.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::prelude::*;

use super::super::{BusinessTime, Calendar, CalendarError, Exception, Holiday, Hours, Week};

/// Minutes from midnight; a closing may lie on the next day.
pub(super) type Shifts = Vec<(u32, u32)>;

/// A calendar as the oracle reads it.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) zone: Tz,
    week: Vec<Shifts>,
    holidays: Vec<(NaiveDate, (u32, u32))>,
    exceptions: Vec<(NaiveDate, Shifts)>,
}

fn hours(shifts: &[(u32, u32)]) -> Hours {
    let clock = |m: u32| format!("{:02}:{:02}", m / 60, m % 60);
    let texts: Vec<_> = shifts
        .iter()
        .map(|&(opens, closes)| {
            let closes = if closes > 1440 { closes - 1440 } else { closes };
            format!("{}-{}", clock(opens), clock(closes))
        })
        .collect();
    match &texts[..] {
        [] => Hours::CLOSED,
        texts => texts.join(",").parse().unwrap(),
    }
}

impl Model {
    pub(super) fn calendar(&self) -> Calendar {
        let day = |day: usize| hours(&self.week[day]);
        Calendar {
            time_zone: self.zone,
            hours: Week {
                monday: day(0),
                tuesday: day(1),
                wednesday: day(2),
                thursday: day(3),
                friday: day(4),
                saturday: day(5),
                sunday: day(6),
            },
            holidays: self
                .holidays
                .iter()
                .map(|&(date, closed)| Holiday {
                    date,
                    name: date.to_string(),
                    closed: hours(&[closed]),
                })
                .collect(),
            exceptions: self
                .exceptions
                .iter()
                .map(|(date, shifts)| Exception {
                    date: *date,
                    hours: hours(shifts),
                })
                .collect(),
        }
    }

    /// Whether a minute, counted from the midnight of `date`, is in the hours that open on it.
    fn covers(&self, date: NaiveDate, minute: u32) -> bool {
        let covered = |shifts: &[(u32, u32)]| shifts.iter().any(|s| s.0 <= minute && minute < s.1);
        if let Some((_, shifts)) = self.exceptions.iter().find(|(day, _)| *day == date) {
            return covered(shifts);
        }
        let closed = self
            .holidays
            .iter()
            .any(|&(day, (from, to))| day == date && from <= minute && (minute < to || to == 1440));
        covered(&self.week[date.weekday().num_days_from_monday() as usize]) && !closed
    }

    /// The runs of covered minutes of a date.
    fn runs(&self, date: NaiveDate) -> Vec<Range<NaiveDateTime>> {
        let midnight = date.and_time(NaiveTime::MIN);
        let at = |minute: u32| midnight + TimeDelta::minutes(minute.into());
        let mut runs = Vec::new();
        let mut begun = None;
        for minute in 0..=2880 {
            match (begun, minute < 2880 && self.covers(date, minute)) {
                (None, true) => begun = Some(minute),
                (Some(from), false) => {
                    runs.push(at(from)..at(minute));
                    begun = None;
                }
                _ => {}
            }
        }
        runs
    }
}

/// What every minute of some days is.
struct Minutes {
    start: DateTime<Utc>,
    open: Vec<bool>,
    /// The dates, well within the days, on which a shift opens.
    business_days: BTreeSet<NaiveDate>,
    dates: Range<NaiveDate>,
}

const MINUTE: i64 = 60_000_000;
/// How far on either side of the middle we look, and how much of it at either end serves only to know
/// which times come again and which have been before.
const SPAN: TimeDelta = TimeDelta::days(8);
const MARGIN: usize = 2 * 1440;

impl Minutes {
    fn new(model: &Model, middle: DateTime<Utc>) -> Self {
        let start = middle - SPAN;
        let count = 2 * SPAN.num_minutes() as usize;
        let shown: Vec<NaiveDateTime> = (0..count as i64)
            .map(|m| {
                (start + TimeDelta::minutes(m))
                    .with_timezone(&model.zone)
                    .naive_local()
            })
            .collect();
        // A shift is open once the clock has shown its opening and as long as it will show a time before
        // its closing.
        let mut latest = shown.clone();
        let mut earliest = shown.clone();
        for m in 1..count {
            latest[m] = latest[m].max(latest[m - 1]);
            earliest[count - 1 - m] = earliest[count - 1 - m].min(earliest[count - m]);
        }
        let mut open = vec![false; count];
        let mut business_days = BTreeSet::new();
        let (first, last) = (shown[0].date(), shown[count - 1].date());
        for date in first.iter_days().take_while(|date| *date <= last) {
            for run in model.runs(date) {
                // Both lists ascend, so a shift is one stretch of minutes.
                let from = latest.partition_point(|shown| *shown < run.start);
                let to = earliest.partition_point(|shown| *shown < run.end);
                if from < to {
                    open[from..to].fill(true);
                    business_days.insert(date);
                }
            }
        }
        Self {
            start: start + TimeDelta::minutes(MARGIN as i64),
            open: open[MARGIN..count - MARGIN].to_vec(),
            business_days,
            dates: first + Days::new(3)..last - Days::new(3),
        }
    }

    fn at(&self, micros: i64) -> DateTime<Utc> {
        self.start + TimeDelta::microseconds(micros)
    }

    fn length(&self) -> i64 {
        self.open.len() as i64 * MINUTE
    }

    fn is_open(&self, at: i64) -> bool {
        self.open[(at / MINUTE) as usize]
    }

    fn elapsed(&self, from: i64, to: i64) -> i64 {
        (from / MINUTE..=(to - 1) / MINUTE)
            .filter(|&m| self.open[m as usize])
            .map(|m| to.min((m + 1) * MINUTE) - from.max(m * MINUTE))
            .sum()
    }

    /// Where `time` runs out, walking minute by minute; none where the days are too few.
    fn add(&self, from: i64, time: i64) -> Option<i64> {
        let mut left = time.abs();
        let mut at = from;
        while left > 0 {
            // The end of the stretch of one minute that lies ahead.
            let next = if time > 0 {
                (at / MINUTE + 1) * MINUTE
            } else {
                (at - 1).div_euclid(MINUTE) * MINUTE
            };
            let minute = at.min(next) / MINUTE;
            if next < 0 || next > self.length() {
                return None;
            }
            if self.open[minute as usize] {
                let step = left.min((next - at).abs());
                left -= step;
                at += step * time.signum();
            } else {
                at = next;
            }
        }
        Some(at)
    }
}

fn shifts() -> impl Strategy<Value = Shifts> {
    let cuts = |n: usize| {
        prop::collection::btree_set(0..=1440_u32, 2 * n).prop_map(|cuts| {
            let cuts: Vec<_> = cuts.into_iter().collect();
            cuts.chunks(2).map(|pair| (pair[0], pair[1])).collect()
        })
    };
    let quarters = |n: usize| {
        prop::collection::btree_set(0..=96_u32, 2 * n).prop_map(|cuts| {
            let cuts: Vec<_> = cuts.into_iter().map(|quarter| quarter * 15).collect();
            cuts.chunks(2).map(|pair| (pair[0], pair[1])).collect()
        })
    };
    prop_oneof![
        2 => Just(vec![]),
        2 => cuts(1),
        2 => cuts(3),
        4 => quarters(1),
        4 => quarters(2),
        1 => Just(vec![(0, 1440)]),
        // Around the hour at which most clocks change.
        2 => (0..240_u32, 1..180_u32).prop_map(|(opens, minutes)| vec![(opens, opens + minutes)]),
        3 => (1200..1440_u32, 1..360_u32).prop_map(|(opens, closes)| vec![(opens, 1440 + closes)]),
    ]
}

fn closing() -> impl Strategy<Value = (u32, u32)> {
    prop_oneof![
        Just((0, 1440)),
        (0..1440_u32).prop_map(|from| (from, 1440)),
        (0..1440_u32, 0..1440_u32)
            .prop_filter("some time", |(from, to)| from != to)
            .prop_map(|(from, to)| (from, if from < to { to } else { to + 1440 })),
    ]
}

/// A calendar with dates around an instant, which in most zones that change their clock is such a night.
pub(super) fn model() -> impl Strategy<Value = (Model, DateTime<Utc>)> {
    let days = || prop::collection::vec(-7..=7_i64, 0..4);
    (
        prop::sample::select(&TZ_VARIANTS[..]),
        23_667_840..35_765_280_i64,
        any::<bool>(),
        prop::collection::vec(shifts(), 7),
        days().prop_flat_map(|days| {
            (
                Just(days.clone()),
                prop::collection::vec(closing(), days.len()),
            )
        }),
        days().prop_flat_map(|days| {
            (
                Just(days.clone()),
                prop::collection::vec(shifts(), days.len()),
            )
        }),
    )
        .prop_map(|(zone, minute, change, week, holidays, exceptions)| {
            let somewhere = DateTime::from_timestamp(minute * 60, 0).unwrap();
            let middle = if change {
                next_change(zone, somewhere)
            } else {
                somewhere
            };
            let near = |day: i64| middle.date_naive() + TimeDelta::days(day);
            let mut exceptions: Vec<_> = exceptions
                .0
                .into_iter()
                .map(near)
                .zip(exceptions.1)
                .collect();
            exceptions.sort();
            exceptions.dedup_by_key(|(date, _)| *date);
            let holidays = holidays.0.into_iter().map(near).zip(holidays.1).collect();
            let mut model = Model {
                zone,
                week,
                holidays,
                exceptions,
            };
            // Nights that run into the next morning end when it opens.
            for day in 0..7 {
                let morning = model.week[(day + 1) % 7]
                    .first()
                    .map_or(1440, |first| first.0);
                for shift in &mut model.week[day] {
                    shift.1 = shift.1.min(1440 + morning);
                }
            }
            (model, middle)
        })
}

fn next_change(zone: Tz, from: DateTime<Utc>) -> DateTime<Utc> {
    let offset = |at: DateTime<Utc>| {
        let local = zone.from_utc_datetime(&at.naive_utc()).naive_local();
        local - at.naive_utc()
    };
    (0..400)
        .map(|day| from + TimeDelta::days(day))
        .find(|at| offset(*at) != offset(*at + TimeDelta::days(1)))
        .unwrap_or(from)
}

/// The prepared calendar, unless its dated hours overlap or it never opens: those refusals have tests.
pub(super) fn prepared(model: &Model) -> Option<BusinessTime> {
    match BusinessTime::new(&model.calendar()) {
        Ok(time) => Some(time),
        Err(CalendarError::Overlap { .. } | CalendarError::NeverOpen) => None,
        Err(error) => panic!("{error}"),
    }
}

proptest! {
    #![proptest_config(super::config())]

    #[test]
    fn every_answer_is_that_of_the_minutes(
        (model, middle) in model(),
        questions in prop::collection::vec((0.0..1.0, 0.0..1.0, any::<bool>(), -3_000..3_000_i64, -MINUTE..MINUTE), 12),
    ) {
        let Some(time) = prepared(&model) else { return Ok(()) };
        let minutes = Minutes::new(&model, middle);
        let last = minutes.length() - 1;
        for (a, b, whole, length, fraction) in questions {
            let [a, b] = [a, b].map(|part: f64| {
                let at = (part * last as f64) as i64;
                if whole { at - at % MINUTE } else { at }
            });
            let (from, to) = (a.min(b), a.max(b));
            let (from_at, to_at) = (minutes.at(from), minutes.at(to));

            prop_assert_eq!(time.is_open(from_at), minutes.is_open(from));
            let elapsed = TimeDelta::microseconds(minutes.elapsed(from, to));
            prop_assert_eq!(time.elapsed(from_at, to_at), elapsed);
            prop_assert_eq!(time.elapsed(to_at, from_at), -elapsed);
            let open: TimeDelta = time.windows(from_at, to_at).map(|w| w.end - w.start).sum();
            prop_assert_eq!(open, elapsed);

            let length = length * MINUTE + if whole { 0 } else { fraction };
            if let Some(end) = minutes.add(a, length) {
                let end_at = time.add(minutes.at(a), TimeDelta::microseconds(length));
                prop_assert_eq!(end_at, Ok(minutes.at(end)), "{} + {} us", minutes.at(a), length);
            }
            let next = (from / MINUTE..minutes.open.len() as i64).find(|&m| minutes.open[m as usize]);
            if let Some(next) = next {
                prop_assert_eq!(time.next_open(from_at), Some(minutes.at(from.max(next * MINUTE))));
            }
            let previous = (0..=(from - 1).div_euclid(MINUTE)).rev().find(|&m| minutes.open[m as usize]);
            if let Some(previous) = previous {
                let expected = minutes.at(from.min((previous + 1) * MINUTE));
                prop_assert_eq!(time.previous_open(from_at), Some(expected));
            }
        }
        let dates = minutes.dates.start.iter_days().take_while(|date| *date < minutes.dates.end);
        for date in dates {
            prop_assert_eq!(time.is_business_day(date), minutes.business_days.contains(&date), "{}", date);
            prop_assert_eq!(time.is_business_day(date), time.end_of_business_day(date).is_some());
        }
    }
}

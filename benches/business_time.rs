//! Business time beside its floor and beside the `opening-hours` crate.
//!
//! Monday to Friday, 09:00-12:00 and 13:00-18:00, Europe/Berlin, 20 holidays a year, 2025 to 2027.
//! *Floor* is a bare prefix-sum lookup: binary searches over plain arrays of seconds that hold these
//! three years and nothing else. `opening-hours` knows no instants, so it is asked on the wall clock,
//! for spans whose office hours no change of the clock touches. All three must give the same answers.
//!
//! `cargo bench --bench business_time`

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Europe::Berlin;
use crcore::calendar::{Holiday, Week};
use crcore::{BusinessTime, Calendar};
use opening_hours::{Context, ContextHolidays, OpeningHours, RuleKind};

const ROUNDS: usize = 15;
const STARTS: usize = 20_000;
/// The peer is slow enough for a tenth of the questions.
const PEER_STARTS: usize = 2_000;
const EIGHT_HOURS: TimeDelta = TimeDelta::hours(8);
const THREE_WEEKS: TimeDelta = TimeDelta::days(21);

fn main() {
    let holidays = holidays();
    let starts = starts();
    let (ours, floor, peer) = (ours(&holidays), Floor::new(&holidays), peer(&holidays));

    let spans: Vec<(DateTime<Utc>, DateTime<Utc>)> =
        starts.iter().map(|&at| (at, at + THREE_WEEKS)).collect();
    let seconds: Vec<i64> = starts.iter().map(DateTime::timestamp).collect();
    let walls: Vec<NaiveDateTime> = starts
        .iter()
        .map(|at| at.with_timezone(&Berlin).naive_local())
        .collect();
    for ((&at, &second), &wall) in starts.iter().zip(&seconds).zip(&walls).take(PEER_STARTS) {
        let due = ours.add(at, EIGHT_HOURS).map(|due| due.timestamp());
        assert_eq!(due, Ok(floor.add(second, 8 * 3600)), "{at}");
        let peer_due = Berlin.from_local_datetime(&peer_add(&peer, wall, EIGHT_HOURS));
        assert_eq!(
            due.ok(),
            peer_due.single().map(|due| due.timestamp()),
            "{at}"
        );
        let worked = ours.elapsed(at, at + THREE_WEEKS).num_seconds();
        assert_eq!(worked, floor.elapsed(second, second + 21 * 86400), "{at}");
        let to = (at + THREE_WEEKS).with_timezone(&Berlin).naive_local();
        assert_eq!(worked, peer_elapsed(&peer, wall, to), "{at}");
    }

    println!(
        "ns per call, median of {ROUNDS} interleaved rounds       ours     floor      peer   ours/floor  peer/ours"
    );
    report(
        "add 8 h",
        || time(&starts, |at| ours.add(at, EIGHT_HOURS)),
        || time(&seconds, |at| floor.add(at, 8 * 3600)),
        || time(&walls[..PEER_STARTS], |at| peer_add(&peer, at, EIGHT_HOURS)),
    );
    report(
        "elapsed over 21 days",
        || time(&spans, |(from, to)| ours.elapsed(from, to)),
        || time(&seconds, |at| floor.elapsed(at, at + 21 * 86400)),
        || {
            time(&walls[..PEER_STARTS], |at| {
                peer_elapsed(&peer, at, at + THREE_WEEKS)
            })
        },
    );
    let prepare: Vec<f64> = (0..ROUNDS)
        .map(|_| time(&[&holidays], |holidays| self::ours(holidays)))
        .collect();
    println!("prepare: {:.2} ms", median(prepare) / 1e6);
}

fn report(
    name: &str,
    mut ours: impl FnMut() -> f64,
    mut floor: impl FnMut() -> f64,
    mut peer: impl FnMut() -> f64,
) {
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        times[0].push(ours());
        times[1].push(floor());
        times[2].push(peer());
    }
    let [ours, floor, peer] = times.map(median);
    println!(
        "{name:44} {ours:9.1} {floor:9.1} {peer:9.1} {:12.2} {:10.0}",
        ours / floor,
        peer / ours
    );
}

/// Nanoseconds for each item.
fn time<T: Copy, R>(items: &[T], mut call: impl FnMut(T) -> R) -> f64 {
    let start = Instant::now();
    for &item in items {
        black_box(call(black_box(item)));
    }
    start.elapsed().as_nanos() as f64 / items.len() as f64
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The 9th and the 23rd of the months where these are week days, the first 20 of each year.
fn holidays() -> Vec<NaiveDate> {
    (2025..=2027)
        .flat_map(|year| {
            (1..=12)
                .flat_map(move |month| [9, 23].map(|day| NaiveDate::from_ymd_opt(year, month, day)))
                .flatten()
                .filter(|date| date.weekday().number_from_monday() <= 5)
                .take(20)
        })
        .collect()
}

/// Instants all over 2026, from a multiplicative generator.
fn starts() -> Vec<DateTime<Utc>> {
    let mut state = 42_u64;
    (0..STARTS)
        .map(|_| {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            let second = (state >> 33) % (300 * 86400);
            DateTime::UNIX_EPOCH + TimeDelta::seconds(1_767_222_000 + second as i64)
        })
        .collect()
}

fn ours(holidays: &[NaiveDate]) -> BusinessTime {
    let hours = "09:00-12:00, 13:00-18:00".parse().unwrap_or_default();
    let mut calendar = Calendar::new(Berlin, Week::monday_to_friday(hours));
    calendar.holidays = holidays
        .iter()
        .map(|&date| Holiday {
            date,
            name: "Holiday".into(),
            closed: crcore::calendar::Hours::whole_day(),
        })
        .collect();
    match BusinessTime::new(&calendar) {
        Ok(ours) => ours,
        Err(error) => unreachable!("{error}"),
    }
}

struct Floor {
    open: Vec<(i64, i64)>,
    opens: Vec<i64>,
    worked: Vec<i64>,
}

impl Floor {
    fn new(holidays: &[NaiveDate]) -> Self {
        let first = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap_or_default();
        let open: Vec<(i64, i64)> = (0..3 * 365)
            .map(|day| first + Days::new(day))
            .filter(|date| date.weekday().number_from_monday() <= 5 && !holidays.contains(date))
            .flat_map(|date| {
                [(9, 12), (13, 18)].map(|(open, close)| (instant(date, open), instant(date, close)))
            })
            .collect();
        let opens = open.iter().map(|&(open, _)| open).collect();
        let mut worked = vec![0];
        for (open, close) in &open {
            worked.push(worked[worked.len() - 1] + close - open);
        }
        Self {
            open,
            opens,
            worked,
        }
    }

    fn worked(&self, at: i64) -> i64 {
        match self.opens.partition_point(|&open| open <= at) {
            0 => 0,
            k => self.worked[k - 1] + at.min(self.open[k - 1].1) - self.open[k - 1].0,
        }
    }

    fn add(&self, at: i64, seconds: i64) -> i64 {
        let worked = self.worked(at) + seconds;
        let k = self.worked.partition_point(|&sum| sum < worked);
        self.open[k - 1].0 + worked - self.worked[k - 1]
    }

    fn elapsed(&self, from: i64, to: i64) -> i64 {
        self.worked(to) - self.worked(from)
    }
}

fn instant(date: NaiveDate, hour: u32) -> i64 {
    let local = date.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default());
    Berlin
        .from_local_datetime(&local)
        .single()
        .map_or(0, |at| at.timestamp())
}

fn peer(holidays: &[NaiveDate]) -> OpeningHours {
    let holidays: compact_calendar::CompactCalendar = holidays.iter().copied().collect();
    let holidays = ContextHolidays::new(Arc::new(holidays), Arc::default());
    match "Mo-Fr 09:00-12:00,13:00-18:00; PH off".parse::<OpeningHours>() {
        Ok(peer) => peer.with_context(Context::default().with_holidays(holidays)),
        Err(error) => unreachable!("{error}"),
    }
}

fn peer_add(peer: &OpeningHours, from: NaiveDateTime, mut time: TimeDelta) -> NaiveDateTime {
    for window in peer
        .iter_from(from)
        .filter(|window| window.kind == RuleKind::Open)
    {
        let length = window.range.end - window.range.start;
        if time <= length {
            return window.range.start + time;
        }
        time -= length;
    }
    unreachable!("it opens every week")
}

fn peer_elapsed(peer: &OpeningHours, from: NaiveDateTime, to: NaiveDateTime) -> i64 {
    peer.iter_range(from, to)
        .filter(|window| window.kind == RuleKind::Open)
        .map(|window| (window.range.end - window.range.start).num_seconds())
        .sum()
}

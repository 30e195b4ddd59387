//! The prepared calendar.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::business_days::BusinessDays;
use super::open_time::OpenTime;
use super::timetable::{Timetable, date_of, day_of};
use super::{Calendar, CalendarError, DAY, Holiday, Hours, Seconds};

/// A calendar prepared once, so that every question costs nanoseconds over any span of years.
///
/// Pure: no clock, no I/O. `Send + Sync`; share it in an `Arc`. It takes about 100 kB, whatever the
/// hours, and a few milliseconds to make. Instants are exact to the nanosecond.
///
/// The dates 1970 to 2099 are exact. Before and after, the week repeats at the zone's offset of that
/// edge, and there are no holidays.
///
/// ```
/// use chrono::{DateTime, TimeDelta, Utc};
/// use crcore::{BusinessTime, Calendar, calendar::Week};
///
/// let hours = Week::monday_to_friday("09:00-12:00, 13:00-18:00".parse().unwrap());
/// let desk = BusinessTime::new(&Calendar::new(chrono_tz::Europe::Berlin, hours)).unwrap();
///
/// let friday: DateTime<Utc> = "2026-03-27T17:00:00+01:00".parse().unwrap();
/// let due = desk.add(friday, TimeDelta::hours(5)).unwrap();
/// // An hour on Friday, four on Monday, the clocks put forward in between and lunch left out.
/// assert_eq!(due, "2026-03-30T14:00:00+02:00".parse::<DateTime<Utc>>().unwrap());
/// assert_eq!(desk.elapsed(friday, due), TimeDelta::hours(5));
/// ```
pub struct BusinessTime {
    timetable: Timetable,
    open: OpenTime,
    days: BusinessDays,
    /// By date, those that no exception replaces.
    holidays: Box<[Holiday]>,
}

/// The calendar has no such instant or date: it stops opening (it lives of dated exceptions alone), or
/// the answer lies outside the years that chrono can represent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a point of business time that this calendar reaches, got {steps} from {from}")]
pub struct OutOfReach {
    from: DateTime<Utc>,
    steps: Steps,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Steps {
    Time(TimeDelta),
    Days(i64),
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time) => write!(f, "{} s of business time", time.num_seconds()),
            Self::Days(days) => write!(f, "{days} business days"),
        }
    }
}

impl BusinessTime {
    /// Checks a calendar and prepares it.
    ///
    /// # Errors
    /// [`CalendarError`] where nobody could work by it: it never opens, hours overlap, a date is named
    /// twice or is outside 1970 to 2099.
    pub fn new(calendar: &Calendar) -> Result<Self, CalendarError> {
        let timetable = Timetable::new(calendar)?;
        let open = OpenTime::new(&timetable);
        if open.is_empty() {
            return Err(CalendarError::NeverOpen);
        }
        let replaced: HashSet<NaiveDate> =
            calendar.exceptions.iter().map(|other| other.date).collect();
        let mut holidays = calendar.holidays.clone();
        holidays.retain(|holiday| !replaced.contains(&holiday.date));
        holidays.sort_by_key(|holiday| holiday.date);
        Ok(Self {
            days: BusinessDays::new(&timetable),
            open,
            timetable,
            holidays: holidays.into(),
        })
    }

    /// The instant at which `time` of business time has passed since `from`; with a negative `time`, the
    /// instant since which that much has passed at `from`.
    ///
    /// Forwards it is the first such instant, so time that runs out when the desk closes ends at that
    /// closing, not at the next opening. Backwards it is the last one, so time that runs out at an
    /// opening ends there. No time leads to `from` itself, open or not.
    ///
    /// # Errors
    /// [`OutOfReach`] where the calendar never opens for so long, or not within chrono's years.
    pub fn add(&self, from: DateTime<Utc>, time: TimeDelta) -> Result<DateTime<Utc>, OutOfReach> {
        if time.is_zero() {
            return Ok(from);
        }
        // Longer than all of chrono's years. Within it no sum below overflows.
        const FOREVER: u64 = 1 << 44;
        let start = self.point(from);
        let seconds = time.num_seconds();
        let end = if seconds.unsigned_abs() < FOREVER {
            let worked = Point::new(
                start.seconds + seconds,
                start.nanos as i32 + time.subsec_nanos(),
            );
            if time > TimeDelta::zero() {
                self.first_instant(worked, from.timestamp())
            } else {
                self.last_instant(worked, from.timestamp())
            }
        } else {
            None
        };
        end.ok_or(OutOfReach {
            from,
            steps: Steps::Time(time),
        })
    }

    /// The business time from `from` until `to`, in real seconds; negative where `to` is the earlier.
    ///
    /// It undoes [`add`](Self::add): what it tells after an `add` is the time that was added.
    #[must_use]
    pub fn elapsed(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        let (from, to) = (self.point(from), self.point(to));
        let span = Point::new(
            to.seconds - from.seconds,
            to.nanos as i32 - from.nanos as i32,
        );
        TimeDelta::new(span.seconds, span.nanos).unwrap_or_default()
    }

    /// Whether the desk is open: at its opening it is, at its closing it is not.
    #[must_use]
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.open.count(split(at).seconds).open
    }

    /// The first instant from `at` on at which the desk is open: `at` itself when it is.
    ///
    /// None where it never opens again, or not within chrono's years.
    #[must_use]
    pub fn next_open(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.last_instant(self.point(at), at.timestamp())
    }

    /// The last instant up to `at` until which the desk was open: `at` itself when it was open up to
    /// then, else the closing before it. The mirror image of [`next_open`](Self::next_open).
    ///
    /// None where it was never open before, or not within chrono's years.
    #[must_use]
    pub fn previous_open(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.first_instant(self.point(at), at.timestamp())
    }

    /// The open intervals between two instants, in order, cut at both; none where `to` is not after
    /// `from`. Intervals that touch are one, so a desk that never closes has one window.
    ///
    /// ```
    /// use crcore::{BusinessTime, Calendar, calendar::Week};
    ///
    /// let hours = Week::monday_to_friday("09:00-12:00, 13:00-18:00".parse().unwrap());
    /// let desk = BusinessTime::new(&Calendar::new(chrono_tz::UTC, hours)).unwrap();
    /// let (from, to) = ("2026-03-02T10:00:00Z".parse().unwrap(), "2026-03-02T15:00:00Z".parse().unwrap());
    /// let windows: Vec<_> = desk.windows(from, to).map(|w| (w.end - w.start).num_hours()).collect();
    /// assert_eq!(windows, [2, 2]);
    /// ```
    #[must_use]
    pub fn windows(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Windows<'_> {
        Windows {
            time: self,
            from,
            to,
        }
    }

    /// The date that the calendar's wall clock shows at an instant.
    #[must_use]
    pub fn date(&self, at: DateTime<Utc>) -> NaiveDate {
        let at = split(at).seconds;
        let beyond = if at < 0 {
            NaiveDate::MIN
        } else {
            NaiveDate::MAX
        };
        date_of((at + self.timetable.offsets.at(at)).div_euclid(DAY)).unwrap_or(beyond)
    }

    /// The hours that open on a date: its exception's, else those of its day of the week without what
    /// holidays take away.
    #[must_use]
    pub fn hours(&self, date: NaiveDate) -> &Hours {
        self.timetable.hours(date)
    }

    /// Whether the desk opens on a date, be it for a minute.
    ///
    /// A date that the zone left out (Apia, 2011-12-30) is none.
    #[must_use]
    pub fn is_business_day(&self, date: NaiveDate) -> bool {
        self.days.contains(day_of(date))
    }

    /// The `n`th business day after a date, or before it where `n` is negative; the date itself, business
    /// day or not, where `n` is 0. The date does not count, as in Regulation (EEC) 1182/71, Article 3.
    ///
    /// # Errors
    /// [`OutOfReach`] where the calendar has not so many, or not within chrono's years.
    pub fn add_business_days(&self, from: NaiveDate, n: i32) -> Result<NaiveDate, OutOfReach> {
        let day = day_of(from);
        let nth = match i64::from(n) {
            0 => return Ok(from),
            n @ 1.. => self.days.before(day + 1) + n - 1,
            n => self.days.before(day) + n,
        };
        self.days.day(nth, day).and_then(date_of).ok_or(OutOfReach {
            from: from.and_time(chrono::NaiveTime::MIN).and_utc(),
            steps: Steps::Days(n.into()),
        })
    }

    /// How many business days there are after `from` up to and with `to`; negative, with the same days,
    /// where `to` is the earlier. It undoes [`add_business_days`](Self::add_business_days) of 0 or more.
    #[must_use]
    pub fn business_days_between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        self.days.before(day_of(to) + 1) - self.days.before(day_of(from) + 1)
    }

    /// When the first shift of a date opens; none where the date is no business day.
    #[must_use]
    pub fn start_of_business_day(&self, date: NaiveDate) -> Option<DateTime<Utc>> {
        let first = self.timetable.shifts(day_of(date)).next()?;
        DateTime::from_timestamp(first.start, 0)
    }

    /// When the last shift of a date closes, for a night shift on the date after it; none where the date
    /// is no business day.
    #[must_use]
    pub fn end_of_business_day(&self, date: NaiveDate) -> Option<DateTime<Utc>> {
        let last = self.timetable.shifts(day_of(date)).next_back()?;
        DateTime::from_timestamp(last.end, 0)
    }

    /// The deadline of "within `n` business days of `from`": the end of the `n`th business day after the
    /// date of `from`. With 0, the end of that date, or of the next business day where that is over.
    ///
    /// ```
    /// use crcore::{BusinessTime, Calendar, calendar::Week};
    ///
    /// let hours = Week::monday_to_friday("09:00-17:00".parse().unwrap());
    /// let desk = BusinessTime::new(&Calendar::new(chrono_tz::UTC, hours)).unwrap();
    /// // Directive (EU) 2015/2366 (PSD2), Article 101: an answer within 15 business days of receipt.
    /// let due = desk.due_in_business_days("2026-03-02T10:00:00Z".parse().unwrap(), 15).unwrap();
    /// assert_eq!(due.to_string(), "2026-03-23 17:00:00 UTC");
    /// ```
    ///
    /// # Errors
    /// [`OutOfReach`] where the calendar has not so many, or not within chrono's years.
    pub fn due_in_business_days(
        &self,
        from: DateTime<Utc>,
        n: u32,
    ) -> Result<DateTime<Utc>, OutOfReach> {
        let today = day_of(self.date(from));
        let n = i64::from(n);
        let end_of = |nth| {
            let date = date_of(self.days.day(nth, today)?)?;
            self.end_of_business_day(date)
        };
        let due = if n == 0 {
            let today = self.days.before(today);
            end_of(today)
                .filter(|end| *end > from)
                .or_else(|| end_of(today + 1))
        } else {
            end_of(self.days.before(today + 1) + n - 1)
        };
        due.ok_or(OutOfReach {
            from,
            steps: Steps::Days(n),
        })
    }

    /// The holidays from one date to another, both included, by date; those whose date has hours of its
    /// own are left out. What an explanation of a deadline names.
    pub fn holidays_between(
        &self,
        from: NaiveDate,
        to: NaiveDate,
    ) -> impl Iterator<Item = (NaiveDate, &str)> {
        let first = self.holidays.partition_point(|holiday| holiday.date < from);
        self.holidays[first..]
            .iter()
            .take_while(move |holiday| holiday.date <= to)
            .map(|holiday| (holiday.date, holiday.name.as_str()))
    }

    /// The business time before an instant, counted from the start of the tables.
    fn point(&self, at: DateTime<Utc>) -> Point {
        let at = split(at);
        let count = self.open.count(at.seconds);
        Point {
            seconds: count.seconds,
            nanos: if count.open { at.nanos } else { 0 },
        }
    }

    /// The first instant before which there is so much business time.
    fn first_instant(&self, worked: Point, near: Seconds) -> Option<DateTime<Utc>> {
        if worked.nanos == 0 {
            let last = self.open.second(worked.seconds - 1, near)?;
            DateTime::from_timestamp(last + 1, 0)
        } else {
            self.last_instant(worked, near)
        }
    }

    /// The last instant before which there is so much business time.
    fn last_instant(&self, worked: Point, near: Seconds) -> Option<DateTime<Utc>> {
        let next = self.open.second(worked.seconds, near)?;
        DateTime::from_timestamp(next, worked.nanos)
    }
}

impl fmt::Debug for BusinessTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BusinessTime")
            .field("week", &self.timetable.week)
            .finish_non_exhaustive()
    }
}

/// The windows of [`BusinessTime::windows`].
#[derive(Debug, Clone)]
pub struct Windows<'a> {
    time: &'a BusinessTime,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

impl Iterator for Windows<'_> {
    type Item = Range<DateTime<Utc>>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self
            .time
            .next_open(self.from)
            .filter(|start| *start < self.to)?;
        // Rounded up, so that a closing within the last second of the span is not taken for the limit.
        let limit = split(self.to).seconds + 1;
        let end = self.time.open.close(split(start).seconds, limit);
        self.from = DateTime::from_timestamp(end, 0).map_or(self.to, |end| end.min(self.to));
        Some(start..self.from)
    }
}

/// A length of time, or an instant as one since 1970: whole seconds rounded down, and the rest.
#[derive(Debug, Clone, Copy)]
struct Point {
    seconds: i64,
    nanos: u32,
}

impl Point {
    const SECOND: i32 = 1_000_000_000;

    /// With `nanos` from one second before zero to two seconds after it.
    fn new(seconds: i64, nanos: i32) -> Self {
        let (seconds, nanos) = match nanos {
            Self::SECOND.. => (seconds + 1, nanos - Self::SECOND),
            0.. => (seconds, nanos),
            _ => (seconds - 1, nanos + Self::SECOND),
        };
        Self {
            seconds,
            nanos: nanos as u32,
        }
    }
}

fn split(at: DateTime<Utc>) -> Point {
    // Chrono writes a leap second as more than a second's worth of nanoseconds; we count it as the
    // first second of the next minute.
    Point::new(at.timestamp(), at.timestamp_subsec_nanos() as i32)
}

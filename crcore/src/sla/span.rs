//! Lengths of time as a policy writes them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How long something may take, as a policy writes it.
///
/// | text | means |
/// |---|---|
/// | `8h`, `30m`, `45s`, `2h 30m` | hours, minutes and seconds of the target's time |
/// | `15bd` | until the end of the 15th business day after the day on which counting starts |
/// | `15cd`, `8w` | until midnight at the end of the 15th calendar day (56th for 8 weeks) after that day |
///
/// The first day never counts, and the last one counts whole, as in Regulation (EEC, Euratom)
/// 1182/71, Article 3. Days end in the calendar's own time zone. At most 100 years.
///
/// ```
/// use crcore::sla::Span;
///
/// assert_eq!("2h 30m".parse(), Ok(Span::minutes(150)));
/// assert_eq!(Span::business_days(15).to_string(), "15bd");
/// assert_eq!(
///     "3d".parse::<Span>().unwrap_err().to_string(),
///     r#"expected a span as in "8h", "2h 30m", "15bd" (business days), "15cd" (calendar days) or "8w", got "3d""#
/// );
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Span {
    count: u32,
    unit: Unit,
}

/// What a span counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Unit {
    Seconds,
    BusinessDays,
    CalendarDays,
    Weeks,
}

/// Not a span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a span as in \"8h\", \"2h 30m\", \"15bd\" (business days), \"15cd\" (calendar days) or \
     \"8w\", got {0:?}"
)]
pub struct SpanError(String);

/// Longer than any rule runs, and short enough that no sum overflows.
const DAYS_MAX: u32 = 36_525;
const SECONDS_MAX: u32 = DAYS_MAX * 24 * 60 * 60;
const CLOCK_UNITS: [(&str, u32); 3] = [("h", 60 * 60), ("m", 60), ("s", 1)];

impl Span {
    /// Hours of the target's time.
    #[must_use]
    pub fn hours(hours: u16) -> Self {
        Self::seconds(u32::from(hours) * 60 * 60)
    }

    /// Minutes of the target's time.
    #[must_use]
    pub fn minutes(minutes: u16) -> Self {
        Self::seconds(u32::from(minutes) * 60)
    }

    /// Whole business days after the first.
    #[must_use]
    pub fn business_days(days: u16) -> Self {
        Self::new(days.into(), Unit::BusinessDays)
    }

    /// Whole calendar days after the first.
    #[must_use]
    pub fn calendar_days(days: u16) -> Self {
        Self::new(days.into(), Unit::CalendarDays)
    }

    /// Whole weeks after the first day: seven calendar days each.
    #[must_use]
    pub fn weeks(weeks: u8) -> Self {
        Self::new(weeks.into(), Unit::Weeks)
    }

    fn seconds(seconds: u32) -> Self {
        Self::new(seconds, Unit::Seconds)
    }

    fn new(count: u32, unit: Unit) -> Self {
        Self { count, unit }
    }

    /// Whether it is no time at all.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.count == 0
    }

    pub(super) fn unit(self) -> Unit {
        self.unit
    }

    /// Seconds, or days, by its unit; a week is seven days.
    pub(super) fn count(self) -> u32 {
        match self.unit {
            Unit::Weeks => self.count * 7,
            Unit::Seconds | Unit::BusinessDays | Unit::CalendarDays => self.count,
        }
    }

    /// Whether both count hours, both business days or both calendar days, so that one can be taken
    /// from the other.
    pub(super) fn is_like(self, other: Self) -> bool {
        let days = |span: Self| matches!(span.unit, Unit::CalendarDays | Unit::Weeks);
        self.unit == other.unit || days(self) && days(other)
    }

    /// This without `other`, which is like it.
    pub(super) fn less(self, other: Self) -> Self {
        let unit = match self.unit {
            Unit::Weeks => Unit::CalendarDays,
            unit => unit,
        };
        Self::new(self.count().saturating_sub(other.count()), unit)
    }

    fn parse(text: &str) -> Option<Self> {
        let days = [
            ("bd", Unit::BusinessDays, DAYS_MAX),
            ("cd", Unit::CalendarDays, DAYS_MAX),
            ("w", Unit::Weeks, DAYS_MAX / 7),
        ];
        for (suffix, unit, most) in days {
            if let Some(count) = text.strip_suffix(suffix) {
                return number(count)
                    .filter(|&count| count <= most)
                    .map(|count| Self::new(count, unit));
            }
        }
        let mut units = CLOCK_UNITS.iter();
        let mut seconds: u32 = 0;
        for part in text.split(' ') {
            // Each unit once, the longer ones first.
            let (count, unit) = units
                .by_ref()
                .find_map(|(suffix, unit)| Some((part.strip_suffix(suffix)?, unit)))?;
            seconds = number(count)?.checked_mul(*unit)?.checked_add(seconds)?;
        }
        (seconds <= SECONDS_MAX).then(|| Self::seconds(seconds))
    }
}

fn number(text: &str) -> Option<u32> {
    // `parse` alone would take a sign.
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())?
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        Self::parse(text).ok_or_else(|| SpanError(text.chars().take(40).collect()))
    }
}

impl TryFrom<String> for Span {
    type Error = SpanError;

    fn try_from(text: String) -> Result<Self, SpanError> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Unit::BusinessDays => write!(f, "{}bd", self.count),
            Unit::CalendarDays => write!(f, "{}cd", self.count),
            Unit::Weeks => write!(f, "{}w", self.count),
            Unit::Seconds => f.write_str(&clock_text(self.count.into())),
        }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Seconds as `2h 30m`; none as `0m`.
pub(super) fn clock_text(seconds: u64) -> String {
    let mut left = seconds;
    let mut parts = Vec::new();
    for (suffix, unit) in CLOCK_UNITS {
        let count = left / u64::from(unit);
        left %= u64::from(unit);
        if count > 0 {
            parts.push(format!("{count}{suffix}"));
        }
    }
    if parts.is_empty() {
        return "0m".to_owned();
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in [
            "8h", "30m", "45s", "2h 30m", "1h 1s", "15bd", "15cd", "8w", "0m",
        ] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        assert_eq!("90m".parse::<Span>().unwrap().to_string(), "1h 30m");
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in [
            "",
            " ",
            "8",
            "h",
            "-8h",
            "+8h",
            "8 h",
            "8H",
            "30m 2h",
            "1h 1h",
            "3d",
            "1bd 2h",
            "1.5h",
            "8h ",
            "36526cd",
            "6000w",
            "999999h",
            "4294967296s",
            "bd",
        ] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}

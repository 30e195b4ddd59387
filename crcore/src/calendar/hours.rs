//! The hours of one day, and the text they are written in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub(super) const DAY_MINUTES: u16 = 24 * 60;

/// The hours of one day, on the wall clock of the calendar's time zone.
///
/// Written as intervals `HH:MM-HH:MM` with commas between them, or `closed`. An interval holds its
/// opening and not its closing; `24:00` is the end of the day; an interval that ends before it begins,
/// as `22:00-06:00`, runs into the next day and belongs to the day on which it opens.
///
/// ```
/// use crcore::calendar::Hours;
///
/// let hours: Hours = "09:00-12:00, 13:00-18:00".parse().unwrap();
/// assert_eq!(hours.to_string(), "09:00-12:00, 13:00-18:00");
/// assert!("closed".parse::<Hours>().unwrap().is_closed());
/// assert_eq!(
///     "09:00-12:00, 11:00-18:00".parse::<Hours>().unwrap_err().to_string(),
///     "expected intervals that do not overlap, got 09:00-12:00 and 11:00-18:00",
/// );
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Hours(Vec<Shift>);

/// One interval, in minutes from the midnight that begins its day: `opens < closes`, `opens` before
/// 24:00, `closes` at most a day later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Shift {
    pub(super) opens: u16,
    pub(super) closes: u16,
}

/// Not the hours of a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// The text is no list of intervals.
    #[error("expected hours as in \"09:00-12:00, 13:00-18:00\" or \"closed\", got {0:?}")]
    Form(String),
    /// An interval begins where it ends.
    #[error("expected an interval that holds some time (the whole day is 00:00-24:00), got {0}")]
    Empty(String),
    /// Two intervals of the day share time.
    #[error("expected intervals that do not overlap, got {0} and {1}")]
    Overlap(String, String),
}

impl Hours {
    /// No hours: the day is not worked. What `Hours::default()` gives too.
    pub const CLOSED: Self = Self(Vec::new());

    /// From midnight to midnight, `00:00-24:00`.
    #[must_use]
    pub fn whole_day() -> Self {
        Self(vec![Shift {
            opens: 0,
            closes: DAY_MINUTES,
        }])
    }

    /// Whether the day has no hours.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn shifts(&self) -> &[Shift] {
        &self.0
    }

    /// Whether the last interval of this day runs into the first one of the next.
    pub(super) fn run_into(&self, next: &Self) -> bool {
        matches!((self.0.last(), next.0.first()), (Some(last), Some(first))
            if last.closes > DAY_MINUTES + first.opens)
    }

    /// These hours without those of `closed`.
    ///
    /// A closing that lasts until 24:00 takes the rest of the day's hours with it, those after midnight
    /// too: they belong to this day. So a closing of 00:00-24:00 leaves nothing.
    pub(super) fn without(&self, closed: &Self) -> Self {
        let mut left = self.0.clone();
        for gap in &closed.0 {
            let gap_closes = if gap.closes == DAY_MINUTES {
                u16::MAX
            } else {
                gap.closes
            };
            left = left
                .iter()
                .flat_map(|shift| {
                    [
                        (shift.opens, shift.closes.min(gap.opens)),
                        (shift.opens.max(gap_closes), shift.closes),
                    ]
                })
                .filter(|(opens, closes)| opens < closes)
                .map(|(opens, closes)| Shift { opens, closes })
                .collect();
        }
        Self(left)
    }
}

impl FromStr for Shift {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let form = || HoursError::Form(text.to_owned());
        let (opens, closes) = text.split_once('-').ok_or_else(form)?;
        let (opens, closes) = (
            minutes(opens).ok_or_else(form)?,
            minutes(closes).ok_or_else(form)?,
        );
        match opens {
            DAY_MINUTES => Err(form()),
            _ if opens == closes => Err(HoursError::Empty(text.to_owned())),
            _ if opens > closes => Ok(Self {
                opens,
                closes: closes + DAY_MINUTES,
            }),
            _ => Ok(Self { opens, closes }),
        }
    }
}

/// `HH:MM`, 00:00 to 24:00, in minutes.
fn minutes(text: &str) -> Option<u16> {
    let digit = |b: u8| b.is_ascii_digit().then(|| u16::from(b - b'0'));
    let [h1, h2, b':', m1, m2] = *text.as_bytes() else {
        return None;
    };
    let (hour, minute) = (digit(h1)? * 10 + digit(h2)?, digit(m1)? * 10 + digit(m2)?);
    (minute < 60 && hour * 60 + minute <= DAY_MINUTES).then_some(hour * 60 + minute)
}

impl FromStr for Hours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        if text == "closed" {
            return Ok(Self::CLOSED);
        }
        let mut shifts = text
            .split(',')
            .map(|part| part.trim().parse())
            .collect::<Result<Vec<Shift>, _>>()?;
        shifts.sort_unstable();
        match shifts
            .windows(2)
            .find(|pair| pair[0].closes > pair[1].opens)
        {
            Some(pair) => Err(HoursError::Overlap(
                pair[0].to_string(),
                pair[1].to_string(),
            )),
            None => Ok(Self(shifts)),
        }
    }
}

impl TryFrom<String> for Hours {
    type Error = HoursError;

    fn try_from(text: String) -> Result<Self, HoursError> {
        text.parse()
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        hours.to_string()
    }
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let closes = match self.closes {
            DAY_MINUTES => DAY_MINUTES,
            later => later % DAY_MINUTES,
        };
        let (from, to) = (self.opens, closes);
        write!(
            f,
            "{:02}:{:02}-{:02}:{:02}",
            from / 60,
            from % 60,
            to / 60,
            to % 60
        )
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.0.split_first() else {
            return f.write_str("closed");
        };
        write!(f, "{first}")?;
        rest.iter().try_for_each(|shift| write!(f, ", {shift}"))
    }
}

impl fmt::Debug for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(text: &str) -> Hours {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "closed",
            "00:00-24:00",
            "22:00-06:00",
            "09:00-12:00, 13:00-18:00",
            "00:00-00:01, 23:59-24:00",
        ] {
            assert_eq!(hours(text).to_string(), text);
        }
        assert_eq!(
            hours("13:00-18:00,09:00-12:00"),
            hours("09:00-12:00, 13:00-18:00")
        );
    }

    #[test]
    fn what_are_no_hours_is_refused() {
        for text in [
            "",
            "open",
            "9:00-12:00",
            "09:00",
            "09:00-12:60",
            "09:00-24:01",
            "24:00-06:00",
            "09:00–12:00",
            "09:00-12:00,",
        ] {
            let error = text.parse::<Hours>().unwrap_err();
            assert!(matches!(error, HoursError::Form(_)), "{text}: {error}");
        }
        for text in ["09:00-09:00", "00:00-00:00"] {
            assert_eq!(text.parse::<Hours>(), Err(HoursError::Empty(text.into())));
        }
        assert!("22:00-06:00, 23:00-23:30".parse::<Hours>().is_err());
    }

    #[test]
    fn a_closing_takes_its_hours_away() {
        let left = |open: &str, closed: &str| hours(open).without(&hours(closed)).to_string();
        assert_eq!(
            left("09:00-18:00", "12:00-13:00"),
            "09:00-12:00, 13:00-18:00"
        );
        assert_eq!(
            left("09:00-12:00, 13:00-18:00", "12:00-24:00"),
            "09:00-12:00"
        );
        assert_eq!(left("09:00-18:00", "00:00-24:00"), "closed");
        assert_eq!(left("22:00-06:00", "00:00-24:00"), "closed");
        assert_eq!(left("20:00-06:00", "22:00-24:00"), "20:00-22:00");
        assert_eq!(
            left("09:00-18:00", "00:00-10:00, 17:00-24:00"),
            "10:00-17:00"
        );
    }
}

//! What a bank writes: the calendar as a value.

use std::fmt;

use chrono::{NaiveDate, Weekday};
use chrono_tz::Tz;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Hours;

/// When a desk works: a value that a bank keeps in its policy file.
///
/// It says nothing until it is prepared: [`BusinessTime::new`](super::BusinessTime::new) checks it and
/// answers.
///
/// ```
/// use crcore::Calendar;
///
/// let calendar: Calendar = serde_json::from_str(r#"{
///     "time_zone": "Europe/Berlin",
///     "hours": { "monday": "09:00-12:00, 13:00-18:00", "friday": "09:00-12:00" },
///     "holidays": [
///         { "date": "2026-12-24", "name": "Christmas Eve", "closed": "12:00-24:00" },
///         { "date": "2026-12-25", "name": "Christmas Day" }
///     ],
///     "exceptions": [{ "date": "2026-12-19", "hours": "10:00-14:00" }]
/// }"#).unwrap();
/// assert_eq!(calendar.holidays[1].name, "Christmas Day");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The zone whose wall clock the hours are read on; an IANA name, as `Europe/Berlin`.
    pub time_zone: Tz,
    /// The hours of a week without holidays.
    pub hours: Week,
    /// Named days, or parts of days, that are not worked. Two may share a date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
    /// Dates with hours of their own, whatever the week and the holidays say; each date once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
}

impl Calendar {
    /// The same hours every week, without holidays.
    #[must_use]
    pub fn new(time_zone: Tz, hours: Week) -> Self {
        Self {
            time_zone,
            hours,
            holidays: Vec::new(),
            exceptions: Vec::new(),
        }
    }
}

/// The hours of each day of the week; in a policy file a map of days, or `"always"` for 24 hours a day.
/// A day that is left out is closed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "the names of the days")]
pub struct Week {
    pub monday: Hours,
    pub tuesday: Hours,
    pub wednesday: Hours,
    pub thursday: Hours,
    pub friday: Hours,
    pub saturday: Hours,
    pub sunday: Hours,
}

impl Week {
    pub(super) const DAYS: [Weekday; 7] = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
        Weekday::Sun,
    ];

    /// Day and night, every day.
    #[must_use]
    pub fn always() -> Self {
        Self {
            saturday: Hours::whole_day(),
            sunday: Hours::whole_day(),
            ..Self::monday_to_friday(Hours::whole_day())
        }
    }

    /// The same hours from Monday to Friday.
    #[must_use]
    pub fn monday_to_friday(hours: Hours) -> Self {
        Self {
            monday: hours.clone(),
            tuesday: hours.clone(),
            wednesday: hours.clone(),
            thursday: hours.clone(),
            friday: hours,
            ..Self::default()
        }
    }

    /// The hours of one day of the week.
    #[must_use]
    pub fn on(&self, day: Weekday) -> &Hours {
        match day {
            Weekday::Mon => &self.monday,
            Weekday::Tue => &self.tuesday,
            Weekday::Wed => &self.wednesday,
            Weekday::Thu => &self.thursday,
            Weekday::Fri => &self.friday,
            Weekday::Sat => &self.saturday,
            Weekday::Sun => &self.sunday,
        }
    }
}

/// A named day, or part of a day, that is not worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The day, on the calendar's wall clock; 1970-01-01 to 2099-12-31.
    pub date: NaiveDate,
    /// What people call it.
    pub name: String,
    /// The hours it takes away from that day; the whole day when left out.
    ///
    /// Hours belong to the day on which they open. So a closing that reaches 24:00 takes the night shift
    /// that opens on this day with it, and none touches the one that opened the day before.
    #[serde(default = "Hours::whole_day", skip_serializing_if = "is_whole_day")]
    pub closed: Hours,
}

fn is_whole_day(hours: &Hours) -> bool {
    *hours == Hours::whole_day()
}

/// A date with hours of its own, or closed: it wins over the week and over holidays. A closed day that
/// has a name is a [`Holiday`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The day, on the calendar's wall clock; 1970-01-01 to 2099-12-31.
    pub date: NaiveDate,
    /// The hours that open on it.
    pub hours: Hours,
}

/// Not a calendar that anybody can work by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// No day has hours: nothing would ever fall due.
    #[error("expected a calendar that opens at some time, got one that is always closed")]
    NeverOpen,
    /// A night shift runs into the hours of the day after it.
    #[error(
        "expected hours that do not overlap, got {hours} on {day}, then {next_hours} on {next}"
    )]
    Overlap {
        /// The date, or the day of the week, on which the night shift opens.
        day: String,
        /// Its hours.
        hours: Hours,
        /// The day after it.
        next: String,
        /// The hours of the day after it.
        next_hours: Hours,
    },
    /// Two exceptions name one date.
    #[error("expected one exception for each date, got two for {0}")]
    Twice(NaiveDate),
    /// A holiday's `closed` names no hours, so that it would take nothing away.
    #[error("expected the hours that the holiday of {0} takes away (all when left out), got none")]
    Nothing(NaiveDate),
    /// A holiday or an exception lies outside the years of which time zones are known.
    #[error("expected a date from 1970-01-01 to 2099-12-31, got {0}")]
    Date(NaiveDate),
}

/// How a [`Week`] is written as a map. Its own type, so that the map's errors name the days.
#[derive(Default, Serialize, Deserialize)]
#[serde(remote = "Week", deny_unknown_fields, default)]
struct Days {
    #[serde(skip_serializing_if = "Hours::is_closed")]
    monday: Hours,
    #[serde(skip_serializing_if = "Hours::is_closed")]
    tuesday: Hours,
    #[serde(skip_serializing_if = "Hours::is_closed")]
    wednesday: Hours,
    #[serde(skip_serializing_if = "Hours::is_closed")]
    thursday: Hours,
    #[serde(skip_serializing_if = "Hours::is_closed")]
    friday: Hours,
    #[serde(skip_serializing_if = "Hours::is_closed")]
    saturday: Hours,
    #[serde(skip_serializing_if = "Hours::is_closed")]
    sunday: Hours,
}

const ALWAYS: &str = "always";

impl Serialize for Week {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Self::always() {
            serializer.serialize_str(ALWAYS)
        } else {
            Days::serialize(self, serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Week {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;

        impl<'de> Visitor<'de> for Written {
            type Value = Week;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("hours by day of the week, or \"always\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Week, E> {
                match text {
                    ALWAYS => Ok(Week::always()),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, days: A) -> Result<Week, A::Error> {
                Days::deserialize(MapAccessDeserializer::new(days))
            }
        }

        deserializer.deserialize_any(Written)
    }
}

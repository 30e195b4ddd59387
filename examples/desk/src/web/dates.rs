//! Days and instants as people write them, with the months of the reader's language.

use chrono::{DateTime, Datelike, NaiveDate, Timelike as _};
use chrono_tz::Tz;

use super::messages::Messages;

/// `5 Mar 2026`.
pub(crate) fn day(messages: &Messages, language: &str, day: NaiveDate) -> String {
    format!("{} {}", day_of_year(messages, language, day), day.year())
}

/// `5 Mar`.
pub(crate) fn day_of_year(messages: &Messages, language: &str, day: NaiveDate) -> String {
    let month = messages.text(language, &format!("month-short-{}", day.month()), &[]);
    format!("{} {month}", day.day())
}

/// `5 March 2026`.
pub(crate) fn long_day(messages: &Messages, language: &str, day: NaiveDate) -> String {
    let month = messages.text(language, &format!("month-{}", day.month()), &[]);
    format!("{} {month} {}", day.day(), day.year())
}

/// `5 Mar 2026, 16:30`.
pub(crate) fn instant(messages: &Messages, language: &str, at: DateTime<Tz>) -> String {
    let day = day(messages, language, at.date_naive());
    format!("{day}, {:02}:{:02}", at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_the_readers_language() {
        let messages = Messages::read().unwrap_or_else(|failure| panic!("{failure}"));
        let at: DateTime<chrono::Utc> = "2026-03-05T11:00:00Z".parse().unwrap();
        let at = at.with_timezone(&Tz::Asia__Kolkata);
        assert_eq!(instant(&messages, "en", at), "5 Mar 2026, 16:30");
        assert_eq!(instant(&messages, "hi", at), "5 मार्च 2026, 16:30");
        assert_eq!(long_day(&messages, "en", at.date_naive()), "5 March 2026");
        assert_eq!(day(&messages, "hi", at.date_naive()), "5 मार्च 2026");
        for language in ["en", "hi"] {
            for month in 1..=12 {
                let day = NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
                let told = long_day(&messages, language, day);
                assert!(!told.contains("month"), "{language}: {told}");
            }
        }
    }
}

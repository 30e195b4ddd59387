//! What a calendar says, and what it refuses.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::super::{CalendarError, Hours, Week};
use super::*;

/// Monday to Friday, 09:00-12:00 and 13:00-18:00, in UTC, with some dates of 2026.
fn office() -> BusinessTime {
    let hours = "09:00-12:00, 13:00-18:00";
    desk(json!({
        "time_zone": "UTC",
        "hours": { "monday": hours, "tuesday": hours, "wednesday": hours, "thursday": hours, "friday": hours },
        "holidays": [
            { "date": "2026-12-25", "name": "Christmas Day" },
            { "date": "2026-12-24", "name": "Christmas Eve", "closed": "12:00-24:00" },
            { "date": "2026-05-01", "name": "Labour Day" },
        ],
        "exceptions": [
            { "date": "2026-05-01", "hours": "10:00-11:00" },
            { "date": "2026-05-02", "hours": "10:00-14:00" },
            { "date": "2026-05-04", "hours": "closed" },
        ],
    }))
}

fn refusal(policy: Value) -> String {
    match serde_json::from_value::<Calendar>(policy) {
        Ok(calendar) => BusinessTime::new(&calendar).unwrap_err().to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn time_that_runs_out_at_closing_ends_at_closing() {
    let desk = office();
    let add = |from, hours| {
        desk.add(at(from), TimeDelta::hours(hours))
            .unwrap()
            .to_string()
    };
    assert_eq!(add("2026-03-02T09:00:00Z", 3), "2026-03-02 12:00:00 UTC");
    assert_eq!(add("2026-03-06T17:00:00Z", 1), "2026-03-06 18:00:00 UTC");
    assert_eq!(add("2026-03-06T18:00:00Z", 1), "2026-03-09 10:00:00 UTC");
    assert_eq!(add("2026-03-07T11:00:00Z", 8), "2026-03-09 18:00:00 UTC");
}

#[test]
fn backwards_it_ends_at_an_opening() {
    let desk = office();
    let add = |from, hours| {
        desk.add(at(from), TimeDelta::hours(hours))
            .unwrap()
            .to_string()
    };
    assert_eq!(add("2026-03-02T18:00:00Z", -5), "2026-03-02 13:00:00 UTC");
    assert_eq!(add("2026-03-02T13:00:00Z", -3), "2026-03-02 09:00:00 UTC");
    assert_eq!(add("2026-03-02T09:00:00Z", -1), "2026-02-27 17:00:00 UTC");
}

#[test]
fn no_time_moves_nothing() {
    let desk = office();
    for instant in [
        "2026-03-02T10:00:00Z",
        "2026-03-02T12:30:00Z",
        "2026-03-07T00:00:00.5Z",
    ] {
        assert_eq!(desk.add(at(instant), TimeDelta::zero()), Ok(at(instant)));
        let step = TimeDelta::nanoseconds(1);
        assert!(desk.add(at(instant), -step).unwrap() < at(instant));
        assert!(desk.add(at(instant), step).unwrap() > at(instant));
    }
}

#[test]
fn parts_of_a_second_count() {
    let desk = office();
    let from = at("2026-03-02T11:59:59.999999Z");
    assert_eq!(
        desk.add(from, TimeDelta::microseconds(1)),
        Ok(at("2026-03-02T12:00:00Z"))
    );
    assert_eq!(
        desk.add(from, TimeDelta::microseconds(3)),
        Ok(at("2026-03-02T13:00:00.000002Z"))
    );
    assert_eq!(
        desk.add(
            at("2026-03-02T13:00:00.000002Z"),
            TimeDelta::microseconds(-3)
        ),
        Ok(from)
    );
    assert_eq!(
        desk.elapsed(from, at("2026-03-02T13:00:00.000002Z")),
        TimeDelta::microseconds(3)
    );
}

#[test]
fn a_leap_second_is_the_first_of_the_next_minute() {
    let desk = desk(json!({ "time_zone": "UTC", "hours": "always" }));
    let leap = at("2016-12-31T23:59:60.25Z");
    assert_eq!(
        desk.elapsed(leap, at("2017-01-01T00:00:01Z")),
        TimeDelta::milliseconds(750)
    );
}

#[test]
fn open_from_the_opening_until_just_before_the_closing() {
    let desk = office();
    let open = ["09:00:00", "11:59:59.999999", "13:00:00"];
    let closed = ["08:59:59.999999", "12:00:00", "18:00:00"];
    for (times, expected) in [(open, true), (closed, false)] {
        for time in times {
            let instant = at(&format!("2026-03-02T{time}Z"));
            assert_eq!(desk.is_open(instant), expected, "{time}");
            assert_eq!(desk.next_open(instant) == Some(instant), expected, "{time}");
        }
    }
}

#[test]
fn the_next_and_the_previous_open_instant_mirror_each_other() {
    let desk = office();
    let lunch = at("2026-03-02T12:30:00Z");
    assert_eq!(desk.next_open(lunch), Some(at("2026-03-02T13:00:00Z")));
    assert_eq!(desk.previous_open(lunch), Some(at("2026-03-02T12:00:00Z")));
    let work = at("2026-03-02T10:00:00.25Z");
    assert_eq!(
        (desk.next_open(work), desk.previous_open(work)),
        (Some(work), Some(work))
    );
    let (opening, closing) = (at("2026-03-02T09:00:00Z"), at("2026-03-02T18:00:00Z"));
    assert_eq!(
        desk.previous_open(opening),
        Some(at("2026-02-27T18:00:00Z"))
    );
    assert_eq!(desk.next_open(closing), Some(at("2026-03-03T09:00:00Z")));
}

#[test]
fn an_exception_wins_over_a_holiday() {
    let desk = office();
    assert_eq!(desk.hours(date("2026-05-01")).to_string(), "10:00-11:00");
    assert_eq!(desk.hours(date("2026-12-24")).to_string(), "09:00-12:00");
    let (from, to) = (at("2026-05-01T00:00:00Z"), at("2026-05-05T00:00:00Z"));
    assert_eq!(desk.elapsed(from, to), TimeDelta::hours(5));
    assert!(desk.is_business_day(date("2026-05-02")) && !desk.is_business_day(date("2026-05-04")));
}

#[test]
fn holidays_in_force_are_named_in_order() {
    let desk = office();
    let names = |from, to| -> Vec<_> {
        desk.holidays_between(date(from), date(to))
            .map(|(_, name)| name)
            .collect()
    };
    assert_eq!(
        names("2026-01-01", "2026-12-31"),
        ["Christmas Eve", "Christmas Day"]
    );
    assert_eq!(names("2026-12-25", "2026-12-25"), ["Christmas Day"]);
    assert!(names("2026-12-26", "2026-12-01").is_empty());
}

#[test]
fn a_night_belongs_to_the_day_on_which_it_opens() {
    let night = "22:00-06:00";
    let desk = desk(json!({
        "time_zone": "UTC",
        "hours": { "wednesday": night, "thursday": night, "friday": night },
        "holidays": [{ "date": "2026-12-24", "name": "Christmas Eve", "closed": "12:00-24:00" }],
    }));
    // Wednesday's shift ends on the morning of the 24th; the one that would open on the 24th is gone.
    let windows: Vec<_> = desk
        .windows(at("2026-12-23T00:00:00Z"), at("2026-12-26T00:00:00Z"))
        .collect();
    assert_eq!(
        windows,
        [
            at("2026-12-23T22:00:00Z")..at("2026-12-24T06:00:00Z"),
            at("2026-12-25T22:00:00Z")..at("2026-12-26T00:00:00Z"),
        ]
    );
    assert_eq!(
        desk.end_of_business_day(date("2026-12-23")),
        Some(at("2026-12-24T06:00:00Z"))
    );
}

#[test]
fn business_days_are_counted_after_the_day_itself() {
    let desk = office();
    let add = |from, n| desk.add_business_days(date(from), n).unwrap().to_string();
    assert_eq!(
        add("2026-12-23", 1),
        "2026-12-24",
        "half a day is a business day"
    );
    assert_eq!(add("2026-12-23", 2), "2026-12-28");
    assert_eq!(add("2026-12-26", 1), "2026-12-28");
    assert_eq!(add("2026-12-26", 0), "2026-12-26");
    assert_eq!(add("2026-12-26", -1), "2026-12-24");
    assert_eq!(add("2026-12-28", -1), "2026-12-24");
    assert_eq!(
        desk.business_days_between(date("2026-12-23"), date("2026-12-28")),
        2
    );
    assert_eq!(
        desk.business_days_between(date("2026-12-28"), date("2026-12-23")),
        -2
    );
}

#[test]
fn a_deadline_in_business_days_is_the_end_of_one() {
    let desk = office();
    let due = |from, n| desk.due_in_business_days(at(from), n).unwrap().to_string();
    assert_eq!(due("2026-12-23T10:00:00Z", 1), "2026-12-24 12:00:00 UTC");
    assert_eq!(due("2026-12-23T23:00:00Z", 1), "2026-12-24 12:00:00 UTC");
    assert_eq!(due("2026-12-26T10:00:00Z", 1), "2026-12-28 18:00:00 UTC");
    assert_eq!(due("2026-12-23T10:00:00Z", 0), "2026-12-23 18:00:00 UTC");
    assert_eq!(due("2026-12-23T18:00:00Z", 0), "2026-12-24 12:00:00 UTC");
    assert_eq!(due("2026-12-26T10:00:00Z", 0), "2026-12-28 18:00:00 UTC");
}

#[test]
fn day_and_night_is_one_window() {
    let desk = desk(json!({ "time_zone": "Europe/Berlin", "hours": "always" }));
    let (from, to) = (at("1960-01-01T00:00:00.5Z"), at("2110-01-01T00:00:00Z"));
    assert_eq!(desk.windows(from, to).collect::<Vec<_>>(), [from..to]);
    assert_eq!(desk.elapsed(from, to), to - from);
    assert_eq!(desk.add(from, to - from), Ok(to));
    assert_eq!(desk.windows(to, from).count(), 0);
}

#[test]
fn years_far_from_the_table_repeat_their_weeks() {
    let desk = office();
    for (monday, noon) in [
        ("+200001-01-01T09:00:00Z", "+200001-01-01T12:00:00Z"),
        ("-200000-01-03T09:00:00Z", "-200000-01-03T12:00:00Z"),
        ("1815-06-19T09:00:00Z", "1815-06-19T12:00:00Z"),
    ] {
        assert_eq!(
            desk.add(at(monday), TimeDelta::hours(3)),
            Ok(at(noon)),
            "{monday}"
        );
        assert_eq!(
            desk.add(at(noon), TimeDelta::hours(-3)),
            Ok(at(monday)),
            "{monday}"
        );
    }
    // 52 weeks a year of 40 hours each, from one end of the table to far behind the other.
    let (from, to) = (at("1600-01-03T00:00:00Z"), at("2400-01-03T00:00:00Z"));
    let weeks = (to - from).num_weeks();
    // Two working holidays in 2026, 12 h off; 1 and 4 May are 15 h shorter and the 2nd 4 h longer.
    assert_eq!(desk.elapsed(from, to).num_hours(), weeks * 40 - 13 - 15 + 4);
    assert_eq!(
        desk.add(from, desk.elapsed(from, to)),
        Ok(desk.previous_open(to).unwrap())
    );
}

#[test]
fn the_ends_of_time_are_answered_or_refused() {
    let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    for zone in ["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin"] {
        for hours in [json!("always"), json!({ "monday": "09:00-17:00" })] {
            let desk = desk(json!({ "time_zone": zone, "hours": hours }));
            let span = desk.elapsed(first, last);
            assert!(span > TimeDelta::zero() && desk.elapsed(last, first) == -span);
            for time in [TimeDelta::MAX, span + TimeDelta::days(9)] {
                assert!(desk.add(first, time).is_err() && desk.add(last, -time).is_err());
            }
            assert!(desk.add(last, TimeDelta::MIN).is_err());
            assert!(desk.previous_open(first).is_none_or(|open| open == first));
            for at in [first, last] {
                let date = desk.date(at);
                assert!(desk.add_business_days(date, i32::MIN).is_err() || at == last);
                assert!(desk.add_business_days(date, i32::MAX).is_err());
                let _ = (
                    desk.is_open(at),
                    desk.next_open(at),
                    desk.end_of_business_day(date),
                );
                let _ = (
                    desk.start_of_business_day(date),
                    desk.business_days_between(date, date),
                );
                let _ = (
                    desk.due_in_business_days(at, 0),
                    desk.due_in_business_days(at, u32::MAX),
                );
            }
            assert!(desk.windows(first, first + TimeDelta::weeks(3)).count() > 0);
            assert!(desk.windows(last - TimeDelta::weeks(3), last).count() > 0);
        }
    }
}

#[test]
fn a_desk_of_dated_hours_alone_stops_one_day() {
    let desk = desk(json!({
        "time_zone": "UTC",
        "hours": {},
        "exceptions": [{ "date": "2026-05-02", "hours": "10:00-14:00" }],
    }));
    let before = at("2026-01-01T00:00:00Z");
    assert_eq!(
        desk.add(before, TimeDelta::hours(4)),
        Ok(at("2026-05-02T14:00:00Z"))
    );
    let error = desk.add(before, TimeDelta::hours(5)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected a point of business time that this calendar reaches, \
         got 18000 s of business time from 2026-01-01 00:00:00 UTC"
    );
    assert_eq!(desk.next_open(at("2026-05-02T14:00:00Z")), None);
    assert!(desk.add_business_days(date("2026-05-02"), 1).is_err());
    assert!(
        desk.due_in_business_days(at("2026-05-02T14:00:00Z"), 0)
            .is_err()
    );
}

#[test]
fn a_policy_file_says_what_is_wrong() {
    let monday = json!({ "monday": "09:00-17:00" });
    let day = |date| json!({ "date": date, "hours": "10:00-12:00" });
    let cases = [
        (
            json!({ "time_zone": "UTC", "hours": {} }),
            "one that is always closed",
        ),
        (
            json!({ "time_zone": "UTC", "hours": "allways" }),
            "or \"always\"",
        ),
        (
            json!({ "time_zone": "UTC", "hours": { "mnday": "closed" } }),
            "unknown field `mnday`, expected one of `monday`",
        ),
        (
            json!({ "time_zone": "UTC", "hours": { "monday": "9-17" } }),
            "expected hours as in",
        ),
        (
            json!({ "time_zone": "UTC", "hours": monday, "holiday": [] }),
            "unknown field `holiday`",
        ),
        (
            json!({ "time_zone": "Mars/Olympus", "hours": monday }),
            "Mars/Olympus",
        ),
        (
            json!({ "time_zone": "UTC", "hours": { "sunday": "22:00-06:00", "monday": "05:00-09:00" } }),
            "got 22:00-06:00 on Sun, then 05:00-09:00 on Mon",
        ),
        (
            json!({ "time_zone": "UTC", "hours": { "sunday": "22:00-06:00" },
                "exceptions": [{ "date": "2026-03-02", "hours": "05:00-09:00" }] }),
            "got 22:00-06:00 on 2026-03-01, then 05:00-09:00 on 2026-03-02",
        ),
        (
            json!({ "time_zone": "UTC", "hours": monday, "exceptions": [day("2026-03-02"), day("2026-03-02")] }),
            "expected one exception for each date, got two for 2026-03-02",
        ),
        (
            json!({ "time_zone": "UTC", "hours": monday,
                "holidays": [{ "date": "2026-03-02", "name": "Founders' Day", "closed": "closed" }] }),
            "expected the hours that the holiday of 2026-03-02 takes away (all when left out), got none",
        ),
        (
            json!({ "time_zone": "UTC", "hours": monday, "exceptions": [day("2100-01-01")] }),
            "expected a date from 1970-01-01 to 2099-12-31, got 2100-01-01",
        ),
    ];
    for (policy, expected) in cases {
        let error = refusal(policy);
        assert!(
            error.contains(expected),
            "expected {expected:?} in {error:?}"
        );
    }
    assert_eq!(
        BusinessTime::new(&Calendar::new(chrono_tz::UTC, Week::default())).unwrap_err(),
        CalendarError::NeverOpen
    );
}

#[test]
fn dates_at_the_edge_of_the_table_count() {
    let (first, last) = ("1970-01-01", "2099-12-31");
    let desk = desk(json!({
        "time_zone": "Pacific/Kiritimati",
        "hours": "always",
        "exceptions": [{ "date": first, "hours": "closed" }, { "date": last, "hours": "closed" }],
    }));
    let (from, to) = (at("1960-01-01T00:00:00Z"), at("2110-01-01T00:00:00Z"));
    assert_eq!(desk.windows(from, to).count(), 3);
    assert_eq!(desk.elapsed(from, to), to - from - TimeDelta::hours(48));
    assert!(!desk.is_business_day(date(first)) && !desk.is_business_day(date(last)));
}

#[test]
fn a_calendar_is_written_as_it_was_read() {
    let policy = json!({
        "time_zone": "Europe/Berlin",
        "hours": { "monday": "09:00-12:00, 13:00-18:00", "friday": "22:00-06:00" },
        "holidays": [
            { "date": "2026-12-24", "name": "Christmas Eve", "closed": "12:00-24:00" },
            { "date": "2026-12-25", "name": "Christmas Day" },
        ],
        "exceptions": [{ "date": "2026-05-02", "hours": "closed" }],
    });
    let calendar: Calendar = serde_json::from_value(policy.clone()).unwrap();
    assert_eq!(serde_json::to_value(&calendar).unwrap(), policy);
    let always = json!({ "time_zone": "UTC", "hours": "always" });
    let calendar: Calendar = serde_json::from_value(always.clone()).unwrap();
    assert_eq!(calendar, Calendar::new(chrono_tz::UTC, Week::always()));
    assert_eq!(serde_json::to_value(&calendar).unwrap(), always);
    assert_eq!(Week::monday_to_friday(Hours::CLOSED), Week::default());
}

#[test]
fn a_prepared_calendar_is_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<BusinessTime>();
}

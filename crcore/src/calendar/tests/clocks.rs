//! Nights on which a zone's clock is put forward or back, and zones that do it their own way.

use chrono::TimeDelta;
use serde_json::json;

use super::*;

/// The hours of one day open every day in `zone`, and how long the shift that opens on `date` lasts.
fn minutes_open(zone: &str, hours: &str, on: &str) -> i64 {
    let week: serde_json::Map<_, _> = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ]
    .map(|day| (day.to_owned(), json!(hours)))
    .into_iter()
    .collect();
    let desk = desk(json!({ "time_zone": zone, "hours": week }));
    let on = date(on);
    match (desk.start_of_business_day(on), desk.end_of_business_day(on)) {
        (Some(start), Some(end)) => {
            assert_eq!(desk.add(start, end - start), Ok(end));
            desk.elapsed(start, end).num_minutes()
        }
        _ => 0,
    }
}

#[test]
fn a_night_shift_is_as_long_as_the_night() {
    let berlin = |on| minutes_open("Europe/Berlin", "22:00-06:00", on) / 60;
    assert_eq!(berlin("2026-03-27"), 8);
    assert_eq!(berlin("2026-03-28"), 7, "the clock is put forward");
    assert_eq!(berlin("2026-10-24"), 9, "the clock is put back");
}

#[test]
fn a_time_that_is_skipped_is_the_end_of_the_gap() {
    let gap = |hours| minutes_open("Europe/Berlin", hours, "2026-03-29");
    assert_eq!(
        gap("02:30-08:00"),
        5 * 60,
        "opens at 03:00, the first minute there is"
    );
    assert_eq!(gap("00:00-02:30"), 2 * 60);
    assert_eq!(
        gap("02:00-03:00"),
        0,
        "a shift that the night has no room for"
    );
}

#[test]
fn a_time_that_is_shown_twice_opens_early_and_closes_late() {
    let fold = |hours| minutes_open("Europe/Berlin", hours, "2026-10-25");
    assert_eq!(fold("02:30-08:00"), 6 * 60 + 30, "from the earlier 02:30");
    assert_eq!(fold("00:00-02:30"), 3 * 60 + 30, "until the later 02:30");
    assert_eq!(fold("02:00-03:00"), 2 * 60, "both of them");
    assert_eq!(
        fold("00:00-02:00"),
        2 * 60,
        "until the clock first shows 02:00"
    );
    assert_eq!(fold("03:00-08:00"), 5 * 60, "from the only 03:00 there is");
}

#[test]
fn shifts_that_overlap_in_a_fold_count_once() {
    let desk = desk(json!({
        "time_zone": "Europe/Berlin",
        "hours": { "sunday": "00:00-02:30, 02:30-05:00" },
    }));
    let (from, to) = (
        at("2026-10-25T00:00:00+02:00"),
        at("2026-10-25T05:00:00+01:00"),
    );
    assert_eq!(desk.elapsed(from, to), TimeDelta::hours(6));
    assert_eq!(desk.windows(from, to).collect::<Vec<_>>(), [from..to]);
}

#[test]
fn half_an_hour_of_summer_in_lord_howe() {
    let lord_howe = |on| minutes_open("Australia/Lord_Howe", "22:00-06:00", on);
    assert_eq!(lord_howe("2026-04-04"), 8 * 60 + 30);
    assert_eq!(lord_howe("2026-10-03"), 7 * 60 + 30);
}

#[test]
fn casablanca_puts_its_clock_back_for_ramadan() {
    let casablanca = |on| minutes_open("Africa/Casablanca", "22:00-06:00", on) / 60;
    assert_eq!(casablanca("2026-02-14"), 9);
    assert_eq!(casablanca("2026-03-21"), 7);
    assert_eq!(casablanca("2026-07-01"), 8);
}

#[test]
fn apia_had_no_30th_of_december_2011() {
    let desk = desk(json!({ "time_zone": "Pacific/Apia", "hours": "always" }));
    assert!(desk.is_business_day(date("2011-12-29")));
    assert!(!desk.is_business_day(date("2011-12-30")));
    assert_eq!(desk.end_of_business_day(date("2011-12-30")), None);
    assert_eq!(
        desk.add_business_days(date("2011-12-29"), 1),
        Ok(date("2011-12-31"))
    );
    let eve = at("2011-12-29T12:00:00-10:00");
    assert_eq!(
        desk.add(eve, TimeDelta::hours(24)),
        Ok(at("2011-12-31T12:00:00+14:00"))
    );
    assert_eq!(
        minutes_open("Pacific/Apia", "22:00-06:00", "2011-12-29"),
        8 * 60 - 6 * 60
    );
}

#[test]
fn kathmandu_is_a_quarter_to_six_ahead() {
    let desk = desk(json!({ "time_zone": "Asia/Kathmandu", "hours": { "sunday": "10:00-17:00" } }));
    assert_eq!(
        desk.next_open(at("2026-03-07T00:00:00Z")),
        Some(at("2026-03-08T04:15:00Z"))
    );
}

#[test]
fn santiago_has_days_that_begin_at_one() {
    let santiago = |hours, on| minutes_open("America/Santiago", hours, on) / 60;
    assert_eq!(santiago("00:00-24:00", "2026-09-06"), 23);
    assert_eq!(santiago("00:00-24:00", "2026-09-05"), 24);
    assert_eq!(
        santiago("00:00-24:00", "2026-04-04"),
        25,
        "23:00 comes twice"
    );
    assert_eq!(santiago("22:00-06:00", "2026-09-05"), 7);
    assert_eq!(santiago("22:00-24:00", "2026-04-04"), 3);
}

#[test]
fn beirut_put_its_clock_forward_at_midnight_in_2023() {
    // The order to wait until April was taken back within days; the tz database keeps the planned night.
    let beirut = |on| minutes_open("Asia/Beirut", "22:00-06:00", on) / 60;
    assert_eq!(beirut("2023-03-25"), 7);
    assert_eq!(beirut("2023-10-28"), 9);
    assert_eq!(
        minutes_open("Asia/Beirut", "00:00-24:00", "2023-03-26") / 60,
        23
    );
}

#[test]
fn troll_moves_by_two_hours() {
    let troll = |on| minutes_open("Antarctica/Troll", "22:00-06:00", on) / 60;
    assert_eq!(troll("2026-03-28"), 6);
    assert_eq!(troll("2026-10-24"), 10);
}

#[test]
fn a_holiday_on_the_day_of_a_change_leaves_the_night_before_alone() {
    let desk = desk(json!({
        "time_zone": "Europe/Berlin",
        "hours": { "saturday": "22:00-06:00", "sunday": "22:00-06:00" },
        "holidays": [{ "date": "2026-03-29", "name": "Change of the clocks" }],
    }));
    let (from, to) = (at("2026-03-28T00:00:00Z"), at("2026-03-31T00:00:00Z"));
    assert_eq!(desk.elapsed(from, to), TimeDelta::hours(7));
}

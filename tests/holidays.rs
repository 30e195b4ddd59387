//! Holiday calendars of 26 countries and systems, 2010 to 2030, as a bank would load them.

mod data;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, TimeDelta, TimeZone, Weekday};
use chrono_tz::Tz;
use crcore::calendar::{Holiday, Hours, Week};
use crcore::{BusinessTime, Calendar};

/// The holidays of each calendar; none where the file is not there.
fn holidays() -> Option<BTreeMap<String, Vec<(NaiveDate, String)>>> {
    let mut calendars: BTreeMap<String, Vec<(NaiveDate, String)>> = BTreeMap::new();
    for row in data::rows("holidays/holidays_2010_2030.csv.gz")? {
        let holiday = (row[1].parse().unwrap(), row[2].to_owned());
        calendars
            .entry(row[0].to_owned())
            .or_default()
            .push(holiday);
    }
    Some(calendars)
}

fn desk(zone: Tz, holidays: &[(NaiveDate, String)]) -> BusinessTime {
    let hours = "09:00-12:00, 13:00-18:00".parse().unwrap();
    let mut calendar = Calendar::new(zone, Week::monday_to_friday(hours));
    calendar.holidays = holidays
        .iter()
        .map(|(date, name)| Holiday {
            date: *date,
            name: name.clone(),
            closed: Hours::whole_day(),
        })
        .collect();
    BusinessTime::new(&calendar).unwrap()
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn week_day(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

#[test]
fn every_year_of_every_calendar_has_its_business_days() {
    let Some(calendars) = holidays() else { return };
    assert_eq!(calendars.len(), 26);
    for (name, holidays) in &calendars {
        let desk = desk(chrono_tz::Europe::Brussels, holidays);
        let closed: BTreeSet<_> = holidays.iter().map(|(date, _)| *date).collect();
        for year in 2010..=2030 {
            let (eve, last) = (date(year - 1, 12, 31), date(year, 12, 31));
            let days = eve.iter_days().skip(1).take_while(|day| *day <= last);
            let days = days
                .filter(|day| week_day(*day) && !closed.contains(day))
                .count();
            assert_eq!(
                desk.business_days_between(eve, last),
                days as i64,
                "{name} {year}"
            );
            let midnight = |day: NaiveDate| {
                let local = day.succ_opt().unwrap().and_hms_opt(0, 0, 0).unwrap();
                chrono_tz::Europe::Brussels
                    .from_local_datetime(&local)
                    .unwrap()
                    .to_utc()
            };
            // No office hour is near a change of the clock, so that every day has eight.
            let worked = desk.elapsed(midnight(eve), midnight(last));
            assert_eq!(worked, TimeDelta::hours(8 * days as i64), "{name} {year}");
            assert_eq!(desk.add_business_days(eve, days as i32).unwrap(), {
                let mut day = last;
                while !desk.is_business_day(day) {
                    day = day.pred_opt().unwrap();
                }
                day
            });
        }
    }
}

#[test]
fn the_euro_settles_on_as_many_days_as_its_bank_says() {
    let Some(calendars) = holidays() else { return };
    let desk = desk(chrono_tz::Europe::Berlin, &calendars["EU-TARGET"]);
    // Long-term calendar of TARGET: closed on New Year's Day, Good Friday, Easter Monday, 1 May, and on
    // 25 and 26 December. The days of a year follow from where these fall.
    for (year, days) in [
        (2021, 258),
        (2022, 257),
        (2023, 255),
        (2024, 256),
        (2025, 255),
        (2026, 256),
    ] {
        let (eve, last) = (date(year - 1, 12, 31), date(year, 12, 31));
        assert_eq!(desk.business_days_between(eve, last), days, "{year}");
    }
    let easter: Vec<_> = desk
        .holidays_between(date(2026, 4, 1), date(2026, 4, 30))
        .collect();
    assert_eq!(easter.len(), 2);
    assert_eq!(easter[0].0, date(2026, 4, 3));
}

#[test]
fn the_federal_reserve_stays_open_before_a_saturday_holiday() {
    let Some(calendars) = holidays() else { return };
    let desk = desk(chrono_tz::America::New_York, &calendars["US-FED"]);
    // Independence Day of 2026 is a Saturday; Juneteenth of 2022, a Sunday, is observed on Monday.
    assert!(desk.is_business_day(date(2026, 7, 3)));
    assert!(!desk.is_business_day(date(2022, 6, 20)));
    let (eve, last) = (date(2025, 12, 31), date(2026, 12, 31));
    assert_eq!(desk.business_days_between(eve, last), 261 - 10);
}

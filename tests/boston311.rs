//! Deadlines that a production system gave: Boston's 311 service cases of 2015.
//!
//! The city publishes when a case was opened and when it was due, and not the rule. The rule that we
//! found: office hours are Monday to Friday 08:30-17:00 without the holidays of Massachusetts; a type
//! allows some days of 8.5 h of them; and time that runs out at closing is due at the next opening.
//! The days were learnt from these cases; the part of the data that is held back is not read here.

mod data;

use chrono::{NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::America::New_York;
use crcore::calendar::{Holiday, Hours, Week};
use crcore::{BusinessTime, Calendar};

/// Each type of at least 100 cases whose allowance is one number of business days.
const ALLOWED_DAYS: [(&str, i32); 20] = [
    ("Abandoned Building", 5),
    ("Building Inspection Request", 3),
    ("CE Collection", 1),
    ("Electrical", 5),
    ("Empty Litter Basket", 1),
    ("Exceeding Terms of Permit", 5),
    ("General Comments For a Program or Policy", 10),
    ("Illegal Occupancy", 5),
    ("Illegal Rooming House", 5),
    ("Maintenance - Homeowner", 5),
    ("Overflowing or Un-kept Dumpster", 2),
    ("Pick up Dead Animal", 1),
    ("Plumbing", 5),
    ("Poor Conditions of Property", 3),
    ("Protection of Adjoining Property", 5),
    ("Sign Repair", 10),
    ("Tree Emergencies", 1),
    ("Unsanitary Conditions - Establishment", 2),
    ("Utility Call-In", 2),
    ("Work Hours-Loud Noise Complaints", 3),
];

/// Of the cases of these types; we know no rule for the rest.
const SAME_TO_THE_MINUTE: f64 = 0.995;

fn office() -> Option<BusinessTime> {
    let hours = "08:30-17:00".parse().unwrap();
    let mut calendar = Calendar::new(New_York, Week::monday_to_friday(hours));
    for row in data::rows("holidays/holidays_2010_2030.csv.gz")? {
        if &row[0] == "US-MA" {
            calendar.holidays.push(Holiday {
                date: row[1].parse().unwrap(),
                name: row[2].to_owned(),
                closed: Hours::whole_day(),
            });
        }
    }
    Some(BusinessTime::new(&calendar).unwrap())
}

#[test]
fn our_deadlines_are_those_of_the_city() {
    let (Some(office), Some(cases)) = (office(), data::rows("boston311_sla/cases_dev.csv.gz"))
    else {
        return;
    };
    let (mut all, mut same) = (0, 0);
    for case in cases {
        let (opened, target, kind) = (&case[1], &case[2], &case[8]);
        let Some((_, days)) = ALLOWED_DAYS.iter().find(|(name, _)| *name == kind) else {
            continue;
        };
        if target.is_empty() {
            continue;
        }
        let instant = |text| {
            let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
            New_York
                .from_local_datetime(&local)
                .earliest()
                .unwrap()
                .to_utc()
        };
        let allowed = TimeDelta::minutes(510) * *days;
        let due = office.add(instant(opened), allowed).unwrap();
        let due = office.next_open(due).unwrap();
        all += 1;
        same += i32::from((due - instant(target)).abs() < TimeDelta::minutes(1));
    }
    let share = f64::from(same) / f64::from(all);
    println!("{same} of {all} deadlines are the same to the minute ({share:.4})");
    assert!(
        all > 15_000 && share >= SAME_TO_THE_MINUTE,
        "{same} of {all}"
    );
}

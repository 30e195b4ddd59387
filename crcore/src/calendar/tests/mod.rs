mod clocks;
mod laws;
mod oracle;
mod rules;

use chrono::{DateTime, NaiveDate, Utc};

use proptest::prelude::ProptestConfig;

use super::{BusinessTime, Calendar};

/// A quarter of the usual 256 cases, or of `PROPTEST_CASES`: every case prepares a calendar, which takes
/// ten milliseconds in a debug build.
fn config() -> ProptestConfig {
    ProptestConfig::with_cases(ProptestConfig::default().cases / 4)
}

fn desk(policy: serde_json::Value) -> BusinessTime {
    let calendar: Calendar = serde_json::from_value(policy).unwrap();
    BusinessTime::new(&calendar).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

mod clocks;
mod laws;
mod oracle;
mod rules;

use chrono::{DateTime, NaiveDate, Utc};

use super::{BusinessTime, Calendar};

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

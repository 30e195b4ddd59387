//! Complaints of the US CFPB: days, products, and how the bank answered.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use crcore::Code;
use crcore::ticket::{Channel, Kind, Outcome};

use super::case::{ANSWER, Case, Cases, Deed, Draw, Form, Labels, Recorded, Told};
use super::source::Table;
use crate::failure::{Failure, Result};

/// The bank answers within so many days of the one on which the complaint was sent to it (12 USC 5534;
/// CFPB, Company Portal Manual). "Timely response?" in the file says whether it did.
const TIMELY_DAYS: u64 = 15;
/// An untimely answer leaves at most so many days later still. Assumed.
const LATE_DAYS: u64 = 30;
/// Complaints come in and answers leave at these hours, New York time. Assumed.
const HOURS: [u32; 2] = [9, 15];

/// Products by the names that the CFPB has used since 2011, and the services of the rules.
const PRODUCTS: [(&str, &str); 17] = [
    ("Checking or savings account", "checking-savings"),
    ("Bank account or service", "checking-savings"),
    ("Credit card or prepaid card", "cards"),
    ("Credit card", "cards"),
    ("Prepaid card", "cards"),
    (
        "Credit reporting, credit repair services, or other personal consumer reports",
        "credit-reporting",
    ),
    ("Credit reporting", "credit-reporting"),
    ("Mortgage", "mortgage"),
    (
        "Money transfer, virtual currency, or money service",
        "money-transfer",
    ),
    ("Money transfers", "money-transfer"),
    ("Virtual currency", "money-transfer"),
    ("Debt collection", "debt-collection"),
    ("Vehicle loan or lease", "vehicle-loan"),
    ("Payday loan, title loan, or personal loan", "personal-loan"),
    ("Payday loan", "personal-loan"),
    ("Consumer Loan", "personal-loan"),
    ("Student loan", "student-loan"),
];

/// Reads every complaint of `table`.
pub(crate) fn read(table: &mut Table, seed: u64) -> Result<Cases> {
    let id = table.column("Complaint ID")?;
    let via = table.column("Submitted via")?;
    // The CSV that the CFPB itself publishes calls the day by its older name.
    let sent = "Date received";
    let day = table.column(sent)?;
    let product = table.column("Product")?;
    let issue = table.column("Issue")?;
    let response = table.column("Company response to consumer")?;
    let timely = table.column("Timely response?")?;
    let services = services()?;
    let mut recorded = Recorded::default();
    let mut cases = Vec::new();
    while let Some(row) = table.next()? {
        let date: NaiveDate = row
            .get(day)
            .parse()
            .map_err(|_| table.refuse(&row, sent, "a day as 2021-08-05", row.get(day)))?;
        let in_time = match row.get(timely) {
            "Yes" => Some(true),
            "No" => Some(false),
            "" => None,
            other => {
                return Err(table.refuse(&row, "Timely response?", "Yes, No or nothing", other));
            }
        };
        let labels = Labels {
            in_time,
            reassigned: None,
        };
        recorded.count(date.year(), labels, row.get(product));
        *recorded
            .answers
            .entry(row.get(response).to_owned())
            .or_default() += 1;
        let mut draw = Draw::of(seed, row.get(id));
        let hour = pick(&mut draw, &HOURS);
        let answered = outcome(row.get(response)).zip(in_time);
        let deeds = answered.map(|(outcome, in_time)| {
            let answer = answer_at(&mut draw, date, in_time);
            (answer, Deed::Resolve(outcome, ANSWER))
        });
        cases.push(Case {
            raised_at: new_york(date, hour),
            service: services
                .get(row.get(product))
                .unwrap_or(&services[""])
                .clone(),
            kind: Kind::Complaint,
            priority: None,
            channel: channel(row.get(via)),
            subject: subject(row.get(issue)),
            told: Told::default(),
            deeds: deeds.into_iter().collect(),
            labels,
        });
    }
    Ok(Cases {
        form: Form::CfpbComplaints,
        cases,
        recorded,
    })
}

fn services() -> Result<BTreeMap<&'static str, Code>> {
    let all = PRODUCTS.into_iter().chain([("", "other")]);
    all.map(|(product, service)| Ok((product, service.parse().map_err(Failure::failed)?)))
        .collect()
}

/// How the answer counts; absent where there is none yet, or where the bank never gave one.
fn outcome(response: &str) -> Option<Outcome> {
    match response {
        "Closed with monetary relief" | "Closed with relief" => Some(Outcome::Upheld),
        "Closed with non-monetary relief" => Some(Outcome::PartlyUpheld),
        "Closed with explanation" | "Closed without relief" | "Closed" => Some(Outcome::Rejected),
        _ => None,
    }
}

fn channel(via: &str) -> Channel {
    match via {
        "Phone" => Channel::Phone,
        "Referral" | "Postal mail" | "Fax" | "Email" => Channel::Email,
        _ => Channel::Web,
    }
}

fn subject(issue: &str) -> String {
    let issue = if issue.is_empty() { "Complaint" } else { issue };
    issue.chars().take(crcore::command::SUBJECT_MAX).collect()
}

/// When the answer leaves: on a weekday, within [`TIMELY_DAYS`] of `sent` or after them.
fn answer_at(draw: &mut Draw, sent: NaiveDate, in_time: bool) -> DateTime<Utc> {
    let (first, last) = if in_time {
        (1, TIMELY_DAYS)
    } else {
        (TIMELY_DAYS + 1, TIMELY_DAYS + LATE_DAYS)
    };
    let mut date = sent + Days::new(first);
    // Five days of seven are weekdays: a handful of draws finds one.
    for _ in 0..64 {
        date = sent + Days::new(first + draw.below(last - first + 1));
        if !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
            break;
        }
    }
    new_york(date, pick(draw, &HOURS))
}

fn pick(draw: &mut Draw, hours: &[u32; 2]) -> u32 {
    hours[draw.below(2) as usize & 1]
}

/// An hour of a day in New York; both [`HOURS`] come once on every day.
fn new_york(date: NaiveDate, hour: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    let local = chrono_tz::America::New_York.from_local_datetime(&date.and_time(time));
    local.earliest().map_or_else(
        || date.and_time(time).and_utc(),
        |instant| instant.with_timezone(&Utc),
    )
}

//! The demo bank's ledger: what its customers paid and got in the last weeks.

use chrono::{DateTime, TimeDelta, Utc};
use crcore::ledger::{Direction, Transaction, TransactionStatus};
use crcore::{Actor, CustomerId, Role};
use crcore_adapters::accounts::{PEOPLE_MAX, PeopleFilter};

use super::cases::{code, rupees_of};
use super::people::CLIENTS;
use crate::failure::{Failure, Result};
use crate::replay::case::Draw;
use crate::web::app::App;

/// What the first customer's cases speak of, by the references on their statement.
pub(super) const UPI: &str = "UPI408871523901";
pub(super) const CARD: &str = "CRD771604420118";
/// How many transactions everybody has.
const EACH: u64 = 24;
/// Over how many hours they are spread.
const HOURS: u64 = 45 * 24;
/// What they are, and which way the money goes.
const KINDS: [(&str, &str, Direction); 5] = [
    ("UPI", "transfer.upi", Direction::Debit),
    ("CRD", "card.purchase", Direction::Debit),
    ("NFT", "transfer.neft", Direction::Credit),
    ("ATM", "atm.withdrawal", Direction::Debit),
    ("SAL", "salary", Direction::Credit),
];

/// Enters the transactions of every customer. The same at each start.
pub(super) async fn fill(app: &App) -> Result<()> {
    let filter = PeopleFilter {
        role: Some(Role::Customer),
        ..PeopleFilter::default()
    };
    let now = app.clock.now();
    let first = CLIENTS.first().map(|client| client.email());
    let mut after = None;
    loop {
        let people = app
            .accounts
            .people(Actor::System, &filter, after.as_ref(), PEOPLE_MAX);
        let people = people.await.map_err(Failure::failed)?;
        for account in people.accounts {
            let id = CustomerId::from(account.id.uuid());
            some(app, id, now)?;
            if first.as_deref() == Some(account.email.as_str()) {
                known(app, id, now)?;
            }
        }
        after = people.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

fn some(app: &App, customer: CustomerId, now: DateTime<Utc>) -> Result<()> {
    let mut draw = Draw::of(0, &customer.to_string());
    for _ in 0..EACH {
        let (prefix, description, direction) =
            KINDS[usize::try_from(draw.below(KINDS.len() as u64)).unwrap_or(0)];
        let status = match draw.below(20) {
            0 => TransactionStatus::Pending,
            1 => TransactionStatus::Returned,
            2 => TransactionStatus::Rejected,
            _ => TransactionStatus::Settled,
        };
        let transaction = Transaction {
            reference: format!("{prefix}{:012}", draw.below(1_000_000_000_000)),
            at: now - TimeDelta::hours(draw.below(HOURS).cast_signed()),
            amount: rupees_of(50 + draw.below(200) * draw.below(200))?,
            direction,
            status,
            description: code(description)?,
        };
        app.props.ledger.enter(customer, transaction);
    }
    Ok(())
}

/// What the first customer's cases speak of.
fn known(app: &App, customer: CustomerId, now: DateTime<Utc>) -> Result<()> {
    let known = [
        (UPI, 18_400, 13, TransactionStatus::Returned, "transfer.upi"),
        (CARD, 2_350, 5, TransactionStatus::Pending, "card.purchase"),
    ];
    for (reference, rupees, days, status, description) in known {
        let transaction = Transaction {
            reference: reference.to_owned(),
            at: now - TimeDelta::days(days),
            amount: rupees_of(rupees)?,
            direction: Direction::Debit,
            status,
            description: code(description)?,
        };
        app.props.ledger.enter(customer, transaction);
    }
    Ok(())
}

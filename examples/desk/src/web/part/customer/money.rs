//! What became of a payment.

use crcore::ledger::Transaction;
use crcore::{Actor, Error};
use minijinja::context;
use minijinja::value::Value;

use crate::web::ctx::{Ctx, query_of};
use crate::web::fault::{Answer, Fault};

/// Looks a transaction of one's own up by its reference.
pub(super) async fn transactions(ctx: Ctx) -> Answer {
    let actor = ctx.actor()?;
    let Actor::Customer(customer) = actor else {
        return Err(Fault::not_found());
    };
    let reference = query_of(&ctx.uri, "reference").filter(|text| !text.trim().is_empty());
    let (mut found, mut missing) = (Value::from(()), None);
    if reference.is_none() {
        ctx.app.visits.came("transactions");
    }
    if let Some(reference) = &reference {
        match ctx.desk().transaction(actor, customer, reference).await {
            Ok(transaction) => found = told(&ctx, &transaction),
            Err(Error::NotFound { .. }) => missing = Some("customer-transaction-none"),
            Err(Error::Invalid { .. }) => missing = Some("customer-transaction-bad"),
            Err(Error::NotPossible { .. } | Error::TryAgain { .. }) => {
                missing = Some("customer-transaction-later");
            }
            Err(error) => return Err(error.into()),
        }
    }
    let context = context! { reference => reference, found => found, missing => missing };
    ctx.page(
        "customer/transactions.html",
        "customer-title-transactions",
        context,
    )
}

fn told(ctx: &Ctx, transaction: &Transaction) -> Value {
    context! {
        reference => transaction.reference.as_str(),
        at => transaction.at.to_rfc3339(),
        amount => transaction.amount.written(ctx.visitor.language.as_str()),
        direction => transaction.direction.name(),
        status => transaction.status.name(),
    }
}

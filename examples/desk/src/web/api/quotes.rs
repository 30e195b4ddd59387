//! Prices for what customers asked, and what became of what they paid.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use chrono::{DateTime, NaiveDate, Utc};
use crcore::CustomerId;
use crcore::desk::Quotation;
use crcore::ledger::Transaction;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::act::DoneBody;
use super::asked::{Body, Program, refused};
use super::scope::Scope;
use super::tickets::answer;
use super::words::{AmountText, CodeText, DirectionName, TransactionState};
use crate::web::fault::{Answer, Fault};

/// A price for what a customer asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Quotation)]
pub(crate) struct QuotationBody {
    /// The price, more than nothing.
    amount: AmountText,
    /// The last day on which the customer can accept it.
    valid_until: NaiveDate,
    /// What they are told with it.
    #[schema(min_length = 1)]
    text: String,
}

/// Quote a price
///
/// On a ticket of the kind `quote`, in place of the price before: the customer is told, and the ticket waits
/// for them. What they say is in its fields `quoted`, `valid-until` and `accepted`; nobody says it for them.
#[utoipa::path(post, path = "/api/v1/tickets/{reference}/quotation", tag = "tickets", operation_id = "quote_price",
    params(("reference" = String, Path, description = "Its reference, or its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the ticket as it was read")),
    request_body = QuotationBody, security(("token" = ["quotes:write"])),
    responses((status = 200, description = "The customer is told.", body = DoneBody,
        headers(("ETag" = String, description = "The ticket's version since")))))]
pub(super) async fn quote(
    program: Program,
    Path(reference): Path<String>,
    Body(body): Body<QuotationBody>,
) -> Answer {
    let acting = program.acting(Scope::QuotesWrite)?;
    let actor = program.may(Scope::QuotesWrite)?;
    let ticket = program.ticket(actor, &reference).await?;
    let quotation = Quotation {
        amount: body.amount.0,
        valid_until: body.valid_until,
        text: body.text,
    };
    let done = acting.quote(ticket.id, &quotation).await;
    Ok(answer(StatusCode::OK, done.map_err(refused)?))
}

/// What became of a payment.
#[derive(Serialize, ToSchema)]
#[schema(as = Transaction)]
pub(crate) struct TransactionBody {
    /// What the customer calls it by.
    reference: String,
    /// When it was ordered.
    at: DateTime<Utc>,
    /// How much, always positive.
    amount: AmountText,
    direction: DirectionName,
    status: TransactionState,
    /// What it was, in a word of the bank's.
    description: CodeText,
}

impl From<Transaction> for TransactionBody {
    fn from(transaction: Transaction) -> Self {
        Self {
            reference: transaction.reference,
            at: transaction.at,
            amount: AmountText(transaction.amount),
            direction: DirectionName(transaction.direction),
            status: TransactionState(transaction.status),
            description: CodeText(transaction.description),
        }
    }
}

/// What became of a customer's payment
///
/// As the bank's ledger has it. For a token that acts in the place of an agent: the desk refuses others.
#[utoipa::path(get, path = "/api/v1/customers/{customer}/transactions/{transaction}", tag = "transactions",
    operation_id = "read_transaction",
    params(("customer" = Uuid, Path, description = "The bank's own id of the customer"),
        ("transaction" = String, Path, description = "Its reference, as on the customer's statement")),
    security(("token" = ["transactions:read"])),
    responses((status = 200, description = "The payment.", body = TransactionBody)))]
pub(super) async fn transaction(
    program: Program,
    Path((customer, reference)): Path<(String, String)>,
) -> Answer {
    let actor = program.may(Scope::TransactionsRead)?;
    let customer: CustomerId = customer.parse().map_err(|_| Fault::not_found())?;
    let desk = program.ctx.desk();
    let found = desk.transaction(actor, customer, &reference).await?;
    Ok(Json(TransactionBody::from(found)).into_response())
}

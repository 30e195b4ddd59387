//! The port to the bank's ledger: what became of a payment.
//!
//! The desk asks for one transaction of one customer, by what the customer calls it by, and keeps nothing of
//! the answer. A bank writes the port over its core system; [`crate::MemoryLedger`] is for tests and for a
//! demo.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{Code, CustomerId};
use crate::money::Amount;
use crate::ticket::named;

/// The longest reference of a transaction, in characters (ISO 20022, `Max35Text`).
pub const REFERENCE_MAX: usize = 35;

/// What a ledger answers.
pub type LedgerResult<T> = Result<T, LedgerError>;

/// A payment, as the ledger has it. No free text: what a payer wrote is nobody's at the desk.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// What the customer calls it by: the reference on their statement.
    pub reference: String,
    /// When it was ordered.
    pub at: DateTime<Utc>,
    /// How much, always positive.
    pub amount: Amount,
    /// Which way.
    pub direction: Direction,
    /// What became of it.
    pub status: TransactionStatus,
    /// What it was, in a word of the bank's: `card.purchase`, `transfer`, `atm.withdrawal`.
    pub description: Code,
}

/// What a customer paid stays out of logs.
impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Transaction({})", self.status.name())
    }
}

named! {
    /// Which way money went, seen from the customer (ISO 20022, `CreditDebitCode`).
    Direction {
        /// From the customer.
        Debit = "debit",
        /// To the customer.
        Credit = "credit",
    }

    /// What became of a payment. The codes are those of ISO 20022, `ExternalPaymentTransactionStatus`.
    TransactionStatus {
        /// It is being worked on (`PDNG`).
        Pending = "pending",
        /// It was settled (`ACSC`).
        Settled = "settled",
        /// It was refused, and no money moved (`RJCT`).
        Rejected = "rejected",
        /// It was taken back before it was settled (`CANC`).
        Cancelled = "cancelled",
        /// The money came back after it was settled (pacs.004).
        Returned = "returned",
    }
}

/// The bank's ledger, read only.
#[async_trait]
pub trait Ledger: Send + Sync + 'static {
    /// The transaction that this customer calls by this reference (1 to [`REFERENCE_MAX`] printable ASCII
    /// characters). None where they have none, whether or not somebody else has: look for both at once,
    /// so that neither the answer nor its time tells of a stranger's.
    ///
    /// # Errors
    /// [`LedgerError`], which says whether a later try may work.
    async fn transaction(
        &self,
        customer: CustomerId,
        reference: &str,
    ) -> LedgerResult<Option<Transaction>>;
}

/// The ledger gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the ledger gave no answer")]
pub struct LedgerError {
    /// Whether a later try may work.
    pub again: bool,
}

//! A ledger in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;

use crate::id::CustomerId;
use crate::ledger::{Ledger, LedgerResult, Transaction};

type Transactions = BTreeMap<(CustomerId, String), Transaction>;

/// A ledger in memory, for tests and for a demo. Clones are the same ledger.
#[derive(Clone, Default)]
pub struct MemoryLedger {
    transactions: Arc<RwLock<Transactions>>,
}

impl MemoryLedger {
    /// An empty ledger.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Enters a transaction of a customer, or what became of one.
    pub fn enter(&self, customer: CustomerId, transaction: Transaction) {
        let mut held = self
            .transactions
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        held.insert((customer, transaction.reference.clone()), transaction);
    }
}

/// What customers paid stays out of logs.
impl fmt::Debug for MemoryLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryLedger")
    }
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn transaction(
        &self,
        customer: CustomerId,
        reference: &str,
    ) -> LedgerResult<Option<Transaction>> {
        let held = self
            .transactions
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        Ok(held.get(&(customer, reference.to_owned())).cloned())
    }
}

use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use crate::ledger::{Direction, Ledger, LedgerError, LedgerResult, Transaction, TransactionStatus};
use crate::{Actor, CustomerId, Desk, ErrorKind, MemoryLedger, MemoryStore};

fn transfer(reference: &str) -> Transaction {
    Transaction {
        reference: reference.into(),
        at: crate::testing::TestDesk::start(),
        amount: "149900 INR".parse().unwrap(),
        direction: Direction::Debit,
        status: TransactionStatus::Pending,
        description: "transfer".parse().unwrap(),
    }
}

async fn desk(ledger: impl Ledger) -> Desk {
    Desk::builder(MemoryStore::new())
        .ledger(ledger)
        .open()
        .await
        .unwrap()
}

/// A ledger that notes what it was asked.
#[derive(Clone, Default)]
struct Asked(MemoryLedger, Arc<Mutex<Vec<CustomerId>>>);

#[async_trait]
impl Ledger for Asked {
    async fn transaction(
        &self,
        customer: CustomerId,
        reference: &str,
    ) -> LedgerResult<Option<Transaction>> {
        self.1.lock().unwrap().push(customer);
        self.0.transaction(customer, reference).await
    }
}

#[tokio::test]
async fn a_strangers_payment_and_none_at_all_are_the_same() {
    let ledger = Asked::default();
    let desk = desk(ledger.clone()).await;
    let (asha, ravi): (CustomerId, CustomerId) = (desk.new_id().unwrap(), desk.new_id().unwrap());
    ledger.0.enter(asha, transfer("UTR 42"));

    let own = desk
        .transaction(Actor::Customer(asha), asha, " UTR 42 ")
        .await
        .unwrap();
    assert_eq!(own.status, TransactionStatus::Pending);
    let settled = Transaction {
        status: TransactionStatus::Settled,
        ..own
    };
    ledger.0.enter(asha, settled.clone());
    assert_eq!(
        desk.transaction(Actor::Customer(asha), asha, "UTR 42")
            .await
            .unwrap(),
        settled
    );
    assert!(!format!("{settled:?}").contains("149900"), "{settled:?}");

    ledger.1.lock().unwrap().clear();
    let strangers = desk
        .transaction(Actor::Customer(ravi), ravi, "UTR 42")
        .await
        .unwrap_err();
    let nobodys = desk
        .transaction(Actor::Customer(ravi), ravi, "UTR 43")
        .await
        .unwrap_err();
    assert_eq!(strangers.to_string(), nobodys.to_string());
    assert_eq!(strangers.kind(), ErrorKind::NotFound);
    assert_eq!(
        *ledger.1.lock().unwrap(),
        [ravi, ravi],
        "asked once each, for their own"
    );

    let other = desk
        .transaction(Actor::Customer(ravi), asha, "UTR 42")
        .await
        .unwrap_err();
    assert_eq!(other.kind(), ErrorKind::NotAllowed);
    assert_eq!(
        ledger.1.lock().unwrap().len(),
        2,
        "and the ledger was not asked"
    );
    let agent = Actor::Agent(desk.new_id().unwrap());
    assert_eq!(
        desk.transaction(agent, asha, "UTR 42").await.unwrap(),
        settled
    );
}

#[tokio::test]
async fn what_is_no_reference_is_not_asked_for_nor_repeated() {
    let desk = desk(MemoryLedger::new()).await;
    let asha: CustomerId = desk.new_id().unwrap();
    for text in ["", "  ", "my rent\nfor May", "मेरा किराया", &"9".repeat(36)] {
        let wrong = desk
            .transaction(Actor::Customer(asha), asha, text)
            .await
            .unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::Invalid);
        assert!(text.trim().is_empty() || !wrong.to_string().contains(text));
    }
}

struct Away(bool);

#[async_trait]
impl Ledger for Away {
    async fn transaction(&self, _: CustomerId, _: &str) -> LedgerResult<Option<Transaction>> {
        Err(LedgerError { again: self.0 })
    }
}

#[tokio::test]
async fn a_ledger_that_is_away_is_asked_again_later() {
    for (again, kind) in [(true, ErrorKind::TryAgain), (false, ErrorKind::Broken)] {
        let desk = desk(Away(again)).await;
        let asha: CustomerId = desk.new_id().unwrap();
        let error = desk
            .transaction(Actor::Customer(asha), asha, "1")
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind);
    }
    let without = Desk::builder(MemoryStore::new()).open().await.unwrap();
    let asha: CustomerId = without.new_id().unwrap();
    let none = without
        .transaction(Actor::Customer(asha), asha, "1")
        .await
        .unwrap_err();
    assert_eq!(none.kind(), ErrorKind::NotPossible);
}

use std::collections::BTreeSet;

use crate::actor::Actor;
use crate::command::Raise;
use crate::error::ErrorKind;
use crate::id::CustomerId;
use crate::rules::Rules;
use crate::testing::TestDesk;
use crate::ticket::Verb;

fn customer_of(actor: Actor) -> CustomerId {
    match actor {
        Actor::Customer(id) => id,
        other => panic!("{other} is no customer"),
    }
}

#[tokio::test]
async fn staff_know_customers_and_customers_only_themselves() {
    let cards = "cards".parse().unwrap();
    let desk = TestDesk::open(Rules::of_services([&cards])).await.unwrap();
    let asha = desk.new_customer("Asha").await.unwrap();
    let ravi = desk.new_customer("Ravi").await.unwrap();
    let meera = desk.new_agent("Meera", &[&cards]).await.unwrap();
    let (one, two) = (customer_of(asha), customer_of(ravi));
    for actor in [asha, meera] {
        let found = desk.customer(actor, one).await.unwrap();
        assert_eq!(found.name.as_deref(), Some("Asha"));
    }
    let refused = desk.customer(ravi, one).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotAllowed);
    let ids = BTreeSet::from([one, two, desk.new_id().unwrap()]);
    assert_eq!(desk.customers(meera, &ids).await.unwrap().len(), 2);
    let refused = desk.customers(asha, &ids).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotAllowed);
}

#[tokio::test]
async fn what_is_possible_is_what_is_not_refused() {
    let (cards, loans) = ("cards".parse().unwrap(), "loans".parse().unwrap());
    let desk = TestDesk::open(Rules::of_services([&cards, &loans]))
        .await
        .unwrap();
    let asha = desk.new_customer("Asha").await.unwrap();
    let meera = desk.new_agent("Meera", &[&cards]).await.unwrap();
    let omar = desk.new_agent("Omar", &[&loans]).await.unwrap();
    let raise = Raise::new(customer_of(asha), cards, "Card lost");
    let ticket = desk.acting(asha).raise(raise).await.unwrap().ticket;

    let possible = desk.possible(meera, ticket).await.unwrap();
    assert!(possible.contains(&Verb::Reply) && possible.contains(&Verb::Claim));
    for verb in [
        Verb::Reopen,
        Verb::Release,
        Verb::Write,
        Verb::Hold,
        Verb::Erase,
    ] {
        assert!(!possible.contains(&verb), "{}", verb.name());
    }
    let possible = desk.possible(asha, ticket).await.unwrap();
    assert_eq!(possible, [Verb::Write, Verb::Withdraw, Verb::Attach]);
    let hidden = desk.possible(omar, ticket).await.unwrap_err();
    assert_eq!(hidden.kind(), ErrorKind::NotFound);
}

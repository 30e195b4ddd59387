//! Following a case without an account.

use std::sync::Arc;

use chrono::TimeDelta;
use crcore::store::{Directory as _, Records as _};
use crcore::{Actor, Customer, CustomerId, Desk, Raise, Rules};
use crcore_adapters::accounts::AccountsOptions;

use crate::world::{World, options, over_stores, visit};

over_stores! {
    a_link_opens_one_case_to_whoever_reads_the_customers_mail
    the_answer_tells_nothing_of_cases_or_addresses
    a_link_cannot_be_forged_or_kept
    a_link_dies_with_the_address_it_went_to
}

/// A case of a customer who has no account.
async fn case(world: &World) -> (Desk, Customer, crcore::Done) {
    let cards = "cards".parse().unwrap();
    let desk = Desk::builder(Arc::new(world.store.clone()))
        .clock(world.clock.clone())
        .rules(Rules::of_services([&cards]))
        .open()
        .await
        .unwrap();
    let mut asha = Customer::new(desk.new_id::<CustomerId>().unwrap());
    asha.name = Some("Asha".into());
    asha.email = Some("Asha@example.test".into());
    let asha = desk.save_customer(Actor::System, asha).await.unwrap();
    let raise = Raise::new(asha.id, cards, "Card lost");
    let done = desk
        .acting(Actor::Customer(asha.id))
        .raise(raise)
        .await
        .unwrap();
    (desk, asha, done)
}

async fn a_link_opens_one_case_to_whoever_reads_the_customers_mail(world: World) {
    let (_, asha, done) = case(&world).await;
    let reference = done.reference.to_string();
    let spoken = reference.to_lowercase().replace('-', " ");
    world
        .accounts
        .tracking_link(&spoken, "asha@EXAMPLE.test", &visit())
        .await
        .unwrap();
    let letter = world.letter("Asha@example.test", "track-link").await;
    assert_eq!(letter.variables["reference"], reference);
    let token = world.link_for("Asha@example.test", "track-link").await;
    let looked = world.accounts.tracked(&token).await.unwrap();
    assert_eq!(looked, (done.ticket, asha.id));
    let now = crcore::Clock::now(&*world.clock);
    let sessions = world.store.count("session", "", now).await.unwrap();
    assert_eq!(sessions, 0, "looking at a link opens nothing");
}

async fn the_answer_tells_nothing_of_cases_or_addresses(world: World) {
    let (_, _, done) = case(&world).await;
    let reference = done.reference.to_string();
    let other = crcore::Reference::from_random([9; 32]).to_string();
    let mut calls = Vec::new();
    for (reference, email) in [
        (&reference, "asha@example.test"),
        (&reference, "mallory@example.test"),
        (&other, "asha.rao@example.test"),
    ] {
        let before = world.store.calls();
        world
            .accounts
            .tracking_link(reference, email, &visit())
            .await
            .unwrap();
        calls.push(world.store.calls() - before);
    }
    assert!(calls.iter().all(|c| *c == calls[0]), "{calls:?}");
    assert_eq!(world.letters().await, ["Asha@example.test track-link"]);
    let typo = world
        .accounts
        .tracking_link("ABCDE-FGHJK-0", "a@example.test", &visit())
        .await;
    assert_eq!(typo.unwrap_err().code(), "reference_invalid");
}

async fn a_link_cannot_be_forged_or_kept(world: World) {
    let (_, _, done) = case(&world).await;
    let reference = done.reference.to_string();
    world
        .accounts
        .tracking_link(&reference, "asha@example.test", &visit())
        .await
        .unwrap();
    let token = world.link_for("Asha@example.test", "track-link").await;
    let mut forged: Vec<String> = (0..token.len())
        .map(|at| {
            let other = if &token[at..=at] == "A" { "B" } else { "A" };
            format!("{}{other}{}", &token[..at], &token[at + 1..])
        })
        .collect();
    forged.extend([
        String::new(),
        token[..50].to_owned(),
        format!("{token}AAAA"),
        "A".repeat(96),
    ]);
    for forged in forged {
        let no = world.accounts.tracked(&forged).await.unwrap_err();
        assert_eq!(no.code(), "link_over", "{forged}");
    }
    let elsewhere = world.again(AccountsOptions {
        secrets: vec!["another secret of thirty-two bytes".into()],
        ..options()
    });
    let no = elsewhere.tracked(&token).await.unwrap_err();
    assert_eq!(no.code(), "link_over");
    world.clock.advance(TimeDelta::hours(23));
    world.accounts.tracked(&token).await.unwrap();
    world.clock.advance(TimeDelta::hours(1));
    let late = world.accounts.tracked(&token).await.unwrap_err();
    assert_eq!(late.code(), "link_over");
}

async fn a_link_dies_with_the_address_it_went_to(world: World) {
    let (desk, mut asha, done) = case(&world).await;
    let reference = done.reference.to_string();
    world
        .accounts
        .tracking_link(&reference, "asha@example.test", &visit())
        .await
        .unwrap();
    let token = world.link_for("Asha@example.test", "track-link").await;
    asha.email = Some("asha.rao@example.test".into());
    let asha = desk.save_customer(Actor::System, asha).await.unwrap();
    assert!(world.store.customer(asha.id).await.unwrap().is_some());
    let no = world.accounts.tracked(&token).await.unwrap_err();
    assert_eq!(no.code(), "link_over");
}

//! Registering and confirming an address.

use crcore::store::{Directory as _, Records as _};
use crcore::{Actor, CustomerId, ErrorKind, Role};
use crcore_adapters::accounts::{CODE_TRIES, Who};

use crate::world::{
    Outcome as _, PASSWORD, World, address, over_servers, over_stores, registration, visit,
};

over_stores! {
    a_customer_registers_with_a_mailed_code_and_is_logged_in
    a_known_address_gets_the_same_answer_and_the_same_work
    a_code_is_good_for_ten_minutes
    a_code_is_guessed_at_five_times_and_another_can_be_asked_for
    a_code_belongs_to_the_request_it_was_sent_for
    of_many_who_use_one_code_at_once_one_gets_in
    a_day_of_guessing_is_twenty_guesses_and_the_owner_is_back_tomorrow
    nobody_is_mailed_more_than_five_times_an_hour
    an_address_is_changed_by_a_code_to_the_new_one_and_word_to_the_old
    a_taken_address_cannot_be_changed_to_and_nobody_is_told_so
    a_profile_is_asked_for_once_and_the_desk_knows_it
    a_name_that_hides_something_is_none
    what_a_store_does_not_say_is_looked_for
}

over_servers! {
    of_many_who_use_one_code_at_once_one_gets_in
    an_address_is_changed_by_a_code_to_the_new_one_and_word_to_the_old
}

async fn a_name_that_hides_something_is_none(world: World) {
    for name in ["Asha\u{202e}knab", "Asha\u{200b}", "Asha\nRao"] {
        let asked = registration(name, "asha@example.test");
        let refused = world.accounts.register(&asked, &visit()).await.unwrap_err();
        assert_eq!(refused.code(), "name_invalid", "{name:?}");
    }
    let joined = registration("क्\u{200d}षमा", "asha@example.test");
    assert!(world.accounts.register(&joined, &visit()).await.is_ok());
}

async fn a_customer_registers_with_a_mailed_code_and_is_logged_in(world: World) {
    let accounts = &world.accounts;
    let email = " Asha@Example.TEST ";
    let flow = accounts
        .register(&registration("Asha", email), &visit())
        .await
        .unwrap();
    let letter = world.letter("Asha@example.test", "account-code").await;
    let code = &letter.variables["code"];
    assert_eq!(
        (code.len(), letter.variables["minutes"].as_str()),
        (6, "10")
    );
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    let new = accounts
        .confirm_address(flow.reveal(), &spaced, &visit())
        .await
        .unwrap()
        .session();
    let account = world.who(&new.token).await.unwrap();
    assert_eq!(account.role, Role::Customer);
    assert_eq!(account.email.as_str(), "Asha@example.test");
    let Actor::Customer(id) = account.actor() else {
        panic!("a customer");
    };
    let customer = world.store.customer(id).await.unwrap().unwrap();
    assert_eq!(customer.name.as_deref(), Some("Asha"));
    assert_eq!(customer.email.as_deref(), Some("Asha@example.test"));
    // The code is used up.
    let again = accounts
        .confirm_address(flow.reveal(), code, &visit())
        .await
        .unwrap_err();
    assert_eq!(again.code(), "flow_over");
    let back = accounts
        .log_in("asha@EXAMPLE.test", PASSWORD, &visit())
        .await
        .unwrap();
    assert_eq!(back.session().session.account().unwrap().id, account.id);
}

async fn a_known_address_gets_the_same_answer_and_the_same_work(world: World) {
    world.customer("Asha").await;
    let mut work = Vec::new();
    for name in ["Asha", "Ravi"] {
        let (calls, hashes) = (world.store.calls(), world.accounts.hashes_computed());
        let flow = world
            .accounts
            .register(&registration(name, &address(name)), &visit())
            .await;
        let flow = flow.unwrap();
        let wrong = world.confirms(&flow, "000000").await;
        let wrong = wrong.unwrap_err();
        world.accounts.send_code_again(flow.reveal()).await.unwrap();
        work.push((
            world.store.calls() - calls,
            world.accounts.hashes_computed() - hashes,
            flow.reveal().len(),
            wrong,
        ));
    }
    assert_eq!(work[0], work[1]);
    assert_eq!(work[0].1, 1, "a password is hashed either way");
    let letters = world.letters().await;
    assert!(
        letters.contains(&"asha@example.test account-known".to_owned()),
        "{letters:?}"
    );
    assert!(
        letters.contains(&"ravi@example.test account-code".to_owned()),
        "{letters:?}"
    );
}

async fn a_code_is_good_for_ten_minutes(world: World) {
    let email = address("Asha");
    let flow = world.registers("Asha", &email).await;
    let code = world.code_for(&email).await;
    world.minutes(10);
    let late = world.confirms(&flow, &code).await.unwrap_err();
    assert_eq!(late.code(), "code_over");
    world.accounts.send_code_again(flow.reveal()).await.unwrap();
    let fresh = world.code_for(&email).await;
    assert_ne!(code, fresh);
    let old = world.confirms(&flow, &code).await.unwrap_err();
    assert_eq!(old.code(), "code_wrong");
    let _ = world.confirms(&flow, &fresh).await.unwrap().session();
}

async fn a_code_is_guessed_at_five_times_and_another_can_be_asked_for(world: World) {
    let email = address("Asha");
    let flow = world.registers("Asha", &email).await;
    let letter = world.letter(&email, "account-code").await;
    assert_eq!(letter.name, None, "whoever registers is not quoted");
    assert_eq!(letter.variables["name"], "");
    let code = world.code_for(&email).await;
    let wrong = if code == "123456" { "654321" } else { "123456" };
    for _ in 0..CODE_TRIES {
        let no = world.confirms(&flow, wrong).await.unwrap_err();
        assert_eq!(no.code(), "code_wrong");
    }
    let over = world.confirms(&flow, &code).await.unwrap_err();
    assert_eq!(over.code(), "code_over", "the right one comes too late");
    // Who goes on guessing at it keeps nobody out.
    for _ in 0..30 {
        let over = world.confirms(&flow, wrong).await.unwrap_err();
        assert_eq!(over.code(), "code_over");
    }
    world.accounts.send_code_again(flow.reveal()).await.unwrap();
    let code = world.code_for(&email).await;
    let _ = world.confirms(&flow, &code).await.unwrap().session();
}

async fn a_code_belongs_to_the_request_it_was_sent_for(world: World) {
    let email = address("Asha");
    let first = world.registers("Asha", &email).await;
    let code = world.code_for(&email).await;
    let second = world.registers("Mallory", &email).await;
    let no = world.confirms(&second, &code).await.unwrap_err();
    assert_eq!(no.code(), "code_wrong");
    let new = world.confirms(&first, &code).await.unwrap();
    assert_eq!(new.session().session.account().unwrap().name, "Asha");
    // The address is taken now: the other registration leads nowhere, with its own code too.
    let code = world.code_for(&email).await;
    let no = world.confirms(&second, &code).await.unwrap_err();
    assert_eq!(no.code(), "flow_over");
}

async fn of_many_who_use_one_code_at_once_one_gets_in(world: World) {
    let email = address("Asha");
    let flow = world.registers("Asha", &email).await;
    let code = world.code_for(&email).await;
    let calls: Vec<_> = (0..32)
        .map(|_| {
            let (accounts, flow, code) = (world.accounts.clone(), flow.clone(), code.clone());
            tokio::spawn(async move {
                accounts
                    .confirm_address(flow.reveal(), &code, &visit())
                    .await
            })
        })
        .collect();
    let mut in_now = 0;
    for call in calls {
        match call.await.unwrap() {
            Ok(log_in) => {
                let _ = log_in.session();
                in_now += 1;
            }
            Err(error) => assert!(
                error.code() == "flow_over" || error.kind() == ErrorKind::TryAgain,
                "{error:?}"
            ),
        }
    }
    assert_eq!(in_now, 1);
}

async fn a_day_of_guessing_is_twenty_guesses_and_the_owner_is_back_tomorrow(world: World) {
    world.customer("Asha").await;
    let email = address("Asha");
    let mut guesses = 0;
    for _ in 0..22 {
        // Each hour five letters, each code five guesses, from ever other sources.
        world.minutes(61);
        for nth in 0..5 {
            let visit = crate::world::visit_from(&format!("198.51.100.{nth}"));
            let Ok(flow) = world.accounts.send_log_in_code(&email, &visit).await else {
                continue;
            };
            for _ in 0..CODE_TRIES {
                let answer = world
                    .accounts
                    .log_in_with_code(flow.reveal(), "no", &visit)
                    .await;
                if answer.unwrap_err().code() == "code_wrong" {
                    guesses += 1;
                }
            }
        }
    }
    assert_eq!(guesses, 20);
    // Letters go out beside each other: those of yesterday are through before today's is waited for.
    world.accounts.flush().await;
    world.minutes(25 * 60);
    let flow = world
        .accounts
        .send_log_in_code(&email, &visit())
        .await
        .unwrap();
    let code = world.code_for(&email).await;
    let _ = world
        .accounts
        .log_in_with_code(flow.reveal(), &code, &visit())
        .await
        .unwrap()
        .session();
}

async fn nobody_is_mailed_more_than_five_times_an_hour(world: World) {
    world.customer("Asha").await;
    world.minutes(61);
    for name in ["Asha", "Nobody"] {
        for _ in 0..5 {
            world.forgot(name).await;
        }
        let more = world
            .accounts
            .forgot_password(&address(name), &visit())
            .await
            .unwrap_err();
        assert_eq!(more.kind(), ErrorKind::TryAgain, "{name}: known or not");
    }
    let letters = world.letters().await;
    assert_eq!(
        letters
            .iter()
            .filter(|l| l.ends_with("account-reset"))
            .count(),
        5
    );
}

async fn an_address_is_changed_by_a_code_to_the_new_one_and_word_to_the_old(world: World) {
    let new = world.customer("Asha").await;
    let other = world.logs_in("Asha", PASSWORD).await.session();
    let flow = world
        .accounts
        .change_address(new.token.reveal(), "asha.rao@example.test")
        .await;
    let flow = flow.unwrap();
    let code = world.code_for("asha.rao@example.test").await;
    let mut same = visit();
    same.session = Some(new.token.clone());
    let changed = world
        .accounts
        .confirm_new_address(flow.reveal(), &code, &same)
        .await
        .unwrap();
    let changed = changed.session();
    let account = world.who(&changed.token).await.unwrap();
    assert_eq!(account.email.as_str(), "asha.rao@example.test");
    assert!(world.who(&new.token).await.is_none() && world.who(&other.token).await.is_none());
    world
        .letter(&address("Asha"), "account-address-changed")
        .await;
    let customer = CustomerId::from(account.id.uuid());
    let customer = world.store.customer(customer).await.unwrap().unwrap();
    assert_eq!(customer.email.as_deref(), Some("asha.rao@example.test"));
    assert!(world.logs_in("Asha", PASSWORD).await.is_refused());
    let by_new = world
        .accounts
        .log_in("asha.rao@example.test", PASSWORD, &visit())
        .await
        .unwrap();
    let _ = by_new.session();
    // The old address is free for somebody else.
    world.minutes(61);
    world.customer("Asha").await;
}

async fn a_taken_address_cannot_be_changed_to_and_nobody_is_told_so(world: World) {
    let asha = world.customer("Asha").await;
    world.customer("Ravi").await;
    let flow = world
        .accounts
        .change_address(asha.token.reveal(), &address("Ravi"))
        .await
        .unwrap();
    world.letter(&address("Ravi"), "account-known").await;
    let no = world
        .accounts
        .confirm_new_address(flow.reveal(), "123456", &visit())
        .await;
    assert_eq!(no.unwrap_err().code(), "code_wrong");
    world.minutes(11);
    let later = world
        .accounts
        .change_address(asha.token.reveal(), "asha@other.test")
        .await;
    assert_eq!(later.unwrap_err().code(), "prove_again");
}

async fn a_profile_is_asked_for_once_and_the_desk_knows_it(world: World) {
    let new = world.customer("Asha").await;
    let account = new.session.account().unwrap();
    assert!(account.profile_pending());
    let profile = crcore_adapters::accounts::Profile {
        phone: Some("+91 22 5550 0100".into()),
        branch: Some("fort".parse().unwrap()),
        consents: ["research".parse().unwrap()].into(),
        ..Default::default()
    };
    let hindi = "hi".parse().unwrap();
    let token = new.token.reveal();
    let saved = world
        .accounts
        .save_profile(token, "Asha Rao", &hindi, &profile)
        .await
        .unwrap();
    assert!(!saved.profile_pending());
    let account = world.who(&new.token).await.unwrap();
    assert_eq!(
        (account.name.as_str(), account.profile),
        ("Asha Rao", Some(profile.clone()))
    );
    let id = CustomerId::from(account.id.uuid());
    let customer = world.store.customer(id).await.unwrap().unwrap();
    assert_eq!(
        (customer.name.as_deref(), customer.language),
        (Some("Asha Rao"), hindi.clone())
    );
    let wrong = crcore_adapters::accounts::Profile {
        phone: Some("ring me <b>up</b>".into()),
        ..profile
    };
    let no = world
        .accounts
        .save_profile(token, "Asha", &hindi, &wrong)
        .await
        .unwrap_err();
    assert_eq!(no.code(), "phone_invalid");
}

async fn what_a_store_does_not_say_is_looked_for(world: World) {
    use crcore::testing::Fault;
    for (name, fault) in [("Asha", Fault::Landed), ("Ravi", Fault::Lost)] {
        let email = address(name);
        let flow = world
            .accounts
            .register(&registration(name, &email), &visit())
            .await
            .unwrap();
        let code = world.code_for(&email).await;
        // The first commit counts the try, the second makes the account.
        world.store.at_commit(2, fault);
        let new = world.confirms(&flow, &code).await.unwrap();
        assert!(matches!(new.session().session.who, Who::Account(_)));
        assert_eq!(world.store.pending(), 0);
        let now = crcore::Clock::now(&*world.clock);
        assert_eq!(world.store.count("account-flow", "", now).await.unwrap(), 0);
    }
}

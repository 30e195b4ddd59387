//! Logging in.

use chrono::TimeDelta;
use crcore::{ErrorKind, Role};
use crcore_adapters::accounts::{
    AccountsOptions, HashCost, LETTERS_AN_HOUR, LETTERS_AN_HOUR_OF_ALL, LogIn, SOURCE_TRIES,
    TOLD_AT, Visit,
};

use crate::world::{
    OTHER, Outcome as _, PASSWORD, World, address, options, over_servers, over_stores, visit,
    visit_from,
};

over_stores! {
    an_unknown_address_gets_the_same_answer_and_the_same_work
    a_password_is_guessed_at_eight_times_in_a_quarter_of_an_hour_from_however_many_sources
    a_thousand_guesses_at_once_are_as_many_as_one_after_the_other
    the_owner_gets_in_from_a_known_device_while_somebody_guesses
    the_owner_gets_in_by_a_mailed_code_while_somebody_guesses
    who_asks_for_letters_keeps_no_owner_from_theirs
    who_guesses_at_codes_keeps_no_owner_from_theirs
    the_owner_is_told_of_many_guesses_once
    knocking_does_not_make_the_wait_longer
    one_source_cannot_try_for_ever
    a_hash_is_made_anew_when_its_cost_grows
    a_code_logs_a_customer_in_and_is_no_second_factor
    a_code_for_nobody_costs_the_same_and_fits_nothing
    the_staff_does_not_log_in_by_mail
}

over_servers! {
    a_thousand_guesses_at_once_are_as_many_as_one_after_the_other
    an_unknown_address_gets_the_same_answer_and_the_same_work
}

async fn an_unknown_address_gets_the_same_answer_and_the_same_work(world: World) {
    world.customer("Asha").await;
    let mut work = Vec::new();
    for name in ["Asha", "Nobody"] {
        let (calls, hashes) = (world.store.calls(), world.accounts.hashes_computed());
        let mut answers = Vec::new();
        for _ in 0..4 {
            let no = world
                .accounts
                .log_in(&address(name), OTHER, &visit())
                .await
                .unwrap();
            answers.push(format!("{no:?}"));
        }
        let calls = world.store.calls() - calls;
        work.push((calls, world.accounts.hashes_computed() - hashes, answers));
    }
    assert_eq!(work[0], work[1]);
    assert_eq!(work[0].1, 3, "the fourth has to wait, and is not looked at");
}

/// Guesses once a second for so long, each time from another source.
async fn guess(world: &World, email: &str, seconds: i64) -> u64 {
    let hashes = world.accounts.hashes_computed();
    for second in 0..seconds {
        let visit = visit_from(&format!("203.0.113.{second}"));
        let no = world.accounts.log_in(email, OTHER, &visit).await.unwrap();
        assert!(no.is_refused());
        world.clock.advance(TimeDelta::seconds(1));
    }
    world.accounts.hashes_computed() - hashes
}

async fn a_password_is_guessed_at_eight_times_in_a_quarter_of_an_hour_from_however_many_sources(
    world: World,
) {
    world.customer("Asha").await;
    assert_eq!(guess(&world, &address("Asha"), 15 * 60).await, 8);
    // Never for good: after the longest wait the right password is looked at.
    world.minutes(15);
    let _ = world.logs_in("Asha", PASSWORD).await.session();
    // And then everything begins anew.
    let no = world.logs_in("Asha", OTHER).await;
    assert!(matches!(no, LogIn::Refused { retry_after: None }));
}

async fn a_thousand_guesses_at_once_are_as_many_as_one_after_the_other(world: World) {
    world.customer("Asha").await;
    let before = world.accounts.hashes_computed();
    let calls: Vec<_> = (0..32)
        .map(|nth| {
            let accounts = world.accounts.clone();
            let visit = visit_from(&format!("203.0.113.{nth}"));
            tokio::spawn(async move { accounts.log_in(&address("Asha"), OTHER, &visit).await })
        })
        .collect();
    for call in calls {
        match call.await.unwrap() {
            Ok(answer) => assert!(answer.is_refused()),
            Err(error) => assert_eq!(error.kind(), ErrorKind::TryAgain),
        }
    }
    assert_eq!(world.accounts.hashes_computed() - before, 3);
}

async fn the_owner_gets_in_from_a_known_device_while_somebody_guesses(world: World) {
    let new = world.customer("Asha").await;
    guess(&world, &address("Asha"), 60).await;
    let stranger = world.logs_in("Asha", PASSWORD).await;
    assert!(matches!(
        stranger,
        LogIn::Refused {
            retry_after: Some(_)
        }
    ));
    let mut known = visit();
    known.device = new.device.clone();
    let back = world
        .accounts
        .log_in(&address("Asha"), PASSWORD, &known)
        .await
        .unwrap()
        .session();
    assert!(back.device.is_none(), "it is known already");
    // The device of one is none of another's.
    world.customer("Ravi").await;
    guess(&world, &address("Ravi"), 60).await;
    let no = world
        .accounts
        .log_in(&address("Ravi"), PASSWORD, &known)
        .await
        .unwrap();
    assert!(no.is_refused());
}

async fn the_owner_gets_in_by_a_mailed_code_while_somebody_guesses(world: World) {
    world.customer("Asha").await;
    guess(&world, &address("Asha"), 60).await;
    let flow = world
        .accounts
        .send_log_in_code(&address("Asha"), &visit())
        .await
        .unwrap();
    let code = world.code_for(&address("Asha")).await;
    let _ = world
        .accounts
        .log_in_with_code(flow.reveal(), &code, &visit())
        .await
        .unwrap()
        .session();
}

async fn who_asks_for_letters_keeps_no_owner_from_theirs(world: World) {
    let (new, asha) = (world.customer("Asha").await, address("Asha"));
    world.minutes(61);
    let asks = async |visit: Visit| {
        let sent = world.accounts.forgot_password(&asha, &visit);
        sent.await.is_ok()
    };
    let mut sent = 0;
    for _ in 0..30 {
        sent += u32::from(asks(visit_from("203.0.113.9")).await);
    }
    assert_eq!(sent, LETTERS_AN_HOUR);
    assert!(asks(visit()).await, "from elsewhere it goes on");
    // To have one sent again and again is no way around it.
    let other = visit_from("203.0.113.8");
    let flow = world.accounts.send_log_in_code(&asha, &other);
    let flow = flow.await.unwrap();
    sent += 1;
    for _ in 0..30 {
        let again = world.accounts.send_code_again(flow.reveal());
        sent += u32::from(again.await.is_ok());
    }
    assert_eq!(sent, 2 * LETTERS_AN_HOUR);
    assert!(!asks(other).await);
    for stranger in 10..30 {
        for _ in 0..5 {
            sent += u32::from(asks(visit_from(&format!("203.0.113.{stranger}"))).await);
        }
    }
    assert_eq!(sent + 1, LETTERS_AN_HOUR_OF_ALL, "a mailbox bears no more");
    assert!(!asks(visit_from("198.51.100.3")).await);
    let known = Visit {
        device: new.device.clone(),
        ..visit()
    };
    assert!(asks(known.clone()).await);
    let code = world.accounts.send_log_in_code(&asha, &known);
    assert!(code.await.is_ok());
}

async fn who_guesses_at_codes_keeps_no_owner_from_theirs(world: World) {
    let (new, asha) = (world.customer("Asha").await, address("Asha"));
    for stranger in 0..6 {
        let from = visit_from(&format!("203.0.113.{stranger}"));
        let flow = world.accounts.send_log_in_code(&asha, &from);
        let flow = flow.await.unwrap();
        for _ in 0..5 {
            let no = world.accounts.log_in_with_code(flow.reveal(), "no", &from);
            assert!(no.await.is_err());
        }
    }
    let asks = async |visit: Visit| {
        let flow = world.accounts.send_log_in_code(&asha, &visit);
        let flow = flow.await.unwrap();
        let code = world.code_for(&asha).await;
        let done = world
            .accounts
            .log_in_with_code(flow.reveal(), &code, &visit);
        done.await
    };
    let unknown = asks(visit()).await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::TryAgain);
    let known = Visit {
        device: new.device.clone(),
        ..visit()
    };
    let _ = asks(known).await.unwrap().session();
}

async fn the_owner_is_told_of_many_guesses_once(world: World) {
    world.customer("Asha").await;
    guess(&world, &address("Asha"), 3600).await;
    guess(&world, &address("Nobody"), 3600).await;
    let letters = world.letters().await;
    let told: Vec<_> = letters
        .iter()
        .filter(|l| l.ends_with("account-locked"))
        .collect();
    assert_eq!(
        told,
        ["asha@example.test account-locked"],
        "at the {TOLD_AT}th"
    );
}

async fn knocking_does_not_make_the_wait_longer(world: World) {
    world.customer("Asha").await;
    for _ in 0..3 {
        let no = world.logs_in("Asha", OTHER).await;
        assert!(no.is_refused());
    }
    for left in (1..=15).rev() {
        let no = world.logs_in("Asha", PASSWORD).await;
        let LogIn::Refused { retry_after } = no else {
            panic!("it has to wait");
        };
        assert_eq!(retry_after, Some(TimeDelta::seconds(left)));
        world.clock.advance(TimeDelta::seconds(1));
    }
    let _ = world.logs_in("Asha", PASSWORD).await.session();
}

async fn one_source_cannot_try_for_ever(world: World) {
    for nth in 0..SOURCE_TRIES {
        let no = world
            .accounts
            .log_in(&format!("{nth}@example.test"), OTHER, &visit())
            .await;
        assert!(matches!(no.unwrap(), LogIn::Refused { retry_after: None }));
    }
    let no = world
        .accounts
        .log_in("more@example.test", OTHER, &visit())
        .await
        .unwrap();
    assert!(matches!(
        no,
        LogIn::Refused {
            retry_after: Some(_)
        }
    ));
    let other = visit_from("198.51.100.1");
    let no = world
        .accounts
        .log_in("more@example.test", OTHER, &other)
        .await
        .unwrap();
    assert!(matches!(no, LogIn::Refused { retry_after: None }));
    world.minutes(15);
    let no = world
        .accounts
        .log_in("less@example.test", OTHER, &visit())
        .await
        .unwrap();
    assert!(matches!(no, LogIn::Refused { retry_after: None }));
}

async fn a_hash_is_made_anew_when_its_cost_grows(world: World) {
    world.customer("Asha").await;
    let dearer = world.again(AccountsOptions {
        hash: HashCost {
            memory: 128,
            passes: 2,
            lanes: 1,
        },
        ..options()
    });
    let _ = dearer
        .log_in(&address("Asha"), PASSWORD, &visit())
        .await
        .unwrap()
        .session();
    assert_eq!(dearer.hashes_computed(), 2, "one looked at, one made");
    let _ = dearer
        .log_in(&address("Asha"), PASSWORD, &visit())
        .await
        .unwrap()
        .session();
    assert_eq!(dearer.hashes_computed(), 3);
}

async fn a_code_logs_a_customer_in_and_is_no_second_factor(world: World) {
    let new = world.customer("Asha").await;
    let enrolment = world.accounts.enrol(new.token.reveal()).await.unwrap();
    let (_, app) = world.enrol(&enrolment.flow).await;
    world.minutes(1);
    let flow = world
        .accounts
        .send_log_in_code(&address("Asha"), &visit())
        .await
        .unwrap();
    let code = world.code_for(&address("Asha")).await;
    let next = world
        .accounts
        .log_in_with_code(flow.reveal(), &code, &visit())
        .await
        .unwrap();
    let LogIn::SecondFactor(flow) = next else {
        panic!("the app is owed besides, got {next:?}");
    };
    let done = world.proves(&flow, &app.factor(&world)).await;
    let _ = done.unwrap().session();
}

async fn a_code_for_nobody_costs_the_same_and_fits_nothing(world: World) {
    world.customer("Asha").await;
    let mut work = Vec::new();
    for name in ["Asha", "Nobody"] {
        let calls = world.store.calls();
        let flow = world
            .accounts
            .send_log_in_code(&address(name), &visit())
            .await
            .unwrap();
        let no = world
            .accounts
            .log_in_with_code(flow.reveal(), "no", &visit())
            .await
            .unwrap_err();
        work.push((world.store.calls() - calls, no));
    }
    assert_eq!(work[0], work[1]);
    assert!(world.post.last_to(&address("Nobody")).is_none());
}

async fn the_staff_does_not_log_in_by_mail(world: World) {
    world.staff("Meera", Role::Agent).await;
    let before = world.letters().await.len();
    world
        .accounts
        .send_log_in_code(&address("Meera"), &visit())
        .await
        .unwrap();
    assert_eq!(world.letters().await.len(), before);
    let off = world.again(AccountsOptions {
        code_log_in: false,
        ..options()
    });
    let no = off
        .send_log_in_code(&address("Asha"), &visit())
        .await
        .unwrap_err();
    assert_eq!(no.code(), "code_log_in_off");
}

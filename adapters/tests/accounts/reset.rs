//! Forgotten and changed passwords.

use crcore_adapters::accounts::LogIn;

use crate::world::{
    OTHER, Outcome as _, PASSWORD, World, address, over_servers, over_stores, visit,
};

over_stores! {
    a_forgotten_password_is_set_anew_by_a_link_that_is_good_once
    a_link_runs_out_after_half_an_hour
    an_unknown_address_gets_no_link_and_the_same_answer
    a_link_does_not_get_round_the_second_factor
    another_password_ends_what_was_begun_before
    of_many_who_use_one_link_at_once_one_gets_through
    a_password_is_changed_by_the_one_before
    a_refused_password_does_not_use_the_link_up
}

over_servers! {
    of_many_who_use_one_link_at_once_one_gets_through
}

async fn a_forgotten_password_is_set_anew_by_a_link_that_is_good_once(world: World) {
    let before = world.customer("Asha").await;
    world.forgot("Asha").await;
    let token = world.link_for(&address("Asha"), "account-reset").await;
    assert!(world.accounts.can_reset(&token).await.unwrap());
    let new = world
        .accounts
        .reset_password(&token, OTHER, &visit())
        .await
        .unwrap()
        .session();
    assert!(world.who(&new.token).await.is_some());
    assert!(
        world.who(&before.token).await.is_none(),
        "every session ended"
    );
    let again = world
        .accounts
        .reset_password(&token, PASSWORD, &visit())
        .await
        .unwrap_err();
    assert_eq!(again.code(), "link_over");
    assert!(!world.accounts.can_reset(&token).await.unwrap());
    assert!(world.logs_in("Asha", PASSWORD).await.is_refused());
    let _ = world.logs_in("Asha", OTHER).await.session();
    let letters = world.letters().await;
    assert!(letters.contains(&"asha@example.test account-password-changed".to_owned()));
}

async fn a_link_runs_out_after_half_an_hour(world: World) {
    world.customer("Asha").await;
    world.forgot("Asha").await;
    let token = world.link_for(&address("Asha"), "account-reset").await;
    world.minutes(30);
    let late = world
        .accounts
        .reset_password(&token, OTHER, &visit())
        .await
        .unwrap_err();
    assert_eq!(late.code(), "link_over");
}

async fn an_unknown_address_gets_no_link_and_the_same_answer(world: World) {
    world.customer("Asha").await;
    let mut work = Vec::new();
    for name in ["Asha", "Nobody"] {
        let calls = world.store.calls();
        world.forgot(name).await;
        work.push(world.store.calls() - calls);
    }
    assert_eq!(work[0], work[1]);
    world.accounts.flush().await;
    assert!(world.post.last_to(&address("Nobody")).is_none());
}

async fn a_link_does_not_get_round_the_second_factor(world: World) {
    let new = world.customer("Asha").await;
    let enrolment = world.accounts.enrol(new.token.reveal()).await.unwrap();
    world.enrol(&enrolment.flow).await;
    world.forgot("Asha").await;
    let token = world.link_for(&address("Asha"), "account-reset").await;
    let next = world
        .accounts
        .reset_password(&token, OTHER, &visit())
        .await
        .unwrap();
    assert!(matches!(next, LogIn::SecondFactor(_)), "{next:?}");
}

async fn another_password_ends_what_was_begun_before(world: World) {
    let new = world.customer("Asha").await;
    let enrolment = world.accounts.enrol(new.token.reveal()).await.unwrap();
    let (session, app) = world.enrol(&enrolment.flow).await;
    let half = world.logs_in("Asha", PASSWORD).await;
    let LogIn::SecondFactor(half) = half else {
        panic!("the app is owed");
    };
    world.forgot("Asha").await;
    let link = world.link_for(&address("Asha"), "account-reset").await;
    let token = session.token.reveal();
    let new = world
        .accounts
        .change_password(token, Some(PASSWORD), OTHER)
        .await
        .unwrap();
    world.minutes(1);
    let no = world.proves(&half, &app.factor(&world)).await;
    assert_eq!(no.unwrap_err().code(), "flow_over");
    let no = world
        .accounts
        .reset_password(&link, PASSWORD, &visit())
        .await
        .unwrap_err();
    assert_eq!(no.code(), "link_over");
    assert!(world.who(&new.token).await.is_some());
}

async fn of_many_who_use_one_link_at_once_one_gets_through(world: World) {
    world.customer("Asha").await;
    world.forgot("Asha").await;
    let token = world.link_for(&address("Asha"), "account-reset").await;
    let calls: Vec<_> = (0..32)
        .map(|_| {
            let (accounts, token) = (world.accounts.clone(), token.clone());
            tokio::spawn(async move { accounts.reset_password(&token, OTHER, &visit()).await })
        })
        .collect();
    let mut done = 0;
    for call in calls {
        match call.await.unwrap() {
            Ok(log_in) => {
                let _ = log_in.session();
                done += 1;
            }
            Err(error) => assert_eq!(error.code(), "link_over"),
        }
    }
    assert_eq!(done, 1);
}

async fn a_password_is_changed_by_the_one_before(world: World) {
    let new = world.customer("Asha").await;
    let other = world.logs_in("Asha", PASSWORD).await.session();
    let token = new.token.reveal();
    let no = world
        .accounts
        .change_password(token, Some(OTHER), OTHER)
        .await
        .unwrap_err();
    assert_eq!(no.code(), "proof_wrong");
    let no = world
        .accounts
        .change_password(token, None, OTHER)
        .await
        .unwrap_err();
    assert_eq!(no.code(), "proof_wrong");
    let changed = world
        .accounts
        .change_password(token, Some(PASSWORD), OTHER)
        .await
        .unwrap();
    assert_ne!(changed.token, new.token);
    assert_eq!(
        changed.session.id, new.session.id,
        "the same session, another token"
    );
    assert!(world.who(&changed.token).await.is_some());
    assert!(world.who(&new.token).await.is_none() && world.who(&other.token).await.is_none());
    world
        .letter(&address("Asha"), "account-password-changed")
        .await;
}

async fn a_refused_password_does_not_use_the_link_up(world: World) {
    world.customer("Asha").await;
    world.forgot("Asha").await;
    let token = world.link_for(&address("Asha"), "account-reset").await;
    for (password, code) in [
        ("kettle", "password_short"),
        ("passwordpassword", "password_common"),
        ("asha@example.test", "password_common"),
        (&"kettle vine ".repeat(11), "password_long"),
        (&"x".repeat(1_000_000), "password_long"),
    ] {
        let no = world
            .accounts
            .reset_password(&token, password, &visit())
            .await
            .unwrap_err();
        assert_eq!(no.code(), code);
    }
    let _ = world
        .accounts
        .reset_password(&token, OTHER, &visit())
        .await
        .unwrap()
        .session();
}

//! Sessions.

use chrono::TimeDelta;
use crcore::store::Records as _;
use crcore::testing::Fault;
use crcore::{Clock as _, Role};
use crcore_adapters::accounts::{DEVICES_MAX, Hidden, SESSIONS_MAX, Who};

use crate::world::{Outcome as _, PASSWORD, World, address, over_servers, over_stores, visit};

over_stores! {
    a_session_ends_when_it_is_idle
    a_session_ends_after_twelve_hours_whatever_is_done
    the_staff_is_idle_for_a_quarter_of_an_hour
    a_session_is_written_once_a_minute_and_a_look_not_at_all
    a_log_in_gives_another_token_and_ends_the_one_before
    what_a_visitor_typed_is_the_persons_who_logs_in
    ones_own_sessions_are_listed_and_ended
    all_others_are_ended_and_this_goes_on
    no_more_than_twenty_sessions_are_open
    a_touch_does_not_bring_an_ended_session_back
    a_forged_token_is_nobodys
    a_new_device_is_told_of_and_the_first_is_not
    a_form_token_follows_from_the_session
    no_secret_stands_in_the_store
}

over_servers! {
    a_touch_does_not_bring_an_ended_session_back
    no_more_than_twenty_sessions_are_open
}

async fn a_session_ends_when_it_is_idle(world: World) {
    let new = world.customer("Asha").await;
    for _ in 0..5 {
        world.minutes(29);
        assert!(world.who(&new.token).await.is_some());
    }
    let session = world
        .accounts
        .look(new.token.reveal())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        session.idle_until - world.clock.now(),
        TimeDelta::minutes(30)
    );
    world.minutes(30);
    assert!(world.who(&new.token).await.is_none());
}

async fn a_session_ends_after_twelve_hours_whatever_is_done(world: World) {
    let new = world.customer("Asha").await;
    for _ in 0..(12 * 60 / 20 - 1) {
        world.minutes(20);
        assert!(world.who(&new.token).await.is_some());
    }
    let session = world
        .accounts
        .session(new.token.reveal())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(session.idle_until, session.absolute_until);
    world.minutes(20);
    assert!(world.who(&new.token).await.is_none());
}

async fn the_staff_is_idle_for_a_quarter_of_an_hour(world: World) {
    let (session, _) = world.staff("Meera", Role::Agent).await;
    world.minutes(14);
    assert!(world.who(&session.token).await.is_some());
    world.minutes(15);
    assert!(world.who(&session.token).await.is_none());
}

async fn a_session_is_written_once_a_minute_and_a_look_not_at_all(world: World) {
    let new = world.customer("Asha").await;
    let mut calls = Vec::new();
    for seconds in [30, 29, 1, 59, 1] {
        world.clock.advance(TimeDelta::seconds(seconds));
        let before = world.store.calls();
        assert!(world.who(&new.token).await.is_some());
        calls.push(world.store.calls() - before);
    }
    assert_eq!(calls, [2, 2, 3, 2, 3]);
    // A page that asks by itself does not keep anybody logged in.
    for _ in 0..29 {
        world.minutes(1);
        assert!(
            world
                .accounts
                .look(new.token.reveal())
                .await
                .unwrap()
                .is_some()
        );
    }
    world.minutes(1);
    assert!(
        world
            .accounts
            .look(new.token.reveal())
            .await
            .unwrap()
            .is_none()
    );
}

async fn a_log_in_gives_another_token_and_ends_the_one_before(world: World) {
    let first = world.customer("Asha").await;
    let mut same = visit();
    same.session = Some(first.token.clone());
    let second = world
        .accounts
        .log_in(&address("Asha"), PASSWORD, &same)
        .await
        .unwrap()
        .session();
    assert_ne!(first.token, second.token);
    assert!(world.who(&first.token).await.is_none());
    assert!(world.who(&second.token).await.is_some());
    assert!(second.claimed.is_none());
    world.accounts.end(second.token.reveal()).await.unwrap();
    assert!(world.who(&second.token).await.is_none());
    world.accounts.end(second.token.reveal()).await.unwrap();
}

async fn what_a_visitor_typed_is_the_persons_who_logs_in(world: World) {
    world.customer("Asha").await;
    let visitor = world.accounts.visitor(&visit()).await.unwrap();
    assert_eq!(visitor.session.who, Who::Visitor);
    assert!(visitor.session.actor().is_none());
    let mut same = visit();
    same.session = Some(visitor.token.clone());
    let new = world
        .accounts
        .log_in(&address("Asha"), PASSWORD, &same)
        .await
        .unwrap()
        .session();
    assert_eq!(new.claimed, Some(visitor.session.id));
    assert!(
        world
            .accounts
            .session(visitor.token.reveal())
            .await
            .unwrap()
            .is_none()
    );
}

async fn ones_own_sessions_are_listed_and_ended(world: World) {
    let first = world.customer("Asha").await;
    world.minutes(5);
    let mut phone = visit();
    phone.label = "Chrome on Android".into();
    let second = world
        .accounts
        .log_in(&address("Asha"), PASSWORD, &phone)
        .await
        .unwrap()
        .session();
    let listed = world
        .accounts
        .sessions(second.token.reveal())
        .await
        .unwrap();
    let labels: Vec<_> = listed
        .iter()
        .map(|s| (s.label.as_str(), s.current))
        .collect();
    assert_eq!(
        labels,
        [("Chrome on Android", true), ("Firefox on Linux", false)]
    );
    assert_eq!(listed[1].source, "192.0.2.7");
    world
        .accounts
        .end_one(second.token.reveal(), listed[1].id)
        .await
        .unwrap();
    assert!(world.who(&first.token).await.is_none());
    assert_eq!(
        world
            .accounts
            .sessions(second.token.reveal())
            .await
            .unwrap()
            .len(),
        1
    );
    // Nobody ends another's.
    let ravi = world.customer("Ravi").await;
    let no = world
        .accounts
        .end_one(ravi.token.reveal(), listed[0].id)
        .await
        .unwrap_err();
    assert_eq!(no.code(), "not_found");
    assert!(world.who(&second.token).await.is_some());
}

async fn all_others_are_ended_and_this_goes_on(world: World) {
    let first = world.customer("Asha").await;
    let second = world.logs_in("Asha", PASSWORD).await.session();
    let kept = world
        .accounts
        .end_others(second.token.reveal())
        .await
        .unwrap();
    assert!(world.who(&first.token).await.is_none());
    assert!(
        world.who(&second.token).await.is_none(),
        "it has another token now"
    );
    assert!(world.who(&kept.token).await.is_some());
    assert_eq!(
        world
            .accounts
            .sessions(kept.token.reveal())
            .await
            .unwrap()
            .len(),
        1
    );
}

async fn no_more_than_twenty_sessions_are_open(world: World) {
    let first = world.customer("Asha").await;
    let mut last = None;
    for _ in 0..SESSIONS_MAX {
        world.clock.advance(TimeDelta::seconds(1));
        let new = world.logs_in("Asha", PASSWORD).await;
        last = Some(new.session());
    }
    assert!(
        world.who(&first.token).await.is_none(),
        "the oldest made room"
    );
    let listed = world
        .accounts
        .sessions(last.unwrap().token.reveal())
        .await
        .unwrap();
    assert_eq!(listed.len(), SESSIONS_MAX as usize);
    let devices = world
        .store
        .count("account-device", "", world.clock.now())
        .await
        .unwrap();
    assert_eq!(devices, u64::from(DEVICES_MAX));
}

async fn a_touch_does_not_bring_an_ended_session_back(world: World) {
    let new = world.customer("Asha").await;
    world.minutes(2);
    // The touch is told to come back again and again, and the session ends in between.
    world.store.at_commit(1, Fault::Late(50));
    let (accounts, token) = (world.accounts.clone(), new.token.clone());
    let touch = tokio::spawn(async move { accounts.session(token.reveal()).await });
    world.accounts.end(new.token.reveal()).await.unwrap();
    touch.await.unwrap().unwrap();
    assert!(world.who(&new.token).await.is_none());
}

async fn a_forged_token_is_nobodys(world: World) {
    let new = world.customer("Asha").await;
    let token = new.token.reveal();
    assert_eq!(token.len(), 44, "256 bits and a letter");
    let as_staff = format!("s{}", &token[1..]);
    for forged in [
        "",
        "c",
        &token[..43],
        &format!("{token}="),
        &as_staff,
        "c/../session",
        "\0",
    ] {
        assert!(
            world.accounts.session(forged).await.unwrap().is_none(),
            "{forged:?}"
        );
    }
    let long = "c".repeat(1_000_000);
    assert!(world.accounts.session(&long).await.unwrap().is_none());
}

async fn a_new_device_is_told_of_and_the_first_is_not(world: World) {
    let first = world.customer("Asha").await;
    assert!(
        !world
            .letters()
            .await
            .contains(&"asha@example.test account-new-device".to_owned())
    );
    let mut known = visit();
    known.device = first.device;
    let _ = world
        .accounts
        .log_in(&address("Asha"), PASSWORD, &known)
        .await
        .unwrap()
        .session();
    assert!(
        !world
            .letters()
            .await
            .contains(&"asha@example.test account-new-device".to_owned())
    );
    let mut new = visit();
    new.label = "Chrome on Android".into();
    let _ = world
        .accounts
        .log_in(&address("Asha"), PASSWORD, &new)
        .await
        .unwrap()
        .session();
    let letter = world.letter(&address("Asha"), "account-new-device").await;
    assert_eq!(letter.variables["device"], "Chrome on Android");
}

async fn a_form_token_follows_from_the_session(world: World) {
    let new = world.customer("Asha").await;
    let again = world
        .accounts
        .session(new.token.reveal())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(new.session.csrf, again.csrf);
    assert_ne!(new.session.csrf, new.token);
    let other = world.customer("Ravi").await;
    assert_ne!(new.session.csrf, other.session.csrf);
}

async fn no_secret_stands_in_the_store(world: World) {
    let asha = world.customer("Asha").await;
    let enrolment = world.accounts.enrol(asha.token.reveal()).await.unwrap();
    let (session, app) = world.enrol(&enrolment.flow).await;
    let reset = world
        .accounts
        .forgot_password(&address("Asha"), &visit())
        .await;
    reset.unwrap();
    let link = world.link_for(&address("Asha"), "account-reset").await;
    let flow = world
        .accounts
        .send_log_in_code(&address("Asha"), &visit())
        .await
        .unwrap();
    let code = world.code_for(&address("Asha")).await;
    let mut secrets: Vec<Hidden> = vec![
        PASSWORD.into(),
        session.token.clone(),
        session.session.csrf.clone(),
        asha.device.clone().unwrap(),
        enrolment.secret.clone(),
        link.into(),
        flow,
        format!("\"{code}\"").into(),
    ];
    secrets.extend(app.recovery.iter().flat_map(|code| {
        let bare = code.reveal().replace('-', "");
        [code.clone(), Hidden::from(bare.to_uppercase()), bare.into()]
    }));
    for shelf in [
        "account",
        "account-flow",
        "account-device",
        "account-tally",
        "account-address",
        "session",
        "session-of",
        "account-name",
        "account-place",
    ] {
        let range = crcore::store::RecordRange {
            shelf: shelf.into(),
            limit: 1_000,
            ..Default::default()
        };
        let records = world.store.records(&range).await.unwrap();
        assert!(!records.is_empty(), "{shelf}");
        for record in records {
            for secret in &secrets {
                let text = secret.reveal();
                assert!(
                    !record.body.contains(text) && !record.key.contains(text),
                    "{shelf}"
                );
            }
            assert!(!record.key.contains('@'), "an address is no key");
        }
    }
    let shown = format!(
        "{session:?} {asha:?} {enrolment:?} {:?}",
        world.post.letters()
    );
    for secret in &secrets {
        assert!(!shown.contains(secret.reveal()));
    }
    assert!(
        !shown.to_lowercase().contains("asha"),
        "nor who it is: {shown}"
    );
}

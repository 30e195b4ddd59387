//! The second factor.

use crcore::{Actor, ErrorKind, Role};
use crcore_adapters::accounts::{
    AccountsOptions, CODE_TRIES, FACTORS_A_DAY, Factor, Hidden, LogIn, PROVED_FOR, RECOVERY_CODES,
};

use crate::world::{
    OTHER, Outcome as _, PASSWORD, World, address, options, over_servers, over_stores, visit,
};

over_stores! {
    the_staff_sets_up_an_app_before_the_first_log_in
    a_code_of_the_app_is_used_once
    a_code_is_good_a_little_early_and_late
    of_many_who_use_one_code_at_once_one_gets_in
    guessing_ends_after_five_in_a_log_in_and_fifteen_in_a_day
    a_recovery_code_is_used_once_and_gets_round_a_guesser
    a_factor_goes_only_with_password_and_factor
    the_staff_cannot_do_without
    an_admin_resets_a_lost_factor
    an_app_is_shown_the_same_until_it_is_set_up
    an_app_outlives_a_change_of_the_servers_secret
    other_recovery_codes_take_the_place_of_the_old
}

over_servers! {
    of_many_who_use_one_code_at_once_one_gets_in
}

async fn second_step(world: &World, name: &str) -> Hidden {
    match world
        .accounts
        .log_in(&address(name), PASSWORD, &visit())
        .await
        .unwrap()
    {
        LogIn::SecondFactor(flow) => flow,
        other => panic!("the app is owed, got {other:?}"),
    }
}

async fn the_staff_sets_up_an_app_before_the_first_log_in(world: World) {
    let (session, app) = world.staff("Meera", Role::Agent).await;
    let meera = world.who(&session.token).await.unwrap();
    assert!(meera.second_factor);
    assert!(matches!(meera.actor(), Actor::Agent(_)));
    assert_eq!(app.recovery.len(), RECOVERY_CODES);
    world.minutes(1);
    let flow = second_step(&world, "Meera").await;
    assert!(world.who(&flow).await.is_none(), "a flow is no session");
    let done = world.proves(&flow, &app.factor(&world)).await;
    let _ = done.unwrap().session();
}

async fn a_code_of_the_app_is_used_once(world: World) {
    let (_, app) = world.staff("Meera", Role::Agent).await;
    // The code that set the app up is used.
    let flow = second_step(&world, "Meera").await;
    let replay = world.proves(&flow, &app.factor(&world)).await;
    assert_eq!(replay.unwrap_err().code(), "code_wrong");
    world.minutes(1);
    let code = app.factor(&world);
    let _ = world.proves(&flow, &code).await.unwrap().session();
    let flow = second_step(&world, "Meera").await;
    let replay = world.proves(&flow, &code).await.unwrap_err();
    assert_eq!(replay.code(), "code_wrong");
    // Nor one of a step before.
    let earlier = Factor::App(app.code_at(&world, -30).into());
    let replay = world
        .accounts
        .second_factor(flow.reveal(), &earlier, &visit())
        .await
        .unwrap_err();
    assert_eq!(replay.code(), "code_wrong");
}

async fn a_code_is_good_a_little_early_and_late(world: World) {
    let (_, app) = world.staff("Meera", Role::Agent).await;
    for (seconds, fits) in [(-60, false), (-30, true), (30, true), (60, false)] {
        world.minutes(5);
        let flow = second_step(&world, "Meera").await;
        let code = Factor::App(app.code_at(&world, seconds).into());
        let done = world.proves(&flow, &code).await;
        assert_eq!(done.is_ok(), fits, "{seconds} seconds");
    }
}

async fn of_many_who_use_one_code_at_once_one_gets_in(world: World) {
    let (_, app) = world.staff("Meera", Role::Agent).await;
    world.minutes(1);
    let mut flows = Vec::new();
    for _ in 0..10 {
        flows.push(second_step(&world, "Meera").await);
    }
    let calls: Vec<_> = flows
        .into_iter()
        .map(|flow| {
            let (accounts, code) = (world.accounts.clone(), app.factor(&world));
            tokio::spawn(
                async move { accounts.second_factor(flow.reveal(), &code, &visit()).await },
            )
        })
        .collect();
    let mut done = 0;
    for call in calls {
        match call.await.unwrap() {
            Ok(log_in) => {
                let _ = log_in.session();
                done += 1;
            }
            Err(error) => assert_eq!(error.code(), "code_wrong"),
        }
    }
    assert_eq!(done, 1, "of ten log-ins with one code of the app");
}

async fn guessing_ends_after_five_in_a_log_in_and_fifteen_in_a_day(world: World) {
    let (_, app) = world.staff("Meera", Role::Agent).await;
    world.minutes(1);
    let flow = second_step(&world, "Meera").await;
    for code in ["code_wrong"; 5].into_iter().chain(["flow_over"]) {
        let wrong = Factor::App("no".into());
        let no = world
            .accounts
            .second_factor(flow.reveal(), &wrong, &visit())
            .await;
        assert_eq!(no.unwrap_err().code(), code);
    }
    world.minutes(24 * 60);
    let mut guesses = 0;
    for _ in 0..10 {
        let flow = second_step(&world, "Meera").await;
        for _ in 0..CODE_TRIES {
            let wrong = Factor::App("no".into());
            let no = world
                .accounts
                .second_factor(flow.reveal(), &wrong, &visit())
                .await
                .unwrap_err();
            guesses += u32::from(no.code() == "code_wrong");
        }
    }
    assert_eq!(guesses, FACTORS_A_DAY);
    let flow = second_step(&world, "Meera").await;
    let wait = world.proves(&flow, &app.factor(&world)).await;
    assert_eq!(wait.unwrap_err().kind(), ErrorKind::TryAgain);
    let recovery = Factor::Recovery(app.recovery[0].clone());
    let _ = world
        .accounts
        .second_factor(flow.reveal(), &recovery, &visit())
        .await
        .unwrap()
        .session();
}

async fn a_recovery_code_is_used_once_and_gets_round_a_guesser(world: World) {
    let (_, app) = world.staff("Meera", Role::Agent).await;
    let shouted = app.recovery[3].reveal().to_uppercase().replace('-', " ");
    let flow = second_step(&world, "Meera").await;
    let code = Factor::Recovery(shouted.as_str().into());
    let new = world.proves(&flow, &code).await.unwrap().session();
    assert_eq!(new.session.account().unwrap().recovery_codes, 9);
    let flow = second_step(&world, "Meera").await;
    let again = world.proves(&flow, &code).await.unwrap_err();
    assert_eq!(again.code(), "code_wrong");
}

async fn a_factor_goes_only_with_password_and_factor(world: World) {
    let new = world.customer("Asha").await;
    let enrolment = world.accounts.enrol(new.token.reveal()).await.unwrap();
    assert!(
        enrolment
            .uri
            .reveal()
            .starts_with("otpauth://totp/Example%20Bank:asha%40example.test?secret=")
    );
    let (session, app) = world.enrol(&enrolment.flow).await;
    assert!(
        world.who(&new.token).await.is_none(),
        "another privilege, another token"
    );
    world.minutes(10);
    let token = session.token.reveal();
    assert_eq!(PROVED_FOR.num_minutes(), 10);
    let no = world.accounts.disable_factor(token).await.unwrap_err();
    assert_eq!(no.code(), "prove_again");
    for (password, factor) in [
        (PASSWORD, None),
        (OTHER, Some(app.factor(&world))),
        (PASSWORD, Some(Factor::App("000000".into()))),
    ] {
        let no = world
            .accounts
            .prove(token, password, factor.as_ref())
            .await
            .unwrap_err();
        assert_eq!(no.code(), "proof_wrong");
    }
    world.minutes(1);
    let proved = world
        .accounts
        .prove(token, PASSWORD, Some(&app.factor(&world)))
        .await
        .unwrap();
    assert_ne!(proved.token, session.token);
    let new = world
        .accounts
        .disable_factor(proved.token.reveal())
        .await
        .unwrap();
    assert!(!world.who(&new.token).await.unwrap().second_factor);
    world
        .letter(&address("Asha"), "account-factor-changed")
        .await;
    let _ = world.logs_in("Asha", PASSWORD).await.session();
}

async fn the_staff_cannot_do_without(world: World) {
    let (session, _) = world.staff("Meera", Role::Agent).await;
    let no = world
        .accounts
        .disable_factor(session.token.reveal())
        .await
        .unwrap_err();
    assert_eq!(no.code(), "factor_needed");
}

async fn an_admin_resets_a_lost_factor(world: World) {
    let (session, _) = world.staff("Meera", Role::Agent).await;
    let (lead, _) = world.staff("Ravi", Role::Supervisor).await;
    let (admin, _) = world.staff("Farah", Role::Admin).await;
    let meera = session.session.account().unwrap().clone();
    let farah = admin.session.actor().unwrap();
    let no = world
        .accounts
        .reset_factor(meera.actor(), admin.session.account().unwrap().id)
        .await;
    assert_eq!(no.unwrap_err().kind(), ErrorKind::NotAllowed);
    world.accounts.reset_factor(farah, meera.id).await.unwrap();
    assert!(world.who(&session.token).await.is_none());
    let next = world.logs_in("Meera", PASSWORD).await;
    assert!(matches!(next, LogIn::EnrolSecondFactor(_)), "{next:?}");
    // A supervisor does so for agents, and for nobody above.
    let ravi = lead.session.actor().unwrap();
    world.accounts.reset_factor(ravi, meera.id).await.unwrap();
    let no = world
        .accounts
        .reset_factor(ravi, admin.session.account().unwrap().id)
        .await;
    assert_eq!(no.unwrap_err().kind(), ErrorKind::NotAllowed);
}

async fn an_app_is_shown_the_same_until_it_is_set_up(world: World) {
    let new = world.customer("Asha").await;
    let first = world.accounts.enrol(new.token.reveal()).await.unwrap();
    let again = world.accounts.enrolment(first.flow.reveal()).await.unwrap();
    assert_eq!((&first.secret, &first.uri), (&again.secret, &again.uri));
    let other = world.accounts.enrol(new.token.reveal()).await.unwrap();
    assert_ne!(first.secret, other.secret);
    world.enrol(&first.flow).await;
    let no = world
        .accounts
        .enrolment(first.flow.reveal())
        .await
        .unwrap_err();
    assert_eq!(no.code(), "flow_over");
    let no = world
        .accounts
        .enrolment(other.flow.reveal())
        .await
        .unwrap_err();
    assert_eq!(no.code(), "flow_over", "what was begun before is over");
}

async fn an_app_outlives_a_change_of_the_servers_secret(world: World) {
    let (_, app) = world.staff("Meera", Role::Agent).await;
    world.minutes(1);
    let flow = second_step(&world, "Meera").await;
    let mut secrets = options().secrets;
    secrets.insert(0, "another secret of thirty-two bytes".into());
    let rotated = world.again(AccountsOptions {
        secrets: secrets.clone(),
        ..options()
    });
    let done = rotated
        .second_factor(flow.reveal(), &app.factor(&world), &visit())
        .await
        .unwrap();
    let _ = done.session();
    world.minutes(1);
    let flow = second_step(&world, "Meera").await;
    let recovery = Factor::Recovery(app.recovery[0].clone());
    let _ = rotated
        .second_factor(flow.reveal(), &recovery, &visit())
        .await
        .unwrap()
        .session();
    secrets.pop();
    let without = world.again(AccountsOptions {
        secrets,
        ..options()
    });
    let flow = second_step(&world, "Meera").await;
    let gone = without
        .second_factor(flow.reveal(), &app.factor(&world), &visit())
        .await;
    assert_eq!(gone.unwrap_err().kind(), ErrorKind::Broken);
}

async fn other_recovery_codes_take_the_place_of_the_old(world: World) {
    let (session, app) = world.staff("Meera", Role::Agent).await;
    let fresh = world
        .accounts
        .new_recovery_codes(session.token.reveal())
        .await
        .unwrap();
    let flow = second_step(&world, "Meera").await;
    let old = Factor::Recovery(app.recovery[0].clone());
    let no = world
        .accounts
        .second_factor(flow.reveal(), &old, &visit())
        .await
        .unwrap_err();
    assert_eq!(no.code(), "code_wrong");
    let new = Factor::Recovery(fresh[0].clone());
    let _ = world
        .accounts
        .second_factor(flow.reveal(), &new, &visit())
        .await
        .unwrap()
        .session();
}

//! What is left of what was done: the desk's trail, and who came in.

use crcore::{Actor, ErrorKind, Role};

use crate::world::{
    OTHER, Outcome as _, PASSWORD, World, address, over_servers, over_stores, visit,
};

over_stores! {
    what_changes_an_account_stands_in_the_desks_trail
    who_came_in_and_who_tried_to_is_kept_for_a_year
    many_changes_at_once_are_all_told
}

over_servers! {
    many_changes_at_once_are_all_told
}

async fn what_changes_an_account_stands_in_the_desks_trail(world: World) {
    let desk = world.desk().await;
    let (admin, _) = world.staff("Farah", Role::Admin).await;
    let (session, _) = world.staff("Meera", Role::Agent).await;
    let farah = admin.session.actor().unwrap();
    let meera = session.session.account().unwrap();
    world.accounts.suspend(farah, meera.id).await.unwrap();
    world.accounts.reinstate(farah, meera.id).await.unwrap();
    world.accounts.reset_factor(farah, meera.id).await.unwrap();
    let trail = desk.audit(farah, None, 3).await.unwrap();
    let told: Vec<_> = trail
        .iter()
        .map(|e| (e.what.as_str(), e.by, e.on.clone()))
        .collect();
    let on = format!("account:{}", meera.id);
    assert_eq!(
        told,
        [
            ("account.factor_reset", farah, on.clone()),
            ("account.reinstated", farah, on.clone()),
            ("account.suspended", farah, on),
        ]
    );
    let all = desk.audit(farah, None, 100).await.unwrap();
    let whats: Vec<_> = all.iter().rev().map(|e| e.what.as_str()).collect();
    assert_eq!(
        whats[..3],
        [
            "account.invited",
            "account.invitation_accepted",
            "account.factor_set_up"
        ]
    );
    assert!(desk.verify_audit(farah, None).await.unwrap().is_ok());
    let text = format!("{all:?}").to_lowercase();
    assert!(
        !text.contains("meera") && !text.contains('@'),
        "it names nobody"
    );
}

async fn who_came_in_and_who_tried_to_is_kept_for_a_year(world: World) {
    let (admin, _) = world.staff("Farah", Role::Admin).await;
    let farah = admin.session.actor().unwrap();
    let new = world.customer("Asha").await;
    let asha = new.session.account().unwrap().id;
    world.minutes(1);
    for (name, password) in [("Asha", OTHER), ("Asha", PASSWORD), ("Nobody", PASSWORD)] {
        let _ = world
            .accounts
            .log_in(&address(name), password, &visit())
            .await
            .unwrap();
        world.minutes(1);
    }
    let own = world
        .accounts
        .own_attempts(new.token.reveal(), None, 10)
        .await
        .unwrap();
    let whats: Vec<_> = own.iter().map(|a| a.what.as_str()).collect();
    assert_eq!(
        whats,
        [
            "account.logged_in",
            "account.log_in_refused",
            "account.registered"
        ]
    );
    assert_eq!(
        (own[0].source.as_str(), own[0].label.as_str()),
        ("192.0.2.7", "Firefox on Linux")
    );
    let seen = world
        .accounts
        .attempts(farah, Some(asha), Some(own[0].id), 1)
        .await
        .unwrap();
    assert_eq!(seen, own[1..2]);
    let strangers = world
        .accounts
        .attempts(farah, None, None, 10)
        .await
        .unwrap();
    assert_eq!(strangers.len(), 1);
    let no = world
        .accounts
        .attempts(Actor::Customer(asha.uuid().into()), Some(asha), None, 10);
    assert_eq!(no.await.unwrap_err().kind(), ErrorKind::NotAllowed);
    world.minutes(367 * 24 * 60);
    assert!(
        world
            .accounts
            .attempts(farah, Some(asha), None, 10)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn many_changes_at_once_are_all_told(world: World) {
    let desk = world.desk().await;
    let mut sessions = Vec::new();
    for nth in 0..8 {
        sessions.push(world.customer(&format!("Asha{nth}")).await);
    }
    let calls: Vec<_> = sessions
        .iter()
        .map(|new| {
            let (accounts, token) = (world.accounts.clone(), new.token.clone());
            tokio::spawn(async move { accounts.end_others(token.reveal()).await })
        })
        .collect();
    for call in calls {
        assert!(call.await.unwrap().unwrap().session.account().is_some());
    }
    let trail = desk.audit(Actor::System, None, 100).await.unwrap();
    let ended = trail.iter().filter(|e| e.what == "account.sessions_ended");
    assert_eq!(ended.count(), 8);
    assert!(
        desk.verify_audit(Actor::System, None)
            .await
            .unwrap()
            .is_ok()
    );
    let _ = world.logs_in("Asha0", PASSWORD).await.session();
}

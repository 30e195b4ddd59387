//! Programs that act on the desk.

use chrono::TimeDelta;
use crcore::{Actor, AgentId, ErrorKind, Role};
use crcore_adapters::accounts::{NewSession, NewToken};

use crate::world::{World, over_stores};

over_stores! {
    a_token_is_shown_once_and_acts_with_its_scopes
    a_token_ends_when_it_runs_out_or_is_revoked
    only_admins_make_tokens
    a_token_acts_in_the_place_of_an_agent_for_as_long_as_they_are_one
}

fn new() -> NewToken {
    NewToken {
        service: None,
        agent: None,
        label: "Nightly import".into(),
        scopes: ["tickets:read".to_owned(), "tickets:raise".to_owned()].into(),
        life: TimeDelta::days(90),
    }
}

async fn a_token_is_shown_once_and_acts_with_its_scopes(world: World) {
    let (secret, made) = world
        .accounts
        .new_token(Actor::System, &new())
        .await
        .unwrap();
    assert!(secret.reveal().starts_with("crd_") && secret.reveal().len() == 47);
    let used = world
        .accounts
        .by_token(secret.reveal())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (used.id, used.actor()),
        (made.id, Actor::Service(made.service))
    );
    assert!(used.scopes.contains("tickets:read") && !used.scopes.contains("admin"));
    let listed = world.accounts.tokens(Actor::System).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].last_used, Some(crcore::Clock::now(&*world.clock)));
    assert!(!format!("{listed:?} {secret:?}").contains(secret.reveal()));
    let before = world.store.calls();
    world
        .accounts
        .by_token(secret.reveal())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        world.store.calls() - before,
        1,
        "its use is written once a minute"
    );
    for none in ["", "crd_", "nothing", &format!("{}x", secret.reveal())] {
        assert!(world.accounts.by_token(none).await.unwrap().is_none());
    }
}

async fn a_token_ends_when_it_runs_out_or_is_revoked(world: World) {
    let (first, made) = world
        .accounts
        .new_token(Actor::System, &new())
        .await
        .unwrap();
    let (second, _) = world
        .accounts
        .new_token(Actor::System, &new())
        .await
        .unwrap();
    world
        .accounts
        .revoke_token(Actor::System, made.id)
        .await
        .unwrap();
    assert!(
        world
            .accounts
            .by_token(first.reveal())
            .await
            .unwrap()
            .is_none()
    );
    let gone = world
        .accounts
        .revoke_token(Actor::System, made.id)
        .await
        .unwrap_err();
    assert_eq!(gone.code(), "not_found");
    world.clock.advance(TimeDelta::days(90));
    assert!(
        world
            .accounts
            .by_token(second.reveal())
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        world
            .accounts
            .tokens(Actor::System)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn only_admins_make_tokens(world: World) {
    let id = AgentId::from(uuid::Uuid::from_u128(1));
    for actor in [
        Actor::Agent(id),
        Actor::Supervisor(id),
        Actor::Customer(id.uuid().into()),
    ] {
        let no = world.accounts.new_token(actor, &new()).await.unwrap_err();
        assert_eq!(no.kind(), ErrorKind::NotAllowed);
    }
    for (scopes, life, code) in [
        (vec![], 1, "scopes_invalid"),
        (vec!["Tickets Read"], 1, "scopes_invalid"),
        (vec!["tickets"], 0, "life_invalid"),
        (vec!["tickets"], 367, "life_invalid"),
    ] {
        let new = NewToken {
            scopes: scopes.into_iter().map(str::to_owned).collect(),
            life: TimeDelta::days(life),
            ..new()
        };
        let no = world
            .accounts
            .new_token(Actor::Admin(id), &new)
            .await
            .unwrap_err();
        assert_eq!(no.code(), code);
    }
}

async fn a_token_acts_in_the_place_of_an_agent_for_as_long_as_they_are_one(world: World) {
    let (admin, _) = world.staff("Farah", Role::Admin).await;
    let (meera, _) = world.staff("Meera", Role::Agent).await;
    let farah = admin.session.actor().unwrap();
    let id = |session: &NewSession| session.session.account().unwrap().id;
    let of = |agent| NewToken {
        agent: Some(agent),
        ..new()
    };
    for nobody in [id(&admin), uuid::Uuid::from_u128(7).into()] {
        let no = world.accounts.new_token(farah, &of(nobody)).await;
        assert_eq!(no.unwrap_err().code(), "agent_invalid");
    }
    let made = world.accounts.new_token(farah, &of(id(&meera))).await;
    let secret = made.unwrap().0;
    let used = async || world.accounts.by_token(secret.reveal()).await.unwrap();
    assert_eq!(
        used().await.map(|token| token.actor()),
        meera.session.actor()
    );
    let suspended = world.accounts.suspend(farah, id(&meera)).await;
    suspended.unwrap();
    assert!(used().await.is_none());
    world.accounts.reinstate(farah, id(&meera)).await.unwrap();
    assert!(used().await.is_some());
}

//! What is left when a store fails, or a caller goes away, at any call.

use std::pin::pin;

use crcore::store::Directory as _;
use crcore::testing::Fault;
use crcore::{Actor, ErrorKind, Role};
use crcore_adapters::accounts::{AccountError, LogIn};

use crate::world::{
    OTHER, Outcome as _, PASSWORD, World, address, registration, visit, visit_from,
};

/// How often somebody begins again.
const PATIENCE: usize = 4;

/// What a person may be told when the store failed.
fn is_fair(error: &AccountError) -> bool {
    let over = ["flow_over", "link_over", "code_wrong", "proof_wrong"];
    error.kind() == ErrorKind::TryAgain || over.contains(&error.code())
}

/// Registers, and begins again where that failed.
async fn register(world: &World, name: &str) {
    let email = address(name);
    for nth in 0..PATIENCE {
        let visit = visit_from(&format!("192.0.2.{nth}"));
        let begun = world
            .accounts
            .register(&registration(name, &email), &visit)
            .await;
        let flow = match begun {
            Ok(flow) => flow,
            Err(error) => {
                assert!(is_fair(&error), "{error:?}");
                continue;
            }
        };
        world.accounts.flush().await;
        let letter = world.post.last_to(&email).unwrap();
        let Some(code) = letter.variables.get("code") else {
            // The account is there already: nobody was told, and it is theirs.
            break;
        };
        match world
            .accounts
            .confirm_address(flow.reveal(), code, &visit)
            .await
        {
            Ok(log_in) => {
                let _ = log_in.session();
                break;
            }
            Err(error) => assert!(is_fair(&error), "{error:?}"),
        }
    }
}

/// Whether somebody has an account, and the desk knows them.
async fn is_whole(world: &World, name: &str, password: &str) {
    let log_in = world
        .accounts
        .log_in(&address(name), password, &visit_from(name))
        .await;
    let account = log_in
        .unwrap()
        .session()
        .session
        .account()
        .cloned()
        .unwrap();
    let Actor::Customer(id) = account.actor() else {
        panic!("a customer");
    };
    let customer = world.store.customer(id).await.unwrap().unwrap();
    assert_eq!(customer.email.as_deref(), Some(account.email.as_str()));
    let found = world
        .accounts
        .find_customers(Actor::System, name)
        .await
        .unwrap();
    assert_eq!(found.len(), 1, "one account, in every list");
}

async fn trail_is_sound(world: &World) {
    let desk = world.desk().await;
    assert!(
        desk.verify_audit(Actor::System, None)
            .await
            .unwrap()
            .is_ok()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_call_fails_a_registration_ends_with_one_account() {
    for fault in [Fault::Unavailable, Fault::Landed, Fault::Lost] {
        for nth in 1.. {
            let world = World::memory();
            world.store.at_call(nth, fault);
            register(&world, "Asha").await;
            let is_over = world.store.pending() > 0;
            world.store.forget();
            is_whole(&world, "Asha", PASSWORD).await;
            if is_over {
                assert!(nth > 10, "a registration asks the store more often");
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_call_fails_a_password_is_one_or_the_other() {
    for fault in [Fault::Unavailable, Fault::Landed, Fault::Lost] {
        for nth in 1.. {
            let world = World::memory();
            let new = world.customer("Asha").await;
            world.store.at_call(nth, fault);
            let token = new.token.reveal();
            let done = world
                .accounts
                .change_password(token, Some(PASSWORD), OTHER)
                .await;
            let is_over = world.store.pending() > 0;
            world.store.forget();
            match done {
                Ok(new) => {
                    assert!(world.who(&new.token).await.is_some());
                    is_whole(&world, "Asha", OTHER).await;
                }
                Err(error) => {
                    assert!(is_fair(&error), "{error:?}");
                    let by_old = world
                        .accounts
                        .log_in(&address("Asha"), PASSWORD, &visit())
                        .await;
                    if by_old.unwrap().is_refused() {
                        is_whole(&world, "Asha", OTHER).await;
                        assert!(
                            world.who(&new.token).await.is_none(),
                            "it ended with the password"
                        );
                    }
                }
            }
            trail_is_sound(&world).await;
            if is_over {
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_call_fails_an_invitation_makes_one_agent() {
    for fault in [Fault::Unavailable, Fault::Landed, Fault::Lost] {
        for nth in 1.. {
            let world = World::memory();
            let invitation =
                crcore_adapters::accounts::Invitation::new(Role::Agent, "Meera", address("Meera"));
            world
                .accounts
                .invite(Actor::System, &invitation)
                .await
                .unwrap();
            let token = world.link_for(&address("Meera"), "account-invite").await;
            world.store.at_call(nth, fault);
            let mut accepted = None;
            for _ in 0..PATIENCE {
                match world.accounts.accept(&token, PASSWORD, &visit()).await {
                    Ok(next) => {
                        accepted = Some(next);
                        break;
                    }
                    Err(error) => assert!(is_fair(&error), "{error:?}"),
                }
            }
            let is_over = world.store.pending() > 0;
            world.store.forget();
            // Where nobody said that it landed, the link is used up and the account is there.
            let next = match accepted {
                Some(next) => next,
                None => {
                    let visit = visit_from("198.51.100.9");
                    world
                        .accounts
                        .log_in(&address("Meera"), PASSWORD, &visit)
                        .await
                        .unwrap()
                }
            };
            let LogIn::EnrolSecondFactor(flow) = next else {
                panic!("an app comes first, got {next:?}");
            };
            let (meera, _) = world.enrol(&flow).await;
            assert!(matches!(meera.session.actor(), Some(Actor::Agent(_))));
            trail_is_sound(&world).await;
            if is_over {
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_goes_away_at_any_call_leaves_nothing_half_done() {
    for nth in 1.. {
        let world = World::memory();
        let email = address("Asha");
        let flow = world.registers("Asha", &email).await;
        let code = world.code_for(&email).await;
        // The store lets this call wait for good, and the caller is gone after a while.
        world.store.at_call(nth, Fault::Late(u32::MAX));
        let (browser, done) = (visit(), {
            let accounts = world.accounts.clone();
            let (flow, code) = (flow.clone(), code.clone());
            async move {
                let browser = visit();
                accounts
                    .confirm_address(flow.reveal(), &code, &browser)
                    .await
            }
        });
        let mut done = pin!(done);
        let mut is_done = false;
        for _ in 0..20 {
            tokio::select! {
                biased;
                _ = &mut done => { is_done = true; break; }
                () = tokio::task::yield_now() => {}
            }
        }
        let is_over = world.store.pending() > 0;
        world.store.forget();
        assert_eq!(is_done, is_over, "it waits where it was told to");
        if !is_done {
            let again = world
                .accounts
                .confirm_address(flow.reveal(), &code, &browser)
                .await;
            if let Err(error) = again {
                assert!(is_fair(&error), "{error:?}");
            }
        }
        is_whole(&world, "Asha", PASSWORD).await;
        if is_over {
            break;
        }
    }
}

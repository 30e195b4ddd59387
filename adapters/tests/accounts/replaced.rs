//! What the registry that this replaces got wrong, each once.

use crcore::store::{RecordRange, Records as _};
use crcore::{Actor, Role};
use crcore_adapters::accounts::{AccountsOptions, LogIn, Who};

use crate::world::{Outcome as _, PASSWORD, World, address, options, over_stores, visit};

over_stores! {
    its_code_was_mailed_and_never_checked
    its_passwords_stood_in_clear
    its_admin_was_1111_1111
    its_log_in_was_one_for_the_whole_process
    its_code_was_one_for_the_whole_process
    its_secrets_had_defaults
    its_statements_were_put_together_from_what_was_typed
}

async fn its_code_was_mailed_and_never_checked(world: World) {
    let email = address("Asha");
    let flow = world.registers("Asha", &email).await;
    for typed in ["", " ", "0", "1111", "abcdef", "None", "1234567"] {
        let no = world.confirms(&flow, typed).await;
        assert!(no.is_err(), "{typed:?}");
    }
    let no = world
        .accounts
        .log_in(&email, PASSWORD, &visit())
        .await
        .unwrap();
    assert!(
        no.is_refused(),
        "there is no account before the code came back"
    );
}

async fn its_passwords_stood_in_clear(world: World) {
    world.customer("Asha").await;
    let range = RecordRange {
        shelf: "account".into(),
        limit: 10,
        ..RecordRange::default()
    };
    let records = world.store.records(&range).await.unwrap();
    assert!(
        records
            .iter()
            .all(|r| !r.body.contains(PASSWORD) && r.body.contains("$argon2id$"))
    );
}

async fn its_admin_was_1111_1111(world: World) {
    for (email, password) in [
        ("1111@bank.example", "1111"),
        ("admin@bank.example", "admin"),
    ] {
        assert!(
            world
                .accounts
                .log_in(email, password, &visit())
                .await
                .unwrap()
                .is_refused()
        );
    }
    let english = "en".parse().unwrap();
    let link = world
        .accounts
        .create_first_admin("Farah", &address("Farah"), english)
        .await
        .unwrap();
    let token = link.reveal().split('#').nth(1).unwrap().to_owned();
    for password in ["1111", "11111111", "admin123", "password"] {
        assert!(
            world
                .accounts
                .accept(&token, password, &visit())
                .await
                .is_err(),
            "{password}"
        );
    }
}

async fn its_log_in_was_one_for_the_whole_process(world: World) {
    let asha = world.customer("Asha").await;
    let ravi = world.customer("Ravi").await;
    let (meera, _) = world.staff("Meera", Role::Agent).await;
    for (session, name) in [(&asha, "Asha"), (&ravi, "Ravi"), (&meera, "Meera")] {
        assert_eq!(world.who(&session.token).await.unwrap().name, name);
    }
    // Another process knows them as well, and an end here is one there.
    let other = world.again(options());
    assert!(other.session(asha.token.reveal()).await.unwrap().is_some());
    world.accounts.end(asha.token.reveal()).await.unwrap();
    assert!(other.session(asha.token.reveal()).await.unwrap().is_none());
    assert!(world.who(&ravi.token).await.is_some());
}

async fn its_code_was_one_for_the_whole_process(world: World) {
    let asha = world.registers("Asha", &address("Asha")).await;
    let ravi = world.registers("Ravi", &address("Ravi")).await;
    let code = world.code_for(&address("Ravi")).await;
    let no = world.confirms(&asha, &code).await.unwrap_err();
    assert_eq!(no.code(), "code_wrong");
    let code = world.code_for(&address("Asha")).await;
    let _ = world.confirms(&asha, &code).await.unwrap().session();
    let code = world.code_for(&address("Ravi")).await;
    let new = world.confirms(&ravi, &code).await.unwrap().session();
    assert!(matches!(new.session.who, Who::Account(a) if a.name == "Ravi"));
}

async fn its_secrets_had_defaults(world: World) {
    let store = std::sync::Arc::new(world.store.clone());
    let post = std::sync::Arc::new(world.post.clone());
    let none = AccountsOptions::default();
    let no = crcore_adapters::accounts::Accounts::new(store, world.clock.clone(), post, none);
    assert_eq!(no.unwrap_err().code(), "secrets");
}

async fn its_statements_were_put_together_from_what_was_typed(world: World) {
    world.customer("Asha").await;
    for typed in [
        "' OR '1'='1",
        "asha@example.test'--",
        "\"; DROP TABLE accounts; --",
        "%",
        "asha%@example.test",
        "asha@example.test\0",
        "\u{202e}asha@example.test",
    ] {
        let answer = world
            .accounts
            .log_in(typed, "' OR '1'='1' --", &visit())
            .await;
        assert!(
            answer.map_or(true, |log_in| log_in.is_refused()),
            "{typed:?}"
        );
        let filter = crcore_adapters::accounts::PeopleFilter {
            name: Some(typed.into()),
            ..Default::default()
        };
        let found = world
            .accounts
            .people(Actor::System, &filter, None, 10)
            .await
            .unwrap();
        assert!(found.accounts.is_empty(), "{typed:?}");
    }
    let done = world.logs_in("Asha", PASSWORD).await;
    assert!(matches!(done, LogIn::Done(_)));
}

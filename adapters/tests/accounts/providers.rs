//! Logging in through a provider.

use crcore::Role;
use crcore_adapters::accounts::{LogIn, ProviderIdentity};

use crate::world::{Outcome as _, PASSWORD, World, address, over_stores, visit};

over_stores! {
    a_trusted_providers_word_makes_a_customer_and_logs_in_again
    a_trusted_provider_links_to_a_confirmed_address_and_the_owner_is_told
    an_unverified_address_links_to_nothing
    an_untrusted_providers_word_on_an_address_is_not_taken
    a_provider_without_an_address_is_asked_no_further
    the_owner_links_from_the_profile_and_nobody_else
    the_last_way_in_is_not_unlinked
    the_staffs_second_factor_is_owed_after_a_provider_too
    an_identity_is_issuer_and_subject_and_not_an_address
    what_a_host_keeps_of_a_log_in_is_there_once_and_for_ten_minutes
}

fn identity(issuer: &str, subject: &str, email: Option<&str>, verified: bool) -> ProviderIdentity {
    ProviderIdentity {
        issuer: format!("https://{issuer}.example"),
        subject: subject.into(),
        email: email.map(str::to_owned),
        email_verified: verified,
        name: Some("Asha Rao".into()),
        language: Some("hi".into()),
    }
}

async fn a_trusted_providers_word_makes_a_customer_and_logs_in_again(world: World) {
    let asha = identity("id.bank", "s-1", Some("asha@example.test"), true);
    let first = world.comes_by(&asha).await.session();
    let account = first.session.account().unwrap();
    assert_eq!(
        (account.role, account.name.as_str()),
        (Role::Customer, "Asha Rao")
    );
    assert!(account.profile_pending() && !account.has_password);
    let again = world.comes_by(&asha).await.session();
    assert_eq!(again.session.account().unwrap().id, account.id);
}

async fn a_trusted_provider_links_to_a_confirmed_address_and_the_owner_is_told(world: World) {
    let new = world.customer("Asha").await;
    let asha = identity("id.bank", "s-1", Some("ASHA@example.test"), true);
    let linked = world.comes_by(&asha).await.session();
    assert_eq!(
        linked.session.account().unwrap().id,
        new.session.account().unwrap().id
    );
    let letters = world.letters().await;
    assert!(
        letters.contains(&"asha@example.test account-linked".to_owned()),
        "{letters:?}"
    );
}

async fn an_unverified_address_links_to_nothing(world: World) {
    world.customer("Asha").await;
    let mallory = identity("id.bank", "s-2", Some("asha@example.test"), false);
    let next = world.comes_by(&mallory).await;
    let LogIn::ConfirmAddress(flow) = next else {
        panic!("a code first, got {next:?}");
    };
    let letter = world.letter(&address("Asha"), "account-known").await;
    assert!(!letter.variables.contains_key("code"));
    let no = world.confirms(&flow, "000000").await.unwrap_err();
    assert_eq!(no.code(), "code_wrong");
    assert!(
        world
            .accounts
            .by_identity(&mallory.issuer, "s-2")
            .await
            .unwrap()
            .is_none()
    );
}

async fn an_untrusted_providers_word_on_an_address_is_not_taken(world: World) {
    world.customer("Asha").await;
    let mallory = identity("evil", "s-1", Some("asha@example.test"), true);
    let next = world.comes_by(&mallory).await;
    assert!(matches!(next, LogIn::ConfirmAddress(_)), "{next:?}");
    world.letter(&address("Asha"), "account-known").await;
    // For somebody new, our own code makes it sure.
    let ravi = identity("evil", "s-2", Some("ravi@example.test"), true);
    let LogIn::ConfirmAddress(flow) = world.comes_by(&ravi).await else {
        panic!("a code first");
    };
    let code = world.code_for(&address("Ravi")).await;
    let new = world.confirms(&flow, &code).await.unwrap().session();
    let again = world.comes_by(&ravi).await.session();
    assert_eq!(
        again.session.account().unwrap().id,
        new.session.account().unwrap().id
    );
}

async fn a_provider_without_an_address_is_asked_no_further(world: World) {
    let asha = identity("social", "s-1", None, false);
    let LogIn::AskAddress(flow) = world.comes_by(&asha).await else {
        panic!("an address first");
    };
    let next = world
        .accounts
        .give_address(flow.reveal(), "asha@example.test", &visit())
        .await;
    let LogIn::ConfirmAddress(flow) = next.unwrap() else {
        panic!("a code first");
    };
    let code = world.code_for(&address("Asha")).await;
    let _ = world.confirms(&flow, &code).await.unwrap().session();
    let _ = world.comes_by(&asha).await.session();
}

async fn the_owner_links_from_the_profile_and_nobody_else(world: World) {
    let asha = world.customer("Asha").await;
    let ravi = world.customer("Ravi").await;
    let social = identity("social", "s-1", None, false);
    let linked = world
        .accounts
        .link(asha.token.reveal(), &social)
        .await
        .unwrap();
    assert_eq!(linked.identities.len(), 1);
    world.letter(&address("Asha"), "account-linked").await;
    let taken = world
        .accounts
        .link(ravi.token.reveal(), &social)
        .await
        .unwrap_err();
    assert_eq!(taken.code(), "identity_taken");
    let back = world.comes_by(&social).await.session();
    assert_eq!(back.session.account().unwrap().id, linked.id);
    world.minutes(11);
    let late = world
        .accounts
        .link(asha.token.reveal(), &identity("social", "s-2", None, false))
        .await;
    assert_eq!(late.unwrap_err().code(), "prove_again");
    let proved = world
        .accounts
        .prove_with(asha.token.reveal(), &social)
        .await
        .unwrap();
    let gone = world
        .accounts
        .unlink(proved.token.reveal(), &social.issuer, "s-1")
        .await
        .unwrap();
    assert!(world.who(&gone.token).await.unwrap().identities.is_empty());
    assert!(
        world
            .accounts
            .by_identity(&social.issuer, "s-1")
            .await
            .unwrap()
            .is_none()
    );
}

async fn the_last_way_in_is_not_unlinked(world: World) {
    let asha = identity("id.bank", "s-1", Some("asha@example.test"), true);
    let new = world.comes_by(&asha).await.session();
    let token = new.token.reveal();
    let no = world
        .accounts
        .unlink(token, &asha.issuer, "s-1")
        .await
        .unwrap_err();
    assert_eq!(no.code(), "last_way_in");
    let new = world
        .accounts
        .change_password(token, None, PASSWORD)
        .await
        .unwrap();
    let new = world
        .accounts
        .unlink(new.token.reveal(), &asha.issuer, "s-1")
        .await
        .unwrap();
    assert!(world.who(&new.token).await.is_some());
    let _ = world.logs_in("Asha", PASSWORD).await.session();
}

async fn the_staffs_second_factor_is_owed_after_a_provider_too(world: World) {
    world.staff("Meera", Role::Agent).await;
    let meera = identity("id.bank", "s-9", Some("meera@example.test"), true);
    let next = world.comes_by(&meera).await;
    assert!(matches!(next, LogIn::SecondFactor(_)), "{next:?}");
}

async fn an_identity_is_issuer_and_subject_and_not_an_address(world: World) {
    let asha = identity("id.bank", "s-1", Some("asha@example.test"), true);
    let first = world.comes_by(&asha).await.session();
    // The same person under another address is the same account.
    let moved = identity("id.bank", "s-1", Some("asha.rao@example.test"), true);
    let again = world.comes_by(&moved).await.session();
    assert_eq!(
        again.session.account().unwrap().id,
        first.session.account().unwrap().id
    );
    // The same subject at another provider is somebody else.
    let other = identity("social", "s-1", None, false);
    let next = world.comes_by(&other).await;
    assert!(matches!(next, LogIn::AskAddress(_)));
    let none = identity("social", "", None, false);
    let no = world
        .accounts
        .log_in_with(&none, &visit())
        .await
        .unwrap_err();
    assert_eq!(no.code(), "identity_invalid");
}

async fn what_a_host_keeps_of_a_log_in_is_there_once_and_for_ten_minutes(world: World) {
    let accounts = &world.accounts;
    let token = accounts
        .go_abroad("state and nonce", &visit())
        .await
        .unwrap();
    assert_eq!(
        accounts.come_back(token.reveal()).await.unwrap(),
        "state and nonce"
    );
    let twice = accounts.come_back(token.reveal()).await.unwrap_err();
    assert_eq!(twice.code(), "flow_over");
    let token = accounts
        .go_abroad("state and nonce", &visit())
        .await
        .unwrap();
    world.minutes(10);
    let late = accounts.come_back(token.reveal()).await.unwrap_err();
    assert_eq!(late.code(), "flow_over");
    let long = "x".repeat(8 * 1024 + 1);
    let no = accounts.go_abroad(&long, &visit()).await.unwrap_err();
    assert_eq!(no.code(), "kept_long");
}

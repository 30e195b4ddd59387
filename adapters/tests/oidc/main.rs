//! Log-in through a provider: a certified one in a process of its own, with the faults that a provider can
//! have, and a local server that speaks OAuth 2 alone.

#![cfg(feature = "oidc")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of a test may fail it"
)]

mod faults;
mod oauth;
mod provider;

use chrono::TimeDelta;
use crcore_adapters::oidc::{Callback, OidcOptions, OidcProvider, Provider as _, ProviderError};
use crcore_adapters::oidc::{Pending, Step};
use provider::{Browser, provider};

#[tokio::test]
async fn a_person_signs_in_and_is_who_the_provider_says() {
    let real = provider!({});
    let desk = real.desk();
    let language = "hi".parse().unwrap();
    let begun = desk.begin(Some(&language)).await.unwrap();
    for expected in [
        "response_type=code",
        "code_challenge_method=S256",
        "scope=openid+email+profile",
        "ui_locales=hi",
    ] {
        assert!(
            begun.url.query().unwrap().contains(expected),
            "{expected}: {}",
            begun.url
        );
    }
    let callback = Browser::default().sign_in(&begun, "asha").await;

    // What the host keeps meanwhile survives its store.
    let kept = serde_json::to_string(&begun.pending).unwrap();
    let pending: Pending = serde_json::from_str(&kept).unwrap();
    assert_eq!(pending.provider(), "test");

    let person = desk.finish(pending, callback).await.unwrap();
    assert_eq!(person.issuer, real.issuer);
    assert_eq!(person.subject, "asha");
    assert_eq!(
        person.email.as_deref(),
        Some("asha@example.test"),
        "from the userinfo endpoint"
    );
    assert!(person.email_verified);
    assert_eq!(person.name.as_deref(), Some("Asha Rao"));
    assert_eq!(person.language.as_deref(), Some("hi"));
}

#[tokio::test]
async fn a_provider_that_wants_the_secret_in_the_body_and_says_all_in_the_token_is_understood() {
    let real = provider!({"auth": "client_secret_post", "claimsInToken": true});
    let desk = real.desk();
    let begun = desk.begin(None).await.unwrap();
    let callback = Browser::default().sign_in(&begun, "asha").await;
    real.fault("500 at /me").await;
    let person = desk.finish(begun.pending, callback).await.unwrap();
    assert_eq!(person.email.as_deref(), Some("asha@example.test"));
    assert!(person.email_verified);
}

#[tokio::test]
async fn an_address_that_the_provider_did_not_verify_is_handed_on_as_that() {
    for options in [
        serde_json::json!({}),
        serde_json::json!({"claimsInToken": true}),
    ] {
        let real = provider!(options);
        let desk = real.desk();
        let begun = desk.begin(None).await.unwrap();
        let callback = Browser::default().sign_in(&begun, "ravi").await;
        let person = desk.finish(begun.pending, callback).await.unwrap();
        assert_eq!(person.email.as_deref(), Some("ravi@example.test"));
        assert!(!person.email_verified);
    }
}

#[tokio::test]
async fn a_person_without_an_address_is_somebody_all_the_same() {
    let real = provider!({});
    let desk = real.desk_with(|options| options.scopes.clear());
    let begun = desk.begin(None).await.unwrap();
    let callback = Browser::default().sign_in(&begun, "asha").await;
    let person = desk.finish(begun.pending, callback).await.unwrap();
    assert_eq!(person.subject, "asha");
    assert_eq!((person.email, person.email_verified), (None, false));
}

#[tokio::test]
async fn a_person_who_cancels_has_declined() {
    let real = provider!({});
    let desk = real.desk();
    let begun = desk.begin(None).await.unwrap();
    let callback = Browser::default().cancel(&begun).await;
    let refused = desk.finish(begun.pending, callback).await.unwrap_err();
    assert_eq!(refused, ProviderError::Declined);
    assert!(refused.again());
}

#[tokio::test]
async fn an_answer_to_another_log_in_is_not_taken() {
    let real = provider!({});
    let desk = real.desk();
    let (mine, theirs) = (
        desk.begin(None).await.unwrap(),
        desk.begin(None).await.unwrap(),
    );
    let callback = Browser::default().sign_in(&theirs, "asha").await;
    let not_ours = |part| Err(ProviderError::NotOurs { part });

    // The state of another log-in, none at all, and an error that somebody made up.
    let found = desk.finish(mine.pending.clone(), callback.clone()).await;
    assert_eq!(found, not_ours("state"));
    let no_state = Callback {
        state: None,
        ..callback.clone()
    };
    assert_eq!(
        desk.finish(mine.pending.clone(), no_state).await,
        not_ours("state")
    );
    let made_up = Callback {
        error: Some("access_denied".into()),
        ..Callback::default()
    };
    assert_eq!(
        desk.finish(mine.pending.clone(), made_up).await,
        not_ours("state")
    );

    // The issuer of another provider, or none where this one announces that it sends it.
    let elsewhere = Callback {
        iss: Some("https://another.example".into()),
        ..callback.clone()
    };
    assert_eq!(
        desk.finish(theirs.pending.clone(), elsewhere).await,
        not_ours("issuer")
    );
    let no_issuer = Callback {
        iss: None,
        ..callback.clone()
    };
    assert_eq!(
        desk.finish(theirs.pending.clone(), no_issuer).await,
        not_ours("issuer")
    );

    let no_code = Callback {
        code: None,
        ..callback.clone()
    };
    assert_eq!(
        desk.finish(theirs.pending.clone(), no_code).await,
        not_ours("code")
    );
    let other = real.desk_with(|options| options.name = "other".into());
    assert_eq!(
        other.finish(theirs.pending.clone(), callback.clone()).await,
        not_ours("provider")
    );

    // What is left is the true one.
    assert_eq!(
        desk.finish(theirs.pending, callback).await.unwrap().subject,
        "asha"
    );
}

#[tokio::test]
async fn a_code_of_another_log_in_is_worth_nothing() {
    let real = provider!({});
    let desk = real.desk();
    let (mine, theirs) = (
        desk.begin(None).await.unwrap(),
        desk.begin(None).await.unwrap(),
    );
    let mut stolen = Browser::default().sign_in(&theirs, "asha").await;
    let own = Browser::default().sign_in(&mine, "ravi").await;
    stolen.state = own.state;
    // The state is ours; the code belongs to another verifier.
    let refused = desk.finish(mine.pending, stolen).await.unwrap_err();
    let code = "invalid_grant";
    assert_eq!(
        refused,
        ProviderError::Refused {
            step: Step::Token,
            code
        }
    );
}

#[tokio::test]
async fn a_code_is_good_once() {
    let real = provider!({});
    let desk = real.desk();
    let begun = desk.begin(None).await.unwrap();
    let callback = Browser::default().sign_in(&begun, "asha").await;
    let first = desk.finish(begun.pending.clone(), callback.clone()).await;
    assert_eq!(first.unwrap().subject, "asha");
    let again = desk.finish(begun.pending, callback).await.unwrap_err();
    let code = "invalid_grant";
    assert_eq!(
        again,
        ProviderError::Refused {
            step: Step::Token,
            code
        }
    );
    assert!(again.again(), "a new log-in is another matter");
}

#[tokio::test]
async fn a_log_in_that_takes_too_long_is_over() {
    let real = provider!({});
    let desk = real.desk();
    let begun = desk.begin(None).await.unwrap();
    let callback = Browser::default().sign_in(&begun, "asha").await;
    real.clock.advance(TimeDelta::minutes(10));
    let late = desk.finish(begun.pending, callback).await.unwrap_err();
    assert_eq!(late, ProviderError::TooLate);
    assert!(late.again());
}

#[tokio::test]
async fn wrong_options_are_named() {
    let real = provider!({});
    let refused = |change: fn(&mut OidcOptions)| {
        let mut options = real.options();
        change(&mut options);
        match OidcProvider::new(options, real.clock.clone()) {
            Err(ProviderError::Options { option, .. }) => option,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(|o| o.name = "Two words".into()), "name");
    assert_eq!(
        refused(|o| o.issuer = "http://id.bank.example".into()),
        "issuer"
    );
    assert_eq!(refused(|o| o.issuer = "nowhere".into()), "issuer");
    assert_eq!(refused(|o| o.client_id = " ".into()), "client_id");
    assert_eq!(
        refused(|o| o.redirect = "ftp://127.0.0.1/".into()),
        "redirect"
    );
    assert_eq!(
        refused(|o| o
            .transport
            .authorities
            .push("-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n".into())),
        "authorities"
    );

    // What the provider does not know is its word, and nobody tries again.
    let desk = real.desk_with(|options| options.client_secret = Some("another".into()));
    let begun = desk.begin(None).await.unwrap();
    let callback = Browser::default().sign_in(&begun, "asha").await;
    let refused = desk.finish(begun.pending, callback).await.unwrap_err();
    let code = "invalid_client";
    assert_eq!(
        refused,
        ProviderError::Refused {
            step: Step::Token,
            code
        }
    );
    assert!(!refused.again());
    let desk = real.desk_with(|options| options.issuer.push('/'));
    let refused = desk.begin(None).await.unwrap_err().to_string();
    assert!(refused.contains("another issuer"), "{refused}");
}

#[test]
fn nothing_that_is_secret_is_shown() {
    let options = OidcOptions {
        client_secret: Some("asha.secret".into()),
        ..OidcOptions::default()
    };
    assert!(!format!("{options:?}").contains("asha.secret"));
    let callback = Callback {
        code: Some("asha.secret".into()),
        ..Callback::default()
    };
    assert!(!format!("{callback:?}").contains("asha.secret"));
    let pending = serde_json::json!({
        "provider": "test", "state": "asha.secret", "nonce": "asha.secret", "verifier": "asha.secret",
        "expires_at": "2026-03-02T09:00:00Z",
    });
    let pending: Pending = serde_json::from_value(pending).unwrap();
    assert!(!format!("{pending:?}").contains("asha.secret"));
}

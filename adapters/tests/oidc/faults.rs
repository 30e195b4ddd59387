//! A provider that is wrong, hostile, or not there.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use crcore_adapters::oidc::{Check, Provider as _, ProviderError, Step};

use crate::provider::{Browser, provider};

#[tokio::test]
async fn a_token_that_fails_a_check_lets_nobody_in() {
    let real = provider!({});
    for (fault, check) in [
        ("audience", Check::Audience),
        ("audiences", Check::Audience),
        ("party", Check::Audience),
        ("issuer", Check::Issuer),
        ("nonce", Check::Nonce),
        ("no nonce", Check::Nonce),
        ("access token", Check::AccessToken),
        ("unsigned", Check::Signature),
        ("shared secret", Check::Signature),
        ("stranger", Check::Signature),
        ("content", Check::Signature),
        ("no id token", Check::Form),
    ] {
        let refused = real.log_in_with(fault).await.unwrap_err();
        assert_eq!(refused, ProviderError::Untrusted(check), "{fault}");
        assert!(!refused.again(), "{fault}");
    }
    assert_eq!(real.log_in_with("").await.as_deref(), Ok("asha"));
}

#[tokio::test]
async fn a_profile_of_somebody_else_is_not_taken() {
    let real = provider!({});
    let refused = real.log_in_with("another subject").await.unwrap_err();
    let step = Step::Profile;
    assert!(
        matches!(refused, ProviderError::Unusable { step: s, .. } if s == step),
        "{refused}"
    );
}

#[tokio::test]
async fn a_token_that_is_over_lets_nobody_in_and_clocks_may_differ_a_little() {
    let real = provider!({"lives": 120});
    for (seconds, expected) in [
        (0, Ok("asha")),
        (150, Ok("asha")),
        (200, Err(Check::Expiry)),
        (-50, Ok("asha")),
        (-90, Err(Check::IssuedAt)),
    ] {
        let desk = real.desk();
        let begun = desk.begin(None).await.unwrap();
        let callback = Browser::default().sign_in(&begun, "asha").await;
        real.clock.advance(TimeDelta::seconds(seconds));
        let found = desk.finish(begun.pending, callback).await;
        real.clock.advance(TimeDelta::seconds(-seconds));
        let found = found.map(|person| person.subject);
        let expected = expected.map(String::from).map_err(ProviderError::Untrusted);
        assert_eq!(found, expected, "{seconds} s");
    }
}

#[tokio::test]
async fn keys_that_changed_are_fetched_anew() {
    let real = provider!({});
    let desk = real.desk();
    for _ in 0..2 {
        let begun = desk.begin(None).await.unwrap();
        let callback = Browser::default().sign_in(&begun, "asha").await;
        let found = desk.finish(begun.pending, callback).await;
        assert_eq!(found.unwrap().subject, "asha");
        real.rotate().await;
    }
    // Known once, they are not asked for again.
    let begun = desk.begin(None).await.unwrap();
    let callback = Browser::default().sign_in(&begun, "asha").await;
    desk.finish(begun.pending, callback).await.unwrap();
    let begun = desk.begin(None).await.unwrap();
    let callback = Browser::default().sign_in(&begun, "asha").await;
    real.fault("500 at /jwks").await;
    desk.finish(begun.pending, callback).await.unwrap();
}

#[tokio::test]
async fn a_description_is_kept_for_an_hour() {
    let real = provider!({});
    let desk = real.desk();
    desk.begin(None).await.unwrap();
    real.fault("500 at openid-configuration").await;
    real.clock.advance(TimeDelta::minutes(59));
    desk.begin(None).await.unwrap();
    real.clock.advance(TimeDelta::minutes(1));
    let refused = desk.begin(None).await.unwrap_err();
    let step = Step::Discovery;
    assert_eq!(
        refused,
        ProviderError::Unavailable {
            step,
            why: "it answered 500".into()
        }
    );
}

#[tokio::test]
async fn a_provider_that_goes_away_says_so_in_time_and_can_be_tried_again() {
    let real = provider!({});
    for (path, step) in [("/token", Step::Token), ("/me", Step::Profile)] {
        for (kind, why) in [
            ("500", "it answered 500"),
            ("503", "it answered 503"),
            ("429", "it answered 429"),
            ("cut", "the connection broke off"),
            ("flood", "it answered more than 262144 bytes"),
        ] {
            let refused = real
                .log_in_with(&format!("{kind} at {path}"))
                .await
                .unwrap_err();
            let why = why.to_owned();
            assert_eq!(
                refused,
                ProviderError::Unavailable { step, why },
                "{kind} at {path}"
            );
            assert!(refused.again());
        }
    }
    let fault = "500 at openid-configuration";
    real.fault(fault).await;
    assert!(
        real.desk().begin(None).await.unwrap_err().again(),
        "{fault}"
    );
    real.fault("").await;

    let desk = real.desk();
    let begun = desk.begin(None).await.unwrap();
    let callback = Browser::default().sign_in(&begun, "asha").await;
    let nowhere = real.desk();
    real.stop().await;
    let refused = desk.finish(begun.pending, callback).await.unwrap_err();
    let why = String::from("no connection, or no secure one");
    assert_eq!(
        refused,
        ProviderError::Unavailable {
            step: Step::Token,
            why: why.clone()
        }
    );
    let refused = nowhere.begin(None).await.unwrap_err();
    assert_eq!(
        refused,
        ProviderError::Unavailable {
            step: Step::Discovery,
            why
        }
    );
    assert!(refused.again());
}

#[tokio::test]
async fn a_provider_that_hangs_is_waited_for_no_longer_than_said() {
    let real = provider!({});
    for fault in [
        "hang at openid-configuration",
        "stall at openid-configuration",
        "hang at /jwks",
    ] {
        let desk = real.desk_with(|o| o.transport.timeout = Duration::from_millis(300));
        real.fault(fault).await;
        let from = Instant::now();
        let refused = desk.begin(None).await.unwrap_err();
        assert!(
            from.elapsed() < Duration::from_secs(5),
            "{fault}: {:?}",
            from.elapsed()
        );
        let why = "no answer within 0.3 s".to_owned();
        let step = Step::Discovery;
        assert_eq!(refused, ProviderError::Unavailable { step, why }, "{fault}");
    }
}

#[tokio::test]
async fn what_nobody_can_read_is_no_answer_and_is_not_quoted() {
    let real = provider!({});
    for (fault, step) in [
        ("moved at openid-configuration", Step::Discovery),
        ("words at openid-configuration", Step::Discovery),
        ("404 at openid-configuration", Step::Discovery),
        ("another name", Step::Discovery),
        ("words at /token", Step::Token),
        ("moved at /token", Step::Token),
        ("400 at /token", Step::Token),
        ("words at /me", Step::Profile),
        ("401 at /me", Step::Profile),
    ] {
        let refused = if step == Step::Discovery {
            real.fault(fault).await;
            let refused = real.desk().begin(None).await.unwrap_err();
            real.fault("").await;
            refused
        } else {
            real.log_in_with(fault).await.unwrap_err()
        };
        assert!(
            matches!(refused, ProviderError::Unusable { step: s, .. } if s == step),
            "{fault}: {refused}"
        );
        assert!(!refused.again(), "{fault}");
        assert!(
            !format!("{refused} {refused:?}").contains("asha"),
            "{fault}: {refused:?}"
        );
    }
}

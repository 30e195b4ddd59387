//! One's own account: details, ways in, sessions.

use axum::http::StatusCode;
use crcore::Role;
use crcore_adapters::accounts::PROVED_FOR;

use super::{
    PASSWORD, account, address, age, earlier, is_in, log_in, mailed, mails_to, next_code, plain,
    secret, session_key, token,
};
use crate::web::tests::support::{Site, code, unmarked};

const OTHER: &str = "seven green chairs in the river";

#[tokio::test]
async fn a_customer_is_asked_about_themselves_once_and_can_change_it_later() {
    let site = Site::open().await;
    account(&site, Role::Customer, "Asha").await;
    let mut browser = site.browser();
    log_in(&mut browser, "Asha", "/services").await;
    browser.get("/account/profile?next=/services").await;
    assert!(browser.page.contains("A few questions, once") && browser.page.contains("Not now"));
    let fields = [
        ("name", "Asha Rao"),
        ("phone", ""),
        ("branch", ""),
        ("language", "hi"),
        ("channel", "phone"),
        ("consents", "ratings"),
        ("next", "/services"),
    ];
    let seen = browser.follow("/account/profile", &fields).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.page.contains("Enter your telephone number"));
    assert!(
        browser.page.contains("value=\"Asha Rao\""),
        "what was typed is kept"
    );
    let mut fields = fields;
    fields[1].1 = "+91 98200 00000";
    let seen = browser.submit("/account/profile", &fields).await;
    assert_eq!(seen.location(), "/services");
    browser.get("/account").await;
    assert!(browser.page.contains("lang=\"hi\"") && browser.page.contains("Asha Rao"));
    assert!(browser.page.contains("+91 98200 00000"));
    // The desk writes to them in their language from now on, and nobody asks again.
    let mut other = site.browser();
    let seen = log_in(&mut other, "Asha", "/services").await;
    assert_eq!(seen.location(), "/services");
}

#[tokio::test]
async fn whoever_does_not_want_to_say_is_not_asked_again() {
    let site = Site::open().await;
    account(&site, Role::Customer, "Asha").await;
    let mut browser = site.browser();
    log_in(&mut browser, "Asha", "/").await;
    browser.get("/account/profile").await;
    let fields = [("skip", "yes"), ("next", "/services")];
    let seen = browser.submit("/account/profile", &fields).await;
    assert_eq!(seen.location(), "/services");
    let seen = log_in(&mut site.browser(), "Asha", "/services").await;
    assert_eq!(seen.location(), "/services");
}

#[tokio::test]
async fn a_password_is_changed_by_the_one_before_and_others_are_signed_out() {
    let site = Site::open().await;
    let (mut browser, _) = site.someone(Role::Customer, "Asha").await;
    let mut other = site.browser();
    log_in(&mut other, "Asha", "/").await;
    let before = browser.clone();
    browser.get("/account/password").await;
    for mark in [
        "autocomplete=\"current-password\"",
        "autocomplete=\"new-password\"",
    ] {
        assert!(browser.page.contains(mark), "{mark}");
    }
    let wrong = [("current_password", "1111"), ("password", OTHER)];
    let seen = browser.follow("/account/password", &wrong).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.page.contains("This is not right"));
    let right = [("current_password", PASSWORD), ("password", OTHER)];
    browser.follow("/account/password", &right).await;
    assert!(browser.page.contains("Your password is changed") && is_in(&browser).await);
    assert!(
        !is_in(&other).await && !is_in(&before).await,
        "and the token is another"
    );
    let told = &mails_to(&site, "Asha").await[0];
    assert!(told.contains("password"), "its owner is told: {told}");
}

#[tokio::test]
async fn an_address_is_changed_by_a_code_to_the_new_one() {
    let site = Site::open().await;
    let (mut browser, _) = site.someone(Role::Customer, "Asha").await;
    account(&site, Role::Customer, "Ravi").await;
    browser.get("/account/address").await;
    // Somebody else's: the same answer, and no code is right.
    browser
        .follow("/account/address", &[("email", &address("Ravi"))])
        .await;
    let taken = unmarked(&browser.page).replace(&address("Ravi"), "ADDRESS");
    browser.get("/account/address").await;
    browser
        .follow("/account/address", &[("email", &address("New"))])
        .await;
    let free = unmarked(&browser.page).replace(&address("New"), "ADDRESS");
    assert_eq!(free, taken);
    let code = mailed(&site, "New").await;
    browser
        .follow("/account/address/code", &[("code", &code)])
        .await;
    assert!(
        browser.page.contains("Your e-mail address is changed"),
        "{}",
        browser.page
    );
    assert!(browser.page.contains("new@example.test") && is_in(&browser).await);
    assert!(
        mails_to(&site, "Asha")
            .await
            .iter()
            .any(|mail| !mail.contains(&code))
    );
    let mut old = site.browser();
    log_in(&mut old, "Asha", "/").await;
    assert!(!is_in(&old).await);
}

#[tokio::test]
async fn how_one_logs_in_is_changed_only_by_whoever_has_just_shown_who_they_are() {
    let site = Site::open().await;
    let (mut browser, _) = site.someone(Role::Customer, "Asha").await;
    // Who they are was shown a while ago.
    let key = session_key(token(&browser));
    age(&site, "session", &key, |kept, _| {
        kept["proved_at"] = earlier(&kept["proved_at"], PROVED_FOR);
    })
    .await;
    browser.get("/account").await;
    for path in [
        "/account/factor",
        "/account/recovery",
        "/account/factor/remove",
    ] {
        let seen = browser.submit(path, &[]).await;
        assert_eq!(seen.location(), "/account/prove?next=/account", "{path}");
    }
    let seen = browser
        .submit("/account/address", &[("email", "eve@example.test")])
        .await;
    assert_eq!(seen.location(), "/account/prove?next=/account/address");
    browser.get("/account/prove?next=/account/address").await;
    let seen = browser
        .follow("/account/prove", &[("current_password", "1111")])
        .await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("current_password", PASSWORD), ("next", "/account/address")];
    let seen = browser.submit("/account/prove", &fields).await;
    assert_eq!(seen.location(), "/account/address");
    browser.get("/account/address").await;
    assert!(browser.page.contains("Change your e-mail address"));
}

#[tokio::test]
async fn a_customer_sets_up_a_second_factor_and_turns_it_off() {
    let site = Site::open().await;
    let (mut browser, _) = site.someone(Role::Customer, "Asha").await;
    browser.get("/account").await;
    browser.follow("/account/factor", &[]).await;
    let secret = secret(&browser.page);
    let seen = browser
        .follow("/log-in/set-up", &[("code", &code(&secret))])
        .await;
    assert_eq!(seen.status, StatusCode::OK);
    assert_eq!(browser.page.matches("<code>").count(), 10);
    let first = browser.page.split("<code>").nth(1).unwrap();
    let first = first.split('<').next().unwrap().to_owned();
    let seen = browser.get("/log-in/set-up").await;
    assert!(!seen.text().contains(&first), "they are shown once");
    let mut other = site.browser();
    let seen = log_in(&mut other, "Asha", "/").await;
    assert_eq!(seen.location(), "/log-in/factor");
    other.get("/log-in/factor").await;
    other
        .submit("/log-in/factor", &[("code", &next_code(&secret))])
        .await;
    assert!(is_in(&other).await);
    other.get("/account").await;
    assert!(other.page.contains("10 recovery codes are left"));
    other.follow("/account/recovery", &[]).await;
    assert!(!other.page.contains(&first) && other.page.matches("<code>").count() == 10);
    other.get("/account").await;
    other.follow("/account/factor/remove", &[]).await;
    assert!(other.page.contains("The second step is off"));
    let seen = log_in(&mut site.browser(), "Asha", "/services").await;
    assert!(!seen.location().contains("factor"));
}

#[tokio::test]
async fn the_staff_cannot_turn_their_second_factor_off() {
    let site = Site::open().await;
    let (mut browser, _) = site.someone(Role::Agent, "Meera").await;
    browser.get("/account").await;
    assert!(!plain(&browser).contains("/account/factor/remove"));
    let seen = browser.submit("/account/factor/remove", &[]).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    let seen = browser.get("/account/profile").await;
    assert_eq!(
        seen.status,
        StatusCode::NOT_FOUND,
        "customers are asked, staff are not"
    );
}

#[tokio::test]
async fn one_sees_ones_sessions_and_ends_them() {
    let site = Site::open().await;
    let (mut browser, _) = site.someone(Role::Customer, "Asha").await;
    let mut other = site.browser();
    let agent = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0";
    other.headers.insert("user-agent", agent.into());
    log_in(&mut other, "Asha", "/").await;
    let (mut stranger, _) = site.someone(Role::Customer, "Ravi").await;
    browser.get("/account").await;
    let page = plain(&browser);
    assert!(page.contains("Firefox, Windows") && page.contains("this one"));
    let (_, after) = page.split_once("action=\"/account/sessions/").unwrap();
    let path = format!("/account/sessions/{}", after.split('"').next().unwrap());
    stranger.get("/account").await;
    assert!(!stranger.page.contains("Firefox, Windows"));
    let seen = stranger.submit(&path, &[]).await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND, "another's session");
    assert!(is_in(&other).await);
    browser.follow(&path, &[]).await;
    assert!(browser.page.contains("It is signed out") && !is_in(&other).await);
    log_in(&mut other, "Asha", "/").await;
    browser.get("/account").await;
    browser.follow("/account/sessions/end-others", &[]).await;
    assert!(is_in(&browser).await && !is_in(&other).await);
    assert!(browser.page.contains("Signed in"), "what happened lately");
}

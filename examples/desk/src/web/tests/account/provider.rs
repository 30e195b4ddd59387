//! Logging in through a provider: one that speaks OAuth 2, on this machine.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use crcore::Role;
use serde_json::{Value, json};

use super::{account, address, is_in, log_in, mailed, plain};
use crate::web::settings::{Provider, ProviderKind};
use crate::web::tests::support::{Browser, Seen, Site};

/// Who the provider says is there; nobody while it refuses.
type Person = Arc<Mutex<Option<Value>>>;

/// A provider of whom the profile of one person can be had for the code `good`.
async fn provider(person: Person) -> String {
    async fn token(State(person): State<Person>, body: String) -> (StatusCode, Json<Value>) {
        if !body.contains("code=good") || person.lock().unwrap().is_none() {
            let refused = json!({"error": "invalid_grant"});
            return (StatusCode::BAD_REQUEST, Json(refused));
        }
        let token = json!({"access_token": "t0ken", "token_type": "Bearer"});
        (StatusCode::OK, Json(token))
    }
    async fn profile(State(person): State<Person>) -> Json<Value> {
        Json(person.lock().unwrap().clone().unwrap_or_default())
    }
    let router = Router::new()
        .route("/token", post(token))
        .route("/profile", get(profile))
        .with_state(person);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn open(trusted: bool) -> (Site, Person) {
    let person: Person = Arc::default();
    let issuer = provider(Arc::clone(&person)).await;
    let site = Site::with(|settings| {
        settings.demo = true;
        let provider = Provider {
            kind: ProviderKind::Oauth2,
            issuer: issuer.clone(),
            label: "Other Bank".into(),
            client_id: "desk".into(),
            client_secret: "secret".into(),
            trusted,
            authorize_url: format!("{issuer}/authorize"),
            token_url: format!("{issuer}/token"),
            profile_url: format!("{issuer}/profile"),
        };
        let name = "other-bank".parse().unwrap();
        settings.providers.insert(name, provider);
    });
    (site.await, person)
}

fn is(person: &Person, subject: &str, name: &str, verified: bool) {
    let said = json!({
        "sub": subject, "name": name, "email": address(name), "email_verified": verified,
    });
    *person.lock().unwrap() = Some(said);
}

async fn send(browser: &mut Browser, path: &str) -> Seen {
    let request = Request::get(path).body(axum::body::Body::empty());
    browser.send(request.unwrap()).await
}

/// Leaves for the provider; gives the state that it is to send back.
async fn leave(browser: &mut Browser, path: &str) -> String {
    let seen = send(browser, path).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    let to = seen.location();
    assert!(
        to.contains("/authorize?") && to.contains("code_challenge_method=S256"),
        "{to}"
    );
    let (_, state) = to.split_once("state=").unwrap();
    state.split('&').next().unwrap().to_owned()
}

fn back(code: &str, state: &str) -> String {
    format!("/log-in/back/other-bank?code={code}&state={state}")
}

#[tokio::test]
async fn somebody_new_comes_in_through_a_provider_that_the_bank_trusts() {
    let (site, person) = open(true).await;
    is(&person, "1", "Asha", true);
    let mut browser = site.browser();
    browser.get("/log-in?next=/services").await;
    assert!(browser.page.contains("Sign in with Other Bank"));
    let state = leave(&mut browser, "/log-in/with/other-bank?next=/services").await;
    let before = browser.clone();
    let seen = send(&mut browser, &back("good", &state)).await;
    assert_eq!(seen.location(), "/account/profile?next=/services");
    assert!(is_in(&browser).await);
    browser.get("/").await;
    assert!(browser.page.contains("Asha"));
    // Brought back a second time it is worth nothing.
    let mut again = before;
    again.page = send(&mut again, &back("good", &state)).await.text();
    assert!(again.page.contains("brought back before") && !is_in(&again).await);
    // Known from now on.
    let mut other = site.browser();
    let state = leave(&mut other, "/log-in/with/other-bank").await;
    send(&mut other, &back("good", &state)).await;
    assert!(is_in(&other).await);
}

#[tokio::test]
async fn an_answer_that_this_browser_did_not_ask_for_lets_nobody_in() {
    let (site, person) = open(true).await;
    is(&person, "1", "Asha", true);
    let mut thief = site.browser();
    let state = leave(&mut thief, "/log-in/with/other-bank").await;
    // Another browser with the thief's answer, and one whose own answer has another state.
    let mut victim = site.browser();
    let seen = send(&mut victim, &back("good", &state)).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    leave(&mut victim, "/log-in/with/other-bank").await;
    let seen = send(&mut victim, &back("good", &state)).await;
    assert!(seen.text().contains("Nothing happened") && !is_in(&victim).await);
    let seen = send(&mut site.browser(), "/log-in/with/nobody").await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_log_in_that_fails_or_is_stopped_says_so_plainly() {
    let (site, person) = open(true).await;
    let mut browser = site.browser();
    let state = leave(&mut browser, "/log-in/with/other-bank?next=/services").await;
    let stopped = format!("/log-in/back/other-bank?error=access_denied&state={state}");
    browser.page = send(&mut browser, &stopped).await.text();
    assert!(browser.page.contains("You, or the provider, stopped it"));
    assert!(plain(&browser).contains("href=\"/log-in?next=/services\""));
    is(&person, "1", "Asha", true);
    let state = leave(&mut browser, "/log-in/with/other-bank").await;
    let seen = send(&mut browser, &back("wrong", &state)).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!is_in(&browser).await);
}

#[tokio::test]
async fn an_address_that_nobody_made_sure_of_is_confirmed_and_takes_no_account_over() {
    let (site, person) = open(false).await;
    account(&site, Role::Customer, "Asha").await;
    // The provider claims an address that is somebody's here.
    is(&person, "1", "Asha", false);
    let mut thief = site.browser();
    let state = leave(&mut thief, "/log-in/with/other-bank").await;
    let seen = send(&mut thief, &back("good", &state)).await;
    assert_eq!(seen.location(), "/register/code");
    assert!(!is_in(&thief).await);
    thief.get("/register/code").await;
    thief.follow("/register/code", &[("code", "000000")]).await;
    assert!(thief.page.contains("The code is not right"));
    // Somebody new confirms it and is in.
    is(&person, "2", "Ravi", false);
    let mut browser = site.browser();
    let state = leave(&mut browser, "/log-in/with/other-bank").await;
    send(&mut browser, &back("good", &state)).await;
    browser.get("/register/code").await;
    let code = mailed(&site, "Ravi").await;
    browser.submit("/register/code", &[("code", &code)]).await;
    assert!(is_in(&browser).await);
}

#[tokio::test]
async fn a_provider_without_an_address_is_asked_for_one() {
    let (site, person) = open(true).await;
    *person.lock().unwrap() = Some(json!({"sub": "3", "name": "Ravi"}));
    let mut browser = site.browser();
    let state = leave(&mut browser, "/log-in/with/other-bank?next=/services").await;
    let seen = send(&mut browser, &back("good", &state)).await;
    assert_eq!(seen.location(), "/log-in/address");
    browser.get("/log-in/address").await;
    browser
        .follow("/log-in/address", &[("email", &address("Ravi"))])
        .await;
    let code = mailed(&site, "Ravi").await;
    let seen = browser.submit("/register/code", &[("code", &code)]).await;
    assert_eq!(seen.location(), "/account/profile?next=/services");
}

#[tokio::test]
async fn a_provider_is_linked_by_its_owner_alone_and_unlinked_again() {
    let (site, person) = open(false).await;
    account(&site, Role::Customer, "Asha").await;
    let mut browser = site.browser();
    log_in(&mut browser, "Asha", "/").await;
    // A link that another site made carries no mark of this browser.
    let seen = send(&mut browser, "/log-in/with/other-bank?for=link&mark=AAAA").await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    browser.get("/account").await;
    let page = plain(&browser).replace("&amp;", "&");
    let (_, after) = page.split_once("href=\"/log-in/with/other-bank").unwrap();
    let path = format!(
        "/log-in/with/other-bank{}",
        after.split('"').next().unwrap()
    );
    let seen = send(&mut site.browser(), &path).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN, "nor in another browser");
    is(&person, "7", "Somebody", false);
    let state = leave(&mut browser, &path).await;
    browser.get(&back("good", &state)).await;
    assert!(browser.page.contains("It is linked") && browser.page.contains("Linked since"));
    let mut other = site.browser();
    let state = leave(&mut other, "/log-in/with/other-bank").await;
    send(&mut other, &back("good", &state)).await;
    assert!(is_in(&other).await);
    browser
        .follow("/account/providers/other-bank/unlink", &[])
        .await;
    assert!(browser.page.contains("It is not linked any more") && is_in(&browser).await);
    assert!(!is_in(&other).await);
}

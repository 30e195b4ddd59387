//! Registering, codes by mail, forgotten passwords, invitations.

use axum::http::StatusCode;
use crcore::ticket::Language;
use crcore::{Actor, AgentId, Clock as _, Role, SystemClock};
use crcore_adapters::accounts::{CODE_LIFE, Invitation};
use uuid::Uuid;

use super::{
    PASSWORD, account, address, age, earlier, hash, is_in, log_in, mailed, mails_to, plain, secret,
    unmarked,
};
use crate::web::tests::support::{Browser, Seen, Site, code};

const OTHER: &str = "seven green chairs in the river";

async fn register(browser: &mut Browser, name: &str, password: &str) -> Seen {
    browser.get("/register?next=/services").await;
    let email = address(name);
    let fields = [
        ("name", name),
        ("email", &*email),
        ("password", password),
        ("next", "/services"),
    ];
    browser.submit("/register", &fields).await
}

#[tokio::test]
async fn somebody_registers_with_a_mailed_code_and_is_in() {
    let site = Site::open().await;
    let mut browser = site.browser();
    let seen = register(&mut browser, "Asha", OTHER).await;
    assert_eq!(seen.location(), "/register/code");
    browser.get("/register/code").await;
    assert!(
        browser
            .page
            .contains("We have sent a code to asha@example.test")
    );
    assert!(browser.page.contains("autocomplete=\"one-time-code\""));
    let code = mailed(&site, "Asha").await;
    // Another browser with the same code gets nothing.
    let mut thief = site.browser();
    register(&mut thief, "Ravi", OTHER).await;
    thief.get("/register/code").await;
    thief.follow("/register/code", &[("code", &code)]).await;
    assert!(!is_in(&thief).await);
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    let seen = browser.submit("/register/code", &[("code", &spaced)]).await;
    assert_eq!(seen.location(), "/account/profile?next=/services");
    assert!(is_in(&browser).await);
    browser.get("/").await;
    assert!(browser.page.contains("Your account is ready.") && browser.page.contains("Asha"));
    // Sent again: it is over.
    let mut again = site.browser();
    log_in(&mut again, "Asha", "/").await;
    assert!(
        !is_in(&again).await,
        "with the password that was chosen and no other"
    );
}

#[tokio::test]
async fn a_registration_that_is_not_right_says_what_is_expected_and_keeps_the_rest() {
    let site = Site::open().await;
    let mut browser = site.browser();
    for (name, email, password, said) in [
        ("", "asha@example.test", OTHER, "Enter your name"),
        (
            "Asha",
            "asha",
            OTHER,
            "Enter an e-mail address in the right form",
        ),
        ("Asha", "asha@example.test", "", "Choose a password"),
        (
            "Asha",
            "asha@example.test",
            "short",
            "with at least 15 characters",
        ),
        (
            "Asha",
            "asha@example.test",
            "passwordpassword",
            "harder to guess",
        ),
        (
            "Asha",
            "asha@example.test",
            "examplebankasha asha",
            "harder to guess",
        ),
    ] {
        browser.get("/register").await;
        let fields = [("name", name), ("email", email), ("password", password)];
        let seen = browser.follow("/register", &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        assert!(plain(&browser).contains(said), "{said}: {}", browser.page);
        assert!(
            browser.page.contains(&format!("value=\"{email}\"")),
            "{said}"
        );
        assert!(
            password.is_empty() || !browser.page.contains(password),
            "{said}"
        );
        assert!(browser.page.contains("There is a problem"));
    }
}

#[tokio::test]
async fn a_known_and_an_unknown_address_get_the_same_answer_everywhere() {
    let site = Site::open().await;
    account(&site, Role::Customer, "Known").await;
    let mut told = Vec::new();
    for name in ["Known", "Nobody"] {
        let mut browser = site.browser();
        let mut answers = Vec::new();
        let email = address(name);
        register(&mut browser, name, OTHER).await;
        browser.get("/register/code").await;
        answers.push(unmarked(&browser));
        browser
            .follow("/register/code", &[("code", "000000")])
            .await;
        answers.push(unmarked(&browser));
        browser.follow("/register/again", &[]).await;
        answers.push(unmarked(&browser));
        browser.get("/log-in/code").await;
        browser.follow("/log-in/code", &[("email", &email)]).await;
        answers.push(unmarked(&browser));
        browser
            .follow("/log-in/mailed", &[("code", "000000")])
            .await;
        answers.push(unmarked(&browser));
        browser.get("/forgot").await;
        browser.follow("/forgot", &[("email", &email)]).await;
        answers.push(unmarked(&browser));
        let hidden = |page: String| page.replace(&email, "ADDRESS").replace(name, "NAME");
        told.push(answers.into_iter().map(hidden).collect::<Vec<_>>());
    }
    assert_eq!(told[0], told[1]);
    assert!(told[0][5].contains("If there is an account with this address"));
    // Its owner hears of it, and of no code.
    let mails = mails_to(&site, "Known").await;
    let registered = mails
        .iter()
        .find(|mail| mail.contains("https://care.bank.example/log-in"));
    assert!(registered.is_some(), "{mails:?}");
}

#[tokio::test]
async fn a_mailed_code_can_be_guessed_at_five_times_and_another_one_asked_for() {
    let site = Site::open().await;
    let mut browser = site.browser();
    register(&mut browser, "Asha", OTHER).await;
    let first = mailed(&site, "Asha").await;
    browser.get("/register/code").await;
    let wrong = if first == "111111" {
        "222222"
    } else {
        "111111"
    };
    for _ in 0..5 {
        browser.follow("/register/code", &[("code", wrong)]).await;
        assert!(browser.page.contains("The code is not right"));
    }
    browser.follow("/register/code", &[("code", &first)]).await;
    assert!(browser.page.contains("Ask for another one") && !is_in(&browser).await);
    browser.follow("/register/again", &[]).await;
    assert!(browser.page.contains("Another code is on its way"));
    let second = mailed(&site, "Asha").await;
    browser.follow("/register/code", &[("code", &second)]).await;
    assert!(is_in(&browser).await);
}

#[tokio::test]
async fn a_mailed_code_is_good_for_ten_minutes() {
    let site = Site::open().await;
    let mut browser = site.browser();
    register(&mut browser, "Asha", OTHER).await;
    let code = mailed(&site, "Asha").await;
    let trip = browser
        .cookies
        .iter()
        .find(|(name, _)| name.ends_with("-register"));
    let trip = data_encoding::BASE64URL_NOPAD.decode(trip.unwrap().1.as_bytes());
    let trip: serde_json::Value = serde_json::from_slice(&trip.unwrap()).unwrap();
    let key = hash(trip["token"].as_str().unwrap());
    age(&site, "account-flow", &key, |flow, _| {
        flow["code"]["until"] = earlier(&flow["code"]["until"], CODE_LIFE);
    })
    .await;
    browser.get("/register/code").await;
    let seen = browser.follow("/register/code", &[("code", &code)]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.page.contains("Ask for another one") && !is_in(&browser).await);
}

#[tokio::test]
async fn whoever_runs_the_desk_sees_which_questions_people_cannot_answer() {
    let site = Site::open().await;
    let mut browser = site.browser();
    register(&mut browser, "Asha", "short").await;
    register(&mut browser, "Asha", OTHER).await;
    let admin = Actor::Admin(AgentId::from(Uuid::from_u128(1)));
    let today = SystemClock.now().date_naive();
    let quality = site
        .app
        .desk
        .form_quality(admin, today, today.succ_opt().unwrap())
        .await
        .unwrap();
    let register = quality
        .iter()
        .find(|form| form.form.as_str() == "register")
        .unwrap();
    assert_eq!((register.submissions, register.with_error), (2, 1));
    assert_eq!(
        register.by_question.keys().next().unwrap().as_str(),
        "password"
    );
}

#[tokio::test]
async fn a_customer_logs_in_by_a_mailed_code_and_nobody_of_the_staff_does() {
    let site = Site::open().await;
    account(&site, Role::Customer, "Asha").await;
    account(&site, Role::Agent, "Meera").await;
    let mut browser = site.browser();
    browser.get("/log-in/code?next=/services").await;
    let fields = [("email", &*address("Asha")), ("next", "/services")];
    browser.follow("/log-in/code", &fields).await;
    let code = mailed(&site, "Asha").await;
    let seen = browser.submit("/log-in/mailed", &[("code", &code)]).await;
    assert_eq!(seen.location(), "/account/profile?next=/services");
    assert!(is_in(&browser).await);
    let mut other = site.browser();
    other.get("/log-in/code").await;
    other
        .follow("/log-in/code", &[("email", &address("Meera"))])
        .await;
    assert!(mails_to(&site, "Meera").await.is_empty());
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_a_link_that_works_once() {
    let site = Site::open().await;
    let (browser, _) = site.someone(Role::Customer, "Asha").await;
    let mut other = site.browser();
    other.get("/forgot").await;
    other
        .follow("/forgot", &[("email", &address("Asha"))])
        .await;
    let mail = mails_to(&site, "Asha").await.remove(0);
    let (_, link) = mail.split_once("https://care.bank.example").unwrap();
    let link = link.split_whitespace().next().unwrap().to_owned();
    other.get(&link).await;
    assert!(other.page.contains("Choose a new password"));
    let seen = other.follow(&link, &[("password", "short")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(other.page.contains("with at least 15 characters"));
    other.submit(&link, &[("password", OTHER)]).await;
    assert!(
        is_in(&other).await && !is_in(&browser).await,
        "every other session ended"
    );
    let seen = site.browser().get(&link).await;
    assert_eq!(seen.status, StatusCode::GONE);
    let mut old = site.browser();
    log_in(&mut old, "Asha", "/").await;
    assert!(!is_in(&old).await, "{PASSWORD} is the old one");
    let seen = site.browser().get("/reset/no-such-link").await;
    assert_eq!(seen.status, StatusCode::GONE);
}

#[tokio::test]
async fn an_invitation_leads_to_a_password_and_a_second_factor_and_into_the_desk() {
    let site = Site::open().await;
    let admin = Actor::Admin(AgentId::from(Uuid::from_u128(1)));
    let invitation = Invitation::new(Role::Agent, "Meera", address("Meera"));
    let accounts = &site.app.accounts;
    accounts.invite(admin, &invitation).await.unwrap();
    let mail = mails_to(&site, "Meera").await.remove(0);
    let (_, link) = mail.split_once("https://care.bank.example").unwrap();
    let link = link.split_whitespace().next().unwrap().to_owned();
    let mut browser = site.browser();
    browser.get(&link).await;
    assert!(browser.page.contains("Meera") && browser.page.contains("Agent"));
    browser.follow(&link, &[("password", "1111")]).await;
    assert!(browser.page.contains("with at least 8 characters"));
    let seen = browser
        .submit(&link, &[("password", "owl7lamp river")])
        .await;
    assert_eq!(seen.location(), "/log-in/set-up");
    assert!(!is_in(&browser).await);
    browser.get("/log-in/set-up").await;
    let secret = secret(&browser.page);
    browser
        .submit("/log-in/set-up", &[("code", &code(&secret))])
        .await;
    assert!(is_in(&browser).await);
    assert_eq!(site.browser().get(&link).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn the_first_admin_comes_in_by_the_link_that_the_command_line_prints() {
    let site = Site::open().await;
    let accounts = &site.app.accounts;
    let link = accounts.create_first_admin("Ravi", "ravi@example.test", Language::default());
    let link = link.await.unwrap();
    let path = link
        .reveal()
        .strip_prefix("https://care.bank.example")
        .unwrap();
    let mut browser = site.browser();
    browser.get(path).await;
    browser
        .follow(path, &[("password", "owl7lamp river")])
        .await;
    let secret = secret(&browser.page);
    browser
        .follow("/log-in/set-up", &[("code", &code(&secret))])
        .await;
    assert!(is_in(&browser).await);
    assert!(
        plain(&browser).contains("href=\"/admin\""),
        "the dashboard comes first"
    );
    assert_eq!(site.browser().get(path).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn nobody_registers_as_one_of_the_staff() {
    let site = Site::open().await;
    let mut browser = site.browser();
    browser.get("/register").await;
    let email = address("Eve");
    let fields = [
        ("name", "Eve"),
        ("email", &*email),
        ("password", OTHER),
        ("role", "admin"),
    ];
    browser.follow("/register", &fields).await;
    let code = mailed(&site, "Eve").await;
    browser.submit("/register/code", &[("code", &code)]).await;
    browser.get("/").await;
    assert!(browser.page.contains("Customer") && !browser.page.contains("Administrator"));
}

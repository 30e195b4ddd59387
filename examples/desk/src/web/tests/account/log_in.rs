//! Logging in, the second factor, sessions and their end.

use axum::http::StatusCode;
use crcore::{Actor, AgentId, Clock as _, Raise, Role, SystemClock};
use crcore_adapters::accounts::TOUCH_EVERY;
use uuid::Uuid;

use super::{
    PASSWORD, account, address, age, cookie, earlier, is_in, log_in, next_code, plain, secret,
    session_key, token, unmarked,
};
use crate::web::tests::support::{Browser, Site, code};

#[tokio::test]
async fn a_customer_logs_in_and_is_where_they_wanted_to_be() {
    let site = Site::with(|_| {}).await;
    account(&site, Role::Customer, "Asha").await;
    let mut browser = site.browser();
    let seen = log_in(&mut browser, "Asha", "/services?open=1").await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    let to = "/account/profile?next=/services%3Fopen%3D1";
    assert_eq!(seen.location(), to, "the profile is asked once, then on");
    let session = cookie(&seen, "__Host-crdesk-session");
    for flag in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(session.contains(flag), "{session} lacks {flag}");
    }
    assert!(!session.contains("Max-Age") && !session.contains("Expires"));
    assert!(is_in(&browser).await);
    browser.get("/").await;
    assert!(browser.page.contains("Asha"));
    let seen = browser.get("/session").await;
    let left: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
    assert!(
        (1_790..=1_800).contains(&left["left"].as_i64().unwrap()),
        "{left}"
    );
}

#[tokio::test]
async fn nobody_is_sent_to_another_site_after_the_log_in() {
    let site = Site::open().await;
    account(&site, Role::Customer, "Asha").await;
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        let mut browser = site.browser();
        let seen = log_in(&mut browser, "Asha", next).await;
        assert_eq!(seen.location(), "/account/profile?next=/", "{next}");
        let asked = crate::web::address::encode(next);
        let mut browser = site.browser();
        browser.get(&format!("/log-in?next={asked}")).await;
        assert!(
            plain(&browser).contains("name=\"next\" value=\"/\""),
            "{next}"
        );
    }
}

#[tokio::test]
async fn a_log_in_makes_the_token_before_it_worthless() {
    let site = Site::open().await;
    let (mut browser, _) = site.someone(Role::Customer, "Asha").await;
    let before = browser.clone();
    assert!(is_in(&before).await);
    // The page is there for whoever comes to it signed out; with a session it leads on.
    assert!(browser.get("/").await.status.is_success());
    let fields = [("email", &*address("Asha")), ("password", PASSWORD)];
    browser.submit("/log-in", &fields).await;
    assert!(is_in(&browser).await);
    assert!(!is_in(&before).await, "the old token opens nothing");
}

#[tokio::test]
async fn whoever_logs_out_is_out_and_the_browser_forgets() {
    let site = Site::open().await;
    let (mut browser, _) = site.someone(Role::Customer, "Asha").await;
    let kept = browser.clone();
    browser.get("/account").await;
    browser.submit("/account/factor", &[]).await;
    let under_way = |browser: &Browser| browser.cookies.keys().any(|name| name.ends_with("set-up"));
    assert!(under_way(&browser));
    let asked = browser.get("/log-out").await;
    assert_eq!(
        asked.status,
        StatusCode::METHOD_NOT_ALLOWED,
        "not by a link"
    );
    assert!(is_in(&browser).await);
    browser.get("/").await;
    let seen = browser.submit("/log-out", &[]).await;
    let cleared = seen.headers["clear-site-data"].to_str().unwrap();
    assert!(cleared.contains("\"cache\"") && cleared.contains("\"storage\""));
    assert!(!is_in(&browser).await && !is_in(&kept).await);
    assert!(
        !under_way(&browser),
        "nor is anything left for the next person"
    );
    browser.get("/").await;
    assert!(browser.page.contains("You are signed out.") && !browser.page.contains("Asha"));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let site = Site::open().await;
    account(&site, Role::Customer, "Asha").await;
    let mut pages = Vec::new();
    for name in ["Asha", "Nobody"] {
        let mut browser = site.browser();
        let mut of_one = Vec::new();
        for _ in 0..5 {
            browser.get("/log-in").await;
            let email = address(name);
            let fields = [("email", &*email), ("password", "1111"), ("next", "/")];
            let seen = browser.follow("/log-in", &fields).await;
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(
                !browser.page.contains("1111"),
                "a password comes back empty"
            );
            of_one.push(unmarked(&browser).replace(&email, "ADDRESS"));
        }
        pages.push(of_one);
    }
    assert_eq!(pages[0], pages[1]);
    assert!(pages[0][0].contains("The e-mail address or the password is not right"));
    assert!(
        pages[0][4].contains("You can try again in one minute"),
        "{}",
        pages[0][4]
    );
}

#[tokio::test]
async fn the_fixed_password_of_the_replaced_registry_opens_nothing() {
    let site = Site::open().await;
    account(&site, Role::Admin, "Ravi").await;
    for (email, password) in [
        ("ravi@example.test", "1111"),
        ("admin", "1111"),
        ("admin@example.test", "1111"),
        ("' OR '1'='1", "' OR '1'='1"),
    ] {
        let mut browser = site.browser();
        browser.get("/log-in").await;
        let fields = [("email", email), ("password", password)];
        let seen = browser.follow("/log-in", &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
        assert!(!is_in(&browser).await);
    }
}

/// Logs a person of the staff in for the first time; gives the app's secret and the recovery codes.
async fn set_up(browser: &mut Browser, name: &str) -> (String, Vec<String>) {
    let seen = log_in(browser, name, "/").await;
    assert_eq!(seen.location(), "/log-in/set-up");
    assert!(!is_in(browser).await, "the password alone opens nothing");
    browser.get("/log-in/set-up").await;
    assert!(browser.page.contains("<svg") && browser.page.contains("<path fill=\"#000\""));
    let secret = secret(&browser.page);
    let seen = browser
        .follow("/log-in/set-up", &[("code", "000000")])
        .await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.page.contains("The code is not right") && !is_in(browser).await);
    let typed = code(&secret);
    let typed = format!("{} {}", &typed[..3], &typed[3..]);
    let seen = browser.submit("/log-in/set-up", &[("code", &typed)]).await;
    assert_eq!(seen.status, StatusCode::OK);
    browser.page = seen.text();
    let codes = browser.page.split("<code>").skip(1);
    let codes = codes.map(|code| code.split('<').next().unwrap().to_owned());
    (secret, codes.collect())
}

#[tokio::test]
async fn the_staff_do_not_get_in_without_a_second_factor() {
    let site = Site::open().await;
    account(&site, Role::Agent, "Meera").await;
    let mut browser = site.browser();
    let (secret, codes) = set_up(&mut browser, "Meera").await;
    assert_eq!(codes.len(), 10);
    assert!(is_in(&browser).await && browser.page.contains("Meera"));
    assert!(
        plain(&browser).contains("href=\"/desk\""),
        "an agent's first page is the queue"
    );

    let mut other = site.browser();
    let seen = log_in(&mut other, "Meera", "/desk?view=mine").await;
    assert_eq!(seen.location(), "/log-in/factor");
    assert!(!is_in(&other).await);
    other.get("/log-in/factor").await;
    assert!(other.page.contains("autocomplete=\"one-time-code\""));
    let seen = other.follow("/log-in/factor", &[("code", "123456")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(other.page.contains("The code is not right"));
    let shown = next_code(&secret);
    let mut thief = other.clone();
    let seen = other.submit("/log-in/factor", &[("code", &shown)]).await;
    assert_eq!(seen.location(), "/desk?view=mine");
    assert!(is_in(&other).await);
    thief.follow("/log-in/factor", &[("code", &shown)]).await;
    assert!(!is_in(&thief).await, "a code is used once");

    // Without the phone: a recovery code, once.
    for works in [true, false] {
        let mut third = site.browser();
        log_in(&mut third, "Meera", "/").await;
        third.get("/log-in/factor?by=recovery").await;
        let fields = [("by", "recovery"), ("code", &*codes[0])];
        third.follow("/log-in/factor", &fields).await;
        assert_eq!(is_in(&third).await, works);
    }
}

#[tokio::test]
async fn a_second_factor_can_be_guessed_at_five_times() {
    let site = Site::open().await;
    account(&site, Role::Agent, "Meera").await;
    let (secret, _) = set_up(&mut site.browser(), "Meera").await;
    let mut browser = site.browser();
    log_in(&mut browser, "Meera", "/").await;
    browser.get("/log-in/factor").await;
    for _ in 0..5 {
        browser
            .follow("/log-in/factor", &[("code", "123456")])
            .await;
        assert!(browser.page.contains("The code is not right"));
    }
    let shown = next_code(&secret);
    browser.follow("/log-in/factor", &[("code", &shown)]).await;
    assert!(browser.page.contains("Begin again") && !is_in(&browser).await);
}

#[tokio::test]
async fn a_suspended_account_is_out_at_once() {
    let site = Site::open().await;
    let (browser, id) = site.someone(Role::Customer, "Asha").await;
    let admin = Actor::Admin(AgentId::from(Uuid::from_u128(1)));
    assert!(is_in(&browser).await);
    site.app.accounts.suspend(admin, id.into()).await.unwrap();
    assert!(!is_in(&browser).await);
    let mut again = site.browser();
    log_in(&mut again, "Asha", "/").await;
    assert!(!is_in(&again).await);
}

#[tokio::test]
async fn a_session_is_put_off_by_whoever_is_there_and_by_no_page_of_itself() {
    let site = Site::open().await;
    let (mut browser, _) = site.someone(Role::Customer, "Asha").await;
    browser.get("/").await;
    let key = session_key(token(&browser));
    let version = age(&site, "session", &key, |kept, _| {
        kept["seen_at"] = earlier(&kept["seen_at"], TOUCH_EVERY);
    })
    .await;
    let kept = async || {
        site.app
            .store
            .record("session", &key)
            .await
            .unwrap()
            .unwrap()
            .version
    };
    browser.clone().get("/session").await;
    browser.headers.insert("x-by-itself", "yes".into());
    browser.get("/").await;
    assert_eq!(
        kept().await,
        version,
        "what a page asks of itself is nothing done"
    );
    browser.headers.remove("x-by-itself");
    let seen = browser.submit("/session/extend", &[]).await;
    assert!(seen.status.is_success() && seen.text().contains("\"left\":"));
    assert_eq!(kept().await, version + 1);
    let mut stranger = site.browser();
    stranger.get("/").await;
    let seen = stranger.submit("/session/extend", &[]).await;
    assert!(
        seen.location().starts_with("/log-in?next="),
        "told to log in"
    );
}

#[tokio::test]
async fn whoever_was_idle_too_long_logs_in_and_goes_on_with_what_they_had_typed() {
    let site = Site::open().await;
    let (mut browser, asha) = site.someone(Role::Customer, "Asha").await;
    let actor = Actor::Customer(asha.into());
    let raise = Raise::new(asha.into(), "cards".parse().unwrap(), "Card lost");
    let done = site.app.desk.acting(actor).raise(raise).await.unwrap();
    let page = format!("/cases/{}", done.reference);
    browser.get(&page).await;
    let draft = format!("/drafts/reply/{}", done.ticket);
    browser
        .submit(&draft, &[("text", "I looked everywhere")])
        .await;
    age(
        &site,
        "session",
        &session_key(token(&browser)),
        |_, until| {
            *until = Some(SystemClock.now());
        },
    )
    .await;
    assert!(!is_in(&browser).await);
    // Sent too late: nothing is done, and they are asked to log in for the page that they were on.
    let referrer = format!("https://care.bank.example{page}");
    browser.headers.insert("referer", referrer);
    let reply = format!("{page}/reply");
    let seen = browser
        .submit(&reply, &[("text", "I looked everywhere")])
        .await;
    browser.headers.remove("referer");
    // Some references end with a sign that stands encoded in an address.
    let told = [("%24", "$"), ("%2A", "*"), ("%3D", "="), ("%7E", "~")]
        .iter()
        .fold(seen.location().to_owned(), |told, (code, sign)| {
            told.replace(code, sign)
        });
    assert_eq!(told, format!("/log-in?next={page}"));
    browser.get(seen.location()).await;
    assert!(
        browser
            .page
            .contains("If you had begun to write something, it is kept")
    );
    browser.get("/account/profile").await;
    log_in(&mut browser, "Asha", &page).await;
    browser.get("/account/profile").await;
    let fields = [("skip", "yes"), ("next", &*page)];
    let seen = browser.submit("/account/profile", &fields).await;
    assert_eq!(seen.location(), page);
    browser.get(&page).await;
    assert!(browser.page.contains("I looked everywhere"));
    let thread = site.app.desk.thread(actor, done.ticket).await.unwrap();
    let texts = thread.iter().filter_map(|entry| entry.text.as_deref());
    assert!(
        !texts.into_iter().any(|text| text.contains("everywhere")),
        "it was not sent"
    );
}

#[tokio::test]
async fn two_browsers_log_in_as_two_people_and_are_never_mixed() {
    let site = Site::open().await;
    account(&site, Role::Customer, "Asha").await;
    account(&site, Role::Customer, "Ravi").await;
    let (mut one, mut two) = (site.browser(), site.browser());
    log_in(&mut one, "Asha", "/").await;
    log_in(&mut two, "Ravi", "/").await;
    one.get("/").await;
    two.get("/").await;
    assert!(one.page.contains("Asha") && !one.page.contains("Ravi"));
    assert!(two.page.contains("Ravi") && !two.page.contains("Asha"));
    let mut nobody = site.browser();
    nobody.get("/").await;
    assert!(!nobody.page.contains("Asha") && !nobody.page.contains("Ravi"));
}

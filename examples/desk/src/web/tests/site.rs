//! What holds for the whole site.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use std::sync::Arc;

use crcore::{Actor, Clock as _, ManualClock, MemoryStore, Raise, Role, SystemClock};

use super::support::Site;

#[tokio::test]
async fn a_page_comes_in_the_readers_language() {
    let site = Site::open().await;
    let mut browser = site.browser();
    browser.get("/").await;
    assert!(browser.page.contains("How can we help?"));
    browser
        .headers
        .insert("accept-language", "hi-IN,hi;q=0.9,en;q=0.5".into());
    browser.get("/").await;
    assert!(browser.page.contains("lang=\"hi\"") && browser.page.contains("हम आपकी क्या मदद करें?"));
    let back = browser
        .submit("/preferences", &[("language", "en"), ("back", "/")])
        .await;
    assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, "/"));
    browser.get("/").await;
    assert!(browser.page.contains("lang=\"en\""));
}

#[tokio::test]
async fn nothing_runs_in_a_page_but_what_is_ours() {
    let site = Site::with(|_| {}).await;
    let seen = site.browser().get("/").await;
    let header = |name: &str| seen.headers[name].to_str().unwrap().to_owned();
    let policy = header("content-security-policy");
    assert!(
        policy.contains("script-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("x-frame-options"), "DENY");
    assert!(header("strict-transport-security").contains("max-age=31536000"));
    assert!(!seen.text().contains("<script>") && !seen.text().contains(" style=\""));
    let cookie = header("set-cookie");
    for flag in ["__Host-", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(flag), "{cookie} lacks {flag}");
    }
}

#[tokio::test]
async fn a_form_of_another_site_is_not_read() {
    let site = Site::open().await;
    let mut browser = site.browser();
    browser.get("/").await;
    let unmarked = [("theme".to_owned(), "dark".to_owned())];
    let seen = browser.post("/preferences", &unmarked).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    let mut stranger = site.browser();
    stranger.get("/").await;
    let borrowed = [("csrf".to_owned(), browser.csrf()), unmarked[0].clone()];
    assert_eq!(
        stranger.post("/preferences", &borrowed).await.status,
        StatusCode::FORBIDDEN
    );
    let request = Request::post("/preferences")
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(format!("csrf={}&theme=dark", browser.csrf())))
        .unwrap();
    assert_eq!(browser.send(request).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        browser
            .submit("/preferences", &[("theme", "dark")])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn what_is_not_there_is_a_page_and_for_programs_a_problem() {
    let site = Site::open().await;
    let mut browser = site.browser();
    let seen = browser.get("/no-such-page").await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    assert!(browser.page.contains("There is no such page"));
    browser.headers.insert("accept", "application/json".into());
    let seen = browser.get("/no-such-page").await;
    assert_eq!(seen.headers["content-type"], "application/problem+json");
    assert!(seen.text().contains("\"code\":\"not_found\""));
}

#[tokio::test]
async fn a_visitor_is_sent_to_log_in_and_back() {
    let site = Site::open().await;
    let (_, table) = crate::web::site::routes(site.app.clone());
    let closed = |route: &&crate::web::route::Route| {
        let people = !route.who.admits(None) && route.who != crate::web::route::Who::Program;
        people && route.method == "GET" && !route.path.contains('{')
    };
    for route in table.iter().filter(closed) {
        let request = Request::get(route.path).body(Body::empty()).unwrap();
        let seen = site.browser().send(request).await;
        let wanted = format!("/log-in?next={}", crate::web::address::encode(route.path));
        assert_eq!(seen.location(), wanted, "{}", route.path);
    }
}

#[tokio::test]
async fn two_people_in_two_browsers_are_never_taken_for_each_other() {
    let site = Site::open().await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    let (mut meera, _) = site.someone(Role::Agent, "Meera").await;
    for _ in 0..3 {
        asha.get("/").await;
        meera.get("/").await;
        assert!(asha.page.contains("Asha") && !asha.page.contains("Meera"));
        assert!(meera.page.contains("Meera") && !meera.page.contains("Asha"));
    }
}

#[tokio::test]
async fn a_token_that_is_none_opens_nothing() {
    let site = Site::open().await;
    let mut browser = site.browser();
    browser
        .headers
        .insert("authorization", "Bearer 1111".into());
    let seen = browser.get("/").await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
    assert!(!seen.text().contains("1111"));
}

#[tokio::test]
async fn who_asks_too_much_is_told_so_by_a_page_in_their_language_and_programs_by_a_problem() {
    let site = Site::with(|settings| {
        settings.demo = true;
        settings.limits.burst = 1;
        settings.limits.per_second = 1;
    })
    .await;
    for (name, value, media, said) in [
        ("accept-language", "en", "text/html", "Too much at once"),
        ("accept-language", "hi", "text/html", "एक साथ बहुत अधिक"),
        (
            "accept",
            "application/json",
            "application/problem+json",
            "too_many",
        ),
    ] {
        let mut browser = site.browser();
        browser.headers.insert(name, value.to_owned());
        let mut seen = browser.get("/help").await;
        // On a slow machine some more may be asked in the meantime.
        for _ in 0..50 {
            if seen.status == StatusCode::OK {
                seen = browser.get("/help").await;
            }
        }
        assert_eq!(seen.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(seen.headers["retry-after"], "1");
        let kind = seen.headers["content-type"].to_str().unwrap();
        assert!(kind.starts_with(media), "{kind}");
        assert!(seen.text().contains(said), "{}", seen.text());
    }
}

#[tokio::test]
async fn what_the_library_refuses_is_said_in_the_readers_language() {
    let site = Site::open().await;
    let (mut asha, id) = site.someone(Role::Customer, "Asha").await;
    let raise = Raise::new(id.into(), "cards".parse().unwrap(), "Card lost");
    let acting = site.app.desk.acting(Actor::Customer(id.into()));
    let raised = acting.raise(raise).await.unwrap();
    let case = format!("/cases/{}", raised.reference);
    let key = "k".repeat(1_000);
    let keyed = acting.clone().with_key(key.clone());
    let refused = keyed.reply(raised.ticket, "Hello").await.unwrap_err();
    let library = refused.to_string().chars().take(12).collect::<String>();
    for (language, said, sentence) in [
        ("en", "Something is missing or does not fit", true),
        ("hi", "कुछ छूट गया है या ठीक नहीं है", false),
    ] {
        asha.get(&case).await;
        let preference = [("language", language), ("back", case.as_str())];
        asha.follow("/preferences", &preference).await;
        let reply = [("key", key.as_str()), ("text", "Hello")];
        let seen = asha.submit(&format!("{case}/reply"), &reply).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(seen.text().contains(said), "{}", seen.text());
        assert_eq!(seen.text().contains(&library), sentence, "{}", seen.text());
    }
}

#[tokio::test]
async fn who_comes_while_all_places_are_taken_is_told_so_at_once() {
    let full = Site::with(|settings| settings.limits.at_once = 0).await;
    let seen = full.browser().get("/").await;
    assert_eq!(seen.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(seen.headers["retry-after"], "1");
}

#[tokio::test]
async fn nobody_makes_room_for_a_strangers_files() {
    let site = Site::open().await;
    let big = "a".repeat(super::super::form::FORM_MAX + 1);
    let pairs = ("application/x-www-form-urlencoded", format!("email={big}"));
    let parts =
        format!("--b\r\ncontent-disposition: form-data; name=\"email\"\r\n\r\n{big}\r\n--b--\r\n");
    for (kind, body) in [pairs, ("multipart/form-data; boundary=b", parts)] {
        let request = Request::post("/log-in").header("content-type", kind);
        let request = request.body(Body::from(body)).unwrap();
        let seen = site.browser().send(request).await;
        assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE, "{kind}");
    }
}

#[tokio::test]
async fn a_name_and_a_password_in_a_header_are_no_programs_token() {
    let site = Site::open().await;
    let mut browser = site.browser();
    browser.get("/").await;
    let fields = format!("theme=dark&csrf={}", browser.csrf());
    let request = Request::post("/preferences")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://evil.example")
        .header("authorization", "Basic YTpi")
        .body(Body::from(fields));
    let seen = browser.send(request.unwrap()).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_is_signed_out_hears_no_more() {
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let site = Site::by(clock.clone(), Arc::new(MemoryStore::new()), |_| {}).await;
    let pump = site.app.live.start(|_| {}).await.unwrap();
    let (mut asha, id) = site.someone(Role::Customer, "Asha").await;
    let raise = || async {
        let raise = Raise::new(id.into(), "cards".parse().unwrap(), "Charged twice");
        let desk = &site.app.desk;
        let done = desk.acting(Actor::System).raise(raise).await;
        done.unwrap();
    };
    let open = asha.clone();
    let (heard, ()) = tokio::join!(open.hear("/live/me", 5), async {
        while site.app.live.open() == 0 {
            tokio::task::yield_now().await;
        }
        raise().await;
        asha.get("/account").await;
        asha.submit("/log-out", &[]).await;
        clock.advance(chrono::TimeDelta::seconds(61));
        raise().await;
    });
    assert!(heard.len() < 5, "{heard:?}");
    pump.abort();
}

#[tokio::test]
async fn what_does_not_change_is_fetched_once_and_pages_travel_small() {
    let site = Site::offering().await;
    let visitor = site.browser();
    let ask = |path: &str, name: &str, value: &str| {
        let request = Request::get(path).header(name, value);
        visitor.ask(request.body(Body::empty()).unwrap())
    };
    let assets = crate::web::open::addresses();
    let is_style = |(name, _): &(&String, &String)| name.ends_with("desk.css");
    let (_, style) = assets.iter().find(is_style).unwrap();
    let hash = style.rsplit('.').nth(1).unwrap();
    assert!(hash.len() >= 16, "{style} changes with what is in it");
    let first = ask(style, "accept", "text/css").await;
    assert_eq!(first.status(), StatusCode::OK);
    let kept = first.headers()["cache-control"].to_str().unwrap();
    assert!(kept.contains("max-age="), "{kept}");
    let mark = first.headers()["etag"].to_str().unwrap();
    let again = ask(style, "if-none-match", mark).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    for coding in ["gzip", "br"] {
        let page = ask("/", "accept-encoding", coding).await;
        assert_eq!(page.headers()["content-encoding"], coding);
        assert_eq!(page.headers()["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn visits_are_counted_by_what_was_looked_for() {
    let site = Site::offering().await;
    let (mut ravi, _) = site.someone(Role::Admin, "Ravi").await;
    let mut visitor = site.browser();
    for page in ["/", "/services", "/services/cards", "/token", "/track"] {
        visitor.get(page).await;
    }
    visitor.get("/services").await;
    site.app.visits.count(&site.app.desk).await;
    let (from, to) = site.today();
    let days = site.app.desk.visits(Actor::System, from, to).await;
    let pages = &days.unwrap()[0].pages;
    let count = |page: &str| pages.get(&page.parse().unwrap()).copied();
    assert_eq!(count("services"), Some(2), "{pages:?}");
    for page in ["home", "service", "token", "track"] {
        assert_eq!(count(page), Some(1), "{page}");
    }
    ravi.get("/admin").await;
    assert!(ravi.page.contains("Numbers for a counter"), "{}", ravi.page);
}

#[tokio::test]
async fn one_source_has_not_every_live_connection() {
    let site = Site::with(|settings| settings.limits.live = 16).await;
    let (asha, _) = site.someone(Role::Customer, "Asha").await;
    let open = || asha.ask(Request::get("/live/me").body(Body::empty()).unwrap());
    let held = [open().await, open().await];
    assert!(held.iter().all(|held| held.status() == StatusCode::OK));
    assert_eq!(open().await.status(), StatusCode::SERVICE_UNAVAILABLE);
    drop(held);
    assert_eq!(open().await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_form_that_does_not_arrive_is_given_up() {
    let site = Site::with(|settings| settings.limits.header_seconds = 1).await;
    let silence = futures_util::stream::pending::<Result<&str, std::convert::Infallible>>();
    let request = Request::post("/log-in")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from_stream(silence));
    let answer = site.browser().ask(request.unwrap()).await;
    assert_eq!(answer.status(), StatusCode::REQUEST_TIMEOUT);
    assert!(
        answer.headers().contains_key("content-type"),
        "a page says it"
    );
}

//! A site over memory, and browsers to visit it with.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, Utc};
use crcore::ticket::Language;
use crcore::{Actor, Clock, MemoryStore, Role, Rules, Store, SystemClock};
use crcore_adapters::accounts::{LogIn, NewAccount, NewToken, Visit};
use futures_util::StreamExt as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::web::api::Scope;
use crate::web::app::App;
use crate::web::demo;
use crate::web::settings::Settings;

/// A site and its desk.
pub(crate) struct Site {
    pub(crate) app: App,
    router: Router,
    _files: tempfile::TempDir,
}

fn metrics() -> PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS
        .get_or_init(|| PrometheusBuilder::new().build_recorder().handle())
        .clone()
}

/// What an authenticator app shows now (RFC 6238) for a secret in base 32.
pub(crate) fn code(secret: &str) -> String {
    code_at(secret, SystemClock.now())
}

/// What it shows at an instant.
pub(crate) fn code_at(secret: &str, at: DateTime<Utc>) -> String {
    let secret = data_encoding::BASE32_NOPAD
        .decode(secret.as_bytes())
        .unwrap();
    let step = u64::try_from(at.timestamp()).unwrap() / 30;
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&secret).unwrap();
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let from = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes(digest[from..from + 4].try_into().unwrap());
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

impl Site {
    /// Over an empty store, as a demo.
    pub(crate) async fn open() -> Self {
        Self::with(|settings| settings.demo = true).await
    }

    /// As a demo that offers what the demo bank does.
    pub(crate) async fn offering() -> Self {
        Self::offering_with(|_| {}).await
    }

    /// The same, with other settings.
    pub(crate) async fn offering_with(change: impl FnOnce(&mut Settings)) -> Self {
        let site = Self::with(|settings| {
            settings.demo = true;
            change(settings);
        });
        let site = site.await;
        let catalogue = serde_json::from_str(demo::CATALOGUE).unwrap();
        let saved = site.app.desk.save_catalogue(Actor::System, catalogue, 0);
        saved.await.unwrap();
        site
    }

    /// Over an empty store, with other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::over(Arc::new(MemoryStore::new()), change).await
    }

    /// Over a store that holds something already.
    pub(crate) async fn over(store: Arc<dyn Store>, change: impl FnOnce(&mut Settings)) -> Self {
        Self::by(Arc::new(SystemClock), store, change).await
    }

    /// The same by another clock, from which every chance of the site follows.
    pub(crate) async fn by(
        clock: Arc<dyn Clock>,
        store: Arc<dyn Store>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let files = tempfile::tempdir().unwrap();
        let mut settings = Settings {
            public_url: "https://care.bank.example".into(),
            secrets: vec![
                data_encoding::HEXLOWER
                    .encode(&clock.random().unwrap())
                    .into(),
            ],
            ..Settings::default()
        };
        settings.files.place = files.path().display().to_string();
        settings.limits.burst = 100_000;
        change(&mut settings);
        let rules = Rules::from_json(demo::RULES).unwrap();
        let app = App::open_by(clock, settings, store, rules, metrics()).await;
        let app = app.unwrap_or_else(|failure| panic!("{failure}"));
        let router = crate::web::site::site(&app);
        Self {
            app,
            router,
            _files: files,
        }
    }

    /// The day that it is, and the next.
    pub(crate) fn today(&self) -> (chrono::NaiveDate, chrono::NaiveDate) {
        let today = self.app.clock.now().date_naive();
        (today, today + chrono::Days::new(1))
    }

    /// The browser of somebody who has an account and has just logged in, and their id.
    pub(crate) async fn someone(&self, role: Role, name: &str) -> (Browser, Uuid) {
        let password = "five ducks walk over the bridge";
        let account = NewAccount {
            id: None,
            role,
            name: name.to_owned(),
            email: format!("{}@example.test", name.to_lowercase().replace(' ', ".")),
            language: Language::default(),
            password: Some(password.into()),
        };
        let accounts = &self.app.accounts;
        let account = accounts.add(Actor::System, &account).await.unwrap();
        let visit = Visit {
            source: "test".into(),
            ..Visit::default()
        };
        let mut log_in = accounts
            .log_in(account.email.as_str(), password, &visit)
            .await
            .unwrap();
        if let LogIn::EnrolSecondFactor(flow) = &log_in {
            let enrolment = accounts.enrolment(flow.reveal()).await.unwrap();
            let code = code_at(enrolment.secret.reveal(), self.app.clock.now());
            let enrolled = accounts
                .confirm_enrolment(flow.reveal(), &code, &visit)
                .await;
            log_in = enrolled.unwrap().log_in;
        }
        let LogIn::Done(session) = log_in else {
            panic!("{log_in:?}");
        };
        let mut browser = self.browser();
        let cookie = self.app.cookies.make("session", session.token.reveal());
        browser
            .cookies
            .insert(cookie.name().to_owned(), cookie.value().to_owned());
        (browser, account.id.uuid())
    }

    /// A program with a token for these scopes.
    pub(crate) async fn program(&self, scopes: &[Scope]) -> Browser {
        let new = NewToken {
            service: None,
            agent: None,
            label: "a test's".to_owned(),
            scopes: scopes.iter().map(|scope| scope.name().to_owned()).collect(),
            life: chrono::TimeDelta::days(1),
        };
        let token = self.app.accounts.new_token(Actor::System, &new).await;
        let mut program = self.browser();
        let bearer = format!("Bearer {}", token.unwrap().0.reveal());
        program.headers.insert("authorization", bearer);
        program
    }

    /// A browser that has never been here.
    pub(crate) fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            origin: self.app.settings.origin().to_owned(),
            cookies: BTreeMap::new(),
            headers: BTreeMap::new(),
            page: String::new(),
        }
    }
}

/// A browser with its cookies and the page it shows.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    origin: String,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) headers: BTreeMap<&'static str, String>,
    pub(crate) page: String,
}

/// A page as a browser reads it: templates write a slash as `&#x2f;`.
fn shown(seen: &Seen) -> String {
    seen.text().replace("&#x2f;", "/")
}

/// A page without the marks of its forms, which are others each time.
pub(crate) fn unmarked(page: &str) -> String {
    const MARKS: [&str; 2] = ["name=\"csrf\" value=\"", "data-csrf=\""];
    let mut plain = String::new();
    let mut rest = page;
    let next = |rest: &str| {
        let ends = MARKS
            .iter()
            .filter_map(|mark| Some(rest.find(mark)? + mark.len()));
        ends.min()
    };
    while let Some(at) = next(rest) {
        plain += &rest[..at];
        rest = rest[at..].split_once('"').map_or("", |(_, after)| after);
    }
    plain + rest
}

/// An answer as a browser sees it.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn location(&self) -> &str {
        let location = self.headers.get(header::LOCATION);
        location.map_or("", |value| value.to_str().unwrap())
    }
}

impl Browser {
    /// One request, as this browser asks it.
    pub(crate) async fn ask(&self, mut request: Request<Body>) -> Response {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let headers = request.headers_mut();
        if !cookies.is_empty() {
            headers.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        for (name, value) in &self.headers {
            headers.insert(*name, value.parse().unwrap());
        }
        let peer = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000)));
        request.extensions_mut().insert(peer);
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// One request; no redirect is followed.
    pub(crate) async fn send(&mut self, request: Request<Body>) -> Seen {
        let response = self.ask(request).await;
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .to_owned();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (parts, body) = response.into_parts();
        // A stream never ends: whether it opens is all that is asked here.
        let media = parts.headers.get(header::CONTENT_TYPE);
        let body = match media.is_some_and(|m| m.as_bytes().starts_with(b"text/event-stream")) {
            true => Body::empty(),
            false => body,
        };
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .unwrap()
            .to_vec();
        Seen {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// Asks for a page, follows redirects, and shows it.
    pub(crate) async fn get(&mut self, path: &str) -> Seen {
        let mut path = path.to_owned();
        for _ in 0..5 {
            let request = Request::get(&path).body(Body::empty()).unwrap();
            let seen = self.send(request).await;
            if !seen.status.is_redirection() {
                self.page = shown(&seen);
                return seen;
            }
            path = seen.location().to_owned();
        }
        panic!("too many redirects at {path}");
    }

    /// The mark of the forms on the page that is shown.
    pub(crate) fn csrf(&self) -> String {
        let (_, after) = self
            .page
            .split_once("name=\"csrf\" value=\"")
            .expect("a form on the page");
        after.split('"').next().unwrap().to_owned()
    }

    /// Sends a form of the page that is shown; no redirect is followed.
    pub(crate) async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let mut pairs = vec![("csrf".to_owned(), self.csrf())];
        pairs.extend(
            fields
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
        );
        self.post(path, &pairs).await
    }

    /// Sends a form as it is given.
    pub(crate) async fn post(&mut self, path: &str, pairs: &[(String, String)]) -> Seen {
        let encode = crate::web::address::encode;
        let body: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, &self.origin)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body.join("&")))
            .unwrap();
        self.send(request).await
    }

    /// The first `count` events of a stream; whoever is answered otherwise hears nothing.
    pub(crate) async fn hear(&self, path: &str, count: usize) -> Vec<String> {
        self.hear_of("event: ", path, count).await
    }

    /// The same until `count` of them have `what` in them.
    pub(crate) async fn hear_of(&self, what: &str, path: &str, count: usize) -> Vec<String> {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = self.ask(request).await;
        let mut chunks = response.into_body().into_data_stream();
        let mut text = String::new();
        while text.matches(what).count() < count || !text.ends_with("\n\n") {
            let Some(chunk) = chunks.next().await else {
                break;
            };
            text += std::str::from_utf8(&chunk.unwrap()).unwrap();
        }
        text.split_terminator("\n\n").map(str::to_owned).collect()
    }

    /// Sends a form and shows where it leads.
    pub(crate) async fn follow(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let seen = self.submit(path, fields).await;
        if seen.status.is_redirection() {
            let next = seen.location().to_owned();
            return self.get(&next).await;
        }
        self.page = shown(&seen);
        seen
    }
}

//! Accounts, as people and attackers meet them.

mod join;
mod log_in;
mod own;
mod provider;
mod track;

use axum::http::header::SET_COOKIE;
use chrono::{DateTime, TimeDelta, Utc};
use crcore::ticket::Language;
use crcore::{Actor, Changes, Clock as _, Role, Shelf, SystemClock};
use crcore_adapters::accounts::{Account, NewAccount};

use serde_json::Value;
use sha2::Digest as _;

use super::support::{self, Browser, Seen, Site};

const PASSWORD: &str = "five ducks walk over the bridge";

/// Somebody with an account and a password, who has not logged in yet.
async fn account(site: &Site, role: Role, name: &str) -> Account {
    let account = NewAccount {
        id: None,
        role,
        name: name.to_owned(),
        email: address(name),
        language: Language::default(),
        password: Some(PASSWORD.into()),
    };
    let added = site.app.accounts.add(Actor::System, &account).await;
    added.unwrap()
}

fn address(name: &str) -> String {
    format!("{}@example.test", name.to_lowercase().replace(' ', "."))
}

/// Logs in by the page, up to whatever comes after the password.
async fn log_in(browser: &mut Browser, name: &str, next: &str) -> Seen {
    let page = format!("/log-in?next={}", crate::web::address::encode(next));
    browser.get(&page).await;
    let email = address(name);
    let fields = [("email", &*email), ("password", PASSWORD), ("next", next)];
    browser.submit("/log-in", &fields).await
}

/// Whether somebody is logged in in this browser.
async fn is_in(browser: &Browser) -> bool {
    let mut other = browser.clone();
    let request = axum::http::Request::get("/session");
    let seen = other.send(request.body(axum::body::Body::empty()).unwrap());
    seen.await.status.is_success()
}

/// The authenticator app's secret that a page shows.
fn secret(page: &str) -> String {
    let (_, after) = page.split_once("data-copy=\"").unwrap();
    after.split('"').next().unwrap().replace(' ', "")
}

/// What the app shows in the time step after this, as it is taken once a step has been used.
fn next_code(secret: &str) -> String {
    support::code_at(secret, SystemClock.now() + TimeDelta::seconds(30))
}

fn cookie(seen: &Seen, name: &str) -> String {
    let cookies = seen.headers.get_all(SET_COOKIE).iter();
    let mut cookies = cookies.map(|value| value.to_str().unwrap().to_owned());
    let found = cookies.find(|cookie| cookie.starts_with(name));
    found.unwrap_or_else(|| panic!("no cookie {name}"))
}

/// A page without what has to differ from browser to browser: the mark of its forms.
fn unmarked(browser: &Browser) -> String {
    browser.page.replace(&browser.csrf(), "MARK")
}

/// A page with its slashes as they are: templates write them as entities.
fn plain(browser: &Browser) -> String {
    browser.page.replace("&#x2f;", "/")
}

/// The mails to somebody, the latest first.
async fn mails_to(site: &Site, name: &str) -> Vec<String> {
    site.app.accounts.flush().await;
    let outbox = site.app.outbox.as_ref().unwrap();
    let mails = outbox.mails().into_iter();
    let theirs = mails.filter(|mail| mail.to == address(name));
    theirs.map(|mail| mail.text).collect()
}

/// The code in the latest mail to somebody.
async fn mailed(site: &Site, name: &str) -> String {
    let mail = mails_to(site, name).await.into_iter().next();
    let mail = mail.expect("a mail");
    let mut words = mail.split(|c: char| !c.is_ascii_digit());
    let code = words.find(|word| word.len() == 6).expect("a code");
    code.to_owned()
}

/// The token of the session that a browser has.
fn token(browser: &Browser) -> &str {
    let cookies = browser.cookies.iter();
    let mut session = cookies.filter(|(name, _)| name.ends_with("session"));
    session.next().expect("a session").1
}

/// Changes the record under `key` as if time had passed; gives the version that it had.
async fn age(
    site: &Site,
    shelf: &'static str,
    key: &str,
    change: impl Fn(&mut Value, &mut Option<DateTime<Utc>>),
) -> u64 {
    let store = &site.app.store;
    let record = store.record(shelf, key).await.unwrap().unwrap();
    let mut kept: Value = serde_json::from_str(&record.body).unwrap();
    let mut until = record.expires_at;
    change(&mut kept, &mut until);
    let shelf: Shelf<Value> = Shelf::new(shelf);
    let change = shelf.put(key, Some(record.version), &kept, until).unwrap();
    let changes = Changes {
        records: vec![change],
        ..Changes::default()
    };
    store.commit(&[changes]).await.remove(0).unwrap();
    record.version + 1
}

/// Where the session of a token is kept.
fn session_key(token: &str) -> String {
    format!("{}/{}", &token[..1], hash(token))
}

fn hash(token: &str) -> String {
    data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(token))
}

/// The same instant, so much earlier.
fn earlier(instant: &Value, by: TimeDelta) -> Value {
    let instant = DateTime::parse_from_rfc3339(instant.as_str().unwrap()).unwrap();
    (instant - by).to_rfc3339().into()
}

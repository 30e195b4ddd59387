//! Accounts, as people and attackers meet them.

mod join;
mod log_in;
mod own;
mod provider;
mod track;

use axum::http::header::SET_COOKIE;
use crcore::ticket::Language;
use crcore::{Actor, Clock as _, Role, SystemClock};
use crcore_adapters::accounts::{Account, NewAccount};

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
    support::code_at(secret, SystemClock.now() + chrono::TimeDelta::seconds(30))
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

/// Puts back by so much when whoever has this session proved who they are.
async fn age(site: &Site, token: &str, by: chrono::TimeDelta) {
    use sha2::Digest as _;
    let hash = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(token));
    let key = format!("{}/{hash}", &token[..1]);
    let store = &site.app.store;
    let record = store.record("session", &key).await.unwrap().unwrap();
    let mut kept: serde_json::Value = serde_json::from_str(&record.body).unwrap();
    let proved = kept["proved_at"].as_str().unwrap();
    let proved = chrono::DateTime::parse_from_rfc3339(proved).unwrap() - by;
    kept["proved_at"] = proved.to_rfc3339().into();
    let shelf: crcore::Shelf<serde_json::Value> = crcore::Shelf::new("session");
    let change = shelf.put(key, Some(record.version), &kept, record.expires_at);
    let changes = crcore::Changes {
        records: vec![change.unwrap()],
        ..crcore::Changes::default()
    };
    store.commit(&[changes]).await.remove(0).unwrap();
}

//! The desk as a bank runs it: settings, schema, first admin, server.

#![cfg(feature = "web")]
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod support;
#[path = "support/web.rs"]
mod web;

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use support::crdesk;
use web::{Browser, Server};

const SETTINGS: [&str; 2] = ["--settings", "desk.toml"];
const SECRET: &str = "a5e0c1f2b3d4a5e0c1f2b3d4a5e0c1f2b3d4";

fn settle(folder: &Path, store: &str, watch: &str) {
    let text = format!(
        "public_url = \"https://care.bank.example\"\nlisten = \"127.0.0.1:0\"\nstore = \"{store}\"\n\
         secrets = [\"{SECRET}\"]\ntrusted_proxies = [\"127.0.0.1/32\"]\n\
         [mail]\nhost = \"mail.bank.example\"\nfrom = \"care@bank.example\"\n\
         [watch]\nlisten = \"{watch}\"\n"
    );
    std::fs::write(folder.join("desk.toml"), text).expect("it is written");
}

fn with<'a>(command: &[&'a str]) -> Vec<&'a str> {
    [command, &SETTINGS].concat()
}

/// A server that ends with the test.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server, and the address that it says it listens at.
fn serve(folder: &Path) -> (Serving, String) {
    let child = Command::new(env!("CARGO_BIN_EXE_crdesk"))
        .current_dir(folder)
        .args(with(&["serve"]))
        .stdout(Stdio::piped())
        .spawn();
    let mut child = child.expect("the binary runs");
    let mut lines = BufReader::new(child.stdout.take().expect("its stdout")).lines();
    let line = lines.next().expect("a line").expect("UTF-8");
    let (_, address) = line.split_once("listens at http://").expect("its address");
    (Serving(child), address.to_owned())
}

#[test]
fn a_desk_goes_from_its_settings_to_its_first_admin_and_stops_when_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let port = TcpListener::bind("127.0.0.1:0").expect("a port");
    let watch = port.local_addr().expect("its address").to_string();
    drop(port);
    settle(folder, "desk.db", &watch);

    let told = crdesk(folder, &with(&["config"]));
    assert_eq!(told.code, 0, "{}", told.stderr);
    assert!(told.stdout.contains("https://care.bank.example"));
    assert!(!told.stdout.contains(SECRET), "{}", told.stdout);
    let early = crdesk(folder, &with(&["serve"]));
    assert_eq!(early.code, 1);
    assert!(early.stderr.contains("crdesk migrate"), "{}", early.stderr);
    let made = crdesk(folder, &["migrate", "--store", "desk.db"]);
    assert_eq!(made.code, 0, "{}", made.stderr);

    let first = ["admin", "ravi@bank.example", "Ravi"];
    let link = crdesk(folder, &with(&first));
    assert_eq!(link.code, 0, "{}", link.stderr);
    let link = link.stdout.trim();
    let page = link
        .strip_prefix("https://care.bank.example")
        .expect("a page of the desk");

    let (mut server, address) = serve(folder);
    let mut browser = Browser::new(&address);
    let front = browser.get("/").expect("an answer");
    assert_eq!(front.status, 200, "{}", front.body);
    let cookie = front.header("set-cookie").unwrap_or_default();
    assert!(
        cookie.starts_with("__Host-") && cookie.contains("Secure"),
        "{cookie}"
    );
    let strict = front.header("strict-transport-security");
    assert!(strict.is_some_and(|value| value.contains("max-age")));
    let page = page.replace('#', "/");
    let welcome = browser.get(&page).expect("an answer");
    assert_eq!(welcome.status, 200, "{page}: {}", welcome.body);
    assert!(welcome.body.contains("Ravi"), "{}", welcome.body);
    assert!(!welcome.body.contains("/dev/outbox"), "nothing of a demo");
    let metrics = browser.get("/metrics").expect("an answer");
    assert_eq!(metrics.status, 404, "metrics are not for the world");
    let metrics = Browser::new(&watch).get("/metrics").expect("an answer");
    assert!(metrics.body.contains("crdesk_"), "{}", metrics.body);

    let kill = Command::new("kill").arg(server.0.id().to_string()).status();
    assert!(kill.expect("kill is there").success());
    assert_eq!(server.0.wait().expect("its end").code(), Some(0));
}

#[test]
fn what_is_not_safe_is_refused_and_the_setting_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    settle(folder, "desk.db", "127.0.0.1:0");
    let whole = std::fs::read_to_string(folder.join("desk.toml")).expect("settings");
    for (from, to, named) in [
        ("https://care", "http://care", "CRDESK_PUBLIC_URL"),
        (
            SECRET,
            "change-me-change-me-change-me-change-me",
            "CRDESK_SECRETS",
        ),
        ("host = \"mail.bank.example\"\n", "", "CRDESK_MAIL__HOST"),
    ] {
        std::fs::write(folder.join("desk.toml"), whole.replace(from, to)).expect("written");
        let refused = crdesk(folder, &with(&["serve"]));
        assert_eq!(refused.code, 2, "{}", refused.stdout);
        assert!(refused.stderr.contains(named), "{}", refused.stderr);
    }
    // A bank whose pass phrases were printed is no bank for real.
    let demo = Server::start(folder, "demo.db", &[]);
    demo.signal("TERM");
    demo.ended(std::time::Duration::from_secs(20));
    settle(folder, "demo.db", "127.0.0.1:0");
    let text = std::fs::read_to_string(folder.join("desk.toml")).expect("settings");
    std::fs::write(
        folder.join("desk.toml"),
        format!("tenant = \"demo\"\n{text}"),
    )
    .expect("written");
    let refused = crdesk(folder, &with(&["serve"]));
    assert_eq!(refused.code, 2, "{}", refused.stdout);
    assert!(refused.stderr.contains("a demo bank"), "{}", refused.stderr);
}

//! What whoever runs the desk sees of it, and what they must not see.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::http::{Request, StatusCode};
use crcore::Ticked;
use tracing_subscriber::fmt::MakeWriter;

use super::support::Site;
use crate::web::health;

const README: &str = include_str!("../../../README.md");

/// The names of metrics and their labels, as the README has them.
fn promised() -> BTreeMap<String, BTreeSet<String>> {
    let rows = README.split("| metric | labels | what |").nth(1).unwrap();
    let rows = rows.lines().skip(2).take_while(|l| l.starts_with('|'));
    let words = |cell: &str| {
        cell.split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    };
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').collect();
        let names: Vec<String> = words(cells[1]);
        let labels: Vec<String> = words(cells[2]);
        (names[0].clone(), labels.into_iter().collect())
    })
    .collect()
}

/// The names and labels of a scrape; what Prometheus adds to a histogram is left out.
fn scraped(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("crdesk_")) {
        let (series, _) = line.rsplit_once(' ').unwrap();
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let ends = ["_bucket", "_sum", "_count"];
        let name = ends
            .iter()
            .find_map(|end| name.strip_suffix(end))
            .unwrap_or(name);
        let labels = labels.trim_end_matches('}').split("\",");
        let labels = labels
            .filter_map(|label| label.split_once('='))
            .map(|(label, _)| label);
        let labels = labels.filter(|label| *label != "le").map(str::to_owned);
        found.entry(name.to_owned()).or_default().extend(labels);
    }
    found
}

#[tokio::test]
async fn what_is_counted_is_what_the_readme_says() {
    let recorder = health::recorder()
        .unwrap_or_else(|failure| panic!("{failure}"))
        .build_recorder();
    let counted = recorder.handle();
    let _here = metrics::set_default_local_recorder(&recorder);
    let site = Site::open().await;
    let mut browser = site.browser();
    browser.get("/").await;
    browser.get("/cases/7C0ZW-X4Q2B-K").await;
    let done = Ticked {
        delivered: 2,
        dead: 1,
        ..Ticked::default()
    };
    health::ticked(&site.app, &Ok(done));
    browser.get("/metrics").await;
    let text = counted.render();
    assert_eq!(scraped(&text), promised());
    assert!(
        text.contains("crdesk_notices_total{outcome=\"sent\"} 2"),
        "{text}"
    );
    assert!(
        text.contains("crdesk_notices_total{outcome=\"dead\"} 1"),
        "{text}"
    );
    // A route is told by its pattern: nobody's reference is a label.
    assert!(
        text.contains("route=\"/cases/{reference}\"") && !text.contains("7C0ZW"),
        "{text}"
    );
    let bucket =
        "crdesk_request_seconds_bucket{method=\"GET\",route=\"/\",status=\"200\",le=\"30\"} 1";
    assert!(text.contains(bucket), "{text}");
}

#[tokio::test]
async fn a_desk_that_does_not_tick_is_alive_and_not_ready() {
    let site = Site::open().await;
    let mut browser = site.browser();
    assert_eq!(browser.get("/health/ready").await.status, StatusCode::OK);
    site.app
        .pulse
        .beat(Instant::now() - Duration::from_secs(61));
    let seen = browser.get("/health/ready").await;
    assert_eq!(seen.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(seen.text(), "the desk does not tick\n");
    assert_eq!(browser.get("/health/live").await.status, StatusCode::OK);
    health::ticked(&site.app, &Ok(Ticked::default()));
    assert_eq!(browser.get("/health/ready").await.status, StatusCode::OK);
}

/// Lines of a log, kept.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_request_is_known_by_its_id_and_no_line_says_who_asked_for_what() {
    let lines = Lines::default();
    let log = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(lines.clone())
        .finish();
    let _here = tracing::subscriber::set_default(log);
    let site = Site::open().await;
    let mut browser = site.browser();
    let ask = |id: Option<&str>| {
        let asked = "/log-in?next=/cases/7C0ZW&email=asha@example.test";
        let request = Request::get(asked).header("referer", "https://asha.example/");
        let request = match id {
            Some(id) => request.header("x-request-id", id),
            None => request,
        };
        request.body(axum::body::Body::empty()).unwrap()
    };
    let kept = browser.send(ask(Some("proxy-17"))).await;
    assert_eq!(kept.headers["x-request-id"], "proxy-17");
    let fresh = browser.send(ask(None)).await.headers["x-request-id"].clone();
    assert_eq!(fresh.len(), 32, "{fresh:?}");
    // What is no id is not taken over: it could hold anything.
    let other = browser.send(ask(Some("asha@example.test"))).await;
    assert_eq!(other.headers["x-request-id"].len(), 32);
    browser.get("/log-in").await;
    let typed = [
        ("email", "asha@example.test"),
        ("password", "a wrong guess"),
    ];
    browser.submit("/log-in", &typed).await;
    let told = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(
        told.contains("proxy-17") && told.contains("status=200"),
        "{told}"
    );
    assert!(told.contains(fresh.to_str().unwrap()), "{told}");
    assert!(told.contains("/log-in"), "{told}");
    for secret in ["asha", "7C0ZW", "next=", "wrong guess"] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}

//! The server's lines: callers that are too slow or too many, and the end.

#![cfg(feature = "web")]
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod support;
#[path = "support/web.rs"]
mod web;

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use support::crdesk;
use web::{Browser, Server};

fn line(server: &Server, wait: Duration) -> TcpStream {
    let line = TcpStream::connect(&server.address).expect("a line");
    line.set_read_timeout(Some(wait)).expect("a time");
    line
}

/// Whether the server has hung up, within the line's time.
fn hung_up(line: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    match line.read_to_end(&mut rest) {
        Ok(_) => true,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    }
}

#[test]
fn callers_who_are_slow_or_too_many_leave_room_for_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [
        ("CRDESK_LIMITS__HEADER_SECONDS", "3"),
        ("CRDESK_LIMITS__CONNECTIONS", "4"),
    ];
    let server = Server::start(folder.path(), "demo.db", &settings);
    let begun = Instant::now();
    let wait = Duration::from_secs(20);
    // One says nothing, one a word of HTTP/2, two half a head: all seats are taken.
    let mut slow: Vec<TcpStream> = (0..4).map(|_| line(&server, wait)).collect();
    slow[1].write_all(b"PRI * HT").expect("it is open");
    for half in &mut slow[2..] {
        half.write_all(b"GET / HTTP/1.1\r\nhost: desk")
            .expect("it is open");
    }
    // Who comes then waits, and has their turn once those are out of time.
    let mut patient = line(&server, wait);
    let head = b"GET /health/live HTTP/1.1\r\nhost: desk\r\n\r\n";
    patient.write_all(head).expect("it is open");
    let mut answer = [0; 15];
    patient.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    let waited = begun.elapsed();
    assert!(
        waited > Duration::from_secs(2),
        "there was a seat after {waited:?}"
    );
    for line in &mut slow {
        assert!(hung_up(line), "a slow caller keeps its seat");
    }
    // The line is kept for a second request, and not for ever.
    patient.write_all(head).expect("it is kept");
    patient.read_exact(&mut answer).expect("a second answer");
    assert!(hung_up(&mut patient), "a silent caller keeps its seat");
}

#[test]
fn told_to_stop_it_ends_live_pages_and_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path(), "demo.db", &[]);
    let browser = Browser::of_customer(&server);
    let live = browser.open("GET", "/live/me", "").expect("a line");
    let mut lines = BufReader::new(live).lines();
    let opened = lines.any(|line| line.is_ok_and(|line| line.contains("text/event-stream")));
    assert!(opened, "no live page");
    let asked = Instant::now();
    server.signal("TERM");
    // Not cut off: its end is an end.
    assert!(lines.all(|line| line.is_ok()), "the page was cut off");
    let ended = asked.elapsed();
    assert!(
        ended < Duration::from_secs(5),
        "the live page ended after {ended:?}"
    );
    let (code, took) = server.ended(Duration::from_secs(12));
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(10), "it took {took:?}");
}

#[test]
fn doctor_says_what_a_web_desk_lacks() {
    let folder = tempfile::tempdir().expect("a folder");
    let mail = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = mail.local_addr().expect("its address").port();
    std::fs::create_dir(folder.path().join("files")).expect("a folder");
    let file = folder.path().join("desk.toml");
    let settings = |public: u16, port: u16, place: &str| {
        let text = format!(
            "public_url = \"https://127.0.0.1:{public}\"\nstore = \"desk.db\"\n\
             secrets = [\"a5e0c1f2b3d4a5e0c1f2b3d4a5e0c1f2b3d4\"]\n\
             [mail]\nhost = \"127.0.0.1\"\nport = {port}\nfrom = \"care@bank.example\"\n\
             [files]\nplace = \"{place}\"\nclamd = \"127.0.0.1:1\"\n"
        );
        std::fs::write(&file, text).expect("it is written");
        crdesk(folder.path(), &["doctor", "--settings", "desk.toml"])
    };
    let made = crdesk(folder.path(), &["migrate", "--store", "desk.db"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let well = settings(port, port, "files");
    for line in [
        "ok    settings",
        "ok    public_url       https://127.0.0.1",
        "ok    mail             127.0.0.1",
        "ok    files            files can be written",
        "WRONG clamd            does not answer",
    ] {
        assert!(well.stdout.contains(line), "{line} in {}", well.stdout);
    }
    let ill = settings(1, 1, "nowhere");
    assert_eq!(ill.code, 1);
    for line in [
        "WRONG public_url       https://127.0.0.1:1 does not answer",
        "WRONG mail             127.0.0.1:1 does not answer",
        "WRONG files            nowhere cannot be written",
    ] {
        assert!(ill.stdout.contains(line), "{line} in {}", ill.stdout);
    }
    assert!(!ill.stdout.contains("a5e0c1"), "{}", ill.stdout);
}

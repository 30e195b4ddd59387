//! A server that is killed in the middle of its work has lost nothing that it said it had; two servers on
//! one database are one desk.
//!
//! `CRCORE_KILLS=100` before it looks longer.

#![cfg(feature = "web")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod support;
#[path = "support/web.rs"]
mod web;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use support::crdesk;
use web::{Browser, Server};

/// Kills of one store where nothing else is said: with the starts between them some twenty seconds.
const KILLS: u32 = 4;
/// How many browsers write replies.
const WRITERS: usize = 2;
/// A case that is raised here is a question about this.
const ABOUT: &str = "/raise/ask/cards";

fn kills() -> u32 {
    let set = std::env::var("CRCORE_KILLS").ok();
    set.and_then(|kills| kills.parse().ok()).unwrap_or(KILLS)
}

/// What somebody wanted written down.
#[derive(Clone)]
struct Intent {
    /// What tells it from all others, on the page.
    mark: String,
    /// The case that it answers; none for a case of its own.
    case: Option<String>,
    /// The key of its form, once that was seen.
    key: Option<String>,
    /// Whether the desk said that it has it.
    acknowledged: bool,
}

/// Everything that was tried, in order.
#[derive(Default)]
struct Book {
    intents: Mutex<Vec<Intent>>,
    cases: Mutex<Vec<String>>,
    next: AtomicU32,
}

impl Book {
    fn intend(&self, case: Option<String>) -> usize {
        // Of letters that no random mark of a page has.
        let mark = format!("«{}»", self.next.fetch_add(1, Ordering::Relaxed));
        let mut intents = self.intents.lock().unwrap_or_else(PoisonError::into_inner);
        intents.push(Intent {
            mark,
            case,
            key: None,
            acknowledged: false,
        });
        intents.len() - 1
    }

    fn read(&self, nth: usize) -> Intent {
        let intents = self.intents.lock().unwrap_or_else(PoisonError::into_inner);
        intents[nth].clone()
    }

    fn change(&self, nth: usize, change: impl FnOnce(&mut Intent)) {
        let mut intents = self.intents.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut intents[nth]);
    }

    fn all(&self) -> Vec<Intent> {
        let intents = self.intents.lock().unwrap_or_else(PoisonError::into_inner);
        intents.clone()
    }

    fn cases(&self) -> Vec<String> {
        let cases = self.cases.lock().unwrap_or_else(PoisonError::into_inner);
        cases.clone()
    }

    fn acknowledge(&self, nth: usize, case: Option<&str>) {
        self.change(nth, |intent| intent.acknowledged = true);
        if let Some(case) = case {
            let mut cases = self.cases.lock().unwrap_or_else(PoisonError::into_inner);
            cases.push(case.to_owned());
        }
    }
}

/// The reference in `/cases/REFERENCE/received`.
fn reference(location: &str) -> Option<&str> {
    location.strip_prefix("/cases/")?.split('/').next()
}

/// Raises a case; nothing when the server is gone.
fn raise(browser: &mut Browser, book: &Book) -> Option<()> {
    let nth = book.intend(None);
    let mark = book.read(nth).mark;
    browser.get(ABOUT).ok()?;
    let answers = [("subject", mark.as_str()), ("text", "It came twice.")];
    let kept = browser.submit(ABOUT, &answers).ok()?;
    assert_eq!(kept.location(), format!("{ABOUT}/check"), "{}", kept.body);
    browser.get(&format!("{ABOUT}/check")).ok()?;
    let key = browser.hidden("key").expect("a form with a key");
    book.change(nth, |intent| intent.key = Some(key.clone()));
    let sent = browser
        .submit(&format!("{ABOUT}/send"), &[("key", &key)])
        .ok()?;
    let case = reference(sent.location());
    let case = case.unwrap_or_else(|| panic!("{} {}", sent.head, sent.body));
    book.acknowledge(nth, Some(case));
    Some(())
}

/// Answers in a case; nothing when the server is gone.
fn reply(browser: &mut Browser, book: &Book, case: &str) -> Option<()> {
    let nth = book.intend(Some(case.to_owned()));
    browser.get(&format!("/cases/{case}")).ok()?;
    let key = browser.hidden("key").expect("a form with a key");
    book.change(nth, |intent| intent.key = Some(key));
    send_reply(browser, book, nth)
}

fn send_reply(browser: &mut Browser, book: &Book, nth: usize) -> Option<()> {
    let intent = book.read(nth);
    let case = intent.case?;
    let fields = [
        ("key", intent.key.as_deref()?),
        ("text", intent.mark.as_str()),
    ];
    let sent = browser
        .submit(&format!("/cases/{case}/reply"), &fields)
        .ok()?;
    assert_eq!(sent.location(), format!("/cases/{case}"), "{}", sent.body);
    book.acknowledge(nth, None);
    Some(())
}

/// Works until the server is gone.
fn work(server: &Server, book: &Book, for_now: Duration) {
    let over = AtomicBool::new(false);
    let browser = Browser::of_customer(server);
    thread::scope(|scope| {
        let mut raiser = browser.clone();
        let over = &over;
        scope.spawn(
            move || while !over.load(Ordering::Relaxed) && raise(&mut raiser, book).is_some() {},
        );
        for writer in 0..WRITERS {
            let mut browser = browser.clone();
            scope.spawn(move || {
                for round in 0.. {
                    let cases = book.cases();
                    let case = &cases[(round * 7 + writer) % cases.len()];
                    if over.load(Ordering::Relaxed) || reply(&mut browser, book, case).is_none() {
                        break;
                    }
                }
            });
        }
        thread::sleep(for_now);
        // As it is in the middle of something: nobody was told to stop.
        server.signal("KILL");
        thread::sleep(Duration::from_millis(50));
        over.store(true, Ordering::Relaxed);
    });
}

/// Sends every other form again that was not answered, as people do: it must be there once.
fn again(server: &Server, book: &Book) {
    let mut browser = Browser::of_customer(server);
    for (nth, intent) in book.all().into_iter().enumerate() {
        let Some(key) = intent.key.filter(|_| !intent.acknowledged) else {
            continue;
        };
        if intent.case.is_some() && nth % 2 == 0 {
            send_reply(&mut browser, book, nth).expect("an answer");
        } else if intent.case.is_none() {
            let sent = browser.submit(&format!("{ABOUT}/send"), &[("key", &key)]);
            let sent = sent.expect("an answer");
            let case = reference(sent.location());
            let case = case.unwrap_or_else(|| panic!("{} {}", sent.head, sent.body));
            book.acknowledge(nth, Some(case));
        }
        // Looked at once: what is not sent again now is there or is not.
        book.change(nth, |intent| intent.key = None);
    }
    let discarded = browser.submit(&format!("{ABOUT}/discard"), &[]);
    assert_eq!(discarded.expect("an answer").status, 303);
}

/// Each of the customer's cases: its reference and what its page says.
fn told(server: &Server) -> Vec<(String, String)> {
    let mut browser = Browser::of_customer(server);
    let mut found = BTreeSet::new();
    for tab in ["open", "closed"] {
        let mut path = Some(format!("/cases?show={tab}"));
        while let Some(page) = path {
            let seen = browser.get(&page).expect("the list");
            assert_eq!(seen.status, 200, "{}", seen.body);
            let links = seen.body.split("href=\"/cases/").skip(1);
            found.extend(
                links
                    .filter_map(|link| link.split(['"', '/', '?']).next())
                    .map(str::to_owned),
            );
            // The link to the next page, and not the form that leads back to this one.
            let next = format!("href=\"/cases?show={tab}&amp;after=");
            path = seen.body.split_once(&next).map(|(_, rest)| {
                let after = rest.split('"').next().unwrap_or_default();
                format!("/cases?show={tab}&after={after}")
            });
        }
    }
    let mut pages = Vec::new();
    for case in found {
        let page = browser.get(&format!("/cases/{case}")).expect("a case");
        assert_eq!(page.status, 200, "{case}");
        let head = page
            .body
            .split("</h1>")
            .next()
            .unwrap_or_default()
            .to_owned();
        let thread = browser.get(&format!("/cases/{case}/thread"));
        pages.push((case, head + &thread.expect("a thread").body));
    }
    pages
}

/// Kills the server as often as was asked, and looks after each time.
fn nothing_is_lost(folder: &Path, store: &str) {
    let book = Book::default();
    let mut server = Server::start(folder, store, &[]);
    let mut browser = Browser::of_customer(&server);
    raise(&mut browser, &book).expect("the first case");
    for kill in 0..kills() {
        // From the first moment on to well into it, another place each time.
        work(
            &server,
            &book,
            Duration::from_millis(300 + u64::from(kill * 613 % 1_700)),
        );
        server.kill();
        server = Server::start(folder, store, &[]);
        again(&server, &book);
    }
    let pages = told(&server);
    let intents = book.all();
    let done = intents.iter().filter(|intent| intent.acknowledged).count();
    assert!(
        done > 2 * kills() as usize,
        "too little was done: {done} of {}",
        intents.len()
    );
    for intent in &intents {
        let mark = &intent.mark;
        let within: Vec<&(String, String)> = pages
            .iter()
            .filter(|(_, page)| page.contains(mark.as_str()))
            .collect();
        assert!(within.len() <= 1, "{mark} is in {} cases", within.len());
        assert!(
            !intent.acknowledged || within.len() == 1,
            "{mark} was acknowledged and is lost"
        );
        if let (Some(case), Some((found, page))) = (&intent.case, within.first()) {
            assert_eq!(case, found, "{mark} is in another case");
            assert_eq!(
                page.matches(mark.as_str()).count(),
                1,
                "{mark} was written twice"
            );
        }
    }
    server.kill();
    let looked = crdesk(folder, &["doctor", "--store", store, "--tenant", "demo"]);
    let chain = looked
        .stdout
        .lines()
        .find(|line| line.contains("all in place"));
    assert!(chain.is_some(), "{}{}", looked.stdout, looked.stderr);
}

#[test]
fn what_was_acknowledged_outlives_a_kill_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    nothing_is_lost(folder.path(), "demo.db");
}

#[cfg(feature = "mysql")]
#[test]
fn what_was_acknowledged_outlives_a_kill_on_mariadb() {
    let Some(database) = web::Database::new("killed") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    nothing_is_lost(folder.path(), &database.url());
}

#[cfg(feature = "postgres")]
mod on_postgres {
    use std::io::{BufRead as _, BufReader};
    use std::time::Instant;

    use crcore::{Actor, Desk, Rules};
    use crcore_adapters::sql::PostgresStore;

    use super::*;
    use crate::web::Schema;

    #[test]
    fn what_was_acknowledged_outlives_a_kill() {
        let Some(schema) = Schema::new("killed") else {
            return;
        };
        let folder = tempfile::tempdir().expect("a folder");
        nothing_is_lost(folder.path(), &schema.url());
    }

    /// Reads a live page's lines until one says this.
    fn hears(lines: &mut impl Iterator<Item = std::io::Result<String>>, wanted: &str) {
        let begun = Instant::now();
        for line in lines {
            if line.expect("a line").contains(wanted) {
                return;
            }
            let heard = begun.elapsed() < Duration::from_secs(30);
            assert!(heard, "{wanted:?} was not heard");
        }
        panic!("the line went down");
    }

    #[test]
    fn two_servers_are_one_desk() {
        let Some(schema) = Schema::new("two") else {
            return;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let first = Server::start(folder.path(), &schema.url(), &[]);
        // The second draws the pass phrases anew.
        let second = Server::start(folder.path(), &schema.url(), &[]);
        let mut here = Browser::of_customer(&second);
        // Who signed in at one is known at the other, and so are the other's forms.
        let mut there = here.clone();
        there.address.clone_from(&first.address);
        let book = Book::default();
        raise(&mut there, &book).expect("a case");
        let case = book.cases().remove(0);
        let page = here.get(&format!("/cases/{case}")).expect("a page");
        assert_eq!(page.status, 200);
        // A page that is open at one hears what happens at the other.
        let live = there.open("GET", "/live/me", "").expect("a line");
        let mut lines = BufReader::new(live).lines();
        hears(&mut lines, "text/event-stream");
        reply(&mut here, &book, &case).expect("a reply");
        hears(&mut lines, "event: news");
        let mark = book.all().pop().expect("an intent").mark;
        let thread = there.get(&format!("/cases/{case}/thread"));
        let thread = thread.expect("a page").body;
        assert!(thread.contains(&mark), "{thread}");
        // Rules that another process put in force are those of both.
        put_in_force(&schema.url());
        for browser in [&mut here, &mut there] {
            let begun = Instant::now();
            while !browser
                .get("/raise/ask/savings")
                .expect("a page")
                .body
                .contains("mumbai-juhu")
            {
                assert!(begun.elapsed() < Duration::from_secs(30), "the old rules");
                std::thread::sleep(Duration::from_millis(200));
            }
        }
        // Who signs out at one is signed out at the other.
        here.submit("/log-out", &[]).expect("an answer");
        let gone = there.get("/cases").expect("an answer");
        assert!(gone.location().starts_with("/log-in"), "{}", gone.head);
    }

    /// Asks for a number at one server; the address of its page, where one was given.
    fn take(mut browser: Browser, key: &str) -> Option<String> {
        let wanted = [
            ("branch", "mumbai-airport"),
            ("service", "cash"),
            ("key", key),
        ];
        let taken = browser.submit("/token", &wanted).expect("an answer");
        let page = taken.location().to_owned();
        page.starts_with("/token/").then_some(page)
    }

    #[test]
    fn a_number_is_given_once() {
        let Some(schema) = Schema::new("tokens") else {
            return;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let first = Server::start(folder.path(), &schema.url(), &[]);
        let second = Server::start(folder.path(), &schema.url(), &[]);
        let mut here = Browser::of_customer(&second);
        let mut there = here.clone();
        there.address.clone_from(&first.address);
        let mut numbers = Vec::new();
        for round in 0..6 {
            // Asked for at both in one instant: one number, as a customer has one place in the line.
            let pages: Vec<String> = thread::scope(|scope| {
                let asked = [here.clone(), there.clone()].into_iter().enumerate();
                let asked = asked.map(|(nth, browser)| {
                    let key = format!("round-{round}-{nth}-of-this-test");
                    scope.spawn(move || take(browser, &key))
                });
                let asked: Vec<_> = asked.collect();
                let given = asked.into_iter().map(|one| one.join().expect("an answer"));
                given.flatten().collect()
            });
            assert_eq!(pages.len(), 1, "{pages:?}");
            for page in &pages {
                let seen = there.get(page).expect("a page").body;
                let (_, number) = seen.split_once("id=\"token-number\">").expect("a number");
                numbers.push(number.split('<').next().unwrap_or_default().to_owned());
                let key = there.hidden("key").expect("a form with a key");
                let left = here.submit(&format!("{page}/leave"), &[("key", &key)]);
                assert_eq!(left.expect("an answer").status, 303);
            }
        }
        let different: BTreeSet<&String> = numbers.iter().collect();
        assert_eq!(different.len(), numbers.len(), "{numbers:?}");
    }

    /// Gives the bank one branch more.
    fn put_in_force(url: &str) {
        let rules = include_str!("../policy/demo-rules.json");
        let more = rules.replace("\"pune-camp\",", "\"pune-camp\", \"mumbai-juhu\",");
        assert_ne!(rules, more);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(async {
            let tenant = "demo".parse().expect("a tenant");
            let store = PostgresStore::connect(url, tenant)
                .await
                .expect("the store");
            let desk = Desk::builder(store).rules(Rules::from_json(rules).expect("rules"));
            let desk = desk.open().await.expect("a desk");
            let more = Rules::from_json(&more).expect("rules");
            let changed = desk.use_rules(Actor::System, more, 0, None).await;
            changed.expect("they may be");
        });
    }
}

//! What one customer is given does not follow from what others have: the whole site is run again and again
//! from the same seed, with another life of the others each time, and what a customer, a visitor and a
//! program of narrow scope are given is compared byte by byte.
//!
//! Nothing is made alike before it is compared. What a request draws by chance follows from the request
//! (see [`Turns`]), so marks, keys and ids repeat by themselves. Set aside are, each for its reason, the
//! routes of [`LINES`] and of [`OF_A_DEMO`], the header [`OF_REAL_TIME`] and, in a stream of events, the id
//! of an event: a sealed mark of a position, which follows from how much happened and tells nothing of it.

pub(super) mod lives;
mod look;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use crcore::{Actor, Clock, ClockError};
use sha2::{Digest as _, Sha256};

use lives::{Bank, Life, Names};
use look::{Told, looked};

/// What tells anybody how long lines are: how many wait, whose number is called, how long it takes. They
/// hold numbers and nothing of anybody, so they are compared where the others stand in the same places.
const LINES: [&str; 9] = [
    "/",
    "/services",
    "/services/{service}",
    "/token",
    "/token/{reference}",
    "/token/{reference}/card",
    "/wall/{branch}",
    "/wall/{branch}/board",
    "/chat",
];
/// All the mail of a demo, for whoever sits at the machine; elsewhere there is no such page.
const OF_A_DEMO: &str = "/dev/outbox";
/// How much a program may still ask: it counts the program's own requests by the seconds that pass.
const OF_REAL_TIME: &str = "ratelimit";

/// A clock that stands. What is drawn follows from whose turn it is, and from nothing that was drawn before:
/// so a request draws the same whatever others did in between.
#[derive(Clone)]
struct Turns(Arc<Mutex<Turn>>);

struct Turn {
    now: DateTime<Utc>,
    name: String,
    drawn: u64,
}

impl Turns {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Turn {
            // A Monday, in the hours of every service.
            now: "2026-03-02T06:00:00Z".parse().unwrap(),
            name: String::new(),
            drawn: 0,
        })))
    }

    fn turn(&self, name: impl Into<String>) {
        let mut turn = self.0.lock().unwrap();
        (turn.name, turn.drawn) = (name.into(), 0);
    }
}

impl Clock for Turns {
    fn now(&self) -> DateTime<Utc> {
        self.0.lock().unwrap().now
    }

    fn random(&self) -> Result<[u8; 32], ClockError> {
        let mut turn = self.0.lock().unwrap();
        turn.drawn += 1;
        let drawn = turn.drawn.to_be_bytes();
        Ok(Sha256::new()
            .chain_update(&turn.name)
            .chain_update(drawn)
            .finalize()
            .into())
    }
}

/// One run: everything that is told to whoever looks. `names` are those of the others' things in another
/// run, so that the same is asked for whether it is there or not.
async fn run(life: Life, names: Option<&Names>) -> (Told, Names) {
    let mut bank = Bank::open().await;
    let own = bank.asha().await;
    let others = bank.others(life, &own).await;
    let names = names.unwrap_or(&others).clone();
    (looked(&mut bank, &own, &names).await, names)
}

/// Where two runs differ: the routes, and the first request of each.
fn differences(one: &Told, other: &Told) -> BTreeMap<&'static str, String> {
    let asked: BTreeSet<&String> = one.keys().collect();
    assert!(
        asked.iter().copied().eq(other.keys()),
        "both are asked the same"
    );
    let mut differ = BTreeMap::new();
    for (request, (route, told)) in one {
        let (_, otherwise) = &other[request];
        if told == otherwise {
            continue;
        }
        let at = told
            .bytes()
            .zip(otherwise.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let near = |text: &str| {
            let bytes = text.as_bytes();
            let part = &bytes[at.saturating_sub(120)..(at + 120).min(bytes.len())];
            String::from_utf8_lossy(part).into_owned()
        };
        let what = || format!("{request}\n--- {}\n+++ {}\n", near(told), near(otherwise));
        differ.entry(*route).or_insert_with(what);
    }
    differ
}

/// Fails where two runs differ on any other route than these.
fn same_but_for(one: &Told, other: &Told, routes: &[&str]) {
    let mut differ = differences(one, other);
    differ.retain(|route, _| !routes.contains(route));
    let told: String = differ.into_values().collect();
    assert!(told.is_empty(), "what others have shows:\n{told}");
}

#[tokio::test]
async fn what_others_have_changes_no_byte_that_one_is_given() {
    let (busy, names) = run(Life::Busy, None).await;
    let (nobody, _) = run(Life::Nobody, Some(&names)).await;
    assert!(busy.len() > 700, "{} requests", busy.len());
    let own = busy.values().filter(|(_, told)| told.contains("Of my own"));
    assert!(own.count() > 5, "one's own is there to see");
    same_but_for(&busy, &nobody, &LINES);
    // And the list of what is set aside is no longer than it has to be.
    let differ = differences(&busy, &nobody);
    for line in LINES {
        assert!(differ.contains_key(line), "{line} tells nothing of lines");
    }
}

#[tokio::test]
async fn lines_tell_numbers_and_a_merged_case_that_it_was_merged() {
    let (ravi, names) = run(Life::Ravi, None).await;
    let (twin, _) = run(Life::Twin, Some(&names)).await;
    same_but_for(&ravi, &twin, &[]);
}

/// What Asha's open page hears while others do much or little and one of the bank answers her twice.
async fn heard(life: Life) -> (Vec<String>, Vec<String>) {
    let mut bank = Bank::open().await;
    let own = bank.asha().await;
    bank.others(life, &own).await;
    let app = bank.site.app.clone();
    app.live.start(|_| {}).await.unwrap();
    let mut asha = own.browser.clone();
    let system = app.desk.acting(Actor::System);
    let (first, ()) = tokio::join!(asha.hear("/live/me", 4), async {
        while app.live.open() == 0 {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        bank.bustle(life, "before").await;
        system.note(own.case, "Of nobody's business").await.unwrap();
        system.reply(own.case, "We look into it").await.unwrap();
        bank.bustle(life, "between").await;
        system.reply(own.case, "It is done").await.unwrap();
    });
    let mark = first[0].lines().find_map(|line| line.strip_prefix("id: "));
    asha.headers
        .insert("last-event-id", mark.unwrap().to_owned());
    let missed = asha.hear("/live/me", 1).await;
    (first, missed)
}

/// Events without the id of each.
fn unmarked(events: &[String]) -> Vec<String> {
    let told = events.iter().map(|event| {
        let lines = event.lines().map(|line| match line.split_once("id: ") {
            Some(("", mark)) => format!("id of {} digits", mark.len()),
            _ => line.to_owned(),
        });
        lines.collect::<Vec<_>>().join("\n")
    });
    told.collect()
}

#[tokio::test]
async fn an_open_page_hears_nothing_of_others() {
    let (busy, busy_missed) = heard(Life::Busy).await;
    let (nobody, nobody_missed) = heard(Life::Nobody).await;
    assert_eq!(unmarked(&busy), unmarked(&nobody));
    assert_eq!(unmarked(&busy_missed), unmarked(&nobody_missed));
    assert_eq!(busy.len(), 4, "news and a notice of each answer");
    let news = busy.iter().filter(|event| event.contains("event: news"));
    assert_eq!(news.count(), 2, "{busy:?}");
}

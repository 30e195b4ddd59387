//! What is kept beside the tickets.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::conformance::check::{commit, ensure, is_conflict, land, refused, same};
use crate::conformance::fixture::{Scene, keep, keeps, together};
use crate::conformance::together::race;
use crate::conformance::{Broken, Harness, Outcome, Verdict};
use crate::event::Fact;
use crate::record::{BODY_MAX, KEY_MAX, SHELF_MAX};
use crate::store::{Changes, Record, RecordChange, RecordRange, Store, StoreError};

/// A record that goes.
fn drop_at(key: &str, from: Option<u64>) -> Changes {
    keeps([RecordChange {
        to: None,
        ..keep("draft", key, from, "")
    }])
}

fn write_at(key: &str, from: Option<u64>, text: &str) -> Changes {
    keeps([keep("draft", key, from, text)])
}

async fn is(store: &dyn Store, key: &str, expected: Option<(u64, &str)>) -> Result<(), Broken> {
    let got = store.record("draft", key).await?;
    let got = got.as_ref().map(|r| (r.key.as_str(), r.version, &*r.body));
    let expected = expected.map(|(version, body)| (key, version, body));
    same("the record", &got, &expected)
}

/// What was read at a version is changed or removed at that version only; what was read at none must
/// not be there; where the version does not matter, the last to write is right. Its version grows by
/// one with each change.
pub async fn a_record_changes_at_the_version_it_was_read_at(on: &dyn Harness) -> Verdict {
    let store = &*on.open("bank").await?;
    is(store, "k", None).await?;
    refused(store, &write_at("k", Some(1), "1"), "a change of none").await?;
    refused(store, &drop_at("k", Some(1)), "a removal of none").await?;
    land(store, &[drop_at("k", Some(0)), drop_at("k", None)]).await?;
    is(store, "k", None).await?;

    land(store, &[write_at("k", Some(0), "1")]).await?;
    is(store, "k", Some((1, "1"))).await?;
    refused(store, &write_at("k", Some(0), "2"), "a new one that exists").await?;
    refused(store, &write_at("k", Some(2), "2"), "a version to come").await?;
    land(store, &[write_at("k", Some(1), "2")]).await?;
    refused(store, &write_at("k", Some(1), "3"), "a version gone by").await?;
    land(store, &[write_at("k", None, "3")]).await?;
    is(store, "k", Some((3, "3"))).await?;
    land(store, &[write_at("new", None, "1")]).await?;
    is(store, "new", Some((1, "1"))).await?;

    refused(store, &drop_at("k", Some(2)), "a removal too late").await?;
    let gone = drop_at("k", Some(0));
    refused(store, &gone, "a removal of what was not there").await?;
    is(store, "k", Some((3, "3"))).await?;
    land(store, &[drop_at("k", Some(3)), drop_at("new", None)]).await?;
    is(store, "k", None).await?;
    is(store, "new", None).await?;

    // Within one call, each sees what those before it wrote.
    let sets = [
        write_at("k", Some(0), "1"),
        write_at("k", Some(0), "2"),
        write_at("k", Some(1), "3"),
        write_at("k", None, "4"),
        drop_at("k", Some(3)),
        write_at("k", Some(0), "5"),
    ];
    let answers = store.commit(&sets).await;
    let landed: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    same(
        "landed",
        &landed,
        &vec![true, false, true, true, true, true],
    )?;
    is(store, "k", Some((1, "5"))).await?;
    let other = store.record("session", "k").await?;
    same("the same key on another shelf", &other.is_none(), &true)?;
    Ok(Outcome::Kept)
}

/// Of those who make a record at once one wins. Of those who write whatever its version, each either
/// counts or is told that it does not.
pub async fn racers_for_a_record_lose_no_change(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut racers = Vec::new();
    for nth in 0..8 {
        let store = Arc::clone(&store);
        let made = write_at("made", Some(0), &nth.to_string());
        let written = write_at("written", None, &nth.to_string());
        racers.push(async move {
            (
                commit(&*store, &made).await,
                commit(&*store, &written).await,
            )
        });
    }
    let (mut won, mut counted) = (0, 0);
    for (made, written) in race(on, racers).await? {
        for (answer, count) in [(made, &mut won), (written, &mut counted)] {
            match answer {
                Ok(()) => *count += 1,
                refused => is_conflict(&refused, "a racer")?,
            }
        }
    }
    same("racers who made the record", &won, &1)?;
    let written = store.record("draft", "written").await?;
    let version = written.map_or(0, |record| record.version);
    ensure(version > 0, "nobody wrote the record")?;
    same("its version", &version, &counted)?;
    Ok(Outcome::Kept)
}

/// In the order of their bytes, which no case, accent, width or wildcard changes.
const IN_ORDER: &[&str] = &[
    "%",
    "A",
    "Z",
    "_",
    "a",
    "a ",
    "a%",
    "a%b",
    "a:1",
    "a:10",
    "a:2",
    "a\\",
    "a_b",
    "ab",
    "ae",
    "a~",
    "a\u{7f}",
    "a\u{e9}",
    "a\u{301}",
    "a\u{d7ff}",
    "a\u{e000}",
    "a\u{fb01}",
    "a\u{ffff}",
    "a\u{1f600}",
    "a\u{10ffff}",
    "a\u{10ffff}b",
    "b",
    "\u{e4}",
    "\u{df}",
    "\u{10ffff}",
];

/// Pages hold what begins with the prefix, from the place that is asked for on, forwards or backwards.
pub async fn records_stand_in_the_order_of_their_bytes(on: &dyn Harness) -> Verdict {
    let store = &*on.open("bank").await?;
    let mut scene = Scene::new(41)?;
    let mut keys: Vec<&str> = IN_ORDER.to_vec();
    scene.chance.shuffle(&mut keys);
    land(
        store,
        &[keeps(
            keys.iter().map(|key| keep("draft", key, Some(0), key)),
        )],
    )
    .await?;
    land(
        store,
        &[keeps([
            keep("dra", "a", None, ""),
            keep("drafts", "a", None, ""),
        ])],
    )
    .await?;
    let mut ordered = IN_ORDER.to_vec();
    ordered.sort_unstable_by_key(|key| key.as_bytes());
    for prefix in [
        "",
        "a",
        "a%",
        "a_",
        "a:1",
        "a\u{10ffff}",
        "\u{10ffff}",
        "A",
        "c",
        "%",
    ] {
        let mut expected: Vec<&str> = ordered.clone();
        expected.retain(|key| key.starts_with(prefix));
        for reverse in [false, true] {
            pages(store, prefix, reverse, &expected).await?;
            expected.reverse();
        }
        let count = store.count("draft", prefix, scene.now()).await?;
        same(
            format_args!("count {prefix:?}"),
            &count,
            &(expected.len() as u64),
        )?;
    }
    let none = RecordRange {
        shelf: "draft".to_owned(),
        ..RecordRange::default()
    };
    same("a page of none", &store.records(&none).await?.len(), &0)?;
    Ok(Outcome::Kept)
}

async fn pages(
    store: &dyn Store,
    prefix: &str,
    reverse: bool,
    expected: &[&str],
) -> Result<(), Broken> {
    for limit in [1, 4, 1_000] {
        let mut range = RecordRange {
            shelf: "draft".to_owned(),
            prefix: prefix.to_owned(),
            after: None,
            reverse,
            limit,
        };
        let mut found: Vec<Record> = Vec::new();
        loop {
            let page = store.records(&range).await?;
            ensure(page.len() <= limit as usize, "a page is longer than asked")?;
            let Some(last) = page.last() else { break };
            range.after = Some(last.key.clone());
            found.extend(page);
        }
        let keys: Vec<&str> = found.iter().map(|record| record.key.as_str()).collect();
        same(format_args!("{prefix:?} by {limit}"), &&keys[..], &expected)?;
        let bodies: Vec<&str> = found.iter().map(|record| record.body.as_str()).collect();
        same("what they hold", &&bodies[..], &expected)?;
    }
    Ok(())
}

fn until(key: &str, at: Option<DateTime<Utc>>) -> RecordChange {
    let mut change = keep("code", key, None, key);
    if let Some(body) = &mut change.to {
        body.expires_at = at;
    }
    change
}

/// What has expired is read as it is, counted no more and tidied away, and nothing else is.
pub async fn expired_records_are_tidied_away(on: &dyn Harness) -> Verdict {
    let store = &*on.open("bank").await?;
    let scene = Scene::new(42)?;
    let now = scene.now();
    let one = TimeDelta::microseconds(1);
    let (gone, kept) = ([now - one, now], now + one);
    let set = keeps([
        until("a:gone", Some(gone[0])),
        until("a:going", Some(gone[1])),
        until("a:kept", Some(kept)),
        until("a:ever", None),
        until("a:anew", Some(gone[0])),
        until("a:freed", Some(gone[0])),
        until("b", Some(gone[0])),
    ]);
    land(store, &[set]).await?;
    let anew = keeps([until("a:anew", Some(kept)), until("a:freed", None)]);
    land(store, &[anew]).await?;
    let read = store.record("code", "a:gone").await?;
    same(
        "when it expires",
        &read.and_then(|r| r.expires_at),
        &Some(gone[0]),
    )?;
    same("those alive", &store.count("code", "a:", now).await?, &4)?;
    same(
        "those alive before",
        &store.count("code", "a:", now - one).await?,
        &5,
    )?;

    let mut rounds = 0;
    while store.tidy(now, 2).await? > 0 {
        rounds += 1;
        ensure(rounds < 100, "100 rounds of housekeeping were not enough")?;
    }
    ensure(rounds > 1, "three rows went in one round of two")?;
    let all = RecordRange {
        shelf: "code".to_owned(),
        limit: 100,
        ..RecordRange::default()
    };
    let left = store.records(&all).await?;
    let left: Vec<&str> = left.iter().map(|record| record.key.as_str()).collect();
    same(
        "what is left",
        &left,
        &vec!["a:anew", "a:ever", "a:freed", "a:kept"],
    )?;
    // What is not there any more can be made again.
    land(
        store,
        &[keeps([RecordChange {
            from: Some(0),
            ..until("a:gone", None)
        }])],
    )
    .await?;
    Ok(Outcome::Kept)
}

/// A record that moved on refuses the ticket, and a ticket that moved on refuses the record.
pub async fn a_record_lands_with_its_ticket_or_not_at_all(on: &dyn Harness) -> Verdict {
    let store = &*on.open("bank").await?;
    let mut scene = Scene::new(43)?;
    let (ticket, raise) = scene.raise()?;
    land(store, &[together([raise, write_at("k", Some(0), "1")])]).await?;
    is(store, "k", Some((1, "1"))).await?;

    let (after, work) = scene.step(&ticket, Fact::Held { held: true })?;
    for (what, record) in [
        ("a stale record", write_at("k", Some(2), "2")),
        ("a record that exists", write_at("k", Some(0), "2")),
        ("a stale removal", drop_at("k", Some(2))),
    ] {
        refused(store, &together([work.clone(), record]), what).await?;
        let stored = store.ticket(ticket.id).await?;
        same(what, &stored.as_ref(), &Some(&ticket))?;
    }
    let mut stale = together([
        work.clone(),
        write_at("k", Some(1), "2"),
        write_at("l", None, "1"),
    ]);
    stale.tickets[0].from += 1;
    refused(store, &stale, "a stale ticket").await?;
    is(store, "k", Some((1, "1"))).await?;
    is(store, "l", None).await?;

    land(
        store,
        &[together([
            work,
            drop_at("k", Some(1)),
            write_at("l", None, "1"),
        ])],
    )
    .await?;
    let stored = store.ticket(ticket.id).await?;
    same("the ticket", &stored.as_ref(), &Some(&after))?;
    is(store, "k", None).await?;
    is(store, "l", Some((1, "1"))).await?;
    Ok(Outcome::Kept)
}

/// The longest names and bodies come back; what is longer, empty or holds U+0000 is refused as
/// unwritable, and nothing is ever found under such a name.
pub async fn a_record_has_its_bounds(on: &dyn Harness) -> Verdict {
    let store = &*on.open("bank").await?;
    let shelf = "s".repeat(SHELF_MAX);
    let body = "ḥ".repeat(BODY_MAX / 3 + 1);
    let body = &body[..BODY_MAX - BODY_MAX % 3];
    for key in ["k".repeat(KEY_MAX), "ḥ".repeat(KEY_MAX / 3)] {
        land(store, &[keeps([keep(&shelf, &key, Some(0), body)])]).await?;
        let kept = store.record(&shelf, &key).await?;
        let kept = kept.ok_or_else(|| Broken::new("the longest record is not there"))?;
        same("its key", &kept.key, &key)?;
        ensure(kept.body == body, "the longest body did not come back")?;
    }
    let full = "b".repeat(BODY_MAX);
    land(store, &[write_at("full", None, &full)]).await?;
    let kept = store.record("draft", "full").await?;
    ensure(
        kept.is_some_and(|r| r.body == full),
        "a full body did not come back",
    )?;

    let long = "k".repeat(KEY_MAX + 1);
    let longer = format!("{full}b");
    for (what, change) in [
        ("no shelf", keep("", "k", None, "1")),
        (
            "a long shelf",
            keep(&"s".repeat(SHELF_MAX + 1), "k", None, "1"),
        ),
        ("no key", keep("draft", "", None, "1")),
        ("a long key", keep("draft", &long, None, "1")),
        ("a long body", keep("draft", "k", None, &longer)),
        ("U+0000 in a shelf", keep("dra\0ft", "k", None, "1")),
        ("U+0000 in a key", keep("draft", "k\0", None, "1")),
        ("U+0000 in a body", keep("draft", "k", None, "\0")),
    ] {
        let answer = commit(store, &keeps([change])).await;
        let refused = matches!(answer, Err(StoreError::Corrupt { .. }));
        ensure(
            refused,
            format_args!("{what}: expected corrupt, got {answer:?}"),
        )?;
    }
    for (shelf, prefix, after) in [
        ("dra\0ft", "", None),
        ("draft", "\0", None),
        ("draft", "", Some("\0")),
    ] {
        same(
            "a name that cannot be",
            &store.record(shelf, prefix).await?.is_none(),
            &true,
        )?;
        let range = RecordRange {
            shelf: shelf.to_owned(),
            prefix: prefix.to_owned(),
            after: after.map(str::to_owned),
            reverse: false,
            limit: 10,
        };
        same("a page of such", &store.records(&range).await?.len(), &0)?;
    }
    same(
        "such ones",
        &store.count("draft", "\0", Scene::new(44)?.now()).await?,
        &0,
    )?;
    Ok(Outcome::Kept)
}

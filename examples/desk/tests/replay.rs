//! What a replay reports, on the sample that ships with crdesk.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod support;

use std::collections::BTreeMap;

use serde_json::Value;
use support::{Ran, crdesk, report, rows, sample, text, whole, without_speed};

const LIMIT: usize = 120;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// What the first cases in order of time say.
fn first(limit: usize) -> Vec<std::collections::HashMap<String, String>> {
    let mut all = rows(&sample());
    all.sort_by_key(|row| row["Date received"].clone());
    all.truncate(limit);
    all
}

#[test]
fn recorded_facts_are_those_of_the_file() {
    let report = report(folder().path(), &["--store", "memory", "--limit", "20"]);
    let rows = rows(&sample());
    let recorded = &report["recorded"];
    assert_eq!(
        whole(&recorded["cases"]),
        rows.len() as u64,
        "all of them, whatever the limit"
    );
    let mut years: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for row in &rows {
        let year = years
            .entry(row["Date received"][..4].to_owned())
            .or_default();
        match row["Timely response?"].as_str() {
            "Yes" => year.0 += 1,
            "No" => year.1 += 1,
            other => panic!("{other}"),
        }
    }
    for (year, (yes, no)) in &years {
        let said = &recorded["by_year"][year];
        assert_eq!(
            (whole(&said["yes"]), whole(&said["no"])),
            (*yes, *no),
            "{year}"
        );
    }
    let share = |year: &str| years[year].0 as f64 / (years[year].0 + years[year].1) as f64;
    let rest = ["2017", "2018", "2019", "2020", "2022"];
    assert!(
        rest.iter().all(|year| share(year) > share("2021") + 0.05),
        "the sample shows the dip"
    );
}

#[test]
fn every_case_is_raised_given_out_and_answered_as_the_file_says() {
    let folder = folder();
    let limit = LIMIT.to_string();
    let report = report(folder.path(), &["--limit", &limit]);
    let computed = &report["computed"];
    let all = &computed["all"];
    for what in ["raised", "resolved", "closed"] {
        assert_eq!(whole(&all[what]), LIMIT as u64, "{what}");
    }
    assert_eq!(whole(&computed["still_open"]), 0);
    let said = |response: &str| {
        let of = first(LIMIT).into_iter();
        of.filter(|row| row["Company response to consumer"] == response)
            .count() as u64
    };
    let outcome = |name: &str| computed["outcomes"].get(name).map_or(0, whole);
    assert_eq!(outcome("upheld"), said("Closed with monetary relief"));
    assert_eq!(
        outcome("partly_upheld"),
        said("Closed with non-monetary relief")
    );
    assert_eq!(outcome("rejected"), said("Closed with explanation"));

    let targets = &all["targets"]["first_response"];
    let (met, missed) = (whole(&targets["met"]), whole(&targets["breached"]));
    let timely = |flag: &str| {
        first(LIMIT)
            .into_iter()
            .filter(|row| row["Timely response?"] == flag)
            .count() as u64
    };
    assert_eq!((met, missed), (timely("Yes"), timely("No")));

    let by_service = computed["by_service"].as_array().expect("rows");
    let raised: u64 = by_service.iter().map(|row| whole(&row["raised"])).sum();
    assert_eq!(raised, LIMIT as u64);
    let mortgages = first(LIMIT)
        .into_iter()
        .filter(|row| row["Product"] == "Mortgage")
        .count();
    let mortgage = by_service
        .iter()
        .find(|row| row["what"] == "mortgage")
        .expect("mortgages");
    assert_eq!(whole(&mortgage["raised"]), mortgages as u64);

    let given = &computed["allocation"];
    assert!(whole(&given["chosen"]) + whole(&given["never_assigned"]) >= LIMIT as u64);
    let events: u64 = computed["events"]
        .as_object()
        .expect("events")
        .values()
        .map(whole)
        .sum();
    assert_eq!(events, whole(&report["store"]["head"]["position"]));
}

#[test]
fn timers_agree_with_answers_that_were_made_from_the_flag() {
    // 2021 and 2022, where the late ones are.
    let folder = folder();
    let text = sample();
    let (header, rest) = text.split_once('\n').expect("a header");
    let late = rest.lines().filter(|line| line.contains(",No")).take(25);
    let timely = rest.lines().filter(|line| line.contains(",Yes")).take(25);
    let lines: Vec<&str> = std::iter::once(header).chain(late).chain(timely).collect();
    std::fs::write(folder.path().join("some.csv"), lines.join("\n")).expect("written");
    let report = report(folder.path(), &["some.csv", "--store", "memory"]);
    let agreement = &report["agreement"][0];
    assert_eq!(agreement["recorded"], "Timely response?");
    assert_eq!(whole(&agreement["yes"]["yes"]), 25);
    assert_eq!(whole(&agreement["no"]["no"]), 25);
    assert_eq!(
        whole(&agreement["yes"]["no"]) + whole(&agreement["no"]["yes"]),
        0
    );
    assert!(
        whole(&report["computed"]["notices"]["sla-breached"]) > 0,
        "somebody was told"
    );
}

#[test]
fn the_same_seed_is_the_same_replay_on_every_store() {
    let folder = folder();
    let on = |args: &[&str]| {
        let all = [&["--limit", "60"], args].concat();
        let mut report = without_speed(report(folder.path(), &all));
        report["store"]["address"] = Value::Null;
        report["store"]["references"] = Value::Null;
        report
    };
    let memory = on(&["--store", "memory"]);
    assert_eq!(memory, on(&["--store", "memory"]), "again");
    assert_eq!(
        memory,
        on(&["--store", "desk.db"]),
        "in SQLite, to the hash of the chain"
    );
    let other = on(&["--store", "memory", "--seed", "2"]);
    assert_ne!(memory["store"]["head"], other["store"]["head"]);
    assert_eq!(memory["recorded"], other["recorded"]);
}

#[test]
fn a_pause_between_ticks_changes_no_verdict() {
    let folder = folder();
    let on = |every: &str| {
        report(
            folder.path(),
            &["--limit", "60", "--store", "memory", "--every", every],
        )
    };
    let (always, daily) = (on("0"), on("24h"));
    assert_eq!(always["agreement"], daily["agreement"]);
    let targets = |report: &Value| report["computed"]["all"]["targets"].clone();
    assert_eq!(targets(&always), targets(&daily));
    assert!(whole(&daily["speed"]["ticks"]) < whole(&always["speed"]["ticks"]));
}

#[test]
fn gzip_and_plain_are_one() {
    let folder = folder();
    std::fs::write(folder.path().join("plain.csv"), sample()).expect("written");
    let zipped = concat!(env!("CARGO_MANIFEST_DIR"), "/sample/complaints.csv.gz");
    let on = |file: &str| {
        let mut report = without_speed(report(
            folder.path(),
            &[file, "--store", "memory", "--limit", "30"],
        ));
        report["input"]["file"] = Value::Null;
        report
    };
    assert_eq!(on("plain.csv"), on(zipped));
}

#[test]
fn the_text_tells_recorded_from_computed() {
    let Ran { code, stdout, .. } = crdesk(
        folder().path(),
        &["replay", "--store", "memory", "--limit", "20"],
    );
    assert_eq!(code, 0);
    let place = |what: &str| {
        stdout
            .find(what)
            .unwrap_or_else(|| panic!("{what} in {stdout}"))
    };
    assert!(place("RECORDED") < place("COMPUTED"));
    assert!(place("COMPUTED") < place("AGREEMENT"));
    assert!(place("AGREEMENT") < place("ASSUMED"));
    assert!(
        stdout.contains("(assumed)"),
        "times that no file gives are marked"
    );
    assert!(stdout.contains("events per second") || stdout.contains("commands per second"));
}

#[test]
fn what_cannot_be_replayed_is_told_clearly() {
    let folder = folder();
    let refused = |args: &[&str]| {
        let ran = crdesk(folder.path(), args);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
        ran.stderr
    };
    assert!(refused(&["replay", "no.csv"]).contains("cannot read no.csv"));

    std::fs::write(folder.path().join("other.csv"), "a,b\n1,2\n").expect("written");
    let stderr = refused(&["replay", "other.csv", "--store", "memory"]);
    assert!(
        stderr.contains("\"a,b\"") && stderr.contains("Complaint ID"),
        "{stderr}"
    );

    let bad = "Complaint ID,Submitted via,Date received,Product,Issue,\
               Company response to consumer,Timely response?\n1,Web,2021-02-30,Mortgage,x,Closed,Yes\n";
    std::fs::write(folder.path().join("bad.csv"), bad).expect("written");
    let stderr = refused(&["replay", "bad.csv", "--store", "memory"]);
    assert!(
        stderr.contains("line 2") && stderr.contains("2021-02-30"),
        "{stderr}"
    );

    std::fs::write(folder.path().join("rules.json"), "{\"servces\": {}}").expect("written");
    let stderr = refused(&["replay", "--store", "memory", "--rules", "rules.json"]);
    assert!(
        stderr.contains("servces") && stderr.contains("rules.json"),
        "{stderr}"
    );

    assert!(refused(&["replay", "--every", "2d"]).contains("15m"));
    assert!(refused(&["replay", "--store", "ftp://x"]).contains("ftp"));
}

#[test]
fn a_database_that_is_no_replays_is_left_alone() {
    let folder = folder();
    std::fs::write(folder.path().join("crdesk.db"), "mine").expect("written");
    let ran = crdesk(folder.path(), &["replay", "--limit", "5"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("crdesk.db") && ran.stderr.contains("--store"),
        "{}",
        ran.stderr
    );
    let kept = std::fs::read_to_string(folder.path().join("crdesk.db")).expect("it is there");
    assert_eq!(kept, "mine");

    // Nor is one that took the place of a replay's.
    std::fs::remove_file(folder.path().join("crdesk.db")).expect("removed");
    assert_eq!(crdesk(folder.path(), &["replay", "--limit", "5"]).code, 0);
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.path().join(format!("crdesk.db{ending}")));
    }
    crdesk(folder.path(), &["migrate"]);
    let ran = crdesk(folder.path(), &["replay", "--limit", "5"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}

#[test]
fn a_replay_replaces_the_one_before_and_says_so() {
    let folder = folder();
    let replay = || crdesk(folder.path(), &["replay", "--limit", "5"]);
    assert!(replay().stderr.contains("replaying to crdesk.db"));
    let again = replay();
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert!(
        again.stderr.contains("replacing crdesk.db"),
        "{}",
        again.stderr
    );
    let report = report(folder.path(), &["--limit", "3"]);
    assert_eq!(text(&report["store"]["address"]), "crdesk.db");
    assert_eq!(whole(&report["computed"]["all"]["raised"]), 3);
}

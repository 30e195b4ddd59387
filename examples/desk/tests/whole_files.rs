//! The whole public files, read in place where they are.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod support;

use serde_json::Value;
use support::{report, shared, text, whole};

fn replayed(file: &str, limit: &str) -> Option<Value> {
    let path = shared(file)?;
    let path = path.to_str().expect("a path in UTF-8");
    let folder = tempfile::tempdir().expect("a folder");
    Some(report(
        folder.path(),
        &[path, "--store", "memory", "--limit", limit],
    ))
}

/// A share in per mille.
fn per_mille(part: &Value, of: u64) -> u64 {
    (whole(part) * 1_000 + of / 2) / of
}

fn timely(split: &Value) -> u64 {
    per_mille(&split["yes"], whole(&split["yes"]) + whole(&split["no"]))
}

#[test]
fn complaints_of_one_bank() {
    let Some(report) = replayed("cfpb_bofa/complaints_dev.csv.gz", "400") else {
        return;
    };
    let recorded = &report["recorded"];
    assert_eq!(whole(&recorded["cases"]), 43_549);
    assert_eq!(timely(&recorded["by_year"]["2021"]), 889, "the dip of 2021");
    for year in ["2017", "2018", "2019", "2020"] {
        assert!(timely(&recorded["by_year"][year]) >= 990, "{year}");
    }
    assert_eq!(whole(&report["computed"]["all"]["resolved"]), 400);
    let agreement = &report["agreement"][0];
    assert_eq!(
        whole(&agreement["yes"]["no"]) + whole(&agreement["no"]["yes"]),
        0
    );
}

#[test]
fn incidents_by_their_log() {
    let Some(report) = replayed("uci_incidents/event_log_dev.csv.gz", "600") else {
        return;
    };
    incidents(&report);
    assert_eq!(text(&report["input"]["form"]), "uci_log");
    let all = &report["computed"]["all"];
    assert!(
        whole(&all["reopened"]) > 0,
        "reopened at the desk as in the log"
    );
    let agreement = &report["agreement"][1];
    assert_eq!(text(&agreement["recorded"]), "reassigned at least once");
    let differ = whole(&agreement["yes"]["no"]) + whole(&agreement["no"]["yes"]);
    assert!(differ <= 6, "of 600, got {agreement}");
}

#[test]
fn incidents_by_their_cases() {
    let Some(report) = replayed("uci_incidents/cases_dev.csv.gz", "600") else {
        return;
    };
    incidents(&report);
    assert_eq!(text(&report["input"]["form"]), "uci_cases");
    assert!(whole(&report["computed"]["all"]["reassigned"]) > 0);
}

fn incidents(report: &Value) {
    let recorded = &report["recorded"];
    assert_eq!(whole(&recorded["cases"]), 19_934);
    assert_eq!(timely(&recorded["in_time"]), 633);
    assert_eq!(per_mille(&recorded["reassigned"]["cases"], 19_934), 455);
    assert_eq!(per_mille(&recorded["without_resolution"], 19_934), 61);
    let all = &report["computed"]["all"];
    assert_eq!(whole(&all["raised"]), 600);
    assert_eq!(whole(&report["computed"]["still_open"]), 0);
    let both = ["yes", "no"].map(|said| &report["agreement"][0][said]);
    let compared: u64 = both
        .iter()
        .map(|row| whole(&row["yes"]) + whole(&row["no"]))
        .sum();
    assert_eq!(compared, 600, "every case has a label and a verdict");
}

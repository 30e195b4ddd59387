//! Looking at a desk: `explain`, `doctor`, `migrate`, help.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod support;

use std::path::Path;

use crcore::chain::Head;
use crcore::store::Journal;
use crcore_adapters::sql::SqliteStore;

use support::{crdesk, report, text};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// A reference of a replay to `./crdesk.db`.
fn replayed(folder: &Path) -> String {
    let report = report(folder, &["--limit", "10"]);
    text(&report["store"]["references"][0]).to_owned()
}

/// Another symbol in the second place.
fn mistyped(reference: &str) -> String {
    let mut symbols: Vec<char> = reference.chars().collect();
    symbols[1] = if symbols[1] == 'Z' { 'Y' } else { 'Z' };
    symbols.into_iter().collect()
}

#[test]
fn explain_says_why_and_who() {
    let folder = folder();
    let reference = replayed(folder.path());
    let before = head(folder.path());
    let ran = crdesk(folder.path(), &["explain", &reference]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for what in [
        &*reference,
        "first response due",
        "cfpb-complaints",
        "us-federal",
        "15cd",
        "Allocation at",
    ] {
        assert!(ran.stdout.contains(what), "{what} in {}", ran.stdout);
    }
    assert!(
        ran.stdout.contains("Ada"),
        "agents have names: {}",
        ran.stdout
    );
    let spoken = reference.to_lowercase().replace('-', " ");
    assert_eq!(
        crdesk(folder.path(), &["explain", &spoken]).stdout,
        ran.stdout
    );
    assert_eq!(head(folder.path()), before, "looking writes nothing");
}

/// The head of the chain in a folder's database. Its bytes tell nothing: SQLite moves pages from the
/// log into the file whenever it likes.
fn head(folder: &Path) -> Head {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let tenant = "replay".parse().expect("a tenant");
        let store = SqliteStore::open(folder.join("crdesk.db"), tenant).await;
        store.expect("the database").head().await.expect("a head")
    })
}

#[test]
fn a_typing_error_is_told_apart_from_an_unknown_reference() {
    let folder = folder();
    let reference = replayed(folder.path());
    let wrong = crdesk(folder.path(), &["explain", &mistyped(&reference)]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("typing error"), "{}", wrong.stderr);
    let short = crdesk(folder.path(), &["explain", "ABC"]);
    assert_eq!(short.code, 2);
    assert!(
        short.stderr.contains("11 letters and digits"),
        "{}",
        short.stderr
    );
    let unknown = crdesk(folder.path(), &["explain", "00000-00000-0"]);
    assert_eq!(unknown.code, 1);
    assert!(
        unknown.stderr.contains("no ticket 00000-00000-0"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn a_desk_that_is_not_there_is_told() {
    let ran = crdesk(folder().path(), &["explain", "00000-00000-0"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("crdesk replay"), "{}", ran.stderr);
}

#[test]
fn doctor_finds_a_replay_well() {
    let folder = folder();
    replayed(folder.path());
    let ran = crdesk(folder.path(), &["doctor"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    for what in [
        "schema", "clock", "rules", "due", "queues", "notices", "chain",
    ] {
        assert!(ran.stdout.contains(what), "{what} in {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("WRONG"), "{}", ran.stdout);
}

#[test]
fn doctor_sees_a_tail_that_is_gone() {
    let folder = folder();
    replayed(folder.path());
    // The head that was exported lies further than the chain of a shorter replay.
    let note = folder.path().join("crdesk.db.replay.json");
    let exported = std::fs::read_to_string(&note).expect("the exported head");
    report(folder.path(), &["--limit", "4"]);
    std::fs::write(&note, exported).expect("written");
    let ran = crdesk(folder.path(), &["doctor"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    let line = ran
        .stdout
        .lines()
        .find(|line| line.starts_with("WRONG"))
        .expect("a finding");
    assert!(line.contains("chain"), "{line}");
    assert!(
        ran.stdout.contains("-> "),
        "it says what to do: {}",
        ran.stdout
    );
}

#[test]
fn migrate_makes_an_empty_desk_and_prints_schemas() {
    let folder = folder();
    let ran = crdesk(folder.path(), &["migrate", "--store", "empty.db"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let again = crdesk(folder.path(), &["migrate", "--store", "empty.db"]);
    assert_eq!(again.code, 0, "nothing to do is fine: {}", again.stderr);
    let doctor = crdesk(folder.path(), &["doctor", "--store", "empty.db"]);
    assert_eq!(doctor.code, 0, "{}", doctor.stdout);
    let taken = crdesk(folder.path(), &["replay", "--store", "empty.db"]);
    assert_eq!(taken.code, 2, "a desk that no replay made is not replaced");
    for (database, word) in [
        ("sqlite", "BLOB"),
        ("postgres", "uuid"),
        ("mysql", "BINARY(16)"),
    ] {
        let ran = crdesk(folder.path(), &["migrate", "--print", database]);
        assert!(
            ran.stdout.contains("CREATE TABLE") && ran.stdout.contains(word),
            "{database}"
        );
    }
}

#[test]
fn help_gives_examples() {
    let folder = folder();
    let help = |args: &[&str]| crdesk(folder.path(), args).stdout;
    let all = help(&["--help"]);
    assert!(
        all.contains("crdesk replay") && all.contains("Exit codes"),
        "{all}"
    );
    for command in ["replay", "explain", "migrate", "doctor"] {
        let text = help(&[command, "--help"]);
        assert!(
            text.contains("Example") && text.contains(&format!("crdesk {command}")),
            "{text}"
        );
    }
    let none = crdesk(folder.path(), &[]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("Usage"), "{}", none.stderr);
}

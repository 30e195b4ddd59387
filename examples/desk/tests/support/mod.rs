//! Running the real binary.

#![expect(dead_code, reason = "each test file uses its own part")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `crdesk` in `folder`.
pub(crate) fn crdesk(folder: &Path, args: &[&str]) -> Ran {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_crdesk"))
        .current_dir(folder)
        .args(args)
        .output()
        .expect("the binary runs");
    Ran {
        code: status.code().expect("it was not killed"),
        stdout: String::from_utf8(stdout).expect("UTF-8"),
        stderr: String::from_utf8(stderr).expect("UTF-8"),
    }
}

/// The JSON report of a replay.
pub(crate) fn report(folder: &Path, args: &[&str]) -> Value {
    let mut all = vec!["replay", "--json", "--quiet"];
    all.extend(args);
    let ran = crdesk(folder, &all);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stderr, "", "--quiet");
    serde_json::from_str(&ran.stdout).expect("--json prints JSON")
}

/// What is the same in every run with the same seed.
pub(crate) fn without_speed(mut report: Value) -> Value {
    let all = report.as_object_mut().expect("an object");
    all.remove("speed").expect("the speed");
    report
}

/// The sample that ships with crdesk, as text.
pub(crate) fn sample() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample/complaints.csv.gz");
    unzipped(&path)
}

pub(crate) fn unzipped(path: &Path) -> String {
    let mut text = String::new();
    let file = std::fs::File::open(path).expect("the file is there");
    flate2::read::MultiGzDecoder::new(file)
        .read_to_string(&mut text)
        .expect("gzip of UTF-8");
    text
}

/// Rows of a CSV text by column.
pub(crate) fn rows(text: &str) -> Vec<std::collections::HashMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("CSV")
}

/// A file of the data that the project keeps beside the repository, if it is there.
pub(crate) fn shared(file: &str) -> Option<PathBuf> {
    let data = std::env::var_os("CRCORE_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = data.join(file);
    if path.exists() {
        return Some(path);
    }
    // Not `println!`, which libtest keeps to itself where a test passes.
    let _ = writeln!(
        std::io::stderr(),
        "not run: {} is not there (CRCORE_DATA names another folder)",
        path.display()
    );
    None
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

pub(crate) fn whole(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("expected a whole number, got {value}"))
}

//! A module of the core imports from its own floor or a lower one, never from above.

use std::fs;
use std::path::{Path, PathBuf};

/// The floors of `crcore/src`, lowest first, as DESIGN.md draws them.
const FLOORS: &[&[&str]] = &[
    &["id", "clock", "calendar", "money", "text"],
    &[
        "actor", "agent", "customer", "event", "record", "ticket", "words",
    ],
    &[
        "access",
        "sla",
        "allocation",
        "analytics",
        "catalogue",
        "chain",
        "queue",
        "rules",
    ],
    &["store", "blobs", "ledger", "notify", "scan"],
    &[
        "error",
        "audit",
        "command",
        "plan",
        "desk",
        "tick",
        "memory",
        "conformance",
        "testing",
    ],
];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_import_points_up() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("crcore/src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut wrong = Vec::new();
    let is_test = |file: &&PathBuf| {
        file.iter()
            .any(|part| part == "tests" || part == "tests.rs")
    };
    for file in files
        .iter()
        .filter(|file| !file.ends_with("lib.rs") && !is_test(file))
    {
        let inside = file.strip_prefix(&root).unwrap();
        let first = inside
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_str()
            .unwrap();
        let module = first.trim_end_matches(".rs");
        let own = floor(module).unwrap_or_else(|| panic!("{module} stands on no floor"));
        let text = fs::read_to_string(file).unwrap();
        let outside_tests = text.split("#[cfg(test)]").next().unwrap();
        for line in outside_tests
            .lines()
            .filter_map(|l| l.trim().strip_prefix("use crate::"))
        {
            let name = line
                .trim_start_matches('{')
                .split([':', ';', ' '])
                .next()
                .unwrap();
            match floor(name) {
                Some(theirs) if theirs <= own => {}
                Some(_) => wrong.push(format!("{}: imports {name} from above", inside.display())),
                None => wrong.push(format!("{}: import {name} by its module", inside.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

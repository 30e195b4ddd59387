//! What the guides say in tables is what the code does.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crcore::access::{Reach, Right, has, reach};
use crcore::ticket::{StatusName, Verb, next_status};
use crcore::{Error, Role};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn guide(name: &str) -> String {
    fs::read_to_string(root().join("crcore/docs").join(name)).unwrap()
}

/// The rows of the table that stands under `<!-- mark -->`, without its two lines of head.
fn table(guide: &str, mark: &str) -> Vec<Vec<String>> {
    let (_, after) = guide.split_once(&format!("<!-- {mark} -->")).unwrap();
    let (table, _) = after.split_once("<!-- end -->").unwrap();
    let cells = |line: &str| {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect()
    };
    table.trim().lines().skip(2).map(cells).collect()
}

fn code(name: &str) -> String {
    format!("`{name}`")
}

#[test]
fn every_error_code_has_its_paragraph() {
    let why = || "x".to_owned();
    // The compiler asks for a line here when there is a new error.
    let every = [
        Error::NotFound { what: "ticket" },
        Error::NotAllowed { role: "", verb: "" },
        Error::NotPossible {
            why: why(),
            legal: Vec::new(),
        },
        Error::Stale { seen: 1, now: 2 },
        Error::Invalid {
            field: why(),
            expected: why(),
        },
        Error::TryAgain {
            why: why(),
            cause: None,
        },
        Error::Broken { why: why() },
    ];
    for error in &every {
        match error {
            Error::NotFound { .. }
            | Error::NotAllowed { .. }
            | Error::NotPossible { .. }
            | Error::Stale { .. }
            | Error::Invalid { .. }
            | Error::TryAgain { .. }
            | Error::Broken { .. } => {}
        }
    }
    let guide = guide("errors.md");
    let told = guide.lines().filter_map(|line| line.strip_prefix("## "));
    let told: Vec<String> = told.map(str::to_owned).collect();
    let codes: Vec<String> = every.iter().map(|error| code(error.code())).collect();
    assert_eq!(told, codes);
    for error in &every {
        let kind = code(&format!("{:?}", error.kind()));
        assert!(
            guide.contains(&format!("| {kind} |")),
            "{kind} is in the table"
        );
    }
}

#[test]
fn the_transitions_are_those_of_the_code() {
    let expected: Vec<Vec<String>> = Verb::ALL
        .iter()
        .map(|&verb| {
            let leads = |status: &StatusName| match next_status(*status, verb) {
                None => "–".to_owned(),
                Some(next) if next == *status => "stays".to_owned(),
                Some(next) => code(next.name()),
            };
            let row = StatusName::ALL.iter().map(leads);
            std::iter::once(code(verb.name())).chain(row).collect()
        })
        .collect();
    assert_eq!(table(&guide("lifecycle.md"), "transitions"), expected);
}

/// The columns of the tables of access, as they are printed.
const ROLES: [Role; 6] = [
    Role::Customer,
    Role::Agent,
    Role::Supervisor,
    Role::Admin,
    Role::Service,
    Role::System,
];

#[test]
fn who_may_do_what_is_that_of_the_code() {
    let far = |reach| match reach {
        Reach::Never => "–",
        Reach::Own => "own",
        Reach::Served => "served",
        Reach::Any => "any",
    };
    let expected: Vec<Vec<String>> = Verb::ALL
        .iter()
        .map(|&verb| {
            let row = ROLES.iter().map(|&role| far(reach(role, verb)).to_owned());
            std::iter::once(code(verb.name())).chain(row).collect()
        })
        .collect();
    assert_eq!(table(&guide("lifecycle.md"), "access"), expected);

    let yes = |has| if has { "yes" } else { "–" };
    let expected: Vec<Vec<String>> = Right::ALL
        .iter()
        .map(|&right| {
            let row = ROLES.iter().map(|&role| yes(has(role, right)).to_owned());
            std::iter::once(code(right.name())).chain(row).collect()
        })
        .collect();
    assert_eq!(table(&guide("lifecycle.md"), "rights"), expected);
}

/// A limit: the module that names it, its name, its number.
type Limit = (String, String, u64);

/// The number that a constant expression is: the product of the numbers in it.
fn number(expression: &str) -> Option<u64> {
    let numbers: Vec<u64> = expression
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .filter_map(|word| word.replace('_', "").parse().ok())
        .collect();
    let of_constants = expression
        .split(|c: char| !(c.is_ascii_uppercase() || c == '_'))
        .any(|word| word.len() > 1);
    (!numbers.is_empty() && !of_constants).then(|| numbers.iter().product())
}

fn constants(dir: &Path, found: &mut Vec<Limit>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            constants(&path, found);
            continue;
        }
        let inside = path.strip_prefix(root().join("crcore/src")).unwrap();
        let module = inside.with_extension("").to_str().unwrap().to_owned();
        for line in fs::read_to_string(&path).unwrap().lines() {
            let Some((_, constant)) = line.split_once("const ") else {
                continue;
            };
            let Some((name, rest)) = constant.split_once(": ") else {
                continue;
            };
            let value = rest.split_once(" = ").and_then(|(_, value)| number(value));
            if let Some(value) = value {
                found.push((module.clone(), name.to_owned(), value));
            }
        }
    }
}

#[test]
fn the_limits_are_those_of_the_code() {
    let mut found = Vec::new();
    constants(&root().join("crcore/src"), &mut found);
    let found: BTreeSet<Limit> = found.into_iter().collect();
    let told: BTreeSet<Limit> = table(&guide("embedding.md"), "limits")
        .into_iter()
        .map(|row| {
            let [module, name, is, because] = &row[..] else {
                panic!("{row:?}")
            };
            assert!(!because.is_empty(), "{name} has a reason");
            let digits = is.split(' ').next().unwrap().replace(',', "");
            let plain = |cell: &String| cell.trim_matches('`').to_owned();
            (plain(module), plain(name), digits.parse().unwrap())
        })
        .collect();
    let wrong: Vec<_> = told.difference(&found).collect();
    assert!(wrong.is_empty(), "not in the source: {wrong:?}");
    let untold = found
        .difference(&told)
        .filter(|(module, name, _)| name.ends_with("_MAX") && !module.starts_with("conformance"));
    let untold: Vec<_> = untold.collect();
    assert!(untold.is_empty(), "not in the guide: {untold:?}");
}

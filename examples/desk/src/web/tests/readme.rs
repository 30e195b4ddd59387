//! What the README says, compared with what there is.

use std::collections::BTreeSet;

use crate::web::settings::Settings;

const README: &str = include_str!("../../../README.md");

/// What serde says it would have known in the place of a name that there is not.
fn known(table: &str) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.toml");
    std::fs::write(&file, format!("{table}nonsense = 1\n")).unwrap();
    let refused = Settings::read(Some(&file)).unwrap_err().to_string();
    let (_, names) = refused.split_once("expected").unwrap();
    let names = names.split(" for key").next().unwrap();
    names
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_setting_is_told_and_no_other() {
    let mut there = BTreeSet::new();
    for name in known("") {
        match name.as_str() {
            "mail" | "files" | "sessions" | "limits" | "watch" => {
                let parts = known(&format!("[{name}]\n"));
                there.extend(parts.into_iter().map(|part| format!("{name}.{part}")));
            }
            "providers" => {
                there.insert("providers.NAME".to_owned());
            }
            _ => {
                there.insert(name);
            }
        }
    }
    let rows = README
        .split("| setting | unless set | what |")
        .nth(1)
        .unwrap();
    let rows = rows
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let told: BTreeSet<String> = rows
        .map(|row| row.split('`').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(told, there);
    for part in known("[providers.x]\n") {
        assert!(
            README.contains(&format!("`{part}`")),
            "{part} of a provider"
        );
    }
}

#[test]
fn what_is_said_to_be_usual_is() {
    let usual = Settings::default();
    for (name, value) in [
        ("listen", usual.listen.to_string()),
        ("store", usual.store),
        ("tenant", usual.tenant),
        ("bank", usual.bank),
        ("zone", usual.zone.to_string()),
        ("language", usual.language.to_string()),
        ("files.place", usual.files.place),
        ("files.max_bytes", usual.files.max_bytes.to_string()),
        (
            "sessions.customer_idle_minutes",
            usual.sessions.customer_idle_minutes.to_string(),
        ),
        (
            "sessions.staff_idle_minutes",
            usual.sessions.staff_idle_minutes.to_string(),
        ),
        (
            "sessions.absolute_minutes",
            usual.sessions.absolute_minutes.to_string(),
        ),
        ("limits.burst", usual.limits.burst.to_string()),
        ("limits.per_second", usual.limits.per_second.to_string()),
        ("limits.connections", usual.limits.connections.to_string()),
        (
            "limits.header_seconds",
            usual.limits.header_seconds.to_string(),
        ),
        ("limits.at_once", usual.limits.at_once.to_string()),
        ("limits.live", usual.limits.live.to_string()),
        ("limits.seconds", usual.limits.seconds.to_string()),
        ("watch.log", usual.watch.log),
        ("watch.json", usual.watch.json.to_string()),
    ] {
        let row = format!("| `{name}` | `{value}` |");
        assert!(README.contains(&row), "{row}");
    }
}

//! What is wrong with a policy file is said where it is wrong.

use serde_json::{Value, json};

use super::setup::{calendars, policies};
use crate::sla::{SlaBook, SlaPolicy};

fn error(policies: Value) -> String {
    let policies: Vec<SlaPolicy> = serde_json::from_value(policies).unwrap();
    SlaBook::new("1", &calendars(), &policies)
        .unwrap_err()
        .to_string()
}

/// What is wrong with a policy that has this rule for its resolution.
fn wrong_rule(rule: Value) -> String {
    error(json!([{ "name": "a", "calendar": "berlin", "targets": { "resolution": rule } }]))
}

#[test]
fn every_mistake_has_its_place() {
    let at = "sla[0].targets.resolution";
    for (rule, message) in [
        (
            json!({ "within": "0m" }),
            ".within: expected a span above zero, got 0m",
        ),
        (
            json!({ "within": "8w" }),
            r#".within: expected `"time": "calendar"` for 8w"#,
        ),
        (
            json!({ "within": "2bd", "time": "calendar" }),
            r#".within: expected `"time": "business"` for 2bd"#,
        ),
        (
            json!({ "within": "8h", "warn_before": ["1h", "8h"] }),
            ".warn_before[1]: expected a warning of less than the target's 8h, got 8h",
        ),
        (
            json!({ "within": "2w", "time": "calendar", "warn_before": ["14cd"] }),
            ".warn_before[0]: expected a warning of less than the target's 2w, got 14cd",
        ),
        (
            json!({ "within": "40h", "warn_before": ["2bd"] }),
            ".warn_before[0]: expected a warning in hours, as the target's 40h, got 2bd",
        ),
        (
            json!({ "within": "2bd", "warn_before": ["0m"] }),
            ".warn_before[0]: expected a span above zero, got 0m",
        ),
        (
            json!({ "within": "2bd", "escalate": [{ "after": "1w", "do": "release" }] }),
            r#".escalate[0].after: expected `"time": "calendar"` for 1w"#,
        ),
        (
            json!({ "within": "2bd", "escalate": [{ "after": "0m", "do": { "notify": { "role": "customer" } } }] }),
            ".escalate[0].do.notify.role: expected agent, supervisor or admin, got customer",
        ),
        (
            json!({ "within": "2bd", "warn_before": vec!["1m"; 256] }),
            ".warn_before: expected at most 255 steps, got 256",
        ),
    ] {
        assert_eq!(wrong_rule(rule), format!("{at}{message}"));
    }
}

#[test]
fn policies_are_checked_among_each_other_and_against_the_calendars() {
    for (policies, message) in [
        (
            json!([{ "name": "a", "calendar": "paris" }]),
            "sla[0].calendar: expected a calendar of this file, got paris",
        ),
        (
            json!([{ "name": "a", "targets": { "resolution": { "within": "8h" } } }]),
            "sla[0].targets.resolution: expected a `calendar` in this policy, because it counts business time",
        ),
        (
            json!([{ "name": "a", "close_after": "2bd" }]),
            "sla[0].close_after: expected a `calendar` in this policy, because it counts business time",
        ),
        (
            json!([{ "name": "a", "when": { "kinds": ["query"] } }, { "name": "a" }]),
            "sla[1].name: expected a name of its own, got a a second time",
        ),
        (
            json!([{ "name": "a" }, { "name": "b", "when": { "kinds": ["query"] } }]),
            "sla[1]: expected a policy that some ticket reaches, got one after a, which is for every ticket",
        ),
    ] {
        assert_eq!(error(policies), message);
    }
}

#[test]
fn a_calendar_that_never_opens_is_refused_by_its_name() {
    let mut calendars = calendars();
    calendars.values_mut().next().unwrap().hours = Default::default();
    let error = SlaBook::new("1", &calendars, &policies()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "calendars.berlin: expected a calendar that opens at some time, got one that is always closed"
    );
}

#[test]
fn as_many_steps_as_can_be_numbered_are_taken() {
    let steps = vec![json!({ "after": "1m", "do": "release" }); 255];
    let rule = json!({ "within": "8h", "warn_before": vec!["1m"; 255], "escalate": steps });
    let policy = json!([{ "name": "a", "calendar": "berlin", "targets": { "resolution": rule } }]);
    let policies: Vec<SlaPolicy> = serde_json::from_value(policy).unwrap();
    let book = SlaBook::new("1", &calendars(), &policies).unwrap();
    let at = "2026-03-02T10:00:00+01:00";
    let mut ticket = super::setup::raised(at);
    super::setup::act(&book, &mut ticket, at, super::setup::customer(), vec![]);
    let steps = super::setup::tick(&book, &mut ticket, "2026-04-02T10:00:00+02:00");
    assert_eq!(steps.len(), 255 + 1 + 255);
}

#[test]
fn a_policy_is_written_as_it_was_read() {
    for policy in policies() {
        let text = serde_json::to_value(&policy).unwrap();
        assert_eq!(serde_json::from_value::<SlaPolicy>(text).unwrap(), policy);
    }
    for unknown in [
        json!({ "name": "a", "when": { "customer": "x" } }),
        json!({ "name": "a", "target": {} }),
        json!({ "name": "a", "targets": { "resolution": { "within": "8h", "pauses": [] } } }),
        json!({ "name": "a", "targets": { "resolution": { "within": "8h", "escalate": [{ "after": "1h", "do": "sue" }] } } }),
    ] {
        assert!(
            serde_json::from_value::<SlaPolicy>(unknown.clone()).is_err(),
            "{unknown}"
        );
    }
}

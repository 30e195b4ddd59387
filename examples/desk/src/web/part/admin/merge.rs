//! Two admins who changed the same rules at once: what each changed, put together.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Lists of the rules that are sets: their order says nothing.
const SETS: [&str; 9] = [
    "channels",
    "choices",
    "kinds",
    "languages",
    "pause",
    "priorities",
    "services",
    "silent",
    "tags",
];

/// `theirs` with everything in it that `mine` made of `base`, and whether both made something else of the
/// same part: there mine stands.
pub(super) fn merge(base: &Value, mine: &Value, theirs: &Value) -> (Value, bool) {
    let mut both = false;
    let merged = part("", Some(base), Some(mine), Some(theirs), &mut both);
    (merged.unwrap_or(Value::Null), both)
}

/// The part of this name; one that is absent was added or taken away.
fn part(
    name: &str,
    base: Option<&Value>,
    mine: Option<&Value>,
    theirs: Option<&Value>,
    both: &mut bool,
) -> Option<Value> {
    if mine == base {
        return theirs.cloned();
    }
    if theirs == base || theirs == mine {
        return mine.cloned();
    }
    match (base, mine, theirs) {
        (Some(Value::Object(base)), Some(Value::Object(mine)), Some(Value::Object(theirs))) => {
            let added = mine.keys().filter(|name| !theirs.contains_key(*name));
            let merged = theirs.keys().chain(added).filter_map(|name| {
                let merged = part(name, base.get(name), mine.get(name), theirs.get(name), both)?;
                Some((name.clone(), merged))
            });
            Some(Value::Object(merged.collect::<Map<_, _>>()))
        }
        (Some(Value::Array(base)), Some(Value::Array(mine)), Some(Value::Array(theirs)))
            if SETS.contains(&name) =>
        {
            Some(Value::Array(set(base, mine, theirs)))
        }
        (Some(Value::Array(base)), Some(Value::Array(mine)), Some(Value::Array(theirs)))
            if names(base).is_some()
                && names(base) == names(mine)
                && names(base) == names(theirs) =>
        {
            let items = base.iter().zip(mine).zip(theirs);
            let merged = items.filter_map(|((base, mine), theirs)| {
                part("", Some(base), Some(mine), Some(theirs), both)
            });
            Some(Value::Array(merged.collect()))
        }
        _ => {
            *both = true;
            mine.cloned()
        }
    }
}

/// What the items of a list are called, in its order; nothing where one has no name.
fn names(list: &[Value]) -> Option<Vec<&str>> {
    list.iter().map(|item| item.get("name")?.as_str()).collect()
}

/// Theirs, with what was added in mine and without what was taken away there.
fn set(base: &[Value], mine: &[Value], theirs: &[Value]) -> Vec<Value> {
    let text = |list: &[Value]| -> BTreeSet<String> { list.iter().map(Value::to_string).collect() };
    let (before, now) = (text(base), text(mine));
    let stays =
        |item: &&Value| !before.contains(&item.to_string()) || now.contains(&item.to_string());
    let kept: Vec<Value> = theirs.iter().filter(stays).cloned().collect();
    let there = text(&kept);
    let is_new = |item: &&Value| {
        let item = item.to_string();
        !before.contains(&item) && !there.contains(&item)
    };
    let added: Vec<Value> = mine.iter().filter(is_new).cloned().collect();
    kept.into_iter().chain(added).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::merge;

    #[test]
    fn what_each_changed_is_there() {
        let base = json!({ "a": { "x": 1, "y": 1 }, "gone": 1 });
        let mine = json!({ "a": { "x": 2, "y": 1 }, "gone": 1, "new": 1 });
        let theirs = json!({ "a": { "x": 1, "y": 5 } });
        let merged = json!({ "a": { "x": 2, "y": 5 }, "new": 1 });
        assert_eq!(merge(&base, &mine, &theirs), (merged, false));
    }

    #[test]
    fn who_changed_nothing_undoes_nothing() {
        let base = json!({ "a": [1], "b": 1 });
        let theirs = json!({ "a": [1, 2] });
        assert_eq!(merge(&base, &base, &theirs), (theirs.clone(), false));
        assert_eq!(merge(&base, &theirs, &base), (theirs.clone(), false));
        assert_eq!(merge(&base, &theirs, &theirs), (theirs, false));
    }

    #[test]
    fn of_two_who_changed_the_same_mine_stands_and_it_is_said() {
        let base = json!({ "a": 1, "list": [1], "kept": 1 });
        let mine = json!({ "a": 2, "list": [1, 2], "kept": 2 });
        let theirs = json!({ "a": 3, "list": [], "kept": 1 });
        assert_eq!(merge(&base, &mine, &theirs), (mine, true));
        // One took away what the other changed.
        let theirs = json!({ "list": [1], "kept": 1 });
        let mine = json!({ "a": 2, "list": [1], "kept": 1 });
        assert_eq!(merge(&base, &mine, &theirs), (mine, true));
    }

    #[test]
    fn a_set_has_what_each_added_and_not_what_either_took_away() {
        let base = json!({ "tags": ["a", "b", "c"] });
        let mine = json!({ "tags": ["a", "b", "mine"] });
        let theirs = json!({ "tags": ["b", "c", "theirs"] });
        let merged = json!({ "tags": ["b", "theirs", "mine"] });
        assert_eq!(merge(&base, &mine, &theirs), (merged, false));
    }

    #[test]
    fn items_with_a_name_are_put_together_where_their_order_is_the_same() {
        let list = |first: &str, second: &str, one: u32, two: u32| {
            json!({ "sla": [
                { "name": first, "within": one }, { "name": second, "within": two },
            ] })
        };
        let base = list("large", "payments", 4, 4);
        let (mine, theirs) = (
            list("large", "payments", 4, 1),
            list("large", "payments", 2, 4),
        );
        let merged = list("large", "payments", 2, 1);
        assert_eq!(merge(&base, &mine, &theirs), (merged, false));
        // In another order they are other parts: nobody can say which was changed.
        let mine = list("payments", "large", 4, 4);
        assert_eq!(merge(&base, &mine, &theirs), (mine, true));
    }
}

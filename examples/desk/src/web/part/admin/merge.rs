//! Two admins who changed the same rules at once: what each changed, put together.

use serde_json::{Map, Value};

/// `theirs` with everything in it that `mine` made of `base`, and whether both made something else of the
/// same part: there mine stands.
pub(super) fn merge(base: &Value, mine: &Value, theirs: &Value) -> (Value, bool) {
    let mut both = false;
    let merged = part(Some(base), Some(mine), Some(theirs), &mut both);
    (merged.unwrap_or(Value::Null), both)
}

/// A part that is absent in one of them was added or taken away.
fn part(
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
            let names: Vec<&String> = theirs
                .keys()
                .chain(mine.keys().filter(|name| !theirs.contains_key(*name)))
                .collect();
            let merged = names.into_iter().filter_map(|name| {
                let merged = part(base.get(name), mine.get(name), theirs.get(name), both)?;
                Some((name.clone(), merged))
            });
            Some(Value::Object(merged.collect::<Map<_, _>>()))
        }
        // Lists in which nothing was added or taken away go item by item.
        (Some(Value::Array(base)), Some(Value::Array(mine)), Some(Value::Array(theirs)))
            if base.len() == mine.len() && base.len() == theirs.len() =>
        {
            let items = base.iter().zip(mine).zip(theirs);
            let merged = items.filter_map(|((base, mine), theirs)| {
                part(Some(base), Some(mine), Some(theirs), both)
            });
            Some(Value::Array(merged.collect()))
        }
        _ => {
            *both = true;
            mine.cloned()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::merge;

    #[test]
    fn what_each_changed_is_there() {
        let base = json!({ "a": { "x": 1, "y": 1 }, "gone": 1, "list": [1, 2] });
        let mine = json!({ "a": { "x": 2, "y": 1 }, "gone": 1, "list": [1, 3], "new": 1 });
        let theirs = json!({ "a": { "x": 1, "y": 5 }, "list": [7, 2] });
        let merged = json!({ "a": { "x": 2, "y": 5 }, "list": [7, 3], "new": 1 });
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
}

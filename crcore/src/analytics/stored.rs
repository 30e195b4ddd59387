//! How a fold is written down.

use serde::{Deserialize, Serialize};

/// Stands before a stored fold: one of another form is refused, and the feed is folded again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u16", try_from = "u16")]
pub(super) struct Form;

impl Form {
    /// Grows with each change of what is stored or of what is counted.
    const NUMBER: u16 = 3;
}

impl From<Form> for u16 {
    fn from(_: Form) -> Self {
        Form::NUMBER
    }
}

impl TryFrom<u16> for Form {
    type Error = String;

    fn try_from(form: u16) -> Result<Self, String> {
        if form == Self::NUMBER {
            Ok(Self)
        } else {
            Err(format!(
                "expected analytics stored in form {}, got form {form}: fold the feed again from its start",
                Self::NUMBER
            ))
        }
    }
}

/// Maps as lists of pairs in the order of their keys: JSON has no other keys than text, and equal
/// folds are to be stored as equal bytes.
pub(super) mod pairs {
    use serde::de::{Deserialize, Deserializer};
    use serde::ser::{Serialize, Serializer};

    pub(in super::super) fn serialize<'a, M, K, V, S>(map: &'a M, to: S) -> Result<S::Ok, S::Error>
    where
        &'a M: IntoIterator<Item = (&'a K, &'a V)>,
        K: Serialize + Ord + 'a,
        V: Serialize + 'a,
        S: Serializer,
    {
        let mut pairs: Vec<(&K, &V)> = map.into_iter().collect();
        pairs.sort_unstable_by_key(|&(key, _)| key);
        to.collect_seq(pairs)
    }

    pub(in super::super) fn deserialize<'de, M, K, V, D>(from: D) -> Result<M, D::Error>
    where
        M: FromIterator<(K, V)>,
        (K, V): Deserialize<'de>,
        D: Deserializer<'de>,
    {
        let pairs = Vec::<(K, V)>::deserialize(from)?;
        Ok(pairs.into_iter().collect())
    }
}

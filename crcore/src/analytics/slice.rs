//! Slices: what every number can be told apart by, besides time.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::id::{AgentId, Code};
use crate::ticket::{Channel, FieldValue, Kind};

/// One of each dimension.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Slice {
    pub(super) kind: Kind,
    pub(super) service: Code,
    pub(super) channel: Channel,
    /// Who has the ticket, or who wrote; absent for nobody of the bank's staff.
    pub(super) agent: Option<AgentId>,
    /// What was chosen, by field.
    pub(super) choices: BTreeMap<Code, Code>,
}

impl Slice {
    /// Takes over what was filled in: a field that holds something else than a choice holds none.
    pub(super) fn fill_in(&mut self, fields: &BTreeMap<Code, FieldValue>) {
        for (field, value) in fields {
            match value.choice() {
                Some(choice) => self.choices.insert(field.clone(), choice.clone()),
                None => self.choices.remove(field),
            };
        }
    }
}

/// A slice's place in the list of [`Slices`].
pub(super) type SliceNo = u32;

/// All slices in which anything happened, numbered in the order they came up, so that cells and
/// tickets hold four bytes for them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Slice>", into = "Vec<Slice>")]
pub(super) struct Slices {
    all: Vec<Slice>,
    numbers: HashMap<Slice, SliceNo>,
}

impl Slices {
    pub(super) fn number(&mut self, slice: Slice) -> SliceNo {
        if let Some(&number) = self.numbers.get(&slice) {
            return number;
        }
        let number = self.all.len() as SliceNo;
        self.all.push(slice.clone());
        self.numbers.insert(slice, number);
        number
    }

    /// The slice that differs from another in who has it.
    pub(super) fn with_agent(&mut self, number: SliceNo, agent: Option<AgentId>) -> SliceNo {
        if self.get(number).agent == agent {
            return number;
        }
        self.changed(number, |slice| slice.agent = agent)
    }

    /// The slice that differs from another by `change`.
    pub(super) fn changed(&mut self, number: SliceNo, change: impl FnOnce(&mut Slice)) -> SliceNo {
        let mut slice = self.get(number).clone();
        change(&mut slice);
        self.number(slice)
    }

    pub(super) fn get(&self, number: SliceNo) -> &Slice {
        &self.all[number as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Slice> {
        self.all.iter()
    }
}

impl From<Vec<Slice>> for Slices {
    fn from(all: Vec<Slice>) -> Self {
        let numbers = all.iter().cloned().zip(0..).collect();
        Self { all, numbers }
    }
}

impl From<Slices> for Vec<Slice> {
    fn from(slices: Slices) -> Self {
        slices.all
    }
}

//! Finding the first event at which a chain does not hold.

use crate::chain::{Hash, Head};

/// Reads a feed in its order and finds the first event at which the chain does not hold.
///
/// Whoever can write the whole store can also hash a new chain over what they changed; only a head
/// that was exported before shows that: see [`Verifier::against`].
///
/// ```
/// use crcore::chain::{Head, Verifier, Wrong};
///
/// let stored = ["one", "two", "three"];
/// let mut head = Head::EMPTY;
/// let mut feed = Vec::new();
/// for text in stored {
///     head = head.then(text);
///     feed.push((head.position, head.hash, text));
/// }
/// let exported = head;
///
/// let mut verifier = Verifier::new().against(exported);
/// for (position, hash, text) in &feed[..2] {
///     verifier.read(*position, *hash, text);
/// }
/// let fault = verifier.finish().unwrap_err();
/// assert_eq!((fault.position, fault.wrong), (3, Wrong::Cut { exported: 3 }));
/// ```
#[derive(Debug, Clone)]
pub struct Verifier {
    head: Head,
    exported: Option<Head>,
    state: State,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Sound,
    /// The event before does not fit: what the chain gave for it, and what was stored with it. The
    /// next event tells which of the two the chain went on from.
    Doubtful {
        given: Hash,
        stored: Hash,
    },
    Broken(Fault),
}

/// The first event at which a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the chain of events is broken at position {position}: {wrong}")]
pub struct Fault {
    /// Where.
    pub position: u64,
    /// How.
    pub wrong: Wrong,
}

/// What is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// This event is missing, and all up to the one that came instead.
    #[error("expected this event, got event {found}: what lies between was removed")]
    Gap {
        /// The position that came.
        found: u64,
    },
    /// An earlier position came instead: an event stands twice, or out of its order.
    #[error("expected this event, got event {found} again")]
    Repeat {
        /// The position that came.
        found: u64,
    },
    /// The text is not what was chained; the chain goes on from the stored hash.
    #[error("its text was changed or replaced")]
    Text,
    /// The text is what was chained; the stored hash is not.
    #[error("its stored hash was changed")]
    Hash,
    /// Neither text nor hash belong here: the event was moved, inserted or rewritten together with
    /// its hash.
    #[error("the event does not belong here: it was moved, inserted or rewritten with its hash")]
    Moved,
    /// Text and stored hash do not fit, and no event follows that would tell which is wrong.
    #[error("its text does not fit its stored hash")]
    Mismatch,
    /// The feed ends before the exported head: its tail was cut off, or an older backup restored.
    #[error("the feed ends before it, but was exported up to position {exported}")]
    Cut {
        /// The exported position.
        exported: u64,
    },
    /// The chain fits in itself, but it is not the one that was exported: it was written anew, or an
    /// older backup was restored and went on in another way.
    #[error("the chain fits in itself, but this is not the head that was exported")]
    Rewritten,
    /// The exported head lies before the place where reading began, so it cannot be compared.
    #[error("an exported head before position {start}, where reading began, cannot be compared")]
    Unread {
        /// The position that reading began after.
        start: u64,
    },
}

impl Default for Verifier {
    fn default() -> Self {
        Self::new()
    }
}

impl Verifier {
    /// Reads a feed from its first event.
    #[must_use]
    pub fn new() -> Self {
        Self::after(Head::EMPTY)
    }

    /// Reads a feed from the event after `head`, which was verified before.
    #[must_use]
    pub fn after(head: Head) -> Self {
        Self {
            head,
            exported: None,
            state: State::Sound,
        }
    }

    /// Compares with a head that was exported earlier, at or after the place where reading begins.
    #[must_use]
    pub fn against(mut self, exported: Head) -> Self {
        self.exported = Some(exported);
        if exported.position < self.head.position {
            let start = self.head.position;
            self.fail(exported.position, Wrong::Unread { start });
        }
        self.compare();
        self
    }

    /// Reads the next event. Once a fault is certain, what follows changes nothing.
    pub fn read(&mut self, position: u64, hash: Hash, text: &str) {
        match self.state {
            State::Broken(_) => {}
            State::Doubtful { given, stored } => {
                let wrong = if stored.then(position, text) == hash {
                    Wrong::Text
                } else if given.then(position, text) == hash {
                    Wrong::Hash
                } else {
                    Wrong::Moved
                };
                self.fail(self.head.position + 1, wrong);
            }
            State::Sound => self.follow(position, hash, text),
        }
    }

    fn follow(&mut self, position: u64, hash: Hash, text: &str) {
        let next = self.head.then(text);
        if position < next.position {
            self.fail(next.position, Wrong::Repeat { found: position });
        } else if position > next.position {
            self.fail(next.position, Wrong::Gap { found: position });
        } else if next.hash == hash {
            self.head = next;
            self.compare();
        } else {
            self.state = State::Doubtful {
                given: next.hash,
                stored: hash,
            };
        }
    }

    fn compare(&mut self) {
        if let Some(exported) = self.exported
            && exported.position == self.head.position
            && exported.hash != self.head.hash
        {
            self.fail(exported.position, Wrong::Rewritten);
        }
    }

    fn fail(&mut self, position: u64, wrong: Wrong) {
        self.state = State::Broken(Fault { position, wrong });
    }

    /// The last event that fits, all before it included: keep it, and go on from it with
    /// [`Verifier::after`].
    #[must_use]
    pub fn head(&self) -> Head {
        self.head
    }

    /// The fault found so far. Reading one event more may tell more of a [`Wrong::Mismatch`].
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        match self.state {
            State::Sound => None,
            State::Doubtful { .. } => Some(Fault {
                position: self.head.position + 1,
                wrong: Wrong::Mismatch,
            }),
            State::Broken(fault) => Some(fault),
        }
    }

    /// The head of the feed that was read to its end.
    ///
    /// # Errors
    /// [`Fault`]: the first event at which the chain does not hold, or that it ends before the head
    /// that was exported.
    pub fn finish(self) -> Result<Head, Fault> {
        if let Some(fault) = self.fault() {
            return Err(fault);
        }
        match self.exported {
            Some(exported) if exported.position > self.head.position => Err(Fault {
                position: self.head.position + 1,
                wrong: Wrong::Cut {
                    exported: exported.position,
                },
            }),
            _ => Ok(self.head),
        }
    }
}

#[cfg(test)]
mod tests;

#![doc = include_str!("../../docs/words_and_erasure.md")]

mod verify;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use verify::{Fault, Verifier, Wrong};

use crate::id::BlobId;

/// How far a feed goes, and what it hashes to: export it, and a cut tail or a restored backup shows
/// against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The last position, 0 for none.
    pub position: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// The head of a feed without events.
    pub const EMPTY: Self = Self {
        position: 0,
        hash: Hash::START,
    };

    /// The head after `text`.
    #[must_use]
    pub fn then(&self, text: &str) -> Self {
        let position = self.position + 1;
        Self {
            position,
            hash: self.hash.then(position, text),
        }
    }
}

/// The hash of the chain up to some event.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hash(BlobId);

impl Hash {
    /// The hash before the first event: all zeros.
    pub const START: Self = Self(BlobId::ZERO);

    /// The hash after `text` at `position`, if this is the hash before it.
    #[must_use]
    pub fn then(&self, position: u64, text: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0.bytes());
        hash.update(position.to_be_bytes());
        hash.update(text.as_bytes());
        let hash: [u8; 32] = hash.finalize().into();
        Self(hash.into())
    }

    /// The 32 bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        self.0.bytes()
    }
}

impl From<[u8; 32]> for Hash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for Hash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

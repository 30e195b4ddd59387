//! Pieces of words: what a person typed, or what names a person, kept apart from the events.
//!
//! An event holds only a piece's id and the SHA-256 of its salt and text. The salt is stored with the
//! text and dies with it, so an erased piece cannot be guessed back from the event, and the chain of
//! events still verifies.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::clock::Moment;
use crate::id::{BlobId, PieceId, TicketId};

/// SHA-256 over a piece's salt and text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seal(BlobId);

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What an event or a ticket knows of a piece of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Where the words are, while they are.
    pub id: PieceId,
    /// What they hash to together with their salt.
    pub seal: Seal,
}

/// A piece of words as a store keeps it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// The piece's id.
    pub id: PieceId,
    /// The ticket that they were written on; erasing the ticket erases them.
    pub ticket: TicketId,
    /// 16 random bytes, hexadecimal.
    pub salt: String,
    /// What was typed. Any Unicode but U+0000.
    pub text: String,
    /// The stored bytes that these words describe, if they describe an attachment.
    pub blob: Option<BlobId>,
}

/// What a customer wrote stays out of logs.
impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({}, {} bytes)", self.id, self.text.len())
    }
}

impl Words {
    /// New words on `ticket`.
    pub fn new(moment: &mut Moment, ticket: TicketId, text: String) -> Self {
        let salt = moment.bytes()[..16]
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        Self {
            id: moment.id(),
            ticket,
            salt,
            text,
            blob: None,
        }
    }

    /// The seal of these words.
    #[must_use]
    pub fn seal(&self) -> Seal {
        let mut hash = Sha256::new();
        hash.update(self.salt.as_bytes());
        hash.update(self.text.as_bytes());
        let hash: [u8; 32] = hash.finalize().into();
        Seal(hash.into())
    }

    /// What an event says of them.
    #[must_use]
    pub fn piece(&self) -> Piece {
        Piece {
            id: self.id,
            seal: self.seal(),
        }
    }
}

/// What an attachment's piece of words says, as JSON: so the name and the hash of the content die
/// with the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentWords {
    /// The file's name as it was given.
    pub name: String,
    /// Its media type (RFC 6838), found by content and not by name.
    pub media_type: String,
    /// Its length in bytes.
    pub size: u64,
    /// Where its bytes are.
    pub blob: BlobId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn a_seal_depends_on_text_and_salt_and_debug_hides_the_text() {
        let clock = ManualClock::new("2026-03-02T09:00:00Z".parse().unwrap());
        let mut moment = Moment::of(&clock).unwrap();
        let ticket = moment.id();
        let one = Words::new(&mut moment, ticket, "My card".into());
        let two = Words::new(&mut moment, ticket, "My card".into());
        assert_ne!(one.seal(), two.seal(), "salted");
        assert_eq!(one.seal(), one.clone().seal());
        assert!(!format!("{one:?}").contains("card"));
    }
}

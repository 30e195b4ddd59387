//! The port to whoever looks through files before they are kept.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::id::{BlobId, TicketId};

/// How long an infected file is kept out of reach: time to find out that the scanner was wrong.
pub const QUARANTINED_FOR_DAYS: i64 = 30;
/// How many infected files of one ticket are kept; further ones are refused and not kept.
pub const QUARANTINED_MAX: u32 = 20;

/// Looks through files before they are put on a ticket.
#[async_trait]
pub trait Scanner: Send + Sync + 'static {
    /// Looks through `content`, at most [`crate::blobs::BLOB_MAX`] bytes.
    ///
    /// # Errors
    /// [`ScanError`] where it could not: the file is not taken then.
    async fn scan(&self, content: &[u8]) -> Result<Scan, ScanError>;
}

/// What a scanner found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scan {
    /// Nothing.
    Clean,
    /// Something that does harm.
    Infected {
        /// What the scanner calls it.
        signature: String,
    },
}

/// A file was not looked through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// The scanner is not to be had; a later try may work.
    #[error("the scanner is not to be had: {why}")]
    Unavailable {
        /// What was in the way, without anything of the file.
        why: String,
    },
    /// The scanner does not look through files of this size.
    #[error("the scanner does not take files of this size")]
    TooLarge,
}

/// An infected file that somebody wanted to put on a ticket: what is told of it. Its bytes are kept
/// beside, turned over so that no program runs them, and nothing hands them out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// Which ticket.
    pub ticket: TicketId,
    /// Who.
    pub by: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// What the scanner found.
    pub signature: String,
    /// The file's name as it was given.
    pub file_name: String,
    /// Its media type.
    pub media_type: String,
    /// Its length in bytes.
    pub size: u64,
    /// The SHA-256 of its content: what scanners' makers ask for.
    pub content: BlobId,
    /// Where its bytes are kept.
    pub kept: BlobId,
}

/// What a person called a file stays out of logs.
impl fmt::Debug for Quarantined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Quarantined({}, {})", self.ticket, self.signature)
    }
}

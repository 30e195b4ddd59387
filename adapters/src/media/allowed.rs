//! What is accepted.

use std::collections::BTreeMap;

use crcore::blobs::BLOB_MAX;

use super::picture::Size;
use super::{Kind, container, sniff};

/// What a picture may weigh: of a phone's camera, and twice that.
const IMAGE_MAX: usize = 15 * 1024 * 1024;
/// What text may weigh: a book.
const TEXT_MAX: usize = 2 * 1024 * 1024;

/// Which types of files are accepted, each with the most bytes that one may have. A type that
/// [`sniff`] never finds is never accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The most bytes, by media type.
    pub types: BTreeMap<String, usize>,
}

impl Default for Allowed {
    /// Pictures (PNG, JPEG, GIF, WebP, HEIC) of 15 MiB, documents (PDF, Word, Excel, OpenDocument text) of
    /// 25 MiB, plain text of 2 MiB.
    fn default() -> Self {
        let types = [
            ("image/png", IMAGE_MAX),
            ("image/jpeg", IMAGE_MAX),
            ("image/gif", IMAGE_MAX),
            ("image/webp", IMAGE_MAX),
            ("image/heic", IMAGE_MAX),
            ("application/pdf", BLOB_MAX),
            (
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                BLOB_MAX,
            ),
            (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                BLOB_MAX,
            ),
            ("application/vnd.oasis.opendocument.text", BLOB_MAX),
            ("text/plain", TEXT_MAX),
        ];
        Self {
            types: types.map(|(name, max)| (name.to_owned(), max)).into(),
        }
    }
}

/// Why a file is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It has no content.
    #[error("a file with content is expected, not an empty one")]
    Empty,
    /// Not what is accepted.
    #[error("{} are accepted, not {found}", .accepted.join(", "))]
    NotAccepted {
        /// The media type that it was found to be.
        found: &'static str,
        /// Those that are accepted.
        accepted: Vec<String>,
    },
    /// Too many bytes for what it is.
    #[error("a file of type {} may have {max} bytes, not {size}", .kind.media_type)]
    TooLarge {
        /// What it is.
        kind: Kind,
        /// How many it has.
        size: usize,
        /// How many it may have.
        max: usize,
    },
    /// It begins like what it is and does not go on like it.
    #[error("a whole file of type {} is expected, not a damaged one", .kind.media_type)]
    Damaged {
        /// What it begins like.
        kind: Kind,
    },
    /// Few bytes that become many once somebody opens it.
    #[error("a file of type {} that opens to less is expected", .kind.media_type)]
    TooLargeOpened {
        /// What it is.
        kind: Kind,
    },
}

impl Allowed {
    /// What a file is, if it is accepted.
    ///
    /// # Errors
    /// [`Refusal`], which says what is.
    pub fn check(&self, bytes: &[u8]) -> Result<Kind, Refusal> {
        if bytes.is_empty() {
            return Err(Refusal::Empty);
        }
        let kind = sniff(bytes);
        let Some(&max) = self.types.get(kind.media_type) else {
            return Err(Refusal::NotAccepted {
                found: kind.media_type,
                accepted: self.types.keys().cloned().collect(),
            });
        };
        if bytes.len() > max {
            let size = bytes.len();
            return Err(Refusal::TooLarge { kind, size, max });
        }
        let size = Size::of(kind, bytes);
        if size == Size::Damaged {
            return Err(Refusal::Damaged { kind });
        }
        let is_container = bytes.starts_with(b"PK");
        if size.is_too_large() || is_container && container::is_too_large(bytes) {
            return Err(Refusal::TooLargeOpened { kind });
        }
        Ok(kind)
    }

    /// What a file field's `accept` says (HTML, 4.10.5.1.17): help for choosing, and no check.
    #[must_use]
    pub fn accept(&self) -> String {
        let types: Vec<&str> = self.types.keys().map(String::as_str).collect();
        types.join(",")
    }
}

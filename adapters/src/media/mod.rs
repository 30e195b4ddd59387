//! What a file is, by its content and never by its name; what is accepted; and a name that does no harm.
//!
//! ```
//! use crcore_adapters::media::{Allowed, Refusal, file_name};
//!
//! let letter = b"%PDF-1.7\n...";
//! let kind = Allowed::default().check(letter)?;
//! assert_eq!(kind.media_type, "application/pdf");
//! assert_eq!(file_name("..\\letter\u{202e}xcod.exe", kind), "letterxcod.exe.pdf");
//!
//! let page = b"<svg xmlns='http://www.w3.org/2000/svg'><script>...";
//! let refused = Allowed::default().check(page).unwrap_err();
//! assert!(matches!(refused, Refusal::NotAccepted { found: "image/svg+xml", .. }));
//! # Ok::<(), Refusal>(())
//! ```
//!
//! # What is looked at
//!
//! | what | how |
//! |---|---|
//! | text | valid UTF-8 without control characters that does not begin like markup or a script; nothing in a file's content tells CSV from other text |
//! | PNG, JPEG, GIF, WebP | the signature, and the picture's size: at most 20,000 points a side and 150 million in all, or a file of a few bytes takes a reader's memory. HEIC: the signature alone |
//! | PDF | the signature. What a PDF may do in its reader is for a scanner |
//! | Word, Excel, OpenDocument | the names and sizes of the parts: at most 10,000, and 250 MiB unpacked by their own account; nothing is unpacked here. With macros it is another type |
//! | all else | what the crate `infer` says |
//!
//! The rest of a file is not read: a file can be a picture and something else at once. Whoever serves it
//! says its type with `X-Content-Type-Options: nosniff`, as an attachment, so that no browser finds the
//! other one.

mod allowed;
mod container;
mod name;
mod picture;
mod text;

pub use allowed::{Allowed, Refusal};
pub use name::file_name;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kind {
    /// Its media type (RFC 6838).
    pub media_type: &'static str,
    /// The ending that its name usually has, without the dot.
    pub extension: &'static str,
    /// What can be done with it.
    pub class: Class,
}

/// What can be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Looked at.
    Image,
    /// Read in a program of its own.
    Document,
    /// Read as it is.
    Text,
    /// Anything: it runs, plays or unpacks, or nobody knows.
    Other,
}

impl Kind {
    pub(crate) const fn new(
        media_type: &'static str,
        extension: &'static str,
        class: Class,
    ) -> Self {
        Self {
            media_type,
            extension,
            class,
        }
    }
}

/// What nobody knows.
const UNKNOWN: Kind = Kind::new("application/octet-stream", "bin", Class::Other);
const PDF: Kind = Kind::new("application/pdf", "pdf", Class::Document);
const HEIC: Kind = Kind::new("image/heic", "heic", Class::Image);

/// What a file is, by its content.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Kind {
    if bytes.starts_with(b"%PDF-") {
        return PDF;
    }
    // Before signatures: a few of them are two letters, which begin words too.
    if let Some(kind) = text::sniff(bytes) {
        return kind;
    }
    if let Some(kind) = picture::sniff(bytes) {
        return kind;
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return container::sniff(bytes);
    }
    match infer::get(bytes) {
        Some(found) if found.mime_type() == "image/heif" => HEIC,
        Some(found) => Kind::new(
            found.mime_type(),
            found.extension(),
            match found.matcher_type() {
                infer::MatcherType::Image => Class::Image,
                infer::MatcherType::Doc => Class::Document,
                _ => Class::Other,
            },
        ),
        None => UNKNOWN,
    }
}

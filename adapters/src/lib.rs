//! The outside world of [`crcore`]: one feature per adapter, none on by default.
//!
//! | feature | what it brings |
//! |---|---|
//! | `files` | `FileBlobs`: attachments in a folder |
//! | `templates` | `Templates`: what the desk says to people, in English, Hindi and a bank's own words |
//! | `smtp` | `SmtpNotifier`: notices by e-mail, from `templates` |

#[cfg(feature = "files")]
pub mod files;
#[cfg(feature = "smtp")]
pub mod smtp;
#[cfg(feature = "templates")]
pub mod templates;

#[cfg(feature = "files")]
pub use files::FileBlobs;
#[cfg(feature = "smtp")]
pub use smtp::{Login, Security, SmtpError, SmtpNotifier, SmtpOptions};
#[cfg(feature = "templates")]
pub use templates::{Rendered, TemplateError, Templates, Text, Texts};

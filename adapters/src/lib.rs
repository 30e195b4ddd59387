//! The outside world of [`crcore`]: each adapter stands behind a Cargo feature of its own, and none is
//! on by default.

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

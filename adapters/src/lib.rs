//! The outside world of [`crcore`]: each adapter stands behind a Cargo feature of its own, and none is
//! on by default.
//!
//! | feature | what it brings |
//! |---|---|
//! | `sqlite` | `SqliteStore`: one file, or memory |
//! | `postgres` | `PostgresStore`: PostgreSQL 13 and later |
//! | `mysql` | `MariaStore`: MariaDB 10.11 and later; MySQL itself is untested |
//! | `smtp` | `SmtpNotifier`: notices by e-mail |
//! | `templates` | `Templates`: the desk's texts in any language; comes with `smtp` |
//! | `worker` | `Worker`: the loop around `tick` |
//! | `live` | `Live`: what happens, told to pages that are open, to programs and to walls |
//! | `files` | `FileBlobs`: attachments in a folder |
//! | `objects` | `ObjectBlobs`: attachments in S3 and its kin, over the crate `object_store` |
//! | `s3` | `ObjectBlobs::s3`: a bucket by its name and the environment, without a second TLS provider |
//! | `accounts` | `Accounts`: local accounts: passwords, codes, second factors, sessions, invitations |
//! | `clamd` | `Clamd`: files looked through before they are kept |
//! | `media` | `media`: what a file is, by its content; what is accepted; a harmless name |
//! | `oidc` | `OidcProvider`, `OAuthProvider`: log-in through a provider; comes with `accounts` |

#[cfg(feature = "accounts")]
pub mod accounts;
#[cfg(feature = "clamd")]
pub mod clamd;
#[cfg(feature = "files")]
pub mod files;
#[cfg(feature = "live")]
pub mod live;
#[cfg(feature = "media")]
pub mod media;
#[cfg(feature = "objects")]
pub mod objects;
#[cfg(feature = "oidc")]
pub mod oidc;
#[cfg(feature = "smtp")]
pub mod smtp;
#[cfg(feature = "_sql")]
pub mod sql;
#[cfg(feature = "templates")]
pub mod templates;
#[cfg(feature = "worker")]
pub mod worker;

#[cfg(feature = "clamd")]
pub use clamd::{Clamd, ClamdAddress, ClamdOptions};
#[cfg(feature = "files")]
pub use files::FileBlobs;
#[cfg(feature = "live")]
pub use live::{Live, LiveOptions};
#[cfg(feature = "objects")]
pub use objects::ObjectBlobs;
#[cfg(feature = "smtp")]
pub use smtp::{Login, Security, SmtpError, SmtpNotifier, SmtpOptions};
#[cfg(feature = "templates")]
pub use templates::{Rendered, TemplateError, Templates, Text, Texts};
#[cfg(feature = "worker")]
pub use worker::{Worker, WorkerOptions};

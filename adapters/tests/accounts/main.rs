//! Local accounts, as whoever builds a server over them sees them.

#![cfg(feature = "accounts")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test may fail it"
)]

mod factor;
mod faults;
mod guide;
mod log_in;
mod providers;
mod register;
mod replaced;
mod reset;
mod sessions;
mod staff;
mod tokens;
mod track;
mod trail;
mod world;

//! Local accounts of a bank's desk.

mod identity;

pub use identity::ProviderIdentity;

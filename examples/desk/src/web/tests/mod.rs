//! The site as its visitors see it, in the process: no port, no browser.

mod access;
mod account;
mod admin;
mod agent;
mod api;
mod chat;
mod counter;
mod customer;
mod holes;
mod instruments;
mod isolation;
mod notice;
#[cfg(feature = "objects")]
mod objects;
mod raise;
mod readme;
mod site;
pub(crate) mod support;
mod watch;

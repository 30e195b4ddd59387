//! The parts of the site, one folder or file for each thing that people come for.

pub(crate) mod account;
pub(crate) mod admin;
pub(crate) mod agent;
pub(crate) mod chat;
pub(crate) mod counter;
pub(crate) mod customer;
pub(crate) mod dev;
pub(crate) mod home;
pub(crate) mod info;

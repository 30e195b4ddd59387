//! The web desk: pages for customers, agents and admins, and the same by JSON. Everything goes through
//! [`crcore::Desk`] and the accounts; no route has a rule of its own.

mod address;
mod api;
mod app;
mod checkup;
mod ctx;
mod dates;
mod demo;
mod drafts;
mod fault;
mod form;
mod guard;
mod health;
mod lines;
mod listen;
mod live;
mod messages;
mod money;
mod notice;
mod open;
mod outbox;
mod pages;
mod part;
mod place;
mod providers;
mod route;
mod run;
mod serve;
mod settings;
mod site;
#[cfg(test)]
mod tests;
mod visitor;
mod visits;

pub(crate) use checkup::{checkup, settings};
pub(crate) use demo::demo;
pub(crate) use run::{config, first_admin, serve};

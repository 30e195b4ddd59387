//! Accounts: registering, logging in and out, and what is one's own. Who may what, the accounts decide
//! ([`crcore_adapters::accounts`]); these pages ask and show.

mod code;
mod enter;
mod factor;
mod invitation;
mod log_in;
mod own;
mod profile;
mod provider;
mod register;
mod reset;
mod session;
mod track;

use crate::web::route::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .with(log_in::routes)
        .with(factor::routes)
        .with(code::routes)
        .with(register::routes)
        .with(reset::routes)
        .with(invitation::routes)
        .with(provider::routes)
        .with(own::routes)
        .with(profile::routes)
        .with(session::routes)
        .with(track::routes)
}

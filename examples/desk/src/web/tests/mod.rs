//! The site as its visitors see it, in the process: no port, no browser.

mod site;
mod support;

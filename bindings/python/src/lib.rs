//! The Python module `crcore._native`; `python/crcore/__init__.py` names what is public of it.
//!
//! Every call goes through one door, [`wait::wait`]: it lets go of the GIL, waits on one runtime and
//! turns an error into the exception of its kind. What Python hands in is read in [`args`].

mod acting;
mod args;
mod desk;
mod error;
mod nouns;
mod people;
mod wait;
mod why;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::acting::Acting;
    #[pymodule_export]
    use crate::desk::{Desk, migrate};
    #[pymodule_export]
    use crate::nouns::{Deadline, Done, Entry, Page, Ticked, Ticket};
    #[pymodule_export]
    use crate::people::{Actor, Agent, Customer};
    #[pymodule_export]
    use crate::why::{Considered, Decision, Explanation, Why};
}

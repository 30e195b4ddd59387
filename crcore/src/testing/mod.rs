//! Doubles for tests: of the desk, and of the hosts that embed it.

mod faulty;

pub use faulty::{Fault, FaultyStore};

#![doc = include_str!("../../docs/analytics.md")]

mod behind;
mod cells;
mod census;
mod fold;
mod histogram;
mod measures;
mod memo;
mod quarter;
mod query;
mod report;
mod slice;
mod stored;
mod totals;

pub use behind::{Instance, Number};
pub use census::Census;
pub use fold::{Analytics, OutOfOrder};
pub use histogram::Histogram;
pub use measures::{Attainment, Measures, Spread};
pub use query::{Dimension, FIRST_YEAR, Filter, Group, Key, LAST_YEAR, Period, Query, QueryError};
pub use report::{Backlog, Row};
pub use totals::{SharedTicket, Totals};

#[cfg(test)]
mod tests;

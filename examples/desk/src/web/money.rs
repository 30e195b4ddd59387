//! What money is in unless somebody says otherwise.

pub(crate) const CURRENCY: &str = "INR";

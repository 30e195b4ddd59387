//! Amounts of money in minor units.

mod people;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An amount in minor units (cents, paise) of a currency; written `-1250 EUR`.
///
/// ```
/// let amount: crcore::Amount = "1250 EUR".parse().unwrap();
/// assert_eq!((amount.minor, amount.currency()), (1250, "EUR"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Amount {
    /// Minor units of the currency; how many make a major unit is the currency's affair (ISO 4217).
    pub minor: i64,
    currency: [u8; 3],
}

/// Not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmountError {
    /// In the form that programs write.
    #[error("expected a whole number of minor units and an ISO 4217 code, as in \"1250 EUR\"")]
    Form,
    /// In one that people write.
    #[error("expected an amount in figures, as in \"1499\", \"1,499.50\" or \"INR 1,499.50\"")]
    Typed,
}

impl Amount {
    /// `minor` units of the currency with this ISO 4217 code (three upper-case letters).
    ///
    /// # Errors
    /// [`AmountError`] where the code is not three upper-case letters.
    pub fn new(minor: i64, currency: &str) -> Result<Self, AmountError> {
        match *currency.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self {
                minor,
                currency: [a, b, c],
            }),
            _ => Err(AmountError::Form),
        }
    }

    /// The ISO 4217 code.
    #[must_use]
    pub fn currency(&self) -> &str {
        std::str::from_utf8(&self.currency).unwrap_or("XXX")
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.minor, self.currency())
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        let (minor, currency) = text.split_once(' ').ok_or(AmountError::Form)?;
        Self::new(minor.parse().map_err(|_| AmountError::Form)?, currency)
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> Self {
        amount.to_string()
    }
}

impl TryFrom<String> for Amount {
    type Error = AmountError;

    fn try_from(text: String) -> Result<Self, AmountError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in ["0 EUR", "-1 INR", "9223372036854775807 USD"] {
            assert_eq!(text.parse::<Amount>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            "12",
            "12 eur",
            "1.5 EUR",
            "12 EURO",
            "EUR 12",
            "9223372036854775808 USD",
        ] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
    }
}

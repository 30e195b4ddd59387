//! Money as people read and write it.

use super::{Amount, AmountError};

impl Amount {
    /// The amount in major units, with the currency by its code, as English writes it (CLDR 48,
    /// `currencyFormats`) and with commas where the language of this tag (BCP 47) puts them.
    ///
    /// ```
    /// let amount = crcore::Amount::new(123_456_750, "INR")?;
    /// assert_eq!(amount.written("en"), "INR 1,234,567.50");
    /// assert_eq!(amount.written("hi"), "INR 12,34,567.50");
    /// # Ok::<(), crcore::AmountError>(())
    /// ```
    #[must_use]
    pub fn written(self, language: &str) -> String {
        let places = decimals(self.currency());
        let digits = format!("{:0>1$}", self.minor.unsigned_abs(), places + 1);
        let (whole, part) = digits.split_at(digits.len() - places);
        let size = group(language);
        let mut grouped = String::new();
        for (nth, digit) in whole.chars().enumerate() {
            let left = whole.len() - nth;
            if nth > 0 && left >= 3 && (left - 3) % size == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if self.minor < 0 { "-" } else { "" };
        let point = if places > 0 { "." } else { "" };
        format!("{} {sign}{grouped}{point}{part}", self.currency())
    }

    /// What somebody typed: `1499`, `1,499.50`, `INR 1,499.50`, `1499.50 inr`, `₹ 12,34,567`; in the `usual`
    /// currency unless they say, and not below nothing.
    ///
    /// # Errors
    /// [`AmountError`] where it is not money, and for a comma that parts no thousands: who types `12,50`
    /// means twelve and a half, or does not know.
    pub fn typed(text: &str, usual: &str) -> Result<Self, AmountError> {
        read(text.trim(), usual).ok_or(AmountError::Typed)
    }
}

/// How many digits of a currency's number are behind the point (ISO 4217, table A.1).
fn decimals(currency: &str) -> usize {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// How many digits stand between two commas, but for the last three (CLDR, `decimalFormats`): hundreds of
/// thousands and crores in the languages of India, and in English as it is written there.
fn group(language: &str) -> usize {
    let primary = language.split('-').next().unwrap_or_default();
    let indian = ["hi", "bn", "gu", "kn", "ml", "mr", "pa", "ta", "te", "ur"];
    if language.ends_with("-IN") || indian.contains(&primary) {
        2
    } else {
        3
    }
}

/// Whether these are digits, with commas only where some language puts them.
fn is_grouped(whole: &str) -> bool {
    let groups: Vec<&str> = whole.split(',').collect();
    let plain = |digits: &&str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let fits = match groups.as_slice() {
        [_] => true,
        [first, between @ .., last] => {
            let is_part = |part: &&str| (2..=3).contains(&part.len());
            first.len() <= 3 && last.len() == 3 && between.iter().all(is_part)
        }
        [] => false,
    };
    fits && groups.iter().all(plain)
}

fn read(typed: &str, usual: &str) -> Option<Amount> {
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let number = typed.trim_matches(is_letter);
    let (before, after) = typed.split_once(number).filter(|_| !number.is_empty())?;
    let (number, currency) = match (before, after, number.strip_prefix('₹')) {
        ("", "", None) => (number, usual.to_owned()),
        ("", "", Some(rest)) => (rest, "INR".to_owned()),
        (said, "", None) | ("", said, None) => (number, said.to_ascii_uppercase()),
        _ => return None,
    };
    let number = number.trim();
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let places = decimals(&currency);
    let plain = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
    if !is_grouped(whole) || !plain(part) || part.len() > places {
        return None;
    }
    let whole: String = whole.chars().filter(|c| *c != ',').collect();
    let minor = format!("{whole}{part:0<places$}").parse().ok()?;
    Amount::new(minor, &currency).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_and_written_as_people_do() {
        for (typed, shown) in [
            ("1499", "INR 1,499.00"),
            ("1,499.5", "INR 1,499.50"),
            ("₹ 12,34,567.5", "INR 1,234,567.50"),
            ("INR 1,499.00", "INR 1,499.00"),
            ("1499.00 inr", "INR 1,499.00"),
            ("0.05", "INR 0.05"),
            ("1200 jpy", "JPY 1,200"),
            ("KWD1.250", "KWD 1.250"),
        ] {
            let read = Amount::typed(typed, "INR")
                .ok()
                .map(|amount| amount.written("en"));
            assert_eq!(read.as_deref(), Some(shown), "{typed}");
        }
        for typed in [
            "",
            "abc",
            "INR",
            "-5",
            "1.234",
            "1.2.3",
            "12 rupees",
            "1.5 JPY",
            "1e9",
            ".",
            "12,50",
            "1,2345",
            ",500",
            "1234,567",
            "INR 5 USD",
            "₹ 5 INR",
        ] {
            assert!(Amount::typed(typed, "INR").is_err(), "{typed}");
        }
        assert_eq!(Amount::typed("10", "JPY").unwrap().minor, 10);
    }

    #[test]
    fn what_is_written_is_read_again() {
        for tag in ["en", "en-IN", "hi"] {
            for currency in ["INR", "JPY", "KWD"] {
                for nth in 0..19 {
                    let minor = 1_234_567_890_123_456_789 / 10_i64.pow(nth);
                    let amount = Amount::new(minor, currency).unwrap();
                    let shown = amount.written(tag);
                    assert_eq!(Amount::typed(&shown, "USD").unwrap(), amount, "{shown}");
                }
            }
        }
    }

    #[test]
    fn commas_stand_where_the_language_has_them() {
        let amount = Amount::new(-12_345_678_905, "INR").unwrap();
        for (tag, shown) in [
            ("en", "INR -123,456,789.05"),
            ("hi", "INR -12,34,56,789.05"),
            ("en-IN", "INR -12,34,56,789.05"),
        ] {
            assert_eq!(amount.written(tag), shown);
        }
        let small = Amount::new(-5, "INR").unwrap();
        assert_eq!(small.written("hi"), "INR -0.05");
    }
}

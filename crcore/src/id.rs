//! Names that the desk gives: ids, references, codes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id as a UUID.
            #[must_use]
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A ticket. People use its [`Reference`].
    TicketId;
    /// A customer of the bank, as the desk knows them; says nothing about the person.
    CustomerId;
    /// Someone who answers: an agent, a supervisor, an admin.
    AgentId;
    /// A program with an identity of its own.
    ServiceAccountId;
    /// An event in a ticket's history.
    EventId;
    /// A notice owed to someone; stable over every try to send it.
    NoticeId;
    /// A piece of words: something a person typed, kept apart so that it can be erased.
    PieceId;
}

impl TicketId {
    /// Stands for a ticket that whoever reads may not know of; no ticket has it.
    pub const ELSEWHERE: Self = Self(Uuid::nil());
}

/// The SHA-256 of a blob's content: equal bytes are stored once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct BlobId([u8; 32]);

impl BlobId {
    pub(crate) const ZERO: Self = Self([0; 32]);

    /// The id of these bytes.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(content).into())
    }

    /// The hash itself.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for BlobId {
    fn from(hash: [u8; 32]) -> Self {
        Self(hash)
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<BlobId> for String {
    fn from(id: BlobId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for BlobId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for BlobId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected 64 hexadecimal digits (SHA-256)";
        if text.len() != 64 || !text.is_ascii() {
            return Err(EXPECTED);
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| EXPECTED)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| EXPECTED)?;
        }
        Ok(Self(hash))
    }
}

/// A word of the bank's own vocabulary: a service, queue, skill, tag, field, team, policy.
///
/// 1 to 48 of `a-z 0-9 . _ -`, beginning with a letter or digit. Codes stand in events in clear, so
/// they come from the desk's configuration and never from what a person typed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Code(Box<str>);

/// Not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a code: 1 to 48 of a-z 0-9 . _ - beginning with a letter or digit")]
pub struct CodeError;

impl Code {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let symbol = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        match text.as_bytes() {
            [first, rest @ ..]
                if rest.len() < 48
                    && symbol(*first)
                    && rest.iter().all(|&b| symbol(b) || b"._-".contains(&b)) =>
            {
                Ok(Self(text.into()))
            }
            _ => Err(CodeError),
        }
    }
}

impl TryFrom<String> for Code {
    type Error = CodeError;

    fn try_from(text: String) -> Result<Self, CodeError> {
        text.parse()
    }
}

impl TryFrom<&str> for Code {
    type Error = CodeError;

    fn try_from(text: &str) -> Result<Self, CodeError> {
        text.parse()
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0.into()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What people call a ticket by: `ABCDE-FGHJK-M`.
///
/// Ten random symbols of Crockford's base 32 (50 bits) and a check symbol (their value modulo 37), so
/// that a mistyped reference is told apart from an unknown one. It reveals nothing and grants nothing.
/// Reading forgives case, hyphens, spaces, and O for 0, I or L for 1.
/// Source: <https://www.crockford.com/base32.html>.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Reference(u64);

/// Not a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// The length or a symbol is wrong.
    #[error("expected a reference of 11 letters and digits, as in ABCDE-FGHJK-M")]
    Form,
    /// The check symbol does not fit: a symbol was mistyped, or two were swapped.
    #[error("this reference has a typing error: its last symbol does not fit the others")]
    Check,
}

impl Reference {
    const SYMBOLS: &[u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
    const VALUES: u64 = 1 << 50;

    /// A reference from random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 32]) -> Self {
        let mut head = [0; 8];
        head.copy_from_slice(&bytes[..8]);
        Self(u64::from_be_bytes(head) % Self::VALUES)
    }

    fn value(symbol: u8) -> Option<u64> {
        let symbol = match symbol.to_ascii_uppercase() {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            other => other,
        };
        Self::SYMBOLS
            .iter()
            .position(|&s| s == symbol)
            .map(|at| at as u64)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..10).rev() {
            let symbol = Self::SYMBOLS[(self.0 >> (5 * place)) as usize & 31];
            write!(f, "{}", symbol as char)?;
            if place == 5 || place == 0 {
                f.write_str("-")?;
            }
        }
        write!(f, "{}", Self::SYMBOLS[(self.0 % 37) as usize] as char)
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let mut values = Vec::with_capacity(11);
        for symbol in text.bytes().filter(|b| !b"- ".contains(b)) {
            values.push(Self::value(symbol).ok_or(ReferenceError::Form)?);
            if values.len() > 11 {
                return Err(ReferenceError::Form);
            }
        }
        let Some((&check, symbols)) = values
            .split_last()
            .filter(|(_, symbols)| symbols.len() == 10)
        else {
            return Err(ReferenceError::Form);
        };
        if symbols.iter().any(|&v| v > 31) {
            return Err(ReferenceError::Form);
        }
        let number = symbols.iter().fold(0, |n, v| n << 5 | v);
        if number % 37 == check {
            Ok(Self(number))
        } else {
            Err(ReferenceError::Check)
        }
    }
}

impl TryFrom<String> for Reference {
    type Error = ReferenceError;

    fn try_from(text: String) -> Result<Self, ReferenceError> {
        text.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_reference_survives_handwriting(bytes: [u8; 32]) {
            let reference = Reference::from_random(bytes);
            let text = reference.to_string();
            prop_assert_eq!(text.len(), 13);
            prop_assert_eq!(text.parse(), Ok(reference));
            let spoken = text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            prop_assert_eq!(spoken.parse(), Ok(reference));
        }

        #[test]
        fn one_wrong_symbol_is_a_typing_error(bytes: [u8; 32], place in 0_usize..10, other in 1_u64..32) {
            let reference = Reference::from_random(bytes);
            let wrong = Reference(reference.0 ^ other << (5 * place)).to_string();
            let mistyped = wrong[..12].to_owned() + &reference.to_string()[12..];
            prop_assert_eq!(mistyped.parse::<Reference>(), Err(ReferenceError::Check));
        }
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for text in [
            "",
            "ABCDE",
            "ABCDE-FGHJK-MM",
            "*BCDE-FGHJK-0",
            "ABCDE-FGHJ!-0",
            "日本語",
        ] {
            assert_eq!(
                text.parse::<Reference>(),
                Err(ReferenceError::Form),
                "{text}"
            );
        }
    }

    #[test]
    fn codes_are_words_of_the_bank() {
        assert!("cards.dispute-2".parse::<Code>().is_ok());
        for text in ["", "Cards", ".cards", "john smith", "é", &"a".repeat(49)] {
            assert!(text.parse::<Code>().is_err(), "{text}");
        }
    }

    #[test]
    fn blob_ids_are_read_back() {
        let id = BlobId::of(b"abc");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!("zz".parse::<BlobId>().is_err());
        assert!("é".repeat(32).parse::<BlobId>().is_err());
    }
}

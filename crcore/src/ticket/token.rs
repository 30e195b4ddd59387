//! The number that a customer holds while they wait at a branch.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::Code;
use crate::ticket::{Channel, FieldValue, Kind, Ticket};

/// The field of the rules that says at which branch a ticket is: a choice.
pub const BRANCH: &str = "branch";
/// The field of the rules that holds a token's number. The desk deals it; nobody fills it in.
pub const TOKEN: &str = "token";

/// The number of a token: a letter for the service and a number that begins anew each business day at
/// each branch. Written `B042`.
///
/// In a ticket's field it is one whole number, the letter's place in the alphabet times 10,000 and the
/// number: 20042.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TokenNumber {
    letter: u8,
    number: u16,
}

/// Not the number of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a letter from A to Z and a number from 1 to 9999, as in B042")]
pub struct TokenNumberError;

impl TokenNumber {
    /// The last number of a letter in a day: more than any branch serves.
    pub const LAST: u16 = 9_999;

    const STEP: i64 = 10_000;

    /// The number with this letter.
    ///
    /// # Errors
    /// [`TokenNumberError`] where the letter is not one of A to Z or the number not 1 to 9999.
    pub fn new(letter: char, number: u16) -> Result<Self, TokenNumberError> {
        match u8::try_from(letter) {
            Ok(letter) if letter.is_ascii_uppercase() && (1..=Self::LAST).contains(&number) => {
                Ok(Self { letter, number })
            }
            _ => Err(TokenNumberError),
        }
    }

    /// Its letter.
    #[must_use]
    pub fn letter(self) -> char {
        char::from(self.letter)
    }

    /// Its number within the letter, the branch and the day.
    #[must_use]
    pub fn number(self) -> u16 {
        self.number
    }

    /// As it stands in a ticket's field.
    #[must_use]
    pub fn to_field(self) -> i64 {
        i64::from(self.letter - b'A' + 1) * Self::STEP + i64::from(self.number)
    }

    /// As it is read from a ticket's field.
    ///
    /// # Errors
    /// [`TokenNumberError`] where the field holds something else.
    pub fn of_field(field: i64) -> Result<Self, TokenNumberError> {
        let (letter, number) = (field.div_euclid(Self::STEP), field.rem_euclid(Self::STEP));
        let letter = u8::try_from(letter + i64::from(b'A') - 1).map_err(|_| TokenNumberError)?;
        let number = u16::try_from(number).map_err(|_| TokenNumberError)?;
        Self::new(char::from(letter), number)
    }
}

impl fmt::Display for TokenNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:03}", self.letter(), self.number)
    }
}

impl FromStr for TokenNumber {
    type Err = TokenNumberError;

    fn from_str(text: &str) -> Result<Self, TokenNumberError> {
        let mut symbols = text.chars();
        let letter = symbols.next().ok_or(TokenNumberError)?;
        let digits = symbols.as_str();
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(TokenNumberError);
        }
        let number = digits.parse().map_err(|_| TokenNumberError)?;
        Self::new(letter.to_ascii_uppercase(), number)
    }
}

impl TryFrom<String> for TokenNumber {
    type Error = TokenNumberError;

    fn try_from(text: String) -> Result<Self, TokenNumberError> {
        text.parse()
    }
}

impl From<TokenNumber> for String {
    fn from(number: TokenNumber) -> Self {
        number.to_string()
    }
}

impl Ticket {
    /// The branch that it is at.
    #[must_use]
    pub fn branch(&self) -> Option<&Code> {
        match self.field(BRANCH)? {
            FieldValue::Choice(branch) => Some(branch),
            _ => None,
        }
    }

    /// The number of its token, where it is a turn at the counter: a ticket of kind `service` that came
    /// in by the counter and was dealt a number.
    #[must_use]
    pub fn token(&self) -> Option<TokenNumber> {
        if (self.kind, self.channel) != (Kind::Service, Channel::Counter) {
            return None;
        }
        match self.field(TOKEN)? {
            FieldValue::Number(number) => TokenNumber::of_field(*number).ok(),
            _ => None,
        }
    }

    /// Whether its customer is talked to at this moment or waits for it, at the counter or in a chat: then
    /// nobody writes mails to them beside it. What became a complaint or anything else is none of that any
    /// more.
    #[must_use]
    pub fn is_live(&self) -> bool {
        let chat = (self.kind, self.channel) == (Kind::Query, Channel::Chat);
        (chat || self.token().is_some()) && self.status.is_active()
    }

    pub(super) fn field(&self, name: &str) -> Option<&FieldValue> {
        let mut fields = self.fields.iter();
        fields
            .find(|(field, _)| field.as_str() == name)
            .map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_back_from_paper_and_from_a_field() {
        let number = TokenNumber::new('B', 42).unwrap();
        assert_eq!(
            (number.to_string().as_str(), number.to_field()),
            ("B042", 20_042)
        );
        assert_eq!(TokenNumber::of_field(20_042), Ok(number));
        assert_eq!("b42".parse(), Ok(number));
        for text in ["", "B", "B0", "B10000", "42", "B+4", "é1", "BB1"] {
            assert_eq!(text.parse::<TokenNumber>(), Err(TokenNumberError), "{text}");
        }
        for field in [-1, 0, 42, 20_000, 270_001, i64::MAX] {
            assert_eq!(
                TokenNumber::of_field(field),
                Err(TokenNumberError),
                "{field}"
            );
        }
    }
}

//! What the bank quoted on a ticket of kind `quote`, and what its customer said to that.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::money::Amount;
use crate::ticket::{FieldType, FieldValue, Kind, TOKEN, Ticket};

/// The field of the rules that holds the price that was quoted: an amount.
pub const QUOTED: &str = "quoted";
/// The field of the rules that holds the last day on which a quotation can be accepted: a date.
pub const VALID_UNTIL: &str = "valid-until";
/// The field of the rules that says whether the customer accepted it: yes or no.
pub const ACCEPTED: &str = "accepted";

/// The fields that the desk fills in itself where the rules have them, and what they hold. Nobody writes
/// them by a command.
pub const FILLED_BY_DESK: [(&str, FieldType); 4] = [
    (TOKEN, FieldType::Number),
    (QUOTED, FieldType::Amount),
    (VALID_UNTIL, FieldType::Date),
    (ACCEPTED, FieldType::Flag),
];

/// A quotation, as it stands on its ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// The price.
    pub amount: Amount,
    /// The last day on which it can be accepted.
    pub valid_until: NaiveDate,
    /// What the customer said; absent while they said nothing.
    pub accepted: Option<bool>,
}

impl Ticket {
    /// What was quoted on it; none before the first quotation, and on a ticket of another kind.
    #[must_use]
    pub fn quotation(&self) -> Option<Quoted> {
        let fields = (self.field(QUOTED)?, self.field(VALID_UNTIL)?);
        let (FieldValue::Amount(amount), FieldValue::Date(valid_until)) = fields else {
            return None;
        };
        let accepted = match self.field(ACCEPTED) {
            Some(FieldValue::Flag(accepted)) => Some(*accepted),
            _ => None,
        };
        (self.kind == Kind::Quote).then_some(Quoted {
            amount: *amount,
            valid_until: *valid_until,
            accepted,
        })
    }

    /// The quotation that its customer can answer now.
    #[must_use]
    pub fn open_quotation(&self) -> Option<Quoted> {
        let quoted = self.quotation()?;
        (quoted.accepted != Some(true) && self.status.is_active()).then_some(quoted)
    }
}

//! Every transition of a ticket's life, in one place.

use serde::{Deserialize, Serialize};

use crate::ticket::{StatusName, Ticket};

macro_rules! verbs {
    ($($(#[$doc:meta])* $verb:ident = $name:literal,)*) => {
        /// What can be done to a ticket: commands without what they carry. The rows of the life cycle
        /// and of the access table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Verb {
            $($(#[$doc])* $verb,)*
        }

        impl Verb {
            /// Every verb.
            pub const ALL: &[Self] = &[$(Self::$verb),*];

            /// The name used in JSON, in errors and on screen.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$verb => $name,)*
                }
            }
        }
    };
}

verbs! {
    /// Bring a new ticket to the desk.
    Raise = "raise",
    /// Correct what it says: subject, service, amount, language, fields.
    Amend = "amend",
    /// Let allocation choose an agent.
    Allocate = "allocate",
    /// Give it to an agent.
    Assign = "assign",
    /// Take it.
    Claim = "claim",
    /// Put it back into its queue.
    Release = "release",
    /// Write to the customer.
    Reply = "reply",
    /// Write as the customer.
    Write = "write",
    /// Write what the customer does not see.
    Note = "note",
    /// Wait for the customer.
    WaitForCustomer = "wait_for_customer",
    /// Wait for somebody outside the desk.
    WaitForThirdParty = "wait_for_third_party",
    /// Stop waiting.
    Resume = "resume",
    /// Answer it for good.
    Resolve = "resolve",
    /// Take it back, as the customer.
    Withdraw = "withdraw",
    /// Take it up again.
    Reopen = "reopen",
    /// End it.
    Close = "close",
    /// Change how urgent it is.
    Reprioritise = "reprioritise",
    /// Make it another kind of ticket, with its time of receipt.
    Convert = "convert",
    /// Let another ticket go on in its place.
    Merge = "merge",
    /// Go on in place of another ticket.
    Absorb = "absorb",
    /// Make a second ticket of a part of it.
    Split = "split",
    /// Say what it has to do with another ticket.
    Link = "link",
    /// Put the bank's words on it or take them off.
    Tag = "tag",
    /// Put it out of sight until an instant.
    Snooze = "snooze",
    /// Put a file on it.
    Attach = "attach",
    /// Say what the answer was worth.
    Rate = "rate",
    /// Forbid its erasure, or allow it again.
    Hold = "hold",
    /// Remove its words for good.
    Erase = "erase",
}

/// Where `verb` leads from `status`; `None` where it is not possible there.
#[must_use]
pub fn next_status(status: StatusName, verb: Verb) -> Option<StatusName> {
    use StatusName::{Closed, New, Open, Resolved, WaitingForCustomer, WaitingForThirdParty};
    use Verb as V;
    let active = status.is_active();
    match (status, verb) {
        (_, V::Raise) => None,

        (New, V::Allocate | V::Assign | V::Claim | V::Reply) => Some(Open),
        (_, V::Allocate | V::Assign | V::Claim | V::Release) => active.then_some(status),

        (WaitingForCustomer, V::Write) => Some(Open),
        (Closed, V::Reply | V::Write | V::Attach) => None,
        (_, V::Reply | V::Write | V::Attach) => Some(status),

        (_, V::WaitForCustomer) => {
            (active && status != WaitingForCustomer).then_some(WaitingForCustomer)
        }
        (_, V::WaitForThirdParty) => {
            (active && status != WaitingForThirdParty).then_some(WaitingForThirdParty)
        }
        (WaitingForCustomer | WaitingForThirdParty, V::Resume) => Some(Open),
        (_, V::Resume) => None,

        (_, V::Resolve | V::Withdraw) => active.then_some(Resolved),
        (Resolved | Closed, V::Reopen) => Some(Open),
        (_, V::Reopen) => None,
        (Resolved, V::Close) => Some(Closed),
        (_, V::Close) => None,

        (_, V::Amend | V::Reprioritise | V::Convert | V::Snooze) => active.then_some(status),
        (Closed, V::Merge | V::Absorb | V::Split) => None,
        (_, V::Merge) => Some(Closed),
        (_, V::Absorb | V::Split) => Some(status),

        (Resolved | Closed, V::Rate | V::Erase) => Some(status),
        (_, V::Rate | V::Erase) => None,
        (_, V::Note | V::Link | V::Tag | V::Hold) => Some(status),
    }
}

/// What can be done to this ticket now, by whoever may.
#[must_use]
pub fn legal(ticket: &Ticket) -> Vec<Verb> {
    Verb::ALL
        .iter()
        .copied()
        .filter(|&verb| is_legal(ticket, verb))
        .collect()
}

/// Whether `verb` can be done to this ticket now.
#[must_use]
pub fn is_legal(ticket: &Ticket, verb: Verb) -> bool {
    let lives_on_elsewhere = ticket.merged_into.is_some()
        && !matches!(
            verb,
            Verb::Note | Verb::Link | Verb::Tag | Verb::Hold | Verb::Erase
        );
    let erased =
        ticket.erased_at.is_some() && !matches!(verb, Verb::Note | Verb::Hold | Verb::Erase);
    let nobody_has_it = verb == Verb::Release && ticket.assignment.is_none();
    let rated = verb == Verb::Rate && ticket.rating.is_some();
    !(lives_on_elsewhere || erased || nobody_has_it || rated)
        && next_status(ticket.status.name(), verb).is_some()
}

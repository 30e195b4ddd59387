//! A bank's customer-care desk as a library.
//!
//! The modules, in floor order: a module imports from its own floor or a lower one, never from above.

// floor 0: words
pub mod calendar;
mod clock;
mod id;
mod money;

pub use calendar::{BusinessTime, Calendar, CalendarError, OutOfReach};
pub use clock::{Clock, ClockError, ManualClock, Moment, SystemClock, to_micros};
pub use id::{
    AgentId, BlobId, Code, CodeError, CustomerId, EventId, NoticeId, PieceId, Reference,
    ReferenceError, ServiceAccountId, TicketId,
};
pub use money::{Amount, AmountError};

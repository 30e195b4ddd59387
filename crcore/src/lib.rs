//! A bank's customer-care desk as a library.
//!
//! The modules, in floor order: a module imports from its own floor or a lower one, never from above.

// floor 0: words
pub mod calendar;
mod clock;
mod id;
mod money;

// floor 1: nouns
mod actor;
mod agent;
mod customer;
mod event;
pub mod ticket;
mod words;

pub use actor::{Actor, Role};
pub use agent::{Agent, Load, Pool, Standing};
// floor 2: rules
pub mod chain;

// floor 3: ports
pub mod blobs;
pub mod notify;
pub mod store;

// floor 4: the desk
pub mod conformance;
pub mod memory;
pub mod testing;

pub use blobs::Blobs;
pub use clock::{Clock, ClockError, ManualClock, Moment, SystemClock, to_micros};
pub use customer::Customer;
pub use event::{Amended, Event, EventTextError, Fact, Passed, Raised, Reached};
pub use id::{
    AgentId, BlobId, Code, CodeError, CustomerId, EventId, NoticeId, PieceId, Reference,
    ReferenceError, ServiceAccountId, TicketId,
};
pub use memory::{MemoryBlobs, MemoryStore};
pub use money::{Amount, AmountError};
pub use notify::{Message, Notice, Notifier, NotifyError};
pub use store::{Changes, Store, StoreError, StoreResult};
pub use ticket::Ticket;
pub use words::{AttachmentWords, Piece, Seal, Words};

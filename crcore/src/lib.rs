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

// floor 2: rules
pub mod access;
pub mod allocation;
pub mod analytics;
pub mod chain;
pub mod rules;
pub mod sla;

// floor 3: ports
pub mod blobs;
pub mod notify;
pub mod store;

// floor 4: the desk
pub mod command;
pub mod conformance;
pub mod desk;
mod error;
pub mod memory;
mod plan;
pub mod testing;
pub mod tick;

pub use actor::{Actor, Role};
pub use agent::{Agent, Load, Pool, Standing};
pub use allocation::{AllocationPolicy, Allocator, Work};
pub use analytics::Analytics;
pub use blobs::Blobs;
pub use calendar::{BusinessTime, Calendar, CalendarError, OutOfReach};
pub use chain::{Head, Verifier};
pub use clock::{Clock, ClockError, ManualClock, Moment, SystemClock, to_micros};
pub use command::{Act, Amend, Command, Done, Field, Raise, Request};
pub use customer::Customer;
pub use desk::{Acting, Desk, DeskBuilder, File};
pub use error::{Error, ErrorKind};
pub use event::{Amended, Event, EventTextError, Fact, Passed, Raised, Reached};
pub use id::{
    AgentId, BlobId, Code, CodeError, CustomerId, EventId, NoticeId, PieceId, Reference,
    ReferenceError, ServiceAccountId, TicketId,
};
pub use memory::{MemoryBlobs, MemoryStore};
pub use money::{Amount, AmountError};
pub use notify::{Message, Notice, Notifier, NotifyError};
pub use plan::Plan;
pub use rules::{Rulebook, Rules, RulesError};
pub use sla::{SlaBook, SlaError, SlaPolicy, SlaPolicyError};
pub use store::{Changes, Store, StoreError, StoreResult};
pub use tick::Ticked;
pub use ticket::Ticket;
pub use words::{AttachmentWords, Piece, Seal, Words};

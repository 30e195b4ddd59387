//! A bank's customer-care desk as a library: complaints, queries, requests, counter tokens and quotes
//! are *tickets*. Pure rules decide what may happen to one, who answers it and by when; one atomic
//! commit stores the decision; a bounded [`Desk::tick`] fires what falls due. No I/O, no runtime and no
//! database in here: those are adapters.
//!
//! ```
//! use crcore::ticket::Outcome;
//! use crcore::{Actor, Agent, Code, Desk, MemoryStore, Raise, Rules};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let cards: Code = "cards".parse()?;
//! let desk = Desk::builder(MemoryStore::new()).rules(Rules::of_services([&cards])).open().await?;
//!
//! let mut meera = Agent::new(desk.new_id()?, "Meera");
//! meera.queues.insert(cards.clone());
//! meera.capacity.insert(crcore::Pool::Cases, 10);
//! let meera = desk.save_agent(Actor::System, meera).await?.actor();
//!
//! let asha = desk.new_id()?; // or the id that the bank knows her by
//! let raise = Raise::new(asha, cards, "Charged twice");
//! let done = desk.acting(Actor::Customer(asha)).raise(raise).await?;
//!
//! let agent = desk.acting(meera);
//! agent.claim(done.ticket).await?;
//! agent.reply(done.ticket, "We see both payments.").await?;
//! agent.resolve(done.ticket, Outcome::Upheld, None).await?;
//! assert_eq!(desk.thread(Actor::Customer(asha), done.ticket).await?.len(), 3);
//! # Ok(()) })
//! # }
//! ```
//!
//! # Guides
//!
//! | guide | tells |
//! |---|---|
//! | [embedding](desk) | builder, the host's own transaction, tick, several hosts, clock, keys, every limit |
//! | [beside the tickets](desk::beside) | drafts, presence, views, canned replies, macros, messages, counts |
//! | [life cycle and access](ticket) | statuses, what leads where, who may do and see what |
//! | [deadlines](sla) | policies, pauses, warnings, escalation, why a ticket is due when it is |
//! | [business time](calendar) | hours, holidays, daylight saving |
//! | [who gets a ticket](allocation) | the chain of rules, capacity, why them, a rule of your own |
//! | [counter](desk::counter) | tokens, the line of a branch, how long one waits, chats, quotes |
//! | [words and erasure](chain) | pieces, seals, the chain, legal hold, what backups keep |
//! | [who changed people and rules](audit) | the trail beside the feed, and how to write to it |
//! | [the desk's numbers](analytics) | volumes, times, attainment, workload, folded from the feed |
//! | [errors](error) | every code, and what to do about it |
//! | [a store of your own](conformance) | what a store has to do, and the laws that show it does |
//!
//! For tests, ours and yours, there is [`testing::TestDesk`]: a clock that moves when told, and notices
//! that are caught.
//!
//! # Floors
//!
//! A module imports from its own floor or from a lower one, never from above, and a test reads the
//! imports. From the ground: *words* (ids, clock, calendar, money), *nouns* (ticket, event, agent,
//! customer, words), *rules* (access, allocation, deadlines, analytics, chain: pure functions of nouns
//! and an instant), *ports* (store, blobs, notify: traits, and the values that cross them), *the desk*
//! (commands, plans, tick, the store in memory, the laws).

// floor 0: words
pub mod calendar;
mod clock;
mod id;
mod money;
pub mod text;

// floor 1: nouns
mod actor;
mod agent;
mod customer;
mod event;
pub mod record;
pub mod ticket;
mod words;

// floor 2: rules
pub mod access;
pub mod allocation;
pub mod analytics;
pub mod catalogue;
pub mod chain;
pub mod queue;
pub mod rules;
pub mod sla;

// floor 3: ports
pub mod blobs;
pub mod ledger;
pub mod notify;
pub mod scan;
pub mod store;

// floor 4: the desk
pub mod audit;
pub mod command;
pub mod conformance;
pub mod desk;
pub mod error;
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
pub use catalogue::Catalogue;
pub use chain::{Head, Verifier};
pub use clock::{Clock, ClockError, ManualClock, Moment, SystemClock, to_micros};
pub use command::{Act, Amend, Command, Done, Field, Raise, Request};
pub use customer::Customer;
pub use desk::{Acting, Desk, DeskBuilder, File};
pub use error::{Error, ErrorKind, in_full};
pub use event::{Amended, Event, EventTextError, Fact, Passed, Raised, Reached};
pub use id::{
    AgentId, BlobId, Code, CodeError, CustomerId, EventId, NoticeId, PieceId, Reference,
    ReferenceError, ServiceAccountId, TicketId,
};
pub use ledger::{Ledger, Transaction};
pub use memory::{MemoryBlobs, MemoryLedger, MemoryStore};
pub use money::{Amount, AmountError};
pub use notify::{CasePages, Message, Notice, Notifier, NotifyError};
pub use plan::Plan;
pub use record::{Kept, Record, Shelf};
pub use rules::{Rulebook, Rules, RulesError};
pub use scan::{Scan, ScanError, Scanner};
pub use sla::{SlaBook, SlaError, SlaPolicy, SlaPolicyError};
pub use store::{Changes, Store, StoreError, StoreResult};
pub use tick::Ticked;
pub use ticket::Ticket;
pub use words::{AttachmentWords, Piece, Seal, Words};

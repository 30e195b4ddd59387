//! The laws, one function each. Each makes its own rows and says what it expected and what it got.

mod answers;
mod blobs;
mod cancellation;
mod changes;
mod differential;
mod due;
mod feed;
mod notices;
mod pages;
mod records;
mod roster;
mod tenants;
mod text;
mod values;
mod words;

pub use answers::*;
pub use blobs::*;
pub use cancellation::*;
pub use changes::*;
pub use differential::*;
pub use due::*;
pub use feed::*;
pub use notices::*;
pub use pages::*;
pub use records::*;
pub use roster::*;
pub use tenants::*;
pub use text::*;
pub use values::*;
pub use words::*;

//! What a token may be used for.

/// A scope. A token has some of them; what its program may beyond that, the desk decides as for anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    TicketsRead,
    TicketsWrite,
    CounterRead,
    CounterWrite,
    CounterServe,
    ChatsRead,
    ChatsWrite,
    QuotesWrite,
    TransactionsRead,
    CatalogueRead,
    AgentsRead,
    CustomersRead,
    SharedRead,
    ReportsRead,
    EventsRead,
}

impl Scope {
    /// Every scope.
    pub(crate) const ALL: [Self; 15] = [
        Self::TicketsRead,
        Self::TicketsWrite,
        Self::CounterRead,
        Self::CounterWrite,
        Self::CounterServe,
        Self::ChatsRead,
        Self::ChatsWrite,
        Self::QuotesWrite,
        Self::TransactionsRead,
        Self::CatalogueRead,
        Self::AgentsRead,
        Self::CustomersRead,
        Self::SharedRead,
        Self::ReportsRead,
        Self::EventsRead,
    ];

    /// As a token names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TicketsRead => "tickets:read",
            Self::TicketsWrite => "tickets:write",
            Self::CounterRead => "counter:read",
            Self::CounterWrite => "counter:write",
            Self::CounterServe => "counter:serve",
            Self::ChatsRead => "chats:read",
            Self::ChatsWrite => "chats:write",
            Self::QuotesWrite => "quotes:write",
            Self::TransactionsRead => "transactions:read",
            Self::CatalogueRead => "catalogue:read",
            Self::AgentsRead => "agents:read",
            Self::CustomersRead => "customers:read",
            Self::SharedRead => "shared:read",
            Self::ReportsRead => "reports:read",
            Self::EventsRead => "events:read",
        }
    }
}

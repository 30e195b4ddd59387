//! Who may do what, and who may see what: one table each.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::actor::{Actor, Role};
use crate::agent::Agent;
use crate::event::{Event, Fact};
use crate::id::{AgentId, Code, CustomerId, TicketId};
use crate::ticket::{Ticket, Verb};

/// How far a permission goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// To no ticket.
    Never,
    /// To a customer's own tickets.
    Own,
    /// To the tickets an agent has, and to those of the queues they serve.
    Served,
    /// To every ticket of the tenant.
    Any,
}

/// How far `role` may do `verb`. The table of commands.
#[must_use]
#[rustfmt::skip]
pub fn reach(role: Role, verb: Verb) -> Reach {
    use Reach::{Any as A, Never as N, Own as O, Served as S};
    use Verb as V;
    let row = match verb {
        //                         customer agent supervisor admin service system
        V::Raise                => [O,      A,    A,         A,    A,      A],
        V::Amend                => [N,      S,    A,         A,    A,      A],
        V::Allocate             => [N,      N,    A,         A,    N,      A],
        V::Assign               => [N,      S,    A,         A,    N,      A],
        V::Claim                => [N,      S,    A,         A,    N,      N],
        V::Release              => [N,      S,    A,         A,    N,      A],
        V::Reply                => [N,      S,    A,         A,    A,      A],
        V::Write                => [O,      N,    N,         N,    N,      N],
        V::Note                 => [N,      S,    A,         A,    A,      A],
        V::WaitForCustomer      => [N,      S,    A,         A,    A,      A],
        V::WaitForThirdParty    => [N,      S,    A,         A,    A,      A],
        V::Resume               => [N,      S,    A,         A,    A,      A],
        V::Resolve              => [N,      S,    A,         A,    A,      A],
        V::Withdraw             => [O,      N,    N,         N,    N,      N],
        V::Reopen               => [O,      S,    A,         A,    A,      A],
        V::Close                => [O,      S,    A,         A,    A,      A],
        V::Reprioritise         => [N,      S,    A,         A,    A,      A],
        V::Convert              => [N,      S,    A,         A,    A,      A],
        V::Merge                => [N,      S,    A,         A,    N,      A],
        V::Absorb               => [N,      S,    A,         A,    N,      A],
        V::Split                => [N,      S,    A,         A,    N,      A],
        V::Link                 => [N,      S,    A,         A,    A,      A],
        V::Tag                  => [N,      S,    A,         A,    A,      A],
        V::Snooze               => [N,      S,    A,         A,    N,      A],
        V::Attach               => [O,      S,    A,         A,    A,      A],
        V::Rate                 => [O,      N,    N,         N,    N,      A],
        V::Hold                 => [N,      N,    A,         A,    N,      N],
        V::Erase                => [N,      N,    N,         A,    N,      A],
    };
    of(role, row)
}

/// A role's column of a table's row.
fn of<T>(role: Role, [customer, agent, supervisor, admin, service, system]: [T; 6]) -> T {
    match role {
        Role::Customer => customer,
        Role::Agent => agent,
        Role::Supervisor => supervisor,
        Role::Admin => admin,
        Role::Service => service,
        Role::System => system,
    }
}

/// What concerns the desk as a whole and no single ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// See notes, assignments, deadlines and the reasons for them.
    SeeInternal,
    /// See who answers and what they carry.
    SeeAgents,
    /// Take on, change and suspend those who answer.
    ManageAgents,
    /// Change the catalogue of what the bank offers.
    ManageCatalogue,
    /// Change the desk's own record of a customer.
    ManageCustomers,
    /// Erase a customer with all their tickets.
    EraseCustomers,
    /// See the whole feed of events, reports over it, and notices that could not be sent; put these back.
    SeeReports,
    /// See the rules in force and those that were.
    SeeRules,
    /// Put other rules in force.
    ManageRules,
    /// Invite people, suspend their accounts and change their roles; see [`manages`].
    ManageAccounts,
    /// See who changed people, rules, accounts and what is shared, and check that nothing of it was changed since.
    SeeAudit,
    /// Ask the bank's ledger what became of a customer's payment.
    SeeTransactions,
    /// Keep the views, canned replies and macros that colleagues use.
    ManageShared,
}

impl Right {
    /// Every right.
    pub const ALL: [Self; 13] = [
        Self::SeeInternal,
        Self::SeeAgents,
        Self::ManageAgents,
        Self::ManageCatalogue,
        Self::ManageCustomers,
        Self::EraseCustomers,
        Self::SeeReports,
        Self::SeeRules,
        Self::ManageRules,
        Self::ManageAccounts,
        Self::SeeAudit,
        Self::SeeTransactions,
        Self::ManageShared,
    ];

    /// The name used in errors and on screen.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SeeInternal => "see_internal",
            Self::SeeAgents => "see_agents",
            Self::ManageAgents => "manage_agents",
            Self::ManageCatalogue => "manage_catalogue",
            Self::ManageCustomers => "manage_customers",
            Self::EraseCustomers => "erase_customers",
            Self::SeeReports => "see_reports",
            Self::SeeRules => "see_rules",
            Self::ManageRules => "manage_rules",
            Self::ManageAccounts => "manage_accounts",
            Self::SeeAudit => "see_audit",
            Self::SeeTransactions => "see_transactions",
            Self::ManageShared => "manage_shared",
        }
    }
}

/// Whether `role` has `right`. The table of the desk as a whole.
#[must_use]
#[rustfmt::skip]
pub fn has(role: Role, right: Right) -> bool {
    const X: bool = true;
    const O: bool = false;
    let row = match right {
        //                         customer agent supervisor admin service system
        Right::SeeInternal      => [O,      X,    X,         X,    X,      X],
        Right::SeeAgents        => [O,      X,    X,         X,    X,      X],
        Right::ManageAgents     => [O,      O,    X,         X,    O,      X],
        Right::ManageCatalogue  => [O,      O,    O,         X,    O,      X],
        Right::ManageCustomers  => [O,      X,    X,         X,    X,      X],
        Right::EraseCustomers   => [O,      O,    O,         X,    O,      X],
        Right::SeeReports       => [O,      O,    X,         X,    X,      X],
        Right::SeeRules         => [O,      X,    X,         X,    O,      X],
        Right::ManageRules      => [O,      O,    O,         X,    O,      X],
        Right::ManageAccounts   => [O,      O,    X,         X,    O,      X],
        Right::SeeAudit         => [O,      O,    O,         X,    O,      X],
        Right::SeeTransactions  => [O,      X,    X,         X,    O,      X],
        Right::ManageShared     => [O,      O,    X,         X,    O,      X],
    };
    of(role, row)
}

/// Whether `role` may take on, change, invite or suspend somebody of the role `of`. Who runs the desk is
/// decided by those who do; for anybody else, a right to manage people is enough.
#[must_use]
pub fn manages(role: Role, of: Role) -> bool {
    has(role, Right::ManageAccounts) && (of != Role::Admin || role != Role::Supervisor)
}

/// Which tickets somebody may see at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visible {
    /// All of the tenant.
    #[default]
    All,
    /// A customer's own.
    Customer(CustomerId),
    /// Those an agent has, and those of the queues they serve.
    Agent {
        /// Who.
        agent: AgentId,
        /// The queues they serve.
        queues: BTreeSet<Code>,
    },
    /// None.
    Nothing,
}

impl Visible {
    /// Whether this ticket may be seen.
    #[must_use]
    pub fn admits(&self, ticket: &Ticket) -> bool {
        let holder = ticket.assignment.map(|assignment| assignment.agent);
        self.reaches(ticket.customer, &ticket.queue, holder)
    }

    /// Whether a ticket of this customer, in this queue and with this agent, may be seen.
    pub(crate) fn reaches(&self, of: CustomerId, queue: &Code, holder: Option<AgentId>) -> bool {
        match self {
            Self::All => true,
            Self::Customer(customer) => of == *customer,
            Self::Agent { agent, queues } => queues.contains(queue) || holder == Some(*agent),
            Self::Nothing => false,
        }
    }
}

/// The tickets that `actor` may see. An agent needs their own row for that; without one, they see
/// nothing.
#[must_use]
pub fn visible(actor: Actor, agent: Option<&Agent>) -> Visible {
    match actor {
        Actor::Customer(customer) => Visible::Customer(customer),
        Actor::Agent(id) => match agent {
            Some(agent) if agent.id == id => Visible::Agent {
                agent: id,
                queues: agent.queues.clone(),
            },
            _ => Visible::Nothing,
        },
        Actor::Supervisor(_) | Actor::Admin(_) | Actor::Service(_) | Actor::System => Visible::All,
    }
}

/// What `asked` becomes when it is asked by somebody who may see `granted`: never more than either.
#[must_use]
pub fn narrow(asked: &Visible, granted: &Visible) -> Visible {
    match (asked, granted) {
        (Visible::All, any) | (any, Visible::All) => any.clone(),
        (Visible::Customer(a), Visible::Customer(b)) if a == b => asked.clone(),
        (
            Visible::Agent {
                agent: a,
                queues: p,
            },
            Visible::Agent {
                agent: b,
                queues: q,
            },
        ) if a == b => {
            let queues: BTreeSet<_> = p.intersection(q).cloned().collect();
            Visible::Agent { agent: *a, queues }
        }
        _ => Visible::Nothing,
    }
}

/// Whether an actor who may see `visible` may do `verb` to `ticket`.
#[must_use]
pub fn may(actor: Actor, visible: &Visible, verb: Verb, ticket: &Ticket) -> bool {
    let reaches = match reach(actor.role(), verb) {
        Reach::Never => false,
        Reach::Own => actor == Actor::Customer(ticket.customer),
        Reach::Served => matches!(visible, Visible::Agent { .. }),
        Reach::Any => true,
    };
    reaches && visible.admits(ticket)
}

/// Whether `role` may see this event.
#[must_use]
pub fn sees(role: Role, event: &Event) -> bool {
    has(role, Right::SeeInternal) || event.is_public()
}

/// The ticket as `role` may see it: a customer sees what concerns them and nothing of how the desk
/// works on it.
#[must_use]
pub fn redact(role: Role, mut ticket: Ticket) -> Ticket {
    if has(role, Right::SeeInternal) {
        return ticket;
    }
    ticket.assignment = None;
    ticket.put_back_by = None;
    ticket.allocate_at = None;
    ticket.tags.clear();
    ticket.links.clear();
    ticket.attachments.retain(|attachment| attachment.public);
    ticket.sla = None;
    ticket.snoozed_until = None;
    ticket.reassigned = 0;
    ticket.absorbed.clear();
    ticket.held = false;
    ticket
}

/// The event as `role` may see it. `elsewhere` says that it tells of a ticket that the reader may not
/// know of: the one of another customer that theirs was merged into.
#[must_use]
pub fn redact_event(role: Role, mut event: Event, elsewhere: bool) -> Event {
    if has(role, Right::SeeInternal) {
        return event;
    }
    match &mut event.fact {
        Fact::Raised(raised) => raised.tags.clear(),
        Fact::MergedInto { ticket } if elsewhere => *ticket = TicketId::ELSEWHERE,
        _ => {}
    }
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_do_little_and_only_to_their_own() {
        for &verb in Verb::ALL {
            assert!(reach(Role::Customer, verb) <= Reach::Own, "{}", verb.name());
        }
        for right in Right::ALL {
            assert!(!has(Role::Customer, right), "{}", right.name());
        }
    }

    #[test]
    fn agents_stay_in_the_queues_they_serve() {
        for &verb in Verb::ALL {
            assert!(
                verb == Verb::Raise || reach(Role::Agent, verb) <= Reach::Served,
                "{}",
                verb.name()
            );
        }
    }

    #[test]
    fn every_verb_is_somebodys() {
        for &verb in Verb::ALL {
            assert!(
                Role::ALL
                    .iter()
                    .any(|&role| reach(role, verb) > Reach::Never),
                "{}",
                verb.name()
            );
        }
    }

    #[test]
    fn a_filter_never_widens_what_was_granted() {
        let me = Visible::Customer(uuid::Uuid::from_u128(1).into());
        let other = Visible::Customer(uuid::Uuid::from_u128(2).into());
        assert_eq!(narrow(&Visible::All, &me), me);
        assert_eq!(narrow(&other, &me), Visible::Nothing);
        assert_eq!(narrow(&me, &Visible::All), me);
        assert_eq!(narrow(&Visible::Nothing, &Visible::All), Visible::Nothing);
    }
}

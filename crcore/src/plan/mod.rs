//! From a command to the change it makes: every decision, nothing written.

mod act;
mod allocate;
pub(crate) mod chat;
pub(crate) mod counter;
mod draft;
mod due;
mod keyed;
mod merge;
pub(crate) mod quarantine;
pub(crate) mod quotation;
mod raise;
pub(crate) mod token;

use crate::access::{self, Visible};
use crate::actor::Actor;
use crate::agent::Standing;
use crate::blobs::{BLOB_MAX, Blobs};
use crate::clock::{Clock, Moment};
use crate::command::{Act, Command, Done, Request};
use crate::desk::{REDRAWS_MAX, REPLANS_MAX};
use crate::error::Error;
use crate::id::{BlobId, TicketId};
use crate::rules::Rulebook;
use crate::store::{Changes, Store};
use crate::ticket::{Ticket, is_legal, legal};

use draft::{Case, Draft, json};
pub(crate) use due::{DueMemo, plan_adoption, plan_due};
use keyed::Keyed;

/// What a command will do, decided and not yet written.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it changes: commit it with [`crate::Desk::perform`], or in the host's own transaction by
    /// the `commit_in` of a SQL store.
    pub changes: Changes,
    /// What the caller is told once it has landed.
    pub done: Done,
    /// The answer was given before under the same key, and there is nothing to write.
    pub replayed: bool,
    /// A ticket that waits for allocation since.
    pub(crate) allocate: Option<TicketId>,
    /// Blobs that nothing may name any more.
    pub(crate) loose: Vec<BlobId>,
}

/// What planning reads by.
#[derive(Clone, Copy)]
pub(crate) struct Planner<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) directory: &'a dyn crate::store::Directory,
    pub(crate) blobs: &'a dyn Blobs,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) rules: &'a Rulebook,
}

/// Who asks, with what is known of them.
pub(crate) struct Asker {
    pub(crate) actor: Actor,
    pub(crate) standing: Option<Standing>,
    pub(crate) visible: Visible,
}

impl<'a> Planner<'a> {
    /// Decides `request`.
    pub(crate) async fn plan(self, request: &Request) -> Result<Plan, Error> {
        let Request {
            actor,
            key,
            command,
        } = request;
        let Some(key) = key else {
            return self.decide(*actor, command).await;
        };
        let keyed = Keyed::of(*actor, key, &json(command)?)?;
        let now = self.clock.now();
        if let Some(plan) = keyed.replay(self.store, now).await? {
            return Ok(plan);
        }
        let plan = self.decide(*actor, command).await?;
        keyed.keep(plan, now)
    }

    async fn decide(self, actor: Actor, command: &Command) -> Result<Plan, Error> {
        match command {
            Command::Raise(raise) => self.raise(actor, raise).await,
            Command::On { ticket, seen, act } => self.act(actor, *ticket, *seen, act).await,
        }
    }

    async fn act(
        self,
        actor: Actor,
        id: TicketId,
        seen: Option<u64>,
        act: &Act,
    ) -> Result<Plan, Error> {
        let (ticket, asker) = self.may(actor, id, act).await?;
        unmoved(&ticket, seen)?;
        if let Act::Attach { blob, size, .. } = act {
            let kept = self.blobs.get(*blob).await?.map(|bytes| bytes.len() as u64);
            if kept != Some(*size) || *size > BLOB_MAX as u64 {
                return Err(Error::invalid(
                    "blob",
                    "a blob that was put before, and its size",
                ));
            }
        }
        let moment = Moment::of(self.clock)?.not_before(ticket.updated_at);
        let draft = Draft::new(self.rules, moment, actor);
        self.act_on(draft, asker, Case::of(ticket), act).await
    }

    /// The ticket, if `actor` may do this to it now.
    pub(crate) async fn may(
        self,
        actor: Actor,
        id: TicketId,
        act: &Act,
    ) -> Result<(Ticket, Asker), Error> {
        let ticket = self.store.ticket(id).await?;
        let ticket = ticket.ok_or(Error::NotFound { what: "ticket" })?;
        let asker = self.asker(actor).await?;
        check(&asker, &ticket, act.verb(actor))?;
        Ok((ticket, asker))
    }

    /// What is known of `actor`.
    pub(crate) async fn asker(self, actor: Actor) -> Result<Asker, Error> {
        let standing = match actor {
            Actor::Agent(id) => self.store.agent(id).await?,
            _ => None,
        };
        let visible = access::visible(actor, standing.as_ref().map(|s| &s.agent));
        Ok(Asker {
            actor,
            standing,
            visible,
        })
    }
}

impl Plan {
    fn of(changes: Changes, done: Done) -> Self {
        Self {
            changes,
            done,
            replayed: false,
            allocate: None,
            loose: Vec::new(),
        }
    }

    /// How often it is decided anew when something it read moved on in between.
    pub(crate) fn tries_max(&self) -> u32 {
        if self.changes.records.is_empty() {
            REPLANS_MAX
        } else {
            REDRAWS_MAX
        }
    }

    fn replay(done: Done) -> Self {
        Self {
            replayed: true,
            ..Self::of(Changes::default(), done)
        }
    }
}

/// Refuses where a ticket moved on since the caller saw it.
fn unmoved(ticket: &Ticket, seen: Option<u64>) -> Result<(), Error> {
    let now = ticket.version;
    match seen.filter(|&seen| seen != now) {
        Some(seen) => Err(Error::Stale { seen, now }),
        None => Ok(()),
    }
}

/// Whether `asker` may do `verb` to `ticket`, and whether it can be done now.
fn check(asker: &Asker, ticket: &Ticket, verb: crate::ticket::Verb) -> Result<(), Error> {
    let Asker { actor, visible, .. } = asker;
    if !visible.admits(ticket) {
        return Err(Error::NotFound { what: "ticket" });
    }
    if !access::may(*actor, visible, verb, ticket) {
        return Err(Error::NotAllowed {
            role: actor.role().name(),
            verb: verb.name(),
        });
    }
    if is_legal(ticket, verb) {
        return Ok(());
    }
    let why = if ticket.merged_into.is_some() {
        format!("{} on a ticket that goes on in another one", verb.name())
    } else if ticket.erased_at.is_some() {
        format!("{} on an erased ticket", verb.name())
    } else {
        format!(
            "{} on a ticket that is {}",
            verb.name(),
            ticket.status.name().name()
        )
    };
    let legal = legal(ticket)
        .into_iter()
        .filter(|&v| access::may(*actor, visible, v, ticket));
    Err(Error::NotPossible {
        why,
        legal: legal.collect(),
    })
}

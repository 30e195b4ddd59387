//! Several acts under one name.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{is_for, title, told};
use crate::access::Right;
use crate::actor::Actor;
use crate::command::{Act, Command, Done, Request};
use crate::desk::Desk;
use crate::desk::shelves::put;
use crate::error::Error;
use crate::id::{Code, TicketId};
use crate::record::{Kept, Shelf};

/// How many macros are read at once: more than anybody looks through.
const MACROS_MAX: u32 = 500;
/// The most acts of one macro.
const ACTS_MAX: usize = 16;
/// The longest key that a macro is run under, in bytes: what a command takes, less `/16` for the number of a step.
const RUN_KEY_MAX: usize = 252;

/// Macros by code.
const MACROS: Shelf<Macro> = Shelf::new("macro");

/// Several acts under one name, done to a ticket one after the other.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Macro {
    /// Its name for programs.
    pub code: Code,
    /// Its name on screen, at most 100 characters.
    pub title: String,
    /// The canned reply that is sent first.
    pub reply: Option<Code>,
    /// What is done then, in order; at most 16.
    pub acts: Vec<Act>,
    /// For tickets of these queues; of all where it names none.
    pub queues: BTreeSet<Code>,
    /// The version it was read at; 0 for a new one.
    #[serde(skip)]
    pub version: u64,
}

/// What it notes and answers stays out of logs.
impl fmt::Debug for Macro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Macro({}, version {})", self.code, self.version)
    }
}

/// How far a macro came.
#[derive(Debug, Clone)]
pub struct Ran {
    /// How many of its steps were done; the reply is one.
    pub done: usize,
    /// How many there are.
    pub of: usize,
    /// What the last step did.
    pub last: Option<Done>,
    /// Why it stopped, where it did. What was done by then stays done.
    pub stopped: Option<Error>,
}

impl Macro {
    fn kept(kept: Kept<Self>) -> Self {
        Self {
            version: kept.version,
            ..kept.value
        }
    }

    fn check(&self) -> Result<(), Error> {
        title(&self.title)?;
        if self.acts.len() > ACTS_MAX {
            let got = self.acts.len();
            return Err(Error::invalid(
                "acts",
                format!("at most {ACTS_MAX}, got {got}"),
            ));
        }
        if self.acts.is_empty() && self.reply.is_none() {
            return Err(Error::invalid("acts", "a reply or an act, got none"));
        }
        match self.acts.iter().position(|act| !is_for_any_ticket(act)) {
            Some(nth) => {
                let expected = "something that can be done to any ticket, and undone";
                Err(Error::invalid(format!("acts[{nth}]"), expected))
            }
            None => Ok(()),
        }
    }
}

/// Whether an act means the same on every ticket: it names no other ticket, file, piece or instant, and
/// removes nothing for good. What is said to the customer is the reply.
fn is_for_any_ticket(act: &Act) -> bool {
    match act {
        Act::Amend(_)
        | Act::Assign { .. }
        | Act::Claim
        | Act::Release
        | Act::Note { .. }
        | Act::Wait { .. }
        | Act::Resume
        | Act::Resolve { .. }
        | Act::Reopen { .. }
        | Act::Close
        | Act::Reprioritise { .. }
        | Act::Convert { .. }
        | Act::Tag { .. } => true,
        Act::Allocate
        | Act::Reply { .. }
        | Act::Merge { .. }
        | Act::Split { .. }
        | Act::Link { .. }
        | Act::Unlink { .. }
        | Act::Snooze { .. }
        | Act::Attach { .. }
        | Act::Rate { .. }
        | Act::Hold { .. }
        | Act::Erase => false,
    }
}

impl Desk {
    /// The macros that are for `actor`, by code: all to who leads, those for their queues to an agent.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to a customer.
    pub async fn macros(&self, actor: Actor) -> Result<Vec<Macro>, Error> {
        self.need(actor, Right::SeeInternal)?;
        let visible = self.visible(actor).await?;
        let kept = self.kept_in(&MACROS, &MACROS.range("", MACROS_MAX)).await?;
        let all = kept.into_iter().map(Macro::kept);
        Ok(all.filter(|m| is_for(&m.queues, &visible)).collect())
    }

    /// Keeps a macro. `macro_.version` is the version it was read at, 0 for a new one.
    ///
    /// # Errors
    /// [`Error::Invalid`] where an act is none for every ticket, [`Error::Stale`] where it was changed in
    /// between, [`Error::NotAllowed`] to whom may not.
    pub async fn save_macro(&self, actor: Actor, mut macro_: Macro) -> Result<Macro, Error> {
        self.need(actor, Right::ManageShared)?;
        macro_.check()?;
        let from = macro_.version;
        let change = put(&MACROS, macro_.code.as_str(), Some(from), &macro_, None)?;
        let told = told(actor, "macro.changed", &macro_.code, from + 1);
        self.keep_at(&MACROS, change, from, Some(told)).await?;
        macro_.version = from + 1;
        Ok(macro_)
    }

    /// Removes a macro that was read at `version`.
    ///
    /// # Errors
    /// As [`Desk::save_macro`].
    pub async fn remove_macro(&self, actor: Actor, code: &Code, version: u64) -> Result<(), Error> {
        self.need(actor, Right::ManageShared)?;
        let change = MACROS.remove(code.as_str(), Some(version));
        let told = told(actor, "macro.removed", code, version);
        self.keep_at(&MACROS, change, version, Some(told)).await
    }

    /// Does to a ticket what a macro says: the reply first, then its acts, each decided as if the actor had
    /// given the command themselves, until one is refused. `seen` is the version that the caller looked at;
    /// `key` an idempotency key of at most 252 bytes: the same again does what is left to do and nothing twice.
    ///
    /// # Errors
    /// Where nothing was begun: [`Error::NotFound`] where there is no such macro or reply for the ticket's
    /// queue or no such ticket, [`Error::NotPossible`] where the reply says what is not known,
    /// [`Error::Invalid`] where the key is too long.
    pub async fn run_macro(
        &self,
        actor: Actor,
        ticket: TicketId,
        code: &Code,
        seen: Option<u64>,
        key: Option<&str>,
    ) -> Result<Ran, Error> {
        self.need(actor, Right::SeeInternal)?;
        if key.is_some_and(|key| key.len() > RUN_KEY_MAX) {
            let expected = format!("at most {RUN_KEY_MAX} bytes");
            return Err(Error::invalid("key", expected));
        }
        let queue = self.visible_ticket(actor, ticket).await?.queue;
        let kept = self.kept(&MACROS, code.as_str()).await?;
        let found = kept.map(|kept| kept.value);
        let found = found.filter(|m| m.queues.is_empty() || m.queues.contains(&queue));
        let Macro { reply, acts, .. } = found.ok_or(Error::NotFound { what: "macro" })?;
        let mut steps = Vec::with_capacity(acts.len() + 1);
        if let Some(reply) = reply {
            let filled = self.fill_canned(actor, ticket, &reply).await?;
            if !filled.unfilled.is_empty() {
                let why = format!("the reply asks for {}", filled.unfilled.join(", "));
                return Err(Error::not_possible(why));
            }
            steps.push(Act::Reply { text: filled.text });
        }
        steps.extend(acts);
        let mut ran = Ran {
            done: 0,
            of: steps.len(),
            last: None,
            stopped: None,
        };
        for (nth, act) in steps.into_iter().enumerate() {
            let command = Command::On {
                ticket,
                seen: seen.filter(|_| nth == 0),
                act,
            };
            let request = Request {
                actor,
                key: key.map(|key| format!("{key}/{nth}")),
                command,
            };
            match self.perform(&request).await {
                Ok(done) => {
                    ran.done += 1;
                    ran.last = Some(done);
                }
                Err(error) => {
                    ran.stopped = Some(error);
                    break;
                }
            }
        }
        Ok(ran)
    }
}

//! Which rules are in force: put there by an admin, taken over by every process.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::shelves::{put, read};
use super::{Desk, commit_one};
use crate::access::Right;
use crate::actor::Actor;
use crate::allocation::Allocator;
use crate::audit::Told;
use crate::clock::Moment;
use crate::error::Error;
use crate::id::Code;
use crate::record::{Kept, Shelf};
use crate::rules::{Rulebook, Rules};
use crate::store::{Changes, QueueMark, RecordRange, RulesVersion, Store, StoreError, StoreResult};

/// The longest comment on a change of the rules, in bytes: a paragraph that says why.
const COMMENT_MAX: usize = 2_000;
/// How many changes of the rules are read at once: years of them.
const HISTORY_MAX: u32 = 100;

/// The change that is in force, under [`IN_FORCE`], and every change under its number.
const RULES: Shelf<RulesChange> = Shelf::new("rules");
const IN_FORCE: &str = "in-force";

/// Somebody put rules in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesChange {
    /// Grows by one with each change; 1 for the first one after the builder's rules.
    pub number: u64,
    /// The version of the rules that are in force since.
    pub version: String,
    /// The version that was in force before.
    pub before: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Actor,
    /// Why, as they typed it.
    pub comment: Option<String>,
}

/// The rules in force.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The number of the change that put them in force; 0 for the builder's.
    pub number: u64,
    /// The rules.
    pub rules: Arc<Rulebook>,
}

/// The rules that a process goes by.
pub(super) struct RulesInUse {
    current: RwLock<InForce>,
    allocators: Vec<(Code, Arc<dyn Allocator>)>,
    fixed: bool,
}

/// Rules with the allocators that the host brings.
pub(super) fn ready(
    rules: Rules,
    allocators: &[(Code, Arc<dyn Allocator>)],
) -> Result<Rulebook, Error> {
    let mut book = Rulebook::new(rules).map_err(|e| Error::invalid("rules", e.to_string()))?;
    for (policy, allocator) in allocators {
        book = book.with_allocator(policy.clone(), Arc::clone(allocator));
    }
    Ok(book)
}

fn kept_as(book: &Rulebook, since: DateTime<Utc>) -> RulesVersion {
    RulesVersion {
        version: book.version().to_owned(),
        text: book.text().to_owned(),
        since,
    }
}

fn place(number: u64) -> String {
    format!("history/{number:012}")
}

async fn in_force(store: &dyn Store) -> Result<Option<Kept<RulesChange>>, Error> {
    let record = store.record(RULES.name(), IN_FORCE).await?;
    record.map(|record| read(&RULES, record)).transpose()
}

impl RulesInUse {
    pub(super) fn begin(
        book: Rulebook,
        allocators: Vec<(Code, Arc<dyn Allocator>)>,
        fixed: bool,
    ) -> Self {
        let begin = InForce {
            number: 0,
            rules: Arc::new(book),
        };
        Self {
            current: RwLock::new(begin),
            allocators,
            fixed,
        }
    }

    pub(super) fn current(&self) -> Arc<Rulebook> {
        self.standing().rules
    }

    fn standing(&self) -> InForce {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes by these from now on, unless this process is further already.
    fn take_over(&self, number: u64, book: Rulebook) -> bool {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if number <= current.number {
            return false;
        }
        *current = InForce {
            number,
            rules: Arc::new(book),
        };
        true
    }

    /// Takes over what the store says is in force.
    pub(super) async fn follow(&self, store: &dyn Store) -> Result<bool, Error> {
        if self.fixed {
            return Ok(false);
        }
        let Some(Kept { value, .. }) = in_force(store).await? else {
            return Ok(false);
        };
        if value.number <= self.standing().number {
            return Ok(false);
        }
        let stored = store.rules(&value.version).await?;
        let lost = || Error::broken(format!("rules {} are lost", value.version));
        let rules = Rules::from_json(&stored.ok_or_else(lost)?.text);
        let book = rules.map_err(Error::broken).and_then(|rules| {
            let book = ready(rules, &self.allocators);
            book.map_err(|error| Error::broken(format!("the rules in force: {error}")))
        })?;
        Ok(self.take_over(value.number, book))
    }

    /// Keeps the version by which this process begins.
    pub(super) async fn keep(&self, store: &dyn Store, now: DateTime<Utc>) -> Result<(), Error> {
        let version = kept_as(&self.current(), now);
        if store.rules(&version.version).await?.is_some() {
            return Ok(());
        }
        let changes = Changes {
            rules: vec![version],
            ..Changes::default()
        };
        Ok(commit_one(store, &changes).await?)
    }
}

impl Desk {
    /// The rules in force and the number of the change that put them there, looked up anew.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not see the rules.
    pub async fn rules_in_force(&self, actor: Actor) -> Result<InForce, Error> {
        self.need(actor, Right::SeeRules)?;
        self.follow_rules().await?;
        Ok(self.inner.rules.standing())
    }

    /// Puts rules in force: checked, kept in the store with who did it and why, and followed by every
    /// process on the store. `from` is the [`InForce::number`] that the actor looked at, so that of two
    /// who edit the rules the second is told. Open tickets come under them by themselves, or now by
    /// [`Desk::adopt_rules`]; queues that are given out by allocation are looked at again.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the rules do not hold together, [`Error::Stale`] where others were put in
    /// force in between, [`Error::NotPossible`] where these are in force already, or where
    /// [`DeskBuilder::fixed_rules`](crate::DeskBuilder::fixed_rules) says that the rules are the host's.
    pub async fn use_rules(
        &self,
        actor: Actor,
        rules: Rules,
        from: u64,
        comment: Option<&str>,
    ) -> Result<RulesChange, Error> {
        self.need(actor, Right::ManageRules)?;
        if self.inner.rules.fixed {
            let why = "the rules of this desk come with its configuration";
            return Err(Error::not_possible(why));
        }
        let comment = said(comment)?;
        let book = ready(rules, &self.inner.rules.allocators)?;
        let InForce { number, rules } = self.rules_in_force(actor).await?;
        if number != from {
            return Err(Error::Stale {
                seen: from,
                now: number,
            });
        }
        if rules.version() == book.version() {
            return Err(Error::not_possible("these rules are in force already"));
        }
        let moment = Moment::of(&*self.inner.clock)?;
        let change = RulesChange {
            number: number + 1,
            version: book.version().to_owned(),
            before: rules.version().to_owned(),
            at: moment.now(),
            by: actor,
            comment,
        };
        let changes = Changes {
            rules: vec![kept_as(&book, change.at)],
            marks: marks(&book, change.at),
            records: vec![
                put(&RULES, place(change.number), Some(0), &change, None)?,
                put(&RULES, IN_FORCE, Some(number), &change, None)?,
            ],
            ..Changes::default()
        };
        let told = Told::new(
            actor,
            "rules.put_in_force",
            format!("rules:{}", change.version),
        )
        .with("number", change.number)
        .with("before", &change.before);
        match self.land_told(changes, told).await {
            Ok(()) => {
                self.inner.rules.take_over(change.number, book);
                Ok(change)
            }
            Err(StoreError::Conflict { .. }) => {
                let now = in_force(&*self.inner.store).await?;
                let now = now.map_or(0, |kept| kept.value.number);
                Err(Error::Stale { seen: from, now })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Takes over the rules that another process put in force, and says whether there were any. Reads
    /// one record; [`Desk::tick`] does it too, so a host calls it only where it cannot wait for that.
    ///
    /// # Errors
    /// [`Error::Broken`] where this program cannot read the rules in force, because a newer one wrote
    /// them: it goes on by the rules it has, and says so again each time.
    pub async fn follow_rules(&self) -> Result<bool, Error> {
        self.inner.rules.follow(&*self.inner.store).await
    }

    pub(crate) async fn are_other_rules_in_force(&self) -> StoreResult<bool> {
        if self.inner.rules.fixed {
            return Ok(false);
        }
        let standing = self.inner.rules.standing().number;
        let record = self.inner.store.record(RULES.name(), IN_FORCE).await?;
        // The record grows with each change, as the number does.
        Ok(record.is_some_and(|record| record.version > standing))
    }

    /// The changes of the rules, the latest first, before the one with the number `after`; at most 100.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not see the rules.
    pub async fn rules_history(
        &self,
        actor: Actor,
        after: Option<u64>,
    ) -> Result<Vec<RulesChange>, Error> {
        self.need(actor, Right::SeeRules)?;
        let range = RecordRange {
            reverse: true,
            after: after.map(place),
            ..RULES.range("history/", HISTORY_MAX)
        };
        let kept = self.kept_in(&RULES, &range).await?;
        Ok(kept.into_iter().map(|kept| kept.value).collect())
    }

    /// The rules of a version, as they were stored.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there was none, [`Error::NotAllowed`] to whom may not see the rules.
    pub async fn rules_at(&self, actor: Actor, version: &str) -> Result<RulesVersion, Error> {
        self.need(actor, Right::SeeRules)?;
        let stored = self.inner.store.rules(version).await?;
        stored.ok_or(Error::NotFound {
            what: "version of the rules",
        })
    }

    /// Rules as this desk would go by them.
    pub(super) fn candidate(&self, rules: &Rules) -> Result<Rulebook, Error> {
        ready(rules.clone(), &self.inner.rules.allocators)
    }
}

/// The queues that the rules give out by allocation.
fn marks(book: &Rulebook, at: DateTime<Utc>) -> Vec<QueueMark> {
    let queues = book.rules().queues.keys();
    let given_out = queues.filter(|queue| book.allocator(queue).is_some());
    let mark = |queue: &Code| QueueMark {
        queue: queue.clone(),
        at,
    };
    given_out.map(mark).collect()
}

fn said(comment: Option<&str>) -> Result<Option<String>, Error> {
    let Some(comment) = comment.map(str::trim).filter(|comment| !comment.is_empty()) else {
        return Ok(None);
    };
    if comment.len() > COMMENT_MAX || comment.contains('\0') {
        let expected = format!("at most {COMMENT_MAX} bytes without U+0000");
        return Err(Error::invalid("comment", expected));
    }
    Ok(Some(comment.to_owned()))
}

#![doc = include_str!("../../docs/embedding.md")]

mod acting;
mod auditing;
pub mod beside;
mod catalogue;
mod chat;
pub mod counter;
mod hand_over;
mod in_force;
mod marks;
mod news;
mod notices;
mod people;
mod quarantine;
mod quotations;
mod reading;
mod rules;
pub(crate) mod shelves;
mod transactions;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

pub use acting::{Acting, File};
pub use chat::{CHATS_TAKEN_FOR, Chat, ChatDoor, ChatPlace, ChatRequest};
pub use hand_over::HandedOver;
pub use in_force::{InForce, RulesChange};
pub use news::{Happened, News, Since, Watcher};
pub use people::Forgotten;
use quarantine::Look;
pub use quotations::Quotation;
pub use reading::{Entry, Why};
pub use rules::{Adopted, Affected, Preview};

use in_force::{RulesInUse, ready};

use crate::access::Visible;
use crate::actor::Actor;
use crate::allocation::Allocator;
use crate::blobs::Blobs;
use crate::clock::{Clock, Moment, SystemClock};
use crate::command::{Act, Command, Done, Request};
use crate::error::Error;
use crate::id::{BlobId, Code};
use crate::ledger::Ledger;
use crate::memory::MemoryBlobs;
use crate::notify::{CasePages, Notifier};
use crate::plan::{Plan, Planner};
use crate::rules::{Rulebook, Rules};
use crate::scan::Scanner;
use crate::store::{Changes, Cursor, Directory, QueueMark, Store, StoreError};

/// How often a command is decided anew when something it read moved on in between. Sixteen writers on
/// one ticket get through; more than that is a queue that the host should not build.
pub(crate) const REPLANS_MAX: u32 = 16;
/// How often a command is decided anew that draws from a counter which others draw from too, such as the
/// number of a token: each round one of them gets through, so as many can draw at once.
pub(crate) const REDRAWS_MAX: u32 = 256;

/// A bank's customer-care desk. Cheap to clone; every clone is the same desk.
///
/// ```
/// # tokio_test(async {
/// use crcore::{Actor, Desk, Raise, Rules};
/// use crcore::memory::MemoryStore;
///
/// let cards = "cards".parse()?;
/// let desk = Desk::builder(MemoryStore::new()).rules(Rules::of_services([&cards])).open().await?;
/// let customer = desk.new_id()?;
/// let done = desk.acting(Actor::Customer(customer)).raise(Raise::new(customer, cards, "Card lost")).await?;
/// println!("Your reference is {}", done.reference);
/// # Ok::<_, Box<dyn std::error::Error>>(()) });
/// # fn tokio_test<T>(f: impl Future<Output = Result<T, Box<dyn std::error::Error>>>) {
/// #     tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(f).unwrap();
/// # }
/// ```
#[derive(Clone)]
pub struct Desk {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    directory: Option<Arc<dyn Directory>>,
    pub(crate) blobs: Arc<dyn Blobs>,
    scanner: Option<Arc<dyn Scanner>>,
    pub(crate) notifier: Option<Arc<dyn Notifier>>,
    pub(crate) ledger: Option<Arc<dyn Ledger>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) time_zone: Tz,
    pub(crate) case_pages: Option<CasePages>,
    rules: RulesInUse,
    allocate_in_call: bool,
    marks: OnceLock<marks::Marks>,
    pub(crate) host: Uuid,
    pub(crate) tick: TickState,
}

/// What a desk remembers between its ticks. Nothing that may not be lost.
pub(crate) struct TickState {
    pub(crate) spread: u32,
    /// Where the next batch of tickets begins, in batches, after one with tickets for which nothing
    /// could be decided: those behind them have their turn. 0 for the usual place.
    pub(crate) past_broken: AtomicU32,
    pub(crate) swept: Mutex<Option<BlobId>>,
    rounds: Mutex<BTreeMap<Code, Round>>,
    tidied: Mutex<Option<DateTime<Utc>>>,
}

/// One way through a marked queue.
#[derive(Clone)]
pub(crate) struct Round {
    /// The mark that began it.
    pub(crate) mark: QueueMark,
    /// Where it goes on.
    pub(crate) after: Option<Cursor>,
    /// Whether a ticket on the way moved on in between, so that another round is needed.
    pub(crate) disturbed: bool,
}

/// How often a host tidies: what it tidies costs room and hurries nobody.
const TIDY_EVERY: TimeDelta = TimeDelta::seconds(10);

impl TickState {
    /// Whether the last tidying is a while ago, or was not through.
    pub(crate) fn is_to_tidy(&self, now: DateTime<Utc>) -> bool {
        let tidied = *self.tidied.lock().unwrap_or_else(PoisonError::into_inner);
        tidied.is_none_or(|at| now < at || now - at >= TIDY_EVERY)
    }

    /// Remembers when this host last tidied; nothing where it was not through.
    pub(crate) fn tidied(&self, at: Option<DateTime<Utc>>) {
        *self.tidied.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    /// The round that is under way through a marked queue, or a new one.
    pub(crate) fn round(&self, mark: &QueueMark) -> Round {
        let rounds = self.rounds.lock().unwrap_or_else(PoisonError::into_inner);
        rounds.get(&mark.queue).cloned().unwrap_or_else(|| Round {
            mark: mark.clone(),
            after: None,
            disturbed: false,
        })
    }

    /// Remembers a round that is not through, or forgets the one that is.
    pub(crate) fn keep(&self, round: Option<Round>, queue: &Code) {
        let mut rounds = self.rounds.lock().unwrap_or_else(PoisonError::into_inner);
        match round {
            Some(round) => rounds.insert(queue.clone(), round),
            None => rounds.remove(queue),
        };
    }
}

/// Puts a desk together. Only the store is needed.
pub struct DeskBuilder {
    store: Arc<dyn Store>,
    directory: Option<Arc<dyn Directory>>,
    blobs: Arc<dyn Blobs>,
    scanner: Option<Arc<dyn Scanner>>,
    notifier: Option<Arc<dyn Notifier>>,
    ledger: Option<Arc<dyn Ledger>>,
    clock: Arc<dyn Clock>,
    time_zone: Tz,
    case_pages: Option<CasePages>,
    rules: Rules,
    fixed_rules: bool,
    allocators: Vec<(Code, Arc<dyn Allocator>)>,
    allocate_in_call: bool,
    hosts: u32,
}

impl DeskBuilder {
    /// The bank's rules. Without them, the desk knows no service and takes no ticket. They are the
    /// beginning: once rules were put in force by [`Desk::use_rules`], those of the store win, here and
    /// after every restart, unless [`DeskBuilder::fixed_rules`] says otherwise.
    #[must_use]
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Whether the builder's rules are the rules, whatever was put in force in the store: for a bank that
    /// keeps them in a file and reviews them like code. [`Desk::use_rules`] is refused then. They are not
    /// fixed unless said otherwise.
    #[must_use]
    pub fn fixed_rules(mut self, yes: bool) -> Self {
        self.fixed_rules = yes;
        self
    }

    /// The bank's own record of customers, in place of the store's.
    #[must_use]
    pub fn directory(mut self, directory: impl Directory + 'static) -> Self {
        self.directory = Some(Arc::new(directory));
        self
    }

    /// Where attachments are kept. In memory unless said otherwise.
    #[must_use]
    pub fn blobs(mut self, blobs: impl Blobs) -> Self {
        self.blobs = Arc::new(blobs);
        self
    }

    /// Who looks through files before they are put on a ticket, in whichever way they come. Without one
    /// nobody does. While it is not to be had no file is taken: [`Error::TryAgain`]. A file in which it
    /// finds something is [`Error::Invalid`], and is kept out of reach: see [`Desk::quarantined`].
    #[must_use]
    pub fn scanner(mut self, scanner: impl Scanner) -> Self {
        self.scanner = Some(Arc::new(scanner));
        self
    }

    /// The time zone in which people are told of instants: a deadline in a mail, the lines of a transcript. UTC
    /// unless said otherwise.
    #[must_use]
    pub fn time_zone(mut self, zone: Tz) -> Self {
        self.time_zone = zone;
        self
    }

    /// Where a ticket is seen, for the mails that tell of it. Without it they name its reference alone.
    #[must_use]
    pub fn case_pages(mut self, pages: CasePages) -> Self {
        self.case_pages = Some(pages);
        self
    }

    /// Who carries notices out. Without one they stay owed.
    #[must_use]
    pub fn notifier(mut self, notifier: impl Notifier) -> Self {
        self.notifier = Some(Arc::new(notifier));
        self
    }

    /// The bank's ledger, for what became of a payment. Without one the desk cannot tell.
    #[must_use]
    pub fn ledger(mut self, ledger: impl Ledger) -> Self {
        self.ledger = Some(Arc::new(ledger));
        self
    }

    /// The source of time and chance. The operating system's unless said otherwise.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The bank's own way to choose an agent, wherever the rules name the allocation policy `policy`.
    #[must_use]
    pub fn allocator(mut self, policy: Code, allocator: impl Allocator) -> Self {
        self.allocators.push((policy, Arc::new(allocator)));
        self
    }

    /// Whether a raised ticket is given out in the same call, or only in [`Desk::tick`]. In the same
    /// call unless said otherwise; the raise succeeds whatever becomes of that.
    #[must_use]
    pub fn allocate_in_call(mut self, yes: bool) -> Self {
        self.allocate_in_call = yes;
        self
    }

    /// How many hosts tick this store at once, about: they start at different places in what is due.
    /// One unless said otherwise.
    #[must_use]
    pub fn hosts(mut self, hosts: u32) -> Self {
        self.hosts = hosts.max(1);
        self
    }

    /// Checks the rules, keeps this version of them in the store, and opens the desk under them, or
    /// under those that were put in force since.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the rules or the other options do not hold together, [`Error::TryAgain`] where the store is
    /// not to be had, [`Error::Broken`] where this program cannot read the rules in force.
    pub async fn open(self) -> Result<Desk, Error> {
        let mut moment = Moment::of(&*self.clock)?;
        if let Some(option) = self.case_pages.as_ref().and_then(CasePages::nameless) {
            return Err(Error::invalid(option, "an address with {reference} in it"));
        }
        let begin = ready(self.rules, &self.allocators)?;
        let rules = RulesInUse::begin(begin, self.allocators, self.fixed_rules);
        if !rules.follow(&*self.store).await? {
            rules.keep(&*self.store, moment.now()).await?;
        }
        let host: Uuid = moment.id();
        let spread = u32::from_be_bytes(first4(moment.bytes())) % self.hosts;
        Ok(Desk {
            inner: Arc::new(Inner {
                store: self.store,
                directory: self.directory,
                blobs: self.blobs,
                scanner: self.scanner,
                notifier: self.notifier,
                ledger: self.ledger,
                clock: self.clock,
                time_zone: self.time_zone,
                case_pages: self.case_pages,
                rules,
                allocate_in_call: self.allocate_in_call,
                marks: OnceLock::new(),
                host,
                tick: TickState {
                    spread,
                    past_broken: AtomicU32::new(0),
                    swept: Mutex::new(None),
                    rounds: Mutex::default(),
                    tidied: Mutex::default(),
                },
            }),
        })
    }
}

fn first4(bytes: [u8; 32]) -> [u8; 4] {
    [bytes[0], bytes[1], bytes[2], bytes[3]]
}

/// Commits one change set.
pub(crate) async fn commit_one(store: &dyn Store, changes: &Changes) -> Result<(), StoreError> {
    let answers = store.commit(std::slice::from_ref(changes)).await;
    answers
        .into_iter()
        .next()
        .unwrap_or_else(|| Err(StoreError::corrupt("the answer to a commit")))
}

/// Commits `changes`, and where the store does not say whether they landed, looks before anything
/// else, then commits the same again: the same ids cannot land twice. Where the looks fail too,
/// nobody knows, and that is the answer.
pub(crate) async fn land(store: &dyn Store, changes: &Changes) -> Result<(), StoreError> {
    const UNKNOWN_MAX: u32 = 4;
    let first = commit_one(store, changes).await;
    let Err(unknown @ StoreError::Unknown { .. }) = first else {
        return first;
    };
    let mut refused = None;
    for _ in 0..UNKNOWN_MAX {
        match has_landed(store, changes).await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(_) => continue,
        }
        // What stood in the way of the second try was not the first.
        if let Some(conflict) = refused {
            return Err(conflict);
        }
        match commit_one(store, changes).await {
            Ok(()) => return Ok(()),
            Err(conflict @ StoreError::Conflict { .. }) => refused = Some(conflict),
            Err(_) => {}
        }
    }
    Err(unknown)
}

async fn has_landed(store: &dyn Store, changes: &Changes) -> Result<bool, StoreError> {
    if let Some(first) = changes.events.first() {
        let found = store.events(first.ticket, first.seq - 1, 1).await?;
        return Ok(found.first().is_some_and(|event| event.id == first.id));
    }
    if let Some(agent) = changes.agents.first() {
        let found = store.agent(agent.value.id).await?;
        return Ok(found.is_some_and(|standing| standing.agent == agent.value));
    }
    if let Some(customer) = changes.customers.first() {
        let found = store.customer(customer.value.id).await?;
        return Ok(found.as_ref() == Some(&customer.value));
    }
    if let Some(notice) = changes.notices.first() {
        let found = store.notice(notice.value.id).await?;
        return Ok(found.as_ref() == Some(&notice.value));
    }
    // What is new tells best: it can be nobody else's.
    let new = changes.records.iter().find(|change| change.from == Some(0));
    if let Some(change) = new.or(changes.records.first()) {
        let found = store.record(&change.shelf, &change.key).await?;
        return Ok(change.is_done(found.as_ref()));
    }
    Ok(false)
}

impl Desk {
    /// Begins a desk over `store`.
    pub fn builder(store: impl Store) -> DeskBuilder {
        DeskBuilder {
            store: Arc::new(store),
            directory: None,
            blobs: Arc::new(MemoryBlobs::new()),
            scanner: None,
            notifier: None,
            ledger: None,
            clock: Arc::new(SystemClock),
            time_zone: Tz::UTC,
            case_pages: None,
            rules: Rules::default(),
            fixed_rules: false,
            allocators: Vec::new(),
            allocate_in_call: true,
            hosts: 1,
        }
    }

    /// The rules by which this desk decides now. Others may be in force a moment later: whoever decides
    /// more than one thing by them holds on to this value.
    #[must_use]
    pub fn rules(&self) -> Arc<Rulebook> {
        self.inner.rules.current()
    }

    /// A fresh id, for a customer, an agent or a service account of the host's.
    ///
    /// # Errors
    /// [`Error::Broken`] where the clock has no randomness to give.
    pub fn new_id<T: From<Uuid>>(&self) -> Result<T, Error> {
        Ok(Moment::of(&*self.inner.clock)?.id())
    }

    /// The desk in the hands of `actor`: one method per command.
    pub fn acting(&self, actor: Actor) -> Acting<'_> {
        Acting::new(self, actor)
    }

    /// Decides what `request` changes and writes nothing of it: for a host that commits it in its own
    /// transaction. A host that does so calls [`Desk::after`] once its transaction has landed.
    ///
    /// # Errors
    /// Every [`Error`] that the command can have.
    pub async fn plan(&self, request: &Request) -> Result<Plan, Error> {
        let look = self.look_through(request).await?;
        self.decide(request, look).await
    }

    async fn decide(&self, request: &Request, look: Look) -> Result<Plan, Error> {
        let rules = self.rules();
        let plan = self.planner(&rules).plan(request).await?;
        if look == Look::NotTaken && !plan.replayed {
            // It was refused a moment ago and is not any more.
            return Err(Error::try_again("the file was not looked through"));
        }
        Ok(plan)
    }

    /// Does what `request` asks: decides, commits, and decides anew when something moved on in
    /// between.
    ///
    /// # Errors
    /// Every [`Error`] that the command can have. After an error nothing of the command has landed,
    /// save where it says that the store did not say: then the same request with the same key finds
    /// out, and without a key the caller has to look.
    pub async fn perform(&self, request: &Request) -> Result<Done, Error> {
        let mut tries = 0;
        let look = self.look_through(request).await?;
        loop {
            let plan = self.decide(request, look).await?;
            if plan.changes.is_empty() {
                return Ok(plan.done);
            }
            match self.land(&plan.changes).await {
                Ok(()) => {
                    self.after(&plan).await;
                    return Ok(plan.done);
                }
                Err(StoreError::Conflict { .. }) if tries < plan.tries_max() => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// What follows a plan that has landed: allocation where the desk does that in the same call, and
    /// the removal of blobs that nothing names any more. Failures are left to [`Desk::tick`].
    pub async fn after(&self, plan: &Plan) {
        if let (Some(ticket), true) = (plan.allocate, self.inner.allocate_in_call) {
            let command = Command::On {
                ticket,
                seen: None,
                act: Act::Allocate,
            };
            let request = Request {
                actor: Actor::System,
                key: None,
                command,
            };
            let _ = Box::pin(self.perform(&request)).await;
        }
        for blob in &plan.loose {
            self.let_go(*blob).await;
        }
    }

    /// Commits changes as [`land`] does.
    pub(crate) async fn land(&self, changes: &Changes) -> Result<(), StoreError> {
        land(&*self.inner.store, changes).await
    }

    pub(crate) fn planner<'a>(&'a self, rules: &'a Rulebook) -> Planner<'a> {
        let inner = &*self.inner;
        Planner {
            store: &*inner.store,
            directory: self.directory(),
            blobs: &*inner.blobs,
            clock: &*inner.clock,
            rules,
        }
    }

    /// Who knows the customers: the bank's own directory, or the store.
    pub(crate) fn directory(&self) -> &dyn Directory {
        match &self.inner.directory {
            Some(directory) => &**directory,
            None => &*self.inner.store,
        }
    }

    /// The tickets that `actor` may see.
    pub(crate) async fn visible(&self, actor: Actor) -> Result<Visible, Error> {
        let rules = self.rules();
        Ok(self.planner(&rules).asker(actor).await?.visible)
    }
}

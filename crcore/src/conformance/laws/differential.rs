//! The same operations, the same answers.

use chrono::TimeDelta;
use serde::Serialize;

use crate::agent::{Agent, Pool};
use crate::conformance::check::same;
use crate::conformance::fixture::{
    Scene, answers, customer, edits, joins, keep, keeps, knows, load, loads, notice_ids, owes,
    ticket_ids, together,
};
use crate::conformance::laws::pages::{People, SORTS, any_filter, any_ticket};
use crate::conformance::picture::{Watch, even};
use crate::conformance::{Broken, Harness, Outcome, Verdict};
use crate::customer::Customer;
use crate::id::BlobId;
use crate::memory::MemoryStore;
use crate::notify::{Notice, NoticeState};
use crate::store::{
    Changes, Directory as _, Erasure, Journal as _, LoadChange, NoticeFilter, Paging, RecordRange,
    Records as _, Roster as _, Store, StoreError, StoreResult, Tickets as _,
};
use crate::ticket::Ticket;

/// Operations in one run.
const STEPS: usize = 60;

/// What the run knows of the desk, so that its operations make sense; what it believes may be stale,
/// and then both stores have to refuse.
struct Run {
    scene: Scene,
    people: People,
    tickets: Vec<Ticket>,
    agents: Vec<Agent>,
    customers: Vec<Customer>,
    notices: Vec<Notice>,
    watch: Watch,
}

/// What a store answered, without the wording of its refusals.
fn kind(answer: &StoreResult<()>) -> &'static str {
    match answer {
        Ok(()) => "landed",
        Err(StoreError::Conflict { .. }) => "conflict",
        Err(StoreError::Corrupt { .. }) => "corrupt",
        Err(StoreError::Unknown { .. }) => "unknown",
        Err(StoreError::Unavailable { .. }) => "unavailable",
    }
}

/// Which kinds of rows a change set touches. Two that touch different ones can be one.
fn kinds(set: &Changes) -> u32 {
    let told = !(set.tickets.is_empty() && set.words.is_empty() && set.erased.is_empty());
    let known = !(set.customers.is_empty() && set.forgotten.is_empty());
    let marked = !(set.marks.is_empty() && set.unmarks.is_empty());
    [
        told,
        known,
        marked,
        !set.agents.is_empty(),
        !set.loads.is_empty(),
        !set.notices.is_empty(),
        !set.rules.is_empty(),
        !set.answers.is_empty(),
        !set.records.is_empty(),
    ]
    .into_iter()
    .fold(0, |bits, touched| bits << 1 | u32::from(touched))
}

impl Run {
    fn new(seed: u64) -> Result<Self, Broken> {
        let mut scene = Scene::new(seed)?;
        let mut people = People::new(&mut scene);
        let queues = scene.codes.queues.clone();
        let agents: Vec<_> = (0..3)
            .map(|nth| scene.agent(&queues[nth..nth + 2], 3))
            .collect();
        people.agents = agents.iter().map(|agent| agent.id).collect();
        Ok(Self {
            scene,
            people,
            tickets: Vec::new(),
            agents,
            customers: Vec::new(),
            notices: Vec::new(),
            watch: Watch::default(),
        })
    }

    /// A change of any kind.
    fn change(&mut self) -> Result<Changes, Broken> {
        self.scene.pass(TimeDelta::seconds(1));
        let roll = self.scene.chance.below(16);
        match roll {
            0..=2 => self.raises(),
            3..=5 => self.works(),
            6 => Ok(self.edits_agent()),
            7 => Ok(self.carries()),
            8 => Ok(self.knows_customer()),
            9 => self.owes_notice(),
            10 => Ok(self.erases()),
            11 => Ok(self.marks()),
            12 => Ok(self.answers()),
            13 | 14 => Ok(self.keeps()),
            _ => Ok(Changes {
                rules: vec![self.scene.rules(["00", "01", "02"][roll % 3])],
                ..Changes::default()
            }),
        }
    }

    fn raises(&mut self) -> Result<Changes, Broken> {
        let (ticket, mut set) = any_ticket(&mut self.scene, &self.people)?;
        if self.scene.chance.one_in(3) {
            set.words[0].blob = Some(BlobId::of(&[self.scene.chance.below(3) as u8]));
        }
        self.tickets.push(ticket);
        Ok(set)
    }

    fn works(&mut self) -> Result<Changes, Broken> {
        let mut facts = self.scene.every_fact()?;
        self.scene.chance.shuffle(&mut facts);
        facts.truncate(1 + self.scene.chance.below(3));
        let nth = self.scene.chance.below(self.tickets.len());
        let Some(ticket) = self.tickets.get(nth) else {
            return self.raises();
        };
        let (after, set) = self.scene.steps(ticket, facts)?;
        // Now and then the run forgets what it did and comes back with an old version.
        if !self.scene.chance.one_in(5) {
            self.tickets[nth] = after;
        }
        Ok(set)
    }

    fn edits_agent(&mut self) -> Changes {
        let nth = self.scene.chance.below(self.agents.len());
        let chance = &mut self.scene.chance;
        let agent = &mut self.agents[nth];
        let from = agent.version;
        agent.version += 1;
        agent.available = !chance.one_in(3);
        let room = chance.below(6) as u32;
        agent.capacity.insert(*chance.pick(&Pool::ALL), room);
        let stale = chance.one_in(6);
        edits(agent, if stale { from - 1 } else { from })
    }

    fn carries(&mut self) -> Changes {
        let now = self.scene.now();
        let chance = &mut self.scene.chance;
        let agent = chance.pick(&self.agents).id;
        let units = chance.below(6) as i64 - 2;
        loads(LoadChange {
            pool: *chance.pick(&Pool::ALL),
            enforce: units > 0 && !chance.one_in(3),
            assigned_at: chance.one_in(2).then_some(now),
            ..load(agent, units)
        })
    }

    fn knows_customer(&mut self) -> Changes {
        if self.customers.is_empty() || self.scene.chance.one_in(2) {
            let new = customer(self.scene.id(), 1, "Ada");
            self.customers.push(new.clone());
            return knows(&new, 0);
        }
        let nth = self.scene.chance.below(self.customers.len());
        let known = &mut self.customers[nth];
        if self.scene.chance.one_in(3) {
            return Changes {
                forgotten: vec![known.id],
                ..Changes::default()
            };
        }
        known.version += 1;
        knows(known, known.version - 1)
    }

    fn owes_notice(&mut self) -> Result<Changes, Broken> {
        let now = self.scene.now();
        let nth = self.scene.chance.below(self.notices.len());
        let moves = !self.scene.chance.one_in(3);
        let by = self.scene.id();
        if let Some(notice) = self.notices.get_mut(nth).filter(|_| moves) {
            let later = now + TimeDelta::seconds(self.scene.chance.below(20) as i64);
            notice.state = match self.scene.chance.below(4) {
                0 => NoticeState::Owed { at: later },
                1 => NoticeState::Leased { until: later, by },
                2 => NoticeState::Delivered { at: now },
                _ => NoticeState::Dead {
                    at: now,
                    why: "refused".to_owned(),
                },
            };
            notice.version += 1;
            return Ok(owes(notice, notice.version - 1));
        }
        let Some(ticket) = self.scene.chance.any(&self.tickets) else {
            return self.raises();
        };
        let ticket = ticket.id;
        let notice = self.scene.notice(ticket, now)?;
        self.notices.push(notice.clone());
        Ok(owes(&notice, 0))
    }

    fn erases(&mut self) -> Changes {
        let ticket = self.scene.chance.any(&self.tickets).map(|t| t.id);
        Changes {
            erased: ticket
                .into_iter()
                .map(|ticket| Erasure {
                    ticket,
                    pieces: Vec::new(),
                })
                .collect(),
            ..Changes::default()
        }
    }

    fn marks(&mut self) -> Changes {
        let queue = self.scene.chance.below(4);
        let mut mark = self.scene.mark(queue);
        mark.at -= TimeDelta::seconds(self.scene.chance.below(5) as i64);
        let (marks, unmarks) = if self.scene.chance.one_in(2) {
            (vec![mark], vec![])
        } else {
            (vec![], vec![mark])
        };
        Changes {
            marks,
            unmarks,
            ..Changes::default()
        }
    }

    fn answers(&mut self) -> Changes {
        let key = *self.scene.chance.pick(&["a", "A", "b"]);
        let mut answer = self.scene.answer("agent:1", key);
        answer.expires_at = answer.given_at + TimeDelta::seconds(20);
        answers([answer])
    }

    /// What it was read at is guessed, as one who comes late would.
    fn keeps(&mut self) -> Changes {
        let now = self.scene.now();
        let chance = &mut self.scene.chance;
        let shelf = *chance.pick(&["draft", "code"]);
        let key = *chance.pick(&["a", "A", "a:1", "\u{e9}"]);
        let from = *chance.pick(&[None, Some(0), Some(1), Some(2)]);
        let mut change = keep(shelf, key, from, "{}");
        let lives = TimeDelta::seconds(chance.below(40) as i64 - 10);
        if let Some(body) = &mut change.to {
            body.expires_at = chance.one_in(2).then_some(now + lives);
        }
        if chance.one_in(4) {
            change.to = None;
        }
        keeps([change])
    }

    /// One commit of a few change sets, or two of them as one.
    fn commit(&mut self) -> Result<Vec<Changes>, Broken> {
        let mut sets = Vec::new();
        for _ in 0..1 + self.scene.chance.below(3) {
            sets.push(self.change()?);
        }
        if let [one, other] = &sets[..]
            && kinds(one) & kinds(other) == 0
            && self.scene.chance.one_in(2)
        {
            sets = vec![together(sets)];
        }
        sets.iter().for_each(|set| self.watch.note(set));
        Ok(sets)
    }

    /// Looks again at what is there, after a refusal.
    async fn refresh(&mut self, memory: &MemoryStore) -> Result<(), Broken> {
        let (mut tickets, mut notices) = (Vec::new(), Vec::new());
        for ticket in &self.tickets {
            tickets.extend(memory.ticket(ticket.id).await?);
        }
        for notice in &self.notices {
            notices.extend(memory.notice(notice.id).await?);
        }
        for agent in &mut self.agents {
            if let Some(standing) = memory.agent(agent.id).await? {
                *agent = standing.agent;
            }
        }
        let mut customers = Vec::new();
        for customer in &self.customers {
            customers.extend(memory.customer(customer.id).await?);
        }
        (self.tickets, self.notices, self.customers) = (tickets, notices, customers);
        Ok(())
    }

    /// What both stores say to the same question.
    async fn ask(&mut self, memory: &MemoryStore, store: &dyn Store) -> Result<(), Broken> {
        let filter = any_filter(&mut self.scene, &self.people, &self.tickets)?;
        let paging = Paging {
            sort: *self.scene.chance.pick(&SORTS),
            after: None,
            limit: 5,
        };
        let expected = memory.tickets(&filter, &paging).await?;
        let got = store.tickets(&filter, &paging).await?;
        same(format_args!("{filter:?} {paging:?}"), &got, &expected)?;
        let expected = memory.total(&filter).await?;
        let got = store.total(&filter).await?;
        same(format_args!("{filter:?}"), &got, &expected)?;
        let now = self.scene.now();
        let spread = self.scene.chance.below(3) as u32;
        let expected = ticket_ids(&memory.due(now, 0, 100).await?);
        let got = ticket_ids(&store.due(now, 0, 100).await?);
        same("due", &sorted(got), &sorted(expected))?;
        let count = memory.due(now, spread, 2).await?.len();
        same("due", &store.due(now, spread, 2).await?.len(), &count)?;
        let expected = notice_ids(&memory.owed(now, 0, 100).await?);
        let got = notice_ids(&store.owed(now, 0, 100).await?);
        same("owed", &sorted(got), &sorted(expected))?;
        let queue = self.scene.chance.pick(&self.scene.codes.queues).clone();
        let pool = *self.scene.chance.pick(&Pool::ALL);
        let expected = memory.candidates(&queue, pool, 2).await?;
        let got = store.candidates(&queue, pool, 2).await?;
        let level = |all: Vec<_>| all.into_iter().map(even).collect::<Vec<_>>();
        same("candidates", &level(got), &level(expected))?;
        let shelf = *self.scene.chance.pick(&["draft", "code"]);
        let range = RecordRange {
            shelf: shelf.to_owned(),
            prefix: (*self.scene.chance.pick(&["", "a", "b"])).to_owned(),
            after: self.scene.chance.one_in(2).then(|| "a".to_owned()),
            reverse: self.scene.chance.one_in(2),
            limit: self.scene.chance.below(4) as u32,
        };
        let expected = memory.records(&range).await?;
        same("records", &store.records(&range).await?, &expected)?;
        let expected = memory.count(shelf, &range.prefix, now).await?;
        let got = store.count(shelf, &range.prefix, now).await?;
        same("count of records", &got, &expected)?;
        let filter = NoticeFilter {
            ticket: self.scene.chance.any(&self.tickets).map(|t| t.id),
            unsettled: self.scene.chance.one_in(2),
            dead: self.scene.chance.one_in(2),
        };
        let expected = memory.notices(&filter, None, 5).await?;
        same(
            "notices",
            &store.notices(&filter, None, 5).await?,
            &expected,
        )
    }
}

fn sorted<T: Ord + Serialize>(mut items: Vec<T>) -> Vec<T> {
    items.sort_unstable();
    items
}

/// A random sequence of operations, some of them stale, gets the same answers as in memory and leaves
/// the same desk. A broken run names its seed; [`Harness::seeds`] says which are run.
pub async fn random_operations_answer_as_in_memory(on: &dyn Harness) -> Verdict {
    for seed in on.seeds() {
        let store = on.open(&format!("bank-{seed}")).await?;
        differ(seed, &*store)
            .await
            .map_err(|b| b.within(format_args!("seed {seed}")))?;
    }
    Ok(Outcome::Kept)
}

async fn differ(seed: u64, store: &dyn Store) -> Result<(), Broken> {
    let memory = MemoryStore::new();
    let mut run = Run::new(seed)?;
    for agent in run.agents.clone() {
        let set = joins(&agent);
        run.watch.note(&set);
        same(
            "hiring",
            &store.commit(std::slice::from_ref(&set)).await.len(),
            &memory.commit(&[set]).await.len(),
        )?;
    }
    for step in 0..STEPS {
        if run.scene.chance.one_in(12) {
            let now = run.scene.now();
            // How much of it is numbering is the store's own affair.
            store.tidy(now, 10_000).await?;
            memory.tidy(now, 10_000).await?;
        }
        if run.scene.chance.one_in(3) {
            run.ask(&memory, store)
                .await
                .map_err(|b| b.within(format_args!("step {step}")))?;
            continue;
        }
        let sets = run.commit()?;
        let expected: Vec<_> = memory.commit(&sets).await.iter().map(kind).collect();
        let got: Vec<_> = store.commit(&sets).await.iter().map(kind).collect();
        let shown = || serde_json::to_string(&sets).unwrap_or_default();
        same("answers", &got, &expected)
            .map_err(|b| b.within(format_args!("step {step}, {}", shown())))?;
        if got.iter().any(|answer| *answer != "landed") {
            run.refresh(&memory).await?;
        }
    }
    let expected = run.watch.picture(&memory).await?;
    run.watch.picture(store).await?.must_be(&expected)
}

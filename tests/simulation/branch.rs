//! The branch: its rules, its people, and a step of its life.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use chrono::{DateTime, TimeDelta, Utc};
use crcore::notify::NotifyError;
use crcore::testing::{Fault, FaultyStore, TestDesk};
use crcore::ticket::{Channel, Kind, LinkKind, Outcome, Priority, WaitingOn};
use crcore::{
    Act, Actor, Agent, Amend, Clock, ClockError, Code, Command, Customer, Desk, Error, ErrorKind,
    Head, ManualClock, Pool, Raise, Request, Role, Rules, Store, TicketId,
};

const RULES: &str = r#"{
    "services": {
        "cards": { "queue": "cards" },
        "fraud": { "queue": "cards", "skills": { "fraud": 3 }, "priority": "high" },
        "mortgage": { "queue": "homes", "units": 3 },
        "loans": { "queue": "loans" }
    },
    "queues": { "cards": { "allocation": "fair" }, "homes": { "allocation": "light" } },
    "allocation": [
        { "name": "fair", "rules": ["round_robin"] },
        { "name": "light", "rules": ["account_owner", "skills", "least_loaded"] }
    ],
    "tags": ["vip", "press"],
    "teams": { "leads": "leads@staff.test" },
    "calendars": { "branch": { "time_zone": "Europe/Berlin", "hours": {
        "monday": "09:00-12:00, 13:00-18:00", "tuesday": "09:00-18:00", "wednesday": "09:00-18:00",
        "thursday": "09:00-18:00", "friday": "09:00-15:00" } } },
    "sla": [
        { "name": "complaints", "when": { "kinds": ["complaint"] }, "calendar": "branch",
          "close_after": "5bd", "targets": {
            "first_response": { "within": "4h", "warn_before": ["1h"],
                "escalate": [ { "after": "0m", "do": { "notify": { "team": "leads" } } } ] },
            "next_response": { "within": "8h" },
            "resolution": { "within": "3bd", "warn_before": ["1bd"], "escalate": [
                { "after": "0m", "do": { "raise_priority": "urgent" } },
                { "after": "4h", "do": { "notify": "assignee" } },
                { "after": "1bd", "do": "release" } ] } } },
        { "name": "rest", "close_after": "20h", "targets": {
            "resolution": { "within": "30h", "time": "calendar", "warn_before": ["5h"] } } }
    ]
}"#;

/// Which troubles a seed has: swarm testing (Groce et al., 2012), since a run with every trouble at
/// once hides what a few of them do alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mix {
    faults: bool,
    unknown: bool,
    races: bool,
    lags: bool,
    bounces: bool,
    hosts: usize,
}

impl Mix {
    pub(crate) fn of(seed: u64) -> Self {
        let mut dice = Dice(seed ^ 0x5eed);
        let mut flip = || dice.one_in(2);
        Self {
            faults: flip(),
            unknown: flip(),
            races: flip(),
            lags: flip(),
            bounces: flip(),
            hosts: dice.below(3),
        }
    }

    pub(crate) fn alone(self) -> Self {
        Self {
            races: false,
            ..self
        }
    }
}

/// SplitMix64: the same seed, the same life.
pub(crate) struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }
}

/// A host whose clock is behind.
struct Behind(Arc<ManualClock>, TimeDelta);

impl Clock for Behind {
    fn now(&self) -> DateTime<Utc> {
        self.0.now() - self.1
    }

    fn random(&self) -> Result<[u8; 32], ClockError> {
        self.0.random()
    }
}

pub(crate) struct Branch<S> {
    pub(crate) desk: TestDesk,
    pub(crate) dice: Dice,
    pub(crate) heads: Vec<Head>,
    hosts: Vec<Desk>,
    pub(crate) stores: [FaultyStore<S>; 2],
    mix: Mix,
    customers: Vec<Actor>,
    agents: Vec<Actor>,
    leads: Vec<Actor>,
    tickets: Vec<TicketId>,
}

type Doing<'a> = Pin<Box<dyn Future<Output = Result<Option<TicketId>, Error>> + 'a>>;

impl<S: Store> Branch<S> {
    /// `one` and `other` are handles on the same store.
    pub(crate) async fn open(seed: u64, mix: Mix, one: S, other: S) -> Self {
        let stores = [FaultyStore::new(one), FaultyStore::new(other)];
        let rules = Rules::from_json(RULES).unwrap();
        let desk = TestDesk::over(stores[0].clone(), rules.clone())
            .await
            .unwrap();
        let mut dice = Dice(seed);
        let mut hosts = Vec::new();
        for _ in 0..mix.hosts {
            let lag = if mix.lags {
                dice.below(3_000) as i64
            } else {
                0
            };
            let clock = Behind(desk.clock.clone(), TimeDelta::milliseconds(lag));
            let host = Desk::builder(stores[1].clone())
                .rules(rules.clone())
                .clock(Arc::new(clock))
                .notifier(desk.outbox.clone())
                .hosts(2)
                .allocate_in_call(dice.one_in(2));
            hosts.push(host.open().await.unwrap());
        }
        let mut branch = Self {
            desk,
            dice,
            heads: Vec::new(),
            hosts,
            stores,
            mix,
            customers: Vec::new(),
            agents: Vec::new(),
            leads: Vec::new(),
            tickets: Vec::new(),
        };
        branch.hire().await.unwrap();
        branch
    }

    async fn hire(&mut self) -> Result<(), Error> {
        let queues: [&[&str]; 5] = [
            &["cards"],
            &["cards", "homes"],
            &["cards", "loans"],
            &["homes", "loans"],
            &["loans"],
        ];
        for (nth, queues) in queues.into_iter().enumerate() {
            let mut agent = Agent::new(self.desk.new_id()?, format!("Agent {nth}"));
            agent.email = (nth != 4).then(|| format!("agent{nth}@staff.test"));
            agent.queues = queues.iter().map(|queue| code(queue)).collect();
            agent.capacity = [(Pool::Cases, 3 + nth as u32), (Pool::Live, 1)].into();
            agent.skills = [(code("fraud"), 1 + nth as u8)].into();
            if nth == 3 {
                agent.role = Role::Supervisor;
            }
            let agent = self.desk.save_agent(Actor::System, agent).await?;
            match agent.role {
                Role::Supervisor => self.leads.push(agent.actor()),
                _ => self.agents.push(agent.actor()),
            }
        }
        self.leads.push(Actor::Admin(self.desk.new_id()?));
        for nth in 0..5 {
            let mut customer = Customer::new(self.desk.new_id()?);
            customer.email = (nth > 0).then(|| format!("customer{nth}@customers.test"));
            customer.account_owner = self.agents.get(nth).and_then(|agent| agent.staff());
            let customer = self.desk.save_customer(Actor::System, customer).await?;
            self.customers.push(Actor::Customer(customer.id));
        }
        Ok(())
    }

    /// So many steps, then quiet; the head of the chain at the end.
    pub(crate) async fn live(&mut self, steps: u32) -> Head {
        for nth in 1..=steps {
            self.time_goes_by();
            self.troubles();
            match self.dice.below(12) {
                0 => self.roster().await,
                1 | 2 => self.tick().await,
                3 | 4 if self.mix.races => self.race().await,
                _ => self.one().await,
            }
            self.stores.iter().for_each(FaultyStore::forget);
            if nth % 80 == 0 {
                self.look().await;
            }
        }
        self.quiet().await
    }

    fn time_goes_by(&mut self) {
        let step = match self.dice.below(20) {
            0 => TimeDelta::hours(30),
            1..5 => TimeDelta::minutes(self.dice.below(300) as i64),
            5..9 => TimeDelta::zero(),
            _ => TimeDelta::microseconds(self.dice.below(90_000_000) as i64),
        };
        self.desk.clock.advance(step);
        if self.mix.bounces && self.dice.one_in(10) {
            let again = !self.dice.one_in(4);
            let why = "451 not now".to_owned();
            self.desk.outbox.fail_next(NotifyError { again, why });
        }
    }

    fn troubles(&mut self) {
        if self.mix.faults && self.dice.one_in(3) {
            let store = self.dice.below(2);
            let nth = 1 + self.dice.below(12) as u64;
            self.stores[store].at_call(nth, Fault::Unavailable);
        }
        if self.mix.unknown && self.dice.one_in(3) {
            let fault = self.dice.pick(&[Fault::Landed, Fault::Lost]);
            let store = self.dice.below(2);
            let nth = 1 + self.dice.below(3) as u64;
            self.stores[store].at_commit(nth, fault);
        }
    }

    /// Something went wrong outside of the desk, so a command may ask for another try.
    fn troubled(&self) -> bool {
        self.mix.faults || self.mix.unknown || self.mix.races
    }

    async fn one(&mut self) {
        let request = self.request();
        let host = self.host();
        let answer = host.perform(&request).await;
        self.note(answer.map(|done| Some(done.made.unwrap_or(done.ticket))));
    }

    fn note(&mut self, answer: Result<Option<TicketId>, Error>) {
        match answer {
            Ok(Some(id)) if !self.tickets.contains(&id) => self.tickets.push(id),
            Ok(_) => {}
            Err(error) => {
                let calm = error.kind() != ErrorKind::Broken
                    && (self.troubled() || error.kind() != ErrorKind::TryAgain);
                assert!(calm, "{error}");
            }
        }
    }

    fn host(&mut self) -> Desk {
        match self.dice.below(self.hosts.len() + 2) {
            nth if nth < self.hosts.len() => self.hosts[nth].clone(),
            _ => Desk::clone(&self.desk),
        }
    }

    async fn tick(&mut self) {
        let (host, limit) = (self.host(), 1 + self.dice.below(20) as u32);
        let ticked = host.tick(limit).await;
        if let Ok(ticked) = &ticked {
            assert_eq!(ticked.broken, 0, "nothing is broken");
        }
        self.note(ticked.map(|_| None));
    }

    /// Several at once, step by step in any order; some are dropped on the way.
    async fn race(&mut self) {
        for store in &self.stores {
            store.always(Some(Fault::Late(1)));
        }
        let racers = 2 + self.dice.below(3);
        let asked: Vec<_> = (0..racers)
            .map(|_| {
                let request = (!self.dice.one_in(4)).then(|| self.request());
                (self.host(), request)
            })
            .collect();
        let mut running: Vec<Doing<'_>> = Vec::new();
        for (host, request) in &asked {
            running.push(Box::pin(async move {
                let Some(request) = request else {
                    let ticked = host.tick(10).await?;
                    assert_eq!(ticked.broken, 0, "nothing is broken");
                    return Ok(None);
                };
                let done = host.perform(request).await?;
                Ok(Some(done.made.unwrap_or(done.ticket)))
            }));
        }
        while !running.is_empty() {
            let nth = self.dice.below(running.len());
            let gone = self.dice.one_in(200);
            let polled = running[nth]
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()));
            match polled {
                std::task::Poll::Ready(answer) => {
                    drop(running.swap_remove(nth));
                    self.note(answer);
                }
                std::task::Poll::Pending if gone => drop(running.swap_remove(nth)),
                std::task::Poll::Pending => tokio::task::yield_now().await,
            }
        }
    }

    async fn roster(&mut self) {
        let who = self.dice.pick(&self.agents);
        let Ok(standing) = self
            .desk
            .agent(Actor::System, self.desk.staff_of(who))
            .await
        else {
            return;
        };
        if self.dice.one_in(2) {
            let said = match self.dice.one_in(4) {
                true => self.desk.leave_chats(who).await,
                false => self.desk.take_chats(who).await,
            };
            return self.note(said.map(|()| None));
        }
        let mut agent = standing.agent;
        match self.dice.below(3) {
            0 => agent.available = !agent.available,
            1 => agent.available = true,
            _ => {
                let queue = code(self.dice.pick(&["cards", "homes", "loans"]));
                if !agent.queues.remove(&queue) {
                    agent.queues.insert(queue);
                }
            }
        }
        let saved = self.desk.save_agent(Actor::System, agent).await;
        self.note(saved.map(|_| None));
    }

    fn request(&mut self) -> Request {
        let raises = self.tickets.len() < 4 || (self.tickets.len() < 60 && self.dice.one_in(6));
        let (actor, command) = if raises {
            self.raise()
        } else {
            let ticket = self.dice.pick(&self.tickets);
            let everybody = [&self.customers[..], &self.agents, &self.agents, &self.leads].concat();
            let actor = match self.dice.below(8) {
                0 => Actor::System,
                1..4 => self.dice.pick(&self.agents),
                _ => self.dice.pick(&everybody),
            };
            let act = self.act();
            let seen = self.dice.one_in(30).then_some(1);
            (actor, Command::On { ticket, seen, act })
        };
        let key = self
            .dice
            .one_in(5)
            .then(|| format!("k{}", self.dice.below(6)));
        Request {
            actor,
            key,
            command,
        }
    }

    fn raise(&mut self) -> (Actor, Command) {
        let customer = self.dice.pick(&self.customers);
        let service = code(
            self.dice
                .pick(&["cards", "cards", "fraud", "mortgage", "loans"]),
        );
        let raise = Raise {
            body: self.dice.one_in(2).then(|| "Please help".into()),
            kind: self.dice.pick(&[Kind::Complaint, Kind::Query, Kind::Quote]),
            channel: self
                .dice
                .pick(&[Channel::Web, Channel::Email, Channel::Chat]),
            ..Raise::new(self.desk.id_of(customer), service, "A matter")
        };
        (customer, Command::Raise(Box::new(raise)))
    }

    fn act(&mut self) -> Act {
        let text = || "Some words".to_owned();
        let other = self.dice.pick(&self.tickets);
        let dice = &mut self.dice;
        match dice.below(26) {
            0 => Act::Amend(Box::new(Amend {
                service: Some(code(dice.pick(&["cards", "fraud", "mortgage", "loans"]))),
                ..Amend::default()
            })),
            1 => Act::Allocate,
            2 => {
                let to = dice.pick(&self.agents);
                Act::Assign {
                    to: self.desk.staff_of(to),
                }
            }
            3 | 4 => Act::Claim,
            5 => Act::Release,
            6..9 => Act::Reply { text: text() },
            9 => Act::Note { text: text() },
            10 => Act::Wait {
                on: dice.pick(&[WaitingOn::Customer, WaitingOn::ThirdParty]),
            },
            11 => Act::Resume,
            12..16 => Act::Resolve {
                outcome: dice.pick(&[
                    Outcome::Upheld,
                    Outcome::Rejected,
                    Outcome::Answered,
                    Outcome::Withdrawn,
                ]),
                text: dice.one_in(2).then(text),
            },
            16 => Act::Reopen { text: Some(text()) },
            17 => Act::Close,
            18 => Act::Reprioritise {
                to: dice.pick(Priority::ALL),
            },
            19 => Act::Convert {
                to: dice.pick(Kind::ALL),
            },
            20 if dice.one_in(2) => Act::Merge { into: other },
            21 => Act::Link {
                kind: LinkKind::RelatedTo,
                to: other,
            },
            22 => Act::Tag {
                add: [code("vip")].into(),
                remove: [code("press")].into(),
            },
            23 => Act::Snooze {
                until: self.desk.clock.now() + TimeDelta::hours(dice.below(40) as i64),
            },
            24 => Act::Rate {
                score: dice.below(7) as u8,
                text: None,
            },
            25 if dice.one_in(2) => Act::Erase,
            _ if dice.one_in(3) => Act::Hold {
                held: dice.one_in(2),
            },
            _ => Act::Split {
                subject: text(),
                service: code("cards"),
                kind: Kind::Query,
                pieces: Vec::new(),
            },
        }
    }
}

pub(crate) fn code(text: &str) -> Code {
    text.parse().unwrap()
}

//! A small bank whose store fails when told.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crcore::testing::{FaultyStore, TestDesk};
use crcore::{
    Act, Actor, Clock, Code, Command, Desk, Done, Error, MemoryStore, Raise, Request, Rules, Store,
    TicketId,
};

pub(crate) type Test = Result<(), Error>;

pub(crate) fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// Cards are given out in turn, loans are claimed; complaints have deadlines on every target.
pub(crate) const RULES: &str = r#"{
    "services": {
        "cards": { "queue": "cards" },
        "fraud": { "queue": "cards", "skills": { "fraud": 3 } },
        "loans": { "queue": "loans" }
    },
    "queues": { "cards": { "allocation": "fair" } },
    "allocation": [ { "name": "fair", "rules": ["round_robin"] } ],
    "tags": ["vip"],
    "teams": { "leads": "leads@staff.test" },
    "sla": [ {
        "name": "all", "close_after": "10h",
        "targets": {
            "first_response": { "within": "4h", "time": "calendar", "warn_before": ["1h"],
                "escalate": [ { "after": "1h", "do": { "notify": { "team": "leads" } } } ] },
            "resolution": { "within": "8h", "time": "calendar", "warn_before": ["2h"],
                "escalate": [ { "after": "0m", "do": { "raise_priority": "urgent" } } ] }
        }
    } ]
}"#;

pub(crate) fn rules() -> Rules {
    Rules::from_json(RULES).unwrap()
}

pub(crate) struct Bank {
    pub(crate) desk: TestDesk,
    pub(crate) store: FaultyStore<MemoryStore>,
    pub(crate) asha: Actor,
    pub(crate) meera: Actor,
    pub(crate) lead: Actor,
    pub(crate) admin: Actor,
}

impl Bank {
    pub(crate) async fn open() -> Result<Self, Error> {
        let store = FaultyStore::new(MemoryStore::new());
        let desk = TestDesk::over(store.clone(), rules()).await?;
        let asha = desk.new_customer("Asha").await?;
        let meera = desk
            .new_agent("Meera", &[&code("cards"), &code("loans")])
            .await?;
        let lead = Actor::Supervisor(desk.new_id()?);
        let admin = Actor::Admin(desk.new_id()?);
        Ok(Self {
            desk,
            store,
            asha,
            meera,
            lead,
            admin,
        })
    }

    /// A ticket that nobody has.
    pub(crate) async fn loan(&self) -> Result<TicketId, Error> {
        self.raise("loans").await
    }

    pub(crate) async fn raise(&self, service: &str) -> Result<TicketId, Error> {
        Ok(self
            .ask(self.asha, None, self.raising(service))
            .await?
            .ticket)
    }

    pub(crate) fn raising(&self, service: &str) -> Command {
        let raise = Raise {
            body: Some("It was taken from my bag.".into()),
            ..Raise::new(self.desk.id_of(self.asha), code(service), "Stolen")
        };
        Command::Raise(Box::new(raise))
    }

    pub(crate) async fn ask(
        &self,
        actor: Actor,
        key: Option<&str>,
        command: Command,
    ) -> Result<Done, Error> {
        let key = key.map(str::to_owned);
        let request = Request {
            actor,
            key,
            command,
        };
        self.desk.perform(&request).await
    }
}

pub(crate) fn on(ticket: TicketId, act: Act) -> Command {
    Command::On {
        ticket,
        seen: None,
        act,
    }
}

/// Another host at the same store, with the clock and the outbox of `desk`.
pub(crate) async fn host(desk: &TestDesk, store: impl Store, hosts: u32) -> Result<Desk, Error> {
    host_at(desk, store, hosts, desk.clock.clone()).await
}

/// Another host with a clock of its own.
pub(crate) async fn host_at(
    desk: &TestDesk,
    store: impl Store,
    hosts: u32,
    clock: Arc<dyn Clock>,
) -> Result<Desk, Error> {
    Desk::builder(store)
        .rules(desk.rules().rules().clone())
        .clock(clock)
        .notifier(desk.outbox.clone())
        .hosts(hosts)
        .open()
        .await
}

/// Lets a future go one step.
pub(crate) fn step<F: Future + ?Sized>(future: &mut Pin<Box<F>>) -> Option<F::Output> {
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

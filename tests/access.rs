//! Who may do what, asked of the desk itself: every role, every verb, every relation.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use chrono::TimeDelta;
use crcore::access::{Reach, reach};
use crcore::command::Amend;
use crcore::testing::TestDesk;
use crcore::ticket::{
    Kind, LinkKind, Outcome, Priority, StatusName, Verb, WaitingOn, is_legal, next_status,
};
use crcore::{Act, Actor, Code, Error, ErrorKind, File, Raise, Role, Rules, TicketId};

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// What a ticket is to whoever acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// The customer's own, and the agent has it although they do not serve its queue.
    Own,
    /// Another customer's, in a queue that the agent serves.
    Served,
    /// Another customer's, in another queue.
    Foreign,
}

/// A desk with somebody of every role, and a colleague for each queue.
struct Bank {
    desk: TestDesk,
    actors: [Actor; 6],
    ravi: Actor,
    colleague: Actor,
    stranger: Actor,
}

impl Bank {
    async fn open() -> Self {
        let desk = TestDesk::open(
            Rules::from_json(
                r#"{
                    "services": { "cards": { "queue": "cards" }, "loans": { "queue": "loans" } },
                    "queues": { "cards": { "allocation": "all" }, "loans": { "allocation": "all" } },
                    "allocation": [{ "name": "all", "rules": ["least_loaded"] }],
                    "tags": ["seen"]
                }"#,
            )
            .unwrap(),
        )
        .await
        .unwrap();
        let (asha, ravi) = (
            desk.new_customer("Asha").await.unwrap(),
            desk.new_customer("Ravi").await.unwrap(),
        );
        let staff = ["Meera", "Omar", "Lena", "Sonia", "Adam"];
        let mut hired = Vec::new();
        for name in staff {
            // Whom allocation passes over, so that each test decides who has what.
            let both = [&code("cards"), &code("loans")];
            let actor = desk.new_agent(name, &both).await.unwrap();
            let mut agent = desk
                .agent(Actor::System, actor.staff().unwrap())
                .await
                .unwrap()
                .agent;
            agent.available = false;
            agent.capacity.values_mut().for_each(|units| *units = 1_000);
            agent.role = match name {
                "Sonia" => Role::Supervisor,
                "Adam" => Role::Admin,
                _ => Role::Agent,
            };
            hired.push(desk.save_agent(Actor::System, agent).await.unwrap().actor());
        }
        let [meera, colleague, stranger, sonia, adam] = hired[..] else {
            panic!()
        };
        let program = Actor::Service(desk.new_id().unwrap());
        Self {
            desk,
            actors: [asha, meera, sonia, adam, program, Actor::System],
            ravi,
            colleague,
            stranger,
        }
    }

    fn actor(&self, role: Role) -> Actor {
        let of_role = |actor: &&Actor| actor.role() == role;
        *self.actors.iter().find(of_role).unwrap()
    }

    /// Meera serves both queues while tickets are made, and then only cards.
    async fn meera_serves(&self, queues: &[&str]) {
        let id = self.actor(Role::Agent).staff().unwrap();
        let mut agent = self.desk.agent(Actor::System, id).await.unwrap().agent;
        agent.queues = queues.iter().map(|queue| code(queue)).collect();
        self.desk.save_agent(Actor::System, agent).await.unwrap();
    }

    /// A ticket of this relation to which `verb` can be done now.
    async fn ticket(&self, relation: Relation, verb: Verb) -> TicketId {
        let system = self.desk.acting(Actor::System);
        let (customer, service, holder) = match relation {
            Relation::Own => (self.actor(Role::Customer), "loans", self.actor(Role::Agent)),
            Relation::Served => (self.ravi, "cards", self.colleague),
            Relation::Foreign => (self.ravi, "loans", self.stranger),
        };
        let raise = Raise::new(self.desk.id_of(customer), code(service), "A subject");
        let id = system.raise(raise).await.unwrap().ticket;
        if verb != Verb::Allocate {
            system.assign(id, holder.staff().unwrap()).await.unwrap();
        }
        let status = [
            StatusName::Open,
            StatusName::WaitingForThirdParty,
            StatusName::Resolved,
        ];
        let status = status.into_iter().find(|&s| next_status(s, verb).is_some());
        match status.unwrap() {
            StatusName::WaitingForThirdParty => {
                system.wait(id, WaitingOn::ThirdParty).await.unwrap();
            }
            StatusName::Resolved => {
                system.resolve(id, Outcome::Rejected, None).await.unwrap();
            }
            _ => {}
        }
        let ticket = self.desk.ticket(Actor::System, id).await.unwrap();
        assert!(is_legal(&ticket, verb), "{verb:?} on {relation:?}");
        id
    }

    /// The act that `verb` is, on `ticket`; `other` is one of the same relation.
    async fn act(&self, verb: Verb, other: TicketId) -> Act {
        let text = || "Some words".to_owned();
        match verb {
            Verb::Amend => Act::Amend(Box::new(Amend {
                subject: Some(text()),
                ..Amend::default()
            })),
            Verb::Allocate => Act::Allocate,
            Verb::Assign => {
                let to = self.actor(Role::Supervisor).staff().unwrap();
                Act::Assign { to }
            }
            Verb::Claim => Act::Claim,
            Verb::Release => Act::Release,
            Verb::Reply | Verb::Write => Act::Reply { text: text() },
            Verb::Note => Act::Note { text: text() },
            Verb::WaitForCustomer => Act::Wait {
                on: WaitingOn::Customer,
            },
            Verb::WaitForThirdParty => Act::Wait {
                on: WaitingOn::ThirdParty,
            },
            Verb::Resume => Act::Resume,
            Verb::Resolve => Act::Resolve {
                outcome: Outcome::Rejected,
                text: None,
            },
            Verb::Withdraw => Act::Resolve {
                outcome: Outcome::Withdrawn,
                text: None,
            },
            Verb::Reopen => Act::Reopen { text: None },
            Verb::Close => Act::Close,
            Verb::Reprioritise => Act::Reprioritise {
                to: Priority::Urgent,
            },
            Verb::Convert => Act::Convert { to: Kind::Query },
            Verb::Merge | Verb::Absorb => Act::Merge { into: other },
            Verb::Split => Act::Split {
                subject: text(),
                service: code("cards"),
                kind: Kind::Query,
                pieces: Vec::new(),
            },
            Verb::Link => Act::Link {
                kind: LinkKind::RelatedTo,
                to: other,
            },
            Verb::Tag => Act::Tag {
                add: [code("seen")].into(),
                remove: [].into(),
            },
            Verb::Snooze => Act::Snooze {
                until: TestDesk::start() + TimeDelta::days(1),
            },
            Verb::Attach => {
                let blob = self.desk.acting(Actor::System);
                let id = self.ticket(Relation::Foreign, Verb::Attach).await;
                blob.attach(id, file("a.txt", b"bytes", true))
                    .await
                    .unwrap();
                Act::Attach {
                    file_name: "a.txt".into(),
                    media_type: "text/plain".into(),
                    size: 5,
                    blob: crcore::BlobId::of(b"bytes"),
                    public: true,
                }
            }
            Verb::Rate => Act::Rate {
                score: 4,
                text: None,
            },
            Verb::Hold => Act::Hold { held: true },
            Verb::Erase => Act::Erase,
            Verb::Raise => panic!("no act"),
        }
    }

    async fn version(&self, id: TicketId) -> u64 {
        self.desk.ticket(Actor::System, id).await.unwrap().version
    }
}

fn file(name: &str, content: &[u8], public: bool) -> File {
    File {
        name: name.into(),
        media_type: "text/plain".into(),
        content: content.to_vec(),
        public,
    }
}

/// What the table of commands says.
fn may(role: Role, verb: Verb, relation: Relation) -> bool {
    match reach(role, verb) {
        Reach::Never => false,
        Reach::Own => relation == Relation::Own,
        Reach::Served => relation != Relation::Foreign,
        Reach::Any => true,
    }
}

fn is_refusal(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotAllowed)
}

#[tokio::test]
async fn every_role_does_what_the_table_says_and_nothing_else() {
    let bank = Bank::open().await;
    let desk = &bank.desk;
    let mut done = 0;
    for &verb in Verb::ALL.iter().filter(|&&verb| verb != Verb::Raise) {
        for relation in [Relation::Own, Relation::Served, Relation::Foreign] {
            for actor in bank.actors {
                let role = actor.role();
                bank.meera_serves(&["cards", "loans"]).await;
                // Absorbing is refused for the ticket that would go on, not for the one that ends.
                let first = match (verb, relation) {
                    (Verb::Absorb, Relation::Foreign) => Relation::Served,
                    _ => relation,
                };
                let id = bank.ticket(first, verb).await;
                let other = bank.ticket(relation, verb).await;
                bank.meera_serves(&["cards"]).await;
                let case = format!("{} {} {relation:?}", role.name(), verb.name());
                let act = bank.act(verb, other).await;
                let absorbs = verb == Verb::Absorb && act.verb(actor) == Verb::Merge;
                if act.verb(actor) != verb && !absorbs {
                    // Whoever cannot even say it, may not: the desk does not write as the customer.
                    assert_eq!(reach(role, verb), Reach::Never, "{case}");
                    continue;
                }
                let before = bank.version(id).await;
                let answer = desk.acting(actor).act(id, act).await;
                // An agent cannot claim what they have; they may, but it is not possible.
                let has_it = (role, verb, relation) == (Role::Agent, Verb::Claim, Relation::Own);
                match answer {
                    Ok(_) => assert!(may(role, verb, relation), "{case} was done"),
                    Err(Error::NotPossible { .. }) if has_it => {}
                    Err(error) => {
                        assert!(is_refusal(&error), "{case}: {error}");
                        assert!(!may(role, verb, relation), "{case} was refused: {error}");
                        assert_eq!(bank.version(id).await, before, "{case} changed nothing");
                    }
                }
                done += 1;
            }
        }
    }
    // 27 verbs of 3 relations and 6 roles, without those that cannot be said.
    assert_eq!(done, 27 * 18 - 3 * (5 + 1 + 5), "every case was tried");
    desk.assert_sound().await;
}

#[tokio::test]
async fn who_raises_for_whom_is_in_the_table_too() {
    let bank = Bank::open().await;
    for actor in bank.actors {
        for (relation, customer) in [
            (Relation::Own, bank.actor(Role::Customer)),
            (Relation::Foreign, bank.ravi),
        ] {
            let raise = Raise::new(bank.desk.id_of(customer), code("cards"), "A subject");
            let answer = bank.desk.acting(actor).raise(raise).await;
            let may = may(actor.role(), Verb::Raise, relation);
            assert_eq!(answer.is_ok(), may, "{} {relation:?}", actor.role().name());
            assert!(answer.err().is_none_or(|error| is_refusal(&error)));
        }
    }
}

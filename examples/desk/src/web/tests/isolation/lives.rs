//! What Asha has with the bank, always the same; and what others have, which differs from run to run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crcore::catalogue::Catalogue;
use crcore::desk::counter::TokenRequest;
use crcore::desk::{ChatRequest, File, Quotation};
use crcore::ledger::{Direction, Transaction, TransactionStatus};
use crcore::ticket::{Kind, Language, Outcome};
use crcore::{Actor, Agent, AgentId, Amount, Code, CustomerId, Fact, MemoryStore, Pool};
use crcore::{Raise, Role, TicketId};

use super::Turns;
use crate::web::api::Scope;
use crate::web::demo;
use crate::web::tests::support::{Browser, Site};

/// The branch that never closes.
pub(crate) const BRANCH: &str = "mumbai-airport";
/// What the others' payments are called.
pub(super) const PAYMENTS: [&str; 2] = ["UPI000000000077", "UPI000000000078"];

/// How the others live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// There is nobody else.
    Nobody,
    /// Ravi has one of everything, and Kiran much.
    Busy,
    /// Ravi has one of everything, and a case of Asha's was merged into one of his.
    Ravi,
    /// Ravi has as much, in the same places of lines, with the same merged into it, and all of it is
    /// otherwise.
    Twin,
}

/// What Asha has.
pub(crate) struct Own {
    pub(crate) browser: Browser,
    pub(super) case: TicketId,
    pub(super) merged: TicketId,
    /// Case, the other case, quote, chat, token.
    pub(crate) references: Vec<String>,
    pub(crate) tickets: Vec<String>,
    pub(crate) pieces: Vec<String>,
}

/// By what the things of others are called.
#[derive(Clone, Default)]
pub(super) struct Names {
    pub(crate) references: Vec<String>,
    pub(crate) tickets: Vec<String>,
    pub(crate) pieces: Vec<String>,
    pub(super) accounts: Vec<String>,
    pub(super) emails: Vec<String>,
}

impl Names {
    fn add(&mut self, reference: String, ticket: TicketId) {
        self.references.push(reference);
        self.tickets.push(ticket.to_string());
    }
}

/// The bank, with three agents.
pub(crate) struct Bank {
    pub(crate) site: Site,
    pub(super) turns: Turns,
    /// Answers, and has room for two chats.
    meera: Actor,
    /// Sit at the counter: one calls Asha, and the other who is next.
    counters: [Actor; 2],
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

impl Bank {
    pub(crate) async fn open() -> Self {
        let turns = Turns::new();
        turns.turn("bank");
        let site = Site::by(
            Arc::new(turns.clone()),
            Arc::new(MemoryStore::new()),
            |settings| {
                settings.demo = true;
            },
        )
        .await;
        let desk = &site.app.desk;
        let catalogue: Catalogue = serde_json::from_str(demo::CATALOGUE).unwrap();
        desk.save_catalogue(Actor::System, catalogue, 0)
            .await
            .unwrap();
        let rules = desk.rules();
        let services = rules.rules().services.values();
        let skills =
            services.flat_map(|service| service.skills.keys().map(|skill| (skill.clone(), 5)));
        let skills: BTreeMap<Code, u8> = skills.collect();
        let counter = code("counter");
        let mut staff = Vec::new();
        for (name, live) in [("Meera", 2), ("Sana", 5), ("Zoya", 5)] {
            let queues = rules.rules().queues.keys();
            let agent = Agent {
                queues: queues
                    .filter(|queue| (**queue == counter) == (name != "Meera"))
                    .cloned()
                    .collect(),
                capacity: [(Pool::Live, live), (Pool::Cases, 50)].into(),
                skills: skills.clone(),
                ..Agent::new(desk.new_id::<AgentId>().unwrap(), name)
            };
            staff.push(desk.save_agent(Actor::System, agent).await.unwrap().actor());
        }
        let (meera, counters) = (staff[0], [staff[1], staff[2]]);
        Self {
            site,
            turns,
            meera,
            counters,
        }
    }

    async fn raise(
        &self,
        customer: CustomerId,
        service: &str,
        kind: Kind,
        words: &str,
    ) -> TicketId {
        let raise = Raise {
            kind,
            body: Some(format!("{words}, and more of it")),
            ..Raise::new(customer, code(service), words)
        };
        let acting = self.site.app.desk.acting(Actor::Customer(customer));
        acting.raise(raise).await.unwrap().ticket
    }

    async fn attach(&self, customer: CustomerId, ticket: TicketId, words: &str) {
        let file = File {
            name: format!("{words}.txt"),
            media_type: "text/plain".to_owned(),
            content: words.as_bytes().to_vec(),
            public: true,
        };
        let acting = self.site.app.desk.acting(Actor::Customer(customer));
        acting.attach(ticket, file).await.unwrap();
    }

    async fn quoted(&self, customer: CustomerId, rupees: &str, words: &str) -> TicketId {
        let ticket = self.raise(customer, "home-loan", Kind::Quote, words).await;
        let quotation = Quotation {
            amount: format!("{rupees} INR").parse::<Amount>().unwrap(),
            valid_until: "2026-03-20".parse().unwrap(),
            text: format!("{words}: our price"),
        };
        self.site
            .app
            .desk
            .quote(self.meera, ticket, &quotation)
            .await
            .unwrap();
        ticket
    }

    async fn chatting(&self, customer: CustomerId, words: &str) -> TicketId {
        let request = ChatRequest {
            customer,
            service: code("cards"),
            text: words.to_owned(),
            language: Language::default(),
            key: None,
        };
        let desk = &self.site.app.desk;
        desk.take_chats(self.meera).await.unwrap();
        desk.start_chat(Actor::Customer(customer), &request)
            .await
            .unwrap()
            .ticket
    }

    async fn queueing(&self, customer: CustomerId) -> TicketId {
        let request = TokenRequest {
            customer,
            branch: code(BRANCH),
            service: code("cash"),
            language: Language::default(),
            key: None,
        };
        let desk = &self.site.app.desk;
        desk.take_token(Actor::Customer(customer), &request)
            .await
            .unwrap()
            .ticket
    }

    /// The next in line is called to a counter.
    async fn call(&self, nth: usize) {
        let (branch, counter) = (code(BRANCH), code(&(nth + 1).to_string()));
        let (desk, clerk) = (&self.site.app.desk, self.counters[nth]);
        let all = BTreeSet::new();
        desk.open_counter(clerk, &branch, &counter, &all)
            .await
            .unwrap();
        let called = desk.call_next(clerk, &branch, &counter).await.unwrap();
        assert!(called.is_some());
    }

    async fn reference(&self, ticket: TicketId) -> String {
        let ticket = self
            .site
            .app
            .desk
            .ticket(Actor::System, ticket)
            .await
            .unwrap();
        ticket.reference.to_string()
    }

    async fn pieces(&self, ticket: TicketId) -> Vec<String> {
        let thread = self
            .site
            .app
            .desk
            .thread(Actor::System, ticket)
            .await
            .unwrap();
        let files = thread.iter().filter_map(|entry| match &entry.event.fact {
            Fact::Attached { attachment } => Some(attachment.piece.id.to_string()),
            _ => None,
        });
        files.collect()
    }

    /// What is due is done, and mail goes out.
    async fn tick(&self) {
        self.site.app.desk.tick(1_000).await.unwrap();
    }

    /// Asha, first in every line.
    pub(crate) async fn asha(&mut self) -> Own {
        self.turns.turn("Asha");
        let (browser, id) = self.site.someone(Role::Customer, "Asha").await;
        let asha = CustomerId::from(id);
        let desk = &self.site.app.desk;
        let token = self.queueing(asha).await;
        self.call(0).await;
        let chat = self.chatting(asha, "Of my own: a chat").await;
        let case = self
            .raise(asha, "cards", Kind::Complaint, "Of my own")
            .await;
        self.attach(asha, case, "Of my own: a file").await;
        desk.acting(self.meera)
            .reply(case, "What happened?")
            .await
            .unwrap();
        desk.acting(self.meera)
            .note(case, "A note of ours")
            .await
            .unwrap();
        let merged = self
            .raise(asha, "cards", Kind::Complaint, "Of my own again")
            .await;
        let quote = self.quoted(asha, "4200000", "Of my own: a house").await;
        self.tick().await;
        let all = [case, merged, quote, chat, token];
        let mut references = Vec::new();
        for ticket in all {
            references.push(self.reference(ticket).await);
        }
        Own {
            browser,
            case,
            merged,
            references,
            tickets: all.iter().map(ToString::to_string).collect(),
            pieces: self.pieces(case).await,
        }
    }

    /// What the others have; and how it is called.
    pub(super) async fn others(&mut self, life: Life, own: &Own) -> Names {
        let mut names = Names::default();
        if life != Life::Nobody {
            self.ravi(life, own, &mut names).await;
        }
        if life == Life::Busy {
            self.busy(&mut names).await;
        }
        self.turns.turn("others: what is due");
        self.tick().await;
        names
    }

    async fn ravi(&self, life: Life, own: &Own, names: &mut Names) {
        let is_twin = life == Life::Twin;
        self.turns.turn(format!("Ravi {is_twin}"));
        let name = if is_twin { "Vikram" } else { "Ravi" };
        let words = if is_twin {
            "Lost my card in a taxi, it was blue"
        } else {
            "Charged twice"
        };
        let (mut browser, id) = self.site.someone(Role::Customer, name).await;
        browser.get("/").await;
        let ravi = CustomerId::from(id);
        let desk = &self.site.app.desk;
        let (theirs, staff) = (desk.acting(Actor::Customer(ravi)), desk.acting(self.meera));
        let token = self.queueing(ravi).await;
        let chat = self.chatting(ravi, &format!("{words}?")).await;
        let case = self.raise(ravi, "cards", Kind::Complaint, words).await;
        self.attach(ravi, case, &format!("{words}, a picture"))
            .await;
        theirs.reply(case, format!("{words}!")).await.unwrap();
        if is_twin {
            staff
                .note(case, format!("{words}, they say"))
                .await
                .unwrap();
            staff
                .resolve(case, Outcome::Rejected, Some("No.".into()))
                .await
                .unwrap();
            theirs.reopen(case, Some("But yes".into())).await.unwrap();
        } else {
            staff
                .resolve(case, Outcome::Upheld, Some("Yes.".into()))
                .await
                .unwrap();
            theirs
                .rate(case, 5, Some(format!("{words}: thank you")))
                .await
                .unwrap();
        }
        let quote = self
            .quoted(ravi, if is_twin { "75" } else { "9800000" }, words)
            .await;
        let status = match is_twin {
            true => TransactionStatus::Pending,
            false => TransactionStatus::Settled,
        };
        self.paid(ravi, PAYMENTS[0], status);
        desk.save_draft(
            Actor::Customer(ravi),
            &format!("reply/{case}").parse().unwrap(),
            words,
        )
        .await
        .unwrap();
        names
            .emails
            .push(format!("{}@example.test", name.to_lowercase()));
        names.accounts.push(id.to_string());
        for ticket in [case, quote, chat, token] {
            names.add(self.reference(ticket).await, ticket);
        }
        names.pieces = self.pieces(case).await;
        if life != Life::Busy {
            self.turns.turn("merging");
            let system = desk.acting(Actor::System);
            system.merge(own.merged, case).await.unwrap();
        }
    }

    fn paid(&self, customer: CustomerId, reference: &str, status: TransactionStatus) {
        let transaction = Transaction {
            reference: reference.to_owned(),
            at: "2026-03-01T10:00:00Z".parse().unwrap(),
            amount: "18400 INR".parse().unwrap(),
            direction: Direction::Debit,
            status,
            description: code("transfer.upi"),
        };
        self.site.app.props.ledger.enter(customer, transaction);
    }

    /// Much more, of more people, in every state.
    async fn busy(&self, names: &mut Names) {
        self.turns.turn("Kiran");
        let (_, id) = self.site.someone(Role::Customer, "Kiran").await;
        let kiran = CustomerId::from(id);
        let desk = &self.site.app.desk;
        let (theirs, staff) = (desk.acting(Actor::Customer(kiran)), desk.acting(self.meera));
        for nth in 0..4 {
            let case = self
                .raise(kiran, "savings", Kind::Query, &format!("Kiran asks {nth}"))
                .await;
            self.attach(kiran, case, &format!("Kiran's paper {nth}"))
                .await;
            match nth {
                0 => theirs
                    .resolve(case, Outcome::Withdrawn, None)
                    .await
                    .map(|_| ())
                    .unwrap(),
                1 => staff
                    .resolve(case, Outcome::Answered, None)
                    .await
                    .map(|_| ())
                    .unwrap(),
                _ => {}
            }
            if nth == 0 {
                names.add(self.reference(case).await, case);
                names.pieces.extend(self.pieces(case).await);
            }
        }
        for _ in 0..3 {
            self.queueing(self.stranger()).await;
        }
        for _ in 0..2 {
            self.chatting(self.stranger(), "Is anybody there?").await;
        }
        self.call(1).await;
        self.paid(kiran, PAYMENTS[1], TransactionStatus::Returned);
        names.emails.push("kiran@example.test".to_owned());
        names.accounts.push(id.to_string());
    }

    fn stranger(&self) -> CustomerId {
        self.site.app.desk.new_id().unwrap()
    }

    /// What others do while Asha looks on.
    pub(super) async fn bustle(&self, life: Life, when: &str) {
        if life == Life::Nobody {
            return;
        }
        self.turns.turn(format!("bustle {when}"));
        for nth in 0..3 {
            let (stranger, words) = (self.stranger(), format!("Now {nth}"));
            let ticket = self.raise(stranger, "cards", Kind::Complaint, &words).await;
            let system = self.site.app.desk.acting(Actor::System);
            system.reply(ticket, "We see").await.unwrap();
        }
        self.queueing(self.stranger()).await;
        self.turns.turn("Asha hears");
    }

    /// A program that may read what the bank offers, and nothing else.
    pub(super) async fn program(&self) -> Browser {
        self.turns.turn("program");
        self.site.program(&[Scope::CatalogueRead]).await
    }
}

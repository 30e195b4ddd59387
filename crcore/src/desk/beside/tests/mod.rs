mod board;
mod canned;
mod drafts;
mod tallies;
mod work;

use crate::actor::{Actor, Role};
use crate::agent::Agent;
use crate::command::Raise;
use crate::error::{Error, ErrorKind};
use crate::id::{Code, TicketId};
use crate::memory::MemoryStore;
use crate::rules::Rules;
use crate::testing::TestDesk;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn kind<T>(answer: Result<T, Error>) -> ErrorKind {
    answer.err().unwrap().kind()
}

/// A desk with two customers, an agent for each of two queues, and who leads them.
struct Bank {
    desk: TestDesk,
    store: MemoryStore,
    asha: Actor,
    ravi: Actor,
    meera: Actor,
    omar: Actor,
    sonia: Actor,
    program: Actor,
}

impl Bank {
    async fn open() -> Self {
        let store = MemoryStore::new();
        let rules = r#"{
            "services": { "cards": { "queue": "cards" }, "loans": { "queue": "loans" } },
            "tags": ["vip"],
            "sla": [{ "name": "standard", "targets": { "resolution": { "within": "30h", "time": "calendar" } } }]
        }"#;
        let rules = Rules::from_json(rules).unwrap();
        let desk = TestDesk::over(store.clone(), rules).await.unwrap();
        let mut sonia = Agent::new(desk.new_id().unwrap(), "Sonia");
        sonia.role = Role::Supervisor;
        let sonia = desk.save_agent(Actor::System, sonia).await.unwrap().actor();
        Self {
            asha: desk.new_customer("Asha").await.unwrap(),
            ravi: desk.new_customer("Ravi").await.unwrap(),
            meera: desk.new_agent("Meera", &[&code("cards")]).await.unwrap(),
            omar: desk.new_agent("Omar", &[&code("loans")]).await.unwrap(),
            sonia,
            program: Actor::Service(desk.new_id().unwrap()),
            desk,
            store,
        }
    }

    async fn raise(&self, service: &str) -> TicketId {
        let raise = Raise::new(self.desk.id_of(self.asha), code(service), "Card lost");
        self.desk
            .acting(self.asha)
            .raise(raise)
            .await
            .unwrap()
            .ticket
    }
}

//! A complaint from the customer's first word to the answer, in memory: `cargo run --example quickstart`.

use std::error::Error;
use std::io::{self, Write};

use crcore::testing::Outbox;
use crcore::ticket::Outcome;
use crcore::{Actor, Agent, Code, Customer, Desk, MemoryStore, Pool, Raise, Rules};

pub(crate) async fn run(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    // What the desk answers, as a bank would keep it in a file. `Outbox` keeps what would be sent.
    let rules = Rules::from_json(r#"{ "services": { "cards": { "queue": "cards" } } }"#)?;
    let outbox = Outbox::default();
    let desk = Desk::builder(MemoryStore::new())
        .rules(rules)
        .notifier(outbox.clone())
        .open()
        .await?;

    // Who answers, and who asks.
    let cards: Code = "cards".parse()?;
    let mut meera = Agent::new(desk.new_id()?, "Meera");
    meera.queues.insert(cards.clone());
    meera.capacity.insert(Pool::Cases, 10);
    let meera = desk.save_agent(Actor::System, meera).await?;

    let mut asha = Customer::new(desk.new_id()?);
    asha.name = Some("Asha".into());
    asha.email = Some("asha@example.org".into());
    let asha = desk.save_customer(Actor::System, asha).await?;

    // The customer raises, the agent claims, answers and resolves.
    let customer = desk.acting(Actor::Customer(asha.id));
    let agent = desk.acting(meera.actor());

    let raised = customer
        .raise(Raise {
            body: Some("I paid once and was charged twice.".into()),
            ..Raise::new(asha.id, cards, "Charged twice")
        })
        .await?;
    let ticket = raised.ticket;
    writeln!(out, "Asha raised {}", raised.reference)?;

    agent.claim(ticket).await?;
    agent.note(ticket, "The shop sent it twice.").await?;
    agent
        .reply(ticket, "We see both payments and have asked the shop.")
        .await?;
    customer.reply(ticket, "Thank you.").await?;
    let answer = "The second payment is on its way back to you.";
    agent
        .resolve(ticket, Outcome::Upheld, Some(answer.into()))
        .await?;

    // What each of them sees.
    for (who, actor) in [("Asha", Actor::Customer(asha.id)), ("Meera", meera.actor())] {
        writeln!(out, "\n{who} sees:")?;
        for entry in desk.thread(actor, ticket).await? {
            if let Some(text) = entry.text {
                writeln!(out, "  {}: {text}", entry.event.actor.role().name())?;
            }
        }
    }

    // Telling people is owed in the same commit as what they are told of; a tick sends it.
    let ticked = desk.tick(100).await?;
    writeln!(out, "\nThe tick sent: {ticked}")?;
    for message in outbox.sent() {
        let text = &message.variables["message"];
        writeln!(out, "  to {}: {} {text}", message.email, message.text)?;
    }

    let status = desk.ticket(Actor::System, ticket).await?.status;
    writeln!(out, "\nThe ticket is {}", status.name().name())?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout()).await
}

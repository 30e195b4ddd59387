//! A deadline's whole life on a clock that moves when told: `cargo run --example sla_timer`.
//!
//! A warning, a breach, an escalation, a pause, and why the deadline is when it is.

use std::error::Error;
use std::io::{self, Write};

use crcore::testing::TestDesk;
use crcore::ticket::{Outcome, WaitingOn};
use crcore::{Actor, Code, Fact, Raise, Rules, TicketId};

const RULES: &str = r#"{
    "services": { "cards": { "queue": "cards" } },
    "calendars": { "london": {
        "time_zone": "Europe/London",
        "hours": {
            "monday": "09:00-17:00", "tuesday": "09:00-17:00", "wednesday": "09:00-17:00",
            "thursday": "09:00-17:00", "friday": "09:00-17:00"
        },
        "holidays": [{ "date": "2026-03-03", "name": "Founders' Day" }]
    } },
    "sla": [{
        "name": "complaints",
        "when": { "kinds": ["complaint"] },
        "calendar": "london",
        "targets": {
            "first_response": { "within": "4h", "warn_before": ["1h"] },
            "resolution": {
                "within": "10h",
                "escalate": [{ "after": "0m", "do": { "notify": { "team": "leads" } } }]
            }
        }
    }],
    "teams": { "leads": "leads@bank.example" }
}"#;

pub(crate) async fn run(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    // Monday, 2 March 2026, 09:00 in London; the clock stands still until it is moved.
    let desk = TestDesk::open(Rules::from_json(RULES)?).await?;
    let cards: Code = "cards".parse()?;
    let asha = desk.new_customer("Asha").await?;
    let meera = desk.new_agent("Meera", &[&cards]).await?;

    let raise = Raise::new(desk.id_of(asha), cards, "Charged twice");
    let ticket = desk.acting(asha).raise(raise).await?.ticket;
    desk.acting(meera).claim(ticket).await?;
    state(out, &desk, "raised and claimed", ticket).await?;

    // Nobody answers: a warning an hour before the first response is due, then the breach.
    desk.advance_minutes(3 * 60).await?;
    state(out, &desk, "three hours later", ticket).await?;
    desk.advance_minutes(90).await?;
    state(out, &desk, "an hour and a half later", ticket).await?;

    // Waiting for the customer stops the time of the resolution. Tuesday is a holiday.
    desk.acting(meera)
        .reply(ticket, "Which shop was it?")
        .await?;
    desk.acting(meera).wait(ticket, WaitingOn::Customer).await?;
    state(out, &desk, "asked the customer", ticket).await?;
    desk.advance_minutes(2 * 60).await?;
    desk.acting(asha).reply(ticket, "The bakery.").await?;
    state(out, &desk, "answered two hours later", ticket).await?;

    // Nobody resolves it: past the due instant the leads are told.
    desk.advance_minutes(2 * 24 * 60).await?;
    state(out, &desk, "two days later", ticket).await?;
    desk.acting(meera)
        .resolve(ticket, Outcome::Upheld, None)
        .await?;

    // Every fact tells the true instant, however late a tick noticed it.
    writeln!(out, "\nWhat the desk noted by itself:")?;
    for entry in desk.thread(Actor::System, ticket).await? {
        let (at, noted) = match &entry.event.fact {
            Fact::Warned(p) => (p.at, format!("warned of {}", p.target.name())),
            Fact::Breached(p) => (p.at, format!("{} is late", p.target.name())),
            Fact::Escalated(p) => (p.at, format!("{} is escalated", p.target.name())),
            Fact::Missed(r) => {
                let (target, minutes) = (r.target.name(), -r.margin_s / 60);
                (
                    entry.event.at,
                    format!("{target} missed by {minutes} minutes"),
                )
            }
            _ => continue,
        };
        writeln!(out, "  {} {noted}", at.format("%a %H:%M"))?;
    }

    writeln!(out, "\nWho was told:")?;
    for message in desk.outbox.sent() {
        writeln!(out, "  {}: {}", message.email, message.text)?;
    }

    writeln!(out, "\nWhy it was due then:")?;
    write!(out, "{}", desk.explain(meera, ticket).await?)?;
    Ok(())
}

/// One line on where the ticket stands.
async fn state(
    out: &mut dyn Write,
    desk: &TestDesk,
    what: &str,
    ticket: TicketId,
) -> Result<(), Box<dyn Error>> {
    let seen = desk.ticket(Actor::System, ticket).await?;
    let deadline = match seen.deadline() {
        Some(at) => format!("next due {}", at.format("%a %H:%M")),
        None => "nothing is due".to_owned(),
    };
    let now = crcore::Clock::now(&*desk.clock).format("%a %H:%M");
    writeln!(
        out,
        "{now} {what}: {}, {deadline}",
        seen.status.name().name()
    )?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout()).await
}

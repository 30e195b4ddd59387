//! What the demo bank's staff keep beside their cases: replies, macros, views, and what they tell each other.

use std::collections::BTreeSet;

use crcore::desk::beside::{Canned, Macro, Room, View};
use crcore::ticket::{Kind, Outcome, Priority, StatusName, WaitingOn};
use crcore::{Act, Actor, Code, Desk};

use super::cases::code;
use super::make::People;
use crate::failure::Result;

/// Replies that are written once: code, title, queues, text.
const CANNED: [(&str, &str, &[&str], &str); 7] = [
    (
        "received",
        "We have it, and look into it",
        &[],
        "Dear {{customer.name}},\n\nthank you for writing. I have your case {{ticket.reference}} and look into it today. You hear from me within two working days.\n\n{{agent.name}}, Example Bank",
    ),
    (
        "need-slip",
        "Please send the slip",
        &["cards", "payments"],
        "Dear {{customer.name}},\n\nto take the charge back I need a photo of the slip, or the last four digits of the card. Please never send us a PIN or a one-time password.\n\n{{agent.name}}",
    ),
    (
        "upi-returned",
        "The payment was returned",
        &["payments"],
        "Dear {{customer.name}},\n\nyour payment was returned by the other bank and is in your account again, with the compensation that the Reserve Bank's rules name for each day.\n\n{{agent.name}}",
    ),
    (
        "kyc-papers",
        "Papers for KYC",
        &["accounts"],
        "Dear {{customer.name}},\n\nplease bring your Aadhaar and PAN to any branch. It takes a quarter of an hour; a token from our page saves you the wait.\n\n{{agent.name}}",
    ),
    (
        "bureau-corrected",
        "The bureau was told",
        &["credit"],
        "Dear {{customer.name}},\n\nwe have told all four bureaus today that the entry is wrong. It is gone from your report within 30 days; if not, reopen {{ticket.reference}}.\n\n{{agent.name}}",
    ),
    (
        "loan-quote",
        "Our offer for a loan",
        &["lending"],
        "Dear {{customer.name}},\n\nhere is our offer, with the rate, the fees and what you pay each month. It is good for fifteen days.\n\n{{agent.name}}",
    ),
    (
        "sorry",
        "It was our mistake",
        &[],
        "Dear {{customer.name}},\n\nthis was our mistake, and we are sorry. It is put right, and we have changed the step at which it happened.\n\n{{agent.name}}, Example Bank",
    ),
];

/// What colleagues have told each other: who, in which team's room, what.
const SAID: [(&str, &str, &str); 5] = [
    (
        "Arjun Nair",
        "cards",
        "The switch of the card network is slow since nine. Declines with code 91 are theirs, not ours.",
    ),
    (
        "Imran Sheikh",
        "cards",
        "Thanks. I put the reason into my replies, so that nobody asks twice.",
    ),
    (
        "Divya Pillai",
        "payments",
        "UPI: NPCI settles Sunday's time-outs tonight. Whoever asks has the money by tomorrow noon.",
    ),
    (
        "Kavita Deshmukh",
        "lending",
        "New rates from Monday. Quotes that leave this week are good for fifteen days all the same.",
    ),
    (
        "Sunita Yadav",
        "counter",
        "The printer at counter 3 of the airport is out of paper; counter 4 has some.",
    ),
];

/// Fills the shelves, as the one who leads.
pub(super) async fn shelves(desk: &Desk) -> Result<()> {
    for (name, title, queues, text) in CANNED {
        let canned = Canned {
            code: code(name)?,
            title: title.to_owned(),
            text: text.to_owned(),
            queues: codes(queues)?,
            version: 0,
        };
        desk.save_canned(Actor::System, canned).await?;
    }
    for macro_ in macros()? {
        desk.save_macro(Actor::System, macro_).await?;
    }
    for view in views()? {
        desk.save_view(Actor::System, view).await?;
    }
    Ok(())
}

/// Lets the staff talk.
pub(super) async fn talk(desk: &Desk, people: &People) -> Result<()> {
    for (name, team, text) in SAID {
        if let Some(agent) = people.agent(name) {
            desk.post(agent, &Room::Team(code(team)?), text).await?;
        }
    }
    Ok(())
}

fn macros() -> Result<Vec<Macro>> {
    let of = |name: &str,
              title: &str,
              reply: Option<&str>,
              acts: Vec<Act>,
              queues: &[&str]|
     -> Result<Macro> {
        Ok(Macro {
            code: code(name)?,
            title: title.to_owned(),
            reply: reply.map(code).transpose()?,
            acts,
            queues: codes(queues)?,
            version: 0,
        })
    };
    Ok(vec![
        of(
            "ask-for-slip",
            "Ask for the slip, and wait",
            Some("need-slip"),
            vec![Act::Wait { on: WaitingOn::Customer }],
            &["cards", "payments"],
        )?,
        of(
            "fraud",
            "It may be fraud: urgent, and noted",
            Some("received"),
            vec![
                Act::Reprioritise { to: Priority::Urgent },
                Act::Note { text: "May be fraud: card and UPI are to be blocked before anything else. Call the customer.".to_owned() },
            ],
            &[],
        )?,
        of(
            "our-mistake",
            "Our mistake: say sorry, and resolve",
            Some("sorry"),
            vec![Act::Resolve { outcome: Outcome::Upheld, text: None }],
            &[],
        )?,
    ])
}

fn views() -> Result<Vec<View>> {
    let active = || {
        StatusName::ALL
            .into_iter()
            .filter(|status| status.is_active())
    };
    let shared = |name: &str, title: &str| -> Result<View> {
        let mut view = View::new(code(name)?, title);
        view.shared = true;
        view.filter.statuses = active().collect();
        Ok(view)
    };
    let mut urgent = shared("urgent", "Urgent and high")?;
    urgent.filter.priorities = [Priority::Urgent, Priority::High].into();
    let mut complaints = shared("complaints", "Complaints")?;
    complaints.filter.kinds = [Kind::Complaint].into();
    let mut quotes = shared("quotes", "Quotes to answer")?;
    quotes.filter.kinds = [Kind::Quote].into();
    Ok(vec![urgent, complaints, quotes])
}

fn codes(of: &[&str]) -> Result<BTreeSet<Code>> {
    of.iter().map(|text| code(text)).collect()
}

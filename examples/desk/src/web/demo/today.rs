//! What the customer whose pass phrase is printed has with the bank, so that their pages show something of
//! everything; and what is going on today.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use crcore::desk::ChatRequest;
use crcore::desk::counter::TokenRequest;
use crcore::tick::TICK_MAX;
use crcore::ticket::{Channel, Kind, Outcome, WaitingOn};
use crcore::{Actor, Clock as _, Code, Desk, Field, ManualClock};

use super::cases::{Owner, ZONE, code, language, office, rupees_of};
use super::ledger::{CARD, UPI};
use super::make::People;
use crate::failure::Result;
use crate::replay::case::{Case, Deed, Labels, Told};

/// How long before now the counters opened, if the day is as old.
const COUNTERS_OPEN: TimeDelta = TimeDelta::minutes(55);
/// How many customers came to the branch, and how many of them were called.
const CAME: i32 = 10;
const CALLED: usize = 7;
/// The branch where the counters are: open day and night, so that a demo has it open.
const OPEN_BRANCH: &str = "mumbai-airport";
/// Who sits at which counter of it.
const SEATS: [(&str, &str); 2] = [("Sunita Yadav", "1"), ("Joseph D'Souza", "2")];

/// When the counters opened: numbers are of one day, which may have just begun.
pub(super) fn opened(now: DateTime<Utc>) -> DateTime<Utc> {
    let since_midnight = now.with_timezone(&ZONE).time() - NaiveTime::MIN;
    now - COUNTERS_OPEN.min(since_midnight)
}

/// Opens two counters of one branch, lets customers come until `now`, and some of them be served.
pub(super) async fn counters(
    desk: &Desk,
    clock: &ManualClock,
    people: &People,
    now: DateTime<Utc>,
) -> Result<()> {
    let next = (now - clock.now()) / (CAME + 1);
    let branch = code(OPEN_BRANCH)?;
    let mut seats = Vec::new();
    for (name, counter) in SEATS {
        let counter = code(counter)?;
        if let Some(agent) = people.agent(name) {
            desk.open_counter(agent, &branch, &counter, &BTreeSet::new())
                .await?;
            seats.push((agent, counter));
        }
    }
    let came = people.owners.iter().skip(5).zip(0..CAME);
    for (nth, (owner, _)) in came.enumerate() {
        clock.advance(next);
        let service = if nth % 3 == 1 {
            "account-services"
        } else {
            "cash"
        };
        let request = TokenRequest {
            customer: owner.id,
            branch: branch.clone(),
            service: code(service)?,
            language: language(owner.hindi)?,
            key: None,
        };
        desk.take_token(Actor::Customer(owner.id), &request).await?;
        let Some((agent, counter)) = seats.get(nth % SEATS.len()).filter(|_| nth < CALLED) else {
            continue;
        };
        if nth >= SEATS.len() {
            desk.serve_token(*agent, &branch, counter, None).await?;
        }
        desk.call_next(*agent, &branch, counter).await?;
    }
    Ok(())
}

/// Who chats now: the customer by their place in the list, what about, what they write, what is answered.
const CHATS: [(usize, &str, &str, Option<&str>); 2] = [
    (
        2,
        "cards",
        "मेरा कार्ड एटीएम में फँस गया है। क्या उसे अभी ब्लॉक कर सकते हैं?",
        Some(
            "जी हाँ, कार्ड अभी ब्लॉक कर दिया गया है। नया कार्ड चार दिन में आपके पते पर पहुँचेगा। क्या पता वही है?",
        ),
    ),
    (
        8,
        "savings",
        "Good morning. My statement shows the interest of last quarter twice, is one of them taken back?",
        None,
    ),
];

/// Lets customers chat: somebody answers one of them, the other has just begun. Those of the staff who were there
/// for them have left since.
pub(super) async fn chats(desk: &Desk, people: &People) -> Result<()> {
    for (_, agent) in &people.agents {
        desk.take_chats(*agent).await?;
    }
    for (nth, service, text, answer) in CHATS {
        let Some(owner) = people.owners.get(nth) else {
            continue;
        };
        let request = ChatRequest {
            customer: owner.id,
            service: code(service)?,
            text: text.to_owned(),
            language: language(owner.hindi)?,
            key: None,
        };
        let chat = desk.start_chat(Actor::Customer(owner.id), &request).await?;
        desk.tick(TICK_MAX).await?;
        let ticket = desk.ticket(Actor::System, chat.ticket).await?;
        if let (Some(answer), Some(assignment)) = (answer, ticket.assignment) {
            desk.acting(Actor::Agent(assignment.agent))
                .reply(chat.ticket, answer)
                .await?;
        }
    }
    Ok(())
}

/// A case that waits for the customer, one that is answered and not rated, one that came in this morning,
/// and a quote.
pub(super) fn own(owner: Owner, now: DateTime<Utc>) -> Result<Vec<Case>> {
    let ago = |hours: i64| now - TimeDelta::hours(hours);
    let minutes = TimeDelta::minutes;
    let waits = office(ago(76));
    let answered = office(ago(290));
    let quote = office(ago(100));
    Ok(vec![
        Draft {
            at: waits,
            kind: Kind::Complaint,
            service: "cards",
            subject: "Charged twice at a petrol pump",
            body: "There are two charges of Rs 2,350 from the pump on the Pune road on Sunday evening, four minutes apart. I filled up once. The slip is with me. The second one is CRD771604420118.",
            rupees: Some(2_350),
            fields: vec![("branch", choice("pune-camp")?), ("cause", choice("double-charge")?), ("transaction", Field::Text(CARD.to_owned()))],
            deeds: vec![
                (waits + minutes(95), Deed::Reply("I see both charges, and I have asked the pump's bank for the slips. Please attach a photo of yours: then the second charge can be taken back at once.")),
                (waits + minutes(96), Deed::Wait(WaitingOn::Customer)),
                (waits + minutes(99), Deed::Note("Two authorisations, one settlement so far. If the second settles, raise a chargeback under 12.6.1.")),
            ],
        }
        .case(owner, now)?,
        Draft {
            at: answered,
            kind: Kind::Complaint,
            service: "transfers",
            subject: "UPI payment did not reach the school",
            body: "I paid the fees of the second term by UPI. The money left my account, the school says that nothing came in. The app shows success. The reference is UPI408871523901.",
            rupees: Some(18_400),
            fields: vec![("branch", choice("mumbai-fort")?), ("cause", choice("failed-transfer")?), ("transaction", Field::Text(UPI.to_owned()))],
            deeds: vec![
                (answered + minutes(35), Deed::Reply("Thank you for writing. The payment stands in our books and was returned by the school's bank. I look for the return entry today.")),
                (office(ago(30)), Deed::Resolve(Outcome::Upheld, "The money came back to us with a wrong reference and lay in a transit account. It is in your account since this morning, with Rs 100 for each day by the rules of the Reserve Bank. We are sorry.")),
            ],
        }
        .case(owner, now)?,
        Draft {
            at: now - minutes(130),
            kind: Kind::Query,
            service: "savings",
            subject: "How do I add my daughter as a nominee?",
            body: "She is twelve. Do I have to come to the branch, and which papers do you need?",
            rupees: None,
            fields: vec![("branch", choice("mumbai-fort")?)],
            deeds: Vec::new(),
        }
        .case(owner, now)?,
        Draft {
            at: quote,
            kind: Kind::Quote,
            service: "home-loan",
            subject: "Home loan for a flat in Pune",
            body: "I would like to buy a flat for 62 lakh and bring 20 lakh of my own. What would you charge over twenty years, fixed and floating?",
            rupees: Some(4_200_000),
            fields: vec![("branch", choice("pune-camp")?), ("term", Field::Number(240))],
            deeds: vec![
                (quote + minutes(200), Deed::Reply("Thank you for asking us. I am reckoning both and send you the papers by the end of the week. Could you tell me your net income a month?")),
                (quote + minutes(290), Deed::Write("About 1.4 lakh, and my husband's 90,000.")),
            ],
        }
        .case(owner, now)?,
    ])
}

/// A case as it is written down here.
struct Draft {
    at: DateTime<Utc>,
    kind: Kind,
    service: &'static str,
    subject: &'static str,
    body: &'static str,
    rupees: Option<u64>,
    fields: Vec<(&'static str, Field)>,
    deeds: Vec<(DateTime<Utc>, Deed)>,
}

impl Draft {
    fn case(mut self, owner: Owner, now: DateTime<Utc>) -> Result<Case> {
        self.deeds.retain(|(at, _)| *at < now);
        let fields: Result<BTreeMap<Code, Field>> = self
            .fields
            .into_iter()
            .map(|(name, field)| Ok((code(name)?, field)))
            .collect();
        Ok(Case {
            raised_at: self.at,
            service: code(self.service)?,
            kind: self.kind,
            priority: None,
            channel: Channel::Web,
            subject: self.subject.to_owned(),
            told: Told {
                customer: Some(owner.id),
                body: Some(self.body.to_owned()),
                language: language(false)?,
                amount: self.rupees.map(rupees_of).transpose()?,
                fields: fields?,
            },
            deeds: self.deeds,
            labels: Labels::default(),
        })
    }
}

fn choice(of: &str) -> Result<Field> {
    Ok(Field::Choice(code(of)?))
}

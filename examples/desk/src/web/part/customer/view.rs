//! Cases as their customers see them.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use crcore::access::{Reach, reach};
use crcore::catalogue::Catalogue;
use crcore::desk::Entry;
use crcore::ticket::{Outcome, StatusName, Verb, is_legal};
use crcore::{Actor, Fact, Role, Ticket};
use minijinja::context;
use minijinja::value::Value;

use crate::web::ctx::Ctx;

/// A ticket in a list or on top of its page.
pub(crate) fn case(
    ctx: &Ctx,
    catalogue: &Catalogue,
    ticket: &Ticket,
    subject: Option<&String>,
) -> Value {
    let (status, language) = (ticket.status.name(), &ctx.visitor.language);
    let service = catalogue.services.get(&ticket.service);
    let service = service.map_or(ticket.service.as_str(), |offer| offer.title.told(language));
    let subject = subject.cloned();
    context! {
        id => ticket.id.to_string(),
        reference => ticket.reference.to_string(),
        href => format!("/cases/{}", ticket.reference),
        subject => subject.unwrap_or_else(|| ctx.text("customer-erased", &[])),
        kind => ticket.kind.name(),
        service => service,
        status => word(status),
        status_text => ctx.text(&format!("customer-status-{}", word(status)), &[]),
        received_at => ticket.received_at.to_rfc3339(),
        updated_at => ticket.updated_at.to_rfc3339(),
        amount => ticket.amount.map(|amount| amount.written(language.as_str())),
        is_open => status.is_active(),
        is_resolved => status == StatusName::Resolved,
        is_closed => status == StatusName::Closed,
        waits_for_you => status == StatusName::WaitingForCustomer,
        quotation => ticket.quotation().map(|quoted| context! {
            amount => quoted.amount.written(language.as_str()),
            seen => quoted.amount.to_string(),
            until => quoted.valid_until.to_string(),
            until_text => ctx.day(quoted.valid_until),
            accepted => quoted.accepted,
            is_open => ticket.open_quotation().is_some(),
        }),
        outcome => ticket.status.outcome().map(|outcome| answered(ctx, outcome)),
        closes_at => ticket.close_at.map(|at| at.to_rfc3339()),
        rating => ticket.rating.map(|rating| rating.score),
        version => ticket.version,
    }
}

/// How it was answered, in a sentence.
fn answered(ctx: &Ctx, outcome: Outcome) -> String {
    ctx.text(&format!("customer-did-resolve-{}", outcome.name()), &[])
}

/// What a status is called to customers: whom else the desk waits for is no concern of theirs.
fn word(status: StatusName) -> &'static str {
    match status {
        StatusName::New => "received",
        StatusName::Open | StatusName::WaitingForThirdParty => "open",
        StatusName::WaitingForCustomer => "yours",
        StatusName::Resolved => "answered",
        StatusName::Closed => "closed",
    }
}

/// A promise as it is told: one for the end of a day is for that day, and not for the first moment of the next.
pub(crate) fn told(ctx: &Ctx, promised: DateTime<Utc>) -> DateTime<Utc> {
    told_in(promised, ctx.app.settings.zone)
}

fn told_in(promised: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let there = promised.with_timezone(&zone);
    match there.time() == NaiveTime::MIN {
        true => promised - TimeDelta::minutes(1),
        false => promised,
    }
}

/// Always the same four steps.
pub(crate) fn steps(ctx: &Ctx, ticket: &Ticket, promised: Option<DateTime<Utc>>) -> Vec<Value> {
    let reached = match ticket.status.name() {
        StatusName::New => 0,
        StatusName::Open | StatusName::WaitingForCustomer | StatusName::WaitingForThirdParty => 1,
        StatusName::Resolved => 2,
        StatusName::Closed => 3,
    };
    let names = ["received", "looked-at", "answered", "closed"];
    let day = |at: DateTime<Utc>| {
        let at = at.with_timezone(&ctx.app.settings.zone);
        ctx.day(at.date_naive())
    };
    names
        .iter()
        .enumerate()
        .map(|(nth, name)| {
            let state = match nth.cmp(&reached) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal if nth == 3 => "done",
                std::cmp::Ordering::Equal => "current",
                std::cmp::Ordering::Greater => "todo",
            };
            let note = match (nth, promised) {
                (0, _) => Some(day(ticket.received_at)),
                (2, Some(by)) if reached < 2 => {
                    let by = day(told(ctx, by));
                    Some(ctx.text("customer-by", &[("day".to_owned(), by.into())]))
                }
                _ => None,
            };
            let text = ctx.text(&format!("customer-step-{name}"), &[]);
            context! { text => text, state => state, note => note }
        })
        .collect()
}

/// One line of the conversation.
pub(crate) fn entry(ctx: &Ctx, ticket: &Ticket, entry: &Entry) -> Option<Value> {
    let event = &entry.event;
    // What a case began with is its customer's story, also where somebody of the bank took it down.
    let own = matches!(event.actor, Actor::Customer(_)) || matches!(event.fact, Fact::Raised(_));
    let author = if own {
        ctx.text("customer-you", &[])
    } else {
        ctx.app.settings.bank.clone()
    };
    let at = event.at.to_rfc3339();
    let id = event.id.to_string();
    let said = |kind: &str, files: Vec<Value>| {
        context! {
            id => id.as_str(), kind => kind, author => author.as_str(), at => at.as_str(),
            words => entry.text.clone(), files => files,
        }
    };
    let told = |message: &str| {
        let mut words = ctx.text(message, &[]);
        if let Some(text) = &entry.text {
            words += " ";
            words += text;
        }
        context! {
            id => id.as_str(), kind => "event", author => author.as_str(), at => at.as_str(), words => words,
        }
    };
    let voice = if own { "customer" } else { "answer" };
    match &event.fact {
        Fact::Raised(_) if entry.text.is_some() => Some(said(voice, Vec::new())),
        Fact::Raised(_) => Some(told("customer-did-raise")),
        Fact::Replied { .. } => Some(said(voice, Vec::new())),
        Fact::Attached { attachment } => {
            let file = entry.file.as_ref()?;
            let href = format!("/cases/{}/files/{}", ticket.reference, attachment.piece.id);
            let file = context! {
                name => file.name.clone(), href => href, size => size(file.size), state => "ready",
            };
            Some(context! {
                id => id, kind => voice, author => author, at => at,
                words => ctx.text("customer-did-attach", &[]), files => vec![file],
            })
        }
        Fact::Waiting { .. } => Some(told("customer-did-wait")),
        Fact::Resumed => Some(told("customer-did-resume")),
        Fact::Resolved { outcome, .. } => {
            let message = format!("customer-did-resolve-{}", outcome.name());
            if entry.text.is_some() && !own {
                return Some(said("answer", Vec::new()));
            }
            Some(told(&message))
        }
        Fact::Reopened { .. } => Some(told("customer-did-reopen")),
        Fact::Closed => Some(told("customer-did-close")),
        Fact::Converted { .. } => Some(told("customer-did-convert")),
        Fact::MergedInto { .. } => Some(told("customer-did-merge")),
        Fact::Rated { .. } => Some(told("customer-did-rate")),
        _ => None,
    }
}

fn may(ticket: &Ticket, verb: Verb) -> bool {
    reach(Role::Customer, verb) >= Reach::Own && is_legal(ticket, verb)
}

/// What is said to who wrote these words on a case.
pub(crate) fn flash_of_words(ticket: &Ticket, text: &str) -> &'static str {
    match ticket.status.name() {
        StatusName::Resolved if !text.is_empty() => "customer-flash-reopened",
        _ => "customer-flash-sent",
    }
}

/// The box of its page in which a case takes words now, if it takes any.
pub(crate) fn takes_words(ticket: &Ticket) -> Option<&'static str> {
    let boxes = [(Verb::Write, "text"), (Verb::Reopen, "why")];
    let open = boxes.into_iter().find(|(verb, _)| may(ticket, *verb));
    open.map(|(_, name)| name)
}

/// What can be done to the case now, by its customer.
pub(super) fn can(ticket: &Ticket) -> Value {
    let may = |verb| may(ticket, verb);
    context! {
        reply => may(Verb::Write),
        attach => may(Verb::Attach),
        reopen => may(Verb::Reopen),
        solved => may(Verb::Close),
        withdraw => may(Verb::Withdraw),
        rate => may(Verb::Rate),
    }
}

/// How many bytes, for people.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..=1_023 => format!("{bytes} B"),
        1_024..=1_048_575 => format!("{} KB", bytes / 1_024),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_for_the_end_of_a_day_is_told_as_that_day() {
        let zone = chrono_tz::Asia::Kolkata;
        for (promised, shown) in [
            ("2026-12-28T18:30:00Z", "2026-12-28T18:29:00Z"),
            ("2026-12-28T18:31:00Z", "2026-12-28T18:31:00Z"),
            ("2026-12-28T11:30:00Z", "2026-12-28T11:30:00Z"),
        ] {
            let told = told_in(promised.parse().unwrap(), zone);
            assert_eq!(told, shown.parse::<DateTime<Utc>>().unwrap(), "{promised}");
        }
    }
}

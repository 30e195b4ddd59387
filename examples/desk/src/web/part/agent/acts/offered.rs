//! What a page offers to be done to a case: buttons, and forms filled with what it has.

use crcore::Code;
use crcore::rules::FieldRules;
use crcore::ticket::{
    FILLED_BY_DESK, FieldValue, Kind, Language, LinkKind, Outcome, Priority, Verb,
};
use minijinja::context;
use minijinja::value::Value;

use super::super::case::{self, Case};
use super::super::desk_reader;
use super::super::names::{CAUSE, field_name, humane, option, say};
use crate::web::ctx::Ctx;
use crate::web::fault::Fault;

/// What is done by one button.
pub(in super::super) fn buttons(ctx: &Ctx, case: &Case) -> Result<Vec<Value>, Fault> {
    let (_, me) = desk_reader(ctx)?;
    let ticket = &case.ticket;
    let mine = ticket.assignment.is_some_and(|a| a.agent == me);
    let taken = ticket.assignment.is_some();
    let hold = if ticket.held { "unhold" } else { "hold" };
    let all = [
        (
            Verb::Claim,
            if taken { "take-over" } else { "claim" },
            !mine,
            Some("c"),
            false,
        ),
        (Verb::Release, "release", true, None, false),
        (
            Verb::WaitForCustomer,
            "wait_for_customer",
            true,
            None,
            false,
        ),
        (
            Verb::WaitForThirdParty,
            "wait_for_third_party",
            true,
            None,
            false,
        ),
        (Verb::Resume, "resume", true, None, false),
        (Verb::Close, "close", true, None, true),
        (Verb::Hold, hold, true, None, true),
    ];
    let offered = all
        .into_iter()
        .filter(|(verb, _, wanted, ..)| *wanted && case.can(*verb));
    let button = |(verb, label, _, shortcut, asks): (Verb, &str, bool, Option<&str>, bool)| {
        context! {
            verb => verb.name(),
            label => say(ctx, &format!("agent-do-{label}"), &[]),
            shortcut => shortcut,
            confirm => asks.then(|| say(ctx, &format!("agent-sure-{label}"), &[])),
            held => !ticket.held,
        }
    };
    Ok(offered.map(button).collect())
}

/// What the panels with fields need; one that is not possible now is not there.
pub(in super::super) async fn forms(ctx: &Ctx, case: &Case) -> Result<Value, Fault> {
    let ticket = &case.ticket;
    let rules = ctx.desk().rules();
    let rules = rules.rules();
    let told = |prefix: &str, name: &str| option(name, &say(ctx, &format!("{prefix}-{name}"), &[]));
    let none = option("", &say(ctx, "agent-choose", &[]));
    let with_none = |rest: Vec<Value>| [vec![none.clone()], rest].concat();
    let services: Vec<Value> = rules
        .services
        .keys()
        .map(|code| option(code.as_str(), &case.names.service(code)))
        .collect();
    let kinds = Kind::ALL.iter().filter(|kind| **kind != ticket.kind);
    let kinds: Vec<Value> = kinds.map(|kind| told("agent-kind", kind.name())).collect();
    let outcomes = Outcome::ALL
        .into_iter()
        .filter(|outcome| outcome.fits(ticket.kind));
    let outcomes: Vec<Value> = outcomes.map(|o| told("agent-outcome", o.name())).collect();
    let priorities = Priority::ALL
        .iter()
        .map(|p| told("priority", p.name()))
        .collect::<Vec<_>>();
    let cause = rules
        .fields
        .get_key_value(&CAUSE.parse::<Code>().map_err(Fault::broken)?);
    let cause = cause.map(|(field, of)| {
        let chosen = case::chosen(ticket, field);
        context! { options => with_none(choices(case, field, of)), value => chosen.map(|c| c.to_string()) }
    });
    let language = &ctx.visitor.language;
    let texts = ctx.desk().field_texts(ctx.actor()?, ticket.id).await?;
    let fields: Vec<Value> = rules
        .fields
        .iter()
        .filter(|(field, _)| is_asked(field))
        .map(|(field, of)| {
            let value = ticket
                .fields
                .get(field)
                .map(|value| raw(value, texts.get(field), language));
            context! {
                name => format!("field.{field}"),
                label => field_name(ctx, field),
                kind => of.kind.name(),
                options => with_none(choices(case, field, of)),
                value => value,
            }
        })
        .collect();
    let tags: Vec<Value> = rules
        .tags
        .iter()
        .map(|t| option(t.as_str(), &humane(t)))
        .collect();
    let on: Vec<String> = ticket.tags.iter().map(Code::to_string).collect();
    let linked: Vec<Value> = ticket
        .links
        .iter()
        .map(|link| {
            let other = case.other(link.ticket);
            context! {
                kind => link.kind.name(),
                what => say(ctx, &format!("agent-link-{}", link.kind.name()), &[]),
                ticket => link.ticket.to_string(),
                reference => other.map(|(ticket, _)| ticket.reference.to_string()),
                subject => other.map(|(_, subject)| subject.as_str()),
            }
        })
        .collect();
    let links: Vec<Value> = LinkKind::ALL
        .iter()
        .map(|kind| told("agent-link", kind.name()))
        .collect();
    let snoozes = ["1h", "4h", "tomorrow", "week"]
        .map(|name| told("agent-snooze", name))
        .to_vec();
    let can = |verb: Verb| case.can(verb);
    Ok(context! {
        key => ctx.fresh_key()?,
        subject => case.names.subject(ctx, ticket),
        service => ticket.service.as_str(),
        amount => ticket.amount.map(|amount| amount.written(language.as_str())),
        priority => ticket.priority.name(),
        version => ticket.version,
        assign => can(Verb::Assign).then(|| with_none(case.names.who_serve(&ticket.queue))),
        resolve => can(Verb::Resolve).then_some(outcomes),
        cause => cause,
        reopen => can(Verb::Reopen),
        reprioritise => can(Verb::Reprioritise).then_some(priorities),
        amend => can(Verb::Amend).then_some(fields),
        services => services,
        tag => can(Verb::Tag).then_some(tags),
        tags => on,
        convert => can(Verb::Convert).then_some(kinds.clone()),
        convert_first => (ticket.kind != Kind::Complaint).then_some(Kind::Complaint.name()),
        kinds => [vec![told("agent-kind", ticket.kind.name())], kinds].concat(),
        kind => ticket.kind.name(),
        merge => can(Verb::Merge),
        link => can(Verb::Link).then_some(links),
        linked => linked,
        snooze => can(Verb::Snooze).then_some(snoozes),
        quote => can(Verb::Reply) && can(Verb::Amend) && ticket.kind == Kind::Quote,
        split => can(Verb::Split).then(|| pieces(case)),
    })
}

/// Whether somebody fills a field in; some the desk does.
pub(in super::super) fn is_asked(field: &Code) -> bool {
    FILLED_BY_DESK.iter().all(|(own, _)| field.as_str() != *own)
}

fn choices(case: &Case, field: &Code, of: &FieldRules) -> Vec<Value> {
    let choices = of.choices.iter();
    choices
        .map(|c| option(c.as_str(), &case.names.choice(field.as_str(), c)))
        .collect()
}

/// The value of a field as its form takes it.
pub(super) fn raw(value: &FieldValue, text: Option<&String>, language: &Language) -> String {
    match value {
        FieldValue::Text(_) => text.cloned().unwrap_or_default(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Flag(set) => if *set { "yes" } else { "no" }.to_owned(),
        FieldValue::Date(date) => date.to_string(),
        FieldValue::Instant(at) => at.to_rfc3339(),
        FieldValue::Amount(amount) => amount.written(language.as_str()),
        FieldValue::Choice(choice) => choice.to_string(),
    }
}

/// The public messages that a split can take along: the first lines of each.
fn pieces(case: &Case) -> Vec<Value> {
    /// What is enough to know a message again, in characters.
    const SHOWN: usize = 120;
    let own = case
        .entries
        .iter()
        .filter(|entry| entry.event.ticket == case.ticket.id);
    let piece = |entry: &crcore::desk::Entry| {
        let piece = entry.event.public_message()?;
        let text = entry.text.as_deref()?;
        let shown: String = text.chars().take(SHOWN).collect();
        Some(option(&piece.to_string(), &shown))
    };
    own.filter_map(piece).collect()
}

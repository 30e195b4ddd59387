//! What a form says is to be done: read, or complained of.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{
    DateTime, Datelike as _, Days, NaiveDateTime, TimeDelta, TimeZone as _, Utc, Weekday,
};
use crcore::rules::FieldRules;
use crcore::ticket::{Channel, FieldType, Kind, LinkKind, Outcome, Priority, Verb, WaitingOn};
use crcore::{Act, Amend, Amount, Code, Field, PieceId, TicketId};

use super::super::case::{self, Case};
use super::super::names::CAUSE;
use super::offered::{is_asked, raw};
use crate::web::ctx::Ctx;
use crate::web::fault::Fault;
use crate::web::form::{Errors, Form};
use crate::web::money::CURRENCY;

/// The hour at which a working day begins, for what is put off to one.
const MORNING: u32 = 9;

/// One or several commands that a form asks for, done in this order.
pub(super) enum Wanted {
    Acts(Vec<Act>),
    /// Files to put on it, and whether the customer sees them.
    Files(bool),
}

/// What a form asks for; nothing where it does not say it right.
pub(super) async fn wanted(
    ctx: &Ctx,
    case: &Case,
    verb: Verb,
    form: &Form,
    errors: &mut Errors,
) -> Result<Option<Wanted>, Fault> {
    let one = |act: Act| Some(Wanted::Acts(vec![act]));
    let text = |name: &str| {
        let text = form.text(name);
        (!text.is_empty()).then(|| text.to_owned())
    };
    Ok(match verb {
        Verb::Claim => one(Act::Claim),
        Verb::Release => one(Act::Release),
        Verb::WaitForCustomer => one(Act::Wait {
            on: WaitingOn::Customer,
        }),
        Verb::WaitForThirdParty => one(Act::Wait {
            on: WaitingOn::ThirdParty,
        }),
        Verb::Resume => one(Act::Resume),
        Verb::Close => one(Act::Close),
        Verb::Hold => one(Act::Hold {
            held: form.text("held") == "yes",
        }),
        Verb::Reopen => one(Act::Reopen {
            text: text("reopening"),
        }),
        Verb::Assign => need(form.parse("to"), "to", "agent-error-choose", errors)
            .and_then(|to| one(Act::Assign { to })),
        Verb::Reprioritise => {
            let mut to = Priority::ALL.iter().copied();
            let to = to.find(|p| p.name() == form.text("new-priority"));
            need(to, "new-priority", "agent-error-choose", errors)
                .and_then(|to| one(Act::Reprioritise { to }))
        }
        Verb::Convert => need(
            kind_of(form.text("new-kind")),
            "new-kind",
            "agent-error-choose",
            errors,
        )
        .and_then(|to| one(Act::Convert { to })),
        Verb::Resolve => resolve(case, form, errors).map(Wanted::Acts),
        Verb::Amend => amend(ctx, case, form, errors).map(|amend| Wanted::Acts(vec![amend])),
        Verb::Tag => one(tag(case, form)),
        Verb::Merge => other(ctx, form, "into", errors)
            .await?
            .and_then(|into| one(Act::Merge { into })),
        Verb::Link => link(ctx, form, errors).await?.and_then(one),
        Verb::Split => split(form, errors).and_then(one),
        Verb::Snooze => {
            let until = until(ctx, form);
            need(until, "snooze", "agent-error-until", errors)
                .and_then(|until| one(Act::Snooze { until }))
        }
        Verb::Attach => Some(Wanted::Files(form.is_ticked("public"))),
        // Not for a form of this page.
        Verb::Raise
        | Verb::Allocate
        | Verb::Reply
        | Verb::Write
        | Verb::Note
        | Verb::Withdraw
        | Verb::Absorb
        | Verb::Rate
        | Verb::Erase => return Err(Fault::not_found()),
    })
}

fn need<T>(value: Option<T>, field: &str, message: &str, errors: &mut Errors) -> Option<T> {
    errors.check(value.is_some(), field, message);
    value
}

pub(in super::super) fn kind_of(name: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| kind.name() == name)
}

pub(in super::super) fn channel_of(name: &str) -> Option<Channel> {
    Channel::ALL
        .iter()
        .copied()
        .find(|channel| channel.name() == name)
}

/// The cause first, where one is told: then the answer that it belongs to.
fn resolve(case: &Case, form: &Form, errors: &mut Errors) -> Option<Vec<Act>> {
    let outcome = Outcome::ALL
        .into_iter()
        .find(|o| o.name() == form.text("outcome"));
    let outcome = need(outcome, "outcome", "agent-error-outcome", errors)?;
    let text = form.text("resolution");
    let resolve = Act::Resolve {
        outcome,
        text: (!text.is_empty()).then(|| text.to_owned()),
    };
    let told: Option<(Code, Code)> = CAUSE.parse().ok().zip(form.parse("resolve-cause"));
    let told =
        told.filter(|(field, cause)| case::chosen(&case.ticket, field).as_ref() != Some(cause));
    let amend = told.map(|(field, cause)| {
        let fields = BTreeMap::from([(field, Field::Choice(cause))]);
        Act::Amend(Box::new(Amend {
            fields,
            ..Amend::default()
        }))
    });
    // The answer is compared with the thread that was read before the cause moves it on.
    Some(match amend {
        Some(amend) => vec![amend, resolve],
        None => vec![resolve],
    })
}

/// Only what differs is corrected.
fn amend(ctx: &Ctx, case: &Case, form: &Form, errors: &mut Errors) -> Option<Act> {
    let ticket = &case.ticket;
    let mut amend = Amend::default();
    let subject = form.text("new-subject");
    amend.subject = Some(subject.to_owned()).filter(|s| *s != case.names.subject(ctx, ticket));
    amend.service = form
        .parse("new-service")
        .filter(|service| *service != ticket.service);
    if !form.text("new-amount").is_empty() {
        amend.amount = amount(form, "new-amount", ticket.amount, errors);
        amend.amount = amend.amount.filter(|amount| Some(*amount) != ticket.amount);
    }
    let rules = ctx.desk().rules();
    for (field, of) in &rules.rules().fields {
        let name = format!("field.{field}");
        if form.text(&name).is_empty() || !is_asked(field) {
            continue;
        }
        let before = ticket
            .fields
            .get(field)
            .map(|value| raw(value, None, &ctx.visitor.language));
        if before.as_deref() == Some(form.text(&name)) {
            continue;
        }
        if let Some(value) = field_value(&name, of, form, errors) {
            amend.fields.insert(field.clone(), value);
        }
    }
    let nothing = amend == Amend::default();
    errors.check(
        !nothing || !errors.is_empty(),
        "new-subject",
        "agent-error-same",
    );
    errors.is_empty().then(|| Act::Amend(Box::new(amend)))
}

/// In the currency of the ticket's own amount, else in the bank's, unless somebody says otherwise.
pub(in super::super) fn amount(
    form: &Form,
    name: &str,
    like: Option<Amount>,
    errors: &mut Errors,
) -> Option<Amount> {
    let currency = like.map_or(CURRENCY.to_owned(), |amount| amount.currency().to_owned());
    need(
        Amount::typed(form.text(name), &currency).ok(),
        name,
        "agent-error-amount",
        errors,
    )
}

/// A field of the rules as it was filled in.
pub(in super::super) fn field_value(
    name: &str,
    of: &FieldRules,
    form: &Form,
    errors: &mut Errors,
) -> Option<Field> {
    let text = form.text(name);
    let value = match of.kind {
        FieldType::Text => Some(Field::Text(text.to_owned())),
        FieldType::Number => text.parse().ok().map(Field::Number),
        FieldType::Flag => Some(Field::Flag(text == "yes")),
        FieldType::Date => text.parse().ok().map(Field::Date),
        FieldType::Instant => text.parse().ok().map(Field::Instant),
        FieldType::Amount => Amount::typed(text, CURRENCY).ok().map(Field::Amount),
        FieldType::Choice => text.parse().ok().map(Field::Choice),
    };
    need(
        value,
        name,
        &format!("agent-error-field-{}", of.kind.name()),
        errors,
    )
}

fn tag(case: &Case, form: &Form) -> Act {
    let wanted: BTreeSet<Code> = form
        .all("tags")
        .iter()
        .filter_map(|tag| tag.parse().ok())
        .collect();
    let on = &case.ticket.tags;
    Act::Tag {
        add: wanted.difference(on).cloned().collect(),
        remove: on.difference(&wanted).cloned().collect(),
    }
}

/// The ticket that a form names by its reference.
async fn other(
    ctx: &Ctx,
    form: &Form,
    name: &str,
    errors: &mut Errors,
) -> Result<Option<TicketId>, Fault> {
    let found = case::by_text(ctx, form.text(name)).await?;
    errors.check(found.is_some(), name, "agent-error-not-found");
    Ok(found.map(|ticket| ticket.id))
}

async fn link(ctx: &Ctx, form: &Form, errors: &mut Errors) -> Result<Option<Act>, Fault> {
    let kind = LinkKind::ALL
        .iter()
        .copied()
        .find(|kind| kind.name() == form.text("link-kind"));
    let kind = need(kind, "link-kind", "agent-error-choose", errors);
    if let Some(to) = form.parse("unlink") {
        return Ok(kind.map(|kind| Act::Unlink { kind, to }));
    }
    let to = other(ctx, form, "link-with", errors).await?;
    Ok(kind.zip(to).map(|(kind, to)| Act::Link { kind, to }))
}

fn split(form: &Form, errors: &mut Errors) -> Option<Act> {
    let pieces: Vec<PieceId> = form
        .all("piece")
        .iter()
        .filter_map(|id| id.parse().ok())
        .collect();
    errors.check(!pieces.is_empty(), "piece", "agent-error-pieces");
    let subject = form.text("split-subject");
    errors.check(!subject.is_empty(), "split-subject", "agent-error-subject");
    let service = need(
        form.parse("split-service"),
        "split-service",
        "agent-error-choose",
        errors,
    );
    let kind = need(
        kind_of(form.text("split-kind")),
        "split-kind",
        "agent-error-choose",
        errors,
    );
    if !errors.is_empty() {
        return None;
    }
    let subject = subject.to_owned();
    Some(Act::Split {
        subject,
        service: service?,
        kind: kind?,
        pieces,
    })
}

/// Until when a case is put off: one of the usual times, or a time of its own on the bank's clock.
fn until(ctx: &Ctx, form: &Form) -> Option<DateTime<Utc>> {
    let (now, zone) = (ctx.app.clock.now(), ctx.app.settings.zone);
    let own = form.text("snooze-until");
    if !own.is_empty() {
        return local(ctx, own);
    }
    let today = now.with_timezone(&zone).date_naive();
    let days = match form.text("snooze") {
        "1h" => return Some(now + TimeDelta::hours(1)),
        "4h" => return Some(now + TimeDelta::hours(4)),
        "tomorrow" => 1,
        "week" => 7 - u64::from(today.weekday().days_since(Weekday::Mon)),
        _ => return None,
    };
    let morning = today
        .checked_add_days(Days::new(days))?
        .and_hms_opt(MORNING, 0, 0)?;
    Some(zone.from_local_datetime(&morning).earliest()?.to_utc())
}

/// An instant as a browser's field for one gives it: `2026-03-06T16:30`, on the bank's clock.
pub(in super::super) fn local(ctx: &Ctx, text: &str) -> Option<DateTime<Utc>> {
    let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M");
    let at = at
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"))
        .ok()?;
    Some(
        ctx.app
            .settings
            .zone
            .from_local_datetime(&at)
            .earliest()?
            .to_utc(),
    )
}

//! Everything that can be done to a case: what a page offers, and how its forms become acts.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::Path;
use axum::http::StatusCode;
use chrono::{
    DateTime, Datelike as _, Days, NaiveDateTime, TimeDelta, TimeZone as _, Utc, Weekday,
};
use crcore::desk::Quotation;
use crcore::rules::FieldRules;
use crcore::ticket::{
    Channel, FILLED_BY_DESK, FieldType, FieldValue, Kind, Language, LinkKind, Outcome, Priority,
    Verb, WaitingOn,
};
use crcore::{Act, Amend, Amount, Code, Done, Error, Fact, Field, PieceId, TicketId};
use minijinja::context;
use minijinja::value::Value;

use super::case::{self, Case, Told};
use super::names::{CAUSE, field_name, humane, option, say};
use super::views::Asked;
use super::{attach, desk_reader};
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};
use crate::web::money::{self, CURRENCY};

/// The hour at which a working day begins, for what is put off to one.
const MORNING: u32 = 9;

/// What is done by one button.
pub(super) fn buttons(ctx: &Ctx, case: &Case) -> Result<Vec<Value>, Fault> {
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
pub(super) async fn forms(ctx: &Ctx, case: &Case) -> Result<Value, Fault> {
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
        amount => ticket.amount.map(|amount| money::written(amount, language)),
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
pub(super) fn is_asked(field: &Code) -> bool {
    FILLED_BY_DESK.iter().all(|(own, _)| field.as_str() != *own)
}

fn choices(case: &Case, field: &Code, of: &FieldRules) -> Vec<Value> {
    let choices = of.choices.iter();
    choices
        .map(|c| option(c.as_str(), &case.names.choice(field.as_str(), c)))
        .collect()
}

/// The value of a field as its form takes it.
fn raw(value: &FieldValue, text: Option<&String>, language: &Language) -> String {
    match value {
        FieldValue::Text(_) => text.cloned().unwrap_or_default(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Flag(set) => if *set { "yes" } else { "no" }.to_owned(),
        FieldValue::Date(date) => date.to_string(),
        FieldValue::Instant(at) => at.to_rfc3339(),
        FieldValue::Amount(amount) => money::written(*amount, language),
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
        let piece = match &entry.event.fact {
            Fact::Raised(raised) => raised.body?.id,
            Fact::Replied { words } => words.id,
            Fact::Resolved { words, .. } | Fact::Reopened { words } => (*words)?.id,
            _ => return None,
        };
        let text = entry.text.as_deref()?;
        let shown: String = text.chars().take(SHOWN).collect();
        Some(option(&piece.to_string(), &shown))
    };
    own.filter_map(piece).collect()
}

/// One or several commands that a form asks for, done in this order.
enum Wanted {
    Acts(Vec<Act>),
    /// Files to put on it, and whether the customer sees them.
    Files(bool),
}

/// Does to a case what a form of its page asks for.
pub(super) async fn act(
    ctx: Ctx,
    Path((reference, verb)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let verb = Verb::ALL
        .iter()
        .find(|known| known.name() == verb || unlink(&verb, **known));
    let verb = *verb.ok_or_else(Fault::not_found)?;
    let asked = Asked::of_text(form.text("place"));
    let case = Case::read(&ctx, &reference).await?;
    let mut errors = Errors::default();
    let wanted = wanted(&ctx, &case, verb, &form, &mut errors).await?;
    ctx.tally("agent-act", &errors).await;
    let mut seen = None;
    if let (Some(wanted), true) = (wanted, errors.is_empty()) {
        let done = match wanted {
            Wanted::Acts(acts) => perform(&ctx, &case, verb, acts, &form).await,
            Wanted::Files(public) => attach::put(&ctx, &case, &form, public, &mut errors).await,
        };
        match done {
            Ok(done) if errors.is_empty() => return after(&ctx, &case, verb, done, &asked).await,
            Ok(_) => {}
            Err(error) => seen = refused(&ctx, error, field_of(verb), &mut errors, &form)?,
        }
    }
    // What the case is now: what was done of it by then is seen.
    let case = Case::read(&ctx, &reference).await?;
    let told = Told {
        errors,
        form,
        seen,
        open: Some(verb.name().to_owned()),
        ..Told::default()
    };
    let status = if seen.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    case::show(&ctx, &case, &asked, status, told).await
}

/// Quotes a price on a case that asks for one.
pub(super) async fn quote(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let asked = Asked::of_text(form.text("place"));
    let case = Case::read(&ctx, &reference).await?;
    let mut errors = Errors::default();
    let amount = amount(&form, "quote-amount", case.ticket.amount, &mut errors);
    let until = form.parse("quote-until");
    errors.check(until.is_some(), "quote-until", "agent-error-field-date");
    let text = form.raw("quote-text").trim().to_owned();
    errors.check(!text.is_empty(), "quote-text", "agent-error-empty");
    ctx.tally("agent-quote", &errors).await;
    if let (Some(amount), Some(valid_until), true) = (amount, until, errors.is_empty()) {
        let quotation = Quotation {
            amount,
            valid_until,
            text,
        };
        match ctx
            .desk()
            .quote(ctx.actor()?, case.ticket.id, &quotation)
            .await
        {
            Ok(_) => {
                let to = case::address(case.ticket.reference, &asked);
                return ctx.see_other(&to, Some("agent-done-quote"));
            }
            Err(error) => {
                refused(&ctx, error, "quote-amount", &mut errors, &form)?;
            }
        }
    }
    let told = Told {
        errors,
        form,
        open: Some("quote".to_owned()),
        ..Told::default()
    };
    case::show(&ctx, &case, &asked, StatusCode::UNPROCESSABLE_ENTITY, told).await
}

fn unlink(name: &str, verb: Verb) -> bool {
    name == "unlink" && verb == Verb::Link
}

async fn perform(
    ctx: &Ctx,
    case: &Case,
    verb: Verb,
    acts: Vec<Act>,
    form: &Form,
) -> Result<Option<Done>, Error> {
    let actor = ctx.actor().map_err(|_| Error::NotFound { what: "actor" })?;
    let mut last = None;
    for (nth, act) in acts.into_iter().enumerate() {
        let key = format!("{}-{}-{nth}", form.text("key"), verb.name());
        let mut acting = ctx.desk().acting(actor).with_key(key);
        // Words to the customer are for the thread that the writer has read.
        if let Some(seen) = form.parse("seen").filter(|_| nth == 0) {
            acting = acting.seen_at(seen);
        }
        last = Some(acting.act(case.ticket.id, act).await?);
    }
    Ok(last)
}

/// Tells why something was not done; the version that was seen, where the case moved on.
pub(super) fn refused(
    _ctx: &Ctx,
    error: Error,
    field: &str,
    errors: &mut Errors,
    form: &Form,
) -> Result<Option<u64>, Fault> {
    let why = |error: &Error| vec![("why".to_owned(), error.to_string().into())];
    match error {
        Error::Stale { .. } => {
            errors.add(field, "agent-stale");
            Ok(form.parse("seen"))
        }
        Error::NotPossible { .. } | Error::NotAllowed { .. } | Error::TryAgain { .. } => {
            errors.add_with(field, "agent-refused", why(&error));
            Ok(None)
        }
        Error::Invalid { ref field, .. } => {
            let place = field.clone();
            errors.add_with(&place, "agent-refused", why(&error));
            Ok(None)
        }
        other => Err(other.into()),
    }
}

/// The field at which it is told that an act was refused.
fn field_of(verb: Verb) -> &'static str {
    match verb {
        Verb::Assign => "to",
        Verb::Resolve => "outcome",
        Verb::Reopen => "reopening",
        Verb::Reprioritise => "new-priority",
        Verb::Amend => "new-subject",
        Verb::Tag => "tags",
        Verb::Merge => "into",
        Verb::Split => "split-subject",
        Verb::Link => "link-with",
        Verb::Snooze => "snooze",
        Verb::Convert => "new-kind",
        Verb::Attach => "attached",
        _ => "case",
    }
}

async fn after(ctx: &Ctx, case: &Case, verb: Verb, done: Option<Done>, asked: &Asked) -> Answer {
    let flash = format!("agent-done-{}", verb.name());
    let elsewhere = match verb {
        Verb::Merge => {
            ctx.desk()
                .ticket(ctx.actor()?, case.ticket.id)
                .await?
                .merged_into
        }
        Verb::Split => done.and_then(|done| done.made),
        _ => None,
    };
    let mut reference = case.ticket.reference;
    if let Some(id) = elsewhere
        && let Ok(other) = ctx.desk().ticket(ctx.actor()?, id).await
    {
        reference = other.reference;
    }
    // Who gives a case out of their queues sees it no more.
    if ctx
        .desk()
        .by_reference(ctx.actor()?, reference)
        .await
        .is_err()
    {
        return ctx.see_other(&format!("/desk?{}", asked.place()), Some(&flash));
    }
    ctx.see_other(&case::address(reference, asked), Some(&flash))
}

/// What a form asks for; nothing where it does not say it right.
async fn wanted(
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

pub(super) fn kind_of(name: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| kind.name() == name)
}

pub(super) fn channel_of(name: &str) -> Option<Channel> {
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
pub(super) fn amount(
    form: &Form,
    name: &str,
    like: Option<Amount>,
    errors: &mut Errors,
) -> Option<Amount> {
    let currency = like.map_or(CURRENCY.to_owned(), |amount| amount.currency().to_owned());
    need(
        money::read(form.text(name), &currency),
        name,
        "agent-error-amount",
        errors,
    )
}

/// A field of the rules as it was filled in.
pub(super) fn field_value(
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
        FieldType::Amount => money::read(text, CURRENCY).map(Field::Amount),
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
pub(super) fn local(ctx: &Ctx, text: &str) -> Option<DateTime<Utc>> {
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

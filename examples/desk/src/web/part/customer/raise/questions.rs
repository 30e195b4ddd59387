//! The questions of a form: the usual ones and the bank's own, asked, read and told again.

use chrono::NaiveDate;
use crcore::catalogue::Catalogue;
use crcore::command::{SUBJECT_MAX, TEXT_MAX};
use crcore::ticket::FieldType;
use crcore::{Actor, Amount, Code, Field, Raise, Rulebook};
use minijinja::context;
use minijinja::value::Value;

use super::Asked;
use super::draft::LANGUAGE;
use crate::web::ctx::Ctx;
use crate::web::fault::Fault;
use crate::web::form::{Errors, Form};
use crate::web::messages::Argument;
use crate::web::money::CURRENCY;

/// The longest thing that a customer writes in one go, in characters: what fits a page of the agent's
/// screen several times over.
pub(super) const WORDS_MAX: usize = 10_000;

/// A question of the bank's own form, for a template.
pub(super) fn question(
    ctx: &Ctx,
    catalogue: &Catalogue,
    rules: &Rulebook,
    field: &Code,
) -> Option<Value> {
    let kind = rules.rules().fields.get(field)?;
    let options: Vec<Value> = kind
        .choices
        .iter()
        .map(|choice| {
            let text = choice_text(ctx, catalogue, field, choice);
            context! { value => choice.as_str(), text => text }
        })
        .collect();
    let label = field_text(ctx, field);
    Some(
        context! { name => format!("f-{field}"), kind => kind.kind.name(), label => label, options => options },
    )
}

/// The case that was described; nothing where something is wrong with it.
pub(super) fn read(
    ctx: &Ctx,
    asked: &Asked,
    given: &Form,
    errors: &mut Errors,
) -> Result<Option<Raise>, Fault> {
    let Actor::Customer(customer) = ctx.actor()? else {
        return Err(Fault::not_found());
    };
    let (subject, text) = (given.text("subject"), given.text("text"));
    errors.check(!subject.is_empty(), "subject", "customer-need-subject");
    let too_long = |max: usize| vec![("count".to_owned(), Argument::from(max as u64))];
    if subject.chars().count() > SUBJECT_MAX {
        errors.add_with("subject", "customer-too-long", too_long(SUBJECT_MAX));
    }
    errors.check(!text.is_empty(), "text", "customer-need-text");
    if text.chars().count() > WORDS_MAX || text.len() > TEXT_MAX {
        errors.add_with("text", "customer-too-long", too_long(WORDS_MAX));
    }
    let mut raise = Raise::new(customer, asked.service.clone(), subject);
    raise.body = Some(text.to_owned());
    raise.kind = asked.door.kind();
    raise.channel = asked.door.channel();
    raise.language = given
        .parse(LANGUAGE)
        .unwrap_or_else(|| ctx.visitor.language.clone());
    let amount = given.text("amount");
    if !amount.is_empty() {
        raise.amount = Amount::typed(amount, CURRENCY).ok();
        errors.check(raise.amount.is_some(), "amount", "customer-bad-amount");
    }
    let rules = ctx.desk().rules();
    for field in &asked.offer.asks {
        let Some(kind) = rules.rules().fields.get(field) else {
            continue;
        };
        let name = format!("f-{field}");
        match value_of(kind.kind, &name, given) {
            Ok(Some(value)) => {
                raise.fields.insert(field.clone(), value);
            }
            Ok(None) => {}
            Err(message) => errors.add(&name, message),
        }
    }
    Ok(errors.is_empty().then_some(raise))
}

/// What was answered to one question; nothing where it was left open, which is always allowed.
fn value_of(kind: FieldType, name: &str, given: &Form) -> Result<Option<Field>, &'static str> {
    if kind == FieldType::Date {
        let part = |part: &str| given.text(&format!("{name}-{part}")).to_owned();
        let (day, month, year) = (part("day"), part("month"), part("year"));
        if day.is_empty() && month.is_empty() && year.is_empty() {
            return Ok(None);
        }
        let date = || {
            let (year, month) = (year.parse().ok()?, month.parse().ok()?);
            NaiveDate::from_ymd_opt(year, month, day.parse().ok()?)
        };
        return date()
            .map(|date| Some(Field::Date(date)))
            .ok_or("customer-bad-date");
    }
    let text = given.text(name);
    if text.is_empty() {
        return Ok(None);
    }
    let value = match kind {
        FieldType::Text => Some(Field::Text(text.to_owned())),
        FieldType::Number => text.parse().ok().map(Field::Number),
        FieldType::Flag => Some(Field::Flag(true)),
        FieldType::Choice => text.parse().ok().map(Field::Choice),
        FieldType::Amount => Amount::typed(text, CURRENCY).ok().map(Field::Amount),
        FieldType::Date | FieldType::Instant => None,
    };
    value.map(Some).ok_or("customer-bad-answer")
}

/// What a choice of a field is called.
fn choice_text<'a>(ctx: &Ctx, catalogue: &'a Catalogue, field: &Code, choice: &'a Code) -> &'a str {
    let language = &ctx.visitor.language;
    let named = catalogue
        .choices
        .get(field)
        .and_then(|names| names.get(choice));
    let branch = catalogue
        .branches
        .get(choice)
        .filter(|_| field.as_str() == "branch");
    named
        .or_else(|| branch.map(|branch| &branch.name))
        .map_or(choice.as_str(), |name| name.told(language))
}

/// What a field is called: by the messages, else by its code.
pub(super) fn field_text(ctx: &Ctx, field: &Code) -> String {
    let label = format!("field-{field}");
    if ctx.app.messages.has(&label) {
        ctx.text(&label, &[])
    } else {
        field.to_string()
    }
}

pub(super) fn answer_text(ctx: &Ctx, catalogue: &Catalogue, field: &Code, value: &Field) -> String {
    match value {
        Field::Text(text) => text.clone(),
        Field::Number(number) => number.to_string(),
        Field::Flag(flag) => ctx.text(if *flag { "customer-yes" } else { "customer-no" }, &[]),
        Field::Date(date) => ctx.day(*date),
        Field::Instant(at) => ctx.instant(*at),
        Field::Amount(amount) => amount.written(ctx.visitor.language.as_str()),
        Field::Choice(choice) => choice_text(ctx, catalogue, field, choice).to_owned(),
    }
}

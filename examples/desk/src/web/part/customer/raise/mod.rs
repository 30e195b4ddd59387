//! Raising a case: one question a page, kept as a draft until it is sent.

use std::collections::BTreeMap;

use axum::extract::Path;
use chrono::NaiveDate;
use crcore::catalogue::{Catalogue, Door, Offer};
use crcore::command::{SUBJECT_MAX, TEXT_MAX};
use crcore::desk::beside::Place;
use crcore::ticket::FieldType;
use crcore::{Actor, Code, Field, Raise, Rulebook};
use minijinja::context;
use minijinja::value::Value;
use serde::{Deserialize, Serialize};

use super::files;
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};
use crate::web::messages::Argument;
use crate::web::money::{self, CURRENCY};

/// The longest thing that a customer writes in one go, in characters: what fits a page of the agent's
/// screen several times over.
const WORDS_MAX: usize = 10_000;

/// What was answered so far.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Answers {
    door: String,
    service: String,
    /// One key for one case: however often it is sent.
    key: String,
    given: BTreeMap<String, String>,
}

/// Where it is kept which case the last form made. One for all, as there is one form at a time.
const SENT: &str = "sent";

fn place() -> Result<Place, Fault> {
    Ok("raise".parse()?)
}

async fn answers(ctx: &Ctx) -> Result<Option<Answers>, Fault> {
    let draft = ctx.desk().draft(ctx.actor()?, &place()?).await?;
    // A draft of an older form is begun anew.
    Ok(draft.and_then(|draft| serde_json::from_str(&draft.text).ok()))
}

/// The doors that lead to a form.
const DOORS: [Door; 4] = [Door::Complain, Door::Ask, Door::Request, Door::Quote];

fn door_named(name: &str) -> Result<Door, Fault> {
    DOORS
        .into_iter()
        .find(|door| door.name() == name)
        .ok_or_else(Fault::not_found)
}

/// What is wanted?
pub(super) async fn doors(ctx: Ctx) -> Answer {
    let doors: Vec<Value> = DOORS
        .iter()
        .map(|door| {
            let text = |part: &str| ctx.text(&format!("customer-door-{}{part}", door.name()), &[]);
            context! {
                href => format!("/raise/{}", door.name()),
                symbol => if *door == Door::Complain { "speech" } else { "question" },
                title => text(""),
                text => text("-text"),
            }
        })
        .collect();
    let begun = answers(&ctx).await?.is_some();
    ctx.page(
        "customer/raise_doors.html",
        "customer-title-raise",
        context! { doors => doors, begun => begun },
    )
}

/// What is it about?
pub(super) async fn services(ctx: Ctx, Path(door): Path<String>) -> Answer {
    let door = door_named(&door)?;
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let language = &ctx.visitor.language;
    let services: Vec<Value> = catalogue
        .by_door(door)
        .map(|(code, offer)| {
            context! {
                href => format!("/raise/{}/{code}", door.name()),
                title => offer.title.told(language),
                text => offer.description.told(language),
            }
        })
        .collect();
    ctx.page(
        "customer/raise_services.html",
        "customer-title-about",
        context! { services => services, door => door.name() },
    )
}

/// A question of the bank's own form, for a template.
fn question(ctx: &Ctx, catalogue: &Catalogue, rules: &Rulebook, field: &Code) -> Option<Value> {
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

struct Asked {
    door: Door,
    service: Code,
    offer: Offer,
    catalogue: Catalogue,
}

async fn asked(ctx: &Ctx, door: &str, service: &str) -> Result<Asked, Fault> {
    let door = door_named(door)?;
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let service: Code = service.parse().map_err(|_| Fault::not_found())?;
    let offer = catalogue.services.get(&service).cloned();
    let offer = offer.filter(|offer| offer.doors.contains(&door));
    Ok(Asked {
        door,
        service,
        offer: offer.ok_or_else(Fault::not_found)?,
        catalogue,
    })
}

fn page_of(ctx: &Ctx, asked: &Asked, filled: Value) -> Value {
    let rules = ctx.desk().rules();
    let questions: Vec<Value> = asked
        .offer
        .asks
        .iter()
        .filter_map(|field| question(ctx, &asked.catalogue, &rules, field))
        .collect();
    context! {
        door => asked.door.name(),
        service => asked.service.as_str(),
        title => asked.offer.title.told(&ctx.visitor.language),
        questions => questions,
        asks_amount => matches!(asked.door, Door::Complain | Door::Quote),
        currency => CURRENCY,
        subject_max => SUBJECT_MAX,
        words_max => WORDS_MAX,
        filled => filled,
    }
}

/// What happened?
pub(super) async fn what(ctx: Ctx, Path((door, service)): Path<(String, String)>) -> Answer {
    let asked = asked(&ctx, &door, &service).await?;
    let kept = answers(&ctx).await?;
    let given = kept.map_or_else(BTreeMap::new, |answers| answers.given);
    let none: Vec<Value> = Vec::new();
    let filled = context! { given => given, errors => none };
    let page = page_of(&ctx, &asked, filled);
    ctx.page("customer/raise_what.html", "customer-title-what", page)
}

/// Keeps what was answered, and goes on to look at it.
pub(super) async fn keep(
    ctx: Ctx,
    Path((door, service)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let asked = asked(&ctx, &door, &service).await?;
    let mut errors = Errors::default();
    let raise = read(
        &ctx,
        &asked,
        &|name| form.text(name).to_owned(),
        &mut errors,
    )?;
    ctx.tally("raise", &errors).await;
    if raise.is_none() || !errors.is_empty() {
        let page = page_of(&ctx, &asked, errors.filled(&ctx, &form));
        return ctx.refused("customer/raise_what.html", "customer-title-what", page);
    }
    let key = match answers(&ctx).await? {
        Some(kept) if !kept.key.is_empty() => kept.key,
        _ => ctx.fresh_key()?,
    };
    let mut names = vec!["subject".to_owned(), "text".to_owned(), "amount".to_owned()];
    for field in &asked.offer.asks {
        names.push(format!("f-{field}"));
        names.extend(["day", "month", "year"].map(|part| format!("f-{field}-{part}")));
    }
    let given = names
        .into_iter()
        .map(|name| (name.clone(), form.text(&name).to_owned()));
    let answers = Answers {
        door,
        service,
        key,
        given: given.filter(|(_, value)| !value.is_empty()).collect(),
    };
    let text = serde_json::to_string(&answers).map_err(Fault::broken)?;
    ctx.desk()
        .save_draft(ctx.actor()?, &place()?, &text)
        .await?;
    ctx.see_other("/raise/check", None)
}

/// The case that was described; nothing where something is wrong with it.
fn read(
    ctx: &Ctx,
    asked: &Asked,
    given: &dyn Fn(&str) -> String,
    errors: &mut Errors,
) -> Result<Option<Raise>, Fault> {
    let Actor::Customer(customer) = ctx.actor()? else {
        return Err(Fault::not_found());
    };
    let (subject, text) = (given("subject"), given("text"));
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
    raise.body = Some(text);
    raise.kind = asked.door.kind();
    raise.channel = asked.door.channel();
    raise.language = ctx.visitor.language.clone();
    let amount = given("amount");
    if !amount.is_empty() {
        raise.amount = money::read(&amount, CURRENCY);
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
fn value_of(
    kind: FieldType,
    name: &str,
    given: &dyn Fn(&str) -> String,
) -> Result<Option<Field>, &'static str> {
    if kind == FieldType::Date {
        let part = |part: &str| given(&format!("{name}-{part}"));
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
    let text = given(name);
    if text.is_empty() {
        return Ok(None);
    }
    let value = match kind {
        FieldType::Text => Some(Field::Text(text)),
        FieldType::Number => text.parse().ok().map(Field::Number),
        FieldType::Flag => Some(Field::Flag(true)),
        FieldType::Choice => text.parse().ok().map(Field::Choice),
        FieldType::Amount => money::read(&text, CURRENCY).map(Field::Amount),
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
fn field_text(ctx: &Ctx, field: &Code) -> String {
    let label = format!("field-{field}");
    if ctx.app.messages.has(&label) {
        ctx.text(&label, &[])
    } else {
        field.to_string()
    }
}

fn answer_text(ctx: &Ctx, catalogue: &Catalogue, field: &Code, value: &Field) -> String {
    match value {
        Field::Text(text) => text.clone(),
        Field::Number(number) => number.to_string(),
        Field::Flag(flag) => ctx.text(if *flag { "customer-yes" } else { "customer-no" }, &[]),
        Field::Date(date) => date.format("%-d %b %Y").to_string(),
        Field::Instant(at) => at
            .with_timezone(&ctx.app.settings.zone)
            .format("%-d %b %Y, %H:%M")
            .to_string(),
        Field::Amount(amount) => money::written(*amount, &ctx.visitor.language),
        Field::Choice(choice) => choice_text(ctx, catalogue, field, choice).to_owned(),
    }
}

/// The page before sending: all answers, each with a way back to it.
fn check_page(ctx: &Ctx, asked: &Asked, answers: &Answers, raise: &Raise, filled: Value) -> Value {
    let back = format!("/raise/{}/{}", answers.door, answers.service);
    let row = |key: String, value: String, href: &str| context! { key => key, value => value, href => href };
    let label = |id: &str| ctx.text(id, &[]);
    let door = label(&format!("customer-door-{}", answers.door));
    let title = asked.offer.title.told(&ctx.visitor.language).to_owned();
    let mut rows = vec![
        row(label("customer-kind"), door, "/raise"),
        row(
            label("customer-service"),
            title,
            &format!("/raise/{}", answers.door),
        ),
        row(label("customer-subject"), raise.subject.clone(), &back),
        row(
            label("customer-text"),
            raise.body.clone().unwrap_or_default(),
            &back,
        ),
    ];
    if let Some(amount) = raise.amount {
        let amount = money::written(amount, &ctx.visitor.language);
        rows.push(row(label("customer-amount"), amount, &back));
    }
    for (field, value) in &raise.fields {
        let text = answer_text(ctx, &asked.catalogue, field, value);
        rows.push(row(field_text(ctx, field), text, &back));
    }
    let account = ctx.visitor.account();
    context! {
        rows => rows,
        key => answers.key.clone(),
        email => account.map(|account| account.email.as_str().to_owned()),
        accept => files::policy(ctx).accept(),
        files_max => crate::web::form::FILES_MAX,
        filled => filled,
    }
}

/// What is kept, if it is whole; else the page on which to go on.
async fn whole(ctx: &Ctx) -> Result<Result<(Asked, Answers, Raise), &'static str>, Fault> {
    let Some(answers) = answers(ctx).await? else {
        return Ok(Err("/raise"));
    };
    let Ok(asked) = asked(ctx, &answers.door, &answers.service).await else {
        return Ok(Err("/raise"));
    };
    let given = |name: &str| answers.given.get(name).cloned().unwrap_or_default();
    let raise = read(ctx, &asked, &given, &mut Errors::default())?;
    Ok(raise.map(|raise| (asked, answers, raise)).ok_or("/raise"))
}

/// Check your answers.
pub(super) async fn check(ctx: Ctx) -> Answer {
    match whole(&ctx).await? {
        Ok((asked, answers, raise)) => {
            let page = check_page(&ctx, &asked, &answers, &raise, Value::from(()));
            ctx.page("customer/raise_check.html", "customer-title-check", page)
        }
        Err(next) => ctx.see_other(next, None),
    }
}

/// Sends it. Sent twice, it is one case, and both get the same confirmation.
pub(super) async fn send(ctx: Ctx, form: Form) -> Answer {
    let (asked, answers, raise) = match whole(&ctx).await? {
        Ok(whole) => whole,
        // Sent a second time, after the draft was used up: the key says which case it was.
        Err(next) => return again(&ctx, &form, next).await,
    };
    let mut errors = Errors::default();
    let files = files::received(&ctx, &form, &mut errors);
    if !errors.is_empty() {
        let filled = errors.filled(&ctx, &form);
        let page = check_page(&ctx, &asked, &answers, &raise, filled);
        return ctx.refused("customer/raise_check.html", "customer-title-check", page);
    }
    let actor = ctx.actor()?;
    let acting = ctx.desk().acting(actor);
    let done = acting.clone().with_key(&answers.key).raise(raise).await?;
    for (nth, file) in files.into_iter().enumerate() {
        let key = format!("{}-{nth}", answers.key);
        acting
            .clone()
            .with_key(key)
            .attach(done.ticket, file.public())
            .await?;
    }
    // The case is made, whatever becomes of this.
    if let Err(fault) = remember(&ctx, &answers.key, &done.reference.to_string()).await {
        tracing::warn!(
            code = fault.code,
            "which case a form made is not remembered"
        );
    }
    ctx.desk().drop_draft(actor, &place()?).await?;
    ctx.see_other(&format!("/cases/{}/received", done.reference), None)
}

/// Keeps which case the last form made, for who sends it again.
async fn remember(ctx: &Ctx, key: &str, reference: &str) -> Result<(), Fault> {
    let sent = format!("{key} {reference}");
    Ok(ctx
        .desk()
        .save_draft(ctx.actor()?, &SENT.parse()?, &sent)
        .await?)
}

async fn again(ctx: &Ctx, form: &Form, next: &str) -> Answer {
    let sent = ctx.desk().draft(ctx.actor()?, &SENT.parse()?).await?;
    if let Some(sent) = sent
        && let Some((key, reference)) = sent.text.split_once(' ')
        && key == form.text("key")
    {
        return ctx.see_other(&format!("/cases/{reference}/received"), None);
    }
    ctx.see_other(next, None)
}

/// Keeps what somebody wrote elsewhere as the beginning of a case, and gives the page to go on at.
pub(crate) async fn begin(
    ctx: &Ctx,
    door: Door,
    service: &Code,
    text: &str,
) -> Result<String, Fault> {
    let answers = Answers {
        door: door.name().to_owned(),
        service: service.to_string(),
        key: ctx.fresh_key()?,
        given: [("text".to_owned(), text.to_owned())].into(),
    };
    let text = serde_json::to_string(&answers).map_err(Fault::broken)?;
    ctx.desk()
        .save_draft(ctx.actor()?, &place()?, &text)
        .await?;
    Ok(format!("/raise/{}/{service}", door.name()))
}

/// Begins anew.
pub(super) async fn discard(ctx: Ctx, _form: Form) -> Answer {
    ctx.desk().drop_draft(ctx.actor()?, &place()?).await?;
    ctx.see_other("/raise", None)
}

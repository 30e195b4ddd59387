//! The catalogue as admins edit it: branches, services, what choices are called.

use std::collections::BTreeMap;

use axum::extract::Path;
use crcore::catalogue::{Branch, Catalogue, Door, Offer, Translated};
use crcore::ticket::{BRANCH, FieldType, Language};
use crcore::{Code, Kept};
use minijinja::context;
use minijinja::value::Value;

use super::grid::{Grid, link, text};
use super::names::{self, Names};
use super::{complain, filled, option, page, refused, say};
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};

async fn kept(ctx: &Ctx) -> Result<Kept<Catalogue>, Fault> {
    Ok(ctx.desk().catalogue(ctx.actor()?).await?)
}

fn branch_field() -> Result<Code, Fault> {
    BRANCH.parse().map_err(Fault::broken)
}

/// The choices of a field of the rules.
fn choices(ctx: &Ctx, field: &Code) -> Vec<Code> {
    let rules = ctx.desk().rules();
    let of = rules.rules().fields.get(field);
    of.map_or_else(Vec::new, |of| of.choices.iter().cloned().collect())
}

pub(super) async fn catalogue(ctx: Ctx) -> Answer {
    let names = Names::read(&ctx).await?;
    let of = &names.catalogue;
    let yes_or_no = |yes: bool| text(say(&ctx, if yes { "admin-yes" } else { "admin-no" }, &[]));
    let field = branch_field()?;
    let columns = ["branch", "code", "hours", "counters-there", "shown"];
    let mut branches = Grid::new(&ctx, "branches", &columns);
    for code in choices(&ctx, &field) {
        let branch = of.branches.get(&code);
        let counters = branch.map(|branch| joined(&branch.counters));
        let hours = branch.and_then(|branch| branch.calendar.as_ref());
        branches.row([
            link(
                names.choice(&field, &code),
                format!("/admin/catalogue/branches/{code}"),
            ),
            text(code.to_string()),
            text(hours.map_or_else(|| say(&ctx, "admin-always", &[]), ToString::to_string)),
            text(counters.unwrap_or_default()),
            yes_or_no(branch.is_some_and(|branch| !branch.hidden)),
        ]);
    }
    let columns = [
        "service", "code", "doors", "letter", "branches", "hours", "shown",
    ];
    let mut services = Grid::new(&ctx, "offers", &columns);
    for code in ctx.desk().rules().rules().services.keys() {
        let offer = of.services.get(code);
        let doors = offer.map(|offer| offer.doors.iter().map(|door| door_name(&ctx, *door)));
        let doors = doors.map(|doors| doors.collect::<Vec<_>>().join(", "));
        let letter = offer.and_then(|offer| offer.letter).map(String::from);
        let hours = offer.and_then(|offer| offer.calendar.as_ref());
        services.row([
            link(
                names.service(code),
                format!("/admin/catalogue/services/{code}"),
            ),
            text(code.to_string()),
            text(doors.unwrap_or_default()),
            text(letter.unwrap_or_default()),
            text(offer.map_or(0, |offer| offer.branches.len()).to_string()),
            text(hours.map_or_else(|| say(&ctx, "admin-always", &[]), ToString::to_string)),
            yes_or_no(offer.is_some_and(|offer| !offer.hidden)),
        ]);
    }
    let mut fields = Grid::new(&ctx, "choice-names", &["field", "choices"]);
    for (field, of) in &ctx.desk().rules().rules().fields {
        if of.kind == FieldType::Choice && field.as_str() != BRANCH {
            let named = of.choices.iter().map(|choice| names.choice(field, choice));
            fields.row([
                link(
                    names::field(&ctx, field),
                    format!("/admin/catalogue/choices/{field}"),
                ),
                text(named.collect::<Vec<_>>().join(", ")),
            ]);
        }
    }
    let grids = vec![branches.value(), services.value(), fields.value()];
    page(
        &ctx,
        "admin/table.html",
        "admin-title-catalogue",
        context! { grids => grids },
    )
}

fn joined<'a>(codes: impl IntoIterator<Item = &'a Code>) -> String {
    let codes = codes.into_iter().map(Code::as_str);
    codes.collect::<Vec<_>>().join(", ")
}

fn door_name(ctx: &Ctx, door: Door) -> String {
    say(ctx, &format!("admin-door-{}", door.name()), &[])
}

/// The fields of a form in which a text stands once in each language.
fn translated(ctx: &Ctx, name: &str, of: Option<&Translated>) -> Vec<Value> {
    let languages = ctx.app.messages.languages();
    let field = |code: &str| {
        let language: Option<Language> = code.parse().ok();
        let given = language.and_then(|language| of?.0.get(&language).cloned());
        let called = ctx.app.messages.text(code, "language-name", &[]);
        context! {
            name => format!("{name}-{code}"), language => code.to_owned(),
            called => called, value => given.unwrap_or_default(),
        }
    };
    languages.map(field).collect()
}

/// The same read. What stands there in a language that the pages do not speak stays.
fn read_translated(ctx: &Ctx, form: &Form, name: &str, was: &Translated) -> Translated {
    let mut texts: BTreeMap<Language, String> = was.0.clone();
    for code in ctx.app.messages.languages() {
        let Ok(language) = code.parse::<Language>() else {
            continue;
        };
        let given = form.text(&format!("{name}-{code}")).replace("\r\n", "\n");
        if given.is_empty() {
            texts.remove(&language);
        } else {
            texts.insert(language, given);
        }
    }
    Translated(texts)
}

fn calendar_options(ctx: &Ctx) -> Vec<Value> {
    let rules = ctx.desk().rules();
    let always = option("", &say(ctx, "admin-always", &[]));
    let named = rules.rules().calendars.keys();
    let named = named.map(|name| option(name.as_str(), name.as_str()));
    [always].into_iter().chain(named).collect()
}

/// Keeps the catalogue with one change, or says why not.
async fn save(
    ctx: &Ctx,
    form: &Form,
    errors: &mut Errors,
    change: impl FnOnce(&mut Catalogue),
) -> Result<(), Fault> {
    if !errors.is_empty() {
        return Ok(());
    }
    let from = form.parse("version").unwrap_or(0);
    let mut catalogue = kept(ctx).await?.value;
    change(&mut catalogue);
    match ctx
        .desk()
        .save_catalogue(ctx.actor()?, catalogue, from)
        .await
    {
        Ok(_) => Ok(()),
        Err(error) => complain(errors, named(error)),
    }
}

/// The library names the place in the catalogue; on the page it is a question of the form.
fn named(error: crcore::Error) -> crcore::Error {
    let crcore::Error::Invalid { field, expected } = error else {
        return error;
    };
    let parts: Vec<&str> = field.splitn(3, '.').collect();
    let question = match parts.as_slice() {
        ["choices", _, choice] => format!("choice-{choice}").replace('.', "-"),
        [_, _, question] => question.replace('.', "-"),
        _ => String::new(),
    };
    crcore::Error::Invalid {
        field: question,
        expected,
    }
}

pub(super) async fn branch(ctx: Ctx, Path(code): Path<String>) -> Answer {
    let context = branch_form(&ctx, &code, None).await?;
    page(&ctx, "admin/branch.html", "admin-title-branch", context)
}

async fn branch_form(
    ctx: &Ctx,
    code: &str,
    came: Option<(&Errors, &Form)>,
) -> Result<Value, Fault> {
    let code: Code = code.parse().map_err(|_| Fault::not_found())?;
    if !choices(ctx, &branch_field()?).contains(&code) {
        return Err(Fault::not_found());
    }
    let kept = kept(ctx).await?;
    let of = kept.value.branches.get(&code).cloned().unwrap_or_default();
    Ok(context! {
        filled => filled(ctx, came),
        version => kept.version,
        what => code.to_string(),
        names => translated(ctx, "name", Some(&of.name)),
        addresses => translated(ctx, "address", Some(&of.address)),
        calendars => calendar_options(ctx),
        calendar => of.calendar.as_ref().map_or(String::new(), ToString::to_string),
        counters => joined(&of.counters),
        hidden => of.hidden,
    })
}

pub(super) async fn save_branch(ctx: Ctx, Path(code): Path<String>, form: Form) -> Answer {
    let mut errors = Errors::default();
    let id: Code = code.parse().map_err(|_| Fault::not_found())?;
    let was = kept(&ctx)
        .await?
        .value
        .branches
        .remove(&id)
        .unwrap_or_default();
    let counters = form
        .text("counters")
        .split([',', ' '])
        .filter(|c| !c.is_empty());
    let counters: Result<_, _> = counters.map(str::parse).collect();
    errors.check(counters.is_ok(), "counters", "admin-counters-wrong");
    let branch = Branch {
        name: read_translated(&ctx, &form, "name", &was.name),
        address: read_translated(&ctx, &form, "address", &was.address),
        calendar: form.parse("calendar"),
        counters: counters.unwrap_or_default(),
        hidden: form.is_ticked("hidden"),
    };
    let change = |all: &mut Catalogue| drop(all.branches.insert(id, branch));
    save(&ctx, &form, &mut errors, change).await?;
    if errors.is_empty() {
        return ctx.see_other("/admin/catalogue", Some("admin-done-work"));
    }
    let context = branch_form(&ctx, &code, Some((&errors, &form))).await?;
    refused(&ctx, "admin/branch.html", "admin-title-branch", context)
}

pub(super) async fn service(ctx: Ctx, Path(code): Path<String>) -> Answer {
    let context = service_form(&ctx, &code, None).await?;
    page(&ctx, "admin/service.html", "admin-title-service", context)
}

async fn service_form(
    ctx: &Ctx,
    code: &str,
    came: Option<(&Errors, &Form)>,
) -> Result<Value, Fault> {
    let code: Code = code.parse().map_err(|_| Fault::not_found())?;
    let rules = ctx.desk().rules();
    if !rules.rules().services.contains_key(&code) {
        return Err(Fault::not_found());
    }
    let names = Names::read(ctx).await?;
    let kept = kept(ctx).await?;
    let of = kept.value.services.get(&code).cloned().unwrap_or_default();
    let field = branch_field()?;
    let branches = kept.value.branches.keys();
    let branches = branches.map(|branch| option(branch.as_str(), &names.choice(&field, branch)));
    let doors = Door::ALL
        .iter()
        .map(|door| option(door.name(), &door_name(ctx, *door)));
    let asked = rules
        .rules()
        .fields
        .keys()
        .filter(|field| field.as_str() != crcore::ticket::TOKEN);
    let asked = asked.map(|field| option(field.as_str(), &names::field(ctx, field)));
    Ok(context! {
        filled => filled(ctx, came),
        version => kept.version,
        what => code.to_string(),
        titles => translated(ctx, "title", Some(&of.title)),
        descriptions => translated(ctx, "description", Some(&of.description)),
        doors => doors.collect::<Vec<_>>(),
        open => of.doors.iter().map(|door| door.name()).collect::<Vec<_>>(),
        branches => branches.collect::<Vec<_>>(),
        there => of.branches.iter().map(ToString::to_string).collect::<Vec<_>>(),
        fields => asked.collect::<Vec<_>>(),
        asks => of.asks.iter().map(ToString::to_string).collect::<Vec<_>>(),
        letter => of.letter.map(String::from).unwrap_or_default(),
        minutes => of.minutes.map_or(String::new(), |minutes| minutes.to_string()),
        calendars => calendar_options(ctx),
        calendar => of.calendar.as_ref().map_or(String::new(), ToString::to_string),
        hidden => of.hidden,
    })
}

/// The fields that are asked, in the order in which they were: what is new comes last.
fn asks(form: &Form, was: &Offer) -> Vec<Code> {
    let ticked: Vec<Code> = form
        .all("asks")
        .iter()
        .filter_map(|a| a.parse().ok())
        .collect();
    let kept = was.asks.iter().filter(|field| ticked.contains(field));
    let new = ticked.iter().filter(|field| !was.asks.contains(field));
    kept.chain(new).cloned().collect()
}

pub(super) async fn save_service(ctx: Ctx, Path(code): Path<String>, form: Form) -> Answer {
    let mut errors = Errors::default();
    let id: Code = code.parse().map_err(|_| Fault::not_found())?;
    let was = kept(&ctx)
        .await?
        .value
        .services
        .remove(&id)
        .unwrap_or_default();
    let minutes = form.text("minutes");
    let no_number = !minutes.is_empty() && minutes.parse::<u32>().is_err();
    errors.check(!no_number, "minutes", "admin-number-wrong");
    let letter = form.text("letter");
    errors.check(letter.chars().count() <= 1, "letter", "admin-letter-wrong");
    let door = |name: &String| Door::ALL.iter().copied().find(|door| door.name() == name);
    let offer = Offer {
        title: read_translated(&ctx, &form, "title", &was.title),
        description: read_translated(&ctx, &form, "description", &was.description),
        doors: form.all("doors").iter().filter_map(door).collect(),
        branches: form
            .all("branches")
            .iter()
            .filter_map(|b| b.parse().ok())
            .collect(),
        letter: letter.chars().next(),
        minutes: minutes.parse().ok(),
        calendar: form.parse("calendar"),
        asks: asks(&form, &was),
        hidden: form.is_ticked("hidden"),
    };
    let change = |all: &mut Catalogue| drop(all.services.insert(id, offer));
    save(&ctx, &form, &mut errors, change).await?;
    if errors.is_empty() {
        return ctx.see_other("/admin/catalogue", Some("admin-done-work"));
    }
    let context = service_form(&ctx, &code, Some((&errors, &form))).await?;
    refused(&ctx, "admin/service.html", "admin-title-service", context)
}

pub(super) async fn choice(ctx: Ctx, Path(field): Path<String>) -> Answer {
    let context = choice_form(&ctx, &field, None).await?;
    page(&ctx, "admin/choices.html", "admin-title-choices", context)
}

async fn choice_form(
    ctx: &Ctx,
    field: &str,
    came: Option<(&Errors, &Form)>,
) -> Result<Value, Fault> {
    let field: Code = field.parse().map_err(|_| Fault::not_found())?;
    let choices = choices(ctx, &field);
    if choices.is_empty() {
        return Err(Fault::not_found());
    }
    let kept = kept(ctx).await?;
    let named = kept.value.choices.get(&field);
    let rows = choices.iter().map(|choice| {
        let of = named.and_then(|named| named.get(choice));
        context! {
            choice => choice.to_string(),
            names => translated(ctx, &format!("choice-{choice}"), of),
        }
    });
    Ok(context! {
        filled => filled(ctx, came),
        version => kept.version,
        what => field.to_string(),
        called => names::field(ctx, &field),
        rows => rows.collect::<Vec<_>>(),
    })
}

pub(super) async fn save_choice(ctx: Ctx, Path(field): Path<String>, form: Form) -> Answer {
    let mut errors = Errors::default();
    let id: Code = field.parse().map_err(|_| Fault::not_found())?;
    let mut was = kept(&ctx)
        .await?
        .value
        .choices
        .remove(&id)
        .unwrap_or_default();
    for choice in choices(&ctx, &id) {
        let of = was.remove(&choice).unwrap_or_default();
        let named = read_translated(&ctx, &form, &format!("choice-{choice}"), &of);
        if !named.0.is_empty() {
            was.insert(choice, named);
        }
    }
    let change = |all: &mut Catalogue| drop(all.choices.insert(id, was));
    save(&ctx, &form, &mut errors, change).await?;
    if errors.is_empty() {
        return ctx.see_other("/admin/catalogue", Some("admin-done-work"));
    }
    let context = choice_form(&ctx, &field, Some((&errors, &form))).await?;
    refused(&ctx, "admin/choices.html", "admin-title-choices", context)
}

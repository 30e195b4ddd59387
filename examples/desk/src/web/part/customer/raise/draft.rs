//! What was answered so far, one form for each matter: as it was typed, and there again after a dropped
//! connection or a new log-in.

use crcore::catalogue::{Catalogue, Door};
use crcore::desk::beside::Place;
use crcore::{Code, Reference};
use minijinja::context;
use minijinja::value::Value;

use super::{Asked, DOORS};
use crate::web::ctx::Ctx;
use crate::web::fault::Fault;
use crate::web::form::Form;

/// The field that holds the key of the case that a form makes, however often it is sent.
pub(super) const ONCE: &str = "once";
/// The field that holds the language in which it was filled in: the case goes on in it, whatever pages are looked
/// at in later.
pub(super) const LANGUAGE: &str = "language";
/// Where drafts of cases are.
const PLACE: &str = "raise";
/// Where it is kept which cases the last forms made: a line each, the key and the reference.
const SENT: &str = "sent";
/// How many of them are kept.
const SENT_MAX: usize = 10;

pub(super) fn place(door: Door, service: &Code) -> String {
    format!("{PLACE}/{}/{service}", door.name())
}

/// The form that is kept; nothing where none is.
pub(super) async fn kept(ctx: &Ctx, asked: &Asked) -> Result<Option<Form>, Fault> {
    let place: Place = place(asked.door, &asked.service).parse()?;
    let draft = ctx.desk().draft(ctx.actor()?, &place).await?;
    Ok(match draft {
        Some(draft) => Some(Form::decoded(&draft.text).await),
        None => None,
    })
}

/// Keeps a form in the place of what was kept, with the language of the page; one without a key gets one.
pub(super) async fn keep(ctx: &Ctx, door: Door, service: &Code, form: Form) -> Result<(), Fault> {
    let form = match form.text(ONCE) {
        "" => form.with(ONCE, &ctx.fresh_key()?),
        _ => form,
    };
    let form = form.with(LANGUAGE, ctx.visitor.language.as_str());
    let place = place(door, service).parse()?;
    let (desk, actor) = (ctx.desk(), ctx.actor()?);
    Ok(desk.save_draft(actor, &place, &form.encoded()).await?)
}

/// Lets go of it: it was sent, or is not wanted any more.
pub(super) async fn dropped(ctx: &Ctx, door: Door, service: &Code) -> Result<(), Fault> {
    let place = place(door, service).parse()?;
    Ok(ctx.desk().drop_draft(ctx.actor()?, &place).await?)
}

/// What was begun and not sent, the latest first, with what it is about and, while that is offered, where one
/// goes on.
pub(super) async fn begun(ctx: &Ctx, catalogue: &Catalogue) -> Result<Vec<Value>, Fault> {
    let mut drafts = ctx.desk().drafts(ctx.actor()?).await?;
    drafts.sort_by_key(|draft| std::cmp::Reverse(draft.saved_at));
    let mut begun = Vec::new();
    for draft in drafts {
        let mut parts = draft.place.as_str().split('/');
        let (Some(PLACE), Some(door), Some(service)) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let door = DOORS.into_iter().find(|one| one.name() == door);
        let service = service.parse::<Code>().ok();
        let (Some(door), Some(service)) = (door, service) else {
            continue;
        };
        let offer = catalogue.services.get(&service);
        let subject = Form::decoded(&draft.text).await.text("subject").to_owned();
        begun.push(context! {
            href => format!("/raise/{}/{service}", door.name()),
            open => offer.is_some_and(|offer| offer.doors.contains(&door)),
            door => ctx.text(&format!("customer-door-{}", door.name()), &[]),
            title => offer.map_or(service.as_str(), |offer| offer.title.told(&ctx.visitor.language)),
            subject => subject,
            saved => draft.saved_at.to_rfc3339(),
        });
    }
    Ok(begun)
}

async fn last_sent(ctx: &Ctx) -> Result<String, Fault> {
    let sent = ctx.desk().draft(ctx.actor()?, &SENT.parse()?).await?;
    Ok(sent.map(|sent| sent.text).unwrap_or_default())
}

/// Keeps which case a form made, for who sends it again.
pub(super) async fn remember(ctx: &Ctx, key: &str, made: Reference) -> Result<(), Fault> {
    let before = last_sent(ctx).await?;
    let latest = format!("{key} {made}");
    let lines: Vec<&str> = std::iter::once(&*latest)
        .chain(before.lines().filter(|line| !line.starts_with(key)))
        .take(SENT_MAX)
        .collect();
    let (desk, actor) = (ctx.desk(), ctx.actor()?);
    Ok(desk
        .save_draft(actor, &SENT.parse()?, &lines.join("\n"))
        .await?)
}

/// The case that a form with this key made, if it is one of the last.
pub(super) async fn made_by(ctx: &Ctx, key: &str) -> Result<Option<Reference>, Fault> {
    let sent = last_sent(ctx).await?;
    let mut lines = sent.lines().filter_map(|line| line.split_once(' '));
    let made = lines.find(|(made, _)| *made == key);
    Ok(made.and_then(|(_, reference)| reference.parse().ok()))
}

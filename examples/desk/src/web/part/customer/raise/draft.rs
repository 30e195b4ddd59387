//! What was answered so far, one form for each matter: as it was typed, and there again after a dropped
//! connection or a new log-in.

use crcore::Code;
use crcore::catalogue::{Catalogue, Door};
use crcore::desk::beside::Place;
use minijinja::context;
use minijinja::value::Value;

use super::{Asked, DOORS};
use crate::web::ctx::Ctx;
use crate::web::fault::Fault;
use crate::web::form::Form;

/// The field that holds the key of the case that a form makes, however often it is sent.
pub(super) const ONCE: &str = "once";
/// Where drafts of cases are.
const PLACE: &str = "raise";
/// Where it is kept which case the last form made. One for all, as there is one form at a time.
const SENT: &str = "sent";

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

/// Keeps a form in the place of what was kept; one without a key gets one.
pub(super) async fn keep(ctx: &Ctx, door: Door, service: &Code, form: Form) -> Result<(), Fault> {
    let form = match form.text(ONCE) {
        "" => form.with(ONCE, &ctx.fresh_key()?),
        _ => form,
    };
    let place = place(door, service).parse()?;
    let (desk, actor) = (ctx.desk(), ctx.actor()?);
    Ok(desk.save_draft(actor, &place, &form.encoded()).await?)
}

/// Lets go of it: it was sent, or is not wanted any more.
pub(super) async fn dropped(ctx: &Ctx, asked: &Asked) -> Result<(), Fault> {
    let place = place(asked.door, &asked.service).parse()?;
    Ok(ctx.desk().drop_draft(ctx.actor()?, &place).await?)
}

/// What was begun and not sent, the latest first, with what it is about and where one goes on.
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
        let Some(offer) = catalogue.services.get(&service) else {
            continue;
        };
        let subject = Form::decoded(&draft.text).await.text("subject").to_owned();
        begun.push(context! {
            href => format!("/raise/{}/{service}", door.name()),
            door => ctx.text(&format!("customer-door-{}", door.name()), &[]),
            title => offer.title.told(&ctx.visitor.language),
            subject => subject,
            saved => draft.saved_at.to_rfc3339(),
        });
    }
    Ok(begun)
}

/// Keeps which case the last form made, for who sends it again.
pub(super) async fn remember(ctx: &Ctx, key: &str, reference: &str) -> Result<(), Fault> {
    let (sent, actor) = (format!("{key} {reference}"), ctx.actor()?);
    Ok(ctx.desk().save_draft(actor, &SENT.parse()?, &sent).await?)
}

/// The case that the last form made, if it is the one with this key.
pub(super) async fn made_by(ctx: &Ctx, key: &str) -> Result<Option<String>, Fault> {
    let sent = ctx.desk().draft(ctx.actor()?, &SENT.parse()?).await?;
    let sent = sent.as_ref().and_then(|sent| sent.text.split_once(' '));
    Ok(sent
        .filter(|(made, _)| *made == key)
        .map(|(_, reference)| reference.to_owned()))
}

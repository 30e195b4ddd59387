//! What was typed and not sent: kept on the server while it is typed, and there again after a dropped
//! connection or a new log-in.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use crcore::desk::beside::Place;

use super::ctx::Ctx;
use super::fault::{Answer, Fault};
use super::form::Form;
use super::route::{Routes, Who};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.post("/drafts/{*place}", Who::SignedIn, keep)
}

/// Keeps a form as it is now.
async fn keep(ctx: Ctx, Path(place): Path<String>, form: Form) -> Answer {
    let place: Place = place.parse()?;
    ctx.desk()
        .save_draft(ctx.actor()?, &place, &form.encoded())
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The form that is kept at `place`; an empty one where none is.
pub(crate) async fn form(ctx: &Ctx, place: &str) -> Result<Form, Fault> {
    let draft = ctx.desk().draft(ctx.actor()?, &place.parse()?).await?;
    Ok(Form::decoded(&draft.map(|draft| draft.text).unwrap_or_default()).await)
}

/// What was typed into one field of the form that is kept at `place`.
pub(crate) async fn typed(ctx: &Ctx, place: &str, field: &str) -> Result<Option<String>, Fault> {
    let form = form(ctx, place).await?;
    let text = form.raw(field);
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Lets a draft go: it was sent.
pub(crate) async fn used(ctx: &Ctx, place: &str) -> Result<(), Fault> {
    Ok(ctx.desk().drop_draft(ctx.actor()?, &place.parse()?).await?)
}

//! Files that staff put on a case.

use crcore::{Done, Error};

use super::case::Case;
use crate::web::ctx::Ctx;
use crate::web::form::{Errors, Form};
use crate::web::part::customer::{Received, received_at};

/// Puts the files of a form on a case.
pub(super) async fn put(
    ctx: &Ctx,
    case: &Case,
    form: &Form,
    public: bool,
    errors: &mut Errors,
) -> Result<Option<Done>, Error> {
    errors.check(!form.files.is_empty(), "attached", "agent-error-no-file");
    let files = received_at(ctx, form, "attached", errors);
    if !errors.is_empty() {
        return Ok(None);
    }
    all(ctx, case, files, public, form.text("key")).await
}

/// Puts files on a case, one after the other.
pub(super) async fn all(
    ctx: &Ctx,
    case: &Case,
    files: Vec<Received>,
    public: bool,
    key: &str,
) -> Result<Option<Done>, Error> {
    let actor = ctx.actor().map_err(|_| Error::NotFound { what: "actor" })?;
    let mut last = None;
    for (nth, file) in files.into_iter().enumerate() {
        let acting = ctx.desk().acting(actor);
        let acting = acting.with_key(format!("{key}-file-{nth}"));
        last = Some(acting.attach(case.ticket.id, file.file(public)).await?);
    }
    Ok(last)
}

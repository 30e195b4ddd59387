//! Files that staff put on a case.

use crcore::desk::File;
use crcore::{Done, Error};
use crcore_adapters::media::{Allowed, file_name};

use super::case::Case;
use crate::web::ctx::Ctx;
use crate::web::form::{Errors, Form};

/// The files of a form, each known by its content; what is not accepted is told.
pub(super) fn files(ctx: &Ctx, form: &Form, public: bool, errors: &mut Errors) -> Vec<File> {
    let largest = ctx.app.settings.files.max_bytes;
    let mut files = Vec::with_capacity(form.files.len());
    for upload in &form.files {
        let name = [("file".to_owned(), upload.name.clone().into())];
        if upload.content.len() > largest {
            errors.add_with("attached", "agent-error-file-large", name.into());
            continue;
        }
        match Allowed::default().check(&upload.content) {
            Ok(kind) => files.push(File {
                name: file_name(&upload.name, kind),
                media_type: kind.media_type.to_owned(),
                content: upload.content.to_vec(),
                public,
            }),
            Err(_) => errors.add_with("attached", "agent-error-file", name.into()),
        }
    }
    files
}

/// Puts the files of a form on a case.
pub(super) async fn put(
    ctx: &Ctx,
    case: &Case,
    form: &Form,
    public: bool,
    errors: &mut Errors,
) -> Result<Option<Done>, Error> {
    errors.check(!form.files.is_empty(), "attached", "agent-error-no-file");
    let files = files(ctx, form, public, errors);
    if !errors.is_empty() {
        return Ok(None);
    }
    all(ctx, case, files, form.text("key")).await
}

/// Puts files on a case, one after the other.
pub(super) async fn all(
    ctx: &Ctx,
    case: &Case,
    files: Vec<File>,
    key: &str,
) -> Result<Option<Done>, Error> {
    let actor = ctx.actor().map_err(|_| Error::NotFound { what: "actor" })?;
    let mut last = None;
    for (nth, file) in files.into_iter().enumerate() {
        let acting = ctx
            .desk()
            .acting(actor)
            .with_key(format!("{key}-file-{nth}"));
        last = Some(acting.attach(case.ticket.id, file).await?);
    }
    Ok(last)
}

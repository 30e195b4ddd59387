//! Files up and down. What a file is, its content says; no browser is told to show one.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use crcore::desk::File;
use crcore::{Actor, Error, PieceId, TicketId};
use crcore_adapters::media::{Allowed, Class, Refusal, file_name, sniff};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use crate::web::ctx::{Ctx, query_of};
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};
use crate::web::messages::Argument;

/// A file that was sent and may be kept.
pub(crate) struct Received {
    name: String,
    media_type: &'static str,
    content: Vec<u8>,
}

impl Received {
    /// For the customer to see.
    pub(crate) fn public(self) -> File {
        self.file(true)
    }

    /// For the customer to see, or for staff alone.
    pub(crate) fn file(self, public: bool) -> File {
        File {
            name: self.name,
            media_type: self.media_type.to_owned(),
            content: self.content,
            public,
        }
    }
}

/// What is accepted: the adapters' usual types, none larger than the settings say.
pub(crate) fn policy(ctx: &Ctx) -> Allowed {
    let mut allowed = Allowed::default();
    for max in allowed.types.values_mut() {
        *max = (*max).min(ctx.app.settings.files.max_bytes);
    }
    allowed
}

/// The files of a form; what is wrong with one is said at the field `files`.
pub(crate) fn received(ctx: &Ctx, form: &Form, errors: &mut Errors) -> Vec<Received> {
    received_at(ctx, form, "files", errors)
}

/// The files of a form; what is wrong with one is said at `field`.
pub(crate) fn received_at(
    ctx: &Ctx,
    form: &Form,
    field: &str,
    errors: &mut Errors,
) -> Vec<Received> {
    let policy = policy(ctx);
    let mut files = Vec::new();
    for upload in &form.files {
        match policy.check(&upload.content) {
            Ok(kind) => files.push(Received {
                name: file_name(&upload.name, kind),
                media_type: kind.media_type,
                content: upload.content.to_vec(),
            }),
            Err(refusal) => refuse(field, errors, &refusal),
        }
    }
    files
}

/// Puts files on a case that is there. One that is refused now, as the scanner finds something or does not
/// answer, takes nothing else back: gives the message that says so. Put twice under the same key, one is there
/// once.
pub(super) async fn put(
    ctx: &Ctx,
    ticket: TicketId,
    files: Vec<Received>,
    key: &str,
) -> Result<Option<&'static str>, Fault> {
    let acting = ctx.desk().acting(ctx.actor()?);
    let mut told = None;
    for file in files {
        let is = Sha256::new().chain_update(&file.name).chain_update([0]);
        let is = HEXLOWER.encode(&is.chain_update(&file.content).finalize()[..16]);
        let acting = acting.clone().with_key(format!("{key}-{is}"));
        match acting.attach(ticket, file.public()).await {
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(code = error.code(), "a file is not on its case");
                told = Some(match error {
                    Error::Invalid { field, .. } if field == "content" => {
                        "customer-flash-file-refused"
                    }
                    Error::TryAgain { .. } | Error::Broken { .. } => "customer-flash-file-later",
                    _ => "customer-flash-file-not-taken",
                });
            }
        }
    }
    Ok(told)
}

fn refuse(field: &str, errors: &mut Errors, refusal: &Refusal) {
    let with = |name: &str, value: Argument| vec![(name.to_owned(), value)];
    match refusal {
        Refusal::Empty => errors.add(field, "customer-file-empty"),
        Refusal::TooLarge { max, .. } => {
            let megabytes = (*max as u64).div_ceil(1024 * 1024);
            errors.add_with(
                field,
                "customer-file-large",
                with("megabytes", megabytes.into()),
            );
        }
        Refusal::NotAccepted { .. } => errors.add(field, "customer-file-type"),
        Refusal::Damaged { .. } | Refusal::TooLargeOpened { .. } => {
            errors.add(field, "customer-file-broken");
        }
    }
}

/// A file of a case, for whoever may see the case.
pub(super) async fn down(ctx: Ctx, Path((reference, piece)): Path<(String, String)>) -> Answer {
    let reference = reference.parse().map_err(|_| Fault::not_found())?;
    let piece: PieceId = piece.parse().map_err(|_| Fault::not_found())?;
    let actor = ctx.actor()?;
    let ticket = ctx.desk().by_reference(actor, reference).await?;
    given(&ctx, actor, ticket.id, piece).await
}

/// A file of a case as it is sent to a browser.
pub(crate) async fn given(ctx: &Ctx, actor: Actor, ticket: TicketId, piece: PieceId) -> Answer {
    let (words, content) = ctx.desk().file(actor, ticket, piece).await?;
    let kind = sniff(&content);
    // A picture may stand in a page, if it is one of those that browsers draw and nothing more.
    let inline = kind.class == Class::Image && query_of(&ctx.uri, "show").is_some();
    let disposition = disposition(if inline { "inline" } else { "attachment" }, &words.name);
    let media_type = if inline {
        kind.media_type
    } else {
        "application/octet-stream"
    };
    Response::builder()
        .header(header::CONTENT_TYPE, media_type)
        .header(header::CONTENT_DISPOSITION, disposition)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        )
        .header(header::CACHE_CONTROL, "private, no-store")
        .body(Body::from(content))
        .map_err(Fault::broken)
}

/// RFC 6266, with the name for old browsers in letters that are safe and for others as it is.
fn disposition(how: &str, name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._- ".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let encoded = crate::web::address::encode(name).replace('/', "%2F");
    let value = format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_add_a_header() {
        let value = disposition("attachment", "रसीद\"; filename=x.html\r\nSet-Cookie: a");
        let value = value.to_str().unwrap();
        assert!(
            !value.contains('\n') && !value.contains("Set-Cookie: "),
            "{value}"
        );
        assert!(value.starts_with("attachment; filename=\"____"), "{value}");
    }
}

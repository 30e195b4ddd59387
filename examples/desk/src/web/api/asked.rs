//! What a program asks with: its token, the headers that make a request safe to repeat, a body of JSON.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use crcore::{Acting, Actor, Error, Ticket};
use crcore_adapters::accounts::ApiToken;
use serde::de::DeserializeOwned;

use super::scope::Scope;
use crate::web::app::App;
use crate::web::ctx::Ctx;
use crate::web::fault::Fault;

/// The largest body of JSON, in bytes: the longest text that the desk takes, each letter escaped.
pub(super) const JSON_MAX: usize = 512 * 1024;

/// A program that asks. Who it acts as is had for a scope alone, so that no handler forgets to ask for one.
pub(crate) struct Program {
    pub(super) ctx: Ctx,
    pub(super) token: Arc<ApiToken>,
    pub(super) headers: HeaderMap,
}

impl FromRequestParts<App> for Program {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let Ok(ctx) = Ctx::from_request_parts(parts, app).await;
        let token = ctx.visitor.program.clone().ok_or_else(Fault::no_token)?;
        let headers = parts.headers.clone();
        Ok(Self {
            ctx,
            token,
            headers,
        })
    }
}

impl Program {
    /// Who acts, where the token has this scope.
    pub(super) fn may(&self, scope: Scope) -> Result<Actor, Fault> {
        if self.token.scopes.contains(scope.name()) {
            return Ok(self.token.actor());
        }
        let fault = Fault::new(StatusCode::FORBIDDEN, "scope");
        Err(fault.detail(format!("a token with the scope {}", scope.name())))
    }

    /// The same as hands that do: under the idempotency key of the request, and only to what was looked at.
    pub(super) fn acting(&self, scope: Scope) -> Result<Acting<'_>, Fault> {
        let mut acting = self.ctx.desk().acting(self.may(scope)?);
        if let Some(key) = self.key()? {
            acting = acting.with_key(key);
        }
        if let Some(version) = self.seen()? {
            acting = acting.seen_at(version);
        }
        Ok(acting)
    }

    /// The idempotency key.
    pub(super) fn key(&self) -> Result<Option<String>, Fault> {
        let expected = || Fault::invalid("Idempotency-Key", "1 to 255 visible ASCII characters");
        let Some(value) = self.headers.get("idempotency-key") else {
            return Ok(None);
        };
        let key = value.to_str().map_err(|_| expected())?;
        if key.is_empty() || key.len() > crcore::command::KEY_MAX {
            return Err(expected());
        }
        Ok(Some(key.to_owned()))
    }

    /// The version that was looked at. `*` and none ask for nothing.
    pub(super) fn seen(&self) -> Result<Option<u64>, Fault> {
        let Some(value) = self.headers.get(header::IF_MATCH) else {
            return Ok(None);
        };
        let value = value.to_str().unwrap_or_default().trim();
        if value == "*" {
            return Ok(None);
        }
        // A proxy that compresses makes a weak tag of ours.
        let tag = value.strip_prefix("W/").unwrap_or(value);
        let tag = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        let version = tag.and_then(|tag| tag.parse().ok());
        let version =
            version.ok_or_else(|| Fault::invalid("If-Match", "the ETag of a ticket, or *"))?;
        Ok(Some(version))
    }

    /// The ticket with this reference or this id.
    pub(super) async fn ticket(&self, actor: Actor, name: &str) -> Result<Ticket, Fault> {
        let desk = self.ctx.desk();
        if let Ok(reference) = name.parse() {
            return Ok(desk.by_reference(actor, reference).await?);
        }
        let id = name.parse().map_err(|_| Fault::not_found())?;
        Ok(desk.ticket(actor, id).await?)
    }
}

/// What went wrong with an act: one that was not at the version of `If-Match` fails as HTTP has it
/// (RFC 9110, 13.1.1).
pub(super) fn refused(error: Error) -> Fault {
    let is_stale = matches!(error, Error::Stale { .. });
    let mut fault = Fault::from(error);
    if is_stale {
        fault.status = StatusCode::PRECONDITION_FAILED;
    }
    fault
}

/// What was expected, of a message of serde's; what was got stays out of it.
fn expected(message: &str, otherwise: &str) -> String {
    if message.starts_with("missing field") {
        return message.to_owned();
    }
    let expected = message.rsplit_once("expected ").map(|(_, rest)| rest);
    let expected = expected.and_then(|rest| rest.split(", got ").next());
    expected.unwrap_or(otherwise).to_owned()
}

/// A body of JSON. What it says and nobody understands is refused and not passed over.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &App) -> Result<Self, Fault> {
        let media = request.headers().get(header::CONTENT_TYPE);
        let media = media.and_then(|value| value.to_str().ok());
        let media = media.and_then(|value| value.split(';').next());
        if !media.is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json")) {
            let fault = Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type");
            return Err(fault.detail("application/json"));
        }
        let body = axum::body::to_bytes(request.into_body(), JSON_MAX).await;
        let body = body.map_err(|_| {
            let fault = Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
            fault.detail(format!("at most {JSON_MAX} bytes"))
        })?;
        let read = serde_json::from_slice(&body).map_err(|error| {
            let otherwise = "JSON as the document at /api/v1/openapi.json has it";
            Fault::invalid("body", expected(&error.to_string(), otherwise))
        });
        Ok(Self(read?))
    }
}

/// What stands in the address behind the question mark.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Asked<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Fault> {
        let read = Query::<T>::try_from_uri(&parts.uri).map_err(|rejection| {
            let otherwise = "parameters as the document at /api/v1/openapi.json has them";
            Fault::invalid("query", expected(&rejection.body_text(), otherwise))
        });
        Ok(Self(read?.0))
    }
}

/// How many items of a page: what was asked for, within what there is.
pub(super) fn limit(asked: Option<u32>, usual: u32, most: u32) -> Result<u32, Fault> {
    match asked {
        None => Ok(usual),
        Some(limit) if (1..=most).contains(&limit) => Ok(limit),
        Some(_) => Err(Fault::invalid("limit", format!("1 to {most}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::expected;

    #[test]
    fn what_was_sent_does_not_come_back() {
        for (message, told) in [
            (
                "invalid type: string \"Asha\", expected u32 at line 1 column 9",
                "u32 at line 1 column 9",
            ),
            (
                "unknown variant `asha`, expected one of `a`, `b`",
                "one of `a`, `b`",
            ),
            (
                "missing field `subject` at line 1 column 2",
                "missing field `subject` at line 1 column 2",
            ),
            ("expected a word, got asha", "a word"),
            ("control character in asha", "JSON"),
        ] {
            assert_eq!(expected(message, "JSON"), told);
        }
    }
}

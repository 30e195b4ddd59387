//! What went wrong with a request, as a page for people and as `problem+json` (RFC 9457) for programs.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crcore::{ClockError, Error, ErrorKind, in_full};
use crcore_adapters::accounts::AccountError;
use serde::Serialize;

/// Why a request was not answered as it was meant. Holds nothing that a person typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) status: StatusCode,
    /// For programs, and the message `fault-CODE`.
    pub(crate) code: &'static str,
    /// What was expected, where that helps: the library's own sentence, for programs and for pages in its
    /// language.
    pub(crate) detail: Option<String>,
    /// The same in the reader's language.
    pub(crate) words: Option<String>,
    /// Which part of the request, where it was one.
    pub(crate) field: Option<String>,
    /// Seconds after which another try makes sense.
    pub(crate) retry_after: Option<u64>,
}

/// What a handler answers.
pub(crate) type Answer = Result<Response, Fault>;

impl Fault {
    pub(crate) fn new(status: StatusCode, code: &'static str) -> Self {
        Self {
            status,
            code,
            detail: None,
            words: None,
            field: None,
            retry_after: None,
        }
    }

    /// What was expected.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// What was expected, in the reader's language.
    pub(crate) fn words(mut self, words: impl Into<String>) -> Self {
        self.words = Some(words.into());
        self
    }

    /// There is no such thing, or not for them.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found")
    }

    /// A program without a token that is good.
    pub(crate) fn no_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "token").detail("a token that is valid")
    }

    /// The request says what cannot be.
    pub(crate) fn invalid(field: &str, expected: impl Into<String>) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid").detail(expected)
        }
    }

    /// Something of ours is wrong; what, is in the log and not in the answer.
    pub(crate) fn broken(why: impl std::fmt::Display) -> Self {
        tracing::error!(%why, "broken");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "broken")
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        if error.kind() == ErrorKind::Broken {
            return Self::broken(error);
        }
        let mut fault = Self::new(status_of(error.kind()), error.code());
        // What a store says of itself is for who runs it.
        if error.kind() == ErrorKind::TryAgain {
            tracing::warn!(error = in_full(&error), "to be tried again");
            fault.retry_after = Some(1);
            return fault;
        }
        fault = fault.detail(error.to_string());
        if let Error::Invalid { field, .. } = &error {
            fault.field = Some(field.clone());
        }
        fault
    }
}

impl From<AccountError> for Fault {
    fn from(error: AccountError) -> Self {
        if error.kind() == ErrorKind::Broken {
            return Self::broken(error);
        }
        let mut fault = Self::new(status_of(error.kind()), error.code()).detail(error.to_string());
        match &error {
            AccountError::Invalid { field, .. } => fault.field = Some((*field).to_owned()),
            AccountError::TryAgain { after, .. } => {
                fault.retry_after =
                    Some(after.map_or(1, |after| after.num_seconds().max(1).unsigned_abs()));
            }
            _ => {}
        }
        fault
    }
}

/// The status of an answer (RFC 9110) that says what the caller can do.
fn status_of(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::NotAllowed => StatusCode::FORBIDDEN,
        ErrorKind::NotPossible => StatusCode::CONFLICT,
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::TryAgain => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Broken => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<ClockError> for Fault {
    fn from(error: ClockError) -> Self {
        Self::broken(error)
    }
}

impl From<minijinja::Error> for Fault {
    fn from(error: minijinja::Error) -> Self {
        Self::broken(format!("{error:#}"))
    }
}

/// RFC 9457.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Problem {
    /// A page about this kind of problem.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// What it is called.
    pub(crate) title: String,
    /// The status of the answer.
    pub(crate) status: u16,
    /// A name that does not change, for programs.
    pub(crate) code: String,
    /// What was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
    /// Which part of the request, where it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
}

impl Fault {
    /// What a program is told of it.
    pub(crate) fn told(&self) -> Problem {
        Problem {
            kind: format!("/problems#{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            code: self.code.to_owned(),
            detail: self.detail.clone(),
            field: self.field.clone(),
        }
    }

    /// The answer to a program.
    pub(crate) fn problem(&self) -> Response {
        let mut response = (self.status, Json(self.told())).into_response();
        let json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        self.hint(&mut response);
        response
    }

    fn hint(&self, response: &mut Response) {
        if self.code == "token" {
            // RFC 9110, 11.6.1, and RFC 6750, 3.
            let bearer = HeaderValue::from_static("Bearer");
            let headers = response.headers_mut();
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        if let Some(seconds) = self.retry_after {
            let value = HeaderValue::from(seconds);
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
    }
}

/// The page comes later, from who knows the reader: see [`super::guard`].
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        self.hint(&mut response);
        response.extensions_mut().insert(self);
        response
    }
}

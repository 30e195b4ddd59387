//! What people fill in. Reading a form checks its mark, so that no form of another site is ever read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use minijinja::context;
use minijinja::value::Value;

use super::app::App;
use super::ctx::Ctx;
use super::fault::Fault;
use super::messages::Argument;
use super::visitor::Visitor;

/// The most fields that one form may send.
const FIELDS_MAX: usize = 300;
/// The most files that one form may send.
pub(crate) const FILES_MAX: usize = 5;
/// The largest form without files, in bytes: the longest text several times over, percent-encoded.
pub(crate) const FORM_MAX: usize = 1024 * 1024;

/// A form that came from a page of ours.
#[derive(Debug, Default)]
pub(crate) struct Form {
    fields: BTreeMap<String, Vec<String>>,
    pub(crate) files: Vec<Upload>,
}

/// A file that was sent.
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) content: Bytes,
}

/// A customer's file stays out of logs.
impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upload({} bytes)", self.content.len())
    }
}

impl FromRequest<App> for Form {
    type Rejection = Fault;

    async fn from_request(mut request: Request, app: &App) -> Result<Self, Fault> {
        let visitor = request.extensions().get::<Visitor>().cloned();
        let visitor = visitor.ok_or_else(|| Fault::broken("a form without a visitor"))?;
        let kind = request.headers().get(header::CONTENT_TYPE);
        let multipart =
            kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
        let header = request.headers().get("x-csrf");
        let header = header
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        // Files come from people who are known: nobody else has room or time made for them.
        let has_files = multipart && visitor.actor().is_some();
        if !has_files {
            DefaultBodyLimit::max(FORM_MAX).apply(&mut request);
        }
        let read = async {
            match multipart {
                true => Self::of_parts(request, app).await,
                false => Self::of_pairs(request, app).await,
            }
        };
        let form = if has_files {
            read.await?
        } else {
            let within = Duration::from_secs(app.settings.limits.header_seconds);
            let read = tokio::time::timeout(within, read).await;
            read.map_err(|_| Fault::new(StatusCode::REQUEST_TIMEOUT, "try_again"))??
        };
        let mark = header.unwrap_or_else(|| form.text("csrf").to_owned());
        if !app.signer.knows_salted("form", &visitor.browser, &mark) {
            return Err(Fault::new(StatusCode::FORBIDDEN, "form_expired"));
        }
        Ok(form)
    }
}

impl Form {
    async fn of_pairs(request: Request, app: &App) -> Result<Self, Fault> {
        let pairs = axum::Form::<Vec<(String, String)>>::from_request(request, app).await;
        let pairs = pairs.map_err(|e| Fault::new(e.into_response().status(), "invalid"))?;
        let mut form = Self::default();
        for (name, value) in pairs.0.into_iter().take(FIELDS_MAX) {
            form.fields.entry(name).or_default().push(value);
        }
        Ok(form)
    }

    async fn of_parts(request: Request, app: &App) -> Result<Self, Fault> {
        let unreadable = |status| Fault::new(status, "invalid").detail("a form with files");
        let mut parts = Multipart::from_request(request, app)
            .await
            .map_err(|e| unreadable(e.status()))?;
        let mut form = Self::default();
        let mut left = FIELDS_MAX;
        while let Some(part) = parts
            .next_field()
            .await
            .map_err(|e| unreadable(e.status()))?
        {
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned);
            let content = part.bytes().await.map_err(|e| unreadable(e.status()))?;
            left = left
                .checked_sub(1)
                .ok_or_else(|| unreadable(StatusCode::PAYLOAD_TOO_LARGE))?;
            match file {
                // A file field that was left empty is sent as a file without name and content.
                Some(name) if name.is_empty() && content.is_empty() => {}
                Some(_) if form.files.len() == FILES_MAX => {
                    return Err(Fault::invalid(
                        "files",
                        format!("at most {FILES_MAX} files"),
                    ));
                }
                Some(name) => form.files.push(Upload { name, content }),
                None => {
                    let text = String::from_utf8(content.to_vec());
                    let text = text.map_err(|_| unreadable(StatusCode::BAD_REQUEST))?;
                    form.fields.entry(name).or_default().push(text);
                }
            }
        }
        Ok(form)
    }

    /// What was filled in, without white space around; nothing where it was not.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// What was filled in, to the letter: for passwords.
    pub(crate) fn raw(&self, name: &str) -> &str {
        let values = self.fields.get(name);
        values
            .and_then(|values| values.first())
            .map_or("", String::as_str)
    }

    /// Everything that was chosen.
    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a box was ticked.
    pub(crate) fn is_ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// A code, a number, an id.
    pub(crate) fn parse<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).parse().ok()
    }

    /// The form with one field answered so.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.insert(name.to_owned(), vec![value.to_owned()]);
        self
    }

    /// The whole form as one line, for a draft; marks are left out.
    pub(crate) fn encoded(&self) -> String {
        let kept = self
            .fields
            .iter()
            .filter(|(name, _)| !["csrf", "key"].contains(&name.as_str()));
        let mut line = String::new();
        for (name, value) in
            kept.flat_map(|(name, values)| values.iter().map(move |value| (name, value)))
        {
            if !line.is_empty() {
                line.push('&');
            }
            escape(name, &mut line);
            line.push('=');
            escape(value, &mut line);
        }
        line
    }

    /// The form that such a line was; an empty one where it is none.
    pub(crate) async fn decoded(line: &str) -> Self {
        let mut form = Self::default();
        let request = Request::post("/")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(line.to_owned().into());
        let Ok(request) = request else { return form };
        let pairs = axum::Form::<Vec<(String, String)>>::from_request(request, &()).await;
        for (name, value) in pairs.map(|pairs| pairs.0).unwrap_or_default() {
            form.fields.entry(name).or_default().push(value);
        }
        form
    }

    /// What was typed, for the same form shown again. Passwords, codes and marks are not shown again; what the
    /// bank's own questions are called says nothing of that.
    pub(crate) fn given(&self) -> Value {
        let secret = |name: &str| name.contains("password") || name.contains("code");
        let shown = |name: &&String| {
            !["csrf", "key"].contains(&name.as_str()) && (name.starts_with("f-") || !secret(name))
        };
        let given = self
            .fields
            .iter()
            .filter(|(name, _)| shown(name))
            .map(|(name, values)| {
                let value = match values.as_slice() {
                    [one] => Value::from(one.as_str()),
                    many => Value::from(many.to_vec()),
                };
                (name.as_str(), value)
            });
        Value::from_pairs(given)
    }
}

/// Escapes what has a meaning in a line of pairs and nothing else: a text in any script stays about as long as it
/// is.
fn escape(text: &str, line: &mut String) {
    for c in text.chars() {
        match c {
            ' ' => line.push('+'),
            '%' | '&' | '=' | '+' | '\0'..='\x1f' => {
                let _ = write!(line, "%{:02X}", u32::from(c));
            }
            _ => line.push(c),
        }
    }
}

/// What is wrong with a form: which question, and a message that says what is expected.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    found: Vec<Wrong>,
}

/// The question, the message, and what it is told with.
type Wrong = (String, String, Vec<(String, Argument)>);

impl Errors {
    /// `message` stands in the message files.
    pub(crate) fn add(&mut self, field: &str, message: &str) {
        self.add_with(field, message, Vec::new());
    }

    pub(crate) fn add_with(
        &mut self,
        field: &str,
        message: &str,
        arguments: Vec<(String, Argument)>,
    ) {
        self.found
            .push((field.to_owned(), message.to_owned(), arguments));
    }

    pub(crate) fn check(&mut self, holds: bool, field: &str, message: &str) {
        if !holds {
            self.add(field, message);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The questions that were not answered right.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.found.iter().map(|(field, ..)| field.as_str())
    }

    /// The form as it came back, for the macros: what was given, and what is wrong with it.
    pub(crate) fn filled(&self, ctx: &Ctx, form: &Form) -> Value {
        let errors: Vec<Value> = self
            .found
            .iter()
            .map(|(field, message, arguments)| {
                context! { field => field, text => ctx.text(message, arguments) }
            })
            .collect();
        context! { given => form.given(), errors => errors }
    }
}

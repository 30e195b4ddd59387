//! Pages: templates filled in, in the reader's language. A bank's own templates, in a folder of its
//! own, take the place of those that ship, file by file.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use crcore::to_micros;
use include_dir::{Dir, include_dir};
use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};

use super::dates;
use super::messages::{Argument, Messages};

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The templates, made ready once.
pub(crate) struct Pages {
    environment: Environment<'static>,
    messages: Arc<Messages>,
}

/// Who reads a page, where and when.
#[derive(Clone)]
pub(crate) struct Reader {
    pub(crate) language: String,
    pub(crate) zone: Tz,
    pub(crate) now: DateTime<Utc>,
}

impl Pages {
    /// `assets` are the addresses under which assets are served, by the names that templates use.
    pub(crate) fn new(
        theme: Option<PathBuf>,
        messages: Arc<Messages>,
        assets: HashMap<String, String>,
    ) -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // A demo's debug build takes templates from where they are written, so that a change shows.
        let written = cfg!(debug_assertions)
            .then(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")));
        environment.set_loader(move |name| {
            for folder in theme.iter().chain(&written) {
                if let Ok(text) = std::fs::read_to_string(folder.join(safe(name)?)) {
                    return Ok(Some(text));
                }
            }
            let shipped = TEMPLATES.get_file(name);
            Ok(shipped
                .and_then(|file| file.contents_utf8())
                .map(str::to_owned))
        });
        environment.add_function("asset", move |name: String| {
            let address = assets.get(&format!("/{name}")).cloned();
            address.unwrap_or_else(|| format!("/{name}"))
        });
        compile(&environment, &TEMPLATES);
        Self {
            environment,
            messages,
        }
    }

    /// Fills a template in. `page` is what every page knows.
    pub(crate) fn render(
        &self,
        template: &str,
        reader: &Reader,
        page: Value,
        context: Value,
    ) -> Result<String, Error> {
        let mut environment = self.environment.clone();
        let (messages, language) = (self.messages.clone(), reader.language.clone());
        environment.add_function("t", move |id: String, arguments: Kwargs| {
            translate(&messages, &language, &id, &arguments)
        });
        let (messages, language) = (self.messages.clone(), reader.language.clone());
        environment.add_function("knows", move |id: String| {
            let _ = &language;
            messages.has(&id)
        });
        let (messages, reader_) = (self.messages.clone(), reader.clone());
        environment.add_function("when", move |instant: Value| {
            when(&messages, &reader_, &instant)
        });
        let (messages, reader_) = (self.messages.clone(), reader.clone());
        environment.add_function("day", move |instant: Value| {
            day(&messages, &reader_, &instant)
        });
        let (messages, reader_) = (self.messages.clone(), reader.clone());
        environment.add_function("ago", move |instant: Value| {
            ago(&messages, &reader_, &instant)
        });
        environment.add_global("page", page);
        environment.get_template(template)?.render(context)
    }
}

/// Compiles every template once, so that the environment of each page, which is a copy, has them. What is
/// wrong with one is said by the page that needs it.
fn compile(environment: &Environment<'_>, folder: &Dir<'_>) {
    for name in folder.files().filter_map(|file| file.path().to_str()) {
        let _ = environment.get_template(name);
    }
    for folder in folder.dirs() {
        compile(environment, folder);
    }
}

/// A template's name stays inside its folder.
fn safe(name: &str) -> Result<&str, Error> {
    let plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains('\\');
    if name.split('/').all(plain) {
        Ok(name)
    } else {
        Err(Error::new(
            ErrorKind::TemplateNotFound,
            "not a template's name",
        ))
    }
}

fn translate(
    messages: &Messages,
    language: &str,
    id: &str,
    arguments: &Kwargs,
) -> Result<String, Error> {
    let mut filled = Vec::new();
    for name in arguments.args() {
        let value: Value = arguments.get(name)?;
        let argument = match value.kind() {
            ValueKind::Number => Argument::Number(f64::try_from(value)?),
            _ => Argument::Text(value.to_string()),
        };
        filled.push((name.to_owned(), argument));
    }
    Ok(messages.text(language, id, &filled))
}

fn instant(value: &Value) -> Result<DateTime<Utc>, Error> {
    let text = value.to_string();
    DateTime::parse_from_rfc3339(text.trim_matches('"'))
        .map(|at| at.to_utc())
        .map_err(|_| Error::new(ErrorKind::InvalidOperation, "expected an instant"))
}

/// `5 Mar 2026, 16:30`, with the zone in the title.
fn when(messages: &Messages, reader: &Reader, value: &Value) -> Result<Value, Error> {
    let Ok(at) = instant(value).map(|at| at.with_timezone(&reader.zone)) else {
        return Ok(value.clone());
    };
    Ok(Value::from_safe_string(format!(
        "<time datetime=\"{}\" title=\"{}\">{}</time>",
        at.to_utc().to_rfc3339(),
        at.format("%Y-%m-%d %H:%M %Z"),
        dates::instant(messages, &reader.language, at),
    )))
}

/// `5 March 2026`.
fn day(messages: &Messages, reader: &Reader, value: &Value) -> Result<Value, Error> {
    let Ok(at) = instant(value).map(|at| at.with_timezone(&reader.zone)) else {
        return Ok(value.clone());
    };
    Ok(Value::from_safe_string(format!(
        "<time datetime=\"{}\">{}</time>",
        at.format("%Y-%m-%d"),
        dates::long_day(messages, &reader.language, at.date_naive()),
    )))
}

/// How long ago or ahead, in the largest unit that fits; a script keeps it fresh.
fn ago(messages: &Messages, reader: &Reader, value: &Value) -> Result<Value, Error> {
    let Ok(at) = instant(value) else {
        return Ok(value.clone());
    };
    let (text, zoned) = (
        relative(messages, reader, at),
        at.with_timezone(&reader.zone),
    );
    Ok(Value::from_safe_string(format!(
        "<time datetime=\"{}\" title=\"{}\" data-relative>{text}</time>",
        to_micros(at).to_rfc3339(),
        format_args!(
            "{} {}",
            dates::instant(messages, &reader.language, zoned),
            zoned.format("%Z")
        ),
    )))
}

/// The words for a distance of time.
pub(crate) fn relative(messages: &Messages, reader: &Reader, at: DateTime<Utc>) -> String {
    let distance = (reader.now - at).abs();
    let (unit, count) = if distance < TimeDelta::minutes(1) {
        ("now", 0)
    } else if distance < TimeDelta::hours(1) {
        ("minutes", distance.num_minutes())
    } else if distance < TimeDelta::days(2) {
        ("hours", distance.num_hours())
    } else {
        ("days", distance.num_days())
    };
    let id = match (unit, at > reader.now) {
        ("now", _) => "time-now".to_owned(),
        (unit, true) => format!("time-in-{unit}"),
        (unit, false) => format!("time-{unit}-ago"),
    };
    let count = count.unsigned_abs().into();
    messages.text(&reader.language, &id, &[("count".to_owned(), count)])
}

//! What the desk says to people, as texts that a bank can replace.
//!
//! ```
//! use crcore_adapters::{Templates, Texts};
//!
//! let mut texts = Texts::default(); // English and Hindi
//! let replied = "replied".parse()?;
//! if let Some(text) = texts.languages.get_mut(&"en".parse()?).and_then(|set| set.get_mut(&replied)) {
//!     text.subject = "Example Bank: news on {{ reference }}".into();
//! }
//! let templates = Templates::new(texts)?; // refuses what could not be rendered later
//!
//! let variables = [
//!     ("reference", "0123A-BCDEF-G"), ("name", "Asha"), ("subject", "Card blocked"), ("kind", "complaint"),
//!     ("service", "cards"), ("status", "open"), ("link", "https://care.bank.example/cases/0123A-BCDEF-G"),
//!     ("message", "We sent you a new card & a PIN."),
//! ];
//! let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
//! let told = templates.render(&replied, &"en-IN".parse()?, &variables)?;
//! assert_eq!(told.language.as_str(), "en");
//! assert_eq!(told.subject, "Example Bank: news on 0123A-BCDEF-G");
//! assert!(told.text.contains("a new card & a PIN."));
//! assert!(told.html.contains("a new card &amp; a PIN."));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A bank that would rather keep files than code reads them with [`Texts::with_folder`]. [`KeptTexts`] has
//! them in the store, where admins change them while the desk is at work.
//!
//! # What each text may use
//!
//! Every text may use `reference`, `name`, `subject`, `kind`, `service`, `status` and `link`, and besides:
//!
//! | text | told to | when | besides |
//! |---|---|---|---|
//! | `acknowledged` | the customer | the ticket came in | `due` |
//! | `replied` | the customer | an agent answered | `message` |
//! | `quoted` | the customer | a price was quoted | `amount`, `until`, `message` |
//! | `resolved` | the customer | it was resolved | `outcome`, `message` |
//! | `transcript` | the customer | a chat is over | `message`: who said what, and when |
//! | `reopened` | its agent | it was taken up again | `due` |
//! | `closed` | the customer | it is over | `outcome` |
//! | `assigned` | an agent | it became theirs | `due` |
//! | `sla-warning` | staff | a deadline is near | `due` |
//! | `sla-breached` | staff | a deadline has passed | `due` |
//! | `escalated` | staff | a step of the escalation was reached | `due` |
//! | one of the bank's own | | | `message`, `outcome`, `due`, `amount`, `until` |
//!
//! | variable | what it holds | empty when |
//! |---|---|---|
//! | `reference` | what people call the ticket by | never |
//! | `name` | how the receiver is addressed | it is not known |
//! | `subject` | the ticket's subject line, as it was typed | it was erased |
//! | `kind`, `service`, `status` | codes: `complaint`, `cards`, `waiting_for_customer` | never |
//! | `link` | where the receiver finds the ticket | the desk was told of no [`CasePages`](crcore::CasePages) |
//! | `outcome` | a code: `partly_upheld` | it went on in another ticket |
//! | `message` | the words that are told, as they were typed | there are none |
//! | `amount` | the price quoted last, as the receiver's language writes it: `INR 1,499.50` | there is none |
//! | `until` | the last day on which it can be accepted: `2026-03-31` | there is none |
//! | `due` | the deadline, in the desk's time zone: `2026-03-02 09:30 IST` | there is none |
//!
//! Each of the codes comes a second time with `_label`, as what it is called in the text's language:
//! `kind_label`, `service_label`, `status_label`, `outcome_label`: by [`Texts::labels`], a service else by its title
//! in the catalogue.
//!
//! The desk fills every variable that its text may use; what does not apply is empty. A variable that
//! is not filled is an error and not a blank: in a template when it is loaded, in a message when it is
//! rendered.
//!
//! Letters about an account are other texts: they are of no ticket, and use `bank` (the bank's name),
//! `name` and what [`LETTERS`] says.
//!
//! # Which language
//!
//! For each text by itself: the tag that was asked for, exactly (`pt-BR`); else its primary subtag
//! (`pt`); else [`Texts::default`]. [`Rendered::language`] says which it was.

mod check;
mod kept;
mod texts;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use crcore::Code;
use crcore::ticket::Language;
use minijinja::value::Value;
use minijinja::{Environment, ErrorKind, UndefinedBehavior};

pub use kept::{CurrentTemplates, Following, KeptTexts, TEXT_PART_MAX, TextChange};
pub use texts::{Labels, Text, Texts};

/// What every text may use.
pub const COMMON: [&str; 7] = [
    "reference",
    "name",
    "subject",
    "kind",
    "service",
    "status",
    "link",
];

/// What each text of the desk may use besides [`COMMON`].
pub const TEXTS: [(&str, &[&str]); 11] = [
    ("acknowledged", &["due"]),
    ("replied", &["message"]),
    ("quoted", &["amount", "until", "message"]),
    ("resolved", &["outcome", "message"]),
    ("transcript", &["message"]),
    ("reopened", &["due"]),
    ("closed", &["outcome"]),
    ("assigned", &["due"]),
    ("sla-warning", &["due"]),
    ("sla-breached", &["due"]),
    ("escalated", &["due"]),
];

/// What every letter about an account may use.
pub const LETTER_COMMON: [&str; 2] = ["bank", "name"];

/// Every letter about an account, and what it may use besides [`LETTER_COMMON`].
pub const LETTERS: [(&str, &[&str]); 11] = [
    ("account-code", &["code", "minutes"]),
    ("account-known", &["link"]),
    ("account-reset", &["link", "minutes"]),
    ("account-invite", &["link", "days"]),
    ("account-address-changed", &[]),
    ("account-password-changed", &[]),
    ("account-factor-changed", &[]),
    ("account-new-device", &["device"]),
    ("account-linked", &["provider"]),
    ("account-locked", &["link"]),
    ("track-link", &["reference", "link", "hours"]),
];

/// Variables that hold codes, which have a name for people too.
const LABELLED: [(&str, &str); 4] = [
    ("kind", "kind_label"),
    ("service", "service_label"),
    ("status", "status_label"),
    ("outcome", "outcome_label"),
];

/// How deep a text may call and include: a layout, and what it calls.
const DEPTH_MAX: usize = 16;
/// The stack of whoever looks at texts. One of 32 KiB can be nothing but a sign before a sign, thousands deep,
/// and is parsed and taken apart by calls within calls. Untouched, a stack takes no memory.
const STACK: usize = 256 * 1024 * 1024;
/// What one rendering may do: minijinja counts one for an instruction and for some 64 bytes of data
/// made, so this bounds time and memory, and leaves room for a message of a megabyte.
const FUEL: u64 = 500_000;

/// Whether a text is a letter about an account and not about a ticket.
fn is_letter(text: &Code) -> bool {
    LETTERS.iter().any(|(code, _)| *code == text.as_str())
}

/// What a text may use, without the labels; whoever owes it fills all of them.
pub fn variables(text: &Code) -> impl Iterator<Item = &'static str> {
    let common = if is_letter(text) {
        &LETTER_COMMON[..]
    } else {
        &COMMON[..]
    };
    let besides = TEXTS
        .iter()
        .chain(&LETTERS)
        .find(|(code, _)| *code == text.as_str())
        .map_or(
            &["message", "outcome", "due", "amount", "until"][..],
            |(_, besides)| besides,
        );
    common.iter().chain(besides).copied()
}

/// Texts that were checked: each can be rendered from what the desk fills.
pub struct Templates {
    environment: Environment<'static>,
    texts: Texts,
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Templates({:?})", self.texts.languages.keys())
    }
}

/// A text made ready for one receiver.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The language it is in.
    pub language: Language,
    /// The subject line: one line.
    pub subject: String,
    /// The body as plain text, with `\n` between lines.
    pub text: String,
    /// The body as HTML.
    pub html: String,
}

/// A customer's words stay out of logs.
impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rendered({}, {} bytes)", self.language, self.text.len())
    }
}

/// Which part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Subject,
    Text,
    Html,
}

impl Part {
    const ALL: [Self; 3] = [Self::Subject, Self::Text, Self::Html];

    fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Text => "text",
            Self::Html => "html",
        }
    }

    fn of(self, text: &Text) -> &str {
        match self {
            Self::Subject => &text.subject,
            Self::Text => &text.text,
            Self::Html => &text.html,
        }
    }

    /// The name minijinja knows it by; the ending decides what is escaped.
    fn template(self, language: &Language, code: &Code) -> String {
        format!("{language}/{code}.{}", self.name())
    }
}

/// A text cannot be rendered. Says where; never contains what a message would have said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct TemplateError {
    place: String,
    what: String,
}

impl TemplateError {
    fn file(path: &Path, what: impl fmt::Display) -> Self {
        Self {
            place: path.display().to_string(),
            what: what.to_string(),
        }
    }

    fn text(code: &Code, language: &Language, what: impl Into<String>) -> Self {
        Self {
            place: format!("text \"{code}\" in \"{language}\""),
            what: what.into(),
        }
    }

    fn part(code: &Code, language: &Language, part: Part, what: impl Into<String>) -> Self {
        Self {
            place: format!("{} of text \"{code}\" in \"{language}\"", part.name()),
            what: what.into(),
        }
    }
}

impl Templates {
    /// Checks the texts: each is parsed, uses what its text may use, is rendered with everything
    /// filled and once more with everything empty that may be, and is not blank; each subject of a text
    /// about a ticket names the reference; each text exists in the default language, and so does each text of the desk.
    ///
    /// # Errors
    /// [`TemplateError`] that names the text, the language, the part and the variable.
    pub fn new(texts: Texts) -> Result<Self, TemplateError> {
        let failed = |what: String| TemplateError {
            place: "the texts".into(),
            what,
        };
        let looking = std::thread::Builder::new()
            .name("texts".into())
            .stack_size(STACK);
        let looking = looking.spawn(move || Self::checked(texts));
        let looked = looking.map_err(|e| failed(format!("no thread to look at them: {e}")))?;
        let looked = looked.join();
        looked.unwrap_or_else(|_| Err(failed("looking at them failed".into())))
    }

    fn checked(texts: Texts) -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(DEPTH_MAX);
        // Off in every build, or an error would carry the values of a message.
        environment.set_debug(false);
        check::load(&mut environment, &texts)?;
        let templates = Self { environment, texts };
        check::all(&templates)?;
        Ok(templates)
    }

    /// The text in the language that comes nearest to `language`, filled with `variables`.
    ///
    /// # Errors
    /// [`TemplateError`] where there is no such text or a variable is not filled.
    pub fn render(
        &self,
        text: &Code,
        language: &Language,
        variables: &BTreeMap<String, String>,
    ) -> Result<Rendered, TemplateError> {
        let language = self.nearest(text, language).ok_or_else(|| {
            TemplateError::text(text, language, "there is no text with this code")
        })?;
        if let Some(missing) = self::variables(text).find(|v| !variables.contains_key(*v)) {
            let what = format!("the variable \"{missing}\" is not filled");
            return Err(TemplateError::text(text, language, what));
        }
        let context = self.context(language, variables);
        let render = |part| {
            self.part(text, language, part, &context).map_err(|e| {
                // Its detail may quote a value.
                let what = format!("{} (line {})", e.kind(), e.line().unwrap_or(0));
                TemplateError::part(text, language, part, what)
            })
        };
        Ok(Rendered {
            subject: one_line(&render(Part::Subject)?),
            text: render(Part::Text)?,
            html: render(Part::Html)?,
            language: language.clone(),
        })
    }

    /// The text filled with made-up values: what those see who change it.
    ///
    /// # Errors
    /// [`TemplateError`] where there is no such text.
    pub fn example(&self, text: &Code, language: &Language) -> Result<Rendered, TemplateError> {
        self.render(text, language, &check::sample(text, true))
    }

    fn nearest(&self, text: &Code, asked: &Language) -> Option<&Language> {
        let primary = asked.as_str().split('-').next().unwrap_or_default();
        [asked.as_str(), primary, self.texts.default.as_str()]
            .into_iter()
            .filter_map(|tag| self.texts.languages.get_key_value(&tag.parse().ok()?))
            .find(|(_, set)| set.contains_key(text))
            .map(|(language, _)| language)
    }

    fn context(&self, language: &Language, variables: &BTreeMap<String, String>) -> Value {
        let labels = self.texts.labels.get(language);
        let mut context: BTreeMap<&str, &str> = variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        for (variable, label) in LABELLED {
            let Some(code) = variables.get(variable) else {
                continue;
            };
            let named = labels.and_then(|l| l.get(variable)?.get(code));
            let told = named.or_else(|| variables.get(label));
            context.insert(label, told.unwrap_or(code));
        }
        context.insert("language", language.as_str());
        context.insert("direction", direction(language));
        let title = variables.get("reference").or(variables.get("bank"));
        context.insert("title", title.map_or("", String::as_str));
        let filled = |(name, value): (&str, &str)| (name.to_owned(), Value::from(value));
        Value::from(context.into_iter().map(filled).collect::<BTreeMap<_, _>>())
    }

    fn part(
        &self,
        text: &Code,
        language: &Language,
        part: Part,
        context: &Value,
    ) -> Result<String, minijinja::Error> {
        self.environment
            .get_template(&part.template(language, text))?
            .render(context.clone())
    }
}

/// The text on one line, without control characters and without those that turn the direction of what
/// follows them: what a mail program shows must be what was meant.
pub(crate) fn one_line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = |c: char| c.is_control() || c.is_whitespace();
    let text: String = text.chars().filter(|c| !turns(*c)).collect();
    let words: Vec<&str> = text.split(breaks).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Which way a language is written.
fn direction(language: &Language) -> &'static str {
    // Languages in use whose usual script runs from right to left (Unicode CLDR, characterOrder).
    match language.as_str().split('-').next() {
        Some("ar" | "ckb" | "dv" | "fa" | "he" | "ks" | "ps" | "sd" | "ug" | "ur" | "yi") => "rtl",
        _ => "ltr",
    }
}

/// Whether rendering stopped because a template does too much.
fn is_too_much(e: &minijinja::Error) -> bool {
    e.kind() == ErrorKind::OutOfFuel
}

//! The texts as a value: the ones that ship, and the bank's own over them.

use std::collections::BTreeMap;
use std::path::Path;

use crcore::Code;
use crcore::ticket::Language;
use serde::{Deserialize, Serialize};

use super::TemplateError;

/// Every text in every language, before it is checked by [`Templates::new`](super::Templates::new).
///
/// The default has each text of the desk in English and in Hindi.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// The language of last resort; it has every text that any language has.
    pub default: Language,
    /// What every HTML body stands in, as `layout.html`; knows `language` (a BCP 47 tag),
    /// `direction` (`ltr` or `rtl`) and `title` (the reference, or the bank's name) and no other.
    pub layout: String,
    /// The texts by language and by code.
    pub languages: BTreeMap<Language, BTreeMap<Code, Text>>,
    /// What the desk's codes are called: by language, by variable (`kind`, `service`, `status`,
    /// `outcome`), by code. A code without a name is shown as it is.
    pub labels: BTreeMap<Language, Labels>,
}

/// What the desk's codes are called in one language: by variable, by code.
pub type Labels = BTreeMap<String, BTreeMap<String, String>>;

/// One text in one language, in the Jinja syntax of [minijinja](https://docs.rs/minijinja).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The subject line; of a text about a ticket, it names the reference.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as HTML; values are escaped.
    pub html: String,
}

macro_rules! shipped {
    ($language:literal: $($code:literal)*) => {
        (
            $language,
            include_str!(concat!($language, "/labels.json")),
            &[$((
                $code,
                include_str!(concat!($language, "/", $code, ".txt")),
                include_str!(concat!($language, "/", $code, ".html")),
            )),*],
        )
    };
}

type Shipped = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str, &'static str)],
);

const SHIPPED: [Shipped; 2] = [
    shipped!("en": "acknowledged" "replied" "quoted" "resolved" "transcript" "reopened" "closed" "assigned" "sla-warning" "sla-breached" "escalated"
        "account-code" "account-known" "account-reset" "account-invite" "account-address-changed" "account-password-changed" "account-factor-changed" "account-new-device" "account-linked" "account-locked" "track-link"),
    shipped!("hi": "acknowledged" "replied" "quoted" "resolved" "transcript" "reopened" "closed" "assigned" "sla-warning" "sla-breached" "escalated"
        "account-code" "account-known" "account-reset" "account-invite" "account-address-changed" "account-password-changed" "account-factor-changed" "account-new-device" "account-linked" "account-locked" "track-link"),
];

impl Default for Texts {
    fn default() -> Self {
        let mut texts = Self {
            default: Language::default(),
            layout: include_str!("layout.html").to_owned(),
            languages: BTreeMap::new(),
            labels: BTreeMap::new(),
        };
        // A file of ours that could not be read would be missed here; a test counts them.
        for (language, labels, files) in SHIPPED {
            let Ok(language) = language.parse::<Language>() else {
                continue;
            };
            let labels = serde_json::from_str(labels).unwrap_or_default();
            texts.labels.insert(language.clone(), labels);
            let set = texts.languages.entry(language).or_default();
            for (code, plain, html) in files.iter().copied() {
                let Ok(code) = code.parse() else { continue };
                let mut text = Text::default();
                text.set_plain(plain);
                html.clone_into(&mut text.html);
                set.insert(code, text);
            }
        }
        texts
    }
}

impl Text {
    /// The subject is the first line of the file, and the text what follows the blank line after it.
    fn set_plain(&mut self, file: &str) {
        let file = file.replace("\r\n", "\n");
        let (subject, text) = file.split_once('\n').unwrap_or((&file, ""));
        subject.trim().clone_into(&mut self.subject);
        text.trim_start_matches('\n').clone_into(&mut self.text);
    }
}

impl Texts {
    /// These texts with the files of a folder over them: what the folder does not have stays.
    ///
    /// | file | what it replaces |
    /// |---|---|
    /// | `layout.html` | the layout |
    /// | `LANGUAGE/CODE.txt` | the subject (first line) and, after a blank line, the text |
    /// | `LANGUAGE/CODE.html` | the HTML |
    /// | `LANGUAGE/labels.json` | the names of the codes of each variable that it has |
    ///
    /// # Errors
    /// [`TemplateError`] that names the file which cannot be read or stands where none is expected.
    pub fn with_folder(mut self, folder: impl AsRef<Path>) -> Result<Self, TemplateError> {
        for path in entries(folder.as_ref())? {
            if path.is_dir() {
                let language: Language = name(&path)
                    .parse()
                    .map_err(|e| TemplateError::file(&path, e))?;
                for file in entries(&path)? {
                    self.take(&language, &file)?;
                }
            } else if name(&path) == "layout.html" {
                self.layout = read(&path)?;
            } else {
                return Err(TemplateError::file(
                    &path,
                    "expected layout.html or a folder named by a language",
                ));
            }
        }
        Ok(self)
    }

    fn take(&mut self, language: &Language, file: &Path) -> Result<(), TemplateError> {
        let wrong = |e: &dyn std::fmt::Display| TemplateError::file(file, e);
        let file_name = name(file);
        if file_name == "labels.json" {
            let labels: Labels = serde_json::from_str(&read(file)?).map_err(|e| wrong(&e))?;
            self.labels
                .entry(language.clone())
                .or_default()
                .extend(labels);
            return Ok(());
        }
        let Some((code, kind @ ("txt" | "html"))) = file_name.rsplit_once('.') else {
            return Err(wrong(&"expected CODE.txt, CODE.html or labels.json"));
        };
        let code: Code = code.parse().map_err(|e| wrong(&e))?;
        let content = read(file)?;
        let set = self.languages.entry(language.clone()).or_default();
        let text = set.entry(code).or_default();
        if kind == "txt" {
            text.set_plain(&content);
        } else {
            text.html = content;
        }
        Ok(())
    }
}

/// A folder's visible entries, sorted.
fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>, TemplateError> {
    let list = std::fs::read_dir(folder).map_err(|e| TemplateError::file(folder, e))?;
    let mut paths = Vec::new();
    for entry in list {
        let path = entry.map_err(|e| TemplateError::file(folder, e))?.path();
        if !name(&path).starts_with('.') {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|n| n.to_str()).unwrap_or("")
}

fn read(path: &Path) -> Result<String, TemplateError> {
    std::fs::read_to_string(path).map_err(|e| TemplateError::file(path, e))
}

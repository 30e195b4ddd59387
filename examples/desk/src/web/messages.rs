//! What the desk says on its pages, in the reader's language, from the message files in `locales/`.

use std::collections::BTreeMap;

use crcore::store::Total;
use crcore::ticket::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use include_dir::{Dir, include_dir};
use unic_langid::LanguageIdentifier;

use crate::failure::{Failure, Result};

static LOCALES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/locales");

/// The language that has every message.
const FALLBACK: &str = "en";

type Bundle = FluentBundle<FluentResource>;

/// All messages in all languages.
pub(crate) struct Messages {
    bundles: BTreeMap<String, Bundle>,
}

impl Messages {
    /// Reads the message files that ship.
    pub(crate) fn read() -> Result<Self> {
        let mut bundles = BTreeMap::new();
        for folder in LOCALES.dirs() {
            let name = folder.path().to_string_lossy().into_owned();
            let language: LanguageIdentifier = name.parse().map_err(Failure::failed)?;
            let mut bundle = FluentBundle::new_concurrent(vec![language]);
            // Marks around values are for mixed directions; a page has its own, and they would be
            // heard by screen readers.
            bundle.set_use_isolating(false);
            for file in folder.files() {
                let path = file.path().display();
                let text = file.contents_utf8().unwrap_or_default().to_owned();
                let resource = FluentResource::try_new(text).map_err(|(_, errors)| {
                    Failure::failed(format!("the messages {path}: {errors:?}"))
                })?;
                bundle.add_resource(resource).map_err(|errors| {
                    Failure::failed(format!("the messages {path}: {errors:?}"))
                })?;
            }
            bundles.insert(name, bundle);
        }
        Ok(Self { bundles })
    }

    /// The languages that there are.
    pub(crate) fn languages(&self) -> impl Iterator<Item = &str> {
        self.bundles.keys().map(String::as_str)
    }

    /// The language of ours that comes nearest to what a browser accepts (RFC 9110, 12.5.4).
    pub(crate) fn negotiate(&self, accepted: &str) -> Option<Language> {
        let mut wanted: Vec<(f32, &str)> = accepted
            .split(',')
            .filter_map(|part| {
                let (tag, quality) = part.split_once(";q=").unwrap_or((part, "1"));
                Some((quality.trim().parse().ok()?, tag.trim()))
            })
            .collect();
        wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
        wanted.iter().find_map(|(_, tag)| {
            let primary = tag.split('-').next().unwrap_or_default().to_lowercase();
            self.bundles
                .contains_key(&primary)
                .then(|| primary.parse().ok())?
        })
    }

    /// Whether there are pages in this language.
    pub(crate) fn speaks(&self, language: &str) -> bool {
        self.bundles.contains_key(language)
    }

    /// A message; one that a language lacks comes in English, one that nobody has as its own name.
    pub(crate) fn text(
        &self,
        language: &str,
        id: &str,
        arguments: &[(String, Argument)],
    ) -> String {
        let primary = language.split('-').next().unwrap_or(FALLBACK);
        let found = [primary, FALLBACK]
            .into_iter()
            .filter_map(|language| self.bundles.get(language))
            .find_map(|bundle| format(bundle, id, arguments));
        found.unwrap_or_else(|| id.to_owned())
    }

    /// Whether English has this message.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.bundles
            .get(FALLBACK)
            .is_some_and(|bundle| bundle.has_message(id))
    }
}

/// What a message is filled with.
#[derive(Debug, Clone)]
pub(crate) enum Argument {
    Text(String),
    Number(f64),
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Argument {
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

/// A total that is not known exactly is a text, and takes the message's usual form.
impl From<Total> for Argument {
    fn from(total: Total) -> Self {
        match total {
            Total::Exact(number) => number.into(),
            Total::AtLeast(_) => total.to_string().into(),
        }
    }
}

fn format(bundle: &Bundle, id: &str, arguments: &[(String, Argument)]) -> Option<String> {
    let pattern = bundle.get_message(id)?.value()?;
    let mut filled = FluentArgs::new();
    for (name, value) in arguments {
        let value = match value {
            Argument::Text(text) => FluentValue::from(text.as_str()),
            Argument::Number(number) => FluentValue::from(*number),
        };
        filled.set(name.as_str(), value);
    }
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&filled), &mut errors);
    Some(text.into_owned())
}

/// Whether a language is written from right to left.
pub(crate) fn direction(language: &str) -> &'static str {
    let primary = language.split('-').next().unwrap_or_default();
    if ["ar", "fa", "he", "ur", "ps", "sd", "ks"].contains(&primary) {
        "rtl"
    } else {
        "ltr"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(bundle: &str) -> std::collections::BTreeSet<String> {
        let mut ids = std::collections::BTreeSet::new();
        for file in LOCALES.get_dir(bundle).unwrap().files() {
            for line in file.contents_utf8().unwrap().lines() {
                if let Some((id, _)) = line.split_once('=')
                    && line.starts_with(|c: char| c.is_ascii_lowercase())
                {
                    ids.insert(id.trim().to_owned());
                }
            }
        }
        ids
    }

    #[test]
    fn every_language_says_everything() {
        let english = ids("en");
        let messages = Messages::read().unwrap();
        for language in messages.languages() {
            let missing: Vec<_> = english.difference(&ids(language)).cloned().collect();
            assert!(missing.is_empty(), "{language} lacks {missing:?}");
            let strange: Vec<_> = ids(language).difference(&english).cloned().collect();
            assert!(strange.is_empty(), "only {language} has {strange:?}");
        }
    }

    #[test]
    fn a_browser_gets_the_language_that_it_likes_best() {
        let messages = Messages::read().unwrap();
        let best = |accepted| messages.negotiate(accepted).map(|l| l.to_string());
        assert_eq!(
            best("fr;q=0.9, hi-IN;q=0.8, en;q=0.7").as_deref(),
            Some("hi")
        );
        assert_eq!(best("en-GB,en;q=0.5").as_deref(), Some("en"));
        assert_eq!(best("xx"), None);
    }
}

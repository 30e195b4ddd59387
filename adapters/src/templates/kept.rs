//! Texts that are changed while the desk is at work: kept in its store, checked before they are, and
//! followed by every process.
//!
//! What ships, or comes from the bank's folder, is the beginning. A change takes the place of one text in
//! one language; who changed what when stays, and the trail ([`crcore::audit`]) tells of it.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crcore::access::{self, Right};
use crcore::audit::{self, Told};
use crcore::store::{Changes, RecordRange, Store, StoreError};
use crcore::ticket::Language;
use crcore::{Actor, Clock, Code, Error, Message, Notifier, NotifyError, Shelf, to_micros};
use serde::{Deserialize, Serialize};

use super::{Rendered, TemplateError, Templates, Text, Texts};

/// The longest part of a text, in bytes: a page of HTML several times over.
pub const TEXT_PART_MAX: usize = 32 * 1024;
/// The longest comment on a change, in bytes: a paragraph that says why.
const COMMENT_MAX: usize = 2_000;
/// How many changes are read at once.
const HISTORY_MAX: u32 = 100;

/// The latest change of each text, under `now/`, and every change, under `history/`.
static CHANGES: Shelf<TextChange> = Shelf::new("text-change");
/// The number of the last change.
static NUMBER: Shelf<u64> = Shelf::new("text-number");
const LAST: &str = "last";

/// Texts that are exchanged while they are used. Cheap to clone; every clone is the same texts.
#[derive(Debug, Clone)]
pub struct CurrentTemplates(Arc<RwLock<(u64, Arc<Templates>)>>);

impl CurrentTemplates {
    /// The texts as they are now.
    #[must_use]
    pub fn get(&self) -> Arc<Templates> {
        Arc::clone(&self.read().1)
    }

    fn read(&self) -> (u64, Arc<Templates>) {
        let current = self.0.read().unwrap_or_else(PoisonError::into_inner);
        (current.0, Arc::clone(&current.1))
    }

    /// Goes by these from now on, unless it is further already.
    fn take_over(&self, number: u64, templates: Templates) -> bool {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if number <= current.0 {
            return false;
        }
        *current = (number, Arc::new(templates));
        true
    }
}

impl From<Templates> for CurrentTemplates {
    fn from(templates: Templates) -> Self {
        Self(Arc::new(RwLock::new((0, Arc::new(templates)))))
    }
}

/// Somebody changed a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextChange {
    /// Grows by one with each change of any text.
    pub number: u64,
    /// In which language.
    pub language: Language,
    /// Which text.
    pub code: Code,
    /// What it was.
    pub before: Text,
    /// What it is since.
    pub text: Text,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Actor,
    /// Why, as they typed it.
    pub comment: Option<String>,
}

/// The texts of a desk, in its store.
#[derive(Clone)]
pub struct KeptTexts {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    shipped: Arc<Texts>,
    current: CurrentTemplates,
}

impl fmt::Debug for KeptTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeptTexts")
    }
}

fn place(language: &Language, code: &Code) -> String {
    format!("now/{language}/{code}")
}

fn past(number: u64) -> String {
    format!("history/{number:012}")
}

fn broken(why: impl fmt::Display) -> Error {
    Error::Broken {
        why: why.to_string(),
    }
}

fn need(actor: Actor, right: Right) -> Result<(), Error> {
    if access::has(actor.role(), right) {
        return Ok(());
    }
    Err(Error::NotAllowed {
        role: actor.role().name(),
        verb: right.name(),
    })
}

fn wrong(error: &TemplateError) -> Error {
    let part = error.place.split(' ').next().unwrap_or_default();
    let part = ["subject", "html"].into_iter().find(|known| *known == part);
    Error::Invalid {
        field: part.unwrap_or("text").to_owned(),
        expected: format!("a text that can be rendered: {error}"),
    }
}

impl KeptTexts {
    /// The texts of the desk over `store`: `shipped`, with what was changed since.
    ///
    /// # Errors
    /// [`Error::Broken`] where `shipped` cannot be rendered, [`Error::TryAgain`] where the store is not to
    /// be had.
    pub async fn open(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        shipped: Texts,
    ) -> Result<Self, Error> {
        let templates = Templates::new(shipped.clone()).map_err(broken)?;
        let texts = Self {
            store,
            clock,
            shipped: Arc::new(shipped),
            current: templates.into(),
        };
        texts.follow().await?;
        Ok(texts)
    }

    /// What a carrier renders from: it always has the texts that are in force.
    #[must_use]
    pub fn current(&self) -> CurrentTemplates {
        self.current.clone()
    }

    /// Takes over what another process changed, and says whether there was anything. Reads one record.
    ///
    /// # Errors
    /// [`Error::Broken`] where this program cannot render what is in force: it goes on with the texts that
    /// it has.
    pub async fn follow(&self) -> Result<bool, Error> {
        let last = self.last().await?;
        if last <= self.current.read().0 {
            return Ok(false);
        }
        let templates = Templates::new(self.all().await?).map_err(broken)?;
        Ok(self.current.take_over(last, templates))
    }

    async fn last(&self) -> Result<u64, Error> {
        let record = self.store.record(NUMBER.name(), LAST).await?;
        let number = record.map(|record| NUMBER.read(record)).transpose();
        Ok(number.map_err(broken)?.map_or(0, |kept| kept.value))
    }

    /// What ships with what was changed.
    async fn all(&self) -> Result<Texts, Error> {
        let mut texts = (*self.shipped).clone();
        let range = CHANGES.range("now/", RecordRange::MAX);
        for record in self.store.records(&range).await? {
            let change = CHANGES.read(record).map_err(broken)?.value;
            let set = texts.languages.entry(change.language).or_default();
            set.insert(change.code, change.text);
        }
        Ok(texts)
    }

    /// Every text as it is now, and the number of the last change.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not see the rules.
    pub async fn in_force(&self, actor: Actor) -> Result<(Texts, u64), Error> {
        need(actor, Right::SeeRules)?;
        let number = self.last().await?;
        Ok((self.all().await?, number))
    }

    /// What a text would look like with made-up values, were it changed so. Changes nothing.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it cannot be rendered, with the place; [`Error::NotFound`] where there is
    /// no such text; [`Error::NotAllowed`] to whom may not manage the rules.
    pub async fn preview(
        &self,
        actor: Actor,
        language: &Language,
        code: &Code,
        text: &Text,
    ) -> Result<Rendered, Error> {
        need(actor, Right::ManageRules)?;
        let (_, templates) = self.candidate(language, code, text).await?;
        templates.example(code, language).map_err(|e| wrong(&e))
    }

    /// The text as it is, and all of them with the new one.
    async fn candidate(
        &self,
        language: &Language,
        code: &Code,
        text: &Text,
    ) -> Result<(Text, Templates), Error> {
        for (field, part) in [
            ("subject", &text.subject),
            ("text", &text.text),
            ("html", &text.html),
        ] {
            if part.len() > TEXT_PART_MAX {
                return Err(Error::Invalid {
                    field: field.to_owned(),
                    expected: format!("at most {TEXT_PART_MAX} bytes, got {}", part.len()),
                });
            }
        }
        let mut texts = self.all().await?;
        let set = texts.languages.get_mut(language);
        let known = set.and_then(|set| set.get_mut(code));
        let known = known.ok_or(Error::NotFound { what: "text" })?;
        let before = std::mem::replace(known, text.clone());
        Ok((before, Templates::new(texts).map_err(|e| wrong(&e))?))
    }

    /// Puts another text in the place of one. `from` is the number of the last change that the actor looked
    /// at ([`KeptTexts::in_force`]), so that of two who change texts the second is told.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it cannot be rendered, with the place; [`Error::Stale`] where a text was
    /// changed in between; [`Error::NotFound`] where there is no such text; [`Error::NotAllowed`] to whom
    /// may not manage the rules.
    pub async fn put(
        &self,
        actor: Actor,
        (language, code): (&Language, &Code),
        text: Text,
        from: u64,
        comment: Option<&str>,
    ) -> Result<TextChange, Error> {
        need(actor, Right::ManageRules)?;
        let comment = comment.map(str::trim).filter(|comment| !comment.is_empty());
        if comment.is_some_and(|comment| comment.len() > COMMENT_MAX || comment.contains('\0')) {
            return Err(Error::Invalid {
                field: "comment".to_owned(),
                expected: format!("at most {COMMENT_MAX} bytes without U+0000"),
            });
        }
        let now = self.last().await?;
        if now != from {
            return Err(Error::Stale { seen: from, now });
        }
        let (before, templates) = self.candidate(language, code, &text).await?;
        let change = TextChange {
            number: from + 1,
            language: language.clone(),
            code: code.clone(),
            before,
            text,
            at: to_micros(self.clock.now()),
            by: actor,
            comment: comment.map(str::to_owned),
        };
        match self.land(&change).await {
            Ok(()) => {
                self.current.take_over(change.number, templates);
                Ok(change)
            }
            Err(StoreError::Conflict { .. }) => Err(Error::Stale {
                seen: from,
                now: self.last().await?,
            }),
            Err(error) => Err(error.into()),
        }
    }

    async fn land(&self, change: &TextChange) -> Result<(), StoreError> {
        let written = |change: Result<_, serde_json::Error>| {
            change.map_err(|_| StoreError::corrupt("a text that is to be kept"))
        };
        let (number, now) = (change.number, place(&change.language, &change.code));
        let records = vec![
            written(NUMBER.put(LAST, Some(number - 1), &number, None))?,
            written(CHANGES.put(now, None, change, None))?,
            written(CHANGES.put(past(number), Some(0), change, None))?,
        ];
        let changes = Changes {
            records,
            ..Changes::default()
        };
        let on = format!("text:{}/{}", change.language, change.code);
        let told = Told::new(change.by, "text.changed", on).with("number", number);
        audit::commit(&*self.store, changes, told, change.at).await
    }

    /// The changes, the latest first, before the one with the number `after`; at most 100.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not see the rules.
    pub async fn history(
        &self,
        actor: Actor,
        after: Option<u64>,
    ) -> Result<Vec<TextChange>, Error> {
        need(actor, Right::SeeRules)?;
        let range = RecordRange {
            reverse: true,
            after: after.map(past),
            ..CHANGES.range("history/", HISTORY_MAX)
        };
        let records = self.store.records(&range).await?.into_iter();
        let changes = records.map(|record| CHANGES.read(record).map(|kept| kept.value));
        changes.collect::<Result<_, _>>().map_err(broken)
    }
}

/// A carrier that looks for changed texts before it carries. Texts that cannot be read just now keep no
/// mail back: it goes out with those at hand.
pub struct Following<N: ?Sized> {
    texts: KeptTexts,
    carrier: Arc<N>,
}

impl<N: ?Sized> Following<N> {
    /// `carrier` renders from [`KeptTexts::current`].
    pub fn new(texts: KeptTexts, carrier: Arc<N>) -> Self {
        Self { texts, carrier }
    }
}

impl<N: ?Sized> fmt::Debug for Following<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Following")
    }
}

#[async_trait]
impl<N: Notifier + ?Sized> Notifier for Following<N> {
    async fn notify(&self, message: &Message) -> Result<(), NotifyError> {
        let _ = self.texts.follow().await;
        self.carrier.notify(message).await
    }
}

#[cfg(feature = "accounts")]
#[async_trait]
impl<N: crate::accounts::Post + ?Sized> crate::accounts::Post for Following<N> {
    async fn post(&self, letter: &crate::accounts::Letter) -> Result<(), NotifyError> {
        let _ = self.texts.follow().await;
        self.carrier.post(letter).await
    }
}

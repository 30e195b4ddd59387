//! What somebody was typing.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{not_allowed, owner};
use crate::actor::Actor;
use crate::desk::Desk;
use crate::desk::shelves::put;
use crate::error::Error;
use crate::record::{Kept, Shelf};

/// The longest draft, in bytes: the longest text, and the rest of its form.
const DRAFT_MAX: usize = 96 * 1024;
/// The most drafts of one person: more are not found again.
const DRAFTS_MAX: u32 = 50;
/// How long a draft is kept after it was last saved.
const DRAFT_KEPT: TimeDelta = TimeDelta::days(30);
/// The longest place, in bytes: a few words and an id.
const PLACE_MAX: usize = 100;

/// Drafts by whose they are and where they were typed.
pub(in crate::desk) const DRAFTS: Shelf<Typed> = Shelf::new("draft");

/// What a draft's record holds.
#[derive(Serialize, Deserialize)]
pub(in crate::desk) struct Typed {
    text: String,
    saved_at: DateTime<Utc>,
}

/// Where something is being typed: `raise`, `reply/0192…`.
///
/// 1 to 100 of `a-z 0-9 . _ - /`, beginning with a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(Box<str>);

impl Place {
    /// The place as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Place {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let symbol = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let rest = |b: &u8| symbol(b) || b"._-/".contains(b);
        let bytes = text.as_bytes();
        if bytes.len() <= PLACE_MAX && bytes.first().is_some_and(symbol) && bytes.iter().all(rest) {
            return Ok(Self(text.into()));
        }
        let expected =
            format!("1 to {PLACE_MAX} of a-z 0-9 . _ - / beginning with a letter or digit");
        Err(Error::invalid("place", expected))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What somebody was typing somewhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// Where.
    pub place: Place,
    /// What, as the page sent it.
    pub text: String,
    /// When it was last saved.
    pub saved_at: DateTime<Utc>,
}

/// What somebody types stays out of logs.
impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Draft({}, {} bytes)", self.place, self.text.len())
    }
}

impl Draft {
    fn of(place: Place, kept: Kept<Typed>) -> Self {
        Self {
            place,
            text: kept.value.text,
            saved_at: kept.value.saved_at,
        }
    }
}

fn key(actor: Actor, place: &Place) -> Result<String, Error> {
    Ok(format!("{}/{place}", whose(actor)?))
}

fn whose(actor: Actor) -> Result<String, Error> {
    owner(actor).ok_or_else(|| not_allowed(actor, "keep drafts"))
}

impl Desk {
    /// Keeps what `actor` is typing at `place`, over what was kept there before, for 30 days. A blank text
    /// is no draft: what was kept goes.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is longer than 96 KiB, [`Error::NotPossible`] where the actor keeps 50
    /// drafts already.
    pub async fn save_draft(&self, actor: Actor, place: &Place, text: &str) -> Result<(), Error> {
        if text.trim().is_empty() {
            return self.drop_draft(actor, place).await;
        }
        if text.len() > DRAFT_MAX || text.contains('\0') {
            let expected = format!("at most {DRAFT_MAX} bytes without U+0000");
            return Err(Error::invalid("text", expected));
        }
        let (key, now) = (key(actor, place)?, self.inner.clock.now());
        if self.kept(&DRAFTS, &key).await?.is_none() {
            let all = format!("{}/", whose(actor)?);
            let count = self.inner.store.count(DRAFTS.name(), &all, now).await?;
            if count >= u64::from(DRAFTS_MAX) {
                let why = format!("at most {DRAFTS_MAX} drafts are kept: finish or drop one");
                return Err(Error::not_possible(why));
            }
        }
        let typed = Typed {
            text: text.to_owned(),
            saved_at: now,
        };
        let change = put(&DRAFTS, key, None, &typed, Some(now + DRAFT_KEPT))?;
        Ok(self.keep(vec![change]).await?)
    }

    /// What `actor` was typing at `place`, if anything. Nobody else can ask.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had.
    pub async fn draft(&self, actor: Actor, place: &Place) -> Result<Option<Draft>, Error> {
        let kept = self.kept(&DRAFTS, &key(actor, place)?).await?;
        Ok(kept.map(|kept| Draft::of(place.clone(), kept)))
    }

    /// All drafts of `actor`, by place.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had.
    pub async fn drafts(&self, actor: Actor) -> Result<Vec<Draft>, Error> {
        let all = format!("{}/", whose(actor)?);
        // Twice as many as there may be: what has expired is still there until it is tidied away.
        let range = DRAFTS.range(&*all, 2 * DRAFTS_MAX);
        let kept = self.kept_in(&DRAFTS, &range).await?;
        let draft = |kept: Kept<Typed>| {
            let place = kept.key.strip_prefix(&all)?.parse().ok()?;
            Some(Draft::of(place, kept))
        };
        Ok(kept.into_iter().filter_map(draft).collect())
    }

    /// Forgets what `actor` was typing at `place`: it was sent, or is not wanted.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had.
    pub async fn drop_draft(&self, actor: Actor, place: &Place) -> Result<(), Error> {
        let change = DRAFTS.remove(key(actor, place)?, None);
        Ok(self.keep(vec![change]).await?)
    }
}

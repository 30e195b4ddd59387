//! What the bank offers its customers: branches with their counters and hours, services with their doors.
//!
//! The rules say how a ticket is worked, the catalogue what a customer is shown. It names services,
//! calendars and fields of the rules and adds titles, addresses and hours; whoever runs the desk edits it
//! while the desk is at work. One value, kept whole, so that two people who edit it at once notice.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::BusinessTime;
use crate::id::Code;
use crate::record::Shelf;
use crate::rules::Rulebook;
use crate::ticket::{BRANCH, Channel, FILLED_BY_DESK, FieldType, Kind, Language, TOKEN, named};

/// The longest title or address, in bytes: a few lines on a small screen.
pub const TITLE_MAX: usize = 400;
/// The longest description, in bytes: half a page.
pub const DESCRIPTION_MAX: usize = 4_000;
/// The longest time that a service may be said to take, in minutes: a working day.
pub const MINUTES_MAX: u32 = 480;

/// Where the catalogue is kept, under the one key [`KEY`].
pub(crate) const CATALOGUE: Shelf<Catalogue> = Shelf::new("catalogue");
/// The one catalogue of a desk.
pub(crate) const KEY: &str = "catalogue";

/// How far ahead a closing or an opening is looked for: past any run of holidays that people plan by.
const LOOK_AHEAD: TimeDelta = TimeDelta::days(31);

/// What a bank offers.
///
/// ```
/// use crcore::catalogue::Catalogue;
///
/// let catalogue: Catalogue = serde_json::from_str(r#"{
///     "branches": { "pune": {
///         "name": { "en": "Pune, Main Road", "hi": "पुणे" },
///         "calendar": "pune", "counters": ["1", "2"]
///     } },
///     "services": { "cards": {
///         "title": { "en": "Cards" }, "doors": ["complain", "token"], "letter": "B", "branches": ["pune"]
///     } }
/// }"#).unwrap();
/// let hindi = "hi-IN".parse().unwrap();
/// assert_eq!(catalogue.branches[&"pune".parse().unwrap()].name.told(&hindi), "पुणे");
/// assert_eq!(catalogue.services[&"cards".parse().unwrap()].title.told(&hindi), "Cards");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Catalogue {
    /// Where the bank is, each by its choice of the field `branch` of the rules.
    pub branches: BTreeMap<Code, Branch>,
    /// What it does for its customers, each a service of the rules.
    pub services: BTreeMap<Code, Offer>,
    /// What the choices of the rules' fields are called: by field, by choice.
    pub choices: BTreeMap<Code, BTreeMap<Code, Translated>>,
}

/// A branch of the bank.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Branch {
    /// What it is called.
    pub name: Translated,
    /// Where it is.
    pub address: Translated,
    /// The calendar of the rules that it opens by; without one it is always open.
    pub calendar: Option<Code>,
    /// Its counters, as they are signed there: `1`, `2`, `loans`.
    pub counters: BTreeSet<Code>,
    /// Whether customers are not shown it.
    pub hidden: bool,
}

/// A service as it is offered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Offer {
    /// What it is called.
    pub title: Translated,
    /// What it is.
    pub description: Translated,
    /// How a customer can come in with it.
    pub doors: BTreeSet<Door>,
    /// Where it is had in person; needed for a token.
    pub branches: BTreeSet<Code>,
    /// What its tokens' numbers begin with, A to Z; needed for a token.
    pub letter: Option<char>,
    /// How many minutes it usually takes at the counter or in a chat: what a wait is reckoned by until
    /// enough customers were served.
    pub minutes: Option<u32>,
    /// The calendar of the rules by which somebody answers a chat about it; without one always.
    pub calendar: Option<Code>,
    /// The fields of the rules that its forms ask, in this order.
    pub asks: Vec<Code>,
    /// Whether customers are not shown it.
    pub hidden: bool,
}

named! {
    /// How a customer comes in with a service.
    Door {
        /// Complain about it.
        Complain = "complain",
        /// Ask about it.
        Ask = "ask",
        /// Have something done.
        Request = "request",
        /// Take a number and come to a counter.
        Token = "token",
        /// Talk about it now.
        Chat = "chat",
        /// Ask for a price.
        Quote = "quote",
    }
}

impl Door {
    /// The kind of ticket that comes in by it.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Complain => Kind::Complaint,
            Self::Ask | Self::Chat => Kind::Query,
            Self::Request => Kind::Request,
            Self::Token => Kind::Service,
            Self::Quote => Kind::Quote,
        }
    }

    /// The channel that such a ticket has.
    #[must_use]
    pub fn channel(self) -> Channel {
        match self {
            Self::Token => Channel::Counter,
            Self::Chat => Channel::Chat,
            Self::Complain | Self::Ask | Self::Request | Self::Quote => Channel::Web,
        }
    }
}

/// A text in several languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Translated(pub BTreeMap<Language, String>);

impl Translated {
    /// The text in the language that comes nearest: the tag itself (`pt-BR`), its primary language
    /// (`pt`), English, whichever there is; empty where there is none.
    #[must_use]
    pub fn told(&self, language: &Language) -> &str {
        let primary = language.as_str().split('-').next().unwrap_or_default();
        let wanted = [language.as_str(), primary, "en"];
        let found = wanted.iter().find_map(|tag| {
            let mut texts = self.0.iter();
            texts.find(|(language, _)| language.as_str() == *tag)
        });
        let any = || self.0.iter().next();
        found.or_else(any).map_or("", |(_, text)| text.as_str())
    }

    fn check(&self, place: &str, longest: usize, needed: bool) -> Result<(), CatalogueError> {
        if needed && self.0.is_empty() {
            return Err(wrong(place, "a text in at least one language, got none"));
        }
        for (language, text) in &self.0 {
            let place = format!("{place}.{language}");
            if text.trim().is_empty() || text.len() > longest {
                let got = text.len();
                return Err(wrong(place, format!("1 to {longest} bytes, got {got}")));
            }
            if text.contains(|c: char| c.is_control() && c != '\n') {
                return Err(wrong(place, "text without control characters"));
            }
        }
        Ok(())
    }
}

impl<T: Into<String>> FromIterator<(Language, T)> for Translated {
    fn from_iter<I: IntoIterator<Item = (Language, T)>>(texts: I) -> Self {
        let texts = texts.into_iter();
        Self(texts.map(|(tag, text)| (tag, text.into())).collect())
    }
}

/// Whether something is open, and until or from when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Opening {
    /// It is open.
    Open {
        /// When it closes; absent where it does not within a month.
        until: Option<DateTime<Utc>>,
    },
    /// It is closed.
    Closed {
        /// When it opens; absent where it does not within a month.
        opens: Option<DateTime<Utc>>,
    },
}

impl Opening {
    /// What a calendar says at `now`.
    #[must_use]
    pub fn at(hours: &BusinessTime, now: DateTime<Utc>) -> Self {
        let horizon = now + LOOK_AHEAD;
        if hours.is_open(now) {
            let closes = hours.windows(now, horizon).next().map(|window| window.end);
            return Self::Open {
                until: closes.filter(|end| *end < horizon),
            };
        }
        Self::Closed {
            opens: hours.next_open(now).filter(|opens| *opens < horizon),
        }
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    fn by(calendar: Option<&Code>, rules: &Rulebook, now: DateTime<Utc>) -> Self {
        match calendar {
            None => Self::Open { until: None },
            // The rules have lost the calendar since: nobody knows of any hours.
            Some(name) => match rules.sla().hours_of(name) {
                None => Self::Closed { opens: None },
                Some(hours) => Self::at(hours, now),
            },
        }
    }
}

/// A catalogue that does not hold together, or not with the rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: expected {expected}")]
pub struct CatalogueError {
    /// Where in the catalogue.
    pub place: String,
    /// What was expected there.
    pub expected: String,
}

fn wrong(place: impl Into<String>, expected: impl Into<String>) -> CatalogueError {
    CatalogueError {
        place: place.into(),
        expected: expected.into(),
    }
}

impl Catalogue {
    /// Whether a branch is open; none where there is no such branch.
    #[must_use]
    pub fn branch_opening(
        &self,
        rules: &Rulebook,
        branch: &Code,
        now: DateTime<Utc>,
    ) -> Option<Opening> {
        let branch = self.branches.get(branch)?;
        Some(Opening::by(branch.calendar.as_ref(), rules, now))
    }

    /// Whether somebody answers about a service now; none where it is not offered.
    #[must_use]
    pub fn service_opening(
        &self,
        rules: &Rulebook,
        service: &Code,
        now: DateTime<Utc>,
    ) -> Option<Opening> {
        let offer = self.services.get(service)?;
        Some(Opening::by(offer.calendar.as_ref(), rules, now))
    }

    /// What is offered by this door, by code; what is hidden is left out.
    pub fn by_door(&self, door: Door) -> impl Iterator<Item = (&Code, &Offer)> {
        let shown =
            move |(_, offer): &(&Code, &Offer)| !offer.hidden && offer.doors.contains(&door);
        self.services.iter().filter(shown)
    }

    /// The services for which a token is given at a branch, by code.
    pub fn at_counter<'a>(
        &'a self,
        branch: &'a Code,
    ) -> impl Iterator<Item = (&'a Code, &'a Offer)> {
        self.by_door(Door::Token)
            .filter(move |(_, offer)| offer.branches.contains(branch))
    }

    /// The same without what customers are not shown.
    #[must_use]
    pub fn shown(mut self) -> Self {
        self.branches.retain(|_, branch| !branch.hidden);
        self.services.retain(|_, offer| !offer.hidden);
        let branches = &self.branches;
        for offer in self.services.values_mut() {
            offer
                .branches
                .retain(|branch| branches.contains_key(branch));
        }
        self
    }

    /// Checks that the catalogue holds together, and with the rules.
    ///
    /// # Errors
    /// [`CatalogueError`], which names the place and what was expected there.
    pub fn check(&self, rules: &Rulebook) -> Result<(), CatalogueError> {
        for (code, branch) in &self.branches {
            let place = format!("branches.{code}");
            branch
                .name
                .check(&format!("{place}.name"), TITLE_MAX, true)?;
            branch
                .address
                .check(&format!("{place}.address"), TITLE_MAX, false)?;
            known_calendar(&place, branch.calendar.as_ref(), rules)?;
        }
        let mut letters = BTreeMap::new();
        for (code, offer) in &self.services {
            let place = format!("services.{code}");
            if rules.service(code).is_none() {
                return Err(wrong(place, "a service of the rules"));
            }
            offer
                .title
                .check(&format!("{place}.title"), TITLE_MAX, true)?;
            let description = format!("{place}.description");
            offer
                .description
                .check(&description, DESCRIPTION_MAX, false)?;
            known_calendar(&place, offer.calendar.as_ref(), rules)?;
            self.check_offer(&place, offer, rules)?;
            for branch in offer
                .branches
                .iter()
                .filter(|_| offer.doors.contains(&Door::Token))
            {
                if let Some(other) = letters.insert((branch, offer.letter), code) {
                    let expected = format!("another letter than {other} has at {branch}");
                    return Err(wrong(format!("{place}.letter"), expected));
                }
            }
        }
        self.check_choices(rules)
    }

    fn check_offer(
        &self,
        place: &str,
        offer: &Offer,
        rules: &Rulebook,
    ) -> Result<(), CatalogueError> {
        if let Some(unknown) = offer
            .branches
            .iter()
            .find(|b| !self.branches.contains_key(*b))
        {
            let expected = format!("branches of the catalogue, got {unknown}");
            return Err(wrong(format!("{place}.branches"), expected));
        }
        if let Some(minutes) = offer.minutes.filter(|m| !(1..=MINUTES_MAX).contains(m)) {
            let expected = format!("1 to {MINUTES_MAX}, got {minutes}");
            return Err(wrong(format!("{place}.minutes"), expected));
        }
        let unasked = |field: &&Code| {
            let of_desk = FILLED_BY_DESK
                .iter()
                .any(|(name, _)| *name == field.as_str());
            rules.field(field).is_none() || of_desk
        };
        if let Some(unknown) = offer.asks.iter().find(unasked) {
            let expected = format!("fields of the rules that can be filled in, got {unknown}");
            return Err(wrong(format!("{place}.asks"), expected));
        }
        if offer.doors.contains(&Door::Token) {
            token_door(place, offer, rules)?;
        }
        Ok(())
    }

    fn check_choices(&self, rules: &Rulebook) -> Result<(), CatalogueError> {
        for (field, choices) in &self.choices {
            for (choice, name) in choices {
                let place = format!("choices.{field}.{choice}");
                if !rules.knows_choice(field, choice) {
                    return Err(wrong(place, "a choice of a field of the rules"));
                }
                name.check(&place, TITLE_MAX, true)?;
            }
        }
        Ok(())
    }
}

fn known_calendar(
    place: &str,
    calendar: Option<&Code>,
    rules: &Rulebook,
) -> Result<(), CatalogueError> {
    match calendar.filter(|name| rules.sla().hours_of(name).is_none()) {
        Some(name) => {
            let expected = format!("a calendar of the rules, got {name}");
            Err(wrong(format!("{place}.calendar"), expected))
        }
        None => Ok(()),
    }
}

/// What a token needs: a letter, a place, and the two fields that its ticket says them in.
fn token_door(place: &str, offer: &Offer, rules: &Rulebook) -> Result<(), CatalogueError> {
    if !offer
        .letter
        .is_some_and(|letter| letter.is_ascii_uppercase())
    {
        return Err(wrong(
            format!("{place}.letter"),
            "a letter from A to Z for its tokens",
        ));
    }
    if offer.branches.is_empty() {
        return Err(wrong(
            format!("{place}.branches"),
            "a branch to come to with a token",
        ));
    }
    let (Ok(branch), Ok(token)) = (BRANCH.parse::<Code>(), TOKEN.parse::<Code>()) else {
        return Ok(());
    };
    if rules.field(&token) != Some(FieldType::Number) {
        return Err(wrong(
            format!("{place}.doors"),
            "a number field `token` in the rules",
        ));
    }
    if let Some(unknown) = offer
        .branches
        .iter()
        .find(|code| !rules.knows_choice(&branch, code))
    {
        let expected = format!("choices of the rules' field `branch`, got {unknown}");
        return Err(wrong(format!("{place}.branches"), expected));
    }
    Ok(())
}

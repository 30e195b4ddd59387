//! Dealing a customer the number that they hold while they wait at a branch.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::Planner;
use crate::actor::{Actor, Role};
use crate::catalogue::{Branch, CATALOGUE, Catalogue, Door, KEY, Offer, Opening};
use crate::command::{Field, Raise};
use crate::desk::shelves::{Keepable, put, read};
use crate::error::Error;
use crate::id::{Code, TicketId};
use crate::record::{Kept, RecordChange, Shelf};
use crate::ticket::{BRANCH, Channel, FieldType, FieldValue, Kind, TOKEN, TokenNumber};

/// How long what is kept about a day's numbers is kept: past that day in every time zone.
const DAY_KEPT: TimeDelta = TimeDelta::hours(48);

/// The last number that was dealt: by branch, day and letter.
const DEALT: Shelf<u16> = Shelf::new("token-dealt");
/// The ticket of the token that a customer holds: by customer, branch and service.
const HELD: Shelf<TicketId> = Shelf::new("token-held");

/// A number, and what is kept with it in the same commit: so numbers have no gap, and nobody's comes
/// twice, however many deal at once.
pub(crate) struct Dealt {
    pub(crate) field: (Code, FieldValue),
    pub(crate) records: Vec<RecordChange>,
}

impl Planner<'_> {
    /// The number that a new ticket is dealt; none where it is no turn at a counter, and where the rules
    /// have no field for it. An import tells its own.
    pub(crate) async fn deal(
        self,
        actor: Actor,
        raise: &Raise,
        id: TicketId,
        now: DateTime<Utc>,
    ) -> Result<Option<Dealt>, Error> {
        let is_turn = (raise.kind, raise.channel) == (Kind::Service, Channel::Counter);
        let is_import = actor == Actor::System && raise.received_at.is_some();
        let Ok(token) = TOKEN.parse::<Code>() else {
            return Ok(None);
        };
        if !is_turn || is_import || self.rules.field(&token) != Some(FieldType::Number) {
            return Ok(None);
        }
        let mut fields = raise.fields.iter();
        let Some((_, Field::Choice(at))) = fields.find(|(name, _)| name.as_str() == BRANCH) else {
            return Ok(None);
        };
        let mut catalogue = self.catalogue().await?;
        if actor.role() == Role::Customer {
            catalogue = catalogue.shown();
        }
        let (branch, offer) = offered(&catalogue, at, &raise.service)?;
        let opening = catalogue.branch_opening(self.rules, at, now);
        if matches!(actor.role(), Role::Customer | Role::Service) {
            refuse_closed("the branch", opening)?;
        }
        let day = day(self.rules, branch, now);
        let number = self
            .next_number(at, day, offer.letter.unwrap_or('A'), now)
            .await?;
        let held = self.hold(raise, at, day, branch, id, now).await?;
        Ok(Some(Dealt {
            field: (token, FieldValue::Number(number.0.to_field())),
            records: vec![number.1, held],
        }))
    }

    pub(crate) async fn catalogue(self) -> Result<Catalogue, Error> {
        let kept = self.kept(&CATALOGUE, KEY).await?;
        Ok(kept.map(|kept| kept.value).unwrap_or_default())
    }

    pub(crate) async fn kept<T: Keepable>(
        self,
        shelf: &Shelf<T>,
        key: &str,
    ) -> Result<Option<Kept<T>>, Error> {
        let record = self.store.record(shelf.name(), key).await?;
        record.map(|record| read(shelf, record)).transpose()
    }

    async fn next_number(
        self,
        branch: &Code,
        day: NaiveDate,
        letter: char,
        now: DateTime<Utc>,
    ) -> Result<(TokenNumber, RecordChange), Error> {
        let key = format!("{branch}/{day}/{letter}");
        let last = self.kept(&DEALT, &key).await?;
        let (from, last) = last.map_or((0, 0), |kept| (kept.version, kept.value));
        if last >= TokenNumber::LAST {
            let why = format!("all numbers of the letter {letter} were dealt today");
            return Err(Error::not_possible(why));
        }
        let number = TokenNumber::new(letter, last + 1).map_err(Error::broken)?;
        let change = put(
            &DEALT,
            key,
            Some(from),
            &number.number(),
            Some(now + DAY_KEPT),
        )?;
        Ok((number, change))
    }

    /// A customer holds one token for a service at a branch: a second one would keep others waiting.
    async fn hold(
        self,
        raise: &Raise,
        at: &Code,
        today: NaiveDate,
        branch: &Branch,
        id: TicketId,
        now: DateTime<Utc>,
    ) -> Result<RecordChange, Error> {
        let key = format!("{}/{at}/{}", raise.customer, raise.service);
        let held = self.kept(&HELD, &key).await?;
        let from = held.as_ref().map_or(0, |kept| kept.version);
        if let Some(held) = held
            && let Some(ticket) = self.store.ticket(held.value).await?
            && ticket.token().is_some()
            && ticket.status.is_active()
            && ticket.service == raise.service
            && day(self.rules, branch, ticket.raised_at) == today
        {
            let why = "the customer holds a token for this service here already";
            return Err(Error::not_possible(why));
        }
        put(&HELD, key, Some(from), &id, Some(now + DAY_KEPT))
    }
}

/// The branch and the service, where a token is given for that there.
pub(crate) fn offered<'c>(
    catalogue: &'c Catalogue,
    branch: &Code,
    service: &Code,
) -> Result<(&'c Branch, &'c Offer), Error> {
    let Some(at) = catalogue.branches.get(branch) else {
        return Err(Error::invalid("branch", "a branch of the catalogue"));
    };
    match catalogue.services.get(service) {
        Some(offer) if offer.doors.contains(&Door::Token) && offer.branches.contains(branch) => {
            Ok((at, offer))
        }
        _ => Err(Error::invalid(
            "service",
            format!("a service with tokens at {branch}, got {service}"),
        )),
    }
}

/// The business day that it is at a branch: the date on its wall.
pub(crate) fn day(rules: &crate::rules::Rulebook, branch: &Branch, at: DateTime<Utc>) -> NaiveDate {
    let hours = branch
        .calendar
        .as_ref()
        .and_then(|name| rules.sla().hours_of(name));
    hours.map_or_else(|| at.date_naive(), |hours| hours.date(at))
}

/// Refuses what needs somebody to be there, with when they will be.
pub(crate) fn refuse_closed(what: &str, opening: Option<Opening>) -> Result<(), Error> {
    match opening {
        Some(Opening::Closed { opens: Some(opens) }) => {
            let opens = opens.format("%Y-%m-%dT%H:%M:%SZ");
            Err(Error::not_possible(format!(
                "{what} is closed until {opens}"
            )))
        }
        Some(Opening::Closed { opens: None }) => {
            Err(Error::not_possible(format!("{what} is closed")))
        }
        Some(Opening::Open { .. }) | None => Ok(()),
    }
}

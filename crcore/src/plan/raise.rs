//! Bringing a new ticket to the desk.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike as _;

use super::draft::Draft;
use super::{Plan, Planner};
use crate::access::{self, Reach};
use crate::actor::Actor;
use crate::analytics::FIRST_YEAR;
use crate::clock::Moment;
use crate::command::{Done, FIELDS_MAX, Field, Raise, SUBJECT_MAX, TAGS_MAX};
use crate::error::Error;
use crate::event::{Fact, Raised};
use crate::id::{Code, Reference, TicketId};
use crate::notify::Recipient;
use crate::rules::ServiceRules;
use crate::ticket::{FILLED_BY_DESK, FieldType, FieldValue, Verb};
use crate::words::Piece;

impl Planner<'_> {
    pub(crate) async fn raise(self, actor: Actor, raise: &Raise) -> Result<Plan, Error> {
        let own = actor == Actor::Customer(raise.customer);
        if access::reach(actor.role(), Verb::Raise) < Reach::Any && !own {
            return Err(Error::NotAllowed {
                role: actor.role().name(),
                verb: Verb::Raise.name(),
            });
        }
        let mut draft = Draft::new(self.rules, Moment::of(self.clock)?, actor);
        let id: TicketId = draft.moment.id();
        let dealt = self.deal(actor, raise, id, draft.now()).await?;
        let mut fact = draft.raised(id, raise)?;
        if let (Some(dealt), Fact::Raised(raised)) = (dealt, &mut fact) {
            raised.fields.extend([dealt.field]);
            draft.changes.records.extend(dealt.records);
        }
        let mut case = draft.begin(id, fact)?;
        draft.queue(&mut case)?;
        if !case.ticket.is_live() {
            let subject = case.ticket.subject.id;
            draft.owe(
                id,
                Recipient::Customer(raise.customer),
                "acknowledged",
                &[subject],
            );
        }
        let ticket = draft.settle(case)?;
        Ok(Plan {
            allocate: ticket.allocate_at.map(|_| id),
            ..Plan::of(draft.changes, Done::to(&ticket))
        })
    }
}

impl Draft<'_> {
    fn raised(&mut self, id: TicketId, raise: &Raise) -> Result<Fact, Error> {
        let now = self.now();
        let service = self.service(&raise.service)?.clone();
        let received_at = raise.received_at.map_or(now, crate::clock::to_micros);
        if received_at > now || received_at.year() < FIRST_YEAR {
            let expected = format!("an instant since {FIRST_YEAR} that is not in the future");
            return Err(Error::invalid("received_at", expected));
        }
        self.check_tags(&raise.tags)?;
        let subject = self.subject(id, &raise.subject)?;
        let body = self.say_if_any("body", id, raise.body.as_deref())?;
        Ok(Fact::Raised(Box::new(Raised {
            reference: Reference::from_random(self.moment.bytes()),
            kind: raise.kind,
            priority: raise.priority.unwrap_or(service.priority),
            service: raise.service.clone(),
            queue: service.queue,
            channel: raise.channel,
            language: raise.language.clone(),
            customer: raise.customer,
            received_at,
            subject,
            body,
            amount: raise.amount,
            tags: raise.tags.clone(),
            fields: self.fields(id, &raise.fields)?,
            split_from: None,
            borrowed: Vec::new(),
        })))
    }

    pub(crate) fn service(&self, service: &Code) -> Result<&ServiceRules, Error> {
        self.rules.service(service).ok_or_else(|| {
            Error::invalid("service", format!("a service of the rules, got {service}"))
        })
    }

    pub(crate) fn subject(&mut self, ticket: TicketId, text: &str) -> Result<Piece, Error> {
        let got = text.chars().count();
        if got > SUBJECT_MAX {
            let expected = format!("at most {SUBJECT_MAX} characters, got {got}");
            return Err(Error::invalid("subject", expected));
        }
        self.say("subject", ticket, text)
    }

    pub(crate) fn check_tags(&self, tags: &BTreeSet<Code>) -> Result<(), Error> {
        if tags.len() > TAGS_MAX {
            return Err(Error::invalid(
                "tags",
                format!("at most {TAGS_MAX}, got {}", tags.len()),
            ));
        }
        match tags.iter().find(|tag| !self.rules.knows_tag(tag)) {
            Some(tag) => Err(Error::invalid(
                "tags",
                format!("tags of the rules, got {tag}"),
            )),
            None => Ok(()),
        }
    }

    pub(crate) fn fields(
        &mut self,
        ticket: TicketId,
        fields: &BTreeMap<Code, Field>,
    ) -> Result<BTreeMap<Code, FieldValue>, Error> {
        if fields.len() > FIELDS_MAX {
            let expected = format!("at most {FIELDS_MAX}, got {}", fields.len());
            return Err(Error::invalid("fields", expected));
        }
        fields
            .iter()
            .map(|(name, field)| Ok((name.clone(), self.field(ticket, name, field)?)))
            .collect()
    }

    fn field(&mut self, ticket: TicketId, name: &Code, field: &Field) -> Result<FieldValue, Error> {
        let place = || format!("fields.{name}");
        let Some(declared) = self.rules.field(name) else {
            return Err(Error::invalid(place(), "a field of the rules"));
        };
        let of_desk = |(field, kind)| name.as_str() == field && declared == kind;
        if FILLED_BY_DESK.into_iter().any(of_desk) && self.actor != Actor::System {
            return Err(Error::invalid(place(), "nothing: the desk fills it in"));
        }
        match (declared, field) {
            (FieldType::Text, Field::Text(text)) => {
                self.say(&place(), ticket, text).map(FieldValue::Text)
            }
            (FieldType::Number, Field::Number(n)) => Ok(FieldValue::Number(*n)),
            (FieldType::Flag, Field::Flag(flag)) => Ok(FieldValue::Flag(*flag)),
            (FieldType::Date, Field::Date(date)) => Ok(FieldValue::Date(*date)),
            (FieldType::Instant, Field::Instant(at)) => {
                Ok(FieldValue::Instant(crate::clock::to_micros(*at)))
            }
            (FieldType::Amount, Field::Amount(amount)) => Ok(FieldValue::Amount(*amount)),
            (FieldType::Choice, Field::Choice(code)) if self.rules.knows_choice(name, code) => {
                Ok(FieldValue::Choice(code.clone()))
            }
            (FieldType::Choice, Field::Choice(_)) => Err(Error::invalid(
                place(),
                "one of the choices that the rules give",
            )),
            (declared, _) => Err(Error::invalid(place(), format!("a {}", declared.name()))),
        }
    }
}

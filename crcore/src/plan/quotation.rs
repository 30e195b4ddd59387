//! Quoting a price, and what the customer says to it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::draft::{Case, Draft, json};
use super::keyed::Keyed;
use super::{Asker, Plan, Planner, check, unmoved};
use crate::actor::Actor;
use crate::clock::Moment;
use crate::command::Done;
use crate::error::Error;
use crate::event::{Amended, Fact};
use crate::id::{Code, TicketId};
use crate::money::Amount;
use crate::ticket::{
    ACCEPTED, FILLED_BY_DESK, FieldValue, Kind, Outcome, QUOTED, Quoted, Status, Ticket,
    VALID_UNTIL, Verb, WaitingOn,
};

/// A price for what a customer asked.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Quotation {
    /// The price, more than nothing.
    pub amount: Amount,
    /// The last day on which the customer can accept it, in the time zone of the service's calendar.
    pub valid_until: NaiveDate,
    /// What they are told with it.
    pub text: String,
}

impl Planner<'_> {
    /// Quotes a price under a key, where there is one.
    pub(crate) async fn quote(
        self,
        actor: Actor,
        key: Option<&str>,
        id: TicketId,
        seen: Option<u64>,
        quotation: &Quotation,
    ) -> Result<Plan, Error> {
        let Some(key) = key else {
            return self.price(actor, id, seen, quotation).await;
        };
        let keyed = Keyed::of(actor, key, &json(&("quote", id, seen, quotation))?)?;
        let now = self.clock.now();
        if let Some(plan) = keyed.replay(self.store, now).await? {
            return Ok(plan);
        }
        keyed.keep(self.price(actor, id, seen, quotation).await?, now)
    }

    /// Quotes a price: tells the customer, and waits for what they say.
    async fn price(
        self,
        actor: Actor,
        id: TicketId,
        seen: Option<u64>,
        quotation: &Quotation,
    ) -> Result<Plan, Error> {
        let (asker, ticket) = self.quote_ticket(actor, id).await?;
        unmoved(&ticket, seen)?;
        check(&asker, &ticket, Verb::Reply)?;
        check(&asker, &ticket, Verb::Amend)?;
        if quotation.amount.minor <= 0 {
            let expected = format!("more than nothing, got {}", quotation.amount);
            return Err(Error::invalid("amount", expected));
        }
        let (mut draft, mut case) = self.open(actor, ticket)?;
        let today = self.today(&case.ticket, &draft).await?;
        if quotation.valid_until < today {
            let expected = format!("{today} or later, got {}", quotation.valid_until);
            return Err(Error::invalid("valid_until", expected));
        }
        if case
            .ticket
            .quotation()
            .is_some_and(|q| q.accepted == Some(true))
        {
            return Err(Error::not_possible("the customer has accepted a quotation"));
        }
        let fields = [
            (QUOTED, FieldValue::Amount(quotation.amount)),
            (VALID_UNTIL, FieldValue::Date(quotation.valid_until)),
        ];
        draft.fill(&mut case, fields)?;
        draft.reply_in("quoted", &mut case, &quotation.text)?;
        if !matches!(case.ticket.status, Status::WaitingForCustomer { .. }) {
            let on = WaitingOn::Customer;
            draft.happen(&mut case, Fact::Waiting { on })?;
        }
        let ticket = draft.settle(case)?;
        Ok(Plan::of(draft.changes, Done::to(&ticket)))
    }

    /// Says yes or no to the quotation that was `seen`, as its customer: with a yes the desk goes on with what
    /// was accepted, with a no the ticket is withdrawn.
    pub(crate) async fn answer_quotation(
        self,
        actor: Actor,
        id: TicketId,
        seen: &Quoted,
        accepted: bool,
        text: Option<&str>,
    ) -> Result<Plan, Error> {
        let (asker, ticket) = self.quote_ticket(actor, id).await?;
        let verb = if accepted {
            Verb::Write
        } else {
            Verb::Withdraw
        };
        check(&asker, &ticket, verb)?;
        let Some(quoted) = ticket.open_quotation() else {
            return Err(Error::not_possible("no quotation waits for an answer"));
        };
        if (quoted.amount, quoted.valid_until) != (seen.amount, seen.valid_until) {
            let (amount, until) = (quoted.amount, quoted.valid_until);
            let why = format!("the quotation is another now: {amount}, until {until}");
            return Err(Error::not_possible(why));
        }
        let (mut draft, mut case) = self.open(actor, ticket)?;
        let today = self.today(&case.ticket, &draft).await?;
        if accepted && quoted.valid_until < today {
            let why = format!("the quotation was valid until {}", quoted.valid_until);
            return Err(Error::not_possible(why));
        }
        draft.fill(&mut case, [(ACCEPTED, FieldValue::Flag(accepted))])?;
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            draft.reply(&mut case, text)?;
        }
        if !accepted {
            self.mark_holder(&mut draft, &asker, &case).await?;
            draft.resolve(&mut case, Outcome::Withdrawn, None)?;
        } else if matches!(case.ticket.status, Status::WaitingForCustomer { .. }) {
            draft.happen(&mut case, Fact::Resumed)?;
        }
        let ticket = draft.settle(case)?;
        Ok(Plan::of(draft.changes, Done::to(&ticket)))
    }

    async fn quote_ticket(self, actor: Actor, id: TicketId) -> Result<(Asker, Ticket), Error> {
        let asker = self.asker(actor).await?;
        let ticket = self.store.ticket(id).await?;
        let ticket = ticket.filter(|ticket| asker.visible.admits(ticket));
        let ticket = ticket.ok_or(Error::NotFound { what: "ticket" })?;
        if ticket.kind != Kind::Quote {
            let kind = ticket.kind.name();
            return Err(Error::not_possible(format!(
                "the ticket is a {kind} and no quote"
            )));
        }
        Ok((asker, ticket))
    }

    fn open(&self, actor: Actor, ticket: Ticket) -> Result<(Draft<'_>, Case), Error> {
        let moment = Moment::of(self.clock)?.not_before(ticket.updated_at);
        Ok((Draft::new(self.rules, moment, actor), Case::of(ticket)))
    }

    /// The day that it is where the service is answered.
    async fn today(self, ticket: &Ticket, draft: &Draft<'_>) -> Result<NaiveDate, Error> {
        let catalogue = self.catalogue().await?;
        let offer = catalogue.services.get(&ticket.service);
        let calendar = offer.and_then(|offer| offer.calendar.as_ref());
        let hours = calendar.and_then(|name| self.rules.sla().hours_of(name));
        let now = draft.now();
        Ok(hours.map_or_else(|| now.date_naive(), |hours| hours.date(now)))
    }
}

impl Draft<'_> {
    /// Fills in fields that are the desk's to fill in.
    fn fill<'n>(
        &mut self,
        case: &mut Case,
        fields: impl IntoIterator<Item = (&'n str, FieldValue)>,
    ) -> Result<(), Error> {
        let mut filled = BTreeMap::new();
        for (name, value) in fields {
            let place = format!("fields.{name}");
            let kind = FILLED_BY_DESK.iter().find(|(field, _)| *field == name);
            let kind = kind.map(|(_, kind)| *kind);
            let code: Code = name.parse().map_err(Error::broken)?;
            if self.rules.field(&code) != kind {
                let kind = kind.map_or("", |kind| kind.name());
                return Err(Error::invalid(
                    place,
                    format!("a field of the rules that holds a {kind}"),
                ));
            }
            filled.insert(code, value);
        }
        let amended = Amended {
            fields: filled,
            ..Amended::default()
        };
        self.happen(case, Fact::Amended(Box::new(amended)))
    }
}

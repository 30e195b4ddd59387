//! The customer beside their case: who they are, what else they have with the desk.

use crcore::access::{self, Right};
use crcore::store::{Paging, Sort, TicketFilter};
use crcore::{Actor, CustomerId, Error, Ticket};
use crcore_adapters::accounts::{Account, AccountError};
use minijinja::context;
use minijinja::value::Value;

use super::case::Case;
use super::names::{Names, say};
use super::{list, views::Asked};
use crate::web::ctx::Ctx;
use crate::web::fault::Fault;

/// How many of the customer's cases are shown beside one.
const CASES: u32 = 8;

/// Who the customer is, their other cases, what can be done for them.
pub(super) async fn panel(ctx: &Ctx, case: &Case, payment: Option<&str>) -> Result<Value, Fault> {
    let actor = ctx.actor()?;
    let ticket = &case.ticket;
    let known = case.names.known(ticket.customer);
    let told = |id: &str| say(ctx, id, &[]);
    let mut facts = Vec::new();
    let mut fact = |key: String, value: Option<String>| {
        facts.extend(value.map(|value| context! { key => key, value => value }));
    };
    fact(told("agent-email"), known.and_then(|c| c.email.clone()));
    let account = account_of(ctx, actor, ticket.customer).await?;
    let profile = account
        .as_ref()
        .and_then(|account| account.profile.as_ref());
    fact(told("agent-phone"), profile.and_then(|p| p.phone.clone()));
    let branch = profile.and_then(|p| p.branch.as_ref());
    let branch = branch.map(|branch| case.names.choice(crcore::ticket::BRANCH, branch));
    fact(told("agent-branch"), branch);
    let channel = profile.and_then(|p| p.preferred_channel);
    fact(
        told("agent-prefers"),
        channel.map(|c| told(&format!("agent-channel-{}", c.name()))),
    );
    fact(
        told("agent-language"),
        known.map(|c| c.language.to_string()),
    );
    let owner = known.and_then(|c| c.account_owner);
    fact(
        told("agent-owner"),
        owner.map(|id| case.names.agent(ctx, id)),
    );
    fact(
        told("agent-account"),
        Some(told(if account.is_some() {
            "agent-account-yes"
        } else {
            "agent-account-no"
        })),
    );
    Ok(context! {
        name => case.names.customer(ctx, ticket.customer),
        facts => facts,
        others => others(ctx, ticket).await?,
        payment => transaction(ctx, case, payment).await?,
        all => format!("/desk?{}", all_of(ticket).query()),
        raise => format!("/desk/raise?customer={}", ticket.customer),
        erase => access::has(actor.role(), Right::EraseCustomers)
            .then(|| format!("/admin/customers/{}/erase", ticket.customer)),
    })
}

/// The customer's account, if they have one.
pub(crate) async fn account_of(
    ctx: &Ctx,
    actor: Actor,
    id: CustomerId,
) -> Result<Option<Account>, Fault> {
    match ctx.app.accounts.account(actor, id.into()).await {
        Ok(account) => Ok(Some(account)),
        Err(AccountError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The list of all their cases.
fn all_of(ticket: &Ticket) -> Asked {
    Asked::of_text(&format!("view=all&customer={}", ticket.customer))
}

/// The customer's other cases, the latest first.
pub(crate) async fn others(ctx: &Ctx, ticket: &Ticket) -> Result<Vec<Value>, Fault> {
    let filter = TicketFilter {
        customer: Some(ticket.customer),
        ..TicketFilter::default()
    };
    let paging = Paging {
        sort: Sort::Updated,
        limit: CASES + 1,
        ..Paging::default()
    };
    let page = ctx.desk().tickets(ctx.actor()?, filter, &paging).await?;
    let mut others = page.items;
    others.retain(|other| other.id != ticket.id);
    others.truncate(CASES as usize);
    let names = Names::of(ctx, &others).await?;
    let all = all_of(ticket);
    let shown = others.iter().map(|other| {
        context! {
            href => super::case::address(other.reference, &all),
            reference => other.reference.to_string(),
            subject => names.subject(ctx, other),
            status => list::status(ctx, other),
        }
    });
    Ok(shown.collect())
}

/// The field of the rules in which a customer says which payment it is about.
const TRANSACTION: &str = "transaction";

/// What the ledger knows of the payment that is asked for, else of the one that the case names.
async fn transaction(ctx: &Ctx, case: &Case, asked: Option<&str>) -> Result<Value, Fault> {
    let (desk, actor) = (ctx.desk(), ctx.actor()?);
    let mut reference = asked.unwrap_or_default().trim().to_owned();
    if reference.is_empty() {
        let texts = desk.field_texts(actor, case.ticket.id).await?;
        let named = texts
            .into_iter()
            .find(|(field, _)| field.as_str() == TRANSACTION);
        reference = named.map(|(_, text)| text).unwrap_or_default();
    }
    if reference.is_empty() {
        return Ok(context! { reference => "", facts => (), missing => () });
    }
    let found = desk
        .transaction(actor, case.ticket.customer, &reference)
        .await;
    let told = |id: &str| say(ctx, id, &[]);
    let (facts, missing) = match found {
        Ok(payment) => {
            let amount = payment.amount.written(ctx.visitor.language.as_str());
            let direction = told(&format!("agent-payment-{}", payment.direction.name()));
            let fact = |key: &str, value: String| context! { key => told(key), value => value };
            let facts = vec![
                fact(
                    "agent-payment-status",
                    told(&format!("agent-payment-{}", payment.status.name())),
                ),
                fact("agent-amount", format!("{amount}, {direction}")),
                fact("agent-payment-at", ctx.instant(payment.at)),
                fact(
                    "agent-payment-what",
                    super::names::humane(&payment.description),
                ),
            ];
            (Some(facts), None)
        }
        Err(Error::NotFound { .. } | Error::Invalid { .. }) => (None, Some("agent-payment-none")),
        Err(Error::NotPossible { .. } | Error::TryAgain { .. }) => {
            (None, Some("agent-payment-later"))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(context! { reference => reference, facts => facts, missing => missing.map(told) })
}

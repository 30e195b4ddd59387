//! Erasing a customer who asks for it (GDPR, article 17; DPDP Act 2023, section 12): the words of their cases, the
//! desk's record of them, and their account.

use axum::extract::Path;
use crcore::store::{TicketFilter, Total};
use crcore::ticket::StatusName;
use crcore::{CustomerId, Error, Role};
use crcore_adapters::accounts::{Account, AccountError, AccountState};
use minijinja::context;
use minijinja::value::Value;

use super::{complain, filled, page, refused, say};
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};
use crate::web::part::agent::account_of;

fn id_of(id: &str) -> Result<CustomerId, Fault> {
    id.parse().map_err(|_| Fault::not_found())
}

/// The customer's account, if they have one. Who works here is no customer.
async fn account(ctx: &Ctx, id: CustomerId) -> Result<Option<Account>, Fault> {
    match account_of(ctx, ctx.actor()?, id).await? {
        Some(account) if account.role != Role::Customer => Err(Fault::not_found()),
        account => Ok(account),
    }
}

/// How many of their cases stand in the way; nothing where none does.
async fn active(ctx: &Ctx, id: CustomerId) -> Result<Option<Total>, Fault> {
    let active = TicketFilter {
        customer: Some(id),
        statuses: StatusName::ALL
            .into_iter()
            .filter(|status| status.is_active())
            .collect(),
        ..TicketFilter::default()
    };
    let active = ctx.desk().total(ctx.actor()?, active).await?;
    Ok((active != Total::Exact(0)).then_some(active))
}

/// What there is of the customer, and what stands in the way.
async fn told(ctx: &Ctx, id: CustomerId, came: Option<(&Errors, &Form)>) -> Result<Value, Fault> {
    let (desk, actor) = (ctx.desk(), ctx.actor()?);
    let account = account(ctx, id).await?;
    let customer = match desk.customer(actor, id).await {
        Ok(customer) => Some(customer),
        Err(Error::NotFound { .. }) if account.is_some() => None,
        Err(error) => return Err(error.into()),
    };
    let name = customer.as_ref().and_then(|customer| customer.name.clone());
    let name = name.or_else(|| account.as_ref().map(|account| account.name.clone()));
    let all = TicketFilter {
        customer: Some(id),
        ..TicketFilter::default()
    };
    Ok(context! {
        filled => filled(ctx, came),
        id => id.to_string(),
        name => name,
        cases => desk.total(actor, all).await?.to_string(),
        active => active(ctx, id).await?.map(|count| {
            say(ctx, "admin-erase-active", &[("count", count.into())])
        }),
        list => format!("/desk?view=all&customer={id}"),
        has_account => account.is_some(),
    })
}

pub(super) async fn ask(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let context = told(&ctx, id_of(&id)?, None).await?;
    page(&ctx, "admin/erase.html", "admin-title-erase", context)
}

/// Erases them. What was erased stays so where something stands in the way, and the rest can be asked for again.
pub(super) async fn erase(ctx: Ctx, Path(id): Path<String>, form: Form) -> Answer {
    let id = id_of(&id)?;
    let account = account(&ctx, id).await?;
    let mut errors = Errors::default();
    errors.check(form.is_ticked("sure"), "sure", "admin-erase-be-sure");
    if let Some(count) = active(&ctx, id).await? {
        errors.add_with(
            "",
            "admin-erase-active",
            vec![("count".into(), count.into())],
        );
    }
    if errors.is_empty() {
        // To the end, also where whoever asked goes away.
        let erasing = tokio::spawn(erased(ctx.clone(), id, account));
        match erasing.await.map_err(Fault::broken)?? {
            Ok(()) => return ctx.see_other("/admin/people", Some("admin-flash-erased")),
            Err(error) => complain(&mut errors, error)?,
        }
    }
    let context = told(&ctx, id, Some((&errors, &form))).await?;
    refused(&ctx, "admin/erase.html", "admin-title-erase", context)
}

/// Erases them while nobody writes in their name.
async fn erased(
    ctx: Ctx,
    id: CustomerId,
    account: Option<Account>,
) -> Result<Result<(), Error>, Fault> {
    let (actor, accounts) = (ctx.actor()?, &ctx.app.accounts);
    let is_open = account
        .as_ref()
        .is_some_and(|account| account.state == AccountState::Active);
    if is_open {
        accounts.suspend(actor, id.into()).await?;
    }
    match ctx.desk().erase_customer(actor, id).await {
        // An earlier try came this far.
        Ok(_) | Err(Error::NotFound { what: "customer" }) if account.is_some() => {
            match accounts.forget(actor, id).await {
                Ok(()) | Err(AccountError::NotFound { .. }) => Ok(Ok(())),
                Err(error) => Err(error.into()),
            }
        }
        Ok(_) => Ok(Ok(())),
        Err(error) => {
            if is_open {
                accounts.reinstate(actor, id.into()).await?;
            }
            Ok(Err(error))
        }
    }
}

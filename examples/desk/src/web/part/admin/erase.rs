//! Erasing a customer who asks for it (GDPR, article 17; DPDP Act 2023, section 12): the words of their cases, the
//! desk's record of them, and their account.

use axum::extract::Path;
use crcore::store::{TicketFilter, Total};
use crcore::ticket::StatusName;
use crcore::{CustomerId, Error};
use crcore_adapters::accounts::{AccountError, AccountId};
use minijinja::context;
use minijinja::value::Value;

use super::{complain, filled, page, refused};
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};

fn id_of(id: &str) -> Result<CustomerId, Fault> {
    id.parse().map_err(|_| Fault::not_found())
}

/// What there is of the customer, and what stands in the way.
async fn told(ctx: &Ctx, id: CustomerId, came: Option<(&Errors, &Form)>) -> Result<Value, Fault> {
    let (desk, actor) = (ctx.desk(), ctx.actor()?);
    let account = match ctx.app.accounts.account(actor, AccountId::from(id)).await {
        Ok(account) => Some(account),
        Err(AccountError::NotFound { .. }) => None,
        Err(error) => return Err(error.into()),
    };
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
    let active = TicketFilter {
        statuses: StatusName::ALL
            .into_iter()
            .filter(|status| status.is_active())
            .collect(),
        ..all.clone()
    };
    let active = desk.total(actor, active).await?;
    Ok(context! {
        filled => filled(ctx, came),
        id => id.to_string(),
        name => name,
        cases => desk.total(actor, all).await?.to_string(),
        active => (active != Total::Exact(0)).then(|| active.to_string()),
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
    let mut errors = Errors::default();
    errors.check(form.is_ticked("sure"), "sure", "admin-erase-be-sure");
    if errors.is_empty() {
        let actor = ctx.actor()?;
        match ctx.desk().erase_customer(actor, id).await {
            Ok(_) => {
                match ctx.app.accounts.forget(actor, id).await {
                    Ok(()) | Err(AccountError::NotFound { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
                return ctx.see_other("/admin/people", Some("admin-flash-erased"));
            }
            Err(error) => complain(&mut errors, error)?,
        }
    }
    let context = told(&ctx, id, Some((&errors, &form))).await?;
    refused(&ctx, "admin/erase.html", "admin-title-erase", context)
}

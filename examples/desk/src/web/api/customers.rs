//! Customers: found by their address or name, and read.

use axum::Json;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use crcore::{AgentId, Customer, CustomerId};
use crcore_adapters::accounts::Account;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::asked::{Asked, Program};
use super::scope::Scope;
use super::words::{ChannelName, CodeText, LanguageTag};
use crate::web::fault::{Answer, Fault};
use crate::web::part::agent::account_of;

/// Who is looked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Their whole address, or what their name begins with, whatever the case.
    #[param(min_length = 1, example = "asha")]
    who: String,
}

/// A customer, as the bank or the desk knows them. What nobody told is absent.
#[derive(Serialize, ToSchema)]
#[schema(as = Customer)]
pub(crate) struct CustomerBody {
    /// The bank's own id of the customer.
    id: Uuid,
    /// How they are addressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Where mail to them goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// The language they are written to in.
    language: LanguageTag,
    /// The one agent who looks after them.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<Uuid>,
    /// Their telephone number, as they write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// The branch they go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<CodeText>,
    /// How they would rather be answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<ChannelName>,
    /// Whether they have an account on the web.
    account: bool,
}

impl CustomerBody {
    fn of(customer: Customer, account: Option<Account>) -> Self {
        let has_account = account.is_some();
        let profile = account.and_then(|account| account.profile);
        let profile = profile.unwrap_or_default();
        Self {
            id: customer.id.uuid(),
            name: customer.name,
            email: customer.email,
            language: LanguageTag(customer.language),
            agent: customer.account_owner.map(AgentId::uuid),
            phone: profile.phone,
            branch: profile.branch.map(CodeText),
            channel: profile.preferred_channel.map(ChannelName),
            account: has_account,
        }
    }
}

/// Find customers
///
/// By their address or name, of those who have an account. At most 20: ask for more of the name of who is not
/// among them.
#[utoipa::path(get, path = "/api/v1/customers", tag = "customers", operation_id = "find_customers",
    params(Wanted), security(("token" = ["customers:read"])),
    responses((status = 200, description = "Who was found, by name.", body = Vec<CustomerBody>)))]
pub(super) async fn find(program: Program, Asked(wanted): Asked<Wanted>) -> Answer {
    let actor = program.may(Scope::CustomersRead)?;
    if wanted.who.trim().is_empty() {
        let expected = "an address, or what a name begins with";
        return Err(Fault::invalid("who", expected));
    }
    let found = program.ctx.app.accounts.find_customers(actor, &wanted.who);
    let found = found.await?;
    let id = |account: &Account| CustomerId::from(account.id.uuid());
    let ids = found.iter().map(id).collect();
    let mut known = program.ctx.desk().customers(actor, &ids).await?;
    let bodies = found.into_iter().filter_map(|account| {
        let customer = known.remove(&id(&account))?;
        Some(CustomerBody::of(customer, Some(account)))
    });
    Ok(Json(bodies.collect::<Vec<_>>()).into_response())
}

/// One customer
#[utoipa::path(get, path = "/api/v1/customers/{customer}", tag = "customers", operation_id = "read_customer",
    params(("customer" = Uuid, Path, description = "The bank's own id of the customer")),
    security(("token" = ["customers:read"])),
    responses((status = 200, description = "The customer.", body = CustomerBody)))]
pub(super) async fn read(program: Program, Path(customer): Path<String>) -> Answer {
    let actor = program.may(Scope::CustomersRead)?;
    let id: CustomerId = customer.parse().map_err(|_| Fault::not_found())?;
    let customer = program.ctx.desk().customer(actor, id).await?;
    let account = account_of(&program.ctx, actor, id).await?;
    Ok(Json(CustomerBody::of(customer, account)).into_response())
}

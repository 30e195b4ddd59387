//! A customer's cases.

use crcore::store::{Cursor, Paging, Sort, TicketFilter};
use crcore::ticket::{Kind, StatusName};
use minijinja::context;
use minijinja::value::Value;

use super::view;
use crate::web::address::encode;
use crate::web::ctx::{Ctx, query_of};
use crate::web::fault::{Answer, Fault};

/// The list, open ones first on its own tab.
pub(super) async fn all(ctx: Ctx) -> Answer {
    if !ctx.part {
        ctx.app.visits.came("cases");
    }
    let closed = query_of(&ctx.uri, "show").as_deref() == Some("closed");
    let after = query_of(&ctx.uri, "after");
    let after: Option<Cursor> = match after.as_deref() {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| Fault::not_found())?),
    };
    let statuses = StatusName::ALL.into_iter();
    let filter = TicketFilter {
        // A turn at the counter is no case: it has a page of its own.
        kinds: Kind::ALL
            .iter()
            .copied()
            .filter(|kind| *kind != Kind::Service)
            .collect(),
        statuses: statuses
            .filter(|status| (*status == StatusName::Closed) == closed)
            .collect(),
        ..TicketFilter::default()
    };
    let paging = Paging {
        sort: Sort::Updated,
        after,
        ..Paging::default()
    };
    let page = ctx.desk().tickets(ctx.actor()?, filter, &paging).await?;
    let subjects = ctx.desk().subjects(&page.items).await?;
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let cases: Vec<Value> = page
        .items
        .iter()
        .map(|ticket| view::case(&ctx, &catalogue, ticket, subjects.get(&ticket.id)))
        .collect();
    let tab = if closed { "closed" } else { "open" };
    let next = page
        .next
        .map(|cursor| format!("/cases?show={tab}&after={}", encode(&cursor.to_string())));
    let context = context! {
        cases => cases,
        next => next,
        tab => tab,
        templates => "customer/cases_list.html",
    };
    if ctx.part {
        let text = ctx.render("customer/cases_list.html", "customer-title-cases", context)?;
        return Ok(axum::response::IntoResponse::into_response(
            axum::response::Html(text),
        ));
    }
    ctx.page("customer/cases.html", "customer-title-cases", context)
}

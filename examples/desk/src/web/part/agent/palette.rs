//! Find or do: pages, cases by reference, own recent cases by subject or by what their reference begins with,
//! customers by name.

use axum::Json;
use axum::response::IntoResponse as _;
use crcore::Ticket;
use crcore::store::{Assigned, Paging, Sort, TicketFilter};
use serde::Serialize;

use super::names::say;
use super::views::{self, Asked};
use super::{case, desk_reader};
use crate::web::address::encode;
use crate::web::ctx::{Ctx, query_of};
use crate::web::fault::Answer;

/// How many of one's recent cases are looked through.
const RECENT: u32 = 100;
/// How much is found at once.
const FOUND_MAX: usize = 12;

#[derive(Serialize)]
struct Item {
    text: String,
    what: String,
    href: String,
}

#[derive(Serialize)]
struct Found {
    found: Vec<Item>,
}

pub(super) async fn palette(ctx: Ctx) -> Answer {
    let (actor, me) = desk_reader(&ctx)?;
    let query = query_of(&ctx.uri, "q").unwrap_or_default();
    let query = query.trim();
    let mut found = Vec::new();
    if let Some(ticket) = case::by_text(&ctx, query).await? {
        let subjects = ctx.desk().subjects(std::slice::from_ref(&ticket)).await?;
        found.push(of_case(&ctx, &ticket, subjects.get(&ticket.id)));
    }
    let wanted = query.to_lowercase();
    if !wanted.is_empty() {
        let filter = TicketFilter {
            assigned: Assigned::To(me),
            ..TicketFilter::default()
        };
        let paging = Paging {
            sort: Sort::Updated,
            limit: RECENT,
            ..Paging::default()
        };
        let recent = ctx.desk().tickets(actor, filter, &paging).await?.items;
        let subjects = ctx.desk().subjects(&recent).await?;
        for ticket in &recent {
            let subject = subjects.get(&ticket.id);
            let reference = ticket.reference.to_string().to_lowercase();
            let typed = wanted.replace('-', "");
            let begins = !typed.is_empty() && reference.replace('-', "").starts_with(&typed);
            if found
                .iter()
                .any(|item| item.what == ticket.reference.to_string())
            {
                continue;
            }
            if begins || subject.is_some_and(|subject| subject.to_lowercase().contains(&wanted)) {
                found.push(of_case(&ctx, ticket, subject));
            }
        }
    }
    for (text, href) in commands(&ctx).await? {
        if text.to_lowercase().contains(&wanted) {
            found.push(Item {
                text,
                what: say(&ctx, "agent-palette-go", &[]),
                href,
            });
        }
    }
    if wanted.chars().count() >= 3 {
        let what = say(&ctx, "agent-customer", &[]);
        for account in ctx.app.accounts.find_customers(actor, query).await? {
            let href = format!("/desk?view=all&customer={}", account.id.uuid());
            found.push(Item {
                text: account.name,
                what: what.clone(),
                href,
            });
        }
    }
    found.truncate(FOUND_MAX);
    Ok(Json(Found { found }).into_response())
}

fn of_case(ctx: &Ctx, ticket: &Ticket, subject: Option<&String>) -> Item {
    let reference = ticket.reference.to_string();
    Item {
        text: subject
            .cloned()
            .unwrap_or_else(|| say(ctx, "agent-subject-erased", &[])),
        href: case::address(ticket.reference, &Asked::of_text("")),
        what: reference,
    }
}

async fn commands(ctx: &Ctx) -> Result<Vec<(String, String)>, crate::web::fault::Fault> {
    let views = views::all(ctx).await?.into_iter();
    let mut all: Vec<(String, String)> = views
        .map(|named| {
            (
                named.title,
                format!("/desk?view={}", encode(&named.address)),
            )
        })
        .collect();
    let pages = [
        ("agent-title-raise", "/desk/raise"),
        ("agent-title-board", "/board"),
    ];
    all.extend(pages.map(|(id, href)| (say(ctx, id, &[]), href.to_owned())));
    Ok(all)
}

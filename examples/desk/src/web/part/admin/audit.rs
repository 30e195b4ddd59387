//! The trail of who changed people, rules and accounts, and whether it and the feed still hold.

use crcore::{Actor, AgentId, CustomerId, Head, in_full};
use minijinja::context;
use minijinja::value::Value;

use super::asked::Asked;
use super::grid::{Grid, at, link, text};
use super::names::Names;
use super::{page, say};
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::Form;

/// How many entries a page shows.
const PAGE: u32 = 100;

/// A head as it is exported: position and hash.
fn written(head: &Head) -> String {
    format!("{}:{}", head.position, head.hash)
}

fn read(text: &str) -> Option<Head> {
    let (position, hash) = text.trim().split_once(':')?;
    Some(Head {
        position: position.parse().ok()?,
        hash: hash.parse().ok()?,
    })
}

pub(super) async fn audit(ctx: Ctx) -> Answer {
    let actor = ctx.actor()?;
    let asked = Asked::of(&ctx);
    let after = asked
        .other
        .get("after")
        .and_then(|after| after.parse().ok());
    let entries = ctx.desk().audit(actor, after, PAGE).await?;
    let mut names = Names::read(&ctx).await?;
    let about = entries.iter().flat_map(|entry| {
        let by = match entry.by {
            Actor::Customer(id) => Some(id),
            _ => None,
        };
        by.into_iter().chain(customer(&entry.on))
    });
    let is_staff = |id: &CustomerId| names.staff.contains_key(&AgentId::from(id.uuid()));
    let about = about.filter(|id| !is_staff(id)).collect();
    if let Err(error) = names.meet_customers(&ctx, actor, about).await {
        tracing::warn!(error = in_full(&error), "the trail is told without names");
    }
    let mut grid = Grid::new(
        &ctx,
        "audit",
        &["#number", "at", "by", "act", "on", "details"],
    );
    for entry in &entries {
        let details = entry
            .details
            .iter()
            .map(|(name, value)| format!("{name}: {value}"));
        grid.row([
            text(entry.position.to_string()),
            at(entry.at),
            text(names.actor(&ctx, entry.by)),
            text(act(&ctx, &entry.what)),
            place(&names, &entry.what, &entry.on),
            text(details.collect::<Vec<_>>().join(", ")),
        ]);
    }
    let last = entries.last().filter(|entry| entry.position > 1);
    let context = context! {
        grids => vec![grid.value()],
        next => last.map(|entry| format!("/admin/audit?after={}", entry.position)),
        feed => written(&ctx.desk().head(actor).await?),
        trail => written(&ctx.desk().audit_head(actor).await?),
    };
    page(&ctx, "admin/audit.html", "admin-title-audit", context)
}

/// What was done, in words; a word of the program's own that this desk has none for stands as it is.
fn act(ctx: &Ctx, what: &str) -> String {
    let id = format!("admin-told-{}", what.replace('.', "-"));
    match ctx.app.messages.has(&id) {
        true => say(ctx, &id, &[]),
        false => what.to_owned(),
    }
}

/// Acts whose entry names what never was an account, or is one no more: a token, an invitation.
const ABOUT_NOBODY: [&str; 5] = [
    "token.made",
    "token.revoked",
    "account.invited",
    "account.invitation_withdrawn",
    "account.forgotten",
];

/// The customer that an entry may be about: their account has the same id.
fn customer(on: &str) -> Option<CustomerId> {
    match on.split_once(':') {
        Some(("account" | "customer", id)) => id.parse().ok(),
        _ => None,
    }
}

/// What an entry is about, with the way there for people.
fn place(names: &Names, what: &str, on: &str) -> Value {
    let of_staff = |id: &str| id.parse().ok().and_then(|id| names.staff.get(&id).cloned());
    let of_customer = || customer(on).and_then(|id| names.customers.get(&id).cloned());
    match on.split_once(':') {
        Some(("account" | "agent", id)) if !ABOUT_NOBODY.contains(&what) => {
            let name = of_staff(id).or_else(of_customer);
            let name = name.unwrap_or_else(|| on.to_owned());
            link(name, format!("/admin/people/{id}"))
        }
        _ => text(of_customer().unwrap_or_else(|| on.to_owned())),
    }
}

/// Reads the whole feed and the whole trail again, against heads that were exported before if there are
/// any.
pub(super) async fn check(ctx: Ctx, form: Form) -> Answer {
    let actor = ctx.actor()?;
    let exported = |name: &str| match form.text(name) {
        "" => Ok(None),
        given => read(given).map(Some).ok_or_else(|| {
            Fault::invalid(name, "a position and a hash").words(say(&ctx, "admin-head-wrong", &[]))
        }),
    };
    let feed = ctx.desk().verify(actor, exported("feed")?).await?;
    let trail = ctx.desk().verify_audit(actor, exported("trail")?).await?;
    let mut grid = Grid::new(&ctx, "chains", &["chain", "holds", "#events", "head"]);
    for (name, found) in [("feed", feed), ("trail", trail)] {
        let name = text(say(&ctx, &format!("admin-chain-{name}"), &[]));
        grid.row(match found {
            Ok(head) => [
                name,
                text(say(&ctx, "admin-chain-holds", &[])),
                text(head.position.to_string()),
                text(written(&head)),
            ],
            Err(fault) => {
                let broken = [("where", fault.position.into())];
                let said = say(&ctx, "admin-chain-broken", &broken);
                [name, text(format!("{said} {fault}")), text(""), text("")]
            }
        });
    }
    let context = context! {
        grids => vec![grid.value()], text => say(&ctx, "admin-chain-text", &[]),
    };
    page(&ctx, "admin/table.html", "admin-title-checked", context)
}

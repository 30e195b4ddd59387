//! The catalogue: what there is, where, when, and how long it takes.

use axum::extract::Path;
use chrono::{DateTime, Utc};
use crcore::catalogue::{Catalogue, Door, Offer, Opening};
use crcore::{Code, Rulebook};
use minijinja::context;
use minijinja::value::Value;

use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};

/// Every service.
pub(super) async fn all(ctx: Ctx) -> Answer {
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let rules = ctx.desk().rules();
    let (now, language) = (ctx.app.clock.now(), &ctx.visitor.language);
    let services: Vec<Value> = catalogue
        .services
        .iter()
        .map(|(code, offer)| {
            context! {
                href => format!("/services/{code}"),
                title => offer.title.told(language),
                description => offer.description.told(language),
                opening => opening(catalogue.service_opening(&rules, code, now)),
                at_counter => offer.doors.contains(&Door::Token),
            }
        })
        .collect();
    let branches = branches(&ctx, &catalogue, &rules, now).await?;
    ctx.page(
        "customer/services.html",
        "customer-title-services",
        context! { services => services, branches => branches },
    )
}

/// One service: its doors, branches and hours.
pub(super) async fn one(ctx: Ctx, Path(service): Path<String>) -> Answer {
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let rules = ctx.desk().rules();
    let code: Code = service.parse().map_err(|_| Fault::not_found())?;
    let offer = catalogue.services.get(&code).ok_or_else(Fault::not_found)?;
    let (now, language) = (ctx.app.clock.now(), &ctx.visitor.language);
    let here: Vec<Value> = branches(&ctx, &catalogue, &rules, now)
        .await?
        .into_iter()
        .zip(catalogue.branches.keys())
        .filter(|(_, branch)| offer.branches.contains(branch))
        .map(|(value, _)| value)
        .collect();
    let context = context! {
        service => context! {
            code => code.as_str(),
            title => offer.title.told(language),
            description => offer.description.told(language),
            minutes => offer.minutes,
        },
        opening => opening(catalogue.service_opening(&rules, &code, now)),
        doors => doors(&ctx, &code, offer),
        branches => here,
    };
    ctx.page("customer/service.html", "customer-title-service", context)
}

/// The ways in to a service, as links.
fn doors(ctx: &Ctx, code: &Code, offer: &Offer) -> Vec<Value> {
    offer
        .doors
        .iter()
        .map(|door| {
            let (href, symbol) = match door {
                Door::Token => (format!("/token?service={code}"), "ticket"),
                Door::Chat => (format!("/chat?service={code}"), "chat"),
                Door::Complain => (format!("/raise/complain/{code}"), "speech"),
                door => (format!("/raise/{}/{code}", door.name()), "question"),
            };
            let text = |part: &str| ctx.text(&format!("customer-door-{}{part}", door.name()), &[]);
            context! { href => href, symbol => symbol, title => text(""), text => text("-text") }
        })
        .collect()
}

/// Whether something is open, for a template.
fn opening(opening: Option<Opening>) -> Value {
    let instant = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339());
    match opening {
        Some(Opening::Open { until }) => context! { is => "open", at => instant(until) },
        Some(Opening::Closed { opens }) => context! { is => "closed", at => instant(opens) },
        None => context! { is => "closed", at => None::<String> },
    }
}

/// Each branch with its hours and how many wait there.
pub(crate) async fn branches(
    ctx: &Ctx,
    catalogue: &Catalogue,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> Result<Vec<Value>, Fault> {
    let language = &ctx.visitor.language;
    let lines = ctx.app.lines.all(ctx.desk()).await?;
    let branches = catalogue.branches.iter().map(|(code, branch)| {
        let line = lines.get(code);
        context! {
            code => code.as_str(),
            name => branch.name.told(language),
            address => branch.address.told(language),
            opening => opening(catalogue.branch_opening(rules, code, now)),
            waiting => line.map_or(0, |line| line.waiting.len()),
            open_counters => line.map_or(0, |line| line.serving.len()),
            token => format!("/token?branch={code}"),
        }
    });
    Ok(branches.collect())
}

//! The catalogue: what there is, where, when, and how long it takes.

use axum::extract::Path;
use chrono::{DateTime, Utc};
use crcore::catalogue::{Catalogue, Door, Offer, Opening};
use crcore::{Code, Rulebook};
use minijinja::context;
use minijinja::value::Value;

use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::part::counter::wait_text;

/// Every service.
pub(super) async fn all(ctx: Ctx) -> Answer {
    ctx.app.visits.came("services");
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let rules = ctx.desk().rules();
    let (now, language) = (ctx.app.clock.now(), &ctx.visitor.language);
    let lines = ctx.app.lines.all(ctx.desk()).await?;
    let services: Vec<Value> = catalogue
        .services
        .iter()
        .map(|(code, offer)| {
            let here = lines.values().filter(|line| line.opening.is_open());
            let waits = here.filter_map(|line| line.services.get(code)?.wait);
            let shortest = waits.map(|wait| wait.minutes).min();
            context! {
                href => format!("/services/{code}"),
                title => offer.title.told(language),
                description => offer.description.told(language),
                opening => opening(catalogue.service_opening(&rules, code, now)),
                at_counter => offer.doors.contains(&Door::Token),
                shortest => shortest,
            }
        })
        .collect();
    let branches = branches(&ctx, &catalogue, &rules, now, None).await?;
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
    ctx.app.visits.came("service");
    let (now, language) = (ctx.app.clock.now(), &ctx.visitor.language);
    let here: Vec<Value> = branches(&ctx, &catalogue, &rules, now, Some(&code))
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

/// Each branch with its hours and how many wait there: for one service, if it is named, and how long.
pub(crate) async fn branches(
    ctx: &Ctx,
    catalogue: &Catalogue,
    rules: &Rulebook,
    now: DateTime<Utc>,
    service: Option<&Code>,
) -> Result<Vec<Value>, Fault> {
    let language = &ctx.visitor.language;
    let lines = ctx.app.lines.all(ctx.desk()).await?;
    let branches = catalogue.branches.iter().map(|(code, branch)| {
        let line = lines.get(code);
        let here = service.and_then(|service| line?.services.get(service));
        let of_all = line.map_or(0, |line| line.waiting.len() as u64);
        context! {
            code => code.as_str(),
            name => branch.name.told(language),
            address => branch.address.told(language),
            opening => opening(catalogue.branch_opening(rules, code, now)),
            waiting => here.map_or(of_all, |here| here.waiting.into()),
            wait => here.map(|here| wait_text(ctx, here.wait)),
            token => match service {
                Some(service) => format!("/token?branch={code}&service={service}"),
                None => format!("/token?branch={code}"),
            },
        }
    });
    Ok(branches.collect())
}

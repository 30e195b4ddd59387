//! The customer's token: taking one, and the page that says when it is their turn.

use axum::extract::Path;
use axum::response::{Html, IntoResponse as _};
use chrono::{DateTime, Utc};
use crcore::catalogue::{Door, Opening};
use crcore::desk::counter::{Place, Token, TokenRequest};
use crcore::store::{Paging, TicketFilter};
use crcore::ticket::{Outcome, StatusName};
use crcore::{Actor, Code, Error};
use minijinja::context;
use minijinja::value::Value;

use super::wait_text;
use crate::web::ctx::{Ctx, query_of};
use crate::web::fault::{Answer, Fault};
use crate::web::form::Form;
use crate::web::part::customer;

/// Branch, then service, then the button.
pub(super) async fn choose(ctx: Ctx) -> Answer {
    if query_of(&ctx.uri, "branch").is_none() {
        ctx.app.visits.came("token");
    }
    choice(&ctx, None).await
}

async fn choice(ctx: &Ctx, refused: Option<String>) -> Answer {
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let rules = ctx.desk().rules();
    let now = ctx.app.clock.now();
    let language = &ctx.visitor.language;
    let named = |name: &str| query_of(&ctx.uri, name).and_then(|text| text.parse::<Code>().ok());
    let wanted = named("service");
    let branch = named("branch").filter(|branch| catalogue.branches.contains_key(branch));
    let Some(code) = branch else {
        let branches = customer::branches(ctx, &catalogue, &rules, now, wanted.as_ref()).await?;
        let here = branches
            .into_iter()
            .zip(&catalogue.branches)
            .filter(|(_, (branch, _))| {
                let mut services = catalogue.at_counter(branch);
                services.any(|(service, _)| wanted.as_ref().is_none_or(|wanted| wanted == service))
            });
        let branches: Vec<Value> = here.map(|(value, _)| value).collect();
        let context = context! { branches => branches, held => held(ctx).await? };
        return ctx.page("counter/branches.html", "counter-title-branch", context);
    };
    let line = ctx.desk().line(&code).await?;
    let services: Vec<Value> = catalogue
        .at_counter(&code)
        .map(|(service, offer)| {
            let here = line.services.get(service);
            context! {
                code => service.as_str(),
                title => offer.title.told(language),
                text => offer.description.told(language),
                ahead => here.map_or(0, |here| here.ahead),
                wait => wait_text(ctx, here.and_then(|here| here.wait)),
                wanted => wanted.as_ref() == Some(service),
            }
        })
        .collect();
    let name = catalogue
        .branches
        .get(&code)
        .map(|branch| branch.name.told(language));
    let opens = match line.opening {
        Opening::Open { .. } => None,
        Opening::Closed { opens } => Some(opens.map(|at| at.to_rfc3339())),
    };
    let context = context! {
        branch => code.as_str(),
        name => name,
        services => services,
        closed => opens.is_some(),
        opens => opens.flatten(),
        refused => refused,
        held => held(ctx).await?,
        key => ctx.fresh_key()?,
    };
    ctx.page("counter/services.html", "counter-title-service", context)
}

/// The numbers of today that a customer holds.
pub(crate) async fn held(ctx: &Ctx) -> Result<Vec<Value>, Fault> {
    let Some(actor @ Actor::Customer(_)) = ctx.visitor.actor() else {
        return Ok(Vec::new());
    };
    let filter = TicketFilter {
        kinds: [Door::Token.kind()].into(),
        channels: [Door::Token.channel()].into(),
        statuses: StatusName::ALL
            .into_iter()
            .filter(|status| status.is_active())
            .collect(),
        ..TicketFilter::default()
    };
    let page = ctx
        .desk()
        .tickets(actor, filter, &Paging::default())
        .await?;
    let day = |at: DateTime<Utc>| at.with_timezone(&ctx.app.settings.zone).date_naive();
    let today = day(ctx.app.clock.now());
    let of_today = page
        .items
        .iter()
        .filter(|ticket| day(ticket.received_at) == today);
    let numbered = of_today.filter_map(|ticket| {
        let (number, reference) = (ticket.token()?, ticket.reference);
        Some(context! { number => number.to_string(), href => format!("/token/{reference}") })
    });
    Ok(numbered.collect())
}

/// Takes a token.
pub(super) async fn take(ctx: Ctx, form: Form) -> Answer {
    let Actor::Customer(customer) = ctx.actor()? else {
        return Err(Fault::not_found());
    };
    let need = |name: &'static str| {
        form.parse::<Code>(name)
            .ok_or_else(|| Fault::invalid(name, "one of those that are shown"))
    };
    let request = TokenRequest {
        customer,
        branch: need("branch")?,
        service: need("service")?,
        language: ctx.visitor.language.clone(),
        key: Some(form.text("key").to_owned()).filter(|key| !key.is_empty()),
    };
    match ctx.desk().take_token(ctx.actor()?, &request).await {
        Ok(token) => ctx.see_other(&format!("/token/{}", token.reference), None),
        Err(Error::NotPossible { .. }) => {
            let mut again = ctx.clone();
            let branch = request.branch;
            again.uri = format!("/token?branch={branch}")
                .parse()
                .map_err(Fault::broken)?;
            choice(&again, Some(ctx.text("counter-not-now", &[]))).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn found(ctx: &Ctx, reference: &str) -> Result<Token, Fault> {
    let reference = reference.parse().map_err(|_| Fault::not_found())?;
    let actor = ctx.actor()?;
    let ticket = ctx.desk().by_reference(actor, reference).await?;
    Ok(ctx.desk().token(actor, ticket.id).await?)
}

pub(super) async fn card_of(ctx: &Ctx, token: &Token) -> Result<Value, Fault> {
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let line = ctx.desk().line(&token.branch).await?;
    let language = &ctx.visitor.language;
    let service = catalogue.services.get(&token.service);
    let branch = catalogue.branches.get(&token.branch);
    let (state, ahead, wait, counter) = match &token.place {
        Place::Waiting { ahead, wait } => {
            ("waiting", Some(*ahead), Some(wait_text(ctx, *wait)), None)
        }
        Place::Called { counter, .. } => ("called", None, None, counter.clone()),
        Place::Held => ("hold", None, None, None),
        Place::Over { withdrawn: true } => ("left", None, None, None),
        Place::Over { withdrawn: false } => ("served", None, None, None),
    };
    let serving: Vec<String> = line
        .serving
        .iter()
        .map(|call| call.number.to_string())
        .collect();
    Ok(context! {
        card => context! {
            number => token.number.to_string(),
            state => state,
            ahead => ahead,
            wait => wait,
            serving => serving.join(", "),
            counter => counter.map(|counter| counter.to_string()),
            service => service.map_or(token.service.as_str(), |offer| offer.title.told(language)),
            branch => branch.map_or(token.branch.as_str(), |branch| branch.name.told(language)),
        },
        reference => token.reference.to_string(),
        branch => token.branch.as_str(),
        can_leave => ["waiting", "hold"].contains(&state),
        is_over => matches!(token.place, Place::Over { .. }),
        key => ctx.fresh_key()?,
    })
}

/// The big number.
pub(super) async fn show(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let token = found(&ctx, &reference).await?;
    let context = card_of(&ctx, &token).await?;
    ctx.page("counter/token.html", "counter-title-token", context)
}

/// The big number alone, as it stands now.
pub(super) async fn card(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let token = found(&ctx, &reference).await?;
    let context = card_of(&ctx, &token).await?;
    let text = ctx.render("counter/card.html", "counter-title-token", context)?;
    Ok(Html(text).into_response())
}

/// Leaves the line.
pub(super) async fn leave(ctx: Ctx, Path(reference): Path<String>, form: Form) -> Answer {
    let token = found(&ctx, &reference).await?;
    let acting = ctx.desk().acting(ctx.actor()?).with_key(form.text("key"));
    let here = format!("/token/{reference}");
    match acting.resolve(token.ticket, Outcome::Withdrawn, None).await {
        Ok(_) => ctx.see_other(&here, Some("counter-flash-left")),
        Err(Error::NotPossible { .. }) => ctx.lead_back(&here, "counter-flash-not-now"),
        Err(error) => Err(error.into()),
    }
}

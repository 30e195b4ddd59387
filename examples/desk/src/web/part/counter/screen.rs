//! The counter: call the next number, and what becomes of it.

use std::collections::BTreeSet;

use axum::extract::Path;
use axum::response::{Html, IntoResponse as _};
use crcore::catalogue::Catalogue;
use crcore::desk::counter::TokenRequest;
use crcore::{Code, CustomerId, Error, TicketId};
use minijinja::context;
use minijinja::value::Value;

use super::{slip, wait_text};
use crate::web::ctx::{Ctx, query_of};
use crate::web::fault::{Answer, Fault};
use crate::web::form::Form;

/// Which counter.
struct Here {
    branch: Code,
    counter: Code,
}

type Names = Path<(String, String)>;

impl Here {
    fn of(Path((branch, counter)): Names) -> Result<Self, Fault> {
        Ok(Self {
            branch: branch.parse().map_err(|_| Fault::not_found())?,
            counter: counter.parse().map_err(|_| Fault::not_found())?,
        })
    }

    fn href(&self) -> String {
        format!("/counter/{}/{}", self.branch, self.counter)
    }

    /// Back to the screen after a deed; what was not possible is said there.
    fn after<T>(&self, ctx: &Ctx, done: Result<T, Error>, flash: Option<&str>) -> Answer {
        match done {
            Ok(_) => ctx.see_other(&self.href(), flash),
            Err(error @ (Error::NotPossible { .. } | Error::Invalid { .. })) => {
                tracing::debug!(%error, "a deed at the counter was refused");
                ctx.lead_back(&self.href(), "counter-flash-not-now")
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Where does one sit down?
pub(super) async fn choose(ctx: Ctx) -> Answer {
    let actor = ctx.actor()?;
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let language = &ctx.visitor.language;
    let mut branches = Vec::new();
    for (code, branch) in &catalogue.branches {
        let taken = ctx.desk().counters(actor, code).await?;
        let counters: Vec<Value> = branch
            .counters
            .iter()
            .map(|counter| {
                let sitting = taken.iter().find(|taken| taken.counter == *counter);
                let mine = sitting.is_some_and(|s| Some(s.sitting.agent) == actor.staff());
                context! {
                    code => counter.as_str(),
                    href => format!("/counter/{code}/{counter}"),
                    taken => sitting.is_some(),
                    mine => mine,
                }
            })
            .collect();
        branches.push(context! {
            code => code.as_str(),
            name => branch.name.told(language),
            counters => counters,
        });
    }
    ctx.page(
        "counter/choose.html",
        "counter-title-counter",
        context! { branches => branches },
    )
}

async fn context(ctx: &Ctx, here: &Here) -> Result<Value, Fault> {
    let (desk, actor) = (ctx.desk(), ctx.actor()?);
    let catalogue = desk.public_catalogue().await?.value;
    let branch = catalogue
        .branches
        .get(&here.branch)
        .ok_or_else(Fault::not_found)?;
    if !branch.counters.contains(&here.counter) {
        return Err(Fault::not_found());
    }
    let language = &ctx.visitor.language;
    let line = desk.line(&here.branch).await?;
    let sitting = match desk.counter(actor, &here.branch, &here.counter).await {
        Ok(counter) => Some(counter),
        Err(Error::NotFound { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let title = |code: &Code| title(&catalogue, code, ctx);
    let waiting: Vec<Value> = line
        .waiting
        .iter()
        .map(|waiting| {
            context! {
                number => waiting.number.to_string(),
                service => title(&waiting.service),
                since => waiting.since.to_rfc3339(),
                state => "waiting",
            }
        })
        .collect();
    let services: Vec<Value> = catalogue
        .at_counter(&here.branch)
        .map(|(code, offer)| {
            let here = line.services.get(code);
            context! {
                value => code.as_str(),
                text => offer.title.told(language),
                waiting => here.map_or(0, |here| here.waiting),
                wait => wait_text(ctx, here.and_then(|here| here.wait)),
            }
        })
        .collect();
    let mut call = Value::from(());
    if let Some(called) = sitting.as_ref().and_then(|counter| counter.sitting.call) {
        let ticket = desk.ticket(actor, called.ticket).await?;
        let subjects = desk.subjects(std::slice::from_ref(&ticket)).await?;
        call = context! {
            number => called.number.to_string(),
            at => called.at.to_rfc3339(),
            times => called.times,
            service => title(&ticket.service),
            subject => subjects.get(&ticket.id).cloned(),
            reference => ticket.reference.to_string(),
            since => ticket.received_at.to_rfc3339(),
        };
    }
    let mine = sitting
        .as_ref()
        .map(|counter| Some(counter.sitting.agent) == actor.staff());
    let held: Vec<Value> = sitting
        .iter()
        .flat_map(|counter| &counter.held)
        .map(|held| {
            context! {
                ticket => held.ticket.to_string(),
                number => held.number.to_string(),
                since => held.since.to_rfc3339(),
            }
        })
        .collect();
    Ok(context! {
        branch => here.branch.as_str(),
        counter => here.counter.as_str(),
        href => here.href(),
        name => branch.name.told(language),
        open => sitting.is_some(),
        mine => mine,
        calls => sitting.as_ref().map(|counter| {
            counter.sitting.services.iter().map(title).collect::<Vec<_>>()
        }),
        call => call,
        held => held,
        waiting => waiting,
        services => services,
        given => given(ctx).await?,
        walk_in => desk.new_id::<CustomerId>()?.to_string(),
        key => ctx.fresh_key()?,
    })
}

/// The number that was given a moment ago.
async fn given(ctx: &Ctx) -> Result<Value, Fault> {
    let ticket = query_of(&ctx.uri, "given").and_then(|ticket| ticket.parse().ok());
    let Some(ticket) = ticket else {
        return Ok(Value::from(()));
    };
    match ctx.desk().token(ctx.actor()?, ticket).await {
        Ok(token) => slip::given(ctx, &token),
        Err(Error::NotFound { .. }) => Ok(Value::from(())),
        Err(error) => Err(error.into()),
    }
}

fn title(catalogue: &Catalogue, code: &Code, ctx: &Ctx) -> String {
    let offer = catalogue.services.get(code);
    let language = &ctx.visitor.language;
    offer.map_or_else(
        || code.to_string(),
        |offer| offer.title.told(language).to_owned(),
    )
}

pub(super) async fn show(ctx: Ctx, names: Names) -> Answer {
    let here = Here::of(names)?;
    let context = context(&ctx, &here).await?;
    ctx.page("counter/screen.html", "counter-title-counter", context)
}

/// The line alone, as it is now.
pub(super) async fn line(ctx: Ctx, names: Names) -> Answer {
    let here = Here::of(names)?;
    let context = context(&ctx, &here).await?;
    let text = ctx.render("counter/screen_line.html", "counter-title-counter", context)?;
    Ok(Html(text).into_response())
}

pub(super) async fn open(ctx: Ctx, names: Names, form: Form) -> Answer {
    let here = Here::of(names)?;
    let services: BTreeSet<Code> = form
        .all("services")
        .iter()
        .filter_map(|s| s.parse().ok())
        .collect();
    let desk = ctx.desk();
    let done = desk
        .open_counter(ctx.actor()?, &here.branch, &here.counter, &services)
        .await;
    here.after(&ctx, done, Some("counter-flash-open"))
}

pub(super) async fn close(ctx: Ctx, names: Names, _form: Form) -> Answer {
    let here = Here::of(names)?;
    let done = ctx
        .desk()
        .close_counter(ctx.actor()?, &here.branch, &here.counter)
        .await;
    here.after(&ctx, done, Some("counter-flash-closed"))
}

pub(super) async fn next(ctx: Ctx, names: Names, _form: Form) -> Answer {
    let here = Here::of(names)?;
    let done = ctx
        .desk()
        .call_next(ctx.actor()?, &here.branch, &here.counter)
        .await;
    let flash = match &done {
        Ok(None) => Some("counter-flash-nobody"),
        _ => None,
    };
    here.after(&ctx, done, flash)
}

pub(super) async fn recall(ctx: Ctx, names: Names, _form: Form) -> Answer {
    let here = Here::of(names)?;
    let done = ctx
        .desk()
        .recall(ctx.actor()?, &here.branch, &here.counter)
        .await;
    here.after(&ctx, done, Some("counter-flash-recalled"))
}

pub(super) async fn no_show(ctx: Ctx, names: Names, _form: Form) -> Answer {
    let here = Here::of(names)?;
    let done = ctx
        .desk()
        .no_show(ctx.actor()?, &here.branch, &here.counter)
        .await;
    here.after(&ctx, done, Some("counter-flash-no-show"))
}

pub(super) async fn hold(ctx: Ctx, names: Names, _form: Form) -> Answer {
    let here = Here::of(names)?;
    let done = ctx
        .desk()
        .hold_token(ctx.actor()?, &here.branch, &here.counter)
        .await;
    here.after(&ctx, done, Some("counter-flash-held"))
}

/// Calls a number that was put aside.
pub(super) async fn held(ctx: Ctx, names: Names, form: Form) -> Answer {
    let here = Here::of(names)?;
    let ticket: TicketId = form.parse("ticket").ok_or_else(Fault::not_found)?;
    let desk = ctx.desk();
    let done = desk
        .call_held(ctx.actor()?, &here.branch, &here.counter, ticket)
        .await;
    here.after(&ctx, done, None)
}

pub(super) async fn transfer(ctx: Ctx, names: Names, form: Form) -> Answer {
    let here = Here::of(names)?;
    let to: Code = form
        .parse("to")
        .ok_or_else(|| Fault::invalid("to", "a service of the branch"))?;
    let desk = ctx.desk();
    let done = desk
        .transfer_token(ctx.actor()?, &here.branch, &here.counter, &to)
        .await;
    here.after(&ctx, done, Some("counter-flash-transferred"))
}

pub(super) async fn serve(ctx: Ctx, names: Names, form: Form) -> Answer {
    let here = Here::of(names)?;
    let text = Some(form.text("text")).filter(|text| !text.is_empty());
    let desk = ctx.desk();
    let done = desk
        .serve_token(ctx.actor()?, &here.branch, &here.counter, text)
        .await;
    here.after(&ctx, done, Some("counter-flash-served"))
}

/// Gives a number to somebody who stands there and has no account: a customer of a fresh id, which the form
/// brings, so that a button that was pressed twice gives one number.
pub(super) async fn walk_in(ctx: Ctx, names: Names, form: Form) -> Answer {
    let here = Here::of(names)?;
    let service = form.parse("service");
    let customer: Option<CustomerId> = form.parse("customer");
    let request = TokenRequest {
        customer: customer.ok_or_else(|| Fault::invalid("customer", "the id of the form"))?,
        branch: here.branch.clone(),
        service: service.ok_or_else(|| Fault::invalid("service", "a service of the branch"))?,
        language: ctx.visitor.language.clone(),
        key: Some(form.text("key").to_owned()).filter(|key| !key.is_empty()),
    };
    match ctx.desk().take_token(ctx.actor()?, &request).await {
        Ok(token) => ctx.see_other(&format!("{}?given={}", here.href(), token.ticket), None),
        Err(error) => here.after(&ctx, Err::<(), _>(error), None),
    }
}

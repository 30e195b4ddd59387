//! The wall of a branch: numbers, readable from five metres, and nothing of anybody.

use axum::extract::Path;
use axum::response::{Html, IntoResponse as _};
use chrono::TimeDelta;
use crcore::Code;
use minijinja::context;
use minijinja::value::Value;

use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::live;

/// How long a call stands out.
const FRESH: TimeDelta = TimeDelta::seconds(20);
/// How many of those who wait are shown: what fits a screen in figures that can be read.
const SHOWN: usize = 12;

fn branch(text: &str) -> Result<Code, Fault> {
    text.parse().map_err(|_| Fault::not_found())
}

async fn numbers(ctx: &Ctx, code: &Code) -> Result<Value, Fault> {
    let line = ctx.desk().line(code).await?;
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let name = catalogue.branches.get(code).ok_or_else(Fault::not_found)?;
    let now = ctx.app.clock.now();
    let calls: Vec<Value> = line
        .serving
        .iter()
        .map(|call| {
            context! {
                number => call.number.to_string(),
                counter => call.counter.as_str(),
                fresh => now - call.at < FRESH,
            }
        })
        .collect();
    let waiting = line.waiting.iter().take(SHOWN);
    let waiting: Vec<String> = waiting.map(|waiting| waiting.number.to_string()).collect();
    Ok(context! {
        branch => code.as_str(),
        name => name.name.told(&ctx.visitor.language),
        calls => calls,
        waiting => waiting,
    })
}

pub(super) async fn show(ctx: Ctx, Path(code): Path<String>) -> Answer {
    let context = numbers(&ctx, &branch(&code)?).await?;
    ctx.page("counter/wall.html", "counter-title-wall", context)
}

/// The numbers alone, as they are now.
pub(super) async fn board(ctx: Ctx, Path(code): Path<String>) -> Answer {
    let context = numbers(&ctx, &branch(&code)?).await?;
    let text = ctx.render("counter/board.html", "counter-title-wall", context)?;
    Ok(Html(text).into_response())
}

/// That the line moved.
pub(super) async fn live(ctx: Ctx, Path(code): Path<String>) -> Answer {
    let code = branch(&code)?;
    // A branch that is none has no line to listen to.
    ctx.desk().line(&code).await?;
    live::line(&ctx, code)
}

//! The page of somebody who took a number at the door and has no account. Its address is their slip: it is
//! shown by who gave the number, and whoever has it sees the number and where it stands.

use axum::extract::Path;
use axum::response::{Html, IntoResponse as _};
use crcore::desk::counter::Token;
use crcore::{Actor, TicketId};
use minijinja::context;
use minijinja::value::Value;
use qrcode::QrCode;
use qrcode::render::svg;

use super::token::card_of;
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};

/// What the mark of a slip is for.
const PURPOSE: &str = "slip";
/// Pixels that one square of the QR code is wide.
const SQUARE: u32 = 3;

type Parts = Path<(String, String)>;

fn address(ctx: &Ctx, ticket: TicketId) -> String {
    let mark = ctx.app.signer.sign(PURPOSE, &ticket.to_string());
    format!("/slip/{ticket}/{mark}")
}

/// A number that was given at the counter: the number, its slip, and the slip's code for a telephone.
pub(super) fn given(ctx: &Ctx, token: &Token) -> Result<Value, Fault> {
    let address = address(ctx, token.ticket);
    let whole = format!("{}{address}", ctx.app.settings.origin());
    let code = QrCode::new(&whole).map_err(Fault::broken)?;
    let picture = code
        .render::<svg::Color<'_>>()
        .module_dimensions(SQUARE, SQUARE)
        .build();
    let from = picture.find("<svg").unwrap_or(0);
    Ok(context! {
        number => token.number.to_string(),
        slip => address,
        // Made of squares by the crate: nothing in it was typed by anybody.
        picture => Value::from_safe_string(picture[from..].to_owned()),
    })
}

/// The number whose slip this is, as its customer sees it.
async fn context(ctx: &Ctx, Path((ticket, mark)): Parts) -> Result<Value, Fault> {
    let ticket: TicketId = ticket.parse().map_err(|_| Fault::not_found())?;
    let is_ours = ctx.app.signer.knows(PURPOSE, &ticket.to_string(), &mark);
    if !is_ours {
        return Err(Fault::not_found());
    }
    let desk = ctx.desk();
    // By the slip one is who waits, for this number alone.
    let customer = desk.ticket(Actor::System, ticket).await?.customer;
    let token = desk.token(Actor::Customer(customer), ticket).await?;
    let card = card_of(ctx, &token).await?;
    Ok(context! { slip => address(ctx, ticket), ..card })
}

pub(super) async fn show(ctx: Ctx, parts: Parts) -> Answer {
    let context = context(&ctx, parts).await?;
    ctx.page("counter/slip.html", "counter-title-token", context)
}

/// The number alone, as it stands now.
pub(super) async fn card(ctx: Ctx, parts: Parts) -> Answer {
    let context = context(&ctx, parts).await?;
    let text = ctx.render("counter/slip_card.html", "counter-title-token", context)?;
    Ok(Html(text).into_response())
}

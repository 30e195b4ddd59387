//! The second factor at a log-in: the code of an authenticator app, a recovery code, or setting one up.

use axum_extra::extract::cookie::CookieJar;
use crcore_adapters::accounts::{AccountError, Enrolment, Factor, LogIn};
use minijinja::context;
use minijinja::value::Value;
use qrcode::QrCode;
use qrcode::render::svg;

use super::enter::{Step, Trip, as_of, go_on, keep_session, landing, tell};
use crate::web::ctx::{Ctx, query_of};
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};
use crate::web::route::{Routes, Who};

/// Pixels that one square of the QR code is wide: the whole fits a screen of 320.
const SQUARE: u32 = 4;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/log-in/factor", Who::Anyone, ask)
        .post("/log-in/factor", Who::Anyone, show)
        .get("/log-in/set-up", Who::Anyone, ask_set_up)
        .post("/log-in/set-up", Who::Anyone, set_up)
}

async fn ask(ctx: Ctx, jar: CookieJar) -> Answer {
    if Step::Factor.trip(&ctx, &jar).is_none() {
        return ctx.see_other("/log-in", None);
    }
    let recovery = query_of(&ctx.uri, "by").as_deref() == Some("recovery");
    let title = "account-title-factor";
    let context = context! { filled => (), recovery => recovery };
    ctx.page("account/factor.html", title, context)
}

/// What somebody typed as their second factor.
pub(super) fn typed(form: &Form) -> Factor {
    let code = form.text("code").into();
    if form.text("by") == "recovery" {
        Factor::Recovery(code)
    } else {
        Factor::App(code)
    }
}

async fn show(ctx: Ctx, jar: CookieJar, form: Form) -> Answer {
    let Some(trip) = Step::Factor.trip(&ctx, &jar) else {
        return ctx.see_other("/log-in", None);
    };
    let (factor, visit) = (typed(&form), ctx.visitor.visit());
    let mut errors = Errors::default();
    let accounts = &ctx.app.accounts;
    match accounts.second_factor(&trip.token, &factor, &visit).await {
        Ok(log_in) => {
            let mut response = go_on(&ctx, log_in, &trip.next, None).await?;
            Step::Factor.over(&ctx, &mut response);
            return Ok(response);
        }
        Err(error) => tell(&mut errors, "code", error)?,
    }
    let recovery = matches!(factor, Factor::Recovery(_));
    let filled = errors.filled(&ctx, &form);
    let context = context! { filled => filled, recovery => recovery };
    ctx.refused("account/factor.html", "account-title-factor", context)
}

async fn ask_set_up(ctx: Ctx, jar: CookieJar) -> Answer {
    let Some(trip) = Step::SetUp.trip(&ctx, &jar) else {
        return ctx.see_other("/log-in", None);
    };
    match ctx.app.accounts.enrolment(&trip.token).await {
        Ok(enrolment) => {
            let context = shown(&ctx, &enrolment, ().into())?;
            ctx.page("account/set_up.html", "account-title-set-up", context)
        }
        // It was finished, or took too long.
        Err(AccountError::NotPossible { .. }) => ctx.see_other("/log-in", None),
        Err(error) => Err(error.into()),
    }
}

fn shown(ctx: &Ctx, enrolment: &Enrolment, filled: Value) -> Result<Value, Fault> {
    let code = QrCode::new(enrolment.uri.reveal()).map_err(Fault::broken)?;
    let picture = code
        .render::<svg::Color<'_>>()
        .module_dimensions(SQUARE, SQUARE)
        .build();
    let from = picture.find("<svg").unwrap_or(0);
    let secret: Vec<char> = enrolment.secret.reveal().chars().collect();
    let groups: Vec<String> = secret
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    Ok(context! {
        filled => filled,
        // Made of squares by the crate: nothing in it was typed by anybody.
        picture => Value::from_safe_string(picture[from..].to_owned()),
        secret => groups.join(" "),
        signed_in => ctx.visitor.account().is_some(),
    })
}

async fn set_up(ctx: Ctx, jar: CookieJar, form: Form) -> Answer {
    let Some(trip) = Step::SetUp.trip(&ctx, &jar) else {
        return ctx.see_other("/log-in", None);
    };
    let accounts = &ctx.app.accounts;
    let visit = ctx.visitor.visit();
    let code = form.text("code");
    match accounts.confirm_enrolment(&trip.token, code, &visit).await {
        Ok(enrolled) => {
            let codes = enrolled.recovery_codes.iter();
            let codes = codes.map(|code| code.reveal().to_owned()).collect();
            finished(&ctx, enrolled.log_in, codes, &trip).await
        }
        Err(AccountError::Invalid { .. }) => {
            let mut errors = Errors::default();
            errors.add("code", "account-error-code_wrong");
            let enrolment = accounts.enrolment(&trip.token).await?;
            let context = shown(&ctx, &enrolment, errors.filled(&ctx, &form))?;
            ctx.refused("account/set_up.html", "account-title-set-up", context)
        }
        // Sent twice: the first time did it.
        Err(AccountError::NotPossible { .. }) => ctx.see_other("/log-in", None),
        Err(error) => Err(error.into()),
    }
}

async fn finished(ctx: &Ctx, log_in: LogIn, codes: Vec<String>, trip: &Trip) -> Answer {
    let LogIn::Done(new) = log_in else {
        return go_on(ctx, log_in, &trip.next, None).await;
    };
    let next = landing(new.session.account(), &trip.next);
    let mut response = recovery_codes(&as_of(ctx, &new), &codes, &next)?;
    keep_session(ctx, &mut response, &new);
    Step::SetUp.over(ctx, &mut response);
    Ok(response)
}

/// The page that shows recovery codes, this once.
pub(super) fn recovery_codes(ctx: &Ctx, codes: &[String], next: &str) -> Answer {
    let context = context! { codes => codes.to_vec(), next => next };
    ctx.page("account/recovery.html", "account-title-recovery", context)
}

//! The front page: four doors, and how it is shown.

use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use minijinja::context;

use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::Form;
use crate::web::part::{counter, customer};
use crate::web::route::{Routes, Who};
use crate::web::visitor::Theme;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/", Who::Anyone, home)
        .post("/preferences", Who::Anyone, preferences)
}

async fn home(ctx: Ctx) -> Answer {
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let rules = ctx.desk().rules();
    let now = ctx.app.clock.now();
    let branches = customer::branches(&ctx, &catalogue, &rules, now, None).await?;
    ctx.app.visits.came("home");
    let context = context! {
        branches => branches,
        held => counter::held(&ctx).await?,
        has_ledger => ctx.desk().has_ledger(),
    };
    ctx.page("home.html", "title-home", context)
}

/// How pages are shown from now on: the language, light or dark, keys. One button sends one of them.
async fn preferences(ctx: Ctx, form: Form) -> Answer {
    let language = form.text("language");
    let (name, value) = if ctx.app.messages.speaks(language) {
        ("language", language)
    } else if !form.text("theme").is_empty() {
        ("theme", Theme::named(form.text("theme")).name())
    } else if ["on", "off"].contains(&form.text("keys")) {
        ("keys", form.text("keys"))
    } else {
        return Err(Fault::invalid("language", "a language, a theme or keys"));
    };
    let mut cookie = ctx.app.cookies.make(name, value);
    cookie.make_permanent();
    let mut response = ctx.see_other(form.text("back"), None)?;
    if let Ok(value) = HeaderValue::try_from(cookie.to_string()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    Ok(response)
}

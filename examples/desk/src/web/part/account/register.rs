//! Registering as a customer.

use crcore_adapters::accounts::{PASSWORD_MIN, Registration};
use minijinja::context;
use minijinja::value::Value;

use super::enter::{Step, Trip, next_of, tell, wanted};
use crate::web::ctx::Ctx;
use crate::web::fault::Answer;
use crate::web::form::{Errors, Form};
use crate::web::route::{Routes, Who};

const PAGE: &str = "account/register.html";
const TITLE: &str = "account-title-register";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/register", Who::Anyone, ask)
        .post("/register", Who::Anyone, register)
}

fn context(next: &str, filled: Value) -> Value {
    context! { next => next, filled => filled, least => PASSWORD_MIN }
}

async fn ask(ctx: Ctx) -> Answer {
    let next = next_of(&ctx);
    if ctx.visitor.account().is_some() {
        return ctx.see_other(&next, None);
    }
    ctx.page(PAGE, TITLE, context(&next, ().into()))
}

async fn register(ctx: Ctx, form: Form) -> Answer {
    let next = wanted(form.text("next"));
    let (email, name) = (form.text("email"), form.text("name"));
    let mut errors = Errors::default();
    errors.check(!name.is_empty(), "name", "account-error-name_missing");
    errors.check(!email.is_empty(), "email", "account-error-email_missing");
    let given = !form.raw("password").is_empty();
    errors.check(given, "password", "account-error-password_new_missing");
    if errors.is_empty() {
        let registration = Registration {
            email: email.to_owned(),
            name: name.to_owned(),
            password: form.raw("password").into(),
            language: ctx.visitor.language.clone(),
        };
        let visit = ctx.visitor.visit();
        match ctx.app.accounts.register(&registration, &visit).await {
            Ok(token) => {
                ctx.tally("register", &errors).await;
                return Step::Register.go(&ctx, &Trip::new(&token, next).to(email));
            }
            Err(error) => tell(&mut errors, "email", error)?,
        }
    }
    ctx.tally("register", &errors).await;
    ctx.refused(PAGE, TITLE, context(next, errors.filled(&ctx, &form)))
}

//! A code that was mailed: asking for one, typing it, asking for another. The same for a registration, for
//! a log-in and for another address; and the same whether somebody has the address or not.

use axum_extra::extract::cookie::CookieJar;
use crcore_adapters::accounts::CODE_LIFE;
use minijinja::context;
use minijinja::value::Value;

use super::enter::{Step, Trip, go_on, next_of, tell, wanted};
use crate::web::ctx::Ctx;
use crate::web::fault::Answer;
use crate::web::form::{Errors, Form};
use crate::web::route::{Routes, Who};

const PAGE: &str = "account/code.html";
const TITLE: &str = "account-title-code";
const EMAIL_PAGE: &str = "account/email.html";

/// What a code is awaited for.
#[derive(Debug, Clone, Copy)]
enum For {
    Register,
    LogIn,
    Address,
}

impl For {
    fn step(self) -> Step {
        match self {
            Self::Register => Step::Register,
            Self::LogIn => Step::Code,
            Self::Address => Step::Address,
        }
    }

    /// Where one begins anew.
    fn begin(self) -> &'static str {
        match self {
            Self::Register => "/register",
            Self::LogIn => "/log-in/code",
            Self::Address => "/account/address",
        }
    }

    /// What is said once it is done.
    fn done(self) -> Option<&'static str> {
        match self {
            Self::Register => Some("account-registered"),
            Self::LogIn => None,
            Self::Address => Some("account-address-changed"),
        }
    }
}

pub(super) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/log-in/code", Who::Anyone, ask_log_in)
        .post("/log-in/code", Who::Anyone, send_log_in)
        .get("/log-in/address", Who::Anyone, ask_address)
        .post("/log-in/address", Who::Anyone, give_address);
    let routes = routes
        .get("/register/code", Who::Anyone, |ctx, jar| {
            ask(For::Register, ctx, jar)
        })
        .post("/register/code", Who::Anyone, |ctx, jar, form| {
            confirm(For::Register, ctx, jar, form)
        })
        .post("/register/again", Who::Anyone, |ctx, jar, form| {
            again(For::Register, ctx, jar, form)
        });
    let routes = routes
        .get("/log-in/mailed", Who::Anyone, |ctx, jar| {
            ask(For::LogIn, ctx, jar)
        })
        .post("/log-in/mailed", Who::Anyone, |ctx, jar, form| {
            confirm(For::LogIn, ctx, jar, form)
        })
        .post("/log-in/again", Who::Anyone, |ctx, jar, form| {
            again(For::LogIn, ctx, jar, form)
        });
    routes
        .get("/account/address/code", Who::SignedIn, |ctx, jar| {
            ask(For::Address, ctx, jar)
        })
        .post("/account/address/code", Who::SignedIn, |ctx, jar, form| {
            confirm(For::Address, ctx, jar, form)
        })
        .post("/account/address/again", Who::SignedIn, |ctx, jar, form| {
            again(For::Address, ctx, jar, form)
        })
}

fn context(what: For, trip: &Trip, filled: Value) -> Value {
    let page = what.step().page();
    let again = match what {
        For::Register => "/register/again",
        For::LogIn => "/log-in/again",
        For::Address => "/account/address/again",
    };
    context! {
        filled => filled,
        email => trip.email.as_str(),
        action => page,
        again => again,
        begin => what.begin(),
        minutes => CODE_LIFE.num_minutes(),
    }
}

async fn ask(what: For, ctx: Ctx, jar: CookieJar) -> Answer {
    match what.step().trip(&ctx, &jar) {
        Some(trip) => ctx.page(PAGE, TITLE, context(what, &trip, ().into())),
        None => ctx.see_other(what.begin(), None),
    }
}

async fn confirm(what: For, ctx: Ctx, jar: CookieJar, form: Form) -> Answer {
    let Some(trip) = what.step().trip(&ctx, &jar) else {
        return ctx.see_other(what.begin(), None);
    };
    let (accounts, visit) = (&ctx.app.accounts, ctx.visitor.visit());
    let (token, code) = (&*trip.token, form.text("code"));
    let confirmed = match what {
        For::Register => accounts.confirm_address(token, code, &visit).await,
        For::LogIn => accounts.log_in_with_code(token, code, &visit).await,
        For::Address => accounts.confirm_new_address(token, code, &visit).await,
    };
    let mut errors = Errors::default();
    match confirmed {
        Ok(log_in) => {
            let mut response = go_on(&ctx, log_in, &trip.next, what.done()).await?;
            what.step().over(&ctx, &mut response);
            ctx.tally("code", &errors).await;
            return Ok(response);
        }
        Err(error) => tell(&mut errors, "code", error)?,
    }
    ctx.tally("code", &errors).await;
    let filled = errors.filled(&ctx, &form);
    ctx.refused(PAGE, TITLE, context(what, &trip, filled))
}

async fn again(what: For, ctx: Ctx, jar: CookieJar, form: Form) -> Answer {
    let Some(trip) = what.step().trip(&ctx, &jar) else {
        return ctx.see_other(what.begin(), None);
    };
    let mut errors = Errors::default();
    match ctx.app.accounts.send_code_again(&trip.token).await {
        Ok(()) => return ctx.see_other(what.step().page(), Some("account-code-sent-again")),
        Err(error) => tell(&mut errors, "code", error)?,
    }
    let filled = errors.filled(&ctx, &form);
    ctx.refused(PAGE, TITLE, context(what, &trip, filled))
}

/// A page that asks for an address and nothing else.
pub(super) struct AskEmail {
    pub(super) title: &'static str,
    /// A message that says what happens with it.
    pub(super) why: &'static str,
    pub(super) send: &'static str,
    /// Where the form goes.
    pub(super) page: &'static str,
    /// Where else one can go, and a message that says so.
    pub(super) instead: (&'static str, &'static str),
}

impl AskEmail {
    pub(super) fn show(&self, ctx: &Ctx, next: &str) -> Answer {
        ctx.page(EMAIL_PAGE, self.title, self.context(next, ().into()))
    }

    pub(super) fn refuse(&self, ctx: &Ctx, next: &str, errors: &Errors, form: &Form) -> Answer {
        let context = self.context(next, errors.filled(ctx, form));
        ctx.refused(EMAIL_PAGE, self.title, context)
    }

    fn context(&self, next: &str, filled: Value) -> Value {
        context! {
            filled => filled,
            next => next,
            heading => self.title,
            why => self.why,
            send => self.send,
            action => self.page,
            instead => context! { href => self.instead.0, text => self.instead.1 },
        }
    }
}

const LOG_IN: AskEmail = AskEmail {
    title: "account-title-by-code",
    why: "account-by-code-why",
    send: "account-send-code",
    page: "/log-in/code",
    instead: ("/log-in", "account-by-password"),
};

async fn ask_log_in(ctx: Ctx) -> Answer {
    LOG_IN.show(&ctx, &next_of(&ctx))
}

async fn send_log_in(ctx: Ctx, form: Form) -> Answer {
    let (email, next) = (form.text("email"), wanted(form.text("next")));
    let mut errors = Errors::default();
    errors.check(!email.is_empty(), "email", "account-error-email_missing");
    if errors.is_empty() {
        let visit = ctx.visitor.visit();
        match ctx.app.accounts.send_log_in_code(email, &visit).await {
            Ok(token) => return Step::Code.go(&ctx, &Trip::new(&token, next).to(email)),
            Err(error) => tell(&mut errors, "email", error)?,
        }
    }
    LOG_IN.refuse(&ctx, next, &errors, &form)
}

/// A provider said who somebody is, and not where they can be written to.
const GIVE: AskEmail = AskEmail {
    title: "account-title-give-address",
    why: "account-give-address-why",
    send: "account-send-code",
    page: "/log-in/address",
    instead: ("/log-in", "account-begin-again"),
};

async fn ask_address(ctx: Ctx, jar: CookieJar) -> Answer {
    match Step::Ask.trip(&ctx, &jar) {
        Some(trip) => GIVE.show(&ctx, &trip.next),
        None => ctx.see_other("/log-in", None),
    }
}

async fn give_address(ctx: Ctx, jar: CookieJar, form: Form) -> Answer {
    let Some(trip) = Step::Ask.trip(&ctx, &jar) else {
        return ctx.see_other("/log-in", None);
    };
    let email = form.text("email");
    let visit = ctx.visitor.visit();
    let mut errors = Errors::default();
    let accounts = &ctx.app.accounts;
    match accounts.give_address(&trip.token, email, &visit).await {
        Ok(log_in) => {
            let mut response = go_on(&ctx, log_in, &trip.next, None).await?;
            Step::Ask.over(&ctx, &mut response);
            return Ok(response);
        }
        Err(error) => tell(&mut errors, "email", error)?,
    }
    GIVE.refuse(&ctx, &trip.next, &errors, &form)
}

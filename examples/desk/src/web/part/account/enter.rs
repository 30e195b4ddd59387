//! What a log-in leads to: cookies for the browser, the step that is owed, the page that was wanted.

use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, CookieJar};
use chrono::TimeDelta;
use crcore::Role;
use crcore_adapters::accounts::{Account, AccountError, Hidden, LogIn, NewSession};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use crate::web::address::{encode, local};
use crate::web::ctx::{Ctx, query_of};
use crate::web::fault::{Answer, Fault};
use crate::web::form::Errors;
use crate::web::messages::Argument;

/// What takes more than one page. Each kind has a cookie of its own, so that two pages of one browser
/// that are about different things do not get into each other's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A code was mailed to somebody who registers.
    Register,
    /// A code was mailed to somebody who logs in.
    Code,
    /// A code was mailed to an address that is to take another's place.
    Address,
    /// A provider did not say where somebody can be written to.
    Ask,
    /// The second factor is owed.
    Factor,
    /// An authenticator app is being set up.
    SetUp,
}

impl Step {
    /// Every kind.
    pub(super) const ALL: [Self; 6] = [
        Self::Register,
        Self::Code,
        Self::Address,
        Self::Ask,
        Self::Factor,
        Self::SetUp,
    ];

    fn cookie(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Code => "code",
            Self::Address => "address",
            Self::Ask => "ask",
            Self::Factor => "factor",
            Self::SetUp => "set-up",
        }
    }

    /// The page on which it goes on.
    pub(super) fn page(self) -> &'static str {
        match self {
            Self::Register => "/register/code",
            Self::Code => "/log-in/mailed",
            Self::Address => "/account/address/code",
            Self::Ask => "/log-in/address",
            Self::Factor => "/log-in/factor",
            Self::SetUp => "/log-in/set-up",
        }
    }

    /// Goes on with `trip` on the page of this step.
    pub(super) fn go(self, ctx: &Ctx, trip: &Trip) -> Answer {
        let text = serde_json::to_vec(trip).map_err(Fault::broken)?;
        let cookie = ctx
            .app
            .cookies
            .make(self.cookie(), BASE64URL_NOPAD.encode(&text));
        let mut response = ctx.see_other(self.page(), None)?;
        keep(&mut response, &cookie);
        Ok(response)
    }

    /// What the browser is in the middle of.
    pub(super) fn trip(self, ctx: &Ctx, jar: &CookieJar) -> Option<Trip> {
        let value = ctx.app.cookies.read(jar, self.cookie())?;
        let text = BASE64URL_NOPAD.decode(value.as_bytes()).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Lets the browser forget it.
    pub(super) fn over(self, ctx: &Ctx, response: &mut Response) {
        keep(response, &ctx.app.cookies.gone(self.cookie()));
    }
}

/// What the browser keeps from page to page. Its owner may change it and gains nothing by that: the token
/// is all that opens anything, and `next` is looked at when it is used.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Trip {
    /// By what it goes on.
    pub(super) token: String,
    /// Where it is to lead in the end.
    pub(super) next: String,
    /// The address that was typed, to be shown again.
    pub(super) email: String,
}

impl Trip {
    pub(super) fn new(token: &Hidden, next: &str) -> Self {
        Self {
            token: token.reveal().to_owned(),
            next: next.to_owned(),
            email: String::new(),
        }
    }

    /// The same, for an address that is shown again.
    pub(super) fn to(self, email: &str) -> Self {
        Self {
            email: email.to_owned(),
            ..self
        }
    }
}

/// Lets the browser keep a cookie.
pub(super) fn keep(response: &mut Response, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::try_from(cookie.to_string()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

/// Lets the browser keep a session that was opened or renewed.
pub(super) fn keep_session(ctx: &Ctx, response: &mut Response, new: &NewSession) {
    let cookies = &ctx.app.cookies;
    keep(response, &cookies.make("session", new.token.reveal()));
    if let Some(device) = &new.device {
        let mut cookie = cookies.make("device", device.reveal());
        cookie.make_permanent();
        keep(response, &cookie);
    }
}

/// Sends whoever has a new session on to a page.
pub(super) fn renewed(ctx: &Ctx, new: &NewSession, to: &str, flash: Option<&str>) -> Answer {
    let mut response = ctx.see_other(to, flash)?;
    keep_session(ctx, &mut response, new);
    Ok(response)
}

/// The request as whoever has just got this session sees it.
pub(super) fn as_of(ctx: &Ctx, new: &NewSession) -> Ctx {
    let mut ctx = ctx.clone();
    ctx.visitor.session = Some(Arc::new(new.session.clone()));
    ctx.visitor.browser = new.token.reveal().into();
    ctx
}

/// Goes on with a log-in: into the desk, or to the step that is owed.
pub(super) async fn go_on(ctx: &Ctx, log_in: LogIn, next: &str, flash: Option<&str>) -> Answer {
    match log_in {
        LogIn::Done(new) => {
            let to = landing(new.session.account(), next);
            renewed(ctx, &new, &to, flash)
        }
        LogIn::SecondFactor(token) => Step::Factor.go(ctx, &Trip::new(&token, next)),
        LogIn::EnrolSecondFactor(token) => Step::SetUp.go(ctx, &Trip::new(&token, next)),
        LogIn::AskAddress(token) => Step::Ask.go(ctx, &Trip::new(&token, next)),
        LogIn::ConfirmAddress(token) => Step::Register.go(ctx, &Trip::new(&token, next)),
        LogIn::Refused { retry_after } => super::log_in::refused(ctx, retry_after, next),
    }
}

/// The page that somebody wanted before they were asked to log in.
pub(super) fn next_of(ctx: &Ctx) -> String {
    wanted(&query_of(&ctx.uri, "next").unwrap_or_default()).to_owned()
}

/// A page of this site that it makes sense to go back to.
pub(super) fn wanted(next: &str) -> &str {
    let next = local(Some(next));
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let way_in = [
        "/log-in",
        "/log-out",
        "/register",
        "/forgot",
        "/reset",
        "/session",
    ];
    let leads_back = way_in
        .iter()
        .any(|page| path == *page || path.starts_with(&format!("{page}/")));
    if leads_back { "/" } else { next }
}

/// Where somebody lands who has just logged in: what they are asked once, the page that they wanted, or
/// their own first page.
pub(super) fn landing(account: Option<&Account>, next: &str) -> String {
    let next = wanted(next);
    let Some(account) = account else {
        return next.to_owned();
    };
    if account.profile_pending() {
        return format!("/account/profile?next={}", encode(next));
    }
    match account.role {
        _ if next != "/" => next.to_owned(),
        Role::Agent => "/desk".to_owned(),
        Role::Supervisor | Role::Admin => "/admin".to_owned(),
        Role::Customer | Role::Service | Role::System => next.to_owned(),
    }
}

/// How long to wait, in whole minutes.
pub(super) fn minutes(after: TimeDelta) -> Vec<(String, Argument)> {
    let minutes = (after.num_seconds().max(1) + 59) / 60;
    vec![("count".to_owned(), minutes.unsigned_abs().into())]
}

/// Puts what the accounts refused beside its field, or beside `field` where they name none that the form
/// has. What no form can mend is a fault.
pub(super) fn tell(errors: &mut Errors, field: &str, error: AccountError) -> Result<(), Fault> {
    match &error {
        AccountError::TryAgain {
            after: Some(after), ..
        } => errors.add_with(field, "account-error-wait", minutes(*after)),
        AccountError::Invalid {
            field: named,
            code,
            expected,
        } => {
            let named = match *code {
                "proof_wrong" => field,
                _ => named,
            };
            // A length is the one thing that the accounts know and the message does not.
            let digits: String = expected.chars().filter(char::is_ascii_digit).collect();
            let count = digits.parse::<u64>().unwrap_or(0);
            let arguments = vec![("count".to_owned(), count.into())];
            errors.add_with(named, &format!("account-error-{code}"), arguments);
        }
        AccountError::NotPossible { code, .. } if TOLD.contains(code) => {
            errors.add(field, &format!("account-error-{code}"));
        }
        _ => return Err(error.into()),
    }
    Ok(())
}

/// What is not possible, and is said at a form.
const TOLD: [&str; 8] = [
    "code_over",
    "flow_over",
    "email_taken",
    "identity_taken",
    "identities_full",
    "last_way_in",
    "factor_needed",
    "admin_exists",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_back_to_the_log_in_or_to_another_site() {
        assert_eq!(wanted("/cases/A?x=1"), "/cases/A?x=1");
        assert_eq!(wanted("/registered"), "/registered");
        for next in [
            "/log-in",
            "/log-in?next=/log-in",
            "/log-in/factor",
            "/log-out",
            "/session",
            "https://evil.example",
            "//evil.example",
        ] {
            assert_eq!(wanted(next), "/", "{next}");
        }
    }

    #[test]
    fn a_wait_is_told_in_whole_minutes() {
        let count = |seconds| match minutes(TimeDelta::seconds(seconds))[0].1 {
            Argument::Number(number) => number,
            Argument::Text(_) => 0.0,
        };
        assert_eq!(
            (count(0), count(15), count(60), count(61)),
            (1.0, 1.0, 1.0, 2.0)
        );
    }
}

//! What a handler works with: the desk, who asks, and how to answer them with a page.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum_extra::extract::cookie::CookieJar;
use chrono::{DateTime, NaiveDate, Utc};
use crcore::{Actor, Code, Desk, Moment, Role, in_full};
use minijinja::context;
use minijinja::value::Value;

use super::app::App;
use super::dates;
use super::fault::{Answer, Fault};
use super::form::Errors;
use super::messages::{Argument, direction};
use super::pages::Reader;
use super::visitor::Visitor;

/// How many seconds before the end of a session its owner is warned (WCAG 2.2, 2.2.1 asks for at least
/// twenty).
const WARN_BEFORE: u32 = 300;

/// The language of the library's own sentences.
const OF_THE_LIBRARY: &str = "en";

/// One request, as handlers see it.
#[derive(Clone)]
pub(crate) struct Ctx {
    pub(crate) app: App,
    pub(crate) visitor: Visitor,
    pub(crate) uri: Uri,
    /// Whether a script asked for a part of a page.
    pub(crate) part: bool,
    flash: Option<Flash>,
}

/// A word on what the last form did, for the next page.
#[derive(Clone)]
struct Flash {
    /// Whether nothing was done, or not all of it.
    refused: bool,
    message: String,
}

impl Flash {
    /// As the cookie says it.
    fn of(said: &str) -> Self {
        let refused = said.strip_prefix(REFUSED);
        Self {
            refused: refused.is_some(),
            message: refused.unwrap_or(said).to_owned(),
        }
    }
}

/// Before the message of a flash that says what was not done.
const REFUSED: &str = "!";

impl FromRequestParts<App> for Ctx {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let jar = CookieJar::from_headers(&parts.headers);
        let visitor = match parts.extensions.get::<Visitor>() {
            Some(visitor) => visitor.clone(),
            None => Visitor::stranger(app),
        };
        let mut ctx = Self::of(app.clone(), visitor, parts.uri.clone());
        ctx.part = parts.headers.contains_key("hx-request");
        ctx.flash = app.cookies.read(&jar, "flash").and_then(|flash| {
            let (message, mark) = flash.split_once('.')?;
            app.signer
                .knows("flash", message, mark)
                .then(|| Flash::of(message))
        });
        Ok(ctx)
    }
}

impl Ctx {
    pub(crate) fn of(app: App, visitor: Visitor, uri: Uri) -> Self {
        Self {
            app,
            visitor,
            uri,
            part: false,
            flash: None,
        }
    }

    /// The desk.
    pub(crate) fn desk(&self) -> &Desk {
        &self.app.desk
    }

    /// Who acts. Only behind a route that asks for somebody.
    pub(crate) fn actor(&self) -> Result<Actor, Fault> {
        self.visitor
            .actor()
            .ok_or_else(|| Fault::new(StatusCode::UNAUTHORIZED, "sign_in"))
    }

    /// The id of an idempotency key for a form that is shown now: sent twice, it has one effect.
    pub(crate) fn fresh_key(&self) -> Result<String, Fault> {
        let key: uuid::Uuid = Moment::of(&*self.app.clock)?.id();
        Ok(key.simple().to_string())
    }

    /// A message in the reader's language.
    pub(crate) fn text(&self, id: &str, arguments: &[(String, Argument)]) -> String {
        let language = self.visitor.language.as_str();
        self.app.messages.text(language, id, arguments)
    }

    pub(crate) fn reader(&self) -> Reader {
        Reader {
            language: self.visitor.language.as_str().to_owned(),
            zone: self.app.settings.zone,
            now: self.app.clock.now(),
        }
    }

    /// The mark that ties a form to this browser. It is another one on every page: what stays the same can be
    /// guessed letter by letter from how small a compressed page is (BREACH, CVE-2013-3587).
    fn csrf(&self) -> Result<String, Fault> {
        let salt = Moment::of(&*self.app.clock)?.bytes();
        let browser = &self.visitor.browser;
        Ok(self.app.signer.sign_salted("form", browser, salt))
    }

    /// A day in the reader's language: `5 Mar 2026`.
    pub(crate) fn day(&self, day: NaiveDate) -> String {
        dates::day(&self.app.messages, self.visitor.language.as_str(), day)
    }

    /// An instant in the reader's language and the bank's time zone: `5 Mar 2026, 16:30`.
    pub(crate) fn instant(&self, at: DateTime<Utc>) -> String {
        let there = at.with_timezone(&self.app.settings.zone);
        dates::instant(&self.app.messages, self.visitor.language.as_str(), there)
    }

    /// A page. `title` is a message.
    pub(crate) fn page(&self, template: &str, title: &str, context: Value) -> Answer {
        self.page_as(StatusCode::OK, template, title, context)
    }

    /// A page whose form was not right: the same page again, with what was typed.
    pub(crate) fn refused(&self, template: &str, title: &str, context: Value) -> Answer {
        self.page_as(StatusCode::UNPROCESSABLE_ENTITY, template, title, context)
    }

    pub(crate) fn page_as(
        &self,
        status: StatusCode,
        template: &str,
        title: &str,
        context: Value,
    ) -> Answer {
        let text = self.render(template, title, context)?;
        let mut response = (status, Html(text)).into_response();
        if self.flash.is_some() {
            let gone = self.app.cookies.gone("flash").to_string();
            if let Ok(value) = HeaderValue::try_from(gone) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        Ok(response)
    }

    /// The text of a page or a part of one.
    pub(crate) fn render(
        &self,
        template: &str,
        title: &str,
        context: Value,
    ) -> Result<String, Fault> {
        let reader = self.reader();
        let page = self.page_value(&self.text(title, &[]))?;
        Ok(self.app.pages.render(template, &reader, page, context)?)
    }

    fn page_value(&self, title: &str) -> Result<Value, Fault> {
        let language = self.visitor.language.as_str();
        let account = self.visitor.account();
        let user = account.map(|account| {
            context! {
                name => account.name.as_str(),
                role => account.role.name(),
                id => account.id.to_string(),
                email => account.email.as_str(),
            }
        });
        let session = account.map(|account| {
            let idle = self.app.idle_seconds(account.role);
            let session = self.visitor.session.as_ref();
            let most = session.map(|session| session.absolute_until - self.app.clock.now());
            let most = most.map(|most| most.num_seconds().max(0));
            context! { idle => idle, warn => WARN_BEFORE.min(idle / 2), most => most }
        });
        let flash = self.flash.as_ref().map(|flash| {
            let kind = if flash.refused { "error" } else { "success" };
            context! { kind => kind, text => self.text(&flash.message, &[]) }
        });
        let settings = &self.app.settings;
        Ok(context! {
            title => title,
            lang => language,
            languages => self.languages(),
            dir => direction(language),
            theme => self.visitor.theme.name(),
            path => self.uri.path(),
            back => self.uri.path_and_query().map_or("/", |path| path.as_str()),
            csrf => self.csrf()?,
            user => user,
            flash => flash,
            bank => settings.bank.as_str(),
            demo => settings.demo,
            nav => self.navigation(),
            version => env!("CARGO_PKG_VERSION"),
            zone => settings.zone.name(),
            keys => self.visitor.keys,
            session => session,
        })
    }

    /// Each language that there is, by its own name.
    fn languages(&self) -> Vec<Value> {
        let messages = &self.app.messages;
        let named =
            |code| context! { code => code, name => messages.text(code, "language-name", &[]) };
        messages.languages().map(named).collect()
    }

    fn navigation(&self) -> Vec<Value> {
        let links: &[(&str, &str)] = match self.visitor.role() {
            None => &[
                ("/", "home"),
                ("/services", "services"),
                ("/track", "track"),
            ],
            Some(Role::Customer) => &[
                ("/", "home"),
                ("/services", "services"),
                ("/cases", "cases"),
                ("/chat", "chat"),
            ],
            Some(Role::Agent) => &[
                ("/desk", "queue"),
                ("/counter", "counter"),
                ("/chats", "chats"),
                ("/board", "messages"),
            ],
            Some(_) => &[
                ("/desk", "queue"),
                ("/counter", "counter"),
                ("/chats", "chats"),
                ("/board", "messages"),
                ("/admin", "overview"),
                ("/admin/reports/complaints", "reports"),
                ("/admin/people", "people"),
                ("/admin/policies", "policies"),
                ("/admin/audit", "audit"),
            ],
        };
        let path = self.uri.path();
        let nearest = links
            .iter()
            .filter(|(href, _)| path == *href || path.starts_with(&format!("{href}/")))
            .max_by_key(|(href, _)| href.len());
        links
            .iter()
            .map(|(href, key)| {
                let current = nearest.is_some_and(|(nearest, _)| nearest == href);
                context! { href => *href, key => *key, current => current }
            })
            .collect()
    }

    /// Sends the browser on to a page after a form (303), with a word on what was done.
    pub(crate) fn see_other(&self, to: &str, flash: Option<&str>) -> Answer {
        let to = super::address::local(Some(to));
        let location = if self.part { "hx-location" } else { "location" };
        let status = if self.part {
            StatusCode::OK
        } else {
            StatusCode::SEE_OTHER
        };
        let mut response = (status, [(location, to.to_owned())]).into_response();
        if let Some(message) = flash {
            let mark = self.app.signer.sign("flash", message);
            let cookie = self.app.cookies.make("flash", format!("{message}.{mark}"));
            if let Ok(value) = HeaderValue::try_from(cookie.to_string()) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        Ok(response)
    }

    /// Sends the browser back to a page after a form that did not do what it asked for, or not all of it,
    /// and says why.
    pub(crate) fn lead_back(&self, to: &str, why: &str) -> Answer {
        self.see_other(to, Some(&format!("{REFUSED}{why}")))
    }

    /// Counts a submission of a form, right or wrong: whoever runs the desk sees which questions people
    /// cannot answer.
    pub(crate) async fn tally(&self, form: &str, errors: &Errors) {
        let Ok(form) = form.parse::<Code>() else {
            return;
        };
        let wrong = errors.fields().filter_map(|field| field.parse().ok());
        let wrong: Vec<Code> = wrong.collect();
        // A count that did not land is no reason to lose what somebody wrote.
        if let Err(error) = self.desk().tally_form(&form, &wrong).await {
            tracing::debug!(error = in_full(&error), "a form was not counted");
        }
    }

    /// The page about a fault; where even that fails, one line.
    pub(crate) fn fault_page(&self, fault: &Fault, part: bool) -> Response {
        let template = if part {
            "parts/fault.html"
        } else {
            "fault.html"
        };
        // Elsewhere the code's own message says it alone: half a page in another language helps nobody.
        let english = self.visitor.language.as_str().split('-').next() == Some(OF_THE_LIBRARY);
        let detail = fault.detail.as_ref().filter(|_| english);
        let context = context! {
            code => fault.code,
            detail => fault.words.as_ref().or(detail),
            status => fault.status.as_u16(),
        };
        match self.render(template, "title-fault", context) {
            Ok(text) => Html(text).into_response(),
            Err(_) => "Something went wrong. Please try again later.".into_response(),
        }
    }
}

/// The value of a query parameter of an address.
pub(crate) fn query_of(uri: &Uri, name: &str) -> Option<String> {
    let query = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri).ok()?;
    query
        .0
        .into_iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}

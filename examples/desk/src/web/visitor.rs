//! Who is asking: the session behind a cookie, or the token of a program; and how pages are shown to them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use crcore::ticket::Language;
use crcore::{Actor, Moment, Role};
use crcore_adapters::accounts::{Account, ApiToken, Hidden, Session, Visit};
use crcore_adapters::live::network;
use data_encoding::BASE64URL_NOPAD;

use super::app::App;
use super::fault::Fault;

/// Somebody who asks.
#[derive(Clone)]
pub(crate) struct Visitor {
    /// Their session: of a person, or of somebody who has not signed in and keeps a draft.
    pub(crate) session: Option<Arc<Session>>,
    /// A program and what it may.
    pub(crate) program: Option<Arc<ApiToken>>,
    /// What the cookie holds that ties forms to this browser: the session's token, or a random value.
    pub(crate) browser: Arc<str>,
    /// The language of the pages.
    pub(crate) language: Language,
    /// `light`, `dark`, or as the device has it.
    pub(crate) theme: Theme,
    /// Whether single keys do things on the staff's pages (WCAG 2.2, 2.1.4: they can be turned off).
    pub(crate) keys: bool,
    /// Where the request came from.
    pub(crate) source: IpAddr,
    /// What its owner knows the browser by: "Firefox on Linux".
    pub(crate) label: Arc<str>,
    /// The token by which the browser is known as its owner's.
    pub(crate) device: Option<Hidden>,
}

/// How pages look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    #[default]
    Device,
    Light,
    Dark,
}

impl Theme {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) fn named(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Device,
        }
    }
}

impl Visitor {
    /// Somebody of whom nothing is known.
    pub(crate) fn stranger(app: &App) -> Self {
        Self {
            session: None,
            program: None,
            browser: "".into(),
            language: app.settings.language.clone(),
            theme: Theme::default(),
            keys: true,
            source: IpAddr::from([0, 0, 0, 0]),
            label: "".into(),
            device: None,
        }
    }

    /// Nothing for a visitor who has not signed in. A program is one on whosever behalf it acts: the pages
    /// are for people.
    pub(crate) fn role(&self) -> Option<Role> {
        let program = self.program.as_ref().map(|_| Role::Service);
        program.or_else(|| Some(self.account()?.role))
    }

    /// The account, for who has signed in.
    pub(crate) fn account(&self) -> Option<&Account> {
        self.session.as_ref()?.account()
    }

    /// What the accounts are to know of the browser.
    pub(crate) fn visit(&self) -> Visit {
        Visit {
            source: network(self.source).to_string(),
            label: self.label.to_string(),
            session: self.session.is_some().then(|| Hidden::from(&*self.browser)),
            device: self.device.clone(),
        }
    }

    /// Who acts.
    pub(crate) fn actor(&self) -> Option<Actor> {
        let program = self.program.as_ref().map(|token| token.actor());
        program.or_else(|| Some(self.account()?.actor()))
    }
}

/// The cookies of the desk.
pub(crate) struct Cookies {
    secure: bool,
}

impl Cookies {
    pub(crate) fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// `__Host-` binds a cookie to this host, to TLS and to the whole site (RFC 6265bis, 4.1.3).
    fn name(&self, name: &str) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        format!("{prefix}crdesk-{name}")
    }

    pub(crate) fn read(&self, jar: &CookieJar, name: &str) -> Option<String> {
        Some(jar.get(&self.name(name))?.value().to_owned())
    }

    /// A cookie for as long as the browser is open.
    pub(crate) fn make(&self, name: &str, value: impl Into<String>) -> Cookie<'static> {
        Cookie::build((self.name(name), value.into()))
            .path("/")
            .secure(self.secure)
            .http_only(true)
            .same_site(SameSite::Lax)
            .build()
    }

    /// Takes a cookie back.
    pub(crate) fn gone(&self, name: &str) -> Cookie<'static> {
        let mut cookie = self.make(name, "");
        cookie.make_removal();
        cookie
    }
}

/// Finds out who asks, before anything else looks at the request.
pub(crate) async fn visit(
    State(app): State<App>,
    jar: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let found = find(&app, &jar, &parts).await;
    request = Request::from_parts(parts, body);
    match found {
        Ok((visitor, fresh)) => {
            let faulty = super::guard::Asked::of(&request, visitor.clone());
            request.extensions_mut().insert(visitor);
            let response = next.run(request).await;
            let response = super::guard::show_fault(&app, faulty, response);
            match fresh {
                Some(cookie) => (jar.add(cookie), response).into_response(),
                None => response,
            }
        }
        Err(fault) => fault.problem(),
    }
}

async fn find(
    app: &App,
    jar: &CookieJar,
    parts: &Parts,
) -> Result<(Visitor, Option<Cookie<'static>>), Fault> {
    let source = source(app, &parts.headers, &parts.extensions);
    let headers = &parts.headers;
    let theme = theme(app, jar);
    if let Some(token) = bearer(headers) {
        let token = app.accounts.by_token(token).await?;
        let token = token.ok_or_else(Fault::no_token)?;
        let visitor = Visitor {
            program: Some(Arc::new(token)),
            source,
            ..Visitor::stranger(app)
        };
        return Ok((visitor, None));
    }
    let token = app.cookies.read(jar, "session");
    let session = match &token {
        Some(token) if by_itself(parts) => app.accounts.look(token).await?,
        Some(token) => app.accounts.session(token).await?,
        None => None,
    };
    let (browser, fresh) = match (&session, token, app.cookies.read(jar, "visit")) {
        (Some(_), Some(token), _) => (token, None),
        (_, _, Some(visit)) => (visit, None),
        _ => {
            let chance = Moment::of(&*app.clock)?.bytes();
            let visit = BASE64URL_NOPAD.encode(&chance[..16]);
            let cookie = app.cookies.make("visit", visit.clone());
            (visit, Some(cookie))
        }
    };
    let account = session.as_ref().and_then(Session::account);
    let language = language(app, jar, headers, account);
    let visitor = Visitor {
        session: session.map(Arc::new),
        program: None,
        browser: browser.into(),
        language,
        theme,
        keys: app.cookies.read(jar, "keys").as_deref() != Some("off"),
        source,
        label: label(headers).into(),
        device: app.cookies.read(jar, "device").map(Hidden::from),
    };
    Ok((visitor, fresh))
}

fn theme(app: &App, jar: &CookieJar) -> Theme {
    let theme = app.cookies.read(jar, "theme");
    Theme::named(theme.as_deref().unwrap_or_default())
}

/// The language that was chosen, else the account's, else the browser's, else the bank's.
fn language(
    app: &App,
    jar: &CookieJar,
    headers: &HeaderMap,
    account: Option<&Account>,
) -> Language {
    let chosen = app.cookies.read(jar, "language");
    let chosen = chosen.filter(|language| app.messages.speaks(language));
    let accepted = headers.get(header::ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    chosen
        .and_then(|language| language.parse().ok())
        .or_else(|| Some(account?.language.clone()))
        .or_else(|| app.messages.negotiate(accepted?))
        .unwrap_or_else(|| app.settings.language.clone())
}

/// Somebody of whom nothing was looked up: only how they read pages is known, since they say so themselves.
pub(crate) fn unknown(app: &App, headers: &HeaderMap) -> Visitor {
    let jar = CookieJar::from_headers(headers);
    Visitor {
        language: language(app, &jar, headers, None),
        theme: theme(app, &jar),
        ..Visitor::stranger(app)
    }
}

/// Whether a page asks of itself, with nobody doing anything: such a request does not put off the end of a
/// session, so that a page which is left open runs out.
fn by_itself(parts: &Parts) -> bool {
    let path = parts.uri.path();
    // A stream of events can send no header.
    path.starts_with("/live/") || path == "/session" || parts.headers.contains_key("x-by-itself")
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}

/// A browser and a system, as far as people tell them apart.
fn label(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT);
    let agent = agent
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let first = |names: &[(&'static str, &'static str)]| {
        let found = names.iter().find(|(mark, _)| agent.contains(mark));
        found.map_or("?", |(_, name)| name)
    };
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    format!("{browser}, {system}")
}

/// Who is at the other end: the peer, or whom proxies of ours name, the last one that is none of ours.
pub(crate) fn source(app: &App, headers: &HeaderMap, extensions: &Extensions) -> IpAddr {
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0.ip());
    let named = headers.get_all("x-forwarded-for");
    let named = named
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let named = named.map(|name| std::str::from_utf8(name).unwrap_or_default());
    let proxies = &app.settings.trusted_proxies;
    last_stranger(peer, &named.collect::<Vec<_>>(), |address| {
        proxies.iter().any(|net| net.contains(address))
    })
}

/// Goes back along who passed a request on, for as long as it is one of ours who says it. What cannot be
/// read ends it: what stands before that, the caller may have written. An IPv4 peer of a listener for both
/// is one of IPv4.
fn last_stranger(peer: IpAddr, named: &[&str], is_ours: impl Fn(&IpAddr) -> bool) -> IpAddr {
    let mut last = peer.to_canonical();
    for name in named.iter().rev() {
        let Some(address) = address(name.trim()).filter(|_| is_ours(&last)) else {
            break;
        };
        last = address.to_canonical();
    }
    last
}

/// An address, with or without the port that some proxies put beside it.
fn address(name: &str) -> Option<IpAddr> {
    let with_port = || name.parse().map(|at: SocketAddr| at.ip());
    name.parse().or_else(|_| with_port()).ok()
}

/// Sends a visitor to the sign-in page, and back afterwards.
pub(crate) fn sign_in(_app: &App, request: &Request) -> Response {
    let wanted = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let htmx = request.headers().contains_key("hx-request");
    let back = if request.method() == axum::http::Method::GET && !htmx {
        wanted.to_owned()
    } else {
        // A form that was sent too late: back to the page that it was on, where its draft is.
        let referrer = request.headers().get(header::REFERER);
        let referrer = referrer.and_then(|value| value.to_str().ok());
        path_of(referrer.unwrap_or_default())
    };
    let address = format!("/log-in?next={}", super::address::encode(&back));
    if htmx {
        let location = [("hx-redirect", address)];
        return (axum::http::StatusCode::UNAUTHORIZED, location).into_response();
    }
    Redirect::to(&address).into_response()
}

/// The path of an address of ours.
fn path_of(address: &str) -> String {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    rest.find('/')
        .map_or_else(|| "/".to_owned(), |at| rest[at..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Behind proxies in 10.0.0.0/8.
    fn told(peer: &str, named: &[&str]) -> IpAddr {
        last_stranger(
            ip(peer),
            named,
            |address| matches!(address, IpAddr::V4(address) if address.octets()[0] == 10),
        )
    }

    #[test]
    fn a_source_is_whom_our_proxies_name_and_nobody_elses_word() {
        let caller = ip("198.51.100.7");
        assert_eq!(told("198.51.100.7", &["192.0.2.1"]), caller);
        assert_eq!(told("10.0.0.1", &["192.0.2.1", "198.51.100.7"]), caller);
        assert_eq!(
            told("10.0.0.1", &["192.0.2.1", "198.51.100.7:4711"]),
            caller
        );
        assert_eq!(told("10.0.0.1", &["198.51.100.7", "10.0.0.2"]), caller);
        assert_eq!(told("10.0.0.1", &["10.1.1.1", "10.0.0.2"]), ip("10.1.1.1"));
        assert_eq!(told("10.0.0.1", &["192.0.2.1", "unknown"]), ip("10.0.0.1"));
    }

    #[test]
    fn an_ipv4_caller_of_a_listener_for_both_is_one_of_ipv4() {
        assert_eq!(told("::ffff:198.51.100.7", &[]), ip("198.51.100.7"));
        assert_eq!(told("::ffff:10.0.0.1", &["192.0.2.1"]), ip("192.0.2.1"));
    }
}

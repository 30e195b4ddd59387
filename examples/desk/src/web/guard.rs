//! What holds for every request: headers, where forms come from, how much may be asked, how faults look.

use std::net::IpAddr;
use std::num::NonZeroU32;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use crcore_adapters::live::{Seats, network};
use governor::clock::DefaultClock;
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use super::app::App;
use super::ctx::Ctx;
use super::fault::Fault;
use super::settings::Limits;
use super::visitor::Visitor;

/// Nothing but what comes from this very host, and no script or style in a page (CSP level 3).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    manifest-src 'self'";

/// Headers on every answer (ASVS 5.0, 3.4).
pub(crate) async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=()",
    );
    set(header::CACHE_CONTROL, "no-store");
    if app.settings.is_secure() {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
    response
}

/// What changes something comes from a page of ours: browsers say where a request began (Fetch Metadata,
/// RFC 6454); who says nothing is no browser, and is stopped by the form's own mark.
pub(crate) async fn same_origin(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, Fault> {
    if changes_nothing(&request) || is_ours(&app, &request) {
        return Ok(next.run(request).await);
    }
    Err(Fault::new(StatusCode::FORBIDDEN, "other_site"))
}

fn changes_nothing(request: &Request) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method())
}

/// A token in a header is sent by no browser of itself; a name and a password may be.
fn is_ours(app: &App, request: &Request) -> bool {
    let headers = request.headers();
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let ours = app.settings.origin();
    let origin = said("origin").unwrap_or(ours);
    let here = ["same-origin", "none"].contains(&said("sec-fetch-site").unwrap_or("same-origin"));
    let is_program = said("authorization").is_some_and(|said| said.starts_with("Bearer "));
    is_program || here && (origin == ours || app.settings.demo && is_this_machine(origin))
}

fn is_this_machine(origin: &str) -> bool {
    let host = origin.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    ["127.0.0.1", "localhost", "[::1]"].contains(&host)
}

/// One source has at most one in so many of the requests that are worked on.
pub(crate) const SHARE: usize = 8;

/// Refuses what comes while as much as may be is worked on, for all or for its source: who waits in a line of
/// ours waits without end.
pub(crate) async fn at_once(State(seats): State<Seats>, request: Request, next: Next) -> Response {
    let visitor = request.extensions().get::<Visitor>();
    let source = visitor.map_or(IpAddr::from([0, 0, 0, 0]), |visitor| visitor.source);
    match seats.take(source, 0) {
        Some(_seat) => next.run(request).await,
        None => {
            let mut fault = Fault::new(StatusCode::SERVICE_UNAVAILABLE, "try_again");
            fault.retry_after = Some(1);
            fault.into_response()
        }
    }
}

/// How much one source may ask.
pub(crate) struct Rates {
    limiter: Keyed,
    limits: Limits,
}

type Keyed =
    RateLimiter<IpAddr, DefaultKeyedStateStore<IpAddr>, DefaultClock, StateInformationMiddleware>;

impl Rates {
    pub(crate) fn new(limits: Limits) -> Self {
        let some = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(some(limits.per_second)).allow_burst(some(limits.burst));
        Self {
            limiter: RateLimiter::keyed(quota).with_middleware(),
            limits,
        }
    }

    /// Says how much may be asked and what is left of it (draft-ietf-httpapi-ratelimit-headers-10).
    fn tell(&self, response: &mut Response, left: u32) {
        let Limits {
            per_second, burst, ..
        } = self.limits;
        // How long it takes until all of it may be asked again.
        let (whole, missing) = (burst.max(1), burst.saturating_sub(left));
        let seconds = |requests: u32| requests.div_ceil(per_second.max(1));
        let policy = format!("\"source\";q={whole};w={}", seconds(whole).max(1));
        let limit = format!("\"source\";r={left};t={}", seconds(missing));
        let told = [("ratelimit-policy", policy), ("ratelimit", limit)];
        for (name, value) in told {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
    }

    /// Forgets sources that have not asked for a while.
    pub(crate) fn forget(&self) {
        self.limiter.retain_recent();
    }
}

/// Refuses who asks too much too fast.
pub(crate) async fn rate(State(app): State<App>, request: Request, next: Next) -> Response {
    let source = super::visitor::source(&app, request.headers(), request.extensions());
    let source = network(source);
    let rates = &app.rates;
    let program = request.uri().path().starts_with("/api/");
    let (mut response, left) = match rates.limiter.check_key(&source) {
        Ok(state) => (next.run(request).await, state.remaining_burst_capacity()),
        Err(_) => {
            let mut fault = Fault::new(StatusCode::TOO_MANY_REQUESTS, "too_many");
            fault.retry_after = Some(1);
            // Nothing is looked up for whoever asks too much: the page is that of a stranger.
            let visitor = super::visitor::unknown(&app, request.headers());
            let asked = Asked::of(&request, visitor);
            (show_fault(&app, asked, fault.into_response()), 0)
        }
    };
    if program {
        rates.tell(&mut response, left);
    }
    response
}

/// Signs what goes out and comes back: the mark of a form, a flash.
pub(crate) struct Signer {
    secrets: Vec<SecretString>,
}

impl Signer {
    pub(crate) fn new(secrets: Vec<SecretString>) -> Self {
        Self { secrets }
    }

    fn mac(secret: &SecretString, purpose: &str, text: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
        for part in [purpose, text] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        Some(mac)
    }

    /// The mark of `text` for one purpose.
    pub(crate) fn sign(&self, purpose: &str, text: &str) -> String {
        let mac = self
            .secrets
            .first()
            .and_then(|secret| Self::mac(secret, purpose, text));
        mac.map_or_else(String::new, |mac| {
            data_encoding::BASE64URL_NOPAD.encode(&mac.finalize().into_bytes())
        })
    }

    /// The same, another one with every salt.
    pub(crate) fn sign_salted(&self, purpose: &str, text: &str, salt: [u8; 32]) -> String {
        let salt = data_encoding::BASE64URL_NOPAD.encode(&salt[..16]);
        let mark = self.sign(purpose, &format!("{salt}.{text}"));
        format!("{salt}.{mark}")
    }

    /// Whether a mark with a salt is ours.
    pub(crate) fn knows_salted(&self, purpose: &str, text: &str, mark: &str) -> bool {
        mark.split_once('.')
            .is_some_and(|(salt, mark)| self.knows(purpose, &format!("{salt}.{text}"), mark))
    }

    /// Whether a mark is ours.
    pub(crate) fn knows(&self, purpose: &str, text: &str, mark: &str) -> bool {
        let Ok(mark) = data_encoding::BASE64URL_NOPAD.decode(mark.as_bytes()) else {
            return false;
        };
        self.secrets
            .iter()
            .filter_map(|secret| Self::mac(secret, purpose, text))
            .any(|mac| mac.verify_slice(&mark).is_ok())
    }
}

/// What a page about a fault needs of the request.
pub(crate) struct Asked {
    visitor: Visitor,
    uri: Uri,
    program: bool,
    part: bool,
}

impl Asked {
    pub(crate) fn of(request: &Request, visitor: Visitor) -> Self {
        let accepts = request.headers().get(header::ACCEPT);
        let json = accepts.is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
        Self {
            visitor,
            uri: request.uri().clone(),
            program: json || request.uri().path().starts_with("/api/"),
            part: request.headers().contains_key("hx-request"),
        }
    }
}

/// Puts words to a fault: a page for people, a problem for programs.
pub(crate) fn show_fault(app: &App, asked: Asked, mut response: Response) -> Response {
    let status = response.status();
    let fault = response.extensions_mut().remove::<Fault>().or_else(|| {
        let untold = asked.program
            || response.headers().get(header::CONTENT_TYPE).is_none()
            || matches!(status.as_u16(), 404 | 405 | 413 | 415);
        let bare = (status.is_client_error() || status.is_server_error()) && untold;
        bare.then(|| Fault::new(status, code_of(status)))
    });
    let Some(fault) = fault else { return response };
    if asked.program {
        let mut problem = fault.problem();
        // What there is at this address (RFC 9110, 15.5.6).
        if let Some(allow) = response.headers_mut().remove(header::ALLOW) {
            problem.headers_mut().insert(header::ALLOW, allow);
        }
        return problem;
    }
    let ctx = Ctx::of(app.clone(), asked.visitor, asked.uri);
    let text = ctx.fault_page(&fault, asked.part);
    let mut page = (fault.status, text).into_response();
    if let Some(after) = response.headers_mut().remove(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, after);
    }
    page
}

fn code_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => "try_again",
        status if status.is_client_error() => "invalid",
        _ => "broken",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_for_one_purpose_and_outlives_a_change_of_secrets() {
        let old = Signer::new(vec!["first secret, long enough to stay one".into()]);
        let mark = old.sign("form", "browser");
        let new = Signer::new(vec![
            "second secret, long enough to stay one".into(),
            "first secret, long enough to stay one".into(),
        ]);
        assert!(new.knows("form", "browser", &mark));
        assert!(!new.knows("flash", "browser", &mark));
        assert!(!new.knows("form", "another", &mark));
        assert!(!new.knows("form", "browser", "AAAA"));
    }

    #[test]
    fn a_salted_mark_is_never_the_same_and_always_ours() {
        let signer = Signer::new(vec!["first secret, long enough to stay one".into()]);
        let [one, other] = [1, 2].map(|salt| signer.sign_salted("form", "browser", [salt; 32]));
        let alike = one.bytes().zip(other.bytes()).filter(|(a, b)| a == b);
        assert!(alike.count() < 12, "{one} {other}");
        assert!(signer.knows_salted("form", "browser", &one));
        assert!(signer.knows_salted("form", "browser", &other));
        assert!(!signer.knows_salted("form", "another", &one));
        let (salt, _) = one.split_once('.').unwrap();
        let (_, mark) = other.split_once('.').unwrap();
        assert!(!signer.knows_salted("form", "browser", &format!("{salt}.{mark}")));
        assert!(!signer.knows_salted("form", "browser", mark));
    }
}

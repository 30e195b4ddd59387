//! A provider that speaks OAuth 2 alone, on a local server.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crcore::ManualClock;
use crcore_adapters::oidc::{
    Begun, Callback, OAuthOptions, OAuthProvider, ProfileMap, Provider as _, ProviderError,
    SecretIn, Step, Transport,
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use openidconnect::url::{Url, form_urlencoded};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

const REDIRECT: &str = "http://127.0.0.1:9/log-in/hub/back";

/// A server that gives a token for the code, to who has the verifier and the secret, and a profile for
/// the token.
#[derive(Clone)]
struct Hub {
    port: u16,
    /// Its certificate, where it speaks TLS.
    authority: Option<String>,
    state: Arc<Mutex<State>>,
}

struct State {
    challenge: String,
    profile: Value,
    /// The status and body of every answer, in place of the right ones.
    instead: Option<(u16, &'static str)>,
    secret_in: SecretIn,
}

impl Hub {
    async fn start(profile: Value) -> Self {
        Self::listen(profile, None).await
    }

    async fn start_tls(profile: Value) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .unwrap();
        let tls = TlsAcceptor::from(Arc::new(config));
        Self::listen(profile, Some((tls, made.cert.pem()))).await
    }

    async fn listen(profile: Value, tls: Option<(TlsAcceptor, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (tls, authority) = tls.unzip();
        let hub = Self {
            port: listener.local_addr().unwrap().port(),
            authority,
            state: Arc::new(Mutex::new(State {
                challenge: String::new(),
                profile,
                instead: None,
                secret_in: SecretIn::Header,
            })),
        };
        let served = hub.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (served, tls) = (served.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => served.serve(stream).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                served.serve(stream).await;
                            }
                        }
                    }
                });
            }
        });
        hub
    }

    async fn serve(self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let read = stream.read(&mut buffer).await.unwrap_or(0);
            request.extend_from_slice(&buffer[..read]);
            let text = String::from_utf8_lossy(&request);
            let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
                let length = header(head, "content-length").and_then(|l| l.parse().ok());
                body.len() >= length.unwrap_or(0)
            });
            if whole || read == 0 {
                break;
            }
        }
        let text = String::from_utf8_lossy(&request).into_owned();
        let (status, body) = self.answer(&text);
        let answer = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
    }

    fn answer(&self, request: &str) -> (u16, String) {
        let state = self.state.lock().unwrap();
        if let Some((status, body)) = state.instead {
            return (status, body.to_owned());
        }
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        if head.starts_with("GET /profile ") {
            return match header(head, "authorization") {
                Some("Bearer the-token") => (200, state.profile.to_string()),
                _ => (401, "{}".into()),
            };
        }
        let form: Vec<_> = form_urlencoded::parse(body.as_bytes())
            .into_owned()
            .collect();
        let said = |key: &str| form.iter().find(|(k, _)| k == key).map_or("", |(_, v)| v);
        let secret = match state.secret_in {
            SecretIn::Header => {
                header(head, "authorization").map(str::to_owned)
                    == Some(format!("Basic {}", BASE64.encode(b"desk:s3cret")))
            }
            SecretIn::Body => said("client_id") == "desk" && said("client_secret") == "s3cret",
        };
        let hash = BASE64URL_NOPAD.encode(&Sha256::digest(said("code_verifier").as_bytes()));
        let right = head.starts_with("POST /token ")
            && said("code") == "the-code"
            && said("redirect_uri") == REDIRECT
            && hash == state.challenge;
        match (secret, right) {
            (false, _) => (401, json!({"error": "invalid_client"}).to_string()),
            (true, false) => (400, json!({"error": "invalid_grant"}).to_string()),
            (true, true) => {
                let token = json!({"access_token": "the-token", "token_type": "bearer"});
                (200, token.to_string())
            }
        }
    }

    fn options(&self) -> OAuthOptions {
        let host = match self.authority {
            None => "http://127.0.0.1",
            Some(_) => "https://localhost",
        };
        let at = |path: &str| format!("{host}:{}/{path}", self.port);
        OAuthOptions {
            name: "hub".into(),
            issuer: "https://hub.example".into(),
            authorize: at("authorize"),
            token: at("token"),
            profile: at("profile"),
            map: ProfileMap {
                subject: "/id".into(),
                email: Some("/emails/0/value".into()),
                email_verified: Some("/emails/0/verified".into()),
                name: Some("/name".into()),
            },
            client_id: "desk".into(),
            client_secret: Some("s3cret".into()),
            redirect: REDIRECT.into(),
            scopes: vec!["read:user".into()],
            transport: Transport {
                authorities: self.authority.iter().cloned().collect(),
                timeout: Duration::from_secs(5),
            },
            ..OAuthOptions::default()
        }
    }

    fn desk(&self) -> OAuthProvider {
        self.desk_with(|_| {})
    }

    fn desk_with(&self, change: impl FnOnce(&mut OAuthOptions)) -> OAuthProvider {
        let mut options = self.options();
        change(&mut options);
        let clock = ManualClock::new("2026-03-02T09:00:00Z".parse().unwrap());
        OAuthProvider::new(options, Arc::new(clock)).unwrap()
    }

    /// The person agrees, and the browser comes back.
    fn agree(&self, begun: &Begun) -> Callback {
        let said = |key| pair(&begun.url, key);
        assert_eq!(said("client_id").as_deref(), Some("desk"));
        assert_eq!(said("response_type").as_deref(), Some("code"));
        assert_eq!(said("scope").as_deref(), Some("read:user"));
        assert_eq!(said("code_challenge_method").as_deref(), Some("S256"));
        self.state.lock().unwrap().challenge = said("code_challenge").unwrap();
        Callback {
            code: Some("the-code".into()),
            state: said("state"),
            ..Callback::default()
        }
    }

    async fn log_in(
        &self,
        desk: &OAuthProvider,
    ) -> Result<crcore_adapters::accounts::ProviderIdentity, ProviderError> {
        let begun = desk.begin(None).await.unwrap();
        let callback = self.agree(&begun);
        desk.finish(begun.pending, callback).await
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn pair(url: &Url, wanted: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs.find_map(|(key, value)| (key == wanted).then(|| value.into_owned()))
}

fn asha() -> Value {
    json!({
        "id": 4711,
        "name": "Asha Rao",
        "emails": [{"value": "asha@example.test", "verified": true}],
    })
}

#[tokio::test]
async fn a_profile_says_who_somebody_is() {
    let hub = Hub::start(asha()).await;
    let person = hub.log_in(&hub.desk()).await.unwrap();
    assert_eq!(person.issuer, "https://hub.example");
    assert_eq!(person.subject, "4711");
    assert_eq!(person.email.as_deref(), Some("asha@example.test"));
    assert!(person.email_verified);
    assert_eq!(person.name.as_deref(), Some("Asha Rao"));

    hub.state.lock().unwrap().secret_in = SecretIn::Body;
    let desk = hub.desk_with(|options| options.secret_in = SecretIn::Body);
    assert_eq!(hub.log_in(&desk).await.unwrap().subject, "4711");
}

#[tokio::test]
async fn a_bank_s_own_authority_is_trusted_where_it_is_named() {
    let hub = Hub::start_tls(asha()).await;
    assert_eq!(hub.log_in(&hub.desk()).await.unwrap().subject, "4711");
    let stranger = hub.desk_with(|options| options.transport.authorities.clear());
    let refused = hub.log_in(&stranger).await.unwrap_err();
    assert_eq!(
        refused,
        ProviderError::Unavailable {
            step: Step::Token,
            why: "no connection, or no secure one".into(),
        }
    );
}

#[tokio::test]
async fn an_address_is_verified_only_where_the_provider_says_so() {
    let hub = Hub::start(asha()).await;
    let desk = hub.desk_with(|options| options.map.email_verified = None);
    assert!(!hub.log_in(&desk).await.unwrap().email_verified);
    for (said, expected) in [
        (json!(true), true),
        (json!("true"), true),
        (json!(false), false),
        (json!("false"), false),
        (json!(1), false),
        (json!(null), false),
    ] {
        hub.state.lock().unwrap().profile["emails"][0]["verified"] = said.clone();
        let person = hub.log_in(&hub.desk()).await.unwrap();
        assert_eq!(person.email_verified, expected, "{said}");
    }
}

#[tokio::test]
async fn who_cannot_be_told_apart_is_nobody() {
    let hub = Hub::start(asha()).await;
    for id in [
        json!(null),
        json!(""),
        json!(1.5),
        json!(["a"]),
        json!(true),
    ] {
        hub.state.lock().unwrap().profile["id"] = id.clone();
        let refused = hub.log_in(&hub.desk()).await.unwrap_err();
        assert!(
            matches!(refused, ProviderError::Untrusted(_)),
            "{id}: {refused}"
        );
    }
}

#[tokio::test]
async fn a_code_without_its_verifier_or_state_is_worth_nothing() {
    let hub = Hub::start(asha()).await;
    let desk = hub.desk();
    let (mine, theirs) = (
        desk.begin(None).await.unwrap(),
        desk.begin(None).await.unwrap(),
    );
    let callback = hub.agree(&theirs);
    let refused = desk.finish(mine.pending.clone(), callback.clone()).await;
    assert_eq!(refused, Err(ProviderError::NotOurs { part: "state" }));
    let own_state = Callback {
        state: pair(&mine.url, "state"),
        ..callback.clone()
    };
    let refused = desk.finish(mine.pending, own_state).await.unwrap_err();
    let code = "invalid_grant";
    assert_eq!(
        refused,
        ProviderError::Refused {
            step: Step::Token,
            code
        }
    );
    let elsewhere = Callback {
        iss: Some("https://another.example".into()),
        ..callback
    };
    let refused = desk.finish(theirs.pending, elsewhere).await;
    assert_eq!(refused, Err(ProviderError::NotOurs { part: "issuer" }));
}

#[tokio::test]
async fn refusals_say_whether_another_try_may_work() {
    let hub = Hub::start(asha()).await;
    let desk = hub.desk();
    for (word, expected, again) in [
        ("access_denied", ProviderError::Declined, true),
        (
            "temporarily_unavailable",
            refused("temporarily_unavailable"),
            true,
        ),
        ("invalid_scope", refused("invalid_scope"), false),
        ("<script>asha</script>", refused("another error"), false),
    ] {
        let begun = desk.begin(None).await.unwrap();
        let state = pair(&begun.url, "state");
        let callback = Callback {
            state,
            error: Some(word.into()),
            ..Callback::default()
        };
        let found = desk.finish(begun.pending, callback).await.unwrap_err();
        assert_eq!(found, expected);
        assert_eq!(found.again(), again, "{word}");
    }

    fn refused(code: &'static str) -> ProviderError {
        ProviderError::Refused {
            step: Step::Authorization,
            code,
        }
    }
    for (status, body, again) in [
        (500, "{}", true),
        (200, "asha.secret", false),
        (302, "", false),
        (
            200,
            r#"{"access_token": "asha.secret\n", "token_type": "bearer"}"#,
            false,
        ),
    ] {
        hub.state.lock().unwrap().instead = Some((status, body));
        let found = hub.log_in(&desk).await.unwrap_err();
        assert_eq!(found.again(), again, "{status}: {found}");
        assert!(!format!("{found} {found:?}").contains("asha"), "{found:?}");
    }
}

#[tokio::test]
async fn wrong_options_are_named() {
    let hub = Hub::start(asha()).await;
    let wrong = |change: fn(&mut OAuthOptions)| {
        let mut options = hub.options();
        change(&mut options);
        let clock = ManualClock::new("2026-03-02T09:00:00Z".parse().unwrap());
        match OAuthProvider::new(options, Arc::new(clock)) {
            Err(ProviderError::Options { option, .. }) => option,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(wrong(|o| o.name.clear()), "name");
    assert_eq!(wrong(|o| o.client_id.clear()), "client_id");
    assert_eq!(wrong(|o| o.map.subject = "id".into()), "map");
    assert_eq!(
        wrong(|o| o.authorize = "http://hub.example".into()),
        "authorize"
    );
    assert_eq!(wrong(|o| o.token = "https://hub.example".into()), "profile");
}

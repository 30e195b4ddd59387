//! A certified provider (npm `oidc-provider`) in a process of its own, and a browser that signs in there.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use crcore::{Clock as _, ManualClock, SystemClock};
use crcore_adapters::oidc::{
    Begun, Callback, OidcOptions, OidcProvider, Provider as _, ProviderError, Transport,
};
use openidconnect::reqwest::{Client, Response, header, redirect};
use openidconnect::url::Url;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

pub(crate) const REDIRECT: &str = "http://127.0.0.1:9/log-in/test/back";
/// As in `provider.mjs`.
pub(crate) const SECRET: &str = "a secret of the test that is long enough for HS256";

/// The provider, until it is dropped.
pub(crate) struct Real {
    pub(crate) issuer: String,
    pub(crate) clock: Arc<ManualClock>,
    process: Child,
}

/// Starts a provider, or says why this test is left out and leaves it out.
macro_rules! provider {
    ($options:tt) => {
        match crate::provider::Real::start(serde_json::json!($options)).await {
            Some(provider) => provider,
            None => return,
        }
    };
}
pub(crate) use provider;

impl Real {
    pub(crate) async fn start(mut options: serde_json::Value) -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oidc/provider");
        if Command::new("node")
            .arg("--version")
            .output()
            .await
            .is_err()
        {
            eprintln!("left out: there is no `node` to run the provider with");
            return None;
        }
        assert!(
            folder.join("node_modules/oidc-provider").is_dir(),
            "the provider is not installed: run ./tests/tools"
        );
        options["redirect"] = REDIRECT.into();
        let mut process = Command::new("node")
            .arg("provider.mjs")
            .arg(options.to_string())
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let issuer = lines.next_line().await.unwrap();
        Some(Self {
            issuer: issuer.expect("the provider starts"),
            clock: Arc::new(ManualClock::new(SystemClock.now())),
            process,
        })
    }

    pub(crate) fn options(&self) -> OidcOptions {
        OidcOptions {
            name: "test".into(),
            issuer: self.issuer.clone(),
            client_id: "desk".into(),
            client_secret: Some(SECRET.into()),
            redirect: REDIRECT.into(),
            transport: Transport {
                timeout: Duration::from_secs(5),
                ..Transport::default()
            },
            ..OidcOptions::default()
        }
    }

    pub(crate) fn desk(&self) -> OidcProvider {
        self.desk_with(|_| {})
    }

    pub(crate) fn desk_with(&self, change: impl FnOnce(&mut OidcOptions)) -> OidcProvider {
        let mut options = self.options();
        change(&mut options);
        OidcProvider::new(options, self.clock.clone()).unwrap()
    }

    /// The fault of every later answer, as in `provider.mjs`; none for an empty one.
    pub(crate) async fn fault(&self, fault: &str) {
        self.control("fault", fault).await;
    }

    pub(crate) async fn rotate(&self) {
        self.control("rotate", "1").await;
    }

    async fn control(&self, key: &str, value: &str) {
        let mut url = Url::parse(&self.issuer).unwrap().join("control").unwrap();
        url.query_pairs_mut().append_pair(key, value);
        client().get(url).send().await.unwrap();
    }

    pub(crate) async fn stop(mut self) {
        self.process.kill().await.unwrap();
    }

    /// What the desk makes of a whole log-in with this fault at the provider.
    pub(crate) async fn log_in_with(&self, fault: &str) -> Result<String, ProviderError> {
        let desk = self.desk();
        let begun = desk.begin(None).await?;
        let callback = Browser::default().sign_in(&begun, "asha").await;
        self.fault(fault).await;
        let found = desk.finish(begun.pending, callback).await;
        self.fault("").await;
        found.map(|person| person.subject)
    }
}

fn client() -> Client {
    // What is answered at all is answered in no time: a line that hangs is an error and no wait for ever.
    let builder = Client::builder()
        .redirect(redirect::Policy::none())
        .timeout(Duration::from_secs(60));
    builder.no_proxy().build().unwrap()
}

/// Signs in at the provider's own pages, as a person does.
#[derive(Default)]
pub(crate) struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Goes where the desk sends the browser, signs in, agrees, and comes back with the answer.
    pub(crate) async fn sign_in(&mut self, begun: &Begun, login: &str) -> Callback {
        self.visit(
            begun,
            &[("prompt", "login"), ("login", login), ("password", "x")],
        )
        .await
    }

    /// Goes there, and leaves by the link "cancel".
    pub(crate) async fn cancel(&mut self, begun: &Begun) -> Callback {
        self.visit(begun, &[]).await
    }

    async fn visit(&mut self, begun: &Begun, form: &[(&str, &str)]) -> Callback {
        let mut at = begun.url.clone();
        let mut forms = vec![vec![("prompt", "consent")], form.to_vec()];
        for _ in 0..12 {
            if at.as_str().starts_with(REDIRECT) {
                return callback(&at);
            }
            let mut answer = self.get(&at).await;
            if answer.status().is_success() {
                answer = if form.is_empty() {
                    self.get(&Url::parse(&format!("{at}/abort")).unwrap()).await
                } else {
                    self.post(&at, &forms.pop().expect("one page more than forms"))
                        .await
                };
            }
            let location = answer.headers().get(header::LOCATION);
            let location = location.unwrap_or_else(|| panic!("{}: no redirect", answer.status()));
            at = at.join(location.to_str().unwrap()).unwrap();
        }
        panic!("the provider does not send the browser back");
    }

    async fn get(&mut self, at: &Url) -> Response {
        self.send(client().get(at.clone())).await
    }

    async fn post(&mut self, at: &Url, form: &[(&str, &str)]) -> Response {
        self.send(client().post(at.clone()).form(form)).await
    }

    async fn send(&mut self, request: openidconnect::reqwest::RequestBuilder) -> Response {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        let request = request.header(header::COOKIE, cookies.join("; "));
        let answer = request.send().await.unwrap();
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = cookie.split_once('=').unwrap();
            self.cookies.insert(name.into(), value.into());
        }
        answer
    }
}

fn callback(at: &Url) -> Callback {
    let part = |wanted: &str| {
        let mut pairs = at.query_pairs();
        pairs.find_map(|(key, value)| (key == wanted).then(|| value.into_owned()))
    };
    Callback {
        code: part("code"),
        state: part("state"),
        iss: part("iss"),
        error: part("error"),
    }
}

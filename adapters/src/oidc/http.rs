//! Asking a provider: over TLS, without being sent elsewhere, and not for ever.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use openidconnect::reqwest::{Certificate, Client, Response, redirect};
use openidconnect::url::{Host, Url};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};

use super::ProviderError;

/// The longest answer: a description with its keys is a tenth of this, a profile less.
const ANSWER_MAX: usize = 256 * 1024;

/// How to reach a provider.
#[derive(Debug, Clone)]
pub struct Transport {
    /// Certificates (PEM) of authorities to trust besides the public ones: a bank's own.
    pub authorities: Vec<String>,
    /// How long one question may take, from connecting to the last byte of the answer. A log-in asks
    /// at most five, one after the other, and most ask one.
    pub timeout: Duration,
}

impl Default for Transport {
    /// The public authorities, 10 seconds.
    fn default() -> Self {
        Self {
            authorities: Vec::new(),
            timeout: Duration::from_secs(10),
        }
    }
}

/// Asks a provider. Follows no redirect: an endpoint that moved is a new endpoint, which somebody has to
/// say (and one that sends us into the bank's own network is an attack).
pub(super) struct Http {
    client: Client,
    timeout: Duration,
}

/// What was in the way, without an address or a token.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Failed(pub(super) String);

impl Http {
    /// For a provider at `address`. Once that is `https`, nothing else is spoken with it.
    pub(super) fn new(transport: &Transport, address: &Url) -> Result<Self, ProviderError> {
        let mut builder = Client::builder()
            .user_agent(concat!("crcore/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .timeout(transport.timeout);
        builder = match address.scheme() {
            "https" => builder.https_only(true),
            _ => builder.no_proxy(),
        };
        for authority in &transport.authorities {
            let certificate = Certificate::from_pem(authority.as_bytes());
            let certificate = certificate.map_err(|_| options("authorities"))?;
            builder = builder.add_root_certificate(certificate);
        }
        Ok(Self {
            client: builder.build().map_err(|_| options("authorities"))?,
            timeout: transport.timeout,
        })
    }

    /// One question and its whole answer, of at most [`ANSWER_MAX`] bytes.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Failed> {
        let request = request.try_into().map_err(|e| self.failed(&e))?;
        let answer = self.client.execute(request).await;
        let mut answer = answer.map_err(|e| self.failed(&e))?;
        let status = answer.status();
        if status.is_server_error() || status == http::StatusCode::TOO_MANY_REQUESTS {
            return Err(Failed(format!("it answered {}", status.as_u16())));
        }
        let body = self.body(&mut answer).await?;
        let mut built = http::Response::new(body);
        *built.status_mut() = status;
        *built.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(built)
    }

    async fn body(&self, answer: &mut Response) -> Result<Vec<u8>, Failed> {
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|e| self.failed(&e))? {
            if body.len() + chunk.len() > ANSWER_MAX {
                return Err(Failed(format!("it answered more than {ANSWER_MAX} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn failed(&self, e: &openidconnect::reqwest::Error) -> Failed {
        Failed(if e.is_timeout() {
            format!("no answer within {} s", self.timeout.as_secs_f32())
        } else if e.is_connect() {
            "no connection, or no secure one".into()
        } else if e.is_builder() {
            "its address is not one over https".into()
        } else {
            "the connection broke off".into()
        })
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Failed;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Failed>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

fn options(option: &'static str) -> ProviderError {
    ProviderError::Options {
        option,
        expected: "certificates in PEM".into(),
    }
}

/// An address of a provider: over `https`, or on this machine.
pub(super) fn address(option: &'static str, text: &str) -> Result<Url, ProviderError> {
    let fits = |url: &Url| match url.scheme() {
        "https" => true,
        "http" => match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        },
        _ => false,
    };
    Url::parse(text)
        .ok()
        .filter(fits)
        .ok_or_else(|| ProviderError::Options {
            option,
            expected: "an https address (http only on this machine)".into(),
        })
}

//! A bucket of S3 or its kin, spoken to by the HTTP client and the TLS that the rest of the desk uses.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::BodyExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::client::{
    ClientConfigKey, HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest,
    HttpResponse, HttpResponseBody, HttpService,
};
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, Error, Result, RetryConfig};

use super::ObjectBlobs;

/// How long a connection may take to come about: a store of objects is near, or it is down.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a request may take with its answer: the largest blob over a slow line.
const REQUEST: Duration = Duration::from_secs(30);
/// How often a request is sent again, within [`RETRIES_TAKE`]: somebody waits for the file.
const RETRIES: usize = 3;
/// How long sending again may take altogether.
const RETRIES_TAKE: Duration = Duration::from_secs(30);

impl ObjectBlobs {
    /// Blobs in a bucket, beneath a prefix where it is not empty. The rest stands in variables of the names
    /// that all tools of AWS read (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`,
    /// `AWS_ENDPOINT` for a store that is not Amazon's, `AWS_WEB_IDENTITY_TOKEN_FILE`); others are passed
    /// over. Without a key the machine's own role is asked for. Plain HTTP is refused unless
    /// `AWS_ALLOW_HTTP` is `true`.
    ///
    /// # Errors
    /// [`Error`] where a variable says what cannot be. Whether the bucket is there shows the first use.
    pub fn s3(
        bucket: &str,
        prefix: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self> {
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: RETRIES_TAKE,
            ..RetryConfig::default()
        };
        let mut builder = AmazonS3Builder::new()
            .with_http_connector(Connector)
            // Not all kin of S3 have it, and a blob has few copies.
            .with_disable_bulk_delete(true)
            .with_retry(retry);
        for (name, value) in variables {
            let key = name.starts_with("AWS_").then(|| name.to_ascii_lowercase());
            if let Some(Ok(key)) = key.map(|key| key.parse()) {
                builder = builder.with_config(key, value);
            }
        }
        // After the variables: the bucket is the one that was asked for.
        let store = builder.with_bucket_name(bucket).build()?;
        Ok(match prefix {
            "" => Self::new(Arc::new(store)),
            prefix => Self::new(Arc::new(PrefixStore::new(store, prefix))),
        })
    }
}

/// Makes the client. The one that `object_store` would make brings another TLS provider.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> Result<HttpClient> {
        let plain = options.get_config_value(&ClientConfigKey::AllowHttp);
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(REQUEST)
            .https_only(plain.as_deref() != Some("true"))
            .redirect(reqwest::redirect::Policy::none())
            .build();
        let client = client.map_err(|error| Error::Generic {
            store: "S3",
            source: Box::new(error),
        })?;
        Ok(HttpClient::new(Client(client)))
    }
}

#[derive(Debug)]
struct Client(reqwest::Client);

#[async_trait]
impl HttpService for Client {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let request = http::Request::from_parts(parts, reqwest::Body::from(body));
        let request = reqwest::Request::try_from(request).map_err(failed)?;
        let answer = self.0.execute(request).await.map_err(failed)?;
        let (parts, body) = http::Response::from(answer).into_parts();
        let body = HttpResponseBody::new(body.map_err(failed));
        Ok(HttpResponse::from_parts(parts, body))
    }
}

/// What went wrong, for the decision whether to send it again; without the address, which may be signed.
fn failed(error: reqwest::Error) -> HttpError {
    let kind = if error.is_timeout() {
        HttpErrorKind::Timeout
    } else if error.is_connect() {
        HttpErrorKind::Connect
    } else if error.is_decode() {
        HttpErrorKind::Decode
    } else if error.is_request() || error.is_body() {
        HttpErrorKind::Interrupted
    } else {
        HttpErrorKind::Unknown
    };
    HttpError::new(kind, error.without_url())
}

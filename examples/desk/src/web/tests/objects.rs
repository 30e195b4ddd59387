//! Attachments in a bucket, over the wire: a store of objects that speaks as much S3 as they need.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use crcore::conformance::BlobHarness;
use crcore::{Blobs, StoreError, StoreResult};

use crate::web::place::Place;

crcore::blob_laws!(bucket, Some(Bucket::open().await));

/// By their keys.
type Objects = Arc<Mutex<BTreeMap<String, Bytes>>>;

/// A store of objects with one bucket, `files`.
struct Bucket {
    at: SocketAddr,
    objects: Objects,
}

impl Bucket {
    async fn open() -> Self {
        let objects = Objects::default();
        let site = Router::new().fallback(answer).with_state(objects.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, site).await });
        Self { at, objects }
    }

    fn variables(&self, key: &str) -> Vec<(String, String)> {
        let endpoint = format!("http://{}", self.at);
        let set = [
            ("AWS_ACCESS_KEY_ID", key),
            ("AWS_SECRET_ACCESS_KEY", "hush"),
            ("AWS_ENDPOINT", &endpoint),
            ("AWS_ALLOW_HTTP", "true"),
            // Which bucket it is, the setting says.
            ("AWS_BUCKET", "another"),
            ("PATH", "/bin"),
        ];
        set.map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    async fn blobs(&self, key: &str) -> Arc<dyn Blobs> {
        let place: Place = "s3://files/bank/one".parse().unwrap();
        let kept = place.open(self.variables(key)).await;
        Arc::new(kept.unwrap_or_else(|failure| panic!("{failure}")))
    }
}

#[async_trait]
impl BlobHarness for Bucket {
    async fn open(&self) -> StoreResult<Arc<dyn Blobs>> {
        Ok(self.blobs("desk").await)
    }
}

async fn answer(
    State(objects): State<Objects>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let signed = headers.get(header::AUTHORIZATION);
    let signed = signed.and_then(|signed| signed.to_str().ok());
    if !signed.is_some_and(|s| s.starts_with("AWS4-HMAC-SHA256 Credential=desk/")) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut objects = objects.lock().unwrap_or_else(PoisonError::into_inner);
    let key = uri.path().strip_prefix("/files").unwrap_or_default();
    let key = key.trim_start_matches('/').to_owned();
    let query = uri.query().unwrap_or_default();
    let told = [
        (header::ETAG, "\"1\""),
        (header::LAST_MODIFIED, "Thu, 01 Jan 2026 00:00:00 GMT"),
    ];
    match method {
        Method::PUT => {
            objects.insert(key, body);
            told.into_response()
        }
        Method::GET if key.is_empty() => listed(&objects, query).into_response(),
        Method::GET => match objects.get(&key) {
            Some(content) => (told, content.clone()).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        Method::DELETE => {
            objects.remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// A list of all that begins with the prefix; up to the next slash where one asks for that.
fn listed(objects: &BTreeMap<String, Bytes>, query: &str) -> String {
    let mut asked = query.split('&').filter_map(|part| part.split_once('='));
    let prefix = asked.find_map(|(name, value)| (name == "prefix").then_some(value));
    let prefix = prefix.unwrap_or_default().replace("%2F", "/");
    let (mut found, mut folders) = (String::new(), BTreeSet::new());
    for (key, content) in objects {
        let Some(rest) = key.strip_prefix(&prefix) else {
            continue;
        };
        match rest.split_once('/') {
            Some((folder, _)) if query.contains("delimiter=") => {
                folders.insert(format!("{prefix}{folder}/"));
            }
            _ => {
                let size = content.len();
                found += &format!(
                    "<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00Z</LastModified>\
                     <Size>{size}</Size><ETag>1</ETag></Contents>"
                );
            }
        }
    }
    for folder in folders {
        found += &format!("<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>");
    }
    format!("<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>")
}

#[tokio::test]
async fn attachments_lie_in_the_bucket_beneath_the_prefix() {
    let bucket = Bucket::open().await;
    let blobs = bucket.blobs("desk").await;
    let now = "2026-03-02T09:00:00Z".parse().unwrap();
    let id = blobs.put(b"a scanned letter", now).await.unwrap();
    let found = blobs.get(id).await.unwrap();
    assert_eq!(found.as_deref(), Some(&b"a scanned letter"[..]));
    let keys: Vec<String> = bucket.objects.lock().unwrap().keys().cloned().collect();
    assert_eq!(keys.len(), 1);
    assert!(keys[0].starts_with("bank/one/") && keys[0].contains(&id.to_string()));
}

#[tokio::test]
async fn a_key_that_does_not_open_the_bucket_loses_nothing_and_is_told_nobody() {
    let bucket = Bucket::open().await;
    let blobs = bucket.blobs("stranger").await;
    let now = "2026-03-02T09:00:00Z".parse().unwrap();
    let refused = blobs.put(b"a scanned letter", now).await.unwrap_err();
    assert!(
        matches!(refused, StoreError::Unavailable { .. }),
        "{refused:?}"
    );
    assert!(!format!("{refused} {refused:?}").contains("hush"));
    assert!(bucket.objects.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_bucket_over_plain_http_is_refused_unless_it_is_said() {
    let bucket = Bucket::open().await;
    let mut variables = bucket.variables("desk");
    variables.retain(|(name, _)| name != "AWS_ALLOW_HTTP");
    let place: Place = "s3://files".parse().unwrap();
    if let Ok(blobs) = place.open(variables).await {
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        assert!(blobs.put(b"a scanned letter", now).await.is_err());
    }
    assert!(bucket.objects.lock().unwrap().is_empty());
}

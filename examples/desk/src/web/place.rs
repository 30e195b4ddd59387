//! Where attachments are kept: a folder, or a bucket of an object store.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crcore::{BlobId, Blobs, StoreResult};
use crcore_adapters::FileBlobs;

use crate::failure::{Failure, Result};

/// What the setting may say.
const EXPECTED: &str = "a folder, file:///folder, or s3://bucket/prefix";

/// Where attachments are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Folder(PathBuf),
    Bucket {
        bucket: String,
        /// Beneath what; nothing where the bucket is the desk's alone.
        prefix: String,
    },
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let wrong = |what: &str| Err(format!("{EXPECTED}: {what}"));
        if let Some(place) = text.strip_prefix("s3://") {
            let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
            let prefix = prefix.trim_end_matches('/');
            if !is_bucket(bucket) {
                return wrong(
                    "a bucket has 3 to 63 of a-z 0-9 . - (keys stand in AWS_ACCESS_KEY_ID and its kin)",
                );
            }
            let is_word = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            let is_part = |part: &str| {
                !part.is_empty() && part != "." && part != ".." && part.chars().all(is_word)
            };
            if !prefix.is_empty() && !prefix.split('/').all(is_part) {
                return wrong("a prefix has words of A-Z a-z 0-9 - _ . with slashes between");
            }
            return Ok(Self::Bucket {
                bucket: bucket.to_owned(),
                prefix: prefix.to_owned(),
            });
        }
        if let Some(folder) = text.strip_prefix("file://") {
            if !folder.starts_with('/') || folder.contains(['%', '?', '#']) {
                return wrong("three slashes and a path, without ? # %");
            }
            return Ok(Self::Folder(folder.into()));
        }
        if text.is_empty() {
            return wrong("nothing is set");
        }
        // `s3:bucket`, `https://…`, `gs://…`: no folder is meant.
        let scheme = text.split_once(':').map(|(scheme, _)| scheme);
        if scheme.is_some_and(|s| s.len() > 1 && s.bytes().all(|b| b.is_ascii_alphanumeric())) {
            return wrong("of addresses, the desk knows file:/// and s3://");
        }
        Ok(Self::Folder(text.into()))
    }
}

fn is_bucket(name: &str) -> bool {
    let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    (3..=63).contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c))
        && is_end(name.chars().next())
        && is_end(name.chars().last())
}

impl Place {
    /// Opens it. What a bucket is had by stands in `variables`, as in the environment.
    pub(crate) async fn open(
        &self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Kept> {
        match self {
            Self::Folder(folder) => {
                let folder = FileBlobs::open(folder).await;
                Ok(Kept(Arc::new(folder.map_err(Failure::failed)?)))
            }
            Self::Bucket { bucket, prefix } => self::bucket(bucket, prefix, variables),
        }
    }
}

#[cfg(feature = "objects")]
fn bucket(
    bucket: &str,
    prefix: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Kept> {
    let blobs = crcore_adapters::ObjectBlobs::s3(bucket, prefix, variables);
    let blobs = blobs.map_err(|error| Failure::asked(format!("files.place: {error}")))?;
    Ok(Kept(Arc::new(blobs)))
}

#[cfg(not(feature = "objects"))]
fn bucket(_: &str, _: &str, _: impl IntoIterator<Item = (String, String)>) -> Result<Kept> {
    Err(
        Failure::asked("files.place: this crdesk was built without object stores".to_owned())
            .todo("build it with the feature `objects`, or name a folder"),
    )
}

/// Attachments, wherever they are.
#[derive(Clone)]
pub(crate) struct Kept(Arc<dyn Blobs>);

#[async_trait]
impl Blobs for Kept {
    async fn put(&self, content: &[u8], now: DateTime<Utc>) -> StoreResult<BlobId> {
        self.0.put(content, now).await
    }

    async fn get(&self, id: BlobId) -> StoreResult<Option<Vec<u8>>> {
        self.0.get(id).await
    }

    async fn remove(&self, id: BlobId, last_put: DateTime<Utc>) -> StoreResult<bool> {
        self.0.remove(id, last_put).await
    }

    async fn list(
        &self,
        after: Option<BlobId>,
        limit: u32,
    ) -> StoreResult<Vec<(BlobId, DateTime<Utc>)>> {
        self.0.list(after, limit).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_folder_or_a_bucket_and_nothing_unclear() {
        let folder = |path: &str| Ok(Place::Folder(path.into()));
        assert_eq!("crdesk-files".parse(), folder("crdesk-files"));
        assert_eq!("/var/lib/desk".parse(), folder("/var/lib/desk"));
        assert_eq!("C:\\desk".parse(), folder("C:\\desk"));
        assert_eq!("file:///var/desk".parse(), folder("/var/desk"));
        let bucket = |bucket: &str, prefix: &str| {
            let (bucket, prefix) = (bucket.to_owned(), prefix.to_owned());
            Ok(Place::Bucket { bucket, prefix })
        };
        assert_eq!("s3://files".parse(), bucket("files", ""));
        assert_eq!(
            "s3://files.bank/desk/one/".parse(),
            bucket("files.bank", "desk/one")
        );
        for unclear in [
            "",
            "s3://",
            "s3:files",
            "s3:///files",
            "s3://Files",
            "s3://key:secret@files",
            "s3://files/a//b",
            "s3://files/../b",
            "s3://files?region=x",
            "file://host/files",
            "file:/files",
            "https://files.example/desk",
            "gs://files",
        ] {
            let refused = unclear.parse::<Place>().unwrap_err();
            assert!(refused.starts_with(EXPECTED), "{unclear}: {refused}");
            assert!(!refused.contains("secret"), "{refused}");
        }
    }
}

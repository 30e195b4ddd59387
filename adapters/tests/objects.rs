//! Attachments in an object store.

#![cfg(feature = "objects")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use crcore::blobs::BLOB_MAX;
use crcore::conformance::BlobHarness;
use crcore::{BlobId, Blobs, StoreError, StoreResult};
use crcore_adapters::ObjectBlobs;
use crcore_adapters::objects::object_store::local::LocalFileSystem;
use crcore_adapters::objects::object_store::memory::InMemory;
use crcore_adapters::objects::object_store::path::Path;
use crcore_adapters::objects::object_store::prefix::PrefixStore;
use crcore_adapters::objects::object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt as _, PutMultipartOptions, PutOptions, PutPayload, PutResult,
    Result,
};
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use tempfile::TempDir;

crcore::blob_laws!(memory, Some(One::over(Arc::new(InMemory::new()))));
crcore::blob_laws!(folder, Some(Folder(tempfile::tempdir().unwrap())));
crcore::blob_laws!(
    shared_bucket,
    Some(One::over(Arc::new(PrefixStore::new(
        InMemory::new(),
        "banks/one"
    ))))
);

/// The same store each time.
struct One(Arc<dyn ObjectStore>);

impl One {
    fn over(store: Arc<dyn ObjectStore>) -> Self {
        Self(store)
    }
}

#[async_trait]
impl BlobHarness for One {
    async fn open(&self) -> StoreResult<Arc<dyn Blobs>> {
        Ok(Arc::new(ObjectBlobs::new(Arc::clone(&self.0))))
    }
}

/// Opened anew each time.
struct Folder(TempDir);

#[async_trait]
impl BlobHarness for Folder {
    async fn open(&self) -> StoreResult<Arc<dyn Blobs>> {
        let store = LocalFileSystem::new_with_prefix(self.0.path()).unwrap();
        Ok(Arc::new(ObjectBlobs::new(Arc::new(store.with_fsync(true)))))
    }
}

fn at(second: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-03-02T09:00:00.123456Z".parse().unwrap();
    start + TimeDelta::seconds(second)
}

/// A store whose calls fail from the `n`th on.
#[derive(Debug)]
struct Failing {
    inner: InMemory,
    left: AtomicU32,
}

const NEVER: u32 = u32::MAX;

impl Failing {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            inner: InMemory::new(),
            left: AtomicU32::new(NEVER),
        })
    }

    fn after(&self, calls: u32) {
        self.left.store(calls, Ordering::SeqCst);
    }

    fn call(&self) -> Result<()> {
        let less = |left: u32| match left {
            NEVER => None,
            left => left.checked_sub(1),
        };
        match self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less)
        {
            Err(0) => Err(Error::Generic {
                store: "failing",
                source: "told to fail".into(),
            }),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Failing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a store that fails when told")
    }
}

#[async_trait]
impl ObjectStore for Failing {
    async fn put_opts(&self, at: &Path, what: PutPayload, how: PutOptions) -> Result<PutResult> {
        self.call()?;
        self.inner.put_opts(at, what, how).await
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        how: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.call()?;
        self.inner.put_multipart_opts(at, how).await
    }

    async fn get_opts(&self, at: &Path, how: GetOptions) -> Result<GetResult> {
        self.call()?;
        self.inner.get_opts(at, how).await
    }

    fn delete_stream(
        &self,
        places: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        match self.call() {
            Ok(()) => self.inner.delete_stream(places),
            Err(error) => stream::iter([Err(error)]).boxed(),
        }
    }

    fn list(&self, under: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.call() {
            Ok(()) => self.inner.list(under),
            Err(error) => stream::iter([Err(error)]).boxed(),
        }
    }

    async fn list_with_delimiter(&self, under: Option<&Path>) -> Result<ListResult> {
        self.call()?;
        self.inner.list_with_delimiter(under).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, how: CopyOptions) -> Result<()> {
        self.call()?;
        self.inner.copy_opts(from, to, how).await
    }
}

async fn names(store: &dyn ObjectStore) -> Vec<String> {
    let objects: Vec<_> = store.list(None).collect().await;
    let mut names: Vec<_> = objects
        .into_iter()
        .map(|object| object.unwrap().location.to_string())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_blob_lies_by_its_hash_and_its_last_put_alone() {
    let store = Arc::new(InMemory::new());
    let blobs = ObjectBlobs::new(Arc::clone(&store) as Arc<dyn ObjectStore>);
    let id = blobs.put(b"a letter", at(0)).await.unwrap();
    let name = id.to_string();
    let place = |instant: &str| format!("{}/{name}/{instant}", &name[..2]);
    assert_eq!(names(&*store).await, [place("20260302T090000.123456Z")]);
    // Put again: later counts, earlier does not.
    blobs.put(b"a letter", at(60)).await.unwrap();
    blobs.put(b"a letter", at(30)).await.unwrap();
    assert_eq!(names(&*store).await, [place("20260302T090100.123456Z")]);
    assert_eq!(blobs.list(None, 10).await.unwrap(), [(id, at(60))]);
}

#[tokio::test]
async fn what_is_no_blob_is_left_alone() {
    let store = Arc::new(InMemory::new());
    let blobs = ObjectBlobs::new(Arc::clone(&store) as Arc<dyn ObjectStore>);
    let id = blobs.put(b"a letter", at(0)).await.unwrap();
    let name = id.to_string();
    let beside = format!("{}/{name}", &name[..2]);
    for other in [
        "notes.txt".to_owned(),
        "zz/notes".to_owned(),
        format!("{beside}/notes"),
        format!("{beside}/20260302T090000.123457Z.part"),
        format!("{beside}/20260302T090000.123457Z/deeper"),
        format!("00/{name}/20260302T090000.123457Z"),
        format!(
            "{}/{}/20260302T090000.123457Z",
            &name[..2],
            name.to_uppercase()
        ),
    ] {
        let payload = PutPayload::from_static(b"x");
        store.put(&Path::from(other), payload).await.unwrap();
    }
    assert_eq!(blobs.list(None, 10).await.unwrap(), [(id, at(0))]);
    assert_eq!(blobs.get(id).await.unwrap().unwrap(), b"a letter");
    assert!(blobs.remove(id, at(0)).await.unwrap());
    assert_eq!(names(&*store).await.len(), 7);
}

#[tokio::test]
async fn a_damaged_blob_is_told_and_mended_by_putting_it_again() {
    let store = Arc::new(InMemory::new());
    let blobs = ObjectBlobs::new(Arc::clone(&store) as Arc<dyn ObjectStore>);
    let id = blobs.put(b"a letter", at(0)).await.unwrap();
    let place = Path::from(names(&*store).await.remove(0));
    for damage in [b"a lettes".to_vec(), Vec::new(), vec![0; BLOB_MAX + 1]] {
        store.put(&place, damage.into()).await.unwrap();
        let told = blobs.get(id).await.unwrap_err();
        assert!(matches!(told, StoreError::Corrupt { .. }), "{told}");
        blobs.put(b"a letter", at(0)).await.unwrap();
        assert_eq!(blobs.get(id).await.unwrap().unwrap(), b"a letter");
    }
}

#[tokio::test]
async fn a_store_that_fails_is_told_and_loses_nothing() {
    let store = Failing::new();
    let blobs = ObjectBlobs::new(Arc::clone(&store) as Arc<dyn ObjectStore>);
    let id = blobs.put(b"a letter", at(0)).await.unwrap();
    let kept = [(id, at(0))];

    store.after(0);
    for told in [
        blobs.put(b"another", at(1)).await.map(drop),
        blobs.get(id).await.map(drop),
        blobs.get(BlobId::of(b"never put")).await.map(drop),
        blobs.remove(id, at(1)).await.map(drop),
        blobs.list(None, 10).await.map(drop),
    ] {
        let told = told.unwrap_err();
        assert!(matches!(told, StoreError::Unavailable { .. }), "{told:?}");
    }
    // It lists, and then it fails.
    store.after(1);
    let told = blobs.get(id).await.unwrap_err();
    assert!(matches!(told, StoreError::Unavailable { .. }), "{told:?}");
    store.after(1);
    let told = blobs.list(None, 10).await.unwrap_err();
    assert!(matches!(told, StoreError::Unavailable { .. }), "{told:?}");
    store.after(1);
    let told = blobs.remove(id, at(1)).await.unwrap_err();
    assert!(matches!(told, StoreError::Unknown { .. }), "{told:?}");
    store.after(NEVER);
    assert_eq!(blobs.list(None, 10).await.unwrap(), kept);
    assert_eq!(blobs.get(id).await.unwrap().unwrap(), b"a letter");

    // Kept, though the older copy could not be cleared away: that counts for nothing and goes with it.
    for calls in [1, 2] {
        store.after(calls);
        assert_eq!(blobs.put(b"a letter", at(2)).await.unwrap(), id);
        store.after(NEVER);
        assert_eq!(names(&*store).await.len(), 2);
        assert_eq!(blobs.list(None, 10).await.unwrap(), [(id, at(2))]);
    }
    assert!(!blobs.remove(id, at(1)).await.unwrap());
    assert_eq!(blobs.get(id).await.unwrap().unwrap(), b"a letter");
    assert!(blobs.remove(id, at(2)).await.unwrap());
    assert_eq!(names(&*store).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn equal_bytes_put_at_once_and_removed_meanwhile_are_never_lost() {
    let folder = tempfile::tempdir().unwrap();
    let stores: [Arc<dyn ObjectStore>; 2] = [
        Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap()),
        Arc::new(InMemory::new()),
    ];
    for blobs in stores.map(ObjectBlobs::new) {
        let id = BlobId::of(b"the same letter");
        for round in 0..20 {
            let tasks: Vec<_> = (0..8)
                .map(|n| {
                    let blobs = blobs.clone();
                    tokio::spawn(async move {
                        match n {
                            // The sweep: what was last put before this round may go.
                            3 => blobs.remove(id, at(round * 10 - 1)).await.map(drop),
                            // Somebody reads: whole, or not there yet.
                            5 if round == 0 => blobs.get(id).await.map(drop),
                            5 => {
                                let read = blobs.get(id).await?;
                                assert!(read.is_none_or(|read| read == b"the same letter"));
                                Ok(())
                            }
                            n => {
                                let now = at(round * 10 + n);
                                blobs.put(b"the same letter", now).await.map(drop)
                            }
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap().unwrap();
            }
            let listed = blobs.list(None, 10).await.unwrap();
            assert_eq!(listed, [(id, at(round * 10 + 7))]);
            assert_eq!(blobs.get(id).await.unwrap().unwrap(), b"the same letter");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused() {
    let store = Arc::new(InMemory::new());
    let blobs = ObjectBlobs::new(Arc::clone(&store) as Arc<dyn ObjectStore>);
    let told = blobs.put(&vec![0; BLOB_MAX + 1], at(0)).await.unwrap_err();
    assert!(told.to_string().contains("26214400"), "{told}");
    let told = blobs.put(b"x", DateTime::<Utc>::MAX_UTC).await.unwrap_err();
    assert!(matches!(told, StoreError::Corrupt { .. }), "{told}");
    assert_eq!(names(&*store).await, [""; 0]);
}

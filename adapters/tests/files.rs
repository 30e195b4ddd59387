//! Attachments in a folder on disk.

#![cfg(feature = "files")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use crcore::blobs::BLOB_MAX;
use crcore::{BlobId, Blobs as _, StoreError};
use crcore_adapters::FileBlobs;

fn at(second: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-03-02T09:00:00.123456Z".parse().unwrap();
    start + TimeDelta::seconds(second)
}

fn place(root: &Path, id: BlobId) -> PathBuf {
    let name = id.to_string();
    root.join(&name[..2]).join(&name[2..4]).join(name)
}

fn temporary(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root.join("tmp")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test]
async fn bytes_are_kept_once_and_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("new/blobs");
    let blobs = FileBlobs::open(&root).await.unwrap();
    for content in [&b""[..], b"a", &[0; 100_000]] {
        let id = blobs.put(content, at(0)).await.unwrap();
        assert_eq!(id, BlobId::of(content));
        assert_eq!(blobs.put(content, at(1)).await.unwrap(), id);
        let again = FileBlobs::open(&root).await.unwrap();
        assert_eq!(again.get(id).await.unwrap().as_deref(), Some(content));
    }
    assert_eq!(blobs.get(BlobId::of(b"never put")).await.unwrap(), None);
    assert_eq!(blobs.list(None, 10).await.unwrap().len(), 3);
    assert!(temporary(&root).is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("blobs");
    let blobs = FileBlobs::open(&root).await.unwrap();
    let id = blobs.put(b"a letter", at(0)).await.unwrap();
    for path in [root.clone(), place(&root, id)] {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
}

#[tokio::test]
async fn a_list_is_in_order_bounded_and_tells_the_last_put() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = FileBlobs::open(folder.path()).await.unwrap();
    let mut expected = Vec::new();
    for n in 0..60_u32 {
        let id = blobs.put(&n.to_be_bytes(), at(n.into())).await.unwrap();
        expected.push((id, at(n.into())));
    }
    // Put again: later counts, earlier does not.
    blobs.put(&1_u32.to_be_bytes(), at(500)).await.unwrap();
    blobs.put(&2_u32.to_be_bytes(), at(-500)).await.unwrap();
    expected[1].1 = at(500);
    expected.sort();
    // What is no blob does not count.
    fs::write(folder.path().join("notes.txt"), "x").unwrap();
    fs::write(place(folder.path(), expected[0].0).with_file_name("x"), "x").unwrap();

    let mut found = Vec::new();
    loop {
        let after = found.last().map(|(id, _)| *id);
        let page = blobs.list(after, 7).await.unwrap();
        assert!(page.len() <= 7);
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    assert_eq!(found, expected);
    assert!(blobs.list(None, 0).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_was_put_later_is_not_removed() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = FileBlobs::open(folder.path()).await.unwrap();
    let id = blobs.put(b"a", at(10)).await.unwrap();
    blobs.put(b"a", at(20)).await.unwrap();
    assert!(!blobs.remove(id, at(10)).await.unwrap());
    assert!(blobs.get(id).await.unwrap().is_some());
    assert!(blobs.remove(id, at(20)).await.unwrap());
    assert_eq!(blobs.get(id).await.unwrap(), None);
    assert!(blobs.remove(id, at(20)).await.unwrap(), "gone is gone");
    let never = BlobId::of(b"never put");
    assert!(blobs.remove(never, at(20)).await.unwrap());
}

#[tokio::test]
async fn a_damaged_blob_is_told_and_mended_by_putting_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = FileBlobs::open(folder.path()).await.unwrap();
    let id = blobs.put(b"a letter", at(0)).await.unwrap();
    for damage in [&b"a lettes"[..], b"a lett", b""] {
        fs::write(place(folder.path(), id), damage).unwrap();
        let told = blobs.get(id).await.unwrap_err();
        assert!(matches!(told, StoreError::Corrupt { .. }), "{told}");
        blobs.put(b"a letter", at(1)).await.unwrap();
        assert_eq!(blobs.get(id).await.unwrap().unwrap(), b"a letter");
    }
}

#[tokio::test]
async fn a_crash_while_writing_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = FileBlobs::open(folder.path()).await.unwrap();
    let id = blobs.put(b"whole", at(0)).await.unwrap();
    let half = BlobId::of(b"half a letter");
    let left = folder.path().join("tmp").join(format!("{half}.1.0"));
    fs::write(&left, b"half a").unwrap();
    // Another process is still writing this one.
    let alive = folder.path().join("tmp").join(format!("{half}.2.0"));
    let writer = File::create(&alive).unwrap();
    writer.lock().unwrap();

    assert_eq!(blobs.get(half).await.unwrap(), None);
    let listed = blobs.list(None, 10).await.unwrap();
    assert_eq!(listed, [(id, at(0))]);

    let blobs = FileBlobs::open(folder.path()).await.unwrap();
    assert_eq!(temporary(folder.path()), [alive]);
    assert_eq!(blobs.get(id).await.unwrap().unwrap(), b"whole");
    drop(writer);
    FileBlobs::open(folder.path()).await.unwrap();
    assert!(temporary(folder.path()).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn equal_bytes_put_at_once_and_removed_meanwhile_are_never_lost() {
    let folder = tempfile::tempdir().unwrap();
    // Two hosts on one folder.
    let hosts = [
        FileBlobs::open(folder.path()).await.unwrap(),
        FileBlobs::open(folder.path()).await.unwrap(),
    ];
    for round in 0..20 {
        let tasks: Vec<_> = (0..8)
            .map(|n| {
                let blobs = hosts[n % 2].clone();
                tokio::spawn(async move {
                    if n == 3 {
                        // The sweep: what was last put before this round may go.
                        let id = BlobId::of(b"the same letter");
                        blobs.remove(id, at(round * 10 - 1)).await.map(drop)
                    } else {
                        let now = at(round * 10 + n as i64);
                        blobs.put(b"the same letter", now).await.map(drop)
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let listed = hosts[0].list(None, 10).await.unwrap();
        assert_eq!(
            listed,
            [(BlobId::of(b"the same letter"), at(round * 10 + 7))]
        );
    }
    assert!(temporary(folder.path()).is_empty());
}

#[tokio::test]
async fn too_large_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = FileBlobs::open(folder.path()).await.unwrap();
    let told = blobs.put(&vec![0; BLOB_MAX + 1], at(0)).await.unwrap_err();
    assert!(told.to_string().contains("26214400"), "{told}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let told = FileBlobs::open(&file).await.unwrap_err();
    assert!(matches!(told, StoreError::Unavailable { .. }), "{told}");
}

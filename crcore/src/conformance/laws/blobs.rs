//! Bytes by the hash of their content.

use chrono::TimeDelta;

use crate::conformance::check::{ensure, same};
use crate::conformance::fixture::instant;
use crate::conformance::{BlobHarness, Outcome, Verdict};
use crate::id::BlobId;

/// A morning at the desk.
const NOON: &str = "2026-03-02T12:00:00.000001Z";

/// What was put is read back, byte for byte, through any handle.
pub async fn bytes_come_back(on: &dyn BlobHarness) -> Verdict {
    let now = instant(NOON)?;
    let every_byte: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
    for content in [&b""[..], b"\0", b"hello\r\n", &every_byte] {
        let id = on.open().await?.put(content, now).await?;
        same("the id", &id, &BlobId::of(content))?;
        let got = on.open().await?.get(id).await?;
        ensure(got.as_deref() == Some(content), "other bytes came back")?;
    }
    let unknown = on.open().await?.get(BlobId::of(b"unknown")).await?;
    ensure(unknown.is_none(), "bytes that nobody put")?;
    Ok(Outcome::Kept)
}

/// Equal bytes are one blob, last put when they were last put.
pub async fn equal_bytes_are_kept_once(on: &dyn BlobHarness) -> Verdict {
    let blobs = on.open().await?;
    let now = instant(NOON)?;
    let later = now + TimeDelta::microseconds(1);
    let id = blobs.put(b"twice", now).await?;
    same("the id", &blobs.put(b"twice", later).await?, &id)?;
    same("the list", &blobs.list(None, 10).await?, &vec![(id, later)])?;
    Ok(Outcome::Kept)
}

/// A blob that was put again after the sweep looked at it stays.
pub async fn what_was_put_anew_is_not_removed(on: &dyn BlobHarness) -> Verdict {
    let blobs = on.open().await?;
    let now = instant(NOON)?;
    let later = now + TimeDelta::microseconds(1);
    let id = blobs.put(b"form", later).await?;
    let other = blobs.put(b"other", now).await?;
    ensure(!blobs.remove(id, now).await?, "a blob put anew was removed")?;
    ensure(blobs.get(id).await?.is_some(), "a blob put anew is gone")?;
    ensure(blobs.remove(id, later).await?, "a blob was not removed")?;
    ensure(blobs.get(id).await?.is_none(), "a removed blob is there")?;
    ensure(blobs.remove(id, later).await?, "what is gone is gone")?;
    same(
        "the list",
        &blobs.list(None, 10).await?,
        &vec![(other, now)],
    )?;
    Ok(Outcome::Kept)
}

/// All blobs in the order of their ids, each once.
pub async fn blobs_are_listed_page_by_page(on: &dyn BlobHarness) -> Verdict {
    let blobs = on.open().await?;
    let now = instant(NOON)?;
    let mut expected = Vec::new();
    for nth in 0..10_u8 {
        expected.push((blobs.put(&[nth], now).await?, now));
    }
    expected.sort_unstable();
    let mut listed: Vec<(BlobId, _)> = Vec::new();
    loop {
        let page = blobs.list(listed.last().map(|(id, _)| *id), 3).await?;
        ensure(page.len() <= 3, "more blobs than asked for")?;
        if page.is_empty() {
            break;
        }
        listed.extend(page);
    }
    same("blobs", &listed, &expected)?;
    Ok(Outcome::Kept)
}

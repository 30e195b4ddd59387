//! Attachments in a folder on disk.
//!
//! ```
//! use crcore::Blobs as _;
//! use crcore_adapters::FileBlobs;
//!
//! # async fn keep(folder: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
//! let blobs = FileBlobs::open(folder).await?;
//! let now = "2026-03-02T09:00:00Z".parse()?;
//! let id = blobs.put(b"a scanned letter", now).await?;
//! assert_eq!(blobs.get(id).await?.as_deref(), Some(&b"a scanned letter"[..]));
//! # Ok(())
//! # }
//! # let folder = tempfile::tempdir()?;
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(keep(folder.path()))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A blob lies at `ab/cd/abcd…`, by the SHA-256 of its content; its modification time is the instant at
//! which it was last put. What is being written lies in `tmp/` and is moved into place once it is on
//! the disk, so that a crash leaves a whole blob or none. Several processes may share one folder, on a
//! file system that has `flock`. Files are readable by their owner alone.
//!
//! Calls need a Tokio runtime: the file system is waited for on its blocking threads, and a call that
//! is dropped still ends what it began.

use std::fs::{self, File, FileTimes, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crcore::blobs::BLOB_MAX;
use crcore::{BlobId, Blobs, StoreError, StoreResult, to_micros};

/// Blobs as files in a folder. Cheap to clone; clones share the folder.
#[derive(Debug, Clone)]
pub struct FileBlobs {
    folder: Arc<Folder>,
}

#[derive(Debug)]
struct Folder {
    root: PathBuf,
    temporary: PathBuf,
    written: AtomicU64,
}

impl FileBlobs {
    /// Opens the folder, makes it where there is none, and sweeps what a crash left half written.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where the folder cannot be made or read.
    pub async fn open(folder: impl Into<PathBuf>) -> StoreResult<Self> {
        let root = folder.into();
        let folder = Arc::new(Folder {
            temporary: root.join("tmp"),
            root,
            written: AtomicU64::new(0),
        });
        let blobs = Self { folder };
        blobs.blocking(|f| f.open().map_err(unavailable)).await?;
        Ok(blobs)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<T> {
        let folder = Arc::clone(&self.folder);
        tokio::task::spawn_blocking(move || work(&folder))
            .await
            .unwrap_or_else(|e| Err(StoreError::Unknown { cause: Arc::new(e) }))
    }
}

#[async_trait]
impl Blobs for FileBlobs {
    async fn put(&self, content: &[u8], now: DateTime<Utc>) -> StoreResult<BlobId> {
        if content.len() > BLOB_MAX {
            return Err(StoreError::corrupt(format!(
                "a blob: expected at most {BLOB_MAX} bytes, got {}",
                content.len()
            )));
        }
        let content = content.to_vec();
        self.blocking(move |f| f.put(&content, now)).await
    }

    async fn get(&self, id: BlobId) -> StoreResult<Option<Vec<u8>>> {
        self.blocking(move |f| f.get(id)).await
    }

    async fn remove(&self, id: BlobId, last_put: DateTime<Utc>) -> StoreResult<bool> {
        self.blocking(move |f| f.remove(id, last_put)).await
    }

    async fn list(
        &self,
        after: Option<BlobId>,
        limit: u32,
    ) -> StoreResult<Vec<(BlobId, DateTime<Utc>)>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.blocking(move |f| f.list(after, limit).map_err(unavailable))
            .await
    }
}

impl Folder {
    fn open(&self) -> io::Result<()> {
        make_folder(&self.root)?;
        make_folder(&self.temporary)?;
        for name in names(&self.temporary)? {
            let path = self.temporary.join(name);
            // Whoever writes a temporary file holds its lock, and a crash lets go of it.
            match File::open(&path).map(|file| file.try_lock()) {
                Ok(Ok(())) => ignore_absent(fs::remove_file(&path))?,
                Ok(Err(TryLockError::WouldBlock)) => {}
                Ok(Err(TryLockError::Error(e))) => return Err(e),
                Err(e) => ignore_absent(Err(e))?,
            }
        }
        Ok(())
    }

    fn put(&self, content: &[u8], now: DateTime<Utc>) -> StoreResult<BlobId> {
        let id = BlobId::of(content);
        let place = self.place(id);
        self.make_folders(&place).map_err(unavailable)?;
        let kept = {
            let _lock = place.lock().map_err(unavailable)?;
            place.holds(content).map_err(unavailable)? && {
                place.touch(now).map_err(unavailable)?;
                true
            }
        };
        if !kept {
            let (temporary, file) = self.temporary(id).map_err(unavailable)?;
            let written = write_down(&file, content, now).and_then(|()| {
                let _lock = place.lock()?;
                // Another writer may have put the same bytes meanwhile, at a later instant.
                let last = place.last_put()?.map_or(now, |put| put.max(now));
                file.set_times(modified(last))?;
                file.sync_all()?;
                fs::rename(&temporary, &place.file)
            });
            if let Err(e) = written {
                // The error that is told is the first one; the next start sweeps what is left.
                drop(fs::remove_file(&temporary));
                return Err(unavailable(e));
            }
        }
        // The name is durable only now; where the bytes were kept already, their writer may not have
        // come this far.
        sync_folder(&place.folder).map_err(unknown)?;
        Ok(id)
    }

    fn get(&self, id: BlobId) -> StoreResult<Option<Vec<u8>>> {
        match fs::read(self.place(id).file) {
            Ok(content) if BlobId::of(&content) == id => Ok(Some(content)),
            Ok(_) => Err(StoreError::corrupt(format!(
                "blob {id}: its content has another hash"
            ))),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(unavailable(e)),
        }
    }

    fn remove(&self, id: BlobId, last_put: DateTime<Utc>) -> StoreResult<bool> {
        let place = self.place(id);
        let _lock = match place.lock() {
            Ok(lock) => lock,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(true),
            Err(e) => return Err(unavailable(e)),
        };
        match place.last_put().map_err(unavailable)? {
            None => Ok(true),
            Some(put) if put > last_put => Ok(false),
            Some(_) => {
                ignore_absent(fs::remove_file(&place.file)).map_err(unavailable)?;
                sync_folder(&place.folder).map_err(unknown)?;
                Ok(true)
            }
        }
    }

    fn list(
        &self,
        after: Option<BlobId>,
        limit: usize,
    ) -> io::Result<Vec<(BlobId, DateTime<Utc>)>> {
        let from = after.map(|id| id.to_string()).unwrap_or_default();
        let mut found = Vec::new();
        for first in fan(&self.root, from.get(..2))? {
            let outer = self.root.join(&first);
            let on_the_edge = from.starts_with(&first);
            for second in fan(&outer, from.get(2..4).filter(|_| on_the_edge))? {
                for name in names(&outer.join(&second))? {
                    let Ok(id) = name.parse::<BlobId>() else {
                        continue;
                    };
                    let place = self.place(id);
                    if after.is_some_and(|after| id <= after) || !place.is_in(&first, &second) {
                        continue;
                    }
                    if found.len() >= limit {
                        return Ok(found);
                    }
                    found.extend(place.last_put()?.map(|put| (id, put)));
                }
            }
        }
        Ok(found)
    }

    fn place(&self, id: BlobId) -> Place {
        let name = id.to_string();
        let folder = self.root.join(&name[..2]).join(&name[2..4]);
        Place {
            file: folder.join(name),
            folder,
        }
    }

    fn make_folders(&self, place: &Place) -> io::Result<()> {
        if place.folder.is_dir() {
            return Ok(());
        }
        make_folder(&place.folder)?;
        if let Some(outer) = place.folder.parent() {
            sync_folder(outer)?;
        }
        sync_folder(&self.root)
    }

    /// A new file that nobody else writes, locked as long as it is open.
    fn temporary(&self, id: BlobId) -> io::Result<(PathBuf, File)> {
        loop {
            let nth = self.written.fetch_add(1, Ordering::Relaxed);
            let name = format!("{id}.{}.{nth}", std::process::id());
            let path = self.temporary.join(name);
            match private(OpenOptions::new().write(true).create_new(true)).open(&path) {
                Ok(file) => {
                    file.lock()?;
                    return Ok((path, file));
                }
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
    }
}

/// Where a blob lies.
struct Place {
    folder: PathBuf,
    file: PathBuf,
}

impl Place {
    /// Between looking at a blob's last put and acting on it, nobody else may put or remove it.
    fn lock(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(false);
        let lock = private(options).open(self.folder.join("lock"))?;
        lock.lock()?;
        Ok(lock)
    }

    fn is_in(&self, first: &str, second: &str) -> bool {
        self.folder.ends_with(Path::new(first).join(second))
    }

    /// Whether these bytes are kept here, whole: a damaged file is written anew.
    fn holds(&self, content: &[u8]) -> io::Result<bool> {
        match fs::metadata(&self.file) {
            Ok(found) if found.len() == content.len() as u64 => {
                Ok(fs::read(&self.file)? == content)
            }
            Ok(_) => Ok(false),
            Err(e) => ignore_absent(Err(e)).map(|()| false),
        }
    }

    fn last_put(&self) -> io::Result<Option<DateTime<Utc>>> {
        match fs::metadata(&self.file).and_then(|found| found.modified()) {
            Ok(put) => Ok(Some(to_micros(put.into()))),
            Err(e) => ignore_absent(Err(e)).map(|()| None),
        }
    }

    fn touch(&self, now: DateTime<Utc>) -> io::Result<()> {
        if self.last_put()?.is_some_and(|put| put >= now) {
            return Ok(());
        }
        let file = File::options().write(true).open(&self.file)?;
        file.set_times(modified(now))?;
        file.sync_all()
    }
}

fn write_down(mut file: &File, content: &[u8], now: DateTime<Utc>) -> io::Result<()> {
    file.write_all(content)?;
    file.set_times(modified(now))?;
    // The long wait for the disk happens before the lock is taken.
    file.sync_all()
}

fn modified(instant: DateTime<Utc>) -> FileTimes {
    FileTimes::new().set_modified(SystemTime::from(instant))
}

/// The names in a folder, sorted; none where there is no folder.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) => return ignore_absent(Err(e)).map(|()| Vec::new()),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().into_string());
    }
    names.sort_unstable();
    Ok(names)
}

/// The folders of two hexadecimal digits in a folder, sorted, not before `from`.
fn fan(folder: &Path, from: Option<&str>) -> io::Result<Vec<String>> {
    let mut names = names(folder)?;
    names.retain(|name| {
        name.len() == 2
            && name.bytes().all(|b| b.is_ascii_hexdigit())
            && from.is_none_or(|from| name.as_str() >= from)
    });
    Ok(names)
}

fn ignore_absent(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Makes names in a folder durable. Other systems than Unix have no such call, and need none.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn unavailable(e: io::Error) -> StoreError {
    StoreError::Unavailable { cause: Arc::new(e) }
}

fn unknown(e: io::Error) -> StoreError {
    StoreError::Unknown { cause: Arc::new(e) }
}

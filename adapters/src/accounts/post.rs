//! Letters about an account, and who carries them.
//!
//! A letter goes out after the commit that it tells of, and nobody waits for it: how long an answer
//! takes does not tell whether an address is known. A host that dies in between loses the letter, and
//! its owner asks for it again.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crcore::ticket::Language;
use crcore::{Code, NotifyError};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// How many letters may be under way at once; further ones are lost, and counted.
pub const LETTERS_MAX: u32 = 1_000;
/// How long to wait before each further try of a letter that was not taken. Together less than a code
/// lives.
pub const LETTER_TRIES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_secs(2),
    Duration::from_secs(15),
    Duration::from_secs(60),
];

/// A letter about an account.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Which; the same over every try. The e-mail's Message-ID.
    pub id: Uuid,
    /// Where it goes.
    pub to: String,
    /// How the receiver is addressed.
    pub name: Option<String>,
    /// The language it is written in.
    pub language: Language,
    /// The text it is made of.
    pub text: Code,
    /// When it came to be owed.
    pub created_at: DateTime<Utc>,
    /// What the text may use: `bank`, `name`, and `code`, `link` and so on. With the feature
    /// `templates`, `templates::LETTERS` lists them and the texts are there.
    pub variables: BTreeMap<String, String>,
}

/// A person's address, and codes and links, stay out of logs.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({}, {})", self.id, self.text)
    }
}

/// Carries letters.
#[async_trait]
pub trait Post: Send + Sync + 'static {
    /// Hands a letter to whoever carries it, and returns once they have taken it.
    ///
    /// # Errors
    /// [`NotifyError`], which says whether a later try may work.
    async fn post(&self, letter: &Letter) -> Result<(), NotifyError>;
}

/// Keeps letters in memory: for tests, and for a demo that shows them on a page.
#[derive(Clone, Default)]
pub struct MemoryPost {
    letters: Arc<Mutex<Vec<Letter>>>,
}

impl MemoryPost {
    /// Every letter so far, the oldest first.
    #[must_use]
    pub fn letters(&self) -> Vec<Letter> {
        let letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        letters.clone()
    }

    /// The last letter to this address.
    #[must_use]
    pub fn last_to(&self, address: &str) -> Option<Letter> {
        self.letters().into_iter().rev().find(|l| l.to == address)
    }
}

impl fmt::Debug for MemoryPost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryPost({} letters)", self.letters().len())
    }
}

#[async_trait]
impl Post for MemoryPost {
    async fn post(&self, letter: &Letter) -> Result<(), NotifyError> {
        let mut letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        letters.push(letter.clone());
        Ok(())
    }
}

/// The letters that are under way.
pub(super) struct Outgoing {
    post: Arc<dyn Post>,
    room: Arc<Semaphore>,
    lost: Arc<AtomicU64>,
}

impl Outgoing {
    pub(super) fn new(post: Arc<dyn Post>) -> Self {
        Self {
            post,
            room: Arc::new(Semaphore::new(LETTERS_MAX as usize)),
            lost: Arc::default(),
        }
    }

    /// Sends a letter on its way.
    pub(super) fn send(&self, letter: Letter) {
        let lost = Arc::clone(&self.lost);
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            lost.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let post = Arc::clone(&self.post);
        tokio::spawn(async move {
            for wait in LETTER_TRIES {
                if !wait.is_zero() {
                    tokio::time::sleep(wait).await;
                }
                match post.post(&letter).await {
                    Ok(()) => return drop(place),
                    Err(error) if error.again => {}
                    Err(_) => break,
                }
            }
            lost.fetch_add(1, Ordering::Relaxed);
            drop(place);
        });
    }

    /// How many letters nobody took.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Waits until no letter is under way.
    pub(super) async fn flush(&self) {
        // Fails only on a semaphore that was closed, and nobody closes it.
        let _ = self.room.acquire_many(LETTERS_MAX).await;
    }
}

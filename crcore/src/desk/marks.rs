//! Where a customer's stream goes on, without saying how much happens at the bank.

use sha2::{Digest as _, Sha256};

use super::Desk;
use super::shelves::put;
use crate::actor::Actor;
use crate::clock::Moment;
use crate::error::Error;
use crate::id::BlobId;
use crate::record::Shelf;
use crate::store::StoreError;

/// What marks are made with, the same for all processes on a store.
const SECRETS: Shelf<BlobId> = Shelf::new("secret");
const MARKS: &str = "marks";

/// Turns positions into marks and back. A mark is 16 bytes: a check, and the position hidden by a pad that
/// follows from the check (a synthetic IV, as in RFC 5297). Both follow from the secret and from whose mark
/// it is, so that two marks do not tell how far apart their positions are, and another's mark is none.
#[derive(Clone, Copy)]
pub(super) struct Marks([u8; 32]);

impl Marks {
    fn first8(&self, what: &[u8; 4], actor: Actor, eight: [u8; 8]) -> [u8; 8] {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(what);
        hash.update(eight);
        hash.update(actor.to_string());
        let hash: [u8; 32] = hash.finalize().into();
        let mut first = [0; 8];
        first.copy_from_slice(&hash[..8]);
        first
    }

    pub(super) fn of(&self, actor: Actor, position: u64) -> String {
        let check = self.first8(b"mark", actor, position.to_be_bytes());
        let pad = self.first8(b"pad ", actor, check);
        let hidden = position ^ u64::from_be_bytes(pad);
        format!("{:016x}{hidden:016x}", u64::from_be_bytes(check))
    }

    pub(super) fn read(&self, actor: Actor, mark: &str) -> Option<u64> {
        if mark.len() != 32 || !mark.is_ascii() {
            return None;
        }
        let (check, hidden) = mark.split_at(16);
        let check = u64::from_str_radix(check, 16).ok()?.to_be_bytes();
        let hidden = u64::from_str_radix(hidden, 16).ok()?;
        let pad = self.first8(b"pad ", actor, check);
        let position = hidden ^ u64::from_be_bytes(pad);
        (self.of(actor, position) == mark).then_some(position)
    }
}

impl Desk {
    /// What marks are made with; made up once for a store.
    pub(super) async fn marks(&self) -> Result<Marks, Error> {
        if let Some(marks) = self.inner.marks.get() {
            return Ok(*marks);
        }
        let secret = match self.kept(&SECRETS, MARKS).await? {
            Some(kept) => kept.value,
            None => self.new_secret().await?,
        };
        Ok(*self.inner.marks.get_or_init(|| Marks(*secret.bytes())))
    }

    async fn new_secret(&self) -> Result<BlobId, Error> {
        let secret = BlobId::from(Moment::of(&*self.inner.clock)?.bytes());
        let change = put(&SECRETS, MARKS, Some(0), &secret, None)?;
        match self.keep(vec![change]).await {
            Ok(()) => Ok(secret),
            // Another process was faster.
            Err(conflict @ StoreError::Conflict { .. }) => {
                let kept = self.kept(&SECRETS, MARKS).await?;
                Ok(kept.ok_or(conflict)?.value)
            }
            Err(error) => Err(error.into()),
        }
    }
}

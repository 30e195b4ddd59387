//! Files are looked through before they are put on a ticket.

use std::sync::Arc;

use chrono::TimeDelta;

use super::Desk;
use super::shelves::put;
use crate::access::Right;
use crate::actor::Actor;
use crate::audit::Told;
use crate::clock::to_micros;
use crate::command::{Act, Command, Request};
use crate::error::Error;
use crate::id::{BlobId, TicketId};
use crate::plan::quarantine::{FOUND, NAMED, is_quarantined, keys, of_ticket};
use crate::record::RecordRange;
use crate::scan::{QUARANTINED_FOR_DAYS, QUARANTINED_MAX, Quarantined, Scan, ScanError};
use crate::store::{Changes, StoreResult};

/// Whether a request's file was looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// It was, or there is nothing to look through, or nobody to do so.
    Through,
    /// It was not, since it will be refused.
    NotTaken,
}

impl Desk {
    /// Looks through the file that a request puts on a ticket, if there is a scanner. Whoever may not do
    /// so makes nobody work.
    pub(super) async fn look_through(&self, request: &Request) -> Result<Look, Error> {
        let inner = &self.inner;
        let (Some(scanner), Command::On { ticket, act, .. }) = (&inner.scanner, &request.command)
        else {
            return Ok(Look::Through);
        };
        let Act::Attach { blob, .. } = act else {
            return Ok(Look::Through);
        };
        let (actor, rules) = (request.actor, self.rules());
        let may = self.planner(&rules).may(actor, *ticket, act).await;
        match may {
            Ok(_) => {}
            Err(error @ Error::TryAgain { .. }) => return Err(error),
            Err(_) => return Ok(Look::NotTaken),
        }
        let Some(content) = inner.blobs.get(*blob).await? else {
            return Ok(Look::NotTaken);
        };
        let infected = |expected: &str| Err(Error::invalid("content", expected));
        match scanner.scan(&content).await {
            Ok(Scan::Clean) => Ok(Look::Through),
            Ok(Scan::Infected { signature }) => {
                self.quarantine(actor, *ticket, act, content, signature)
                    .await?;
                infected("a file in which the scanner finds nothing harmful")
            }
            Err(ScanError::TooLarge) => infected("a file that is small enough for the scanner"),
            Err(error @ ScanError::Unavailable { .. }) => {
                let why = "the scanner does not answer";
                Err(Error::try_again_after(why, Arc::new(error)))
            }
        }
    }

    /// Keeps what was found out of reach, and lets go of what was put.
    async fn quarantine(
        &self,
        by: Actor,
        ticket: TicketId,
        act: &Act,
        mut content: Vec<u8>,
        signature: String,
    ) -> Result<(), Error> {
        let Act::Attach {
            file_name,
            media_type,
            size,
            blob,
            ..
        } = act
        else {
            return Ok(());
        };
        let inner = &self.inner;
        let at = to_micros(inner.clock.now());
        let of_ticket = of_ticket(ticket, QUARANTINED_MAX);
        if inner.store.records(&of_ticket).await?.len() < QUARANTINED_MAX as usize {
            for byte in &mut content {
                *byte = !*byte;
            }
            let kept = inner.blobs.put(&content, at).await?;
            let found = Quarantined {
                ticket,
                by,
                at,
                signature,
                file_name: file_name.clone(),
                media_type: media_type.clone(),
                size: *size,
                content: *blob,
                kept,
            };
            let until = at + TimeDelta::days(QUARANTINED_FOR_DAYS);
            let [by_ticket, by_bytes] = keys(&found);
            let records = vec![
                put(&FOUND, by_ticket, None, &found, Some(until))?,
                put(&NAMED, by_bytes, None, &ticket, Some(until))?,
            ];
            let changes = Changes {
                records,
                ..Changes::default()
            };
            // Of what is refused beyond the most that is kept, nothing is told: whoever sends more and more
            // of it does not fill the trail.
            let told = Told::new(by, "file.quarantined", format!("ticket:{ticket}"));
            let told = told.with("signature", &found.signature);
            self.land_told(changes, told).await?;
        }
        self.let_go(*blob).await;
        Ok(())
    }

    /// Files in which the scanner found something, by ticket, those after `after`, at most 1,000: for
    /// whoever looks after it. Their bytes are handed out to nobody.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not see reports.
    pub async fn quarantined(
        &self,
        actor: Actor,
        after: Option<&Quarantined>,
    ) -> Result<Vec<Quarantined>, Error> {
        self.need(actor, Right::SeeReports)?;
        let range = RecordRange {
            after: after.map(|found| keys(found)[0].clone()),
            ..FOUND.range("", RecordRange::MAX)
        };
        let kept = self.kept_in(&FOUND, &range).await?;
        Ok(kept.into_iter().map(|kept| kept.value).collect())
    }

    /// Removes bytes that nothing names. A failure is left to [`Desk::tick`].
    pub(super) async fn let_go(&self, blob: BlobId) {
        if let Ok(false) = self.is_named(blob).await {
            let _ = self.inner.blobs.remove(blob, self.inner.clock.now()).await;
        }
    }

    async fn is_named(&self, blob: BlobId) -> StoreResult<bool> {
        let store = &*self.inner.store;
        Ok(!store.referenced(&[blob]).await?.is_empty() || is_quarantined(store, blob).await?)
    }
}

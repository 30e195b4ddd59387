//! Mail that could not be sent: looked through, and put back.

use super::{Desk, REPLANS_MAX};
use crate::access::Right;
use crate::actor::Actor;
use crate::audit::Told;
use crate::error::Error;
use crate::id::{NoticeId, PieceId};
use crate::notify::{Notice, NoticeState};
use crate::store::{Changes, Revised, StoreError};

impl Desk {
    /// Owes a notice again that was given up, from now on and with every try before it: for whoever has
    /// mended what stood in the way. It keeps its id, so a receiver can tell a second copy; the trail tells
    /// who put it back.
    ///
    /// # Errors
    /// [`Error::NotPossible`] where it is not given up, or where what it tells was erased or went on in
    /// another ticket since; [`Error::NotFound`]; [`Error::NotAllowed`] to whom may not see reports.
    pub async fn retry_notice(&self, actor: Actor, id: NoticeId) -> Result<Notice, Error> {
        self.need(actor, Right::SeeReports)?;
        for _ in 0..=REPLANS_MAX {
            let notice = self.inner.store.notice(id).await?;
            let notice = notice.ok_or(Error::NotFound { what: "notice" })?;
            self.may_be_owed_again(&notice).await?;
            let from = notice.version;
            let value = Notice {
                version: from + 1,
                attempts: 0,
                state: NoticeState::Owed {
                    at: self.inner.clock.now(),
                },
                ..notice
            };
            let changes = Changes {
                notices: vec![Revised {
                    from,
                    value: value.clone(),
                }],
                ..Changes::default()
            };
            let told = Told::new(actor, "notice.retried", format!("notice:{id}"));
            match self
                .land_told(changes, told.with("ticket", value.ticket))
                .await
            {
                Ok(()) => return Ok(value),
                // Somebody else put it back: look again.
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::try_again("others change the same notice"))
    }

    async fn may_be_owed_again(&self, notice: &Notice) -> Result<(), Error> {
        if !notice.is_dead() {
            return Err(Error::not_possible("the notice was not given up"));
        }
        let words = self.inner.store.words(&notice.pieces).await?;
        let is_there = |piece: &PieceId| words.iter().any(|words| words.id == *piece);
        if !notice.pieces.iter().all(is_there) {
            return Err(Error::not_possible("what the notice tells was erased"));
        }
        let ticket = self.inner.store.ticket(notice.ticket).await?;
        match ticket.map(|ticket| ticket.merged_into) {
            None | Some(Some(_)) => Err(Error::not_possible("its ticket is not there any more")),
            Some(None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;

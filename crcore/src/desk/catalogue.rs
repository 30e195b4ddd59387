//! Reading and changing what the bank offers.

use super::Desk;
use crate::access::{self, Right};
use crate::actor::Actor;
use crate::catalogue::{CATALOGUE, Catalogue, KEY};
use crate::error::Error;
use crate::record::{BODY_MAX, Kept};
use crate::store::{Changes, StoreError};

impl Desk {
    /// What the bank offers, as anybody may see it; an empty one at version 0 before the first was
    /// saved.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had.
    pub async fn public_catalogue(&self) -> Result<Kept<Catalogue>, Error> {
        let kept = self.whole_catalogue().await?;
        Ok(Kept {
            value: kept.value.shown(),
            ..kept
        })
    }

    /// What the bank offers, with what is hidden for whoever may change it.
    ///
    /// # Errors
    /// [`Error::TryAgain`] where the store is not to be had.
    pub async fn catalogue(&self, actor: Actor) -> Result<Kept<Catalogue>, Error> {
        if access::has(actor.role(), Right::ManageCatalogue) {
            return self.whole_catalogue().await;
        }
        self.public_catalogue().await
    }

    /// Changes what the bank offers, whole. `from` is the version that was read, 0 for the first.
    ///
    /// # Errors
    /// [`Error::Stale`] where somebody changed it in between, [`Error::Invalid`] where it does not hold
    /// together or names what the rules do not have, [`Error::NotAllowed`] to whom may not.
    pub async fn save_catalogue(
        &self,
        actor: Actor,
        catalogue: Catalogue,
        from: u64,
    ) -> Result<Kept<Catalogue>, Error> {
        self.need(actor, Right::ManageCatalogue)?;
        let checked = catalogue.check(&self.rules());
        checked.map_err(|error| Error::invalid(error.place, error.expected))?;
        let change = CATALOGUE.put(KEY, Some(from), &catalogue, None);
        let change = change.map_err(Error::broken)?;
        let size = change.to.as_ref().map_or(0, |body| body.text.len());
        if size > BODY_MAX {
            let expected = format!("at most {BODY_MAX} bytes as JSON, got {size}");
            return Err(Error::invalid("catalogue", expected));
        }
        let changes = Changes {
            records: vec![change],
            ..Changes::default()
        };
        match self.land(&changes).await {
            Ok(()) => Ok(Kept {
                key: KEY.to_owned(),
                version: from + 1,
                value: catalogue,
                expires_at: None,
            }),
            Err(StoreError::Conflict { .. }) => Err(Error::Stale {
                seen: from,
                now: self.whole_catalogue().await?.version,
            }),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn whole_catalogue(&self) -> Result<Kept<Catalogue>, Error> {
        let kept = self.kept(&CATALOGUE, KEY).await?;
        Ok(kept.unwrap_or_else(|| Kept {
            key: KEY.to_owned(),
            version: 0,
            value: Catalogue::default(),
            expires_at: None,
        }))
    }
}

#[cfg(test)]
mod tests;

//! Reading and changing what the bank offers.

use std::collections::BTreeMap;

use super::Desk;
use crate::access::{self, Right};
use crate::actor::Actor;
use crate::audit::Told;
use crate::catalogue::{CATALOGUE, Catalogue, KEY};
use crate::error::Error;
use crate::id::Code;
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
        let before = self.whole_catalogue().await?;
        if before.version != from {
            return Err(Error::Stale {
                seen: from,
                now: before.version,
            });
        }
        let changes = Changes {
            records: vec![change],
            ..Changes::default()
        };
        let told = told(actor, &before.value, &catalogue).with("version", from + 1);
        match self.land_told(changes, told).await {
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

/// What the trail tells of a change: the codes of what is other than it was, no name and no address.
fn told(by: Actor, was: &Catalogue, now: &Catalogue) -> Told {
    let told = Told::new(by, "catalogue.changed", KEY);
    let parts = [
        ("services", other(&was.services, &now.services)),
        ("branches", other(&was.branches, &now.branches)),
        ("choices", other(&was.choices, &now.choices)),
    ];
    let changed = parts.into_iter().filter(|(_, codes)| !codes.is_empty());
    changed.fold(told, |told, (name, codes)| told.with(name, codes))
}

/// The codes under which two maps differ.
fn other<T: PartialEq>(was: &BTreeMap<Code, T>, now: &BTreeMap<Code, T>) -> String {
    let gone = was.keys().filter(|code| !now.contains_key(*code));
    let other = now.iter().filter(|(code, it)| was.get(*code) != Some(*it));
    let mut codes: Vec<&str> = gone
        .chain(other.map(|(code, _)| code))
        .map(Code::as_str)
        .collect();
    codes.sort_unstable();
    codes.join(" ")
}

#[cfg(test)]
mod tests;

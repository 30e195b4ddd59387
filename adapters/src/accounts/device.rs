//! Browsers that are known as their owner's.
//!
//! From one of them its owner gets in while somebody else guesses at the password; and a log-in from
//! another one is told to them.

use chrono::{DateTime, TimeDelta, Utc};
use crcore::{Moment, Shelf};

use super::keep::Write;
use super::session::cut;
use super::{Account, AccountError, AccountId, Accounts, Hidden, Visit, secret};

/// How many devices of an account are remembered; a further one makes the oldest unknown.
pub const DEVICES_MAX: u32 = 10;
/// For how long a device is remembered.
pub const DEVICE_LIFE: TimeDelta = TimeDelta::days(180);

/// By account and the token's hash.
static DEVICES: Shelf<DateTime<Utc>> = Shelf::new("account-device");

impl Accounts {
    /// Whether a browser is known as a device of this account.
    pub(super) async fn knows_device(
        &self,
        id: AccountId,
        visit: &Visit,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, AccountError> {
        let Some(device) = &visit.device else {
            return Ok(None);
        };
        let key = format!("{id}/{}", secret::hash(device.reveal()));
        let known = self.find(&DEVICES, &key, now).await?.value.is_some();
        Ok(known.then_some(key))
    }

    /// Remembers the browser as a device of the account. Its owner is told of a new one, save of the
    /// first.
    pub(super) async fn remember(
        &self,
        write: &mut Write,
        moment: &mut Moment,
        account: &Account,
        visit: &Visit,
    ) -> Result<Option<Hidden>, AccountError> {
        let now = moment.now();
        let until = Some(now + DEVICE_LIFE);
        if let Some(key) = self.knows_device(account.id, visit, now).await? {
            write.put(&DEVICES, &key, None, &now, until)?;
            return Ok(None);
        }
        let prefix = format!("{}/", account.id);
        let mut known = self
            .list(&DEVICES, &prefix, None, DEVICES_MAX * 2, now)
            .await?;
        known.sort_by_key(|(_, seen)| *seen);
        if !known.is_empty() {
            let label = [("device", cut(&visit.label))];
            write
                .letters
                .push(self.letter(moment, account, "account-new-device", label)?);
        }
        let over = (known.len() + 1).saturating_sub(DEVICES_MAX as usize);
        for (key, _) in known.iter().take(over) {
            write.remove(&DEVICES, key, None);
        }
        let token = secret::token("d", moment.bytes());
        let key = format!("{prefix}{}", secret::hash(token.reveal()));
        write.put(&DEVICES, &key, Some(0), &now, until)?;
        Ok(Some(token))
    }

    pub(super) async fn forget_devices(
        &self,
        write: &mut Write,
        id: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(), AccountError> {
        let known = self
            .list(&DEVICES, &format!("{id}/"), None, DEVICES_MAX * 2, now)
            .await?;
        for (key, _) in known {
            write.remove(&DEVICES, &key, None);
        }
        Ok(())
    }
}

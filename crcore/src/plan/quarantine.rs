//! What is kept of infected files: two records, and their bytes among the blobs.

use crate::error::Error;
use crate::id::{BlobId, TicketId};
use crate::record::{RecordChange, RecordRange, Shelf};
use crate::scan::Quarantined;
use crate::store::{Store, StoreResult};

/// What was found, by ticket and content.
pub(crate) const FOUND: Shelf<Quarantined> = Shelf::new("quarantine");
/// The same by where the bytes are, for whoever sweeps what nothing names.
pub(crate) const NAMED: Shelf<TicketId> = Shelf::new("quarantined_bytes");

/// Whether these bytes are of an infected file.
pub(crate) async fn is_quarantined(store: &dyn Store, blob: BlobId) -> StoreResult<bool> {
    let range = NAMED.range(format!("{blob}."), 1);
    Ok(!store.records(&range).await?.is_empty())
}

/// What removes all that is kept of a ticket's infected files, and where their bytes are.
pub(crate) async fn forget(
    store: &dyn Store,
    ticket: TicketId,
) -> Result<(Vec<RecordChange>, Vec<BlobId>), Error> {
    let unreadable = |_| Error::broken("a record of quarantine cannot be read");
    let (mut changes, mut loose) = (Vec::new(), Vec::new());
    for record in store.records(&of_ticket(ticket, RecordRange::MAX)).await? {
        let found = FOUND.read(record).map_err(unreadable)?.value;
        let [by_ticket, by_bytes] = keys(&found);
        changes.push(FOUND.remove(by_ticket, None));
        changes.push(NAMED.remove(by_bytes, None));
        loose.push(found.kept);
    }
    Ok((changes, loose))
}

/// Those of one ticket.
pub(crate) fn of_ticket(ticket: TicketId, limit: u32) -> RecordRange {
    FOUND.range(format!("{ticket}."), limit)
}

/// Under which keys it stands.
pub(crate) fn keys(found: &Quarantined) -> [String; 2] {
    let Quarantined { ticket, kept, .. } = found;
    [format!("{ticket}.{kept}"), format!("{kept}.{ticket}")]
}

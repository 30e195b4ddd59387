//! Following a case without an account.
//!
//! Whoever knows a reference and the address that the desk has for its customer gets a link by mail, at
//! that address and nowhere else. The answer is the same whether there is such a case or not, so a
//! reference stays what it is, a name and no key. The link holds the case, the customer and an instant
//! under a seal of the server's; it is good for one day, and no longer than the customer has that
//! address. It opens no session: the host shows the case by it.

use chrono::{DateTime, TimeDelta, Utc};
use crcore::store::{Paging, TicketFilter};
use crcore::{CustomerId, Reference, TicketId};
use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use super::keep::{Write, crowded};
use super::options::Urls;
use super::{AccountError, AccountId, Accounts, Email, Visit};

/// How long a link to a case is good for.
pub const TRACKING_LIFE: TimeDelta = TimeDelta::hours(24);

const PURPOSE: &str = "track";

impl Accounts {
    /// Mails a link to a case to the address that the desk has for its customer. The answer does not
    /// say whether there is such a case, or whether the address is its customer's.
    ///
    /// # Errors
    /// `reference_invalid` where it is mistyped, `email_invalid`; [`AccountError::TryAgain`] where too
    /// many letters went there.
    pub async fn tracking_link(
        &self,
        reference: &str,
        email: &str,
        visit: &Visit,
    ) -> Result<(), AccountError> {
        let reference: Reference = reference.parse().map_err(|e: crcore::ReferenceError| {
            AccountError::invalid("reference", "reference_invalid", e.to_string())
        })?;
        let email: Email = email.parse()?;
        self.take_letter(&email, visit).await?;
        let mut moment = self.moment()?;
        let filter = TicketFilter {
            reference: Some(reference),
            ..TicketFilter::default()
        };
        let one = Paging {
            limit: 1,
            ..Paging::default()
        };
        let found = self.inner.store.tickets(&filter, &one).await?.items;
        let ticket = found.first();
        let id = ticket.map_or(CustomerId::from(Uuid::nil()), |t| t.customer);
        let customer = self.inner.store.customer(id).await?;
        let mut write = Write::default();
        write.tried("track.asked", AccountId::from(id), visit);
        let fits = customer
            .as_ref()
            .and_then(|c| c.email.as_deref()?.parse::<Email>().ok());
        let fits = fits.filter(|known| known.key() == email.key());
        if let (Some(ticket), Some(customer), Some(to)) = (ticket, customer, fits) {
            let until = moment.now() + TRACKING_LIFE;
            let token = self.tracking_token(ticket.id, id, until, &to);
            let variables = [
                ("reference", reference.to_string()),
                ("link", Urls::with(&self.inner.options.urls.track, &token)),
                ("hours", TRACKING_LIFE.num_hours().to_string()),
            ];
            let (name, language) = (customer.name, customer.language);
            let text = "track-link";
            let letter = self.letter_to(&mut moment, &to, name, language, text, variables)?;
            write.letters.push(letter);
        }
        if !self.land(write).await? {
            return Err(crowded());
        }
        Ok(())
    }

    fn tracking_token(
        &self,
        ticket: TicketId,
        customer: CustomerId,
        until: DateTime<Utc>,
        email: &Email,
    ) -> String {
        let mut token = Vec::with_capacity(72);
        token.extend(ticket.uuid().into_bytes());
        token.extend(customer.uuid().into_bytes());
        token.extend(until.timestamp().to_be_bytes());
        let seal = self
            .inner
            .keys
            .sign(PURPOSE, &[&token, email.key().as_bytes()]);
        token.extend(seal);
        BASE64URL_NOPAD.encode(&token)
    }

    /// Which case a link is to, and whose it is. Opens nothing: a page may be shown by it, and a program
    /// that looks at every link of a mail changes nothing by that.
    ///
    /// # Errors
    /// `link_over`.
    pub async fn tracked(&self, token: &str) -> Result<(TicketId, CustomerId), AccountError> {
        let dead = AccountError::DEAD_LINK;
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).unwrap_or_default();
        let (Some(said), Some(seal)) = (bytes.get(..40), bytes.get(40..)) else {
            return Err(dead);
        };
        let id = |from: usize| {
            let mut id = [0; 16];
            id.copy_from_slice(&said[from..from + 16]);
            Uuid::from_bytes(id)
        };
        let (ticket, customer) = (TicketId::from(id(0)), CustomerId::from(id(16)));
        let mut until = [0; 8];
        until.copy_from_slice(&said[32..]);
        let until = DateTime::from_timestamp(i64::from_be_bytes(until), 0).unwrap_or_default();
        let known = self.inner.store.customer(customer).await?;
        let email: Option<Email> = known.and_then(|c| c.email?.parse().ok());
        let email = email.ok_or(dead.clone())?;
        let is_ours = self
            .inner
            .keys
            .verify(PURPOSE, &[said, email.key().as_bytes()], seal);
        if !is_ours || until <= self.moment()?.now() {
            return Err(dead);
        }
        Ok((ticket, customer))
    }
}

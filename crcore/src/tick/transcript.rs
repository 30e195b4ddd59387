//! What was said in a chat, as the text of a message.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::actor::Actor;
use crate::desk::Desk;
use crate::error::Error;
use crate::id::PieceId;
use crate::notify::Notice;

/// The longest transcript, in bytes: half of what a mail of ours can hold.
const TRANSCRIPT_BYTES_MAX: usize = 512 * 1024;
/// How many events of a chat are read for it: what one command reads of one history.
const EVENTS_READ_MAX: u32 = 10_000;

impl Desk {
    /// What a notice with the text `transcript` tells: each message with who wrote it and when.
    pub(super) async fn transcript(
        &self,
        notice: &Notice,
        customer: Option<&str>,
    ) -> Result<String, Error> {
        let store = &self.inner.store;
        let events = store.events(notice.ticket, 0, EVENTS_READ_MAX).await?;
        let words = store.words(&notice.pieces).await?;
        let words: BTreeMap<PieceId, String> = words
            .into_iter()
            .map(|words| (words.id, words.text))
            .collect();
        let mut names: BTreeMap<Actor, String> = BTreeMap::new();
        let mut transcript = Transcript {
            zone: self.inner.time_zone,
            ..Transcript::default()
        };
        for event in &events {
            let piece = event
                .public_message()
                .filter(|piece| notice.pieces.contains(piece));
            let Some(text) = piece.and_then(|piece| words.get(&piece)) else {
                continue;
            };
            let name = match names.get(&event.actor) {
                Some(name) => name.clone(),
                None => self.name_of(event.actor, customer).await?,
            };
            transcript.add(event.at, &name, text);
            names.insert(event.actor, name);
        }
        Ok(transcript.text)
    }

    /// What somebody is called in a conversation.
    async fn name_of(&self, actor: Actor, customer: Option<&str>) -> Result<String, Error> {
        let of_role = || actor.role().name().to_owned();
        if let Some(id) = actor.staff() {
            let known = self.inner.store.agent(id).await?;
            return Ok(known.map_or_else(of_role, |standing| standing.agent.name));
        }
        let name = customer.filter(|_| matches!(actor, Actor::Customer(_)));
        Ok(name.map_or_else(of_role, str::to_owned))
    }
}

#[derive(Default)]
struct Transcript {
    text: String,
    day: Option<NaiveDate>,
    zone: Tz,
}

impl Transcript {
    fn add(&mut self, at: DateTime<Utc>, name: &str, text: &str) {
        if self.text.len() + text.len() > TRANSCRIPT_BYTES_MAX {
            return;
        }
        let apart = if self.text.is_empty() { "" } else { "\n\n" };
        let at = at.with_timezone(&self.zone);
        let day = at.date_naive();
        let day =
            (self.day.replace(day) != Some(day)).then(|| at.format("%Y-%m-%d %Z\n\n").to_string());
        let day = day.unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(
            self.text,
            "{apart}{day}{} {name}\n{text}",
            at.format("%H:%M")
        );
    }
}

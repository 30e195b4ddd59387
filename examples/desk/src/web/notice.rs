//! What an open page says at its edge as it happens: to customers what became of their cases, to staff what came
//! to them.

use crcore::ticket::{Channel, Kind, Language};
use crcore::{Actor, Event, Fact, Ticket};
use serde::Serialize;

use super::app::App;
use super::ctx::Ctx;

/// Whoever has the page open.
pub(crate) struct Reader {
    app: App,
    actor: Actor,
    language: Language,
}

/// As the page's script takes it.
#[derive(Serialize)]
struct Notice {
    text: String,
    href: String,
}

impl Reader {
    pub(crate) fn of(ctx: &Ctx, actor: Actor) -> Self {
        Self {
            app: ctx.app.clone(),
            actor,
            language: ctx.visitor.language.clone(),
        }
    }

    /// What there is to say of an event that they may see; nothing of what they did themselves.
    pub(crate) async fn notice(&self, event: &Event) -> Option<String> {
        if event.actor == self.actor {
            return None;
        }
        let word = match self.actor {
            Actor::Customer(_) => to_customer(&event.fact)?,
            _ => self.to_staff(event)?,
        };
        // One that cannot be looked up now is seen on the next page.
        let ticket = self.app.desk.ticket(self.actor, event.ticket).await.ok()?;
        let (text, href) = match self.actor {
            Actor::Customer(_) => (self.text(word, event, &ticket), customers_page(&ticket)),
            _ if self.is_theirs(&ticket) => (self.text(word, event, &ticket), staffs_page(&ticket)),
            _ => return None,
        };
        serde_json::to_string(&Notice { text, href }).ok()
    }

    /// Whether it is a case or chat that one of the staff has.
    fn is_theirs(&self, ticket: &Ticket) -> bool {
        let has = ticket.assignment.map(|assignment| assignment.agent);
        ticket.token().is_none() && has.is_some() && has == self.actor.staff()
    }

    fn to_staff(&self, event: &Event) -> Option<&'static str> {
        match (&event.fact, event.actor) {
            (Fact::Assigned { agent, .. }, _) if Some(*agent) == self.actor.staff() => {
                Some("notice-assigned")
            }
            (Fact::Replied { .. }, Actor::Customer(_)) => Some("notice-wrote"),
            _ => None,
        }
    }

    fn text(&self, word: &str, event: &Event, ticket: &Ticket) -> String {
        let counter = match &event.fact {
            Fact::Called { counter, .. } => counter.as_str(),
            _ => "",
        };
        let name = match ticket.token() {
            Some(number) => number.to_string(),
            None => ticket.reference.to_string(),
        };
        let arguments = [("name", name), ("counter", counter.to_owned())];
        let arguments = arguments.map(|(name, value)| (name.to_owned(), value.into()));
        let messages = &self.app.messages;
        messages.text(self.language.as_str(), word, &arguments)
    }
}

fn to_customer(fact: &Fact) -> Option<&'static str> {
    match fact {
        Fact::Replied { .. } => Some("notice-replied"),
        Fact::Resolved { .. } => Some("notice-resolved"),
        Fact::Reopened { .. } => Some("notice-reopened"),
        Fact::Closed => Some("notice-closed"),
        Fact::Called { .. } => Some("notice-called"),
        _ => None,
    }
}

fn customers_page(ticket: &Ticket) -> String {
    let reference = ticket.reference;
    match (ticket.kind, ticket.channel) {
        _ if ticket.token().is_some() => format!("/token/{reference}"),
        (Kind::Query, Channel::Chat) => format!("/chat/{reference}"),
        _ => format!("/cases/{reference}"),
    }
}

fn staffs_page(ticket: &Ticket) -> String {
    match (ticket.kind, ticket.channel) {
        (Kind::Query, Channel::Chat) => format!("/chats/{}", ticket.reference),
        _ => format!("/desk/cases/{}", ticket.reference),
    }
}

//! What an open page says at its edge as it happens: to customers what became of their cases, to staff what came
//! to them.

use crcore::ticket::{Channel, Kind, Language, Outcome};
use crcore::{Actor, AgentId, Event, Fact, Ticket};
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

    /// What there is to say of an event that they may see, of a ticket that `holder` has now; nothing of what they
    /// did themselves. Most events are nothing to most readers, which is known without a look at the store.
    pub(crate) async fn notice(&self, event: &Event, holder: Option<AgentId>) -> Option<String> {
        if event.actor == self.actor {
            return None;
        }
        let word = match self.actor {
            Actor::Customer(_) => to_customer(&event.fact)?,
            _ if holder.is_none() || holder != self.actor.staff() => return None,
            _ => to_staff(event)?,
        };
        // One that cannot be looked up now is seen on the next page.
        let ticket = self.app.desk.ticket(self.actor, event.ticket).await.ok()?;
        let is_called = matches!(event.fact, Fact::Called { .. });
        if ticket.token().is_some() && !is_called {
            // Who is served stands there, and who serves sees it on their screen.
            return None;
        }
        let href = match self.actor {
            Actor::Customer(_) => customers_page(&ticket),
            _ => staffs_page(&ticket),
        };
        let text = self.text(word, event, &ticket);
        serde_json::to_string(&Notice { text, href }).ok()
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

fn to_staff(event: &Event) -> Option<&'static str> {
    match (&event.fact, event.actor) {
        (Fact::Assigned { .. }, _) => Some("notice-assigned"),
        (Fact::Replied { .. }, Actor::Customer(_)) => Some("notice-wrote"),
        _ => None,
    }
}

fn to_customer(fact: &Fact) -> Option<&'static str> {
    match fact {
        Fact::Replied { .. } => Some("notice-replied"),
        Fact::Resolved {
            outcome: Outcome::Withdrawn,
            ..
        } => None,
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

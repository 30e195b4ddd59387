//! A case's history as it is shown: what was said, by whom to whom, and what happened in a line.

use crcore::desk::Entry;
use crcore::ticket::{Attachment, How, WaitingOn};
use crcore::{Actor, Event, Fact, Reference, Ticket};
use minijinja::context;
use minijinja::value::Value;

use super::names::{Names, humane, say};
use crate::web::address::encode;
use crate::web::ctx::Ctx;

/// Who said something to whom.
#[derive(Clone, Copy)]
enum Voice {
    Customer,
    Answer,
    Note,
}

impl Voice {
    fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Answer => "answer",
            Self::Note => "note",
        }
    }

    fn public(by: Actor) -> Self {
        match by {
            Actor::Customer(_) => Self::Customer,
            _ => Self::Answer,
        }
    }
}

/// The entries, oldest first; those after `seen` are marked as new to who reads.
pub(super) fn entries(
    ctx: &Ctx,
    names: &Names,
    ticket: &Ticket,
    thread: &[Entry],
    seen: Option<u64>,
) -> Vec<Value> {
    let shown = |entry: &Entry| {
        let event = &entry.event;
        let is_own = event.ticket == ticket.id;
        let fresh = seen.is_some_and(|seen| is_own && event.seq > seen);
        let said = said(ctx, names, ticket, entry);
        let said = said.or_else(|| {
            let words = happened(ctx, names, event)?;
            Some(context! { kind => "event", words => words })
        })?;
        let id = if is_own {
            event.seq.to_string()
        } else {
            event.id.to_string()
        };
        let shared = context! {
            id => id,
            author => names.actor(ctx, event.actor),
            at => event.at.to_rfc3339(),
            fresh => fresh,
        };
        Some(context! { ..said, ..shared })
    };
    thread.iter().filter_map(shown).collect()
}

/// What somebody said, as an entry of its own.
fn said(ctx: &Ctx, names: &Names, ticket: &Ticket, entry: &Entry) -> Option<Value> {
    let (event, text) = (&entry.event, entry.text.clone());
    let voice = Voice::public(event.actor);
    let (voice, channel) = match &event.fact {
        Fact::Raised(raised) if raised.body.is_some() || !raised.borrowed.is_empty() => {
            let channel = say(
                ctx,
                &format!("agent-channel-{}", raised.channel.name()),
                &[],
            );
            let channel = match event.actor {
                Actor::Customer(_) => channel,
                by => {
                    let by = names.actor(ctx, by);
                    say(
                        ctx,
                        "agent-taken-down",
                        &[("channel", &channel), ("name", &by)],
                    )
                }
            };
            (Voice::Customer, Some(channel))
        }
        Fact::Replied { .. } => (voice, None),
        Fact::Noted { .. } => (Voice::Note, None),
        Fact::Resolved {
            words: Some(_),
            outcome,
            ..
        } => {
            let outcome = say(ctx, &format!("agent-outcome-{}", outcome.name()), &[]);
            (
                voice,
                Some(say(ctx, "agent-resolved-as", &[("outcome", &outcome)])),
            )
        }
        Fact::Reopened { words: Some(_) } => (voice, Some(say(ctx, "agent-event-reopened", &[]))),
        Fact::Rated {
            score,
            words: Some(_),
        } => {
            let score = score.to_string();
            (
                Voice::Customer,
                Some(say(ctx, "agent-event-rated", &[("score", &score)])),
            )
        }
        Fact::Attached { attachment } => {
            let voice = if attachment.public {
                voice
            } else {
                Voice::Note
            };
            return Some(file(ctx, ticket, entry, attachment, voice));
        }
        _ => return None,
    };
    // The customer's words on a ticket that somebody else took down are theirs.
    let author = match &event.fact {
        Fact::Raised(raised) => names.customer(ctx, raised.customer),
        _ => names.actor(ctx, event.actor),
    };
    Some(context! { kind => voice.name(), words => text, channel => channel, author => author })
}

fn file(ctx: &Ctx, ticket: &Ticket, entry: &Entry, on: &Attachment, voice: Voice) -> Value {
    let files: Vec<Value> = entry
        .file
        .iter()
        .map(|file| {
            context! {
                name => file.name.as_str(),
                href => file_address(ticket.reference, on),
                size => size(file.size),
            }
        })
        .collect();
    let words = entry
        .file
        .as_ref()
        .map(|_| say(ctx, "agent-event-attached", &[]));
    context! { kind => voice.name(), words => words, files => files }
}

/// Where a file of a case is had.
fn file_address(reference: Reference, on: &Attachment) -> String {
    let reference = encode(&reference.to_string());
    format!("/desk/cases/{reference}/files/{}", on.piece.id)
}

/// `120 kB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// What happened, in a line; nothing where it says nothing to people.
fn happened(ctx: &Ctx, names: &Names, event: &Event) -> Option<String> {
    let line = |id: &str, with: &[(&str, &str)]| Some(say(ctx, &format!("agent-event-{id}"), with));
    let told = |prefix: &str, name: &str| say(ctx, &format!("{prefix}-{name}"), &[]);
    match &event.fact {
        Fact::Raised(_) => line("raised", &[]),
        Fact::Amended(_) => line("amended", &[]),
        Fact::Queued { queue, .. } => line("queued", &[("queue", &humane(queue))]),
        Fact::Unplaced { .. } => line("unplaced", &[]),
        Fact::Assigned { agent, how, .. } => {
            let name = names.agent(ctx, *agent);
            let how = match how {
                How::Allocation { .. } => "allocated",
                How::Claim => "claimed",
                How::Hand => "assigned",
            };
            line(how, &[("name", &name)])
        }
        Fact::Released { agent, .. } => line("released", &[("name", &names.agent(ctx, *agent))]),
        Fact::Waiting {
            on: WaitingOn::Customer,
        } => line("waiting-customer", &[]),
        Fact::Waiting {
            on: WaitingOn::ThirdParty,
        } => line("waiting-third-party", &[]),
        Fact::Resumed => line("resumed", &[]),
        Fact::Resolved { outcome, .. } => line(
            "resolved",
            &[("outcome", &told("agent-outcome", outcome.name()))],
        ),
        Fact::Reopened { .. } => line("reopened", &[]),
        Fact::Closed => line("closed", &[]),
        Fact::Reprioritised { priority } => line(
            "reprioritised",
            &[("priority", &told("priority", priority.name()))],
        ),
        Fact::Converted { kind } => {
            line("converted", &[("kind", &told("agent-kind", kind.name()))])
        }
        Fact::MergedInto { .. } => line("merged", &[]),
        Fact::Absorbed { .. } => line("absorbed", &[]),
        Fact::SplitOff { .. } => line("split", &[]),
        Fact::Linked { .. } => line("linked", &[]),
        Fact::Unlinked { .. } => line("unlinked", &[]),
        Fact::Tagged { added, removed } => {
            let list = |tags: &std::collections::BTreeSet<_>| {
                let tags: Vec<String> = tags.iter().map(humane).collect();
                tags.join(", ")
            };
            match (added.is_empty(), removed.is_empty()) {
                (false, true) => line("tagged", &[("tags", &list(added))]),
                (true, _) => line("untagged", &[("tags", &list(removed))]),
                _ => line(
                    "retagged",
                    &[("added", &list(added)), ("removed", &list(removed))],
                ),
            }
        }
        Fact::Snoozed { until } => line("snoozed", &[("until", &ctx.instant(*until))]),
        Fact::Woken => line("woken", &[]),
        Fact::Rated { score, .. } => line("rated", &[("score", &score.to_string())]),
        Fact::Called { counter, .. } => line("called", &[("counter", counter.as_str())]),
        Fact::Held { held: true } => line("held", &[]),
        Fact::Held { held: false } => line("unheld", &[]),
        Fact::Erased {} => line("erased", &[]),
        Fact::Warned(passed) => line("warned", &[("target", &told("sla", passed.target.name()))]),
        Fact::Breached(passed) => line(
            "breached",
            &[("target", &told("sla", passed.target.name()))],
        ),
        Fact::Escalated(passed) => line(
            "escalated",
            &[("target", &told("sla", passed.target.name()))],
        ),
        Fact::Met(reached) => line("met", &[("target", &told("sla", reached.target.name()))]),
        Fact::Missed(reached) => line("missed", &[("target", &told("sla", reached.target.name()))]),
        // Told by the deadlines themselves.
        Fact::Deadlines { .. } => None,
        // Said above.
        Fact::Replied { .. } | Fact::Noted { .. } | Fact::Attached { .. } => None,
    }
}

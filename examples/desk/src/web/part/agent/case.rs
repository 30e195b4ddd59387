//! One case: who and what, its thread, what can be done, and the list that it is one of beside it.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _};
use crcore::desk::Entry;
use crcore::ticket::{FieldValue, Verb};
use crcore::{Error, Reference, Ticket};
use minijinja::context;
use minijinja::value::Value;

use super::names::{Names, field_name, humane, say};
use super::views::Asked;
use super::{acts, canned, clocks, customer, desk_reader, list, presence, thread};
use crate::web::address::encode;
use crate::web::ctx::Ctx;
use crate::web::drafts;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};
use crate::web::part::customer::{files_accepted, given};

/// A case as it was read.
pub(super) struct Case {
    pub(super) ticket: Ticket,
    pub(super) entries: Vec<Entry>,
    pub(super) names: Names,
    pub(super) verbs: Vec<Verb>,
    subjects: Vec<(Ticket, String)>,
}

/// Where a case is shown, with the list that it is one of.
pub(super) fn address(reference: Reference, asked: &Asked) -> String {
    format!(
        "/desk/cases/{}?{}",
        encode(&reference.to_string()),
        asked.place()
    )
}

/// The case that somebody typed the reference of, if they may see one.
pub(super) async fn by_text(ctx: &Ctx, text: &str) -> Result<Option<Ticket>, Fault> {
    let Ok(reference) = text.trim().parse() else {
        return Ok(None);
    };
    match ctx.desk().by_reference(ctx.actor()?, reference).await {
        Ok(ticket) => Ok(Some(ticket)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The ticket of an address.
pub(super) async fn ticket(ctx: &Ctx, reference: &str) -> Result<Ticket, Fault> {
    by_text(ctx, reference).await?.ok_or_else(Fault::not_found)
}

impl Case {
    pub(super) async fn read(ctx: &Ctx, reference: &str) -> Result<Self, Fault> {
        Self::of(ctx, ticket(ctx, reference).await?).await
    }

    async fn of(ctx: &Ctx, ticket: Ticket) -> Result<Self, Fault> {
        let (desk, actor) = (ctx.desk(), ctx.actor()?);
        let entries = desk.thread(actor, ticket.id).await?;
        let verbs = desk.possible(actor, ticket.id).await?;
        let mut tickets = vec![ticket];
        let linked: Vec<_> = tickets[0].links.iter().map(|link| link.ticket).collect();
        for id in linked.into_iter().chain(tickets[0].merged_into) {
            match desk.ticket(actor, id).await {
                Ok(other) => tickets.push(other),
                Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let names = Names::of(ctx, &tickets).await?;
        let ticket = tickets.swap_remove(0);
        let subjects = tickets.into_iter().map(|other| {
            let subject = names.subject(ctx, &other);
            (other, subject)
        });
        let subjects = subjects.collect();
        Ok(Self {
            ticket,
            entries,
            names,
            verbs,
            subjects,
        })
    }

    pub(super) fn can(&self, verb: Verb) -> bool {
        self.verbs.contains(&verb)
    }

    /// A ticket that this one has to do with, and its subject, where the reader may see it.
    pub(super) fn other(&self, id: crcore::TicketId) -> Option<&(Ticket, String)> {
        self.subjects.iter().find(|(ticket, _)| ticket.id == id)
    }

    fn path(&self) -> String {
        format!("/desk/cases/{}", encode(&self.ticket.reference.to_string()))
    }

    fn thread(&self, ctx: &Ctx, seen: Option<u64>) -> Value {
        context! {
            path => self.path(),
            id => self.ticket.id.to_string(),
            head => self.ticket.version,
            entries => thread::entries(ctx, &self.names, &self.ticket, &self.entries, seen),
        }
    }

    /// Who and what, its clocks, and what is done with one button.
    async fn panel(&self, ctx: &Ctx) -> Result<Value, Fault> {
        let ticket = &self.ticket;
        let customer = self.names.customer(ctx, ticket.customer);
        let told = |id: &str| say(ctx, id, &[]);
        let fact = |key: String, value: String| context! { key => key, value => value };
        let mut facts = vec![
            fact(told("agent-customer"), customer.clone()),
            fact(
                told("agent-kind"),
                told(&format!("agent-kind-{}", ticket.kind.name())),
            ),
            fact(told("agent-service"), self.names.service(&ticket.service)),
            fact(
                told("agent-priority"),
                told(&format!("priority-{}", ticket.priority.name())),
            ),
            fact(
                told("agent-channel"),
                told(&format!("agent-channel-{}", ticket.channel.name())),
            ),
            fact(told("agent-received"), ctx.instant(ticket.received_at)),
        ];
        let with = ticket.assignment.map(|a| self.names.agent(ctx, a.agent));
        facts.push(fact(
            told("agent-with"),
            with.unwrap_or_else(|| told("agent-with-nobody")),
        ));
        facts.extend(ticket.amount.map(|amount| {
            fact(
                told("agent-amount"),
                amount.written(ctx.visitor.language.as_str()),
            )
        }));
        if !ticket.tags.is_empty() {
            let tags: Vec<String> = ticket.tags.iter().map(humane).collect();
            facts.push(fact(told("agent-tags"), tags.join(", ")));
        }
        let texts = ctx.desk().field_texts(ctx.actor()?, ticket.id).await?;
        for (field, value) in &ticket.fields {
            let value = self.names.value(ctx, field.as_str(), value);
            let value = value.or_else(|| texts.get(field).cloned());
            facts.extend(value.map(|value| fact(field_name(ctx, field), value)));
        }
        if let Some(until) = ticket.snoozed_until {
            facts.push(fact(told("status-snoozed"), ctx.instant(until)));
        }
        if ticket.held {
            facts.push(fact(told("agent-hold"), told("agent-held")));
        }
        let outcome = ticket.status.outcome();
        let outcome = outcome.map(|outcome| told(&format!("agent-outcome-{}", outcome.name())));
        facts.extend(outcome.map(|outcome| fact(told("agent-outcome"), outcome)));
        let into = ticket.merged_into.and_then(|id| self.other(id));
        Ok(context! {
            path => self.path(),
            id => ticket.id.to_string(),
            customer => customer,
            reference => ticket.reference.to_string(),
            subject => self.names.subject(ctx, ticket),
            status => list::status(ctx, ticket),
            facts => facts,
            clocks => clocks::all(ctx, ticket),
            merged_into => into.map(|(other, subject)| context! {
                href => format!("/desk/cases/{}", encode(&other.reference.to_string())),
                reference => other.reference.to_string(),
                subject => subject.as_str(),
            }),
            buttons => acts::buttons(ctx, self)?,
            key => ctx.fresh_key()?,
        })
    }

    /// The panel with everything that can be done by it.
    async fn acts(&self, ctx: &Ctx, place: &str, told: &Told) -> Result<Value, Fault> {
        let filled = (!told.errors.is_empty()).then(|| told.errors.filled(ctx, &told.form));
        Ok(context! {
            place => place,
            filled => filled,
            stale => told.seen.is_some(),
            unfilled => told.errors.fields().any(|field| field == "anyway"),
            open => told.open.as_deref(),
            panel => self.panel(ctx).await?,
            can => context! {
                reply => self.can(Verb::Reply),
                note => self.can(Verb::Note),
                attach => self.can(Verb::Attach),
            },
            accept => files_accepted(ctx).accept(),
            forms => acts::forms(ctx, self).await?,
            canned => canned::list(ctx, self).await?,
        })
    }

    /// What was being written to the customer and among staff.
    async fn written(&self, ctx: &Ctx, answer: Option<String>) -> Result<Value, Fault> {
        let id = self.ticket.id;
        let answer = match answer {
            Some(answer) => Some(answer),
            None => drafts::typed(ctx, &format!("reply/{id}"), "answer").await?,
        };
        let answer = answer.filter(|answer| !answer.trim().is_empty());
        let note = drafts::typed(ctx, &format!("note/{id}"), "note").await?;
        Ok(context! { answer => answer, note => note })
    }
}

/// What a page says beside the case itself.
#[derive(Default)]
pub(super) struct Told {
    /// What was wrong with a form of it.
    pub(super) errors: Errors,
    pub(super) form: Form,
    /// The version that the writer had seen, where something came in between.
    pub(super) seen: Option<u64>,
    /// Which panel is open.
    pub(super) open: Option<String>,
    /// What is put into the reply.
    pub(super) answer: Option<String>,
    /// The payment that is looked up.
    pub(super) payment: Option<String>,
}

/// The page of a case.
pub(super) async fn case(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let asked = Asked::of(&ctx.uri);
    let case = Case::read(&ctx, &reference).await?;
    let mut told = Told::default();
    if let Some(code) = crate::web::ctx::query_of(&ctx.uri, "canned") {
        told.answer = Some(canned::put(&ctx, &case, &code).await?);
    }
    told.payment = crate::web::ctx::query_of(&ctx.uri, "transaction");
    show(&ctx, &case, &asked, StatusCode::OK, told).await
}

/// Shows a case, the list that it is one of beside it.
pub(super) async fn show(
    ctx: &Ctx,
    case: &Case,
    asked: &Asked,
    status: StatusCode,
    told: Told,
) -> Answer {
    let ticket = &case.ticket;
    let list = list::list_context(ctx, asked, Some(ticket.id)).await?;
    let acts = case.acts(ctx, &asked.place(), &told).await?;
    let written = case.written(ctx, told.answer).await?;
    let more = context! {
        with_case => true,
        thread => case.thread(ctx, told.seen),
        presence => presence::of(ctx, &case.names, ticket).await?,
        customer => customer::panel(ctx, case, told.payment.as_deref()).await?,
        transaction => told.payment,
        why => format!("{}/why", case.path()),
    };
    let context = context! { ..more, ..acts, ..written, ..list };
    ctx.page_as(status, "agent/queue.html", "agent-title-case", context)
}

/// The thread alone, for a page that is open.
pub(super) async fn thread_alone(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let case = Case::read(&ctx, &reference).await?;
    let context = context! { thread => case.thread(&ctx, None) };
    part(&ctx, "agent/thread.html", context)
}

/// Who, what, the clocks and what can be done alone, for a page that is open.
pub(super) async fn panel_alone(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let place = Asked::of(&ctx.uri).place();
    let case = Case::read(&ctx, &reference).await?;
    let context = case.acts(&ctx, &place, &Told::default()).await?;
    part(&ctx, "agent/panel.html", context)
}

/// Where one writes alone, for a page that is open.
pub(super) async fn composer_alone(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let place = Asked::of(&ctx.uri).place();
    let case = Case::read(&ctx, &reference).await?;
    let acts = case.acts(&ctx, &place, &Told::default()).await?;
    let written = case.written(&ctx, None).await?;
    part(&ctx, "agent/composer.html", context! { ..acts, ..written })
}

pub(super) fn part(ctx: &Ctx, template: &str, context: Value) -> Answer {
    let text = ctx.render(template, "agent-title-case", context)?;
    Ok(Html(text).into_response())
}

/// A file of a case, to be kept and not to be run.
pub(super) async fn file(ctx: Ctx, Path((reference, piece)): Path<(String, String)>) -> Answer {
    let (actor, _) = desk_reader(&ctx)?;
    let ticket = ticket(&ctx, &reference).await?;
    let piece = piece.parse().map_err(|_| Fault::not_found())?;
    given(&ctx, actor, ticket.id, piece).await
}

/// Whether a field of the rules is on the ticket with this choice.
pub(super) fn chosen(ticket: &Ticket, field: &crcore::Code) -> Option<crcore::Code> {
    ticket
        .fields
        .get(field)
        .and_then(FieldValue::choice)
        .cloned()
}

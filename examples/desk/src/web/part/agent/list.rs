//! The queue: views with their counts, rows by their next deadline, what is done to many at once.

use std::collections::HashMap;

use axum::response::{Html, IntoResponse as _, Redirect};
use crcore::access::Right;
use crcore::store::{Page, Paging, Total};
use crcore::ticket::{Channel, FieldType, Kind, Priority, Status, StatusName};
use crcore::{Act, AgentId, Code, Error, Reference, Ticket, TicketId};
use futures_util::future::try_join_all;
use minijinja::context;
use minijinja::value::Value;

use super::names::{Names, field_name, humane, option, say};
use super::views::{self, Asked, Named, SORTS};
use super::{clocks, desk_reader, presence};
use crate::web::address::encode;
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};

/// How many cases are one page of the list.
const ROWS: u32 = 25;
/// How many cases one bulk action takes: what one can tick on a page.
const BULK_MAX: usize = ROWS as usize;

/// The queue without a case beside it; a reference in the search field leads to its case.
pub(super) async fn desk(ctx: Ctx) -> Answer {
    let asked = Asked::of(&ctx.uri);
    let mut errors = Errors::default();
    if let Some(search) = &asked.search {
        match super::case::by_text(&ctx, search).await? {
            Some(ticket) => {
                let to = super::case::address(ticket.reference, &asked);
                return Ok(Redirect::to(&to).into_response());
            }
            None => errors.add("q", "agent-error-not-found"),
        }
    }
    page(&ctx, &asked, &errors, &Form::default()).await
}

/// The queue again, with why something was not done.
pub(super) async fn refused(
    ctx: &Ctx,
    asked: &Asked,
    form: &Form,
    field: &str,
    error: Error,
) -> Answer {
    let mut errors = Errors::default();
    let why = ("why".to_owned(), error.to_string().into());
    errors.add_with(field, "agent-refused", vec![why]);
    page(ctx, asked, &errors, form).await
}

async fn page(ctx: &Ctx, asked: &Asked, errors: &Errors, form: &Form) -> Answer {
    let list = list_context(ctx, asked, None).await?;
    let filled = (!errors.is_empty()).then(|| errors.filled(ctx, form));
    let more = context! { filled => filled, with_case => false };
    let context = context! { ..list, ..more };
    if errors.is_empty() {
        ctx.page("agent/queue.html", "agent-title-queue", context)
    } else {
        ctx.refused("agent/queue.html", "agent-title-queue", context)
    }
}

/// The list alone, for a page that is open.
pub(super) async fn list(ctx: Ctx) -> Answer {
    let asked = Asked::of(&ctx.uri);
    let chosen = crate::web::ctx::query_of(&ctx.uri, "chosen").and_then(|id| id.parse().ok());
    let context = list_context(&ctx, &asked, chosen).await?;
    let text = ctx.render("agent/list.html", "agent-title-queue", context)?;
    Ok(Html(text).into_response())
}

/// What the list shows: the views, the rows, the filters.
pub(super) async fn list_context(
    ctx: &Ctx,
    asked: &Asked,
    chosen: Option<TicketId>,
) -> Result<Value, Fault> {
    let views = views::all(ctx).await?;
    let page = cases(ctx, asked, &views).await?;
    let names = Names::of(ctx, &page.items).await?;
    let query = asked.query();
    let next = page
        .next
        .map(|after| format!("/desk?{query}&after={after}"));
    let first = asked.after.map(|_| format!("/desk?{query}"));
    let here = presence::on(ctx, &names, &page.items).await?;
    let rows = page.items.iter();
    let rows: Vec<Value> = rows
        .map(|ticket| row(ctx, &names, ticket, asked, (chosen, &here)))
        .collect();
    let place = asked.place();
    let source = chosen.map_or(format!("/desk/list?{place}"), |id| {
        format!("/desk/list?{place}&chosen={id}")
    });
    Ok(context! {
        views => view_links(ctx, asked, &views).await?,
        saved => views.iter().any(|v| v.address == asked.view && !v.view.built_in),
        may_share => crcore::access::has(ctx.actor()?.role(), Right::ManageShared),
        rows => rows,
        next => next,
        first => first,
        view => asked.view.as_str(),
        query => query,
        place => place,
        source => source,
        narrowed => asked.narrowed.iter().any(|(name, _)| name != "sort"),
        filters => filters(ctx, &names, asked),
        search => asked.search.clone(),
        bulk => context! {
            key => ctx.fresh_key()?,
            agents => bulk_agents(ctx, &names)?,
            tags => ctx.desk().rules().rules().tags.iter()
                .map(|tag| option(tag.as_str(), &humane(tag))).collect::<Vec<_>>(),
        },
    })
}

/// The cases that an address asks for.
pub(super) async fn cases(
    ctx: &Ctx,
    asked: &Asked,
    views: &[Named],
) -> Result<Page<Ticket>, Fault> {
    let (actor, _) = desk_reader(ctx)?;
    let (filter, sort) = asked.filter(ctx, views)?;
    let paging = Paging {
        sort,
        after: asked.after,
        limit: ROWS,
    };
    Ok(ctx.desk().tickets(actor, filter, &paging).await?)
}

/// Each view with how many cases it has, but for that of everything: nobody works through it.
async fn view_links(ctx: &Ctx, asked: &Asked, views: &[Named]) -> Result<Vec<Value>, Fault> {
    let (actor, _) = desk_reader(ctx)?;
    let counts = views.iter().map(|named| async {
        if !named.counted {
            return Ok(None);
        }
        let filter = ctx.desk().filter_of(actor, &named.view);
        ctx.desk().total(actor, filter).await.map(Some)
    });
    let counts = try_join_all(counts).await?;
    let link = |(named, total): (&Named, Option<Total>)| {
        context! {
            href => format!("/desk?view={}", encode(&named.address)),
            text => named.title.as_str(),
            count => total.map_or_else(String::new, |total| total.to_string()),
            current => asked.view == named.address,
        }
    };
    Ok(views.iter().zip(counts).map(link).collect())
}

fn row(
    ctx: &Ctx,
    names: &Names,
    ticket: &Ticket,
    asked: &Asked,
    (chosen, here): (Option<TicketId>, &HashMap<TicketId, Vec<Value>>),
) -> Value {
    context! {
        id => ticket.id.to_string(),
        reference => ticket.reference.to_string(),
        href => super::case::address(ticket.reference, asked),
        subject => names.subject(ctx, ticket),
        who => names.customer(ctx, ticket.customer),
        status => status(ctx, ticket),
        priority => ticket.priority.name(),
        received => ticket.received_at.to_rfc3339(),
        service => names.service(&ticket.service),
        with => ticket.assignment.map(|a| names.agent(ctx, a.agent)),
        clock => clocks::next(ctx, ticket),
        chosen => chosen == Some(ticket.id),
        here => here.get(&ticket.id).cloned().unwrap_or_default(),
    }
}

/// Where a ticket stands, as a mark: its colour's code and its words.
pub(super) fn status(ctx: &Ctx, ticket: &Ticket) -> Value {
    let code = match ticket.status {
        _ if ticket.merged_into.is_some() => "merged",
        _ if ticket.snoozed_until.is_some() => "snoozed",
        Status::New => "new",
        Status::Open if ticket.reopened > 0 => "reopened",
        Status::Open => "open",
        Status::WaitingForCustomer { .. } => "waiting",
        Status::WaitingForThirdParty { .. } => "pending",
        Status::Resolved { .. } => "resolved",
        Status::Closed { .. } => "closed",
    };
    let text = match code {
        "pending" => say(ctx, "agent-status-third-party", &[]),
        other => say(ctx, &format!("status-{other}"), &[]),
    };
    context! { code => code, text => text }
}

/// What narrows the list, for its form.
fn filters(ctx: &Ctx, names: &Names, asked: &Asked) -> Vec<Value> {
    let any = || vec![option("", &say(ctx, "agent-filter-any", &[]))];
    let told = |prefix: &str, codes: Vec<&'static str>| {
        let text = |code: &&str| option(code, &say(ctx, &format!("{prefix}-{code}"), &[]));
        [any(), codes.iter().map(text).collect()].concat()
    };
    let select = |name: &str, label: String, options: Vec<Value>| {
        context! { name => name, label => label, options => options, value => asked.given(name) }
    };
    let rules = ctx.desk().rules();
    let rules = rules.rules();
    let statuses = StatusName::ALL.iter().map(|s| s.name()).collect();
    let kinds = Kind::ALL.iter().map(|k| k.name()).collect();
    let priorities = Priority::ALL.iter().map(|p| p.name()).collect();
    let channels = Channel::ALL.iter().map(|c| c.name()).collect();
    let services = rules
        .services
        .keys()
        .map(|code| option(code.as_str(), &names.service(code)));
    let queues: std::collections::BTreeSet<&Code> = rules
        .services
        .values()
        .map(|service| &service.queue)
        .collect();
    let queues = queues
        .into_iter()
        .map(|code| option(code.as_str(), &humane(code)));
    let label = |id: &str| say(ctx, id, &[]);
    let mut all = vec![
        select(
            "status",
            label("agent-status"),
            told("agent-status", statuses),
        ),
        select("kind", label("agent-kind"), told("agent-kind", kinds)),
        select(
            "priority",
            label("agent-priority"),
            told("priority", priorities),
        ),
        select(
            "service",
            label("agent-service"),
            any().into_iter().chain(services).collect(),
        ),
        select(
            "queue",
            label("agent-queue"),
            any().into_iter().chain(queues).collect(),
        ),
        select(
            "channel",
            label("agent-channel"),
            told("agent-channel", channels),
        ),
        select(
            "with",
            label("agent-with"),
            told("agent-with", vec!["me", "nobody"]),
        ),
    ];
    for (field, of) in rules
        .fields
        .iter()
        .filter(|(_, of)| of.kind == FieldType::Choice)
    {
        let choices = of.choices.iter();
        let choices = choices.map(|c| option(c.as_str(), &names.choice(field.as_str(), c)));
        let options = any().into_iter().chain(choices).collect();
        all.push(select(field.as_str(), field_name(ctx, field), options));
    }
    let sorts = SORTS
        .iter()
        .map(|(name, _)| option(name, &label(&format!("agent-sort-{name}"))));
    let usual = vec![option("", &label("agent-sort-usual"))];
    all.push(select(
        "sort",
        label("agent-sort"),
        usual.into_iter().chain(sorts).collect(),
    ));
    all
}

fn bulk_agents(ctx: &Ctx, names: &Names) -> Result<Vec<Value>, Fault> {
    let (_, me) = desk_reader(ctx)?;
    let mut all = vec![option(&me.to_string(), &say(ctx, "agent-me", &[]))];
    let others = names.colleagues(me);
    all.extend(
        others
            .iter()
            .map(|(id, name)| option(&id.to_string(), name)),
    );
    Ok(all)
}

/// What is to be done to all that are ticked.
enum Bulk {
    Claim,
    Assign(AgentId),
    Tag(Code),
}

impl Bulk {
    fn of(form: &Form, errors: &mut Errors) -> Option<Self> {
        let bulk = match form.text("bulk-act") {
            "claim" => Some(Self::Claim),
            "assign" => form.parse("bulk-to").map(Self::Assign),
            "tag" => form.parse("bulk-tag").map(Self::Tag),
            _ => None,
        };
        errors.check(bulk.is_some(), "bulk-act", "agent-error-bulk-act");
        bulk
    }

    fn act(&self) -> Act {
        match self {
            Self::Claim => Act::Claim,
            Self::Assign(to) => Act::Assign { to: *to },
            Self::Tag(tag) => Act::Tag {
                add: [tag.clone()].into(),
                remove: [].into(),
            },
        }
    }
}

/// Does one thing to every case that is ticked, and tells for which it could not be done.
pub(super) async fn bulk(ctx: Ctx, form: Form) -> Answer {
    let asked = Asked::of_text(form.text("place"));
    let mut errors = Errors::default();
    let bulk = Bulk::of(&form, &mut errors);
    let ticked: Vec<Reference> = form
        .all("case")
        .iter()
        .filter_map(|text| text.parse().ok())
        .take(BULK_MAX)
        .collect();
    errors.check(!ticked.is_empty(), "cases", "agent-error-bulk-none");
    let (Some(bulk), true) = (bulk, errors.is_empty()) else {
        return page(&ctx, &asked, &errors, &form).await;
    };
    let (actor, _) = desk_reader(&ctx)?;
    for reference in ticked {
        let done = async {
            let ticket = ctx.desk().by_reference(actor, reference).await?;
            let acting = ctx.desk().acting(actor);
            let acting = acting.with_key(format!("{}-{reference}", form.text("key")));
            acting.act(ticket.id, bulk.act()).await
        };
        if let Err(error) = done.await {
            let told = [("case", reference.to_string()), ("why", error.to_string())];
            let told = told.map(|(name, text)| (name.to_owned(), text.into()));
            errors.add_with("cases", "agent-error-bulk-case", told.into());
        }
    }
    if errors.is_empty() {
        return ctx.see_other(&format!("/desk?{}", asked.place()), Some("agent-done-bulk"));
    }
    page(&ctx, &asked, &errors, &form).await
}

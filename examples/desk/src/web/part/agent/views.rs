//! Which cases a list shows: a view and what narrows it, all of it in the address.

use axum::extract::Query;
use axum::http::Uri;
use crcore::desk::beside::View;
use crcore::store::{Assigned, Cursor, Sort, TicketFilter};
use crcore::ticket::{Channel, FieldType, Kind, Priority, StatusName};
use crcore::{AgentId, Code};

use super::desk_reader;
use super::names::say;
use crate::web::address::encode;
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::Form;

/// The view of everything that one may see: what numbers elsewhere lead to.
const ALL: &str = "all";
/// The most parts by which an address narrows a view.
const NARROWS_MAX: usize = 20;
/// Parts of an address that are the page's own and narrow nothing.
const OTHER: [&str; 3] = ["chosen", "key", "csrf"];

/// A view with its name in an address and on screen.
pub(super) struct Named {
    pub(super) address: String,
    pub(super) title: String,
    pub(super) view: View,
    /// Whether it is told how many cases it has.
    pub(super) counted: bool,
}

/// The name of a view in an address: the same code may be the desk's, a shared one's and one's own.
pub(crate) fn address(view: &View) -> String {
    match (view.built_in, view.shared) {
        (true, _) => view.code.to_string(),
        (false, true) => format!("shared.{}", view.code),
        (false, false) => format!("own.{}", view.code),
    }
}

/// The views that somebody works from: the desk's own, the shared, theirs, and that of everything.
pub(super) async fn all(ctx: &Ctx) -> Result<Vec<Named>, Fault> {
    let views = ctx.desk().views(ctx.actor()?).await?;
    let named = |view: View| {
        let title = match view.built_in {
            true => say(ctx, &format!("agent-view-{}", view.code), &[]),
            false => view.title.clone(),
        };
        Named {
            address: address(&view),
            title,
            view,
            counted: true,
        }
    };
    let mut views: Vec<Named> = views.into_iter().map(named).collect();
    let code: Code = ALL.parse().map_err(Fault::broken)?;
    let title = say(ctx, "agent-view-all", &[]);
    let view = View {
        sort: Sort::Updated,
        built_in: true,
        ..View::new(code, title.clone())
    };
    views.push(Named {
        address: ALL.to_owned(),
        title,
        view,
        counted: false,
    });
    Ok(views)
}

/// What an address asks for.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    pub(super) view: String,
    /// What narrows the view, by name.
    pub(super) narrowed: Vec<(String, String)>,
    pub(super) after: Option<Cursor>,
    /// What was typed into the search field.
    pub(super) search: Option<String>,
}

impl Asked {
    pub(super) fn of(uri: &Uri) -> Self {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
        let pairs = pairs.map(|query| query.0).unwrap_or_default();
        let mut asked = Self {
            view: "mine".to_owned(),
            ..Self::default()
        };
        for (name, value) in pairs {
            match name.as_str() {
                _ if value.is_empty() => {}
                "view" => asked.view = value,
                "after" => asked.after = value.parse().ok(),
                "q" => asked.search = Some(value),
                // A word of ours, or a choice field of the rules; what it narrows, `narrow` says.
                name if name.parse::<Code>().is_ok()
                    && !OTHER.contains(&name)
                    && asked.narrowed.len() < NARROWS_MAX =>
                {
                    asked.narrowed.push((name.to_owned(), value));
                }
                _ => {}
            }
        }
        asked
    }

    /// The same from what a form carries along.
    pub(super) fn of_text(query: &str) -> Self {
        let uri: Uri = format!("/?{}", query.trim_start_matches('?'))
            .parse()
            .unwrap_or_default();
        Self::of(&uri)
    }

    /// The query that leads to the same cases, from the first.
    pub(super) fn query(&self) -> String {
        let mut query = format!("view={}", encode(&self.view));
        for (name, value) in &self.narrowed {
            query += &format!("&{name}={}", encode(value));
        }
        query
    }

    /// The same with the place in the list.
    pub(super) fn place(&self) -> String {
        let query = self.query();
        self.after
            .map_or(query.clone(), |after| format!("{query}&after={after}"))
    }

    pub(super) fn given(&self, name: &str) -> &str {
        let found = self.narrowed.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Which cases, in which order.
    pub(super) fn filter(&self, ctx: &Ctx, views: &[Named]) -> Result<(TicketFilter, Sort), Fault> {
        let (actor, me) = desk_reader(ctx)?;
        let known = views.iter().find(|named| named.address == self.view);
        let view = &known.or(views.first()).ok_or_else(Fault::not_found)?.view;
        let (mut filter, mut sort) = (ctx.desk().filter_of(actor, view), view.sort);
        for (name, value) in &self.narrowed {
            narrow(ctx, &mut filter, &mut sort, (name, value), me);
        }
        Ok((filter, sort))
    }
}

fn named<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str, text: &str) -> Option<T> {
    all.iter().copied().find(|one| name(*one) == text)
}

fn narrow(
    ctx: &Ctx,
    filter: &mut TicketFilter,
    sort: &mut Sort,
    (name, value): (&str, &str),
    me: AgentId,
) {
    let code: Option<Code> = value.parse().ok();
    match name {
        "status" => {
            filter.statuses = named(&StatusName::ALL, StatusName::name, value)
                .into_iter()
                .collect()
        }
        "kind" => filter.kinds.extend(named(Kind::ALL, Kind::name, value)),
        "priority" => filter
            .priorities
            .extend(named(Priority::ALL, Priority::name, value)),
        "channel" => filter
            .channels
            .extend(named(Channel::ALL, Channel::name, value)),
        "service" => filter.services.extend(code),
        "queue" => filter.queues.extend(code),
        "with" => {
            filter.assigned = match value {
                "me" => Assigned::To(me),
                "nobody" => Assigned::Nobody,
                other => other.parse().map_or(Assigned::Any, Assigned::To),
            };
        }
        "customer" => filter.customer = value.parse().ok(),
        "from" => filter.received_from = value.parse().ok(),
        "before" => filter.received_before = value.parse().ok(),
        "due" => filter.deadline_before = value.parse().ok(),
        "sort" => *sort = sort_of(value).unwrap_or(*sort),
        _ => {
            let rules = ctx.desk().rules();
            let field = name.parse::<Code>().ok();
            let is_choice = |field: &Code| {
                let of = rules.rules().fields.get(field);
                of.is_some_and(|of| of.kind == FieldType::Choice)
            };
            if let (Some(field), Some(code)) = (field.filter(is_choice), code) {
                filter.choices.entry(field).or_default().insert(code);
            }
        }
    }
}

/// Every order, by its name in an address.
pub(super) const SORTS: [(&str, Sort); 5] = [
    ("deadline", Sort::Deadline),
    ("urgency", Sort::Urgency),
    ("newest", Sort::Newest),
    ("oldest", Sort::Oldest),
    ("updated", Sort::Updated),
];

fn sort_of(name: &str) -> Option<Sort> {
    SORTS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, sort)| *sort)
}

/// Keeps what the address shows as a view: one's own, or for all colleagues where one leads.
pub(super) async fn save(ctx: Ctx, form: Form) -> Answer {
    let (actor, me) = desk_reader(&ctx)?;
    let asked = Asked::of_text(form.text("place"));
    let views = all(&ctx).await?;
    let (filter, sort) = asked.filter(&ctx, &views)?;
    let code: Code = format!("v{}", ctx.fresh_key()?)
        .parse()
        .map_err(Fault::broken)?;
    let base = views.iter().find(|named| named.address == asked.view);
    let mut view = View::new(code.clone(), form.text("title"));
    view.mine = filter.assigned == Assigned::To(me);
    view.due_within_hours = base.and_then(|named| named.view.due_within_hours);
    view.filter = TicketFilter {
        assigned: if view.mine {
            Assigned::Any
        } else {
            filter.assigned
        },
        deadline_before: filter
            .deadline_before
            .filter(|_| view.due_within_hours.is_none()),
        ..filter
    };
    (view.sort, view.shared) = (sort, form.is_ticked("shared"));
    let whose = if view.shared { "shared" } else { "own" };
    match ctx.desk().save_view(actor, view).await {
        Ok(_) => ctx.see_other(
            &format!("/desk?view={whose}.{code}"),
            Some("agent-view-saved"),
        ),
        Err(error) => super::list::refused(&ctx, &asked, &form, "title", error).await,
    }
}

/// Removes the view that the address shows.
pub(super) async fn remove(ctx: Ctx, form: Form) -> Answer {
    let views = all(&ctx).await?;
    let named = views
        .iter()
        .find(|named| named.address == form.text("view"));
    let named = named
        .filter(|named| !named.view.built_in)
        .ok_or_else(Fault::not_found)?;
    ctx.desk().remove_view(ctx.actor()?, &named.view).await?;
    ctx.see_other("/desk", Some("agent-view-removed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_the_view() {
        let place = "view=open&status=new&service=cards&after=5.00000000000000000000000000000007";
        let asked = Asked::of_text(&format!("{place}&chosen=1&Odd=1&kind="));
        assert_eq!(asked.query(), "view=open&status=new&service=cards");
        assert_eq!(asked.place(), place);
        assert_eq!(asked.given("service"), "cards");
        assert_eq!(Asked::of_text("").view, "mine");
        assert_eq!(Asked::of_text("view=a b").view, "mine", "no address");
    }
}

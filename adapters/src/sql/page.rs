//! A page of tickets: the filter and the order as SQL.

use std::collections::BTreeSet;

use crcore::store::{Assigned, Cursor, Page, Paging, Sort, TicketFilter, Total, Visible};
use crcore::ticket::{StatusName, Ticket};
use crcore::{Code, StoreResult};

use super::driver::Dialect;
use super::value::{Row, Stmt, Value};

/// The column that an order sorts by; it counts as instant or as number.
fn column(sort: Sort) -> (&'static str, fn(i64) -> Value) {
    match sort {
        Sort::Newest | Sort::Oldest => ("received_at", Value::Instant),
        Sort::Updated => ("updated_at", Value::Instant),
        Sort::Deadline => ("deadline_order", Value::Int),
        Sort::Urgency => ("urgency", Value::Int),
    }
}

/// One more than the page holds, so that the last page is known as such.
pub(crate) fn select(
    dialect: Dialect,
    tenant: &Value,
    filter: &TicketFilter,
    paging: &Paging,
) -> Stmt {
    let parts = parts(filter, paging.sort);
    if parts.len() < 2 {
        let mut stmt = Stmt::new("SELECT doc FROM crcore_ticket WHERE ", []);
        in_order(&mut stmt, dialect, tenant, filter, paging);
        return stmt;
    }
    let column = column(paging.sort).0;
    let mut stmt = Stmt::new("SELECT doc FROM (", []);
    for (nth, part) in parts.iter().enumerate() {
        if nth > 0 {
            stmt.push(" UNION ALL ", []);
        }
        stmt.push("SELECT * FROM (SELECT doc, id, ", [])
            .push(column, [])
            .push(" FROM crcore_ticket WHERE ", []);
        in_order(&mut stmt, dialect, tenant, part, paging);
        stmt.push(") AS part", []);
    }
    stmt.push(") AS parts", []);
    order(&mut stmt, paging);
    stmt
}

/// The most parts that a page is put together from.
const PARTS: usize = 32;

/// The same filter as several that exclude each other, each of which an index has in order from its
/// first row on. One index holds one status of one queue by urgency: of three statuses, a page is the
/// first of three pages put together, however many tickets there are.
fn parts(filter: &TicketFilter, sort: Sort) -> Vec<TicketFilter> {
    let one_person = filter.customer.is_some() || filter.assigned != Assigned::Any;
    let (by_queue, by_service) = match sort {
        _ if filter.reference.is_some() || filter.customer.is_some() => return Vec::new(),
        Sort::Urgency if !filter.queues.is_empty() => (true, false),
        Sort::Urgency if matches!(filter.assigned, Assigned::To(_)) => (false, false),
        Sort::Newest | Sort::Oldest if !filter.services.is_empty() => (false, true),
        Sort::Deadline if !one_person => (false, false),
        _ => return Vec::new(),
    };
    let statuses = if filter.statuses.is_empty() {
        StatusName::ALL.into()
    } else {
        filter.statuses.clone()
    };
    let mut parts: Vec<_> = statuses
        .into_iter()
        .map(|status| TicketFilter {
            statuses: [status].into(),
            ..filter.clone()
        })
        .collect();
    let each =
        |parts: Vec<TicketFilter>, codes: &BTreeSet<Code>, put: fn(&mut TicketFilter, Code)| {
            let with = |part: &TicketFilter, code: &Code| {
                let mut part = part.clone();
                put(&mut part, code.clone());
                part
            };
            parts
                .iter()
                .flat_map(|part| codes.iter().map(move |code| with(part, code)))
                .collect::<Vec<_>>()
        };
    if by_queue {
        parts = each(parts, &filter.queues, |part, queue| {
            part.queues = [queue].into()
        });
    }
    if by_service {
        parts = each(parts, &filter.services, |part, service| {
            part.services = [service].into();
        });
    }
    if parts.len() > PARTS {
        return Vec::new();
    }
    parts
}

/// From the condition on.
fn in_order(
    stmt: &mut Stmt,
    dialect: Dialect,
    tenant: &Value,
    filter: &TicketFilter,
    paging: &Paging,
) {
    narrow(stmt, dialect, tenant, filter);
    if let Some(Cursor { key, id }) = paging.after {
        let (column, value) = column(paging.sort);
        let (from, beyond) = if paging.sort.is_descending() {
            (" <= ?", " < (?, ?)")
        } else {
            (" >= ?", " > (?, ?)")
        };
        // MariaDB finds the place in an index by the first of these only.
        stmt.push(" AND ", [])
            .push(column, [])
            .push(from, [value(key)])
            .push(" AND (", [])
            .push(column, [])
            .push(", id)", [])
            .push(beyond, [value(key), Value::Id(id)]);
    }
    order(stmt, paging);
}

fn order(stmt: &mut Stmt, paging: &Paging) {
    let direction = if paging.sort.is_descending() {
        " DESC"
    } else {
        " ASC"
    };
    stmt.push(" ORDER BY ", [])
        .push(column(paging.sort).0, [])
        .push(direction, [])
        .push(", id", [])
        .push(direction, [])
        .push(" LIMIT ?", [Value::Int(i64::from(paging.size()) + 1)]);
}

/// Counts no further than a screen tells apart, or twice as far: by what an agent sees for their queues, and
/// apart from that for themselves, each from an index.
pub(crate) fn count(dialect: Dialect, tenant: &Value, filter: &TicketFilter) -> Stmt {
    let (first, own) = seen(filter);
    let mut stmt = Stmt::new("SELECT COUNT(*) FROM (", []);
    some(&mut stmt, dialect, tenant, &first, &BTreeSet::new());
    if let Some(own) = own {
        stmt.push(" UNION ALL ", []);
        some(&mut stmt, dialect, tenant, &own, &first.queues);
    }
    stmt.push(") AS counted", []);
    stmt
}

/// One row for each ticket that passes and is in none of the queues `but`, up to the most that is counted.
fn some(
    stmt: &mut Stmt,
    dialect: Dialect,
    tenant: &Value,
    filter: &TicketFilter,
    but: &BTreeSet<Code>,
) {
    stmt.push(
        "SELECT * FROM (SELECT 1 AS one FROM crcore_ticket WHERE ",
        [],
    );
    narrow(stmt, dialect, tenant, filter);
    if !but.is_empty() {
        stmt.push(" AND queue NOT IN ", []);
        stmt.push_list(
            but.iter()
                .map(|queue| Value::Text(queue.as_str().to_owned())),
        );
    }
    stmt.push(" LIMIT ?) AS part", [Value::count(Total::MAX + 1)]);
}

/// What an agent sees of a filter, in two: what is in their queues, and what they have in other ones. All of it is
/// the first for anybody else.
fn seen(filter: &TicketFilter) -> (TicketFilter, Option<TicketFilter>) {
    let Visible::Agent { agent, queues } = &filter.visible else {
        return (filter.clone(), None);
    };
    let theirs = Assigned::To(*agent);
    let all = TicketFilter {
        visible: Visible::All,
        ..filter.clone()
    };
    if filter.assigned == theirs {
        return (all, None);
    }
    let own = (filter.assigned == Assigned::Any).then(|| TicketFilter {
        assigned: theirs,
        ..all.clone()
    });
    let queues = match filter.queues.is_empty() {
        true => queues.clone(),
        false => queues & &filter.queues,
    };
    if queues.is_empty() {
        let nothing = TicketFilter {
            visible: Visible::Nothing,
            ..all
        };
        return (own.unwrap_or(nothing), None);
    }
    (TicketFilter { queues, ..all }, own)
}

/// The page that [`select`] found.
pub(crate) fn page(rows: &[Row], paging: &Paging) -> StoreResult<Page<Ticket>> {
    let size = paging.size() as usize;
    let items = rows
        .iter()
        .take(size)
        .map(|row| row.doc::<Ticket>(0))
        .collect::<StoreResult<Vec<_>>>()?;
    let next = items
        .last()
        .filter(|_| rows.len() > size)
        .map(|last| Cursor {
            key: paging.sort.key(last),
            id: last.id.uuid(),
        });
    Ok(Page { items, next })
}

fn narrow(stmt: &mut Stmt, dialect: Dialect, tenant: &Value, filter: &TicketFilter) {
    stmt.push("tenant = ?", [tenant.clone()]);
    visible(stmt, &filter.visible);
    if let Some(reference) = filter.reference {
        stmt.push(" AND reference = ?", [Value::Text(reference.to_string())]);
    }
    if let Some(customer) = filter.customer {
        stmt.push(" AND customer = ?", [Value::Id(customer.uuid())]);
    }
    match filter.assigned {
        Assigned::Any => {}
        Assigned::Nobody => {
            stmt.push(" AND agent IS NULL", []);
        }
        Assigned::To(agent) => {
            stmt.push(" AND agent = ?", [Value::Id(agent.uuid())]);
        }
    }
    let text = |text: &str| Value::Text(text.to_owned());
    let mut statuses = &filter.statuses;
    let every = StatusName::ALL.into();
    if filter.deadline_before.is_some() && statuses.is_empty() {
        // The index of deadlines is one of each status.
        statuses = &every;
    }
    let column = match (dialect, filter.assigned) {
        // What nobody has is few, and an index by itself: SQLite takes that of all statuses unless told.
        (Dialect::Sqlite, Assigned::Nobody) => " AND +status",
        _ => " AND status",
    };
    one_of(stmt, column, statuses, |s| text(s.name()));
    one_of(stmt, " AND kind", &filter.kinds, |k| text(k.name()));
    one_of(stmt, " AND priority", &filter.priorities, |p| {
        Value::Int(*p as i64)
    });
    one_of(stmt, " AND service", &filter.services, |s| text(s.as_str()));
    one_of(stmt, " AND queue", &filter.queues, |q| text(q.as_str()));
    one_of(stmt, " AND channel", &filter.channels, |c| text(c.name()));
    for (field, wanted) in &filter.choices {
        if !wanted.is_empty() {
            let [kind, choice] = dialect.field_parts(field);
            stmt.push(" AND ", [])
                .push(kind.0, [kind.1])
                .push(" = 'choice' AND ", [])
                .push(choice.0, [choice.1]);
            one_of(stmt, "", wanted, |choice| text(choice.as_str()));
        }
    }
    if let Some(from) = filter.received_from {
        stmt.push(" AND received_at >= ?", [Value::instant(from)]);
    }
    if let Some(before) = filter.received_before {
        stmt.push(" AND received_at < ?", [Value::instant(before)]);
    }
    if let Some(before) = filter.deadline_before {
        let micros = Value::Int(before.timestamp_micros());
        stmt.push(" AND deadline < ?", [Value::instant(before)])
            .push(" AND deadline_order < ?", [micros]);
    }
}

fn visible(stmt: &mut Stmt, visible: &Visible) {
    match visible {
        Visible::All => {}
        Visible::Customer(customer) => {
            stmt.push(" AND customer = ?", [Value::Id(customer.uuid())]);
        }
        Visible::Agent { agent, queues } => {
            stmt.push(" AND (agent = ?", [Value::Id(agent.uuid())]);
            one_of(stmt, " OR queue", queues, |q| {
                Value::Text(q.as_str().to_owned())
            });
            stmt.push(")", []);
        }
        Visible::Nothing => {
            stmt.push(" AND 1 = 0", []);
        }
    }
}

/// Nothing where nothing is asked for.
fn one_of<T: Ord>(
    stmt: &mut Stmt,
    column: &'static str,
    wanted: &BTreeSet<T>,
    value: impl Fn(&T) -> Value,
) {
    if let Some(only) = wanted.first().filter(|_| wanted.len() == 1) {
        stmt.push(column, []).push(" = ?", [value(only)]);
    } else if !wanted.is_empty() {
        stmt.push(column, []).push(" IN ", []);
        stmt.push_list(wanted.iter().map(value));
    }
}

#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests {
    use crcore::ticket::Channel;

    use super::*;
    use crate::sql::migrate;

    /// What SQLite would do, one line a step.
    fn plan(stmt: &Stmt) -> String {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        database
            .execute_batch(&migrate::step(Dialect::Sqlite, 0))
            .unwrap();
        let mut explain = database
            .prepare(&format!("EXPLAIN QUERY PLAN {}", stmt.text))
            .unwrap();
        let steps = explain
            .query_map(rusqlite::params_from_iter(&stmt.values), |row| {
                row.get::<_, String>(3)
            })
            .unwrap();
        steps.collect::<Result<Vec<_>, _>>().unwrap().join("\n")
    }

    #[test]
    fn pages_are_read_from_an_index_in_order() {
        use crcore::ticket::StatusName::Open;
        let tenant = Value::Text("bank".into());
        let any = TicketFilter::default;
        let code = |text: &str| [text.parse().unwrap()].into();
        let id = uuid::Uuid::from_u128(1);
        for (filter, sort, index) in [
            (any(), Sort::Newest, "received"),
            (any(), Sort::Oldest, "received"),
            (any(), Sort::Updated, "updated"),
            (
                TicketFilter {
                    channels: [Channel::Counter].into(),
                    choices: [("branch".parse().unwrap(), code("main"))].into(),
                    received_from: chrono::DateTime::from_timestamp(0, 0),
                    ..any()
                },
                Sort::Newest,
                "channel",
            ),
            (
                TicketFilter {
                    statuses: [Open].into(),
                    ..any()
                },
                Sort::Deadline,
                "status",
            ),
            (
                TicketFilter {
                    statuses: [Open].into(),
                    queues: code("cards"),
                    ..any()
                },
                Sort::Urgency,
                "queue",
            ),
            (
                TicketFilter {
                    statuses: [Open].into(),
                    services: code("cards"),
                    ..any()
                },
                Sort::Newest,
                "service",
            ),
            (
                TicketFilter {
                    customer: Some(id.into()),
                    ..any()
                },
                Sort::Newest,
                "customer",
            ),
            (
                TicketFilter {
                    assigned: Assigned::To(id.into()),
                    statuses: [Open].into(),
                    ..any()
                },
                Sort::Urgency,
                "agent",
            ),
        ] {
            let paging = Paging {
                sort,
                after: Some(Cursor { key: 5, id }),
                ..Paging::default()
            };
            let plan = plan(&select(Dialect::Sqlite, &tenant, &filter, &paging));
            assert!(
                plan.contains(&format!("crcore_ticket_{index} ")) && !plan.contains("TEMP B-TREE"),
                "{index}: {plan}"
            );
        }
    }

    #[test]
    fn whose_it_is_comes_before_the_order_of_a_page() {
        use crcore::ticket::StatusName::{New, Open};
        let tenant = Value::Text("bank".into());
        let id = uuid::Uuid::from_u128(1);
        let own = TicketFilter {
            visible: Visible::Customer(id.into()),
            statuses: [New, Open].into(),
            ..TicketFilter::default()
        };
        let served = TicketFilter {
            visible: Visible::Agent {
                agent: id.into(),
                queues: ["cards".parse().unwrap(), "loans".parse().unwrap()].into(),
            },
            statuses: [New, Open].into(),
            ..TicketFilter::default()
        };
        let latest = Paging {
            sort: Sort::Updated,
            ..Paging::default()
        };
        let page = plan(&select(Dialect::Sqlite, &tenant, &own, &latest));
        assert!(page.contains("crcore_ticket_customer "), "{page}");
        let counted = plan(&count(Dialect::Sqlite, &tenant, &own));
        assert!(counted.contains("crcore_ticket_customer "), "{counted}");
        let counted = plan(&count(Dialect::Sqlite, &tenant, &served));
        assert!(
            counted.contains("crcore_ticket_agent ")
                && counted.contains("COVERING INDEX crcore_ticket_queue "),
            "{counted}"
        );
        let urgent = TicketFilter {
            priorities: [crcore::ticket::Priority::Urgent].into(),
            ..served.clone()
        };
        let counted = plan(&count(Dialect::Sqlite, &tenant, &urgent));
        let covered = [
            "COVERING INDEX crcore_ticket_queue ",
            "COVERING INDEX crcore_ticket_agent ",
        ];
        assert!(
            covered.iter().all(|index| counted.contains(index)),
            "{counted}"
        );
        let unassigned = TicketFilter {
            assigned: Assigned::Nobody,
            ..served.clone()
        };
        let counted = plan(&count(Dialect::Sqlite, &tenant, &unassigned));
        assert!(
            counted.contains("crcore_ticket_waiting ") && !counted.contains("UNION ALL"),
            "{counted}"
        );
        let late = TicketFilter {
            deadline_before: chrono::DateTime::from_timestamp(0, 0),
            ..TicketFilter::default()
        };
        let counted = plan(&count(Dialect::Sqlite, &tenant, &late));
        let by_deadline = "crcore_ticket_status (tenant=? AND status=? AND deadline_order<?)";
        assert!(counted.contains(by_deadline), "{counted}");
    }

    #[test]
    fn what_belongs_to_a_ticket_is_found_by_it() {
        for table in ["crcore_words", "crcore_notice"] {
            let text = format!("SELECT * FROM {table} WHERE tenant = ? AND ticket = ?");
            let of_ticket = Stmt::new(
                text.leak(),
                [Value::Text("bank".into()), Value::Id(uuid::Uuid::nil())],
            );
            let found = plan(&of_ticket);
            assert!(found.contains(&format!("{table}_ticket ")), "{found}");
        }
    }

    #[test]
    fn several_statuses_are_read_from_an_index_in_order_each() {
        use crcore::ticket::StatusName::{New, Open};
        let filter = TicketFilter {
            statuses: [New, Open].into(),
            queues: ["cards", "loans"]
                .map(|queue| queue.parse().unwrap())
                .into(),
            ..TicketFilter::default()
        };
        let paging = Paging {
            sort: Sort::Urgency,
            ..Paging::default()
        };
        let plan = plan(&select(
            Dialect::Sqlite,
            &Value::Text("bank".into()),
            &filter,
            &paging,
        ));
        let ordered = "crcore_ticket_queue (tenant=? AND queue=? AND status=?)";
        assert_eq!(plan.matches(ordered).count(), 4, "{plan}");
        // The one sort is that of the four small pages.
        assert_eq!(plan.matches("TEMP B-TREE").count(), 1, "{plan}");
    }
}

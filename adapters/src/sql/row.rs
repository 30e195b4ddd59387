//! Nouns to columns and back, once per noun.

use crcore::notify::NoticeState;
use crcore::store::{Answer, Changes, Head, RecordChange, Revised, RulesVersion, Sort};
use crcore::{Agent, Customer, Event, Notice, StoreError, StoreResult, Ticket, Words};

use super::Tenant;
use super::driver::Dialect;
use super::value::{Row, Stmt, Value};

/// A noun with a version: what was there, and the row that takes its place.
#[derive(Debug)]
pub(crate) struct Versioned {
    /// 0 where it is new.
    pub(crate) from: i64,
    pub(crate) id: uuid::Uuid,
    /// Its columns in the order of the table, from `tenant` and `id` on.
    pub(crate) row: Vec<Value>,
}

fn versioned<T>(
    revised: &[Revised<T>],
    id: impl Fn(&T) -> uuid::Uuid,
    row: impl Fn(&T) -> StoreResult<Vec<Value>>,
) -> StoreResult<Vec<Versioned>> {
    let mut all = revised
        .iter()
        .map(|revised| {
            Ok(Versioned {
                from: i64::try_from(revised.from).unwrap_or(i64::MAX),
                id: id(&revised.value),
                row: row(&revised.value)?,
            })
        })
        .collect::<StoreResult<Vec<_>>>()?;
    // Rows are locked in the order of their ids, so that two writers never wait for each other.
    all.sort_by_key(|versioned| versioned.id);
    Ok(all)
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

pub(crate) fn tenant(tenant: &Tenant) -> Value {
    text(tenant.as_str())
}

pub(crate) fn tickets(owner: &Tenant, changes: &Changes) -> StoreResult<Vec<Versioned>> {
    versioned(&changes.tickets, |t| t.id.uuid(), |t| ticket(owner, t))
}

fn ticket(owner: &Tenant, ticket: &Ticket) -> StoreResult<Vec<Value>> {
    let agent = ticket.assignment.map(|a| a.agent.uuid());
    Ok(vec![
        tenant(owner),
        Value::Id(ticket.id.uuid()),
        Value::count(ticket.version),
        text(ticket.reference.to_string()),
        text(ticket.kind.name()),
        text(ticket.status.name().name()),
        Value::Int(ticket.priority as i64),
        text(ticket.service.as_str()),
        text(ticket.queue.as_str()),
        text(ticket.channel.name()),
        Value::Id(ticket.customer.uuid()),
        Value::or_null(agent, Value::Id),
        Value::instant(ticket.received_at),
        Value::instant(ticket.updated_at),
        Value::or_null(ticket.deadline(), Value::instant),
        Value::Int(Sort::Deadline.key(ticket)),
        Value::Int(Sort::urgency(ticket)),
        Value::or_null(ticket.next_due(), Value::instant),
        Value::json(ticket, "a ticket")?,
    ])
}

/// Without position and hash: those come when it is numbered.
pub(crate) fn event(owner: &Tenant, event: &Event) -> StoreResult<Vec<Value>> {
    let body = event
        .to_text()
        .map_err(|_| StoreError::corrupt("an event, which cannot be written as JSON"))?;
    Ok(vec![
        tenant(owner),
        Value::Id(event.ticket.uuid()),
        Value::count(event.seq),
        Value::Id(event.id.uuid()),
        Value::instant(event.at),
        Value::Null,
        Value::Null,
        Value::Text(body),
    ])
}

pub(crate) fn words(owner: &Tenant, words: &Words) -> Vec<Value> {
    vec![
        tenant(owner),
        Value::Id(words.id.uuid()),
        Value::Id(words.ticket.uuid()),
        text(&words.salt),
        text(&words.text),
        Value::or_null(words.blob, |blob| Value::Bytes(blob.bytes().to_vec())),
    ]
}

pub(crate) fn agents(owner: &Tenant, changes: &Changes) -> StoreResult<Vec<Versioned>> {
    versioned(&changes.agents, |a| a.id.uuid(), |a| agent(owner, a))
}

fn agent(owner: &Tenant, agent: &Agent) -> StoreResult<Vec<Value>> {
    Ok(vec![
        tenant(owner),
        Value::Id(agent.id.uuid()),
        Value::count(agent.version),
        text(&agent.name),
        text(agent.role.name()),
        Value::Flag(agent.available),
        Value::json(agent, "an agent")?,
    ])
}

pub(crate) fn customers(owner: &Tenant, changes: &Changes) -> StoreResult<Vec<Versioned>> {
    versioned(&changes.customers, |c| c.id.uuid(), |c| customer(owner, c))
}

fn customer(owner: &Tenant, customer: &Customer) -> StoreResult<Vec<Value>> {
    Ok(vec![
        tenant(owner),
        Value::Id(customer.id.uuid()),
        Value::count(customer.version),
        Value::json(customer, "a customer")?,
    ])
}

pub(crate) fn notices(owner: &Tenant, changes: &Changes) -> StoreResult<Vec<Versioned>> {
    versioned(&changes.notices, |n| n.id.uuid(), |n| notice(owner, n))
}

fn notice(owner: &Tenant, notice: &Notice) -> StoreResult<Vec<Value>> {
    Ok(vec![
        tenant(owner),
        Value::Id(notice.id.uuid()),
        Value::count(notice.version),
        Value::Id(notice.ticket.uuid()),
        text(state(&notice.state)),
        Value::or_null(notice.due_at(), Value::instant),
        Value::instant(notice.created_at),
        Value::json(notice, "a notice")?,
    ])
}

fn state(state: &NoticeState) -> &'static str {
    match state {
        NoticeState::Owed { .. } => "owed",
        NoticeState::Leased { .. } => "leased",
        NoticeState::Delivered { .. } => "delivered",
        NoticeState::Dead { .. } => "dead",
        NoticeState::Withdrawn { .. } => "withdrawn",
    }
}

pub(crate) fn rules(owner: &Tenant, rules: &RulesVersion) -> Vec<Value> {
    vec![
        tenant(owner),
        text(&rules.version),
        text(&rules.text),
        Value::instant(rules.since),
    ]
}

pub(crate) fn answer(owner: &Tenant, answer: &Answer) -> Vec<Value> {
    vec![
        tenant(owner),
        text(&answer.principal),
        text(&answer.key),
        text(&answer.body),
        text(&answer.outcome),
        Value::instant(answer.given_at),
        Value::instant(answer.expires_at),
    ]
}

/// The version it was read at stands where the table has its version, and is absent where it does not
/// matter; its text is absent where it goes.
pub(crate) fn record(owner: &Tenant, change: &RecordChange) -> Vec<Value> {
    let expires_at = change.to.as_ref().and_then(|body| body.expires_at);
    vec![
        tenant(owner),
        text(&change.shelf),
        text(&change.key),
        Value::or_null(change.from, Value::count),
        Value::or_null(change.to.as_ref(), |body| text(&body.text)),
        Value::or_null(expires_at, Value::instant),
    ]
}

/// Finds how far the tenant's feed goes.
pub(crate) fn head_statement(tenant: Value) -> Stmt {
    Stmt::new(
        "SELECT position, hash FROM crcore_head WHERE tenant = ?",
        [tenant],
    )
}

/// What [`head_statement`] found.
pub(crate) fn head(rows: &[Row]) -> StoreResult<Head> {
    let Some(row) = rows.first() else {
        return Err(StoreError::corrupt("the tenant's row in crcore_head"));
    };
    Ok(Head {
        position: row.count(0)?,
        hash: row.hash(1)?.into(),
    })
}

#[cfg(any(feature = "sqlite", feature = "mysql"))]
pub(crate) fn head_update(tenant: Value, head: Head) -> Stmt {
    Stmt::new(
        "UPDATE crcore_head SET position = ?, hash = ? WHERE tenant = ?",
        [
            Value::count(head.position),
            Value::Bytes(head.hash.bytes().to_vec()),
            tenant,
        ],
    )
}

/// The row that [`head_update`] changes, if it is not there yet.
pub(crate) fn head_insert(tenant: Value, dialect: Dialect) -> Stmt {
    let mut stmt = Stmt::new(
        "INSERT INTO crcore_head (tenant, position, hash) VALUES ",
        [],
    );
    let start = Value::Bytes(Head::EMPTY.hash.bytes().to_vec());
    stmt.push_list([tenant, Value::Int(0), start])
        .push(dialect.or_nothing(), []);
    stmt
}

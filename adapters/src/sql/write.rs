//! One change set written statement by statement, within a transaction that is somebody else's.

use std::collections::BTreeMap;

use crcore::store::{Head, LoadChange};
use crcore::{Agent, AgentId, Changes, Pool, StoreError, StoreResult};

use super::Tenant;
use super::driver::Conn;
use super::row::{self, Versioned};
use super::value::{Stmt, Value, insert};

/// A change set as rows: made where the caller runs, so that who writes has only to write.
#[derive(Debug)]
pub(crate) struct Prepared {
    tenant: Value,
    tickets: Vec<Versioned>,
    events: Vec<Vec<Value>>,
    words: Vec<Vec<Value>>,
    agents: Vec<AgentRow>,
    loads: Vec<LoadChange>,
    marks: Vec<(Value, Value)>,
    unmarks: Vec<(Value, Value)>,
    customers: Vec<Versioned>,
    forgotten: Vec<Value>,
    notices: Vec<Versioned>,
    erased_tickets: Vec<Value>,
    erased_pieces: Vec<Value>,
    rules: Vec<Vec<Value>>,
    answers: Vec<Vec<Value>>,
    records: Vec<Vec<Value>>,
}

#[derive(Debug)]
struct AgentRow {
    agent: Versioned,
    queues: Vec<Vec<Value>>,
    capacity: BTreeMap<Pool, u32>,
}

/// How a noun with a version is written.
struct Table {
    insert: &'static str,
    update: &'static str,
    noun: &'static str,
}

const TICKET: Table = Table {
    insert: "INSERT INTO crcore_ticket (tenant, id, version, reference, kind, status, priority, \
             service, queue, channel, customer, agent, received_at, updated_at, deadline, \
             deadline_order, urgency, next_due, doc) VALUES ",
    update: "UPDATE crcore_ticket SET version = ?, reference = ?, kind = ?, status = ?, \
             priority = ?, service = ?, queue = ?, channel = ?, customer = ?, agent = ?, \
             received_at = ?, updated_at = ?, deadline = ?, deadline_order = ?, urgency = ?, \
             next_due = ?, doc = ? WHERE tenant = ? AND id = ? AND version = ?",
    noun: "ticket",
};
const AGENT: Table = Table {
    insert: "INSERT INTO crcore_agent (tenant, id, version, name, role, available, doc) VALUES ",
    update: "UPDATE crcore_agent SET version = ?, name = ?, role = ?, available = ?, doc = ? \
             WHERE tenant = ? AND id = ? AND version = ?",
    noun: "agent",
};
const CUSTOMER: Table = Table {
    insert: "INSERT INTO crcore_customer (tenant, id, version, doc) VALUES ",
    update: "UPDATE crcore_customer SET version = ?, doc = ? \
             WHERE tenant = ? AND id = ? AND version = ?",
    noun: "customer",
};
const NOTICE: Table = Table {
    insert: "INSERT INTO crcore_notice (tenant, id, version, ticket, state, due_at, created_at, \
             doc) VALUES ",
    update: "UPDATE crcore_notice SET version = ?, ticket = ?, state = ?, due_at = ?, \
             created_at = ?, doc = ? WHERE tenant = ? AND id = ? AND version = ?",
    noun: "notice",
};
const WORDS: &str = "INSERT INTO crcore_words (tenant, id, ticket, salt, body, blob_id) VALUES ";
const EVENT: &str =
    "INSERT INTO crcore_event (tenant, ticket, seq, id, at, position, hash, body) VALUES ";
const AGENT_QUEUE: &str = "INSERT INTO crcore_agent_queue (tenant, queue, agent) VALUES ";
const LOAD: &str =
    "INSERT INTO crcore_load (tenant, agent, pool, units, capacity, last_assigned) VALUES ";
const RULES: &str = "INSERT INTO crcore_rules (tenant, version, body, since) VALUES ";
const ANSWER: &str = "INSERT INTO crcore_answer (tenant, principal, answer_key, body, outcome, \
                      given_at, expires_at) VALUES ";
const RECORD: &str =
    "INSERT INTO crcore_record (tenant, shelf, record_key, version, body, expires_at) VALUES ";
const RECORD_UPDATE: &str = "UPDATE crcore_record SET version = version + 1, body = ?, \
                             expires_at = ? WHERE tenant = ? AND shelf = ? AND record_key = ?";
const RECORD_REMOVE: &str =
    "DELETE FROM crcore_record WHERE tenant = ? AND shelf = ? AND record_key = ?";
const RECORD_VERSION: &str =
    "SELECT version FROM crcore_record WHERE tenant = ? AND shelf = ? AND record_key = ?";

impl Prepared {
    pub(crate) fn new(owner: &Tenant, changes: &Changes) -> StoreResult<Self> {
        changes.writable()?;
        let mut loads = changes.loads.clone();
        loads.sort_by_key(|load| (load.agent, load.pool));
        let mut records: Vec<_> = changes.records.iter().collect();
        records.sort_by_key(|record| (&record.shelf, &record.key));
        let mark = |mark: &crcore::store::QueueMark| {
            (
                Value::Text(mark.queue.as_str().into()),
                Value::instant(mark.at),
            )
        };
        let mut marks: Vec<_> = changes.marks.iter().collect();
        marks.sort_by_key(|mark| &mark.queue);
        Ok(Self {
            tenant: row::tenant(owner),
            tickets: row::tickets(owner, changes)?,
            events: changes
                .events
                .iter()
                .map(|event| row::event(owner, event))
                .collect::<StoreResult<_>>()?,
            words: changes.words.iter().map(|w| row::words(owner, w)).collect(),
            agents: agents(owner, changes)?,
            loads,
            marks: marks.into_iter().map(mark).collect(),
            unmarks: changes.unmarks.iter().map(mark).collect(),
            customers: row::customers(owner, changes)?,
            forgotten: changes
                .forgotten
                .iter()
                .map(|id| Value::Id(id.uuid()))
                .collect(),
            notices: row::notices(owner, changes)?,
            erased_tickets: changes
                .erased
                .iter()
                .map(|erasure| Value::Id(erasure.ticket.uuid()))
                .collect(),
            erased_pieces: changes
                .erased
                .iter()
                .flat_map(|erasure| &erasure.pieces)
                .map(|id| Value::Id(id.uuid()))
                .collect(),
            rules: changes.rules.iter().map(|r| row::rules(owner, r)).collect(),
            answers: changes
                .answers
                .iter()
                .map(|a| row::answer(owner, a))
                .collect(),
            records: records.into_iter().map(|r| row::record(owner, r)).collect(),
        })
    }

    #[cfg(feature = "sqlite")]
    pub(crate) fn tenant(&self) -> &Value {
        &self.tenant
    }

    #[cfg(feature = "sqlite")]
    pub(crate) fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// Whether words or a customer's record go.
    #[cfg(feature = "sqlite")]
    pub(crate) fn erases(&self) -> bool {
        !(self.erased_tickets.is_empty()
            && self.erased_pieces.is_empty()
            && self.forgotten.is_empty())
    }

    /// Writes it. After an error, what was written so far has to be rolled back. Events get their
    /// positions from `head`, where there is one.
    pub(crate) async fn apply<C: Conn>(
        &mut self,
        conn: &mut C,
        head: Option<&mut Head>,
    ) -> StoreResult<()> {
        for ticket in &self.tickets {
            versioned(conn, &TICKET, ticket).await?;
        }
        for agent in &self.agents {
            self.agent(conn, agent).await?;
        }
        for customer in &self.customers {
            versioned(conn, &CUSTOMER, customer).await?;
        }
        for notice in &self.notices {
            versioned(conn, &NOTICE, notice).await?;
        }
        for load in &self.loads {
            self.load(conn, load).await?;
        }
        self.erase(conn).await?;
        conn.insert(WORDS, &self.words).await?;
        self.events(conn, head).await?;
        self.queues(conn).await?;
        for rules in &self.rules {
            let mut stmt = insert(RULES, std::slice::from_ref(rules));
            stmt.push(C::DIALECT.or_nothing(), []);
            conn.execute(stmt).await?;
        }
        for answer in &self.answers {
            self.answer(conn, answer).await?;
        }
        for record in &self.records {
            self.record(conn, record).await?;
        }
        Ok(())
    }

    async fn events<C: Conn>(&mut self, conn: &mut C, head: Option<&mut Head>) -> StoreResult<()> {
        if let Some(head) = head {
            for event in &mut self.events {
                if let [_, _, _, _, _, position, hash, Value::Text(body)] = event.as_mut_slice() {
                    head.position += 1;
                    head.hash = head.hash.then(head.position, body);
                    *position = Value::count(head.position);
                    *hash = Value::Bytes(head.hash.bytes().to_vec());
                }
            }
        }
        conn.insert(EVENT, &self.events).await
    }

    async fn agent<C: Conn>(&self, conn: &mut C, row: &AgentRow) -> StoreResult<()> {
        versioned(conn, &AGENT, &row.agent).await?;
        let id = || Value::Id(row.agent.id);
        if row.agent.from > 0 {
            conn.execute(Stmt::new(
                "DELETE FROM crcore_agent_queue WHERE tenant = ? AND agent = ?",
                [self.tenant.clone(), id()],
            ))
            .await?;
        }
        conn.insert(AGENT_QUEUE, &row.queues).await?;
        for pool in Pool::ALL {
            let capacity = row.capacity.get(&pool).copied();
            let update = Stmt::new(
                "UPDATE crcore_load SET capacity = ? WHERE tenant = ? AND agent = ? AND pool = ?",
                [
                    Value::Int(capacity.unwrap_or(0).into()),
                    self.tenant.clone(),
                    id(),
                    Value::Text(pool.name().into()),
                ],
            );
            // Made here, so that the first to give them work do not meet over who makes it.
            if conn.execute(update).await? == 0
                && let Some(capacity) = capacity
            {
                let mut unused = Stmt::new(LOAD, []);
                unused
                    .push_list([
                        self.tenant.clone(),
                        id(),
                        Value::Text(pool.name().into()),
                        Value::Int(0),
                        Value::Int(capacity.into()),
                        Value::Null,
                    ])
                    .push(C::DIALECT.or_nothing(), []);
                conn.execute(unused).await?;
            }
        }
        Ok(())
    }

    async fn load<C: Conn>(&self, conn: &mut C, load: &LoadChange) -> StoreResult<()> {
        let place = || {
            [
                self.tenant.clone(),
                Value::Id(load.agent.uuid()),
                Value::Text(load.pool.name().into()),
            ]
        };
        let units = || Value::Int(load.units);
        let mut add = Stmt::new(
            "UPDATE crcore_load SET last_assigned = COALESCE(?, last_assigned), \
             units = CASE WHEN units + ? > 0 THEN units + ? ELSE 0 END \
             WHERE tenant = ? AND agent = ? AND pool = ?",
            [
                Value::or_null(load.assigned_at, Value::instant),
                units(),
                units(),
            ]
            .into_iter()
            .chain(place()),
        );
        let guarded = load.enforce && load.units > 0;
        if guarded {
            add.push(" AND units + ? <= capacity", [units()]);
        }
        if conn.execute(add.clone()).await? > 0 {
            return Ok(());
        }
        // There is no room, or there is no load yet. Two who make it at once make one.
        let capacity = self.stored_capacity(conn, load).await?;
        let mut row = place().to_vec();
        row.extend([Value::Int(0), Value::Int(capacity.into()), Value::Null]);
        let mut first = insert(LOAD, &[row]);
        first.push(C::DIALECT.or_nothing(), []);
        conn.execute(first).await?;
        if conn.execute(add).await? == 0 {
            return Err(full(load));
        }
        Ok(())
    }

    async fn stored_capacity<C: Conn>(&self, conn: &mut C, load: &LoadChange) -> StoreResult<u32> {
        let mut stored = Stmt::new(
            "SELECT doc FROM crcore_agent WHERE tenant = ? AND id = ?",
            [self.tenant.clone(), Value::Id(load.agent.uuid())],
        );
        stored.push(C::DIALECT.for_update(), []);
        let rows = conn.fetch(stored).await?;
        let Some(row) = rows.first() else {
            return Ok(0);
        };
        let agent: Agent = row.doc(0)?;
        Ok(agent.capacity.get(&load.pool).copied().unwrap_or(0))
    }

    async fn erase<C: Conn>(&self, conn: &mut C) -> StoreResult<()> {
        for ticket in &self.erased_tickets {
            conn.execute(Stmt::new(
                "DELETE FROM crcore_words WHERE tenant = ? AND ticket = ?",
                [self.tenant.clone(), ticket.clone()],
            ))
            .await?;
        }
        for piece in &self.erased_pieces {
            conn.execute(Stmt::new(
                "DELETE FROM crcore_words WHERE tenant = ? AND id = ?",
                [self.tenant.clone(), piece.clone()],
            ))
            .await?;
        }
        for customer in &self.forgotten {
            conn.execute(Stmt::new(
                "DELETE FROM crcore_customer WHERE tenant = ? AND id = ?",
                [self.tenant.clone(), customer.clone()],
            ))
            .await?;
        }
        Ok(())
    }

    async fn queues<C: Conn>(&self, conn: &mut C) -> StoreResult<()> {
        for (queue, at) in &self.unmarks {
            conn.execute(Stmt::new(
                "DELETE FROM crcore_queue_mark WHERE tenant = ? AND queue = ? AND at <= ?",
                [self.tenant.clone(), queue.clone(), at.clone()],
            ))
            .await?;
        }
        for (queue, at) in &self.marks {
            let later = Stmt::new(
                "UPDATE crcore_queue_mark SET at = ? WHERE tenant = ? AND queue = ? AND at < ?",
                [at.clone(), self.tenant.clone(), queue.clone(), at.clone()],
            );
            if conn.execute(later).await? == 0 {
                let mut first = Stmt::new(
                    "INSERT INTO crcore_queue_mark (tenant, queue, at) VALUES ",
                    [],
                );
                first
                    .push_list([self.tenant.clone(), queue.clone(), at.clone()])
                    .push(C::DIALECT.or_nothing(), []);
                conn.execute(first).await?;
            }
        }
        Ok(())
    }

    async fn answer<C: Conn>(&self, conn: &mut C, answer: &Vec<Value>) -> StoreResult<()> {
        let row = std::slice::from_ref(answer);
        match conn.insert(ANSWER, row).await {
            Err(StoreError::Conflict { .. }) => {}
            result => return result,
        }
        let [tenant, principal, key, .., given_at, _] = answer.as_slice() else {
            return Err(StoreError::corrupt("an answer"));
        };
        conn.execute(Stmt::new(
            "DELETE FROM crcore_answer WHERE tenant = ? AND principal = ? AND answer_key = ? \
             AND expires_at <= ?",
            [
                tenant.clone(),
                principal.clone(),
                key.clone(),
                given_at.clone(),
            ],
        ))
        .await?;
        conn.insert(ANSWER, row).await
    }

    async fn record<C: Conn>(&self, conn: &mut C, record: &[Value]) -> StoreResult<()> {
        let [tenant, shelf, key, expected, body, expires_at] = record else {
            return Err(StoreError::corrupt("a record"));
        };
        let place = || [tenant.clone(), shelf.clone(), key.clone()];
        let first = |version: i64| {
            let content = [Value::Int(version), body.clone(), expires_at.clone()];
            place().into_iter().chain(content).collect::<Vec<_>>()
        };
        let goes = *body == Value::Null;
        if *expected == Value::Int(0) {
            if !goes {
                return conn.insert(RECORD, &[first(1)]).await;
            }
            let mut held = Stmt::new(RECORD_VERSION, place());
            held.push(C::DIALECT.for_update(), []);
            return match conn.fetch(held).await?.is_empty() {
                true => Ok(()),
                false => Err(moved(shelf)),
            };
        }
        let mut change = if goes {
            Stmt::new(RECORD_REMOVE, place())
        } else {
            let content = [body.clone(), expires_at.clone()];
            Stmt::new(RECORD_UPDATE, content.into_iter().chain(place()))
        };
        let any = *expected == Value::Null;
        if !any {
            change.push(" AND version = ?", [expected.clone()]);
        }
        match conn.execute(change.clone()).await? {
            0 if !any => Err(moved(shelf)),
            0 if !goes => {
                // Two who make it at once make one, and the later of them changes it.
                let mut made = insert(RECORD, &[first(0)]);
                made.push(C::DIALECT.or_nothing(), []);
                conn.execute(made).await?;
                conn.execute(change).await.map(|_| ())
            }
            _ => Ok(()),
        }
    }
}

fn moved(shelf: &Value) -> StoreError {
    let what = match shelf {
        Value::Text(shelf) => format!("a record of {shelf} is not at the version it was read at"),
        _ => "a record is not at the version it was read at".to_owned(),
    };
    StoreError::conflict(what)
}

fn agents(owner: &Tenant, changes: &Changes) -> StoreResult<Vec<AgentRow>> {
    let by_id: BTreeMap<AgentId, &Agent> = changes
        .agents
        .iter()
        .map(|revised| (revised.value.id, &revised.value))
        .collect();
    let rows = row::agents(owner, changes)?.into_iter();
    Ok(rows
        .filter_map(|row| {
            let agent = by_id.get(&row.id.into())?;
            Some(AgentRow {
                queues: agent
                    .queues
                    .iter()
                    .map(|queue| {
                        vec![
                            row::tenant(owner),
                            Value::Text(queue.as_str().into()),
                            Value::Id(row.id),
                        ]
                    })
                    .collect(),
                capacity: agent.capacity.clone(),
                agent: row,
            })
        })
        .collect())
}

fn full(load: &LoadChange) -> StoreError {
    StoreError::conflict(format!(
        "agent {} has no room for {} more in {}",
        load.agent,
        load.units,
        load.pool.name()
    ))
}

async fn versioned<C: Conn>(conn: &mut C, table: &Table, noun: &Versioned) -> StoreResult<()> {
    if noun.from == 0 {
        return conn
            .insert(table.insert, std::slice::from_ref(&noun.row))
            .await;
    }
    let (place, rest) = noun.row.split_at(2);
    let values = rest.iter().chain(place).cloned();
    let update = Stmt::new(table.update, values.chain([Value::Int(noun.from)]));
    if conn.execute(update).await? == 0 {
        return Err(StoreError::conflict(format!(
            "{} {} is not at version {}",
            table.noun, noun.id, noun.from
        )));
    }
    Ok(())
}

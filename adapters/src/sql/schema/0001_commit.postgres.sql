
-- What has landed and waits for a position.
CREATE INDEX crcore_event_landed ON crcore_event (tenant, at, ticket, seq) WHERE position IS NULL;

-- Writes a group of change sets in one round trip and answers with those it refused, and why. The
-- sets have no row in common. Rows are locked in the order of their ids, then every version and
-- every load is checked, then the sets that passed are written, table by table. What only a unique
-- index can tell (a reference, an event's place, an answer's key) raises: the caller then sends each
-- set on its own.
CREATE FUNCTION crcore_commit(of_tenant text, sets text)
RETURNS TABLE (refused integer, what text) LANGUAGE plpgsql AS $crcore$
#variable_conflict use_column
DECLARE
  p jsonb := sets::jsonb;
  bad integer[] := '{}';
  more integer[];
BEGIN
  IF p ? 'tickets' THEN
    SELECT array_agg(r.s) FILTER (WHERE t.version IS DISTINCT FROM r.expected) INTO more
    FROM jsonb_to_recordset(p->'tickets') AS r(s integer, expected bigint, id uuid)
    LEFT JOIN (
      SELECT id, version FROM crcore_ticket
      WHERE tenant = of_tenant
        AND id = ANY (SELECT x.id FROM jsonb_to_recordset(p->'tickets') AS x(id uuid))
      ORDER BY id FOR UPDATE
    ) AS t ON t.id = r.id;
    bad := bad || coalesce(more, '{}');
    RETURN QUERY SELECT s, 'a ticket is not at the version it was read at' FROM unnest(more) AS s;
  END IF;
  IF p ? 'agents' THEN
    SELECT array_agg(r.s) FILTER (WHERE t.version IS DISTINCT FROM nullif(r.expected, 0)) INTO more
    FROM jsonb_to_recordset(p->'agents') AS r(s integer, expected bigint, id uuid)
    LEFT JOIN (
      SELECT id, version FROM crcore_agent
      WHERE tenant = of_tenant
        AND id = ANY (SELECT x.id FROM jsonb_to_recordset(p->'agents') AS x(id uuid))
      ORDER BY id FOR UPDATE
    ) AS t ON t.id = r.id;
    bad := bad || coalesce(more, '{}');
    RETURN QUERY SELECT s, 'an agent is not at the version it was read at' FROM unnest(more) AS s;
  END IF;
  IF p ? 'customers' THEN
    SELECT array_agg(r.s) FILTER (WHERE t.version IS DISTINCT FROM nullif(r.expected, 0)) INTO more
    FROM jsonb_to_recordset(p->'customers') AS r(s integer, expected bigint, id uuid)
    LEFT JOIN (
      SELECT id, version FROM crcore_customer
      WHERE tenant = of_tenant
        AND id = ANY (SELECT x.id FROM jsonb_to_recordset(p->'customers') AS x(id uuid))
      ORDER BY id FOR UPDATE
    ) AS t ON t.id = r.id;
    bad := bad || coalesce(more, '{}');
    RETURN QUERY SELECT s, 'a customer is not at the version it was read at' FROM unnest(more) AS s;
  END IF;
  IF p ? 'notices' THEN
    SELECT array_agg(r.s) FILTER (WHERE t.version IS DISTINCT FROM r.expected) INTO more
    FROM jsonb_to_recordset(p->'notices') AS r(s integer, expected bigint, id uuid)
    LEFT JOIN (
      SELECT id, version FROM crcore_notice
      WHERE tenant = of_tenant
        AND id = ANY (SELECT x.id FROM jsonb_to_recordset(p->'notices') AS x(id uuid))
      ORDER BY id FOR UPDATE
    ) AS t ON t.id = r.id;
    bad := bad || coalesce(more, '{}');
    RETURN QUERY SELECT s, 'a notice is not at the version it was read at' FROM unnest(more) AS s;
  END IF;
  IF p ? 'records' THEN
    SELECT array_agg(r.s) FILTER (WHERE coalesce(t.version, 0) <> r.expected) INTO more
    FROM jsonb_to_recordset(p->'records') AS r(s integer, shelf text, record_key text, expected bigint)
    LEFT JOIN (
      SELECT shelf, record_key, version FROM crcore_record
      WHERE tenant = of_tenant AND (shelf, record_key) IN
        (SELECT x.shelf, x.record_key FROM jsonb_to_recordset(p->'records') AS x(shelf text, record_key text))
      ORDER BY shelf, record_key FOR UPDATE
    ) AS t ON t.shelf = r.shelf AND t.record_key = r.record_key;
    bad := bad || coalesce(more, '{}');
    RETURN QUERY SELECT s, 'a record is not at the version it was read at' FROM unnest(more) AS s;
  END IF;
  IF p ? 'loads' THEN
    -- The capacity is the one this set gives the agent, else the load's own, else the stored agent's.
    WITH load AS (
      SELECT agent, pool, units, capacity FROM crcore_load
      WHERE tenant = of_tenant AND agent = ANY
        (SELECT x.agent FROM jsonb_to_recordset(p->'loads') AS x(agent uuid))
      ORDER BY agent, pool FOR UPDATE
    )
    SELECT array_agg(r.s) INTO more
    FROM jsonb_to_recordset(p->'loads') AS r(s integer, agent uuid, pool text, units bigint, enforce boolean)
    LEFT JOIN load ON load.agent = r.agent AND load.pool = r.pool
    LEFT JOIN jsonb_to_recordset(coalesce(p->'agents', '[]')) AS n(s integer, id uuid, doc jsonb)
      ON n.s = r.s AND n.id = r.agent
    LEFT JOIN crcore_agent a ON a.tenant = of_tenant AND a.id = r.agent
    WHERE r.enforce AND r.units > 0 AND coalesce(load.units, 0) + r.units > CASE
        WHEN n.id IS NOT NULL THEN coalesce((n.doc->'capacity'->>r.pool)::bigint, 0)
        ELSE coalesce(load.capacity, (a.doc->'capacity'->>r.pool)::bigint, 0)
      END;
    bad := bad || coalesce(more, '{}');
    RETURN QUERY SELECT s, 'an agent has no room' FROM unnest(more) AS s;
  END IF;

  IF p ? 'new_tickets' THEN
    INSERT INTO crcore_ticket (tenant, id, version, reference, kind, status, priority, service, queue,
      channel, customer, agent, received_at, updated_at, deadline, deadline_order, urgency, next_due, doc)
    SELECT of_tenant, r.id, r.version, r.reference, r.kind, r.status, r.priority, r.service, r.queue,
      r.channel, r.customer, r.agent, r.received_at, r.updated_at, r.deadline, r.deadline_order,
      r.urgency, r.next_due, r.doc
    FROM jsonb_to_recordset(p->'new_tickets') AS r(s integer, id uuid, version bigint, reference text,
      kind text, status text, priority bigint, service text, queue text, channel text, customer uuid,
      agent uuid, received_at timestamptz, updated_at timestamptz, deadline timestamptz,
      deadline_order bigint, urgency bigint, next_due timestamptz, doc jsonb)
    WHERE r.s <> ALL (bad);
  END IF;
  IF p ? 'tickets' THEN
    UPDATE crcore_ticket t SET version = r.version, reference = r.reference, kind = r.kind,
      status = r.status, priority = r.priority, service = r.service, queue = r.queue,
      channel = r.channel, customer = r.customer, agent = r.agent, received_at = r.received_at,
      updated_at = r.updated_at, deadline = r.deadline, deadline_order = r.deadline_order,
      urgency = r.urgency, next_due = r.next_due, doc = r.doc
    FROM jsonb_to_recordset(p->'tickets') AS r(s integer, id uuid, version bigint, reference text,
      kind text, status text, priority bigint, service text, queue text, channel text, customer uuid,
      agent uuid, received_at timestamptz, updated_at timestamptz, deadline timestamptz,
      deadline_order bigint, urgency bigint, next_due timestamptz, doc jsonb)
    WHERE t.tenant = of_tenant AND t.id = r.id AND r.s <> ALL (bad);
  END IF;
  IF p ? 'agents' THEN
    INSERT INTO crcore_agent (tenant, id, version, name, role, available, doc)
    SELECT of_tenant, r.id, r.version, r.name, r.role, r.available, r.doc
    FROM jsonb_to_recordset(p->'agents') AS r(s integer, expected bigint, id uuid, version bigint,
      name text, role text, available boolean, doc jsonb)
    WHERE r.expected = 0 AND r.s <> ALL (bad);
    UPDATE crcore_agent a SET version = r.version, name = r.name, role = r.role,
      available = r.available, doc = r.doc
    FROM jsonb_to_recordset(p->'agents') AS r(s integer, expected bigint, id uuid, version bigint,
      name text, role text, available boolean, doc jsonb)
    WHERE a.tenant = of_tenant AND a.id = r.id AND r.expected > 0 AND r.s <> ALL (bad);
    DELETE FROM crcore_agent_queue q
    USING jsonb_to_recordset(p->'agents') AS r(s integer, id uuid)
    WHERE q.tenant = of_tenant AND q.agent = r.id AND r.s <> ALL (bad);
    INSERT INTO crcore_agent_queue (tenant, queue, agent)
    SELECT of_tenant, jsonb_array_elements_text(r.doc->'queues'), r.id
    FROM jsonb_to_recordset(p->'agents') AS r(s integer, id uuid, doc jsonb) WHERE r.s <> ALL (bad);
    UPDATE crcore_load l SET capacity = coalesce((r.doc->'capacity'->>l.pool)::bigint, 0)
    FROM jsonb_to_recordset(p->'agents') AS r(s integer, id uuid, doc jsonb)
    WHERE l.tenant = of_tenant AND l.agent = r.id AND r.s <> ALL (bad);
    -- Made here, so that the first to give them work do not meet over who makes it.
    INSERT INTO crcore_load (tenant, agent, pool, units, capacity)
    SELECT of_tenant, r.id, c.key, 0, c.value::bigint
    FROM jsonb_to_recordset(p->'agents') AS r(s integer, id uuid, doc jsonb),
      jsonb_each_text(r.doc->'capacity') AS c
    WHERE r.s <> ALL (bad) ORDER BY r.id, c.key
    ON CONFLICT DO NOTHING;
  END IF;
  IF p ? 'customers' THEN
    INSERT INTO crcore_customer (tenant, id, version, doc)
    SELECT of_tenant, r.id, r.version, r.doc
    FROM jsonb_to_recordset(p->'customers') AS r(s integer, expected bigint, id uuid, version bigint,
      doc jsonb)
    WHERE r.expected = 0 AND r.s <> ALL (bad);
    UPDATE crcore_customer c SET version = r.version, doc = r.doc
    FROM jsonb_to_recordset(p->'customers') AS r(s integer, expected bigint, id uuid, version bigint,
      doc jsonb)
    WHERE c.tenant = of_tenant AND c.id = r.id AND r.expected > 0 AND r.s <> ALL (bad);
  END IF;
  IF p ? 'new_notices' THEN
    INSERT INTO crcore_notice (tenant, id, version, ticket, state, due_at, created_at, doc)
    SELECT of_tenant, r.id, r.version, r.ticket, r.state, r.due_at, r.created_at, r.doc
    FROM jsonb_to_recordset(p->'new_notices') AS r(s integer, id uuid, version bigint, ticket uuid,
      state text, due_at timestamptz, created_at timestamptz, doc jsonb)
    WHERE r.s <> ALL (bad);
  END IF;
  IF p ? 'notices' THEN
    UPDATE crcore_notice n SET version = r.version, ticket = r.ticket, state = r.state,
      due_at = r.due_at, created_at = r.created_at, doc = r.doc
    FROM jsonb_to_recordset(p->'notices') AS r(s integer, id uuid, version bigint, ticket uuid,
      state text, due_at timestamptz, created_at timestamptz, doc jsonb)
    WHERE n.tenant = of_tenant AND n.id = r.id AND r.s <> ALL (bad);
  END IF;
  IF p ? 'loads' THEN
    WITH changed AS (
      UPDATE crcore_load l SET units = greatest(0, l.units + r.units),
        last_assigned = coalesce(r.assigned_at, l.last_assigned)
      FROM jsonb_to_recordset(p->'loads') AS r(s integer, agent uuid, pool text, units bigint,
        assigned_at timestamptz)
      WHERE l.tenant = of_tenant AND l.agent = r.agent AND l.pool = r.pool AND r.s <> ALL (bad)
      RETURNING l.agent, l.pool
    )
    INSERT INTO crcore_load (tenant, agent, pool, units, capacity, last_assigned)
    SELECT of_tenant, r.agent, r.pool, greatest(0, r.units),
      coalesce((a.doc->'capacity'->>r.pool)::bigint, 0), r.assigned_at
    FROM jsonb_to_recordset(p->'loads') AS r(s integer, agent uuid, pool text, units bigint,
      assigned_at timestamptz)
    LEFT JOIN crcore_agent a ON a.tenant = of_tenant AND a.id = r.agent
    WHERE r.s <> ALL (bad) AND (r.agent, r.pool) NOT IN (SELECT c.agent, c.pool FROM changed c);
  END IF;
  IF p ? 'erased' THEN
    DELETE FROM crcore_words w USING jsonb_to_recordset(p->'erased') AS r(s integer, ticket uuid)
    WHERE w.tenant = of_tenant AND w.ticket = r.ticket AND r.s <> ALL (bad);
  END IF;
  IF p ? 'pieces' THEN
    DELETE FROM crcore_words w USING jsonb_to_recordset(p->'pieces') AS r(s integer, id uuid)
    WHERE w.tenant = of_tenant AND w.id = r.id AND r.s <> ALL (bad);
  END IF;
  IF p ? 'forgotten' THEN
    DELETE FROM crcore_customer c USING jsonb_to_recordset(p->'forgotten') AS r(s integer, id uuid)
    WHERE c.tenant = of_tenant AND c.id = r.id AND r.s <> ALL (bad);
  END IF;
  IF p ? 'words' THEN
    INSERT INTO crcore_words (tenant, id, ticket, salt, body, blob_id)
    SELECT of_tenant, r.id, r.ticket, r.salt, r.body, decode(r.blob_id, 'hex')
    FROM jsonb_to_recordset(p->'words') AS r(s integer, id uuid, ticket uuid, salt text, body text,
      blob_id text)
    WHERE r.s <> ALL (bad);
  END IF;
  IF p ? 'events' THEN
    INSERT INTO crcore_event (tenant, ticket, seq, id, at, body)
    SELECT of_tenant, r.ticket, r.seq, r.id, r.at, r.body
    FROM jsonb_to_recordset(p->'events') AS r(s integer, ticket uuid, seq bigint, id uuid,
      at timestamptz, body text)
    WHERE r.s <> ALL (bad);
  END IF;
  IF p ? 'unmarks' THEN
    DELETE FROM crcore_queue_mark m
    USING jsonb_to_recordset(p->'unmarks') AS r(s integer, queue text, at timestamptz)
    WHERE m.tenant = of_tenant AND m.queue = r.queue AND m.at <= r.at AND r.s <> ALL (bad);
  END IF;
  IF p ? 'marks' THEN
    INSERT INTO crcore_queue_mark AS m (tenant, queue, at)
    SELECT of_tenant, r.queue, max(r.at)
    FROM jsonb_to_recordset(p->'marks') AS r(s integer, queue text, at timestamptz)
    WHERE r.s <> ALL (bad) GROUP BY r.queue ORDER BY r.queue
    ON CONFLICT (tenant, queue) DO UPDATE SET at = excluded.at WHERE m.at < excluded.at;
  END IF;
  IF p ? 'rules' THEN
    INSERT INTO crcore_rules (tenant, version, body, since)
    SELECT of_tenant, r.version, r.body, r.since
    FROM jsonb_to_recordset(p->'rules') AS r(s integer, version text, body text, since timestamptz)
    WHERE r.s <> ALL (bad) ORDER BY r.version
    ON CONFLICT DO NOTHING;
  END IF;
  IF p ? 'records' THEN
    -- One that somebody made meanwhile is not at the version it was read at.
    DELETE FROM crcore_record c
    USING jsonb_to_recordset(p->'records') AS r(s integer, shelf text, record_key text, expected bigint,
      body text)
    WHERE c.tenant = of_tenant AND c.shelf = r.shelf AND c.record_key = r.record_key
      AND r.body IS NULL AND c.version = coalesce(r.expected, c.version) AND r.s <> ALL (bad);
    INSERT INTO crcore_record (tenant, shelf, record_key, version, body, expires_at)
    SELECT of_tenant, r.shelf, r.record_key, 1, r.body, r.expires_at
    FROM jsonb_to_recordset(p->'records') AS r(s integer, shelf text, record_key text, expected bigint,
      body text, expires_at timestamptz)
    WHERE r.body IS NOT NULL AND r.expected = 0 AND r.s <> ALL (bad) ORDER BY r.shelf, r.record_key;
    INSERT INTO crcore_record AS c (tenant, shelf, record_key, version, body, expires_at)
    SELECT of_tenant, r.shelf, r.record_key, 1, r.body, r.expires_at
    FROM jsonb_to_recordset(p->'records') AS r(s integer, shelf text, record_key text, expected bigint,
      body text, expires_at timestamptz)
    WHERE r.body IS NOT NULL AND r.expected IS DISTINCT FROM 0 AND r.s <> ALL (bad)
    ORDER BY r.shelf, r.record_key
    ON CONFLICT (tenant, shelf, record_key) DO UPDATE
    SET version = c.version + 1, body = excluded.body, expires_at = excluded.expires_at;
  END IF;
  IF p ? 'answers' THEN
    DELETE FROM crcore_answer a
    USING jsonb_to_recordset(p->'answers') AS r(s integer, principal text, answer_key text,
      given_at timestamptz)
    WHERE a.tenant = of_tenant AND a.principal = r.principal AND a.answer_key = r.answer_key
      AND a.expires_at <= r.given_at AND r.s <> ALL (bad);
    INSERT INTO crcore_answer (tenant, principal, answer_key, body, outcome, given_at, expires_at)
    SELECT of_tenant, r.principal, r.answer_key, r.body, r.outcome, r.given_at, r.expires_at
    FROM jsonb_to_recordset(p->'answers') AS r(s integer, principal text, answer_key text, body text,
      outcome text, given_at timestamptz, expires_at timestamptz)
    WHERE r.s <> ALL (bad);
  END IF;
END
$crcore$;

-- Gives positions and hashes to at most so many events that have landed without; how many it were.
-- The lock on the head's row makes it one at a time. A ticket's events land in their order and are
-- never older than the one before, so this order keeps it.
CREATE FUNCTION crcore_number(of_tenant text, most integer) RETURNS integer LANGUAGE plpgsql AS $crcore$
#variable_conflict use_column
DECLARE
  last_position bigint;
  last_hash bytea;
  landed record;
  numbered integer := 0;
BEGIN
  IF NOT EXISTS (SELECT FROM crcore_event WHERE tenant = of_tenant AND position IS NULL) THEN
    RETURN 0;
  END IF;
  SELECT position, hash INTO last_position, last_hash FROM crcore_head
  WHERE tenant = of_tenant FOR UPDATE;
  IF NOT FOUND THEN
    RAISE 'crcore_head has no row for this tenant';
  END IF;
  FOR landed IN
    SELECT ticket, seq, body FROM crcore_event WHERE tenant = of_tenant AND position IS NULL
    ORDER BY at, ticket, seq LIMIT most
  LOOP
    last_position := last_position + 1;
    -- As crcore's `chain`: the hash before, the position in 8 bytes, the text.
    last_hash := sha256(last_hash || int8send(last_position) || convert_to(landed.body, 'UTF8'));
    UPDATE crcore_event SET position = last_position, hash = last_hash
    WHERE tenant = of_tenant AND ticket = landed.ticket AND seq = landed.seq;
    numbered := numbered + 1;
  END LOOP;
  IF numbered > 0 THEN
    UPDATE crcore_head SET position = last_position, hash = last_hash WHERE tenant = of_tenant;
  END IF;
  RETURN numbered;
END
$crcore$;

-- The desk, for every database: {id}, {instant}, {json}, {text}, {code}, {name}, {hash}, {int} and
-- {flag} become what a DBA of that database expects; {where ...} is an index's condition where the
-- database has such indexes. Never edited after a release: what comes later is the next file.

CREATE TABLE{once} crcore_ticket (
  tenant {code} NOT NULL,
  id {id} NOT NULL,
  version {int} NOT NULL,
  reference {code} NOT NULL,
  kind {code} NOT NULL,
  status {code} NOT NULL,
  priority {int} NOT NULL, -- 0 low, 1 normal, 2 high, 3 urgent
  service {code} NOT NULL,
  queue {code} NOT NULL,
  channel {code} NOT NULL,
  customer {id} NOT NULL,
  agent {id},
  received_at {instant} NOT NULL,
  updated_at {instant} NOT NULL,
  deadline {instant}, -- the nearest one that runs
  deadline_order {int} NOT NULL, -- microseconds of it since 1970, without one the greatest number
  urgency {int} NOT NULL, -- priority, then age: smaller is sooner
  next_due {instant}, -- when anything must happen to it
  doc {json} NOT NULL,
  PRIMARY KEY (tenant, id)
){table};
CREATE UNIQUE INDEX{once} crcore_ticket_reference ON crcore_ticket (tenant, reference);
CREATE INDEX{once} crcore_ticket_due ON crcore_ticket (tenant, next_due, id){where next_due IS NOT NULL};
-- What comes after the id in these two orders nothing: what a view filters by is counted without a look at the rows.
CREATE INDEX{once} crcore_ticket_queue ON crcore_ticket (tenant, queue, status, urgency, id, kind, priority, channel, agent);
CREATE INDEX{once} crcore_ticket_waiting ON crcore_ticket (tenant, queue, urgency, id){where agent IS NULL};
CREATE INDEX{once} crcore_ticket_service ON crcore_ticket (tenant, service, status, received_at, id);
CREATE INDEX{once} crcore_ticket_customer ON crcore_ticket (tenant, customer, received_at, id);
CREATE INDEX{once} crcore_ticket_agent ON crcore_ticket (tenant, agent, status, urgency, id, queue, kind, priority, channel){where agent IS NOT NULL};
CREATE INDEX{once} crcore_ticket_status ON crcore_ticket (tenant, status, deadline_order, id);
CREATE INDEX{once} crcore_ticket_channel ON crcore_ticket (tenant, channel, received_at, id);
CREATE INDEX{once} crcore_ticket_received ON crcore_ticket (tenant, received_at, id);
CREATE INDEX{once} crcore_ticket_updated ON crcore_ticket (tenant, updated_at, id);

CREATE TABLE{once} crcore_event (
  tenant {code} NOT NULL,
  ticket {id} NOT NULL,
  seq {int} NOT NULL,
  id {id} NOT NULL,
  at {instant} NOT NULL,
  position {int}, -- in the tenant's feed; absent until it is numbered
  hash {hash}, -- the chain up to here
  body {text} NOT NULL, -- the canonical text, verbatim: what the chain hashes
  PRIMARY KEY (tenant, ticket, seq)
){table};
CREATE UNIQUE INDEX{once} crcore_event_position ON crcore_event (tenant, position){where position IS NOT NULL};

CREATE TABLE{once} crcore_head (
  tenant {code} NOT NULL,
  position {int} NOT NULL,
  hash {hash} NOT NULL,
  PRIMARY KEY (tenant)
){table};

CREATE TABLE{once} crcore_words (
  tenant {code} NOT NULL,
  id {id} NOT NULL,
  ticket {id} NOT NULL,
  salt {code} NOT NULL,
  body {text} NOT NULL,
  blob_id {hash},
  PRIMARY KEY (tenant, id)
){table};
CREATE INDEX{once} crcore_words_ticket ON crcore_words (tenant, ticket);
CREATE INDEX{once} crcore_words_blob ON crcore_words (tenant, blob_id){where blob_id IS NOT NULL};

CREATE TABLE{once} crcore_agent (
  tenant {code} NOT NULL,
  id {id} NOT NULL,
  version {int} NOT NULL,
  name {text} NOT NULL,
  role {code} NOT NULL,
  available {flag} NOT NULL,
  doc {json} NOT NULL,
  PRIMARY KEY (tenant, id)
){table};

CREATE TABLE{once} crcore_agent_queue (
  tenant {code} NOT NULL,
  queue {code} NOT NULL,
  agent {id} NOT NULL,
  PRIMARY KEY (tenant, queue, agent)
){table};
CREATE INDEX{once} crcore_agent_queue_agent ON crcore_agent_queue (tenant, agent);

CREATE TABLE{once} crcore_load (
  tenant {code} NOT NULL,
  agent {id} NOT NULL,
  pool {code} NOT NULL,
  units {int} NOT NULL,
  capacity {int} NOT NULL,
  last_assigned {instant},
  PRIMARY KEY (tenant, agent, pool)
){table};

CREATE TABLE{once} crcore_queue_mark (
  tenant {code} NOT NULL,
  queue {code} NOT NULL,
  at {instant} NOT NULL,
  PRIMARY KEY (tenant, queue)
){table};

CREATE TABLE{once} crcore_customer (
  tenant {code} NOT NULL,
  id {id} NOT NULL,
  version {int} NOT NULL,
  doc {json} NOT NULL,
  PRIMARY KEY (tenant, id)
){table};

CREATE TABLE{once} crcore_notice (
  tenant {code} NOT NULL,
  id {id} NOT NULL,
  version {int} NOT NULL,
  ticket {id} NOT NULL,
  state {code} NOT NULL,
  due_at {instant}, -- when somebody has to look at it; absent once it is settled
  created_at {instant} NOT NULL,
  doc {json} NOT NULL,
  PRIMARY KEY (tenant, id)
){table};
CREATE INDEX{once} crcore_notice_due ON crcore_notice (tenant, due_at, id){where due_at IS NOT NULL};
CREATE INDEX{once} crcore_notice_ticket ON crcore_notice (tenant, ticket, id);
CREATE INDEX{once} crcore_notice_state ON crcore_notice (tenant, state, id);

CREATE TABLE{once} crcore_rules (
  tenant {code} NOT NULL,
  version {code} NOT NULL,
  body {text} NOT NULL,
  since {instant} NOT NULL,
  PRIMARY KEY (tenant, version)
){table};

CREATE TABLE{once} crcore_answer (
  tenant {code} NOT NULL,
  principal {name} NOT NULL,
  answer_key {name} NOT NULL,
  body {code} NOT NULL,
  outcome {text} NOT NULL,
  given_at {instant} NOT NULL,
  expires_at {instant} NOT NULL,
  PRIMARY KEY (tenant, principal, answer_key)
){table};
CREATE INDEX{once} crcore_answer_expires ON crcore_answer (tenant, expires_at);

CREATE TABLE{once} crcore_record (
  tenant {code} NOT NULL,
  shelf {code} NOT NULL,
  record_key {name} NOT NULL,
  version {int} NOT NULL,
  body {text} NOT NULL, -- JSON, as it was given
  expires_at {instant}, -- from when on it may be tidied away
  PRIMARY KEY (tenant, shelf, record_key)
){table};
CREATE INDEX{once} crcore_record_expires ON crcore_record (tenant, expires_at){where expires_at IS NOT NULL};


-- What the planner is to take a desk for: a bank's one tenant with a million tickets. Without it the planner
-- takes a tenant for some ten rows, and reads all of them where an index would do. `ANALYZE` puts what there is
-- in its place. Rows of the index, then rows for one value of its first column, of its first two, and so on.
ANALYZE crcore_migration;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('crcore_ticket', 'crcore_ticket', '1000000 1000000 1'),
  ('crcore_ticket', 'crcore_ticket_reference', '1000000 1000000 1'),
  ('crcore_ticket', 'crcore_ticket_due', '50000 50000 10 1'),
  ('crcore_ticket', 'crcore_ticket_queue', '1000000 1000000 100000 20000 2 1 1 1 1 1'),
  ('crcore_ticket', 'crcore_ticket_waiting', '10000 10000 1000 2 1'),
  ('crcore_ticket', 'crcore_ticket_service', '1000000 1000000 50000 10000 2 1'),
  ('crcore_ticket', 'crcore_ticket_customer', '1000000 1000000 10 2 1'),
  ('crcore_ticket', 'crcore_ticket_agent', '900000 900000 5000 1000 2 1 1 1 1 1'),
  ('crcore_ticket', 'crcore_ticket_status', '1000000 1000000 200000 2 1'),
  ('crcore_ticket', 'crcore_ticket_channel', '1000000 1000000 200000 2 1'),
  ('crcore_ticket', 'crcore_ticket_received', '1000000 1000000 2 1'),
  ('crcore_ticket', 'crcore_ticket_updated', '1000000 1000000 2 1'),
  ('crcore_event', 'crcore_event', '10000000 10000000 10 1'),
  ('crcore_event', 'crcore_event_position', '10000000 10000000 1'),
  ('crcore_words', 'crcore_words', '5000000 5000000 1'),
  ('crcore_words', 'crcore_words_ticket', '5000000 5000000 5'),
  ('crcore_words', 'crcore_words_blob', '100000 100000 1'),
  ('crcore_agent', 'crcore_agent', '1000 1000 1'),
  ('crcore_agent_queue', 'crcore_agent_queue', '5000 5000 100 1'),
  ('crcore_agent_queue', 'crcore_agent_queue_agent', '5000 5000 5'),
  ('crcore_load', 'crcore_load', '2000 2000 2 1'),
  ('crcore_customer', 'crcore_customer', '1000000 1000000 1'),
  ('crcore_notice', 'crcore_notice', '5000000 5000000 1'),
  ('crcore_notice', 'crcore_notice_due', '10000 10000 2 1'),
  ('crcore_notice', 'crcore_notice_ticket', '5000000 5000000 5 1'),
  ('crcore_notice', 'crcore_notice_state', '5000000 5000000 1000000 1'),
  ('crcore_answer', 'crcore_answer', '100000 100000 10 1'),
  ('crcore_answer', 'crcore_answer_expires', '100000 100000 2'),
  ('crcore_record', 'crcore_record', '100000 100000 5000 1'),
  ('crcore_record', 'crcore_record_expires', '100000 100000 2');
ANALYZE sqlite_schema;

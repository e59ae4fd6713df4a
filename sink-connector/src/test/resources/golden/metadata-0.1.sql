CREATE SCHEMA shop;
CREATE SCHEMA tablecast;
CREATE TABLE shop.bad (
    id bigint NOT NULL,
    code character varying(3),
    amount integer
);
CREATE TABLE shop.clients (
    id bigint NOT NULL,
    code text,
    amount integer,
    tablecast_deleted_at timestamp with time zone
);
CREATE TABLE shop.clients_deleted (
    id bigint,
    code text,
    amount integer,
    tablecast_deleted_at timestamp with time zone,
    tablecast_source_position text
);
COMMENT ON TABLE shop.clients_deleted IS 'Rows that were deleted at the source.';
CREATE TABLE shop.items__tc_7ebc7588e4 (
    id bigint NOT NULL,
    code text,
    amount integer
);
CREATE TABLE shop.log (
    id bigint NOT NULL,
    code text,
    amount integer
);
CREATE TABLE shop.orders (
    id bigint NOT NULL,
    label text,
    amount integer
);
CREATE TABLE shop.prices__tc_2a0d8f226d (
    id bigint NOT NULL,
    code text,
    amount integer
);
CREATE VIEW shop.prices AS
 SELECT prices__tc_2a0d8f226d.id,
    prices__tc_2a0d8f226d.code,
    prices__tc_2a0d8f226d.amount
   FROM shop.prices__tc_2a0d8f226d;
CREATE TABLE shop.prices__tc_83610cc4b1 (
    id bigint NOT NULL,
    code text,
    amount integer
);
CREATE TABLE shop.refused (
    id bigint NOT NULL,
    code character varying(3),
    amount integer
);
CREATE TABLE tablecast.record_error (
    id bigint NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    connector text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    table_schema text,
    table_name text,
    record_key text,
    column_name text,
    sqlstate text,
    message text NOT NULL
);
COMMENT ON TABLE tablecast.record_error IS 'Records that were put aside because the destination refused them.';
CREATE TABLE tablecast.table_state (
    table_schema text NOT NULL,
    table_name text NOT NULL,
    connector text NOT NULL,
    claimed_at timestamp with time zone DEFAULT now() NOT NULL,
    applied_at timestamp with time zone,
    source_time timestamp with time zone,
    rows_applied bigint DEFAULT 0 NOT NULL,
    known_columns text[] DEFAULT '{}'::text[] NOT NULL,
    snapshot_id text,
    snapshot_at timestamp with time zone,
    snapshot_rows bigint,
    storage_table text,
    previous_table text,
    load_snapshot_id text,
    load_pid integer,
    load_backend_start timestamp with time zone,
    incomplete text,
    required_columns text[] DEFAULT '{}'::text[] NOT NULL,
    lag_seconds double precision,
    snapshot_seconds double precision,
    incomplete_at timestamp with time zone,
    former_names jsonb DEFAULT '{}'::jsonb NOT NULL,
    source_server text,
    source_table text,
    other_source text,
    is_copied boolean DEFAULT false NOT NULL
)
WITH (fillfactor='50');
COMMENT ON TABLE tablecast.table_state IS 'The destination tables, and the one connector that writes each.';
COMMENT ON COLUMN tablecast.table_state.source_time IS 'When the last change that was applied happened at the source.';
COMMENT ON COLUMN tablecast.table_state.known_columns IS 'The columns that the connector has written.';
COMMENT ON COLUMN tablecast.table_state.load_pid IS 'The server process of a snapshot load that is running.';
COMMENT ON COLUMN tablecast.table_state.incomplete IS 'Why the table does not hold all rows of its source; NULL when it does as far as known.';
COMMENT ON COLUMN tablecast.table_state.required_columns IS 'Those of known_columns that had a value in every row so far.';
COMMENT ON COLUMN tablecast.table_state.lag_seconds IS 'How long after it had happened at the source the last change was applied.';
COMMENT ON COLUMN tablecast.table_state.snapshot_seconds IS 'How long the last snapshot took from its first row to the switch.';
COMMENT ON COLUMN tablecast.table_state.former_names IS 'What columns were called before a rename was followed, with the name that each got: records may be sent again.';
COMMENT ON COLUMN tablecast.table_state.source_server IS 'What the source connector calls the server of source_table, its topic.prefix; empty where records do not tell.';
COMMENT ON COLUMN tablecast.table_state.source_table IS 'The source table that the table is written from, the first one of several; NULL until the next record.';
COMMENT ON COLUMN tablecast.table_state.other_source IS 'Another source table that is written here. While there is one, neither copies nor TRUNCATEs are taken.';
COMMENT ON COLUMN tablecast.table_state.is_copied IS 'Whether copies of source_table are taken, which replace all rows. Then no other source table is written here.';
CREATE VIEW tablecast.failure AS
 SELECT record_error.occurred_at,
    'record'::text AS kind,
    record_error.table_schema,
    record_error.table_name,
    record_error.connector,
    ((((record_error.topic || '['::text) || record_error.partition) || ']@'::text) || record_error.record_offset) AS place,
    record_error.record_key,
    record_error.column_name,
    record_error.sqlstate,
    record_error.message
   FROM tablecast.record_error
UNION ALL
 SELECT table_state.incomplete_at AS occurred_at,
        CASE
            WHEN starts_with(table_state.incomplete, 'quarantined: '::text) THEN 'quarantine'::text
            ELSE 'incomplete'::text
        END AS kind,
    table_state.table_schema,
    table_state.table_name,
    table_state.connector,
    NULL::text AS place,
    NULL::text AS record_key,
    NULL::text AS column_name,
    NULL::text AS sqlstate,
    table_state.incomplete AS message
   FROM tablecast.table_state
  WHERE (table_state.incomplete IS NOT NULL)
  ORDER BY 1 DESC;
COMMENT ON VIEW tablecast.failure IS 'What failed: records that were put aside, and tables that lack rows now; the latest first.';
ALTER TABLE tablecast.record_error ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME tablecast.record_error_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE tablecast.run_log (
    id bigint NOT NULL,
    table_schema text NOT NULL,
    table_name text NOT NULL,
    connector text NOT NULL,
    kind text NOT NULL,
    snapshot_id text,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    rows bigint NOT NULL,
    seconds double precision NOT NULL,
    detail text,
    outcome text DEFAULT 'loaded'::text NOT NULL
);
COMMENT ON TABLE tablecast.run_log IS 'Every snapshot that was loaded and switched in, or whose load failed.';
COMMENT ON COLUMN tablecast.run_log.rows IS 'How many rows were loaded, or were written before the load failed.';
COMMENT ON COLUMN tablecast.run_log.outcome IS 'loaded, or failed: nothing of it stayed, and detail says why. One that then begins again stands there once more.';
CREATE VIEW tablecast.run_history AS
 SELECT run_log.finished_at,
    run_log.table_schema,
    run_log.table_name,
    run_log.connector,
    run_log.kind,
    run_log.rows,
    round((run_log.seconds)::numeric, 3) AS seconds,
        CASE
            WHEN (run_log.seconds > (0)::double precision) THEN round(((run_log.rows)::numeric / (run_log.seconds)::numeric))
            ELSE NULL::numeric
        END AS rows_per_second,
    run_log.started_at,
    run_log.snapshot_id,
    run_log.detail,
    run_log.outcome
   FROM tablecast.run_log
  ORDER BY run_log.finished_at DESC;
COMMENT ON VIEW tablecast.run_history IS 'What was loaded when, and how long it took, and which loads failed; the latest first.';
ALTER TABLE tablecast.run_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME tablecast.run_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE SEQUENCE tablecast.sink_epoch
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE tablecast.sink_offset (
    namespace text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint,
    epoch bigint NOT NULL,
    connector text NOT NULL,
    claimed_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone,
    writer_pid integer
)
WITH (fillfactor='50');
COMMENT ON TABLE tablecast.sink_offset IS 'Which record of each partition is written next. Moves in the transaction that writes the rows.';
COMMENT ON COLUMN tablecast.sink_offset.next_offset IS 'NULL: nothing is written yet, and the consumer group decides where reading starts.';
COMMENT ON COLUMN tablecast.sink_offset.epoch IS 'Who claimed the partition last. Only that task can move next_offset.';
COMMENT ON COLUMN tablecast.sink_offset.writer_pid IS 'The server process of the session that writes the partition.';
CREATE TABLE tablecast.sink_version (
    version integer NOT NULL,
    installed_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE tablecast.staged_load (
    namespace text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    table_schema text NOT NULL,
    table_name text NOT NULL,
    begin_marker text NOT NULL,
    begin_offset bigint NOT NULL,
    epoch bigint NOT NULL,
    follows_live boolean NOT NULL,
    known_columns text[] NOT NULL,
    last_ordinal bigint NOT NULL,
    rows bigint NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='50');
COMMENT ON TABLE tablecast.staged_load IS 'Snapshots that are loaded over many transactions into a table aside, and how far they are.';
COMMENT ON COLUMN tablecast.staged_load.begin_marker IS 'The header of the record at begin_offset.';
COMMENT ON COLUMN tablecast.staged_load.follows_live IS 'Whether changes that stand between the rows are applied to the destination as well.';
CREATE VIEW tablecast.table_lag AS
 SELECT table_state.table_schema,
    table_state.table_name,
    table_state.connector,
    round((table_state.lag_seconds)::numeric, 3) AS lag_seconds,
    round(EXTRACT(epoch FROM (clock_timestamp() - table_state.applied_at)), 3) AS idle_seconds,
    round((EXTRACT(epoch FROM (clock_timestamp() - table_state.snapshot_at)) + (table_state.snapshot_seconds)::numeric), 3) AS snapshot_age_seconds,
    table_state.source_time,
    table_state.applied_at,
    table_state.snapshot_at,
    table_state.rows_applied,
    table_state.incomplete
   FROM tablecast.table_state;
COMMENT ON VIEW tablecast.table_lag IS 'How far behind each table is.';
COMMENT ON COLUMN tablecast.table_lag.lag_seconds IS 'How late the last change was applied; the same as long as the source is idle; NULL without changes.';
COMMENT ON COLUMN tablecast.table_lag.idle_seconds IS 'How long ago something was written to the table.';
COMMENT ON COLUMN tablecast.table_lag.snapshot_age_seconds IS 'How old the rows of the last snapshot are, from the first one that came.';
COMMENT ON COLUMN tablecast.table_lag.incomplete IS 'Why rows of the source are missing here; NULL if none are.';
CREATE TABLE tablecast.table_structure (
    table_schema text NOT NULL,
    table_name text NOT NULL,
    structure jsonb NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON TABLE tablecast.table_structure IS 'The source''s structure of each table, as its last snapshot told it.';
INSERT INTO shop.clients VALUES (1, 'first', 1, '2026-11-28 20:45:24.152204+00');
INSERT INTO shop.clients_deleted VALUES (1, 'first', 1, '2026-11-28 20:45:24.152204+00', 'erp.shop.clients[0]@1');
INSERT INTO shop.items__tc_7ebc7588e4 VALUES (1, 'row 1', 1);
INSERT INTO shop.items__tc_7ebc7588e4 VALUES (2, 'row 2', 2);
INSERT INTO shop.items__tc_7ebc7588e4 VALUES (3, 'row 3', 3);
INSERT INTO shop.items__tc_7ebc7588e4 VALUES (4, 'row 4', 4);
INSERT INTO shop.items__tc_7ebc7588e4 VALUES (5, 'row 5', 5);
INSERT INTO shop.log VALUES (1, 'entry 1', 1);
INSERT INTO shop.log VALUES (2, 'entry 2', 2);
INSERT INTO shop.log VALUES (3, 'entry 3', 3);
INSERT INTO shop.orders VALUES (1, 'changed', 10);
INSERT INTO shop.orders VALUES (2, 'renamed', 20);
INSERT INTO shop.prices__tc_2a0d8f226d VALUES (1, 'row 1', 1);
INSERT INTO shop.prices__tc_2a0d8f226d VALUES (2, 'row 2', 2);
INSERT INTO shop.prices__tc_2a0d8f226d VALUES (3, 'row 3', 3);
INSERT INTO shop.prices__tc_83610cc4b1 VALUES (1, 'row 1', 1);
INSERT INTO shop.prices__tc_83610cc4b1 VALUES (2, 'row 2', 2);
INSERT INTO shop.refused VALUES (1, 'ok', 1);
INSERT INTO tablecast.record_error OVERRIDING SYSTEM VALUE VALUES (1, '2026-11-28 20:45:23.457965+00', 'sink-a', 'erp.shop.refused', 0, 1, 'shop', 'refused', '(id=2)', 'code', NULL, 'Column "code": a text of 12 characters does not fit its destination type character varying(3)');
INSERT INTO tablecast.run_log OVERRIDING SYSTEM VALUE VALUES (1, 'shop', 'prices', 'sink-a', 'snapshot', 'p1', '2026-11-28 20:45:24.260371+00', '2026-11-28 20:45:24.843372+00', 2, 0.583, NULL, 'loaded');
INSERT INTO tablecast.run_log OVERRIDING SYSTEM VALUE VALUES (2, 'shop', 'orders', 'sink-a', 'snapshot', 'o1', '2026-11-28 20:45:24.19501+00', '2026-11-28 20:45:25.045011+00', 3, 0.85, NULL, 'loaded');
INSERT INTO tablecast.run_log OVERRIDING SYSTEM VALUE VALUES (3, 'shop', 'prices', 'sink-a', 'snapshot', 'p2', '2026-11-28 20:45:25.102191+00', '2026-11-28 20:45:27.087192+00', 3, 1.985, NULL, 'loaded');
INSERT INTO tablecast.sink_offset VALUES ('sink-a', 'erp.shop.refused', 0, 2, 1, 'sink-a', '2026-11-28 20:45:23.230945+00', '2026-11-28 20:45:23.468126+00', 14237);
INSERT INTO tablecast.sink_offset VALUES ('sink-a', 'erp.shop.bad', 0, NULL, 2, 'sink-a', '2026-11-28 20:45:24.042813+00', NULL, 14255);
INSERT INTO tablecast.sink_offset VALUES ('sink-a', 'erp.shop.clients', 0, 3, 3, 'sink-a', '2026-11-28 20:45:24.042813+00', '2026-11-28 20:45:26.040132+00', 14255);
INSERT INTO tablecast.sink_offset VALUES ('sink-a', 'erp.shop.log', 0, 3, 5, 'sink-a', '2026-11-28 20:45:24.042813+00', '2026-11-28 20:45:26.040155+00', 14255);
INSERT INTO tablecast.sink_offset VALUES ('sink-a', 'erp.shop.orders', 0, 8, 6, 'sink-a', '2026-11-28 20:45:24.042813+00', '2026-11-28 20:45:26.040159+00', 14255);
INSERT INTO tablecast.sink_offset VALUES ('sink-a', 'erp.shop.items', 0, 6, 8, 'sink-a', '2026-11-28 20:45:24.981477+00', '2026-11-28 20:45:26.285044+00', 14255);
INSERT INTO tablecast.sink_offset VALUES ('sink-a', 'erp.shop.prices', 0, 7, 7, 'sink-a', '2026-11-28 20:45:24.042813+00', '2026-11-28 20:45:27.120737+00', 14255);
INSERT INTO tablecast.sink_version VALUES (1, '2026-11-28 20:45:22.85165+00');
INSERT INTO tablecast.sink_version VALUES (2, '2026-11-28 20:45:22.85165+00');
INSERT INTO tablecast.sink_version VALUES (3, '2026-11-28 20:45:22.85165+00');
INSERT INTO tablecast.sink_version VALUES (4, '2026-11-28 20:45:22.85165+00');
INSERT INTO tablecast.sink_version VALUES (5, '2026-11-28 20:45:22.85165+00');
INSERT INTO tablecast.sink_version VALUES (6, '2026-11-28 20:45:22.85165+00');
INSERT INTO tablecast.staged_load VALUES ('sink-a', 'erp.shop.items', 0, 'shop', 'items', 'eyJpZCI6ImkxIiwibW9kZSI6InF1ZXVlIiwiaW50ZXJsZWF2ZWQiOmZhbHNlLCJzdHJ1Y3R1cmUiOnsidGFibGUiOnsic2NoZW1hIjoic2hvcCIsIm5hbWUiOiJpdGVtcyJ9LCJkYXRhYmFzZSI6IlBPU1RHUkVTUUwiLCJjb2x1bW5zIjpbeyJuYW1lIjoiaWQiLCJ0eXBlIjoiYmlnaW50IiwibnVsbGFibGUiOmZhbHNlLCJpZGVudGl0eSI6Ik5PTkUifSx7Im5hbWUiOiJjb2RlIiwidHlwZSI6InRleHQiLCJudWxsYWJsZSI6dHJ1ZSwiaWRlbnRpdHkiOiJOT05FIn0seyJuYW1lIjoiYW1vdW50IiwidHlwZSI6ImludGVnZXIiLCJudWxsYWJsZSI6dHJ1ZSwiaWRlbnRpdHkiOiJOT05FIn1dLCJrZXkiOlsiaWQiXSwiaW5kZXhlcyI6W3sibmFtZSI6Iml0ZW1zX3BrZXkiLCJraW5kIjoiUFJJTUFSWSIsInBhcnRpYWwiOmZhbHNlLCJoYXNFeHByZXNzaW9ucyI6ZmFsc2UsImNvbHVtbnMiOlsiaWQiXSwidXNlZENvbHVtbnMiOlsiaWQiXX1dfX0=', 0, 8, false, '{}', 5, 5, '2026-11-28 20:45:25.100721+00', '2026-11-28 20:45:26.119709+00');
INSERT INTO tablecast.table_state VALUES ('shop', 'refused', 'sink-a', '2026-11-28 20:45:23.397559+00', '2026-11-28 20:45:23.465031+00', NULL, 1, '{amount,code,id}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{id}', NULL, NULL, NULL, '{}', 'erp', 'shop.refused', NULL, false);
INSERT INTO tablecast.table_state VALUES ('shop', 'clients', 'sink-a', '2026-11-28 20:45:25.09757+00', '2026-11-28 20:45:26.030788+00', NULL, 3, '{amount,code,id}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{id}', NULL, NULL, NULL, '{}', 'erp', 'shop.clients', NULL, false);
INSERT INTO tablecast.table_state VALUES ('shop', 'log', 'sink-a', '2026-11-28 20:45:25.09757+00', '2026-11-28 20:45:26.030818+00', NULL, 3, '{amount,code,id}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{id}', NULL, NULL, NULL, '{}', 'erp', 'shop.log', NULL, false);
INSERT INTO tablecast.table_state VALUES ('shop', 'orders', 'sink-a', '2026-11-28 20:45:24.158816+00', '2026-11-28 20:45:26.030824+00', NULL, 5, '{amount,code,id,label}', 'o1', '2026-11-28 20:45:25.043098+00', 3, 'shop.orders', NULL, NULL, NULL, NULL, NULL, '{id}', NULL, 0.85, NULL, '{"code": "label"}', 'erp', 'shop.orders', NULL, true);
INSERT INTO tablecast.table_state VALUES ('shop', 'prices', 'sink-a', '2026-11-28 20:45:24.186958+00', '2026-11-28 20:45:27.080236+00', NULL, 0, '{amount,code,id}', 'p2', '2026-11-28 20:45:27.080311+00', 3, 'shop.prices__tc_2a0d8f226d', 'shop.prices__tc_83610cc4b1', NULL, NULL, NULL, NULL, '{}', NULL, 1.985, NULL, '{}', 'erp', 'shop.prices', NULL, true);
INSERT INTO tablecast.table_state VALUES ('shop', 'items', 'sink-a', '2026-11-28 20:45:24.235617+00', NULL, NULL, 0, '{}', NULL, NULL, NULL, NULL, NULL, 'i1', 14264, '2026-11-28 20:45:24.374208+00', NULL, '{}', NULL, NULL, NULL, '{}', 'erp', 'shop.items', NULL, true);
INSERT INTO tablecast.table_state VALUES ('shop', 'bad', 'sink-a', '2026-11-28 20:45:25.033952+00', NULL, NULL, 0, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'quarantined: Cannot apply erp.shop.bad[0]@1 to shop.bad, key (id=2), column "code": Column "code": a text of 12 characters does not fit its destination type character varying(3). Correct the row at the source or the destination''s column and restart the task, or set errors.tolerance=all to have such records put aside.', '{}', NULL, NULL, '2026-11-28 20:45:25.038527+00', '{}', NULL, NULL, NULL, false);
INSERT INTO tablecast.table_structure VALUES ('shop', 'orders', '{"key": ["id"], "table": {"name": "orders", "schema": "shop"}, "columns": [{"name": "id", "type": "bigint", "identity": "NONE", "nullable": false}, {"name": "code", "type": "text", "identity": "NONE", "nullable": true}, {"name": "amount", "type": "integer", "identity": "NONE", "nullable": true}], "indexes": [{"kind": "PRIMARY", "name": "orders_pkey", "columns": ["id"], "partial": false, "usedColumns": ["id"], "hasExpressions": false}], "database": "POSTGRESQL"}', '2026-11-28 20:45:24.69964+00');
INSERT INTO tablecast.table_structure VALUES ('shop', 'prices', '{"key": ["id"], "table": {"name": "prices", "schema": "shop"}, "columns": [{"name": "id", "type": "bigint", "identity": "NONE", "nullable": false}, {"name": "code", "type": "text", "identity": "NONE", "nullable": true}, {"name": "amount", "type": "integer", "identity": "NONE", "nullable": true}], "indexes": [{"kind": "PRIMARY", "name": "prices_pkey", "columns": ["id"], "partial": false, "usedColumns": ["id"], "hasExpressions": false}], "database": "POSTGRESQL"}', '2026-11-28 20:45:26.766835+00');
SELECT pg_catalog.setval('tablecast.record_error_id_seq', 1, true);
SELECT pg_catalog.setval('tablecast.run_log_id_seq', 3, true);
SELECT pg_catalog.setval('tablecast.sink_epoch', 8, true);
ALTER TABLE ONLY shop.bad
    ADD CONSTRAINT bad_pkey PRIMARY KEY (id);
ALTER TABLE ONLY shop.clients
    ADD CONSTRAINT clients_pkey PRIMARY KEY (id);
ALTER TABLE ONLY shop.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
ALTER TABLE ONLY shop.prices__tc_2a0d8f226d
    ADD CONSTRAINT prices_pkey__tc_2a0d8f226d PRIMARY KEY (id);
ALTER TABLE ONLY shop.prices__tc_83610cc4b1
    ADD CONSTRAINT prices_pkey__tc_83610cc4b1 PRIMARY KEY (id);
ALTER TABLE ONLY shop.refused
    ADD CONSTRAINT refused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tablecast.record_error
    ADD CONSTRAINT record_error_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tablecast.run_log
    ADD CONSTRAINT run_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tablecast.sink_offset
    ADD CONSTRAINT sink_offset_pkey PRIMARY KEY (namespace, topic, partition);
ALTER TABLE ONLY tablecast.sink_version
    ADD CONSTRAINT sink_version_pkey PRIMARY KEY (version);
ALTER TABLE ONLY tablecast.staged_load
    ADD CONSTRAINT staged_load_pkey PRIMARY KEY (namespace, topic, partition, table_schema, table_name);
ALTER TABLE ONLY tablecast.table_state
    ADD CONSTRAINT table_state_pkey PRIMARY KEY (table_schema, table_name);
ALTER TABLE ONLY tablecast.table_structure
    ADD CONSTRAINT table_structure_pkey PRIMARY KEY (table_schema, table_name);
CREATE UNIQUE INDEX clients_deleted_id_tablecast_source_position_tablecast_dele_idx ON shop.clients_deleted USING btree (id, tablecast_source_position, tablecast_deleted_at);
CREATE INDEX clients_tablecast_deleted_at_idx ON shop.clients USING btree (tablecast_deleted_at) WHERE (tablecast_deleted_at IS NOT NULL);
CREATE INDEX log_pkey ON shop.log USING btree (id);
CREATE INDEX record_error_occurred_at_idx ON tablecast.record_error USING btree (occurred_at);
CREATE INDEX run_log_finished_at_idx ON tablecast.run_log USING btree (finished_at);
CREATE INDEX run_log_table_schema_table_name_finished_at_idx ON tablecast.run_log USING btree (table_schema, table_name, finished_at);


CREATE SCHEMA IF NOT EXISTS tablecast;

CREATE TABLE tablecast.sink_version (
    version integer PRIMARY KEY,
    installed_at timestamptz NOT NULL DEFAULT now()
);

CREATE SEQUENCE tablecast.sink_epoch;

CREATE TABLE tablecast.sink_offset (
    namespace text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint,
    epoch bigint NOT NULL,
    connector text NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz,
    PRIMARY KEY (namespace, topic, partition)
) WITH (fillfactor = 50);
COMMENT ON TABLE tablecast.sink_offset IS
    'Which record of each partition is written next. Moves in the transaction that writes the rows.';
COMMENT ON COLUMN tablecast.sink_offset.next_offset IS
    'NULL: nothing is written yet, and the consumer group decides where reading starts.';
COMMENT ON COLUMN tablecast.sink_offset.epoch IS
    'Who claimed the partition last. Only that task can move next_offset.';

CREATE TABLE tablecast.table_state (
    table_schema text NOT NULL,
    table_name text NOT NULL,
    connector text NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now(),
    applied_at timestamptz,
    source_time timestamptz,
    rows_applied bigint NOT NULL DEFAULT 0,
    known_columns text[] NOT NULL DEFAULT '{}',
    snapshot_id text,
    snapshot_at timestamptz,
    snapshot_rows bigint,
    storage_table text,
    previous_table text,
    load_snapshot_id text,
    load_pid integer,
    load_backend_start timestamptz,
    PRIMARY KEY (table_schema, table_name)
) WITH (fillfactor = 50);
COMMENT ON TABLE tablecast.table_state IS 'The destination tables, and the one connector that writes each.';
COMMENT ON COLUMN tablecast.table_state.known_columns IS 'The columns that the connector has written.';
COMMENT ON COLUMN tablecast.table_state.load_pid IS 'The server process of a snapshot load that is running.';
COMMENT ON COLUMN tablecast.table_state.source_time IS 'When the last change that was applied happened at the source.';

CREATE TABLE tablecast.run_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_schema text NOT NULL,
    table_name text NOT NULL,
    connector text NOT NULL,
    kind text NOT NULL,
    snapshot_id text,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    rows bigint NOT NULL,
    seconds double precision NOT NULL,
    detail text
);
CREATE INDEX ON tablecast.run_log (table_schema, table_name, finished_at);
COMMENT ON TABLE tablecast.run_log IS 'Every snapshot that was loaded and switched in.';

CREATE TABLE tablecast.record_error (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
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
CREATE INDEX ON tablecast.record_error (occurred_at);
COMMENT ON TABLE tablecast.record_error IS 'Records that were put aside because the destination refused them.';

CREATE TABLE tablecast.table_structure (
    table_schema text NOT NULL,
    table_name text NOT NULL,
    structure jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (table_schema, table_name)
);
COMMENT ON TABLE tablecast.table_structure IS 'The source''s structure of each table, as its last snapshot told it.';

CREATE VIEW tablecast.table_lag AS
SELECT table_schema, table_name, connector, rows_applied, source_time, applied_at,
       applied_at - source_time AS apply_lag,
       clock_timestamp() - applied_at AS since_last_change
FROM tablecast.table_state;
COMMENT ON VIEW tablecast.table_lag IS 'How late the last change of each table was applied, and how long ago that was.';

INSERT INTO tablecast.sink_version (version) VALUES (1);
SELECT nextval('tablecast.sink_epoch'), nextval('tablecast.sink_epoch');

INSERT INTO tablecast.sink_offset (namespace, topic, partition, next_offset, epoch, connector, updated_at) VALUES
    ('sink-a', 'erp.shop.orders', 0, 3, 2, 'sink-a', '2026-01-01 00:00:03+00'),
    ('sink-a', 'erp.shop.items', 0, NULL, 1, 'sink-a', NULL);
INSERT INTO tablecast.table_state (table_schema, table_name, connector, applied_at, source_time, rows_applied,
                                   known_columns, snapshot_id, snapshot_at, snapshot_rows) VALUES
    ('shop', 'orders', 'sink-a', '2026-01-01 00:00:03+00', '2026-01-01 00:00:01+00', 3, '{amount,code,id}',
     'o0', '2026-01-01 00:00:02+00', 0);
INSERT INTO tablecast.run_log (table_schema, table_name, connector, kind, snapshot_id, started_at, finished_at, rows,
                               seconds) VALUES
    ('shop', 'orders', 'sink-a', 'snapshot', 'o0', '2026-01-01 00:00:01+00', '2026-01-01 00:00:02+00', 0, 1);
INSERT INTO tablecast.record_error (connector, topic, partition, record_offset, message) VALUES
    ('sink-a', 'erp.shop.orders', 0, 7, 'refused long ago');
INSERT INTO tablecast.table_structure (table_schema, table_name, structure) VALUES
    ('shop', 'orders', '{"table": {"schema": "shop", "name": "orders"}, "key": ["id"]}');

CREATE SCHEMA shop;
CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount integer);
INSERT INTO shop.orders VALUES (1, 'a', 1), (2, 'a', 2), (3, 'a', 3);

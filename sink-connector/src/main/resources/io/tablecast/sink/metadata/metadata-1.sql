-- Copyright The Tablecast Authors
-- SPDX-License-Identifier: Apache-2.0

CREATE SCHEMA IF NOT EXISTS {schema};

CREATE TABLE {schema}.sink_version (
    version integer PRIMARY KEY,
    installed_at timestamptz NOT NULL DEFAULT now()
);

CREATE SEQUENCE {schema}.sink_epoch;

CREATE TABLE {schema}.sink_offset (
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
COMMENT ON TABLE {schema}.sink_offset IS
    'Which record of each partition is written next. Moves in the transaction that writes the rows.';
COMMENT ON COLUMN {schema}.sink_offset.next_offset IS
    'NULL: nothing is written yet, and the consumer group decides where reading starts.';
COMMENT ON COLUMN {schema}.sink_offset.epoch IS
    'Who claimed the partition last. Only that task can move next_offset.';

CREATE TABLE {schema}.table_state (
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
COMMENT ON TABLE {schema}.table_state IS 'The destination tables, and the one connector that writes each.';
COMMENT ON COLUMN {schema}.table_state.known_columns IS 'The columns that the connector has written.';
COMMENT ON COLUMN {schema}.table_state.load_pid IS 'The server process of a snapshot load that is running.';
COMMENT ON COLUMN {schema}.table_state.source_time IS 'When the last change that was applied happened at the source.';

CREATE TABLE {schema}.run_log (
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
CREATE INDEX ON {schema}.run_log (table_schema, table_name, finished_at);
COMMENT ON TABLE {schema}.run_log IS 'Every snapshot that was loaded and switched in.';

CREATE TABLE {schema}.record_error (
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
CREATE INDEX ON {schema}.record_error (occurred_at);
COMMENT ON TABLE {schema}.record_error IS 'Records that were put aside because the destination refused them.';

CREATE TABLE {schema}.table_structure (
    table_schema text NOT NULL,
    table_name text NOT NULL,
    structure jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (table_schema, table_name)
);
COMMENT ON TABLE {schema}.table_structure IS 'The source''s structure of each table, as its last snapshot told it.';

CREATE VIEW {schema}.table_lag AS
SELECT table_schema, table_name, connector, rows_applied, source_time, applied_at,
       applied_at - source_time AS apply_lag,
       clock_timestamp() - applied_at AS since_last_change
FROM {schema}.table_state;
COMMENT ON VIEW {schema}.table_lag IS 'How late the last change of each table was applied, and how long ago that was.';

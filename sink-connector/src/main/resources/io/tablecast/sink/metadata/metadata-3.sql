-- Copyright The Tablecast Authors
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE {schema}.table_state
    ADD COLUMN required_columns text[] NOT NULL DEFAULT '{}',
    ADD COLUMN lag_seconds double precision,
    ADD COLUMN snapshot_seconds double precision,
    ADD COLUMN incomplete_at timestamptz;
COMMENT ON COLUMN {schema}.table_state.required_columns IS
    'Those of known_columns that had a value in every row so far.';
COMMENT ON COLUMN {schema}.table_state.lag_seconds IS
    'How long after it had happened at the source the last change was applied.';
COMMENT ON COLUMN {schema}.table_state.snapshot_seconds IS
    'How long the last snapshot took from its first row to the switch.';

UPDATE {schema}.table_state AS state
SET lag_seconds = extract(epoch FROM state.applied_at - state.source_time),
    incomplete_at = CASE WHEN state.incomplete IS NOT NULL THEN now() END,
    snapshot_seconds = (
        SELECT run.seconds FROM {schema}.run_log AS run
        WHERE run.table_schema = state.table_schema AND run.table_name = state.table_name AND run.kind = 'snapshot'
        ORDER BY run.finished_at DESC LIMIT 1);

CREATE INDEX ON {schema}.run_log (finished_at);

DROP VIEW {schema}.table_lag;

CREATE VIEW {schema}.table_lag AS
SELECT table_schema, table_name, connector, round(lag_seconds::numeric, 3) AS lag_seconds,
       round(extract(epoch FROM clock_timestamp() - applied_at)::numeric, 3) AS idle_seconds,
       round(extract(epoch FROM clock_timestamp() - snapshot_at)::numeric + snapshot_seconds::numeric, 3)
           AS snapshot_age_seconds,
       source_time, applied_at, snapshot_at, rows_applied, incomplete
FROM {schema}.table_state;
COMMENT ON VIEW {schema}.table_lag IS 'How far behind each table is.';
COMMENT ON COLUMN {schema}.table_lag.lag_seconds IS
    'How late the last change was applied; the same as long as the source is idle; NULL without changes.';
COMMENT ON COLUMN {schema}.table_lag.idle_seconds IS 'How long ago something was written to the table.';
COMMENT ON COLUMN {schema}.table_lag.snapshot_age_seconds IS
    'How old the rows of the last snapshot are, from the first one that came.';
COMMENT ON COLUMN {schema}.table_lag.incomplete IS 'Why rows of the source are missing here; NULL if none are.';

CREATE VIEW {schema}.run_history AS
SELECT finished_at, table_schema, table_name, connector, kind, rows, round(seconds::numeric, 3) AS seconds,
       CASE WHEN seconds > 0 THEN round(rows / seconds::numeric) END AS rows_per_second, started_at, snapshot_id,
       detail
FROM {schema}.run_log
ORDER BY finished_at DESC;
COMMENT ON VIEW {schema}.run_history IS 'What was loaded when, and how long it took; the latest first.';

CREATE VIEW {schema}.failure AS
SELECT occurred_at, 'record' AS kind, table_schema, table_name, connector,
       topic || '[' || partition || ']@' || record_offset AS place, record_key, column_name, sqlstate, message
FROM {schema}.record_error
UNION ALL
SELECT incomplete_at, CASE WHEN starts_with(incomplete, 'quarantined: ') THEN 'quarantine' ELSE 'incomplete' END,
       table_schema, table_name, connector, NULL, NULL, NULL, NULL, incomplete
FROM {schema}.table_state
WHERE incomplete IS NOT NULL
ORDER BY occurred_at DESC;
COMMENT ON VIEW {schema}.failure IS
    'What failed: records that were put aside, and tables that lack rows now; the latest first.';

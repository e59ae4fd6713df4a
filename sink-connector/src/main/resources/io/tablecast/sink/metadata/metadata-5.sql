-- Copyright The Tablecast Authors
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE {schema}.run_log ADD COLUMN outcome text NOT NULL DEFAULT 'loaded';
COMMENT ON TABLE {schema}.run_log IS 'Every snapshot that was loaded and switched in, or whose load failed.';
COMMENT ON COLUMN {schema}.run_log.outcome IS
    'loaded, or failed: nothing of it stayed, and detail says why. One that then begins again stands there once more.';
COMMENT ON COLUMN {schema}.run_log.rows IS 'How many rows were loaded, or were written before the load failed.';
COMMENT ON COLUMN {schema}.sink_offset.writer_pid IS 'The server process of the session that writes the partition.';

CREATE OR REPLACE VIEW {schema}.run_history AS
SELECT finished_at, table_schema, table_name, connector, kind, rows, round(seconds::numeric, 3) AS seconds,
       CASE WHEN seconds > 0 THEN round(rows / seconds::numeric) END AS rows_per_second, started_at, snapshot_id,
       detail, outcome
FROM {schema}.run_log
ORDER BY finished_at DESC;
COMMENT ON VIEW {schema}.run_history IS
    'What was loaded when, and how long it took, and which loads failed; the latest first.';

-- Copyright The Tablecast Authors
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE {schema}.table_state
    ADD COLUMN source_server text,
    ADD COLUMN source_table text,
    ADD COLUMN other_source text,
    ADD COLUMN is_copied boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN {schema}.table_state.source_server IS
    'What the source connector calls the server of source_table, its topic.prefix; empty where records do not tell.';
COMMENT ON COLUMN {schema}.table_state.source_table IS
    'The source table that the table is written from, the first one of several; NULL until the next record.';
COMMENT ON COLUMN {schema}.table_state.other_source IS
    'Another source table that is written here. While there is one, neither copies nor TRUNCATEs are taken.';
COMMENT ON COLUMN {schema}.table_state.is_copied IS
    'Whether copies of source_table are taken, which replace all rows. Then no other source table is written here.';

-- Copyright The Tablecast Authors
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE {schema}.table_state ADD COLUMN former_names jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN {schema}.table_state.former_names IS
    'What columns were called before a rename was followed, with the name that each got: records may be sent again.';

ALTER TABLE {schema}.sink_offset ADD COLUMN writer_pid integer;
COMMENT ON COLUMN {schema}.sink_offset.writer_pid IS 'The server process of the session that claimed or moved it last.';

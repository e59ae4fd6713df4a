-- Copyright The Tablecast Authors
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE {schema}.staged_load (
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
    started_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, topic, partition, table_schema, table_name)
) WITH (fillfactor = 50);
COMMENT ON TABLE {schema}.staged_load IS
    'Snapshots that are loaded over many transactions into a table aside, and how far they are.';
COMMENT ON COLUMN {schema}.staged_load.begin_marker IS 'The header of the record at begin_offset.';
COMMENT ON COLUMN {schema}.staged_load.follows_live IS
    'Whether changes that stand between the rows are applied to the destination as well.';

ALTER TABLE {schema}.table_state ADD COLUMN incomplete text;
COMMENT ON COLUMN {schema}.table_state.incomplete IS
    'Why the table does not hold all rows of its source; NULL when it does as far as known.';

-- Copyright The Tablecast Authors
-- SPDX-License-Identifier: Apache-2.0

-- Tables of ten forms, as many as crowd.tables says: with keys of one and two columns, without any, wide, empty, and with odd names.
CREATE SCHEMA crowd;
DO $$
DECLARE
    name text;
    form integer;
BEGIN
    FOR i IN 1..current_setting('crowd.tables')::integer LOOP
        form := i % 10;
        name := format('crowd.%I', CASE WHEN form = 9 THEN 'Odd, name ' ELSE 't' END || lpad(i::text, 3, '0'));
        IF form IN (0, 1, 2, 9) THEN
            EXECUTE format('CREATE TABLE %s (id bigint PRIMARY KEY, note text, at timestamptz)', name);
            EXECUTE format('INSERT INTO %s SELECT n, ''note '' || n, ''2026-01-01 00:00+00'' FROM generate_series(1, 40) AS n', name);
        ELSIF form IN (3, 4) THEN
            EXECUTE format('CREATE TABLE %s (code text, part smallint, amount numeric(10,2), PRIMARY KEY (code, part))', name);
            EXECUTE format('INSERT INTO %s SELECT ''c'' || n, n %% 7, n / 3.0 FROM generate_series(1, 40) AS n', name);
        ELSIF form = 5 THEN
            EXECUTE format('CREATE TABLE %s (line text, n integer)', name);
            EXECUTE format('INSERT INTO %s SELECT ''same'', n / 2 FROM generate_series(1, 20) AS n', name);
        ELSIF form = 6 THEN
            EXECUTE format('CREATE TABLE %s (id integer PRIMARY KEY, %s)', name,
                           (SELECT string_agg(format('c%s integer DEFAULT %s', n, n), ', ') FROM generate_series(1, 60) AS n));
            EXECUTE format('INSERT INTO %s (id) SELECT n FROM generate_series(1, 20) AS n', name);
        ELSIF form = 7 THEN
            EXECUTE format('CREATE TABLE %s (id integer PRIMARY KEY, doc jsonb, list text[], bytes bytea)', name);
            EXECUTE format('INSERT INTO %s SELECT n, ''{"a": [1, null]}'', ARRAY[NULL, ''x''], ''\x00ff'' FROM generate_series(1, 20) AS n', name);
        ELSE
            EXECUTE format('CREATE TABLE %s (id uuid PRIMARY KEY, at date)', name);
        END IF;
    END LOOP;
END
$$;
ANALYZE;

-- Copyright The Tablecast Authors
-- SPDX-License-Identifier: Apache-2.0

-- Something happens in each of the tables, as many as crowd.tables says.
DO $$
DECLARE
    form integer;
    name text;
BEGIN
    FOR i IN 1..current_setting('crowd.tables')::integer LOOP
        form := i % 10;
        name := format('crowd.%I', CASE WHEN form = 9 THEN 'Odd, name ' ELSE 't' END || lpad(i::text, 3, '0'));
        IF form IN (0, 1, 2, 9) THEN
            EXECUTE format('INSERT INTO %s SELECT n, ''new'', now() FROM generate_series(1001, 1010) AS n', name);
            IF form <> 2 THEN
                EXECUTE format('UPDATE %s SET note = NULL WHERE id <= 3', name);
                EXECUTE format('DELETE FROM %s WHERE id = 40', name);
            END IF;
        ELSIF form IN (3, 4) THEN
            EXECUTE format('UPDATE %s SET part = part + 10 WHERE code IN (''c1'', ''c4'')', name);
            EXECUTE format('DELETE FROM %s WHERE code = ''c9''', name);
        ELSIF form = 5 THEN
            EXECUTE format('INSERT INTO %s VALUES (''same'', 1), (NULL, NULL)', name);
        ELSIF form = 6 THEN
            EXECUTE format('UPDATE %s SET c60 = -1 WHERE id = 7', name);
        ELSIF form = 7 THEN
            EXECUTE format('UPDATE %s SET doc = NULL, list = ''{}'' WHERE id %% 2 = 0', name);
        ELSE
            EXECUTE format('INSERT INTO %s VALUES (md5(''%s'')::uuid, ''2026-01-31'')', name, i);
        END IF;
    END LOOP;
END
$$;

// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.sink;

import io.tablecast.testing.Database;

/** The destination: a table that holds every row in its first state, to be updated to its second. */
record Orders(long rows) {
    static final String TABLE = """
            CREATE TABLE %s (
              id bigint %s,
              customer_id integer NOT NULL,
              status text NOT NULL,
              amount numeric(12,2) NOT NULL,
              note varchar(200),
              gift boolean NOT NULL,
              attributes jsonb NOT NULL,
              weight double precision,
              created_at timestamp NOT NULL,
              updated_at timestamptz NOT NULL
            )""";

    // As the benchmark's source connector makes the rows.
    private static final String ROWS = """
            SELECT i AS id,
                   (1 + i * 7907 %% 40000 + %1$d)::integer AS customer_id,
                   (ARRAY['new', 'paid', 'packed', 'shipped', 'returned'])[1 + (i + %1$d) %% 5] AS status,
                   ((i * 41 %% 1000000 + %1$d) / 100.0)::numeric(12,2) AS amount,
                   CASE WHEN i %% 10 <> 0
                        THEN 'Parcel ' || i || ', leave it with the neighbours if nobody is in' END::varchar AS note,
                   i %% 3 = 0 AS gift,
                   jsonb_build_object('channel', 'web', 'priority', i %% 4) AS attributes,
                   CASE WHEN i %% 7 <> 0 THEN i %% 1000 / 8.0::double precision END AS weight,
                   timestamp '2026-01-01 00:00:00.000001' + i * interval '1 second' AS created_at,
                   timestamptz '2026-02-01 00:00:00.000001+00' + i %% 28 * interval '1 day'
                     + i %% 24 * interval '1 hour' + %1$d * interval '1 minute' AS updated_at
            FROM (SELECT 1 + number * %3$d %% %2$d AS i FROM generate_series(0::bigint, %2$d - 1) AS number) AS keys""";

    // The key of record n, counted from 0, is 1 + n * STEP % rows; shares no factor with rows, so that each comes once.
    private static final long STEP = 999_983;

    /** A query for all rows in their second state, in the order of the topic. */
    String updated() {
        return ROWS.formatted(1, rows, STEP);
    }

    void create(Database database) {
        database.execute(
                "CREATE SCHEMA shop",
                TABLE.formatted("shop.orders", "PRIMARY KEY"),
                "INSERT INTO shop.orders " + ROWS.formatted(0, rows, 1),
                "VACUUM ANALYZE shop.orders",
                "CHECKPOINT");
    }

    /** The key of a record of the topic, counted from 0. */
    long key(long number) {
        return 1 + number * STEP % rows;
    }
}

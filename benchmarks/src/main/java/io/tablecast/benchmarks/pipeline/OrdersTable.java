// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.testing.Database;
import java.util.List;

/**
 * The table that is copied: an ordinary one of ten columns, about 200 bytes per row, with one index beside its key.
 *
 * @param updatedRows how many of them are changed at once later on
 */
record OrdersTable(long rows, long updatedRows) {
    static final String NAME = "shop.orders";

    /** Without its key. */
    static final String COLUMNS = """
            CREATE TABLE shop.orders (
              id bigint NOT NULL,
              customer_id integer NOT NULL,
              status text NOT NULL,
              amount numeric(12,2) NOT NULL,
              note varchar(200),
              gift boolean NOT NULL,
              attributes jsonb,
              weight double precision,
              created_at timestamp NOT NULL,
              updated_at timestamptz NOT NULL
            )""";

    static final List<String> INDEXES = List.of("ALTER TABLE shop.orders ADD PRIMARY KEY (id)", indexOn("shop.orders"));

    /** A statement that makes the index beside the key, on the column that updates change. */
    static String indexOn(String table) {
        return "CREATE INDEX ON " + table + " (customer_id)";
    }

    /** Creates and fills the table in PostgreSQL, always with the same rows; {@link MySqlOrders} does so in MySQL. */
    void create(Database source) {
        source.execute(
                "CREATE SCHEMA shop",
                COLUMNS,
                """
                INSERT INTO shop.orders
                SELECT i,
                       1 + i * 7907 %% 40000,
                       (ARRAY['new', 'paid', 'packed', 'shipped', 'returned'])[1 + i %% 5],
                       i * 41 %% 1000000 / 100.0,
                       CASE WHEN i %% 10 <> 0 THEN 'Parcel ' || i || ', leave it with the neighbours if nobody is in' END,
                       i %% 3 = 0,
                       jsonb_build_object('channel', (ARRAY['web', 'shop', 'phone'])[1 + i %% 3], 'priority', i %% 4),
                       CASE WHEN i %% 7 <> 0 THEN i %% 1000 / 8.0 END,
                       timestamp '2026-01-01 00:00:00.000001' + i * interval '1 second',
                       timestamptz '2026-02-01 00:00:00+00' + i * interval '1 second'
                FROM generate_series(1::bigint, %d) AS i""".formatted(rows),
                INDEXES.get(0),
                INDEXES.get(1),
                "VACUUM ANALYZE shop.orders",
                "CHECKPOINT");
    }

    /** Changes some rows, evenly spread, in one transaction. */
    void update(SourceDatabase source) {
        source.execute("UPDATE shop.orders SET customer_id = customer_id + 1 WHERE " + isChosen());
    }

    // Over all ids the product runs through the multiples of the common divisor, each as often as that divisor says.
    private String isChosen() {
        return "id * %1$d %% %2$d < %1$d".formatted(updatedRows, rows);
    }

    /** A query that is cheap until the copy is nearly there: whether a destination table holds all rows. */
    String isCopied(String table) {
        return "SELECT EXISTS (SELECT FROM %1$s WHERE id = %2$d) AND (SELECT count(*) = %2$d FROM %1$s)"
                .formatted(table, rows);
    }

    /** Such a query for the update: whether all chosen rows are changed. */
    String isUpdated(String table) {
        return """
                SELECT EXISTS (SELECT FROM %1$s WHERE id = %2$d AND customer_id = 2 + id * 7907 %% 40000)
                   AND (SELECT count(*) = %3$d FROM %1$s WHERE customer_id = 2 + id * 7907 %% 40000 AND %4$s)""".formatted(table, rows, updatedRows, isChosen());
    }

    /** A change of one row that no other one makes. */
    String change(int number) {
        return "UPDATE shop.orders SET customer_id = -%d WHERE id = %d".formatted(number, changedId(number));
    }

    /** A statement that ends as soon as such a change shows. */
    String untilChanged(String table, int number) {
        return """
                DO $$
                BEGIN
                    WHILE NOT EXISTS (SELECT FROM %s WHERE id = %d AND customer_id = -%d) LOOP
                        PERFORM pg_sleep(0.002);
                    END LOOP;
                END $$""".formatted(table, changedId(number), number);
    }

    private long changedId(int number) {
        return 1 + number * 7L % rows;
    }
}

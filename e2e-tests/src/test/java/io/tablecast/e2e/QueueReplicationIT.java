// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mode queue from source row to destination row, through a real broker and a real worker. */
final class QueueReplicationIT {

    private static final String ITEMS = "shop.items";

    /** Transactions of the writers at a time: without a bound they are faster than what follows them. */
    private static final int BURST = 800;

    @ParameterizedTest
    @EnumSource(ExactlyOnceSource.class)
    void destinationEqualsSourceAfterWritersOfEveryKind(ExactlyOnceSource exactlyOnce) throws SQLException {
        try (Replication replication = Replication.start(exactlyOnce)) {
            Database source = replication.source();
            source.execute(Writers.TABLE);
            Writers.fill(source, 4_000);
            replication.deploySink(Map.of());

            // The first copy happens while the writers write.
            try (Writers writers = Writers.start(source, 4, 11)) {
                writers.allow(BURST);
                replication.deploySource(Map.of("mode", "queue"));
                awaitRow(replication, "SELECT count(*) FROM shop.items");

                writers.allow(BURST);
                commitLate(replication);
                writers.allow(BURST);
                reinsertInAnOlderTransaction(replication);
                writers.allow(BURST);
                source.execute("TRUNCATE shop.items");
                truncateBetweenInserts(source);
                writers.awaitMore(BURST / 2);
                writers.stop();
            }
            swapUniqueValuesAndKeys(source);

            assertThat(source.number("SELECT count(*) FROM shop.items")).isPositive();
            replication.awaitEqual(ITEMS);
            assertSameKeyAndTypes(replication);
        }
    }

    @ParameterizedTest
    @EnumSource(ExactlyOnceSource.class)
    void columnAddedAtTheSourceArrivesWithItsDefault(ExactlyOnceSource exactlyOnce) {
        try (Replication replication = Replication.start(exactlyOnce)) {
            Database source = replication.source();
            source.execute(Writers.TABLE);
            Writers.fill(source, 100);
            replication.deploySource(Map.of("mode", "queue"));
            replication.deploySink(Map.of());
            replication.awaitEqual(ITEMS);

            source.execute(
                    "ALTER TABLE shop.items ADD COLUMN weight integer NOT NULL DEFAULT 7",
                    "UPDATE shop.items SET weight = 8 WHERE id = 5");

            replication.awaitEqual(ITEMS);
        }
    }

    @Test
    void deletedRowsAreKeptWithTheirLastValuesThoughColumnsChange() {
        try (Replication replication = Replication.start(ExactlyOnceSource.DISABLED)) {
            Database source = replication.source();
            source.execute(
                    "CREATE SCHEMA shop",
                    "CREATE TABLE shop.items (id int PRIMARY KEY, name text NOT NULL, price numeric(10,2), at timestamptz)",
                    "INSERT INTO shop.items SELECT g, 'item ' || g, g, '2020-01-01' FROM generate_series(1, 4) g");
            replication.deploySource(Map.of("mode", "queue", "queue.old.rows", "true"));
            replication.deploySink(Map.of("delete.mode", "soft", "soft.delete.history", "true"));
            awaitRow(replication, "SELECT count(*) FROM shop.items WHERE id = 4");

            // The last values are never sent on their own: the row changes and goes in one transaction.
            source.execute(
                    "BEGIN; UPDATE shop.items SET price = 99.50 WHERE id = 1; DELETE FROM shop.items WHERE id = 1; COMMIT",
                    "ALTER TABLE shop.items ADD COLUMN weight int NOT NULL DEFAULT 7",
                    "BEGIN; UPDATE shop.items SET name = 'last' WHERE id = 2; DELETE FROM shop.items WHERE id = 2; COMMIT");

            String deleted = "SELECT id, name, price, at = '2020-01-01' FROM shop.%s"
                    + " WHERE tablecast_deleted_at IS NOT NULL ORDER BY id";
            awaitRow(replication, "SELECT count(*) FROM shop.items WHERE id = 2 AND tablecast_deleted_at IS NOT NULL");
            for (String table : List.of("items", "items_deleted")) {
                assertThat(replication.destination().rows(deleted.formatted(table)))
                        .containsExactly(List.of("1", "item 1", "99.50", "t"), List.of("2", "last", "2.00", "t"));
            }
        }
    }

    /** A transaction that commits after later ones were already replicated. */
    private static void commitLate(Replication replication) throws SQLException {
        try (Connection late = replication.source().connection();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("INSERT INTO shop.items (id, code) VALUES (900001, 'late')");
            replication.source().execute("INSERT INTO shop.items (id, code) VALUES (900002, 'early')");
            awaitRow(replication, "SELECT count(*) FROM shop.items WHERE id = 900002");
            late.commit();
        }
        awaitRow(replication, "SELECT count(*) FROM shop.items WHERE id = 900001");
    }

    /** The delete has the higher transaction number and the lower queue id; sorting by (xid, id) would lose the row. */
    private static void reinsertInAnOlderTransaction(Replication replication) throws SQLException {
        Database source = replication.source();
        source.execute("INSERT INTO shop.items (id, code) VALUES (900003, 'first')");
        try (Connection older = source.connection();
                Statement statement = older.createStatement()) {
            older.setAutoCommit(false);
            statement.execute("INSERT INTO shop.items (id, code) VALUES (900004, 'takes a transaction number')");
            source.execute("DELETE FROM shop.items WHERE id = 900003");
            statement.execute("INSERT INTO shop.items (id, code) VALUES (900003, 'second')");
            older.commit();
        }
        awaitRow(replication, "SELECT count(*) FROM shop.items WHERE id = 900003 AND code = 'second'");
    }

    private static void truncateBetweenInserts(Database source) throws SQLException {
        try (Connection connection = source.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO shop.items (id, code) VALUES (900010, 'gone')");
            statement.execute("TRUNCATE shop.items");
            statement.execute("INSERT INTO shop.items (id, code) VALUES (900011, 'stays')");
            connection.commit();
        }
    }

    private static void swapUniqueValuesAndKeys(Database source) {
        source.execute(
                "INSERT INTO shop.items (id, code) VALUES (800001, 'a'), (800002, 'b'), (800003, 'c')",
                "UPDATE shop.items SET code = CASE code WHEN 'a' THEN 'b' ELSE 'a' END WHERE id IN (800001, 800002)",
                "BEGIN; UPDATE shop.items SET id = 0 WHERE id = 800001;"
                        + " UPDATE shop.items SET id = 800001 WHERE id = 800003;"
                        + " UPDATE shop.items SET id = 800003 WHERE id = 0; COMMIT");
    }

    private static void assertSameKeyAndTypes(Replication replication) {
        String types = "SELECT attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull"
                + " FROM pg_attribute WHERE attrelid = 'shop.items'::regclass AND attnum > 0 ORDER BY attnum";
        String key = "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                + " WHERE conrelid = 'shop.items'::regclass AND contype = 'p'";

        assertThat(replication.destination().column(types))
                .isEqualTo(replication.source().column(types));
        assertThat(replication.destination().value(key))
                .isEqualTo(replication.source().value(key));
    }

    private static void awaitRow(Replication replication, String count) {
        Conditions.await(
                Replication.PATIENCE,
                "no row at the destination for: " + count,
                () -> replication
                                        .destination()
                                        .number("SELECT count(*) FROM pg_class WHERE oid = to_regclass('shop.items')")
                                == 1
                        && replication.destination().number(count) > 0);
    }
}

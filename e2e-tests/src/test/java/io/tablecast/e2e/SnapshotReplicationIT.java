// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Mode snapshot: whole tables, swapped in again and again while readers read. */
final class SnapshotReplicationIT {

    private static final int ROWS = 5_000;

    /** With dots, quotes, spaces and 63 bytes of letters of three. */
    private static final List<String> STRANGE_NAMES =
            List.of("\"a.b\"", "\"it's \"\"it\"\"\"", "\"" + "\u6f22".repeat(21) + "\"");

    @Test
    void readersSeeAFullTableThroughoutEverySwap() throws SQLException {
        try (Replication replication = Replication.start(ExactlyOnceSource.ENABLED)) {
            Database source = replication.source();
            source.execute(
                    "CREATE SCHEMA shop",
                    "CREATE TABLE shop.prices (sku text, price numeric(10,2), version integer)",
                    "INSERT INTO shop.prices SELECT i, i, 1 FROM generate_series(1, " + ROWS + ") AS i",
                    "CREATE VIEW shop.dear AS SELECT * FROM shop.prices WHERE price > 4000",
                    "CREATE TABLE shop.nothing (id integer PRIMARY KEY)");
            replication.deploySource(Map.of("mode", "snapshot", "poll.interval.ms", "500"));
            replication.deploySink(Map.of());
            replication.awaitEqual("shop.prices", "shop.dear", "shop.nothing");

            for (int version = 2; version <= 4; version++) {
                seeFullTableOverASwap(replication, version);
            }
            replication.awaitEqual("shop.prices", "shop.dear", "shop.nothing");
        }
    }

    @Test
    void truncatesAndChangedColumnsOfTheSourceArriveWhateverTablesAreCalled() {
        try (Replication replication = Replication.start(ExactlyOnceSource.DISABLED)) {
            Database source = replication.source();
            source.execute(
                    "CREATE SCHEMA shop",
                    "CREATE TABLE shop.prices (sku text PRIMARY KEY, price numeric(10,2))",
                    "INSERT INTO shop.prices SELECT i, i FROM generate_series(1, 100) AS i",
                    "CREATE TABLE shop.stock AS SELECT i AS id, i AS amount, 'x' AS note FROM generate_series(1, 100) AS i");
            // A large table is read in ranges by several connections.
            Map<String, String> settings = new HashMap<>(Map.of(
                    "table.include.list", "(shop|with)\\..*",
                    "mode", "snapshot",
                    "poll.interval.ms", "500",
                    "snapshot.max.threads", "3",
                    "snapshot.chunk.rows", "100"));
            String[] strange = createStrangeTables(source, settings);
            replication.deploySource(settings);
            replication.deploySink(Map.of(
                    "topics.regex", replication.topic(".*").replaceFirst("\\.", "\\\\."),
                    "table.shop.stock.swap.mode", "rename",
                    "table.shop.stock.schema.evolution", "full",
                    "table.shop.stock.column.drop", "drop"));
            replication.awaitEqual("shop.prices", "shop.stock");
            replication.awaitEqual(strange);
            for (String table : strange) {
                source.execute("INSERT INTO " + table + " VALUES (2, 'y')");
            }
            replication.awaitEqual(strange);

            source.execute("TRUNCATE shop.prices");
            replication.awaitEqual("shop.prices");

            source.execute(
                    "ALTER TABLE shop.prices ADD COLUMN currency char(3) NOT NULL DEFAULT 'EUR'",
                    "INSERT INTO shop.prices SELECT i, i, 'CHF' FROM generate_series(1, 5000) AS i");
            replication.awaitEqual("shop.prices");
            changeColumns(replication);
        }
    }

    /** Tables of all strange names in a strange schema for each mode, and the settings that choose it. */
    private static String[] createStrangeTables(Database source, Map<String, String> settings) {
        List<String> tables = new ArrayList<>();
        for (String mode : List.of("snapshot", "incremental", "queue")) {
            String schema = "\"with.dots and \"\"quotes\"\" " + mode + "\"";
            source.execute("CREATE SCHEMA " + schema);
            for (String name : STRANGE_NAMES) {
                String table = schema + "." + name;
                source.execute(
                        "CREATE TABLE " + table + " (\"i.d\" int PRIMARY KEY, \"a.b \"\"c\"\"\" text)",
                        "INSERT INTO " + table + " VALUES (1, 'x')");
                settings.put("table." + table + ".mode", mode);
                settings.put("table." + table + ".control.column", "i.d");
                tables.add(table);
            }
        }
        return tables.toArray(String[]::new);
    }

    /** A view at the destination keeps what the source has dropped; a table follows in everything when it is told to. */
    private static void changeColumns(Replication replication) {
        Database source = replication.source();
        source.execute("ALTER TABLE shop.prices DROP COLUMN price");
        String both = "SELECT sku, currency FROM shop.prices";
        String dropped = "SELECT count(*) FROM shop.prices WHERE price IS NULL";
        Conditions.await(
                Replication.PATIENCE,
                "the dropped column still has values",
                () -> replication.destination().number(dropped) == 5000);
        ContentComparison.of(new TableContents(source, both), new TableContents(replication.destination(), both))
                .requireEqual();

        for (String change : List.of(
                "ALTER TABLE shop.stock RENAME COLUMN note TO remark",
                "ALTER TABLE shop.stock ALTER COLUMN amount TYPE numeric(10,1) USING amount / 2.0",
                "ALTER TABLE shop.stock DROP COLUMN remark",
                "ALTER TABLE shop.stock ADD COLUMN note varchar(20) NOT NULL DEFAULT 'new', ADD PRIMARY KEY (id)")) {
            source.execute(change);
            replication.awaitEqual("shop.stock");
        }
    }

    /** A reader whose snapshot is older than the swap, and who looks at the table only after it. */
    private static void seeFullTableOverASwap(Replication replication, int version) throws SQLException {
        try (Connection old = replication.destination().connection();
                Statement reader = old.createStatement()) {
            old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            old.setAutoCommit(false);
            reader.execute("SELECT 1");

            replication
                    .source()
                    .execute("BEGIN; DELETE FROM shop.prices; INSERT INTO shop.prices SELECT i, i, " + version
                            + " FROM generate_series(1, " + ROWS + ") AS i; COMMIT");
            awaitVersion(replication.destination(), version);

            assertThat(count(reader)).isEqualTo(ROWS);
        }
    }

    /** Each look at the table must show all rows, and all of one version. */
    private static void awaitVersion(Database destination, int version) {
        Conditions.await(Replication.PATIENCE, "version " + version + " has not arrived", () -> {
            var row = destination
                    .rows("SELECT count(*), min(version), max(version) FROM shop.prices")
                    .get(0);
            assertThat(row.get(0)).isEqualTo(Integer.toString(ROWS));
            assertThat(row.get(1)).isEqualTo(row.get(2));
            return Integer.parseInt(row.get(1)) == version;
        });
    }

    private static int count(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery("SELECT count(*) FROM shop.prices")) {
            result.next();
            return result.getInt(1);
        }
    }
}

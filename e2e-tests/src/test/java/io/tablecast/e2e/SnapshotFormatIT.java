// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.TypeSample;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code snapshot.format=copy}: tables that travel as PostgreSQL sends them are equal to their source whatever they hold. */
final class SnapshotFormatIT {

    private static final int MANY = 20_000;

    /** Types of extensions and users, and those that are read as text, have other forms on other servers or here. */
    private static final Pattern SENT_AS_TEXT = Pattern.compile(
            ".*(range|Shop|public|xml|money|box|circle|path|tsvector|tsquery|pg_lsn|oid|char\"|\\[]\\[]).*");

    @Test
    void tablesOfAllTypesAreEqualAtEachDestinationInItsOwnWay() throws SQLException {
        try (Replication replication = Replication.start(ExactlyOnceSource.ENABLED);
                Database other = PostgresServer.shared().createDatabase()) {
            Database source = replication.source();
            for (Database database : List.of(source, replication.destination(), other)) {
                database.execute(TypeSample.neededStatements());
            }
            createTables(source);
            replication.deploySource(Map.of(
                    "mode", "snapshot",
                    // A worker that comes back after a kill waits for the end of the transaction that it left open.
                    "producer.override.transaction.timeout.ms", "30000",
                    "table.include.list", "shop\\..*",
                    "poll.interval.ms", "500",
                    "snapshot.format", "copy",
                    "snapshot.max.threads", "3",
                    "snapshot.chunk.rows", "1000",
                    "table.shop.plainly.snapshot.format", "records",
                    "table.shop.part.columns", "id,v",
                    "table.shop.part.condition", "id % 2 = 0"));
            replication.deploySink(Map.of());
            String sinkOfOther = deployOther(replication, other);

            awaitEqual(replication, other);
            // NaN, several dimensions and other lower bounds have no place in change events.
            replication.awaitEqual("shop.special");
            assertThat(replication
                            .destination()
                            .column("SELECT DISTINCT table_name FROM tablecast.run_log"
                                    + " WHERE detail LIKE '%taken apart%'"))
                    .containsExactly("every");
            assertThat(other.column("SELECT DISTINCT detail FROM tablecast.run_log WHERE table_name = 'many'"))
                    .containsExactly("rows in binary form were taken apart, which is slower: column \"id\" is sent as"
                            + " integer and is bigint here");

            source.execute(
                    "UPDATE shop.many SET v = 'changed' WHERE id % 3 = 0",
                    "DELETE FROM shop.many WHERE id % 7 = 0",
                    "TRUNCATE shop.part",
                    "ALTER TABLE shop.plainly ADD COLUMN w inet DEFAULT '::1'");
            awaitEqual(replication, other);
            replication.rest().awaitRunning(sinkOfOther, Replication.PATIENCE);

            killWorkerInTheMiddleOfACopy(replication);
            awaitEqual(replication, other);
        }
    }

    /** A reader at the destination keeps the switch waiting, so that the copy cannot have ended before. */
    private static void killWorkerInTheMiddleOfACopy(Replication replication) throws SQLException {
        Database source = replication.source();
        Database destination = replication.destination();
        long before = destination.number("SELECT count(*) FROM shop.many");
        try (Connection reader = destination.connection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("LOCK TABLE shop.many IN ACCESS SHARE MODE");
            source.execute(
                    "INSERT INTO shop.many SELECT i, repeat('y', 300) FROM generate_series(1, " + 5 * MANY + ") AS i");
            Conditions.await(
                    Replication.PATIENCE,
                    "nobody copies the table",
                    () -> source.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND state = 'active' AND query LIKE 'COPY (SELECT%\"many\"%'")
                            > 0);

            replication.worker().kill();

            assertThat(destination.number("SELECT count(*) FROM shop.many")).isEqualTo(before);
        }
        replication.worker().startAgain();
    }

    private static void createTables(Database source) {
        source.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.many (id int, v text)",
                "INSERT INTO shop.many SELECT i, repeat('x', i % 40) FROM generate_series(1, " + MANY + ") AS i",
                "INSERT INTO shop.many SELECT * FROM shop.many WHERE id <= 100",
                "CREATE TABLE shop.part (id int PRIMARY KEY, v text, secret text)",
                "INSERT INTO shop.part SELECT i, 'v' || i, 's' FROM generate_series(1, 100) AS i",
                "CREATE TABLE shop.plainly (id int PRIMARY KEY)",
                "INSERT INTO shop.plainly VALUES (1)",
                "CREATE TABLE shop.nothing (id int)",
                "CREATE TABLE shop.special (n numeric, many int[], later int[])",
                "INSERT INTO shop.special VALUES ('NaN', '{{1,2},{3,4}}', '[0:1]={1,2}'), ('Infinity', NULL, '{}')");
        List<TypeSample> all = TypeSample.all();
        create(source, "every", all);
        create(
                source,
                "fitting",
                all.stream()
                        .filter(sample -> !SENT_AS_TEXT.matcher(sample.type()).matches()
                                || sample.type().equals("\"Shop\".\"Mood\""))
                        .toList());
    }

    /** A table with a column of each type, and in as many rows as there are values of one. */
    private static void create(Database source, String table, List<TypeSample> samples) {
        StringJoiner columns = new StringJoiner(", ", "CREATE TABLE shop." + table + " (id int PRIMARY KEY, ", ")");
        int rows = 0;
        for (int i = 0; i < samples.size(); i++) {
            columns.add("c" + i + " " + samples.get(i).type());
            rows = Math.max(rows, samples.get(i).literals().size());
        }
        source.execute(columns.toString());
        for (int row = 0; row < rows; row++) {
            StringJoiner values = new StringJoiner(", ", "INSERT INTO shop." + table + " VALUES (" + row + ", ", ")");
            for (TypeSample sample : samples) {
                values.add(
                        row < sample.literals().size()
                                ? "'" + sample.literals().get(row).replace("'", "''") + "'"
                                : "NULL");
            }
            source.execute(values.toString());
        }
    }

    private static String deployOther(Replication replication, Database other) {
        String name = replication.sinkName() + "-other";
        Map<String, String> settings = new HashMap<>(replication.sinkConfiguration(Map.of(
                "name",
                name,
                "connection.url",
                other.jdbcUrl(),
                "connection.user",
                other.user(),
                "connection.password",
                other.password(),
                "topics.regex",
                ".*\\.(many|part)\\.copy",
                "type.overrides",
                "integer:bigint",
                "snapshot.apply",
                "truncate")));
        replication.rest().putConnector(name, settings);
        replication.rest().awaitRunning(name, Replication.PATIENCE);
        return name;
    }

    private static void awaitEqual(Replication replication, Database other) {
        replication.awaitEqual("shop.many", "shop.plainly", "shop.nothing", "shop.fitting", "shop.every");
        String part = "SELECT id, v FROM shop.part";
        for (Database destination : List.of(replication.destination(), other)) {
            ContentComparison.awaitEqual(
                    Replication.PATIENCE,
                    new TableContents(replication.source(), part + " WHERE id % 2 = 0"),
                    new TableContents(destination, part));
        }
        ContentComparison.awaitEqual(
                Replication.PATIENCE,
                TableContents.ofTable(replication.source(), "shop.many"),
                TableContents.ofTable(other, "shop.many"));
    }
}

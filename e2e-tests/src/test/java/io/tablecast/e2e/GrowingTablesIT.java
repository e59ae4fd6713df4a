// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectorOffset;
import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.Role;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Tables of every mode in one connector, which grow to ten times their size while rows are changed and deleted, columns
 * come and go, and all or parts are read again.
 */
final class GrowingTablesIT {

    private static final int ROWS = Form.amount(300, 10_000);

    private static final Duration PATIENCE = Duration.ofMinutes(Form.amount(2, 15));

    private static final String TABLES = """
            CREATE SCHEMA shop;
            CREATE TABLE shop.whole (id int PRIMARY KEY, v text, at timestamptz DEFAULT now());
            CREATE TABLE shop."Whole-Mixed" ("primary" int, "COL-3" text);
            CREATE TABLE shop.whole_empty (id int UNIQUE);
            CREATE TABLE shop.whole_changing (id int PRIMARY KEY, a text, b timestamp DEFAULT now());
            CREATE INDEX ON shop.whole_changing (date_trunc('day', b));
            CREATE INDEX ON shop.whole_changing (lower(a));
            CREATE VIEW shop.whole_seen AS SELECT id, v FROM shop.whole WHERE id % 2 = 0;
            CREATE TABLE shop.plain (id int PRIMARY KEY, v text);
            CREATE TABLE shop.added_by_time (id int PRIMARY KEY, v text, at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE shop.added_by_number (id bigint PRIMARY KEY, v text);
            CREATE TABLE shop."Added-Mixed" ("group" int PRIMARY KEY, "Col-3" text);
            CREATE TABLE shop.added_later (id int PRIMARY KEY, v text);
            CREATE VIEW shop.added_seen AS SELECT * FROM shop.added_by_number;
            CREATE TABLE shop.changed_by_time (id int PRIMARY KEY, v text, at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE shop.changed_by_number (id int PRIMARY KEY, v text, version bigserial);
            CREATE TABLE shop.queued (id int PRIMARY KEY, v text);
            CREATE TABLE shop.queued_pair (col1 int, col2 varchar(20), v text, PRIMARY KEY (col2, col1));
            CREATE TABLE shop.queued_part (id int PRIMARY KEY, v text, secret text);
            CREATE TABLE shop.queued_chosen (id int PRIMARY KEY, v text);
            CREATE TABLE shop.kept (id int PRIMARY KEY, v text);
            INSERT INTO shop.queued_pair VALUES (4, 'test44', 'a'), (44, 'test4', 'b'), (444, 'test4444', 'c'),
                (4, 'test444', 'd'), (4, 'test4', 'e');
            """;

    private static final String CHOSEN = "id % 10 = 1 OR id > " + 3 * ROWS / 2;

    @Test
    void tablesOfEveryModeStayEqualWhileTheyGrow() throws SQLException {
        try (Replication replication = Replication.start(ExactlyOnceSource.ENABLED)) {
            Database source = replication.source();
            source.execute(TABLES);
            insert(source, 1, ROWS);
            replication.deploySink(sink());
            replication.deploySource(source());
            awaitEqual(replication);
            awaitBeginWithoutData(replication);

            writeAsARoleWithoutRightsOnQueues(source);
            awaitEqual(replication);

            insert(source, 2 * ROWS + 1, 10 * ROWS);
            source.execute("""
                    ALTER TABLE shop.whole_changing DROP COLUMN b, ADD COLUMN address inet DEFAULT '10.0.0.1';
                    INSERT INTO shop.whole_changing (id, a, address) VALUES (-1, 'new', '::1')""");
            awaitEqual(replication);

            readPartsAgain(replication);
            readAllAgain(replication);
            addEqualValues(replication);
        }
    }

    private static Map<String, String> source() {
        Map<String, String> settings = new HashMap<>(Map.of("mode", "snapshot", "poll.interval.ms", "1000"));
        // Nobody can tell when a view has changed: it is copied at every run.
        settings.put("table.shop.whole_seen.poll.interval.ms", "5000");
        for (String table : List.of("added_by_number", "added_later", "added_seen")) {
            settings.put("table.shop." + table + ".control.column", "id");
        }
        settings.put("table.shop.Added-Mixed.control.column", "group");
        settings.put("table.shop.added_by_time.control.column", "at");
        settings.put("table.shop.changed_by_time.control.column", "at");
        settings.put("table.shop.changed_by_number.control.column", "version");
        List.copyOf(settings.keySet()).stream()
                .filter(key -> key.endsWith(".control.column"))
                .forEach(key -> settings.put(key.replace(".control.column", ".mode"), "incremental"));
        settings.put("table.shop.added_later.snapshot.mode", "no_data");
        settings.put("table.shop.added_seen.key.columns", "id");
        settings.put("table.shop.added_by_time.batch.max.rows", Integer.toString(ROWS / 20));
        for (String table : List.of("queued", "queued_pair", "queued_part", "queued_chosen", "kept")) {
            settings.put("table.shop." + table + ".mode", "queue");
        }
        settings.put("table.shop.queued_part.columns", "id,v");
        // Rows that came and went between two polls are kept as well.
        settings.put("table.shop.kept.queue.old.rows", "true");
        settings.put("table.shop.queued_chosen.condition", CHOSEN);
        return settings;
    }

    private static Map<String, String> sink() {
        return Map.of(
                "table.shop.plain.snapshot.apply", "truncate",
                "table.shop.whole_changing.swap.mode", "rename",
                "table.shop.whole_changing.schema.evolution", "full",
                "table.shop.whole_changing.column.drop", "drop",
                "table.shop.added_by_time.apply.mode", "append",
                "table.shop.added_by_number.apply.mode", "append",
                "table.shop.Added-Mixed.apply.mode", "append",
                "table.shop.kept.delete.mode", "soft");
    }

    private static void insert(Database source, int from, int to) {
        source.execute(inserts(from, to));
    }

    private static String inserts(int from, int to) {
        String rows = " SELECT i, 'v' || i FROM generate_series(" + from + ", " + to + ") AS i;";
        StringBuilder statements = new StringBuilder();
        for (String table : List.of(
                "whole (id, v)",
                "\"Whole-Mixed\"",
                "plain (id, v)",
                "added_by_time (id, v)",
                "added_by_number",
                "\"Added-Mixed\"",
                "added_later",
                "changed_by_time (id, v)",
                "changed_by_number (id, v)",
                "queued",
                "queued_pair (col1, col2)",
                "queued_part (id, v)",
                "queued_chosen",
                "kept")) {
            statements.append("INSERT INTO shop.").append(table).append(rows);
        }
        if (from == 1) {
            statements.append("INSERT INTO shop.whole_changing (id, a)").append(rows);
        }
        return statements.toString();
    }

    private static void writeAsARoleWithoutRightsOnQueues(Database source) throws SQLException {
        Role writer = source.createRole("writer");
        source.execute(
                "GRANT USAGE ON SCHEMA shop TO \"" + writer.name() + "\"",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shop TO \"" + writer.name() + "\"",
                "GRANT ALL ON ALL SEQUENCES IN SCHEMA shop TO \"" + writer.name() + "\"");
        int low = ROWS - ROWS / 20;
        int high = ROWS + ROWS / 20;
        try (Connection connection = source.connection(writer);
                Statement statement = connection.createStatement()) {
            statement.execute(inserts(ROWS + 1, 2 * ROWS));
            statement.execute("UPDATE shop.changed_by_time SET v = 'new', at = DEFAULT WHERE id BETWEEN " + low
                    + " AND " + (high + ROWS / 10));
            statement.execute("UPDATE shop.changed_by_number SET v = 'new', version = DEFAULT WHERE id BETWEEN " + low
                    + " AND " + (high + ROWS / 10));
            statement.execute("UPDATE shop.queued_pair SET col1 = 5 WHERE (col1, col2) = (4, 'test4')");
            statement.execute("UPDATE shop.queued_pair SET col2 = 'test44' WHERE (col1, col2) = (44, 'test4')");
            for (String table : List.of("queued", "kept", "queued_chosen")) {
                statement.execute("UPDATE shop." + table + " SET v = 'new' WHERE id BETWEEN " + (low - ROWS / 10)
                        + " AND " + low);
                statement.execute("DELETE FROM shop." + table + " WHERE id BETWEEN " + low + " AND " + high);
            }
            // Out of what is chosen, and into it.
            statement.execute("UPDATE shop.queued_chosen SET id = -id WHERE id BETWEEN 100 AND 120");
            statement.execute(
                    "UPDATE shop.queued_chosen SET id = id + 100 * " + ROWS + " WHERE id BETWEEN 122 AND 130");
            statement.execute("UPDATE shop.queued_part SET secret = 'x', v = 'new' WHERE id < 50");
        }
    }

    private static void awaitBeginWithoutData(Replication replication) {
        Conditions.await(
                Replication.PATIENCE,
                "the table without data has not begun",
                () -> replication.rest().offsets(replication.sourceName()).stream()
                        .anyMatch(each -> each.partition().equals(replication.partition("shop.added_later"))));
    }

    private static void readPartsAgain(Replication replication) {
        Database source = replication.source();
        String from = source.value("SELECT at FROM shop.changed_by_time WHERE id = " + 3 * ROWS);
        replication
                .destination()
                .execute(
                        "UPDATE shop.changed_by_time SET v = 'wrong' WHERE id > " + 3 * ROWS,
                        "DELETE FROM shop.changed_by_number WHERE id BETWEEN " + 8 * ROWS + " AND " + 9 * ROWS,
                        "INSERT INTO shop.added_by_number SELECT -i, 'stray' FROM generate_series(1, 3) AS i",
                        "DELETE FROM shop.added_by_number WHERE id BETWEEN 8 AND 10");
        replication.rest().stop(replication.sourceName(), Replication.PATIENCE);
        String version = "SELECT version FROM shop.changed_by_number WHERE id = ";
        request(replication, "shop.changed_by_time", Map.of("repull.from", from));
        request(
                replication,
                "shop.changed_by_number",
                Map.of(
                        "repull.from", source.value(version + 8 * ROWS),
                        "repull.to", source.value(version + (9 * ROWS + 1))));
        request(replication, "shop.added_by_number", Map.of("repull.to", "11"));
        replication.rest().resume(replication.sourceName());

        awaitEqual(replication);
    }

    private static void request(Replication replication, String table, Map<String, Object> requests) {
        ConnectorOffset stored = replication.rest().offsets(replication.sourceName()).stream()
                .filter(each -> each.partition().equals(replication.partition(table)))
                .findFirst()
                .orElseThrow();
        Map<String, Object> offset = new HashMap<>(stored.offset());
        offset.putAll(requests);
        replication
                .rest()
                .alterOffsets(replication.sourceName(), List.of(new ConnectorOffset(stored.partition(), offset)));
    }

    /** Every table but the one that begins without data, whose old rows would come. */
    private static void readAllAgain(Replication replication) {
        String deleted = "SELECT count(*) FROM shop.kept WHERE tablecast_deleted_at IS NOT NULL";
        long before = replication.destination().number(deleted);
        replication.rest().stop(replication.sourceName(), Replication.PATIENCE);
        // Changes that no control column shows, made while nobody reads.
        for (String table : List.of("whole", "added_by_time", "changed_by_time", "queued", "kept")) {
            replication.source().execute("UPDATE shop." + table + " SET v = 'repull' || v WHERE id % 3 = 0");
        }
        replication
                .rest()
                .alterOffsets(
                        replication.sourceName(),
                        replication.rest().offsets(replication.sourceName()).stream()
                                .filter(each -> !each.partition().equals(replication.partition("shop.added_later")))
                                .map(each -> new ConnectorOffset(each.partition(), Map.of()))
                                .toList());
        replication.rest().resume(replication.sourceName());

        awaitEqual(replication);
        assertThat(replication.destination().number(deleted)).isEqualTo(before).isEqualTo(2 * (ROWS / 20) + 1);
    }

    /** As many equal values as twenty batches hold. */
    private static void addEqualValues(Replication replication) {
        replication
                .source()
                .execute("INSERT INTO shop.added_by_time SELECT i, 'equal', now() FROM generate_series(" + (20 * ROWS)
                        + ", " + (21 * ROWS) + ") AS i");
        awaitEqual(replication);
    }

    /** Fails with the trace of a task where one has failed. */
    private static void awaitEqual(Replication replication) {
        try {
            awaitEqualTables(replication);
        } catch (AssertionError different) {
            replication.rest().awaitRunning(replication.sourceName(), Replication.PATIENCE);
            replication.rest().awaitRunning(replication.sinkName(), Replication.PATIENCE);
            throw different;
        }
    }

    private static void awaitEqualTables(Replication replication) {
        for (String table : List.of(
                "shop.whole",
                "shop.\"Whole-Mixed\"",
                "shop.whole_empty",
                "shop.whole_changing",
                "shop.whole_seen",
                "shop.plain",
                "shop.added_by_time",
                "shop.added_by_number",
                "shop.\"Added-Mixed\"",
                "shop.added_seen",
                "shop.changed_by_time",
                "shop.changed_by_number",
                "shop.queued",
                "shop.queued_pair")) {
            awaitEqual(replication, "SELECT * FROM " + table, "SELECT * FROM " + table);
        }
        awaitEqual(replication, "SELECT id, v FROM shop.queued_part", "SELECT * FROM shop.queued_part");
        awaitEqual(replication, "SELECT * FROM shop.queued_chosen WHERE " + CHOSEN, "SELECT * FROM shop.queued_chosen");
        awaitEqual(
                replication,
                "SELECT id, v FROM shop.kept",
                "SELECT id, v FROM shop.kept WHERE tablecast_deleted_at IS NULL");
        if (replication.source().number("SELECT max(id) FROM shop.added_later") > ROWS) {
            String later = "SELECT * FROM shop.added_later WHERE id > " + ROWS;
            awaitEqual(replication, later, "SELECT * FROM shop.added_later");
        }
    }

    private static void awaitEqual(Replication replication, String atSource, String atDestination) {
        ContentComparison.awaitEqual(
                PATIENCE,
                new TableContents(replication.source(), atSource),
                new TableContents(replication.destination(), atDestination));
    }
}

// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.PostgresVersion;
import io.tablecast.testing.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What could make a run of mode snapshot take a changed table for unchanged, on servers with and without a proof. */
@ParameterizedClass
@EnumSource(names = {"OLDEST", "NEWEST"})
class SnapshotHazardsIT {

    private final Database database;
    private final StoredOffsets offsets = new StoredOffsets();

    SnapshotHazardsIT(PostgresVersion version) {
        this.database = PostgresServer.shared(version).createDatabase();
    }

    @BeforeEach
    void createSchema() {
        database.execute("CREATE SCHEMA shop");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void newContentArrivesAfterEachKindOfChange() {
        database.execute(
                "CREATE TABLE shop.item (id int, n int)",
                "INSERT INTO shop.item SELECT g, 0 FROM generate_series(1, 9) g");
        TableId item = new TableId("shop", "item");

        try (TaskRun run = start(Map.of(), item)) {
            awaitContent(run, "shop.item");
            for (String change : List.of(
                    "BEGIN; TRUNCATE shop.item; INSERT INTO shop.item SELECT g, 1 FROM generate_series(1, 9) g; COMMIT",
                    "TRUNCATE shop.item",
                    "INSERT INTO shop.item VALUES (1, 2); SELECT pg_stat_reset()",
                    "UPDATE shop.item SET n = 3",
                    "BEGIN; DROP TABLE shop.item; CREATE TABLE shop.item (id int, n int);"
                            + " INSERT INTO shop.item VALUES (1, 4); COMMIT",
                    "ALTER TABLE shop.item DROP COLUMN n; ALTER TABLE shop.item ADD COLUMN n int DEFAULT 5",
                    "ALTER TABLE shop.item ALTER COLUMN n TYPE int USING n + 1")) {
                database.execute(change);
                awaitContent(run, "shop.item");
            }
        }
    }

    /** Otherwise such a table would be read from its beginning again and again, and never to its end. */
    @Test
    void statementTimeoutOfTheRoleCutsNoCopy() {
        Role role = database.createRole("reader");
        database.execute(
                "CREATE VIEW shop.slow AS SELECT id, pg_sleep(0.4)::text AS slept FROM generate_series(1, 2) AS id",
                "GRANT USAGE ON SCHEMA shop TO \"" + role.name() + "\"",
                "GRANT SELECT ON shop.slow TO \"" + role.name() + "\"",
                "ALTER ROLE \"" + role.name() + "\" SET statement_timeout = '300ms'");

        try (TaskRun run = start(
                Map.of("connection.user", role.name(), "connection.password", role.password()),
                new TableId("shop", "slow"))) {
            run.pollUntil("the end of the copy", records -> records.stream().anyMatch(TaskRun::isEnd));
        }
    }

    @Test
    void newContentOfPartitionsAndOfTablesThatAConditionAsksArrives() {
        database.execute(
                "CREATE TABLE shop.item (id int, n int) PARTITION BY RANGE (id)",
                "CREATE TABLE shop.item_1 PARTITION OF shop.item FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE shop.item_2 PARTITION OF shop.item FOR VALUES FROM (10) TO (20)",
                "INSERT INTO shop.item VALUES (1, 1), (11, 1)",
                "CREATE TABLE shop.wanted (id int)",
                "INSERT INTO shop.wanted VALUES (1)",
                "CREATE TABLE shop.chosen (id int, n int)",
                "INSERT INTO shop.chosen VALUES (1, 1), (2, 2)",
                "CREATE VIEW shop.seen AS SELECT * FROM shop.item WHERE id IN (SELECT id FROM shop.wanted)",
                "CREATE MATERIALIZED VIEW shop.made AS SELECT * FROM shop.seen");
        String condition = "EXISTS (SELECT FROM shop.wanted w WHERE w.id = chosen.id)";

        try (TaskRun run = start(
                Map.of("table.shop.chosen.condition", condition),
                new TableId("shop", "item"),
                new TableId("shop", "chosen"),
                new TableId("shop", "seen"),
                new TableId("shop", "made"))) {
            awaitAll(run, condition);
            for (String change : List.of(
                    "INSERT INTO shop.item_2 VALUES (12, 2)",
                    "TRUNCATE shop.item_1",
                    "INSERT INTO shop.wanted VALUES (2), (11)",
                    "REFRESH MATERIALIZED VIEW shop.made",
                    "ALTER TABLE shop.item DETACH PARTITION shop.item_2",
                    "TRUNCATE shop.wanted")) {
                database.execute(change);
                awaitAll(run, condition);
            }
        }
    }

    private TaskRun start(Map<String, String> more, TableId... tables) {
        Map<String, String> properties = new HashMap<>(more);
        properties.put("poll.interval.ms", "100");
        return TaskRun.start(TaskRun.properties(database, properties, tables), offsets);
    }

    private void awaitAll(TaskRun run, String condition) {
        awaitContent(run, "shop.item");
        awaitContent(run, "shop.seen");
        awaitContent(run, "shop.made");
        awaitContent(run, "shop.chosen", "shop.chosen WHERE " + condition);
    }

    private void awaitContent(TaskRun run, String table) {
        awaitContent(run, table, table);
    }

    /** Polls until the last copy that has ended holds the rows that are there. */
    private void awaitContent(TaskRun run, String table, String from) {
        List<String> expected = database.rows("SELECT id, n FROM " + from).stream()
                .map(row -> row.get(0) + ":" + row.get(1))
                .sorted()
                .toList();
        run.pollUntil(
                expected + " of " + table,
                records -> lastCopy(records, "erp." + table).equals(expected));
    }

    private static List<String> lastCopy(List<SourceRecord> all, String topic) {
        List<SourceRecord> records = TaskRun.ofTopic(all, topic);
        int end = records.size() - 1;
        while (end >= 0 && !TaskRun.isEnd(records.get(end))) {
            end--;
        }
        if (end < 0) {
            return List.of("no copy");
        }
        int begin = end;
        while (!TaskRun.envelope(records.get(begin)).getString("op").equals("t")) {
            begin--;
        }
        return records.subList(begin + 1, end + 1).stream()
                .map(TaskRun::after)
                .map(row -> row.get("id") + ":" + row.get("n"))
                .sorted()
                .toList();
    }
}

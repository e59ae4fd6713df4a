// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import io.tablecast.testing.ShadowedCatalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A search path may name schemas before PostgreSQL's own: what they hold under its names is never called. */
class SearchPathIT {

    private static final TableId ITEM = new TableId("shop", "item");

    private final Database database = PostgresServer.shared().createDatabase();
    private ShadowedCatalog shadows;
    private Role reader;

    @BeforeEach
    void createTables() {
        reader = database.createRole("reader");
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE SCHEMA app",
                "CREATE TYPE shop.state AS ENUM ('open', 'shut')",
                "CREATE TABLE app.unwanted (id int)",
                "INSERT INTO app.unwanted VALUES (2)",
                "CREATE FUNCTION app.wanted(int) RETURNS boolean LANGUAGE sql AS"
                        + " 'SELECT NOT EXISTS (SELECT FROM app.unwanted u WHERE u.id = $1)'",
                """
                CREATE TABLE shop.item (
                    id int, code varchar(20), state shop.state DEFAULT 'open', price numeric(12,2) DEFAULT 1,
                    at timestamptz DEFAULT '2026-01-01', tags text[], doc jsonb,
                    PRIMARY KEY (id, code))""",
                "CREATE INDEX ON shop.item (lower(code)) WHERE price > 0",
                "INSERT INTO shop.item (id, code) VALUES (1, 'a'), (2, 'b'), (3, 'c')",
                "ALTER ROLE " + Database.quote(reader.name()) + " SUPERUSER");
        shadows = ShadowedCatalog.in(database);
        shadows.mislead(reader, "app");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @ParameterizedTest
    @CsvSource({"snapshot, ''", "incremental, at", "incremental, id", "queue, ''"})
    void whatStandsBeforePostgresInThePathIsNotCalled(String mode, String control) {
        Map<String, String> more = new HashMap<>(Map.of(
                "connection.user",
                reader.name(),
                "connection.password",
                reader.password(),
                "mode",
                mode,
                "poll.interval.ms",
                "20",
                "table.include.list",
                "shop\\.item",
                // Of the role's path, as an administrator has set it.
                "condition",
                "wanted(id) AND id NOT IN (SELECT id + 2 FROM unwanted)"));
        if (!control.isEmpty()) {
            more.put("control.column", control);
        }
        Map<String, String> configuration = TaskRun.connection(database);
        configuration.putAll(more);
        List<String> faults = new ArrayList<>();
        for (ConfigValue value :
                new PostgresSourceConnector().validate(configuration).configValues()) {
            value.errorMessages().forEach(message -> faults.add(value.name() + ": " + message));
        }
        assertThat(faults).isEmpty();
        try (TaskRun run = TaskRun.start(TaskRun.properties(database, more, ITEM), new StoredOffsets())) {
            assertThat(ids(run.pollSnapshots(1))).contains(1, 3).doesNotContain(2);
            database.execute(
                    "UPDATE shop.item SET price = 2, at = clock_timestamp() WHERE id = 1",
                    "DELETE FROM shop.item WHERE id = 3",
                    "ALTER TABLE shop.item ADD COLUMN more shop.state",
                    "INSERT INTO shop.item (id, code, at) VALUES (2, 'again', clock_timestamp()),"
                            + " (5, 'e', clock_timestamp())");
            List<SourceRecord> later =
                    run.pollUntil("key 5", records -> ids(records).contains(5));
            assertThat(ids(later)).doesNotContain(2);
        }

        assertThat(shadows.called()).isEmpty();
    }

    private static List<Integer> ids(List<SourceRecord> records) {
        return records.stream()
                .map(SourceRecord::key)
                .filter(Struct.class::isInstance)
                .map(Struct.class::cast)
                .filter(key -> key.schema().field("id") != null)
                .map(key -> key.getInt32("id"))
                .toList();
    }
}

// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.Role;
import io.tablecast.testing.WorkerMetrics;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import io.tablecast.testing.WorkerOptions.Monitoring;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** Tables that come, go and fail while a connector runs: whatever befalls one, the others go on. */
final class TableListIT {

    @Test
    void oneTableDoesNotStopTheOthers() throws IOException {
        try (Replication replication = Replication.start(
                Replication.options(ExactlyOnceSource.DISABLED).withMonitoring(Monitoring.JMX))) {
            Database source = replication.source();
            Role reader = source.createRole("reader");
            String role = Database.quote(reader.name());
            source.execute(
                    "CREATE SCHEMA shop",
                    "GRANT CREATE ON DATABASE " + Database.quote(source.name()) + " TO " + role,
                    "GRANT USAGE ON SCHEMA shop TO " + role,
                    "ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT, TRIGGER ON TABLES TO " + role);
            createTable(source, "followed");
            createTable(source, "forbidden");
            createTable(source, "copied");
            createTable(source, "appended");
            createTable(source, "odd_name");
            createTable(source, "gone_copied");
            createTable(source, "gone_appended");
            Map<String, String> settings = new HashMap<>(Map.of(
                    "tasks.max",
                    "1",
                    "mode",
                    "queue",
                    "connection.user",
                    reader.name(),
                    "connection.password",
                    reader.password()));
            for (String prefix : List.of("", "gone_")) {
                settings.put("table.shop." + prefix + "copied.mode", "snapshot");
                settings.put("table.shop." + prefix + "copied.poll.interval.ms", "500");
                settings.put("table.shop." + prefix + "appended.mode", "incremental");
                settings.put("table.shop." + prefix + "appended.control.column", "id");
            }
            replication.deploySource(settings);
            replication.deploySink(Map.of());
            replication.awaitEqual("shop.followed", "shop.copied", "shop.appended", "shop.forbidden", "shop.odd_name");
            replication.awaitEqual("shop.gone_copied", "shop.gone_appended");

            // One of each mode loses its rights, one comes without a key, one with another table's topic.
            source.execute(
                    "REVOKE SELECT ON shop.forbidden FROM " + role,
                    "CREATE TABLE shop.keyless (id bigint NOT NULL, note text)",
                    "INSERT INTO shop.keyless VALUES (1, 'no key')");
            createTable(source, "created");
            createTable(source, "\"odd name\"");
            source.execute("DROP TABLE shop.odd_name CASCADE");
            createTable(source, "odd_name");
            change(source, "followed", "forbidden", "copied", "appended");

            replication.awaitEqual("shop.followed", "shop.copied", "shop.appended", "shop.created", "shop.odd_name");
            awaitFigure(replication, "tables-refused", 1);
            assertThat(log(replication))
                    .contains(
                            "permission denied for table forbidden",
                            "Cannot read shop.keyless in mode queue:",
                            "The tables shop.odd name and shop.odd_name would share the topic",
                            "Capturing [");
            assertThat(replication.rest().status(replication.sourceName()))
                    .hasValueSatisfying(status -> assertThat(status.isRunning()).isTrue());

            // One of each mode goes.
            source.execute(
                    "DROP TABLE shop.created, shop.gone_copied, shop.gone_appended CASCADE",
                    "GRANT SELECT ON shop.forbidden TO " + role,
                    "ALTER TABLE shop.keyless ADD PRIMARY KEY (id)");
            change(source, "followed", "forbidden", "copied", "appended", "keyless");

            replication.awaitEqual("shop.followed", "shop.copied", "shop.appended", "shop.forbidden", "shop.keyless");
            awaitFigure(replication, "tables-dropped", 3);
            assertThat(log(replication))
                    .contains("[shop.created, shop.gone_appended, shop.gone_copied] are not at the source any more");
            assertThat(replication.rest().status(replication.sourceName()))
                    .hasValueSatisfying(status -> assertThat(status.isRunning()).isTrue());

            // What they held stays, until they are back.
            for (String table : List.of("created", "gone_copied", "gone_appended")) {
                assertThat(replication.destination().number("SELECT count(*) FROM shop." + table))
                        .as(table)
                        .isEqualTo(50);
                createTable(source, table, 20);
            }
            replication.awaitEqual("shop.created", "shop.gone_copied", "shop.gone_appended");
        }
    }

    private static void createTable(Database source, String name) {
        createTable(source, name, 50);
    }

    private static void createTable(Database source, String name, int rows) {
        source.execute(
                "CREATE TABLE shop." + name + " (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, note text)",
                "INSERT INTO shop." + name + " (note) SELECT 'note ' || i FROM generate_series(1, " + rows + ") AS i");
    }

    private static void change(Database source, String... tables) {
        for (String table : tables) {
            source.execute("INSERT INTO shop." + table + " (id, note) SELECT max(id) + 1, 'later' FROM shop." + table);
        }
    }

    private static String log(Replication replication) throws IOException {
        return Files.readString(replication.worker().log());
    }

    private static void awaitFigure(Replication replication, String figure, double value) {
        try (WorkerMetrics metrics = replication.worker().metrics()) {
            String pattern = "kafka.connect:type=plugins,connector=" + replication.sourceName();
            Conditions.await(Replication.PATIENCE, () -> figure + " among " + metrics.names(pattern + ",*"), () -> {
                List<ObjectName> names = metrics.names(pattern);
                return names.size() == 1 && ((Number) metrics.value(names.get(0), figure)).doubleValue() == value;
            });
        }
    }
}

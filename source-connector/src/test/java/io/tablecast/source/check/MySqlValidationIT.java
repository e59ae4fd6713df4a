// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.source.MySqlSourceConnector;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlOptions;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MySqlValidationIT {

    static List<MySqlRelease> available() {
        return MySqlRelease.available();
    }

    @ParameterizedTest
    @MethodSource("available")
    void userThatTheDocumentsMakeIsEnough(MySqlRelease release) throws IOException {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute("CREATE TABLE orders (id int PRIMARY KEY)");
            Role user = database.createUser("reader");
            Map<String, String> properties = properties(database);
            properties.put("connection.user", user.name());
            properties.put("connection.password", user.password());

            assertThat(errors(properties)).containsKey("table.include.list");
            database.execute("GRANT SELECT ON * TO '" + user.name() + "'@'%'");
            assertThat(errors(properties))
                    .containsOnlyKeys("connection.user")
                    .hasEntrySatisfying(
                            "connection.user",
                            message -> assertThat(message)
                                    .contains("GRANT REPLICATION CLIENT ON *.* TO '" + user.name() + "'@'%'")
                                    .contains("GRANT REPLICATION SLAVE ON *.* TO '" + user.name() + "'@'%'"));
            database.execute("GRANT REPLICATION CLIENT ON *.* TO '" + user.name() + "'@'%'");
            assertThat(errors(properties))
                    .containsOnlyKeys("connection.user")
                    .hasEntrySatisfying(
                            "connection.user",
                            message -> assertThat(message)
                                    .isEqualTo("The user may not read the binlog. GRANT REPLICATION SLAVE ON *.* TO '"
                                            + user.name() + "'@'%'."));

            Role documented = new Role(user.name() + "2", "secret");
            String script = Files.readString(
                    Path.of(System.getProperty("tablecast.root"), "docs", "roles", "source-mysql-binlog.sql"));
            try {
                database.execute(
                        script.replace("tablecast_source", documented.name()).replace("shop", database.name()));
                properties.put("connection.user", documented.name());
                properties.put("connection.password", documented.password());
                assertThat(errors(properties)).isEmpty();
            } finally {
                database.execute("DROP USER IF EXISTS '" + documented.name() + "'@'%'");
            }
        }
    }

    @Test
    void everyFaultStandsOnItsKey() {
        try (MySqlDatabase database = MySqlServer.shared().createDatabase()) {
            database.execute("CREATE TABLE keyless (id int)");
            Map<String, String> properties = properties(database);

            assertThat(errors(properties))
                    .containsOnlyKeys("table.include.list")
                    .hasEntrySatisfying(
                            "table.include.list",
                            message -> assertThat(message)
                                    .contains("Cannot read " + database.name()
                                            + ".keyless in mode binlog: it has no primary key and no unique index"));

            properties.put("connection.password", "wrong");
            assertThat(errors(properties)).containsOnlyKeys("connection.user");

            properties.put("connection.url", "jdbc:mysql://user:secret@host/");
            properties.put("mode", "queue");
            properties.put("queue.setup", "auto");
            properties.put("serverid", "1");
            properties.put("skip.operations", "x");
            properties.put("table.shop.orders.queue.setup", "auto");
            assertThat(errors(properties))
                    .containsOnlyKeys(
                            "connection.url",
                            "mode",
                            "queue.setup",
                            "serverid",
                            "skip.operations",
                            "table.shop.orders.queue.setup")
                    .hasEntrySatisfying(
                            "connection.url",
                            message -> assertThat(message)
                                    .contains("expected jdbc:mysql://host:port")
                                    .doesNotContain("secret"))
                    .containsEntry("queue.setup", "The MySQL source has no setting \"queue.setup\". Remove it.")
                    .containsEntry("serverid", "Unknown key \"serverid\". Did you mean \"server.id\"?");
        }
    }

    @Test
    void schedulesAreRead() {
        try (MySqlDatabase database = MySqlServer.shared().createDatabase()) {
            database.execute("CREATE TABLE keyless (id int)");
            Map<String, String> properties = properties(database);
            properties.put("mode", "snapshot");
            properties.put("schedule", "0 3 * * *");
            assertThat(errors(properties)).isEmpty();
            properties.put("poll.interval.ms", "1000");
            assertThat(errors(properties))
                    .containsExactly(Map.entry(
                            "schedule", "schedule and poll.interval.ms exclude each other; remove one of them."));
            properties.remove("poll.interval.ms");
            properties.put("table." + database.name() + ".keyless.schedule", "at night");
            assertThat(errors(properties)).containsOnlyKeys("table." + database.name() + ".keyless.schedule");
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void snapshotsNeedSelectAndNothingElse(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute("CREATE TABLE keyless (id int)");
            Role user = database.createUser("copier");
            Map<String, String> properties = properties(database);
            properties.put("mode", "snapshot");
            properties.put("connection.user", user.name());
            properties.put("connection.password", user.password());

            database.execute("GRANT INSERT ON keyless TO '" + user.name() + "'@'%'");
            assertThat(errors(properties))
                    .containsOnlyKeys("table.include.list")
                    .hasEntrySatisfying(
                            "table.include.list",
                            message -> assertThat(message)
                                    .contains("The user may not read " + database.name()
                                            + ".keyless. GRANT SELECT ON it TO the user"));
            database.execute("GRANT SELECT ON keyless TO '" + user.name() + "'@'%'");
            assertThat(errors(properties)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void incrementalReadingNeedsAColumnToGoBy(MySqlRelease release) throws Exception {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute("CREATE TABLE orders (id int PRIMARY KEY, note text, maybe int UNIQUE,"
                    + " updated_at datetime(3) NOT NULL)");
            Role documented = new Role(database.name().replace("tablecast_test_", "r_"), "secret");
            String script = Files.readString(
                    Path.of(System.getProperty("tablecast.root"), "docs", "roles", "source-mysql-incremental.sql"));
            try {
                database.execute(
                        script.replace("tablecast_source", documented.name()).replace("shop", database.name()));
                Map<String, String> properties = properties(database);
                properties.put("mode", "incremental");
                properties.put("connection.user", documented.name());
                properties.put("connection.password", documented.password());

                assertFault(properties, "control.column", "needs control.column: a time, date or integer column");
                properties.put("control.column", "gone");
                assertFault(
                        properties,
                        "control.column",
                        "Control column \"gone\" of " + database.name()
                                + ".orders does not exist. Set control.column to an existing column of type timestamp");
                String own = "table." + database.name() + ".orders.";
                properties.put(own + "control.column", "note");
                assertFault(
                        properties,
                        own + "control.column",
                        "Control column \"note\" of " + database.name() + ".orders is of type text.");
                properties.put(own + "control.column", "updated_at");
                properties.put("start.value", "yesterday");
                assertFault(properties, "start.value", "\"yesterday\" is no value of control column \"updated_at\"");
                properties.put("start.value", "2026-01-01 00:00:00");
                properties.put("columns", "id, note");
                assertFault(properties, "columns", "leave out the control column \"updated_at\". Add it to columns.");
                properties.remove("columns");
                properties.put("key.columns", "maybe");
                assertFault(properties, "key.columns", "has columns that may be NULL: maybe.");
                properties.remove("key.columns");
                properties.put("skip.operations", "u");
                assertFault(properties, "skip.operations", "Without u nothing of " + database.name() + ".orders");
                properties.remove("skip.operations");
                properties.put("late.rows.check.interval.ms", "1000");
                assertFault(properties, "late.rows.check.interval.ms", "The MySQL source has no setting");
                properties.remove("late.rows.check.interval.ms");
                assertThat(errors(properties)).isEmpty();
            } finally {
                database.execute("DROP USER IF EXISTS '" + documented.name() + "'@'%'");
            }
        }
    }

    private static void assertFault(Map<String, String> properties, String key, String message) {
        assertThat(errors(properties))
                .containsOnlyKeys(key)
                .hasEntrySatisfying(key, text -> assertThat(text).contains(message));
    }

    @Test
    void serverThatWritesTooLittleIsRefused() {
        MySqlOptions options = MySqlOptions.of(MySqlRelease.MARIADB_11_4)
                .withSetting("binlog-row-image", "MINIMAL")
                .withSetting("binlog-format", "MIXED");
        try (MySqlServer server = MySqlServer.start(options)) {
            MySqlDatabase database = server.createDatabase();
            database.execute("CREATE TABLE orders (id int PRIMARY KEY)");

            assertThat(errors(properties(database)))
                    .containsOnlyKeys("connection.url")
                    .hasEntrySatisfying(
                            "connection.url",
                            message -> assertThat(message)
                                    .contains("binlog_format is MIXED at the server; it must be ROW")
                                    .contains("binlog_row_image is MINIMAL at the server; it must be FULL"));
        }
    }

    private static Map<String, String> properties(MySqlDatabase database) {
        return new HashMap<>(Map.of(
                "name",
                "validated",
                "connector.class",
                MySqlSourceConnector.class.getName(),
                "connection.url",
                database.server().jdbcUrl(),
                "connection.user",
                database.user(),
                "connection.password",
                database.password(),
                "topic.prefix",
                "erp",
                "mode",
                "binlog",
                "table.include.list",
                database.name() + "\\..*"));
    }

    private static Map<String, String> errors(Map<String, String> properties) {
        Map<String, String> errors = new TreeMap<>();
        for (ConfigValue value : MySqlValidation.validate(properties).configValues()) {
            if (!value.errorMessages().isEmpty()) {
                errors.put(value.name(), String.join(" ", value.errorMessages()));
            }
        }
        return errors;
    }
}
